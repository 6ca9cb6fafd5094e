"""From a phrase to a `When`: years filled in, ends ordered, times and zone attached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from netmeta.when.lexer import Tokens
from netmeta.when.phrases import Phrase
from netmeta.when.points import read_parts, read_point
from netmeta.when.ranges import build_english, build_months, build_several, build_span, build_years
from netmeta.when.resolve import (
    FIRST_YEAR,
    LAST_YEAR,
    Context,
    Period,
    choose_year,
    day_of,
    is_american,
    year_by_weekday,
)
from netmeta.when.result import Kind, RefusedError, When, WhyNot, new_when
from netmeta.when.times import Clock, clock_of

_REASONS: dict[str, WhyNot] = {"either": "ambiguous", "vague": "vague", "recurring": "recurring"}

# Days that are names as often as dates: «сценарий к 8 марта», «открытка на 23 февраля».
_HOLIDAYS = frozenset(
    {(1, 1), (1, 7), (2, 14), (2, 23), (3, 8), (4, 1), (4, 12), (5, 1), (5, 9), (5, 24), (6, 1),
     (6, 12), (9, 1), (10, 5), (11, 4), (12, 12)}
)  # fmt: skip


def build(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    """What the phrase says. Raises: RefusedError."""
    if phrase.full:
        return _full_day(phrase, tokens, context)
    build_kind = _BUILDERS.get(phrase.kind)
    if build_kind is None:
        raise RefusedError(_REASONS[phrase.kind])
    return build_kind(phrase, tokens, context)


def _full_day(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    """The commonest date by far, one with day, month and year, without detours."""
    year, month, day = read_parts(tokens, phrase.one)
    assert year is not None
    assert month is not None
    assert day is not None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RefusedError("out_of_range")
    try:
        date = dt.date(year, month, day)
    except ValueError:
        raise RefusedError("impossible") from None
    text = tokens.slice(phrase.start, phrase.end)
    if phrase.clock < 0:
        return new_when(start=date, end=date, text=text, assumed_zone=context.zone)
    clock = clock_of(phrase, tokens)
    start_time, end_time = _day_times(clock)
    return new_when(
        start=date,
        end=date,
        start_time=start_time,
        end_time=end_time,
        zone=clock.zone,
        precision="time" if clock.times else "day",
        text=text,
        assumed_zone=context.zone,
    )


def _single(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    if phrase.weekday >= 0 and phrase.codes[phrase.one.start] == "D":
        _settle_order(phrase, tokens)
    point = read_point(tokens, phrase.one, context)
    clock = clock_of(phrase, tokens, point)
    if phrase.codes[phrase.end :] == "N" and phrase.codes[phrase.end - 1] == "m":
        raise RefusedError("ambiguous")  # «5 мая 24»: a year, or an hour?
    if point.year is None and phrase.codes.endswith("Og", phrase.end):
        raise RefusedError("ambiguous")  # «5 мая двадцать пятого года»: spelled years are not read
    if point.year is None and point.first == point.last and not clock.times:
        _refuse_holidays(phrase, point)
    if point.precision == "year" and tokens.codes[phrase.start - 1 : phrase.start] == "^":
        raise RefusedError("name")  # «С новым 2025 годом»
    start, end, differs = _dates(point, "instant", phrase, tokens, context)
    start_time, end_time = _day_times(clock)
    return new_when(
        start=start,
        end=end,
        start_time=start_time,
        end_time=end_time,
        zone=clock.zone,
        kind="instant" if start == end else "range",
        precision="time" if clock.times else point.precision,
        text=tokens.slice(phrase.start, phrase.end),
        assumed_zone=context.zone,
        weekday_differs=differs,
    )


def _settle_order(phrase: Phrase, tokens: Tokens) -> None:
    """«Втр, 04/21/2009 - 17:14»: Drupal's default format puts the month first. Believed only with
    a slash, and if the day of the week fits that reading and not the usual one."""
    at = phrase.one.start
    year, month, day = tokens.values[at]
    if "/" not in tokens.words[at] or tokens.words[at].startswith(str(year)):
        return
    weekday = tokens.values[phrase.weekday]
    if is_american(year, month, day, weekday):
        tokens.values[at] = (year, day, month)


def _dates(
    point: Period, kind: Kind, phrase: Phrase, tokens: Tokens, context: Context
) -> tuple[dt.date, dt.date, bool]:
    """First and last day, and whether a day of the week in the phrase is another one."""
    one_day = point.first == point.last
    weekday = tokens.values[phrase.weekday] if phrase.weekday >= 0 and one_day else None
    year = point.year
    if year is None and weekday is not None:
        year = year_by_weekday(point.first, weekday, context)
    if year is None:
        year = choose_year(point.first, point.last, point.turns, kind, context)
    start = day_of(year, point.first)
    if one_day and not point.turns:
        return start, start, weekday is not None and start.weekday() != weekday
    return start, day_of(year + point.turns, point.last), False


def _day_times(clock: Clock) -> tuple[dt.time | None, dt.time | None]:
    """Start and end time of one day: «в 10:00», «с 10 до 12», «до 18:00»."""
    times = clock.times
    if not times:
        return None, None
    if len(times) > 1:
        return times[0], times[1]
    return (None, times[0]) if clock.preposition == "d" else (times[0], None)


def _refuse_holidays(phrase: Phrase, point: Period) -> None:
    """«праздник 8 марта», «открытка на 23 февраля» name a day, they do not date anything."""
    before = phrase.codes[max(0, phrase.start - 3) : phrase.start]
    if "*" in before and point.first in _HOLIDAYS:
        raise RefusedError("name")


def _until(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    """«до 15 мая», «не позднее 1.03», «по 20 декабря», «последний день приёма: 5 мая»."""
    point = read_point(tokens, phrase.one, context)
    word = phrase.codes[phrase.start]
    clock = clock_of(phrase, tokens, point)
    if point.first != point.last and word in "dk":
        raise RefusedError("ambiguous")  # «до марта»: with March or without?
    named = point.first in _HOLIDAYS and point.first[1] > 1  # work is due by the first of a month
    if word == "k" and named and point.year is None and not clock.times:
        raise RefusedError("name")
    _, end, differs = _dates(point, "deadline", phrase, tokens, context)
    return new_when(
        start=None,
        end=end,
        end_time=clock.times[-1] if clock.times else None,
        zone=clock.zone,
        kind="deadline",
        precision="time" if clock.times else point.precision,
        text=tokens.slice(phrase.start, phrase.end),
        assumed_zone=context.zone,
        weekday_differs=differs,
    )


def _after(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    """«с 5 мая», «не ранее 5 мая»; «после 5 мая» begins on the sixth."""
    point = read_point(tokens, phrase.one, context)
    clock = clock_of(phrase, tokens, point)
    start, end, differs = _dates(point, "from", phrase, tokens, context)
    if len(clock.times) == 2:  # «с 10:00 до 12:00 15 мая»: the hours of a day
        return _single(phrase, tokens, context)
    if phrase.codes[phrase.start] in "tL" and not clock.times:
        start = end + dt.timedelta(days=1)
    return new_when(
        start=start,
        end=None,
        start_time=clock.times[0] if clock.times else None,
        zone=clock.zone,
        kind="from",
        precision="time" if clock.times else point.precision,
        text=tokens.slice(phrase.start, phrase.end),
        assumed_zone=context.zone,
        weekday_differs=differs,
    )


def _close(phrase: Phrase, tokens: Tokens, context: Context) -> When:
    """«до конца марта», «до конца года»; «к концу марта» is vague."""
    if phrase.codes[phrase.start] == "k":
        raise RefusedError("vague")
    point = read_point(tokens, phrase.one, context)
    _, last, _ = _dates(point, "deadline", phrase, tokens, context)
    return new_when(
        start=None,
        end=last,
        kind="deadline",
        precision=point.precision,
        text=tokens.slice(phrase.start, phrase.end),
        assumed_zone=context.zone,
    )


_BUILDERS: dict[str, Callable[[Phrase, Tokens, Context], When]] = {
    "single": _single,
    "span": build_span,
    "until": _until,
    "after": _after,
    "several": build_several,
    "close": _close,
    "years": build_years,
    "months": build_months,
    "english": build_english,
}
