"""A record of the catalogue as a document of the index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from index.seam import Document


def document(card: Mapping[str, Any]) -> Document:
    """The document of a card as `netmeta.catalogue.queries.cards` gives it."""
    facets: dict[str, list[str]] = {
        "kind": [card["kind"]],
        "source": [card["source"]],
        "subject": card["subjects"],
        "grade": [str(grade) for grade in card["grades"]],
        "certificate": [card["certificate"]],
    }
    for name in ("type", "year", "licence", "language"):
        if card[name] is not None:
            facets[name] = [str(card[name])]
    return Document(
        id=card["id"],
        title=card["title"],
        text=_text(card),
        authors=card["authors"],
        keywords=card["tags"],
        facets=facets,
        published=_day(card["published"]),
        deadline=_day(card["deadline"]),
        fold=card["content_hash"] or None,
    )


def _text(card: Mapping[str, Any]) -> str:
    summary, body = card["summary"] or "", card["body"] or ""
    return body if summary in body else f"{summary}\n{body}"


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
