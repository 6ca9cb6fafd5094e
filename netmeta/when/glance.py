"""The commonest dates, read at a glance: «5 марта 2024», «24.01.2012 - 19:42», «3 дня назад».

Nearly every date a portal prints beside an entry is a single day in one of these forms. Here they
cost a third of what the grammar takes. What is read is exactly what the grammar would read (a test
compares both); whatever is not plainly one of these forms, or names no possible day, is left to it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from netmeta.when.numbers import full_year, offset_of
from netmeta.when.points import (
    DAYS,
    MONTHS,
    ONES,
    SECONDS,
    SHORTEST_WEEKDAY,
    around,
    bare_day,
    shift_clock,
    shift_months,
    weekday_near,
)
from netmeta.when.ranges import between
from netmeta.when.resolve import (
    FIRST_YEAR,
    LAST_YEAR,
    Context,
    Period,
    choose_day,
    choose_year,
    day_of,
    is_american,
    year_by_weekday,
)
from netmeta.when.result import Lean, RefusedError, When, new_when
from netmeta.when.words import WORDS

_Form = tuple[re.Pattern[str], Callable[[re.Match[str], str, Context], When | None]]

_LONGEST = 48
_CLOCK = (
    r"(?:(?:(?:,|\s[-–—|])?\s(?:в\s)?(\d\d?):|(?:,\s|\s)в\s(\d\d?)\.)(\d\d)(?::(\d\d)|\s?[-–]\s?(\d\d?):(\d\d))?"
    r"(?:\s(мск|МСК|\(мск\)|\(МСК\)))?)?"
)
# Понедельник, 15.09.2008, 23:34;  5 мая 2024 г. (вс) в 10.00 (МСК);  10 декабря, 15:00
_WRITTEN = re.compile(
    r"(?:(?:[Вв]о?\s)?([^\W\d_]{2,11})\.?,?\s)?"
    r"(\d\d?)(?:([./-])(\d\d?)\3(\d{4}|\d\d)|[\s/-]?([^\W\d_]{3,9})\.?(?:,?[\s/-]?(\d{4}))?)"
    r"(?:(?<=\d{4})\s?г(?:ода|\.)?)?"
    rf"(?:(?:,\s|\s\()([^\W\d_]{{2,11}})\.?\)?)?{_CLOCK}\s*"
)
_CLOCK_FIRST = re.compile(r"(\d\d):(\d\d),?\s(.{5,40})", re.S)  # 14:00, 15 мая 2025
# с 13 по 21 марта 2023 года;  17-18.02.2026;  28 декабря – 8 января
_RANGE = re.compile(
    r"(?:[СсCc]\s)?(\d\d?)(?:\.(\d\d)(?:\.(\d{4}))?|\s([^\W\d_]{3,9})(?:\s(\d{4}))?)?(?:(?<=\d{4})\s?г(?:\.|ода))?"
    r"(?:\s?[-–—]\s?|\sпо\s)"
    r"(\d\d?)(?:\.(\d\d)(?:\.(\d{4}))?|\s([^\W\d_]{3,9})(?:\s(\d{4}))?)(?:(?<=\d{4})\s?г(?:\.|ода))?"
)
# 1.03;  20.11 в 10.00
_PAIR = re.compile(r"(\d\d?)\.(\d\d)(?:,?\s(?:(?:в\s)?(\d\d?):|в\s(\d\d?)\.)(\d\d))?")
# 2012-01-24;  2010-06-21T23:07:43+04:00
_ISO = re.compile(
    r"(\d{4})([-./])(\d\d)\2(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?|(Z))?)?"
)
_CARDINALS = {word: n for word, (code, n) in WORDS.items() if code == "C" and not word.isascii()}
_COUNTS = "|".join(_CARDINALS)
# Вчера, 23:10;  3 дня назад;  через неделю
_NEAR = re.compile(
    rf"([Чч]ерез\s)?(?:(\d\d?|{_COUNTS})\s)?([^\W\d_]{{3,11}})\.?(\sназад)?"
    r"(?:,?\s(?:(?:в\s)?(\d\d?):|в\s(\d\d?)\.)(\d\d))?\s*"
)
_YEARLY = re.compile(r"(\d{4})(?: год| ?г\.)?")  # 2019;  2019 год
# Март 2019 года;  сент. 2024
_MONTHLY = re.compile(r"([^\W\d_]{3,9})(?:\.|,)?\s(\d{4})(?:\s?г(?:ода|\.)?)?\s*")

_MONTH_NAMES: dict[str, int] = {}
_WEEKDAYS: dict[str, int] = {}
_RELATIVE: dict[str, int] = {}
_UNITS: dict[str, str] = {}
_KNOWN: dict[str, dict[str, Any]] = {"m": _MONTH_NAMES, "W": _WEEKDAYS, "r": _RELATIVE, "u": _UNITS}
for _word, (_code, _value) in WORDS.items():
    if _code in _KNOWN:
        for _case in (_word, _word.capitalize(), _word.upper()):
            _KNOWN[_code][_case] = _value
_UNITS.update(dict.fromkeys(("год", "года"), "year"))
_NUMBERS = {form: n for n in range(100) for form in (str(n), f"{n:02}")}
_NUMBERS |= _CARDINALS
_PHRASES: dict[str, tuple[str, int]] = {word: ("day", days) for word, days in _RELATIVE.items()}
"""Texts without a number that are a date by themselves, in small letters: (unit, which one)."""
for _word, (_code, _value) in WORDS.items():
    if _code == "W":
        _PHRASES[f"в {_word}"] = _PHRASES[f"во {_word}"] = ("weekday", _value)
        if len(_word) >= SHORTEST_WEEKDAY:
            _PHRASES[_word] = ("weekday", _value)
    elif _code == "m" and _word[-1] not in "ая":  # «марта»: the rest of a date, lost
        _PHRASES[_word] = ("named", _value)
    elif _code == "f" and isinstance(_value, int):
        for _frame, _unit in (
            ("на {} неделе", "week"),
            ("в {} месяце", "month"),
            ("в {} году", "year"),
        ):
            _PHRASES[_frame.format(_word)] = (_unit, _value)
_MOSCOW = WORDS["мск"][1]


def at_a_glance(
    text: str, reference: dt.date | dt.datetime | None, zone: str, lean: Lean | None
) -> When | None:
    """The date `text` names and nothing else; None if the grammar must decide."""
    if len(text) > _LONGEST:
        return None
    phrase = None
    begun: _Form | None
    if "0" <= text[:1] <= "9":
        if text[:4].isdecimal():
            begun = _FORMS.get(text[4:5])
        elif text[2:3] == ":":
            begun = _TIMED
        else:
            begun = _AGO if text.endswith("назад") else _DATED
    else:
        phrase = _PHRASES.get(text.lower())
        begun = _BEGUN_BY.get(text.partition(" ")[0].rstrip(".,"))
    try:
        if phrase is not None:
            return _phrase(phrase, text, Context(reference, zone, lean))
        if begun is None:
            return None
        form = begun[0].fullmatch(text)
        if form is None and begun is _DATED:
            begun = _SPAN
            form = _RANGE.fullmatch(text)
            if form is None:
                begun = _SHORT
                form = _PAIR.fullmatch(text)
        if form is None:
            return None
        return begun[1](form, text, Context(reference, zone, lean))
    except (ValueError, KeyError, OverflowError, RefusedError):
        return None  # no such word or day: the grammar says what it is, or why it is none


def _written(form: re.Match[str], text: str, context: Context) -> When | None:
    beside, day, sign, number, digits, word, year, after, *clock = form.groups()
    hour, dotted, minute, second, last, past, moscow = clock
    weekday = None
    if beside is not None or after is not None:
        if beside is not None and after is not None:
            return None
        weekday = _WEEKDAYS[beside or after]
    if word is not None:
        month = _MONTH_NAMES[word]
        full = None if year is None else int(year)
    elif sign == "-" and len(digits) == 2 and len(day) + len(number) < 4:
        return None
    else:
        month = _NUMBERS[number]
        full = int(digits) if len(digits) == 4 else full_year(_NUMBERS[digits])
        if weekday is not None and sign == "/" and is_american(full, month, _NUMBERS[day], weekday):
            day, month = number, _NUMBERS[day]
    if full is not None:
        date = dt.date(full, month, _NUMBERS[day])
    elif dotted is None:
        date = _nearest(month, _NUMBERS[day], weekday, context)
    else:
        return None
    if dotted is not None and second is not None:
        return None  # «0.00:15» is no time of one kind
    time = None
    if minute is not None:
        time = dt.time(
            _NUMBERS[hour or dotted], _NUMBERS[minute], _NUMBERS[second] if second else 0
        )
    end = None if last is None else dt.time(_NUMBERS[last], _NUMBERS[past])
    differs = weekday is not None and weekday != date.weekday()
    return _day(date, time, _MOSCOW if moscow else None, text, context.zone, differs, end)


def _nearest(month: int, day: int, weekday: int | None, context: Context) -> dt.date:
    """That day of the year which suits the reference. Raises: RefusedError, ValueError."""
    when = _checked(month, day)
    year = None if weekday is None else year_by_weekday(when, weekday, context)
    return choose_day(month, day, context) if year is None else dt.date(year, month, day)


def _checked(month: int, day: int) -> tuple[int, int]:
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        raise RefusedError("impossible")
    return month, day


def _pair(form: re.Match[str], text: str, context: Context) -> When | None:
    day, month, hour, dotted, minute = form.groups()
    date = _nearest(_NUMBERS[month], _NUMBERS[day], None, context)
    time = None if minute is None else dt.time(_NUMBERS[hour or dotted], _NUMBERS[minute])
    return _day(date, time, None, text, context.zone)


def _range(form: re.Match[str], text: str, context: Context) -> When | None:
    parts = form.groups()
    dotted = parts[6] is not None and parts[7] is None
    if dotted and (parts[2] is not None or parts[3] is not None):
        return None  # «5 мая 2025 - 10.05»: more likely a time
    last = _period(*parts[5:])
    if last is None:
        return None
    first = _period(*parts[:5]) or bare_day(_NUMBERS[parts[0]])
    start, end = between(first, last, context)
    return new_when(
        start=start, end=end, kind="range", text=text.strip(), assumed_zone=context.zone
    )


def _period(
    day: str, number: str | None, full: str | None, word: str | None, year: str | None
) -> Period | None:
    """One end of a range; None if it has no month."""
    if number is None and word is None:
        return None
    when = _checked(_MONTH_NAMES[word] if word else _NUMBERS[number or ""], _NUMBERS[day])
    digits = full or year
    return Period(int(digits) if digits else None, when, when)


def _clock_first(form: re.Match[str], text: str, context: Context) -> When | None:
    written = _WRITTEN.fullmatch(form[3])
    day = None if written is None else _written(written, form[3], context)
    if day is None or day.start is None or day.precision != "day":
        return None
    time = dt.time(_NUMBERS[form[1]], _NUMBERS[form[2]])
    return _day(day.start, time, None, text, context.zone, day.weekday_differs)


def _iso(form: re.Match[str], text: str, context: Context) -> When | None:
    year, sign, month, day, hour, minute, second, offset, utc = form.groups()
    if sign != "-" and hour is not None:
        return None
    time = None
    if hour is not None:
        time = dt.time(_NUMBERS[hour], _NUMBERS[minute], _NUMBERS[second] if second else 0)
    named: dt.tzinfo | None = None
    if utc is not None:
        named = dt.UTC
    elif offset is not None:
        named = dt.UTC if offset == "Z" else offset_of(offset[0], offset[1:])
        if named is None:
            return None
    return _day(dt.date(int(year), _NUMBERS[month], _NUMBERS[day]), time, named, text, context.zone)


def _near(form: re.Match[str], text: str, context: Context) -> When | None:
    ahead, number, word, ago, hour, dotted, minute = form.groups()
    time = None if minute is None else dt.time(_NUMBERS[hour or dotted], _NUMBERS[minute])
    if not ahead and not ago:
        if number is not None:
            return None
        date = context.day() + dt.timedelta(days=_RELATIVE[word])
        return _day(date, time, None, text, context.zone)
    unit = _UNITS[word]
    if time is not None or (ahead and ago):
        return None
    if number is None and (word not in ONES or unit == "day"):
        return None
    count = (1 if ahead else -1) * (1 if number is None else _NUMBERS[number])
    if unit in SECONDS:
        period = shift_clock(count * SECONDS[unit], context)
        return _day(dt.date(period.year or 0, *period.first), period.time, None, text, context.zone)
    if unit in DAYS:
        date = context.day() + dt.timedelta(days=count * DAYS[unit])
    else:
        date = shift_months(context.day(), count * MONTHS[unit])
    return _day(date, None, None, text, context.zone)


def _monthly(form: re.Match[str], text: str, context: Context) -> When | None:
    word, digits = form.groups()
    year, month = int(digits), _MONTH_NAMES[word]
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return new_when(
        start=dt.date(year, month, 1),
        end=day_of(year, (month, 0)),
        kind="range",
        precision="month",
        text=text.strip(),
        assumed_zone=context.zone,
    )


def _yearly(form: re.Match[str], text: str, context: Context) -> When | None:
    year = int(form[1])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return new_when(
        start=dt.date(year, 1, 1),
        end=dt.date(year, 12, 31),
        kind="range",
        precision="year",
        text=text.strip(),
        assumed_zone=context.zone,
    )


def _phrase(phrase: tuple[str, int], text: str, context: Context) -> When | None:
    """«вчера», «в среду», «на следующей неделе», «март»."""
    unit, value = phrase
    if unit == "day":
        day = context.day() + dt.timedelta(days=value)
        return _day(day, None, None, text, context.zone)
    if unit == "weekday":
        period = weekday_near(value, None, context)
    elif unit == "named":
        period = Period(None, (value, 1), (value, 0), "month")
    else:
        period = around(context.day(), unit, value)
    year = period.year
    if year is None:
        year = choose_year(period.first, period.last, 0, "instant", context)
    start, end = day_of(year, period.first), day_of(year + period.turns, period.last)
    return new_when(
        start=start,
        end=end,
        kind="instant" if start == end else "range",
        precision=period.precision,
        text=text.strip(),
        assumed_zone=context.zone,
    )


def _day(
    date: dt.date,
    time: dt.time | None,
    named: dt.tzinfo | None,
    text: str,
    zone: str,
    differs: bool = False,
    end: dt.time | None = None,
) -> When | None:
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        return None
    return new_when(
        start=date,
        end=date,
        start_time=time,
        end_time=end,
        zone=named,
        precision="day" if time is None else "time",
        text=text.strip(),
        assumed_zone=zone,
        weekday_differs=differs,
    )


_DATED: _Form = (_WRITTEN, _written)
_SPAN: _Form = (_RANGE, _range)
_SHORT: _Form = (_PAIR, _pair)
_TIMED: _Form = (_CLOCK_FIRST, _clock_first)
_AGO: _Form = (_NEAR, _near)
_BEGUN_BY: dict[str, _Form] = {
    **dict.fromkeys((*_WEEKDAYS, "в", "В", "во", "Во"), _DATED),
    **dict.fromkeys("СсCc", _SPAN),
    **dict.fromkeys(_MONTH_NAMES, (_MONTHLY, _monthly)),
    **dict.fromkeys((*_RELATIVE, *_UNITS, *_CARDINALS, "через", "Через"), _AGO),
}
_FORMS: dict[str, _Form] = {
    **dict.fromkeys(("-", ".", "/"), (_ISO, _iso)),
    **dict.fromkeys(("", " ", "г"), (_YEARLY, _yearly)),
}
