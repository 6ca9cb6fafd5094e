"""Spiders by name, found through the entry-point group `netmeta.spiders`.

netmeta never imports its own portals: they and those of third parties arrive the same way.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Final, cast

from netmeta.errors import UnknownSourceError, UsageError
from netmeta.harvest.spider import SourceSpider
from netmeta.texts import t

GROUP = "netmeta.spiders"
BUILT_IN: Final = {
    "site": "SiteSpider", "feed": "FeedSpider", "calendar": "CalendarSpider", "folder": "FolderSpider",
    "fetching": "FetchSpider", "links": "LinkSpider", "oai": "OaiSpider",
}  # fmt: skip
"""{name: class} of the spiders that are no portal's; each in its module `netmeta.harvest.{name}`."""


def names() -> list[str]:
    """Names of all installed portal spiders."""
    return sorted(entry.name for entry in entry_points(group=GROUP))


def spider_class(name: str) -> type[SourceSpider]:
    """The spider of that name, of an installed package or built in ("feed", "site").

    Raises:
        UnknownSourceError: no package offers it.
        UsageError: it is offered but is no spider of ours.
    """
    if name in BUILT_IN:
        module = import_module(f"netmeta.harvest.{name}")
        return cast(type[SourceSpider], getattr(module, BUILT_IN[name]))
    found = entry_points(group=GROUP, name=name)
    if not found:
        raise UnknownSourceError(name, known=[*names(), *BUILT_IN])
    return _load(next(iter(found)))


def _load(entry: EntryPoint) -> type[SourceSpider]:
    try:
        loaded = entry.load()
    except (ImportError, AttributeError) as error:
        raise UsageError(
            t(
                "The spider {name} cannot be loaded from {place}",
                name=entry.name,
                place=entry.value,
            ),
            cure=t("Reinstall the package that offers it."),
        ) from error
    if not (isinstance(loaded, type) and issubclass(loaded, SourceSpider)):
        raise UsageError(
            t("{place} is no subclass of netmeta.harvest.spider.SourceSpider", place=entry.value)
        )
    return loaded
