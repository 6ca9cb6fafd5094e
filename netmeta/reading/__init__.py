"""Any page's bytes to charset, metadata and main text.

`charset.decode` serves pages, feeds, sitemaps and robots.txt alike; `PageReader` reads a page.
"""

from __future__ import annotations

from netmeta.reading.reader import Page, PageReader

__all__ = ["Page", "PageReader"]
