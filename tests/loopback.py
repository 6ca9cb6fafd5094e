"""Ask a server on loopback, with nothing of the project in between."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit


class Page:
    """An answer, fetched without any library of the project."""

    def __init__(
        self, url: str, headers: dict[str, str] | None = None, method: str = "GET"
    ) -> None:
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        try:
            connection.request(method, target, headers=headers or {})
            answer = connection.getresponse()
            self.status, self.headers, self.body = answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def text(self, codec: str = "utf-8") -> str:
        return self.body.decode(codec)
