"""A sitemap's bytes -> the addresses it lists. XML (plain or gzip), index files, lists as text.

The protocol (sitemaps.org) allows 50,000 addresses and 50 MB a file; what is beyond that is left
out and told. Entities and network stay off: a sitemap is input from strangers. A file that breaks
off keeps what was read before the break.
"""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import lxml.etree

from netmeta.errors import InputError
from netmeta.reading.charset import decode
from netmeta.texts import t

MAX_BYTES: Final = 50 * 1024 * 1024
MAX_ADDRESSES: Final = 50_000
_MAX_CHARS: Final = 2_048
_GZIP: Final = b"\x1f\x8b"
_XML: Final = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|urlset|sitemapindex|[\w]+:)")
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")


class BadSitemapError(InputError):
    """The bytes of an address are no sitemap."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One address of a sitemap; `lastmod` is the site's word, empty where it says nothing."""

    url: str
    lastmod: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """Pages of a site, or (an index file) further sitemaps; `warnings` tell what was left out."""

    pages: tuple[Listed, ...] = ()
    parts: tuple[Listed, ...] = ()
    warnings: tuple[str, ...] = ()


def parse_sitemap(body: bytes, url: str) -> Sitemap:
    """Read a sitemap or sitemap index.

    Args:
        body: the file as fetched, compressed or not.
        url: its address, for the messages.

    Raises:
        BadSitemapError: neither XML of the protocol nor a list of addresses.
    """
    plain, warnings = _plain(body, url)
    if _XML.match(plain[:512]):
        return _read_xml(plain, url, warnings)
    lines = [line.strip() for line in decode(plain).text.splitlines() if line.strip()]
    if lines and all(_is_address(line) for line in lines):
        return Sitemap(
            pages=tuple(Listed(line) for line in lines[:MAX_ADDRESSES]),
            warnings=_too_many(len(lines), warnings),
        )
    raise BadSitemapError(t("{url} is no sitemap", url=url))


def _plain(body: bytes, url: str) -> tuple[bytes, list[str]]:
    """The bytes without compression, at most `MAX_BYTES` of them, and what is wrong with them."""
    if not body.startswith(_GZIP):
        return body[:MAX_BYTES], ["sitemap: larger than 50 MB"] if len(body) > MAX_BYTES else []
    unpacking = zlib.decompressobj(wbits=31)
    try:
        plain = unpacking.decompress(body, MAX_BYTES)
    except zlib.error as error:
        raise BadSitemapError(t("{url} is no sitemap", url=url)) from error
    if unpacking.unconsumed_tail:
        return plain, ["sitemap: larger than 50 MB"]
    return plain, [] if unpacking.eof else ["sitemap: cut off"]


def _read_xml(plain: bytes, url: str, warnings: list[str]) -> Sitemap:
    # Decoded by content like everything else, because labels lie; then UTF-8 for the parser.
    text = _DECLARATION.sub("", decode(plain, xml=True).text, count=1)
    found: dict[str, list[Listed]] = {"url": [], "sitemap": []}
    count = 0
    root = ""
    try:
        for _, node in lxml.etree.iterparse(
            io.BytesIO(text.encode()),
            events=("end",),
            recover=False,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        ):
            name = lxml.etree.QName(node).localname if isinstance(node.tag, str) else ""
            if name in found:
                count += 1
                if count <= MAX_ADDRESSES:
                    _add(found[name], node)
                node.clear()
            elif name in ("urlset", "sitemapindex"):
                root = name
    except lxml.etree.XMLSyntaxError as error:
        if not count:
            raise BadSitemapError(t("{url} is no sitemap", url=url), why=error.msg) from error
        warnings = [*warnings, "sitemap: not well-formed"]
    if not root and not count:
        raise BadSitemapError(t("{url} is no sitemap", url=url))
    return Sitemap(
        pages=tuple(found["url"]),
        parts=tuple(found["sitemap"]),
        warnings=_too_many(count, warnings),
    )


def _add(into: list[Listed], node: lxml.etree._Element) -> None:
    values = {
        lxml.etree.QName(child).localname: (child.text or "").strip()
        for child in node
        if isinstance(child.tag, str)
    }
    if _is_address(values.get("loc", "")):
        into.append(Listed(values["loc"], values.get("lastmod", "")[:40]))


def _too_many(count: int, warnings: list[str]) -> tuple[str, ...]:
    more = ("sitemap: more than 50000 addresses",) if count > MAX_ADDRESSES else ()
    return (*warnings, *more)


def _is_address(text: str) -> bool:
    if not text.startswith(("http://", "https://")) or len(text) > _MAX_CHARS or " " in text:
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False
