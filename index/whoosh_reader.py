"""An open generation of Whoosh: which documents are found, their scores, the second look."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from heapq import nsmallest
from operator import and_, neg, or_
from typing import Any, Final

from whoosh import query as whoosh_query

from index.feed import TEXT_FIELDS
from index.plan import (
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
from index.seam import Need, Sort
from index.whoosh_draft import NO_DAY
from index.whoosh_postings import Bits, Postings, Scores, numbers_of

_MAX_BEGINNINGS: Final = 5_000
"""Beginnings whose tokens are remembered."""


class Reader:
    """An open generation, with the columns read so far."""

    def __init__(self, searcher: Any) -> None:
        self.searcher = searcher
        self.postings = Postings(searcher)
        self.documents = self.postings.everything.bit_count()
        self.ids = self.column("id")
        self._numbers: dict[int, int] = {}
        self._days: dict[str, list[int]] = {}
        self._values: dict[str, list[tuple[str, Bits]]] = {}
        self._beginnings: dict[tuple[str, str, int], list[str]] = {}

    def __del__(self) -> None:
        # The last search on a generation that has been replaced lets go of its files.
        self.searcher.close()

    def frequency(self, token: str) -> int:
        """How many documents hold a token in the field where it is most frequent."""
        return max(self.postings.frequency(name, token) for name in ("text", "title"))

    def beginning_with(self, field: str, prefix: str, limit: int) -> list[str]:
        """The most frequent tokens that begin so, of those in living documents."""
        asked = (field, prefix, limit)
        if asked not in self._beginnings:
            if len(self._beginnings) >= _MAX_BEGINNINGS:
                self._beginnings.clear()
            self._beginnings[asked] = self._most_frequent(field, prefix)[:limit]
        return self._beginnings[asked]

    def _most_frequent(self, field: str, prefix: str) -> list[str]:
        reader = self.searcher.reader()
        tokens = [token.decode() for token in reader.expand_prefix(field, prefix)]
        if reader.has_deletions():
            counts = {token: self.postings.bits(field, token).bit_count() for token in tokens}
        else:
            counts = {token: self.postings.frequency(field, token) for token in tokens}
        living = (token for token, count in counts.items() if count)
        return sorted(living, key=lambda token: (-counts[token], token))

    def found(self, what: Plan, need: Need = "any") -> Bits:
        """The documents that satisfy the plan and hold as much as is needed."""
        matching = self.postings.everything
        for part in what.required:
            matching &= self._holding(part)
        if need != "any":
            if what.needs:
                matching &= self._needed(what, need)
        elif what.scored or what.beginnings or what.sayings:
            loose = 0
            for token in self.asked(what):
                loose |= self.postings.bits("text", token)
            for beginning in what.beginnings:
                loose |= self._holding(beginning)
            for saying, _ in what.sayings:
                loose |= self._holding(saying)
            matching &= loose
        for part in what.excluded:
            matching &= ~self._holding(part)
        return matching

    def scores(self, what: Plan, among: Bits) -> Scores:
        """The scores of these documents."""
        numbers = numbers_of(among)
        parts = [
            *((self.postings.everywhere(token), weight) for token, weight in self.asked(what).items()),
            *((self._any(self._expanded(beginning)), 1.0) for beginning in what.beginnings),
            *((self._adjacent(saying.tokens), weight) for saying, weight in what.sayings),
            *((self._adjacent(p.tokens), 1.0) for p in what.required if isinstance(p, Adjacent)),
        ]  # fmt: skip
        scores = dict.fromkeys(numbers, 0.0)
        for found, weight in parts:
            if len(found) < len(numbers):
                for number, score in found.items():
                    if number in scores:
                        scores[number] += weight * score
            else:
                for number in numbers:
                    if number in found:
                        scores[number] += weight * found[number]
        return scores

    def asked(self, what: Plan) -> Mapping[str, float]:
        """The tokens of a plan whose postings are read in full."""
        return without_common(what.scored, self.frequency, self.documents)

    def _needed(self, what: Plan, need: Need) -> Bits:
        """The documents that hold as many of the things typed as are needed."""
        number = least(len(what.needs), need)
        held = [self.postings.everything] + [0] * number  # by how many they hold at least
        for part in what.needs:
            bits = self._holding(part)
            for times in range(number, 0, -1):
                held[times] |= held[times - 1] & bits
        return held[number]

    def _holding(self, part: Condition) -> Bits:
        """Where the condition holds; the text field has the words of all others."""
        bits = self.postings.bits
        match part:
            case Terms(tokens):
                return _any_of(bits("text", token) for token in tokens)
            case Beginning():
                return _any_of(bits("text", token) for token in self._expanded(part))
            case Adjacent(tokens):
                return self.postings.bits_of(self._adjacent(tokens))
            case Ways(ways):
                return _any_of(_all_of(map(self._holding, way)) for way in ways)
            case Author(words):
                return _all_of(_any_of(bits("authors", t) for t in some) for some in words)
            case Values(name, values):
                return _any_of(bits(name, value) for value in values)

    def best(self, scores: Scores, number: int) -> list[tuple[float, int]]:
        """So many of the best as (negative score, id); of equal scores the smaller id first."""
        pairs = zip(map(neg, scores.values()), map(self.ids.__getitem__, scores), strict=True)
        return nsmallest(number, pairs)

    def second_look(
        self,
        best: list[tuple[float, int]],
        what: Plan,
        prefer: Mapping[str, Sequence[str]],
        today: dt.date,
        *,
        past_last: bool,
    ) -> list[tuple[float, int]]:
        """Hits as (negative score, id), those of the window in their final order."""
        window: list[Score] = [(-negative, id) for negative, id in best[:WINDOW]]
        if not self._numbers:
            self._numbers = {self.ids[n]: n for n in numbers_of(self.postings.everything)}
        numbers = sorted(self._numbers[id] for _, id in window)
        bonus = self._bonus(what, numbers)
        preferring = [self._holding(Values(name, tuple(prefer[name]))) for name in prefer]
        published, deadline = self._day("published"), self._day("deadline")
        traits = {
            self.ids[number]: Traits(
                bonus=bonus.get(number, 0.0),
                preferred=sum(bits >> number & 1 for bits in preferring),
                published=published[number] or None,
                deadline=deadline[number] or None,
            )
            for number in numbers
        }
        final = weighed(window, traits, today=today, past_last=past_last)
        return [*((-score, id) for score, id in final), *best[WINDOW:]]

    def _bonus(self, what: Plan, numbers: Sequence[int]) -> Scores:
        """What words left out, words of the same root and neighbours add; numbers ascending."""
        bonus: Scores = defaultdict(float)
        words = left_out(what, self.asked(what)) | kin(what, self._kindred, self.frequency)
        for token, weight in words.items():
            scores = self.postings.scores("text", token)
            for number in numbers:
                if number in scores:
                    bonus[number] += weight * scores[number]
        for pair in what.pairs:
            for number, score in self._beside("text", pair.tokens, numbers):
                bonus[number] += PAIR_WEIGHT * score
        return bonus

    def _kindred(self, prefix: str) -> list[str]:
        return self.beginning_with("text", prefix, MAX_KIN)

    def _beside(
        self, field: str, tokens: Sequence[str], numbers: Sequence[int]
    ) -> Iterator[tuple[int, float]]:
        """Scores of two tokens side by side, in some documents."""
        one, other = (self.postings.everywhere(token) for token in tokens)
        both = [number for number in numbers if number in one and number in other]
        first = {
            number: matcher.value_as("positions")
            for matcher, number in self._stops(field, tokens[0], both)
        }
        for matcher, number in self._stops(field, tokens[1], both):
            after = {place + 1 for place in first[number]}
            if not after.isdisjoint(matcher.value_as("positions")):
                yield number, one[number] + other[number]

    def _stops(self, field: str, token: str, numbers: Sequence[int]) -> Iterator[tuple[Any, int]]:
        """A matcher of the token standing at each of the documents that hold it."""
        for leaf, base in self.searcher.leaf_searchers():
            if not numbers or (field, token) not in leaf.reader():
                continue
            matcher = leaf.reader().postings(field, token)
            for number in numbers:
                if number < base:
                    continue
                if not matcher.is_active():
                    break
                if matcher.id() < number - base:
                    matcher.skip_to(number - base)
                if matcher.is_active() and matcher.id() == number - base:
                    yield matcher, number

    def scored(self, tokens: Mapping[str, float]) -> Scores:
        """Each token in all text fields, with its weight, summed."""
        scores: Scores = defaultdict(float)
        for token, weight in tokens.items():
            for number, score in self.postings.everywhere(token).items():
                scores[number] += weight * score
        return scores

    def placer(self, sort: Sort, today: dt.date) -> Callable[[int], tuple[int, int]]:
        """The place of a document when sorted by day, the first first."""
        now = today.toordinal()
        if sort == "date":
            published = self._day("published")
            return lambda number: (published[number] == NO_DAY, -published[number])
        deadline = self._day("deadline")

        def place(number: int) -> tuple[int, int]:
            day = deadline[number]
            if day == NO_DAY:
                return 2, 0
            return (0, day) if day >= now else (1, -day)

        return place

    def counts(self, facet: str, among: Bits) -> dict[str, int]:
        """How many of these documents have each value of a facet."""
        if facet not in self._values:
            values = (value.decode() for value in self.searcher.reader().lexicon(facet))
            self._values[facet] = [(value, self.postings.bits(facet, value)) for value in values]
        counts = {value: (bits & among).bit_count() for value, bits in self._values[facet]}
        return {value: count for value, count in counts.items() if count}

    def _any(self, tokens: Sequence[str]) -> Scores:
        best: Scores = {}
        for token in tokens:
            for field in TEXT_FIELDS:
                for number, score in self.postings.scores(field, token).items():
                    if score > best.get(number, 0.0):
                        best[number] = score
        return best

    def _adjacent(self, tokens: Sequence[str]) -> Scores:
        if len(tokens) == 1:
            return self._any(tokens)
        scores: Scores = defaultdict(float)
        for field in TEXT_FIELDS:
            phrase = whoosh_query.Phrase(field, list(tokens))
            for leaf, base in self.searcher.leaf_searchers():
                matcher = phrase.matcher(leaf, leaf.context())
                while matcher.is_active():
                    scores[base + matcher.id()] += matcher.score()
                    matcher.next()
        return scores

    def _expanded(self, beginning: Beginning) -> Sequence[str]:
        found = [
            self.beginning_with(field, prefix, MAX_EXPANSIONS)
            for field, prefix in beginning.by_field().items()
        ]
        return expansion(beginning.prefix, *found)

    def _day(self, name: str) -> list[int]:
        if name not in self._days:
            self._days[name] = self.column(name)
        return self._days[name]

    def column(self, name: str) -> list[int]:
        """A column's value for each of Whoosh's numbers."""
        values: list[int] = []
        for leaf, _ in self.searcher.leaf_searchers():
            if count := leaf.reader().doc_count_all():  # the reader of nothing has no columns
                column = leaf.reader().column_reader(name)
                values.extend(column[number] for number in range(count))
        return values


def _any_of(sets: Iterable[Bits]) -> Bits:
    return reduce(or_, sets, 0)


def _all_of(sets: Iterable[Bits]) -> Bits:
    return reduce(and_, sets)
