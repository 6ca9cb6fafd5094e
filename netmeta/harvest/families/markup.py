"""A page's tree, and how fields are taken from it by chains of selectors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from netmeta.harvest.families.address import ALWAYS, match, target
from netmeta.model import ItemAttachment
from netmeta.reading.plain import node_text, parse_html, squeeze
from netmeta.reading.tree import absolute

_SIDE_NAME: Final = re.compile(
    r"(?:^|[\s_-])(?:side-?bar|footer|menu|navbar|related|widget|comments?|recent|popular|last-?news)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAX_UP, _MAX_NAME_CHARS = 60, 300
_MAX_LINKS: Final = 5000
_MAX_BLOCKS: Final = 12
_MAX_ROW_CHARS: Final = 400
_AGREED: Final = 0.8
_HUNG_BELOW: Final = (
    "footer, nav, .sharedaddy, .ya-share2, .yashare-auto-init, .addtoany_share_save_container, .jp-relatedposts, "
    ".tags-links, .tag-links, .comments, #comments, .pager, .pagination, .article-info, .icons"
)
_DOCUMENT: Final = re.compile(
    r"\.(?:docx?|xlsx?|pptx?|ppsx?|odt|ods|odp|pdf|rtf|zip|rar|7z|djvu|epub|fb2|mp3|mp4|avi|swf|notebook)$",
    re.IGNORECASE,
)
_SIZE: Final = re.compile(
    r"\d+(?:[.,]\d+)?\s*(?:[КМГKMG]i?[БB]|[КкMМмK]б?ай?т\w*|кб|мб|bytes?)\b", re.IGNORECASE
)
_ICON_WORDS: Final = re.compile(r"^(?:(?:Microsoft Office document|PDF|Binary Data) icon|Файл)\s+")
_VERB: Final = re.compile(r"^(?:скачать|загрузить|download|открыть|просмотр\w*)\W*$", re.IGNORECASE)


class Markup:
    """One parsed page.

    Attributes:
        html: its text.
        url: its address, or what `<base>` says instead.
        tree: of selectolax; parsed in bounded time.
    """

    def __init__(self, html: str, url: str) -> None:
        self.html = html
        self.tree: LexborHTMLParser = parse_html(html)
        base = self.tree.css_first("base[href]")
        self.url = (absolute(base.attributes.get("href"), url) if base else None) or url

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
        for link in self.tree.css("a[href]")[:_MAX_LINKS]:
            if url := absolute(link.attributes.get("href"), self.url):
                yield url.split("#", 1)[0]

    def files(self, inside: LexborNode | None) -> Iterator[ItemAttachment]:
        """Documents linked inside a node, or anywhere outside of side blocks: each once."""
        seen = set()
        for link in (inside or self.tree).css("a[href]")[:_MAX_LINKS]:
            url = absolute(link.attributes.get("href"), self.url)
            if not url or not _DOCUMENT.search(target(url).split("?", 1)[0]) or url in seen:
                continue
            if inside is None and beside(link):
                continue
            seen.add(url)
            name = _ICON_WORDS.sub("", one_line(link))
            size = _SIZE.search(_row_of(link).text()[:_MAX_ROW_CHARS])
            shown = name if name and not _VERB.match(name) else url.rsplit("/", 1)[-1]
            yield ItemAttachment(url=url, name=shown, size=size[0] if size else None)


def beside(node: LexborNode) -> bool:
    """Whether a node stands in a menu, side column, footer or list of related things.

    The header and footer of an `<article>` are its own: themes put headline, date and tags there.
    """
    framed = False
    up: LexborNode | None = node
    for _ in range(_MAX_UP):
        up = up.parent if up is not None else None
        if up is None or up.tag in ("body", "html"):
            return framed
        if up.tag == "article":
            return False
        if up.tag in ("nav", "aside"):
            return True
        framed = framed or up.tag == "footer" or (up.tag == "header" and not up.css_first("h1"))
        name = f"{up.attributes.get('class') or ''} {up.attributes.get('id') or ''}"
        if len(name) < _MAX_NAME_CHARS and _SIDE_NAME.search(name):
            return True
    return framed


def one_line(node: LexborNode) -> str:
    """Text of a node on one line; the tree stays as it is."""
    return " ".join(node.text(separator=" ").replace("\0", "").split())


def _row_of(link: LexborNode) -> LexborNode:
    """What says something about a linked file: its table row, list item or paragraph."""
    up = link
    for _ in range(4):
        if up.parent is None or up.parent.tag in ("table", "tbody", "ul", "ol", "div", "body"):
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
