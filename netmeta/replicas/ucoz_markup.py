"""Pieces of uCoz markup that do not depend on the theme: text, pagers, category tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from netmeta.replicas.planted import Block, Heading, Items, Para, Rows
from netmeta.replicas.ucoz_posts import Category, Post


def text(value: str) -> str:
    """Text for HTML."""
    return escape(value, quote=False)


def attribute(value: str) -> str:
    """Text for an attribute in double quotes."""
    return escape(value, quote=True)


def message(post: Post) -> str:
    """The text of a post, in one of three hands, broken as the post's oddity says."""
    hand = (_in_paragraphs, _in_spans, _in_breaks)[post.id % 3]
    parts = [hand(block) for block in post.work.blocks]
    match post.oddity.fault:
        case "unclosed":
            return (
                "\n<p>".join(parts).replace("</p>", "").replace("</li>", "").replace("</b>", "", 1)
            )
        case "nul":
            return f"{parts[0]}\0\n" + "\n".join(parts[1:])
        case "nested":
            inner = "\n".join(f"<tr><td>{part}</td></tr>" for part in parts)
            return (
                '<table border="0" width="100%"><tr><td><table cellpadding="4">'
                f"{inner}</table></td></tr></table>"
            )
    return "\n".join(parts)


def _in_paragraphs(block: Block) -> str:
    match block:
        case Para(text=words):
            return f"<p>{text(words)}</p>"
        case Heading(text=words):
            return f"<h3>{text(words)}</h3>"
    return _list_or_rows(block)


def _in_spans(block: Block) -> str:
    match block:
        case Para(text=words):
            return f'<div style="text-align: justify;"><span style="font-size: 10pt;">{text(words)}</span></div>'
        case Heading(text=words):
            return f'<div style="text-align: center;"><b>{text(words)}</b></div>'
    return _list_or_rows(block)


def _in_breaks(block: Block) -> str:
    match block:
        case Para(text=words):
            shown = text(words).replace("«", "&laquo;").replace("»", "&raquo;")
            return f"{shown.replace(' - ', '&nbsp;- ')}<br /><br />"
        case Heading(text=words):
            return f"<b>{text(words)}</b><br />"
    return _list_or_rows(block)


def _list_or_rows(block: Block) -> str:
    match block:
        case Items(items=items, ordered=ordered):
            tag = "ol" if ordered else "ul"
            return f"<{tag}>" + "".join(f"<li>{text(item)}</li>" for item in items) + f"</{tag}>"
        case Rows(rows=rows, table=True):
            body = "".join(
                f"<tr><td><b>{text(label)}:</b></td><td>{text(value)}</td></tr>"
                for label, value in rows
            )
            return f'<table border="1" cellpadding="3" cellspacing="0">{body}</table>'
        case Rows(rows=rows):
            lines = (f"<b>{text(label)}:</b> {text(value)}" for label, value in rows)
            return "<p>" + "<br />\n".join(lines) + "</p>"
    raise TypeError(f"no markup for {type(block).__name__}")


def pager(page: int, pages: int, link: Callable[[int], str]) -> str:
    """The page switch: numbers, « and »; empty when there is one page."""
    if pages == 1:
        return ""

    def switch(number: int, label: str, css: str) -> str:
        return (
            f'<a class="{css}" href="{attribute(link(number))}" '
            f"onclick=\"spages('{number}',this);return false;\"><span>{label}</span></a>"
        )

    parts = [switch(page - 1, "&laquo;", "swchItem swchItem-prev")] if page > 1 else []
    for number in range(1, pages + 1):
        if number == page:
            parts.append(f'<b class="swchItemA"><span>{number}</span></b>')
        else:
            parts.append(switch(number, str(number), "swchItem"))
    if page < pages:
        parts.append(switch(page + 1, "&raquo;", "swchItem swchItem-next"))
    return " ".join(parts)


def category_table(categories: Iterable[tuple[Category, int]], active: int | None = None) -> str:
    """The block of categories with the number of posts in each."""
    rows = "".join(
        f'<tr><td style="width:100%" class="catsTd" valign="top" id="cid{category.number}">'
        f'<a href="{category.path}" class="catName{"Active" if category.number == active else ""}">'
        f"{text(category.name)}</a> "
        f'<span class="catNumData" style="unicode-bidi:embed;">[{count}]</span></td></tr>'
        for category, count in categories
    )
    return f'<table border="0" cellspacing="1" cellpadding="0" width="100%" class="catsTable">{rows}</table>'
