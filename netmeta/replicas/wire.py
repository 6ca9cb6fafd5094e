"""What any portal tells machines: sitemaps, sitemap indexes, RSS feeds."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from html import escape

from netmeta.replicas.entries import Entry
from netmeta.replicas.markup import text
from netmeta.replicas.site import XML, Reply

GZIP = "application/x-gzip"
_NS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(base: str, pages: Iterable[tuple[str, dt.date | None]]) -> str:
    """A sitemap of paths with the day of their last change."""
    rows = []
    for path, day in pages:
        changed = f"<lastmod>{day:%Y-%m-%d}</lastmod>" if day else ""
        rows.append(f"<url><loc>{escape(base + path)}</loc>{changed}</url>\n")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_NS}">\n'
        + "".join(rows)
        + "</urlset>\n"
    )


def sitemap_index(base: str, parts: Iterable[tuple[str, dt.date | None]]) -> str:
    """A list of sitemaps with the day of their last change."""
    rows = []
    for path, day in parts:
        changed = f"<lastmod>{day:%Y-%m-%d}</lastmod>" if day else ""
        rows.append(f"<sitemap><loc>{escape(base + path)}</loc>{changed}</sitemap>\n")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{_NS}">\n'
        + "".join(rows)
        + "</sitemapindex>\n"
    )


def xml_reply(body: str, codec: str = "utf-8", modified: dt.datetime | None = None) -> Reply:
    """XML as it is served; characters the codec lacks become references."""
    return Reply(
        body=body.encode(codec, errors="xmlcharrefreplace"), content_type=XML, modified=modified
    )


def gzip_reply(body: str) -> Reply:
    """A file `*.xml.gz`: compressed for everyone, whatever the client accepts."""
    return Reply(body=gzip.compress(body.encode(), compresslevel=6, mtime=0), content_type=GZIP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """How a portal writes its RSS."""

    title: str
    link: str
    generator: str | None = None
    codec: str = "utf-8"
    guid: Callable[[Entry, str], str] | None = None
    """Makes a guid that is no address out of an entry and the base; None: the address itself."""


def rss(base: str, channel: Channel, entries: Sequence[Entry]) -> str:
    """The given entries, in order, as RSS 2.0."""
    generator = f"<generator>{channel.generator}</generator>\n" if channel.generator else ""
    return (
        f'<?xml version="1.0" encoding="{channel.codec}"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
        f"<title>{text(channel.title)}</title>\n<link>{base}{escape(channel.link)}</link>\n"
        f"<description>{text(channel.title)}</description>\n<language>ru</language>\n{generator}"
        + "".join(_item(base, channel, entry) for entry in entries)
        + "</channel>\n</rss>\n"
    )


def _item(base: str, channel: Channel, entry: Entry) -> str:
    link = escape(base + entry.path)
    guid = (
        f'<guid isPermaLink="false">{escape(channel.guid(entry, base))}</guid>'
        if channel.guid
        else f'<guid isPermaLink="true">{link}</guid>'
    )
    creator = f"<dc:creator>{text(entry.credits[0])}</dc:creator>\n" if entry.credits else ""
    brief = text(f"<p>{text(entry.work.brief)}</p>")
    return (
        f"<item>\n<title>{text(entry.work.title)}</title>\n<link>{link}</link>\n"
        f"<description>{brief}</description>\n"
        f"<category>{text(entry.section.name)}</category>\n{creator}{guid}\n"
        f"<pubDate>{format_datetime(entry.at)}</pubDate>\n</item>\n"
    )
