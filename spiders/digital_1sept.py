"""Школа цифрового века: journals, courses, events and quizzes of «Первое сентября»."""

from __future__ import annotations

from typing import ClassVar

from netmeta.harvest.selectors import Rules
from netmeta.harvest.site import SiteSpider
from netmeta.harvest.site_reader import Address


class Digital1Sept(SiteSpider):
    """https://digital.1sept.ru"""

    name = "digital-1sept"
    title = "Школа цифрового века"
    homepage = "https://digital.1sept.ru/"
    addresses = (
        Address(r"/journals/([\w-]+)", key="journal-{0}", item="material"),
        Address(r"/materials/(\d+)", key="material-{0}", item="material"),
        Address(r"/courses/([\w-]+)", key="course-{0}", item="course"),
        Address(r"/events/(\d+)", key="event-{0}", item="event"),
        Address(r"/(?:journals|materials|courses|events)(?:\?page=\d+)?", "listing"),
        Address(r"/(?:about|my|download).*", "static"),
    )
    walls = ".dg-locked"
    fields: ClassVar[Rules] = {
        "title": ".dg-card h1",
        "body": ".dg-text",
        "authors": ".dg-author span",
        "published": ".dg-date",
        "category": ".dg-meta a",
        "tags": ".dg-tag",
    }
    evidence: ClassVar[dict[str, str]] = {
        "journals, courses, events, materials and their addresses": "assumed",
        "class names": "assumed",
        "issues for subscribers stand behind a login and are left out": "assumed",
    }
