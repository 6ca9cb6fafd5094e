"""What each line is worth as main text, and the runs of lines worth most.

The worth of a line is about the number of its words that are not links, minus a toll that every
line pays; menus, lists of headlines and counters come out below zero, sentences above. The main
text is then (nearly) the run of consecutive lines with the greatest sum. Only long runs of
short lines defeat this; `maintext` mends them with the help of the blocks.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from netmeta.reading.lines import Line, Lines
from netmeta.reading.phrases import AROUND_TEXT

TOLL = 9.0
"""Words a line must bring beyond its links. 7 to 11 change F1 on the real pages by under 0.01."""
LENIENT_TOLL = 2.0
"""For pages that hold nothing but short lines: an address, a timetable, a list."""
_LINK_COST = 2.0
_COMMENT_COST, _SIDE_COST = 0.9, 0.7
_PHRASE_COST = 15.0
_BELIEVED = 50.0
"""A "side" block holding a run worth this much is none: sites wrap all text in `#menu` or
`.banner`. Its lines then count half."""
SHORT_WORDS = 12


@dataclass(frozen=True, slots=True)
class Run:
    """Lines `first` to `end` (exclusive); no longer or shorter run around is worth more."""

    first: int
    end: int
    worth: float


def worths(lines: Lines, template: Collection[str] = (), toll: float = TOLL) -> list[float]:
    """The worth of each line, in words. `template` holds texts that repeat across the host."""
    trusted = _trusted_sides(lines.lines)
    return [_worth(line, trusted, template, toll) for line in lines.lines]


def _plain_worth(line: Line, toll: float) -> float:
    return line.words - _LINK_COST * line.link_words - toll


def _worth(line: Line, trusted: Collection[int], template: Collection[str], toll: float) -> float:
    if line.region == "comments":
        return -_COMMENT_COST * line.words - 2
    if line.text in template:
        return -line.words - TOLL
    worth = _plain_worth(line, toll)
    if line.region == "side":
        if line.region_block not in trusted:
            return -_SIDE_COST * line.words - 2
        worth = min(worth, worth / 2)
    if is_around_text(line):
        worth -= _PHRASE_COST
    return worth


def is_around_text(line: Line) -> bool:
    """Whether the line is a set phrase such as «Читайте также: ...»."""
    return line.words < SHORT_WORDS and AROUND_TEXT.match(line.text) is not None


def _trusted_sides(lines: list[Line]) -> set[int]:
    """Blocks that call themselves side blocks and yet hold a text."""
    sums: dict[int, float] = {}
    trusted = set()
    for line in lines:
        if line.region == "side" and line.region_block not in trusted:
            so_far = max(0.0, sums.get(line.region_block, 0.0) + _plain_worth(line, TOLL))
            sums[line.region_block] = so_far
            if so_far >= _BELIEVED:
                trusted.add(line.region_block)
    return trusted


def runs(values: list[float]) -> list[Run]:
    """All maximal runs, in reading order (the algorithm of Ruzzo and Tompa, 1999; linear)."""
    found: list[tuple[int, int, float, float]] = []  # first, end, sum before it, sum after it
    total = 0.0
    for at, value in enumerate(values):
        before, total = total, total + value
        if value <= 0:
            continue
        first, end = at, at + 1
        while True:
            left = len(found) - 1
            while left >= 0 and found[left][2] >= before:
                left -= 1
            if left < 0 or found[left][3] >= total:
                found.append((first, end, before, total))
                break
            first, _, before, _ = found[left]
            del found[left:]
    return [Run(first, end, after - before) for first, end, before, after in found]
