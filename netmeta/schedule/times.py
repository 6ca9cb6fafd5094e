"""Intervals and cron expressions as people write them; times are local where people see them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from netmeta.errors import UsageError
from netmeta.texts import t

MINUTE: Final = 60
LONGEST: Final = dt.timedelta(days=365)

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_INTERVAL: Final = re.compile(r"(?:\d{1,6}[smhdw]\s*)+")


def parse_interval(text: str) -> int:
    """Seconds of "90m", "6h", "1d12h".

    Raises: UsageError if it is no interval, shorter than a minute or longer than a year.

    >>> parse_interval("1d12h")
    129600
    """
    cleaned = text.strip().lower()
    if not _INTERVAL.fullmatch(cleaned):
        raise UsageError(
            t("{text} is no interval", text=text),
            cure=t("Write a number with s, m, h, d or w: 30m, 6h, 1d12h."),
        )
    seconds = sum(int(n) * _UNITS[unit] for n, unit in re.findall(r"(\d+)([smhdw])", cleaned))
    if not MINUTE <= seconds <= LONGEST.total_seconds():
        raise UsageError(
            t("The interval {text} does not fit", text=text),
            why=t("it must be between a minute and a year"),
            cure=t("Portals that change often are asked every 15 minutes at most by --auto."),
        )
    return seconds


def interval_in_words(seconds: float) -> str:
    """The two largest units: 129600 -> "1 d 12 h"."""
    parts = []
    left = round(seconds)
    for unit, name in (("d", t("d")), ("h", t("h")), ("m", t("min")), ("s", t("s"))):
        n, left = divmod(left, _UNITS[unit])
        if n:
            parts.append(f"{n} {name}")
    return " ".join(parts[:2]) or f"0 {t('s')}"


def check_cron(expression: str) -> str:
    """The expression with single spaces. Raises: UsageError if it is not five fields that fit, or
    names a moment that never comes."""
    from croniter import CroniterBadDateError, croniter
    from croniter.croniter import CroniterError

    cleaned = " ".join(expression.split())
    try:
        if len(cleaned.split(" ")) != 5:
            raise UsageError(
                t("{text} is no cron expression", text=expression),
                why=t("it must have five fields"),
                cure=t("Minute, hour, day, month, weekday: `0 3 * * *` is every night at 3."),
            )
        croniter(cleaned, dt.datetime(2026, 1, 1)).get_next()  # noqa: DTZ001 - only tried
    except CroniterBadDateError as error:
        raise UsageError(
            t("The cron expression {text} names a moment that never comes", text=expression),
            why=" ",
        ) from error
    except (CroniterError, ValueError) as error:
        raise UsageError(
            t("{text} is no cron expression", text=expression),
            cure=t("Minute, hour, day, month, weekday: `0 3 * * *` is every night at 3."),
        ) from error
    return cleaned


def next_by_cron(expression: str, after: dt.datetime) -> dt.datetime:
    """The first moment after `after` that fits, by the clock on the wall of this machine; UTC.

    Worked out on wall times without a zone, which the system's rules then place: a night with a
    change to summer time has its run too.
    """
    from croniter import croniter

    wall = after.astimezone().replace(tzinfo=None)
    found = croniter(expression, wall)
    while True:
        moment: dt.datetime = found.get_next(dt.datetime).astimezone(dt.UTC)
        if moment > after:  # an hour that the wall clock shows twice
            return moment


def local(moment: dt.datetime) -> str:
    """A moment by the clock on the wall: "01.02.2026 15:04"."""
    return moment.astimezone().strftime("%d.%m.%Y %H:%M")
