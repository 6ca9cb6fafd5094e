"""The two faces of uCoz: tables with `eTitle` / `eMessage`, and a later one of plain blocks.

A theme draws the frame, a card of a listing, and an entry. Addresses and texts come from the
site; class names follow pages of both kinds that were really seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from netmeta.replicas.markup import attribute, text
from netmeta.replicas.ucoz_markup import message
from netmeta.replicas.ucoz_posts import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """All that stands around the content of one page."""

    base: str
    site: str
    head: str
    clock: str
    menu: Sequence[tuple[str, str]]
    side: Sequence[tuple[str, str]]
    """Titles and HTML of the side blocks."""
    meta: str | None = "UTF-8"
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of cards; `pager` is empty on the only page of a list."""

    heading: str
    crumbs: Sequence[tuple[str, str]]
    cards: Sequence[tuple[Post, str]]
    pager: str
    total: int
    first: int


class Theme(Protocol):
    """What a theme draws."""

    def page(self, frame: Frame, content: str) -> str:
        """The whole document."""

    def listing(self, listing: Listing) -> str:
        """The content of a listing."""

    def entry(self, post: Post, crumbs: Sequence[tuple[str, str]], base: str) -> str:
        """The content of an entry page."""


def scripts(base: str) -> str:
    """The calls by which uCoz pages are known; none of them does anything here."""
    return (
        '<link rel="stylesheet" href="/.s/src/base.css" />\n'
        '<link rel="stylesheet" href="/.s/src/layer7.css" />\n'
        '<link rel="stylesheet" href="//s102.ucoz.net/src/ulightbox/ulightbox.css" />\n'
        '<script type="text/javascript" src="/.s/src/uwnd.min.js"></script>\n'
        f'<script type="text/javascript">window.ulb = {{site: "{base}"}}; /* UCOZ-JS-DATA */\n'
        "function uSocialLogin(name) { return false; }\n"
        "function _uPostForm(form, options) { return false; }\n"
        "function spages(page, link) { location.href = link.href; }</script>\n"
        '<style type="text/css">.UhideBlock{display:none}</style>\n'
    )


def _head(frame: Frame) -> str:
    meta = f'<meta http-equiv="content-type" content="text/html; charset={frame.meta}">\n'
    return (
        f"{meta if frame.meta else ''}<title>{text(frame.head)}</title>\n"
        f'<meta name="description" content="{attribute(frame.description)}" />\n'
        f"{scripts(frame.base)}"
        f'<link rel="alternate" type="application/rss+xml" title="RSS" href="{frame.base}/news/rss/" />\n'
    )


def _trail(crumbs: Sequence[tuple[str, str]]) -> str:
    return " &raquo; ".join(f'<a href="{link}">{text(name)}</a>' for name, link in crumbs)


def _tags(post: Post) -> str:
    links = (
        f'<a href="/search/{attribute(tag.replace(" ", "%20"))}/" rel="nofollow" class="eTag">{text(tag)}</a>'
        for tag in post.work.tags
    )
    return "<noindex>" + ", ".join(links) + "</noindex>"


