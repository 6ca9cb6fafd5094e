"""Сеть творческих учителей: libraries of communities, events, news; an ASP.NET portal, archived."""

from __future__ import annotations

from typing import ClassVar

from netmeta.harvest.selectors import Rules
from netmeta.harvest.site import SiteSpider
from netmeta.harvest.site_reader import Address


class ItN(SiteSpider):
    """https://www.it-n.ru"""

    name = "it-n"
    title = "Сеть творческих учителей"
    homepage = "https://www.it-n.ru/"
    family = "aspnet"
    start_paths = ("/", "/communities.aspx", "/events.aspx", "/news.aspx")
    addresses = (  # parameters stand in alphabetical order here, whatever the link says
        Address(r"/communities\.aspx\?cat_no=\d+&d_no=(\d+)&tmpl=lib", key="lib-{0}", item="material"),
        Address(r"/events\.aspx\?d_no=(\d+)", key="event-{0}", item="event"),
        Address(r"/news\.aspx\?d_no=(\d+)", key="news-{0}", item="news"),
        Address(r"/communities\.aspx(?:\?cat_no=\d+(?:&page=\d+)?&tmpl=(?:com|lib))?", "listing"),
        Address(r"/(?:events|news)\.aspx(?:\?page=\d+)?", "listing"),
        Address(r"/.*", "static"),
    )  # fmt: skip
    fields: ClassVar[Rules] = {
        "title": ".doc-title",
        "body": ".doc-text",
        "authors": ".doc-author",
        "published": ".doc-date",
        "category": ".doc-com",
        "subject": ".doc-subject",
        "grade": ".doc-grade",
        "type": ".doc-type",
        "views": ".doc-views",
        "attachments": ".doc-files tr",
    }
    evidence: ClassVar[dict[str, str]] = {
        "addresses communities.aspx?cat_no=&tmpl=com, board.aspx, profil.aspx": "assumed",
        "documents under d_no, events and news": "assumed",
        "class names": "assumed",
    }
