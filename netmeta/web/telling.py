"""A record's history in words: what changed from what to what, by whom, and what words meant."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from netmeta.search.wording import classes
from netmeta.texts import n_, t
from netmeta.web import codes
from netmeta.web.words import date, label, period, shown

MOST_CHARS: Final = 240
MOST_CHANGES: Final = 50

Words = Callable[[Any], str]


def _concepts(value: Any) -> str:
    return ", ".join(label(one) for one in value)


def _people(value: Any) -> str:
    return ", ".join(str(one.get("name", "")) for one in value)


def _files(value: Any) -> str:
    return ", ".join(str(one.get("name") or one.get("url") or "") for one in value)


def _stages(value: Any) -> str:
    return "; ".join(
        " ".join(filter(None, (one.get("label") or _code(one.get("kind")), period(one.get("start"), one.get("end")))))
        for one in value
    )  # fmt: skip


def _code(value: Any) -> str:
    words = str(value or "")
    return t(words) if words else ""


def _yes(value: Any) -> str:
    return t("yes") if value else t("no")


_SAID: Final[Mapping[str, Words]] = {
    "subjects": _concepts, "levels": _concepts, "exams": _concepts, "audiences": _concepts,
    "type": label, "licence": label, "grades": classes, "authors": _people,
    "attachments": _files, "stages": _stages, "kind": _code, "certificate": _code,
    "status": _code, "published": lambda value: date(str(value)), "hidden": _yes, "online": _yes,
}  # fmt: skip


def value_words(field: str, value: Any) -> str:
    """A stored value as people say it; "—" for none. Whatever stands in the log gives some words."""
    if value is None or value in ("", [], {}):
        return "—"
    if isinstance(value, dict) and "begins" in value:  # how the log tells of a long text
        return f"{shown(value['begins'], 120)}… ({value.get('characters')})"
    try:
        words = _SAID.get(field, _plain)(value)
    except (TypeError, ValueError, AttributeError, KeyError):
        words = _plain(value)
    return shown(words, MOST_CHARS) or "—"


def _plain(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_PLACES: Final = {
    name: name for name in (
        n_("subtitle"), n_("category"), n_("audience"), n_("description"), n_("event-type"),
        n_("material-type"), n_("level"), n_("exam"), n_("online"), n_("organiser"),
        n_("nominations"), n_("fee"), n_("certificate_price"), n_("status"), n_("hidden"),
        n_("published_at"),
    )
}  # fmt: skip
"""Fields that only history names, and places of a page where words were found."""


def field_words(name: str) -> str:
    """A field's name in the reader's language; itself if it is none of ours."""
    words = _PLACES.get(name)
    return t(words) if words else codes.field_words(name)


_DEEDS: Final = {
    "new": n_("added"), "changed": n_("corrected"), "gone": n_("took for gone"),
    "restored": n_("restored"), "forgotten": n_("removed on request"),
    "collection made": n_("made a collection"), "collection changed": n_("changed a collection"),
    "collection removed": n_("removed a collection"),
    "record collected": n_("put into a collection"),
    "record uncollected": n_("took out of a collection"), "words mapped": n_("taught"),
    "words untaught": n_("forgot the meaning of"),
    "report solved": n_("solved a report"),
}  # fmt: skip


def deed_words(deed: str, fields: list[str]) -> str:
    """What a curator did, with the fields that an edit changed."""
    words = _DEEDS.get(deed, deed)
    if deed != "changed" or not fields:
        return t(words)
    return f"{t(words)}: {', '.join(field_words(name) for name in fields)}"


def changes(history: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The change log, newest first: {"at", "op", "author", "run", "started_at", "fields": [(name,
    from, to)]}; a harvest has a run, a person is an author."""
    rows = []
    for one in reversed(history["changes"][-MOST_CHANGES:]):
        run = one["run"] or {}
        pairs = [
            (name, pair)
            for name, pair in one["fields"].items()
            if isinstance(pair, list) and len(pair) == 2
        ]
        rows.append({
            "at": one["at"], "op": one["op"], "author": one["author"], "run": run.get("id"),
            "fields": [
                (field_words(name), value_words(name, pair[0]), value_words(name, pair[1]))
                for name, pair in pairs if name != "content_hash"
            ],
        })  # fmt: skip
    return rows


def meanings(history: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Which of the portal's words, from where, were taken for what."""
    return [
        (shown(one["raw"], 160), field_words(one["where"]), _meaning(one["scheme"], one["concept"]))
        for one in history.get("mapped", ())[:60]
    ]


def _meaning(scheme: str, concept: str) -> str:
    if scheme == "grade" and concept.isdigit():
        return t("preschool") if concept == "0" else t("class {n}", n=concept)
    if scheme == "certificate" and concept in {"free", "paid", "none", "unknown"}:
        return t(concept)
    return shown(label(concept), 160)


def edits(history: Mapping[str, Any]) -> list[dict[str, str]]:
    """The overrides in force: {"field", "words", "author", "at"}."""
    return [
        {
            "name": one["field"], "field": field_words(one["field"]),
            "words": value_words(one["field"], one["value"]), "author": shown(one["author"], 80),
            "at": one["at"],
        }
        for one in history["overrides"]
    ]  # fmt: skip
