"""A document as every engine is fed it: joined tokens per field, exact values, sort keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from index.analysis import forms, stop_words, streams, streams_of
from index.seam import FACETS, MAX_ID, Document
from index.words import Key, split

GAP = "_"
"""Stands between values and before second readings: takes a position and is not indexed, so that
no phrase reaches across. No token is an underscore."""

TEXT_FIELDS = ("title", "authors", "keywords", "text")

SKETCH_CHARS = 1_500
"""Tokens kept with a document for `similar`, in characters: title, keywords, start of the text."""

MAX_TEXT_CHARS = 200_000
"""Only this much of a text is indexed: about 60 pages of print."""

_NO_DAY = dt.date.max.toordinal() + 1


@dataclass(frozen=True, slots=True)
class Feed:
    """Joined tokens of the text fields, surface words for suggestions, tokens for `similar`; and
    the keys of all words, for the dictionary of spellings."""

    title: str
    authors: str
    keywords: str
    text: str
    words: str
    sketch: str
    keys: Sequence[Key]


def feed(document: Document) -> Feed:
    """Analyse a document. Raises ValueError if it breaks the contract of `Document`."""
    if not 0 <= document.id <= MAX_ID:
        raise ValueError(f"Document id {document.id} is not between 0 and {MAX_ID}")
    if unknown := set(document.facets) - set(FACETS):
        raise ValueError(f"Document {document.id} has unknown facets: {sorted(unknown)}")
    title = [streams(document.title)]
    authors = [streams(author) for author in document.authors]
    keywords = [streams(keyword) for keyword in document.keywords]
    keys = split(document.text[:MAX_TEXT_CHARS])
    body = streams_of(keys)
    named = " ".join((document.title, *document.keywords, *document.authors))
    return Feed(
        title=_joined(title),
        authors=_joined(authors),
        keywords=_joined(keywords),
        # Everything belongs to the text: a document never ranks lower for saying a word in its
        # title.
        text=_joined((*title, *authors, *keywords, body)),
        words=" ".join({form for form in forms(named) if len(form) > 2} - stop_words()),
        sketch=" ".join(first for first, _ in (*title, *keywords, body))[:SKETCH_CHARS],
        keys=[*keys, *split(named)],
    )


def day_key(day: dt.date | None, id: int, *, newest_first: bool) -> int:
    """A number that sorts documents by day, then by id, the dayless last.

    With `newest_first` it is to be sorted descending, otherwise ascending.
    """
    if newest_first:
        return ((day.toordinal() if day else 0) << 40) | (MAX_ID - id)
    return ((day.toordinal() if day else _NO_DAY) << 40) | id


def day_of(key: int, *, newest_first: bool) -> int | None:
    """The day in a sort key, as an ordinal; None for a document without one."""
    day = key >> 40
    return None if day == (0 if newest_first else _NO_DAY) else day


def _joined(values: Sequence[tuple[str, str]]) -> str:
    firsts = [first for first, _ in values]
    return _BETWEEN.join((*firsts, *(other for _, other in values if other)))


_BETWEEN = f" {GAP} "
