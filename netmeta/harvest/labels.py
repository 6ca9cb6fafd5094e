"""Labelled lines of a page ("Приём работ: до 31 марта") and what each label announces.

The labels are those seen on event pages (portals.md) and their plain variants. A line that has
another label stays part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

_LINE: Final = re.compile(r"^([А-ЯЁA-Z][^:.!?\d|]{2,48}?)\s*(?::|\s[–—])\s+(?:\|\s*)?(\S.*)$")

# Tried in order: the first that begins the label decides.
_BEGINNINGS: Final[tuple[tuple[str, str], ...]] = (
    (r"автор|составител|разработчик|учител[ья]\b|преподавател", "authors"),
    (r"организатор|учредител", "organisation"),
    (r"мест[оа]\b|адрес|площадк", "place"),
    (r"участники|слушател|целев|аудитори|для кого|кому", "audience"),
    (r"класс(?:ы)?\b|возраст|параллел", "grade"),
    (r"предмет|дисциплин|образовательная область", "subject"),
    (r"тип\b|вид\b|жанр|форма\b|формат", "type"),
    (r"категори|раздел|рубрик", "category"),
    (r"сертификат|диплом|свидетельств|наградн|документ (?:участник|об окончании)", "certificate"),
    (r"лиценз|условия использован", "licence"),
    (r"теги|метки|ключевые слова", "tags"),
    (r"просмотр|прочтен", "views"),
    (r"загруз(?:ок|ки)\b|скачиван\w+\b", "downloads"),
    (r"рейтинг|оценка материала", "rating"),
    (r"комментари|всего комментари", "comments"),
    (r"добавлен|опубликован|дата\b(?! и время| провед| начал| оконч)|размещен", "published"),
)  # fmt: skip
_DATED: Final = re.compile(
    r"дат[аы]|срок|время|при[её]м|регистрац|заявк|подведен|итог|результат|окончан|начал|проведен"
    r"|голосован|экспертиз|награжден|публикац|этап|тур\b|продлен|защит|финал|объявлен|открыти|закрыти",
    re.IGNORECASE,
)
_LOOKS_DATED: Final = re.compile(
    r"\d(?!\d*\s*(?:час|мин|балл|урок))|январ|феврал|март|апрел|\bма[йяе]\b|июн|июл|август|сентябр|октябр|ноябр|декабр"
    r"|сегодня|завтра|понедельник|вторник|сред[ау]|четверг|пятниц|суббот|воскресень",
    re.IGNORECASE,
)
_MONTH: Final = r"(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)[а-я]{0,6}\.?"
_YEAR: Final = r"(?:,? (?:19|20)\d\d)?(?: ?г(?:ода|\.)?)?"
_DAY: Final = rf"(?:\d{{1,2}}\.\d{{1,2}}(?:\.\d{{2,4}})?|\d{{1,2}} {_MONTH}){_YEAR}"
_TO: Final = r" ?(?:[-–—]|по|до) ?"
_SPAN: Final = re.compile(
    rf"(?:(?:с|от) )?(?:{_DAY}{_TO}{_DAY}|\d{{1,2}}{_TO}\d{{1,2}} {_MONTH}{_YEAR})"
    rf"|(?:до|по|не позднее|к) {_DAY}",
    re.IGNORECASE,
)
"""From one day to another, or until a day: said of nothing but a stage of something."""
_FIELDS: Final = tuple((re.compile(stem, re.IGNORECASE), name) for stem, name in _BEGINNINGS)


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value: the field of an item it belongs to, its label, its words."""

    field: str
    label: str
    value: str


def labelled(text: str) -> list[Fact]:
    """The labelled lines of a text whose labels are known, in order.

    A label of a date counts only if its value looks like one: prose is full of "Итог: ...".
    """
    out = []
    for line in text.splitlines():
        if ":" not in line and "–" not in line and "—" not in line:
            continue
        found = _LINE.match(line)
        if found and (name := field_of(found[1], found[2])):
            out.append(Fact(name, found[1].strip(), found[2].strip()))
    return out


def field_of(label: str, value: str) -> str | None:
    """The field of an item that a label announces, None if it is not known.

    A stage may be called anything ("Работа жюри"): then its value must be nothing but days.
    """
    if name := _announced(label):
        return name
    if _DATED.search(label) and _LOOKS_DATED.search(value):
        return "dates"
    return "dates" if _SPAN.fullmatch(value) else None


@lru_cache(maxsize=1024)  # the same few on every page of a portal
def _announced(label: str) -> str | None:
    return next((name for pattern, name in _FIELDS if pattern.match(label)), None)


def values(facts: Iterable[Fact], field: str) -> tuple[str, ...]:
    """Values of one field, in order, without repetitions; tags stand side by side in one line."""
    found = [fact.value for fact in facts if fact.field == field]
    if field == "tags":
        found = [tag.strip() for line in found for tag in re.split(r"[,;]", line) if tag.strip()]
    return tuple(dict.fromkeys(found))


def value(facts: Iterable[Fact], field: str) -> str | None:
    """The first value of a field."""
    return next((fact.value for fact in facts if fact.field == field), None)


def dates(facts: Iterable[Fact]) -> dict[str, str]:
    """{label: words} of the labelled dates."""
    return {fact.label: fact.value for fact in facts if fact.field == "dates"}


def stated(facts: Iterable[Fact]) -> dict[str, Any]:
    """{field of an item: what labels state of it}, fields without a label left out."""
    facts = list(facts)
    found: dict[str, Any] = {name: values(facts, name) for name in _MANY}
    found |= {name: value(facts, name) for name in _ONE}
    found["dates"] = dates(facts)
    return {name: one for name, one in found.items() if one}


_MANY: Final = ("authors", "subject", "grade", "type", "category", "tags", "audience")
_ONE: Final = ("organisation", "place", "certificate", "licence")
