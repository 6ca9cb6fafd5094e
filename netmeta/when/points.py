"""One date, month, period or relative word of a phrase, as a `Period`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from netmeta.when.lexer import Tokens
from netmeta.when.numbers import full_year
from netmeta.when.phrases import Shape, Special, shape_of
from netmeta.when.resolve import Context, Period, choose_year, day_of, month_length
from netmeta.when.result import Precision, RefusedError

# Conventions: seasons are whole months; the school year is the time of lessons, September to May.
_SEASON_LAST = {3: 5, 6: 8, 9: 11, 12: 2}
_SCHOOL_FIRST, _SCHOOL_LAST = (9, 1), (5, 31)
_THIRDS = {1: (1, 10), 2: (11, 20), 3: (21, 0)}
_HALVES = {1: (1, 15), 2: (16, 0)}
SHORTEST_WEEKDAY = 5
"""Letters: «ср» alone heads a column of a timetable."""
DAYS = {"day": 1, "week": 7}
MONTHS = {"month": 1, "halfyear": 6, "year": 12}
SECONDS = {"hour": 3600, "minute": 60, "second": 1, "halfhour": 1800}
ONES = frozenset(
    "день сутки неделю неделя месяц год час минуту минута секунду полчаса полгода".split()
)
"""Units that mean one of them where no number stands before them: «неделю назад»."""


def read_point(tokens: Tokens, shape: Shape, context: Context) -> Period:
    """The period that the tokens of this shape name.

    Raises: RefusedError (impossible, out_of_range, ambiguous, vague, no_reference).
    """
    if shape.special:
        return _SPECIAL[shape.special](tokens, shape.start, shape.end, context)
    year, month, day = read_parts(tokens, shape)
    if shape.relative_year:
        year = context.day().year + shift_of(tokens.values[shape.year])
    if day is None:
        if month is None:
            return Period(year, (1, 1), (12, 31), "year")
        if not 1 <= month <= 12:
            raise RefusedError("impossible")
        if tokens.codes == "m" and tokens.words[0][-1] in "ая":
            raise RefusedError("no_date")  # «октября»: the rest of a date, lost
        return Period(year, (month, 1), (month, 0), "month")
    if month is None:
        return bare_day(day)
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        raise RefusedError("impossible")
    if year is None and shape.month == shape.start and not tokens.words[shape.month].isascii():
        raise RefusedError("ambiguous")  # «май 24»: a day or a year? but "May 24" is a day
    return Period(year, (month, day), (month, day))


def bare_day(day: int) -> Period:
    """The «13» of «с 13 по 21 марта»."""
    period = Period(None, (0, day), (0, day))
    period.month_known = False
    return period


def read_parts(tokens: Tokens, shape: Shape) -> tuple[int | None, int | None, int | None]:
    """Year, month and day, as far as the tokens name them."""
    values = tokens.values
    if shape.whole >= 0:
        year, month, *rest = values[shape.whole]
        if year is None and shape.year >= 0:
            year = values[shape.year]
        return year, month, rest[0] if rest else None
    month = values[shape.month] if shape.month >= 0 else None
    year = None
    if shape.year >= 0:
        year = values[shape.year]
        if shape.relative_year:
            year = None
        elif shape.short_year:
            year = full_year(year)
        elif year is None:
            raise RefusedError("out_of_range")
        elif isinstance(year, tuple):  # «май 2024/2025 учебного года»
            year = year[0 if month and month >= _SCHOOL_FIRST[0] - 1 else 1]
    day = None
    for at in shape.days:
        day = (day or 0) + values[at]
    if len(shape.days) == 2 and values[shape.days[0]] not in (20, 30):
        raise RefusedError("impossible")
    return year, month, day


def _end_of(tokens: Tokens, start: int, end: int, context: Context) -> Period:
    """The last day of «конца марта», «конца года», «конца недели»."""
    rest = tokens.codes[start + 1 : end]
    if tokens.values[start] != "end" or rest == "Ug":
        raise RefusedError("vague")
    if rest in ("g", "fg", "u", "fu"):
        shift = shift_of(tokens.values[start + 1]) if rest[0] == "f" else 0
        period = around(context.day(), "year" if rest[-1] == "g" else tokens.values[end - 1], shift)
    else:
        period = read_point(tokens, shape_of(tokens.codes, start + 1, end), context)
    year = None if period.year is None else period.year + period.turns
    return Period(year, period.last, period.last)


def _value(tokens: Tokens, code: str, start: int, end: int) -> int | None:
    at = tokens.codes.find(code, start, end)
    return None if at < 0 else tokens.values[at]


def _numbered(tokens: Tokens, start: int, end: int, _: Context) -> Period:
    """«1-я декада февраля», «I-II квартал 2025 года», «вторая половина мая»."""
    codes = tokens.codes
    noun = codes.index("q", start, end)
    unit = tokens.values[noun]
    numbers = [tokens.values[at] for at in range(start, noun) if codes[at] in "NO"]
    last_of = {"decade": 3, "quarter": 4, "half": 2, "halfmonth": 2}
    if unit not in last_of or "U" in codes[start:end] or "P" in codes[start:end]:
        raise RefusedError("vague")  # school terms differ from school to school
    if codes[start] == "F":
        numbers = [last_of[unit]]
    low, high = numbers[0], numbers[-1]
    if not 1 <= low <= high <= last_of[unit]:
        raise RefusedError("impossible")
    year = _value(tokens, "Y", noun, end)
    month = _value(tokens, "m", noun, end)
    if unit in ("decade", "halfmonth"):
        if month is None:
            raise RefusedError("vague")
        parts = _THIRDS if unit == "decade" else _HALVES
        precision: Precision = "decade" if unit == "decade" else "half-month"
        return Period(year, (month, parts[low][0]), (month, parts[high][1]), precision)
    if month is not None:
        raise RefusedError("impossible")
    months = 3 if unit == "quarter" else 6
    precision = "quarter" if unit == "quarter" else "half-year"
    return Period(year, ((low - 1) * months + 1, 1), (high * months, 0), precision)


def _season(tokens: Tokens, start: int, end: int, _: Context) -> Period:
    """«осень 2024», «весна-лето 2025», «зима 2024/25». «зима 2024» may mean two winters."""
    seasons = [tokens.values[at] for at in range(start, end) if tokens.codes[at] == "S"]
    first, last = seasons[0], _SEASON_LAST[seasons[-1]]
    year = _value(tokens, "Y", start, end)
    turns = 1 if last < first else 0
    if year is None:
        low, high = tokens.values[tokens.codes.index("P", start, end)][:2]
        if high != low + 1 or not turns:
            raise RefusedError("ambiguous")
        year = low
    elif turns:
        raise RefusedError("ambiguous")
    return Period(year, (first, 1), (last, 0), "season", turns)


def _years(tokens: Tokens, start: int, end: int, context: Context) -> Period:
    """«2024/2025 учебный год»; «2019-2021 гг.» are calendar years."""
    if "f" in tokens.codes[start:end]:
        return _school_year(shift_of(_value(tokens, "f", start, end)), context.day())
    if "P" not in tokens.codes[start:end]:
        raise RefusedError("ambiguous")
    low, high, slash, digits = tokens.values[tokens.codes.index("P", start, end)]
    school = "U" in tokens.codes[start:end] or (slash and digits == 4)
    if end - start == 1 and not school:
        if digits == 2 and not slash and 1 <= high % 100 <= 12:
            return Period(low, (high % 100, 1), (high % 100, 0), "month")  # 2024-03
        raise RefusedError("ambiguous")
    if high <= low or (school and high != low + 1):
        raise RefusedError("impossible")
    if school:
        return Period(low, _SCHOOL_FIRST, _SCHOOL_LAST, "year", 1)
    return Period(low, (1, 1), (12, 31), "year", high - low)


def _school_year(shift: int, today: dt.date) -> Period:
    """«в этом учебном году»: between two of them it is vague."""
    if _SCHOOL_LAST < (today.month, today.day) < _SCHOOL_FIRST:
        raise RefusedError("vague")
    year = today.year - (today.month < _SCHOOL_FIRST[0]) + shift
    return Period(year, _SCHOOL_FIRST, _SCHOOL_LAST, "year", 1)


def _nth_day(tokens: Tokens, start: int, end: int, context: Context) -> Period:
    """«последний день марта», «первый понедельник декабря»; which days a week has is vague."""
    month = _value(tokens, "m", start, end)
    year = _value(tokens, "Y", start, end)
    weekday = _value(tokens, "W", start, end)
    if month is not None and weekday is not None:
        if year is None:
            year = choose_year((month, 1), (month, 0), 0, "instant", context)
        day = _nth_weekday(year, month, weekday, tokens.values[start])
        return Period(year, (month, day), (month, day))
    if month is None or tokens.values[tokens.codes.find("u", start, end)] != "day":
        raise RefusedError("vague")
    day = _value(tokens, "O", start, end) or 0
    return Period(year, (month, day), (month, day))


def _nth_weekday(year: int, month: int, weekday: int, which: int | None) -> int:
    """The day of the month on which it falls; `which` None is the last one."""
    length = month_length(year, month)
    if which is None:
        return length - (dt.date(year, month, length).weekday() - weekday) % 7
    day = 1 + (weekday - dt.date(year, month, 1).weekday()) % 7 + 7 * (which - 1)
    if not which >= 1 or day > length:
        raise RefusedError("impossible")
    return day


def fixed(start: dt.date, end: dt.date, precision: Precision = "day") -> Period:
    """A period of known days."""
    return Period(
        start.year,
        (start.month, start.day),
        (end.month, end.day),
        precision,
        end.year - start.year,
    )


def _relative_day(tokens: Tokens, start: int, end: int, context: Context) -> Period:
    """«вчера», «сегодня»."""
    day = context.day() + dt.timedelta(days=_value(tokens, "r", start, end) or 0)
    return fixed(day, day)


def _near(tokens: Tokens, start: int, end: int, context: Context) -> Period:
    """«на этой неделе», «в следующем месяце», «в прошлом году»."""
    codes = tokens.codes[start:end]
    shift = shift_of(tokens.values[start + codes.index("f")])
    return around(context.day(), "year" if "g" in codes else tokens.values[end - 1], shift)


def _counted(tokens: Tokens, start: int, end: int, context: Context) -> Period:
    """«3 дня назад», «через две недели»."""
    codes = tokens.codes[start:end]
    today = context.day()
    counts = [tokens.values[at] for at in range(start, end) if tokens.codes[at] in "NC"]
    if not counts and not ONES.isdisjoint(tokens.words[start:end]):
        counts = [1]
    sign = -1 if "a" in codes else 1
    if "H" in codes:
        return shift_clock(sign * 3600 * tokens.values[start + codes.index("H")][2], context)
    unit = "year" if "g" in codes else tokens.values[start + codes.index("u")]
    if not counts:
        raise RefusedError("vague")  # «дней назад»
    if codes[0] == "c" and len(codes) == 2 and unit == "day":
        raise RefusedError("recurring")  # «через день» is every other day
    count = counts[0]
    if unit in SECONDS:
        return shift_clock(sign * count * SECONDS[unit], context)
    if unit in DAYS:
        day = today + dt.timedelta(days=sign * count * DAYS[unit])
    else:
        day = shift_months(today, sign * count * MONTHS[unit])
    return fixed(day, day)


def shift_of(value: int | str | None) -> int:
    """How many years, weeks, ... on: «следующий» 1, «этот» 0, «минувший» -1."""
    if value == "near":
        raise RefusedError("vague")
    return -1 if value == "past" else int(value or 0)


def shift_clock(seconds: int, context: Context) -> Period:
    """So many seconds from the reference; without its clock time only the day is known."""
    today = context.day()
    now = context.now()
    if now is None:
        day = today + dt.timedelta(days=int(seconds / 86_400))
        return fixed(day, day)
    moment = now + dt.timedelta(seconds=seconds)
    period = fixed(moment.date(), moment.date())
    period.time = moment.time().replace(microsecond=0)
    return period


def shift_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months on, or the last of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(day.day, month_length(year, month + 1)))


def _weekday(tokens: Tokens, start: int, end: int, context: Context) -> Period:
    """«в среду» is the next one after the reference (lean "past": the last one before it);
    «в следующую (эту, прошлую) среду» is that of the next (this, last) week."""
    if tokens.codes == "W" and len(tokens.words[0]) < SHORTEST_WEEKDAY:
        raise RefusedError("no_date")
    wanted = _value(tokens, "W", start, end) or 0
    near = tokens.codes.find("f", start, end)
    return weekday_near(wanted, tokens.values[near] if near >= 0 else None, context)


def weekday_near(wanted: int, shift: int | str | None, context: Context) -> Period:
    """That day of the week (0 is Monday) after the reference; `shift`: the value of the word
    before it («следующую»: 1), if there is one."""
    today = context.day()
    if isinstance(shift, int):
        day = today + dt.timedelta(days=wanted - today.weekday() + 7 * shift)
    elif shift == "past" or (shift is None and context.lean == "past"):
        day = today - dt.timedelta(days=(today.weekday() - wanted - 1) % 7 + 1)
    else:
        day = today + dt.timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    return fixed(day, day)


def around(today: dt.date, unit: str, shift: int) -> Period:
    """This, the next or the last week, month or year."""
    if unit == "week":
        monday = today + dt.timedelta(days=7 * shift - today.weekday())
        return fixed(monday, monday + dt.timedelta(days=6), "week")
    if unit == "month":
        first = shift_months(today.replace(day=1), shift)
        last = day_of(first.year, (first.month, 0))
        return fixed(first, last, "month")
    if unit == "year":
        return Period(today.year + shift, (1, 1), (12, 31), "year")
    if unit == "halfyear":
        raise RefusedError("vague")
    day = today + dt.timedelta(days=shift)
    return fixed(day, day)


_SPECIAL: dict[Special, Callable[[Tokens, int, int, Context], Period]] = {
    "end": _end_of,
    "numbered": _numbered,
    "season": _season,
    "years": _years,
    "nth": _nth_day,
    "day": _relative_day,
    "weekday": _weekday,
    "near": _near,
    "count": _counted,
}
