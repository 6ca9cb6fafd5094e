"""Markup of a BoonEx Dolphin 7 community: frame, design boxes, twig units, pagination.

No page of such a site could be seen; names of classes and assets are those of the product's own
templates (assumed). Links are relative and the head has a `<base>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from netmeta.replicas.entries import Entry
from netmeta.replicas.markup import attribute, flow, text

Rows = Sequence[tuple[str, str, str]]
"""Label, HTML of the value, and a class of the value."""


def page(
    *, base: str, site: str, title: str, content: str, menu: Sequence[tuple[str, str]], feed: str
) -> str:
    """A whole document."""
    links = "".join(
        f'<td class="top"><a href="{link}" class="top_link">{text(name)}</a></td>'
        for name, link in menu
    )
    alternate = (
        f'<link rel="alternate" type="application/rss+xml" title="{attribute(title)}" '
        f'href="{base}/{feed}" />\n'
        if feed
        else ""
    )
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
        '<html xmlns="http://www.w3.org/1999/xhtml">\n<head>\n'
        f'<title>{text(title)}</title>\n<base href="{base}/" />\n'
        '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />\n'
        '<link rel="stylesheet" type="text/css" href="gzip_loader.php?file=bx_templ_css_84f1.css" />\n'
        '<script type="text/javascript" src="gzip_loader.php?file=bx_templ_js_1c33.js"></script>\n'
        '<script type="text/javascript" src="inc/js/functions.js"></script>\n'
        f"{alternate}</head>\n"
        '<body class="bx-def-font">\n<div class="sys_root_bg">\n<div class="sys_top_menu">'
        f'<a class="mainLogo" href="{base}/">{text(site)}</a>'
        f'<table class="topMenu"><tr>{links}</tr></table>'
        '<a href="member.php">Вход</a> <a href="join.php">Регистрация</a></div>\n'
        f'<div class="sys_main_content"><div class="sys_mc">\n{content}\n</div></div>\n'
        '<div class="sys_copyright">Powered by BoonEx Dolphin</div>\n</div>\n</body>\n</html>\n'
    )


def box(title: str, html: str, css: str = "") -> str:
    """A design box with a caption."""
    return (
        '<div class="disignBoxFirst bx-def-margin-top"><div class="boxFirstHeader">'
        f'<div class="dbTitle">{text(title)}</div></div>'
        f'<div class="boxContent"><div class="dbContent bx-def-bc-margin {css}">{html}</div></div>'
        "</div>\n"
    )


def entry_page(entry: Entry, info: Rows, base: str) -> str:
    """The content of a view page: heading, text, info, file."""
    body = flow(entry.work.blocks, entry.number % 3, entry.fault)
    table = "".join(
        f'<tr><td class="caption">{text(label)}:</td><td class="value {css}">{value}</td></tr>\n'
        for label, value, css in info
    )
    files = "".join(
        f'<div class="bx-files-download"><a href="{base}{file.path}">{text(file.name)}</a> '
        f'<span class="file-size">({file.size})</span></div>'
        for file in entry.files
    )
    return (
        f'<h1 class="bx-twig-title">{text(entry.work.title)}</h1>\n'
        + box("Описание", f'<div class="bx-twig-description">{body}</div>')
        + box("Информация", f'<table class="form_advanced_table">{table}</table>')
        + f'<div id="end-{entry.number}"></div>\n'
        + (box("Файл", files) if files else "")
        + box("Комментарии", '<div class="cmts">Войдите, чтобы оставить комментарий.</div>')
    )


def units(entries: Iterable[tuple[Entry, str]]) -> str:
    """Cards of a browse page: entry, and the date or interval shown with it."""
    return "".join(
        f'<div class="bx-twig-unit" id="unit_{entry.number}"><div class="bx-twig-unit-info">'
        f'<div class="bx-twig-unit-title bx-def-font-h2">'
        f'<a href="{entry.path[1:]}">{text(entry.work.title)}</a></div>'
        f'<div class="bx-twig-unit-line bx-def-font-grayed">{text(shown)} '
        f'<a href="{entry.by.login}">{text(entry.by.credit("full"))}</a></div>'
        f'<div class="bx-twig-unit-desc">{text(entry.work.brief)}</div></div></div>\n'
        for entry, shown in entries
    )


def paginate(path: str, page: int, pages: int, size: int) -> str:
    """The page switch: `?page=N&per_page=M`, from 1; empty for one page."""
    if pages == 1:
        return ""

    def link(number: int) -> str:
        return escape(f"{path}?page={number}&per_page={size}")

    items = [
        f'<div class="{"active_page" if n == page else "not_active_page"} paginate_btn">'
        + (f"{n}" if n == page else f'<a href="{link(n)}">{n}</a>')
        + "</div>"
        for n in range(1, pages + 1)
    ]
    if page < pages:
        items.append(f'<div class="paginate_btn"><a href="{link(page + 1)}">&raquo;</a></div>')
    return f'<div class="paginate">{"".join(items)}</div>'


def calendar(module: str, year: int, month: int, days: Iterable[tuple[int, Entry]]) -> str:
    """A month with the entries of its days; it always has a month before and one after."""
    before = (year - 1, 12) if month == 1 else (year, month - 1)
    after = (year + 1, 1) if month == 12 else (year, month + 1)
    held = "".join(
        f'<td class="bx-calendar-day">{day} <a href="{entry.path[1:]}">{text(entry.work.title)}</a></td>'
        for day, entry in days
    )
    path = f"m/{module}/calendar"
    return (
        f'<div class="bx-calendar"><a href="{path}/{before[0]}/{before[1]}">&laquo;</a> '
        f'{month:02d}.{year} <a href="{path}/{after[0]}/{after[1]}">&raquo;</a>'
        f"<table><tr>{held}</tr></table></div>"
    )
