"""Runs the spiders of many sources in one event loop, without a Twisted reactor.

One source that fails to start, or whose spider breaks, is its own result and nobody else's.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable
from functools import partial
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from twisted.python.failure import Failure

from index.collector import seldom_collected
from netmeta.catalogue.frontier import Frontier
from netmeta.config import Config
from netmeta.errors import NetmetaError
from netmeta.harvest.job import HarvestJob
from netmeta.harvest.registry import spider_class
from netmeta.harvest.settings import scrapy_settings

log = logging.getLogger(__name__)

# Scrapy warns that without its referer middleware it sends no Referer after a redirect: none is
# wanted.
logging.getLogger("scrapy.downloadermiddlewares.redirect").setLevel(logging.ERROR)

TICK_S: Final = 0.25
"""At the latest so long after a page came in it is stored."""

MOST_PAGES: Final = 200
"""So many pages are stored at once, at the most."""

SHARE: Final = 0.2
"""Of the time that storing may take by storing sooner than that, while sources are asked slowly and
this machine has little else to do: a killed process asks again for what it had not stored. A
transaction of one page takes a millisecond."""


class Store(Protocol):
    """Where records go."""

    def gather(self) -> None:
        """Make ready what has come in."""

    def flush(self) -> None:
        """Store it."""


More = Callable[[], Awaitable[HarvestJob | None]]

_LOOPBACK = ("127.", "localhost", "[::1]")


def crawl(
    jobs: Iterable[HarvestJob],
    config: Config,
    *,
    begin: Callable[[HarvestJob], None],
    done: Callable[[HarvestJob], None],
    store: Store | None = None,
    more: More | None = None,
) -> None:
    """Harvest all jobs, `config.concurrency` at a time; blocks until the last is done.

    Args:
        begin: called as each job's turn comes.
        done: called as each job ends by itself, well or badly; not for one that is interrupted.
        store: told to store what has come in: at most `TICK_S` after a page did, and whenever
            a job says `store`. Without it each job keeps its frontier to itself.
        more: awaited for one further job after another, until it gives None.

    Raises:
        StorageError, LockedError: what `done`, `store` or a job's sink raised; the other jobs are
            stopped.
        KeyboardInterrupt: after Ctrl-C, when the pages under way have come in.
    """
    with seldom_collected(), asyncio.Runner(loop_factory=_loop_factory()) as runner:
        try:
            runner.run(_crawl_all(list(jobs), config, begin, done, store, more))
        except BaseExceptionGroup as group:  # of the task group; one cause is what people need
            raise group.exceptions[0] from None


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # not built for Windows
        return None
    return uvloop.new_event_loop


async def _crawl_all(
    jobs: list[HarvestJob],
    config: Config,
    begin: Callable[[HarvestJob], None],
    done: Callable[[HarvestJob], None],
    store: Store | None,
    more: More | None,
) -> None:
    runner = AsyncCrawlerRunner(Settings(scrapy_settings(config)))
    turns = asyncio.Semaphore(config.concurrency)

    async def one(job: HarvestJob) -> None:
        async with turns:
            begin(job)
            await _crawl_one(runner, job, config)
            done(job)

    tasks: set[asyncio.Task[None]] = set()
    commits = _Commits(store, tasks) if store is not None else None

    async with asyncio.TaskGroup() as group:

        def start(work: Coroutine[Any, Any, None]) -> None:
            task = group.create_task(work)
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        def add(job: HarvestJob) -> None:
            if commits is not None:
                job.commit, job.arrived = commits.now, partial(commits.soon, job)
            start(one(job))

        async def take(more: More) -> None:
            while (job := await more()) is not None:
                add(job)

        for job in jobs:
            add(job)
        if more is not None:
            start(take(more))
    if commits is not None and commits.error is not None:
        raise commits.error


class _Commits:
    """When to store what has come in: the sooner the cheaper it is.

    Args:
        store: where it is stored.
        tasks: of the jobs, to be stopped when it cannot be stored.
    """

    def __init__(self, store: Store, tasks: Collection[asyncio.Task[None]]) -> None:
        self._store, self._tasks = store, tasks
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._last = self._spacing_s = 0.0
        self._pages = 0
        self.error: Exception | None = None

    def soon(self, job: HarvestJob) -> None:
        """A page has come in."""
        self._pages += 1
        if self._pages >= MOST_PAGES:
            self.now()
        elif self._timer is None:
            wait_s = self._spacing_s if job.delay_s else TICK_S
            self._timer = self._loop.call_at(self._last + wait_s, self.now)

    def now(self) -> None:
        """Store all that has come in."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._pages = None, 0
        if self.error is not None:
            return
        took_s = 0.0
        try:
            self._store.gather()  # takes as long whenever it is done
            began = time.thread_time()
            self._store.flush()
            took_s = time.thread_time() - began
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing can be stored
            self.error = error
            for task in list(self._tasks):
                task.cancel()
        self._last, self._spacing_s = self._loop.time(), min(took_s / SHARE, TICK_S)


async def _crawl_one(runner: AsyncCrawlerRunner, job: HarvestJob, config: Config) -> None:
    try:
        spider = spider_class(job.source.spider or "feed")
    except NetmetaError as error:
        job.start_failed = str(error)
        return
    crawler = runner.create_crawler(spider)
    job.delay_s = _delay_s(job, config)
    if not spider.resumes:
        job.frontier = Frontier()
    crawler.signals.connect(_spider_error(job), signals.spider_error, weak=False)
    crawling = runner.crawl(crawler, job=job)
    try:
        await asyncio.shield(crawling)
    except asyncio.CancelledError:
        job.interrupted = True  # before the wait: nobody must wait for a turn any more
        await crawler.stop_async()  # lets pages under way come in, so that they are kept
        await crawling
        raise
    except Exception as error:  # noqa: BLE001 - one broken spider must not end the others' runs
        log.error("%s: the spider could not run: %r", job.source.name, error)
        job.start_failed = f"spider error: {type(error).__name__}: {error}"
    if job.broken is not None:
        raise job.broken


def _delay_s(job: HarvestJob, config: Config) -> float:
    """Seconds between requests: the source's own, else the configured; none on this machine."""
    if "delay_s" in job.source.options:
        return float(job.source.options["delay_s"])
    netloc = urlsplit(job.source.url).netloc
    return 0.0 if netloc.startswith(_LOOPBACK) else config.delay_s


def _spider_error(job: HarvestJob) -> Callable[..., None]:
    def fail(failure: Failure, **_: Any) -> None:
        """The spider broke before it asked for anything (see `Pages` for what happens later)."""
        assert failure.value is not None
        log.error("%s: the spider could not start: %r", job.source.name, failure.value)
        job.start_failed = f"spider error: {type(failure.value).__name__}: {failure.value}"

    return fail
