"""Tantivy's queries for a plan, and the second look at its best hits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import tantivy
from tantivy import Occur

from index.feed import TEXT_FIELDS, day_of
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
    expansion,
    least,
    without_common,
)
from index.refine import MAX_KIN, PAIR_WEIGHT, WINDOW, Score, Traits, kin, left_out, weighed
from index.seam import Need
from index.tantivy_draft import schema

TIES = 16
"""Hits fetched beyond the page, in case scores at its end are equal."""


class Translator:
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
            parts.append((Occur.Must, either(ranking)))
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
        return [(Occur.Must, exactly(tantivy.Query.boolean_query(some, number)))]

    def _held(self, part: Condition) -> tantivy.Query:
        """Whether the condition holds; the text field has the words of all others."""
        if isinstance(part, Terms):
            return exactly(either([self.term("text", token) for token in part.any_of]))
        return exactly(self._condition(part))

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
                return either([all_of([self._held(one) for one in way]) for way in ways])
            case Author(words):
                named = [either([self.term("authors", t) for t in some]) for some in words]
                return exactly(all_of(named))
            case Values(name, values):
                chosen = tantivy.Query.term_set_query(self._schema, name, list(values))
                return exactly(chosen)

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
        return either(
            [tantivy.Query.phrase_query(self._schema, field, list(tokens)) for field in TEXT_FIELDS]
        )

    def expanded(self, beginning: Beginning) -> Sequence[str]:
        """The tokens a beginning stands for."""
        found = [
            [
                word
                for word, _ in self.searcher.terms_with_prefix(field, prefix, None, MAX_EXPANSIONS)
            ]
            for field, prefix in beginning.by_field().items()
        ]
        return expansion(beginning.prefix, *found)


Addresses = Mapping[int, tantivy.DocAddress]
"""Where Tantivy keeps a document, by its id."""


def best_hits(
    searcher: tantivy.Searcher, asked: tantivy.Query, last: int
) -> tuple[list[Score], Addresses]:
    """At least the best `last` hits by score, then id; and where they are. Tantivy breaks ties by
    its own numbering, which a merge changes: so all hits that tie with the last one are fetched."""
    fetched = last + TIES
    while True:
        hits = searcher.search(asked, fetched, count=False).hits
        if len(hits) < fetched or hits[-1][0] < hits[last - 1][0]:
            break
        fetched *= 4
    addresses = [address for _, address in hits]
    ids = ids_at(searcher, addresses)
    best = sorted((-score, id) for (score, _), id in zip(hits, ids, strict=True))
    return [(-negative, id) for negative, id in best], dict(zip(ids, addresses, strict=True))


APART_POSTINGS = 12_500
"""Postings a query. Asked as optional parts beside the window, Tantivy reads the whole postings of
every query, some 40 nanoseconds each: 12 ms a question on 200,000 records of few different words. A
query by itself with the window takes half a millisecond: on 14,073 passages that is 12 ms for a long
question, and 5 ms together."""


class SecondLook:
    """Weighs the best hits once more; see `index.refine`."""

    def __init__(
        self,
        translator: Translator,
        what: Plan,
        prefer: Mapping[str, Sequence[str]],
        today: dt.date,
        past_last: bool,
    ) -> None:
        self._translator, self._what, self._prefer = translator, what, prefer
        self._today, self._past_last = today, past_last

    def at(self, best: Sequence[Score], where: Addresses) -> list[Score]:
        """The same hits, those of the window in their final order."""
        window = best[:WINDOW]
        if not window:
            return []
        searcher = self._translator.searcher
        ids = [id for _, id in window]
        # Not a set of terms: that one walks through all ids of the index (15 ms for 500,000).
        these = either([self._translator.term("id", id) for id in ids])
        telling, apart = self._telling()
        bonus = self._scores(these, telling, apart=apart)
        preferred: dict[int, int] = {}
        for name, values in self._prefer.items():
            chosen = tantivy.Query.term_set_query(schema(), name, list(values))
            for id in self._scores(these, [chosen], every=True):
                preferred[id] = preferred.get(id, 0) + 1
        addresses = [where[id] for id in ids]
        days = zip(
            ids,
            column(searcher, "newest", addresses),
            column(searcher, "soonest", addresses),
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

    def _telling(self) -> tuple[list[tantivy.Query], bool]:
        """What else counts: common words left out, words of the same root, neighbours; and whether
        each is better asked by itself (`APART_POSTINGS`)."""
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
        postings = sum(map(translator.frequency, words))
        return telling, postings > APART_POSTINGS * len(telling)

    def _scores(
        self,
        these: tantivy.Query,
        queries: Sequence[tantivy.Query],
        *,
        every: bool = False,
        apart: bool = False,
    ) -> dict[int, float]:
        """Scores of those of the window in which any of the queries (or, `every`, all) occurs."""
        if not queries:
            return {}
        among = exactly(these)
        if every:
            asked = all_of([among, *queries])
        elif apart:
            asked = either([all_of([among, query]) for query in queries])
        else:
            some = [(Occur.Should, query) for query in queries]
            asked = tantivy.Query.boolean_query([(Occur.Must, among), *some])
        searcher = self._translator.searcher
        hits = searcher.search(asked, WINDOW, count=False).hits
        ids = ids_at(searcher, [address for _, address in hits])
        return dict(zip(ids, (score for score, _ in hits), strict=True))


def ids_at(searcher: tantivy.Searcher, addresses: list[tantivy.DocAddress]) -> list[int]:
    return column(searcher, "id", addresses)


def column(searcher: tantivy.Searcher, name: str, addresses: list[tantivy.DocAddress]) -> list[int]:
    """Values of a column that every document has."""
    values = searcher.fast_field_values(name, addresses)
    return [int(value) for value in values if value is not None]


def either(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(Occur.Should, query) for query in queries])


def all_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(Occur.Must, query) for query in queries])


def exactly(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)
