"""Clock times beside a date."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from netmeta.when.lexer import Tokens


class Clock(NamedTuple):
    """The times of one phrase, in order, their zone if written, and the letter before the
    first («с», «до», or neither)."""

    times: tuple[dt.time, ...] = ()
    zone: dt.tzinfo | None = None
    preposition: str = ""


NO_CLOCK = Clock()


def read_clock(tokens: Tokens, start: int, end: int) -> Clock:
    """The times among tokens `start`..`end`: 15:30, в 15 часов, в 9 утра, с 10 до 12 часов."""
    codes, values = tokens.codes, tokens.values
    times: list[dt.time] = []
    zone: dt.tzinfo | None = None
    preposition = ""
    for at in range(start, end):
        code = codes[at]
        if code == "T" or code == "H":
            time, offset = values[at][:2]
            zone = zone or offset
        elif code == "N" and (codes[at + 1 : at + 2] == "E" or _counts_hours(codes, at)):
            if values[at] > 23:
                continue
            time = dt.time(values[at])
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


def _counts_hours(codes: str, at: int) -> bool:
    """Whether the number is the first of «с 10 до 12 часов», «10-12 ч»."""
    return codes[at + 1 : at + 3] in ("-H", "dH", "pH")


def _half_of_day(time: dt.time, part: int) -> dt.time:
    """«6 вечера» is 18:00, «12 ночи» (or 12 am) is 0:00."""
    if part == 12 and time.hour < 12:
        return time.replace(hour=time.hour + 12)
    if part == 0 and time.hour == 12:
        return time.replace(hour=0)
    return time
