"""Rows of the schedule: when each source is due, and what its past says about when it should be."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from netmeta.catalogue.catalogue import Catalogue
from netmeta.catalogue.stored import dump, utc

Mode = Literal["auto", "every", "cron"]
Why = tuple[tuple[str, Mapping[str, Any]], ...]
"""Reasons for a time, the weightiest last: (code, values). `netmeta.schedule.words` says them."""

NEWS_WINDOW: Final = dt.timedelta(days=28)
"""Four weeks: each weekday counts alike, and a holiday does not hide a portal's usual pace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What a source itself says about being asked again.

    Attributes:
        wait_s: seconds between two visits; 0 if it says nothing.
        said_by: "ttl" or "max-age".
        not_before: from Retry-After.
        skip_hours: hours of the day, UTC, in which it does not want to be asked.
        skip_days: days of the week, Monday 0, UTC.
    """

    wait_s: int = 0
    said_by: str = ""
    not_before: dt.datetime | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One source's schedule; `next_check_at` None means: as soon as the worker looks."""

    source: str
    source_id: int
    mode: Mode = "auto"
    every_s: int | None = None
    cron: str | None = None
    paused: bool = False
    next_check_at: dt.datetime | None = None
    why: Why = ()
    failures: int = 0
    advice: Advice = Advice()


_SELECT = """
    SELECT s.name, s.id, coalesce(c.mode, 'auto'), c.every_s, c.cron, s.paused, c.next_check_at,
           coalesce(c.why, '[]'), coalesce(c.failures, 0),
           a.wait_s, a.said_by, a.not_before, a.skip_hours, a.skip_days
    FROM sources s
    LEFT JOIN schedules c ON c.source_id = s.id
    LEFT JOIN advice a ON a.source_id = s.id
    WHERE s.kind <> 'jsonl'
"""


def all_schedules(conn: sqlite3.Connection) -> list[Schedule]:
    """Schedules of all sources that can be fetched, by name."""
    return [_schedule(row) for row in conn.execute(f"{_SELECT} ORDER BY s.name")]


def schedule_of(conn: sqlite3.Connection, source_id: int) -> Schedule | None:
    """The schedule of one source; None if it was imported from a file and cannot be fetched."""
    row = conn.execute(f"{_SELECT} AND s.id = ?", (source_id,)).fetchone()
    return _schedule(row) if row else None


def due(conn: sqlite3.Connection, now: dt.datetime) -> list[Schedule]:
    """Schedules that are due, not paused and not at work, the longest overdue first."""
    where = (
        "AND s.paused = 0 AND (c.next_check_at IS NULL OR c.next_check_at <= ?)"
        " AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.source_id = s.id AND j.finished_at IS NULL)"
    )
    order = "ORDER BY coalesce(c.next_check_at, s.added_at), s.id"
    return [_schedule(row) for row in conn.execute(f"{_SELECT} {where} {order}", (utc(now),))]


def planned_after(conn: sqlite3.Connection, moment: dt.datetime) -> list[Schedule]:
    """Schedules that were planned later than a moment: by a clock that has been set back since."""
    return [
        _schedule(row) for row in conn.execute(f"{_SELECT} AND c.planned_at > ?", (utc(moment),))
    ]


def _schedule(row: tuple[Any, ...]) -> Schedule:
    advice = Advice()
    if row[9] is not None:
        advice = Advice(
            wait_s=row[9], said_by=row[10], not_before=_moment(row[11]),
            skip_hours=tuple(json.loads(row[12])), skip_days=tuple(json.loads(row[13])),
        )  # fmt: skip
    return Schedule(
        source=row[0], source_id=row[1], mode=row[2], every_s=row[3], cron=row[4],
        paused=bool(row[5]), next_check_at=_moment(row[6]), why=read_why(row[7]), failures=row[8],
        advice=advice,
    )  # fmt: skip


