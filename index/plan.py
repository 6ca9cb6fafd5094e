"""What a query means in tokens: the same plan for every engine.

    Query + filters --plan()--> Plan --engine--> its own query objects

Plain words are alternatives, ranked by BM25 in four fields; phrases, fields and filters must
hold. Stop words count only in phrases, or when nothing else is asked. A caller may ask that a
document hold most or all of the words (`needs`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from index.analysis import Readings, fold, is_stop, readings, terms
from index.letters import spelt
from index.query import Clause, Either, Field, Phrase, Prefix, Query, Word
from index.seam import FACETS, Need

FIELD_WEIGHTS = {"text": 1.0, "title": 0.15, "authors": 0.5, "keywords": 0.25}
"""What BM25 in each field counts. The text holds the other fields, too, so these add to it."""

MAX_TERMS = 64
"""Tokens scored in one query; the longest judged question has 40."""

LONG_QUERY = 6
COMMON_SHARE = 0.20
COMMON_FROM_DOCUMENTS = 1_000
"""From this many tokens on, tokens in more than this share of documents are dropped, unless the
index is small. Costs 0.002 nDCG at most and halves the postings read (shared/design.md)."""

MAX_EXPANSIONS = 50
"""Tokens a prefix stands for, the most frequent ones."""

SALIENT = 25
"""Tokens that stand for a document when others like it are sought."""

SALIENT_POSTINGS = 1_000_000
"""Documents read for them in all: the tokens that tell least are dropped beyond. Where words are as
rare as in real texts that never happens below some millions of records; with 200,000 records of
eighty words each took 10 ms to find others like it, and takes 4."""

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """Tokens that mean the same thing: any one satisfies."""

    any_of: Tokens


@dataclass(frozen=True, slots=True)
class Adjacent:
    """Tokens that must follow each other in one text field."""

    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Beginning:
    """Any token, or token of a surface word, that begins with this folded text."""

    prefix: str

    def by_field(self) -> dict[str, str]:
        """How it is spelt in the fields of surface words and of tokens."""
        return {"words": self.prefix, "text": spelt(self.prefix)}


@dataclass(frozen=True, slots=True)
class Author:
    """A name in which every one of these words occurs."""

    words: tuple[Readings, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """One exact field holding any of these values."""

    name: str
    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """Any one of these conjunctions."""

    any_of: tuple[tuple[Condition, ...], ...]


Condition = Terms | Adjacent | Beginning | Author | Values | Ways


@dataclass(frozen=True, slots=True)
class Plan:
    """`scored` maps tokens to weights; `beginnings` and `sayings` (phrases with weights) are
    scored too: at least one of all these must occur, if there are any and no more is asked.
    `needs` has one condition for each thing typed, of which most or all may be asked. Each of
    `required` must hold, none of `excluded`. `pairs` are tokens that stood side by side."""

    scored: Mapping[str, float]
    beginnings: tuple[Beginning, ...]
    required: tuple[Condition, ...]
    excluded: tuple[Condition, ...]
    needs: tuple[Condition, ...] = ()
    sayings: tuple[tuple[Adjacent, float], ...] = ()
    pairs: tuple[Adjacent, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether it asks for all documents."""
        ranking = self.scored or self.beginnings or self.sayings
        return not (ranking or self.required or self.excluded)

    @property
    def ranks(self) -> bool:
        """Whether anything gives a document a score."""
        return bool(
            self.scored
            or self.beginnings
            or self.sayings
            or any(isinstance(part, Adjacent) for part in self.required)
        )


SAYING = 0.7
"""What another way of saying a word counts beside the word itself; a phrase shares it out."""


