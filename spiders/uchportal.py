"""Учительский портал: lesson materials of all kinds, news; made with uCoz."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from netmeta.harvest.site import SiteSpider


class Uchportal(SiteSpider):
    """https://www.uchportal.ru"""

    name = "uchportal"
    title = "Учительский портал"
    homepage = "https://www.uchportal.ru/"
    family = "ucoz"
    start_paths = ("/load/", "/publ/", "/news/")
    modules: ClassVar[Mapping[str, str | None]] = {
        "load": "material",
        "publ": "material",
        "news": None,
    }
    evidence: ClassVar[dict[str, str]] = {
        "made with uCoz": "assumed",
        "kinds of material": "evidenced",  # /index/0-44 lists them
        "modules load, publ, news": "assumed",
    }
