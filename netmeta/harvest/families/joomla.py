"""Joomla 1.5 to 5, with K2.

Evidence: 47 real pages (portals.md): generator tag on all, `/media/system/js` and `.item-page` on 29,
`itemprop=articleBody` on 37; `com_content` in addresses of 3 only. `/12-slug.html` may be an article or
a category: the page tells, the address says "entry".
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

from netmeta.harvest.families.address import Rule, match, rules, target
from netmeta.harvest.families.engine import Engine, Layout
from netmeta.harvest.families.evidence import Sign, sign
from netmeta.harvest.families.markup import Markup

_ARTICLE_VIEW: Final = re.compile(r" (?:view-article|view-item|view-item\S*) ")
_LIST_VIEW: Final = re.compile(r" (?:view-(?:category|categories|featured|archive|itemlist|tag)) ")


class Joomla(Engine):
    """Articles are entries; a menu item shows a category as a blog or a table."""

    name = "joomla"
    real_pages = 47
    signs: ClassVar[tuple[Sign, ...]] = (
        sign("generator", r"joomla", 10, "generator Joomla"),
        sign("header", r"^x-content-encoded-by: joomla", 10, "header Joomla"),
        sign("tag", r"class=[\"'][^\"']*joomla-script-options", 10, "joomla-script-options"),
        sign("script", r"\bJoomla\.(?:JText|submitform|tableOrdering|loadOptions|optionsStorage)|\bJCaption\b", 8, "Joomla.*"),
        sign("asset", r"(?:^|/)media/(?:jui|system|vendor/joomla\w*|templates/site|com_\w+|mod_\w+|plg_\w+)/", 6, "media/system"),
        sign("asset", r"(?:^|/)(?:components/com_\w+|modules/mod_\w+)/", 6, "components/com_*, modules/mod_*"),
        sign("asset", r"(?:^|/)plugins/(?:system|content|editors)/\w+/", 5, "plugins/system"),
        sign("asset", r"(?:^|/)templates/(?:system|protostar|cassiopeia|beez\w*|ja_\w+|yoo_\w+|rt_\w+|gk_\w+|jsn_\w+)/", 5,
             "templates/system"),
        sign("asset", r"(?:^|/)media/k2/", 6, "media/k2"),
        sign("tag", r"(?:action|value)=[\"'][^\"']*(?:option=)?com_(?:content|users|search|finder)\b", 3, "com_users"),
        sign("tag", r"class=[\"'](?:[^\"']* )?(?:item-page|blog-featured|items-leading|com-content-[\w-]+|moduletable\w*)\b", 3,
             "item-page"),
        sign("tag", r"id=[\"'](?:k2Container|mod-search-searchword|modlgn[\w-]+|system-message-container)", 3, "k2Container"),
        sign("robots", r"^Disallow: /(?:components|administrator)/\s*$", 5, "robots.txt: /components/"),
    )  # fmt: skip
    grammar: tuple[Rule, ...] = rules(
        (r"/component/(?:users|search|finder|mailto|banners|jcomments|acymailing|contact)\b|\?.*option=com_(?:users?|search"
         r"|finder|mailto|banners|jcomments|acymailing|contact|weblinks)\b", "other"),
        (r"\?(?:.*&)?task=(?!section|category|view)|\?(?:.*&)?layout=edit", "other"),
        (r"\?(?:.*&)?option=com_k2&(?:.*&)?view=item&(?:.*&)?id=(?P<id>\d+)", "entry"),
        (r"\?(?:.*&)?option=com_content&(?:.*&)?view=article&(?:.*&)?id=(?P<id>\d+)", "entry"),
        (r"\?(?:.*&)?option=com_content&(?:.*&)?task=view&(?:.*&)?id=(?P<id>\d+)", "entry"),
        (r"\?(?:.*&)?option=com_(?:content|k2|tags)\b", "listing"),
        (r"\?(?:.*&)?option=com_(?:jevents|eventlist|icagenda|dpcalendar)", "calendar"),
        (r"\?(?:.*&)?(?:start|limitstart)=\d+", "listing"),
        (r"/(?:month\.calendar|week\.listevents|day\.listevents|year\.listevents|monthcalendar|weekevents|dayevents)/", "calendar"),
        (r"/(?P<module>item)/(?P<id>\d+)-[^/?]+$", "entry"),  # K2
        (r"/itemlist/user/", "profile"),
        (r"/itemlist/date/", "archive"),
        (r"/itemlist(?:/|$)|/component/tags/|/tags?/[^/]+$", "listing"),
        (r"\?(?:.*&)?download=\d+|/download/\d+|/send/\d+-", "download"),
        (r"/component/content/category/|^/(?:index\.php/)?component/content$", "listing"),
        (r"/component/content/article/(?:[^/]+/)?(?P<id>\d+)-?[^/?]*$", "entry"),
        (r"/\d+-[^/?]+/(?P<id>\d+)-[^/?]+$", "entry"),
        (r"/(?P<id>\d+)-[^/?]*[^\W\d][^/?]*$", "entry"),
        (r"/(?:19|20)\d\d/\d{1,2}$", "archive"),
    )  # fmt: skip
    layout: ClassVar[Layout] = Layout(
        one=".item-page, .com-content-article, #k2Container.itemView, .itemView .itemBody",
        many=".items-row .item, .leading-0, .leading-1, .blog-item, .catItemView, .items-leading > div, .itemContainer, "
             ".blog [itemprop=blogPost], .category-list tr, .com-content-category-blog__item, .contentheading",
        title=(".item-page .page-header h1", ".item-page h1", ".item-page [itemprop=headline]",
               ".item-page .page-header h2", ".itemHeader .itemTitle", ".com-content-article h1",
               "h1.contentheading", "h2.contentheading", ".contentheading"),
        body="[itemprop=articleBody], .com-content-article__body, .itemBody",
        loose=".item-page, .article-content, .contentpaneopen",
        date=(".item-page time[itemprop=datePublished]", "time[itemprop=datePublished]", ".published time",
              ".create time", ".itemDateCreated", ".createdate", ".published", ".create", "time[datetime]"),
        author=(".createdby [itemprop=name]", ".createdby", ".itemAuthor a", ".createby"),
        category=(".category-name a", ".category-name", ".itemCategory a"),
        tags=(".item-page .tags a", ".com-content-article .tags a", ".itemTags a"),
        details=".article-info, .itemToolbar",
    )  # fmt: skip

    def is_listing(self, markup: Markup) -> bool:
        if _ARTICLE_VIEW.search(markup.body_class) or markup.count(
            ".item-page, .com-content-article"
        ):
            return False
        listed = ".blog, .blog-featured, .category-list, .categories-list, .com-content-category-blog, #k2Container.itemListView"
        return (
            bool(_LIST_VIEW.search(markup.body_class))
            or markup.count(listed) > 0
            or super().is_listing(markup)
        )

    def identity(self, markup: Markup, url: str) -> str:
        """The article's number; a category in the address changes with the menu."""
        if key := self.classify(url).key:
            return key
        for link in markup.tree.css("link[rel=canonical]"):
            page = match(self.grammar, target(link.attributes.get("href") or ""))
            if page and page.key:
                return page.key
        return super().identity(markup, url)
