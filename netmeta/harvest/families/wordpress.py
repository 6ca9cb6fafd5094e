"""WordPress.

Evidence: 51 real pages (portals.md): `wp-content` on all, the link to api.w.org on 45, a generator tag
on 33, `hentry` on 29, `entry-title` on 26, `time[datetime]` on 4.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

from netmeta.harvest.families.address import Rule, rules
from netmeta.harvest.families.engine import Engine, Layout
from netmeta.harvest.families.evidence import Sign, sign
from netmeta.harvest.families.markup import Markup

_POST: Final = re.compile(r"\b(?:postid|page-id)-(\d+)\b")
_SHORTLINK: Final = re.compile(r"[?&](?:p|page_id)=(\d+)$")
_LISTS: Final = re.compile(
    r" (?:archive|category|tag|blog|search|author|date|post-type-archive\S*) "
)
_ONE: Final = re.compile(r" (?:single|single-\S+|page-id-\d+|postid-\d+) ")


class WordPress(Engine):
    """Posts are entries; categories, tags and dated archives list them."""

    name = "wordpress"
    real_pages = 51
    signs: ClassVar[tuple[Sign, ...]] = (
        sign("generator", r"^\s*wordpress\b|wordpress\.(?:org|com)/\?v=", 10, "generator WordPress"),
        sign("header", r"^link: .*api\.w\.org|^x-pingback: .*xmlrpc\.php", 10, "header with api.w.org"),
        sign("asset", r"api\.w\.org|(?:^|/)wp-json/", 10, "link to api.w.org"),
        sign("asset", r"(?:^|/)wp-content/(?:themes|plugins|cache|uploads|mu-plugins)/", 6, "wp-content"),
        sign("asset", r"(?:^|/)wp-includes/", 6, "wp-includes"),
        sign("asset", r"wlwmanifest\.xml|xmlrpc\.php\?rsd", 6, "xmlrpc.php?rsd"),
        sign("script", r"_wpemojiSettings|wp-content\\?/|wp-admin\\?/admin-ajax|wp-includes\\?/", 6, "wpemoji, admin-ajax"),
        sign("tag", r"class=[\"'](?:[^\"']* )?(?:hentry|type-post|postid-\d+|page-id-\d+|wp-singular)\b", 3, "hentry"),
        sign("tag", r"(?:id|class)=[\"'](?:[^\"']* )?(?:wpcf7|wpadminbar|wp-block-[\w-]+|menu-item-object-\w+)", 3, "wp blocks"),
        sign("image", r"(?:^|/)wp-content/uploads/", 2, "images in wp-content"),
        sign("robots", r"/wp-(?:admin|includes|content|login)", 10, "robots.txt: /wp-admin"),
        sign("feed", r"<sy:updatePeriod>|xmlns:wfw=|<post-id xmlns=\"com-wordpress", 4, "feed: wfw, sy"),
        sign("feed", r"wp-content/|<wfw:commentRss>|\?p=\d+</guid>", 6, "feed: wp-content"),
    )  # fmt: skip
    grammar: tuple[Rule, ...] = rules(
        (r"^/(?:[\w-]+/)?wp-(?:admin|login|signup|json|cron|includes|register)|/xmlrpc\.php|/trackback$|/embed$|/amp$",
         "other"),
        (r"/wp-content/", "download"),
        (r"\?(?:.*&)?(?:p|attachment_id)=(?P<id>\d+)$", "entry"),
        (r"\?(?:.*&)?page_id=\d+$", "static"),
        (r"\?(?:.*&)?(?:cat|tag|paged)=[\w-]+", "listing"),
        (r"\?(?:.*&)?author=\w+", "profile"),
        (r"\?(?:.*&)?m=\d{4,8}$", "archive"),
        (r"/comment-page-\d+", "other"),
        (r"^/(?:[\w-]+/)?(?P<module>author)/[^/]+(?:/page/\d+)?$", "profile"),
        (r"^/(?:[a-z]{2}/)?(?:[\w-]+/)?(?:category|cat|tag|rubrika|topics?)/[^?]+", "listing"),
        (r"^/(?:[a-z]{2}/)?(?:events?|meropriyatiya)/(?:month|list|day|week|today|photo|map)\b|/events?/\d{4}-\d\d", "calendar"),
        (r"/(?:19|20)\d\d/\d\d/\d\d/[^/?]+$", "entry"),
        (r"/(?:19|20)\d\d/\d\d/page/\d+$|/(?:19|20)\d\d/page/\d+$", "archive"),
        (r"/(?:19|20)\d\d/\d\d/(?!\d{1,2}$)[^/?]+$", "entry"),
        (r"/archives?/(?P<id>\d+)(?:\.html)?$", "entry"),
        (r"/page/\d+$", "listing"),
        (r"^/(?:[\w-]+/)?(?P<module>events?|meropriyatiya)/[^/?]+$", "entry"),
    )  # fmt: skip
    layout: ClassVar[Layout] = Layout(
        one="body.single, body.single-post",
        many="article.hentry, .hentry.type-post, .type-post, article.post, .hentry",
        title=("h1.entry-title", "h1.post-title", ".hentry h1.title", "h1.wp-block-post-title"),
        body=".entry-content, .post-content, .wp-block-post-content",
        loose=".hentry .entry, .post .entry, article .content",
        date=("time.entry-date[datetime]", "time.published[datetime]", ".entry-meta time[datetime]",
              ".entry-date", ".posted-on", ".post-date", "article .date", ".wp-block-post-date"),
        author=(".entry-meta .author .fn", ".byline .author", "a[rel=author]", ".post-author"),
        category=(".cat-links a", ".entry-categories a", "a[rel~=category]"),
        tags=(".tags-links a", ".entry-tags a", "a[rel=tag]"),
    )  # fmt: skip

    def is_listing(self, markup: Markup) -> bool:
        """As the classes of `<body>` say; else by how many posts stand there."""
        if _ONE.search(markup.body_class):
            return False
        if _LISTS.search(markup.body_class):
            return True
        return markup.count(self.layout.many) > 1

    def is_entry(self, html: str, url: str) -> bool:
        markup = Markup(html, url)
        return " single " in markup.body_class or super().is_entry(html, url)

    def identity(self, markup: Markup, url: str) -> str:
        """The post's number, where the page tells it: a slug may be edited."""
        for link in markup.tree.css("link[rel=shortlink]"):
            if found := _SHORTLINK.search(link.attributes.get("href") or ""):
                return found[1]
        if found := _POST.search(markup.body_class):
            return found[1]
        return super().identity(markup, url)
