"""LinkSpider: asks whether addresses answer, by HEAD; by GET where a server does not know HEAD.

With all guards and manners of a harvest: robots.txt, one request at a time and host, its pace.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from netmeta.catalogue.links import OK
from netmeta.harvest import failures
from netmeta.harvest.failures import FORBIDDEN, NOT_A_PAGE, PAUSED, STOPPED, TOO_LARGE
from netmeta.harvest.spider import SourceSpider, SpiderOutput

NO_HEAD: Final = frozenset({"HTTP 400", "HTTP 403", "HTTP 404", "HTTP 405", "HTTP 500", "HTTP 501"})
"""What servers answer that do not know HEAD; 404 too: some scripts give pages to GET alone."""

ALIVE: Final = frozenset({NOT_A_PAGE, TOO_LARGE})
"""Nothing for the catalogue, but something is there."""

UNTOLD: Final = frozenset({FORBIDDEN, PAUSED, STOPPED, "HTTP 429", failures.UNREADABLE})
"""What tells nothing about the address."""


class LinkSpider(SourceSpider):
    """Asks for the addresses in the option "urls" and leaves what they say in "answers"."""

    name = "links"
    title = "Links"
    resumes = False

    def discover(self) -> Iterable[scrapy.Request]:
        for url in self.job.source.options["urls"]:
            yield self._ask(url, "HEAD")

    def _ask(self, url: str, method: str) -> scrapy.Request:
        what = {"what": f"{method} {url}"}  # the same address is asked for twice, by both
        return self.request(url, self.parse, method=method, meta=what, cb_kwargs={"asked": url})

    def parse(self, response: Response, asked: str) -> None:
        """It answers."""
        self.job.source.options["answers"][asked] = OK

    def failed(self, failure: Failure) -> Iterable[SpiderOutput] | None:
        """It does not; or it does not know HEAD."""
        request = cast(scrapy.Request, failure.request)  # type: ignore[attr-defined]  # set by Scrapy
        assert failure.value is not None
        asked, words = request.cb_kwargs["asked"], failures.reason(failure.value)
        if request.method == "HEAD" and words in NO_HEAD:
            return [self._ask(asked, "GET")]
        if words not in UNTOLD:
            self.job.source.options["answers"][asked] = OK if words in ALIVE else words
        return None
