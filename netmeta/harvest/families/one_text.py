"""Whether a page of which no address and no engine tells anything is one text.

Judged by its lines: the headline that says what `<title>` says, the main text below it, and how
many links stand as headings of other texts inside it. Figures are of 131 real news pages of 61
hosts (all of them entries) and of 217 real pages of the families, 95 of them listings and fronts:
headlines of entries share eight words and more with the title, names of rubrics up to seven.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import Final

from netmeta.harvest.families.markup import Markup, one_line
from netmeta.reading.headline import SURE
from netmeta.reading.lines import HEADINGS, Line, Lines, read_lines
from netmeta.reading.maintext import MainText
from netmeta.reading.phrases import COMMENTS_BEGIN
from netmeta.reading.tree import parse

MIN_WORDS: Final = 40
"""A page with fewer words in its paragraphs is no text."""

_TELLING: Final = 8.5
"""Strength from which a headline names a text and not a rubric."""
_LINKED: Final = 0.8
_MAX_LINKED_LINES, _MAX_LINKED_HEADINGS = 3, 1
_WHOLE: Final = 0.7
"""A text with more links between its lines is one if so much of it stands together."""
_MAIN_SHARE: Final = 0.5
_SHORT_WORDS: Final = 60
_MOST: Final = 0.6
_MAX_LABEL_WORDS: Final = 8
_MAX_TEASERS, _MAX_MORE = 3, 2
_SENTENCE: Final = 4
_FEW_WORDS: Final = 120
_MORE: Final = re.compile(
    r"^(?:\W*)(?:подробнее|читать (?:далее|дальше|полностью)|далее|read more)\b", re.I
)


def reads_as_one(markup: Markup) -> bool:
    """Whether a page of an unknown engine is one text and no series of teasers."""
    root, _ = parse(markup.html)
    if root is None:
        return False
    lines = read_lines(root)
    main = MainText(lines, _titles(markup))
    if _is_series(main, lines):
        return False
    strength = main.headline.strength if main.headline else 0.0
    words = sum(_own_words(lines.lines[at]) for at in main.body())
    if strength >= _TELLING:
        return words >= MIN_WORDS or _says_so(markup)
    sentences = sum(_pieces(lines.lines[: _readers_begin(main, lines)], lines))
    closed = markup.has("input[type=password]")
    if strength >= SURE and not closed and words >= max(_SHORT_WORDS, _MOST * sentences):
        return True
    if words >= max(_FEW_WORDS, _WHOLE * sentences):
        return True
    if _teases(markup):
        return False
    if _says_so(markup):
        return words >= MIN_WORDS / 2
    return words >= max(MIN_WORDS, _MAIN_SHARE * sentences) and not closed


def _is_series(main: MainText, lines: Lines) -> bool:
    """Whether headings of other texts stand between the lines of what was taken for the text."""
    inside = [line for line in lines.lines[main.first : main.end] if _is_linked(line)]
    if sum(lines.tag(line) in HEADINGS for line in inside) > _MAX_LINKED_HEADINGS:
        return True
    if sum(line.words > 2 and not line.region for line in inside) <= _MAX_LINKED_LINES:
        return False
    words = sum(_own_words(lines.lines[at]) for at in main.body())
    return max(_pieces(lines.lines[main.first : main.end], lines), default=0) < _WHOLE * words


def _pieces(chosen: list[Line], lines: Lines) -> list[int]:
    """Words of sentences between one linked line or large heading and the next, outside of side
    blocks."""
    apart = groupby(
        (line for line in chosen if not line.region),
        key=lambda line: _is_linked(line) or lines.tag(line) in ("h1", "h2", "h3"),
    )
    return [
        sum(_own_words(line) for line in group if _own_words(line) >= _SENTENCE)
        for border, group in apart
        if not border
    ]


def _readers_begin(main: MainText, lines: Lines) -> int:
    """The line below the text at which its readers speak."""
    for at in range(main.end, len(lines.lines)):
        line = lines.lines[at]
        if line.words <= _MAX_LABEL_WORDS and COMMENTS_BEGIN.match(line.text):
            return at
    return len(lines.lines)


def _is_linked(line: Line) -> bool:
    return line.words > 1 and line.link_words >= _LINKED * line.words


def _own_words(line: Line) -> int:
    return line.words - line.link_words


def _teases(markup: Markup) -> bool:
    more = sum(bool(_MORE.match(one_line(a))) for a in markup.tree.css("a")[:2000])
    return more > _MAX_MORE or markup.teasers() > _MAX_TEASERS


def _says_so(markup: Markup) -> bool:
    return markup.has("[itemprop=articleBody], meta[property='og:type'][content=article]")


def _titles(markup: Markup) -> list[str]:
    """What the head calls the page."""
    title = markup.tree.css_first("title")
    named = markup.tree.css_first("meta[property='og:title']")
    said = [title.text() if title else "", (named.attributes.get("content") or "") if named else ""]
    return [text for text in dict.fromkeys(said) if text.strip()]
