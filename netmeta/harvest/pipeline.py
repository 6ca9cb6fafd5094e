"""The item pipeline, for spiders that find items without asking for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from netmeta.harvest.pages import Pages
from netmeta.harvest.spider import SourceSpider
from netmeta.model import Item

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class SinkPipeline:
    """Hands items to the job one by one, and stops at the job's limit."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SinkPipeline:
        return cls(crawler)

    def process_item(self, item: Item) -> Item:
        spider = cast(SourceSpider, self._crawler.spider)
        if self._pages.item(item):
            spider.job.keep()
        spider.job.arrived()
        return item

    def open_spider(self) -> None:
        self._pages = Pages(self._crawler, cast(SourceSpider, self._crawler.spider))
