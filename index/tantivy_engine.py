"""The default engine: Tantivy, executing the plan that every engine executes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import tantivy
from tantivy import Occur, Order

from index.analysis import fold
from index.base import FolderEngine
from index.feed import TEXT_FIELDS, day_key
from index.generations import Generation
from index.plan import (
    FIELD_WEIGHTS,
    MAX_EXPANSIONS,
    Adjacent,
    Author,
    Beginning,
    Condition,
    Plan,
    Terms,
    Values,
    check_facets,
    expansion,
    plan,
    salient,
    without_common,
)
from index.query import Query
from index.seam import MAX_ID, Found, ScoredId, Sort
from index.tantivy_draft import TantivyDraft, intact, open_index, schema

_MAX_VALUES = 10_000
"""Values counted of one facet."""

_TIES = 16
"""Hits fetched beyond the page, in case scores at its end are equal."""


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
    layout = "1"

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
    ) -> Found:
        """See `index.seam.Engine.search`."""
        check_facets(facets)
        what = plan(query, filters)
        reader = self._reader()
        searcher = reader.searcher
        first = max(offset, 0)
        with intact():
            asked = _Translator(searcher).query(what)
            total, counts = reader.counts(what, asked, tuple(facets))
            last = min(first + max(limit, 0), total)
            if first >= last:
                hits: tuple[ScoredId, ...] = ()
            elif sort == "relevance" and what.ranks:
                hits = _ranked(searcher, asked, first, last)
            else:
                hits = _sorted(searcher, _bands(asked, sort, today), first, last)
        return Found(hits=hits, total=total, facets=counts)

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

    def similar(self, id: int, *, limit: int = 10) -> tuple[ScoredId, ...]:
        """See `index.seam.Engine.similar`."""
        searcher = self._reader().searcher
        itself = tantivy.Query.term_query(schema(), "id", id)
        with intact():
            found = searcher.search(itself, 1).hits
            if not found or limit < 1:
                return ()
            sketch = searcher.doc(found[0][1])["sketch"][0].decode()
            translator = _Translator(searcher)
            tokens = salient(sketch, translator.frequency, searcher.num_docs)
            alike = [(Occur.Should, query) for query in translator.scored(tokens)]
            if not alike:
                return ()
            asked = tantivy.Query.boolean_query([*alike, (Occur.MustNot, itself)])
            return _ranked(searcher, asked, 0, limit)

    def _open(self, generation: Generation) -> _Reader:
        with intact():
            index = open_index(generation.path)
            index.reload()
            searcher = index.searcher()
        return _Reader(searcher, any(name.endswith(".del") for name in generation.files))

    def _draft(self, path: Path, base: Generation | None) -> TantivyDraft:
        return TantivyDraft(path, base)

    def _ids(self, reader: _Reader) -> set[int]:
        everything = tantivy.Query.all_query()
        count = max(reader.searcher.num_docs, 1)
        with intact():
            found = reader.searcher.search(everything, count, order_by_field="id")
        return {id for id, _ in found.hits}


class _Translator:
    """Turns a plan into Tantivy's queries."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher
        self._schema = schema()

    def frequency(self, token: str) -> int:
        """How many documents hold a token in the field where it is most frequent."""
        return max(self._searcher.doc_freq(name, token) for name in ("text", "title"))

    def query(self, what: Plan) -> tantivy.Query:
        """The documents that satisfy the plan, scored by it."""
        parts = [(Occur.Must, self._condition(part)) for part in what.required]
        tokens = without_common(what.scored, self.frequency, self._searcher.num_docs)
        ranking = self.scored(tokens)
        for beginning in what.beginnings:
            ranking.append(self._any(self._expanded(beginning)))
        if parts and ranking:
            parts.append((Occur.Must, _either(ranking)))
        elif ranking:
            parts.extend((Occur.Should, query) for query in ranking)
        elif not parts:
            parts.append((Occur.Must, tantivy.Query.all_query()))
        parts.extend((Occur.MustNot, self._condition(part)) for part in what.excluded)
        return tantivy.Query.boolean_query(parts)

    def scored(self, tokens: Mapping[str, float]) -> list[tantivy.Query]:
        """Each token in each text field, with its weight times the field's."""
        return [
            tantivy.Query.boost_query(self._term(field, token), weight * boost)
            for token, weight in tokens.items()
            for field, boost in FIELD_WEIGHTS.items()
        ]

    def _condition(self, part: Condition) -> tantivy.Query:
        match part:
            case Terms(tokens):
                return self._any(tokens)
            case Beginning():
                return self._any(self._expanded(part))
            case Adjacent(tokens):
                return self._adjacent(tokens)
            case Author(words):
                named = [_either([self._term("authors", t) for t in some]) for some in words]
                return _exactly(_all(named))
            case Values(name, values):
                chosen = tantivy.Query.term_set_query(self._schema, name, list(values))
                return _exactly(chosen)

    def _term(self, field: str, token: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, token, "freq")

    def _any(self, tokens: Sequence[str]) -> tantivy.Query:
        fields = ((field, token) for token in tokens for field in TEXT_FIELDS)
        return tantivy.Query.disjunction_max_query([self._term(*pair) for pair in fields])

    def _adjacent(self, tokens: Sequence[str]) -> tantivy.Query:
        if len(tokens) == 1:
            return self._any(tokens)
        return _either(
            [tantivy.Query.phrase_query(self._schema, field, list(tokens)) for field in TEXT_FIELDS]
        )

    def _expanded(self, beginning: Beginning) -> Sequence[str]:
        found = [
            [word for word, _ in self._searcher.terms_with_prefix(field, beginning.prefix, None, n)]
            for field, n in (("words", MAX_EXPANSIONS), ("text", MAX_EXPANSIONS))
        ]
        return expansion(beginning.prefix, *found)


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


