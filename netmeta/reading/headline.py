"""Which visible line of a page is its headline, and the title of the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from netmeta.reading.lines import HEADINGS, Line, Lines
from netmeta.reading.wording import plain

_BORDER = re.compile(r"\s+[-–—|/•·»«:]+\s+|\s*(?:::|\|)\s*")
_NAMED_TITLE = re.compile(r"title|headline|header|zagol", re.I)
_ENTRY_TITLE = re.compile(r"(?:entry|post|article|news)[-_]?title", re.I)
_MAX_WORDS = 45
_JUST_ABOVE = 5
_MAX_LINES = 5000
_MAX_TITLE_CHARS, _MAX_PARTS = 400, 8
_FOR_ITS_NAME = 1.5
SURE = 4.0
"""Strength from which the place of the headline tells where the text begins."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The line's number, and how sure that is: roughly the number of words it shares with the
    page's own title, plus a little for a heading tag."""

    line: int
    strength: float


def title_parts(title: str) -> list[str]:
    """A `<title>` cut where sites put borders: «Урок - Алгебра - Сайт», «Урок | Сайт»."""
    return [part for part in _BORDER.split(title) if part.strip()]


def without_glue(text: str, titles: Sequence[str]) -> str:
    """A headline without what markup glued to it: «... нового PathfinderНовинки», «... матери05.01».

    Only where the page's own title ends there, and at a seam no word has: a small letter before a
    capital or a digit (a title may be cut off in the middle of a word).
    """
    for title in titles:
        for part in title_parts(title[:_MAX_TITLE_CHARS])[:_MAX_PARTS]:
            seam = text[len(part) - 1 : len(part) + 1]
            if (
                len(seam) == 2
                and seam[0].islower()
                and (seam[1].isupper() or seam[1].isdecimal())
                and part.count(" ") >= 2
                and text.startswith(part)
            ):
                return part
    return text


def find_headline(lines: Lines, titles: Sequence[str], text_at: int) -> Headline | None:
    """The line that says what the page's `<title>`, og:title or JSON-LD headline says.

    `text_at` is the line where the text seems to begin: a headline in doubt must stand just above.
    """
    wanted = _wanted(titles)
    known = {word for title in wanted for word in title.words}
    best: Headline | None = None
    shown, tags = lines.lines[:_MAX_LINES], lines.tags
    above, below = text_at - _JUST_ABOVE, text_at + 1
    telling = [
        at
        for at, line in enumerate(shown)
        if line.said.first in known or tags[line.block] in HEADINGS or above <= at < below
    ]  # most lines share nothing with a title
    for at in telling:
        line, near = shown[at], above <= at < below
        if line.words > _MAX_WORDS or line.region == "comments":
            continue
        tag = tags[line.block]
        text = plain(line.text)
        words = text.count(" ") + 1
        strength = 0.0
        for one in wanted:
            if text in one.text or text.startswith(one.beginning):
                strength = max(strength, one.weight * _likeness(text, words, one))
        if not near and tag not in HEADINGS and strength + _FOR_ITS_NAME < SURE:
            continue  # whatever its block is called
        strength = _strength(line, tag, lines, strength, words) if text else 0.0
        if strength < SURE and not near:
            continue
        strength += 1.0 if near else 0.0
        if strength > (best.strength if best else 0.0):
            best = Headline(at, strength)
    return best


class _Wanted(NamedTuple):
    """A plain title or part of one, and how much likeness to it counts."""

    text: str
    words: list[str]
    beginning: str
    """Its first three words."""
    weight: float


def _wanted(titles: Sequence[str]) -> list[_Wanted]:
    """Titles and their parts, each once.

    The site's own name is such a part too, and stands on the page as well: it comes later.
    """
    wanted: dict[str, _Wanted] = {}
    for title in titles:
        title = title[:_MAX_TITLE_CHARS]
        for at, part in enumerate([title, *title_parts(title)[:_MAX_PARTS]]):
            if (found := plain(part)) and found not in wanted:
                words = found.split(" ")
                weight = 1.0 if at < 2 else 0.5
                wanted[found] = _Wanted(found, words, " ".join(words[:3]), weight)
    return list(wanted.values())


def _strength(line: Line, tag: str, lines: Lines, strength: float, words: int) -> float:
    """What tag, class and place of a line make of its likeness to the titles."""
    if tag == "h1" and words > 1:
        strength = max(strength, 2.0) + 2.0
    elif tag in HEADINGS and strength:
        strength += 1.5
    elif words > 2 and _is_title(lines.class_of(line)):
        strength = max(strength, 1.0) + _FOR_ITS_NAME
    if line.link_words >= 0.8 * line.words:
        # A theme may link the headline of an entry to the entry itself.
        strength -= 1.0 if _is_entry_title(lines.class_of(line)) else 2.5
    if line.region:
        strength -= 2.0
    return strength


@lru_cache(maxsize=2048)  # the same few on every page of a portal
def _is_title(classes: str) -> bool:
    return _NAMED_TITLE.search(classes) is not None


@lru_cache(maxsize=2048)
def _is_entry_title(classes: str) -> bool:
    return _ENTRY_TITLE.search(classes) is not None


def _likeness(text: str, words: int, title: _Wanted) -> float:
    """How well a line's plain text fits a plain title that holds it or begins like it, in words."""
    if text in title.text:
        if text == title.text:
            return words + 3.0
        if title.text.startswith(f"{text} "):
            return words + 2.0 if words >= 3 else words - 1.0
        if words >= 3 and f" {text} " in f" {title.text} ":
            return 0.6 * words
    if words < 3:
        return 0.0
    # One goes on where the other ends, or turns to something else: «... (фото)», «... . Сайт».
    shared = _shared_start(text.split(" "), title.words)
    return shared - 0.5 if shared > 2 and shared > 0.4 * words else 0.0


def _shared_start(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """How many words two texts have in common before they part."""
    pairs = zip(ours, theirs, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(ours), len(theirs)))
