"""A feed's bytes -> items: RSS, RDF, Atom, whatever feedparser reads, JSON Feed; never a network.

Malformed input is first-class: entries that can be read are kept, and what was wrong is told in
`Feed.warnings`. Identity of an entry is its guid; without one its link; without that a hash of
its words. A guid that several entries of one document share identifies none of them alone, so a
hash of the link and title is appended to it.
"""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
import io
import re
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin

import feedparser

from netmeta.errors import BadFeedError
from netmeta.harvest.json_feed import parse_json_feed
from netmeta.model import Item, ItemAttachment
from netmeta.reading.charset import decode
from netmeta.reading.plain import parse_html, plain_text
from netmeta.when import parse_when

_XML_ENCODING: Final = re.compile(r"""(<\?xml[^>]*?)\s+encoding\s*=\s*["'][^"']*["']""", re.I)
_HALF: Final = re.compile(r"&(?:amp;)?#(?:0*(5[5-7]\d{3})|[xX]0*([dD][89a-fA-F][\da-fA-F]{2}));")
"""A numbered entity that may be half of a surrogate pair (55296 to 57343, D800 to DFFF)."""
_FEEDLIKE: Final = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|rdf|channel|item|entry)\b", re.I)
"""An element without which no feed has entries. The library is not asked about a document that has
none: it takes 15 s of CPU to find no feed in a page of 100,000 nested tags."""
_BODY: Final = re.compile(r"<body\b", re.I)
_HEAD_BYTES: Final = 100_000
"""Where a head may end; a selector over 100,000 nested tags would take seconds."""
_TITLE_CHARACTERS: Final = 90
_LOSSES: Final = frozenset({"invalid-bytes", "cut-off"})
_HARMLESS: Final = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A parsed feed: its own title and language, its entries as items, what was wrong with it."""

    title: str
    homepage: str | None
    language: str | None
    version: str
    items: tuple[Item, ...]
    warnings: tuple[str, ...]


def parse_feed(body: bytes, url: str, *, source: str, header: str | None = None) -> Feed:
    """Read a feed from its bytes.

    Args:
        body: the document as fetched.
        url: its address, the base of relative links.
        source: name of the source, for the items.
        header: the Content-Type header, a hint for the charset.

    Raises:
        BadFeedError: the bytes are no feed; the message names feeds that the page links to.
    """
    parsed, charset_notes = _parse(body, header)
    if not parsed.entries and not parsed.get("version"):
        raise BadFeedError(_no_feed(body, url, header), cure=_no_feed_cure(body, url))
    feed = parsed.feed
    items = tuple(_items(parsed.entries, feed, url, source))
    return Feed(
        title=plain_text(feed.get("title", "")),
        homepage=_http(feed.get("link"), url),
        language=feed.get("language"),
        version=parsed.get("version", ""),
        items=items,
        warnings=(*charset_notes, *_defects(parsed)),
    )


def _parse(body: bytes, header: str | None) -> tuple[Any, list[str]]:
    decoded = decode(body, header=header, xml=True)
    if (feed := parse_json_feed(decoded.text)) is not None:
        return feed, []
    if not _FEEDLIKE.search(decoded.text):
        return feedparser.FeedParserDict(entries=[], feed={}), []
    text = _XML_ENCODING.sub(r"\1", decoded.text, count=1)
    parsed = _feedparser(_with_whole_characters(text).encode("utf-8"))
    if not parsed.entries:  # our decoding may have hidden what the library's own would find
        raw = _feedparser(body)
        if raw.entries:
            parsed = raw
    notes = [f"charset: {p.code} {p.value}".rstrip() for p in decoded.problems if p.code in _LOSSES]
    return parsed, notes


def _with_whole_characters(text: str) -> str:
    """The text with emoji that some engines write as entities of their two UTF-16 halves joined.

    feedparser would give up the whole feed; what is half a character in truth becomes U+FFFD.
    """

    def half(found: re.Match[str]) -> str:
        code = int(found[1]) if found[1] else int(found[2], 16)
        return chr(code) if 0xD800 <= code <= 0xDFFF else found[0]

    mended = _HALF.sub(half, text)
    if mended == text:
        return text
    return mended.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _feedparser(body: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # feedparser's own, not ours to mend
        return feedparser.parse(
            io.BytesIO(body), response_headers={"content-type": "application/xml; charset=utf-8"}
        )


def _defects(parsed: Any) -> Iterable[str]:
    error = parsed.get("bozo_exception")
    if error is not None and not isinstance(error, _HARMLESS):
        line = error.getLineNumber() if hasattr(error, "getLineNumber") else None
        message = error.getMessage() if hasattr(error, "getMessage") else str(error)
        yield f"not well-formed: {message}" + (f" (line {line})" if line else "")
    if not parsed.entries:
        yield "no entries"


def _no_feed(body: bytes, url: str, header: str | None) -> str:
    if not body.strip():
        return f"{url} is empty, not a feed"
    head = body[:2000].lower()
    kind = "a web page" if b"<html" in head or b"<!doctype html" in head else "no known format"
    return f"{url} is no feed but {kind} ({header or 'no content type'})"


def _no_feed_cure(body: bytes, url: str) -> str:
    links = autodiscover(body, url)
    if links:
        return f"The page links to: {', '.join(links[:3])}."
    return "Give the address of an RSS or Atom feed."


def autodiscover(body: bytes, url: str) -> list[str]:
    """Addresses of the feeds that a page's head links to."""
    text = decode(body[:_HEAD_BYTES]).text
    body_at = _BODY.search(text)
    tree = parse_html(text[: body_at.start()] if body_at else text)
    return [
        urljoin(url, href)
        for link in tree.css('link[rel~="alternate"]')
        if (href := link.attributes.get("href"))
        and re.search(r"(rss|atom)\+xml|feed\+json", link.attributes.get("type") or "")
    ]


