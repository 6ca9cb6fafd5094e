"""The download handler: every connection judged as it is made, every body capped.

Time in all (connecting, waiting and a body that drips in) and the size of the body are capped by
`timeout_s` and `max_bytes`; an answer that is no text is refused before its body is read.

aiohttp's client is used directly: Scrapy's handler for it builds of each answer what nobody here
reads (the class of its page, address, certificate, protocol), and sends two signals.
"""

from __future__ import annotations

import errno
import socket
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import aiohttp
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response

from netmeta.harvest.failures import NO_TLS, NOT_A_PAGE, NOT_ALLOWED
from netmeta.harvest.guards.addresses import Reach, host_of
from netmeta.harvest.guards.content_types import is_refused
from netmeta.harvest.spider import SourceSpider

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

SETTING: Final = "NETMETA_ALLOW_HOSTS"
"""Name under which `Config.allow_hosts` reaches the handler through Scrapy's settings."""


@dataclass(slots=True)
class _Asking:
    """The address for which a connection is being made."""

    url: str
    refused: bool = False


_asking: ContextVar[_Asking] = ContextVar("asking")


class GuardedHandler:
    """Connects only where the source's `Reach` permits, redirects and robots.txt included.

    Connections are kept for one source and host, so that a kept one needs no second judgement.
    Certificates are verified, as aiohttp does by itself.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        spider = cast(SourceSpider, crawler.spider)
        self._reach = Reach(settings.getlist(SETTING), spider.job.source.url)
        self._max_bytes = settings.getint("DOWNLOAD_MAXSIZE")
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=settings.getint("CONCURRENT_REQUESTS"),
                limit_per_host=settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
                socket_factory=self._socket,
            ),
            headers={"User-Agent": settings["USER_AGENT"], **settings["DEFAULT_REQUEST_HEADERS"]},
            timeout=aiohttp.ClientTimeout(total=settings.getfloat("DOWNLOAD_TIMEOUT")),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # guards/compression.py does it, with a cap
            skip_auto_headers=("Content-Type",),
        )

    def _socket(self, found: aiohttp.connector.AddrInfoType) -> socket.socket:
        """A socket for one resolved address. Raises: PermissionError if it must not be reached."""
        family, kind, protocol, _, place = found
        asking = _asking.get()
        host = host_of(asking.url)
        if not self._reach.permits(str(place[0]), host):
            asking.refused = True
            raise PermissionError(errno.EACCES, f"{host} is at {place[0]}")
        return socket.socket(family, kind, protocol)

    async def download_request(self, request: Request) -> Response:
        """Ask, and read the answer.

        Raises:
            IgnoreRequest: an address that must not be reached, a certificate that proves nothing,
                or an answer that is no page.
            DownloadTimeoutError, UnsupportedURLSchemeError, CannotResolveHostError,
            DownloadConnectionRefusedError, ResponseDataLossError, DownloadFailedError: as in
                Scrapy's handlers.
            DownloadCancelledError: the body is too large.
        """
        asking = _Asking(request.url)
        _asking.set(asking)
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in request.headers.items()
            for value in values
        ]
        try:
            async with self._session.request(
                request.method, request.url, headers=headers, allow_redirects=False,
                data=request.body or None,
            ) as answer:  # fmt: skip
                return await self._read(answer, request)
        except TimeoutError as error:
            raise DownloadTimeoutError(request.url) from error
        except (aiohttp.InvalidUrlClientError, aiohttp.NonHttpUrlClientError) as error:
            raise UnsupportedURLSchemeError(str(error)) from error
        except aiohttp.ClientConnectorDNSError as error:
            raise CannotResolveHostError(str(error)) from error
        except aiohttp.ClientConnectorError as error:
            if asking.refused:
                raise IgnoreRequest(NOT_ALLOWED) from error
            if isinstance(error, aiohttp.ClientSSLError):
                raise IgnoreRequest(NO_TLS) from error
            raise DownloadConnectionRefusedError(str(error)) from error
        except aiohttp.ClientPayloadError as error:
            raise ResponseDataLossError(str(error)) from error
        except aiohttp.ClientError as error:
            raise DownloadFailedError(str(error)) from error

    async def _read(self, answer: aiohttp.ClientResponse, request: Request) -> Response:
        if answer.status == 200 and is_refused(answer.headers.get("Content-Type")):
            raise IgnoreRequest(NOT_A_PAGE)
        if (answer.content_length or 0) > self._max_bytes:
            raise DownloadCancelledError(request.url)
        parts: list[bytes] = []
        size = 0
        while part := await answer.content.readany():
            parts.append(part)
            size += len(part)
            if size > self._max_bytes:
                raise DownloadCancelledError(request.url)
        headers: dict[bytes, list[bytes]] = {}
        for name, value in answer.raw_headers:
            headers.setdefault(name.title(), []).append(value)
        return Response(request.url, status=answer.status, headers=headers, body=b"".join(parts))

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()
