"""What a person asks for: the query language and its typed tree.

    дроби 5 класс            words: any may match, the best matches come first
    "обыкновенные дроби"     a phrase that must occur, word after word
    -тест  -"тест по теме"   what must not occur (also -предмет:физика, -(а б))
    матем*                   words beginning so
    автор:Иванова            the author's name holds these words
    предмет:algebra          an exact value; several values of one field are alternatives

Field names work in Russian and English (`FIELDS`). Brackets group what a minus or a field name
applies to. Whatever cannot be read as an operator is text: `parse_query` never raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

FIELDS: Final = {
    "author": "author",
    "автор": "author",
    "subject": "subject",
    "предмет": "subject",
    "grade": "grade",
    "класс": "grade",
    "source": "source",
    "портал": "source",
    "type": "type",
    "тип": "type",
    "year": "year",
    "год": "year",
    "kind": "kind",
    "вид": "kind",
    "licence": "licence",
    "license": "licence",
    "лицензия": "licence",
    "certificate": "certificate",
    "сертификат": "certificate",
    "language": "language",
    "язык": "language",
}
"""Name a person may type -> name of the field: "author", or one of `index.seam.FACETS`."""

MAX_CHARS = 2_000
"""The rest of a longer query is not read. The longest judged question has 400 characters."""

MAX_WORDS = 64
MAX_OPERATORS = 32
"""Clauses read: plain words, and everything else. Further ones are left out."""

MAX_DEPTH = 16
"""Brackets nested or repeated beyond this are taken as spaces."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as typed; it may hold several (a compound with a hyphen). One that is not `needed`
    ranks only: nobody is asked to contain it."""

    text: str
    negated: bool = False
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must follow each other."""

    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin with `text`."""

    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A value of one field. `name` is a value of `FIELDS`; for an author, `value` is words of
    the name, otherwise it is compared as it is."""

    name: str
    value: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    """Ways of saying one thing, any of which will do: «ФГОС», or its four words in a row. Each
    way is a conjunction; the first is what was typed. Nobody types an `Either`: a caller puts it
    where he knows other words."""

    ways: tuple[tuple[Word | Phrase | Field, ...], ...]
    negated: Literal[False] = False


Typed = Word | Phrase | Prefix | Field
"""What a person can type."""

Clause = Typed | Either


@dataclass(frozen=True, slots=True)
class Query:
    """Clauses in the order read, prohibited ones last. Without a positive clause it matches all
    documents (but the prohibited). `text` is what was typed."""

    clauses: tuple[Clause, ...] = ()
    text: str = ""

    def map_fields(self, change: Callable[[Field], Iterable[Clause]]) -> Query:
        """The query with each field clause replaced by what `change` makes of it: a catalogue
        turns typed labels ("алгебра") into values of the index ("algebra") this way."""
        clauses: list[Clause] = []
        for clause in self.clauses:
            clauses.extend(change(clause) if isinstance(clause, Field) else (clause,))
        return Query(tuple(clauses), self.text)


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_SMART_QUOTES = str.maketrans("“”„‟", '""""')  # «» are left: they quote titles, not searches
_OPERATOR = re.compile(r'["*:()]|(?<!\S)-\S')


def parse_query(text: str) -> Query:
    """Read what a person typed. Never raises; the empty query matches all documents.

    >>> for clause in parse_query('дроби -тест автор:Иванова').clauses:
    ...     print(clause)
    Word(text='дроби', negated=False, needed=True)
    Field(name='author', value='Иванова', negated=False)
    Word(text='тест', negated=True, needed=True)
    """
    clean = _CONTROL.sub(" ", text[:MAX_CHARS]).translate(_SMART_QUOTES).strip()
    clauses: list[Typed]
    if _OPERATOR.search(clean):
        if clean.count("(") > MAX_DEPTH:
            clean = clean.replace("(", " ").replace(")", " ")
        # Whoosh's parser takes 0.1 s to import and 0.2 ms a query: only operators need it.
        from index.grammar import read_clauses

        clauses = read_clauses(clean)
    else:
        clauses = [Word(word) for word in clean.split()]
    return Query(tuple(_bounded(clauses)), text)


def _bounded(clauses: Iterable[Typed]) -> Iterable[Typed]:
    words = operators = 0
    for clause in clauses:
        says = clause.value if isinstance(clause, Field) else clause.text
        if not any(map(str.isalnum, says)):
            continue
        if isinstance(clause, Word) and not clause.negated:
            words += 1
            if words > MAX_WORDS:
                continue
        else:
            operators += 1
            if operators > MAX_OPERATORS:
                continue
        yield clause