def plan(query: Query, filters: Mapping[str, Sequence[str]] | None = None) -> Plan:
    """Read a query into tokens. Raises ValueError for a filter name that is not in `FACETS`."""
    asked = dict(filters or {})
    check_facets(asked)
    positive = [clause for clause in query.clauses if not clause.negated]
    phrases = [_adjacent(clause.text) for clause in positive if isinstance(clause, Phrase)]
    beginnings = [_beginning(clause.text) for clause in positive if isinstance(clause, Prefix)]
    eithers = [clause for clause in positive if isinstance(clause, Either)]
    words = [term for clause in positive for term in _typed(clause)]
    scored = _weights(term for term in words if not is_stop(term[0]))
    if not scored and not phrases and not beginnings:
        scored = _weights(words)
    others, sayings = _other_ways(eithers)
    scored.update({token: weight for token, weight in others.items() if token not in scored})
    excluded = [_excluded(clause) for clause in query.clauses if clause.negated]
    return Plan(
        scored,
        tuple(beginnings),
        _required(positive, phrases, asked),
        tuple(part for part in excluded if part is not None),
        _needs(positive, scored),
        tuple(sayings),
        _pairs(words),
    )


def _typed(clause: Clause) -> list[Readings]:
    """The words of a clause as they were typed, outside phrases."""
    if isinstance(clause, Word):
        return terms(clause.text)
    if isinstance(clause, Either):
        return [term for part in clause.ways[0] for term in _typed(part)]
    return []


def _required(
    positive: Sequence[Clause], phrases: Sequence[Adjacent], asked: Mapping[str, Sequence[str]]
) -> tuple[Condition, ...]:
    fields = [clause for clause in positive if isinstance(clause, Field)]
    authors = [_author(clause.value) for clause in fields if clause.name == "author"]
    values: dict[str, list[str]] = {}
    for clause in fields:
        if clause.name != "author":
            values.setdefault(clause.name, []).append(clause.value)
    return (
        *(part for part in phrases if part.tokens),
        *(part for part in authors if part.words),
        *(Values(name, tuple(some)) for name, some in values.items()),
        *(Values(name, tuple(some)) for name, some in asked.items() if some),
    )


def _needs(positive: Sequence[Clause], scored: Mapping[str, float]) -> tuple[Condition, ...]:
    """One condition for each word, beginning and choice of ways. Stop words count only if nothing
    else is scored."""
    needs: dict[Condition, None] = {}
    for clause in positive:
        if isinstance(clause, Word) and clause.needed:
            for term in terms(clause.text):
                if any(token in scored for token in term):
                    needs[Terms(term)] = None
        elif isinstance(clause, Prefix):
            needs[_beginning(clause.text)] = None
        elif isinstance(clause, Either):
            ways = (_needs_or_holds(way, scored) for way in clause.ways)
            needs[Ways(tuple(way for way in ways if way))] = None
    return tuple(needs)


def _needs_or_holds(
    way: Sequence[Word | Phrase | Field], scored: Mapping[str, float]
) -> tuple[Condition, ...]:
    phrases = [_adjacent(part.text) for part in way if isinstance(part, Phrase)]
    return (*_needs(way, scored), *_required(way, phrases, {}))


def _other_ways(
    eithers: Sequence[Either],
) -> tuple[dict[str, float], list[tuple[Adjacent, float]]]:
    """Tokens and phrases of all ways but the typed ones, with what they count."""
    words: dict[str, float] = {}
    sayings: list[tuple[Adjacent, float]] = []
    for part in (part for either in eithers for way in either.ways[1:] for part in way):
        if isinstance(part, Word):
            for term in terms(part.text):
                words.update(dict.fromkeys(term, SAYING / len(term)))
        elif isinstance(part, Phrase) and (saying := _adjacent(part.text)).tokens:
            sayings.append((saying, SAYING / len(saying.tokens)))
    return words, sayings


def _pairs(words: Sequence[Readings]) -> tuple[Adjacent, ...]:
    """Neighbours among the words, stop words apart."""
    pairs = {
        Adjacent((one[0], other[0])): None
        for one, other in pairwise(words)
        if one[0] != other[0] and not is_stop(one[0]) and not is_stop(other[0])
    }
    return tuple(pairs)[:MAX_TERMS]


