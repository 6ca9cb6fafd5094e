"""A portal of sections with pages of cards: the addresses that several small engines share.

A subclass says how a page, a card and an entry look; the base finds what stands at an address,
and writes robots.txt, the sitemap and the feed.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from netmeta.replicas.entries import Entry, EntrySite, Section, page_of
from netmeta.replicas.markup import text
from netmeta.replicas.site import PLAIN, Ask, Reply
from netmeta.replicas.wire import Channel, gzip_reply, rss, sitemap, sitemap_index, xml_reply


class ShelfSite(EntrySite):
    """A portal of sections.

    Attributes:
        title: name of the portal.
        sections: the shelves, each with a listing at its path.
        statics: path -> title and text of a page that is no item.
        per_page: entries on a page of a listing.
        page_word: name of the query parameter that numbers pages from 1.
        closed: paths that robots.txt closes.
        feed: path of the RSS feed of the newest entries; None if there is none.
        sitemap_parts: file name of a sitemap -> start of the paths in it; names that end in
            ".gz" are compressed; with several, `/sitemap.xml` is their index; {} for no sitemap.
    """

    title: ClassVar[str]
    sections: ClassVar[tuple[Section, ...]]
    statics: ClassVar[Mapping[str, tuple[str, str]]] = {}
    per_page: ClassVar[int] = 8
    page_word: ClassVar[str] = "page"
    closed: ClassVar[tuple[str, ...]] = ()
    feed: ClassVar[str | None] = None
    sitemap_parts: ClassVar[Mapping[str, str]] = {"sitemap.xml": "/"}

    @abstractmethod
    def page(self, ask: Ask, title: str, content: str, entry: Entry | None = None) -> str:
        """The whole document around some content."""

    @abstractmethod
    def content(self, entry: Entry, base: str) -> str:
        """The content of an entry's page."""

    @abstractmethod
    def wall(self, entry: Entry) -> str:
        """What a guest sees of an entry for members."""

    def card(self, entry: Entry) -> str:
        """An entry as listings show it."""
        return (
            f'<div class="card"><a href="{entry.path}">{text(entry.work.title)}</a>'
            f"<p>{text(entry.work.brief)}</p></div>\n"
        )

    def pager(self, path: str, number: int, pages: int) -> str:
        """Numbered links to the other pages; empty for one page."""
        if pages == 1:
            return ""
        links = (
            f"<b>{n}</b>" if n == number else f'<a href="{self.page_link(path, n)}">{n}</a>'
            for n in range(1, pages + 1)
        )
        return f'<div class="pages">{" ".join(links)}</div>'

    def page_link(self, path: str, number: int) -> str:
        """The address of one page of a listing."""
        return f"{path}?{self.page_word}={number}" if number > 1 else path

    def special(self, ask: Ask) -> Reply | None:
        """An answer that only this portal gives; None for everything else."""
        return None

    @cached_property
    def by_path(self) -> Mapping[str, Entry]:
        """Entries by their canonical path."""
        return {entry.path: entry for entry in self.entries}

    def answer(self, ask: Ask) -> Reply:
        """Render one address."""
        if reply := self.special(ask):
            return reply
        if entry := self.by_path.get(ask.path):
            content = self.wall(entry) if entry.walled else self.content(entry, ask.base)
            return self.html(self.page(ask, entry.work.title, content, entry), entry)
        name = ask.path.strip("/")
        if not name:
            return self._list(ask, Section("/", self.title), self.entries[:10])
        if name == "robots.txt":
            return Reply(body=self._robots(ask.base).encode(), content_type=PLAIN)
        if self.feed and ask.path == self.feed:
            channel = Channel(title=self.title, link="/")
            newest = self.open_entries[:15]
            return xml_reply(rss(ask.base, channel, newest), modified=newest[0].at)
        if name in {"sitemap.xml", *self.sitemap_parts} and self.sitemap_parts:
            return self._sitemap(ask.base, name)
        if ask.path in self.statics:
            title, words = self.statics[ask.path]
            return self.html(self.page(ask, title, f"<h1>{text(title)}</h1><p>{text(words)}</p>"))
        if any(file.path == ask.path for entry in self.entries for file in entry.files):
            return Reply(body=b"file\n" * 150, content_type="application/octet-stream")
        for section in self.sections:
            if ask.path == section.path:
                return self._list(ask, section, self.of(section))
        return self.missing(ask)

    def of(self, section: Section) -> Sequence[Entry]:
        """The entries of a section, newest first."""
        return [entry for entry in self.entries if entry.section == section]

    def missing(self, ask: Ask) -> Reply:
        """The answer to an unknown address."""
        markup = self.page(ask, "Страница не найдена", "<h1>Страница не найдена</h1>")
        return self.html(markup, status=404)

    def _list(self, ask: Ask, section: Section, shown: Sequence[Entry]) -> Reply:
        found = re.search(rf"(?:^|&){self.page_word}=(\d+)", ask.query)
        number = int(found[1]) if found else 1
        page = page_of(shown, number, self.per_page if section.path != "/" else 10)
        if page is None:
            return self.missing(ask)
        cards = "".join(self.card(entry) for entry in page[0])
        switch = self.pager(section.path, number, page[1])
        content = f"<h1>{text(section.name)}</h1>\n{cards}{switch}"
        return self.html(self.page(ask, section.name, content))

    def _robots(self, base: str) -> str:
        rules = "".join(f"Disallow: {path}\n" for path in self.closed)
        line = f"Sitemap: {base}/sitemap.xml\n" if self.sitemap_parts else ""
        return f"User-agent: *\n{rules}{line}"

    def _sitemap(self, base: str, name: str) -> Reply:
        parts = self.sitemap_parts
        if name not in parts:
            newest = self.entries[0].at.date()
            return xml_reply(sitemap_index(base, [(f"/{part}", newest) for part in parts]))
        pages = [
            (entry.path, entry.at.date())
            for entry in self.entries
            if entry.path.startswith(parts[name])
        ]
        body = sitemap(base, pages)
        return gzip_reply(body) if name.endswith(".gz") else xml_reply(body)
