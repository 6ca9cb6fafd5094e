"""OneAddressSpider: a source that is one document, asked for conditionally."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import scrapy
from scrapy.http import Response

from netmeta.harvest.memory import Memory
from netmeta.harvest.spider import SourceSpider
from netmeta.model import Item


class OneAddressSpider(SourceSpider):
    """Asks for the source's address; subclasses read the answer in `parse`."""

    def discover(self) -> Iterable[scrapy.Request]:
        self.memory = Memory(self.job)
        url = self.job.source.url
        meta = {"handle_httpstatus_list": [304]}
        headers = self.memory.headers(url)
        yield self.request(url, self.parse, start=True, headers=headers, meta=meta)

    def parse(self, response: Response, **_: Any) -> Iterable[Item]:
        """The items of the document."""
        raise NotImplementedError
