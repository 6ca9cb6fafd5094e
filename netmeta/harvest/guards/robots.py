"""robots.txt: what it forbids is not fetched; a server that cannot say is taken to forbid.

RFC 9309: 4xx means there are no rules; 5xx or no answer means everything is disallowed until the
file can be read. Scrapy's own middleware allows everything in the latter case.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from netmeta.harvest import failures
from netmeta.harvest.failures import DOWNLOAD_ERRORS, FORBIDDEN, UNREADABLE
from netmeta.harvest.spider import SourceSpider
from netmeta.reading.charset import decode

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_NOTHING_FORBIDDEN = Protego.parse("")
_MAX_BYTES = 500 * 1024  # RFC 9309, 2.5: at least 500 KiB must be parsed; more need not be


class RobotsGuard:
    """Asks each host's robots.txt once a run, before the first page of the host."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent = str(crawler.settings["USER_AGENT"])
        self._rules: dict[str, asyncio.Task[Protego | str]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsGuard:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises: IgnoreRequest for what robots.txt forbids or does not tell."""
        if request.meta.get("is_robots"):
            return
        url = urlparse_cached(request)
        host = f"{url.scheme}://{url.netloc}"
        if host not in self._rules:
            self._rules[host] = asyncio.ensure_future(self._fetch(host))
        rules = await self._rules[host]
        if isinstance(rules, str):
            raise IgnoreRequest(rules)
        if not rules.can_fetch(request.url, self._agent):
            raise IgnoreRequest(FORBIDDEN)

    async def _fetch(self, host: str) -> Protego | str:
        """The rules of a host, or why nothing may be asked of it."""
        request = Request(
            f"{host}/robots.txt", priority=1000, meta={"is_robots": True}, callback=NO_CALLBACK
        )
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(request)
        except (IgnoreRequest, *DOWNLOAD_ERRORS) as error:
            return failures.reason(error)
        return self._parse(response, host)

    def _parse(self, response: Response, host: str) -> Protego | str:
        if response.status >= 500:
            return UNREADABLE
        if response.status >= 400:
            return _NOTHING_FORBIDDEN
        rules = Protego.parse(decode(response.body[:_MAX_BYTES]).text)
        job = cast(SourceSpider, self._crawler.spider).job
        if delay := rules.crawl_delay(self._agent):
            job.hosts.slow_down((urlsplit(host).hostname or "").rstrip("."), float(delay))
        job.sitemaps += [url for url in rules.sitemaps if url not in job.sitemaps]
        return rules
