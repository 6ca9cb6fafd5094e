"""From a matched phrase to a `When`: years filled in, ends ordered, times and zone attached."""

from __future__ import annotations

import datetime as dt
import re

from netmeta.when.grammar import LIST_ITEM
from netmeta.when.lexer import Tokens
from netmeta.when.points import around, read_point
from netmeta.when.resolve import Context, Period, choose_year, day_of
from netmeta.when.result import Kind, Precision, RefusedError, When
from netmeta.when.times import NO_CLOCK, Clock, read_clock

Phrase = re.Match[str]

_FINENESS: tuple[Precision, ...] = (
    "time", "day", "week", "decade", "half-month", "month", "season", "quarter", "half-year", "year"
)  # fmt: skip

# Days that are names as often as dates: «сценарий к 8 марта», «открытка на 23 февраля».
_HOLIDAYS = frozenset(
    {(1, 1), (1, 7), (2, 14), (2, 23), (3, 8), (4, 1), (4, 12), (5, 1), (5, 9), (5, 24), (6, 1),
     (6, 12), (9, 1), (10, 5), (11, 4), (12, 12)}
)  # fmt: skip

# The publisher's name is quoted, or follows a word for what it is («газета», «издательский дом»).
_PUBLISHER = re.compile(
    r"[«\"“„'](?:1(?:-?е)?|перво[ем]|первого)\s+сентября[»\"”“']", re.IGNORECASE
)


