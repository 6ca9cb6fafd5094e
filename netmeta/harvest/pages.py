"""Pages: what a spider makes of one answer is taken in as a whole, or not at all.

The spider's callback runs to its end before any of its items is used, and everything happens
without giving the event loop a turn. So whatever is stored of a page is all of it: its record, its
links, how it was found, and that it is done. (Of a page whose items a limit refuses, the links may
stay: it is read again, and asks for them no second time.)
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from netmeta.catalogue.stored import utc
from netmeta.errors import StorageError
from netmeta.harvest import failures
from netmeta.harvest.failures import BUSY, STOPPED
from netmeta.harvest.frontier_requests import ID, host
from netmeta.harvest.hosts import MAX_DELAY_S

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from netmeta.harvest.spider import SourceSpider
    from netmeta.model import Item

log = logging.getLogger(__name__)

CALLBACK = "callback"
"""Under this key of its meta a request carries the name of the spider's method for its answer."""


class Pages:
    """Takes in the answers to the requests of one crawl.

    Args:
        add: puts a request of the spider into the frontier; not needed where there are none.
    """

    def __init__(
        self,
        crawler: Crawler,
        spider: SourceSpider,
        add: Callable[[Request], object] = lambda request: None,
    ) -> None:
        self._crawler, self._spider, self._job, self._add = crawler, spider, spider.job, add
        self._stopping: asyncio.Task[None] | None = None

    def take(self, response: Response) -> None:
        """The answer to a request."""
        request = response.request
        assert request is not None
        name = request.meta[CALLBACK]
        self._page(request, lambda: getattr(self._spider, name)(response, **request.cb_kwargs))

    def refuse(self, failure: Failure) -> None:
        """The errback of every request."""
        assert failure.value is not None
        request = cast(Request, failure.request)  # type: ignore[attr-defined]  # set by Scrapy
        words = failures.reason(failure.value)
        if words == STOPPED:
            self._job.frontier.give_back(request.meta[ID])
        elif words in BUSY and self._postponed(request, words):
            self._job.arrived()
        else:
            self._page(request, lambda: self._spider.failed(failure))

    def _postponed(self, request: Request, words: str) -> bool:
        """Leave a request in the frontier for the time that its host named, if that is far; a
        later harvest goes on with it then."""
        job = self._job
        until = job.hosts.until(host(request.url))
        soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=MAX_DELAY_S)
        if until is None or until <= soon or not job.frontier.durable:
            return False
        log.info("%s: %s: %s, until %s", job.source.name, request.url, words, until)
        job.postponed[words] += 1
        if request.meta.get("start"):
            job.start_failed = words
        job.frontier.give_back(request.meta[ID], utc(until))
        return True

    def _page(self, request: Request, read: Callable[[], Iterable[Any] | None]) -> None:
        items: list[Any] = []
        try:
            for one in read() or ():
                if isinstance(one, Request):
                    self._add(one)  # at once: a sitemap may name 50,000
                else:
                    items.append(one)
        except Exception as error:  # noqa: BLE001 - a page that breaks a spider is one page
            self._broke(request, error)
        taken = [self.item(one) for one in items]
        if all(taken):
            self._job.keep()
            self._job.frontier.done(request.meta[ID])
        else:
            self._job.drop()
            self._job.frontier.give_back(request.meta[ID])
        self._job.arrived()

    def item(self, item: Item) -> bool:
        """Hand an item to the job; False if it was not taken, because the harvest is to end."""
        job = self._job
        taken = False
        try:
            taken = job.accept(item)
        except StorageError as error:
            job.broken = error
        except Exception as error:  # noqa: BLE001 - one entry must not end the harvest
            job.refuse(error)
            return True
        if taken:
            self._spider.taken(item)
        if (job.full or job.broken) and self._stopping is None:
            self._stopping = asyncio.ensure_future(self._crawler.stop_async())
        return taken

    def _broke(self, request: Request, error: Exception) -> None:
        """A callback broke on one page: our defect, counted and told, with the page's address."""
        job = self._job
        log.error(
            "%s: the spider broke on %s: %r", job.source.name, request.url, error,
            exc_info=error if log.isEnabledFor(logging.DEBUG) else None,
        )  # fmt: skip
        job.failures[f"spider error: {type(error).__name__}"] += 1
        self._spider.unread(request)
