"""What the server asks of a replica: an address in, a reply out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from netmeta.replicas.planted import Meaning

HTML = "text/html; charset=UTF-8"
XML = "text/xml; charset=UTF-8"
PLAIN = "text/plain; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `base` is the address the client used ("http://127.0.0.1:40123"), so that
    absolute links lead back to the replica; `path` is decoded, `query` is raw."""

    base: str
    path: str
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer; `modified` (aware) becomes Last-Modified. The server adds ETag and length."""

    body: bytes
    status: int = 200
    content_type: str = HTML
    modified: dt.datetime | None = None
    location: str | None = None


class Site(Protocol):
    """One replica. Nothing is rendered before it is asked for."""

    name: str

    def answer(self, ask: Ask) -> Reply:
        """Render one address."""

    def truth(self, base: str) -> tuple[dict[str, Any], ...]:
        """The items a harvester must find: JSON form, only fields the pages state."""

    def meanings(self, base: str) -> Mapping[str, Meaning]:
        """For each URL of the truth, what its text means."""
