"""Classes and levels of an item, from every place where they may be written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from netmeta.model import Mapped, Problem, Unmapped
from netmeta.normalise.class_numbers import (
    Found,
    are_preschool_years,
    find_grades,
    may_name_classes,
)
from netmeta.normalise.phrases import CACHED_VALUES, Phrase, Places
from netmeta.vocabularies import Vocabularies
from netmeta.vocabularies.matching import Match
from netmeta.vocabularies.words import Token, tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Grades:
    """Classes and levels of an item."""

    grades: tuple[int, ...] = ()
    levels: tuple[str, ...] = ()
    mapped: tuple[Mapped, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    problems: tuple[Problem, ...] = ()


_NOTHING = Grades()
_NOT_FOUND = Found()


def _stated(
    phrase: Phrase, vocabularies: Vocabularies, *, bare: bool = False, slug: bool = False
) -> Found:
    """Classes a phrase states: numbers, or groups of a kindergarten, or children's ages."""
    if not (bare or may_name_classes(phrase.keys, has_digit=phrase.has_digit)):
        found = _NOT_FOUND
    else:
        found = find_grades(phrase.tokens, bare=bare, slug=slug)
    if found.grades and 0 not in found.grades:
        return _with_preschool(found, phrase, vocabularies)
    if found.grades or found.problems:
        return found
    for match in phrase.of("level"):
        assert match.label.concept is not None
        concept = vocabularies.concept(match.label.concept)
        if concept.stated:
            return Found(concept.grades, phrase.words(match))
    if phrase.has_digit and are_preschool_years(phrase.tokens):
        return Found((0,), phrase.text[:100])
    return _NOT_FOUND


# Between the two parts of «дошкольники и учащиеся 1-6 классов» stand only such words.
_BETWEEN = "и а также для или до с от по учащийся ученик школьник обучающийся дети"


def _with_preschool(found: Found, phrase: Phrase, vocabularies: Vocabularies) -> Found:
    """Classes with 0 added, if the children of a kindergarten are listed beside them."""
    for match in phrase.of("level"):
        if vocabularies.concept(str(match.label.concept)).grades != (0,):
            continue
        forward = _first_word(phrase.tokens[match.end :])
        back = _first_word(phrase.tokens[match.start - 1 :: -1] if match.start else ())
        if (forward is not None and forward.number in found.grades) or (
            back is not None and back.key in _keys("класс кл")
        ):
            return replace(found, grades=(0, *found.grades))
    return found


def _first_word(words: Iterable[Token]) -> Token | None:
    """The first word that is no link of a list."""
    return next((w for w in words if w.key and w.key not in _keys(_BETWEEN)), None)


@cache
def _keys(words: str) -> frozenset[str]:
    return frozenset(token.key for token in tokens(words))


@dataclass(frozen=True, slots=True)
class _Level:
    """A level named somewhere; `classes` are those it covers, if it names the children."""

    id: str
    words: str
    where: str
    classes: tuple[int, ...]


_stated_by_value = lru_cache(maxsize=CACHED_VALUES)(_stated)
"""`_stated` for the phrases of repeated values (see `phrases.read_value`)."""


@lru_cache(maxsize=CACHED_VALUES)
def _levels_by_value(phrase: Phrase, where: str, vocabularies: Vocabularies) -> tuple[_Level, ...]:
    return _levels_of(phrase, where, vocabularies)


def _levels_of(phrase: Phrase, where: str, vocabularies: Vocabularies) -> tuple[_Level, ...]:
    """The top level for each level named in a phrase."""
    out = []
    for match in phrase.of("level"):
        assert match.label.concept is not None
        concept = vocabularies.concept(match.label.concept)
        classes = () if match.label.weak or _of_staff(phrase, match) else concept.grades
        level = concept.broader or concept.id
        out.append(_Level(level, phrase.words(match)[:200], where, classes))
    return tuple(out)


_STAFF = (
    "педагог воспитатель учитель преподаватель работник специалист методист логопед психолог "
    "заведующий руководитель сотрудник директор инструктор помощник"
)


def _of_staff(phrase: Phrase, match: Match) -> bool:
    """«Конкурс для педагогов школ и детских садов» is not for children of that age."""
    for word in phrase.tokens[match.start - 1 :: -1] if match.start else ():
        if word.key in _keys(_STAFF):
            return True
        if word.key and not (word.genitive or word.key in _keys("и")):
            return False
    return False


