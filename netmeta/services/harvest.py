"""Harvest: sources -> items -> records -> catalogue -> index.

Many sources run in one event loop with one writer. Each source is its own run in the ledger; a
portal that fails is a result, not an end.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from netmeta.catalogue import (
    Catalogue,
    RecordWriter,
    SourceStatus,
    Visits,
    harvest_lock,
    visits,
)
from netmeta.catalogue.drift import Keeper
from netmeta.catalogue.schedules import keep_advice
from netmeta.characters import whole
from netmeta.config import Config
from netmeta.errors import NotDeliveredError, StorageError, UsageError
from netmeta.harvest.hosts import Hosts
from netmeta.harvest.job import HarvestJob
from netmeta.model import Item, Record, RunStatus
from netmeta.services.arrivals import Arrivals
from netmeta.services.normalising import read_item
from netmeta.services.notifying import notify
from netmeta.services.reindex import IndexReport, update_index
from netmeta.services.verdicts import judged
from netmeta.services.walks import Walks
from netmeta.texts import t
from netmeta.vocabularies import Vocabularies, load

if TYPE_CHECKING:
    from netmeta.harvest.oai import ListStep


class HarvestInterrupted(KeyboardInterrupt):
    """Ctrl-C, after the pages under way have come in and were stored.

    Attributes:
        remaining: {source: pages that the next harvest is to ask for}, known of those that began.
    """

    def __init__(self, remaining: Mapping[str, int]) -> None:
        super().__init__()
        self.remaining = dict(remaining)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceResult:
    """What became of one source: the line of the ledger, fill rates, and problems by field."""

    source: str
    run: int
    status: RunStatus
    reason: str | None
    counts: Mapping[str, int]
    fields: Mapping[str, float]
    """{field: share of the run's records in which it was filled}, 0..1."""
    problems: tuple[Mapping[str, Any], ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestReport:
    """Results by source in the order they were asked for, and what the index update did.

    `untold`: why people could not be told that sources fell sick or are well again.
    """

    results: tuple[SourceResult, ...]
    index: IndexReport | None
    dry_run: bool
    untold: str | None = None

    @property
    def status(self) -> RunStatus:
        """The whole: "ok" if every source was, "failed" if none could be read, else "degraded"."""
        statuses = {result.status for result in self.results}
        if statuses <= {"ok"}:
            return "ok"
        return "failed" if statuses == {"failed"} else "degraded"

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"status": self.status, **asdict(self)}


def harvest(
    catalogue: Catalogue,
    config: Config,
    names: Sequence[str] = (),
    *,
    full: bool = False,
    limit: int | None = None,
    dry_run: bool = False,
    force: bool = False,
    expected: Mapping[str, int] | None = None,
    progress: Callable[[HarvestJob], None] = lambda job: None,
) -> HarvestReport:
    """Harvest sources and bring the index up to date.

    Args:
        names: of the sources; none means all that are not paused.
        full: fetch everything anew, whatever the server says has not changed.
        limit: items a source.
        dry_run: read and normalise, but write nothing.
        force: believe the portals: records that they no longer have go, however many, and fields
            that they no longer show are cleared.
        expected: {name: items}, where that is known; passed on to `progress`.
        progress: called after each page and item.

    Raises:
        UnknownSourceError, UsageError: a name is unknown, or there is nothing to harvest.
        LockedError: another process is writing the catalogue.
        StorageError: the catalogue cannot be written; what was written before stays.
        HarvestInterrupted: after Ctrl-C.
    """
    sources = chosen(catalogue, names)
    options = Options(full, limit, progress, expected or {}, force)
    if dry_run:
        return Harvesting(catalogue, config, sources, options).run()
    with harvest_lock(catalogue.path, task="netmeta harvest"):
        catalogue.close_abandoned_runs()
        keeper = Keeper(catalogue.conn, force=force)
        with RecordWriter(catalogue, keeper=keeper) as writer:
            report = Harvesting(catalogue, config, sources, options, writer, keeper).run()
        catalogue.checkpoint()
        index = update_index(catalogue, config)
        untold = _tell(catalogue, config)
    return HarvestReport(results=report.results, index=index, dry_run=False, untold=untold)


def _tell(catalogue: Catalogue, config: Config) -> str | None:
    """Tell people which sources fell sick; returns why they could not be told."""
    try:
        notify(catalogue, config)
    except NotDeliveredError as error:
        return str(error)
    return None


def chosen(catalogue: Catalogue, names: Sequence[str]) -> list[SourceStatus]:
    """The sources of these names; without names all that can be fetched and are not paused.

    Raises: UnknownSourceError, UsageError if there is none.
    """
    if names:
        return [catalogue.source_status(name) for name in dict.fromkeys(names)]
    found = [s for s in catalogue.sources() if not s.source.paused and s.source.kind != "jsonl"]
    if not found:
        raise UsageError(
            t("There is no source to harvest"), cure=t("Add one with `netmeta source add URL`.")
        )
    return found


@dataclass(frozen=True, slots=True)
class Options:
    """What `harvest` was told."""

    full: bool = False
    limit: int | None = None
    progress: Callable[[HarvestJob], None] = lambda job: None
    expected: Mapping[str, int] = field(default_factory=dict)
    force: bool = False


class Harvesting:
    """State of one harvest; `writer` and `keeper` are None on a dry run."""

    def __init__(
        self,
        catalogue: Catalogue,
        config: Config,
        chosen: Sequence[SourceStatus],
        options: Options,
        writer: RecordWriter | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        self.catalogue, self.config, self.writer = catalogue, config, writer
        self.keeper = keeper
        self.vocabularies: Vocabularies = load(catalogue.local_mappings())
        self.ids: dict[str, int] = {}
        self.began: dict[str, float] = {}
        self.results: dict[str, SourceResult] = {}
        self.hosts = Hosts()
        self.forced: set[str] = set()
        self.arrivals = Arrivals(catalogue, self.vocabularies)
        self.jobs: list[HarvestJob] = []
        self.walks = Walks(catalogue, self.ids, self.jobs)
        self.remaining: dict[str, int] = {}
        if writer is not None:
            writer.beside, writer.refused = self.walks, self.refused
        for status in chosen:
            self.add(status, options)

    def add(self, status: SourceStatus, options: Options) -> HarvestJob:
        """A further source. Raises: UsageError if there is nothing to fetch."""
        job = self._job(status, options)
        self.ids[status.source.name] = status.id
        if options.force:
            self.forced.add(status.source.name)
        self.jobs.append(job)
        return job

    def forget(self, job: HarvestJob) -> SourceResult:
        """What became of a job that is done, of which nothing is kept any more."""
        name = job.source.name
        self.jobs.remove(job)
        self.forced.discard(name)
        self.remaining.pop(name, None)
        del self.began[name], self.ids[name]
        if self.writer is not None and self.keeper is not None:
            self.writer.forget(job.run_id)
            self.keeper.forget(job.run_id)
        return self.results.pop(name)

    def run(self) -> HarvestReport:
        """Crawl all jobs; a source that never came to its turn is closed as interrupted."""
        # Here, because Scrapy takes most of a second to import and most commands never need it.
        from netmeta.harvest.crawl import crawl

        try:
            crawl(self.jobs, self.config, begin=self.begin, done=self.done, store=self.writer)
        except KeyboardInterrupt:
            self.close_what_began()
            raise HarvestInterrupted(self.remaining) from None
        finally:
            self.close_what_began()
        results = tuple(self.results[job.source.name] for job in self.jobs)
        return HarvestReport(results=results, index=None, dry_run=self.writer is None)

    def _job(self, status: SourceStatus, options: Options) -> HarvestJob:
        if status.source.kind == "jsonl":
            raise UsageError(
                t(
                    "{name} was imported from a file; there is nothing to fetch",
                    name=status.source.name,
                ),
                cure=t("Import the file again with `netmeta import`."),
            )
        return HarvestJob(
            source=status.source, run_id=0, sink=self.sink, progress=options.progress,
            limit=options.limit, expected=options.expected.get(status.source.name),
            visits=Visits(self.catalogue.conn, status.id), anew=options.full,
            learned=visits.learned(self.catalogue, status.id), hosts=self.hosts,
        )  # fmt: skip

    def begin(self, job: HarvestJob) -> None:
        name = job.source.name
        self.began[name] = time.perf_counter()
        self.hosts.wake()
        # A worker runs for weeks; a curator may have taught a word since the last source.
        self.vocabularies = self.arrivals.vocabularies = load(self.catalogue.local_mappings())
        if self.writer is not None:
            self.walks.begin(job)
            job.run_id = self.catalogue.start_run(self.ids[name])
            if name in self.forced and self.keeper is not None:
                self.keeper.forced.add(job.run_id)

    def sink(self, item: Item | ListStep, job: HarvestJob) -> None:
        source_id = self.ids[job.source.name]
        if not isinstance(item, Item):
            self.arrivals.take(item, job, source_id, self.writer)
            return
        identity = (item.external_id or "").strip()
        if self.writer is not None and identity:
            job.found.add(identity)
            self.writer.add_later(
                partial(self._read, item, job, source_id), source_id=source_id, run_id=job.run_id
            )
            return
        record = read_item(item, job.source, source_id, self.catalogue, self.vocabularies)
        job.found.add(record.external_id)
        if self.writer is not None:
            self.writer.add(record, source_id=source_id, run_id=job.run_id)

    def _read(self, item: Item, job: HarvestJob, source_id: int) -> Record | None:
        """The record of an item that was taken. Raises: StorageError."""
        try:
            return read_item(item, job.source, source_id, self.catalogue, self.vocabularies)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - one entry must not end the harvest
            job.items -= 1
            job.refuse(error)
            return None

    def refused(self, run_id: int | None, record: Record, error: Exception) -> None:
        """A record that the catalogue cannot hold: our defect; counted, and kept as it was read."""
        for job in self.jobs:
            if job.run_id == run_id:
                job.items -= 1
                job.refuse(error)
        read = record.raw.to_json() if record.raw is not None else record.title
        told = whole((record.url, f"{type(error).__name__}: {error}", read))
        self.catalogue.reject([told], run_id=run_id)

    def done(self, job: HarvestJob, *, interrupted: bool = False) -> None:
        """Close the run of a job, with its verdict."""
        name = job.source.name
        if self.writer is not None:
            job.keep()  # what the spider's end left to remember
            self.writer.settle(job.run_id)
        now = self.catalogue.now()
        status, reason = ("interrupted", t("interrupted")) if interrupted else verdict(job, now)
        counts = job.counts()
        if self.writer is not None:
            tally = self.writer.tallies.get(job.run_id)
            counts |= {str(k): n for k, n in tally.outcomes.items()} if tally else {}
            if job.learned:
                visits.remember_learned(self.catalogue, self.ids[name], job.learned)
            force = name in self.forced
            if force:
                counts["forced"] = 1
            if not interrupted:
                status, reason = judged(
                    self.catalogue, self.config, job, (status, reason), counts, force=force
                )
            if job.advice is not None or job.not_before is not None:
                keep_advice(self.catalogue, self.ids[name], job.advice, job.not_before)
            if remaining := self.walks.end(job):
                counts["remaining"] = self.remaining[name] = remaining
            self.catalogue.finish_run(job.run_id, status=status, reason=reason, counts=counts)
        self.results[name] = SourceResult(
            source=name,
            run=job.run_id,
            status=status,
            reason=reason,
            counts=counts,
            fields=self._fill_rates(job),
            problems=tuple(self.catalogue.run_problems(job.run_id)),
            seconds=time.perf_counter() - self.began[name],
        )

    def close_what_began(self) -> None:
        """After an interruption: close what had begun and was not done."""
        for job in self.jobs:
            if job.source.name in self.began and job.source.name not in self.results:
                self.done(job, interrupted=True)

    def _fill_rates(self, job: HarvestJob) -> dict[str, float]:
        rows = self.catalogue.run_fields(job.run_id)
        return {name: filled / total for name, (filled, total) in rows.items() if total}


DEAD_LINKS: Final = 0.05
"""A portal may link to pages that are no more; beyond this share something else is wrong."""


def verdict(job: HarvestJob, now: dt.datetime) -> tuple[RunStatus, str | None]:
    """The status of a finished job and the reason in words, over the whole of its walk.

    A run that finds nothing is never "ok", unless the server said that nothing has changed; nor is
    one that left pages for a time which their server named.
    """
    if job.start_failed and not job.items:
        return "failed", t(job.start_failed)
    walk = job.over_the_walk()
    failures = Counter(walk["failures"])
    if failures["HTTP 404"] + failures["HTTP 410"] <= DEAD_LINKS * max(walk["pages"], 1):
        del failures["HTTP 404"], failures["HTTP 410"]
    reasons = [*walk["warnings"], *(f"{t(words)} ({n})" for words, n in failures.most_common(5))]
    waiting, first = job.frontier.postponed(now)
    if first is not None:
        until = first.astimezone().strftime("%d.%m.%Y %H:%M")
        reasons.append(
            t("{n} pages wait: their server asks for it until {time}", n=waiting, time=until)
        )
    if not walk["items"] and not walk["not_modified"]:
        return ("failed" if walk["failures"] else "degraded"), "; ".join(
            reasons or [t("nothing found")]
        )
    return ("degraded", "; ".join(reasons)) if reasons else ("ok", None)
