"""Markup of an ASP.NET portal of the years around 2008: one form, view state, query strings.

Assumed throughout; only the addresses `communities.aspx?cat_no=&tmpl=com`, `board.aspx` and
`profil.aspx` are remembered. Parameters come in any order and the same page may be asked for with
its parameters in any order and case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations
from zlib import crc32

from netmeta.replicas.entries import Entry
from netmeta.replicas.markup import attribute, flow, text


def address(page: str, parameters: Mapping[str, str]) -> str:
    """The canonical address: parameters in alphabetical order."""
    query = "&".join(f"{name}={parameters[name]}" for name in sorted(parameters))
    return f"/{page}?{query}"


def shuffled(path: str, salt: str) -> str:
    """The address with its parameters in an order that depends on where it is linked from."""
    page, _, query = path.partition("?")
    orders = tuple(permutations(query.split("&")))
    return f"{page}?{'&'.join(orders[crc32((path + salt).encode()) % len(orders)])}"


def page(
    *, site: str, title: str, content: str, menu: Sequence[tuple[str, str]], meta: str | None
) -> str:
    """A whole document inside its one form."""
    declared = f'<meta http-equiv="Content-Type" content="text/html; charset={meta}" />\n'
    links = "".join(
        f'<td class="menu"><a href="{attribute(link)}">{text(name)}</a></td>' for name, link in menu
    )
    state = f"{crc32(content.encode()):08x}"
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
        '<html xmlns="http://www.w3.org/1999/xhtml">\n<head id="ctl00_Head1">'
        f"<title>\r\n\t{text(title)}\r\n</title>\n{declared if meta else ''}"
        '<link href="/App_Themes/Default/style.css" type="text/css" rel="stylesheet" /></head>\n'
        '<body>\n<form name="aspnetForm" method="post" action="communities.aspx" id="aspnetForm">\n'
        f'<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="/wEPDwUK{state}ZGQ=" />\n'
        '<script src="/WebResource.axd?d=kz81&amp;t=6339" type="text/javascript"></script>\n'
        '<script type="text/javascript">function __doPostBack(t, a) { return false; }</script>\n'
        f'<table id="ctl00_tblTop" width="100%"><tr><td><a href="/default.aspx">{text(site)}</a></td>'
        f'{links}<td><a href="/login.aspx?ReturnUrl=%2fdefault.aspx">Вход</a></td></tr></table>\n'
        f'<table width="100%"><tr><td class="content" id="ctl00_tdContent">\n{content}\n</td></tr>'
        f'</table>\n<div id="ctl00_footer">{text(site)}</div>\n</form>\n</body>\n</html>\n'
    )


def document(entry: Entry, community: tuple[str, str], base: str) -> str:
    """The content of a document page: heading, labelled lines, text, files."""
    stated = entry.stated
    rows = [("Сообщество", f'<a href="{attribute(community[1])}">{text(community[0])}</a>', "com")]
    if entry.credits:
        link = shuffled(f"/profil.aspx?cat_no=692&d_no={entry.by.uid}", entry.path)
        name = f'<a href="{attribute(link)}">{text(entry.credits[0])}</a>'
        rows.append(("Автор", name, "author"))
    for label, name in (("Предмет", "subject"), ("Класс", "grade"), ("Тип ресурса", "type")):
        if name in stated and entry.work.kind == "material":
            rows.append((label, text(stated[name][0]), name))
    rows.append(("Дата размещения", entry.published or "", "date"))
    rows.append(("Просмотров", stated["views"], "views"))
    lines = "".join(
        f'<tr><td class="lbl">{label}:</td>'
        f'<td class="val doc-{css}"><span id="ctl00_cphMain_lbl{css.title()}">{value}</span></td></tr>'
        for label, value, css in rows
    )
    files = "".join(
        f'<tr><td><a id="ctl00_cphMain_lnkFile{n}" href="{base}{attribute(file.path)}">'
        f"{text(file.name)}</a> ({file.size})</td></tr>"
        for n, file in enumerate(entry.files)
    )
    body = flow(entry.work.blocks, entry.number, entry.fault)
    return (
        f'<h1><span id="ctl00_cphMain_lblTitle" class="doc-title">{text(entry.work.title)}</span></h1>\n'
        f'<table class="doc-info">{lines}</table>\n'
        f'<div class="doc-text" id="ctl00_cphMain_pnlText">{body}</div>\n'
        f'<table class="doc-files">{files}</table>\n<div id="end-{entry.number}"></div>'
    )


def listing(heading: str, entries: Iterable[Entry], links: str, salt: str) -> str:
    """A grid of documents; `links` stands below it."""
    rows = "".join(
        f'<tr class="row"><td><a href="{attribute(shuffled(entry.path, salt))}">'
        f"{text(entry.work.title)}</a><br /><small>{text(entry.work.brief)}</small></td>"
        f"<td>{entry.at:%d.%m.%Y}</td></tr>\n"
        for entry in entries
    )
    return (
        f'<h2>{text(heading)}</h2>\n<table class="grid" id="ctl00_cphMain_gvList">\n{rows}</table>\n'
        f'<div class="pager">{links}</div>'
    )