def _items(entries: list[Any], feed: Any, url: str, source: str) -> Iterable[Item]:
    guids = Counter(entry.get("id") for entry in entries)
    for entry in entries:
        yield _item(entry, feed, url, source, shared=guids[entry.get("id")] > 1)


def _item(entry: Any, feed: Any, url: str, source: str, *, shared: bool) -> Item:
    link = _http(entry.get("link"), url)
    html, full = _content(entry)
    body = plain_text(html)
    title = plain_text(entry.get("title", ""))
    summary = plain_text(entry.get("summary", ""))
    words = "\0".join((title, link or "", summary, entry.get("published", "")))
    guid = (entry.get("id") or "").strip()
    external_id = guid or link or f"hash:{_hash(words)}"
    if shared and guid:
        external_id = f"{guid}#{_hash(words)}"
    return Item(
        source=source,
        url=link or _http(guid, url) or f"{url}#{_hash(external_id)}",
        title=title or _beginning(summary or body) or link or url,
        external_id=external_id,
        description=summary if summary and not (full and summary == body) else None,
        body=body if full and body else None,
        authors=_authors(entry),
        published=_published(entry),
        category=tuple(
            dict.fromkeys(
                plain_text(t)
                for tag in entry.get("tags", ())
                if (t := tag.get("label") or tag.get("term"))
            )
        ),
        language=entry.get("language") or feed.get("language"),
        licence=_licence(entry) or _licence(feed),
        image=_image(entry, html, url),
        attachments=tuple(_enclosures(entry, url)),
        comments=entry.get("slash_comments"),
    )


def _content(entry: Any) -> tuple[str, bool]:
    """The longest of the entry's full texts, or its summary; and whether it is a full text."""
    full = max((part.get("value") or "" for part in entry.get("content", ())), key=len, default="")
    return (str(full), True) if full else (str(entry.get("summary") or ""), False)


def _beginning(text: str) -> str:
    """The first words of a text, to name what has no title."""
    line = text.split("\n", 1)[0]
    if len(line) <= _TITLE_CHARACTERS:
        return line
    return line[:_TITLE_CHARACTERS].rsplit(" ", 1)[0].rstrip(" ,.;:—–-") + "…"


def _hash(words: str) -> str:
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _http(link: Any, base: str) -> str | None:
    if not isinstance(link, str) or not link.strip():
        return None
    try:
        absolute = urljoin(base, link.strip())
    except ValueError:  # "http://[broken"
        return None
    return absolute if re.match(r"https?://[^/]", absolute, re.I) else None


def _authors(entry: Any) -> tuple[str, ...]:
    named = [a.get("name") for a in entry.get("authors", ()) if a.get("name")]
    return tuple(dict.fromkeys(plain_text(n) for n in named or [entry.get("author") or ""] if n))


def _published(entry: Any) -> str | None:
    """The portal's own words if our grammar reads them, else what feedparser made of them."""
    for name in ("published", "updated", "created"):
        words = (entry.get(name) or "").strip()
        if not words:
            continue
        if parse_when(words) is not None:
            return str(words)
        if parsed := entry.get(f"{name}_parsed"):
            moment = dt.datetime.fromtimestamp(calendar.timegm(parsed), dt.UTC)
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        return str(words)
    return None


def _licence(thing: Any) -> str | None:
    for link in thing.get("links", ()):
        if link.get("rel") == "license" and link.get("href"):
            return str(link["href"])
    return thing.get("license") or None


def _image(entry: Any, html: str, url: str) -> str | None:
    for media in (*entry.get("media_thumbnail", ()), *entry.get("media_content", ())):
        kind = media.get("medium") or media.get("type") or "image"
        if media.get("url") and str(kind).startswith("image"):
            return _http(media["url"], url)
    if "<img" in html.lower():
        image = parse_html(html).css_first("img[src]")
        return _http(image.attributes.get("src"), url) if image else None
    return None


def _enclosures(entry: Any, url: str) -> Iterable[ItemAttachment]:
    for enclosure in entry.get("enclosures", ()):
        if href := _http(enclosure.get("href") or enclosure.get("url"), url):
            length = str(enclosure.get("length") or "")
            yield ItemAttachment(
                url=href,
                name=href.rstrip("/").rsplit("/", 1)[-1] or None,
                size=f"{length} B" if length.isdigit() and length != "0" else None,
            )