def _statements(places: Places) -> Iterator[tuple[str, Phrase]]:
    """Places in the order in which they are believed."""
    for name in ("grade", "subtitle", "type", "subject", "category", "tags", "audience"):
        for phrase in getattr(places, name):
            yield name, phrase
    yield "title", places.title


_WORD = re.compile(r"\w")
_SHELVES = frozenset(("category", "tags", "audience"))
"""Places that say on which shelf a work stands («5-9 классы»): a title may be more exact."""


def normalise_grades(places: Places, vocabularies: Vocabularies) -> Grades:
    """Classes and levels of an item.

    The first place that states classes decides: grade, subtitle, type, subject, category, tags,
    audience, title, address. A title inside a broader shelf narrows it. Only if no place states a
    class does the first that names a level («начальная школа») give the classes of it. Problem
    codes: "contradiction" (the place that decided against the title), "out-of-range",
    "reversed-range".
    """
    stated: dict[str, tuple[set[int], list[str]]] = {}
    levels: list[_Level] = []
    problems: list[Problem] = []
    unmapped: list[Unmapped] = []
    for name, phrase in _statements(places):
        if name == "title":
            found = _stated(phrase, vocabularies)
            named = _levels_of(phrase, name, vocabularies)
        else:
            found = _stated_by_value(phrase, vocabularies, bare=name == "grade")
            named = _levels_by_value(phrase, name, vocabularies)
        problems += found.problems
        levels += named
        if found.grades:
            grades, texts = stated.setdefault(name, (set(), []))
            grades.update(found.grades)
            texts.append(found.words)
        elif name == "grade" and not (named or found.problems or _is_silent(phrase, vocabularies)):
            unmapped.append(Unmapped(scheme="level", raw=phrase.text))
    if not stated and (found := _stated(places.slug, vocabularies, slug=True)).grades:
        stated["url"] = (set(found.grades), [found.words])
    for part in places.sections:
        if concept := vocabularies.slug("level", part):
            level = concept.broader or concept.id
            levels.append(_Level(level, part[:200], "url", concept.grades))
    where = next(iter(stated), "")
    chosen = stated[where][0] if where else set()
    title = stated["title"][0] if "title" in stated else set()
    if where in _SHELVES and title and title < chosen:
        where, chosen = "title", title
    if title and chosen and not title & chosen:
        shown = f"{where} {_shown(chosen)} ≠ title {_shown(title)}"
        problems.append(Problem(field="grades", code="contradiction", value=shown))
    mapped = [
        Mapped(scheme="grade", concept=str(n), raw="; ".join(stated[where][1])[:200], where=where)
        for n in sorted(chosen)
    ]
    by_level = _decisive_levels(levels, bool(chosen), vocabularies)
    if not chosen:
        chosen = {n for level in by_level for n in level.classes}
    if not (chosen or by_level):
        if not (unmapped or problems):
            return _NOTHING
        return Grades(unmapped=tuple(unmapped), problems=tuple(problems))
    ids = {level.id for level in by_level} | _levels_with(frozenset(chosen), vocabularies)
    return Grades(
        grades=tuple(sorted(chosen)),
        levels=tuple(level for level in vocabularies.scheme("level").concepts if level in ids),
        mapped=(
            *mapped,
            *(Mapped(scheme="level", concept=x.id, raw=x.words, where=x.where) for x in by_level),
        ),
        unmapped=tuple(unmapped),
        problems=tuple(problems),
    )


def _is_silent(phrase: Phrase, vocabularies: Vocabularies) -> bool:
    return not _WORD.search(phrase.text) or vocabularies.is_silent("level", phrase.text)


def _decisive_levels(
    levels: list[_Level], has_classes: bool, vocabularies: Vocabularies
) -> list[_Level]:
    """Levels that say something classes do not: those without classes («СПО»), from any place;
    and, if no class is known, those of the first place that names any."""
    out: dict[str, _Level] = {}
    decided = ""
    for level in levels:
        if vocabularies.concept(level.id).grades:
            if has_classes or decided not in ("", level.where):
                continue
            decided = level.where
        out.setdefault(level.id, level)
    return list(out.values())


@lru_cache(maxsize=CACHED_VALUES)
def _levels_with(grades: frozenset[int], vocabularies: Vocabularies) -> frozenset[str]:
    return frozenset(
        c.id
        for c in vocabularies.scheme("level")
        if c.broader is None and grades.intersection(c.grades)
    )


def _shown(grades: set[int]) -> str:
    return ",".join(map(str, sorted(grades)))
