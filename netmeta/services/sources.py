"""Sources: adding one by its address, and what is known about the portals that ship with netmeta."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from netmeta.catalogue import Catalogue
from netmeta.errors import UsageError
from netmeta.model import Source
from netmeta.texts import t


def add_source(
    catalogue: Catalogue,
    url: str,
    *,
    name: str | None = None,
    spider: str | None = None,
    title: str | None = None,
) -> Source:
    """Store a source: a portal that has a spider of its own, or else a feed.

    The spider is the named one, else the one whose homepage has this address's host, else "feed".

    Raises:
        UsageError: the address is no http(s) address, or the name is taken or malformed.
        UnknownSourceError: there is no such spider.
    """
    url = _checked(url)
    source = _from_spider(url, spider)
    source = replace(
        source,
        name=_checked_name(name) if name else source.name,
        title=title or source.title,
    )
    catalogue.add_source(source)
    return source


def _checked(url: str) -> str:
    url = url.strip()
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        known = False
    if not known:
        raise UsageError(
            t("{url} is no address of a site or feed", url=url),
            cure=t("Give it in full, with http:// or https://."),
        )
    return url


def _checked_name(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", name):
        raise UsageError(
            t("{name} is no name for a source", name=repr(name)),
            cure=t("Use small Latin letters, digits and hyphens, for example school-5."),
        )
    return name


def _from_spider(url: str, spider: str | None) -> Source:
    # Here, because the spiders bring in Scrapy, which most commands never need.
    from netmeta.exchange.oai.reading import looks_like_endpoint
    from netmeta.harvest.registry import names, spider_class

    host = _host(url)
    if spider is None and looks_like_endpoint(url):
        spider = "oai"
    chosen = spider or next(
        (name for name in names() if _host(spider_class(name).homepage) == host), "feed"
    )
    kind = spider_class(chosen)
    if chosen == "oai":
        address = url.partition("?")[0]
        title = urlsplit(url).hostname or url
        return Source(name=slug(address), kind="oai", url=address, title=title, spider="oai")
    if chosen == "feed":
        return Source(
            name=slug(url), kind="feed", url=url, title=urlsplit(url).hostname or url, spider="feed"
        )
    return Source(
        name=chosen,
        kind="site",
        url=url,
        title=kind.title,
        spider=chosen,
        homepage=kind.homepage,
        language=kind.language,
        timezone=kind.timezone,
        licence=kind.licence,
    )


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".").removeprefix("www.")


def slug(url: str) -> str:
    """A name for a source, from its address: "https://school5.ru/news/rss/" -> "school5-ru-news"."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    words = re.split(r"[^a-z0-9]+", f"{host} {parts.path}".lower())
    kept = [word for word in words if word and word not in {"rss", "feed", "xml", "atom", "index"}]
    port = f"-{parts.port}" if parts.port not in (None, 80, 443) else ""
    return ("-".join(kept)[: 62 - len(port)].strip("-") or "source") + port
