"""Doing one job: a harvest of one source, or a chore; called by the engine, again after a crash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from netmeta.catalogue import Catalogue, jobs
from netmeta.catalogue.jobs import Job
from netmeta.config import Config
from netmeta.errors import NetmetaError
from netmeta.schedule.chores import AFTER_A_HARVEST, chore
from netmeta.schedule.harvesting import Harvests, StoppedError
from netmeta.schedule.logs import say
from netmeta.schedule.planning import settle
from netmeta.texts import Language, set_language

DONE: Final = frozenset({"ok", "degraded", "failed"})
"""Statuses of a run that came to its end."""

PUT_BACK: Final = "put back"
"""What the engine is told of a job that the end of the worker cut short: it stays open in the
catalogue, and the next worker gives it to the engine anew."""


class Doing:
    """Does jobs by number.

    Every state of a job is in the catalogue before the engine hears of it, so that being called
    again for the same job finds out how far it came.
    """

    def __init__(self, config: Config, harvests: Harvests) -> None:
        self._config, self._harvests = config, harvests

    def do(self, id: int) -> str:
        """Do a job; returns what became of it, for the engine's own records."""
        language: Language = self._config.language
        set_language(language)  # reasons are written for people; threads of the engine know none
        with Catalogue(self._config.db) as catalogue:
            if self._harvests.stopping:
                return PUT_BACK
            with catalogue.transaction() as conn:
                job = jobs.begin(conn, catalogue.now_text(), id)
            if job is None:
                return "forgotten"
            if job.finished_at is not None:
                return job.status or ""
            say("job.started", job=id, kind=job.kind, source=job.source, attempt=job.attempts)
            try:
                status, result = self._done(catalogue, job)
            except StoppedError:
                say("job.put_back", job=id, kind=job.kind, source=job.source)
                return PUT_BACK
            except NetmetaError as error:
                status, result = "failed", {"reason": str(error)}
            self._close(catalogue, job, status, result)
        return status

    def _done(self, catalogue: Catalogue, job: Job) -> tuple[str, Mapping[str, Any]]:
        if job.kind == "harvest" and job.source is not None:
            return self._harvested(catalogue, job, job.source)
        known = chore(job.kind)
        if known is None:  # asked for by a netmeta that knew more
            return "failed", {"reason": f"unknown kind of job {job.kind}"}
        return "ok", known.do(catalogue, self._config, self._harvests.errand)

    def _harvested(
        self, catalogue: Catalogue, job: Job, source: str
    ) -> tuple[str, Mapping[str, Any]]:
        if job.run is not None:  # before a crash: its run may have come to its end
            before = catalogue.run(job.run)
            if before.status in DONE:
                return before.status, {"reason": before.reason, "counts": dict(before.counts)}
        result = self._harvests.harvest(source, job.options, turn=job.id)
        if result.status == "interrupted":
            raise StoppedError
        return result.status, {
            "reason": result.reason, "counts": dict(result.counts), "seconds": result.seconds,
        }  # fmt: skip

    def _close(
        self, catalogue: Catalogue, job: Job, status: str, result: Mapping[str, Any]
    ) -> None:
        with catalogue.transaction() as conn:
            jobs.finish(conn, catalogue.now_text(), job.id, status=status, result=result)
            if job.source_id is not None:
                settle(conn, job.source_id, status, catalogue.now())
                for kind in AFTER_A_HARVEST:
                    jobs.ask(
                        conn, catalogue.now_text(), kind, asked_by="schedule", why=(("news", {}),)
                    )
        counts = result.get("counts", {})
        say(
            "job.done", job=job.id, kind=job.kind, source=job.source, status=status,
            reason=result.get("reason"), seconds=result.get("seconds"),
            **{name: counts[name] for name in ("new", "changed", "pages") if name in counts},
        )  # fmt: skip
