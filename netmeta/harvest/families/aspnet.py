"""Sites of ASP.NET pages that put everything into the query string.

Evidence: only the forms portals.md remembers of it-n.ru (`communities.aspx?cat_no=&tmpl=com`,
`board.aspx`, `profil.aspx`), so rules and selectors are assumed; the signs are the engine's own.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final
from urllib.parse import parse_qsl

from netmeta.harvest.families.address import Rule, match, rules, target
from netmeta.harvest.families.base import PageUrl
from netmeta.harvest.families.engine import Engine, Layout
from netmeta.harvest.families.evidence import Sign, sign

_VIEW_ONLY: Final = frozenset(
    {"tmpl", "template", "lang", "print", "page", "view", "mode", "ispreview"}
)
_PAGER: Final = re.compile(r"[?&](?:page|p|pageno|pagenum|start|pg)=\d+")


class AspNet(Engine):
    """An address is a script and numbers; the order and letter case of the numbers vary."""

    name = "aspnet"
    signs: ClassVar[tuple[Sign, ...]] = (
        sign("tag", r"(?:name|id)=[\"']__(?:VIEWSTATE|EVENTVALIDATION|EVENTTARGET|VIEWSTATEGENERATOR)[\"']", 8, "__VIEWSTATE"),
        sign("generator", r"microsoft visual studio|asp\.net|dotnetnuke|sharepoint|umbraco|kentico", 6, "generator ASP.NET"),
        sign("header", r"^x-aspnet(?:mvc)?-version:", 8, "header X-AspNet-Version"),
        sign("header", r"^x-powered-by: asp\.net", 4, "header X-Powered-By: ASP.NET"),
        sign("asset", r"(?:WebResource|ScriptResource)\.axd", 6, "WebResource.axd"),
        sign("script", r"\b__doPostBack\b|\bWebForm_\w+|Sys\.WebForms", 5, "__doPostBack"),
        sign("tag", r"<form[^>]+action=[\"'][^\"']*\.aspx", 3, "form of .aspx"),
        sign("tag", r"id=[\"']ctl\d\d_", 3, "ctl00_"),
    )  # fmt: skip
    grammar: tuple[Rule, ...] = rules(
        (r"/(?:login|register|registration|signin|logout|restore|password|error|search|sendmail|print)\w*\.aspx", "other"),
        (r"/(?:attachment|download|getfile|file|handler)\w*\.a[sx][ph]x", "download"),
        (r"/rss\w*\.a[sx][ph]x", "feed"),
        (r"/(?:calendar|kalendar)\w*\.aspx", "calendar"),
        (r"/(?:profil|profile|user|userinfo|person|member)\w*\.aspx", "profile"),
        (r"/(?:board|forum|thread|topic|chat)\w*\.aspx", "forum"),
        (r"/(?P<module>\w+)\.aspx\?(?:.*&)?(?:lib_no|d_no|ob_no|doc_?id|item_?id|article_?id|news_?id|material_?id|mat_no|res_no|m_no"
         r"|work_?id|event_?id)=\d+", "entry"),
        (r"/(?P<module>communities|community|default|index|catalog|category|list|library|news|events|materials|section|resources|festivals?)"
         r"\.aspx(?:\?|$)", "listing"),
        (r"/(?P<module>\w*(?:item|article|view|detail|show|material|resource|document)\w*)\.aspx\?(?:.*&)?\w*(?:id|no)=\d+", "entry"),
    )  # fmt: skip
    layout: ClassVar[Layout] = Layout(
        title=("[id$=lblTitle]", "[id$=Title] h1"),
        body="[id$=lblText], [id$=lblBody], [id$=lblContent]",
        loose="[id$=Content] .text, .material-text, #content .text",
        date=("[id$=lblDate]", "[id$=Date]", ".date"),
        author=("[id$=lblAuthor]", "[id$=hlAuthor]", "[id$=Author]", ".author"),
    )  # fmt: skip

    def told(self, url: str) -> PageUrl:
        """As every engine's, and an entry's key is its script and its sorted numbers."""
        page = super().told(url)
        if page.kind != "entry":
            return page
        path, _, query = target(url).partition("?")
        numbers = sorted(
            (name.lower(), value)
            for name, value in parse_qsl(query)
            if name.lower() not in _VIEW_ONLY and value.isdigit()
        )
        script = path.rsplit("/", 1)[-1].lower().removesuffix(".aspx")
        return PageUrl("entry", "-".join([script, *(f"{n}={v}" for n, v in numbers)]), page.module)

    def is_open(self, url: str, page: PageUrl) -> bool:
        """Addresses without a script of this engine, and pagers."""
        seen = target(url)
        return super().is_open(url, page) or (
            bool(_PAGER.search(seen)) and match(self.grammar, seen) is None
        )