def least(needs: int, need: Need) -> int:
    """How many of so many things typed a document must hold: of two or three words all but one
    are "most", of eight six."""
    if need == "all":
        return needs
    return needs - max(1, needs // 4) if need == "most" and needs > 1 else min(needs, 1)


def marked(query: Query) -> tuple[frozenset[str], tuple[str, ...]]:
    """What to mark in a text that was found: tokens, and folded beginnings of forms.

    Stop words are left out, unless nothing else was asked.
    """
    positive = [clause for clause in query.clauses if not clause.negated]
    words = [token for text in _said(positive) for term in terms(text) for token in term]
    beginnings = tuple(fold(clause.text) for clause in positive if isinstance(clause, Prefix))
    telling = frozenset(token for token in words if not is_stop(token))
    return (telling if telling or beginnings else frozenset(words)), beginnings


def _said(clauses: Iterable[Clause]) -> Iterable[str]:
    for clause in clauses:
        if isinstance(clause, Either):
            for way in clause.ways:
                yield from _said(way)
        elif isinstance(clause, Word | Phrase):
            yield clause.text


def check_facets(names: Iterable[str]) -> None:
    """Raises ValueError if a name is not in `FACETS`."""
    if unknown := sorted(set(names) - set(FACETS)):
        raise ValueError(f"Unknown facets {unknown}; known: {', '.join(FACETS)}")


def without_common(
    scored: Mapping[str, float], frequency: Callable[[str], int], documents: int
) -> Mapping[str, float]:
    """The tokens of a long query worth reading; `frequency` gives the documents with a token."""
    if len(scored) < LONG_QUERY or documents < COMMON_FROM_DOCUMENTS:
        return scored
    rare = {
        token: weight
        for token, weight in scored.items()
        if frequency(token) <= documents * COMMON_SHARE
    }
    return rare or scored


def expansion(prefix: str, surface: Iterable[str], indexed: Iterable[str]) -> Tokens:
    """The tokens a prefix stands for: of surface words that begin so («дети» is indexed as
    «ребенок»), and tokens that begin so; both given most frequent first."""
    meant = [token for word in surface for token in readings(word)[:1]]
    return tuple(dict.fromkeys((*readings(prefix), *meant, *indexed)))[:MAX_EXPANSIONS]


def salient(sketch: str, frequency: Callable[[str], int], documents: int) -> Mapping[str, float]:
    """The tokens that tell a document from others, by tf-idf, with their weights (1 the best)."""
    counts = Counter(token for token in sketch.split() if not is_stop(token))
    scores = {}
    for token, count in counts.items():
        holders = frequency(token)
        if holders > 1:  # a token of this document alone finds no other
            scores[token] = (1 + math.log(count)) * math.log(1 + documents / holders)
    best = sorted(scores, key=lambda token: (-scores[token], token))[:SALIENT]
    read = accumulate(frequency(token) for token in best)
    affordable = [
        token for token, so_far in zip(best, read, strict=True) if so_far <= SALIENT_POSTINGS
    ]
    return {token: scores[token] / scores[best[0]] for token in affordable or best[:1]}


def _weights(words: Iterable[Readings]) -> dict[str, float]:
    # Readings share the weight of their word: 0.8155 nDCG against 0.8137 at full weight each.
    scored: dict[str, float] = {}
    for term in words:
        for token in term:
            if len(scored) == MAX_TERMS:
                return scored
            scored[token] = max(scored.get(token, 0.0), 1 / len(term))
    return scored


def _adjacent(text: str) -> Adjacent:
    return Adjacent(tuple(term[0] for term in terms(text))[:MAX_TERMS])


def _beginning(text: str) -> Beginning:
    return Beginning(fold(text))


def _author(text: str) -> Author:
    words = terms(text)
    # Initials rarely match a full name.
    full = [term for term in words if len(term[0]) > 1 and not is_stop(term[0])]
    return Author(tuple(full or words))


def _excluded(clause: Clause) -> Condition | None:
    if isinstance(clause, Either):  # never negated
        return None
    if isinstance(clause, Field) and clause.name != "author":
        return Values(clause.name, (clause.value,))
    if isinstance(clause, Field):
        author = _author(clause.value)
        return author if author.words else None
    if isinstance(clause, Prefix):
        return _beginning(clause.text)
    phrase = _adjacent(clause.text)
    if len(phrase.tokens) == 1:
        return Terms(phrase.tokens)
    return phrase if phrase.tokens else None
