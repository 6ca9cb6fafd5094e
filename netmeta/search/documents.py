"""A work of the catalogue, on however many portals it stands, as one document of the index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from index.seam import Document

_ONE: Final = ("kind", "source", "certificate", "type", "year", "licence", "language")
_MANY: Final = (("subject", "subjects"), ("grade", "grades"))


def document(card: Mapping[str, Any], *copies: Mapping[str, Any]) -> Document:
    """The document of a card as `netmeta.catalogue.queries.cards` gives it.

    Exact copies elsewhere add what is exact about them: their portal, their classes, their dates;
    so that a filter by any of their portals finds the work, and counts it once.
    """
    facets = _values(card)
    authors, keywords, deadline = card["authors"], card["tags"], card["deadline"]
    for copy in copies:
        for name, values in _values(copy).items():
            facets[name] = list(dict.fromkeys((*facets.get(name, ()), *values)))
        authors, keywords = [*authors, *copy["authors"]], [*keywords, *copy["tags"]]
        deadline = max(filter(None, (deadline, copy["deadline"])), default=None)
    return Document(
        id=card["id"],
        title=card["title"],
        text=_text(card),
        authors=list(dict.fromkeys(authors)),
        keywords=list(dict.fromkeys(keywords)),
        facets=facets,
        published=_day(card["published"]),
        deadline=_day(deadline),
    )


def _values(card: Mapping[str, Any]) -> dict[str, list[str]]:
    facets = {name: [str(value)] for name in _ONE if (value := card[name]) is not None}
    for name, key in _MANY:
        if values := card[key]:
            facets[name] = list(map(str, values))
    return facets


def _text(card: Mapping[str, Any]) -> str:
    summary, body = card["summary"] or "", card["body"] or ""
    return body if summary in body else f"{summary}\n{body}"


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
