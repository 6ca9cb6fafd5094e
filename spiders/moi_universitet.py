"""Мой университет: free courses by e-mail, courses, contests and events, news."""

from __future__ import annotations

from typing import ClassVar

from netmeta.harvest.selectors import Rules
from netmeta.harvest.site import SiteSpider
from netmeta.harvest.site_reader import Address


class MoiUniversitet(SiteSpider):
    """https://moi-universitet.ru"""

    name = "moi-universitet"
    title = "Мой университет"
    homepage = "https://moi-universitet.ru/"
    family = "bitrix"
    addresses = (
        Address(r"/(email|courses)/(\d+)", key="{0}-{1}", item="course"),
        Address(r"/contests/(\d+)", key="contests-{0}", item="event"),
        Address(r"/news/(\d+)", key="news-{0}", item="news"),
        Address(r"/(?:email|courses|contests|news)(?:\?PAGEN_1=\d+)?", "listing"),
        Address(r"/(?:about|auth|personal|bitrix).*|.*\?print=.*", "static"),
    )
    fields: ClassVar[Rules] = {
        "title": ".news-detail h1",
        "body": ".news-detail .detail-text",
        "authors": ".news-detail .teacher",
        "published": ".news-detail .news-date-time",
        "category": ".news-detail .section",
    }
    evidence: ClassVar[dict[str, str]] = {
        "made with Bitrix": "assumed",
        "courses, e-mail courses, contests and news under numbers": "assumed",
        "class names": "assumed",
    }
