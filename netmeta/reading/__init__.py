"""Any page's bytes to charset, metadata and main text.

`charset.decode` serves pages, feeds, sitemaps and robots.txt alike; `PageReader` reads a page. It is
imported on first use: whoever only decodes a feed needs neither its dates nor its trees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netmeta.reading.reader import Page, PageReader

__all__ = ["Page", "PageReader"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from netmeta.reading import reader

        return getattr(reader, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
