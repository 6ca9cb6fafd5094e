"""SiteSpider: a whole site, from its sitemaps, its feeds and its listings.

A first or full harvest walks everything. Later ones ask, conditionally, only for what tells what
is new: sitemaps, feeds, the start pages, and the first pages of those listings without which some
entry would not be seen (`Walk.watched`); a pager is followed as long as its pages show new
entries. An entry is read again only for a reason: another date in the sitemap, or because it
could not be read before. Every `SWEEP_DAYS` days the first pages of all listings are looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Final, cast
from urllib.parse import urljoin, urlsplit

import scrapy
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from netmeta.catalogue.visits import Role
from netmeta.errors import BadFeedError
from netmeta.harvest.echoes import ECHO, Echoes
from netmeta.harvest.families.base import NotAnEntryError
from netmeta.harvest.feed_entries import autodiscover, parse_feed
from netmeta.harvest.memory import Memory
from netmeta.harvest.pagers import listing_of
from netmeta.harvest.selectors import Rules
from netmeta.harvest.site_reader import Address, SiteReader
from netmeta.harvest.site_urls import own, site_host
from netmeta.harvest.sitemaps import BadSitemapError, Listed, parse_sitemap
from netmeta.harvest.spider import SourceSpider, SpiderOutput, headers_of
from netmeta.harvest.walk import Walk
from netmeta.model import Item

SWEEP_DAYS: Final = 30
_PRIORITY: Final[Mapping[str, int]] = {"sitemap": 40, "feed": 30, "entry": 20, "listing": 10}
FEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "ucoz": ("/load/rss/", "/publ/rss/", "/news/rss/"),
    "drupal": ("/rss.xml",),
    "wordpress": ("/feed/",),
    "joomla": ("/?format=feed&type=rss",),
    "bitrix": ("/rss/",),
}
"""Where each family keeps its feeds, named by a page or not (portals.md; the last two assumed)."""


class SiteSpider(SourceSpider):
    """A site. Portals subclass it with class attributes; any other site uses it as it is.

    Attributes:
        family: name of the engine's family; a source's option "family" goes before it.
        start_paths: pages from which listings are followed; the first must be there. "" is the
            source's own address, which may be a part of a site.
        modules: {part of the site, in its family's words: kind of the entries there, None where
            the text decides}; if given, other parts are left alone.
        feeds: addresses of feeds, besides those that pages and the family name.
        addresses: the portal's own forms of addresses, tried in order before its family's.
        fields: selectors of fields, going before what the family reads.
        walls: selector of what stands only on pages that are closed to guests.
        max_pages, max_depth, max_queries: most pages of a run, most listings between a start page
            and a listing, most query strings under one path: against endless calendars.
    """

    name = "site"
    title = "Site"
    family: ClassVar[str] = "generic"
    start_paths: ClassVar[tuple[str, ...]] = ("",)
    modules: ClassVar[Mapping[str, str | None]] = {}
    feeds: ClassVar[tuple[str, ...]] = ()
    addresses: ClassVar[tuple[Address, ...]] = ()
    fields: ClassVar[Rules] = {}
    walls: ClassVar[str] = ""
    max_pages: ClassVar[int] = 200_000
    max_depth: ClassVar[int] = 8
    max_queries: ClassVar[int] = 200

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = SiteReader(type(self), self.job.source, self.job.learned)
        self.memory = Memory(self.job)
        self.base = self.job.source.url
        self.hosts = {site_host(self.base)}
        self.walk = Walk(
            family=self.site.family.name,
            max_pages=int(self.job.source.options.get("max_pages", self.max_pages)),
            max_depth=self.max_depth,
            max_queries=self.max_queries,
            frontier=self.job.frontier,
        )
        self.found = self.job.found
        self.echoes = Echoes()
        self.whole = self.sweep = False

    # --- where a harvest begins

    def discover(self) -> Iterable[scrapy.Request]:
        listings = self.job.visits.of("listing")
        notes = self.job.frontier.notes  # of the walk, if it was begun by a process before
        self.hosts.update(notes.get("hosts", ()))
        self.base = notes.get("base", self.base)
        self.whole = self.memory.whole = notes.setdefault("whole", self.job.anew or not listings)
        limit = (dt.datetime.now(dt.UTC).date() - dt.timedelta(days=SWEEP_DAYS)).isoformat()
        self.sweep = any(visit.day < limit for _, visit in listings)
        for url, visit in self.job.visits.of("owed"):
            yield from self._entry(url, visit.key) if visit.key else self._page(url)
        if self.job.source.kind == "sitemap":
            yield from self._guide(self.base, "sitemap", start=True)
            return
        for number, path in enumerate(self.start_paths if self.whole else self.start_paths[:1]):
            yield from self._listing(urljoin(self.base, path), depth=0, start=not number)
        for url, visit in listings:
            if visit.watched or self.sweep:
                yield from self._listing(url, depth=1)

    def _guides(self, response: Response | None) -> Iterator[scrapy.Request]:
        """Sitemaps and feeds; asked for after the first page, when robots.txt is known."""
        known = [url for url, visit in self.job.visits.of("sitemap") if not visit.lastmod]
        for url in [*self.job.sitemaps, *known]:
            yield from self._guide(url, "sitemap")
        if self.whole and not self.job.sitemaps:
            yield from self._guide(urljoin(self.base, "/sitemap.xml"), "sitemap", guessed=True)
        named = autodiscover(response.body, response.url) if response is not None else []
        own = [urljoin(self.base, path) for path in self.feeds]
        feeds = dict(self.job.visits.of("feed"))
        for url in [*named, *own, *feeds]:
            if self.whole or self.sweep or url not in feeds or feeds[url].key != ECHO:
                yield from self._guide(url, "feed")
        if self.whole:
            for path in FEEDS.get(self.site.family.name, ()):
                yield from self._guide(urljoin(self.base, path), "feed", guessed=True)

    # --- requests

    def _ask(self, url: str, callback: Any, role: Role, **kwargs: Any) -> scrapy.Request:
        """A request, conditional if the page was read before."""
        meta = {"handle_httpstatus_list": [304], "role": role, **kwargs.pop("meta", {})}
        if role == "entry":
            meta["what"] = f"entry {meta['key']}"
        return self.request(
            url,
            callback,
            meta=meta,
            headers=self.memory.headers(url),
            priority=_PRIORITY.get(role, 0),
            cb_kwargs={"asked": url, **kwargs.pop("cb_kwargs", {})},
            **kwargs,
        )

    def _guide(
        self, url: str, role: Role, *, start: bool = False, guessed: bool = False, lastmod: str = ""
    ) -> Iterator[scrapy.Request]:
        url = self._clean(url)
        if url and self.walk.ask(url):
            parse = self.parse_sitemap if role == "sitemap" else self.parse_feed
            meta = {"guessed": guessed, "lastmod": lastmod}
            yield self._ask(url, parse, role, start=start, meta=meta)

    def _listing(self, url: str, *, depth: int, start: bool = False) -> Iterator[scrapy.Request]:
        url = self._clean(url)
        if url and self.walk.follow(url, depth=depth):
            kwargs = {"depth": depth, "start": start}
            yield self._ask(url, self.parse_listing, "listing", start=start, cb_kwargs=kwargs)

    def _entry(self, url: str, key: str, lastmod: str = "") -> Iterator[scrapy.Request]:
        """A request for an entry, if it is new or there is a reason to read it again."""
        if not lastmod and self.job.frontier.asked(f"entry {key}"):
            return
        visit = self.job.visit(url)
        before = self.job.visits.address_of(key, "entry")
        if lastmod and visit and not visit.lastmod:
            self.job.seen[url] = visit._replace(lastmod=lastmod)
        again = self.job.anew or _moved(visit.lastmod if visit else "", lastmod)
        known = before or (visit and visit.role != "owed")
        if (again or not known) and self.walk.ask(f"entry {key}"):
            # By the address it was read under: one entry stands under several categories.
            meta = {"key": key, "lastmod": lastmod}
            yield self._ask(
                before or url, self.parse_entry, "entry", cb_kwargs={"key": key}, meta=meta
            )

    def _page(self, url: str, lastmod: str = "", depth: int = 1) -> Iterator[scrapy.Request]:
        """A request for a page whose address does not tell what it is: once, and when it moves."""
        visit = self.job.visit(url)
        again = self.job.anew or _moved(visit.lastmod if visit else "", lastmod)
        if (again or visit is None or visit.role == "owed") and self.walk.follow(url, depth=depth):
            kwargs = {"depth": depth}
            yield self._ask(
                url, self.parse_page, "page", cb_kwargs=kwargs, meta={"lastmod": lastmod}
            )

    def _clean(self, url: str) -> str:
        """An address of this site in its one form; empty for any other address."""
        return own(url, self.hosts, sorted_query=self.walk.family == "aspnet")

    # --- answers

    def parse_sitemap(self, response: Response, asked: str) -> Iterator[SpiderOutput]:
        """Entries and further sitemaps."""
        if self.memory.unchanged(response, asked):
            return
        try:
            sitemap = parse_sitemap(response.body, response.url)
        except BadSitemapError as error:
            self._misnamed(response, str(error))
            return
        for warning in sitemap.warnings:
            self.job.warnings[warning] += 1
        self.memory.remember("sitemap", response, asked)
        for part in sitemap.parts:
            visit = self.job.visits.get(part.url)
            if self.whole or not visit or not part.lastmod or visit.lastmod != part.lastmod:
                yield from self._guide(part.url, "sitemap", lastmod=part.lastmod)
        for listed in sitemap.pages:
            yield from self._listed(listed)

    def _listed(self, listed: Listed) -> Iterator[scrapy.Request]:
        """A page of a sitemap."""
        url = self._clean(listed.url)
        if not url:
            return
        page = self.site.classify(url)
        requests: list[scrapy.Request] = []
        if page.kind == "entry":
            self.walk.cover(page.key)
            requests = list(self._entry(url, page.key, listed.lastmod))
        elif page.kind == "other":
            self.walk.cover(url)
            requests = list(self._page(url, listed.lastmod))
        elif page.kind == "listing" and not self._is_known_listing(url):
            requests = list(self._listing(url, depth=1))
        if not requests and listed.lastmod and not self.job.visit(url):
            self.memory.lastmod[url] = listed.lastmod  # it was asked for before
        yield from requests

    def parse_feed(self, response: Response, asked: str) -> Iterator[SpiderOutput]:
        """Entries that a feed of the site names; they are read from their own pages."""
        if self.memory.unchanged(response, asked):
            return
        try:
            feed = parse_feed(response.body, response.url, source=self.job.source.name)
        except BadFeedError as error:
            self._misnamed(response, str(error))
            return
        self.memory.remember("feed", response, asked)
        urls = [url for item in feed.items if (url := self._clean(item.url))]
        pages = {url: self.site.classify(url) for url in urls}
        self.echoes.feed(asked, [page.key or url for url, page in pages.items()])
        for url, page in pages.items():
            if page.kind == "entry":
                yield from self._entry(url, page.key)
            elif page.kind == "other":
                yield from self._page(url)

    def parse_listing(
        self, response: Response, asked: str, depth: int, start: bool
    ) -> Iterator[SpiderOutput]:
        """Entries, further pages of the listing, and further listings."""
        if start:
            self._arrived(response)
            yield from self._guides(response if response.status == 200 else None)
        if response.status == 304:
            self.memory.unchanged(response, asked)
            return
        html = self.text(response).text
        yield from self._follow(html, response, asked, depth)

    def _follow(
        self, html: str, response: Response, asked: str, depth: int
    ) -> Iterator[scrapy.Request]:
        urls = [url for link in self.site.links(html, response.url) if (url := self._clean(link))]
        pages = {url: self.site.classify(url) for url in urls}
        here, number = listing_of(asked, self.walk.family)
        shown = [page.key or url for url, page in pages.items() if page.kind in ("entry", "other")]
        if not number:
            self.echoes.listing(asked, shown)
        if self.walk.shown(asked, set(shown)).pages == 1:
            self.site.observe(response.body, response.url, headers_of(response))
        if not number:
            if self.memory.unchanged(response, asked, sorted(pages)):
                return
            self.memory.remember("listing", response, asked, key=here, links=sorted(pages))
        elif self.job.visits.get(asked):
            self.memory.forget(asked)  # a page that was owed, and is no more
        new, further = 0, []
        for url, page in pages.items():
            if page.kind == "entry":
                requests = list(self._entry(url, page.key))
            elif page.kind == "other":
                requests = list(self._page(url, depth=depth + 1))
            elif page.kind == "listing" and listing_of(url, self.walk.family)[0] == here:
                further.append((listing_of(url, self.walk.family)[1], url))
                continue
            elif page.kind == "listing" and (self.whole or not self._is_known_listing(url)):
                yield from self._listing(url, depth=depth + 1)
                continue
            else:
                continue
            new += len(requests)
            yield from requests
        if not self.whole:  # the next page, and the one after it: the first may be linked as "1"
            further = sorted(one for one in further if one[0] > number)[:2] if new else []
        for _, url in further:
            yield from self._listing(url, depth=depth)

    def parse_page(self, response: Response, asked: str, depth: int) -> Iterator[SpiderOutput]:
        """An entry, or a page that may lead to entries."""
        if self.memory.unchanged(response, asked):
            return
        html = self.text(response).text
        if self.site.family.is_entry(html, response.url):
            yield from self._read(response, asked, key=asked)
        else:
            self.job.skipped["not an entry page"] += 1
            yield from self._follow(html, response, asked, depth)
            self.memory.remember("page", response, asked)

    def parse_entry(self, response: Response, asked: str, key: str) -> Iterator[SpiderOutput]:
        """One entry; a page that is none is counted, not guessed at."""
        if not self.memory.unchanged(response, asked):
            self.job.pages += 1
            self.job.progress(self.job)
            yield from self._read(response, asked, key)

    def _read(self, response: Response, asked: str, key: str) -> Iterator[SpiderOutput]:
        at = self._clean(response.url)
        if not at:
            self.job.skipped["other site"] += 1
            self.memory.remember("page", response, asked)
            return
        try:
            item = self.site.read(response.body, at, headers_of(response))
        except NotAnEntryError as error:
            self.job.skipped[error.reason] += 1
            self.memory.remember("page", response, asked)
            return
        identity = item.external_id or key
        keys = {asked: key, at: self.site.classify(at).key or key}
        for known in keys.values():  # under whatever address, it is this entry
            self.walk.identify(known, identity)
            self.walk.ask(f"entry {known}")
        if identity in self.found:
            for address, known in keys.items():
                self.memory.remember("entry", response, address, key=known)
            self.job.skipped["duplicate"] += 1
            return
        self.found.add(identity)
        self.memory.await_item(identity, response, keys)
        yield item if item.external_id else replace(item, external_id=identity)

    def taken(self, item: Item) -> None:
        self.memory.taken(item.external_id or "")

    # --- how it went

    def _arrived(self, response: Response) -> None:
        """A site may have moved to another host or scheme as a whole: then its links lead there."""
        if urlsplit(response.url).netloc != urlsplit(self.base).netloc:
            self.hosts.add(site_host(response.url))
            self.base = response.url
            self.job.frontier.notes |= {"hosts": sorted(self.hosts), "base": self.base}

    def _is_known_listing(self, url: str) -> bool:
        root, _ = listing_of(url, self.walk.family)
        return bool(self.job.visits.address_of(root, "listing"))

    def _misnamed(self, response: Response, words: str) -> None:
        """What was called a sitemap or feed is none; a guess that fails is no defect."""
        if not response.meta.get("guessed"):
            self.job.warnings[words] += 1

    def failed(self, failure: Failure) -> Iterator[SpiderOutput]:
        """Count a page that could not be read, and leave it to the next harvest."""
        request = cast(scrapy.Request, failure.request)  # type: ignore[attr-defined]  # set by Scrapy
        gone = isinstance(failure.value, HttpError) and failure.value.response.status in (404, 410)
        if not (gone and request.meta.get("guessed")):
            super().failed(failure)
        if gone or self.is_refusal(failure):
            self.memory.forget(request.cb_kwargs["asked"])
        else:
            self.unread(request)
        if request.meta.get("start") and request.meta["role"] == "listing":
            yield from self._guides(None)

    def unread(self, request: scrapy.Request) -> None:
        """Leave a page to the next harvest."""
        key = request.meta.get("key", "")
        self.memory.owe(request.meta["role"], request.cb_kwargs["asked"], key=key)

    def closed(self, reason: str) -> None:
        """Choose what later harvests are to watch."""
        self.job.learned = self.site.learned()
        self.job.skipped += self.walk.skipped
        if self.walk.skipped["page cap"]:
            self.job.warnings["page cap"] += 1
        self.job.keep()
        self.job.store()  # only what is in the tables counts
        waiting, _ = self.job.frontier.postponed(dt.datetime.now(dt.UTC))
        finished = reason == "finished" and not waiting
        self.job.complete = self.job.anew and finished
        if self.whole and finished:
            watched = list(self.walk.watched())
            for first in watched:
                self.memory.watch(first, listing_of(first, self.walk.family)[0])
            for url in self.echoes.of(watched):
                self.memory.mark(url, ECHO)


def _moved(before: str, now: str) -> bool:
    """Whether a sitemap's date is another than it was."""
    return bool(before and now and before != now)
