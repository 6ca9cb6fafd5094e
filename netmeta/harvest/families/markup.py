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

_SIDE: Final = frozenset({"nav", "aside", "footer", "header"})
_SIDE_NAME: Final = re.compile(
    r"(?:^|[\s_-])(?:side-?bar|footer|menu|navbar|related|widget|comments?|recent|popular|last-?news)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAX_UP: Final = 60
_MAX_LINKS: Final = 5000
_MAX_BLOCKS: Final = 12
_AGREED: Final = 0.8
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

    def text_block(self, selectors: Iterable[str], read: str) -> LexborNode | None:
        """The block of an entry's text: of what the chain finds, the one that agrees with `read`.

        A class like "text" names the whole layout in one theme and the text in another, so the
        smallest block that holds what `PageReader` read is taken; without such a block the first
        one, if it is of the same size; None where the reader's text is to be believed.
        """
        found: list[LexborNode] = []
        for selector in selectors:
            for node in self.tree.css(selector):
                if len(found) < _MAX_BLOCKS and node.text(strip=True) and not beside(node):
                    found.append(node)
        if not read or not found:
            return next(iter(found), None)
        wanted = [line.removeprefix("- ") for row in read.splitlines() for line in row.split(" | ")]
        texts = [(one_line(node), node) for node in found]
        holding = [
            (len(text), at)
            for at, (text, _) in enumerate(texts)
            if sum(line in text for line in wanted) >= _AGREED * len(wanted)
        ]
        if holding:
            size, at = min(holding)
            return texts[at][1] if size <= 1.6 * len(read) + 400 else None
        first, node = texts[0]
        return node if 0.5 * len(read) < len(first) < 2 * len(read) + 400 else None

    def count(self, selector: str) -> int:
        """How many nodes a selector finds outside of side blocks."""
        return sum(not beside(node) for node in self.tree.css(selector))

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
            around = link.parent
            if around is not None and around.parent is not None and around.tag in ("td", "span"):
                around = around.parent
            size = _SIZE.search(around.text()[:400]) if around else None
            shown = name if name and not _VERB.match(name) else url.rsplit("/", 1)[-1]
            yield ItemAttachment(url=url, name=shown, size=size[0] if size else None)


def beside(node: LexborNode) -> bool:
    """Whether a node stands in a menu, side column, footer or list of related things."""
    up: LexborNode | None = node
    for _ in range(_MAX_UP):
        up = up.parent if up is not None else None
        if up is None or up.tag in ("body", "html", "article"):
            return False
        if up.tag in _SIDE and not _holds_headline(up):
            return True
        name = f"{up.attributes.get('class') or ''} {up.attributes.get('id') or ''}"
        if len(name) < 300 and _SIDE_NAME.search(name):
            return True
    return False


def _holds_headline(node: LexborNode) -> bool:
    """Themes put the headline of an entry into its own `<header>`."""
    return node.tag == "header" and node.css_first("h1") is not None


def one_line(node: LexborNode) -> str:
    """Text of a node on one line; the tree stays as it is."""
    return " ".join(node.text(separator=" ").replace("\0", "").split())


def text_of(node: LexborNode) -> str:
    """Text of a node as lines; the tree stays as it is."""
    html = node.html
    copy = parse_html(html).body if html else None
    return node_text(copy) if copy else squeeze(node.text())


def is_wanted(url: str) -> bool:
    """Whether no rule for all engines speaks against following an address."""
    seen = target(url)
    return bool(seen) and match(ALWAYS, seen) is None
