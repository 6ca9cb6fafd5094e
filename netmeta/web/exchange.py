"""What other systems take from this site: OAI-PMH, feeds, calendars, JSON-LD, sitemaps.

No page for people: nothing here depends on the visitor's language but the words in feeds.
"""

from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl

from datasette.utils.asgi import Response

from netmeta.exchange.oai import lossless
from netmeta.exchange.oai.provider import Provider
from netmeta.facade import Netmeta
from netmeta.services.publishing import oai_setting
from netmeta.texts import language
from netmeta.web.shelf import shelf_of

log = logging.getLogger(__name__)

XML: Final = "text/xml; charset=utf-8"
"""What the protocol wants (3.1.2.1), although RFC 7303 would have it application/xml."""

MOST_WAITING: Final = 16
RETRY_AFTER_S: Final = 15
"""Lists take a tenth of a second each, on two threads that also serve people's pages."""

MAX_POST_BYTES: Final = 20_000
COMPRESSED_FROM: Final = 1_000


class _Gate:
    """Flow control: so many answers may be under way, the rest is told to come back."""

    def __init__(self) -> None:
        self.waiting = 0


_gate = _Gate()


def site_url(request: Any, datasette: Any) -> str:
    """The address under which this site is being asked, with a slash at its end."""
    settings = datasette.plugin_config("netmeta") or {}
    address = settings.get("site_url") or datasette.absolute_url(request, datasette.urls.instance())
    return str(address).rstrip("/") + "/"


async def oai(request: Any, datasette: Any) -> Any:
    """`/oai`: OAI-PMH 2.0 over GET and POST."""
    if _gate.waiting >= MOST_WAITING:
        words = "Too many lists are being made. Come back later."
        return Response.text(words, status=503, headers={"Retry-After": str(RETRY_AFTER_S)})
    pairs = await _pairs(request)
    if pairs is None:
        return Response.text("The request is too long.", status=413)
    site, title = site_url(request, datasette), datasette.metadata("title")

    def answer(netmeta: Netmeta) -> bytes:
        catalogue = netmeta.catalogue
        setting = oai_setting(catalogue, netmeta.config, site, title=title)
        provider = Provider(conn=catalogue.conn, setting=setting, now=catalogue.now_text)
        made = provider.answer(pairs)
        if made.dropped:
            log.info("oai: %d characters dropped that XML cannot hold", made.dropped)
        return made.body

    _gate.waiting += 1
    try:
        body = await shelf_of(datasette).do(answer, language())
    finally:
        _gate.waiting -= 1
    return await compressed(request, body, XML)


async def _pairs(request: Any) -> list[tuple[str, str]] | None:
    """The arguments, each as often as it was given; None if there are too many to read."""
    text = request.query_string
    if request.method == "POST":
        body = await request.post_body()
        if len(body) > MAX_POST_BYTES:
            return None
        text = body.decode("utf-8", "replace")
    return parse_qsl(text, keep_blank_values=True, errors="replace")


async def oai_schema(request: Any) -> Any:
    """`/oai/netmeta.xsd`: the schema of the lossless format."""
    return Response(lossless.SCHEMA, content_type=XML)


async def compressed(
    request: Any, body: bytes, content_type: str, headers: dict[str, str] | None = None
) -> Any:
    """A response, compressed if that is worth it and the client takes it."""
    headers = {**(headers or {}), "Vary": "Accept-Encoding"}
    if len(body) >= COMPRESSED_FROM and _takes_gzip(request.headers.get("accept-encoding") or ""):
        pack: Callable[[bytes], bytes] = lambda raw: gzip.compress(raw, 5, mtime=0)  # noqa: E731
        body = await asyncio.get_running_loop().run_in_executor(None, pack, body)
        headers["Content-Encoding"] = "gzip"
    return Response(body, content_type=content_type, headers=headers)


def _takes_gzip(accepted: str) -> bool:
    """Whether gzip is accepted (RFC 9110, 12.5.3); `gzip;q=0` refuses it."""
    for part in accepted.lower().split(","):
        name, _, weight = part.strip().partition(";")
        if name.strip() in ("gzip", "x-gzip"):
            return weight.strip().replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


ROUTES: Final = [
    (r"^/oai/?$", oai),
    (r"^/oai/netmeta\.xsd$", oai_schema),
]
"""(pattern, view), for the plugin."""
