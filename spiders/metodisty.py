"""Методисты: a community of primary teachers with events, files and blogs; BoonEx Dolphin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from netmeta.harvest.families.dolphin import INFO_BOX
from netmeta.harvest.site import SiteSpider
from netmeta.harvest.site_reader import Address


class Metodisty(SiteSpider):
    """https://metodisty.ru"""

    name = "metodisty"
    title = "Методисты"
    homepage = "https://metodisty.ru/"
    family = "dolphin"
    start_paths = ("/", "/m/events/browse/recent", "/m/files/browse/recent", "/blogs/home/")
    feeds = ("/m/events/browse/recent?rss=1", "/m/files/browse/recent?rss=1")
    walls = ".MsgBox input[type=password]"
    modules: ClassVar[Mapping[str, str | None]] = {
        "events": "event",
        "files": "material",
        "blogs": "material",
    }
    addresses = (
        Address(r"/(?:m/(?:events|files)/browse/recent|blogs/home)(?:\?page=\d+&per_page=\d+)?", "listing"),
        Address(r"/\w+", "profile"),
    )  # fmt: skip
    fields = INFO_BOX
    evidence: ClassVar[dict[str, str]] = {
        "made with BoonEx Dolphin": "assumed",
        "addresses m/…/view/…, blogs/entry/…": "evidenced",  # of the engine, by published scrapers
        "browse pages, ?rss=1, info box": "assumed",
        "groups are places and no items": "assumed",
    }
