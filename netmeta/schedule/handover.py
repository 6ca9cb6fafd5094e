"""`netmeta harvest` beside a running worker: the request is handed to it, its progress followed.

There is one harvesting process of a catalogue; whoever wants a harvest meanwhile asks that one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from netmeta.catalogue import Catalogue, jobs
from netmeta.catalogue.jobs import Job
from netmeta.config import Config
from netmeta.errors import PartialError
from netmeta.harvest.job import HarvestJob
from netmeta.model import RunStatus
from netmeta.schedule.planning import trigger
from netmeta.schedule.presence import working
from netmeta.services.harvest import HarvestReport, SourceResult, chosen
from netmeta.texts import t

if TYPE_CHECKING:
    from netmeta.model import Item

LOOK_S: Final = 0.3


def hand_over(
    catalogue: Catalogue,
    config: Config,
    names: Sequence[str],
    *,
    options: Mapping[str, Any],
    progress: Callable[[HarvestJob], None] = lambda job: None,
) -> HarvestReport:
    """Ask the worker for harvests, and wait until they are done.

    Args:
        names: of the sources; none means all that are not paused.
        options: full, limit, force; a job that has begun already keeps its own.
        progress: called with what the worker says of each source, about three times a second.

    Raises:
        UnknownSourceError, UsageError: a name is unknown, or there is nothing to harvest.
        PartialError: the worker ended before it was done; the next one does what is left.
    """
    sources = [status.source for status in chosen(catalogue, names)]
    asked = [
        trigger(catalogue, one.name, asked_by="harvest", options=options)[0] for one in sources
    ]
    shown = {
        job.id: HarvestJob(source=source, run_id=0, sink=_nothing)
        for job, source in zip(asked, sources, strict=True)
    }
    waiting = dict(shown)
    while waiting:
        for id, line in list(waiting.items()):
            job = jobs.job(catalogue.conn, id)
            line.items = job.progress.get("items", 0)
            line.pages = job.progress.get("pages", 0)
            progress(line)
            if job.finished_at is not None:
                del waiting[id]
        if waiting and working(config) is None:
            raise PartialError(
                t("The worker has ended; {n} harvests are still to be done", n=len(waiting)),
                cure=t("The next worker does them; see `netmeta schedule history`."),
            )
        if waiting:
            time.sleep(LOOK_S)
    results = tuple(_result(catalogue, jobs.job(catalogue.conn, id)) for id in shown)
    return HarvestReport(results=results, index=None, dry_run=False)


def _nothing(item: Item, job: HarvestJob) -> None:
    """Items come in elsewhere."""


def _result(catalogue: Catalogue, job: Job) -> SourceResult:
    """What the ledger says of a job that is done."""
    run = job.run or 0
    fields = catalogue.run_fields(run)
    assert job.started_at is not None
    assert job.finished_at is not None
    return SourceResult(
        source=job.source or "",
        run=run,
        status=cast(RunStatus, job.status),
        reason=job.result.get("reason"),
        counts=job.result.get("counts", {}),
        fields={name: filled / total for name, (filled, total) in fields.items() if total},
        problems=tuple(catalogue.run_problems(run)),
        seconds=(job.finished_at - job.started_at).total_seconds(),
    )
