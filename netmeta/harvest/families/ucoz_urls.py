"""The address grammar of uCoz: what a page is, told from the last segment of its path alone.

Evidence: portals.md, forms counted on 165 real pages and in real links: `/MOD[/slug]/CAT-PAGE-0-ID`
839, `/index/[slug/]0-N` 713, `/MOD[/slug]/N` 67, `/MOD[/slug]/N-P`, `/news/[slug/]YYYY-MM-DD-ID`.
Words may stand before the numeric segment and change with it; the number after the last hyphen
identifies an entry, under whatever category and slug it is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from netmeta.harvest.families.base import PageKind

MODULES: Final = frozenset(
    {"load", "publ", "news", "blog", "photo", "dir", "board", "stuff", "faq", "video", "shop"}
)
"""Modules whose pages are listings of entries."""

DATED: Final = frozenset({"news", "blog"})
"""Modules whose entries carry a date in the address, and whose `/MOD/N` is a page, not a category."""


@dataclass(frozen=True, slots=True)
class UcozUrl:
    """What an address is. `key` is the identity of an entry within its host: "load-278"."""

    kind: PageKind
    module: str = ""
    number: int | None = None

    @property
    def key(self) -> str:
        """Identity of an entry: module and number; empty for anything else."""
        return f"{self.module}-{self.number}" if self.kind == "entry" else ""


# Tried in order on (module class, last segment). The first group, if any, is the entry's number.
_GRAMMAR: Final[tuple[tuple[frozenset[str] | None, re.Pattern[str], PageKind], ...]] = (
    (frozenset({"index"}), re.compile(r"0-(\d+)"), "static"),
    (frozenset({"index"}), re.compile(r"8-(\d+)(?:-\d+)*"), "profile"),
    (frozenset({"index"}), re.compile(r".*"), "other"),
    (frozenset({"forum"}), re.compile(r".*"), "forum"),
    (MODULES, re.compile(r"rss"), "feed"),
    (MODULES, re.compile(r"0-0-\d+-(\d+)-20"), "download"),
    (MODULES, re.compile(r"\d+-0-0(?:-\d+)*|0-\d+-0-17"), "other"),  # closed by robots.txt
    (DATED, re.compile(r"\d{4}-\d\d-\d\d-(\d+)"), "entry"),
    (DATED, re.compile(r"\d{4}(?:-\d\d){0,2}"), "archive"),
    (DATED, re.compile(r"\d+|\d+-\d+|\d+-\d+-\d+"), "listing"),
    (MODULES, re.compile(r"\d+-\d+-0-(\d+)"), "entry"),
    (MODULES, re.compile(r"\d+|\d+-\d+|\d+-\d+-\d+"), "listing"),
)


def classify(url: str) -> UcozUrl:
    """What the page at an address is; anything unknown is "other", and so is what has a query
    other than a page number (`?page2`), because robots.txt of uCoz closes it."""
    try:
        parts = urlsplit(url)
    except ValueError:  # "http://[", say
        return UcozUrl("other")
    segments = [segment for segment in parts.path.split("/") if segment]
    if not segments:
        return UcozUrl("other")
    module, last = segments[0].lower(), segments[-1].lower()
    if parts.query and not _is_page(parts.query):
        return UcozUrl("other", module)
    if module in MODULES and len(segments) == 1:
        return UcozUrl("listing", module)
    last = last.removesuffix(".html").removesuffix(".htm")
    for modules, pattern, kind in _GRAMMAR:
        if (modules is None or module in modules) and (found := pattern.fullmatch(last)):
            number = int(found[1]) if found.groups() and found[1] else None
            return UcozUrl(kind, module, number)
    return UcozUrl("other", module)


def _is_page(query: str) -> bool:
    return bool(re.fullmatch(r"page=?\d+", query)) or set(parse_qs(query)) == {"page"}
