"""A material or course in the words of AMB, the general metadata profile for educational resources.

    https://w3id.org/kim/amb/20231019/  (DINI-AG-KIM)

The profile is schema.org in one fixed shape: lists where schema.org leaves a choice, concepts as
SKOS, and for subject, type and level at least one concept of the vocabularies it names. Ours stand
beside those that mean nearly the same; a subject without such a neighbour becomes a keyword. Events
and news are no learning resources, and have no form here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from netmeta.catalogue.stored import Stored
from netmeta.exchange.jsonld import concept_address, excerpt, filled, licence_address
from netmeta.exchange.markup import uri
from netmeta.exchange.oai.setting import Setting
from netmeta.vocabularies import Vocabularies

CONTEXT: Final = "https://w3id.org/kim/amb/context.jsonld"
KINDS: Final = frozenset({"material", "course"})
"""Kinds of records that are learning resources."""

DESCRIPTION_CHARS: Final = 1_000
_SUBJECTS: Final = "http://w3id.org/kim/schulfaecher/"
_SUBJECT: Final = {
    "mathematics": "s1017", "russian-language": "s1027", "english": "s1007", "german": "s1005",
    "french": "s1009", "spanish": "s1030", "italian": "s1014", "chinese": "s1003",
    "turkish": "s1032", "latin": "s1016", "informatics": "s1013", "physics": "s1022",
    "chemistry": "s1002", "biology": "s1001", "natural-science": "s1019", "geography": "s1010",
    "history": "s1011", "social-studies": "s1023", "economics": "s1033", "philosophy": "s1021",
    "physical-education": "s1031", "fine-art": "s1015", "music": "s1020", "theatre": "s1004",
    "world-around": "s1028", "orkse": "s1008", "health": "s1012",
}  # fmt: skip
"""Nearest subject of the list «Schulfächer» (w3id.org/kim/schulfaecher)."""

_TYPES: Final = "https://w3id.org/kim/hcrt/"
_TYPE: Final = {
    "lesson-plan": "lesson_plan", "presentation": "slide", "work-programme": "lesson_plan",
    "calendar-plan": "lesson_plan", "test": "assessment", "control-work": "assessment",
    "script": "lesson_plan", "class-hour": "lesson_plan", "extracurricular-event": "lesson_plan",
    "methodical-work": "lesson_plan", "research-work": "text", "report": "text",
    "article": "text", "document": "text", "video-lesson": "video", "audio": "audio",
    "game": "educational_game", "handout": "worksheet", "exercises": "drill_and_practice",
    "practical-work": "drill_and_practice", "lecture": "script",
    "questionnaire": "questionnaire", "textbook": "textbook", "software": "application",
    "courses": "course",
}  # fmt: skip
"""Nearest type of the list «Hochschulcampus Ressourcentypen» (w3id.org/kim/hcrt)."""

_CLASSES: Final = {
    "presentation": "PresentationDigitalDocument", "test": "Quiz", "video-lesson": "VideoObject",
    "audio": "AudioObject", "game": "Game", "textbook": "Book", "software": "SoftwareApplication",
    "article": "Article",
}  # fmt: skip
"""Subclasses of CreativeWork that say more than LearningResource does."""

_LEVELS: Final = "https://w3id.org/kim/educationalLevel/"
_LEVEL: Final = {
    "preschool": "level_0", "primary": "level_1", "basic": "level_2", "secondary": "level_3",
    "vocational-education": "level_4", "higher": "level_678",
}  # fmt: skip
_LAST_CLASS: Final = ((0, "level_0"), (4, "level_1"), (9, "level_2"), (11, "level_3"))
"""(last class, level): Law 273-FZ, articles 63 and 66; levels are those of ISCED 2011."""

_ROLES: Final = "http://purl.org/dcx/lrmi-vocabs/educationalAudienceRole/"
_ROLE: Final = {
    "pupils": "student", "students": "student", "teachers": "teacher", "parents": "parent",
    "school-leaders": "administrator", "methodists": "mentor", "psychologists": "professional",
    "speech-therapists": "professional", "social-workers": "professional",
    "librarians": "professional",
}  # fmt: skip
_OPEN_LICENCE: Final = re.compile(r"https?://(?:creativecommons\.org|www\.gnu\.org/licenses)/.+")
"""Of the licences that the profile allows, those that we know."""

_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_MEDIA_TYPE: Final = re.compile(
    r"(?:application|audio|example|font|image|message|model|multipart|text|video)/[a-zA-Z0-9+_.-]+"
)


def record_amb(record: Stored, setting: Setting, *, page: str | None = None) -> dict[str, Any]:
    """The AMB object of a material or course in its stored form.

    Args:
        page: address of the record's page here, which describes it.
    """
    known = setting.vocabularies
    subjects = list(_concepts(record["subjects"], _SUBJECT, _SUBJECTS, known))
    told = {one["id"] for one in subjects}
    unknown = [known.label(s) for s in record["subjects"] if concept_address(s, known) not in told]
    address = uri(record["url"]) or setting.page(record["id"])
    kinds = [record["type"]] if record["type"] else []
    said: dict[str, Any] = {
        "@context": [CONTEXT, {"@language": "ru"}],
        "id": address,
        "type": _classes(record),
        "name": record["title"].strip() or address,
        "description": excerpt(record, DESCRIPTION_CHARS),
        "about": subjects,
        "keywords": [*record["tags"], *unknown],
        "learningResourceType": list(_concepts(kinds, _TYPE, _TYPES, known, otherwise="other")),
        "educationalLevel": _levels(record),
        "audience": list(_concepts(record["audiences"], _ROLE, _ROLES, known)),
        "inLanguage": [lang for lang in [record["language"]] if lang and _LANGUAGE.fullmatch(lang)],
        "license": _licence(record["licence"], known),
        "creator": [_creator(author) for author in record["authors"] if author["name"].strip()],
        "publisher": _organisations(record["organisation"]),
        "datePublished": record["published_at"] or record["published"],
        "image": uri(record["image"]),
        "encoding": [_file(one) for one in record["attachments"] if uri(one["url"])],
        "mainEntityOfPage": [_description(record, setting, page)] if page else [],
    }
    return filled(said)


def _classes(record: Stored) -> list[str]:
    more = "Course" if record["kind"] == "course" else _CLASSES.get(record["type"] or "")
    return ["LearningResource", *([more] if more else [])]


def _concepts(
    ids: Iterable[str],
    nearest: Mapping[str, str],
    base: str,
    known: Vocabularies,
    *,
    otherwise: str | None = None,
) -> Iterable[dict[str, Any]]:
    """Concepts of a list of theirs, then ours that have a neighbour there; none without any."""
    theirs: dict[str, None] = {}
    ours: list[str] = []
    for id in ids:
        line = [id, *(known.ancestors(id) if id in known else ())]
        neighbour = next((nearest[one] for one in line if one in nearest), otherwise)
        if neighbour is not None:
            theirs[neighbour] = None
            ours.append(id)
    yield from ({"id": base + name, "type": "Concept"} for name in theirs)
    for id in ours:
        if (address := concept_address(id, known)) is not None:
            labels = {language: known.label(id, language) for language in ("ru", "en")}
            yield {"id": address, "type": "Concept", "prefLabel": labels}


def _levels(record: Stored) -> list[dict[str, Any]]:
    """The profile takes levels from its own list only; where there are none, classes tell them."""
    named = [_LEVEL[level] for level in record["levels"] if level in _LEVEL]
    taught = [
        next(level for last, level in _LAST_CLASS if grade <= last) for grade in record["grades"]
    ]
    return [{"id": _LEVELS + one, "type": "Concept"} for one in dict.fromkeys(named or taught)]


def _licence(concept: str | None, known: Vocabularies) -> dict[str, str] | None:
    address = licence_address(concept, known)
    return {"id": address} if address and _OPEN_LICENCE.fullmatch(address) else None


def _creator(author: Mapping[str, Any]) -> dict[str, Any]:
    affiliation = _organisations(author["organisation"])
    return filled(
        {
            "type": "Person",
            "name": author["name"],
            "affiliation": affiliation[0] if affiliation else None,
        }
    )


def _organisations(name: str | None) -> list[dict[str, str]]:
    return [{"type": "Organization", "name": name}] if name and name.strip() else []


def _file(attachment: Mapping[str, Any]) -> dict[str, Any]:
    size, kind = attachment["size_bytes"], attachment["media_type"] or ""
    return filled(
        {
            "type": "MediaObject",
            "contentUrl": uri(attachment["url"]),
            "encodingFormat": kind if _MEDIA_TYPE.fullmatch(kind) else None,
            "contentSize": None if size is None else str(size),
        }
    )


def _description(record: Stored, setting: Setting, page: str) -> dict[str, Any]:
    provider = {"id": setting.site_url, "type": "Service", "name": setting.title}
    return {
        "id": page, "type": "WebContent", "provider": provider,
        "dateCreated": record["first_seen"], "dateModified": record["last_changed"],
    }  # fmt: skip
