"""What a token with digits means: a date, a time, a zone, a pair of years, or a number.

Letters as in `netmeta.when.grammar`; `x` is what looks like one of these and is none (25:70).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from netmeta.when.words import BY_MOSCOW, ROMAN

Meaning = tuple[str, Any]

_DIGITS = re.compile(r"\d+")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_LAST_SECOND = dt.time(23, 59, 59)
_UNKNOWN: Meaning = ("x", None)
_NO_DATE: Meaning = ("J", None)


def read_number(token: str) -> Meaning:
    """The meaning of a token that holds a digit."""
    if token.isdecimal():
        return _plain(token)
    for shape, read in _SHAPES:
        if shape.fullmatch(token):
            return read(token)
    return _NO_DATE


def full_year(short: int) -> int:
    """24 is 2024, 98 is 1998: the portals began in the nineties, and dates reach a few years on."""
    return 2000 + short if short < 60 else 1900 + short


def _plain(token: str) -> Meaning:
    digits = token if token.isdecimal() else _DIGITS.findall(token)[0]
    ordinal = len(digits) < len(token)
    if len(digits) <= 2:
        return "O" if ordinal else "N", int(digits)
    if len(digits) == 4:
        return _NO_DATE if token.endswith(("е", "х")) else ("Y", int(digits))  # «1990-е годы»
    if len(digits) == 8 and not ordinal:
        return "I", (int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    return _NO_DATE


def _day_month_year(token: str) -> Meaning:
    day, month, year = _DIGITS.findall(token)
    return "D", (int(year) if len(year) == 4 else full_year(int(year)), int(month), int(day))


def _year_month_day(token: str) -> Meaning:
    year, month, day = _DIGITS.findall(token)
    return "D", (int(year), int(month), int(day))


def _roman(token: str) -> Meaning:
    day, month, year = token.replace(".", " ").split()
    return "D", (int(year), ROMAN.get(month, 0), int(day))


def _time(token: str) -> Meaning:
    """15:30, 10:00:00.5+03:00, 15-00."""
    clock = token
    zone: dt.tzinfo | None = None
    if token[-1] == "z":
        clock, zone = token[:-1], dt.UTC
    elif len(token) > 9 or "+" in token:
        cut = max(token.rfind(sign) for sign in "+-−")
        if cut > 0:
            clock, zone = token[:cut], offset_of(token[cut], token[cut + 1 :])
            if zone is None:
                return _UNKNOWN
    hour, minute, *second = (int(part) for part in _DIGITS.findall(clock)[:3])
    return _clock(hour, minute, second[0] if second else 0, zone)


def _raised_minutes(token: str) -> Meaning:
    return _clock(int(token[:-2]), int(token[-2:].translate(_SUPERSCRIPTS)), 0, None)


def _clock(hour: int, minute: int, second: int, zone: dt.tzinfo | None) -> Meaning:
    """24:00 is taken as the last second of the day."""
    if hour < 24 and minute < 60 and second < 60:
        return "T", (dt.time(hour, minute, second), zone)
    if hour == 24 and minute == second == 0:
        return "T", (_LAST_SECOND, zone)
    return _UNKNOWN


def offset_of(sign: str, digits: str) -> dt.tzinfo | None:
    """The zone so far from UTC: "+" and "03:00", "0300", "3"; None if no zone lies there."""
    parts = digits.replace(":", "").rjust(4, "0")
    hours, minutes = int(parts[:2]), int(parts[2:])
    if hours > 14 or minutes > 59:
        return None
    shift = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(shift if sign == "+" else -shift)


def _zone(token: str) -> Meaning:
    """UTC+3, GMT+03:00, МСК+2."""
    name, rest = token[:3], token[3:].strip()
    sign, digits = rest[0], rest[1:].strip()
    if len(digits) <= 2:
        digits += "00"
    if name in ("utc", "gmt"):
        offset = offset_of(sign, digits)
        return ("z", offset) if offset else _UNKNOWN
    hours = int(digits.replace(":", "")) // 100 * (1 if sign == "+" else -1)
    place = BY_MOSCOW.get(hours)
    return ("z", ZoneInfo(place)) if place else _UNKNOWN


def _month_year(token: str) -> Meaning:
    month, year = _DIGITS.findall(token)
    return "A", (int(year), int(month))


def _years(token: str) -> Meaning:
    """2024/25, 2019-2021: (first, second, whether a slash joins them, digits of the second)."""
    first, second = _DIGITS.findall(token)
    other = int(second) if len(second) == 4 else int(first) // 100 * 100 + int(second)
    return "P", (int(first), other, "/" in token, len(second))


def _dotted(token: str) -> Meaning:
    """12.05: a day and month, or hours and minutes; `netmeta.when.settle` decides."""
    first, second = token.rstrip(".").split(".")
    return "B", (int(first), int(second), len(second))


def _hours(token: str) -> Meaning:
    """15 ч, 15 ч 30 мин: (time or None, no zone, the number of hours)."""
    hour, *minute = (int(part) for part in _DIGITS.findall(token))
    letter, clock = _clock(hour, minute[0] if minute else 0, 0, None)
    return "h" if minute else "H", (*(clock if letter == "T" else (None, None)), hour)


_SHAPES: tuple[tuple[re.Pattern[str], Callable[[str], Meaning]], ...] = tuple(
    (re.compile(shape), read)
    for shape, read in (
        (r"\d{1,2}[⁰¹²³⁴⁵⁶⁷⁸⁹]{2}", _raised_minutes),
        (r"\d{1,2}\s?ч.*", _hours),
        (r"['’‘]\d\d", lambda token: ("Y", full_year(int(token[1:])))),
        (r"\d{8}t\d{6}z?", lambda _: ("", None)),  # the lexer spells it out
        (r"\d+(?:-?[^\W\d_]+)?", _plain),
        (r"\d{1,2}([-./–])\d{1,2}\1(?:\d{4}|\d\d)", _day_month_year),
        (r"\d{1,2}\s?([./])\s?\d{1,2}\s?\1\s?\d{4}", _day_month_year),
        (r"\d{4}([-./:])\d{1,2}\1\d{1,2}t?", _year_month_day),
        (r"\d{1,2}[.\s]\s?[ivx]+[.\s]\s?\d{4}", _roman),
        (r"\d{1,2}:.+|\d{1,2}[-–]00", _time),
        (r"(?:utc|gmt|мск|msk).+", _zone),
        (r"\d{1,2}[./]\d{4}", _month_year),
        (r"\d{4}\s?[-–—/]\s?(?:\d{4}|\d\d)", _years),
        (r"\d{1,2}\.\d{1,2}\.?", _dotted),
    )
)
