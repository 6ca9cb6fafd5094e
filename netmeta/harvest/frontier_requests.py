"""Requests as the frontier stores them: JSON of address, callback by name, and known words."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlsplit

from scrapy import Request

from netmeta.catalogue.frontier import Waiting
from netmeta.catalogue.stored import dump

ID: Final = "frontier"
"""Under this key of its meta a request that is under way carries its number in the frontier."""

WAIT: Final = "wait_s"
"""Under this key a guard says for how many seconds a request is not to be made again."""

TRIED: Final = "tried"
"""Under this key a request tells how many retries the scheduler has seen."""

_META: Final = ("start", "role", "key", "guessed", "lastmod", "handle_httpstatus_list")
"""What a request keeps of its meta; all else belongs to the attempt under way."""

MAX_CHARS: Final = 2_083
"""Of an address; Scrapy's limit, which is that of an old browser."""


def to_json(request: Request) -> str:
    """The form in which a request is stored."""
    callback = request.callback
    stored: dict[str, Any] = {
        "url": request.url,
        "callback": getattr(callback, "__name__", "parse"),
    }
    if meta := {name: request.meta[name] for name in _META if request.meta.get(name)}:
        stored["meta"] = meta
    if request.method != "GET":
        stored["method"] = request.method
    if request.cb_kwargs:
        stored["cb_kwargs"] = request.cb_kwargs
    if request.headers:
        stored["headers"] = {
            name.decode("latin-1"): values[-1].decode("latin-1")
            for name, values in request.headers.items()
        }
    return dump(stored)


def from_json(waiting: Waiting, **hooks: Any) -> tuple[Request, str]:
    """The request, with the given callback and errback, and the name of the spider's own."""
    stored = json.loads(waiting.request)
    request = Request(
        stored["url"],
        method=stored.get("method", "GET"),
        headers=stored.get("headers"),
        priority=waiting.priority,
        meta={
            **stored.get("meta", {}), ID: waiting.id,
            "retry_times": waiting.attempts, TRIED: waiting.attempts,
        },
        cb_kwargs=stored.get("cb_kwargs"),
        **hooks,
    )  # fmt: skip
    return request, stored["callback"]


def host(url: str) -> str:
    """The host of an address, as the pace of hosts is kept by."""
    return (urlsplit(url).hostname or "").rstrip(".").lower()
