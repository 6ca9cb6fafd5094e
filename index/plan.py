"""What a query means in tokens: the same plan for every engine.

    Query + filters --plan()--> Plan --engine--> its own query objects

Plain words are alternatives, ranked by BM25 in four fields; phrases, fields and filters must
hold. Stop words count only in phrases, or when nothing else is asked.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.analysis import Readings, fold, is_stop, readings, terms
from index.query import Clause, Field, Phrase, Prefix, Query, Word
from index.seam import FACETS

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


@dataclass(frozen=True, slots=True)
class Author:
    """A name in which every one of these words occurs."""

    words: tuple[Readings, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """One exact field holding any of these values."""

    name: str
    any_of: tuple[str, ...]


Condition = Terms | Adjacent | Beginning | Author | Values


@dataclass(frozen=True, slots=True)
class Plan:
    """`scored` maps tokens to weights and `beginnings` are scored too: at least one of all these
    must occur, if there are any. Each of `required` must hold, none of `excluded`."""

    scored: Mapping[str, float]
    beginnings: tuple[Beginning, ...]
    required: tuple[Condition, ...]
    excluded: tuple[Condition, ...]

    @property
    def everything(self) -> bool:
        """Whether it asks for all documents."""
        return not (self.scored or self.beginnings or self.required or self.excluded)

    @property
    def ranks(self) -> bool:
        """Whether anything gives a document a score."""
        return bool(
            self.scored
            or self.beginnings
            or any(isinstance(part, Adjacent) for part in self.required)
        )


def plan(query: Query, filters: Mapping[str, Sequence[str]] | None = None) -> Plan:
    """Read a query into tokens. Raises ValueError for a filter name that is not in `FACETS`."""
    asked = dict(filters or {})
    check_facets(asked)
    positive = [clause for clause in query.clauses if not clause.negated]
    phrases = [_adjacent(clause.text) for clause in positive if isinstance(clause, Phrase)]
    beginnings = [_beginning(clause.text) for clause in positive if isinstance(clause, Prefix)]
    words = [term for clause in positive if isinstance(clause, Word) for term in terms(clause.text)]
    scored = _weights(term for term in words if not is_stop(term[0]))
    if not scored and not phrases and not beginnings:
        scored = _weights(words)
    fields = [clause for clause in positive if isinstance(clause, Field)]
    authors = [_author(clause.value) for clause in fields if clause.name == "author"]
    values: dict[str, list[str]] = {}
    for clause in fields:
        if clause.name != "author":
            values.setdefault(clause.name, []).append(clause.value)
    required: tuple[Condition, ...] = (
        *(part for part in phrases if part.tokens),
        *(part for part in authors if part.words),
        *(Values(name, tuple(some)) for name, some in values.items()),
        *(Values(name, tuple(some)) for name, some in asked.items() if some),
    )
    excluded = [_excluded(clause) for clause in query.clauses if clause.negated]
    return Plan(
        scored,
        tuple(beginnings),
        required,
        tuple(part for part in excluded if part is not None),
    )


def marked(query: Query) -> tuple[frozenset[str], tuple[str, ...]]:
    """What to mark in a text that was found: tokens, and folded beginnings of forms.

    Stop words are left out, unless nothing else was asked.
    """
    positive = [clause for clause in query.clauses if not clause.negated]
    words = [
        token
        for clause in positive
        if isinstance(clause, Word | Phrase)
        for term in terms(clause.text)
        for token in term
    ]
    beginnings = tuple(fold(clause.text) for clause in positive if isinstance(clause, Prefix))
    telling = frozenset(token for token in words if not is_stop(token))
    return (telling if telling or beginnings else frozenset(words)), beginnings


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
    counts = Counter(token for token in sketch.split() if token.isalnum() and not is_stop(token))
    scores = {}
    for token, count in counts.items():
        holders = frequency(token)
        if holders > 1:  # a token of this document alone finds no other
            scores[token] = (1 + math.log(count)) * math.log(1 + documents / holders)
    best = sorted(scores, key=lambda token: (-scores[token], token))[:SALIENT]
    return {token: scores[token] / scores[best[0]] for token in best}


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
