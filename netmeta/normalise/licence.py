"""The licence a page states. Absent is not permission: None stays None."""

from __future__ import annotations

import re

from netmeta.model import Mapped, Unmapped
from netmeta.vocabularies import Vocabularies

_CC_URL = re.compile(r"creativecommons\.org/(licenses|publicdomain)/([a-z\-]+)", re.IGNORECASE)
_CC_CODE = re.compile(r"\bcc[\s\-]*((?:by|nc|nd|sa)(?:[\s\-]+(?:by|nc|nd|sa))*)\b", re.IGNORECASE)
_GFDL = re.compile(r"gnu\.org/(?:licenses|copyleft)/fdl", re.IGNORECASE)
_PARTS = ("by", "nc", "nd", "sa")


def normalise_licence(
    stated: str | None, of_source: str | None, vocabularies: Vocabularies
) -> tuple[str | None, tuple[Mapped, ...], tuple[Unmapped, ...]]:
    """The licence of the item, else the one its source states for everything on it."""
    for raw, where in ((stated, "licence"), (of_source, "source")):
        if not raw or not raw.strip():
            continue
        if concept := find_licence(raw, vocabularies):
            mapped = Mapped(scheme="licence", concept=concept, raw=raw.strip()[:200], where=where)
            return concept, (mapped,), ()
        return None, (), (Unmapped(scheme="licence", raw=raw.strip()[:200]),)
    return None, (), ()


def find_licence(text: str, vocabularies: Vocabularies) -> str | None:
    """By address of a Creative Commons licence, by its code («CC BY-NC»), or by words."""
    if found := _CC_URL.search(text):
        code = found[2].lower()
        if found[1].lower() == "publicdomain":
            return "cc0-1.0" if code == "zero" else "public-domain"
        return _cc(code)
    if found := _CC_CODE.search(text):
        return _cc(found[1])
    if _GFDL.search(text):
        return "gfdl"
    if text in vocabularies and vocabularies.concept(text).scheme == "licence":
        return text
    return next(iter(vocabularies.match("licence", text)), None)


def _cc(code: str) -> str | None:
    parts = set(re.split(r"[\s\-]+", code.lower()))
    # The licence's own order of elements: by-nc-sa, by-nc-nd.
    order = ("by", "nc", "sa", "nd")
    if not parts <= set(_PARTS) or "by" not in parts or {"nd", "sa"} <= parts:
        return None
    return "cc-" + "-".join(part for part in order if part in parts)
