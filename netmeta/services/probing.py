"""Look at an address before it becomes a source: what it is, how it is made, what it would give.

Nothing is stored here. What cannot become a source is told plainly, with the next step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from netmeta.catalogue import Catalogue
from netmeta.config import Config
from netmeta.errors import BadFeedError, FetchError, InputError, UsageError
from netmeta.exchange.oai.reading import looks_like_endpoint
from netmeta.harvest.calendar_entries import calendar_name, parse_calendar
from netmeta.harvest.failures import FORBIDDEN, NOT_A_PAGE
from netmeta.harvest.families.recognise import recognise
from netmeta.harvest.feed_entries import autodiscover, parse_feed
from netmeta.harvest.fetching import Answer, fetch
from netmeta.harvest.folder import folder_of
from netmeta.harvest.registry import spider_class
from netmeta.harvest.site import FEEDS
from netmeta.harvest.sitemaps import BadSitemapError, parse_sitemap
from netmeta.model import Source, SourceKind
from netmeta.reading import PageReader
from netmeta.services.repositories import repository_at
from netmeta.services.sampling import Probe, tried
from netmeta.services.sources import LOOKED_AT, portal_of, slug
from netmeta.texts import t
from netmeta.vocabularies import Vocabularies, load


def probe(
    catalogue: Catalogue, config: Config, address: str, *, spider: str | None = None
) -> Probe:
    """Look at the address of a site, catalogue, feed, calendar or sitemap, or at a folder.

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
    known = bool(spider or portal_of(address))
    if looks_like_endpoint(address) and (found := _repository(address, config, vocabularies)):
        return found
    fetched = fetch([address], config)
    answer = fetched.answers[address]
    if answer.failure:
        # A catalogue keeps robots off its search pages, and its records are to be had all the same.
        may_list = answer.failure == FORBIDDEN and not known
        if may_list and (found := _repository(address, config, vocabularies)):
            return found
        raise _unreachable(answer)
    source = _whole(answer)
    _fits(source, spider, answer)
    if source.kind != "site":
        return _with_site(tried(source, config, vocabularies))
    if not known and (found := _repository(address, config, vocabularies)):
        return found
    return _site(answer, source, spider, fetched.sitemaps, config, vocabularies)


def _repository(address: str, config: Config, vocabularies: Vocabularies) -> Probe | None:
    """Another catalogue, told by the OAI-PMH repository of its site; None if there is none."""

    def bodies(urls: Sequence[str]) -> dict[str, bytes]:
        answers = fetch(urls, config).answers
        return {url: answer.body for url, answer in answers.items() if not answer.failure}

    source = repository_at(address, bodies)
    if source is None:
        return None
    return tried(source, config, vocabularies)


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
        title = calendar_name(answer.body) or title
    elif _is_sitemap(answer):
        kind = "sitemap"
    else:
        try:
            feed = parse_feed(answer.body, answer.url, source="probe")
            kind, title = "feed", feed.title or title
        except BadFeedError as error:
            if b"<html" not in answer.body.lower() and b"<!doctype html" not in head.lower():
                raise InputError(
                    t("{url} is neither a site nor a feed", url=answer.asked),
                    why=str(error),
                    cure=t("Give the address of a site, a feed, a calendar or a sitemap."),
                ) from error
    spider = {"sitemap": "site"}.get(kind, kind)
    return Source(name=slug(answer.asked), kind=kind, url=answer.asked, title=title, spider=spider)


def _fits(source: Source, spider: str | None, answer: Answer) -> None:
    """Raises: InputError: a feed was called a site, or a site a feed."""
    if spider is None or (spider == "feed") == (source.kind == "feed"):
        return
    if source.kind == "feed":
        raise InputError(
            t("{url} is a feed and no site", url=answer.asked),
            cure=t("Leave --spider out to add the feed, or give the home page: {home}", home=urljoin(answer.url, "/")),
        )  # fmt: skip
    if spider == "feed":
        feeds = autodiscover(answer.body, answer.url)
        cure = (
            t("Its feed is {feed}; without --spider the whole site is added.", feed=feeds[0])
            if feeds
            else t("It names no feed of its own; without --spider the whole site is added.")
        )
        raise InputError(t("{url} is no feed", url=answer.asked), cure=cure)


def _with_site(probe: Probe) -> Probe:
    """A feed is a window: whoever wants everything is told where that is."""
    if probe.source.kind != "feed":
        return probe
    home = urljoin(probe.source.url, "/")
    words = t("A feed has only its latest entries; for all of the site: netmeta source add {home}", home=home)  # fmt: skip
    return replace(probe, notes=(*probe.notes, words))


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
    portal = portal_of(answer.url) if spider in (None, *LOOKED_AT) else spider
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
    seen_of_it = tried(source, config, vocabularies, feeds=real_feeds)
    return replace(
        seen_of_it, evidence=found.evidence, sitemaps=real_maps, feeds=real_feeds,
        pages=seen_of_it.pages + len(seen) + 1, notes=(*notes, *seen_of_it.notes),
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
    return tried(source, config, vocabularies)


def _unreachable(answer: Answer) -> FetchError:
    failure = answer.failure or "connection failed"
    cures = {
        "no such host": t("Check the address for a slip of the pen."),
        "HTTP 404": t("There is no such page; try the address of the home page."),
        FORBIDDEN: t("The site does not want to be read by programs; ask its owner."),
        NOT_A_PAGE: t("Give the address of a site, a feed, a calendar or a sitemap."),
    }
    return FetchError(
        t("Nothing can be read from {url}", url=answer.asked),
        why=t(failure),
        cure=cures.get(failure, t("Try again later, or add it unseen with --unseen.")),
    )
