"""Look at an address before it becomes a source: what it is, how it is made, what it would give.

Nothing is stored here. What cannot become a source is told plainly, with the next step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from netmeta.catalogue import Catalogue
from netmeta.catalogue.stored import Stored, stored
from netmeta.config import Config
from netmeta.errors import BadFeedError, FetchError, InputError, UsageError
from netmeta.harvest.calendar_entries import parse_calendar
from netmeta.harvest.families.recognise import recognise
from netmeta.harvest.feed_entries import autodiscover, parse_feed
from netmeta.harvest.fetching import Answer, fetch, sample
from netmeta.harvest.folder import folder_of
from netmeta.harvest.registry import spider_class
from netmeta.harvest.site import FEEDS
from netmeta.harvest.sitemaps import BadSitemapError, parse_sitemap
from netmeta.model import Record, Source, SourceKind
from netmeta.normalise import normalise
from netmeta.reading import PageReader
from netmeta.services.sources import portal_of, slug
from netmeta.texts import t
from netmeta.vocabularies import Vocabularies, load

SAMPLES: Final = 5
_TRIED: Final = 10
_MOST_PAGES: Final = 60
FIELDS: Final = (
    "summary", "body", "authors", "published", "subjects", "grades", "type", "licence",
    "attachments", "stages",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What was seen at an address.

    Attributes:
        source: what would be stored.
        evidence: what speaks for the family, in words.
        sitemaps, feeds: addresses that answered as such.
        records: normalised samples, at most `SAMPLES`.
        fields: {field: share of the samples in which it is filled}, 0..1.
        pages: asked for in all.
        notes: what a person should know, in the language of the interface.
    """

    source: Source
    evidence: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    records: tuple[Record, ...] = ()
    fields: Mapping[str, float]
    pages: int = 0
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "source": self.source.name,
            "kind": self.source.kind,
            "url": self.source.url,
            "title": self.source.title,
            "spider": self.source.spider,
            "family": self.source.options.get("family"),
            "evidence": list(self.evidence),
            "sitemaps": list(self.sitemaps),
            "feeds": list(self.feeds),
            "pages": self.pages,
            "samples": [_card(record) for record in self.records],
            "fields": dict(self.fields),
            "notes": list(self.notes),
        }


def probe(
    catalogue: Catalogue, config: Config, address: str, *, spider: str | None = None
) -> Probe:
    """Look at the address of a site, feed, calendar or sitemap, or at a folder.

    Args:
        spider: the portal whose spider knows the pages of a folder or site.

    Raises:
        FetchError: nothing answers there, or robots.txt forbids it.
        InputError: something answers, but nothing to harvest.
        UsageError: a list of feeds, which has a command of its own.
    """
    vocabularies = load(catalogue.local_mappings())
    folder = folder_of(address) if address.startswith("file:") else Path(address)
    if "://" not in address or address.startswith("file:"):
        return _folder(folder, spider, config, vocabularies)
    fetched = fetch([address], config)
    answer = fetched.answers[address]
    if answer.failure:
        raise _unreachable(answer)
    source = _whole(answer)
    if source.kind != "site":
        return _tried(source, config, vocabularies)
    return _site(answer, source, spider, fetched.sitemaps, config, vocabularies)


