"""The schedule as rows: reading the facts, moving `next_check_at`, what `netmeta schedule` does."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from netmeta.catalogue import Catalogue, jobs, schedules
from netmeta.catalogue.jobs import Job
from netmeta.catalogue.schedules import Schedule
from netmeta.errors import UsageError
from netmeta.model import Run
from netmeta.schedule.intervals import SHORTEST, Facts, next_check
from netmeta.schedule.times import check_cron
from netmeta.schedule.words import in_words
from netmeta.texts import t

CLOCK_SLACK: Final = dt.timedelta(hours=1)
"""Clocks of one machine are corrected by seconds; more means that it stood wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A line of `netmeta schedule list`."""

    schedule: Schedule
    job: Job | None
    """What is asked for or under way."""
    last: Run | None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        one = self.schedule
        return {
            "source": one.source,
            "mode": one.mode,
            "every_s": one.every_s,
            "cron": one.cron,
            "paused": one.paused,
            "next_check_at": None if one.paused else one.next_check_at,
            "why": [[code, dict(values)] for code, values in one.why],
            "why_in_words": why_in_words(self),
            "failures": one.failures,
            "now": None if self.job is None else ("running" if self.job.started_at else "waiting"),
            "last_run": None
            if self.last is None
            else {
                "started_at": self.last.started_at,
                "status": self.last.status,
                "reason": self.last.reason,
            },
        }


def why_in_words(planned: Planned) -> str:
    """Why a source is harvested when it is."""
    if planned.schedule.next_check_at is None and planned.last is None:
        return in_words((("first", {}),))
    return in_words(planned.schedule.why)


def listed(catalogue: Catalogue) -> list[Planned]:
    """The schedule of every source, those that come first on top, paused ones last."""
    last = {status.id: status.last_run for status in catalogue.sources()}
    under_way = {job.source_id: job for job in jobs.open_jobs(catalogue.conn) if job.source_id}
    found = [
        Planned(schedule=one, job=under_way.get(one.source_id), last=last.get(one.source_id))
        for one in schedules.all_schedules(catalogue.conn)
    ]
    early = dt.datetime.min.replace(tzinfo=dt.UTC)
    return sorted(
        found,
        key=lambda one: (
            one.schedule.paused,
            one.schedule.next_check_at or early,
            one.schedule.source,
        ),
    )


def set_schedule(
    catalogue: Catalogue, name: str, *, every_s: int | None = None, cron: str | None = None
) -> Planned:
    """Give a source its interval or its hours; neither means that it follows its own pace.

    Raises:
        UnknownSourceError: no such source.
        UsageError: it was imported from a file, or the cron expression is none.
    """
    cron = check_cron(cron) if cron else None
    one = replace(
        _of(catalogue, name),
        mode="cron" if cron else "every" if every_s else "auto",
        every_s=every_s,
        cron=cron,
    )
    with catalogue.transaction() as conn:
        if _last_run(conn, one.source_id) is None:  # the first harvest waits for nothing
            one = replace(one, next_check_at=None, why=())
        else:
            one = _moved(conn, one, catalogue.now())
        schedules.store(conn, one, catalogue.now())
    return next(found for found in listed(catalogue) if found.schedule.source == name)


def trigger(
    catalogue: Catalogue,
    name: str,
    *,
    asked_by: jobs.AskedBy = "trigger",
    options: Mapping[str, Any] | None = None,
) -> tuple[Job, bool]:
    """Ask for a harvest now, paused or not; (the job, whether it is new).

    Raises: UnknownSourceError, UsageError.
    """
    one = _of(catalogue, name)
    with catalogue.transaction() as conn:
        return jobs.ask(
            conn, catalogue.now_text(), "harvest", one.source_id,
            asked_by=asked_by, options=options, why=(("asked", {}),),
        )  # fmt: skip


def ask_due(catalogue: Catalogue) -> list[Job]:
    """Ask for the harvest of every source that is due; each is planned anew in the same act.

    However long nobody looked, a source is asked for once.
    """
    now, conn = catalogue.now(), catalogue.conn
    if not schedules.due(conn, now) and not schedules.planned_after(conn, now + CLOCK_SLACK):
        return []  # asked twice a second: no lock is taken for nothing
    with catalogue.transaction() as conn:
        _follow_the_clock(conn, now)
        _plan_the_known(conn, now)
        asked = []
        for one in schedules.due(conn, now):
            why = one.why or (("first", {}),)
            job, _ = jobs.ask(
                conn, catalogue.now_text(), "harvest", one.source_id, asked_by="schedule", why=why
            )
            schedules.store(conn, _moved(conn, one, now), now)
            asked.append(job)
    return asked


def settle(conn: sqlite3.Connection, source_id: int, status: str, now: dt.datetime) -> None:
    """Plan a source anew after a harvest, by what that found; inside a transaction."""
    one = schedules.schedule_of(conn, source_id)
    if one is None:
        return
    if status == "interrupted":
        soon = min(now + SHORTEST, one.next_check_at or now + SHORTEST)
        one = replace(one, next_check_at=soon, why=(("interrupted", {}),))
    else:
        one = _moved(
            conn, replace(one, failures=one.failures + 1 if status == "failed" else 0), now
        )
    schedules.store(conn, one, now)


def settle_harvested(catalogue: Catalogue, statuses: Mapping[str, str]) -> None:
    """Plan sources anew that were harvested by hand: {name: status of the run}."""
    with catalogue.transaction() as conn:
        for name, status in statuses.items():
            settle(conn, catalogue.source_id(name), status, catalogue.now())


def _of(catalogue: Catalogue, name: str) -> Schedule:
    one = schedules.schedule_of(catalogue.conn, catalogue.source_id(name))
    if one is None:
        raise UsageError(
            t("{name} was imported from a file; there is nothing to fetch", name=name),
            cure=t("Import the file again with `netmeta import`."),
        )
    return one


def _moved(conn: sqlite3.Connection, one: Schedule, now: dt.datetime) -> Schedule:
    facts = Facts(
        weekly=schedules.news_per_week(conn, one.source_id, now),
        deadline=schedules.nearest_deadline(conn, one.source_id, now.date()),
    )
    moment, why = next_check(one, facts, now)
    return replace(one, next_check_at=moment, why=why)


def _last_run(conn: sqlite3.Connection, source_id: int) -> dt.datetime | None:
    sql = "SELECT max(finished_at) FROM runs WHERE source_id = ? AND status <> 'interrupted'"
    (at,) = conn.execute(sql, (source_id,)).fetchone()
    return dt.datetime.fromisoformat(at) if at else None


def _plan_the_known(conn: sqlite3.Connection, now: dt.datetime) -> None:
    """Sources that were harvested before there was a worker: from their last harvest on."""
    for one in schedules.all_schedules(conn):
        if one.next_check_at is None and (last := _last_run(conn, one.source_id)) is not None:
            schedules.store(conn, _moved(conn, one, min(last, now)), now)


def _follow_the_clock(conn: sqlite3.Connection, now: dt.datetime) -> None:
    """Times that were planned by a clock which has been set back since would come days late."""
    for one in schedules.planned_after(conn, now + CLOCK_SLACK):
        moved = _moved(conn, one, now)
        schedules.store(conn, replace(moved, why=(("clock", {}), *moved.why)), now)
