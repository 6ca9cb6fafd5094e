"""Whether a curator's value fits its field: concepts exist, days are days, codes are known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, get_args

from netmeta.errors import UnknownConceptError, UsageError
from netmeta.model import KINDS, Certificate, EventStatus, StageKind
from netmeta.normalise import canonical_url
from netmeta.texts import t
from netmeta.vocabularies import load

_SCHEMES: Final[Mapping[str, tuple[str, ...]]] = {
    "subjects": ("subject",), "levels": ("level",), "exams": ("exam",), "audiences": ("audience",),
    "type": ("material-type", "event-type"), "licence": ("licence",),
}  # fmt: skip
_CODES: Final[Mapping[str, Sequence[str]]] = {
    "kind": KINDS, "certificate": get_args(Certificate), "status": get_args(EventStatus),
}  # fmt: skip
_STAGE_KINDS: Final = get_args(StageKind)
MOST_CHARS: Final[Mapping[str, int]] = {"title": 1_000, "summary": 20_000}
"""Longest texts a curator may give; a portal's own are cut elsewhere."""


def fitted(field: str, value: Any) -> Any:
    """The value, tidied; None (which clears a field) always fits here.

    Raises: UsageError saying what is wrong; UnknownConceptError naming the nearest.
    """
    if value is None:
        return None
    if isinstance(value, str):
        value = value.strip()
        if len(value) > MOST_CHARS.get(field, 4_000) and field != "body":
            raise UsageError(t("The text is too long: at most {n} characters", n=MOST_CHARS.get(field, 4_000)))  # fmt: skip
    if field in _SCHEMES:
        _require_concepts(field, value)
    elif field in _CODES:
        if value not in _CODES[field]:
            raise UsageError(t("{value} is none of: {names}", value=value, names=", ".join(_CODES[field])))  # fmt: skip
    elif field in _PARTS:
        _PARTS[field](value)
    return value


def _require_concepts(field: str, value: Any) -> None:
    vocabularies = load()
    names = _SCHEMES[field]
    for one in value if isinstance(value, list) else [value]:
        if not any(one in vocabularies.scheme(name).concepts for name in names):
            known = [concept for name in names for concept in vocabularies.scheme(name).concepts]
            raise UnknownConceptError(str(one), known=known)


def _day(value: Any) -> None:
    try:
        dt.date.fromisoformat(str(value))
    except ValueError:
        raise UsageError(t("{value} is no day; write 2026-01-31", value=value)) from None


def _instant(value: Any) -> None:
    try:
        aware = dt.datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        aware = False
    if not aware:
        raise UsageError(t("{value} is no time; write 2026-01-31T09:00:00Z", value=value))


def _address(value: Any) -> None:
    if canonical_url(str(value)) is None:
        raise UsageError(t("{url} is no address of a site or feed", url=value))


def _stages(value: Any) -> None:
    for stage in value if isinstance(value, list) else ():
        if not isinstance(stage, dict):
            continue  # the catalogue says which shape a stage has
        if stage.get("kind") not in _STAGE_KINDS:
            raise UsageError(t("{value} is none of: {names}", value=stage.get("kind"), names=", ".join(_STAGE_KINDS)))  # fmt: skip
        for name in ("start", "end"):
            if stage.get(name) is not None:
                _day(stage[name])
        if stage.get("start") and stage.get("end") and stage["start"] > stage["end"]:
            raise UsageError(t("A stage ends before it begins: {start} — {end}", start=stage["start"], end=stage["end"]))  # fmt: skip


_PARTS: Final[Mapping[str, Callable[[Any], None]]] = {
    "published": _day, "published_at": _instant, "url": _address, "image": _address,
    "stages": _stages,
}  # fmt: skip
