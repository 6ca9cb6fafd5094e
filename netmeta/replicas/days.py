"""Russian day texts as portals print them, laid out around one fixed `today`.

Forms are those seen on real event pages: "до 31 марта", "с 13 по 21 марта 2023 года",
"9 января–31 марта 2025 года", "17.02.2026 - 18.02.2026",
"15 января 2026 года (четверг) в 14:00".
"""

from __future__ import annotations

import datetime as dt

MOSCOW = dt.timezone(dt.timedelta(hours=3))
"""Portals print Moscow time; it has had no daylight saving since 2014."""

_MONTHS = (
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
)
_WEEKDAYS = "понедельник вторник среда четверг пятница суббота воскресенье".split()

Span = tuple[dt.date | None, dt.date | None]
"""First and last day, both inclusive; None is an open end."""


def moscow_today() -> dt.date:
    """The real day on a portal's clock."""
    return dt.datetime.now(MOSCOW).date()


def resolve(offset: str, today: dt.date) -> dt.date:
    """The day meant by "+4" (days from today) or "@07-01" (that day of the nearest summer).

    All "@" days of one `today` fall into the same calendar year: the one whose July is nearest.
    """
    if offset.startswith("@"):
        month, day = (int(part) for part in offset[1:].split("-"))
        return dt.date(summer_year(today), month, day)
    return today + dt.timedelta(days=int(offset))


def summer_year(today: dt.date) -> int:
    years = (today.year - 1, today.year, today.year + 1)
    return min(years, key=lambda year: abs(dt.date(year, 7, 15) - today))


def school_year(today: dt.date) -> str:
    """The school year `today` belongs to, as "2025/26"; it turns on 1 August."""
    first = today.year if today.month >= 8 else today.year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def weekday_stamp(at: dt.datetime) -> str:
    """A uCoz clock: "Понедельник, 15.09.2008, 23:34"."""
    return f"{_WEEKDAYS[at.weekday()].capitalize()}, {at:%d.%m.%Y, %H:%M}"


def say(form: str, start: dt.date, end: dt.date, hour: str = "") -> tuple[str, Span]:
    """The text of a stage in one of the forms, and the days it means.

    Args:
        form: "until" (no year), "until-year", "from-to", "dash", "dotted", "day", "day-hour",
            "day-dotted".
        start: first day; ignored by the "until" forms.
        end: last day; the only day of the "day" forms.
        hour: clock time for "day-hour" ("14:00").

    Raises:
        KeyError: an unknown form.
    """
    texts = {
        "until": f"до {_day(end)}",
        "until-year": f"до {_day(end)} {end.year} года",
        "from-to": _from_to(start, end),
        "dash": _dash(start, end),
        "dotted": f"{start:%d.%m.%Y} - {end:%d.%m.%Y}",
        "day": f"{_day(end)} {end.year} года",
        "day-hour": f"{_day(end)} {end.year} года ({_WEEKDAYS[end.weekday()]}) в {hour}",
        "day-dotted": f"{end:%d.%m.%Y}",
    }
    if form.startswith("until"):
        return texts[form], (None, end)
    return texts[form], (end if form.startswith("day") else start, end)


def _day(day: dt.date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _from_to(start: dt.date, end: dt.date) -> str:
    if start.year != end.year:
        return f"с {_day(start)} {start.year} года по {_day(end)} {end.year} года"
    first = str(start.day) if start.month == end.month else _day(start)
    return f"с {first} по {_day(end)} {end.year} года"


def _dash(start: dt.date, end: dt.date) -> str:
    if start.year != end.year:
        return f"{start:%d.%m.%Y} - {end:%d.%m.%Y}"
    if start.month == end.month:
        return f"{start.day}-{end.day} {_MONTHS[end.month - 1]} {end.year} г."
    return f"{_day(start)}–{_day(end)} {end.year} года"


def ago(days: int) -> str:
    """How long ago a day was: "сегодня", "вчера", "3 дня назад", "11 дней назад"."""
    if days < 2:
        return ("сегодня", "вчера")[days]
    if days % 10 == 1 and days % 100 != 11:
        return f"{days} день назад"
    if days % 10 in (2, 3, 4) and days % 100 not in (12, 13, 14):
        return f"{days} дня назад"
    return f"{days} дней назад"
