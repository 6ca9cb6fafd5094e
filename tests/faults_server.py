"""A web server on loopback that misbehaves on purpose: one way of failing for each path.

Answers are written to the socket by hand, since a server library would not let us lie. It listens
on 127.0.0.1; a second one on 127.0.0.2 stands for a host that only this machine can reach.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

Fault = Callable[[socket.socket, "FaultServer"], None]
"""Writes an answer, or what is left of it; the connection is closed afterwards."""

_STEP_S = 0.02


class FaultServer:
    """Serves `answers[path]`; a path that is not there is a 404, robots.txt allows everything.

    `asked` lists the paths in the order in which they were asked for.
    """

    def __init__(self, host: str, tls: ssl.SSLContext | None) -> None:
        self.answers: dict[str, Fault | bytes] = {}
        self.asked: list[str] = []
        self.stopping = threading.Event()
        self._tls = tls
        self._listening = socket.create_server((host, 0))
        self._listening.settimeout(0.1)
        scheme = "https" if tls else "http"
        self.base = f"{scheme}://{host}:{self._listening.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        """Stop every answer that is still going on."""
        self.stopping.set()
        for thread in self._threads:
            thread.join()
        self._listening.close()

    def wait(self) -> bool:
        """A moment of slowness; False when the server is closing."""
        return not self.stopping.wait(_STEP_S)

    def _accept(self) -> None:
        while not self.stopping.is_set():
            with suppress(TimeoutError):
                connection, _ = self._listening.accept()
                thread = threading.Thread(target=self._serve, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.settimeout(5)
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            request = b""
            while b"\r\n\r\n" not in request:
                if not (read := connection.recv(4096)):
                    return
                request += read
                if request.startswith(b"\x16"):  # TLS, which this server does not know
                    connection.sendall(reply("what?", status="400 Bad Request"))
                    return
            path = request.split(b" ", 2)[1].decode()
            self.asked.append(path)
            answer = self.answers.get(path, _default(path))
            if isinstance(answer, bytes):
                connection.sendall(answer)
            else:
                answer(connection, self)


def _default(path: str) -> bytes:
    if path == "/robots.txt":
        return reply("User-agent: *\nAllow: /\n", kind="text/plain")
    return reply("not here", status="404 Not Found")


def reply(
    body: str | bytes,
    *,
    status: str = "200 OK",
    kind: str = "application/rss+xml",
    length: int | None = None,
    **headers: str,
) -> bytes:
    """A whole answer as bytes; `length` is what it claims, header names have _ for -."""
    raw = body if isinstance(body, bytes) else body.encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Connection: close"]
    lines.append(f"Content-Length: {len(raw) if length is None else length}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + raw


def redirect(to: str) -> bytes:
    """An answer that sends elsewhere."""
    return reply("", status="302 Found", Location=to)


def hang(connection: socket.socket, server: FaultServer) -> None:
    """Say nothing until the other side gives up."""
    connection.settimeout(_STEP_S)
    while server.wait():
        with suppress(TimeoutError):
            if not connection.recv(1):
                return


def drip(connection: socket.socket, server: FaultServer) -> None:
    """One byte of the body after the other: never silent, never done."""
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\n\r\n"
    )
    while server.wait():
        connection.sendall(b"x")


def endless(connection: socket.socket, server: FaultServer) -> None:
    """A body without a length that does not end."""
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    while not server.stopping.is_set():
        connection.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")


def reset(connection: socket.socket, server: FaultServer) -> None:
    """Half an answer, then a reset."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def chunk_cut(body: bytes) -> bytes:
    """A chunked answer whose last chunks never come."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + f"{len(body):x}\r\n".encode() + body + b"\r\n"


def sometimes(*answers: Fault | bytes) -> Fault:
    """The first answer first, and so on; the last one from then on."""
    left = list(answers)

    def answer(connection: socket.socket, server: FaultServer) -> None:
        now = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(now, bytes):
            connection.sendall(now)
        else:
            now(connection, server)

    return answer


@contextmanager
def faults(host: str = "127.0.0.1", *, certificate: Path | None = None) -> Iterator[FaultServer]:
    """A server; with a certificate (and its key in the same file) it speaks TLS."""
    tls = None
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
    server = FaultServer(host, tls)
    try:
        yield server
    finally:
        server.close()
