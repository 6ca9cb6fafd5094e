"""Harvests as they are wished for: many sources in one event loop with one writer, and new ones taken
in while others are under way. This is how a worker harvests."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from netmeta.catalogue import Catalogue, RecordWriter, harvest_lock
from netmeta.catalogue.drift import Keeper
from netmeta.config import Config
from netmeta.errors import NetmetaError, UsageError
from netmeta.harvest.job import HarvestJob
from netmeta.model import Item, Source
from netmeta.services.harvest import Harvesting, HarvestInterrupted, Options, SourceResult

CHECKPOINT_S: Final = 60.0
"""Between two checkpoints, while harvest follows harvest: the log must not grow for days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One source that is to be harvested; see `services.harvest.harvest` for the options.

    `told` is called once, in the thread of the event loop, with what became of it.
    """

    source: str
    told: Callable[[SourceResult | NetmetaError], None]
    full: bool = False
    limit: int | None = None
    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Requests that are no harvest: of a source that is in no catalogue. They keep the pace of the
    hosts together with the harvests beside them. `told` as in `Wish`."""

    source: Source
    told: Callable[[HarvestJob], None]


def harvest_wishes(
    catalogue: Catalogue,
    config: Config,
    wishes: Callable[[], Awaitable[Wish | Errand | None]],
    *,
    task: str,
    progress: Callable[[HarvestJob], None] = lambda job: None,
) -> None:
    """Harvest what is wished for, as it comes.

    Args:
        wishes: awaited for one after another, until it gives None; never two of one source at the
            same time.
        task: what is done, in words for whoever meets the lock.
        progress: called after each page and item.

    Raises:
        LockedError: another process is writing the catalogue.
        StorageError: the catalogue cannot be written. Whoever was not told of a wish then has to
            wish again.
        HarvestInterrupted: after Ctrl-C; those under way were told so.
    """
    with harvest_lock(catalogue.path, task=task):
        catalogue.close_abandoned_runs()
        keeper = Keeper(catalogue.conn)
        with RecordWriter(catalogue, keeper=keeper) as writer:
            harvesting = Harvesting(catalogue, config, (), Options(), writer, keeper)
            _Wishes(harvesting, wishes, progress).run(writer)
        catalogue.checkpoint()


class _Wishes:
    """Wishes beside the harvest that fulfils them."""

    def __init__(
        self,
        harvesting: Harvesting,
        wishes: Callable[[], Awaitable[Wish | Errand | None]],
        progress: Callable[[HarvestJob], None],
    ) -> None:
        self._harvesting, self._wishes, self._progress = harvesting, wishes, progress
        self._open: dict[str, Wish] = {}
        self._errands: dict[str, Errand] = {}
        self._checkpoint = time.monotonic()

    def run(self, writer: RecordWriter) -> None:
        from netmeta.harvest.crawl import crawl

        one = self._harvesting
        try:
            crawl((), one.config, begin=self.begin, done=self.done, store=writer, more=self.more)
        except KeyboardInterrupt:
            remaining = dict(one.remaining)
            for job in [job for job in one.jobs if job.source.name in one.began]:
                one.done(job, interrupted=True)
                remaining |= one.remaining
                self._tell(job)
            raise HarvestInterrupted(remaining) from None

    async def more(self) -> HarvestJob | None:
        while (wish := await self._wishes()) is not None:
            if isinstance(wish, Errand):
                self._errands[wish.source.name] = wish
                return HarvestJob(
                    source=wish.source, run_id=0, sink=_nothing, hosts=self._harvesting.hosts
                )
            options = Options(wish.full, wish.limit, self._progress, force=wish.force)
            try:
                status = self._harvesting.catalogue.source_status(wish.source)
                job = self._harvesting.add(status, options)
            except UsageError as error:  # it was removed since
                wish.told(error)
                continue
            self._open[wish.source] = wish
            return job
        return None

    def begin(self, job: HarvestJob) -> None:
        if job.source.name not in self._errands:
            self._harvesting.begin(job)

    def done(self, job: HarvestJob) -> None:
        errand = self._errands.pop(job.source.name, None)
        if errand is not None:
            errand.told(job)
            return
        self._harvesting.done(job)
        self._tell(job)
        if time.monotonic() - self._checkpoint > CHECKPOINT_S:
            self._harvesting.catalogue.checkpoint()
            self._checkpoint = time.monotonic()

    def _tell(self, job: HarvestJob) -> None:
        wish = self._open.pop(job.source.name)
        wish.told(self._harvesting.forget(job))


def _nothing(item: Item, job: HarvestJob) -> None:
    """Errands bring no items."""
