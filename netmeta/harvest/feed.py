"""FeedSpider: one RSS, RDF or Atom feed. Scrapy fetches, feedparser parses bytes.

A feed is a window, not an inventory: entries that leave it are not gone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import scrapy
from scrapy.http import Response

from netmeta.errors import BadFeedError
from netmeta.harvest.feed_entries import parse_feed
from netmeta.harvest.spider import SourceSpider
from netmeta.model import Item


class FeedSpider(SourceSpider):
    """Reads the feed at the source's address, conditionally if it was read before."""

    name = "feed"
    title = "RSS / Atom"

    def discover(self) -> Iterable[scrapy.Request]:
        url = self.job.source.url
        etag, last_modified, _ = self.job.validators.get(url, (None, None, None))
        headers = {}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        meta = {"handle_httpstatus_list": [304]}
        yield self.request(url, self.parse, start=True, headers=headers, meta=meta)

    def parse(self, response: Response, **_: Any) -> Iterable[Item]:
        """Yields an item for each entry; a body that is no feed fails the run with the reason."""
        self.job.pages += 1
        url = self.job.source.url
        body_hash = hashlib.blake2b(response.body, digest_size=16).hexdigest()
        known = self.job.validators.get(url)
        if response.status == 304 or (known and known[2] == body_hash):
            self.job.not_modified += 1
            return
        header = _header(response, "Content-Type")
        try:
            feed = parse_feed(
                response.body, response.url, source=self.job.source.name, header=header
            )
        except BadFeedError as error:
            self.job.start_failed = str(error)
            return
        for warning in feed.warnings:
            self.job.warnings[warning] += 1
        kind = self.job.source.options.get("kind")
        for item in feed.items:
            yield item if kind is None else _with_kind(item, str(kind))
        if not self.job.full and self.job.limit is None:
            validators = (_header(response, "ETag"), _header(response, "Last-Modified"), body_hash)
            self.job.seen[url] = validators


def _with_kind(item: Item, kind: str) -> Item:
    return replace(item, kind=kind)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
