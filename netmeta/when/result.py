"""What reading a date gives: a `When`, or the reason why there is none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypedDict, Unpack
from zoneinfo import ZoneInfo

Kind = Literal["instant", "range", "deadline", "from", "several"]
"""instant: one day; range: several days in a row («с 5 по 9 мая», «март 2019»); deadline: only an
end («до 15 мая»); from: only a start («с 5 мая»); several: separate days («10 и 12 мая»)."""

Precision = Literal[
    "time", "day", "week", "decade", "half-month", "month", "season", "quarter", "half-year", "year"
]
"""The smallest unit the text names; "decade" is a third of a month («декада»)."""

Lean = Literal["past", "future"]
"""Which way a date without a year is resolved, where the caller knows (see `netmeta.when`)."""

WhyNot = Literal[
    "empty",
    "no_date",
    "no_reference",
    "impossible",
    "out_of_range",
    "ambiguous",
    "several",
    "vague",
    "recurring",
    "name",
]
"""Why a text gives no date.

    empty         nothing but spaces
    no_date       nothing in it is a date
    no_reference  a date without a year («15 мая»), or «вчера», and no reference was given
    impossible    31 февраля, 32.13.2024, or a range that ends before it starts: never repaired
    out_of_range  a year outside 1900..2100
    ambiguous     it can mean two things («до марта»: is March included?; «зима 2024»)
    several       unrelated dates; `find_when` gives them one by one
    vague         «в начале мая», «около 15 мая», «осенью»
    recurring     «каждую среду», «по вторникам»
    name          a name that looks like a date («Первое сентября», улица 8 Марта)
"""


class RefusedError(Exception):
    """Inside this package: the matched words are no date, for this reason."""

    def __init__(self, reason: WhyNot) -> None:
        super().__init__(reason)
        self.reason: WhyNot = reason


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """The zone of that IANA name, loaded once."""
    return ZoneInfo(name)


@dataclass(frozen=True, kw_only=True)
class When:
    """A date, range or deadline read from text. Days are calendar days, both ends inclusive.

    `start` is None for a deadline, `end` for an open end; otherwise `start <= end`, and a single
    day has both equal. `zone` is set only if the text names one (МСК, UTC, Z, +03:00);
    `assumed_zone` is the caller's, an IANA name. `days` lists the days of kind "several". `text`
    is the part of the text that was read. `weekday_differs` tells that a day of the week stands
    beside the date and is not that date's; the date was believed.
    """

    start: dt.date | None
    end: dt.date | None
    start_time: dt.time | None = None
    end_time: dt.time | None = None
    zone: dt.tzinfo | None = None
    kind: Kind = "instant"
    precision: Precision = "day"
    days: tuple[dt.date, ...] = ()
    text: str = ""
    assumed_zone: str = "Europe/Moscow"
    weekday_differs: bool = False

    @property
    def start_at(self) -> dt.datetime | None:
        """The instant of the start, aware, in UTC; None without a start day and a start time."""
        return self._at(self.start, self.start_time)

    @property
    def end_at(self) -> dt.datetime | None:
        """The instant of the end, aware, in UTC; None without an end day and an end time.

        «22:00-02:00» of one day ends on the next one.
        """
        day = self.end
        if (
            day is not None
            and day == self.start
            and self.start_time is not None
            and self.end_time is not None
            and self.end_time < self.start_time
        ):
            day += dt.timedelta(days=1)
        return self._at(day, self.end_time)

    def _at(self, day: dt.date | None, time: dt.time | None) -> dt.datetime | None:
        if day is None or time is None:
            return None
        zone = self.zone or zone_named(self.assumed_zone)
        return dt.datetime.combine(day, time, zone).astimezone(dt.UTC)


class _Fields(TypedDict, total=False):
    start: dt.date | None
    end: dt.date | None
    start_time: dt.time | None
    end_time: dt.time | None
    zone: dt.tzinfo | None
    kind: Kind
    precision: Precision
    days: tuple[dt.date, ...]
    text: str
    assumed_zone: str
    weekday_differs: bool


def new_when(**fields: Unpack[_Fields]) -> When:
    """A `When` of these fields; the others keep the defaults of the class.

    A quarter of the cost of calling the class, whose `__init__` must go through
    `object.__setattr__` for each field because it is frozen; it was a tenth of all the time.
    """
    when = object.__new__(When)
    when.__dict__.update(fields)
    return when
