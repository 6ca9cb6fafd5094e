"""A document as every engine is fed it: joined tokens per field, exact values, sort keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from index.analysis import BOUNDARY, GAP, all_readings, stream, streams_of, telling_forms
from index.seam import FACETS, MAX_ID, Document
from index.words import Key, split

TEXT_FIELDS = ("title", "authors", "keywords", "text")

SKETCH_CHARS = 1_500
"""Tokens by which others like a document are sought, in characters: title, keywords, start of the
text."""

MAX_TEXT_CHARS = 200_000
"""Only this much of a text is indexed: about 60 pages of print."""

_FACETS = frozenset(FACETS)
_NO_DAY = dt.date.max.toordinal() + 1


class Feed(NamedTuple):
    """Joined tokens of the text fields; surface words for suggestions; and the keys of all words,
    for the dictionary of spellings."""

    title: str
    authors: str
    keywords: str
    text: str
    words: str
    keys: Sequence[Key]


def feed(document: Document) -> Feed:
    """Analyse a document. Raises ValueError if it breaks the contract of `Document`."""
    if not 0 <= document.id <= MAX_ID:
        raise ValueError(f"Document id {document.id} is not between 0 and {MAX_ID}")
    if not _FACETS.issuperset(document.facets):
        unknown = sorted(set(document.facets) - _FACETS)
        raise ValueError(f"Document {document.id} has unknown facets: {unknown}")
    keys = split(document.title)
    for name in (*document.authors, *document.keywords):
        keys.append(BOUNDARY)
        keys += _known_keys(name)
    words = telling_forms(keys)
    keys.append(BOUNDARY)
    keys += split(document.text[:MAX_TEXT_CHARS])
    everything = all_readings(keys)
    fields = everything.split(GAP)
    authors_end = 1 + len(document.authors)
    return Feed(
        title=stream(fields[0]),
        authors=stream(GAP.join(fields[1:authors_end])),
        keywords=stream(GAP.join(fields[authors_end:-1])),
        # Everything belongs to the text: a document never ranks lower for saying a word in its
        # title.
        text=stream(everything),
        words=words,
        keys=keys,
    )


_known_keys = lru_cache(maxsize=10_000)(split)
"""For authors and keywords, who come again and again."""


def sketch(document: Document) -> str:
    """The tokens by which others like the document are sought, joined."""
    text = "\n".join((document.title, *document.keywords, document.text[: 2 * SKETCH_CHARS]))
    return streams_of(split(text))[0][:SKETCH_CHARS]


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
