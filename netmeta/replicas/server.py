"""A loopback web server for replicas: HTTP/1.1, keep-alive, validators, a request log.

One thread accepts for all portals and sleeps in `select`; each connection has its own thread.
Closing wakes every one of them, so nothing outlives the `with` block.
"""

from __future__ import annotations

import datetime as dt
import gzip
import selectors
import socket
import sys
import threading
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, NamedTuple
from urllib.parse import unquote

from netmeta.replicas.site import Ask, Reply, Site

GZIP_FROM_BYTES = 8_192
"""XML of this size and more is compressed for a client that accepts it."""


class Logged(NamedTuple):
    """One line of a portal's request log; `path` includes the query."""

    method: str
    path: str
    status: int


class PortalServer(ThreadingHTTPServer):
    """One replica on its own port. `timeout = 0`: `handle_request` must never block the
    accepting thread when a client gave up between select and accept."""

    daemon_threads = False
    block_on_close = True
    timeout = 0
    request_queue_size = 128

    def __init__(self, site: Site, host: str) -> None:
        self.site = site
        self._lock = threading.Lock()
        self._log: list[Logged] = []
        self._open: set[socket.socket] = set()
        super().__init__((host, 0), _Connection)
        self.base = f"http://{host}:{self.server_port}"

    def server_bind(self) -> None:
        """Bind without the reverse name lookup of the standard library (slow, and DNS)."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]  # IPv4: (str, int)

    def log(self, line: Logged) -> None:
        """Append to the request log."""
        with self._lock:
            self._log.append(line)

    def requests(self) -> tuple[Logged, ...]:
        """The request log so far, oldest first."""
        with self._lock:
            return tuple(self._log)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, then serve it in a thread of its own."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report a fault of ours; a client that vanishes is none."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        """End idle keep-alive connections, stop listening, wait for the connection threads."""
        with self._lock:
            idle = tuple(self._open)
        for connection in idle:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client was faster
        super().server_close()


class _Connection(BaseHTTPRequestHandler):
    """Requests of one connection."""

    server: PortalServer
    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    # Head and body leave in one write; without this, delayed ACKs cost 40 ms a page.
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout: ClassVar[float] = 60.0

    def do_GET(self) -> None:
        """Answer with the page."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer with the head of the page."""
        self._answer(with_body=False)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent: the log is `PortalServer.requests`."""

    def _answer(self, *, with_body: bool) -> None:
        base = f"http://{self.headers.get('Host') or self.server.base.removeprefix('http://')}"
        path, _, query = self.path.partition("?")
        reply = self.server.site.answer(Ask(base, unquote(path), query))
        body, coding = self._encoded(reply)
        etag = f'"{blake2b(body, digest_size=10).hexdigest()}"'
        status = 304 if reply.status == 200 and self._is_current(etag, reply) else reply.status
        self.server.log(Logged(self.command, self.path, status))
        self.send_response(status, HTTPStatus(status).phrase)
        if reply.status == 200:
            self.send_header("ETag", etag)
            if reply.modified:
                changed = reply.modified.astimezone(dt.UTC)
                self.send_header("Last-Modified", format_datetime(changed, usegmt=True))
        if reply.location:
            self.send_header("Location", reply.location)
        if coding:
            self.send_header("Content-Encoding", coding)
            self.send_header("Vary", "Accept-Encoding")
        if status != 304:
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body and status != 304:
            self.wfile.write(body)

    def _encoded(self, reply: Reply) -> tuple[bytes, str | None]:
        accepts = "gzip" in self.headers.get("Accept-Encoding", "")
        if accepts and "xml" in reply.content_type and len(reply.body) >= GZIP_FROM_BYTES:
            return gzip.compress(reply.body, compresslevel=6, mtime=0), "gzip"
        return reply.body, None

    def _is_current(self, etag: str, reply: Reply) -> bool:
        """RFC 9110: If-None-Match decides alone where it is sent."""
        if (known := self.headers.get("If-None-Match")) is not None:
            tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
            return etag in tags or "*" in tags
        since = self.headers.get("If-Modified-Since")
        if not since or not reply.modified:
            return False
        try:
            return reply.modified <= parsedate_to_datetime(since)
        except (ValueError, TypeError):
            return False  # not a date, or one without a zone


class Servers:
    """All portals of one `serve`, accepted by one thread. A context manager."""

    def __init__(self, sites: dict[str, Site], host: str) -> None:
        self._wake, self._woken = socket.socketpair()
        self._portals: dict[str, PortalServer] = {}
        try:
            for name, site in sites.items():
                self._portals[name] = PortalServer(site, host)
        except OSError:
            self._close()
            raise
        self._thread = threading.Thread(target=self._accept, name="replicas", daemon=True)

    def __getitem__(self, name: str) -> PortalServer:
        return self._portals[name]

    def __enter__(self) -> Servers:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wake.send(b"\0")
        self._thread.join()
        self._close()

    def _close(self) -> None:
        for portal in self._portals.values():
            portal.server_close()
        self._wake.close()
        self._woken.close()

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._woken, selectors.EVENT_READ)
            for portal in self._portals.values():
                selector.register(portal.socket, selectors.EVENT_READ, portal)
            while True:
                for key, _ in selector.select():
                    if key.data is None:
                        return
                    key.data.handle_request()
