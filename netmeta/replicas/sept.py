"""The frame shared by the sites of the 1sept family: header with its sisters, OpenGraph, footer.

Evidenced for urok.1sept.ru: `article:section`, `article:published_time` with an offset, titles
that end in the site's name. The rest of the frame is ours.
"""

from __future__ import annotations

from collections.abc import Sequence

from netmeta.replicas.entries import Entry
from netmeta.replicas.markup import attribute, text

_SISTERS = (
    ("Первое сентября", "https://1sept.ru/"),
    ("Открытый урок", "https://urok.1sept.ru/"),
    ("Педагогический университет", "https://edu.1sept.ru/"),
    ("Школа цифрового века", "https://digital.1sept.ru/"),
    ("Портфолио ученика", "https://portfolio.1sept.ru/"),
    ("Личный кабинет", "https://my.1sept.ru/"),
)


def page(
    *,
    base: str,
    site: str,
    title: str,
    content: str,
    menu: Sequence[tuple[str, str]],
    entry: Entry | None = None,
    image: str | None = None,
    feed: str | None = None,
    article: bool = False,
) -> str:
    """A whole document; `entry` gives OpenGraph, `article` the article's part of it."""
    graph = _graph(base, site, entry, image, article=article) if entry else ""
    head = "" if entry and entry.fault == "no-title" else f"{text(title)} - {text(site)}"
    alternate = (
        f'<link rel="alternate" type="application/rss+xml" title="{site}" href="{feed}">\n'
        if feed
        else ""
    )
    sisters = "".join(f'<a href="{link}">{name}</a> ' for name, link in _SISTERS)
    links = "".join(f'<li><a href="{link}">{text(name)}</a></li>' for name, link in menu)
    return (
        '<!DOCTYPE html>\n<html lang="ru" prefix="og: http://ogp.me/ns# '
        'article: http://ogp.me/ns/article#">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{head}</title>\n{graph}{alternate}"
        '<link rel="stylesheet" href="/static/css/site.css?41">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n</head>\n<body>\n'
        f'<header class="sept-header"><div class="sept-sisters">{sisters}</div>'
        f'<a class="sept-logo" href="/">{text(site)}</a><nav><ul>{links}</ul></nav></header>\n'
        f'<main class="container">\n{content}\n</main>\n'
        f'<footer class="sept-footer">{text(site)}. Свидетельство о регистрации СМИ</footer>\n'
        "</body>\n</html>\n"
    )


def _graph(base: str, site: str, entry: Entry, image: str | None, *, article: bool) -> str:
    stamp = f"{entry.at:%Y-%m-%dT%H:%M:%S%z}"
    properties = [
        ("og:site_name", site),
        ("og:type", "article" if article else "website"),
        ("og:title", entry.work.title),
        ("og:url", base + entry.path),
        ("og:description", entry.work.brief),
    ]
    if image:
        properties.append(("og:image", base + image))
    if article:
        properties += [
            ("article:section", entry.section.name),
            ("article:published_time", f"{stamp[:-2]}:{stamp[-2:]}"),
        ]
        properties += [("article:author", credit) for credit in entry.credits]
    return f'<link rel="canonical" href="{base}{entry.path}">\n' + "".join(
        f'<meta property="{name}" content="{attribute(value)}">\n' for name, value in properties
    )


def pager(path: str, page: int, pages: int) -> str:
    """Numbered links `?page=N` from 1; empty for one page."""
    if pages == 1:
        return ""
    items = []
    for number in range(1, pages + 1):
        link = f"{path}?page={number}" if number > 1 else path
        css = ' class="active"' if number == page else ""
        items.append(f'<li{css}><a href="{link}">{number}</a></li>')
    if page < pages:
        items.append(f'<li class="next"><a rel="next" href="{path}?page={page + 1}">Далее</a></li>')
    return f'<ul class="pagination">{"".join(items)}</ul>'
