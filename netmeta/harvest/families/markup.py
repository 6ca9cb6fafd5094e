"""A page's tree, and how fields are taken from it by chains of selectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

import lxml.etree
from selectolax.lexbor import LexborHTMLParser, LexborNode

from netmeta.harvest.families.address import ALWAYS, match, target
from netmeta.harvest.families.documents import (
    HOLDERS,
    Frame,
    attachment,
    documents,
    is_document,
    is_side,
)
from netmeta.model import ItemAttachment
from netmeta.reading.plain import node_text, parse_html, squeeze
from netmeta.reading.tree import absolute, base_url, parse

_MAX_LINKS: Final = 5000
_MAX_BLOCKS: Final = 12
_MAX_ROW_CHARS: Final = 400
_AGREED: Final = 0.8
_HUNG_BELOW: Final = (
    "footer, nav, .sharedaddy, .ya-share2, .yashare-auto-init, .addtoany_share_save_container, .jp-relatedposts, "
    ".tags-links, .tag-links, .comments, #comments, .pager, .pagination, .article-info, .icons"
)


class Markup:
    """One page, as two parsers see it, each asked only when it is needed.

    Attributes:
        html: its text.
        root: of the tree that `PageReader` reads too; None where there is nothing. Its links are
            those of `tree`, but for the copies that lexbor makes of links that are never closed.
        tree: of selectolax, for selectors.
    """

    def __init__(self, html: str, url: str) -> None:
        self.html = html
        self._asked = url
        self.root = parse(html)[0]

    @cached_property
    def tree(self) -> LexborHTMLParser:
        return parse_html(self.html)

    @cached_property
    def url(self) -> str:
        """The page's address, or what `<base>` says instead."""
        return self._asked if self.root is None else base_url(self.root, self._asked)

    @property
    def body_class(self) -> str:
        """Classes of `<body>`, with a space on either side."""
        body = self.tree.body
        return f" {(body.attributes.get('class') or '') if body else ''} "

    def first(self, selectors: Iterable[str]) -> LexborNode | None:
        """The first node with text that any selector of the chain finds outside of side blocks."""
        for selector in selectors:
            for node in self.tree.css(selector):
                if node.text(strip=True) and not beside(node):
                    return node
        return None

    def line(self, selectors: Iterable[str]) -> str | None:
        """The text of `first`, as one line."""
        node = self.first(selectors)
        return one_line(node) if node else None

    def lines(self, selectors: Iterable[str]) -> tuple[str, ...]:
        """Texts of all nodes of the first selector that finds any, as one line each."""
        for selector in selectors:
            texts = [one_line(node) for node in self.tree.css(selector) if not beside(node)]
            if any(texts):
                return tuple(dict.fromkeys(text for text in texts if text))
        return ()

    def all(self, selector: str) -> list[LexborNode]:
        """Every node a selector finds outside of side blocks, once each (lexbor repeats those that
        several alternatives find)."""
        found = {node.mem_id: node for node in self.tree.css(selector)}
        return [node for node in found.values() if not beside(node)]

    def text_block(self, sure: str, loose: str, read: str) -> LexborNode | None:
        """The block of an entry's text; None where the reader's text is to be believed.

        Args:
            sure: selector of blocks that hold the text and nothing else. An empty one means that
                the entry has no text (only pictures, say).
            loose: selector of blocks that hold it in most themes; a class like "text" names the
                whole layout in others. The smallest that holds what was read is taken.
            read: the main text as `PageReader` found it.
        """
        if not sure and not loose:
            return None
        wanted = [line.removeprefix("- ") for row in read.splitlines() for line in row.split(" | ")]
        blocks = self.all(sure)[:_MAX_BLOCKS] if sure else []
        if blocks:
            node = max(blocks, key=lambda block: _share(wanted, one_line(block)))
            text = one_line(node)
            is_part = len(read) > 1.5 * len(text) + 200 and _share([text[:80]], read) > 0
            return node if text and not is_part else None
        texts = [
            (one_line(node), node) for node in (self.all(loose)[:_MAX_BLOCKS] if loose else [])
        ]
        texts = [(text, node) for text, node in texts if text]
        if not texts or not wanted:
            return texts[0][1] if texts else None
        holding = [
            (len(text), at) for at, (text, _) in enumerate(texts) if _share(wanted, text) >= _AGREED
        ]
        if holding:
            size, at = min(holding)
            return texts[at][1] if size <= 1.6 * len(read) + 400 else None
        text, node = texts[0]
        return node if 0.5 * len(read) < len(text) < 2 * len(read) + 400 else None

    def teasers(self) -> int:
        """How many headings that are links stand outside of side blocks."""
        return len(self.all("h2 a[href], h3 a[href], h4 a[href], .views-field-title a[href]"))

    def count(self, selector: str) -> int:
        """How many nodes a selector finds outside of side blocks."""
        return len(self.all(selector))

    def has(self, selector: str) -> bool:
        return self.tree.css_first(selector) is not None

    def hrefs(self) -> Iterator[str]:
        """Absolute addresses of all links, in order, without fragments."""
        for _, href in self._links():
            if url := absolute(href, self.url):
                yield url.split("#", 1)[0]

    def files(self) -> Iterator[ItemAttachment]:
        """Documents linked anywhere outside of side blocks: each once."""
        return documents(self._links(), self.url)

    def files_in(self, node: LexborNode) -> Iterator[ItemAttachment]:
        """Documents linked inside a node: each once."""
        seen = set()
        for link in node.css("a[href]")[:_MAX_LINKS]:
            url = absolute(link.attributes.get("href"), self.url)
            if url and url not in seen and is_document(url):
                seen.add(url)
                yield attachment(url, one_line(link), _row_of(link).text())

    def _links(self) -> list[tuple[lxml.etree._Element, str]]:
        if self.root is None:
            return []
        links = [(link, href) for link in self.root.iter("a") if (href := link.get("href"))]
        # What a script is to fill in stands in templates.
        if unfilled := {link for form in self.root.iter("template") for link in form.iter("a")}:
            links = [(link, href) for link, href in links if link not in unfilled]
        return links[:_MAX_LINKS]


