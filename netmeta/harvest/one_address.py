"""OneAddressSpider: a source that is one document, asked for conditionally."""

from __future__ import annotations

from collections.abc import Iterable

import scrapy

from netmeta.harvest.memory import Memory
from netmeta.harvest.spider import SourceSpider


class OneAddressSpider(SourceSpider):
    """Asks for the source's address; subclasses read the answer in `parse`."""

    def discover(self) -> Iterable[scrapy.Request]:
        self.memory = Memory(self.job)
        url = self.job.source.url
        meta = {"handle_httpstatus_list": [304]}
        headers = self.memory.headers(url)
        yield self.request(url, self.parse, start=True, headers=headers, meta=meta)
