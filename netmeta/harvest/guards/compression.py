"""Unpacks bodies, up to the cap, and only whole ones.

Scrapy's middleware gives what it could unpack of a body that breaks off; here half a page is no
page. A kilobyte that unpacks to gigabytes is refused as soon as it passes the cap.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import brotli  # type: ignore[import-untyped]  # ships no types
from scrapy.exceptions import IgnoreRequest

from netmeta.harvest.failures import CUT_OFF, TOO_LARGE, UNKNOWN_CODING

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

ACCEPTED: Final = "gzip, deflate, br"
"""The codings that a harvest asks for."""

_STEP: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"


class Unpacker:
    """Lies above redirects and below retries, so that both see plain answers."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Unpacker:
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_response(self, request: Request, response: Response) -> Response:
        """Raises: IgnoreRequest for what is too large, cut off, or coded in an unknown way."""
        named = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        codings = [one.strip().lower() for one in named.split(",") if one.strip()]
        if not codings:
            return response
        body = response.body
        if body:  # a 304 and an empty answer may name a coding
            for coding in reversed(codings):
                body = unpacked(body, coding, self._max_bytes)
        plain = response.replace(body=body)
        del plain.headers["Content-Encoding"]
        return plain


def unpacked(body: bytes, coding: str, max_bytes: int) -> bytes:
    """The plain bytes of a body.

    Raises: IgnoreRequest, as `Unpacker.process_response`.
    """
    if coding == "identity":
        return body
    try:
        if coding in ("gzip", "x-gzip"):
            return _gunzip(body, max_bytes)
        if coding == "deflate":
            return _inflate(body, max_bytes)
        if coding == "br":
            return _unbrotli(body, max_bytes)
    except (zlib.error, brotli.error) as error:
        raise IgnoreRequest(CUT_OFF) from error
    raise IgnoreRequest(UNKNOWN_CODING)


def _gunzip(body: bytes, max_bytes: int) -> bytes:
    """One member after the other, as gzip allows."""
    plain = b""
    while body.startswith(_GZIP) or not plain:
        unpacking = zlib.decompressobj(wbits=31)
        plain += _rest(unpacking, body, max_bytes - len(plain))
        body = unpacking.unused_data
        if not body:
            break
    return plain


def _inflate(body: bytes, max_bytes: int) -> bytes:
    try:
        return _rest(zlib.decompressobj(), body, max_bytes)
    except zlib.error:  # some servers send it without the two bytes of a header
        return _rest(zlib.decompressobj(wbits=-15), body, max_bytes)


def _rest(unpacking: zlib._Decompress, body: bytes, max_bytes: int) -> bytes:
    plain = unpacking.decompress(body, max_bytes + 1)
    if len(plain) > max_bytes:
        raise IgnoreRequest(TOO_LARGE)
    if not unpacking.eof:
        raise IgnoreRequest(CUT_OFF)
    return plain


def _unbrotli(body: bytes, max_bytes: int) -> bytes:
    unpacking = brotli.Decompressor()
    parts = [unpacking.process(body, output_buffer_limit=_STEP)]
    size = len(parts[0])
    while size <= max_bytes and not unpacking.is_finished():
        part = unpacking.process(b"", output_buffer_limit=_STEP)
        if not part:
            raise IgnoreRequest(CUT_OFF)
        parts.append(part)
        size += len(part)
    if size > max_bytes:
        raise IgnoreRequest(TOO_LARGE)
    return b"".join(parts)