def beside(node: LexborNode) -> bool:
    """Whether a node stands in a side block, see `is_side`."""
    return is_side(_above(node))


def _above(node: LexborNode) -> Iterator[Frame]:
    up = node.parent
    while up is not None:
        name = f"{up.attributes.get('class') or ''} {up.attributes.get('id') or ''}"
        is_headed = up.tag == "header" and up.css_first("h1") is not None
        yield Frame(up.tag or "", name, is_headed)
        up = up.parent


def one_line(node: LexborNode) -> str:
    """Text of a node on one line; the tree stays as it is."""
    return " ".join(node.text(separator=" ").replace("\0", "").split())


def _row_of(link: LexborNode) -> LexborNode:
    """What says something about a linked file: its table row, list item or paragraph."""
    up = link
    for _ in range(4):
        if up.parent is None or up.parent.tag in HOLDERS:
            break
        up = up.parent
    return up


def text_of(node: LexborNode) -> str:
    """Text of a node as lines, without what themes hang below a text; the tree stays as it is."""
    html = node.html
    copy = parse_html(html).body if html else None
    if copy is None:
        return squeeze(node.text())
    for junk in copy.css(_HUNG_BELOW):
        junk.decompose()
    return node_text(copy)


def _share(lines: list[str], text: str) -> float:
    """The share of lines that stand in a text."""
    return sum(line in text for line in lines) / len(lines) if lines else 0.0


def is_wanted(url: str) -> bool:
    """Whether no rule for all engines speaks against following an address."""
    seen = target(url)
    return bool(seen) and match(ALWAYS, seen) is None
