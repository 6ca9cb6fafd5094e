"""What a uCoz portal tells machines: robots.txt, RSS."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from email.utils import format_datetime

from netmeta.replicas.markup import text
from netmeta.replicas.ucoz_posts import Post

_ROBOTS = """User-agent: *
Allow: /*?page
Disallow: /*?
Disallow: /stat/
Disallow: /index/1
Disallow: /index/3
Disallow: /index/5
Disallow: /index/7
Disallow: /index/8
Disallow: /index/9
Disallow: /register
Disallow: /panel/
Disallow: /search/
Disallow: /abnl/
Disallow: /*0-*-0-17$
Disallow: /*-0-0-

Sitemap: {base}/sitemap.xml
Sitemap: {base}/sitemap-forum.xml
"""


def robots(base: str) -> str:
    """The rules every uCoz site carries: query strings, profiles, tag search, downloads closed."""
    return _ROBOTS.format(base=base)


def rss(base: str, module: str, title: str, posts: Sequence[Post], *, codec: str) -> str:
    """The newest posts of a module, newest first, as the engine's own feed writes them."""
    items = "".join(_item(base, post) for post in posts)
    built = format_datetime(posts[0].modified.astimezone(dt.UTC), usegmt=True) if posts else ""
    return (
        f'<?xml version="1.0" encoding="{codec}" ?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">\n'
        f"<channel>\n<title>{text(title)}</title>\n<link>{base}/{module}/</link>\n"
        f"<description>{text(title)}</description>\n<lastBuildDate>{built}</lastBuildDate>\n"
        "<generator>uCoz Web-Service</generator>\n"
        f'<atom:link href="{base}/{module}/rss" rel="self" type="application/rss+xml" />\n'
        f"{items}</channel>\n</rss>\n"
    )


def _item(base: str, post: Post) -> str:
    link = text(base + post.path())
    brief = text(f"<p>{text(post.work.brief)}</p>")
    when = format_datetime(post.modified.astimezone(dt.UTC), usegmt=True)
    return (
        f"<item>\n<title>{text(post.work.title)}</title>\n<description>{brief}</description>\n"
        f"<link>{link}</link>\n<category>{text(post.category.name)}</category>\n"
        f"<dc:creator>{post.by.login}</dc:creator>\n<guid>{link}</guid>\n"
        f"<pubDate>{when}</pubDate>\n</item>\n"
    )
