"""Педсовет.су: materials, articles, contests, news; made with uCoz."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from netmeta.harvest.site import SiteSpider


class PedsovetSu(SiteSpider):
    """https://pedsovet.su"""

    name = "pedsovet-su"
    title = "Педсовет.су"
    homepage = "https://pedsovet.su/"
    family = "ucoz"
    start_paths = ("/load/", "/publ/", "/news/")
    modules: ClassVar[Mapping[str, str | None]] = {
        "load": "material",
        "publ": "material",
        "news": None,
    }
    evidence: ClassVar[dict[str, str]] = {
        "address grammar": "evidenced",  # /load/111-1-0-57807, /load/54-1-0-278, /publ/13-1-0-7468
        "text inline, class and subject in the title": "evidenced",
        "contests stand in /news/": "assumed",
    }