class Classic:
    """Tables, `eTitle`, `eMessage`, `eDetails`, values in `ed-value`, the time in a `title`."""

    def page(self, frame: Frame, content: str) -> str:
        menu = "".join(
            '<li><div class="umn-ml"><div class="uMenuItem">'
            f'<a href="{link}"><span>{text(name)}</span></a></div></div></li>'
            for name, link in frame.menu
        )
        side = "".join(
            '<table border="0" cellpadding="0" cellspacing="0" class="boxTable"><tr>'
            f'<td class="boxTitle"><b>{text(title)}</b></td></tr>'
            f'<tr><td class="boxContent">{html}</td></tr></table>\n'
            for title, html in frame.side
        )
        return (
            f"<!DOCTYPE html>\n<html>\n<head>\n{_head(frame)}</head>\n"
            '<body style="background:#E3F0D8; margin:0px; padding:0px;">\n'
            '<div id="utbr8214" rel="s102"></div>\n'
            '<table cellpadding="10" cellspacing="0" border="0" class="dataBar" align="center"><tr>'
            f'<td>{frame.clock}</td><td align="right">Приветствую Вас <b>Гость</b> | '
            '<a href="/register" rel="nofollow">Регистрация</a> | '
            '<a href="javascript://" rel="nofollow" onclick="new _uWnd(\'LF\',\' \',-250,-110,'
            "{autosize:1},{url:'/index/40'});return false;\">Вход</a></td></tr></table>\n"
            f'<div id="logo"><span>{text(frame.site)}</span></div>\n'
            '<table cellpadding="0" cellspacing="0" border="0" id="contentBlock" align="center"><tr>\n'
            '<td valign="top" class="column">'
            f'<div id="uMenuDiv1" class="uMenuV"><ul class="uMenuRoot">{menu}</ul></div>\n{side}</td>\n'
            f'<td valign="top" class="main"><!-- <body> -->{content}<!-- </body> --></td>\n'
            "</tr></table>\n"
            f'<div id="footer">{text(frame.site)} &copy; 2007-{frame.clock[-11:-7]} '
            '<span class="pbKt6z4N"><a href="/abnl/?adsdata=Z6h2" rel="nofollow" target="_blank">'
            "Создать сайт</a></span></div>\n</body>\n</html>\n"
        )

    def listing(self, listing: Listing) -> str:
        last = listing.first + len(listing.cards) - 1
        cards = "".join(self._card(post, link) for post, link in listing.cards)
        return (
            '<table border="0" cellpadding="0" cellspacing="0" width="100%"><tr>'
            f'<td width="80%">{_trail(listing.crumbs)}</td></tr></table><hr />\n'
            f"<h1>{text(listing.heading)}</h1>\n"
            '<table border="0" cellpadding="0" cellspacing="0" width="100%"><tr>'
            f'<td width="60%">В категории материалов: <b>{listing.total}</b><br />'
            f'Показано материалов: <b><span class="numShown73">{listing.first}-{last}</span></b></td>'
            f'<td align="right">Страницы: <span class="pagesBlockuz1">{listing.pager}</span></td>'
            f'</tr></table><hr />\n<div id="allEntries">{cards}</div><hr />\n'
            f'<div align="center"><span class="pagesBlockuz2">{listing.pager}</span></div>'
        )

    def _card(self, post: Post, link: str) -> str:
        return (
            f'<div id="entryID{post.id}">'
            '<table border="0" cellpadding="0" cellspacing="0" width="100%" class="eBlock"><tr>'
            '<td style="padding:3px;">'
            f'<div class="eTitle" style="text-align:left;"><a href="{link}">{text(post.work.title)}</a></div>\n'
            f'<div class="eMessage" style="text-align:left;clear:both;">{text(post.work.brief)}</div>\n'
            '<div class="eDetails" style="clear:both;">'
            f'<a href="{post.category.path}">{text(post.category.name)}</a> | '
            f"Просмотров: {post.views} | "
            f'Добавил: <a href="/index/8-{post.by.uid}" rel="nofollow">{post.by.login}</a> | '
            f'Дата: <span title="{post.at:%H:%M}">{post.shown}</span></div>'
            "</td></tr></table><br /></div>\n"
        )

    def entry(self, post: Post, crumbs: Sequence[tuple[str, str]], base: str) -> str:
        return (
            '<table border="0" cellpadding="0" cellspacing="0" width="100%"><tr>'
            f'<td width="80%">{_trail(crumbs)}</td></tr></table><hr />\n'
            f'<div class="eTitle" style="padding-bottom:3px;"><h1>{text(post.work.title)}</h1></div>\n'
            '<table border="0" width="100%" cellspacing="0" cellpadding="2" class="eBlock">\n'
            f"{self._file(post, base)}"
            f'<tr><td class="eMessage" colspan="2">{message(post)}</td></tr>\n'
            f'<tr><td class="eDetails" colspan="2">{self._details(post)}</td></tr>\n</table>\n'
            '<table border="0" cellpadding="0" cellspacing="0" width="100%"><tr>'
            '<td width="60%" height="25">Всего комментариев: <b>0</b></td></tr>'
            '<tr><td colspan="2"><a name="comments"></a><div id="newEntryT"></div>'
            '<div id="allEntries"></div><div id="newEntryB"></div></td></tr></table>'
        )

    def _file(self, post: Post, base: str) -> str:
        if not post.file:
            return ""
        return (
            '<tr><td width="85%" class="eAttach">[ '
            f'<a href="{base}{post.download}" rel="nofollow">{text(post.file.name)}</a>'
            f' ({post.file.size}) ]</td><td align="right"></td></tr>\n'
        )

    def _details(self, post: Post) -> str:
        def value(css: str, title: str, html: str, hint: str = "") -> str:
            return (
                f'<span class="e-{css}"><span class="ed-title">{title}:</span> '
                f'<span class="ed-value"{hint}>{html}</span></span>'
            )

        uid = f'<a href="/index/8-{post.by.uid}" rel="nofollow">{post.by.login}</a>'
        parts = [
            value(
                "category",
                "Категория",
                f'<a href="{post.category.path}">{text(post.category.name)}</a>',
            ),
            value("add", "Добавил", uid),
        ]
        if post.credit:
            parts.append(value("author", "Автор", text(post.credit)))
        parts.append(value("date", "Дата", post.shown, f' title="{post.at:%H:%M}"'))
        if post.work.tags:
            parts.append(value("tags", "Теги", _tags(post)))
        parts.append(value("reads", "Просмотров", str(post.views)))
        if post.file:
            parts.append(value("loads", "Загрузок", str(post.downloads)))
        if post.module != "news":
            parts.append(
                value("rating", "Рейтинг", f"<b>{post.rating}</b>/<b>{2 + post.id % 7}</b>")
            )
        return '<span class="ed-sep"> | </span>'.join(parts)


