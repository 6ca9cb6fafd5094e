"""FeedSpider: one RSS, RDF or Atom feed. Scrapy fetches, feedparser parses bytes.

A feed is a window, not an inventory: entries that leave it are not gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from scrapy.http import Response

from netmeta.errors import BadFeedError
from netmeta.harvest.advice import advice
from netmeta.harvest.feed_entries import parse_feed
from netmeta.harvest.memory import header
from netmeta.harvest.one_address import OneAddressSpider
from netmeta.harvest.spider import headers_of
from netmeta.model import Item


class FeedSpider(OneAddressSpider):
    """Reads the feed at the source's address, conditionally if it was read before."""

    name = "feed"
    title = "RSS / Atom"

    def parse(self, response: Response, **_: Any) -> Iterable[Item]:
        """Yields an item for each entry; a body that is no feed fails the run with the reason."""
        self.job.pages += 1
        url = self.job.source.url
        if self.memory.unchanged(response, url):
            return
        content_type = header(response, "Content-Type")
        self.job.advice = advice(response.body, headers_of(response))
        try:
            feed = parse_feed(
                response.body, response.url, source=self.job.source.name, header=content_type
            )
        except BadFeedError as error:
            self.job.start_failed = str(error)
            return
        for warning in feed.warnings:
            self.job.warnings[warning] += 1
        kind = self.job.source.options.get("kind")
        for item in feed.items:
            yield item if kind is None else _with_kind(item, str(kind))
        self.memory.remember("feed", response, url)


def _with_kind(item: Item, kind: str) -> Item:
    return replace(item, kind=kind)
