"""FrontierScheduler: Scrapy's scheduler on the frontier of a source.

A few requests are leased at a time, the most urgent ones, and lie in a heap; what a spider adds
goes there too if it is more urgent than what waits in SQL. A request whose attempt failed keeps
its lease and waits for its time.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import heapq
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

from netmeta.catalogue.frontier import Waiting
from netmeta.harvest.downloader import ANSWER
from netmeta.harvest.frontier_requests import ID, MAX_CHARS, TRIED, WAIT, from_json, host, to_json
from netmeta.harvest.hosts import MAX_DELAY_S
from netmeta.harvest.pages import CALLBACK, Pages
from netmeta.harvest.spider import SourceSpider

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

WINDOW: Final = 64
"""Requests leased at a time."""

LOW: Final = 16
"""When fewer than so many are left, the next ones are leased."""

_NONE: Final = -1_000_000
"""Lower than any priority."""


class _Entry(NamedTuple):
    """In the heap: the most urgent first, then the one found first."""

    urgency: int
    id: int
    waiting: Waiting | None
    attempt: Request | None
    """A redirect or a retry."""


class FrontierScheduler(BaseScheduler):
    """Hands out the requests of one source."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._heap: list[_Entry] = []
        self._delayed: dict[int, asyncio.TimerHandle] = {}
        self._more = True
        self._best_left = _NONE
        """No request that waits outside the heap (`_more`) has a higher priority."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Begin with what the frontier holds."""
        self._spider = cast(SourceSpider, spider)
        self._job = self._spider.job
        self._pages = Pages(self._crawler, self._spider, self._add)
        self._refill()

    def close(self, reason: str) -> None:
        """Give back what was leased and not asked for."""
        for timer in self._delayed.values():
            timer.cancel()
        for id in [*self._delayed, *(entry.id for entry in self._heap)]:
            self._job.frontier.give_back(id)
        self._heap, self._delayed, self._more = [], {}, False

    def has_pending_requests(self) -> bool:
        if not self._heap and self._more:
            self._refill()
        return bool(self._heap or self._delayed)

    def next_request(self) -> Request | None:
        """The most urgent request; None if there is none, or none whose time has come."""
        if self._more and len(self._heap) < LOW:
            self._refill()
        if not self._heap:
            return None
        entry = heapq.heappop(self._heap)
        if entry.attempt is not None:
            return entry.attempt
        assert entry.waiting is not None
        return self._request(entry.waiting)

    def enqueue_request(self, request: Request) -> bool:
        """A request of the spider's start, another attempt of one that is under way, or one that
        is answered (see `Downloader`)."""
        if (answer := request.meta.pop(ANSWER, None)) is not None:
            self._pages.take(answer)
            return True
        id = request.meta.get(ID)
        if id is None:
            added = self._add(request)
            self._job.keep()
            return added
        wait_s = 0.0 if self._delayed.pop(id, None) else self._wait_s(request, id)
        if wait_s > 0:
            self._delay(request, wait_s)
        else:
            heapq.heappush(self._heap, _Entry(-request.priority, id, None, request))
        return True

    # --- leases

    def _add(self, request: Request) -> bool:
        """Put a request of the spider into the frontier, and into the heap if it is urgent."""
        if len(request.url) > MAX_CHARS:
            self._job.skipped["address too long"] += 1
            return False
        urgent = not self._more or request.priority > self._best_left
        waiting = self._job.frontier.add(
            to_json(request),
            what=None if request.dont_filter else str(request.meta.get("what", request.url)),
            role=str(request.meta.get("role", "page")),
            priority=request.priority,
            host=host(request.url),
            lease=urgent,
        )
        if waiting is None:
            return False
        if urgent:
            heapq.heappush(self._heap, _Entry(-waiting.priority, waiting.id, waiting, None))
            if len(self._heap) > 2 * WINDOW:
                self._give_some_back()
        else:
            self._best_left = max(self._best_left, request.priority)
        return True

    def _give_some_back(self) -> None:
        entries = sorted(self._heap)
        self._heap = entries[:WINDOW]
        for entry in entries[WINDOW:]:
            if entry.attempt is not None:
                self._heap.append(entry)
                continue
            self._job.frontier.give_back(entry.id)
            self._best_left = max(self._best_left, -entry.urgency)
        self._more = True

    def _refill(self) -> None:
        wanted = WINDOW - len(self._heap)
        until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=MAX_DELAY_S)
        found = self._job.frontier.lease(wanted, until=until)
        if len(found) < wanted and self._job.frontier.unwritten():
            self._job.store()  # what is pending may not be in the table yet
            found += self._job.frontier.lease(wanted - len(found), until=until)
        for waiting in found:
            self._take(waiting)
        self._more = len(found) == wanted
        self._best_left = found[-1].priority if self._more else _NONE

    def _take(self, waiting: Waiting) -> None:
        """Put a leased request into the heap, now or when its time has come."""
        left_s = 0.0
        if waiting.not_before:
            now = dt.datetime.now(dt.UTC)
            left_s = (dt.datetime.fromisoformat(waiting.not_before) - now).total_seconds()
        if left_s > 0:
            self._delay(self._request(waiting), left_s)
        else:
            heapq.heappush(self._heap, _Entry(-waiting.priority, waiting.id, waiting, None))

    def _request(self, waiting: Waiting) -> Request:
        request, callback = from_json(waiting, errback=self._pages.refuse)
        request.meta[CALLBACK] = callback
        return request

    # --- further attempts

    def _wait_s(self, request: Request, id: int) -> float:
        """Seconds to wait before another attempt; a redirect goes on at once."""
        wait_s = request.meta.pop(WAIT, None)
        retried = request.meta.get("retry_times", 0)
        if wait_s is None and retried == request.meta.get(TRIED, 0):
            return 0.0
        request.meta[TRIED] = retried
        if wait_s is None:
            wait_s = self._job.delay_s * 2**retried
        wait_s = min(wait_s, MAX_DELAY_S)
        self._job.frontier.again(id, dt.datetime.now(dt.UTC) + dt.timedelta(seconds=wait_s))
        return float(wait_s)

    def _delay(self, request: Request, wait_s: float) -> None:
        """Take the request up again later; however the clock jumps, not much later."""
        assert self._crawler.engine is not None
        later = asyncio.get_running_loop().call_later
        again = self._crawler.engine.crawl  # which also wakes the engine
        self._delayed[request.meta[ID]] = later(min(wait_s, MAX_DELAY_S), again, request)
