"""SiteReader: one site as its family and its own spider know it, without any network.

Crawling, `source test`, `source record` and the recorded cases all read pages through it, so that
what a test shows is what a harvest does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from netmeta.harvest import labels
from netmeta.harvest.families.base import Family, NotAnEntryError, PageKind, PageUrl
from netmeta.harvest.families.markup import Markup
from netmeta.harvest.selectors import read_fields
from netmeta.model import Item, Source
from netmeta.reading import PageReader
from netmeta.reading.charset import decode
from netmeta.reading.plain import parse_html
from netmeta.reading.tree import forget

if TYPE_CHECKING:
    from netmeta.harvest.site import SiteSpider


_FOLLOWED: Final = ("entry", "listing")
_MAX_MOTTOES: Final = 50
_DESCRIPTION: Final = re.compile(
    r"""<meta\s[^>]{0,200}?(?:name|property)=["']?(?:og:)?description["']?\s[^>]{0,20}?"""
    r"""content=(["'])(.{1,1000}?)\1""",
    re.IGNORECASE | re.DOTALL,
)
_NOBODY: Final = re.compile(r"\[[^\]]*\]")
"""In place of an author engines put words of their own in brackets: [логин удалён]."""


@dataclass(frozen=True, slots=True)
class Address:
    """A form of addresses of one portal.

    Attributes:
        pattern: matches path and query from the beginning to the end, decoded.
        kind: what stands there; "other" for what leads nowhere.
        key: identity of an entry, with groups of the pattern ("article-{0}"); the path if empty.
        item: kind of the entries ("event"), where the address tells it.
        seen: it was seen in real addresses of the portal; all else is assumed.
    """

    pattern: str
    kind: PageKind = "entry"
    key: str = ""
    item: str | None = None
    seen: bool = False


class SiteReader:
    """Addresses and pages of one source.

    Args:
        spider: gives family, addresses, kinds and fields.
        source: its options may name another family, and the kind of all entries.
        learned: JSON of what an earlier reader learned about the site (`learned`).
    """

    def __init__(
        self, spider: type[SiteSpider], source: Source, learned: str | None = None
    ) -> None:
        self.spider = spider
        self.source = source
        self.family: Family = family_named(str(source.options.get("family", spider.family)))
        known = json.loads(learned) if learned else {}
        self.pages = PageReader.from_dict(known.get("lines", {}), timezone=source.timezone)
        self._mottoes: set[str] = set(known.get("mottoes", ()))

    def learned(self) -> str:
        """What was learned about the site, as JSON."""
        state = {"lines": self.pages.to_dict(), "mottoes": sorted(self._mottoes)}
        return json.dumps(state, ensure_ascii=False, separators=(",", ":"))

    def observe(self, body: bytes, url: str, headers: Mapping[str, str]) -> None:
        """Learn from a page that is no entry: lines of the template, and the site's own words
        about itself, which some engines repeat in the head of every page."""
        self.pages.observe(body, url, headers)
        forget()
        if len(self._mottoes) < _MAX_MOTTOES:
            text = decode(body, header=headers.get("Content-Type")).text
            self._mottoes |= {unescape(found[2]).strip() for found in _DESCRIPTION.finditer(text)}

    def classify(self, url: str) -> PageUrl:
        """What the page at an address is: by the portal's own forms, else by its family's."""
        found, hit = self._form(url)
        if found is None or hit is None:
            page = self.family.classify(url)
            closed = self.spider.modules and page.module and page.module not in self.spider.modules
            return PageUrl("static") if closed and page.kind in _FOLLOWED else page
        key = found.key.format(*hit.groups("")) if found.key else _path(url)
        return PageUrl(found.kind, key if found.kind == "entry" else "")

    def form_of(self, url: str) -> Address | None:
        """The portal's own form that an address has, if it has one."""
        return self._form(url)[0]

    def item_kind(self, url: str) -> str | None:
        """Kind of the entry at an address, as far as the address tells it."""
        found, _ = self._form(url)
        if found is not None and found.item:
            return found.item
        modules = self.spider.modules
        return modules.get(self.family.classify(url).module) if modules else None

    def links(self, html: str, url: str) -> list[str]:
        """Absolute addresses on the page worth following: what the family says, unless the
        portal's own forms say otherwise."""
        family = self.family.links(html, url)
        if not self.spider.addresses:
            return family
        worth = dict.fromkeys(family)
        for link in Markup(html, url).hrefs():
            form, _ = self._form(link)
            if form is not None and form.kind in ("entry", "listing"):
                worth[link] = None
            elif form is not None:
                worth.pop(link, None)
        return list(worth)

    def read(self, body: bytes, url: str, headers: Mapping[str, str] | None = None) -> Item:
        """The entry on a page, the portal's own fields over those of its family.

        Raises: NotAnEntryError.
        """
        html = decode(body, header=(headers or {}).get("Content-Type")).text
        if self.spider.walls and parse_html(html).css_first(self.spider.walls):
            raise NotAnEntryError("login wall")
        try:
            item = self.family.read(
                body, url, source=self.source.name, reader=self.pages, headers=headers
            )
        finally:
            forget()
        changes: dict[str, Any] = {}
        form, hit = self._form(url)
        if form is not None and hit is not None and form.key:
            changes["external_id"] = form.key.format(*hit.groups(""))
        if self.spider.fields:
            own = read_fields(html, url, self.spider.fields)
            if "body" in own:  # the family looked for labels in the text it took for the body
                changes |= _supplement(item, own["body"])
            changes |= own
        if item.description and item.description.strip() in self._mottoes:
            changes.setdefault("description", None)
        if any(map(_NOBODY.fullmatch, item.authors)):
            named = tuple(name for name in item.authors if not _NOBODY.fullmatch(name))
            changes.setdefault("authors", named)
        kind = self.item_kind(url) or self.source.options.get("kind")
        if kind:
            changes["kind"] = str(kind)
        return replace(item, **changes) if changes else item

    def _form(self, url: str) -> tuple[Address | None, re.Match[str] | None]:
        path = _path(url) if self.spider.addresses else ""
        for form in self.spider.addresses:
            if hit := _compiled(form.pattern).fullmatch(path):
                return form, hit
        return None, None


def _supplement(item: Item, body: str) -> dict[str, Any]:
    """What labels in a text state that the item does not have yet."""
    found = labels.stated(labels.labelled(body))
    new = {name: value for name, value in found.items() if not getattr(item, name)}
    if dates := found.get("dates"):
        new["dates"] = {**item.dates, **dates}
    return new


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _path(url: str) -> str:
    """Path and query, readable: no slash at the end of the path, parameters sorted by name."""
    parts = urlsplit(url)
    path = unquote(parts.path).rstrip("/") or "/"
    return f"{path}?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else path


GENERIC: Final = "generic"


def family_named(name: str) -> Family:
    """A family by name; the generic one for a name that is not known (any more)."""
    from netmeta.harvest.families.recognise import FAMILIES

    return FAMILIES.get(name) or FAMILIES[GENERIC]
