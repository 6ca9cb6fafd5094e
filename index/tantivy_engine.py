"""The default engine: Tantivy, executing the plan that every engine executes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import tantivy
from tantivy import Occur, Order

from index.analysis import fold, readings
from index.base import FolderEngine
from index.feed import day_key, sketch
from index.generations import Generation
from index.plan import Plan, check_facets, plan, salient
from index.query import Query
from index.refine import WINDOW
from index.seam import MAX_ID, Document, Found, Need, ScoredId, Sort
from index.tantivy_draft import TantivyDraft, intact, open_index, schema
from index.tantivy_query import SecondLook, Translator, all_of, best_hits, column, ids_at

_MAX_VALUES = 10_000
"""Values counted of one facet."""

_Counts = tuple[int, dict[str, dict[str, int]]]
"""Number of documents; for each facet, how many have each value."""


@dataclass(frozen=True, slots=True)
class _Reader:
    searcher: tantivy.Searcher
    deletions: bool
    everything: dict[tuple[str, ...], _Counts] = field(default_factory=dict)
    """Counts of all documents by facets asked: the dearest question (8 ms for 100,000 documents
    and eight facets), and the one every visitor's first page asks."""

    def counts(self, what: Plan, asked: tantivy.Query, facets: tuple[str, ...]) -> _Counts:
        """The counts of the documents that satisfy a plan, whose query is given."""
        if not what.everything:
            return _counted(self.searcher, asked, facets)
        if facets not in self.everything:
            self.everything[facets] = _counted(self.searcher, asked, facets)
        total, counts = self.everything[facets]
        return total, {name: dict(values) for name, values in counts.items()}


class TantivyEngine(FolderEngine[_Reader]):
    """See `index.seam.Engine`."""

    name = "tantivy"
    layout = "5"

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
        """See `index.seam.Engine.search`."""
        check_facets((*facets, *(prefer or {})))
        what = plan(query, filters)
        day = today or dt.datetime.now(dt.UTC).date()
        reader = self._reader()
        first, size = max(offset, 0), max(limit, 0)
        with intact():
            translator = Translator(reader.searcher)
            asked = translator.query(what, need)
            total, counts = 0, dict[str, dict[str, int]]()
            last = first + size
            if counted:
                total, counts = reader.counts(what, asked, tuple(facets))
                last = min(last, total)
            if first >= last:
                hits: tuple[ScoredId, ...] = ()
            elif sort == "relevance" and what.ranks:
                wanted = max(last, WINDOW) if refined else last
                best, where = best_hits(reader.searcher, asked, wanted)
                if refined:
                    second = SecondLook(translator, what, prefer or {}, day, past_last)
                    best = second.at(best, where)
                hits = tuple(ScoredId(id=id, score=score) for score, id in best[first:last])
            else:
                hits = _sorted(reader.searcher, _bands(asked, sort, day), first, last)
        return Found(hits=hits, total=total if counted else len(hits), facets=counts)

    def frequency(self, form: str) -> int:
        """See `index.seam.Engine.frequency`."""
        searcher = self._reader().searcher
        with intact():
            return max(searcher.doc_freq("text", token) for token in readings(fold(form)))

    def suggest(self, prefix: str, *, limit: int = 10) -> tuple[str, ...]:
        """See `index.seam.Engine.suggest`."""
        beginning = fold(prefix).strip()
        if not beginning or limit < 1:
            return ()
        reader = self._reader()
        # Counting only living documents is dearer, and needed only once some have been deleted.
        alive = tantivy.Query.all_query() if reader.deletions else None
        with intact():
            found = reader.searcher.terms_with_prefix("words", beginning, alive, limit)
        return tuple(word for word, count in found if count)

    def similar(self, document: Document, *, limit: int = 10) -> tuple[ScoredId, ...]:
        """See `index.seam.Engine.similar`."""
        searcher = self._reader().searcher
        itself = tantivy.Query.term_query(schema(), "id", document.id)
        with intact():
            translator = Translator(searcher)
            tokens = salient(sketch(document), translator.frequency, searcher.num_docs)
            alike = [(Occur.Should, query) for query in translator.scored(tokens)]
            if not alike or limit < 1:
                return ()
            asked = tantivy.Query.boolean_query([*alike, (Occur.MustNot, itself)])
            best, _ = best_hits(searcher, asked, limit)
            return tuple(ScoredId(id=id, score=score) for score, id in best[:limit])

    def _open(self, generation: Generation) -> _Reader:
        with intact():
            index = open_index(generation.path)
            index.reload()
            searcher = index.searcher()
        return _Reader(searcher, any(name.endswith(".del") for name in generation.files))

    def _draft(self, path: Path, base: Generation | None) -> TantivyDraft:
        return TantivyDraft(path, base)

    def _held(self, reader: _Reader) -> dict[int, int]:
        searcher = reader.searcher
        everything = tantivy.Query.all_query()
        with intact():
            found = searcher.search(everything, max(searcher.num_docs, 1), order_by_field="id")
            addresses = [address for _, address in found.hits]
            prints = column(searcher, "fingerprint", addresses)
            return dict(zip(ids_at(searcher, addresses), prints, strict=True))


def _counted(searcher: tantivy.Searcher, asked: tantivy.Query, facets: Sequence[str]) -> _Counts:
    wanted: dict[str, object] = {"total": {"value_count": {"field": "id"}}}
    for name in facets:
        wanted[name] = {"terms": {"field": name, "size": _MAX_VALUES}}
    answer = searcher.aggregate(asked, wanted)
    counts = {
        name: {bucket["key"]: bucket["doc_count"] for bucket in answer[name]["buckets"]}
        for name in facets
    }
    return int(answer["total"]["value"]), counts


_Band = tuple[tantivy.Query, str, Order]


def _bands(asked: tantivy.Query, sort: Sort, today: dt.date) -> list[_Band]:
    """The order of all documents as a list of parts, each sorted by one unique key."""
    if sort == "date":
        return [(asked, "newest", Order.Desc)]
    if sort == "relevance":  # nothing to rank by
        return [(asked, "id", Order.Asc)]
    now = day_key(today, 0, newest_first=False)
    never = day_key(None, 0, newest_first=False)

    ever = day_key(None, MAX_ID, newest_first=False) + 1

    def within(least: int, below: int) -> tantivy.Query:
        days = tantivy.Query.range_query(
            schema(), "soonest", tantivy.FieldType.Integer, least, below, include_upper=False
        )
        return all_of([asked, days])

    return [
        (within(now, never), "soonest", Order.Asc),
        (within(0, now), "latest", Order.Desc),
        (within(never, ever), "soonest", Order.Asc),
    ]


def _sorted(
    searcher: tantivy.Searcher, bands: Sequence[_Band], first: int, last: int
) -> tuple[ScoredId, ...]:
    addresses: list[tantivy.DocAddress] = []
    before = 0
    for asked, key, order in bands:
        found = searcher.search(asked, last, order_by_field=key, order=order)
        start, end = max(first - before, 0), max(last - before, 0)
        addresses.extend(address for _, address in found.hits[start:end])
        before += len(found.hits)  # all of the part, or enough
        if before >= last:
            break
    return tuple(ScoredId(id=id, score=0.0) for id in ids_at(searcher, addresses))