def _whole(answer: Answer) -> Source:
    """What answers: a feed, calendar or sitemap by itself, else a site; raises for OPML."""
    kind: SourceKind = "site"
    title = urlsplit(answer.url).hostname or answer.url
    head = answer.body[:4000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"<opml" in head.lower():
        raise UsageError(
            t("{url} is a list of feeds", url=answer.asked),
            cure=t("Save it as a file and use `netmeta source import FILE.opml`."),
        )
    if b"BEGIN:VCALENDAR" in head.upper():
        kind = "calendar"
        parse_calendar(answer.body, answer.url, source="", timezone="Europe/Moscow")
    elif _is_sitemap(answer):
        kind = "sitemap"
    else:
        try:
            feed = parse_feed(answer.body, answer.url, source="probe")
            kind, title = "feed", feed.title or title
        except BadFeedError as error:
            if b"<html" not in answer.body.lower() and b"<!doctype html" not in head.lower():
                raise InputError(
                    t("{url} is neither a site nor a feed", url=answer.asked), why=str(error)
                ) from error
    spider = {"sitemap": "site"}.get(kind, kind)
    return Source(name=slug(answer.asked), kind=kind, url=answer.asked, title=title, spider=spider)


def _is_sitemap(answer: Answer) -> bool:
    head = answer.body[:2000]
    if not (b"<urlset" in head or b"<sitemapindex" in head or head.startswith(b"\x1f\x8b")):
        return False
    try:
        parse_sitemap(answer.body, answer.url)
    except BadSitemapError:
        return False
    return True


def _site(
    answer: Answer,
    source: Source,
    spider: str | None,
    sitemaps: Sequence[str],
    config: Config,
    vocabularies: Vocabularies,
) -> Probe:
    page = PageReader().read(answer.body, answer.url, answer.headers)
    found = recognise(answer.body, answer.url, answer.headers)
    portal = spider or portal_of(answer.url)
    source = replace(source, title=_site_title(page.title) or source.title)
    if portal:
        kind = spider_class(portal)
        source = replace(
            source, name=portal, spider=portal, title=kind.title, homepage=kind.homepage
        )
    else:
        source = replace(source, options={"family": found.family})
    named = autodiscover(answer.body, answer.url)
    guessed = [urljoin(answer.url, path) for path in FEEDS.get(found.family, ())]
    maps = list(sitemaps) or [urljoin(answer.url, "/sitemap.xml")]
    seen = fetch([*maps, *named, *guessed], config).answers
    real_maps = tuple(url for url in maps if not seen[url].failure and _is_sitemap(seen[url]))
    feeds = dict.fromkeys([*named, *guessed])
    real_feeds = tuple(url for url in feeds if not seen[url].failure and _is_feed(seen[url]))
    notes = []
    if found.family == "generic" and not portal:
        notes.append(t("No known engine: pages are told apart by their addresses and their text."))
    if not real_maps and not real_feeds:
        notes.append(t("Neither sitemap nor feed: everything is found by following links."))
    tried = _tried(source, config, vocabularies)
    return replace(
        tried, evidence=found.evidence, sitemaps=real_maps, feeds=real_feeds,
        pages=tried.pages + len(seen) + 1, notes=(*notes, *tried.notes),
    )  # fmt: skip


def _is_feed(answer: Answer) -> bool:
    try:
        return bool(parse_feed(answer.body, answer.url, source="probe").version)
    except BadFeedError:
        return False


def _site_title(title: str | None) -> str:
    return " ".join((title or "").split())[:200]


def _folder(folder: Path, portal: str | None, config: Config, vocabularies: Vocabularies) -> Probe:
    if not folder.is_dir():
        raise UsageError(
            t("{path} is neither a web address nor a folder", path=folder),
            cure=t("Give it in full, with http:// or https://."),
        )
    folder = folder.resolve()
    source = Source(
        name=slug(f"x://{folder.name.lower()}"), kind="folder", url=folder.as_uri(),
        title=folder.name, spider="folder",
        options={"portal": portal} if portal else {},
    )  # fmt: skip
    return _tried(source, config, vocabularies)


def _tried(source: Source, config: Config, vocabularies: Vocabularies) -> Probe:
    """A harvest of a few items, to see what comes of it."""
    trial = replace(source, options={**source.options, "max_pages": _MOST_PAGES})
    items, job = sample(trial, config, limit=_TRIED)
    records = [normalise(item, source, vocabularies=vocabularies) for item in items]
    forms: list[Stored] = [stored(record) for record in records]
    fields = {
        name: sum(form[name] not in (None, "", []) for form in forms) / len(forms)
        for name in FIELDS if forms
    }  # fmt: skip
    notes = [t(words) for words in job.warnings if words != "page cap"]
    if not records:
        raise InputError(
            t("Nothing to harvest was found at {url}", url=source.url),
            why="; ".join(t(words) for words in (job.start_failed, *job.failures, *job.skipped) if words)
            or t("{pages} pages were read", pages=job.pages),
            cure=t("Try `netmeta source test URL` with one of its materials, or add its feed."),
        )  # fmt: skip
    return Probe(
        source=source, records=tuple(records[:SAMPLES]), fields=fields, pages=job.pages,
        notes=tuple(notes),
    )  # fmt: skip


def _unreachable(answer: Answer) -> FetchError:
    failure = answer.failure or "connection failed"
    cures = {
        "no such host": t("Check the address for a slip of the pen."),
        "HTTP 404": t("There is no such page; try the address of the home page."),
        "robots.txt forbids": t("The site does not want to be read by programs; ask its owner."),
    }
    return FetchError(
        t("Nothing can be read from {url}", url=answer.asked),
        why=t(failure),
        cure=cures.get(failure, t("Try again later, or add it unseen with --unseen.")),
    )


def _card(record: Record) -> dict[str, Any]:
    form = stored(record)
    names = ("title", "url", "kind", "type", "subjects", "grades", "published")
    return {name: form[name] for name in names}
