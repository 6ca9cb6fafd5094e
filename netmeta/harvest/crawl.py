"""Runs the spiders of many sources in one event loop, without a Twisted reactor.

One source that fails to start, or whose spider breaks, is its own result and nobody else's.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final
from urllib.parse import urlsplit

from scrapy import Spider, signals
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings
from twisted.python.failure import Failure

from netmeta.config import Config
from netmeta.errors import NetmetaError, StorageError
from netmeta.harvest.job import HarvestJob
from netmeta.harvest.registry import spider_class
from netmeta.harvest.settings import scrapy_settings
from netmeta.harvest.spider import SourceSpider

log = logging.getLogger(__name__)

# Scrapy warns at each start that its aiohttp handler is experimental; that is known and measured.
logging.getLogger("scrapy.core.downloader.handlers._base_streaming").setLevel(logging.ERROR)

TICK_S: Final = 0.25
"""A killed process loses so much work; a transaction without waiting for the disk is a third of a
millisecond."""

_LOOPBACK = ("127.", "localhost", "[::1]")


def crawl(
    jobs: Iterable[HarvestJob],
    config: Config,
    *,
    begin: Callable[[HarvestJob], None],
    done: Callable[[HarvestJob], None],
    tick: Callable[[], None],
) -> None:
    """Harvest all jobs, `config.concurrency` at a time; blocks until the last is done.

    Args:
        begin: called as each job's turn comes.
        done: called as each job ends by itself, well or badly; not for one that is interrupted.
        tick: called every `TICK_S` (the writer flushes what it has).

    Raises:
        StorageError: what `done`, `tick` or a job's sink raised; the other jobs are stopped.
        KeyboardInterrupt: after Ctrl-C, when the pages under way have come in.
    """
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        try:
            runner.run(_crawl_all(list(jobs), config, begin, done, tick))
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
    tick: Callable[[], None],
) -> None:
    runner = AsyncCrawlerRunner(Settings(scrapy_settings(config)))
    turns = asyncio.Semaphore(config.concurrency)

    async def one(job: HarvestJob) -> None:
        async with turns:
            begin(job)
            await _crawl_one(runner, job, config)
            done(job)

    async def ticking() -> None:
        while True:
            await asyncio.sleep(TICK_S)
            tick()

    async with _until_done(ticking), asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(one(job))


@contextlib.asynccontextmanager
async def _until_done(ticking: Callable[[], Awaitable[None]]) -> Any:
    clock = asyncio.ensure_future(ticking())
    try:
        yield
    finally:
        clock.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await clock


async def _crawl_one(runner: AsyncCrawlerRunner, job: HarvestJob, config: Config) -> None:
    try:
        crawler = runner.create_crawler(spider_class(job.source.spider or "feed"))
    except NetmetaError as error:
        job.start_failed = str(error)
        return
    job.delay_s = _delay_s(job, config)
    broken: list[StorageError] = []
    crawler.signals.connect(_spider_error(job), signals.spider_error, weak=False)
    crawler.signals.connect(_item_error(job, crawler, broken), signals.item_error, weak=False)
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
    if broken:
        raise broken[0]


def _delay_s(job: HarvestJob, config: Config) -> float:
    """Seconds between requests: the source's own, else the configured; none on this machine."""
    if "delay_s" in job.source.options:
        return float(job.source.options["delay_s"])
    netloc = urlsplit(job.source.url).netloc
    return 0.0 if netloc.startswith(_LOOPBACK) else config.delay_s


def _spider_error(job: HarvestJob) -> Callable[..., None]:
    def count(failure: Failure, response: Any, spider: Spider) -> None:
        """A callback broke on one page: our defect, counted and told, with the page's address."""
        log.error(
            "%s: the spider broke on %s: %r", job.source.name, response.url, failure.value,
            exc_info=failure.value if log.isEnabledFor(logging.DEBUG) else None,
        )  # fmt: skip
        job.failures[f"spider error: {type(failure.value).__name__}"] += 1
        if isinstance(spider, SourceSpider) and response.request is not None:
            spider.unread(response.request)

    return count


def _item_error(
    job: HarvestJob, crawler: Crawler, broken: list[StorageError]
) -> Callable[..., None]:
    def stop(failure: Failure, **_: Any) -> None:
        """The sink refused an item: storage that fails ends the run, anything else is counted."""
        if isinstance(failure.value, StorageError):
            broken.append(failure.value)
            asyncio.ensure_future(crawler.stop_async())  # noqa: RUF006 - the crawl awaits its end
        else:
            log.error("%s: an item could not be stored: %r", job.source.name, failure.value)
            job.failures[f"item error: {type(failure.value).__name__}"] += 1

    return stop
