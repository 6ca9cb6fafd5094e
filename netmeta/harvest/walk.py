"""Walk: what a harvest of a site has asked for and seen, and where it must stop. No network.

Traps are recognised by what they do: a pager that goes on but shows nothing new (`endless
pager`), links that only lead deeper (`depth cap`: calendars with a page a month), one path under
ever new query strings (`query cap`), and at last the number of pages (`page cap`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from netmeta.catalogue.frontier import Frontier, shown_by
from netmeta.catalogue.unwritten import Listing
from netmeta.harvest.pagers import listing_of

MOST_BARREN: Final = 3
"""Pages of one pager in a row without an entry that its earlier pages did not show."""


@dataclass(slots=True, kw_only=True)
class Walk:
    """The caps of one walk over one site; what it has seen is in the frontier, and survives.

    `skipped` counts addresses not asked for, by reason.
    """

    family: str = ""
    max_pages: int = 200_000
    max_depth: int = 8
    max_queries: int = 200
    frontier: Frontier = field(default_factory=Frontier)
    skipped: Counter[str] = field(default_factory=Counter)
    _queries: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for root in self.listings:
            parts = urlsplit(root)
            self._queries[parts.path] += bool(parts.query)

    @property
    def listings(self) -> dict[str, Listing]:
        """{root: listing}"""
        return self.frontier.listings

    def ask(self, what: str) -> bool:
        """Whether a page may be asked for; True only once for each `what` (address or identity)."""
        if self.frontier.asked(what):
            return False
        if self.frontier.size >= self.max_pages:
            self.skipped["page cap"] += 1
            return False
        self.frontier.ask(what)
        return True

    def follow(self, url: str, *, depth: int) -> bool:
        """Whether a page of a listing, `depth` listings away from the start, may be asked for."""
        if self.frontier.asked(url):
            return False
        root, number = listing_of(url, self.family)
        if depth > self.max_depth:
            self.skipped["depth cap"] += 1
            return False
        known = self.listings.get(root)
        if known is not None and known.barren >= MOST_BARREN:
            self.skipped["endless pager"] += 1
            return False
        parts = urlsplit(root)
        if parts.query and known is None:
            if self._queries[parts.path] >= self.max_queries:
                self.skipped["query cap"] += 1
                return False
            self._queries[parts.path] += 1
        if not self.ask(url):
            return False
        if known is None:
            self._listing(root, url if not number else root)
        elif not number and known.first != url:
            known.first = url
            self.frontier.touch(root)
        return True

    def shown(self, url: str, keys: set[str]) -> Listing:
        """Note which entries a page of a listing showed."""
        root, _ = listing_of(url, self.family)
        listing = self.listings.get(root) or self._listing(root, url)
        new = self.frontier.unmarked(shown_by(listing), keys)
        for key in sorted(new):
            self.frontier.mark(shown_by(listing), key)
        listing.pages += 1
        listing.barren = 0 if new else listing.barren + 1
        self.frontier.touch(root)
        return listing

    def identify(self, key: str, identity: str) -> None:
        """Note that an address' key turned out to be that entry: several may be one."""
        if key != identity:
            self.frontier.mark("same", key, identity)

    def cover(self, key: str) -> None:
        """Note that a sitemap names an entry."""
        self.frontier.mark("covered", key)

    def watched(self) -> Iterator[str]:
        """First pages of a few listings that together show all entries that no sitemap names."""
        return self.frontier.watched()

    def _listing(self, root: str, first: str) -> Listing:
        listing = self.listings[root] = Listing(len(self.listings) + 1, first)
        self.frontier.touch(root)
        return listing
