"""SourceSpider: what every spider shares. A family or portal adds where to look and what to read.

A spider yields requests and `Item`s and guesses nothing. One failing page becomes a count in the
job, never the end of the run.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable
from typing import Any, ClassVar, cast
from urllib.parse import urlsplit

import scrapy
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from netmeta.harvest import failures
from netmeta.harvest.failures import FORBIDDEN, NOT_A_PAGE, NOT_ALLOWED, PAUSED, STOPPED
from netmeta.harvest.job import HarvestJob
from netmeta.model import Item
from netmeta.reading.charset import Decoded, decode

log = logging.getLogger(__name__)

SpiderOutput = scrapy.Request | Item


def headers_of(response: Response) -> dict[str, str]:
    """The headers of a response as text, the last of those of one name."""
    return {
        name.decode("latin-1"): values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }


class SourceSpider(scrapy.Spider):
    """Base of all spiders. Subclasses set the class attributes and implement `discover`.

    Attributes:
        title, homepage: of the portal, in its own words.
        licence: what the portal states for everything on it; None if it states nothing.
        timezone: of the dates on its pages.
        evidence: "evidenced" or "assumed" for each rule of the spider (see docs/portals.md).
        resumes: its requests are kept, and a harvest that was cut off goes on with them; a spider
            that keeps where it stands by itself says False.
    """

    title: ClassVar[str] = ""
    homepage: ClassVar[str] = ""
    licence: ClassVar[str | None] = None
    timezone: ClassVar[str] = "Europe/Moscow"
    language: ClassVar[str] = "ru"
    evidence: ClassVar[dict[str, str]] = {}
    resumes: ClassVar[bool] = True

    def __init__(self, *args: Any, job: HarvestJob, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.job = job
        self.netloc = urlsplit(job.source.url).netloc

    async def start(self) -> AsyncIterator[Any]:
        for request in self.discover():
            yield request

    def discover(self) -> Iterable[scrapy.Request]:
        """The requests a harvest starts from."""
        raise NotImplementedError

    def request(
        self, url: str, callback: Any, *, start: bool = False, **kwargs: Any
    ) -> scrapy.Request:
        """A request whose failure is counted; `start` marks one without which nothing is found."""
        meta = {**kwargs.pop("meta", {}), "start": start}
        return scrapy.Request(url, callback=callback, errback=self.failed, meta=meta, **kwargs)

    def failed(self, failure: Failure) -> Iterable[SpiderOutput] | None:
        """Count a page that could not be read."""
        assert failure.value is not None
        words = failures.reason(failure.value)
        if words == STOPPED:
            return None
        request = cast(scrapy.Request, failure.request)  # type: ignore[attr-defined]  # set by Scrapy
        log.info("%s: %s: %s", self.job.source.name, request.url, words)
        if request.meta.get("start"):
            self.job.start_failed = words
        if words == FORBIDDEN:
            self.job.skipped["robots.txt"] += 1
        elif words in (PAUSED, NOT_A_PAGE):
            self.job.skipped[words] += 1
        else:
            self.job.failures[words] += 1
        return None

    def taken(self, item: Item) -> None:
        """Called for each item that was stored (or queued to be)."""

    def unread(self, request: scrapy.Request) -> None:
        """Called for a page that was fetched but could not be read, by a defect of ours."""

    @staticmethod
    def is_refusal(failure: Failure) -> bool:
        """Whether the page is forbidden or is none, which asking again will not change."""
        refused = (FORBIDDEN, NOT_A_PAGE, NOT_ALLOWED)
        return isinstance(failure.value, IgnoreRequest) and str(failure.value) in refused

    def text(self, response: Response) -> Decoded:
        """The page's text, decoded by content."""
        self.job.pages += 1
        self.job.progress(self.job)
        header = response.headers.get("Content-Type")
        return decode(response.body, header=header.decode("latin-1") if header else None)
