"""Издательский дом «Первое сентября»: articles of the subject newspapers since the nineties, news."""

from __future__ import annotations

from typing import ClassVar

from netmeta.harvest.selectors import Rules
from netmeta.harvest.site import SiteSpider
from netmeta.harvest.site_reader import Address


class Portal1September(SiteSpider):
    """https://1september.ru"""

    name = "1september"
    title = "Издательский дом «Первое сентября»"
    homepage = "https://1september.ru/"
    feeds = ("/rss.php",)
    addresses = (
        Address(r"/articlef?\.php\?ID=(\d{8,})", key="{0}", item="material", seen=True),
        Address(r"/(\d{4}/art/[^/?]+?)\.html?", key="{0}", item="material", seen=True),
        Address(r"/news\.php\?ID=(\d+)", key="news-{0}", item="news"),
        Address(r"/archive\.php\?year=\d{4}|/index\.php\?ID=\d+|/news\.php", "listing"),
        Address(r"/subscribe.*", "static"),
    )
    fields: ClassVar[Rules] = {
        "title": "h1.title",
        "body": "div.text",
        "authors": ".author",
        "published": ".issue ~ [^,]+$",
        "category": (".paper, .rubric",),
    }
    evidence: ClassVar[dict[str, str]] = {
        "addresses /article.php?ID=YYYYNNNAA, /articlef.php, /1999/art/x.htm": "evidenced",
        "order: rubric, author, title, text": "evidenced",
        "charset windows-1251": "assumed",
        "archives by year and issue, news, class names": "assumed",
    }
