"""1C-Bitrix.

Evidence: 32 real pages (portals.md): `/bitrix/js`, `/bitrix/templates`, `BX.message`, `bitrix_sessid` and
pagers `PAGEN_N`. `news-list` may be a side block, `news-detail` is rare, so that on most sites the
reader finds the text. The widgets of Bitrix24 stand on sites of every engine and prove nothing.
"""

from __future__ import annotations

from typing import ClassVar

from netmeta.harvest.families.address import Rule, rules
from netmeta.harvest.families.engine import Engine, Layout, paragraph_words
from netmeta.harvest.families.evidence import Sign, sign
from netmeta.harvest.families.markup import Markup
from netmeta.harvest.families.one_text import MIN_WORDS


class Bitrix(Engine):
    """Elements of information blocks are entries, sections are listings."""

    name = "bitrix"
    real_pages = 32
    signs: ClassVar[tuple[Sign, ...]] = (
        sign("generator", r"1c-?bitrix|\bbitrix\b(?!24)", 10, "generator Bitrix"),
        sign("header", r"^x-powered-cms: bitrix|^set-cookie: .*bitrix_sm_", 10, "header X-Powered-CMS: Bitrix"),
        sign("asset", r"^(?!.*bitrix24\.).*(?:^|/)bitrix/(?:js|templates|cache|components|panel|gadgets|themes|wizards|css)/", 8,
             "/bitrix/templates, /bitrix/js"),
        sign("script", r"\bbitrix_sessid\b|\bBX\.(?:message|setCSSList|setJSList|ready|namespace)\(|\bbxSession\b", 6,
             "BX.message, bitrix_sessid"),
        sign("asset", r"(?:^|/)local/(?:templates|components)/", 4, "/local/templates"),
        sign("script", r"/bitrix/(?:components|templates|tools|js)/", 4, "/bitrix/ in scripts"),
        sign("image", r"^(?!.*bitrix24\.).*(?:(?:^|/)bitrix/(?:templates|components|images)/|(?:^|/)upload/(?:iblock|resize_cache)/)", 3,
             "images in /upload/iblock"),
        sign("tag", r"id=[\"'](?:bx_\d+_\d+|bx_incl_area_\w+|bx-composite-\w+|bx-panel)", 3, "bx_N_N"),
        sign("tag", r"name=[\"'](?:sessid|AUTH_FORM|arrFilter_\w+|PAGEN_\d)|class=[\"'][^\"']*\bbx-(?:breadcrumb|pagination|auth|newslist)", 3,
             "AUTH_FORM, bx-breadcrumb"),
        sign("robots", r"^(?:dis)?allow: /?\*?/bitrix/", 10, "robots.txt: /bitrix/"),
    )  # fmt: skip
    grammar: tuple[Rule, ...] = rules(
        (r"^/(?:bitrix|local|auth|personal)(?:/|$)|\?(?:.*&)?(?:bitrix_\w+|clear_cache|logout|forgot_password|change_password"
         r"|auth_service_id|back_url\w*|print|set_filter|del_filter)", "other"),
        (r"^/upload/", "download"),
        (r"\?(?:.*&)?(?:id|element_id|news_id|eid)=(?P<id>\d+)", "entry"),
        (r"\?(?:.*&)?(?:element_code|code)=(?P<id>[\w-]+)", "entry"),
        (r"\?(?:.*&)?(?:pagen_\d+|section_id|section_code|sid|sect)=", "listing"),
        (r"\?(?:.*&)?(?:tags?)=", "listing"),
        (r"^/(?:club|people|company/personal)/(?:user/)?[\w-]+$", "profile"),
        (r"^/(?:[\w-]+/)*(?P<module>[\w-]+)/(?P<id>\d+)(?:\.html)?$", "entry"),
        (r"/(?:rss|news/rss)(?:/|$)", "feed"),
        (r"^/(?:[\w-]+/)*(?:news|novosti|events?|sobytiya|articles?|stati|publications|blog|press-?center|announcements?)$", "listing"),
    )  # fmt: skip
    layout: ClassVar[Layout] = Layout(
        one=".news-detail, .catalog-element, .bx-newsdetail, .news_detail, .article-detail, .catalog_detail",
        many=".news-list .news-item, .bx-newslist-container, .news-list > p.news-item, .catalog-item, .news-item",
        title=(".news-detail h1", ".news-detail h3", "h1[itemprop=name]", "h1#pagetitle", "#pagetitle", "h1.bx-title"),
        body=".news-detail-text, .bx-newsdetail-content, .news-detail [itemprop=articleBody]",
        loose=".news-detail, .news_detail, .detail-text, .detail_text, .article-detail",
        date=(".news-detail .news-date-time", ".bx-newsdetail-date", ".news-detail .date", ".news-date-time",
              ".news-date", ".detail-date"),
        category=(".bx-breadcrumb a span", ".breadcrumb-navigation a", ".breadcrumbs a"),
        tags=(".news-detail .tags a",),
        details=".news-detail-property, .news-detail small",
    )  # fmt: skip

    def is_listing(self, markup: Markup) -> bool:
        """Several elements and hardly any text beside them: a block of news below a text is none."""
        if not super().is_listing(markup):
            return False
        listed = paragraph_words(markup, ".news-item p, p.news-item")
        return paragraph_words(markup) - listed < MIN_WORDS
