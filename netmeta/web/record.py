"""One record, with everything around it."""

from __future__ import annotations

import json
from typing import Any, Final

from markupsafe import Markup

from netmeta.errors import IndexUnavailableError
from netmeta.facade import Netmeta
from netmeta.search.wording import classes
from netmeta.services import browse
from netmeta.texts import language
from netmeta.vocabularies import load
from netmeta.web.page import render
from netmeta.web.shelf import shelf_of
from netmeta.web.words import label, link, shown

BODY_CHARACTERS: Final = 12_000
"""Of a text: four printed pages. The rest is a click away, at its source."""

_TYPES: Final = {
    "material": "LearningResource", "event": "EducationEvent", "news": "NewsArticle", "course": "Course",
}  # fmt: skip


async def record(request: Any, datasette: Any) -> Any:
    """`/record/ID`: hidden ones are not there, forgotten ones are gone for good."""
    id = int(request.url_vars["id"])
    found = await shelf_of(datasette).do(lambda netmeta: _read(netmeta, id), language())
    if found["state"] != "shown":
        status = 410 if found["state"] == "forgotten" else 404
        context = {"state": found["state"], "status": status, "robots": "noindex"}
        return await render(datasette, request, "netmeta_absent.html", context, status=status)
    whole = found["record"]
    context = {
        **found,
        "paragraphs": _paragraphs(whole),
        "cut": len(whole["body"] or "") > BODY_CHARACTERS,
        "described": _described(whole),
        "jsonld": jsonld(whole),
        "stages": [{**stage, "state": _stage_state(stage, found["today"].isoformat())} for stage in whole["stages"]],
        "authors": list(zip(found["people"], whole["authors"], strict=False)),
    }  # fmt: skip
    return await render(datasette, request, "netmeta_record.html", context)


def _read(netmeta: Netmeta, id: int) -> dict[str, Any]:
    try:
        searcher = netmeta.searcher
    except IndexUnavailableError:
        searcher = None
    return browse.record(netmeta.catalogue, searcher, id)


def _paragraphs(whole: dict[str, Any]) -> list[str]:
    text = shown(whole["body"] or whole["summary"] or "", BODY_CHARACTERS)
    return [part for line in text.split("\n") if (part := line.strip())]


def _described(whole: dict[str, Any]) -> str:
    """A sentence or two for `meta description`."""
    text = " ".join(shown(whole["summary"] or whole["body"] or "", 400).split())
    parts = [
        label(whole["type"]),
        ", ".join(label(s) for s in whole["subjects"]),
        classes(whole["grades"]),
    ]
    return shown(". ".join([", ".join(part for part in parts if part), text]).strip(". "), 200)


def _stage_state(stage: dict[str, Any], today: str) -> str:
    """Whether a stage is over, going on, or to come."""
    start, end = stage["start"] or stage["end"], stage["end"] or stage["start"]
    if end and end < today:
        return "past"
    return "coming" if stage["start"] and start > today else "now"


def jsonld(whole: dict[str, Any]) -> Markup:
    """The record in schema.org's words, safe inside a script element.

    LearningResource, EducationEvent, NewsArticle and Course after LRMI (dublincore.org/lrmi).
    """
    held = next((stage for stage in whole["stages"] if stage["kind"] == "held"), None)
    concept = whole["licence"]
    licence = load().scheme("licence").concepts.get(concept) if concept else None
    said = {
        "@context": "https://schema.org",
        "@type": _TYPES[whole["kind"]],
        "name": shown(whole["title"]),
        "url": link(whole["url"]),
        "description": _described(whole),
        "inLanguage": whole["language"],
        "datePublished": whole["published"],
        "author": [{"@type": "Person", "name": shown(one["name"])} for one in whole["authors"]],
        "about": [load().label(subject, "ru") for subject in whole["subjects"]],
        "learningResourceType": label(whole["type"]) if whole["kind"] == "material" else None,
        "educationalLevel": classes(whole["grades"]),
        "license": (licence.uri or licence.ru) if licence else None,
        "startDate": (held["start"] or held["end"]) if held else None,
        "endDate": held["end"] if held else None,
    }
    if whole["kind"] == "event" and whole["place"]:
        said["location"] = {"@type": "Place", "name": shown(whole["place"])}
    filled = {name: value for name, value in said.items() if value not in (None, "", [])}
    text = json.dumps(filled, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - no sign is left that could end the script element
