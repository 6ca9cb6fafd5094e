"""Addresses of one site: which are its own, and one form for each."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit, urlunsplit


def own(url: str, hosts: Collection[str], *, sorted_query: bool) -> str:
    """An address of the site without fragment, and without the dot that some links put after the
    host [E: nsportal.ru.]; empty for any other address.

    Args:
        hosts: of the site, as `site_host` gives them.
        sorted_query: the site links one page with its parameters in any order.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or site_host(url) not in hosts:
            return ""
    except ValueError:
        return ""
    netloc, query = parts.netloc.replace(".:", ":").rstrip("."), parts.query
    if sorted_query:
        query = "&".join(sorted(query.split("&")))
    return urlunsplit((parts.scheme, netloc, parts.path or "/", query, ""))


def site_host(url: str) -> str:
    """Host and port, without "www." and a dot at the end. Raises: ValueError."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    return f"{host}:{parts.port}" if parts.port not in (None, 80, 443) else host
