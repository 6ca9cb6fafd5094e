"""The downloader: the guards around one download handler, and nothing else.

Scrapy's own hands each request through slots, queues and six signals that nobody here listens to,
and each answer through a scraper made for spider middlewares and pipelines that we do not have:
more than half of what fetching costs. Here a request is one task, and its answer goes straight to
`Pages`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Final

from scrapy import Request, signals
from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.exceptions import NotSupported
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.defer import deferred_from_coro

from netmeta.harvest.frontier_requests import ID, host
from netmeta.harvest.guards.download import GuardedHandler

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred

ANSWER: Final = "answer"
"""Under this key of its meta a request that is answered goes back to the scheduler."""

Guard = Callable[..., Any]


class Downloader:
    """Fetches the requests of one crawl (Scrapy's setting DOWNLOADER).

    Attributes:
        active: requests under way.
    """

    def __init__(self, crawler: Crawler) -> None:
        guards = DownloaderMiddlewareManager.from_crawler(crawler)
        self._before = [(one, iscoroutinefunction(one)) for one in _of(guards, "process_request")]
        self._after = _of(guards, "process_response")
        self._mending = _of(guards, "process_exception")
        self._most = crawler.settings.getint("CONCURRENT_REQUESTS")
        self._most_of_host = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._handler = GuardedHandler(crawler)
        self.active: set[Request] = set()
        crawler.signals.connect(self._handler.close, signals.engine_stopped)

    def fetch(self, request: Request) -> Deferred[Response | Request]:
        """A response; another request, which goes to the scheduler: a redirect, a retry, or the
        request itself with its `ANSWER`; or an exception, which goes to its errback."""
        self.active.add(request)
        fetching: Deferred[Response | Request] = deferred_from_coro(self._fetch(request))
        # Not where `_fetch` ends, which is a turn of the event loop before its answer is taken:
        # the engine would find nothing under way and nothing waiting, and close the spider.
        return fetching.addBoth(self._over, request)

    def needs_backout(self) -> bool:
        """Whether enough is under way."""
        return len(self.active) >= self._most

    def close(self) -> None:
        """Nothing is left to close: the engine stops the handler last."""

    def _over(self, result: Any, request: Request) -> Any:
        self.active.remove(request)
        return result

    async def _fetch(self, request: Request) -> Response | Request:
        answer = await self._guarded(request)
        if isinstance(answer, Request) or ID not in request.meta:  # robots.txt is asked for
            return answer
        if answer.status // 100 != 2 and answer.status not in request.meta.get(
            "handle_httpstatus_list", ()
        ):
            raise HttpError(answer)
        answer.request = request
        request.meta[ANSWER] = answer
        return request

    async def _guarded(self, request: Request) -> Response | Request:
        """Ask, through all guards."""
        try:
            for guard, waits in self._before:
                made = guard(request=request)
                if waits:
                    await made
            answer: Response | Request = await self._ask(request)
        except Exception as error:  # noqa: BLE001 - whatever it is, the guards are to know
            answer = self._mended(request, error)
        for guard in self._after:
            if isinstance(answer, Request):
                break
            answer = guard(request=request, response=answer)
        return answer

    def _mended(self, request: Request, error: Exception) -> Request:
        """Another attempt, if some guard wants one. Raises: the error itself."""
        for guard in self._mending:
            again: Request | None = guard(request=request, exception=error)
            if again is not None:
                return again
        raise error

    async def _ask(self, request: Request) -> Response:
        """Raises: NotSupported for anything but http and https; else as the handler."""
        if not request.url.startswith(("http://", "https://")):
            raise NotSupported(request.url)
        at = host(request.url)
        turn = self._turns.get(at)
        if turn is None:
            turn = self._turns[at] = asyncio.Semaphore(self._most_of_host)
        async with turn:
            return await self._handler.download_request(request)


def _of(guards: DownloaderMiddlewareManager, method: str) -> list[Guard]:
    """That method of each guard which has it, in the order in which they are to be called."""
    return [one for one in guards.methods[method] if one is not None]
