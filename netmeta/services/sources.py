"""Sources: adding one by its address, and what is known about the portals that ship with netmeta."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from netmeta.catalogue import Catalogue
from netmeta.catalogue.removal import take_away
from netmeta.errors import UsageError
from netmeta.model import Source
from netmeta.texts import t, tn

LOOKED_AT: Final = ("site", "feed", "calendar", "oai")
"""Spiders of no portal: what they would read at an address is looked at before it is stored."""


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
    return store(catalogue, _from_spider(checked_address(url), spider), name=name, title=title)


def store(
    catalogue: Catalogue, source: Source, *, name: str | None = None, title: str | None = None
) -> Source:
    """Store a source under the given name and title, or its own. Raises: UsageError."""
    name = checked_name(name) if name else source.name
    source = replace(source, name=name, title=title or source.title)
    catalogue.add_source(source)
    return source


def is_folder(address: str) -> bool:
    """Whether an address means a folder of this machine and not a place on the web."""
    return address.startswith("file:") or ("://" not in address and Path(address).is_dir())


def _reads_as_path(address: str) -> bool:
    """Whether somebody meant a folder, there or not: "./old", "/srv/old", "saved/it-n.ru"."""
    return bool(re.match(r"[./~\\]|[^./:]+[/\\]", address))


def check_new(catalogue: Catalogue, address: str, name: str | None) -> None:
    """Whether a source could be stored, before anything is fetched for it.

    Raises: UsageError: no address, or the name is malformed or taken.
    """
    if _reads_as_path(address) and not is_folder(address):
        raise UsageError(
            t("There is no folder {path}", path=address),
            cure=t("Check the path, or give a web address with http:// or https://."),
        )
    if not is_folder(address):
        checked_address(address)
    if name is not None:
        checked_name(name)
        if any(status.source.name == name for status in catalogue.sources()):
            raise UsageError(
                t("There is a source {name} already", name=name),
                cure=t("See `netmeta source show`, or choose another name with --name."),
            )


def pause(catalogue: Catalogue, name: str, *, paused: bool) -> Source:
    """Leave a source out of harvests, or take it in again. Raises: UnknownSourceError."""
    source = replace(catalogue.source(name), paused=paused)
    catalogue.update_source(source)
    return source


def remove(catalogue: Catalogue, name: str, *, with_records: bool) -> int:
    """Remove a source; returns how many records went with it.

    Its records are marked gone, so that search and all who subscribe hear of it, and the source
    stays, paused and renamed, as their origin; without records it vanishes.

    Raises:
        UnknownSourceError: no such source.
        UsageError: it has records, and `with_records` is not said.
    """
    status = catalogue.source_status(name)
    if status.records and not with_records:
        raise UsageError(
            tn("{name} has {n} record", "{name} has {n} records", status.records, name=name),
            cure=t("Say --with-records, or use `netmeta source pause {name}`.", name=name),
        )
    return take_away(catalogue, status.id)


def checked_address(url: str) -> str:
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


def checked_name(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", name):
        raise UsageError(
            t("{name} is no name for a source", name=repr(name)),
            cure=t("Use small Latin letters, digits and hyphens, for example school-5."),
        )
    return name


def _from_spider(url: str, spider: str | None) -> Source:
    # Here, because the spiders bring in Scrapy, which most commands never need.
    from netmeta.exchange.oai.reading import looks_like_endpoint
    from netmeta.harvest.registry import spider_class

    if spider is None and looks_like_endpoint(url):
        spider = "oai"
    chosen = spider or portal_of(url) or "feed"
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


def named(catalogue: Catalogue, name: str) -> Source:
    """A stored source, or what a portal with a spider of its own would be stored as.

    Raises: UnknownSourceError.
    """
    from netmeta.harvest.registry import spider_class

    if any(status.source.name == name for status in catalogue.sources()):
        return catalogue.source(name)
    kind = spider_class(name)
    return Source(
        name=name, kind="site", url=kind.homepage, title=kind.title, spider=name,
        homepage=kind.homepage, language=kind.language, timezone=kind.timezone, licence=kind.licence,
    )  # fmt: skip


def portal_of(url: str) -> str | None:
    """Name of the portal spider whose homepage is on the host of an address."""
    from netmeta.harvest.registry import names, spider_class

    host = _host(url)
    return next((name for name in names() if _host(spider_class(name).homepage) == host), None)


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
