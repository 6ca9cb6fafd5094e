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
from index.feed import TEXT_FIELDS, day_key, day_of
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
    Ways,
    check_facets,
    expansion,
    least,
    plan,
    salient,
    without_common,
)
from index.query import Query
from index.refine import MAX_KIN, PAIR_WEIGHT, WINDOW, Score, Traits, kin, left_out, weighed
from index.seam import MAX_ID, Found, Need, ScoredId, Sort
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
    layout = "2"

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
    ) -> Found:
        """See `index.seam.Engine.search`."""
        check_facets((*facets, *(prefer or {})))
        what = plan(query, filters)
        day = today or dt.datetime.now(dt.UTC).date()
        reader = self._reader()
        first, size = max(offset, 0), max(limit, 0)
        with intact():
            translator = _Translator(reader.searcher)
            asked = translator.query(what, need)
            total, counts = 0, dict[str, dict[str, int]]()
            last = first + size
            if counted:
                total, counts = reader.counts(what, asked, tuple(facets))
                last = min(last, total)
            if first >= last:
                hits: tuple[ScoredId, ...] = ()
            elif sort == "relevance" and what.ranks:
                second = _SecondLook(translator, what, prefer or {}, day, past_last)
                best = second.at(_best(reader.searcher, asked, max(last, WINDOW)))[first:last]
                hits = tuple(ScoredId(id=id, score=score) for score, id in best)
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
            best = _best(searcher, asked, limit)[:limit]
            return tuple(ScoredId(id=id, score=score) for score, id in best)

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
            prints = _column(searcher, "fingerprint", addresses)
            return dict(zip(_ids_at(searcher, addresses), prints, strict=True))


