"""A page's tree as lines of visible text, in reading order.

A line is what stands between two block borders (`<p>`, `<td>`, `<br>`, ...). Each knows how many
of its words are links, which block it stands in, and whether that block says of itself that it is
no main text (menus, comments, share bars). Everything after this works on lines, not on markup.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import lxml.etree

from netmeta.reading.wording import Wording, wording

Region = Literal["", "side", "comments"]

MAX_LINES = 40_000
"""Lines read of a page; a long book on one page has 10,000."""
_MAX_NAME_CHARS = 300

SKIPPED = frozenset(
    "script style noscript iframe object select option button textarea input svg template head "
    "canvas video audio map datalist embed applet frame frameset title".split()
)
_BLOCKS = frozenset(
    "p div li ul ol td th tr table tbody thead tfoot h1 h2 h3 h4 h5 h6 blockquote pre section "
    "article aside main header footer form fieldset dl dt dd center figure figcaption address hr "
    "body html br caption details summary legend nav menu".split()
)
_UNNAMED = frozenset({"html", "body", "tr", "tbody", "thead", "tfoot", "li", "hr", "center"})
"""Blocks whose own class does not make them a region: the whole page, and parts of lists."""
_KINDS = dict.fromkeys(_BLOCKS, "block") | dict.fromkeys(SKIPPED, "skipped")
_KINDS |= {"br": "break", "a": "link"}
_SIDE_TAGS = frozenset({"nav", "aside", "footer"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

# Words in class and id by which templates name their parts.
_COMMENTS = re.compile(r"comment|disqus|komment|otz[iy]v|respond|hypercom|reviews|\breply", re.I)
_SIDE = re.compile(
    r"menu|side-?bar|breadcrumb|paginat|navig|subscri|recommend|advert|copyright|readmore|see_?also"
    r"|otherdates|(?:last|hot|top)_?news|ya-share|skip-link|visually-hidden|screen-reader|tag-?cloud"
    r"|(?<![a-z])(?:foot|share|sharing|social|related|banner|popup|pager|tags(?![a-z])|widget|similar"
    r"|rating|vote|poll(?![a-z])|login|auth(?![a-z])|nav(?![a-z])|subnav|toolbar|counter|calendar"
    r"|promo|ads?(?![a-z])|swch|print|partner|reklama|likely|pluso|cookie|modal)",
    re.I,
)
# Blocks of the known engines that hold a text, whatever else is in their class.
_TEXT = re.compile(
    r"(?<![\w-])(?:node|hentry|entry-content|post-content|article-?body|item-page|eText|eMessage"
    r"|eBlock|field-name-body|field--name-body|news-detail|main-content|content-text)(?![\w-])",
    re.I,
)
# WordPress and Drupal put the page's rubrics among its classes: "hentry tag-social".
_RUBRICS = re.compile(r"(?:^|\s)(?:category|tag|term|post_tag|taxonomy|format)-\S+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


@dataclass(slots=True)
class Line:
    """One line of visible text. `block` is an index into `Page.blocks`."""

    text: str
    words: int
    link_words: int
    block: int
    region: Region
    region_block: int
    """The block whose class or tag makes this line part of the region; -1 outside of any."""
    said: Wording


@dataclass(slots=True)
class Lines:
    """All lines of a page, and the blocks they stand in (parents before children)."""

    lines: list[Line] = field(default_factory=list)
    blocks: list[lxml.etree._Element] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    """Index of each block's parent block; -1 for the first."""
    first_line: list[int] = field(default_factory=list)
    """How many lines come before each block."""
    end_line: list[int] = field(default_factory=list)
    """The same after it: a block holds `lines[first_line:end_line]`."""

    def tag(self, line: Line) -> str:
        """The tag of the block a line stands in."""
        return str(self.blocks[line.block].tag)

    def own_words(self) -> int:
        """Words of the page outside of links."""
        return sum([line.words - line.link_words for line in self.lines])

    def class_of(self, line: Line) -> str:
        """The class of that block, "" if it has none."""
        return self.blocks[line.block].get("class") or ""


