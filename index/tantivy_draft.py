"""Writing a generation with Tantivy: its schema, its analyser, one bounded writer.

Text fields hold joined tokens, which Tantivy splits at spaces: on 14,073 passages of 119 words
one joined string costs 32 microseconds a document, tokenising apart. Facets and sort keys are
fast fields (columns); nothing is stored: the catalogue has the texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import tantivy

from index.analysis import GAP
from index.feed import TEXT_FIELDS, Feed, day_key, feed
from index.generations import Generation
from index.seam import FACETS, Document, IndexDamagedError
from index.words import Key

_HEAP_BYTES = 128_000_000
"""Tokens gathered before a segment is written; one writing thread."""

_LEAST_HEAP_BYTES = 15_000_000

_BURST = 500
"""Documents handed over together. Tantivy's thread works faster than ours: handed one at a time, it
falls asleep after each, and waking it takes a tenth of the time of indexing."""

_SPLITTER = "spaces"


@cache
def schema() -> tantivy.Schema:
    """id; text fields; surface words; facets; the sort keys newest and latest (descending) and
    soonest (ascending), see `index.feed.day_key`, `latest` only for documents with a deadline; the
    document's fingerprint."""
    # Signed: deleting by a term of an unsigned field silently deletes nothing (tantivy-py 0.27).
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", indexed=True, fast=True)
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name=_SPLITTER)
    builder.add_text_field("words", tokenizer_name=_SPLITTER, index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("newest", "soonest", "latest", "fingerprint"):
        builder.add_integer_field(name, fast=True)
    return builder.build()


def open_index(path: Path, *, fresh: bool = False) -> tantivy.Index:
    """Open or, if fresh, create. Raises ValueError or OSError if Tantivy cannot."""
    index = tantivy.Index(schema(), str(path)) if fresh else tantivy.Index.open(str(path))
    splitter = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    index.register_tokenizer(
        _SPLITTER, splitter.filter(tantivy.Filter.custom_stopword([GAP])).build()
    )
    index.config_reader("manual")
    return index


@contextmanager
def intact() -> Iterator[None]:
    """Turn what Tantivy says of files it cannot read into IndexDamagedError."""
    try:
        yield
    except ValueError as error:
        raise IndexDamagedError("The index cannot be read") from error
    except BaseException as error:
        # A Rust panic arrives as a class of its own that cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise IndexDamagedError("The index cannot be read") from error


class TantivyDraft:
    """See `index.base.Draft`. The writer starts with the first change: moving only the
    checkpoint costs nothing."""

    def __init__(self, path: Path, base: Generation | None) -> None:
        with intact():
            self._index = open_index(path, fresh=base is None)
            self._index.reload()
            self._base = self._index.searcher()
        self._fresh = base is None
        self._waiting: dict[int, tantivy.Document] = {}
        self._given: set[int] = set()
        self._writer: tantivy.IndexWriter | None = None

    def put(self, document: Document) -> Sequence[Key]:
        """See `index.base.Draft.put`."""
        fed = feed(document)
        self.delete(document.id)
        # Given the schema, it would look up the type of each value: twice the time.
        self._waiting[document.id] = tantivy.Document.from_dict(fields_of(document, fed))
        if len(self._waiting) >= _BURST:
            self._hand_over()
        return fed.keys

    def delete(self, id: int) -> None:
        """See `index.base.Draft.delete`."""
        self._waiting.pop(id, None)
        # Deletions are searched for in every segment: only ask for those that will find something.
        if self._holds(id):
            with _disk():
                self._writing().delete_documents_by_term("id", id)

    def finish(self) -> int:
        """See `index.base.Draft.finish`."""
        with intact():
            self._hand_over()
            if self._writer:
                self._commit(self._writer)
            return self._index.searcher().num_docs

    def abandon(self) -> None:
        """See `index.base.Draft.abandon`. The folder is going to be removed: nothing to undo."""
        self._writer = None

    def _holds(self, id: int) -> bool:
        if id in self._given or self._fresh:
            return id in self._given
        with intact():
            return self._base.doc_freq("id", id) > 0

    def _hand_over(self) -> None:
        waiting, self._waiting = self._waiting, {}
        self._given.update(waiting)
        with _disk():
            for document in waiting.values():
                self._writing().add_document(document)

    def _commit(self, writer: tantivy.IndexWriter) -> None:
        with _disk():
            writer.commit()
            writer.wait_merging_threads()
            sweeper = self._index.writer(_LEAST_HEAP_BYTES, 1)
            sweeper.garbage_collect_files()  # what the merges left
            sweeper.wait_merging_threads()
        self._index.reload()

    def _writing(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(_HEAP_BYTES, 1)
        return self._writer


@contextmanager
def _disk() -> Iterator[None]:
    """Turn Tantivy's word for a full disk into OSError."""
    try:
        yield
    except ValueError as error:
        raise OSError(str(error)) from error


def fields_of(document: Document, fed: Feed) -> dict[str, Any]:
    """A document as Tantivy takes it, by name of its fields."""
    fields: dict[str, Any] = {
        "id": document.id,
        "title": fed.title,
        "text": fed.text,
        "words": fed.words,
        "newest": day_key(document.published, document.id, newest_first=True),
        "soonest": day_key(document.deadline, document.id, newest_first=False),
        "fingerprint": document.fingerprint,
    }
    if document.deadline:
        fields["latest"] = day_key(document.deadline, document.id, newest_first=True)
    if fed.authors:
        fields["authors"] = fed.authors
    if fed.keywords:
        fields["keywords"] = fed.keywords
    for name, values in document.facets.items():
        if values:
            fields[name] = values[0] if len(values) == 1 else list(dict.fromkeys(values))
    return fields