class _Translator:
    """Turns a plan into Tantivy's queries."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self.searcher = searcher
        self._schema = schema()

    def frequency(self, token: str) -> int:
        """How many documents hold a token in the field where it is most frequent."""
        return max(self.searcher.doc_freq(name, token) for name in ("text", "title"))

    def query(self, what: Plan, need: Need = "any") -> tantivy.Query:
        """The documents that satisfy the plan and hold as much as is needed, scored by it."""
        parts = [(Occur.Must, self._condition(part)) for part in what.required]
        ranking = self.scored(self.asked(what))
        for beginning in what.beginnings:
            ranking.append(self._any(self.expanded(beginning)))
        for saying, weight in what.sayings:
            ranking.append(tantivy.Query.boost_query(self.adjacent(saying.tokens), weight))
        if need != "any":
            parts.extend(self._needed(what, need))
            parts.extend((Occur.Should, query) for query in ranking)
        elif parts and ranking:
            parts.append((Occur.Must, _either(ranking)))
        else:
            parts.extend((Occur.Should, query) for query in ranking)
        if not parts or (need != "any" and not any(occur == Occur.Must for occur, _ in parts)):
            parts.append((Occur.Must, tantivy.Query.all_query()))
        parts.extend((Occur.MustNot, self._condition(part)) for part in what.excluded)
        return tantivy.Query.boolean_query(parts)

    def asked(self, what: Plan) -> Mapping[str, float]:
        """The tokens of a plan whose postings are read in full."""
        return without_common(what.scored, self.frequency, self.searcher.num_docs)

    def _needed(self, what: Plan, need: Need) -> list[tuple[Occur, tantivy.Query]]:
        held = [self._held(condition) for condition in what.needs]
        number = least(len(held), need)
        if number == len(held):
            return [(Occur.Must, query) for query in held]
        some = [(Occur.Should, query) for query in held]
        return [(Occur.Must, _exactly(tantivy.Query.boolean_query(some, number)))]

    def _held(self, part: Condition) -> tantivy.Query:
        """Whether the condition holds; the text field has the words of all others."""
        if isinstance(part, Terms):
            return _exactly(_either([self.term("text", token) for token in part.any_of]))
        return _exactly(self._condition(part))

    def scored(self, tokens: Mapping[str, float]) -> list[tantivy.Query]:
        """Each token in each text field, with its weight times the field's."""
        return [
            tantivy.Query.boost_query(self.term(field, token), weight * boost)
            for token, weight in tokens.items()
            for field, boost in FIELD_WEIGHTS.items()
        ]

    def _condition(self, part: Condition) -> tantivy.Query:
        match part:
            case Terms(tokens):
                return self._any(tokens)
            case Beginning():
                return self._any(self.expanded(part))
            case Adjacent(tokens):
                return self.adjacent(tokens)
            case Ways(ways):
                return _either([_all([self._held(one) for one in way]) for way in ways])
            case Author(words):
                named = [_either([self.term("authors", t) for t in some]) for some in words]
                return _exactly(_all(named))
            case Values(name, values):
                chosen = tantivy.Query.term_set_query(self._schema, name, list(values))
                return _exactly(chosen)

    def beginning(self, prefix: str) -> list[str]:
        """The most frequent tokens of the text that begin so."""
        return [
            token for token, _ in self.searcher.terms_with_prefix("text", prefix, None, MAX_KIN)
        ]

    def term(self, field: str, token: str | int) -> tantivy.Query:
        """A token in a text field, or an id."""
        return tantivy.Query.term_query(self._schema, field, token, "freq")

    def _any(self, tokens: Sequence[str]) -> tantivy.Query:
        fields = ((field, token) for token in tokens for field in TEXT_FIELDS)
        return tantivy.Query.disjunction_max_query([self.term(*pair) for pair in fields])

    def adjacent(self, tokens: Sequence[str]) -> tantivy.Query:
        """The tokens one after another in one of the text fields."""
        if len(tokens) == 1:
            return self._any(tokens)
        return _either(
            [tantivy.Query.phrase_query(self._schema, field, list(tokens)) for field in TEXT_FIELDS]
        )

    def expanded(self, beginning: Beginning) -> Sequence[str]:
        """The tokens a beginning stands for."""
        found = [
            [word for word, _ in self.searcher.terms_with_prefix(field, beginning.prefix, None, n)]
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


def _best(searcher: tantivy.Searcher, asked: tantivy.Query, last: int) -> list[Score]:
    """At least the best `last` hits by score, then id. Tantivy breaks ties by its own numbering,
    which a merge changes: so all hits that tie with the last one are fetched."""
    fetched = last + _TIES
    while True:
        hits = searcher.search(asked, fetched, count=False).hits
        if len(hits) < fetched or hits[-1][0] < hits[last - 1][0]:
            break
        fetched *= 4
    ids = _ids_at(searcher, [address for _, address in hits])
    best = sorted((-score, id) for (score, _), id in zip(hits, ids, strict=True))
    return [(-negative, id) for negative, id in best]


class _SecondLook:
    """Weighs the best hits once more; see `index.refine`."""

    def __init__(
        self,
        translator: _Translator,
        what: Plan,
        prefer: Mapping[str, Sequence[str]],
        today: dt.date,
        past_last: bool,
    ) -> None:
        self._translator, self._what, self._prefer = translator, what, prefer
        self._today, self._past_last = today, past_last

    def at(self, best: Sequence[Score]) -> list[Score]:
        """The same hits, those of the window in their final order."""
        window = best[:WINDOW]
        if not window:
            return []
        searcher = self._translator.searcher
        these = _either([self._translator.term("id", id) for _, id in window])
        bonus = self._scores(these, self._telling())
        preferred: dict[int, int] = {}
        for name, values in self._prefer.items():
            chosen = tantivy.Query.term_set_query(schema(), name, list(values))
            for id in self._scores(these, [chosen], every=True):
                preferred[id] = preferred.get(id, 0) + 1
        found = searcher.search(_exactly(these), len(window), count=False).hits
        addresses = [address for _, address in found]
        days = zip(
            _ids_at(searcher, addresses),
            _column(searcher, "newest", addresses),
            _column(searcher, "soonest", addresses),
            strict=True,
        )
        traits = {
            id: Traits(
                bonus=bonus.get(id, 0.0),
                preferred=preferred.get(id, 0),
                published=day_of(newest, newest_first=True),
                deadline=day_of(soonest, newest_first=False),
            )
            for id, newest, soonest in days
        }
        final = weighed(window, traits, today=self._today, past_last=self._past_last)
        return [*final, *best[WINDOW:]]

    def _telling(self) -> list[tantivy.Query]:
        """What else counts: common words left out, words of the same root, neighbours."""
        translator, what = self._translator, self._what
        words = left_out(what, translator.asked(what)) | kin(
            what, translator.beginning, translator.frequency
        )
        telling = [
            tantivy.Query.boost_query(translator.term("text", token), weight)
            for token, weight in words.items()
        ]
        for pair in what.pairs:
            phrase = tantivy.Query.phrase_query(schema(), "text", list(pair.tokens))
            telling.append(tantivy.Query.boost_query(phrase, PAIR_WEIGHT))
        return telling

    def _scores(
        self, these: tantivy.Query, queries: Sequence[tantivy.Query], *, every: bool = False
    ) -> dict[int, float]:
        """Scores of those of the window in which any of the queries (or, `every`, all) occurs."""
        if not queries:
            return {}
        occur = Occur.Must if every else Occur.Should
        parts = [(Occur.Must, _exactly(these)), *((occur, query) for query in queries)]
        searcher = self._translator.searcher
        hits = searcher.search(tantivy.Query.boolean_query(parts), WINDOW, count=False).hits
        ids = _ids_at(searcher, [address for _, address in hits])
        return dict(zip(ids, (score for score, _ in hits), strict=True))


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
    return _column(searcher, "id", addresses)


def _column(
    searcher: tantivy.Searcher, name: str, addresses: list[tantivy.DocAddress]
) -> list[int]:
    """Values of a column that every document has."""
    values = searcher.fast_field_values(name, addresses)
    return [int(value) for value in values if value is not None]


def _either(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(Occur.Should, query) for query in queries])


def _all(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(Occur.Must, query) for query in queries])


def _exactly(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)
