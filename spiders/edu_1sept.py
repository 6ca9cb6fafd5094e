"""Педагогический университет «Первое сентября»: courses of advanced training, news."""

from __future__ import annotations

from typing import ClassVar

from netmeta.harvest.selectors import Rules
from netmeta.harvest.site import SiteSpider
from netmeta.harvest.site_reader import Address


class Edu1Sept(SiteSpider):
    """https://edu.1sept.ru"""

    name = "edu-1sept"
    title = "Педагогический университет «Первое сентября»"
    homepage = "https://edu.1sept.ru/"
    feeds = ("/rss/courses",)
    addresses = (
        Address(r"/courses/(\d+)", key="course-{0}", item="course"),
        Address(r"/news/(\d+)", key="news-{0}", item="news"),
        Address(r"/(?:courses|news)(?:\?page=\d+)?", "listing"),
        Address(r"/(?:payment|licence|basket|cabinet|search).*", "static"),
    )
    fields: ClassVar[Rules] = {
        "title": "h1.course-title",
        "body": ".course-body",
        "authors": ".course-author",
        "published": ".course-date time",
    }
    evidence: ClassVar[dict[str, str]] = {
        "courses /courses/N, news /news/N": "assumed",
        "class names": "assumed",
        "rows of type, listeners, document, registration in the text": "assumed",
    }
