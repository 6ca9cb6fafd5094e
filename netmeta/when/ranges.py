"""Phrases of two or more dates: ranges, lists of days, «начало: ..., окончание: ...»."""

from __future__ import annotations

import datetime as dt
import itertools

from netmeta.when.lexer import Tokens
from netmeta.when.phrases import Phrase
from netmeta.when.points import read_point
from netmeta.when.resolve import Context, Period, choose_year, day_of
from netmeta.when.result import Precision, RefusedError, When, new_when
from netmeta.when.times import NO_CLOCK, Clock, clock_of, read_clock

_FINENESS: tuple[Precision, ...] = (
    "time", "day", "week", "decade", "half-month", "month", "season", "quarter", "half-year", "year"
)  # fmt: skip
_LONGEST_LISTED = 366
_LAST_MINUTE = dt.time(23, 59)
"""«с 1 по 5 мая (23:59)» ends at that time; nothing begins then."""


def build_span(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    """«с 10 по 12 мая», «28 декабря – 8 января». Raises: RefusedError."""
    assert phrase.other is not None
    first = read_point(tokens, phrase.one, context)
    last = read_point(tokens, phrase.other, context)
    start, end = between(first, last, context)
    left = right = NO_CLOCK
    if phrase.clock >= 0:
        split = _connector(phrase.codes, phrase.one.end, phrase.other.start)
        left = read_clock(tokens, phrase.start, split)
        right = read_clock(tokens, split, phrase.end)
    start_time, end_time = _range_times(left, right)
    precision: Precision = "time"
    if start_time is None and end_time is None:
        precision = first.precision
        if precision != last.precision:
            precision = max(precision, last.precision, key=_FINENESS.index)
    return new_when(
        start=start,
        end=end,
        start_time=start_time,
        end_time=end_time,
        zone=left.zone or right.zone,
        kind="range",
        precision=precision,
        text=tokens.slice(phrase.start, phrase.end),
        assumed_zone=context.zone,
    )


def build_pair(first: Phrase, last: Phrase, tokens: Tokens, context: Context) -> When | None:
    """«Начало: 1 марта, окончание: 15 марта 2025» is one range; None if it is not that.

    Raises: RefusedError.
    """
    if not (_called(first, tokens, "begin") and _called(last, tokens, "end")):
        return None
    low = read_point(tokens, first.one, context)
    high = read_point(tokens, last.one, context)
    start, end = between(low, high, context)
    left, right = clock_of(first, tokens, low), clock_of(last, tokens, high)
    return new_when(
        start=start,
        end=end,
        start_time=left.times[0] if left.times else None,
        end_time=right.times[-1] if right.times else None,
        zone=left.zone or right.zone,
        kind="range",
        precision="time" if left.times or right.times else high.precision,
        text=tokens.slice(first.start, last.end),
        assumed_zone=context.zone,
    )


def _called(phrase: Phrase, tokens: Tokens, part: str) -> bool:
    """Whether the phrase is one date that stands after «начало» or «окончание»."""
    codes, at = phrase.codes, phrase.start - 1
    while at >= 0 and codes[at] in ":-xZn":
        at -= 1
    return phrase.kind == "single" and at >= 0 and codes[at] == "e" and tokens.values[at] == part


def build_several(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    """«10 и 12 октября», «1, 3-5 мая и 2 июня 2025». Raises: RefusedError."""
    items: list[tuple[Period, Period]] = []
    for low, each in phrase.items:
        last = read_point(tokens, each, context)
        items.append((last if low is None else read_point(tokens, low, context), last))
    days = sorted({day for low, high in _lend(items, context) for day in _each_day(low, high)})
    clock = clock_of(phrase, tokens)
    start_time, end_time = _range_times(NO_CLOCK, clock)
    last_item = phrase.items[-1][1]
    if any(code in "THh" for code in phrase.codes[phrase.start : last_item.start]):
        start_time, end_time = clock.times[0], None  # each day has a time of its own
    return new_when(
        start=days[0],
        end=days[-1],
        start_time=start_time,
        end_time=end_time,
        zone=clock.zone,
        kind="several",
        precision="time" if clock.times else "day",
        days=tuple(days),
        text=tokens.slice(phrase.start, phrase.end),
        assumed_zone=context.zone,
    )


def build_years(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    """«с 2019 по 2021 год», «2019 – 2021 гг.». Raises: RefusedError."""
    at = [at for at in range(phrase.start, phrase.end) if phrase.codes[at] == "Y"]
    first, last = (Period(tokens.values[year], (1, 1), (12, 31), "year") for year in at)
    start, end = between(first, last, context)
    return new_when(
        start=start,
        end=end,
        kind="range",
        precision="year",
        text=tokens.slice(phrase.start, phrase.end),
        assumed_zone=context.zone,
    )


def _connector(codes: str, start: int, end: int) -> int:
    """Where, between two dates, the first one's words end: the last sign or word that joins."""
    for at in range(end - 1, start - 1, -1):
        if codes[at] in "-pdn&":
            return at
    return end


def _range_times(left: Clock, right: Clock) -> tuple[dt.time | None, dt.time | None]:
    if left.times:
        return left.times[0], right.times[0] if right.times else None
    if len(right.times) > 1:
        return right.times[0], right.times[1]
    if right.times:
        time = right.times[0]
        closing = right.preposition == "d" or time >= _LAST_MINUTE
        return (None, time) if closing else (time, None)
    return None, None


def between(first: Period, last: Period, context: Context) -> tuple[dt.date, dt.date]:
    """First and last day of a range. The end lends its month and year to the start, and the
    start its year to the end; a range may run across one New Year.

    Raises: RefusedError ("impossible" if it would end before it starts).
    """
    low = first.first
    high = (last.last[0], last.last[1] or 31)
    if not first.month_known:
        if last.first != last.last:
            raise RefusedError("ambiguous")
        low = (last.first[0], low[1])
        if low > high:
            raise RefusedError("impossible")
    turn = 1 if low > high else 0
    if turn and low[0] == high[0] and (first.year is None or last.year is None):
        raise RefusedError("impossible")
    year, end_year = first.year, last.year
    if year is None and end_year is not None:
        year = end_year - turn
    elif year is None:
        year = choose_year(low, last.last, turn, "range", context)
    if end_year is None:
        end_year = year + turn
    start = day_of(year, low)
    end = day_of(end_year + last.turns, last.last)
    if start > end:
        raise RefusedError("impossible")
    return start, end


def build_months(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    """«сентябрь и октябрь 2025»: months in a row are a range. Raises: RefusedError."""
    codes = phrase.codes
    at = [at for at in range(phrase.start, phrase.end) if codes[at] == "m"]
    months = [tokens.values[month] for month in at]
    year = codes.find("Y", phrase.start, phrase.end)
    if any(later != (month % 12) + 1 for month, later in itertools.pairwise(months)):
        raise RefusedError("ambiguous")
    first = Period(None, (months[0], 1), (months[0], 0), "month")
    number = None if year < 0 else tokens.values[year]
    last = Period(number, (months[-1], 1), (months[-1], 0), "month")
    start, end = between(first, last, context)
    return new_when(
        start=start,
        end=end,
        kind="range",
        precision="month",
        text=tokens.slice(phrase.start, phrase.end),
        assumed_zone=context.zone,
    )


def build_english(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    """ "May 1-5, 2025". Raises: RefusedError."""
    month, low, _, high = tokens.values[phrase.start : phrase.start + 4]
    year = tokens.values[phrase.end - 1]
    last = Period(year, (month, high), (month, high))
    start, end = between(Period(year, (month, low), (month, low)), last, context)
    return new_when(
        start=start,
        end=end,
        kind="range",
        text=tokens.slice(phrase.start, phrase.end),
        assumed_zone=context.zone,
    )


def _lend(items: list[tuple[Period, Period]], context: Context) -> list[tuple[dt.date, dt.date]]:
    """The days of a list's items; each lacks at most what its right neighbour has."""
    month, day = items[-1][1].first
    year = items[-1][1].year
    if year is None:
        year = next((last.year for _, last in items if last.year is not None), None)
    if year is None:
        year = choose_year((month, day), (month, day), 0, "several", context)
    out: list[tuple[dt.date, dt.date]] = []
    later = (month, day)
    for low, high in reversed(items):
        if high.month_known:
            if high.year is not None:
                year = high.year
            elif high.first > later and high.first[0] != later[0]:
                year -= 1
            month = high.first[0]
        later = (month, high.first[1])
        end = day_of(year, later)
        start = end
        if low is not high:
            start = day_of(year, (low.first[0] or month, low.first[1]))
            if start > end:
                raise RefusedError("impossible")
        out.append((start, end))
    return out


def _each_day(start: dt.date, end: dt.date) -> list[dt.date]:
    length = (end - start).days + 1
    if length > _LONGEST_LISTED:
        raise RefusedError("ambiguous")
    return [start + dt.timedelta(days=shift) for shift in range(length)]
