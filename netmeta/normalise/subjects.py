"""Subjects of an item.

Order of trust: the subject field, the section in the address, the subtitle, the category, the
tags, the title, the last part of the address. The first place that names a subject decides; a
later place may only make it more exact (foreign language -> English, mathematics -> algebra).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from netmeta.model import Item, Mapped, Problem, Unmapped
from netmeta.normalise.heads import quoted_words
from netmeta.normalise.phrases import CACHED_VALUES, Phrase, Places
from netmeta.vocabularies import Vocabularies
from netmeta.vocabularies.matching import Match
from netmeta.vocabularies.words import tokens

_LATIN = re.compile(r"[A-Za-z]")
_CYRILLIC = re.compile(r"[а-яёА-ЯЁ]")
_PRESCHOOL = "preschool-education"
# Words after which even an ordinary word is a subject: «по истории», «урок музыки».
_BEFORE = (
    "по урок предмет учитель преподаватель курс кабинет преподавание занятие кружок педагог экзамен "
    "изучение обучение неделя факультатив дисциплина олимпиада программа учебник задание мастерская"
)
_NAMED = "предмет курс дисциплина программа кружок факультатив учебник"
_SHELVES = frozenset(("category", "tags"))
"""Places where a portal's shelf («Внеклассная работа») stands beside the subject."""
_JOINTS = frozenset((",", "и", "+", "/"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """Subjects of an item as concept ids, and how they were found."""

    subjects: tuple[str, ...] = ()
    mapped: tuple[Mapped, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    problems: tuple[Problem, ...] = ()


_NOTHING = Subjects()


@cache
def _keys(words: str) -> frozenset[str]:
    return frozenset(token.key for token in tokens(words))


def normalise_subjects(
    item: Item, places: Places, grades: tuple[int, ...], vocabularies: Vocabularies
) -> Subjects:
    """Subjects from every place (see the module); `grades` decide between school and kindergarten.

    Problem codes: "latin-letters" (a Russian subject typed in Latin), "contradiction" (the place
    that decided, and a title that plainly names another subject).
    """
    problems: list[Problem] = []
    unmapped: list[Unmapped] = []
    found: list[tuple[str, list[tuple[str, str]]]] = []
    field_subjects: list[tuple[str, str]] = []
    is_english = (item.language or "").lower().startswith("en")
    for phrase in places.subject:
        ids = [(one, phrase.text) for one in _of_value(phrase, vocabularies)]
        field_subjects += ids
        if not is_english and _LATIN.search(phrase.text) and not _CYRILLIC.search(phrase.text):
            problems.append(Problem(field="subject", code="latin-letters", value=phrase.text[:200]))
        if not ids and not _says_something_else(phrase, vocabularies):
            unmapped.append(Unmapped(scheme="subject", raw=phrase.text))
    found.append(("subject", field_subjects))
    found.append(("url", _of_sections(places, vocabularies)))
    for name, phrases in (
        ("subtitle", places.subtitle),
        ("category", places.category),
        ("tags", places.tags),
    ):
        found.append((name, [pair for phrase in phrases for pair in _all(phrase)]))
    title, plain = _of_title(places.title, vocabularies)
    found.append(("title", title))
    where, chosen = _decide(found, grades, vocabularies)
    if not chosen:
        where, chosen = _decide(
            [("url", _of_title(places.slug, vocabularies)[0])], grades, vocabularies
        )
    if not (chosen or unmapped or problems or plain):
        return _NOTHING
    chosen = _school_or_kindergarten(chosen, where, grades, vocabularies)
    if plain and where not in ("", "title") and not _related(chosen, plain, vocabularies):
        shown = f"{where} {','.join(chosen)} ≠ title {','.join(one for one, _ in plain)}"
        problems.append(Problem(field="subjects", code="contradiction", value=shown))
    mapped = [
        Mapped(scheme="subject", concept=one, raw=words[:200], where=place)
        for one, (words, place) in chosen.items()
    ]
    return Subjects(
        subjects=tuple(chosen),
        mapped=tuple(mapped),
        unmapped=tuple(unmapped),
        problems=tuple(problems),
    )


@lru_cache(maxsize=CACHED_VALUES)
def _of_value(phrase: Phrase, vocabularies: Vocabularies) -> tuple[str, ...]:
    if vocabularies.is_silent("subject", phrase.text):
        return ()
    return vocabularies.match("subject", phrase.text)


@lru_cache(maxsize=CACHED_VALUES)
def _says_something_else(phrase: Phrase, vocabularies: Vocabularies) -> bool:
    """Is the value understood as another thing («Начальные классы», «5 класс», «Разное»)?"""
    if not re.search(r"\w", phrase.text) or vocabularies.is_silent("subject", phrase.text):
        return True
    return any(match.label.concept for match in phrase.matches)


def _of_sections(places: Places, vocabularies: Vocabularies) -> list[tuple[str, str]]:
    out = []
    for part in places.sections:
        find = vocabularies.whole if _CYRILLIC.search(part) else vocabularies.slug
        if concept := find("subject", part):
            out.append((concept.id, part))
    # Of nested sections («inostrannye-yazyki/angliiskiy-yazyk») the innermost says it best.
    return out[-1:]


def _all(phrase: Phrase) -> Iterable[tuple[str, str]]:
    """Subjects of a phrase that is a label or subtitle: ordinary words count, too."""
    for match in phrase.of("subject"):
        assert match.label.concept is not None
        yield match.label.concept, phrase.words(match)


def _of_title(
    phrase: Phrase, vocabularies: Vocabularies
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Subjects of running words: all, and those that stand in a school context.

    If any stands in a school context («урок физики»), only those count; else every label that is
    not an ordinary word.
    """
    matches = phrase.of("subject")
    plain: list[Match] = []
    for match in matches:
        if _in_context(phrase, match) or (
            plain
            and match.start - plain[-1].end == 1
            and phrase.tokens[plain[-1].end].text.lower() in _JOINTS
        ):
            plain.append(match)
    loose = [match for match in matches if not match.label.weak]
    # «Кружок «Юный физик»»: an ordinary word for a shelf gives way to the subject itself.
    real = [m for m in plain if not vocabularies.concept(str(m.label.concept)).shelf]
    plain = [m for m in plain if m in real or not (m.label.weak and (real or loose))]
    loose = [m for m in loose if not vocabularies.concept(str(m.label.concept)).shelf] or loose
    named = [(str(m.label.concept), phrase.words(m)) for m in plain]
    return named or [(str(m.label.concept), phrase.words(m)) for m in loose], named


def _in_context(phrase: Phrase, match: Match) -> bool:
    words = phrase.tokens
    before = words[match.start - 1] if match.start else None
    if before is not None and before.text in '«"“' and match.start > 1:
        named = words[match.start - 2]  # «предмета «История»»
        if named.key in _keys(_NAMED) or named.key in _keys("по"):
            return True
    after = words[match.end] if match.end < len(words) else None
    if before is not None and before.key in _keys(_BEFORE):
        return True
    if words[match.start].upper and words[match.start].literal and match.end - match.start == 1:
        return True
    if match.label.weak and match.start in quoted_words(words):
        return False  # «Прощай, Азбука!» is the name of a feast
    # «История. 5 класс», «Музыка 3 кл», «5 класс. История»: a part of its own, or beside a class.
    starts = before is None or not before.key or before.key in _keys("класс кл")
    ends = after is None or not after.key or after.number is not None
    if after is not None and after.key in _keys("в для") and match.end + 1 < len(words):
        ends = ends or words[match.end + 1].number is not None
        ends = ends or any(level.start == match.end + 1 for level in phrase.of("level"))
    quoted = before is not None and before.text in '«"“„' and starts
    return starts and ends and not quoted


def _decide(
    found: list[tuple[str, list[tuple[str, str]]]],
    grades: tuple[int, ...],
    vocabularies: Vocabularies,
) -> tuple[str, dict[str, tuple[str, str]]]:
    """The first place's subjects, made more exact by later ones: id -> (words, place)."""
    where, chosen = "", dict[str, tuple[str, str]]()
    for name, pairs in found:
        if not chosen:
            for one, words in pairs:
                chosen.setdefault(one, (words, name))
            where = name if chosen else ""
            continue
        for one, words in pairs:
            taught = vocabularies.concept(one).grades
            if taught and grades and not set(taught) & set(grades):
                continue
            for broader in vocabularies.ancestors(one):
                if broader in chosen and broader != _PRESCHOOL:
                    chosen = {
                        (one if old == broader else old): ((words, name) if old == broader else how)
                        for old, how in chosen.items()
                    }
    if where in _SHELVES:
        real = {one: how for one, how in chosen.items() if not vocabularies.concept(one).shelf}
        chosen = real or chosen
    broader_ones = {above for one in chosen for above in vocabularies.ancestors(one)}
    return where, {one: how for one, how in chosen.items() if one not in broader_ones}


def _school_or_kindergarten(
    chosen: dict[str, tuple[str, str]],
    where: str,
    grades: tuple[int, ...],
    vocabularies: Vocabularies,
) -> dict[str, tuple[str, str]]:
    """«Развитие речи» is an area of the kindergarten; in a class of school it is no subject."""
    if not grades or 0 in grades or where not in ("title", "tags", "url"):
        return chosen
    return {
        one: how for one, how in chosen.items() if _PRESCHOOL not in vocabularies.ancestors(one)
    }


def _related(
    chosen: Iterable[str], named: list[tuple[str, str]], vocabularies: Vocabularies
) -> bool:
    """Do two sets of subjects share one, or one that is broader than one of the other's?"""
    ours = {above for one in chosen for above in (one, *vocabularies.ancestors(one))}
    theirs = {above for one, _ in named for above in (one, *vocabularies.ancestors(one))}
    return not ours or bool(ours & theirs)
