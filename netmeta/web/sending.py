"""Answers to machines: where this site is, compression, and "nothing has changed"."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import hashlib
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from typing import Any, Final

from datasette.utils.asgi import Response

COMPRESSED_FROM: Final = 1_000
"""Bytes; below, a compressed answer is no shorter."""

_LEVEL: Final = 5


def site_url(request: Any, datasette: Any) -> str:
    """The address under which this site is being asked, with a slash at its end."""
    settings = datasette.plugin_config("netmeta") or {}
    address = settings.get("site_url") or datasette.absolute_url(request, datasette.urls.instance())
    return str(address).rstrip("/") + "/"


async def compressed(
    request: Any, body: bytes, content_type: str, headers: dict[str, str] | None = None
) -> Any:
    """A response, compressed if that is worth it and the client takes it."""
    headers = {**(headers or {}), "Vary": "Accept-Encoding"}
    if len(body) >= COMPRESSED_FROM and _takes_gzip(request.headers.get("accept-encoding") or ""):
        pack = partial(gzip.compress, body, _LEVEL, mtime=0)
        body = await asyncio.get_running_loop().run_in_executor(None, pack)
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(body))
    return Response(body, content_type=content_type, headers=headers)


async def changing(request: Any, body: bytes, content_type: str, *, changed: str) -> Any:
    """A response with ETag and Last-Modified, or 304 if the client has this very body.

    Args:
        changed: latest change of anything in the body, "2026-01-31T07:05:00Z".
    """
    # Weak: the same feed is other bytes when it is compressed (RFC 9110, 8.8.1).
    tag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    modified = dt.datetime.fromisoformat(changed)
    headers = {
        "ETag": tag,
        "Last-Modified": format_datetime(modified, usegmt=True),
        "Cache-Control": "max-age=300",
    }
    if _has_it(request, tag, modified):
        return Response("", status=304, headers=headers)
    return await compressed(request, body, content_type, headers)


def _has_it(request: Any, tag: str, modified: dt.datetime) -> bool:
    """RFC 9110, 13.2.2: If-None-Match decides where it is given."""
    if known := request.headers.get("if-none-match"):
        tags = {one.strip().removeprefix("W/") for one in known.split(",")}
        return "*" in tags or tag.removeprefix("W/") in tags
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since") or "")
    except (ValueError, TypeError):
        return False
    return since.tzinfo is not None and modified <= since


def _takes_gzip(accepted: str) -> bool:
    """Whether gzip is accepted (RFC 9110, 12.5.3); `gzip;q=0` refuses it."""
    for part in accepted.lower().split(","):
        name, _, weight = part.strip().partition(";")
        if name.strip() in ("gzip", "x-gzip"):
            return weight.strip().replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
