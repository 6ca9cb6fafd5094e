"""Markup of a Drupal 7 site: frame, node pages, file tables, views with pagers.

The generator tag is on a third of the pages only, as on real sites; what every page carries is
`Drupal.settings`, `system.base.css`, `sites/default/files`, and on nodes `id="node-N"` with the
shortlink `/node/N`. Older nodes keep their text in `.content-node`, later ones in
`.field-name-body`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from netmeta.replicas.entries import Download, Entry
from netmeta.replicas.markup import attribute, flow, text

Crumbs = Sequence[tuple[str, str]]

_ICONS = {
    "doc": ("Microsoft Office document icon", "application/msword", "x-office-document"),
    "docx": ("Microsoft Office document icon", "application/msword", "x-office-document"),
    "ppt": (
        "Office presentation icon",
        "application/vnd.ms-powerpoint",
        "x-office-presentation",
    ),
}
_OTHER = ("Файл", "application/octet-stream", "application-octet-stream")


def page(
    *,
    base: str,
    site: str,
    title: str,
    content: str,
    crumbs: Crumbs,
    menu: Crumbs,
    side: str,
    node: Entry | None = None,
    meta: str | None = "utf-8",
) -> str:
    """A whole document; `node` is the entry whose page it is, if it is one."""
    generator = '<meta name="Generator" content="Drupal 7 (http://drupal.org)" />\n'
    shortlink = (
        f'<link rel="canonical" href="{attribute(node.path)}" />\n'
        f'<link rel="shortlink" href="/node/{node.number}" />\n'
        if node
        else ""
    )
    numbered = f" page-node page-node- page-node-{node.number} node-type-library" if node else ""
    head = "" if node and node.fault == "no-title" else f"{text(title)} | {text(site)}"
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML+RDFa 1.0//EN"\n'
        '  "http://www.w3.org/MarkUp/DTD/xhtml-rdfa-1.dtd">\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="ru" version="XHTML+RDFa 1.0" dir="ltr"\n'
        '  xmlns:dc="http://purl.org/dc/terms/" xmlns:sioc="http://rdfs.org/sioc/ns#">\n'
        '<head profile="http://www.w3.org/1999/xhtml/vocab">\n'
        f'<meta http-equiv="Content-Type" content="text/html; charset={meta}" />\n'
        f"{generator if node is None or node.number % 3 == 0 else ''}{shortlink}"
        f"<title>{head}</title>\n"
        '<style type="text/css" media="all">'
        f'@import url("{base}/modules/system/system.base.css?mtk9");\n'
        f'@import url("{base}/modules/system/system.menus.css?mtk9");</style>\n'
        '<script type="text/javascript" src="/misc/jquery.js?v=1.4.4"></script>\n'
        '<script type="text/javascript" src="/misc/drupal.js?mtk9"></script>\n'
        '<script type="text/javascript">jQuery.extend(Drupal.settings, '
        '{"basePath":"\\/","pathPrefix":"","ajaxPageState":{"theme":"set"}});</script>\n'
        '<link rel="alternate" type="application/rss+xml" title="Новое в сети" href="/rss.xml" />\n'
        f'</head>\n<body class="html not-front not-logged-in one-sidebar sidebar-second{numbered}">\n'
        f'<div id="header"><a href="/" id="logo">{text(site)}</a>'
        f'<ul class="links main-menu">{_links(menu)}</ul>'
        '<div id="user-links"><a href="/user/login?destination=node">Вход</a> '
        '<a href="/user/register">Регистрация</a></div></div>\n'
        f'<div class="breadcrumb">{_trail(crumbs)}</div>\n'
        f'<h1 class="title" id="page-title">{text(title)}</h1>\n'
        f'<div class="region region-content"><div id="block-system-main" class="block">\n{content}\n'
        f'</div></div>\n<div class="region region-sidebar-second">{side}</div>\n'
        f'<div id="footer">{text(site)}</div>\n</body>\n</html>\n'
    )


def _links(pairs: Crumbs) -> str:
    return "".join(f'<li><a href="{attribute(link)}">{text(name)}</a></li>' for name, link in pairs)


def _trail(crumbs: Crumbs) -> str:
    return " » ".join(f'<a href="{attribute(link)}">{text(name)}</a>' for name, link in crumbs)


def node(entry: Entry, base: str, related: str) -> str:
    """The content of a node page: subtitle, date, author, annotation, files, text, comments."""
    stated = entry.stated
    parts = []
    if "subtitle" in stated:
        parts.append(_field("subtitle", text(stated["subtitle"])))
    if stamp := printed(entry):
        parts.append(f'<div class="submitted"><span class="date">{stamp}</span></div>')
    if entry.credits:
        parts.append(
            _field(
                "author", f'<a href="/user/{entry.by.uid}" class="username">{entry.credits[0]}</a>'
            )
        )
    if "description" in stated:
        parts.append(_field("annotation", f"<p>{text(stated['description'])}</p>"))
    if entry.files:
        parts.append(f"<h3>Скачать:</h3>\n{_files(entry, base)}")
        parts.append("<h3>Предварительный просмотр:</h3>")
    body = flow(entry.work.blocks, entry.number, entry.fault)
    if entry.number % 3 == 1:
        parts.append(f'<div class="content-node">{body}</div>')
    else:
        parts.append(_field("body", body))
    inner = "\n".join(parts)
    return (
        f'<div id="node-{entry.number}" class="node node-library clearfix" about="{entry.path}" '
        f'typeof="sioc:Item foaf:Document">\n<div class="content">{inner}</div>\n</div>\n'
        f'<div id="end-{entry.number}" class="links">{related}</div>\n{_comments(entry)}'
    )


def printed(entry: Entry) -> str | None:
    """The date line of a node: "24.01.2012 - 19:42"; None where only the address tells the day."""
    return f"{entry.at:%d.%m.%Y - %H:%M}" if "." in (entry.published or "") else None


def _field(name: str, html: str) -> str:
    return (
        f'<div class="field field-name-{name} field-label-hidden"><div class="field-items">'
        f'<div class="field-item even">{html}</div></div></div>'
    )


def _files(entry: Entry, base: str) -> str:
    rows = "".join(
        f'<tr class="{("odd", "even")[n % 2]}"><td>{_file(entry, file, base)}</td>'
        f"<td>{file.size}</td></tr>\n"
        for n, file in enumerate(entry.files)
    )
    return (
        '<table class="sticky-enabled">\n<thead><tr><th>Вложение</th><th>Размер</th></tr></thead>\n'
        f"<tbody>\n{rows}</tbody>\n</table>"
    )


def _file(entry: Entry, file: Download, base: str) -> str:
    """A file's cell: the name stands behind an icon's text, which is an image's or plain."""
    label, kind, icon = _ICONS.get(file.name.rsplit(".", 1)[-1], _OTHER)
    image = f'<img class="file-icon" alt="{label}" title="{kind}" src="/modules/file/icons/{icon}.png" />'
    prefix = image if entry.number % 2 else text(label)
    return (
        f'<span class="file">{prefix} '
        f'<a href="{base}{file.path}" type="{kind}">{text(file.name)}</a></span>'
    )


