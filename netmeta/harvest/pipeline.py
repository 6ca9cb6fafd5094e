"""The item pipeline: hands what a spider found to its job, and stops at the job's limit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from netmeta.harvest.spider import SourceSpider
from netmeta.model import Item

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class SinkPipeline:
    """One item at a time, in the order in which pages were read."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._stopping: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SinkPipeline:
        return cls(crawler)

    def process_item(self, item: Item) -> Item:
        spider = cast(SourceSpider, self._crawler.spider)
        job = spider.job
        if job.accept(item):
            spider.taken(item)
        if job.full and self._stopping is None:
            self._stopping = asyncio.ensure_future(self._crawler.stop_async())
        return item
