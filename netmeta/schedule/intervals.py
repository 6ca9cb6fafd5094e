"""When a source is asked again, and why then.

By itself (`auto`) a source is asked as often as it brings something new: 7 days / weekly new
entries (miniflux's rule), held between 15 minutes and 7 days. Deadlines that come near shorten it.
What the source itself asks for (<ttl>, max-age, skipHours, Retry-After) always wins over what we
would like. After failures the interval doubles each time, up to 7 days, and never ends: giving up
after a few errors is the most hated behaviour of feed readers.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from netmeta.catalogue.schedules import Schedule, Why
from netmeta.schedule.times import next_by_cron

SHORTEST: Final = dt.timedelta(minutes=15)
LONGEST: Final = dt.timedelta(days=7)
UNKNOWN: Final = dt.timedelta(days=1)
"""Where nothing tells yet how often a source has news."""

DEADLINES: Final = ((2, dt.timedelta(hours=6)), (7, dt.timedelta(days=1)))
"""(days to the deadline, longest interval): portals move deadlines in their last days."""

SPREAD: Final = 0.1
"""Sources that began together must not stay together."""

Draw = Callable[[float, float], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the catalogue knows of a source.

    Attributes:
        weekly: new entries a week; None if nothing tells.
        deadline: the nearest one among its events.
    """

    weekly: float | None = None
    deadline: dt.date | None = None


def next_check(
    schedule: Schedule, facts: Facts, now: dt.datetime, *, draw: Draw = random.uniform
) -> tuple[dt.datetime, Why]:
    """The moment of the next visit after one that begins or ended `now`, with its reasons."""
    why: list[tuple[str, dict[str, Any]]] = []
    if schedule.mode == "cron" and schedule.cron:
        base, moment = SHORTEST, next_by_cron(schedule.cron, now)
        why.append(("cron", {"cron": schedule.cron}))
    elif schedule.mode == "every" and schedule.every_s:
        base = dt.timedelta(seconds=schedule.every_s)
        moment = now + base
        why.append(("every", {"s": schedule.every_s}))
    else:
        base = _own_pace(schedule, facts, now, why)
        moment = now + base * draw(1 - SPREAD, 1 + SPREAD)
        moment = min(max(moment, now + SHORTEST), now + LONGEST)
    if schedule.failures:
        later = now + backoff(base, schedule.failures, draw)
        if later > moment:
            moment = later
            why.append(("backoff", {"n": schedule.failures}))
    return _as_asked(schedule, moment, now, why), tuple(why)


def _own_pace(
    schedule: Schedule, facts: Facts, now: dt.datetime, why: list[tuple[str, dict[str, Any]]]
) -> dt.timedelta:
    if facts.weekly is None:
        pace = UNKNOWN
        why.append(("unknown", {}))
    elif facts.weekly * SHORTEST >= LONGEST:
        pace = SHORTEST
        why.append(("busy", {"n": round(facts.weekly)}))
    elif facts.weekly <= 1:
        pace = LONGEST
        why.append(("quiet", {}))
    else:
        pace = LONGEST / facts.weekly
        why.append(("rate", {"n": round(facts.weekly, 1)}))
    if facts.deadline is not None:
        days = (facts.deadline - now.date()).days
        longest = next((longest for within, longest in DEADLINES if 0 <= days <= within), None)
        if longest is not None and longest < pace:
            pace = longest
            why.append(("deadline", {"day": facts.deadline.isoformat()}))
    wish = min(dt.timedelta(seconds=schedule.advice.wait_s), LONGEST)
    if wish > pace:
        pace = wish
        why.append((schedule.advice.said_by or "ttl", {"s": schedule.advice.wait_s}))
    return pace


def backoff(base: dt.timedelta, failures: int, draw: Draw = random.uniform) -> dt.timedelta:
    """min(base * 2^failures, 7 d), spread so that portals of one host do not come back together."""
    doubled: dt.timedelta = min(base * 2 ** min(failures, 20), LONGEST)
    return min(doubled * draw(1 - SPREAD, 1 + SPREAD), LONGEST)


def _as_asked(
    schedule: Schedule, moment: dt.datetime, now: dt.datetime, why: list[tuple[str, dict[str, Any]]]
) -> dt.datetime:
    """Not before what the server asked for (within 7 days), and not in hours it does not want."""
    advice = schedule.advice
    if advice.not_before is not None:
        wished = min(advice.not_before, now + LONGEST)
        if wished > moment:
            moment = wished
            why.append(("retry-after", {}))
    if schedule.mode != "auto" or not (advice.skip_hours or advice.skip_days):
        return moment
    wished = moment
    for _ in range(24 * 7):
        at = wished.astimezone(dt.UTC)
        if at.hour not in advice.skip_hours and at.weekday() not in advice.skip_days:
            break
        wished = at.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
    else:  # it wants never to be asked; then it cannot mean it
        return moment
    if wished != moment:
        why.append(("skip-hours", {}))
    return wished
