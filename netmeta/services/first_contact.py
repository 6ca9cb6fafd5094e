"""First contact with a portal: which rules of its spider hold on the pages it has today.

A rule is "evidenced" if it was seen in stored real pages or addresses, "assumed" otherwise (docs/
portals.md). Nobody could open the portals while their spiders were written, so this is where
assumptions meet them. A few dozen pages are asked for, with all manners of a harvest; nothing is
stored.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import chain, zip_longest
from typing import Any, Final
from urllib.parse import urljoin

from protego import Protego

from netmeta.catalogue import Catalogue
from netmeta.config import Config
from netmeta.errors import BadFeedError
from netmeta.harvest.families.base import NotAnEntryError
from netmeta.harvest.families.engine import Engine
from netmeta.harvest.families.recognise import FAMILIES, recognise
from netmeta.harvest.feed_entries import autodiscover, parse_feed
from netmeta.harvest.fetching import Answer, fetch
from netmeta.harvest.registry import spider_class
from netmeta.harvest.selectors import found_by
from netmeta.harvest.settings import user_agent
from netmeta.harvest.site import FEEDS, SiteSpider
from netmeta.harvest.site_reader import Address, SiteReader
from netmeta.harvest.sitemaps import BadSitemapError, parse_sitemap
from netmeta.model import Source
from netmeta.reading.charset import decode
from netmeta.services.sources import named
from netmeta.texts import t

ENTRIES: Final = 20
_MAX_LISTINGS: Final = 6
_MAX_MAPS: Final = 4
_ENOUGH: Final = 3
"""From so many pages on it means something that a rule found nothing."""
EVIDENCED, ASSUMED = "evidenced", "assumed"


@dataclass(frozen=True, slots=True)
class Seen:
    """One rule and what became of it.

    Attributes:
        rule: of a field "title: h1.name", a form of addresses, an address of a feed, ...
        tag: "evidenced" or "assumed".
        hits, of: on how many pages (or for how many addresses) it held, of how many.
    """

    rule: str
    tag: str
    hits: int
    of: int

    @property
    def rate(self) -> float:
        """0..1; 0 where there was nothing to hold on."""
        return self.hits / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """One selector of a field; `filled` counts pages on which the field is read, whatever from."""

    field: str
    rule: str
    origin: str
    tag: str
    hits: int
    filled: int
    of: int

    @property
    def rate(self) -> float:
        """The share of the sampled entries on which the selector finds something, 0..1."""
        return self.hits / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What a portal showed of the rules of its spider.

    Attributes:
        robots: what robots.txt says, in words; `crawl_delay_s` of it, if it asks for one.
        sitemaps, feeds: {address: how many addresses or entries}, of those that answered as such.
        missing: feeds and sitemaps that the spider, the family or the site names and that did not.
        charsets: {charset: pages}.
        families: {family recognised: pages}; `family` is what the spider takes it for.
        addresses: the forms of the spider (or the family's kinds) and how many addresses had them.
        fields: selectors of the spider, then of its family.
        read: entries that were read; `refused` why others were none.
        rules: the spider's own profile, for what no machine can check.
        notes: what a person should look at, in the language of the interface.
    """

    source: str
    url: str
    spider: str
    robots: str
    crawl_delay_s: float | None = None
    sitemaps: Mapping[str, int] = field(default_factory=dict)
    feeds: Mapping[str, int] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    charsets: Mapping[str, int] = field(default_factory=dict)
    family: str = ""
    families: Mapping[str, int] = field(default_factory=dict)
    addresses: tuple[Seen, ...] = ()
    fields: tuple[FieldRule, ...] = ()
    pages: int = 0
    entries: tuple[str, ...] = ()
    read: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; rates 0..1 beside the counts."""
        form = asdict(self)
        form["addresses"] = [{**asdict(one), "rate": one.rate} for one in self.addresses]
        form["fields"] = [{**asdict(one), "rate": one.rate} for one in self.fields]
        return form


def contact_with(catalogue: Catalogue, config: Config, name: str) -> Contact | None:
    """A look at a stored source or a portal by its name; None for what is no site.

    Raises: UnknownSourceError: neither a source nor a portal has that name.
    """
    source = named(catalogue, name)
    spider = spider_class(source.spider or "site")
    if source.kind != "site" or not issubclass(spider, SiteSpider):
        return None
    return first_contact(source, spider, config)


def first_contact(source: Source, spider: type[SiteSpider], config: Config) -> Contact:
    """Look at a portal with the eyes of its spider. Never raises for what the portal does."""
    return _Look(source, spider, config).contact()


class _Look:
    """One look at one portal."""

    def __init__(self, source: Source, spider: type[SiteSpider], config: Config) -> None:
        self.source, self.spider, self.config = source, spider, config
        self.site = SiteReader(spider, source)
        self.answers: dict[str, Answer] = {}
        self.links: dict[str, None] = {}
        self.sitemaps: dict[str, int] = {}
        self.feeds: dict[str, int] = {}
        self.missing: list[str] = []

    def contact(self) -> Contact:
        base = self.source.url
        robots = urljoin(base, "/robots.txt")
        starts = [urljoin(base, path) for path in self.spider.start_paths]
        told = self._ask([*starts, robots])
        common: dict[str, Any] = {
            "source": self.source.name, "url": base, "spider": self.spider.name,
            "family": self.site.family.name, "rules": dict(self.spider.evidence),
        }  # fmt: skip
        words, delay_s = self._robots(self.answers.pop(robots))
        if all(answer.failure for answer in self.answers.values()):
            why = self.answers[starts[0]].failure or ""
            note = t("Nothing can be read from {url}", url=base) + f": {t(why)}"
            return Contact(**common, robots=words, crawl_delay_s=delay_s, notes=(note,))
        self._follow(starts)
        self._guides(told)
        listings = [url for url in self.links if self.site.classify(url).kind == "listing"]
        wanted = [url for url in listings if url not in self.answers][:_MAX_LISTINGS]
        self._ask(wanted)
        self._follow(wanted)
        entries = self._spread()
        self._ask(entries)
        return self._judge(common, words, delay_s, entries)

    # --- what the portal has

    def _ask(self, urls: Sequence[str]) -> tuple[str, ...]:
        """Fetch, and return the sitemaps that robots.txt names."""
        if not urls:
            return ()
        fetched = fetch(urls, self.config)
        self.answers.update(fetched.answers)
        return fetched.sitemaps

    def _robots(self, answer: Answer) -> tuple[str, float | None]:
        if answer.failure == "HTTP 404":
            return t("there is none: nothing is forbidden"), None
        if answer.failure:
            return t(answer.failure), None
        delay = Protego.parse(decode(answer.body).text).crawl_delay(user_agent(self.config))
        return t("answers"), float(delay) if delay else None

    def _follow(self, urls: Sequence[str]) -> None:
        for url in urls:
            answer = self.answers[url]
            if not answer.failure:
                found = self.site.links(_text(answer), answer.url)
                self.links.update(dict.fromkeys(found))
                self.site.observe(answer.body, answer.url, answer.headers)

    def _guides(self, told: Sequence[str]) -> None:
        """Sitemaps and feeds: those that answer, and those that are named and do not."""
        base = self.source.url
        maps = list(told)[:_MAX_MAPS] or [urljoin(base, "/sitemap.xml")]
        pages = [answer for answer in self.answers.values() if not answer.failure]
        shown = chain.from_iterable(autodiscover(page.body, page.url) for page in pages)
        own = [urljoin(base, path) for path in self.spider.feeds]
        usual = [urljoin(base, path) for path in FEEDS.get(self.site.family.name, ())]
        feeds = list(dict.fromkeys([*own, *shown, *usual]))
        self._ask([*maps, *feeds])
        parts = list(chain.from_iterable(self._map(url) for url in maps))[:_MAX_MAPS]
        self._ask(parts)
        for url in parts:
            list(self._map(url))
        for url in feeds:
            self._feed(url)
        self.missing += [url for url in [*told, *own] if url not in {**self.sitemaps, **self.feeds}]
        for url in [*maps, *parts, *feeds]:
            self.answers.pop(url, None)

    def _map(self, url: str) -> Iterator[str]:
        """Counts the addresses of a sitemap, and yields its parts."""
        answer = self.answers.get(url)
        if answer is None or answer.failure:
            return
        try:
            found = parse_sitemap(answer.body, answer.url)
        except BadSitemapError:
            return
        self.sitemaps[url] = len(found.pages) + len(found.parts)
        self.links.update(dict.fromkeys(one.url for one in found.pages))
        yield from (one.url for one in found.parts)

    def _feed(self, url: str) -> None:
        answer = self.answers[url]
        if answer.failure:
            return
        try:
            found = parse_feed(answer.body, answer.url, source=self.source.name)
        except BadFeedError:
            return
        self.feeds[url] = len(found.items)
        self.links.update(dict.fromkeys(item.url for item in found.items))

    def _spread(self) -> list[str]:
        """Entries of every form of addresses, from the newest to the oldest: layouts change."""
        groups: dict[str, dict[str, str]] = {}
        for url in self.links:
            page = self.site.classify(url)
            if page.kind == "entry":
                form = self.site.form_of(url)
                group = form.pattern if form else page.module
                groups.setdefault(group, {}).setdefault(page.key, url)
        each = [_evenly(list(found.values()), ENTRIES) for found in groups.values()]
        turns = chain.from_iterable(zip_longest(*each))
        chosen = [url for url in turns if url is not None][:ENTRIES]
        if not chosen:  # no address tells: pages have to
            chosen = [url for url in self.links if self.site.classify(url).kind == "other"][
                :ENTRIES
            ]
        return chosen

    # --- what its pages say of the rules

    def _judge(
        self, common: Mapping[str, Any], robots: str, delay_s: float | None, entries: list[str]
    ) -> Contact:
        pages = [answer for answer in self.answers.values() if not answer.failure]
        refused: Counter[str] = Counter()
        filled: Counter[str] = Counter()
        read = []
        for answer in (self.answers[url] for url in entries):
            if answer.failure:
                refused[answer.failure] += 1
                continue
            try:
                item = self.site.read(answer.body, answer.url, answer.headers)
            except NotAnEntryError as error:
                refused[error.reason] += 1
                continue
            read.append(answer)
            filled.update(item.to_dict().keys())
        found = Contact(
            **common, robots=robots, crawl_delay_s=delay_s, sitemaps=self.sitemaps,
            feeds=self.feeds, missing=tuple(self.missing), pages=len(pages),
            charsets=dict(Counter(_charset(page) for page in pages)),
            families=dict(Counter(recognise(p.body, p.url, p.headers).family for p in pages)),
            addresses=tuple(self._addresses()), fields=tuple(self._fields(read, filled)),
            entries=tuple(entries), read=len(read), refused=dict(refused),
        )  # fmt: skip
        return replace(found, notes=tuple(_notes(found)))

    def _tag(self, *rules: str) -> str:
        """The tag of the first of these rules that the spider's profile names."""
        profile = self.spider.evidence
        return next((profile[rule] for rule in rules if rule in profile), ASSUMED)

    def _addresses(self) -> Iterator[Seen]:
        forms: Counter[Address | str] = Counter()
        starts = (urljoin(self.source.url, path) for path in self.spider.start_paths)
        for url in dict.fromkeys([*starts, *self.links]):
            form = self.site.form_of(url)
            forms[form or self.site.classify(url).kind] += 1
        for form in self.spider.addresses:
            tag = EVIDENCED if form.seen else self._tag("addresses")
            yield Seen(f"{form.pattern} → {form.kind}", tag, forms[form], len(self.links))
        tag = _family_tag(self.site)
        for kind in ("entry", "listing"):
            if forms[kind] or not self.spider.addresses:
                rule = f"{self.site.family.name} → {kind}"
                yield Seen(rule, tag, forms[kind], len(self.links))

    def _fields(self, read: Sequence[Answer], filled: Mapping[str, int]) -> Iterator[FieldRule]:
        texts = [(_text(answer), answer.url) for answer in read]
        family = self.site.family
        chains = family.chains() if isinstance(family, Engine) else {}
        tagged = [
            *((name, rule, self.spider.name, self._tag(name, "class names"))
              for name, rule in _single(self.spider.fields)),
            *((name, rule, family.name, _family_tag(self.site))
              for name, rule in _single(chains) if name not in self.spider.fields),
        ]  # fmt: skip
        for name, rule, origin, tag in tagged:
            hits = sum(found_by(html, url, name, rule) for html, url in texts)
            yield FieldRule(
                field=name, rule=rule, origin=origin, tag=tag, hits=hits,
                filled=filled.get(name, 0), of=len(texts),
            )  # fmt: skip


