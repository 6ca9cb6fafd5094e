"""Drupal 6 to 11.

Evidence: 143 real pages (portals.md). The generator tag is on 41 of them only, `sites/default/files`
on 128; `field-name-body` (7) and `field--name-body` (8 on) are on every page of some sites and
none of others, so the node's own container and the reader stand behind them.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

from netmeta.harvest.families.address import Rule, rules
from netmeta.harvest.families.engine import Engine, Layout, paragraph_words
from netmeta.harvest.families.evidence import Sign, sign
from netmeta.harvest.families.markup import Markup
from netmeta.harvest.families.one_text import MIN_WORDS

_NODE: Final = re.compile(r"\bpage-node-(\d+)\b|\snode-(\d+)\s")
_SHORTLINK: Final = re.compile(r"/node/(\d+)/?(?:$|[?#])|/node/(\d+)\.html$")
_SUBMITTED: Final = re.compile(
    r"(?:опубликовано|отправлено|submitted by|posted by)\s+(\S+(?: \S+){0,2}?)(?: в |,? on |, | - )|\bby ([^\s,]+)",
    re.IGNORECASE,
)
_ROWS: Final = (
    "[class*='view-display-id-page'] > .view-content > .views-row, "
    "[class*='view-display-id-page'] > .views-row"
)
_LISTS: Final = re.compile(r" (?:page-taxonomy\S*|path-taxonomy|path-frontpage|page-tracker) ")


class Drupal(Engine):
    """Nodes are entries, taxonomy terms and views are listings; addresses are aliases mostly."""

    name = "drupal"
    real_pages = 143
    signs: ClassVar[tuple[Sign, ...]] = (
        sign("generator", r"drupal", 10, "generator Drupal"),
        sign("header", r"^x-(?:generator: drupal|drupal-)", 10, "header X-Generator: Drupal"),
        sign("script", r"drupal-settings-json|\bDrupal\.(?:settings|extend|behaviors)\b", 10, "Drupal.settings"),
        sign("tag", r"data-drupal-(?:selector|link-|messages)|drupal-settings-json", 10, "data-drupal-*"),
        sign("asset", r"(?:^|/)misc/drupal(?:Settings\w*)?\.js|(?:^|/)core/misc/drupal", 10, "misc/drupal.js"),
        sign("asset", r"(?:^|/)sites/[\w.-]+/(?:themes|modules|libraries|files/(?:css|js|advagg_\w+)/)", 6,
             "sites/*/themes, sites/*/modules"),
        sign("asset", r"(?:^|/)modules/system/(?:defaults|system[\w.-]*)\.css", 6, "modules/system/system.css"),
        sign("asset", r"(?:^|/)modules/(?:node|user|poll|comment|field|search)/[\w./-]*\.css", 3, "modules/node/*.css"),
        sign("asset", r"(?:^|/)sites/(?:default|all)/files/", 3, "icon in sites/default/files"),
        sign("tag", r"id=[\"']block-(?:menu|views|user|node|system|block|locale)-", 3, "block-menu-N"),
        sign("tag", r"class=[\"'](?:leaf|collapsed|expanded)(?: first| last)*[\"']|\btaxonomy_term_\d+", 2, "menus of leaves"),
        sign("asset", r"(?:^|/)core/(?:themes|modules|assets)/", 6, "core/modules"),
        sign("image", r"(?:^|/)sites/(?:default|all)/files/", 3, "images in sites/default/files"),
        sign("tag", r"class=[\"'][^\"']*\bfield--?name-(?:body|field-|title)", 3, "field-name-*"),
        sign("tag", r"(?:id|class)=[\"'](?:[^\"']* )?(?:node-\d+|page-node-\d+|node-type-[\w-]+|node--type-[\w-]+)", 3, "node-N"),
        sign("tag", r"class=[\"'](?:[^\"']* )?(?:view-id-\w+|views-field-\w+|block-system-main)\b", 3, "Views"),
        sign("tag", r"<form[^>]+action=[\"'][^\"']*\?q=", 2, "?q="),
        sign("robots", r"^Disallow: /(?:\?q=)?node/add/?$", 10, "robots.txt: /node/add/"),
        sign("feed", r"<guid isPermaLink=\"false\">\d+ at https?://", 6, "feed: guid N at site"),
        sign("feed", r"class=&quot;field field-name-|class=\"field field-name-", 6, "feed: field-name-*"),
    )  # fmt: skip
    grammar: tuple[Rule, ...] = rules(
        (r"^/(?:user|users)/\d+/page/", "entry"),  # an author's page on his own mini-site
        (r"^/(?:[a-z]{2}/)?(?:user|users)/(?:login|register|password|logout)", "other"),
        (r"^/(?:[a-z]{2}/)?(?:user|users)(?:/[^/?]+)?(?:/track)?$", "profile"),
        (r"^/(?:[a-z]{2}/)?(?P<module>node)/(?P<id>\d+)(?:\.html)?$", "entry"),
        (r"\?(?:.*&)?q=(?P<module>node)/(?P<id>\d+)$", "entry"),
        (r"^/node(?:/page/\d+)?$|^/node\?page=\d+$", "listing"),
        (r"^/(?:[a-z]{2}/)?node/(?:add|\d+/(?:edit|delete|revisions|track|backlinks|webform))", "other"),
        (r"^/(?:print|printpdf|printmail|comment|filter|batch|cron|flag|rate|forward|abuse|messages|system)(?:/|$)",
         "other"),
        (r"^/sites/[\w.-]+/files/", "download"),
        (r"^/(?:system/files|download/file/fid)/", "download"),
        (r"^/(?:[a-z]{2}/)?(?P<module>taxonomy)/term/\d+(?:/all)?(?:/feed)?", "listing"),
        (r"^/tracker(?:/|\?|$)", "other"),
        (r"^/archives?/\d{4}|^/[\w-]+/archive/\d{4}", "archive"),
        (r"/(?:calendar|kalendar|calendar-node-field-\w+)(?:/|$)|/(?:month|week|day)/\d{4}-", "calendar"),
        (r"^/[\w./%-]+/(?:19|20)\d\d/\d{1,2}/\d{1,2}/[^/?]+$", "entry"),  # nsportal and its like
        (r"^/(?:detski[iy]-sad|nachalnaya-shkola|shkola|npo-spo|vuz|ap|shkolnaya-\w+)(?:/[\w-]+){0,3}(?:\?page=\d+)?$",
         "listing"),
        (r"^/blogs?(?:/\d+)?(?:\?page=\d+)?$", "listing"),
        (r"/page/\d+$|\?(?:.*&)?page=\d+(?:,\d+)*$", "listing"),
    )  # fmt: skip
    layout: ClassVar[Layout] = Layout(
        one=".node--view-mode-full, .node-full, article.node--full, .node.view-mode-full",
        many=".node-teaser, .node--view-mode-teaser, .view-mode-teaser, #main > .node, #content .node",
        title=("h1#page-title", "h1.page-title", "h1.page-header", "h1.title", "h1.node-title",
               ".node-full h1", ".node--view-mode-full h1"),
        body=".field-name-body, .field--name-body, .node .content-node, .node__body",
        loose=".node .node__content, .node > .node-content, .node > .content, .node .content, article.node",
        date=(".node .submitted time", ".node time[datetime]", ".submitted [property='dc:date dc:created']",
              ".node .submitted", ".field-name-post-date", ".node__submitted", ".node .date", ".submitted"),
        author=(".node .submitted .username", ".submitted .username", ".node__submitted .username",
                ".field-name-field-author", ".field-name-author", ".field--name-uid"),
        category=(".field-type-taxonomy-term-reference a", ".node .terms a", ".node .taxonomy a",
                  ".field--name-field-category a", ".field--name-field-rubric a"),
        tags=(".field-name-field-tags a", ".field--name-field-tags a"),
        details=".node .field-label-inline, .node .field--label-inline",
    )  # fmt: skip

    def is_listing(self, markup: Markup) -> bool:
        """Several nodes on one page, or rows of a view that is the page; one row is no list."""
        if _NODE.search(markup.body_class):
            return False
        if markup.count(self.layout.many) > 1 or markup.count(_ROWS) > 1:
            return True
        if not _LISTS.search(markup.body_class):
            return False  # a term with a text of its own is an entry: a course, say
        return markup.teasers() > 0 and paragraph_words(markup) < MIN_WORDS

    def credited(self, markup: Markup) -> tuple[str, ...]:
        """The author's own field, else the account of «Опубликовано ivanova в Втр, 21.04.2009»."""
        if names := super().credited(markup):
            return names
        line = markup.line((".node .submitted", ".submitted", ".node .date")) or ""
        found = _SUBMITTED.search(line)
        return (found[1] or found[2],) if found else ()

    def is_entry(self, html: str, url: str) -> bool:
        markup = Markup(html, url)
        if _NODE.search(markup.body_class):
            return True
        return not self.is_listing(markup) and (
            markup.count(".node, [id^=node-]") == 1 or super().is_entry(html, url)
        )

    def identity(self, markup: Markup, url: str) -> str:
        """The node's number, where the page tells it: an alias changes with the title."""
        for link in markup.tree.css("link[rel=shortlink], link[rel=canonical]"):
            if found := _SHORTLINK.search(link.attributes.get("href") or ""):
                return f"node-{found[1] or found[2]}"
        if found := _NODE.search(markup.body_class):
            return f"node-{found[1] or found[2]}"
        return super().identity(markup, url)
