"""Netmeta: the catalogue from Python, in a few words.

with Netmeta.open("netmeta.db") as nm:
    nm.import_items(items)
    nm.reindex()
    result = nm.search("дроби 5 класс", grade=5, limit=10)
    record = nm.record(result.hits[0].id)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from index.seam import FACETS
from netmeta.catalogue import Catalogue
from netmeta.config import Config, load
from netmeta.model import Item, Source
from netmeta.search.result import SearchHit, SearchResult
from netmeta.services import importing, records, reindex
from netmeta.services.search import Request, Searcher

if TYPE_CHECKING:
    from index.seam import Sort
    from netmeta.services.harvest import HarvestReport

Values = str | int | Sequence[str | int] | None
"""One value of a filter, or several that are alternatives."""


class Netmeta:
    """An open catalogue with its index. Close it, or use it in a `with` block."""

    def __init__(self, catalogue: Catalogue, config: Config) -> None:
        self.catalogue, self.config = catalogue, config
        self._open = ExitStack()
        self._searcher: Searcher | None = None

    @classmethod
    def open(
        cls, db: Path | str | None = None, *, read_only: bool = False, **settings: Any
    ) -> Netmeta:
        """Open (or create) a catalogue.

        Args:
            db: the SQLite file; the configured one if left out.
            read_only: refuse writes; the file must exist.
            settings: of `netmeta.config.Config`, for example engine="whoosh".

        Raises:
            ConfigError: a setting is unknown or does not fit.
            StorageError: the file cannot be opened, is no catalogue, or is newer than this code.
        """
        config = load({"db": db, **settings})
        return cls(Catalogue(config.db, read_only=read_only), config)

    def __enter__(self) -> Netmeta:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index and the catalogue."""
        self._close_index()
        self.catalogue.close()

    def _close_index(self) -> None:
        self._searcher = None
        self._open.close()

    def add_source(self, url: str, **options: Any) -> Source:
        """Store a source; see `netmeta.services.sources.add_source`."""
        from netmeta.services.sources import add_source

        return add_source(self.catalogue, url, **options)

    def harvest(self, names: Sequence[str] = (), **options: Any) -> HarvestReport:
        """Harvest sources (all, if none is named) and bring the index up to date; see
        `netmeta.services.harvest.harvest`."""
        from netmeta.services.harvest import harvest

        return harvest(self.catalogue, self.config, names, **options)

    def import_items(self, items: Iterable[Item | Mapping[str, Any]]) -> importing.ImportReport:
        """Import items (`Item`s or their JSON form); call `reindex` afterwards to find them."""
        return importing.import_items(self.catalogue, items)

    def reindex(self, *, full: bool = False) -> reindex.IndexReport:
        """Bring the index up to the catalogue; `full` makes it anew."""
        work = reindex.rebuild_index if full else reindex.update_index
        return work(self.catalogue, self.config)

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        page: int = 1,
        sort: Sort = "relevance",
        facets: Sequence[str] = FACETS,
        exact: bool = False,
        as_text: Collection[str] = (),
        **filters: Values,
    ) -> SearchResult:
        """Search; see `netmeta.services.search.Request`. Filters are kind, subject, grade, type, source, year, licence, certificate,
        language, each one value or several alternatives.

        Raises: UsageError for an unknown filter; IndexUnavailableError without an index.
        """
        request = Request(
            query=query, filters={name: _values(value) for name, value in filters.items()},
            limit=limit, page=page, sort=sort, facets=facets,
            exact=exact, as_text=frozenset(as_text),
        )  # fmt: skip
        return self.searcher.search(request)

    def similar(self, id: int, *, limit: int = 10) -> tuple[SearchHit, ...]:
        """Records like the given one. Raises: UnknownRecordError."""
        self.catalogue.record(id)
        return self.searcher.similar(id, limit=limit)

    def suggest(self, prefix: str, *, limit: int = 10) -> tuple[str, ...]:
        """What somebody who has typed this may go on to type."""
        return self.searcher.suggest(prefix, limit=limit)

    @property
    def searcher(self) -> Searcher:
        """The search service on this catalogue, its index opened at first use."""
        if self._searcher is None:
            engine = self._open.enter_context(reindex.opened_engine(self.config))
            self._searcher = Searcher(self.catalogue, self.config, engine)
        return self._searcher

    def record(self, id: int) -> records.WholeRecord:
        """One record in its stored form: the dict behind `netmeta show --json`, with its keys as
        attributes too.

        Raises: UnknownRecordError.
        """
        return records.whole_record(self.catalogue, id)


def _values(value: Values) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str | int):
        return [str(value)]
    return [str(one) for one in value]
