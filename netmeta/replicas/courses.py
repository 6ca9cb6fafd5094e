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
    draft, seed = drafts("courses_")[key], crc32(key.encode())
    until = today + dt.timedelta(days=seed % 56 - 7)
    start = until + dt.timedelta(days=3 + seed % 5)
    end = start + dt.timedelta(weeks=2 + int(draft.one("hours")) // 9)
    hours, price = draft.one("hours"), draft.one("price")
    form = ("until-year", "until")[seed % 2] if until >= today else "until-year"
    until_text, until_span = say(form, today, until)
    held_text, held_span = say(("from-to", "dash", "dotted")[seed % 3], start, end)
    values = {
        "hours": f"{hours} {_hours(int(hours))}",
        "price": "бесплатно" if price == "0" else f"{price} рублей",
        "audience": draft.one("for"),
        "type": kind,
        "certificate": choice(documents, key).format(price=120 + seed % 9 * 10),
        "until": until_text,
        "held": held_text,
    }
    stages: dict[str, Span] = {}
    for name, span in (("until", until_span), ("held", held_span)):
        if name in labels:
            stages[labels[name]] = span
    rows = tuple((label, values[name]) for name, label in labels.items())
    modules = tuple(part.strip() for part in draft.one("modules").split(";"))
    cut = (0, 2, 3, len(rows))[seed % 4]  # some rows stand above the programme
    above, below = (
        (Rows(some, table=seed % 2 == 0),) if some else () for some in (rows[:cut], rows[cut:])
    )
    return Work(
        key=key,
        kind="course",
        title=draft.one("title"),
        blocks=(
            Para(draft.one("about")),
            *(Para(words) for words in draft.all("more")),
            *above,
            Heading(choice(("Программа", "Модули курса", "Что внутри", "Темы"), f"{key} head")),
            Items(modules, ordered=True),
            *below,
        ),
        type="курсы",
        stages=stages,
        posted=until - dt.timedelta(days=20 + seed % 30),
    )


def _hours(number: int) -> str:
    if number % 10 == 1 and number % 100 != 11:
        return "час"
    if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14):
        return "часа"
    return "часов"