def _ranked(
    searcher: tantivy.Searcher, asked: tantivy.Query, first: int, last: int
) -> tuple[ScoredId, ...]:
    """Hits `first` to `last` by score, then id. Tantivy breaks ties by its own numbering, which
    a merge changes: so all hits that tie with the last one are fetched."""
    fetched = last + _TIES
    while True:
        hits = searcher.search(asked, fetched, count=False).hits
        if len(hits) < fetched or hits[-1][0] < hits[last - 1][0]:
            break
        fetched *= 4
    ids = _ids_at(searcher, [address for _, address in hits])
    best = sorted((-score, id) for (score, _), id in zip(hits, ids, strict=True))
    return tuple(ScoredId(id=id, score=-negative) for negative, id in best[first:last])


_Band = tuple[tantivy.Query, str, Order]


def _bands(asked: tantivy.Query, sort: Sort, today: dt.date | None) -> list[_Band]:
    """The order of all documents as a list of parts, each sorted by one unique key."""
    if sort == "date":
        return [(asked, "newest", Order.Desc)]
    if sort == "relevance":  # nothing to rank by
        return [(asked, "id", Order.Asc)]
    now = day_key(today or dt.datetime.now(dt.UTC).date(), 0, newest_first=False)
    never = day_key(None, 0, newest_first=False)

    ever = day_key(None, MAX_ID, newest_first=False) + 1

    def within(least: int, below: int) -> tantivy.Query:
        days = tantivy.Query.range_query(
            schema(), "soonest", tantivy.FieldType.Integer, least, below, include_upper=False
        )
        return _all([asked, days])

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
    return tuple(ScoredId(id=id, score=0.0) for id in _ids_at(searcher, addresses))


def _ids_at(searcher: tantivy.Searcher, addresses: list[tantivy.DocAddress]) -> list[int]:
    return [int(id) for id in searcher.fast_field_values("id", addresses) if id is not None]


def _either(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(Occur.Should, query) for query in queries])


def _all(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(Occur.Must, query) for query in queries])


def _exactly(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)
