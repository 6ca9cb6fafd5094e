"""One request at a time and host, as slowly as it asks; a host that cannot any more is left alone.

429 and 503 with a short Retry-After are waited for, and the host is asked half as often from then
on, until it has answered well for a while. Any other 503 or 429 ends the run for that
host: uCoz means "come back in an hour" by it [E]. What was not read then waits in the frontier for
the time that the host named (`Pages.refuse`); if it named none it is owed, and is asked for first
by the next harvest.
"""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, cast

from scrapy.exceptions import IgnoreRequest

from netmeta.harvest.failures import PAUSED, STOPPED
from netmeta.harvest.frontier_requests import WAIT, host
from netmeta.harvest.spider import SourceSpider

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from netmeta.harvest.job import HarvestJob

_BUSY: Final = (429, 503)
_LONGEST_REST_S: Final = 60.0
_MOST_RESTS: Final = 2
_LONG_S: Final = 30 * 86400.0
"""More than any portal means; a date in a far century must not break the arithmetic."""
_LEAST_STRAIN_S: Final = 0.25


class PaceGuard:
    """Lies below retries and redirects, so that they keep the pace too."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._under_way: set[Request] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PaceGuard:
        return cls(crawler)

    @property
    def _job(self) -> HarvestJob:
        return cast(SourceSpider, self._crawler.spider).job

    async def process_request(self, request: Request) -> None:
        """Raises: IgnoreRequest for a host that is left alone, or when the run is stopping."""
        job, at = self._job, host(request.url)
        if job.hosts.paused(at):
            raise IgnoreRequest(PAUSED)
        if not await job.hosts.turn(at, job.delay_s, lambda: job.stopping):
            raise IgnoreRequest(STOPPED)
        if job.hosts.paused(at):
            job.hosts.answered(at)
            raise IgnoreRequest(PAUSED)
        self._under_way.add(request)

    def process_exception(self, request: Request, exception: Exception) -> None:
        self._over(request)

    def process_response(self, request: Request, response: Response) -> Response | Request:
        job, at = self._job, host(request.url)
        self._over(request)
        if response.status not in _BUSY or request.meta.get("is_robots"):
            if response.status < 400:
                job.hosts.ease(at)
            return response
        rests = request.meta.get("rests", 0)
        rest_s = retry_after_s(response)
        if rest_s is None or rest_s > _LONGEST_REST_S or rests >= _MOST_RESTS:
            until = None
            if rest_s is not None:
                until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=min(rest_s, _LONG_S))
                if at == host(job.source.url):
                    job.not_before = until
            job.hosts.pause(at, f"HTTP {response.status}", until)
            return response
        job.hosts.rest(at, rest_s)
        job.hosts.strain(at, max(job.delay_s, min(rest_s, _LEAST_STRAIN_S)))
        again = request.copy()
        again.meta.update({"rests": rests + 1, WAIT: rest_s})
        again.dont_filter = True
        return again

    def _over(self, request: Request) -> None:
        if request in self._under_way:
            self._under_way.remove(request)
            self._job.hosts.answered(host(request.url))


def retry_after_s(response: Response) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or as a date; None without one."""
    words = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if words.isdigit():
        return float(words)
    try:
        at = parsedate_to_datetime(words)
    except (ValueError, TypeError):
        return None
    if at.tzinfo is None:
        return None
    return max(0.0, (at - dt.datetime.now(dt.UTC)).total_seconds())
