"""Counts requests, bytes and answers of a source for the ledger of its run."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from netmeta.harvest.failures import reason
from netmeta.harvest.spider import SourceSpider

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class OutcomeCounter:
    """Sits nearest to the network, so that retries and redirects are counted too."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> OutcomeCounter:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        job = cast(SourceSpider, self._crawler.spider).job
        job.answers[str(response.status)] += 1
        job.bytes += len(response.body)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        cast(SourceSpider, self._crawler.spider).job.answers[reason(exception)] += 1
