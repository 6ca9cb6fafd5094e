"""BoonEx Dolphin 7.

Nobody has seen pages of the portals that are thought to use it: addresses are evidenced by published
scrapers (portals.md), signs by the engine's own public sources (the scripts aDolLang, aDolImages and
aDolOptions, gzip_loader.php with bx_templ_*, classes bx-def-*); selectors are assumed.
"""

from __future__ import annotations

from typing import ClassVar, Final

from netmeta.harvest.families.address import Rule, rules
from netmeta.harvest.families.engine import Engine, Layout
from netmeta.harvest.families.evidence import Sign, sign
from netmeta.harvest.selectors import Rules

INFO_BOX: Final[Rules] = {
    "title": "h1.bx-twig-title",
    "body": ".bx-twig-description",
    "authors": "td.info-author",
    "published": "td.info-added",
    "category": ("td.info-category a", "td.info-category"),
    "tags": "td.info-tags a",
    "place": "td.info-place",
    "attachments": ".bx-files-download",
    "views": "td.info-views",
    "comments": "td.info-comments",
    "rating": "td.info-rate",
}
"""Title, text and the box of facts beside them in the engine's twig modules; assumed."""


class Dolphin(Engine):
    """Modules (`m/events`, `m/files`, `m/groups`, blogs), each with views and browse pages."""

    name = "dolphin"
    signs: ClassVar[tuple[Sign, ...]] = (
        sign("generator", r"boonex|dolphin \d", 10, "generator Dolphin"),
        sign("script", r"\baDol(?:Images|Lang|Options)\b", 8, "aDolLang, aDolOptions"),
        sign("asset", r"gzip_loader\.php\?file=|bx_templ_(?:css|js)_", 8, "gzip_loader.php, bx_templ_*"),
        sign("script", r"\bdol(?:RSSFeed|Retina|PopupHide|Embedly)\(|\bBxDol\w+", 6, "dolRSSFeed"),
        sign("tag", r"class=[\"'](?:[^\"']* )?bx-def-[\w-]+|class=[\"'](?:[^\"']* )?(?:disignBoxFirst|boxFirstHeader|sys_main_page_width)", 5,
             "bx-def-*, disignBoxFirst"),
        sign("feed", r"<link>[^<]*/m/(?:events|groups|files|news)/(?:view|browse)/", 5, "feed: m/*/view"),
    )  # fmt: skip
    grammar: tuple[Rule, ...] = rules(
        (r"^/(?:m|modules)/(?P<module>\w+)/(?:administration|my|add|edit|delete|join|invite|share|act_\w+|broadcast)\b", "other"),
        (r"^/m/(?P<module>\w+)/calendar\b|\?r=\w+/calendar", "calendar"),
        (r"^/m/(?P<module>\w+)/(?:download|get_file|act_download)\b", "download"),
        (r"^/m/(?P<module>\w+)/view/(?P<id>[^/?]+)$", "entry"),
        (r"\?r=(?P<module>\w+)/view/(?P<id>[^/&]+)$", "entry"),
        (r"^/m/(?P<module>\w+)/browse/(?:user|joined)/", "profile"),
        (r"^/m/(?P<module>\w+)/(?:browse/|(?:home|index|tags|categories)?$)", "listing"),
        (r"\?r=(?P<module>\w+)/(?:browse/.*|home)?$", "listing"),
        (r"^/m/(?P<module>\w+)$", "listing"),
        (r"^/(?P<module>blogs)/entry/(?P<id>[^/?]+)$", "entry"),
        (r"^/blogs/(?:posts|member_posts|home|all|top|tag|tags|category|popular_posts|featured_posts|last_posts)(?:/|$)", "listing"),
        (r"^/blogs(?:/|\.php)?$|\bblogs\.php\?.*action=(?:all_posts|home|top_blogs|search_by_tag)", "listing"),
        (r"^/(?P<module>forum|m/forum)(?:/|$)", "forum"),
        (r"^/profile\.php\?|^/(?:user|profile)/|^/profile_info\.php|^/viewFriends\.php", "profile"),
        (r"^/(?:join|member|communicator|mail|explanation|search|unregister|change_status|tellfriend|contact)\.php", "other"),
        (r"^/(?:browse|calendar|photos|videos|sounds)\.php", "listing"),
    )  # fmt: skip
    layout: ClassVar[Layout] = Layout(
        one=".bx-def-unit-full, .entry_view, .bx-blogs-post-view",
        many=".bx_sys_unit, .thumb_unit, .bx-def-unit, .search_result_block .unit, .blog_post_unit",
        title=("h1.bx-twig-title", "h1", ".bx-def-page-caption", ".pageHeader", ".dbTitle"),
        body=".bx-def-vanilla-html, .blog_post_text",
        loose=".dbContent .bx-def-bc-margin, .dbContent",
        date=(".bx-def-unit-info time", ".blog_post_date", "time[datetime]", ".infoUnit .bx-def-font-grayed"),
        author=(".infoUnit .thumb_username a", ".infoUnit .user_name", ".bx-def-unit-info .thumb_username"),
        category=(".infoUnit .categories a", "a[href*='/browse/category/']"),
        tags=(".infoUnit .tags a", "a[href*='/browse/tag/']"),
        details=".infoUnit, .bx-form-element-value, .form_advanced_table tr",
    )  # fmt: skip
