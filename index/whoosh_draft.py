"""Writing a generation with Whoosh (API of stock 2.7.4): its fields and how they are fed.

Whoosh would tokenise again what is already tokens; `_JoinedTokens` hands it the postings of a
joined string instead.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats
from whoosh import index as whoosh_index
from whoosh.codec.whoosh3 import W3Codec

from index.analysis import GAP
from index.feed import TEXT_FIELDS, Feed, feed
from index.generations import Generation
from index.seam import FACETS, Document, IndexDamagedError
from index.words import Key

NO_DAY = 0
"""In the columns of days, which are ordinals: no date."""

_MEMORY_MB = 128
# Postings are not compressed: it takes a tenth of the time of writing and of searching.


class _JoinedTokens(formats.Positions):  # type: ignore[misc]  # Whoosh is untyped
    """Postings with positions of tokens joined by spaces; a gap takes a position only."""

    def word_values(
        self, value: str, analyzer: object, **kwargs: object
    ) -> Iterator[tuple[str, int, float, bytes]]:
        positions = defaultdict(list)
        for position, token in enumerate(value.split()):
            positions[token].append(position)
        positions.pop(GAP, None)
        for token, at in positions.items():
            yield token, len(at), float(len(at)), self.encode(at)


class _Values(formats.Existence):  # type: ignore[misc]  # Whoosh is untyped
    """Postings of whole values, given as a list."""

    def word_values(
        self, value: Iterable[str], analyzer: object, **kwargs: object
    ) -> Iterator[tuple[str, int, float, bytes]]:
        for one in set(value):
            yield one, 1, 1.0, b""


def _schema() -> Any:
    text = {name: fields.FieldType(_JoinedTokens(), None, scorable=True) for name in TEXT_FIELDS}
    exact = {name: fields.FieldType(_Values(), None) for name in ("words", *FACETS)}
    days = {
        name: fields.COLUMN(columns.NumericColumn("i", default=NO_DAY))
        for name in ("published", "deadline")
    }
    return fields.Schema(
        key=fields.FieldType(_Values(), None, unique=True),
        id=fields.COLUMN(columns.NumericColumn("q", default=-1)),
        fingerprint=fields.COLUMN(columns.NumericColumn("q", default=0)),
        **text,
        **exact,
        **days,
    )


def open_generation(generation: Generation) -> Any:
    """Whoosh's index of a generation. Its files hold pickles, which run code when they are read:
    so all of them are first compared with their checksums.

    Raises: IndexDamagedError.
    """
    if damage := generation.damage():
        raise IndexDamagedError(f"The index in {generation.path} is damaged: {'; '.join(damage)}")
    return whoosh_index.open_dir(str(generation.path))


class WhooshDraft:
    """See `index.base.Draft`."""

    def __init__(self, path: Path, base: Generation | None) -> None:
        if base is None:
            self._index = whoosh_index.create_in(str(path), _schema())
        else:
            if damage := base.damage():
                raise IndexDamagedError(f"{base.path} is damaged: {'; '.join(damage)}")
            self._index = whoosh_index.open_dir(str(path))
        self._put: set[int] = set()
        self._writer: Any = None
        self._base: Any = None

    def put(self, document: Document) -> Sequence[Key]:
        """See `index.base.Draft.put`."""
        fed = feed(document)
        row = _row(document, fed)
        self._remove(document.id)
        self._put.add(document.id)
        self._writing().add_document(**row)
        return fed.keys

    def delete(self, id: int) -> None:
        """See `index.base.Draft.delete`."""
        self._remove(id)

    def finish(self) -> int:
        """See `index.base.Draft.finish`."""
        self._commit()
        return int(self._index.doc_count())

    def abandon(self) -> None:
        """See `index.base.Draft.abandon`."""
        if self._base:
            self._base.close()
        if self._writer and not self._writer.is_closed:
            with suppress(OSError):  # cancelling writes, too
                self._writer.cancel()

    def _remove(self, id: int) -> None:
        if id in self._put:
            # Whoosh deletes only what is committed; nobody sees the draft, so commit early.
            self._commit()
        writer = self._writing()
        if ("key", str(id)) in self._base.reader():
            writer.delete_by_term("key", str(id), searcher=self._base)

    def _writing(self) -> Any:
        if self._writer is None:
            self._base = self._index.searcher()
            self._writer = self._index.writer(limitmb=_MEMORY_MB, codec=W3Codec(compression=0))
        return self._writer

    def _commit(self) -> None:
        if self._writer:
            self._base.close()
            self._base = None
            self._writer.commit()
            self._writer = None
            self._put.clear()


def _row(document: Document, fed: Feed) -> dict[str, Any]:
    row: dict[str, Any] = {
        "key": [str(document.id)],
        "id": document.id,
        "fingerprint": document.fingerprint,
        "title": fed.title,
        "authors": fed.authors,
        "keywords": fed.keywords,
        "text": fed.text,
        "words": fed.words.split(),
        "published": _ordinal(document.published),
        "deadline": _ordinal(document.deadline),
    }
    row.update((name, list(values)) for name, values in document.facets.items() if values)
    return row


def _ordinal(day: dt.date | None) -> int:
    return day.toordinal() if day else NO_DAY
