"""Портфолио ученика: pupils' research and creative works, the festival, news."""

from __future__ import annotations

from typing import ClassVar

from netmeta.harvest.selectors import Rules
from netmeta.harvest.site import SiteSpider
from netmeta.harvest.site_reader import Address


class Portfolio1Sept(SiteSpider):
    """https://portfolio.1sept.ru"""

    name = "portfolio-1sept"
    title = "Портфолио ученика"
    homepage = "https://portfolio.1sept.ru/"
    addresses = (
        Address(r"/work\.php\?id=(\d+)", key="work-{0}", item="material"),
        Address(r"/event\.php\?id=(\d+)", key="event-{0}", item="event"),
        Address(r"/news\.php\?id=(\d+)", key="news-{0}", item="news"),
        Address(r"/subject\.php\?(?:pg=\d+&)?sb=\d+|/(?:events|news)\.php(?:\?pg=\d+)?", "listing"),
        Address(r"/(?:rules|search)\.php.*|/my.*|/files/.*", "static"),
    )
    fields: ClassVar[Rules] = {
        "title": "h1",
        "body": ".work-text",
        "authors": ".work-author",
        "published": ".work-date",
        "type": ".work-genre",
        "grade": ".work-grade",
        "category": ".work-section",
        "attachments": "a.work-file",
    }
    evidence: ClassVar[dict[str, str]] = {
        "a work names its author, a pupil, and its head, a teacher": "evidenced",
        "addresses and class names": "assumed",
    }
