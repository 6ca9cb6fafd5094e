"""Методисты: a community of primary teachers with events, files and blogs; BoonEx Dolphin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from netmeta.harvest.selectors import Rules
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
        Address(r"/m/(events|files)/view/([^/?]+)", key="{0}-{1}"),
        Address(r"/blogs/entry/([^/?]+)", key="blogs-{0}"),
        Address(r"/(?:m/(?:events|files)/browse/recent|blogs/home)(?:\?page=\d+&per_page=\d+)?", "listing"),
        Address(r"/\w+", "profile"),
    )  # fmt: skip
    fields: ClassVar[Rules] = {
        "title": "h1.bx-twig-title",
        "body": ".bx-twig-description",
        "authors": "td.info-author",
        "published": "td.info-added",
        "category": ("td.info-category a", "td.info-category"),
        "tags": "td.info-tags a",
        "place": "td.info-place",
        "attachments": ".bx-files-download",
        "views": "td.info-views",
        "comments": "td.info-comments",
        "rating": "td.info-rate",
    }
    evidence: ClassVar[dict[str, str]] = {
        "made with BoonEx Dolphin": "assumed",
        "addresses m/…/view/…, blogs/entry/…": "evidenced",  # of the engine, by published scrapers
        "browse pages, ?rss=1, info box": "assumed",
        "groups are places and no items": "assumed",
    }
