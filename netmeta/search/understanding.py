"""Classes, subjects and types among the words of a query: «тест по биологии 7 кл».

What is recognised is a reading, not a decision: the words stay, and the service asks for the
reading that finds something.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from index.analysis import forms
from index.query import Field, Query, Word
from netmeta.normalise.class_numbers import find_grades
from netmeta.search.result import Understood
from netmeta.vocabularies import Vocabularies
from netmeta.vocabularies.matching import Match
from netmeta.vocabularies.words import Token, tokens

RECOGNISED: Final = ("grade", "subject", "type", "year")
"""Facets whose values are recognised among the words."""

_TYPES: Final = ("material-type", "event-type")
_YEARS: Final = range(1990, 2040)


@dataclass(frozen=True, slots=True)
class Concept:
    """Words `start` to `end` of a query mean these values of a facet.

    `sure` concepts are asked for as filters; a year is not: what is said of 2024 need not be of it.
    """

    name: str
    values: tuple[str, ...]
    start: int
    end: int
    sure: bool = True

    def shown(self, words: Sequence[Word]) -> Understood:
        """For people: the words as typed, and what they were taken for."""
        typed = " ".join(word.text for word in words[self.start : self.end])
        return Understood(name=self.name, words=typed, values=self.values)


@dataclass(frozen=True, slots=True)
class Understanding:
    """The plain words of a query, and the concepts found in them."""

    words: tuple[Word, ...]
    concepts: tuple[Concept, ...]
    events: bool = False
    """Whether events are asked for: «вебинар», «олимпиада»."""

    def named(self, name: str) -> tuple[Concept, ...]:
        """The concepts of one facet."""
        return tuple(one for one in self.concepts if one.name == name)


def understand(
    query: Query, vocabularies: Vocabularies, *, without: frozenset[str] = frozenset()
) -> Understanding:
    """Find the concepts of a query among its plain words.

    Args:
        query: as parsed.
        vocabularies: with the catalogue's local mappings.
        without: facets whose words are to be plain text.
    """
    words = tuple(c for c in query.clauses if isinstance(c, Word) and not c.negated)
    asked = {c.name for c in query.clauses if isinstance(c, Field) and not c.negated}
    cut: list[Token] = []
    owners: list[int] = []
    for at, word in enumerate(words):
        for token in tokens(word.text):
            cut.append(token)
            owners.append(at)
    found: list[Concept] = []
    for concept in _concepts(cut, owners, vocabularies):
        clear = all(concept.end <= one.start or one.end <= concept.start for one in found)
        if concept.name not in without and concept.name not in asked and clear:
            found.append(concept)
    found.sort(key=lambda one: one.start)
    # A second type is what the first is about: «семинар: технологическая карта урока».
    kinds = [one for one in found if one.name == "type"]
    found = [one for one in found if one.name != "type" or one is kinds[0]]
    return Understanding(words, tuple(found), _asks_for_events(found, vocabularies))


def _concepts(
    cut: Sequence[Token], owners: Sequence[int], vocabularies: Vocabularies
) -> Iterator[Concept]:
    yield from _classes(cut, owners)
    matches = sorted(vocabularies.find(cut), key=lambda m: (m.start - m.end, m.start))
    taken = {owners[i] for concept in _classes(cut, owners) for i in range(len(cut))
             if concept.start <= owners[i] < concept.end}  # fmt: skip
    typed = [
        m for m in matches if m.label.scheme in _TYPES and not m.label.weak and m.label.concept
    ]
    for match in matches:
        if match.label.concept is None:
            continue
        span = owners[match.start], owners[match.end - 1] + 1
        if match.label.scheme == "subject":
            if match.label.weak and not _in_context(cut, match, owners, taken, typed):
                continue
            ids = (match.label.concept, *_below(match.label.concept, vocabularies))
            yield Concept("subject", ids, *span)
        elif match.label.scheme in _TYPES and not match.label.weak:
            same = [
                str(m.label.concept) for m in typed if (m.start, m.end) == (match.start, match.end)
            ]
            yield Concept("type", tuple(dict.fromkeys(same)), *span)
        elif match.label.scheme == "level":
            grades = vocabularies.concept(match.label.concept).grades
            if grades and not match.label.weak:
                yield Concept("grade", tuple(map(str, grades)), *span)
    for at, token in enumerate(cut):
        if token.number in _YEARS and not token.tail:
            yield Concept("year", (str(token.number),), owners[at], owners[at] + 1, sure=False)


def _classes(cut: Sequence[Token], owners: Sequence[int]) -> list[Concept]:
    """Class numbers, with the words that say them."""
    found = find_grades(cut)
    if not found.grades:
        return []
    said = [token.text for token in tokens(found.words)]
    for start in range(len(cut)):
        end, at = start, 0
        while end < len(cut) and at < len(said):
            if said[at] == cut[end].text:
                at, end = at + 1, end + 1
            elif said[at] == ",":  # joins two places in the text
                at += 1
            else:
                break
        if at == len(said):
            values = tuple(map(str, found.grades))
            return [Concept("grade", values, owners[start], owners[end - 1] + 1)]
    return []


def _below(concept: str, vocabularies: Vocabularies) -> tuple[str, ...]:
    out: list[str] = []
    for one in vocabularies.narrower(concept):
        out += [one, *_below(one, vocabularies)]
    return tuple(out)


@cache
def _school_words() -> frozenset[str]:
    return frozenset(token.key for token in tokens("по урок предмет учитель"))


def _in_context(
    cut: Sequence[Token],
    match: Match,
    owners: Sequence[int],
    taken: set[int],
    typed: Sequence[Match],
) -> bool:
    """Is an ordinary word («история», «труд») a subject here: after «по», beside a class or a type?"""
    before, after = match.start - 1, match.end
    if before >= 0 and cut[before].key in _school_words():
        return True
    beside = {owners[i] for i in (before, after) if 0 <= i < len(cut)}
    kinds = {owners[i] for one in typed for i in range(one.start, one.end)}
    return bool(beside & (taken | kinds)) or (before < 0 and after == len(cut))


def _asks_for_events(found: Sequence[Concept], vocabularies: Vocabularies) -> bool:
    """Whether a type is named that only events have."""
    for concept in found:
        if concept.name == "type" and any(
            vocabularies.concept(one).scheme == "event-type"
            and not vocabularies.concept(one).shared
            for one in concept.values
        ):
            return True
    return False


def covered(concepts: Sequence[Concept]) -> frozenset[int]:
    """Numbers of the words that say one of the concepts."""
    return frozenset(at for one in concepts for at in range(one.start, one.end))


def folded(words: Sequence[Word]) -> list[list[str]]:
    """The folded forms of each word."""
    return [forms(word.text) for word in words]
