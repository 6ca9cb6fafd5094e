"""Blocks as HTML, in the hands of different editors, whole or broken."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from netmeta.replicas.oddities import Fault
from netmeta.replicas.planted import Block, Heading, Items, Para, Rows


def text(value: str) -> str:
    """Text for HTML."""
    return escape(value, quote=False)


def attribute(value: str) -> str:
    """Text for an attribute in double quotes."""
    return escape(value, quote=True)


def flow(blocks: Iterable[Block], hand: int, fault: Fault | None = None) -> str:
    """The blocks in one of four hands (`hand` is taken modulo 4), broken as `fault` says.

    Hands: plain paragraphs; centred and justified spans; line breaks and no-break spaces; text
    pasted from a word processor.
    """
    write = (_in_paragraphs, _in_spans, _in_breaks, _from_word)[hand % 4]
    parts = [write(block) for block in blocks]
    match fault:
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


def _from_word(block: Block) -> str:
    match block:
        case Para(text=words):
            return f'<p class="MsoNormal c4"><span class="c2 c7" lang="RU">{text(words)}</span></p>'
        case Heading(text=words):
            return f'<p class="MsoNormal c4 c9"><b><span class="c2">{text(words)}</span></b></p>'
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
