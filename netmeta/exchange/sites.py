"""What the site says of itself to machines: sitemaps, and how to search it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from netmeta.exchange.markup import DECLARATION, Escaper
from netmeta.exchange.oai.setting import Setting

SITEMAP_URLS: Final = 50_000
"""Most addresses in one file (sitemaps.org); ours are short, so 50 MB are far."""

_SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap_index(slices: Iterable[tuple[int, int, str]], setting: Setting) -> bytes:
    """The index of sitemaps: that of the site's own pages, then those of records.

    Args:
        slices: (first id, last id, latest change) of each file.
    """
    x = Escaper()
    files = f"<sitemap><loc>{x(setting.site_url)}sitemap-pages.xml</loc></sitemap>" + "".join(
        f"<sitemap><loc>{x(setting.site_url)}sitemap-{first}-{last}.xml</loc>"
        f"<lastmod>{changed}</lastmod></sitemap>"
        for first, last, changed in slices
    )
    return f'{DECLARATION}<sitemapindex xmlns="{_SITEMAP}">{files}</sitemapindex>\n'.encode()


def sitemap(pages: Iterable[tuple[int, str]], setting: Setting) -> bytes:
    """One sitemap of (record id, last change)."""
    x = Escaper()
    urls = "".join(
        f"<url><loc>{x(setting.page(id))}</loc><lastmod>{changed}</lastmod></url>"
        for id, changed in pages
    )
    return f'{DECLARATION}<urlset xmlns="{_SITEMAP}">{urls}</urlset>\n'.encode()


def sitemap_of_pages(setting: Setting) -> bytes:
    """The sitemap of the pages that are always there."""
    x = Escaper()
    urls = "".join(
        f"<url><loc>{x(setting.site_url + page)}</loc><changefreq>daily</changefreq></url>"
        for page in ("", "events", "subjects", "portals", "collections")
    )
    return f'{DECLARATION}<urlset xmlns="{_SITEMAP}">{urls}</urlset>\n'.encode()


def opensearch(setting: Setting) -> bytes:
    """The OpenSearch 1.1 description: results as Atom, RSS, HTML; words while one types."""
    x, site = Escaper(), setting.site_url
    templates = "".join(
        f'<Url type="{kind}" rel="{rel}" template="{x(site + rest)}"/>'
        for kind, rel, rest in (
            ("application/atom+xml", "results", "feed.atom?q={searchTerms}&sort=relevance&page={startPage?}&limit={count?}"),
            ("application/rss+xml", "results", "feed.rss?q={searchTerms}&sort=relevance&page={startPage?}&limit={count?}"),
            ("text/html", "results", "search?q={searchTerms}&page={startPage?}"),
            ("application/opensearchdescription+xml", "self", "opensearch.xml"),
        )
    )  # fmt: skip
    return (
        f'{DECLARATION}<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">'
        # The specification allows a short name 16 characters, a long one 48, a description 1,024.
        f"<ShortName>{x(setting.title[:16])}</ShortName><LongName>{x(setting.title[:48])}</LongName>"
        f"<Description>{x(setting.title[:1024])}</Description>"
        f"<Contact>{x(setting.email)}</Contact>{templates}"
        "<Language>ru</Language><InputEncoding>UTF-8</InputEncoding>"
        "<OutputEncoding>UTF-8</OutputEncoding></OpenSearchDescription>\n"
    ).encode()
