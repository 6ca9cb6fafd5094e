"""Открытый урок: lessons and articles of the festival of «Первое сентября»."""

from __future__ import annotations

from typing import ClassVar

from netmeta.harvest.selectors import Rules
from netmeta.harvest.site import SiteSpider
from netmeta.harvest.site_reader import Address


class Urok1Sept(SiteSpider):
    """https://urok.1sept.ru"""

    name = "urok-1sept"
    title = "Открытый урок"
    homepage = "https://urok.1sept.ru/"
    addresses = (
        Address(r"/(?:articles|статьи)/(\d+)", key="articles-{0}", item="material", seen=True),
        Address(r"/publication/([^/?]+)", item="material", seen=True),
        Address(r"/events/(\d+)-[^/?]+", key="event-{0}", item="event"),
        Address(r"/news/(\d+)-[^/?]+", key="news-{0}", item="news"),
        Address(r"/(?:articles|articles/subjects/\d+|events|news|authors/\d+)(?:\?page=\d+)?", "listing"),
        Address(r"/(?:articles|статьи|publication)/.+", "other"),
    )  # fmt: skip
    fields: ClassVar[Rules] = {
        "external_id": "link[rel=shortlink]@href ~ /articles/(\\d+)$",
        "title": "h1.publication-title",
        "body": ".publication-body",
        "authors": (".publication-authors .author-name", "meta[property='article:author']@content"),
        "published": ("meta[property='article:published_time']@content", ".event-date ~ \\d.*"),
        "subject": "meta[property='article:section']@content",
        "grade": ".publication-info .grades",
    }
    evidence: ClassVar[dict[str, str]] = {
        "addresses /articles/N, /статьи/N/, /publication/slug, the same numbers": "evidenced",
        "subject": "evidenced",  # OpenGraph: article:section
        "published": "evidenced",  # OpenGraph: article:published_time, with an offset
        "class written «5-й класс»": "evidenced",
        "class names of author, class and text": "assumed",
        "listings /articles/subjects/N, /events, /news": "assumed",
    }
