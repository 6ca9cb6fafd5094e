"""HTML as readable text: one line a block, cells of a row side by side, nothing invisible."""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

_HIDDEN: Final = "script, style, noscript, iframe, template, object, svg, form, [hidden]"
_BLOCKS: Final = (
    "address, article, aside, blockquote, center, dd, div, dl, dt, fieldset, figcaption, figure, "
    "footer, h1, h2, h3, h4, h5, h6, header, hr, li, main, ol, p, pre, section, table, tr, ul"
)


def plain_text(html: str) -> str:
    """An HTML fragment, or text without markup, as lines of text.

    >>> plain_text("<p>Раз<br>два</p><table><tr><td>Итоги:</td><td>май</td></tr></table>")
    'Раз\\nдва\\nИтоги: май'
    """
    if "<" not in html and "&" not in html:
        return squeeze(html)
    tree = LexborHTMLParser(html)
    return node_text(tree.body) if tree.body else ""


def node_text(node: LexborNode) -> str:
    """The text of a node of a parsed page, as lines. Changes the tree: read other things first."""
    for hidden in node.css(_HIDDEN):
        hidden.decompose()
    for line_break in node.css("br"):
        line_break.insert_before("\n")
    for cell in node.css("td, th"):
        cell.insert_before(" ")
    for block in node.css(_BLOCKS):
        block.insert_before("\n")
        block.insert_after("\n")
    return squeeze(node.text())


def squeeze(text: str) -> str:
    """Lines without surplus space, empty ones left out; NUL removed."""
    lines = (" ".join(line.split()) for line in text.replace("\0", "").splitlines())
    return "\n".join(line for line in lines if line)
