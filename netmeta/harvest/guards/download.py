"""The download handler: Scrapy's own for aiohttp, with every connection judged as it is made.

Time in all (connecting, waiting and a body that drips in) and the size of the body are capped by
`timeout_s` and `max_bytes`; an answer that is no text is refused before its body is read.
"""

from __future__ import annotations

import errno
import socket
import ssl
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, cast

import aiohttp
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.core.downloader.handlers._base_streaming import BaseStreamingDownloadHandler
from scrapy.exceptions import DownloadConnectionRefusedError, IgnoreRequest
from scrapy.settings import Settings
from scrapy.utils.ssl import _make_ssl_context

from netmeta.harvest.failures import NO_TLS, NOT_A_PAGE, NOT_ALLOWED
from netmeta.harvest.guards.addresses import Reach, host_of
from netmeta.harvest.guards.content_types import is_refused
from netmeta.harvest.spider import SourceSpider

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


@cache
def _ssl_context() -> ssl.SSLContext:
    """Scrapy's, with certificates verified: reading those of this machine takes 20 ms, which each
    source would spend twice."""
    return _make_ssl_context(Settings({"DOWNLOAD_VERIFY_CERTIFICATES": True}))


SETTING: Final = "NETMETA_ALLOW_HOSTS"
"""Name under which `Config.allow_hosts` reaches the handler through Scrapy's settings."""


@dataclass(slots=True)
class _Asking:
    """The request for which a connection is being made."""

    host: str
    refused: bool = False


_asking: ContextVar[_Asking] = ContextVar("asking")


class GuardedHandler(AiohttpDownloadHandler):
    """Connects only where the source's `Reach` permits, redirects and robots.txt included.

    Connections are kept for one source and host, so that a kept one needs no second judgement.
    """

    def __init__(self, crawler: Crawler) -> None:
        # Not the parent's own, which would open a session whose connector knows no judgement.
        BaseStreamingDownloadHandler.__init__(self, crawler)
        spider = cast(SourceSpider, crawler.spider)
        self._reach = Reach(crawler.settings.getlist(SETTING), spider.job.source.url)
        self._ssl_context = _ssl_context()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                local_addr=self._bind_address,
                limit=self._pool_size_total,
                limit_per_host=self._pool_size_per_host,
                socket_factory=self._socket,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # guards/compression.py does it, with a cap
            response_class=_ClientResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )

    def _socket(self, found: aiohttp.connector.AddrInfoType) -> socket.socket:
        """A socket for one resolved address. Raises: PermissionError if it must not be reached."""
        family, kind, protocol, _, place = found
        asking = _asking.get()
        if not self._reach.permits(str(place[0]), asking.host):
            asking.refused = True
            raise PermissionError(errno.EACCES, f"{asking.host} is at {place[0]}")
        return socket.socket(family, kind, protocol)

    async def download_request(self, request: Request) -> Response:
        """Raises: IgnoreRequest for an address that must not be reached, a certificate that
        proves nothing, or an answer that is no page; else as Scrapy's handler."""
        asking = _Asking(host_of(request.url))
        token = _asking.set(asking)
        try:
            return await super().download_request(request)
        except DownloadConnectionRefusedError as error:
            if asking.refused:
                raise IgnoreRequest(NOT_ALLOWED) from error
            if isinstance(error.__cause__, aiohttp.ClientSSLError):
                raise IgnoreRequest(NO_TLS) from error
            raise
        finally:
            _asking.reset(token)

    async def _read_response(self, response: _ClientResponse, request: Request) -> Response:
        if response.status == 200 and is_refused(response.headers.get("Content-Type")):
            raise IgnoreRequest(NOT_A_PAGE)
        return await super()._read_response(response, request)
