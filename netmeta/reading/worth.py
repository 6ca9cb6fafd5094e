"""What each line is worth as main text, and the runs of lines worth most.

The worth of a line is about the number of its words that are not links, minus a toll that every
line pays; menus, lists of headlines and counters come out below zero, sentences above. The main
text is then (nearly) the run of consecutive lines with the greatest sum. Only long runs of
short lines defeat this; `maintext` mends them with the help of the blocks.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import accumulate
from typing import NamedTuple

from netmeta.reading.lines import Line, Lines

TOLL = 9.0
"""Words a line must bring beyond its links. 7 to 11 change F1 on the real pages by under 0.01."""
LENIENT_TOLL = 2.0
"""For pages that hold nothing but short lines: an address, a timetable, a list."""
_LINK_COST = 2.0
_SIDE_WORTH = -3.0
_PHRASE_COST = 3.0
_LEAST = -12.0
"""No line costs more, lest one list of links inside a text tear it apart."""
_BELIEVED, _BELIEVED_ALONE = 50.0, 20.0
"""A "side" block holding a run worth this much is none: sites wrap all text in `#menu` or
`.banner`. Its lines then count half. The second figure is for pages with no run outside."""


class Run(NamedTuple):
    """Lines `first` to `end` (exclusive); no longer or shorter run around is worth more."""

    first: int
    end: int
    worth: float


def worths(lines: Lines, template: Collection[str] = (), toll: float = TOLL) -> list[float]:
    """The worth of each line, in words. `template` holds texts that repeat across the host."""
    trusted = _trusted_sides(lines.lines)
    values = []
    for line in lines.lines:
        region = line.region
        if region == "comments":
            worth = _SIDE_WORTH
        elif line.text in template:
            worth = -toll
        elif region == "side" and line.region_block not in trusted:
            worth = _SIDE_WORTH
        else:
            worth = line.words - _LINK_COST * line.link_words - toll
            if worth < _LEAST:
                worth = _LEAST
            if region == "side" and worth > 0:
                worth /= 2
            if line.said.around_text:
                worth = max(_LEAST, min(0.0, worth) - _PHRASE_COST)
        values.append(worth)
    return values


def _trusted_sides(lines: list[Line]) -> set[int]:
    """Blocks that call themselves side blocks and yet hold a text."""
    if not any(line.words > TOLL and line.region == "side" for line in lines):
        return set()  # of most pages
    sums: dict[int, float] = {}
    most: dict[int, float] = {}
    for line in lines:
        worth = line.words - _LINK_COST * line.link_words - TOLL
        block = line.region_block  # -1: outside of all of them
        if (worth <= 0 and block not in sums) or line.region == "comments":
            continue
        so_far = sums.get(block, 0.0) + worth
        if so_far <= 0:
            del sums[block]
            continue
        sums[block] = so_far
        if so_far > most.get(block, 0.0):
            most[block] = so_far
    alone = most.pop(-1, 0.0) < _BELIEVED_ALONE / 2
    enough = _BELIEVED_ALONE if alone else _BELIEVED
    return {block for block, worth in most.items() if worth >= enough}


def runs(values: list[float]) -> list[Run]:
    """All maximal runs, in reading order (the algorithm of Ruzzo and Tompa, 1999; linear)."""
    found: list[tuple[int, int, float, float]] = []  # first, end, sum before it, sum after it
    lower: list[int] = []  # of each found one, the last before it with a smaller sum before it
    sums = list(accumulate(values, initial=0.0))
    for at in [at for at, value in enumerate(values) if value > 0]:
        before, total = sums[at], sums[at + 1]
        first, end = at, at + 1
        while True:
            left = len(found) - 1
            while left >= 0 and found[left][2] >= before:
                left = lower[left]
            if left < 0 or found[left][3] >= total:
                found.append((first, end, before, total))
                lower.append(left)
                break
            first, _, before, _ = found[left]
            del found[left:], lower[left:]
    return [Run(first, end, after - before) for first, end, before, after in found]
