"""A work of the catalogue, on however many portals it stands, as one document of the index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from index.seam import Document

_ONE: Final = ("kind", "source", "certificate", "type", "year", "licence", "language")
_MANY: Final = {"subject": "subjects", "grade": "grades"}


def document(card: Mapping[str, Any], *copies: Mapping[str, Any]) -> Document:
    """The document of a card as `netmeta.catalogue.queries.cards` gives it.

    Exact copies elsewhere add what is exact about them: their portal, their classes, their dates;
    so that a filter by any of their portals finds the work, and counts it once.
    """
    everywhere = (card, *copies)
    facets = {name: list(_values(everywhere, name)) for name in (*_ONE, *_MANY)}
    days = [one["deadline"] for one in everywhere if one["deadline"]]
    return Document(
        id=card["id"],
        title=card["title"],
        text=_text(card),
        authors=_all(everywhere, "authors"),
        keywords=_all(everywhere, "tags"),
        facets={name: values for name, values in facets.items() if values},
        published=_day(card["published"]),
        deadline=_day(max(days, default=None)),
    )


def _values(cards: Sequence[Mapping[str, Any]], name: str) -> Iterator[str]:
    seen = set()
    for card in cards:
        values = card[_MANY[name]] if name in _MANY else [card[name]]
        for value in values:
            if value is not None and str(value) not in seen:
                seen.add(str(value))
                yield str(value)


def _all(cards: Sequence[Mapping[str, Any]], name: str) -> list[str]:
    return list(dict.fromkeys(value for card in cards for value in card[name]))


def _text(card: Mapping[str, Any]) -> str:
    summary, body = card["summary"] or "", card["body"] or ""
    return body if summary in body else f"{summary}\n{body}"


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