class Modern:
    """Blocks instead of tables: `h-mtr-title`, `h-se-date`, `text`, `text_info`; labelled lines
    (author, subject, class, type) stand above the text, and microdata calls every page a
    Product."""

    def page(self, frame: Frame, content: str) -> str:
        menu = "".join(
            f'<li><a href="{link}"><span>{text(name)}</span></a></li>' for name, link in frame.menu
        )
        side = "".join(
            f'<div class="sidebox"><div class="sidetitle"><span>{text(title)}</span></div>'
            f'<div class="inner">{html}</div></div>\n'
            for title, html in frame.side
        )
        return (
            f'<!DOCTYPE html>\n<html lang="ru">\n<head>\n{_head(frame)}'
            '<meta name="viewport" content="width=device-width, initial-scale=1.0" />\n</head>\n'
            '<body class="tmpl base">\n<div id="utbr8214" rel="s204"></div>\n'
            f'<header><div class="wrapper"><a href="/" class="logo">{text(frame.site)}</a>'
            f'<nav><div id="uNMenuDiv1" class="uMenuH"><ul class="uMenuRoot">{menu}</ul></div></nav>'
            '<div class="user">Приветствую Вас, <b>Гость</b>! <a href="/register">Регистрация</a> '
            '<a href="javascript:;" onclick="return uSocialLogin(\'vkontakte\');">Вход</a></div>'
            "</div></header>\n"
            f'<div id="casing"><section class="module"><!-- <body> -->{content}<!-- </body> -->'
            f'</section>\n<aside><div id="sidebar">{side}</div></aside></div>\n'
            f"<footer>{text(frame.site)}. Сегодня: {frame.clock} "
            '<a href="/abnl/?adsdata=kQ4" rel="nofollow">Реклама</a></footer>\n</body>\n</html>\n'
        )

    def listing(self, listing: Listing) -> str:
        cards = "".join(self._card(post, link) for post, link in listing.cards)
        return (
            f'<div class="breadcrumbs">{_trail(listing.crumbs)}</div>\n'
            f'<h1 class="mod-title">{text(listing.heading)}</h1>\n'
            f'<div class="items-stat">Материалов: <b>{listing.total}</b></div>\n'
            f'<div id="allEntries">{cards}</div>\n<div class="catPages1">{listing.pager}</div>'
        )

    def _card(self, post: Post, link: str) -> str:
        return (
            f'<div id="entryID{post.id}"><article class="h-mtr">'
            f'<h2 class="h-mtr-title"><a href="{link}">{text(post.work.title)}</a></h2>'
            f'<div class="h-mtr-brief">{text(post.work.brief)}</div>'
            '<div class="h-mtr-info">'
            f'<span class="h-se-date" title="{post.at:%H:%M}">{post.shown}</span> '
            f'<a href="{post.category.path}" class="h-mtr-cat">{text(post.category.name)}</a></div>'
            "</article></div>\n"
        )

    def entry(self, post: Post, crumbs: Sequence[tuple[str, str]], base: str) -> str:
        labels = "".join(
            f'<div class="text_info"><b>{label}:</b> {text(value)}</div>\n'
            for label, value in self._labels(post)
        )
        return (
            f'<div class="breadcrumbs">{_trail(crumbs)}</div>\n'
            '<article itemscope itemtype="http://schema.org/Product">'
            f'<h1 class="h-mtr-title" itemprop="name">{text(post.work.title)}</h1>\n'
            '<div class="text_info">Категория: '
            f'<a href="{post.category.path}">{text(post.category.name)}</a> | '
            f"Просмотров: <b>{post.views}</b> | "
            f'<span class="h-se-date" title="{post.at:%H:%M}">{post.shown}</span></div>\n'
            f'{labels}<div class="text" itemprop="description">{message(post)}</div>\n'
            f"{self._foot(post, base)}</article>\n"
            '<div class="com-title">Всего комментариев: <b>0</b></div><div id="newEntryT"></div>'
            '<div id="allEntries"></div><div id="newEntryB"></div>'
        )

    def _labels(self, post: Post) -> list[tuple[str, str]]:
        work = post.work
        pairs = [("Автор", post.credit)]
        if work.kind == "material":
            pairs += [
                ("Предмет", work.subject),
                ("Класс", work.grade),
                ("Тип материала", work.type),
            ]
        return [(label, value) for label, value in pairs if value]

    def _foot(self, post: Post, base: str) -> str:
        parts = []
        if post.file:
            parts.append(
                f'<div class="text_info"><a href="{base}{post.download}" rel="nofollow">'
                f"{text(post.file.name)}</a> ({post.file.size}) | "
                f"Загрузок: <b>{post.downloads}</b></div>"
            )
        if post.work.tags:
            parts.append(f'<div class="text_info">Теги: {_tags(post)}</div>')
        if post.module != "news":
            parts.append(f'<div class="text_info">Рейтинг: <b>{post.rating}</b></div>')
        return "".join(parts)
