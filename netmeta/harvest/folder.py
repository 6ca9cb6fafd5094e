"""FolderSpider: a folder of saved HTML pages, for portals that are no more. No network at all.

The address of a page is the one it was saved from, if it says so (the comment browsers write, its
canonical link, og:url); else the option "base" and the path inside the folder; else, if the folder is
named like a host (as mirrors are), that host and the path. The option "portal" names the spider
that knows such pages.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit
from urllib.request import url2pathname

from netmeta.harvest.families.base import NotAnEntryError
from netmeta.harvest.families.recognise import recognise
from netmeta.harvest.registry import spider_class
from netmeta.harvest.site import SiteSpider
from netmeta.harvest.site_reader import SiteReader, family_named
from netmeta.model import Item
from netmeta.reading.charset import decode

_PAGE: Final = frozenset({".htm", ".html", ".xhtml", ".shtml", ".php", ".asp", ".aspx"})
_MAX_BYTES: Final = 8_000_000
_OBSERVED: Final = 200
_SAVED_FROM: Final = re.compile(rb"<!--\s*saved from url=\(\d+\)(https?://[^\s>]+)", re.I)
_CANONICAL: Final = re.compile(
    rb"""<(?:link[^>]+rel=["']?canonical["']?[^>]+href|meta[^>]+property=["']?og:url["']?[^>]+content)"""
    rb"""=["'](https?://[^"'>\s]+)""",
    re.I,
)


class FolderSpider(SiteSpider):
    """Reads every page below the folder whose file:// address the source has."""

    name = "folder"
    title = "Folder"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if portal := self.job.source.options.get("portal"):
            spider = spider_class(str(portal))
            if issubclass(spider, SiteSpider):
                self.site = SiteReader(spider, self.job.source, self.job.learned)

    async def start(self) -> AsyncIterator[Any]:
        for item in self.items():
            yield item

    def items(self) -> Iterator[Item]:
        """The entries of the folder; what is none is counted."""
        folder = folder_of(self.job.source.url)
        if not folder.is_dir():
            self.job.start_failed = "no such folder"
            return
        files = sorted(
            path for path in folder.rglob("*") if path.suffix.lower().split("?")[0] in _PAGE
        )
        for path in files[:_OBSERVED]:
            body = self._bytes(path)
            self.site.pages.observe(body, self.address(path, folder, body))
        for path in files:
            if self.job.stopping:
                return
            body = self._bytes(path)
            url = self.address(path, folder, body)
            self.job.pages += 1
            self.job.progress(self.job)
            if item := self._entry_on(body, url):
                yield item

    def _entry_on(self, body: bytes, url: str) -> Item | None:
        site, options = self.site, self.job.source.options
        if not {"family", "portal"} & options.keys():
            site.family = family_named(recognise(body, url).family)
        page = site.classify(url)
        told = page.kind == "entry" or (
            page.kind == "other" and site.family.is_entry(decode(body).text, url)
        )
        if not told:
            self.job.skipped["not an entry page"] += 1
            return None
        try:
            return site.read(body, url)
        except NotAnEntryError as error:
            self.job.skipped[error.reason] += 1
            return None

    def _bytes(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(_MAX_BYTES)
        except OSError as error:
            self.job.failures[type(error).__name__] += 1
            return b""

    def address(self, path: Path, folder: Path, body: bytes) -> str:
        """The address of a saved page."""
        for pattern in (_SAVED_FROM, _CANONICAL):
            if found := pattern.search(body[:20_000]):
                return found[1].decode("ascii", "replace")
        inside = quote(path.relative_to(folder).as_posix(), safe="/?=&")
        if "?" in inside:  # a mirror adds an ending to names with a query
            inside = inside.removesuffix(".html")
        base = self.job.source.options.get("base")
        if base:
            return f"{str(base).rstrip('/')}/{inside}"
        if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", folder.name):
            return f"https://{folder.name}/{inside}"
        return path.as_uri()


def folder_of(url: str) -> Path:
    """The folder that a file:// address means."""
    return Path(url2pathname(unquote(urlsplit(url).path)))
