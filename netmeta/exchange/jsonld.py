"""A record in the words of schema.org, with the properties LRMI gave it, as JSON-LD.

    https://schema.org/LearningResource, EducationEvent, Course, NewsArticle
    https://www.dublincore.org/specifications/lrmi/lrmi_terms/

Concepts are DefinedTerms whose ids are those of the SKOS export, so that both fit together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from netmeta.catalogue.stored import Stored
from netmeta.exchange.markup import uri
from netmeta.exchange.openness import may_be_copied
from netmeta.vocabularies import Vocabularies, load
from netmeta.vocabularies.skos import BASE

TYPES: Final = {
    "material": "LearningResource", "event": "EducationEvent", "news": "NewsArticle",
    "course": "Course",
}  # fmt: skip
_ATTENDANCE: Final = {
    True: "https://schema.org/OnlineEventAttendanceMode",
    False: "https://schema.org/OfflineEventAttendanceMode",
}
_STATUS: Final = {
    "scheduled": "https://schema.org/EventScheduled", "moved": "https://schema.org/EventRescheduled",
    "cancelled": "https://schema.org/EventCancelled", "over": "https://schema.org/EventScheduled",
}  # fmt: skip
_AGE_OF_FIRST_CLASS: Final = 7
"""Children enter the first class at six and a half to eight (Law 273-FZ, article 67)."""


def record_jsonld(
    record: Stored,
    *,
    vocabularies: Vocabularies | None = None,
    page: str | None = None,
    language: str = "ru",
    excerpt_chars: int = 500,
) -> dict[str, Any]:
    """The JSON-LD object of a record in its stored form.

    Args:
        vocabularies: for labels and hierarchies; the package's own by default.
        page: address of the record's page here; becomes its `@id`.
        language: of the labels.
        excerpt_chars: how much of a summary or text stands as description; the full text is
            given only where the licence allows it.
    """
    known = vocabularies or load()
    address = uri(record["url"])
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": TYPES[record["kind"]],
        "@id": page or address,
        "name": record["title"],
        "url": address,
        "description": excerpt(record, excerpt_chars),
        "inLanguage": record["language"],
        "image": uri(record["image"]),
        "keywords": record["tags"],
        "about": [_term(s, known, language) for s in record["subjects"]],
        "educationalLevel": [
            *(_term(level, known, language) for level in record["levels"]),
            *(_class(grade, language) for grade in record["grades"]),
        ],
        "typicalAgeRange": age_range(record["grades"]),
        "audience": [
            {"@type": "EducationalAudience", "educationalRole": known.label(one, language)}
            for one in record["audiences"]
        ],
    }
    if record["kind"] == "event":  # an event is no work: nobody wrote it, and it has no licence
        announced = filled({"@type": "WebPage", "url": address, **_made(record, known)})
        said |= _held(record, known, language)
        said["assesses"] = [known.label(one, language) for one in record["exams"]]
        said["subjectOf"] = announced if set(announced) - {"@type", "url"} else None
        return filled(said)
    said |= _made(record, known)
    said["educationalAlignment"] = [
        {
            "@type": "AlignmentObject",
            "alignmentType": "assesses",
            "targetName": known.label(one, language),
        }
        for one in record["exams"]
    ]
    if record["kind"] == "material" and record["type"]:
        said["learningResourceType"] = _term(record["type"], known, language)
    if record["kind"] == "course":
        said |= _held(record, known, language)
    if record["body"] and may_be_copied(record["licence"]):
        said["articleBody" if record["kind"] == "news" else "text"] = record["body"]
    return filled(said)


def _made(record: Stored, known: Vocabularies) -> dict[str, Any]:
    """What a work has besides: who made it, when, under which licence, and its files."""
    return {
        "datePublished": record["published_at"] or record["published"],
        "author": [_person(author) for author in record["authors"]],
        "publisher": _organisation(record["organisation"]),
        "license": licence_address(record["licence"], known),
        "encoding": [_file(one) for one in record["attachments"] if uri(one["url"])],
    }


def in_script(value: Mapping[str, Any]) -> str:
    """The object as text that may stand inside a script element of a page."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def excerpt(record: Stored, limit: int) -> str | None:
    """The summary, or the beginning of the text, at most `limit` characters, cut at a word."""
    text = " ".join((record["summary"] or record["body"] or "")[: limit * 2].split())
    if len(text) <= limit:
        return text or None
    return text[:limit].rsplit(" ", 1)[0].rstrip(" ,.;:—–-") + "…"


