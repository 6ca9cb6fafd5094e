"""ИнтерГУру: network projects on "territories", their reports, events, news."""

from __future__ import annotations

from typing import ClassVar

from netmeta.harvest.selectors import Rules
from netmeta.harvest.site import SiteSpider
from netmeta.harvest.site_reader import Address


class Intergu(SiteSpider):
    """https://intergu.ru"""

    name = "intergu"
    title = "ИнтерГУру"
    homepage = "https://intergu.ru/"
    addresses = (
        Address(r"/project\?id=(\d+)", key="project-{0}", item="event"),
        Address(r"/event\?id=(\d+)", key="event-{0}", item="event"),
        Address(r"/report\?id=(\d+)", key="report-{0}", item="material"),
        Address(r"/news\?id=(\d+)", key="news-{0}", item="news"),
        Address(r"/(?:projects|reports|events|news)(?:\?p=\d+)?|/rating|/territory\?name=.+", "listing"),
        Address(r"/(?:rules|login|vote|admin).*", "static"),
    )  # fmt: skip
    fields: ClassVar[Rules] = {
        "title": "h1.name",
        "body": "div.body",
        "authors": ".passport .coord",
        "published": ".passport .posted",
        "category": ".passport .territory-name",
        "grade": ".passport .age",
    }
    evidence: ClassVar[dict[str, str]] = {
        "projects on territories, nominations, ratings": "evidenced",
        "addresses and class names": "assumed",
        "a network project is an event": "assumed",
    }
