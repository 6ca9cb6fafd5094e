"""OAI-PMH over HTTP, and the routes of everything that other systems take from this site.

oai and its schema     here
subscribing            feeds, calendar, JSON-LD, OPML, OpenSearch, sitemaps, vocabularies
sending                compression, ETag, 304
"""

from __future__ import annotations

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
from netmeta.web import subscribing
from netmeta.web.sending import compressed, site_url
from netmeta.web.shelf import shelf_of

log = logging.getLogger(__name__)

XML: Final = "text/xml; charset=utf-8"
"""What the protocol wants (3.1.2.1), although RFC 7303 would have it application/xml."""

MOST_WAITING: Final = 16
RETRY_AFTER_S: Final = 15
"""Lists take a tenth of a second each, on two threads that also serve people's pages."""

MAX_POST_BYTES: Final = 20_000
_METHODS: Final = "GET, HEAD, POST"


class _Gate:
    """Flow control: so many answers may be under way, the rest is told to come back."""

    def __init__(self) -> None:
        self.waiting = 0


_gate = _Gate()


async def oai(request: Any, datasette: Any) -> Any:
    """`/oai`: OAI-PMH 2.0 over GET and POST."""
    if request.method not in ("GET", "HEAD", "POST"):
        return Response.text("OAI-PMH is spoken over GET and POST.", 405, {"Allow": _METHODS})
    if _gate.waiting >= MOST_WAITING:
        words = "Too many lists are being made. Come back later."
        return Response.text(words, status=503, headers={"Retry-After": str(RETRY_AFTER_S)})
    pairs = await _pairs(request)
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


async def _pairs(request: Any) -> list[tuple[str, str]]:
    """The arguments, each as often as it was given; of a request that nobody means, its beginning,
    which is answered like any other with illegal arguments."""
    text = request.query_string
    if request.method == "POST":
        body = await request.post_body()
        text = body[:MAX_POST_BYTES].decode("utf-8", "replace")
    return parse_qsl(text, keep_blank_values=True, errors="replace")


async def oai_schema(request: Any) -> Any:
    """`/oai/netmeta.xsd`: the schema of the lossless format."""
    return Response(lossless.SCHEMA, content_type=XML)


ROUTES: Final[list[tuple[str, Callable[..., Any]]]] = [
    (r"^/oai/?$", oai),
    (r"^/oai/netmeta\.xsd$", oai_schema),
    *subscribing.ROUTES,
]
"""(pattern, view), for the plugin."""
