"""HTML as readable text: one line a block, cells of a row side by side, nothing invisible."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from netmeta.reading.tree import MAX_CHARS, flat, without_floods

_HIDDEN: Final = "script, style, noscript, iframe, template, object, svg, form, [hidden]"
_BLOCKS: Final = (
    "address, article, aside, blockquote, center, dd, div, dl, dt, fieldset, figcaption, figure, "
    "footer, h1, h2, h3, h4, h5, h6, header, hr, li, main, ol, p, pre, section, table, tr, ul"
)

_BREAK: Final = "\x1e"
"""Stands for the end of a line while a tree is read: its own line breaks are but spaces."""

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_MAX_DEPTH: Final = 2000
"""lexbor needs time quadratic in the depth: 10,000 nested `<div>` take 0.1 s, 100,000 take 10 s.
libxml2 draws its line at 2048, so pages deeper than this are flattened by either parser."""
_NEVER_DEEP: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr "
    "p li dt dd td th tr tbody thead tfoot option optgroup html head body".split()
)
"""Void elements, and those whose end tag may be left out: they close each other."""


def parse_html(html: str) -> LexborHTMLParser:
    """The page as a tree, in bounded time whatever the markup: see `tree.parse` for the limits."""
    html = without_floods(html[:MAX_CHARS])
    return LexborHTMLParser(flat(html) if _is_too_deep(html) else html)


def _is_too_deep(html: str) -> bool:
    """Whether more elements are open at once somewhere than any parser takes."""
    if html.count("<") <= _MAX_DEPTH:
        return False
    depth = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() in _NEVER_DEEP:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > _MAX_DEPTH:
            return True
    return False


def plain_text(html: str) -> str:
    """An HTML fragment, or text without markup, as lines of text.

    A line break of text without markup is one; in HTML it is a space.

    >>> plain_text("<p>Раз<br>два</p><table><tr><td>Итоги:</td><td>31\\nмая</td></tr></table>")
    'Раз\\nдва\\nИтоги: 31 мая'
    """
    if "<" not in html:
        return squeeze(unescape(html))
    tree = parse_html(html)
    return node_text(tree.body) if tree.body else ""


def node_text(node: LexborNode) -> str:
    """The text of a node of a parsed page, as lines. Changes the tree: read other things first."""
    for hidden in node.css(_HIDDEN):
        hidden.decompose()
    for kept in node.css("pre"):
        kept.inner_html = (kept.inner_html or "").replace("\n", "<br>")
    for line_break in node.css("br"):
        line_break.insert_before(_BREAK)
    for cell in node.css("td, th"):
        cell.insert_before(" ")
    for block in node.css(_BLOCKS):
        block.insert_before(_BREAK)
        block.insert_after(_BREAK)
    return squeeze(node.text().replace("\n", " ").replace(_BREAK, "\n"))


def squeeze(text: str) -> str:
    """Lines without surplus space, empty ones left out; NUL removed."""
    lines = (" ".join(line.split()) for line in text.replace("\0", "").splitlines())
    return "\n".join(line for line in lines if line)