def read_why(text: str) -> Why:
    """Reasons from their stored form."""
    return tuple((code, values) for code, values in json.loads(text))


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def store(conn: sqlite3.Connection, schedule: Schedule, now: dt.datetime) -> None:
    """Keep a schedule; for use inside a transaction. Advice and pause are not touched."""
    conn.execute(
        "INSERT INTO schedules"
        " (source_id, mode, every_s, cron, next_check_at, why, failures, planned_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source_id) DO UPDATE SET"
        " mode = excluded.mode, every_s = excluded.every_s, cron = excluded.cron,"
        " next_check_at = excluded.next_check_at, why = excluded.why,"
        " failures = excluded.failures, planned_at = excluded.planned_at",
        (
            schedule.source_id, schedule.mode, schedule.every_s, schedule.cron,
            utc(schedule.next_check_at) if schedule.next_check_at else None,
            dump(schedule.why), schedule.failures, utc(now),
        ),
    )  # fmt: skip


def keep_advice(
    catalogue: Catalogue, source_id: int, said: Advice | None, not_before: dt.datetime | None
) -> None:
    """Keep what a source said at its last harvest.

    Args:
        said: None if it said nothing anew ("not modified"): what it said before still holds.
        not_before: from a Retry-After that was met; holds for the next harvest alone.
    """
    one = said or Advice()
    with catalogue.transaction() as conn:
        conn.execute(
            "INSERT INTO advice (source_id, wait_s, said_by, skip_hours, skip_days, not_before)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (source_id) DO UPDATE SET"
            " wait_s = iif(?7, ?2, wait_s), said_by = iif(?7, ?3, said_by),"
            " skip_hours = iif(?7, ?4, skip_hours), skip_days = iif(?7, ?5, skip_days),"
            " not_before = ?6",
            (
                source_id, one.wait_s, one.said_by, dump(one.skip_hours), dump(one.skip_days),
                utc(not_before) if not_before else None, said is not None,
            ),
        )  # fmt: skip


def news_per_week(conn: sqlite3.Connection, source_id: int, now: dt.datetime) -> float | None:
    """New entries a week, over the last four weeks; None if nothing tells.

    What came after the first harvest tells best; that one brings years at once. Until a week of
    later harvests has passed, the days of publication that the portal itself gives stand in.
    """
    since = now - NEWS_WINDOW
    row = conn.execute(
        "SELECT id, finished_at FROM runs WHERE source_id = ? AND status IN ('ok', 'degraded')"
        " ORDER BY id LIMIT 1",
        (source_id,),
    ).fetchone()
    if row is None:
        return None
    start = max(dt.datetime.fromisoformat(row[1]), since)
    weeks = (now - start) / dt.timedelta(weeks=1)
    if weeks >= 1:
        sql = (
            "SELECT count(*) FROM changes c JOIN records r ON r.id = c.record_id"
            " WHERE r.source_id = ? AND c.op = 'new' AND c.run_id > ? AND c.at >= ?"
        )
        (news,) = conn.execute(sql, (source_id, row[0], utc(start))).fetchone()
        return float(news / weeks)
    sql = (
        "SELECT count(*), count(*) FILTER (WHERE published >= ? AND published <= ?) FROM records"
        " WHERE source_id = ? AND published IS NOT NULL"
    )
    days = (since.date().isoformat(), now.date().isoformat(), source_id)
    known, published = conn.execute(sql, days).fetchone()
    return published / 4 if known else None


def nearest_deadline(conn: sqlite3.Connection, source_id: int, today: dt.date) -> dt.date | None:
    """The next deadline among a source's visible events."""
    sql = (
        "SELECT min(deadline) FROM records INDEXED BY records_by_deadline WHERE deadline >= ?"
        " AND source_id = ? AND gone_at IS NULL AND hidden = 0"
    )
    (day,) = conn.execute(sql, (today.isoformat(), source_id)).fetchone()
    return dt.date.fromisoformat(day) if day else None
