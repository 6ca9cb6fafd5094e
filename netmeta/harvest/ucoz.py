"""UcozSpider: the uCoz family. Follows listings, categories and pagers to entry pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

import scrapy
from scrapy.http import Response
from selectolax.lexbor import LexborHTMLParser

from netmeta.harvest.families.ucoz_entry import NotAnEntryError, read_entry
from netmeta.harvest.families.ucoz_urls import classify
from netmeta.harvest.spider import SourceSpider, SpiderOutput


class UcozSpider(SourceSpider):
    """A site made with uCoz.

    Attributes:
        modules: {module: kind of its entries, or None where the text decides}.
    """

    modules: ClassVar[dict[str, str | None]] = {
        "load": "material",
        "publ": "material",
        "news": None,
    }

    def discover(self) -> Iterable[scrapy.Request]:
        self._entries: set[str] = set()
        base = self.job.source.url.rstrip("/")
        for module in self.modules:
            yield self.request(f"{base}/{module}/", self.parse_listing, start=True)

    def parse_listing(self, response: Response, **_: Any) -> Iterable[SpiderOutput]:
        """Follows entries, categories and pages that a listing links to."""
        tree = LexborHTMLParser(self.text(response).text)
        for link in tree.css("a[href]"):
            url = self._inside(response.url, link.attributes.get("href"))
            page = classify(url) if url else None
            if url is None or page is None or page.module not in self.modules:
                continue
            if page.kind == "entry" and page.key not in self._entries:
                self._entries.add(page.key)  # it stands under several categories and slugs
                yield self.request(url, self.parse_entry, priority=1, cb_kwargs={"key": page.key})
            elif page.kind == "listing":
                yield self.request(url, self.parse_listing)

    def _inside(self, base: str, href: str | None) -> str | None:
        """The absolute address of a link if it stays on this portal, without its fragment."""
        if not href or href.startswith(("javascript:", "mailto:", "#")):
            return None
        try:
            url = urljoin(base, href).split("#", 1)[0]
            return url if urlsplit(url).netloc == self.netloc else None
        except ValueError:
            return None

    def parse_entry(self, response: Response, key: str, **_: Any) -> Iterable[SpiderOutput]:
        """Reads one entry page; a page that is none is counted, not guessed at."""
        module = key.split("-", 1)[0]
        try:
            yield read_entry(
                self.text(response).text, response.url,
                source=self.job.source.name, key=key, kind=self.modules[module],
            )  # fmt: skip
        except NotAnEntryError as error:
            self.job.skipped[str(error)] += 1
