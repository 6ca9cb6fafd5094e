"""RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1 of records. Pure: a channel and its records in, bytes out.

An entry's identity is the record's OAI identifier, the same in all formats and for ever. The full
text is given only where its licence allows; otherwise an excerpt and the link.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from netmeta.catalogue.stored import Stored, dump
from netmeta.exchange.jsonld import excerpt, filled, licence_address
from netmeta.exchange.markup import DECLARATION, Escaper, uri
from netmeta.exchange.oai.setting import Setting
from netmeta.exchange.openness import may_be_copied

EXCERPT_CHARS: Final = 600
_NEVER: Final = "1970-01-01T00:00:00Z"

FeedFormat = Literal["rss", "atom", "json"]
MEDIA_TYPES: Final[Mapping[FeedFormat, str]] = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}


class Paging(NamedTuple):
    """Of search results, for OpenSearch: hits in all, number of the first from 1, page size."""

    total: int
    start: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a feed is about.

    Attributes:
        self_url: exactly the address it is served at.
        home: the page that shows the same to people.
    """

    title: str
    description: str
    self_url: str
    home: str
    setting: Setting
    paging: Paging | None = None


def updated(records: Sequence[Stored]) -> str:
    """The latest change among the records, "2026-01-31T07:05:00Z"."""
    return max((str(record["last_changed"]) for record in records), default=_NEVER)


def write(form: FeedFormat, channel: Channel, records: Sequence[Stored], x: Escaper) -> bytes:
    """The feed of records in their stored form, in the order given."""
    return _WRITERS[form](channel, records, x)


def _label(record: Stored, setting: Setting) -> list[str]:
    """Categories: type, subjects, tags, in words."""
    label = setting.vocabularies.label
    concepts = [record["type"]] if record["type"] else []
    return [*(label(c) for c in (*concepts, *record["subjects"])), *record["tags"]]


def _link(record: Stored, setting: Setting) -> str:
    return uri(record["url"]) or setting.page(record["id"])


def _text(record: Stored) -> str | None:
    """The full text, if it may be passed on."""
    return record["body"] if record["body"] and may_be_copied(record["licence"]) else None


def _html(text: str, x: Escaper) -> str:
    """Paragraphs of a plain text as HTML, itself escaped to stand in XML."""
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"&lt;p&gt;{x(x(line))}&lt;/p&gt;" for line in lines if line)


@lru_cache(maxsize=1024)  # records that were found together came at the same second
def _rfc822(instant: str) -> str:
    return format_datetime(dt.datetime.fromisoformat(instant), usegmt=True)


# --- RSS --------------------------------------------------------------------------------------

_RSS: Final = (
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule"><channel>'
)


def _rss(channel: Channel, records: Sequence[Stored], x: Escaper) -> bytes:
    element = x.element
    head = (
        element("title", channel.title)
        + element("link", channel.home)
        + element("description", channel.description)
        + "<language>ru</language>"
        + f"<lastBuildDate>{_rfc822(updated(records))}</lastBuildDate>"
        + "<generator>netmeta</generator><ttl>60</ttl>"
        + f'<atom:link href="{x(channel.self_url)}" rel="self" type="application/rss+xml"/>'
    )
    items = "".join(_rss_item(record, channel.setting, x) for record in records)
    return f"{DECLARATION}{_RSS}{head}{items}</channel></rss>\n".encode()


def _rss_item(record: Stored, setting: Setting, x: Escaper) -> str:
    element, full = x.element, _text(record)
    # Readers sort by pubDate: a lesson of 2012 that was found today is news to them today.
    return (
        "<item>"
        + element("title", record["title"])
        + element("link", _link(record, setting))
        + element("description", excerpt(record, EXCERPT_CHARS))
        + (f"<content:encoded>{_html(full, x)}</content:encoded>" if full else "")
        + "".join(element("dc:creator", author["name"]) for author in record["authors"])
        + element("dc:date", record["published_at"] or record["published"])
        + element("dc:source", record["source"])
        + "".join(element("category", words) for words in _label(record, setting))
        + _rss_licence(record, setting, x)
        + f"<pubDate>{_rfc822(record['first_seen'])}</pubDate>"
        + f'<guid isPermaLink="false">{setting.identifier(record["id"])}</guid></item>'
    )


def _rss_licence(record: Stored, setting: Setting, x: Escaper) -> str:
    address = licence_address(record["licence"], setting.vocabularies)
    return x.element("creativeCommons:license" if uri(address) else "dc:rights", address)


