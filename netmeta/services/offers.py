"""A search that found nothing: why, and what nearby finds something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from index.analysis import fold, forms, is_stop, readings
from index.query import Field, Phrase, Prefix, Query, Word
from index.seam import Engine
from netmeta.search.result import Offer
from netmeta.search.understanding import Understanding
from netmeta.search.wording import filter_words
from netmeta.texts import t
from netmeta.vocabularies import Vocabularies

MAX_OFFERS: Final = 5

_NEAR_CHARS: Final = 4
"""Letters that an unknown word must share with the beginning of one that is offered for it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What found nothing: the text (corrected), its query, the filters, the plain words."""

    text: str
    query: Query
    filters: Mapping[str, Sequence[str]]
    meaning: Understanding


def why_nothing(engine: Engine, asked: Asked) -> str:
    """Why nothing was found, in a sentence."""
    if not engine.checkpoint().documents:
        return t("The catalogue is still empty.")
    if unknown := unknown_words(engine, asked.meaning.words):
        words = ", ".join(f"«{word}»" for word in unknown)
        return t("No record contains {words}.", words=words)
    if asked.filters:
        return t("Nothing fits these words and these filters at once.")
    return t("Nothing fits all of these conditions at once.")


def offers(engine: Engine, vocabularies: Vocabularies, asked: Asked) -> tuple[Offer, ...]:
    """Searches nearby that find something, the nearest first; the last is the whole catalogue."""
    out: list[Offer] = []
    seen: set[tuple[str, str]] = set()
    for change, text, query, filters in _candidates(engine, vocabularies, asked):
        key = (text, repr(sorted(filters.items())))
        if key in seen or len(out) == MAX_OFFERS:
            continue
        seen.add(key)
        if total := engine.search(query, filters=filters, limit=0).total:
            kept = {name: tuple(values) for name, values in filters.items()}
            out.append(Offer(change=change, query=text, filters=kept, total=total))
    if total := engine.search(Query(), limit=0).total:
        change = t("look through the whole catalogue")
        out.append(Offer(change=change, query="", filters={}, total=total))
    return tuple(out)


_Candidate = tuple[str, str, Query, Mapping[str, Sequence[str]]]


def _candidates(engine: Engine, vocabularies: Vocabularies, asked: Asked) -> Iterator[_Candidate]:
    """Change in words, text, query, filters."""
    text, query, filters = asked.text, asked.query, asked.filters
    for name, values in filters.items():
        rest = {key: value for key, value in filters.items() if key != name}
        shown = filter_words(name, values, vocabularies)
        yield t("without the filter «{name}»", name=shown), text, query, rest
    words = tuple(c for c in query.clauses if isinstance(c, Word) and not c.negated)
    loose = Query(tuple(_loosened(query)))
    if loose.clauses != query.clauses and loose.clauses:
        plain = " ".join(c.text for c in loose.clauses if isinstance(c, Word))
        yield t("the words alone: {words}", words=plain), plain, loose, filters
    for unknown in unknown_words(engine, words):
        for near in _near(engine, unknown):
            changed = tuple(Word(near) if word.text == unknown else word for word in words)
            new = " ".join(word.text for word in changed)
            yield (
                t("«{near}» instead of «{word}»", near=near, word=unknown),
                new,
                Query(changed),
                filters,
            )
    if len(filters) > 1:
        yield t("without filters"), text, query, {}


def _loosened(query: Query) -> Iterator[Word]:
    """The words of all clauses, without quotation marks, minus and field names."""
    for clause in query.clauses:
        if clause.negated:
            continue
        if isinstance(clause, Phrase | Prefix):
            yield from map(Word, clause.text.split())
        elif isinstance(clause, Field):
            yield from map(Word, clause.value.split()) if clause.name == "author" else ()
        elif isinstance(clause, Word):
            yield clause


def unknown_words(engine: Engine, words: Sequence[Word]) -> list[str]:
    """The words of which no form is known to the index."""
    return [
        word.text
        for word in words
        if not any(
            is_stop(readings(form)[0]) or engine.frequency(form) for form in forms(word.text)
        )
    ]


def _near(engine: Engine, word: str) -> list[str]:
    """Words of the catalogue like an unknown one: misspelt, or beginning as it does."""
    form = fold(word)
    near = [one.word for one in engine.spellings(form, limit=2)]
    for chars in range(len(form) - 1, _NEAR_CHARS - 1, -1):
        if len(near) > 1:
            break
        near += [one for one in engine.suggest(form[:chars], limit=2) if one not in near]
    return near[:2]
