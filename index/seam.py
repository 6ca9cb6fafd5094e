"""The seam between netmeta and a search engine: data types and one narrow protocol.

An engine is fed whole documents and answers with ids; it never sees the catalogue. It remembers
the position in the caller's change log (`Checkpoint.seq`), so that it is disposable: whoever
loses the folder calls `rebuild`. Writers and readers may live in different processes: a searching
engine never takes a lock, and sees a finished `apply` or `rebuild` within two seconds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Literal, Protocol

from xxhash import xxh3_64_digest

from index.query import Query

Sort = Literal["relevance", "date", "deadline"]

Need = Literal["any", "most", "all"]
"""How many of a query's words a document must hold; see `index.plan.least`."""

FACETS = (
    "kind",
    "subject",
    "grade",
    "type",
    "source",
    "year",
    "licence",
    "certificate",
    "language",
)
"""Names of the filterable, countable fields; every value is a string ("5", "2024", "algebra")."""


MAX_ID = 2**40 - 1
"""Ids are 0 to this: they share a 64-bit sort key with a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One searchable document: plain text fields, and exact values to filter and count by.

    `facets` maps a name of `FACETS` to its values.
    """

    id: int
    title: str
    text: str = ""
    authors: Sequence[str] = ()
    keywords: Sequence[str] = ()
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    published: dt.date | None = None
    deadline: dt.date | None = None

    @property
    def fingerprint(self) -> int:
        """A signed 64-bit number that differs when anything in the document differs."""
        parts = (
            self.title, self.text, "\1".join(self.authors), "\1".join(self.keywords),
            str(self.published), str(self.deadline),
            *map("\1".join, map(self.facets.get, FACETS, repeat(()))),
        )  # fmt: skip
        # Two bytes a letter are what Python has of Russian text: half the time of UTF-8.
        content = "\0".join(parts).encode("utf-16-le", "surrogatepass")
        return int.from_bytes(xxh3_64_digest(content), signed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """Add the document, or replace the one with its id."""

    document: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Remove the document with this id, if it is there."""

    id: int


Change = Put | Delete


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How far an index has got: position in the caller's change log, number of documents, and
    the version of the analyser its tokens were made by."""

    seq: int
    documents: int
    analyser: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredId:
    """A hit: document id, and a score that is comparable only within one result."""

    id: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer to one search. `total` counts all matching documents, not only `hits`;
    `facets` maps each asked-for name to {value: count} over all matching documents."""

    hits: tuple[ScoredId, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What `verify` found wrong; an index is sound when all of these are empty."""

    missing: tuple[int, ...] = ()
    extra: tuple[int, ...] = ()
    stale: tuple[int, ...] = ()
    damage: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not (self.missing or self.extra or self.stale or self.damage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """A word of the index near a typed one: how many edits away, how often it occurs."""

    word: str
    edits: int
    count: int


class EngineError(Exception):
    """Base of what an engine raises on purpose."""


class IndexMissingError(EngineError):
    """There is no index in the folder yet."""


class IndexDamagedError(EngineError):
    """The folder holds an index that cannot be read (truncated, flipped bytes, other software)."""


class IndexOutdatedError(EngineError):
    """The index was made by another analyser version or schema; it must be rebuilt."""


class IndexBusyError(EngineError):
    """Another process is writing this index."""


class IndexWriteError(EngineError):
    """The new state could not be written (disk full, say); the last good one still serves."""


class Engine(Protocol):
    """What every engine does; `tests/test_engines.py` holds all of them to the same suite."""

    name: str

    def apply(self, changes: Iterable[Change], *, seq: int) -> None:
        """Apply all changes and move the checkpoint to `seq`, or do neither.

        Raises: IndexBusyError if another process writes; IndexMissingError, IndexDamagedError,
        IndexOutdatedError (rebuild then); IndexWriteError; ValueError for a document that breaks
        the contract (an unknown facet name, an id below 0 or above `MAX_ID`).
        """

    def rebuild(self, documents: Iterable[Document], *, seq: int) -> None:
        """Build a new generation beside the serving one, then swap atomically.

        Works on an empty folder, on a damaged or outdated index, and while searches go on.
        Of several documents with one id the last stays.

        Raises: IndexBusyError, IndexWriteError, ValueError, as `apply`.
        """

    def search(
        self,
        query: Query,
        *,
        filters: Mapping[str, Sequence[str]] | None = None,
        limit: int = 10,
        offset: int = 0,
        sort: Sort = "relevance",
        facets: Sequence[str] = (),
        today: dt.date | None = None,
        need: Need = "any",
        counted: bool = True,
        prefer: Mapping[str, Sequence[str]] | None = None,
        past_last: bool = False,
        refined: bool = True,
    ) -> Found:
        """Rank documents. Values of one filter are alternatives; different filters must all hold.

        Words rank, and `need` says how many of them a document must hold; phrases, fields and
        filters must hold. An empty query (no positive clause) matches all documents. By relevance,
        the best `index.refine.WINDOW` are weighed once more: words of the same root, neighbouring
        words, the values in `prefer`, and how new a document is count a little; with `past_last`
        documents whose deadline is over come after all others of the window. Not so unless
        `refined`: half the time, for suggestions.

        Without `counted`, `total` is only how many hits are given, and facets are empty: counting
        looks at every document that matches, ranking does not. Ties are broken by id, so that
        paging is stable. "date" puts the newest first, the undated last; "deadline" the next
        deadline from `today` on (default: the day in UTC) first, then those past, latest first,
        then documents without one. Scores are 0 unless sorted by relevance.

        Raises: IndexMissingError, IndexDamagedError, IndexOutdatedError; ValueError for the name
        of a filter or facet that is not in `FACETS`.
        """

    def suggest(self, prefix: str, *, limit: int = 10) -> tuple[str, ...]:
        """Frequent surface words that start with `prefix`, most frequent first."""

    def frequency(self, form: str) -> int:
        """How many documents hold a word like this folded form; see `index.analysis.forms`."""

    def spellings(self, form: str, *, limit: int = 10, edits: int = 2) -> tuple[Spelling, ...]:
        """Words of the index one edit away from a folded form, or if there are none two (at most
        `edits`), the most frequent first; the form alone if it is one of them; none for very
        short forms."""

    def similar(self, document: Document, *, limit: int = 10) -> tuple[ScoredId, ...]:
        """Documents like the given one (its own id left out); it need not be indexed."""

    def checkpoint(self) -> Checkpoint:
        """Where the serving generation stands. Raises: IndexMissingError, IndexDamagedError."""

    def verify(
        self,
        ids: Iterable[int] | None = None,
        *,
        fingerprints: Mapping[int, int] | None = None,
    ) -> Verification:
        """Check files against their recorded checksums; if `ids` is given, the ids held; and for
        ids that `fingerprints` has, whether the document indexed is that one."""

    def close(self) -> None:
        """Release files. The engine cannot be used afterwards."""
