"""The readings of one question, from the strictest to the loosest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.query import Clause, Either, Field, Phrase, Query, Word
from index.seam import Need
from netmeta.search.synonyms import Synonyms, Way
from netmeta.search.understanding import Concept, Understanding, covered, folded

Filters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A query with filters, how many of its words are needed, and the concepts it filters by."""

    query: Query
    filters: Filters
    need: Need
    concepts: tuple[Concept, ...] = ()
    prefer: Filters | None = None


def readings_of(
    query: Query, meaning: Understanding, filters: Filters, synonyms: Synonyms | None
) -> list[Reading]:
    """How a question may be read; whichever finds something first is counted.

    1. the concepts are filters, all other words must occur; first all concepts, then the class
       alone (people are surer of it than of how a portal names a type);
    2. each concept may be a value or words, all words must occur; then most of them;
    3. any word may occur, the concepts' values count a little.
    """
    others = tuple(c for c in query.clauses if not (isinstance(c, Word) and not c.negated))
    ways = _ways(meaning, synonyms)
    sure = tuple(one for one in meaning.concepts if one.sure and not filters.get(one.name))
    given = tuple(one for one in meaning.concepts if one.sure and filters.get(one.name))
    out = []
    classes = tuple(one for one in sure if one.name == "grade")
    for chosen in dict.fromkeys((sure, classes)):
        if chosen or (given and not sure):
            clauses = _clauses(meaning, ways, (*chosen, *given))
            more = _filters(filters, chosen)
            out.append(Reading(Query((*clauses, *others), query.text), more, "all", chosen))
    plain = Query((*_clauses(meaning, ways, ()), *others), query.text)
    preferred = _filters({}, meaning.concepts)
    out.append(Reading(plain, filters, "all", prefer=preferred))
    if len(meaning.words) > 2:
        out.append(Reading(plain, filters, "most", prefer=preferred))
    out.append(Reading(plain, filters, "any", prefer=preferred))
    return out


_Ways = dict[tuple[int, int], tuple[tuple[Word | Phrase | Field, ...], ...]]
"""Other ways of saying the words from one number to another (exclusive)."""


def _ways(meaning: Understanding, synonyms: Synonyms | None) -> _Ways:
    out: _Ways = {}
    for concept in meaning.concepts:
        values = tuple((Field(concept.name, value),) for value in concept.values)
        out[concept.start, concept.end] = values
    if synonyms is not None:
        found: list[tuple[int, int, tuple[Way, ...]]] = list(synonyms.find(folded(meaning.words)))
        for start, end, others in found:
            out[start, end] = (*out.get((start, end), ()), *others)
    return out


def _clauses(meaning: Understanding, ways: _Ways, concepts: Sequence[Concept]) -> list[Clause]:
    """The words as clauses: those of the concepts only rank, others may be said in other ways."""
    said = covered(concepts)
    clauses: list[Clause] = []
    at = 0
    while at < len(meaning.words):
        span = next((s for s in sorted(ways, reverse=True) if s[0] == at), None)
        if at in said:
            clauses.append(Word(meaning.words[at].text, needed=False))
            at += 1
        elif span is not None and not said.intersection(range(*span)):
            clauses.append(Either((meaning.words[slice(*span)], *ways[span])))
            at = span[1]
        else:
            clauses.append(meaning.words[at])
            at += 1
    return clauses


def _filters(filters: Filters, concepts: Sequence[Concept]) -> dict[str, tuple[str, ...]]:
    out = {name: tuple(values) for name, values in filters.items()}
    for concept in concepts:
        out[concept.name] = tuple(dict.fromkeys((*out.get(concept.name, ()), *concept.values)))
    return out