def _notes(found: Contact) -> Iterator[str]:
    """What does not hold, in words."""
    for url in found.missing:
        yield t("There is neither a sitemap nor a feed at {url}", url=url)
    if not found.sitemaps and not found.feeds:
        yield t("Neither sitemap nor feed: everything is found by following links.")
    best = max(found.families, key=lambda name: found.families[name], default="")
    if best and best not in (found.family, "generic"):
        yield t("Its pages look like {other}, and the spider takes it for {family}.", other=best, family=found.family)  # fmt: skip
    if not found.entries:
        yield t("None of its addresses was told to be a material.")
    for reason, n in found.refused.items():
        yield t("No materials in the sample: {n} ({reason})", n=n, reason=t(reason))
    by_field: dict[str, list[FieldRule]] = {}
    for one in found.fields:
        by_field.setdefault(one.field, []).append(one)
    for name, rules in by_field.items():
        own = rules[0].origin == found.spider
        if own and found.read >= _ENOUGH and not any(one.hits for one in rules):
            said = " | ".join(one.rule for one in rules)
            yield t("No selector of {field} found anything on {n} pages: {rules}", field=name, n=found.read, rules=said)  # fmt: skip


def _family_tag(site: SiteReader) -> str:
    family = FAMILIES.get(site.family.name)
    return EVIDENCED if isinstance(family, Engine) and family.real_pages else ASSUMED


def _single(chains: Mapping[str, str | tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """(field, selector), one for each selector of a chain."""
    for name, rules in chains.items():
        for rule in (rules,) if isinstance(rules, str) else rules:
            yield name, rule


def _evenly(urls: list[str], n: int) -> list[str]:
    """At most `n` of them, from the first to the last."""
    if len(urls) <= n:
        return urls
    return [urls[at * (len(urls) - 1) // (n - 1)] for at in range(n)]


def _content_type(answer: Answer) -> str | None:
    return next((v for k, v in answer.headers.items() if k.lower() == "content-type"), None)


def _text(answer: Answer) -> str:
    return decode(answer.body, header=_content_type(answer)).text


def _charset(answer: Answer) -> str:
    return re.sub(r"_", "-", decode(answer.body, header=_content_type(answer)).charset)
