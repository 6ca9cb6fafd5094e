"""What a family of sites answers: which pages are what, and what an entry page says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from netmeta.model import Item
from netmeta.reading import PageReader

PageKind = Literal[
    "entry",
    "listing",
    "archive",
    "static",
    "profile",
    "download",
    "feed",
    "forum",
    "calendar",
    "other",
]
"""entry: one material, event or news item. listing: a category or a page of one. archive: a listing
of a year, month or day. static: a page of the site about itself. download: a file. calendar: an
endless grid of days. other: not told by the address, or of no use (login, search, sorted copies)."""


@dataclass(frozen=True, slots=True)
class PageUrl:
    """What an address tells about its page.

    Attributes:
        kind: what the page is, "other" where the address does not tell.
        key: identity of an entry within its host, the same under every slug and category it is
            shown at ("load-278"); empty for anything but an entry.
        module: the part of the site, in the words of the engine ("load", "blog"); may be empty.
    """

    kind: PageKind
    key: str = ""
    module: str = ""


class NotAnEntryError(Exception):
    """The page at an entry's address is something else.

    Attributes:
        reason: to count by: "soft 404", "login wall", "not an entry page", ...
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Family(Protocol):
    """One engine. Implementations hold no state; all methods take whole pages and whole addresses."""

    name: str

    def recognise(self, html: str, url: str) -> int:
        """Weight of the evidence that this engine made the page; 0 is none."""

    def classify(self, url: str) -> PageUrl:
        """What the page at an absolute address is, by the address alone. Never raises."""

    def is_entry(self, html: str, url: str) -> bool:
        """Whether the page is an entry, asked where its address does not tell."""

    def links(self, html: str, url: str) -> list[str]:
        """Absolute addresses on the page's own host worth following, each once, in page order:
        entries, listings and their pagers; no calendars, sorted copies, print views or logins."""

    def read(
        self,
        body: bytes,
        url: str,
        *,
        source: str,
        reader: PageReader,
        headers: Mapping[str, str] | None = None,
    ) -> Item:
        """The entry in the portal's own words.

        Args:
            body: the bytes as they came, decompressed.
            url: where they came from.
            source: name of the source, for the item.
            reader: the source's reader, which knows the template lines of its hosts.
            headers: of the HTTP response.

        Raises:
            NotAnEntryError: the page is no entry; its reason says what.
        """
