"""Социальная сеть работников образования: a Drupal 7 network of teachers with mini-sites."""

from __future__ import annotations

from typing import ClassVar

from netmeta.harvest.selectors import Rules
from netmeta.harvest.site import SiteSpider
from netmeta.harvest.site_reader import Address


class Nsportal(SiteSpider):
    """https://nsportal.ru"""

    name = "nsportal"
    title = "Социальная сеть работников образования"
    homepage = "https://nsportal.ru/"
    family = "drupal"
    addresses = (
        Address(r"/(?:konkursy|proekty|group/[^/?]+)/[^/?]+", item="event"),
        Address(r"/news/[^/?]+", item="news"),
        Address(r"/(?:konkursy|proekty|group(?:/[^/?]+)?|news|sayty)(?:\?page=\d+)?|/user/\d+", "listing"),
        Address(r"/.+/\d{4}/\d\d/\d\d/[^/?]+", item="material", seen=True),
        Address(r"/user/\d+/page/[^/?]+", item="material", seen=True),
    )  # fmt: skip
    fields: ClassVar[Rules] = {
        "title": "#page-title",
        "subtitle": ".field-name-subtitle",
        "body": (".field-name-body", ".content-node"),
        "attachments": "table.sticky-enabled tbody tr",
        "authors": ".field-name-author .username",
        "description": ".field-name-annotation",
        "category": ".breadcrumb a:last-of-type:not([href='/'])",
        "published": (".submitted .date", "link[rel=canonical]@href ~ /(\\d{4}/\\d\\d/\\d\\d)/"),
    }
    evidence: ClassVar[dict[str, str]] = {
        "addresses /shkola/…/library/YYYY/MM/DD/…, /user/N/page/…": "evidenced",
        "order: subtitle, date, author, annotation, table of files, text": "evidenced",
        "class names of subtitle, author, annotation": "assumed",
        "contests, projects, groups and news under /konkursy, /proekty, /group, /news": "assumed",
        "pager ?page=N from 0, /rss.xml, sitemap in parts": "assumed",
    }
