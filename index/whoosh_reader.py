"""An open generation of Whoosh: postings put together, columns, the second look."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from whoosh import query as whoosh_query

from index.feed import TEXT_FIELDS
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
from index.seam import Need, Sort
from index.whoosh_draft import NO_DAY

Scores = dict[int, float]
"""Whoosh's number of a document -> its score."""


class Reader:
    """An open generation, with the columns read so far."""

    def __init__(self, searcher: Any) -> None:
        self.searcher = searcher
        self.everything = frozenset(searcher.reader().all_doc_ids())
        self.documents = len(self.everything)
        self.ids = self.column("id")
        self._numbers: dict[int, int] = {}
        self._days: dict[str, list[int]] = {}
        self._values: dict[str, dict[int, list[str]]] = {}

    def __del__(self) -> None:
        # The last search on a generation that has been replaced lets go of its files.
        self.searcher.close()

    def frequency(self, token: str) -> int:
        """How many documents hold a token in the field where it is most frequent."""
        reader = self.searcher.reader()
        return max(int(reader.doc_frequency(name, token)) for name in ("text", "title"))

    def holders(self, field: str, token: str) -> set[int]:
        """The documents that hold a token or value."""
        found: set[int] = set()
        for leaf, base in self.searcher.leaf_searchers():
            if (field, token) in leaf.reader():
                found.update(base + n for n in leaf.reader().postings(field, token).all_ids())
        return found

    def beginning_with(self, field: str, prefix: str, limit: int) -> list[str]:
        """The most frequent tokens that begin so, of those in living documents."""
        reader = self.searcher.reader()
        tokens = [token.decode() for token in reader.expand_prefix(field, prefix)]
        if reader.has_deletions():
            counts = {token: len(self.holders(field, token)) for token in tokens}
        else:
            counts = {token: reader.doc_frequency(field, token) for token in tokens}
        living = (token for token, count in counts.items() if count)
        return sorted(living, key=lambda token: (-counts[token], token))[:limit]

    def scores(self, what: Plan, need: Need = "any") -> Scores:
        """The documents that satisfy the plan and hold as much as is needed, with their scores."""
        matching: set[int] | None = None
        ranking: Scores = defaultdict(float)
        for part in what.required:
            scored = self._condition(part)
            matching = set(scored) if matching is None else matching & scored.keys()
            _add(ranking, scored)
        tokens = self.asked(what)
        loose = self.scored(tokens)
        for beginning in what.beginnings:
            _add(loose, self._any(self._expanded(beginning)))
        for saying, weight in what.sayings:
            found = self._adjacent(saying.tokens)
            _add(loose, {number: weight * score for number, score in found.items()})
        if need != "any" and (what.needs or matching is not None):
            if what.needs:
                needed = self._needed(what, need)
                matching = needed if matching is None else matching & needed
            _add(ranking, loose)
        elif need == "any" and (tokens or what.beginnings or what.sayings):
            matching = set(loose) if matching is None else matching & loose.keys()
            _add(ranking, loose)
        elif matching is None:
            matching = set(self.everything)
            _add(ranking, loose)
        assert matching is not None
        for part in what.excluded:
            matching -= self._condition(part).keys()
        return {number: ranking.get(number, 0.0) for number in matching}

    def asked(self, what: Plan) -> Mapping[str, float]:
        """The tokens of a plan whose postings are read in full."""
        return without_common(what.scored, self.frequency, self.documents)

    def _needed(self, what: Plan, need: Need) -> set[int]:
        """The documents that hold as many of the things typed as are needed."""
        held = Counter(chain.from_iterable(self._holding(part) for part in what.needs))
        number = least(len(what.needs), need)
        return {found for found, times in held.items() if times >= number}

    def _holding(self, part: Condition) -> set[int]:
        """Where the condition holds; the text field has the words of all others."""
        match part:
            case Terms(tokens):
                return set().union(*(self.holders("text", token) for token in tokens))
            case Ways(ways):
                return set().union(
                    *(set.intersection(*(self._holding(one) for one in way)) for way in ways)
                )
            case _:
                return set(self._condition(part))

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
            self._numbers = {self.ids[number]: number for number in self.everything}
        numbers = sorted(self._numbers[id] for _, id in window)
        bonus = self._bonus(what, numbers)
        preferred = Counter(
            number
            for name, values in prefer.items()
            for number in self.holders_of_any(name, values).intersection(numbers)
        )
        published, deadline = self._day("published"), self._day("deadline")
        traits = {
            self.ids[number]: Traits(
                bonus=bonus.get(number, 0.0),
                preferred=preferred[number],
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
            for number, score in self._at("text", token, numbers):
                bonus[number] += weight * score
        for pair in what.pairs:
            for number, score in self._beside("text", pair.tokens, numbers):
                bonus[number] += PAIR_WEIGHT * score
        return bonus

    def _kindred(self, prefix: str) -> list[str]:
        return self.beginning_with("text", prefix, MAX_KIN)

    def _at(self, field: str, token: str, numbers: Sequence[int]) -> Iterator[tuple[int, float]]:
        """The token's scores in some documents."""
        for matcher, number in self._stops(field, token, numbers):
            yield number, matcher.score()

    def _beside(
        self, field: str, tokens: Sequence[str], numbers: Sequence[int]
    ) -> Iterator[tuple[int, float]]:
        """Scores of two tokens side by side, as often as they stand so, in some documents."""
        one, other = tokens
        first = {
            number: (matcher.value_as("positions"), matcher.score())
            for matcher, number in self._stops(field, one, numbers)
        }
        for matcher, number in self._stops(field, other, sorted(first)):
            places, score = first[number]
            if not {place + 1 for place in places}.isdisjoint(matcher.value_as("positions")):
                yield number, score + matcher.score()

    def _stops(self, field: str, token: str, numbers: Sequence[int]) -> Iterator[tuple[Any, int]]:
        """A matcher of the token standing at each of the documents that hold it."""
        for leaf, base in self.searcher.leaf_searchers():
            if not numbers or (field, token) not in leaf.reader():
                continue
            matcher = leaf.postings(field, token)
            for number in numbers:
                if number < base:
                    continue
                if not matcher.is_active():
                    break
                if matcher.id() < number - base:
                    matcher.skip_to(number - base)
                if matcher.is_active() and matcher.id() == number - base:
                    yield matcher, number

    def holders_of_any(self, field: str, values: Sequence[str]) -> set[int]:
        """The documents that hold any of the values."""
        return set().union(*(self.holders(field, value) for value in values))

    def scored(self, tokens: Mapping[str, float]) -> Scores:
        """Each token in each text field, with its weight times the field's, summed."""
        scores: Scores = defaultdict(float)
        for token, weight in tokens.items():
            for field, boost in FIELD_WEIGHTS.items():
                for number, score in self._postings(field, token):
                    scores[number] += weight * boost * score
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

    def counts(self, facet: str, among: Mapping[int, float]) -> dict[str, int]:
        """How many of these documents have each value of a facet."""
        values = self._facet(facet)
        return dict(Counter(chain.from_iterable(values[n] for n in among if n in values)))

    def _condition(self, part: Condition) -> Scores:
        match part:
            case Terms(tokens):
                return self._any(tokens)
            case Beginning():
                return self._any(self._expanded(part))
            case Adjacent(tokens):
                return self._adjacent(tokens)
            case Author(words):
                named = [
                    set().union(*(self.holders("authors", token) for token in word))
                    for word in words
                ]
                return dict.fromkeys(set.intersection(*named), 0.0)
            case Values(name, values):
                return dict.fromkeys(self.holders_of_any(name, values), 0.0)
            case Ways():
                return dict.fromkeys(self._holding(part), 0.0)

    def _postings(self, field: str, token: str) -> Iterator[tuple[int, float]]:
        for leaf, base in self.searcher.leaf_searchers():
            if (field, token) in leaf.reader():
                matcher = leaf.postings(field, token)
                while matcher.is_active():
                    yield base + matcher.id(), matcher.score()
                    matcher.next()

    def _any(self, tokens: Sequence[str]) -> Scores:
        best: Scores = {}
        for token in tokens:
            for field in TEXT_FIELDS:
                for number, score in self._postings(field, token):
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
            self.beginning_with(field, beginning.prefix, MAX_EXPANSIONS)
            for field in ("words", "text")
        ]
        return expansion(beginning.prefix, *found)

    def _facet(self, name: str) -> dict[int, list[str]]:
        if name not in self._values:
            values: dict[int, list[str]] = defaultdict(list)
            for value in self.searcher.reader().lexicon(name):
                for number in self.holders(name, value.decode()):
                    values[number].append(value.decode())
            self._values[name] = dict(values)
        return self._values[name]

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


def _add(scores: Scores, more: Mapping[int, float]) -> None:
    for number, score in more.items():
        scores[number] = scores.get(number, 0.0) + score