def build(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    """What the phrase says. Raises: RefusedError."""
    kind = phrase.lastgroup
    if kind == "single":
        return _single(phrase, tokens, context)
    if kind == "span":
        return _span(phrase, tokens, context)
    if kind == "until":
        return _until(phrase, tokens, context)
    if kind == "after":
        return _after(phrase, tokens, context)
    if kind == "several":
        return _several(phrase, tokens, context)
    if kind == "close":
        return _close(phrase, tokens, context)
    raise RefusedError("ambiguous" if kind == "either" else "vague")


def _make(
    phrase: Phrase,
    tokens: Tokens,
    context: Context,
    *,
    kind: Kind,
    start: dt.date | None,
    end: dt.date | None,
    precision: Precision,
    start_time: dt.time | None = None,
    end_time: dt.time | None = None,
    zone: dt.tzinfo | None = None,
    days: tuple[dt.date, ...] = (),
    weekday_differs: bool = False,
) -> When:
    if start_time is not None or end_time is not None:
        precision = "time"
    return When(
        start=start,
        end=end,
        start_time=start_time,
        end_time=end_time,
        zone=zone,
        kind=kind,
        precision=precision,
        days=days,
        text=_words(phrase, tokens),
        assumed_zone=context.zone,
        weekday_differs=weekday_differs,
    )


def _words(phrase: Phrase, tokens: Tokens) -> str:
    """The phrase as written, with the dot of «г.» and a bracket that would stay open."""
    start, end = tokens.starts[phrase.start()], tokens.ends[phrase.end() - 1]
    text = tokens.text
    after = text[end : end + 1]
    if (after == "." and phrase.string[phrase.end() - 1] == "g") or (
        after == ")" and "(" in text[start:end]
    ):
        end += 1
    return text[start:end]


def _clock(phrase: Phrase, tokens: Tokens, start: int, end: int, point: Period) -> Clock:
    if point.time is not None:
        return Clock((point.time,))
    codes = phrase.string
    for at in range(start, end):
        if codes[at] in "THE":
            return read_clock(tokens, start, end)
    return NO_CLOCK


def _dates(
    point: Period, kind: Kind, phrase: Phrase, tokens: Tokens, context: Context
) -> tuple[dt.date, dt.date, bool]:
    """First and last day, and whether a day of the week in the phrase is another one."""
    weekday = phrase.string.find("W", phrase.start(), phrase.end())
    one_day = point.first == point.last
    year = point.year
    if year is None:
        if weekday >= 0 and one_day:
            year = _year_by_weekday(point.first, tokens.values[weekday], context)
        if year is None:
            year = choose_year(point.first, point.last, point.turns, kind, context)
    start = day_of(year, point.first)
    if one_day and not point.turns:
        differs = weekday >= 0 and start.weekday() != tokens.values[weekday]
        return start, start, differs
    return start, day_of(year + point.turns, point.last), False


def _year_by_weekday(day: tuple[int, int], weekday: int, context: Context) -> int | None:
    """The year around the reference in which the day is that day of the week: «пятница, 15 мая»."""
    today = context.day()
    best: tuple[int, int] | None = None
    for year in (today.year, today.year + 1, today.year - 1):
        try:
            date = day_of(year, day)
        except RefusedError:
            continue
        far = abs((date - today).days)
        if date.weekday() == weekday and (best is None or far < best[0]):
            best = far, year
    return best[1] if best else None


def _single(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    point = read_point(tokens, *phrase.span("one"), context)
    clock = _clock(phrase, tokens, phrase.start(), phrase.end(), point)
    if point.first == point.last and (point.year is None or point.first == (9, 1)):
        _refuse_names(phrase, tokens, point, bool(clock.times))
    start, end, differs = _dates(point, "instant", phrase, tokens, context)
    start_time = end_time = None
    if clock.times:
        start_time = clock.times[0]
        if len(clock.times) > 1:
            end_time = clock.times[1]
        elif clock.preposition == "d":
            start_time, end_time = None, start_time
    return _make(
        phrase, tokens, context, kind="instant" if start == end else "range", start=start, end=end, precision=point.precision,
        start_time=start_time, end_time=end_time, zone=clock.zone, weekday_differs=differs,
    )  # fmt: skip


def _refuse_names(phrase: Phrase, tokens: Tokens, point: Period, timed: bool) -> None:
    """Publishers («Первое сентября») and holidays («праздник 8 марта») are no dates."""
    at = phrase.start()
    before = phrase.string[max(0, at - 3) : at]
    if point.first == (9, 1) and point.year is None:
        alone = not before and len(phrase.string) == 2 and phrase.string[0] == "O"
        if alone or before[-1:] in ("Q", "X") or _PUBLISHER.search(tokens.text):
            raise RefusedError("name")
    if "*" in before and not timed and point.year is None and point.first in _HOLIDAYS:
        raise RefusedError("name")


def _span(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    first = read_point(tokens, *phrase.span("first"), context)
    last = read_point(tokens, *phrase.span("last"), context)
    start, end = between(first, last, context)
    split = _connector(phrase.string, phrase.end("first"), phrase.start("last"))
    left = _clock(phrase, tokens, phrase.start(), split, first)
    right = _clock(phrase, tokens, split, phrase.end(), last)
    start_time, end_time = _range_times(left, right)
    precision = max(first.precision, last.precision, key=_FINENESS.index)
    return _make(
        phrase, tokens, context, kind="range", start=start, end=end, precision=precision,
        start_time=start_time, end_time=end_time, zone=left.zone or right.zone,
    )  # fmt: skip


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
        return (None, right.times[0]) if right.preposition == "d" else (right.times[0], None)
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


def _until(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    point = read_point(tokens, *phrase.span("end"), context)
    word = phrase.string[phrase.start()]
    clock = _clock(phrase, tokens, phrase.start(), phrase.end(), point)
    if point.first != point.last and word in "dk":
        raise RefusedError("ambiguous")  # «до марта»: with March or without?
    if word == "k" and point.year is None and point.first in _HOLIDAYS and not clock.times:
        raise RefusedError("name")
    _, end, differs = _dates(point, "deadline", phrase, tokens, context)
    return _make(
        phrase, tokens, context, kind="deadline", start=None, end=end, precision=point.precision,
        end_time=clock.times[-1] if clock.times else None, zone=clock.zone,
        weekday_differs=differs,
    )  # fmt: skip


def _after(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    point = read_point(tokens, *phrase.span("begin"), context)
    clock = _clock(phrase, tokens, phrase.start(), phrase.end(), point)
    start, end, differs = _dates(point, "from", phrase, tokens, context)
    if phrase.string[phrase.start()] in "tL" and not clock.times:
        start = end + dt.timedelta(days=1)
    return _make(
        phrase, tokens, context, kind="from", start=start, end=None, precision=point.precision,
        start_time=clock.times[0] if clock.times else None, zone=clock.zone,
        weekday_differs=differs,
    )  # fmt: skip


def _several(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    """«10 и 12 октября», «1, 3-5 мая и 2 июня 2025»: days lend month and year leftwards."""
    start, end = phrase.span()
    items: list[tuple[Period, Period]] = []
    for found in LIST_ITEM.finditer(phrase.string, start, end):
        if found.lastgroup == "clock":
            continue
        last = read_point(tokens, *found.span("last"), context)
        low = found.span("low")
        items.append((last if low[0] < 0 else read_point(tokens, *low, context), last))
        at = found.start()
    ranges = _lend(items, context)
    days = sorted({day for low, high in ranges for day in _each_day(low, high)})
    clock = _clock(phrase, tokens, start, end, items[-1][1])
    each_timed = any(code in "TH" for code in phrase.string[start:at])
    start_time, end_time = _range_times(NO_CLOCK, clock)
    return _make(
        phrase, tokens, context, kind="several", start=days[0], end=days[-1], precision="day",
        start_time=clock.times[0] if each_timed else start_time,
        end_time=None if each_timed else end_time, zone=clock.zone, days=tuple(days),
    )  # fmt: skip


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
    return [start + dt.timedelta(days=shift) for shift in range(length)]


def _close(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    """«до конца марта», «до конца года»."""
    start, end = phrase.span()
    codes = phrase.string
    if codes[start] == "k" or tokens.values[start + 1] != "end":
        raise RefusedError("vague")
    rest = codes[start + 2 : end]
    if rest == "Ug":
        raise RefusedError("vague")
    if rest in ("g", "fg", "u", "fu"):
        shift = tokens.values[start + 2] if rest[0] == "f" else 0
        unit = "year" if rest[-1] == "g" else tokens.values[end - 1]
        point = around(context.day(), unit, shift)
    else:
        point = read_point(tokens, start + 2, end, context)
    _, last, _ = _dates(point, "deadline", phrase, tokens, context)
    return _make(
        phrase, tokens, context, kind="deadline", start=None, end=last, precision=point.precision
    )
