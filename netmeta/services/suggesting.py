"""Suggestions while somebody types: popular words, concepts, authors, titles."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from itertools import chain, zip_longest
from typing import Final

from index.analysis import fold, forms
from index.query import Query, Word
from index.seam import Engine
from netmeta.catalogue import Catalogue
from netmeta.catalogue.names import people, titles
from netmeta.vocabularies import Vocabularies

MAX_CHARS: Final = 100
"""Longer beginnings are no beginnings."""

_EACH: Final = 4
"""Of each sort so many are looked for."""

_SCHEMES: Final = ("subject", "material-type", "event-type", "exam")


def suggestions(
    engine: Engine, catalogue: Catalogue, vocabularies: Vocabularies, typed: str, *, limit: int
) -> tuple[str, ...]:
    """Whole texts for the search box, of all sorts in turn; without repetition."""
    text = " ".join(typed[:MAX_CHARS].split())
    if not text or limit < 1:
        return ()
    before, _, last = text.rpartition(" ")
    lead = f"{before} " if before else ""
    words = [lead + word for word in engine.suggest(last, limit=max(limit, _EACH))]
    named = _titles(engine, catalogue.conn, words[0] if words else text, text)
    sorts = (words, [lead + one for one in _concepts(vocabularies, last)],
             people(catalogue.conn, text.title(), limit=_EACH), named)  # fmt: skip
    mixed = chain.from_iterable(zip_longest(*(one[:_EACH] for one in sorts)))
    unique: dict[str, str] = {}
    for one in chain(mixed, words):
        if one:
            unique.setdefault(fold(one), one)
    return tuple(unique.values())[:limit]


@lru_cache(maxsize=4)
def _labels(vocabularies: Vocabularies) -> tuple[tuple[str, str], ...]:
    """(folded, preferred label) of concepts that people search by."""
    concepts = chain.from_iterable(vocabularies.scheme(name) for name in _SCHEMES)
    return tuple(sorted({(fold(one.ru), one.ru) for one in concepts}))


def _concepts(vocabularies: Vocabularies, last: str) -> list[str]:
    start = fold(last)
    return [label for key, label in _labels(vocabularies) if key.startswith(start)][:_EACH]


def _titles(engine: Engine, conn: sqlite3.Connection, guess: str, text: str) -> list[str]:
    """Titles of the best records in which words begin as the typed ones do."""
    query = Query(tuple(map(Word, guess.split())))
    found = engine.search(query, limit=2 * _EACH, counted=False, refined=False)
    best = titles(conn, [hit.id for hit in found.hits])
    return [title for title in best if _begins(title, text)][:_EACH]


def _begins(title: str, text: str) -> bool:
    return all(_some_begins(forms(title), form) for form in forms(text))


def _some_begins(words: list[str], start: str) -> bool:
    return any(word.startswith(start) for word in words)
