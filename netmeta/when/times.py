"""Clock times beside a date."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from netmeta.when.lexer import Tokens
from netmeta.when.phrases import Phrase
from netmeta.when.resolve import Period


class Clock(NamedTuple):
    """The times of one phrase, in order, their zone if written, and the letter before the
    first («с», «до», or neither)."""

    times: tuple[dt.time, ...] = ()
    zone: dt.tzinfo | None = None
    preposition: str = ""


NO_CLOCK = Clock()


def clock_of(phrase: Phrase, tokens: Tokens, point: Period | None = None) -> Clock:
    """The times of a phrase; «2 часа назад» brings its own."""
    if point is not None and point.time is not None:
        return Clock((point.time,))
    return NO_CLOCK if phrase.clock < 0 else read_clock(tokens, phrase.clock, phrase.end)


def read_clock(tokens: Tokens, start: int, end: int) -> Clock:
    """The times among tokens `start`..`end`: 15:30, в 15 часов, в 9 утра, с 10 до 12 часов."""
    codes, values = tokens.codes, tokens.values
    times: list[dt.time] = []
    zone: dt.tzinfo | None = None
    preposition = ""
    for at in range(start, end):
        code = codes[at]
        if code in "THh":
            time, offset = values[at][:2]
            zone = zone or offset
        elif code == "N":
            time = _hour(tokens, at)
        else:
            if code == "z" or code == "l":
                zone = zone or values[at]
            continue
        if time is None:
            continue
        if codes[at + 1 : at + 2] == "E":
            time = _half_of_day(time, values[at + 1])
        if not times and at:
            preposition = codes[at - 1]
        times.append(time)
    return Clock(tuple(times), zone, preposition) if times else NO_CLOCK


def _hour(tokens: Tokens, at: int) -> dt.time | None:
    """A bare number as a time: «9 утра», «с 10 до 12 часов», «10-12 ч», «в 15-30»."""
    codes, hour = tokens.codes, tokens.values[at]
    after = codes[at + 1 : at + 3]
    if hour > 23:
        return None
    if after[:1] == "E" or after in ("-H", "dH", "pH") or _bare_hours(codes, at):
        return dt.time(hour)
    if (
        after == "-N"
        and at
        and codes[at - 1] == "v"
        and codes[at + 3 : at + 4] not in ("m", "N", "O")
    ):
        minute = tokens.values[at + 2]
        return dt.time(hour, minute) if minute < 60 else None
    return None


def _bare_hours(codes: str, at: int) -> bool:
    """«15 мая с 10 до 17»."""
    for start in (at - 1, at - 3):
        if start >= 0 and codes[start : start + 4] == "sNdN":
            return codes[start + 4 : start + 5] not in ("m", "N", "O", "Y", "q")
    return False


def _half_of_day(time: dt.time, part: int) -> dt.time:
    """«6 вечера» is 18:00, «12 ночи» (or 12 am) is 0:00."""
    if part == 12 and time.hour < 12:
        return time.replace(hour=time.hour + 12)
    if part == 0 and time.hour == 12:
        return time.replace(hour=0)
    return time
