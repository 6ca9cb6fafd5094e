"""What people's programs subscribe to, and what machines may find here: feeds, calendar, lists."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any, Final, cast
from urllib.parse import quote, urlencode

from datasette.utils.asgi import NotFound, Response

from netmeta.catalogue import exporting
from netmeta.catalogue.removal import is_removed
from netmeta.exchange import amb, opml, sites
from netmeta.exchange import feeds as formats
from netmeta.exchange.calendar import MEDIA_TYPE as CALENDAR_TYPE
from netmeta.exchange.calendar import calendar
from netmeta.exchange.feeds import Channel, FeedFormat
from netmeta.exchange.jsonld import record_jsonld
from netmeta.exchange.markup import Escaper
from netmeta.exchange.oai.setting import Setting
from netmeta.facade import Netmeta
from netmeta.services import feeds as services
from netmeta.services.feeds import Wanted
from netmeta.services.publishing import oai_setting
from netmeta.texts import language, t
from netmeta.vocabularies import load, to_skos_jsonld, to_skos_turtle
from netmeta.web.page import page_number
from netmeta.web.sending import changing, compressed, site_url
from netmeta.web.shelf import shelf_of

log = logging.getLogger(__name__)

XML: Final = "application/xml; charset=utf-8"
JSONLD: Final = "application/ld+json; charset=utf-8"
_QUERY_SAFE: Final = "/:@!$&'()*+,;=~-._?%"


def _wanted(request: Any) -> Wanted:
    typed = request.args.get("limit") or ""
    limit = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else services.USUAL
    names = {name: request.args.getlist(name) for name in request.args}
    return Wanted(
        query=(request.args.get("q") or "").strip(),
        filters=services.wanted_filters(names),
        author=(request.args.get("author") or "").strip(),
        limit=max(1, min(limit, services.MOST)),
        page=page_number(request),
        sort="relevance" if request.args.get("sort") == "relevance" else "date",
    )


def _setting(netmeta: Netmeta, request: Any, datasette: Any) -> Setting:
    title = datasette.metadata("title")
    site = site_url(request, datasette)
    return oai_setting(netmeta.catalogue, netmeta.config, site, title=title)


def _home(wanted: Wanted, site: str) -> str:
    """The page that shows people what a feed shows machines."""
    one = {name: values[0] for name, values in wanted.filters.items()}
    if wanted.author:
        return f"{site}author/{wanted.author}" if wanted.author.isdigit() else site
    if not wanted.query and set(one) == {"source"}:
        return f"{site}portal/{one['source']}"
    if not wanted.query and set(one) == {"subject"}:
        return f"{site}subject/{one['subject']}"
    pairs = [("q", wanted.query), *((n, v) for n, vs in wanted.filters.items() for v in vs)]
    return f"{site}search?{urlencode(pairs)}" if wanted.query or one else site


def _own_address(request: Any, datasette: Any, address: str) -> str:
    """The address under which this very answer is served, arguments and all, as a URI."""
    query = quote(request.query_string.encode("latin-1"), safe=_QUERY_SAFE)
    return site_url(request, datasette) + address + (f"?{query}" if query else "")


Find = Callable[[Netmeta, Setting], tuple[services.Found, str]]
"""Gives the records of a feed or calendar, and the page that shows the same to people."""


def _tell_dropped(address: str, x: Escaper) -> None:
    if x.dropped:
        log.info("%s: %d characters dropped that its format cannot hold", address, x.dropped)


def _modified(netmeta: Netmeta, found: services.Found) -> str:
    """Since when a list may be as it is: a record that left it changes none of those it has."""
    return max(found.changed, exporting.latest(netmeta.catalogue.conn) or found.changed)


async def send_feed(
    request: Any, datasette: Any, form: FeedFormat, address: str, find: Find
) -> Any:
    """Answer with a feed of what `find` gives, with ETag, Last-Modified, 304.

    Args:
        address: at which it is served, relative to the site ("feed.rss"); its own link says it.
        find: for a list of ids see `netmeta.services.feeds.listed`.
    """
    own = _own_address(request, datasette, address)

    def make(netmeta: Netmeta) -> tuple[bytes, str]:
        setting = _setting(netmeta, request, datasette)
        found, home = find(netmeta, setting)
        channel = Channel(
            title=f"{found.title} — {setting.title}",
            description=t("What is new: {title}", title=found.title),
            self_url=own,
            home=home,
            setting=setting,
            paging=found.paging,
        )
        x = Escaper()
        body = formats.write(form, channel, found.records, x)
        _tell_dropped(own, x)
        return body, _modified(netmeta, found)

    body, changed = await shelf_of(datasette).do(make, language())
    return await changing(request, body, formats.MEDIA_TYPES[form], changed=changed)


async def send_calendar(request: Any, datasette: Any, find: Find) -> Any:
    """Answer with a calendar of what `find` gives, as `send_feed`."""

    def make(netmeta: Netmeta) -> tuple[bytes, str]:
        setting = _setting(netmeta, request, datasette)
        found, _ = find(netmeta, setting)
        zones = services.zones(netmeta.catalogue)
        x = Escaper()
        body = calendar(found.records, setting, title=found.title, zones=zones, x=x)
        _tell_dropped(request.path, x)
        return body, _modified(netmeta, found)

    body, changed = await shelf_of(datasette).do(make, language())
    return await changing(request, body, CALENDAR_TYPE, changed=changed)


async def feed(request: Any, datasette: Any) -> Any:
    """`/feed.rss`, `/feed.atom`, `/feed.json?q=&source=&subject=&author=&...`."""
    form = cast(FeedFormat, request.url_vars["form"])
    wanted = _wanted(request)

    def find(netmeta: Netmeta, setting: Setting) -> tuple[services.Found, str]:
        found = services.feed(netmeta.catalogue, lambda: netmeta.searcher, wanted)
        return found, _home(wanted, setting.site_url)

    return await send_feed(request, datasette, form, f"feed.{form}", find)


async def events(request: Any, datasette: Any) -> Any:
    """`/events.ics`: all events, or with parameters those of a search."""
    wanted = _wanted(request)

    def find(netmeta: Netmeta, setting: Setting) -> tuple[services.Found, str]:
        found = services.events(netmeta.catalogue, lambda: netmeta.searcher, wanted)
        return found, f"{setting.site_url}events"

    return await send_calendar(request, datasette, find)


async def jsonld(request: Any, datasette: Any) -> Any:
    """`/record/ID.jsonld` in schema.org's words, `/record/ID.amb.jsonld` in those of AMB; what is
    hidden, gone or forgotten is not there, and AMB has only materials and courses."""
    id = int(request.url_vars["id"])
    as_amb = request.url_vars["profile"] is not None

    def make(netmeta: Netmeta) -> dict[str, Any] | None:
        record = netmeta.catalogue.records([id]).get(id)
        if record is None or record["hidden"] or record["gone_at"] is not None:
            return None
        setting = _setting(netmeta, request, datasette)
        if as_amb:
            learned = record["kind"] in amb.KINDS
            return amb.record_amb(record, setting, page=setting.page(id)) if learned else None
        return record_jsonld(record, vocabularies=setting.vocabularies, page=setting.page(id))

    said = await shelf_of(datasette).do(make, language())
    if said is None:
        raise NotFound("No such record.")
    body = json.dumps(said, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")
    return await compressed(request, body, JSONLD)


async def source_list(request: Any, datasette: Any) -> Any:
    """`/sources.opml`: the portals and feeds behind the catalogue."""

    def make(netmeta: Netmeta) -> bytes:
        known = netmeta.catalogue.sources()
        sources = [status.source for status in known if not is_removed(status)]
        setting = _setting(netmeta, request, datasette)
        at = format_datetime(netmeta.catalogue.now(), usegmt=True)
        x = Escaper()
        body = opml.write(sources, title=setting.title, at=at, x=x)
        _tell_dropped("/sources.opml", x)
        return body

    body = await shelf_of(datasette).do(make, language())
    return await compressed(request, body, "text/x-opml; charset=utf-8")


async def opensearch(request: Any, datasette: Any) -> Any:
    """`/opensearch.xml`: how other programs can search here."""
    shelf = shelf_of(datasette)
    setting = await shelf.do(lambda netmeta: _setting(netmeta, request, datasette), language())
    return Response(
        sites.opensearch(setting),
        content_type="application/opensearchdescription+xml; charset=utf-8",
    )


async def sitemap(request: Any, datasette: Any) -> Any:
    """`/sitemap.xml`: the index; `/sitemap-pages.xml`, `/sitemap-1-50000.xml`: its files."""
    shelf = shelf_of(datasette)
    part = request.url_vars.get("part")
    setting = await shelf.do(lambda netmeta: _setting(netmeta, request, datasette), language())
    if part is None:
        slices = await shelf.kept(
            "sitemap", lambda c: exporting.last_modified(c.conn, size=sites.SITEMAP_URLS)
        )
        body = sites.sitemap_index(slices, setting)
    elif part == "pages":
        body = sites.sitemap_of_pages(setting)
    else:
        first, last = map(int, part.split("-"))

        def read(netmeta: Netmeta) -> list[tuple[int, str]]:
            conn = netmeta.catalogue.conn
            return exporting.changed_between(conn, first, last, limit=sites.SITEMAP_URLS)

        found = await shelf.do(read, language())
        if not found:
            raise NotFound("No such sitemap.")
        body = sites.sitemap(found, setting)
    return await compressed(request, body, XML)


async def vocabularies(request: Any) -> Any:
    """`/vocabularies.ttl`, `/vocabularies.jsonld`: the concept schemes as SKOS."""
    if request.url_vars["form"] == "ttl":
        text, kind = to_skos_turtle(load()), "text/turtle; charset=utf-8"
    else:
        text, kind = json.dumps(to_skos_jsonld(load()), ensure_ascii=False), JSONLD
    return await compressed(request, text.encode("utf-8"), kind)


ROUTES: Final[list[tuple[str, Callable[..., Any]]]] = [
    (r"^/feed\.(?P<form>rss|atom|json)$", feed),
    (r"^/events\.ics$", events),
    (r"^/record/(?P<id>\d{1,18})(?P<profile>\.amb)?\.jsonld$", jsonld),
    (r"^/sources\.opml$", source_list),
    (r"^/opensearch\.xml$", opensearch),
    (r"^/sitemap(?:-(?P<part>pages|\d{1,18}-\d{1,18}))?\.xml$", sitemap),
    (r"^/vocabularies\.(?P<form>ttl|jsonld)$", vocabularies),
]
"""(pattern, view), for the plugin."""
