"""A page's tree as lines of visible text, in reading order.

A line is what stands between two block borders (`<p>`, `<td>`, `<br>`, ...). Each knows how many
of its words are links, which block it stands in, and whether that block says of itself that it is
no main text (menus, comments, share bars). Everything after this works on lines, not on markup.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, Final, Literal

import lxml.etree

from netmeta.reading.wording import WORDINGS, Wording

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

_Place = tuple[int, Region, int]
"""Block, region and region's block of a line."""
_END: Final = (None,)
"""After the last element of a page all that are open end."""


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


@dataclass
class Lines:
    """All lines of a page, and the blocks they stand in (parents before children)."""

    lines: list[Line] = field(default_factory=list)
    blocks: list[lxml.etree._Element] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    """Index of each block's parent block; -1 for the first."""
    first_line: list[int] = field(default_factory=list)
    """How many lines come before each block."""
    end_line: list[int] = field(default_factory=list)
    """The same after it: a block holds `lines[first_line:end_line]`."""

    def tag(self, line: Line) -> str:
        """The tag of the block a line stands in."""
        return self.tags[line.block]

    @cached_property
    def spoken(self) -> list[int]:
        """Numbers of the lines that are more than links: of a portal's page, few."""
        return [at for at, line in enumerate(self.lines) if line.link_words < line.words]

    def class_of(self, line: Line) -> str:
        """The class of that block, "" if it has none."""
        return self.blocks[line.block].get("class") or ""


def read_lines(root: lxml.etree._Element) -> Lines:
    """Split the page into lines. Takes time proportional to the page."""
    found = Lines()
    lines, blocks, tags, parents = found.lines, found.blocks, found.tags, found.parents
    first_line, end_line = found.first_line, found.end_line
    pieces: list[str] = []
    linked: list[str] = []  # those of the pieces that are links
    place: _Place = (-1, "", -1)
    inside: Any = None  # the innermost element that is open
    kind: str | None = None
    open_links = preformatted = 0
    around: list[tuple[Any, str | None, _Place, int, int]] = []  # all these, of those around it
    # Elements instead of events for their ends, which would double the time. No recursion: the
    # depth of a page is its author's choice.
    walk = root.iter()
    for node in chain(walk, _END):
        above = node.getparent() if node is not None else None
        while inside is not above:  # it has ended
            if kind == "block":
                if pieces:
                    _add_line(lines, pieces, linked, place)
                    if len(lines) >= MAX_LINES:
                        return found
                end_line[place[0]] = len(lines)
            text = inside.tail
            inside, kind, place, open_links, preformatted = around.pop()
            if not text:
                pass
            elif preformatted and "\n" in text:
                _add_rows(lines, pieces, linked, place, text)
            elif pieces or not text.isspace():
                pieces.append(text)
                if open_links:
                    linked.append(text)
        if node is None:
            break
        around.append((inside, kind, place, open_links, preformatted))
        inside = node
        tag: Any = node.tag  # a str: the parser leaves out comments and the like
        kind = _KINDS.get(tag)
        if kind is None:
            pass
        elif kind == "link":
            open_links += 1
        elif kind == "skipped":
            for _ in node.iterdescendants():
                next(walk)
            continue
        else:
            if pieces:
                _add_line(lines, pieces, linked, place)
                if len(lines) >= MAX_LINES:
                    return found
            if kind == "block":
                outer, region, region_block = place
                parents.append(outer)
                block = len(blocks)
                blocks.append(node)
                tags.append(tag)
                first_line.append(len(lines))
                end_line.append(-1)
                if tag not in _UNNAMED and region != "comments":
                    own = _region_of(node, tag)
                    if own and (own == "comments" or not region):
                        region, region_block = own, block
                place = block, region, region_block
                if tag == "pre":
                    preformatted += 1
        text = node.text
        if not text:
            pass
        elif preformatted and "\n" in text:
            _add_rows(lines, pieces, linked, place, text)
        elif pieces or not text.isspace():
            pieces.append(text)
            if open_links:
                linked.append(text)
    return found


def _add_line(lines: list[Line], pieces: list[str], linked: list[str], place: _Place) -> None:
    """Make a line of its pieces, if they hold a word, and forget them."""
    said = WORDINGS[pieces[0] if len(pieces) == 1 else "".join(pieces)]
    if words := said.words:
        link_words = 0
        if linked:
            apart = len(linked) < len(pieces)
            link_words = sum([len(one.split()) for one in linked]) if apart else words
            if link_words > words:
                link_words = words
        block, region, region_block = place
        lines.append(Line(said.text, words, link_words, block, region, region_block, said))
    pieces.clear()
    linked.clear()


def _add_rows(
    lines: list[Line], pieces: list[str], linked: list[str], place: _Place, text: str
) -> None:
    """Take in a text inside of `<pre>`, where a line break is one."""
    *rows, last = text.split("\n")
    for row in rows:
        pieces.append(row)
        _add_line(lines, pieces, linked, place)
    pieces.append(last)


def _region_of(node: lxml.etree._Element, tag: str) -> Region:
    """What class, id and style of a block make it."""
    if tag not in _SIDE_TAGS and not node.keys():
        return ""  # as of most paragraphs
    classes, name, style = node.get("class", ""), node.get("id", ""), node.get("style", "")
    if classes or name or style or tag in _SIDE_TAGS:
        most = _MAX_NAME_CHARS
        return _region(tag, classes[:most], name[:most], style[:most])
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