def licence_address(concept: str | None, vocabularies: Vocabularies) -> str | None:
    """The licence's own address, or its name if it has none."""
    if not concept:
        return None
    found = vocabularies.scheme("licence").concepts.get(concept)
    return (found.uri or found.ru) if found else concept


def age_range(grades: Iterable[int]) -> str | None:
    """ "10-12" for the classes 4 and 5; preschool is 3-7."""
    numbers = list(grades)
    if not numbers:
        return None
    low, high = min(numbers), max(numbers)
    youngest = 3 if low == 0 else low + _AGE_OF_FIRST_CLASS - 1
    return f"{youngest}-{high + _AGE_OF_FIRST_CLASS if high else 7}"


def concept_address(concept: str, vocabularies: Vocabularies) -> str | None:
    """The concept's id in the SKOS export; None for one this version does not know."""
    if concept not in vocabularies:
        return None
    return f"{BASE}{vocabularies.concept(concept).scheme}/{concept}"


def filled(said: Mapping[str, Any]) -> dict[str, Any]:
    """The object without empty values; `False` and 0 say something."""
    return {name: value for name, value in said.items() if value or value == 0}


def _term(concept: str, vocabularies: Vocabularies, language: str) -> dict[str, Any]:
    address = concept_address(concept, vocabularies)
    return filled(
        {
            "@type": "DefinedTerm",
            "@id": address,
            "name": vocabularies.label(concept, language),
            "termCode": concept,
            "inDefinedTermSet": address and address.rpartition("/")[0],
        }
    )


def _class(grade: int, language: str) -> dict[str, Any]:
    words = {"ru": "класс", "en": "class"}
    return {"@type": "DefinedTerm", "termCode": str(grade), "name": f"{grade} {words[language]}"}


def _person(author: Mapping[str, Any]) -> dict[str, Any]:
    return filled(
        {
            "@type": "Person",
            "name": author["name"],
            "jobTitle": author["role"],
            "affiliation": _organisation(author["organisation"]),
        }
    )


def _organisation(name: str | None) -> dict[str, Any] | None:
    return {"@type": "Organization", "name": name} if name else None


def _file(attachment: Mapping[str, Any]) -> dict[str, Any]:
    size = attachment["size_bytes"]
    return filled(
        {
            "@type": "MediaObject",
            "contentUrl": uri(attachment["url"]),
            "name": attachment["name"],
            "encodingFormat": attachment["media_type"],
            "contentSize": f"{size} B" if size is not None else None,
        }
    )


def _held(record: Stored, vocabularies: Vocabularies, language: str) -> dict[str, Any]:
    """What an event or course has besides: when, where, by whom, for how much."""
    held = next((stage for stage in record["stages"] if stage["kind"] == "held"), None)
    said: dict[str, Any] = {"startDate": _start(held), "endDate": _end(held)}
    place = {"@type": "Place", "name": record["place"]} if record["place"] else None
    if place is None and record["online"]:
        place = {"@type": "VirtualLocation", "url": uri(record["url"])}
    offer = filled({"@type": "Offer", "description": record["fee"]})
    said |= {
        "location": filled(place or {}),
        "offers": offer if record["fee"] else None,
        "additionalType": record["type"] and vocabularies.label(record["type"], language),
    }
    organiser = _organisation(record["organiser"])
    if record["kind"] == "course":
        instance = {"@type": "CourseInstance", **filled(said), "organizer": organiser}
        return {"provider": organiser, "hasCourseInstance": [filled(instance)]}
    return said | {
        "organizer": organiser,
        "eventStatus": _STATUS.get(record["status"] or ""),
        "eventAttendanceMode": (
            None if record["online"] is None else _ATTENDANCE[record["online"]]
        ),
        "subEvent": [_stage(stage) for stage in record["stages"] if stage is not held],
    }


def _stage(stage: Mapping[str, Any]) -> dict[str, Any]:
    said = {"@type": "Event", "name": stage["label"] or stage["kind"], "description": stage["text"]}
    return filled({**said, "startDate": _start(stage), "endDate": _end(stage)})


def _start(stage: Mapping[str, Any] | None) -> str | None:
    return (stage["start_at"] or stage["start"] or stage["end"]) if stage else None


def _end(stage: Mapping[str, Any] | None) -> str | None:
    return (stage["end_at"] or stage["end"]) if stage else None