# --- Atom -------------------------------------------------------------------------------------

_ATOM: Final = (
    '<feed xmlns="http://www.w3.org/2005/Atom"'
    ' xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xml:lang="ru">'
)


def _atom(channel: Channel, records: Sequence[Stored], x: Escaper) -> bytes:
    element = x.element
    head = (
        element("title", channel.title)
        + element("subtitle", channel.description)
        + element("id", channel.self_url)
        + f"<updated>{updated(records)}</updated>"
        + f"<author>{element('name', channel.setting.title)}</author>"
        + "<generator>netmeta</generator>"
        + f'<link rel="self" type="application/atom+xml" href="{x(channel.self_url)}"/>'
        + f'<link rel="alternate" type="text/html" href="{x(channel.home)}"/>'
    )
    if channel.paging is not None:
        head += (
            f"<opensearch:totalResults>{channel.paging.total}</opensearch:totalResults>"
            f"<opensearch:startIndex>{channel.paging.start}</opensearch:startIndex>"
            f"<opensearch:itemsPerPage>{channel.paging.size}</opensearch:itemsPerPage>"
        )
    entries = "".join(_atom_entry(record, channel.setting, x) for record in records)
    return f"{DECLARATION}{_ATOM}{head}{entries}</feed>\n".encode()


def _atom_entry(record: Stored, setting: Setting, x: Escaper) -> str:
    element, full = x.element, _text(record)
    address = licence_address(record["licence"], setting.vocabularies)
    published = record["published_at"] or record["first_seen"]
    title = element("title", record["title"]) or "<title/>"
    return (
        f"<entry>{title}<id>{setting.identifier(record['id'])}</id>"
        + f"<updated>{record['last_changed']}</updated><published>{published}</published>"
        + "".join(
            f"<author>{name}</author>"
            for author in record["authors"]
            if (name := element("name", author["name"]))
        )
        + f'<link rel="alternate" href="{x(_link(record, setting))}"/>'
        + (f'<link rel="license" href="{x(licence)}"/>' if (licence := uri(address)) else "")
        + element("rights", None if uri(address) else address)
        + "".join(
            f'<link rel="enclosure" href="{x(href)}" title="{x(one["name"])}"/>'
            for one in record["attachments"]
            if (href := uri(one["url"]))
        )
        + "".join(f'<category term="{x(words)}"/>' for words in _label(record, setting))
        + element("summary", excerpt(record, EXCERPT_CHARS))
        + (f'<content type="html">{_html(full, x)}</content>' if full else "")
        + "</entry>"
    )


# --- JSON Feed --------------------------------------------------------------------------------


def _json(channel: Channel, records: Sequence[Stored], x: Escaper) -> bytes:
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.description,
        "home_page_url": channel.home,
        "feed_url": channel.self_url,
        "language": "ru",
        "items": [_json_item(record, channel.setting) for record in records],
    }
    # A lone half of a broken emoji cannot be UTF-8; JSON spells it as Python does.
    return dump(whole).encode(errors="backslashreplace")


def _json_item(record: Stored, setting: Setting) -> dict[str, Any]:
    address = licence_address(record["licence"], setting.vocabularies)
    summary = excerpt(record, EXCERPT_CHARS)
    return filled(
        {
            "id": setting.identifier(record["id"]),
            "url": _link(record, setting),
            "title": record["title"],
            "summary": summary,
            "content_text": _text(record) or summary or record["title"] or " ",
            "image": uri(record["image"]),
            "date_published": record["published_at"] or record["first_seen"],
            "date_modified": record["last_changed"],
            "authors": [{"name": author["name"]} for author in record["authors"]],
            "tags": _label(record, setting),
            "language": record["language"],
            "attachments": [
                filled(
                    {
                        "url": uri(one["url"]),
                        "mime_type": one["media_type"] or "application/octet-stream",
                        "title": one["name"],
                        "size_in_bytes": one["size_bytes"],
                    }
                )
                for one in record["attachments"]
                if uri(one["url"])
            ],
            "_netmeta": filled(
                {
                    "kind": record["kind"],
                    "source": record["source"],
                    "published": record["published"],
                    "licence": address,
                    "deadline": record.get("deadline"),
                }
            ),
        }
    )


_WRITERS: Final[Mapping[FeedFormat, Callable[[Channel, Sequence[Stored], Escaper], bytes]]] = {
    "rss": _rss, "atom": _atom, "json": _json,
}  # fmt: skip
