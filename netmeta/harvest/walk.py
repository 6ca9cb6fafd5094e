"""Walk: what a harvest of a site has asked for and seen, and where it must stop. No network.

Traps are recognised by what they do: a pager that goes on but shows nothing new (`endless
pager`), links that only lead deeper (`depth cap`: calendars with a page a month), one path under
ever new query strings (`query cap`), and at last the number of pages (`page cap`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from netmeta.harvest.pagers import listing_of

MOST_BARREN: Final = 3
"""Pages of one pager in a row without an entry that its earlier pages did not show."""


@dataclass(slots=True)
class Listing:
    """The pages of one pager: entries shown, pages read, and how many of the last were barren."""

    first: str
    keys: set[str] = field(default_factory=set)
    pages: int = 0
    barren: int = 0


@dataclass(slots=True, kw_only=True)
class Walk:
    """The state of one harvest of one site. `skipped` counts addresses not asked for, by reason."""

    family: str = ""
    max_pages: int = 200_000
    max_depth: int = 8
    max_queries: int = 200
    asked: set[str] = field(default_factory=set)
    listings: dict[str, Listing] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    _pages: int = 0
    _queries: Counter[str] = field(default_factory=Counter)
    _same: dict[str, str] = field(default_factory=dict)

    def ask(self, what: str) -> bool:
        """Whether a page may be asked for; True only once for each `what` (address or identity)."""
        if what in self.asked:
            return False
        if self._pages >= self.max_pages:
            self.skipped["page cap"] += 1
            return False
        self.asked.add(what)
        self._pages += 1
        return True

    def follow(self, url: str, *, depth: int) -> bool:
        """Whether a page of a listing, `depth` listings away from the start, may be asked for."""
        if url in self.asked:
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
            self.listings[root] = Listing(first=url if not number else root)
        elif not number:
            known.first = url
        return True

    def shown(self, url: str, keys: set[str]) -> None:
        """Note which entries a page of a listing showed."""
        listing = self.listings.setdefault(listing_of(url, self.family)[0], Listing(first=url))
        listing.pages += 1
        listing.barren = 0 if keys - listing.keys else listing.barren + 1
        listing.keys |= keys

    def identify(self, key: str, identity: str) -> None:
        """Note that an address' key turned out to be that entry: several may be one."""
        if key != identity:
            self._same[key] = identity

    def watched(self, covered: set[str]) -> set[str]:
        """First pages of a few listings that together show all entries, but those `covered`.

        The largest listings go first; one that adds nothing is left out.
        """
        seen = {self._same.get(key, key) for key in covered}
        chosen = set()
        for listing in sorted(self.listings.values(), key=lambda one: -len(one.keys)):
            keys = {self._same.get(key, key) for key in listing.keys}
            if not keys <= seen:
                chosen.add(listing.first)
                seen |= keys
        return chosen