def _comments(entry: Entry) -> str:
    """Guests' thanks under every fourth node; they are no part of its text."""
    if entry.number % 4:
        return ""
    day = entry.at + dt.timedelta(days=9)
    return (
        '<div id="comments" class="comment-wrapper"><h2 class="title">Комментарии</h2>'
        f'<div class="comment"><div class="submitted">{day:%d.%m.%Y} гость</div>'
        "<p>Спасибо, взяла в свою копилку.</p>"
        f'<ul class="links"><li><a href="/comment/reply/{entry.number}/1">ответить</a></li></ul>'
        "</div></div>\n"
    )


def listing(entries: Iterable[tuple[Entry, str]], switch: str, lead: str = "") -> str:
    """A view of nodes, each with the address it is linked by, and its pager."""
    rows = "".join(
        f'<div class="views-row views-row-{n}">'
        '<div class="views-field views-field-title"><span class="field-content">'
        f'<a href="{attribute(link)}">{text(entry.work.title)}</a></span></div>'
        f'<div class="views-field views-field-created">{entry.at:%d.%m.%Y}</div>'
        f'<div class="views-field views-field-teaser">{text(entry.work.brief)}</div></div>\n'
        for n, (entry, link) in enumerate(entries, 1)
    )
    return (
        f'{lead}<div class="view view-library"><div class="view-content">\n{rows}</div>\n'
        f"{switch}</div>"
    )


def pager(path: str, page: int, pages: int) -> str:
    """The pager of a view: pages count from 0, the first has no query; empty for one page."""
    if pages == 1:
        return ""

    def link(number: int) -> str:
        return f"{path}?page={number}" if number else path

    items = []
    if page:
        items.append(f'<li class="pager-previous"><a href="{link(page - 1)}">‹ предыдущая</a></li>')
    for number in range(pages):
        if number == page:
            items.append(f'<li class="pager-current">{number + 1}</li>')
        else:
            items.append(
                f'<li class="pager-item"><a title="На страницу номер {number + 1}" '
                f'href="{link(number)}">{number + 1}</a></li>'
            )
    if page < pages - 1:
        items.append(f'<li class="pager-next"><a href="{link(page + 1)}">следующая ›</a></li>')
        items.append(f'<li class="pager-last"><a href="{link(pages - 1)}">последняя »</a></li>')
    return f'<div class="item-list"><ul class="pager">{"".join(items)}</ul></div>'
