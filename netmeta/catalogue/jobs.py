"""Jobs: what the worker was asked for, by whom, and what became of it.

A job is open until it has a `finished_at`; there is one open job of a source at most. All writes
happen inside a transaction of the caller, so that asking and planning are one act.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from netmeta.catalogue.schedules import Why, read_why
from netmeta.catalogue.stored import dump

AskedBy = Literal["schedule", "trigger", "harvest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job. `run` is the run of the ledger that came of it, if any has begun."""

    id: int
    kind: str
    source: str | None
    source_id: int | None
    asked_by: AskedBy
    options: Mapping[str, Any]
    why: Why
    asked_at: dt.datetime
    handed_at: dt.datetime | None
    handovers: int
    started_at: dt.datetime | None
    attempts: int
    after_run: int | None
    progress: Mapping[str, int]
    finished_at: dt.datetime | None
    status: str | None
    result: Mapping[str, Any]
    run: int | None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        names = ("id", "kind", "source", "asked_by", "options", "why", "asked_at", "started_at",
                 "attempts", "progress", "finished_at", "status", "result", "run")  # fmt: skip
        return {name: getattr(self, name) for name in names}


_SELECT = """
    SELECT j.id, j.kind, s.name, j.source_id, j.asked_by, j.options, j.why, j.asked_at, j.handed_at,
           j.handovers, j.started_at, j.attempts, j.after_run, j.progress, j.finished_at, j.status,
           j.result, (SELECT max(id) FROM runs r WHERE r.source_id = j.source_id
                      AND r.id > j.after_run
                      AND (j.finished_at IS NULL OR r.started_at <= j.finished_at)) AS run
    FROM jobs j LEFT JOIN sources s ON s.id = j.source_id
"""


def _job(row: tuple[Any, ...]) -> Job:
    return Job(
        id=row[0], kind=row[1], source=row[2], source_id=row[3], asked_by=row[4],
        options=json.loads(row[5]), why=read_why(row[6]), asked_at=dt.datetime.fromisoformat(row[7]),
        handed_at=_moment(row[8]), handovers=row[9], started_at=_moment(row[10]), attempts=row[11],
        after_run=row[12], progress=json.loads(row[13]), finished_at=_moment(row[14]), status=row[15],
        result=json.loads(row[16] or "{}"), run=row[17],
    )  # fmt: skip


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def ask(
    conn: sqlite3.Connection,
    now: str,
    kind: str,
    source_id: int | None = None,
    *,
    asked_by: AskedBy,
    options: Mapping[str, Any] | None = None,
    why: Why = (),
) -> tuple[Job, bool]:
    """The open job of that kind and source, and whether it is a new one.

    A job that has not begun yet takes over the options it is asked for now.
    """
    found = open_job(conn, kind, source_id)
    if found is not None:
        if options and found.started_at is None:
            merged = dump({**found.options, **options})
            conn.execute("UPDATE jobs SET options = ? WHERE id = ?", (merged, found.id))
        return found, False
    cursor = conn.execute(
        "INSERT INTO jobs (kind, source_id, asked_by, options, why, asked_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (kind, source_id, asked_by, dump(options or {}), dump(why), now),
    )
    return job(conn, int(cursor.lastrowid or 0)), True


def job(conn: sqlite3.Connection, id: int) -> Job:
    """One job. Raises: LookupError if there is none (its source was removed)."""
    row = conn.execute(f"{_SELECT} WHERE j.id = ?", (id,)).fetchone()
    if row is None:
        raise LookupError(id)
    return _job(row)


def open_job(conn: sqlite3.Connection, kind: str, source_id: int | None = None) -> Job | None:
    """The job of that kind and source that is not finished yet."""
    where = "WHERE j.finished_at IS NULL AND j.kind = ? AND coalesce(j.source_id, 0) = ?"
    row = conn.execute(f"{_SELECT} {where}", (kind, source_id or 0)).fetchone()
    return _job(row) if row else None


def open_jobs(conn: sqlite3.Connection) -> list[Job]:
    """All jobs that are not finished, in the order they were asked for."""
    return [_job(r) for r in conn.execute(f"{_SELECT} WHERE j.finished_at IS NULL ORDER BY j.id")]


def waiting(conn: sqlite3.Connection) -> list[Job]:
    """Jobs not yet given to the engine, in the order they were asked for."""
    where = "WHERE j.finished_at IS NULL AND j.handed_at IS NULL ORDER BY j.id"
    return [_job(row) for row in conn.execute(f"{_SELECT} {where}")]


def hand(conn: sqlite3.Connection, now: str, id: int) -> None:
    """The engine has it."""
    conn.execute("UPDATE jobs SET handed_at = ? WHERE id = ?", (now, id))


def take_back(conn: sqlite3.Connection, id: int) -> None:
    """The engine has it no longer and it is not done: it is to be given anew, under a new name."""
    conn.execute(
        "UPDATE jobs SET handed_at = NULL, handovers = handovers + 1"
        " WHERE id = ? AND finished_at IS NULL",
        (id,),
    )


def begin(conn: sqlite3.Connection, now: str, id: int) -> Job | None:
    """Count a start; None if there is no such job (any more). A finished one stays as it is."""
    conn.execute(
        "UPDATE jobs SET started_at = coalesce(started_at, ?), attempts = attempts + 1,"
        " after_run = coalesce(after_run,"
        "   (SELECT coalesce(max(id), 0) FROM runs WHERE source_id = jobs.source_id))"
        " WHERE id = ? AND finished_at IS NULL",
        (now, id),
    )
    try:
        return job(conn, id)
    except LookupError:
        return None


def report(conn: sqlite3.Connection, id: int, progress: Mapping[str, int]) -> None:
    """Say how far a job has come."""
    conn.execute("UPDATE jobs SET progress = ? WHERE id = ?", (dump(dict(progress)), id))


def finish(
    conn: sqlite3.Connection, now: str, id: int, *, status: str, result: Mapping[str, Any]
) -> None:
    """Close a job, unless it is closed."""
    conn.execute(
        "UPDATE jobs SET finished_at = ?, status = ?, result = ? WHERE id = ?"
        " AND finished_at IS NULL",
        (now, status, json.dumps(result, ensure_ascii=False, default=str), id),
    )


def history(
    conn: sqlite3.Connection, *, source_id: int | None = None, limit: int = 20
) -> list[Job]:
    """Jobs (of one source), newest first."""
    where = "WHERE (?1 IS NULL OR j.source_id = ?1) ORDER BY j.id DESC LIMIT ?2"
    return [_job(row) for row in conn.execute(f"{_SELECT} {where}", (source_id, limit))]


def last_asked(conn: sqlite3.Connection, kind: str) -> dt.datetime | None:
    """When a job of that kind was last asked for."""
    row = conn.execute("SELECT max(asked_at) FROM jobs WHERE kind = ?", (kind,)).fetchone()
    return _moment(row[0])


def prune(conn: sqlite3.Connection, before: str) -> int:
    """Drop finished jobs from before a moment; returns how many."""
    return conn.execute("DELETE FROM jobs WHERE finished_at < ?", (before,)).rowcount
