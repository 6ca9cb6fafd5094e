"""uCoz as a family: the grammar is `ucoz_urls`, the fields `ucoz_entry`, both with their evidence.

Recognised by assets and scripts, never by a host or a link: there is no generator tag, and sites
have domains of their own. 165 real pages: `sN.ucoz.net` on all, `/.s/src/` on 129 (portals.md).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import ClassVar

from netmeta.harvest.families.address import target
from netmeta.harvest.families.base import NotAnEntryError, PageUrl
from netmeta.harvest.families.engine import Engine, decoded, refuse
from netmeta.harvest.families.evidence import Sign, sign
from netmeta.harvest.families.markup import Markup
from netmeta.harvest.families.ucoz_entry import CHAINS, read_entry
from netmeta.harvest.families.ucoz_urls import UcozUrl, classify
from netmeta.model import Item
from netmeta.reading import PageReader


class Ucoz(Engine):
    """Modules (`load`, `publ`, `news`, ...), each with categories and numbered entries."""

    name = "ucoz"
    real_pages = 165
    signs: ClassVar[tuple[Sign, ...]] = (
        sign("generator", r"^ucoz web-service|\bucoz\b", 10, "generator uCoz Web-Service"),
        sign("asset", r"(?:^|[/.])s\d+\.ucoz\.net/", 6, "sN.ucoz.net"),
        sign("asset", r"(?:^|/)\.s/(?:src|t|img)/", 6, "/.s/src/"),
        sign("script", r"\buSocialLogin\b|\b_?uPostForm\b|\bwindow\.ulb\b|\b_uFormWidth\b|\b_uWnd\b|\buCoz\.|UCOZ-JS", 6,
             "uSocialLogin, _uPostForm, window.ulb"),
        sign("tag", r"class=[\"'][^\"']*\bUhideBlock|UCOZ-JS", 4, "UhideBlock"),
        sign("image", r"(?:^|/)\.s/(?:img|t|a)/|(?:^|[/.])s\d+\.ucoz\.net/", 3, "images of uCoz"),
        sign("image", r"(?:^|/)_(?:ld|nw|pu|bl|ph|fr|si|dr|bd|sf)/\d+/", 3, "images in _ld, _nw"),
        sign("tag", r"id=[\"']entryID\d+|class=[\"'](?:[^\"']* )?(?:swchItem|catPages1|u-star-rating-\d+|eDetails\d?)\b", 3,
             "entryID, swchItem"),
        sign("tag", r"onclick=[\"'][^\"']*\b(?:spages|_uPostForm|openLayerB)\(", 3, "spages()"),
        sign("robots", r"^Disallow: /abnl/", 10, "robots.txt: /abnl/"),
        sign("robots", r"^Disallow: /\*-0-\*-0-17|^Disallow: /\*0-\*-0-17|^Disallow: /panel/", 5, "robots.txt: /panel/"),
    )  # fmt: skip

    def told(self, url: str) -> PageUrl:
        found = classify(url) if target(url) else UcozUrl("other")
        return PageUrl(found.kind, found.key, found.module)

    def chains(self) -> dict[str, tuple[str, ...]]:
        return dict(CHAINS)

    def is_open(self, url: str, page: PageUrl) -> bool:
        """Never: the grammar knows every address with entries behind it."""
        return False

    def is_listing(self, markup: Markup) -> bool:
        """Entries by number, or the block to sort them by where a category is still empty.

        `#allEntries` alone says nothing: on entry pages it holds the comments.
        """
        return markup.count("[id^=entryID]") > 0 or (
            markup.has(".catSortLink, .sortBlock23, [class^=pagesBlockuz]")
            and not markup.has("#newEntryB, #newEntryT")
        )

    def is_entry(self, html: str, url: str) -> bool:
        """Below an entry, and nowhere else, stand the places for new comments."""
        markup = Markup(html, url)
        return not self.is_listing(markup) and (
            self.classify(url).kind == "entry"
            or markup.has("#newEntryB, #newEntryT, .e-reads, .e-rating")
        )

    def read(
        self,
        body: bytes,
        url: str,
        *,
        source: str,
        reader: PageReader,
        headers: Mapping[str, str] | None = None,
    ) -> Item:
        """The entry by the chains of `ucoz_entry`; what they lack by `PageReader`.

        Raises: NotAnEntryError, as `Engine.read`.
        """
        page = reader.read(body, url, headers)
        refuse(page)
        at = self.classify(url)
        if at.kind in ("listing", "archive", "profile", "forum"):
            raise NotAnEntryError("listing" if at.kind == "listing" else "not an entry page")
        markup = Markup(decoded(body, headers), url)
        if self.is_listing(markup):
            raise NotAnEntryError("soft 404" if at.kind == "entry" else "listing")
        key = self.identity(markup, url)
        item = read_entry(markup, url, source=source, key=key, kind=None, read=page.body)
        return dataclasses.replace(
            item,
            authors=item.authors,  # a login is no author, and themes show no other
            published=item.published or page.published_text,
            description=page.description,
            language=page.language,
        )
