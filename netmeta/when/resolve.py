"""Partly known dates and what they become beside a reference day.

A `Period` knows its first and last day within a year, perhaps the year. The rule for a missing
year (`choose_year`) is a convention of this project, explained in `netmeta.when`.
"""

from __future__ import annotations

import calendar
import datetime as dt

from netmeta.when.result import Kind, Lean, Precision, RefusedError, zone_named

FIRST_YEAR, LAST_YEAR = 1900, 2100

_LOOK_BACK = {
    "deadline": dt.timedelta(days=60),
    "instant": dt.timedelta(days=120),
    "range": dt.timedelta(days=120),
    "from": dt.timedelta(days=120),
    "several": dt.timedelta(days=120),
}
"""How long ago a date without a year may lie before it is taken as next year's."""


_FAR_DAYS = 270
"""Beyond this a matching day of the week is chance, and the usual rule decides."""


_LENGTHS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Context:
    """What a text is read against: the reference, the caller's zone, which way to lean."""

    __slots__ = ("lean", "reference", "zone")

    def __init__(
        self, reference: dt.date | dt.datetime | None, zone: str, lean: Lean | None
    ) -> None:
        self.reference, self.zone, self.lean = reference, zone, lean

    def now(self) -> dt.datetime | None:
        """The reference as local time of the zone, if it has a time of day."""
        reference = self.reference
        if not isinstance(reference, dt.datetime):
            return None
        if reference.tzinfo is None:
            return reference
        return reference.astimezone(zone_named(self.zone)).replace(tzinfo=None)

    def day(self) -> dt.date:
        """The reference day. Raises: RefusedError if there is none, or none of our time."""
        if self.reference is None:
            raise RefusedError("no_reference")
        if not FIRST_YEAR <= self.reference.year <= LAST_YEAR:
            raise RefusedError("out_of_range")
        now = self.now()
        return self.reference if now is None else now.date()


class Period:
    """Days from `first` to `last`, each (month, day); day 0 is the month's last one.

    `turns` counts New Years between them («зима 2024/25»: 1); `year` is that of `first`, or
    None. `month_known` is False for a bare day number, which borrows the month of its partner.
    """

    __slots__ = ("first", "last", "month_known", "precision", "time", "turns", "year")

    def __init__(
        self,
        year: int | None,
        first: tuple[int, int],
        last: tuple[int, int],
        precision: Precision = "day",
        turns: int = 0,
    ) -> None:
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            raise RefusedError("out_of_range")
        self.year, self.first, self.last = year, first, last
        self.precision, self.turns = precision, turns
        self.month_known = True
        self.time: dt.time | None = None


def day_of(year: int, month_day: tuple[int, int]) -> dt.date:
    """That day. Raises: RefusedError if the calendar has none."""
    month, day = month_day
    try:
        return dt.date(year, month, day or month_length(year, month))
    except ValueError:
        raise RefusedError("impossible") from None


def choose_year(
    first: tuple[int, int], last: tuple[int, int], turns: int, kind: Kind, context: Context
) -> int:
    """The year of `first` nearest to the reference, for a date written without one.

    Without a `lean`: the earliest year in which the period's end is not further back than
    `_LOOK_BACK`; so announcements look ahead, and reports of a few months ago stay in the past.
    Lean "past": the latest that has begun by the reference day; "future": the earliest that has
    not ended before it.

    Raises: RefusedError if there is no reference, or no such day in the years around it.
    """
    today = context.day()
    years = range(today.year - 1 - turns, today.year + 2)
    if context.lean == "past":
        for year in reversed(years):
            if _exists(year, first, turns, last) and day_of(year, first) <= today:
                return year
    else:
        earliest = today - _LOOK_BACK[kind] if context.lean is None else today
        for year in years:
            if _exists(year, first, turns, last) and day_of(year + turns, last) >= earliest:
                return year
    # 29 February exists, though perhaps not in these years; 31 February does not.
    raise RefusedError("ambiguous" if _exists(2024, first, 0, last) else "impossible")


def choose_day(month: int, day: int, context: Context) -> dt.date:
    """`choose_year` for a single day, the usual case, at a third of its cost."""
    today = context.day()
    this = today.year
    past = context.lean == "past"
    earliest = today - _LOOK_BACK["instant"] if context.lean is None else today
    for year in (this + 1, this, this - 1) if past else (this - 1, this, this + 1):
        try:
            date = dt.date(year, month, day)
        except ValueError:  # 29 February
            continue
        if date <= today if past else date >= earliest:
            return date
    raise RefusedError("ambiguous")


def _exists(year: int, first: tuple[int, int], turns: int, last: tuple[int, int]) -> bool:
    return first[1] <= month_length(year, first[0]) and last[1] <= month_length(
        year + turns, last[0]
    )


def month_length(year: int, month: int) -> int:
    """Days of the month."""
    return 28 + calendar.isleap(year) if month == 2 else _LENGTHS[month]


def year_by_weekday(day: tuple[int, int], weekday: int, context: Context) -> int | None:
    """The year nearest to the reference in which that (month, day) is that day of the week
    (0 is Monday), if it is not far: «пятница, 15 мая»."""
    today = context.day()
    best: tuple[int, int] | None = None
    for year in (today.year, today.year + 1, today.year - 1):
        try:
            date = day_of(year, day)
        except RefusedError:
            continue
        far = abs((date - today).days)
        if date.weekday() == weekday and far < (best[0] if best else _FAR_DAYS):
            best = far, year
    return best[1] if best else None


def is_american(year: int, month: int, day: int, weekday: int) -> bool:
    """Whether the day of the week fits 04/21/2009 only if the month comes first."""
    usual = _weekday_of(year, month, day)
    return usual != weekday and _weekday_of(year, day, month) == weekday


def _weekday_of(year: int, month: int, day: int) -> int | None:
    try:
        return dt.date(year, month, day).weekday()
    except ValueError:
        return None