def read_lines(root: lxml.etree._Element) -> Lines:
    """Split the page into lines. Takes time proportional to the page."""
    return _Walk().over(root)


class _Walk:
    """One pass over the tree. No recursion: the depth of a page is its author's choice."""

    def __init__(self) -> None:
        self.found = Lines()
        self.pieces: list[str] = []
        """Of the line that is being read; `linked` are those inside links."""
        self.linked: list[str] = []
        self.preformatted = 0
        self.block = -1
        self.region: tuple[Region, int] = ("", -1)
        """What the lines are part of, and the block that makes them so."""
        self.above: list[tuple[Region, int]] = []

    def over(self, root: lxml.etree._Element) -> Lines:
        walk = lxml.etree.iterwalk(root, events=("start", "end"))
        pieces, lines, kinds = self.pieces, self.found.lines, _KINDS
        open_links = 0
        for event, node in walk:
            tag: Any = node.tag  # a str: the parser leaves out comments and the like
            kind = kinds.get(tag)
            starts = event == "start"
            if kind == "block" or kind == "break":
                if pieces:
                    self.end_line()
                    if len(lines) >= MAX_LINES:
                        break
                if kind == "break":
                    pass
                elif starts:
                    self.enter(node, tag)
                else:
                    self.leave(tag)
            elif kind == "link":
                open_links += 1 if starts else -1
            elif kind == "skipped" and starts:
                walk.skip_subtree()
                continue
            text = node.text if starts else node.tail
            if text:
                if self.preformatted and "\n" in text:
                    self.add_rows(text)
                elif not text.isspace():
                    pieces.append(text)
                    if open_links:
                        self.linked.append(text)
                elif pieces:
                    pieces.append(" ")
        return self.found

    def add_rows(self, text: str) -> None:
        """Inside `<pre>` a line break is one."""
        *rows, last = text.split("\n")
        for row in rows:
            self.pieces.append(row)
            self.end_line()
        self.pieces.append(last)

    def end_line(self) -> None:
        pieces, linked = self.pieces, self.linked
        said = wording(pieces[0] if len(pieces) == 1 else "".join(pieces))
        if words := said.words:
            link_words = 0
            if linked:
                apart = len(linked) < len(pieces)
                link_words = sum([len(one.split()) for one in linked]) if apart else words
            region, region_block = self.region
            self.found.lines.append(
                Line(
                    said.text, words, min(words, link_words), self.block, region, region_block, said
                )
            )
        pieces.clear()
        linked.clear()

    def enter(self, node: lxml.etree._Element, tag: str) -> None:
        found = self.found
        self.above.append(self.region)
        found.parents.append(self.block)
        self.block = len(found.blocks)
        found.blocks.append(node)
        found.first_line.append(len(found.lines))
        found.end_line.append(-1)
        if tag == "pre":
            self.preformatted += 1
        if tag not in _UNNAMED and self.region[0] != "comments":
            region = _region_of(node, tag)
            if region and (region == "comments" or not self.region[0]):
                self.region = region, self.block

    def leave(self, tag: str) -> None:
        self.found.end_line[self.block] = len(self.found.lines)
        if tag == "pre":
            self.preformatted -= 1
        self.block = self.found.parents[self.block]
        self.region = self.above.pop()


def _region_of(node: lxml.etree._Element, tag: str) -> Region:
    """What class, id and style of a block make it."""
    names = node.get("class"), node.get("id"), node.get("style")
    if any(names) or tag in _SIDE_TAGS:
        return _region(tag, *((name or "")[:_MAX_NAME_CHARS] for name in names))
    return ""


@lru_cache(maxsize=8192)
def _region(tag: str, classes: str, name: str, style: str) -> Region:
    named = _RUBRICS.sub(" ", f"{classes} {name}")
    if len(named) > 1:
        if _COMMENTS.search(named):
            return "comments"
        if tag in ("article", "main") or _TEXT.search(named):
            return ""
        if _SIDE.search(named):
            return "side"
    if tag in _SIDE_TAGS:
        return "side"
    return "side" if style and _HIDDEN.search(style) else ""
