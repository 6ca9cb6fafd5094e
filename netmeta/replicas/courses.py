"""Courses of the bank as works, with price, hours, registration and days, laid out around today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zlib import crc32

from netmeta.replicas.bank import drafts
from netmeta.replicas.days import Span, say
from netmeta.replicas.people import choice
from netmeta.replicas.planted import Heading, Items, Para, Rows, Work

LABELS = {
    "hours": "Объём",
    "price": "Стоимость обучения",
    "audience": "Слушатели",
    "type": "Вид программы",
    "certificate": "Документ об окончании",
    "until": "Регистрация",
    "held": "Сроки обучения",
}
"""What is stated of a course -> the label that states it, unless a portal has its own."""


def course(
    key: str,
    today: dt.date,
    *,
    kind: str,
    documents: tuple[str, ...],
    labels: Mapping[str, str] = LABELS,
) -> Work:
    """A course.

    Args:
        key: of the bank's files `courses_*`.
        today: registration ends within the seven weeks after it (some ended the week before).
        kind: the value of the row for the type ("повышение квалификации").
        documents: wordings of what is given at the end, one for each course; "{price}" in them
            becomes a price of its own.
        labels: as `LABELS`; what is missing there is not stated.

    Raises:
        KeyError: the bank has no such course.
    """
    draft, days = drafts("courses_")[key], _Days(key, today)
    seed = crc32(key.encode())
    hours, price = draft.one("hours"), draft.one("price")
    until, held = days.until(), days.held(int(hours))
    values = {
        "hours": f"{hours} {_hours(int(hours))}",
        "price": "бесплатно" if price == "0" else f"{price} рублей",
        "audience": draft.one("for"),
        "type": kind,
        "certificate": choice(documents, key).format(price=120 + seed % 9 * 10),
        "until": until[0],
        "held": held[0],
    }
    rows = tuple((label, values[name]) for name, label in labels.items())
    cut = (0, 2, 3, len(rows))[seed % 4]  # some rows stand above the programme
    above, below = (
        (Rows(some, table=seed % 2 == 0),) if some else () for some in (rows[:cut], rows[cut:])
    )
    spans = {"until": until[1], "held": held[1]}
    return Work(
        key=key,
        kind="course",
        title=draft.one("title"),
        blocks=(
            Para(draft.one("about")),
            *(Para(words) for words in draft.all("more")),
            *above,
            Heading(choice(("Программа", "Модули курса", "Что внутри", "Темы"), f"{key} head")),
            Items(tuple(part.strip() for part in draft.one("modules").split(";")), ordered=True),
            *below,
        ),
        type="курсы",
        stages={labels[name]: span for name, span in spans.items() if name in labels},
        posted=days.posted,
    )


class _Days:
    """The calendar of one course, always the same for the same key and today."""

    def __init__(self, key: str, today: dt.date) -> None:
        self._seed = crc32(key.encode())
        self._today = today
        self._last = today + dt.timedelta(days=self._seed % 56 - 7)
        self.posted = self._last - dt.timedelta(days=20 + self._seed % 30)

    def until(self) -> tuple[str, Span]:
        """Until when one can register; a day that has passed is told with its year."""
        form = "until" if self._last >= self._today and self._seed % 2 else "until-year"
        return say(form, self._today, self._last)

    def held(self, hours: int) -> tuple[str, Span]:
        """From when to when lessons last."""
        start = self._last + dt.timedelta(days=3 + self._seed % 5)
        end = start + dt.timedelta(weeks=2 + hours // 9)
        return say(("from-to", "dash", "dotted")[self._seed % 3], start, end)


def _hours(number: int) -> str:
    if number % 10 == 1 and number % 100 != 11:
        return "час"
    if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14):
        return "часа"
    return "часов"
