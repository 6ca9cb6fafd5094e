"""Which phrases a sequence of letters holds, and which token of each means what.

This depends on the letters alone, and pages repeat the same few hundred sequences; so it is
worked out once for each («NmYg»: day at 0, month at 1, year at 2) and remembered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from netmeta.when.grammar import LIST_ITEM, PHRASE, WHOLE

_LONGEST_REMEMBERED = 64
_SPECIAL = frozenset("racfquSPFUHe")
_SPECIALS: tuple[tuple[str, Special], ...] = (
    ("q", "numbered"),
    ("S", "season"),
    ("P", "years"),
    ("U", "years"),
    ("F", "nth"),
    ("Ou", "nth"),
    ("r", "day"),
    ("W", "weekday"),
    ("f", "near"),
)
"""The first of these that a special shape holds says what it is."""
_POINTS = {
    "single": "one",
    "span": "first",
    "until": "end",
    "after": "begin",
    "close": "close_of",
}
"""The group of the grammar that holds the (first) date of each kind of phrase."""
_CLOCK = re.compile(r"[THhE]|vN|sNdN")


Special = Literal[
    "", "end", "numbered", "season", "years", "nth", "day", "weekday", "near", "count"
]


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the parts of one date are: indices of tokens, -1 for what is missing.

    A `whole` token (24.01.2012, 03.2024) holds several parts. `days` has two indices for
    «двадцать третье». `special` names what else a shape is (`netmeta.when.points` reads it), "" for a plain one.
    """

    start: int
    end: int
    days: tuple[int, ...] = ()
    month: int = -1
    year: int = -1
    whole: int = -1
    short_year: bool = False
    relative_year: bool = False
    special: Special = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One dated phrase: tokens `start`..`end`, of the `kind` named in the grammar.

    `one` is its date, or the first of two; `other` the second. `weekday` is the index of a day of
    the week, or -1; `clock` where to look for times, or -1. `items` are those of a list.
    """

    kind: str
    codes: str
    start: int
    end: int
    one: Shape
    other: Shape | None = None
    weekday: int = -1
    clock: int = -1
    items: tuple[tuple[Shape | None, Shape], ...] = ()
    full: bool = False
    """A single date with day, month and year, which needs no reference."""


def phrases_of(codes: str) -> tuple[Phrase, ...]:
    """All phrases of a text with these letters, in order."""
    return _remembered(codes) if len(codes) <= _LONGEST_REMEMBERED else _phrases(codes)


def _phrases(codes: str) -> tuple[Phrase, ...]:
    return tuple(_phrase(match) for match in PHRASE.finditer(codes))


_remembered = lru_cache(maxsize=4096)(_phrases)


@lru_cache(maxsize=1024)
def whole_of(codes: str) -> Phrase | None:
    """The phrase of a text that is a date only because it holds nothing else."""
    match = WHOLE.fullmatch(codes)
    return _phrase(match) if match else None


def _phrase(match: re.Match[str]) -> Phrase:
    codes, kind = match.string, match.lastgroup or ""
    start, end = match.span()
    point = _POINTS.get(kind)
    one = shape_of(codes, *match.span(point)) if point else Shape(start, end)
    other = shape_of(codes, *match.span("last")) if kind == "span" else None
    weekday = codes.find("W", start, end)
    relative = one.special == "count" and (
        "a" in codes[one.start : one.end] or codes[one.start] == "c"
    )
    after = one.end if relative else start
    clock = after if _CLOCK.search(codes, after, end) else -1
    items: list[tuple[Shape | None, Shape]] = []
    if kind == "several":
        for item in LIST_ITEM.finditer(codes, start, end):
            if item.lastgroup == "item":
                low, last = item.span("low"), item.span("each")
                items.append(
                    (shape_of(codes, *low) if low[0] >= 0 else None, shape_of(codes, *last))
                )
    full = (
        kind == "single"
        and weekday < 0
        and not one.special
        and not one.relative_year
        and (codes[one.start] == "D" or (bool(one.days) and one.month >= 0 <= one.year))
    )
    return Phrase(kind, codes, start, end, one, other, weekday, clock, tuple(items), full)


def shape_of(codes: str, start: int, end: int) -> Shape:
    """The parts of the date in tokens `start`..`end`."""
    days: tuple[int, ...] = ()
    month = year = whole = -1
    short = relative = special = False
    for at in range(start, end):
        code = codes[at]
        if code in "NO":
            if month >= 0 and (days or codes[at + 1 : at + 2] == "g"):
                year, short = at, True
            else:
                days = (*days, at)
        elif code == "C":
            days = (*days, at)
        elif code == "m":
            month = at
        elif code in "YJ":
            year = at
        elif code in "DIAB":
            whole = at
        elif month >= 0 and code in "Pfs":
            year, relative = at, code in "fs"
        elif code in _SPECIAL and not (month >= 0 and (code == "u" or code == "U")):
            special = True
    if not special and month < 0 and whole < 0 and "W" in codes[start:end]:
        special = True
    kind = _special(codes[start:end]) if special else ""
    return Shape(start, end, days, month, year, whole, short, relative, kind)


def _special(codes: str) -> Special:
    """What the letters of a shape are that is more than day, month and year."""
    if codes[0] == "e":
        return "end"
    for letters, kind in _SPECIALS:
        if letters in codes:
            return kind
    return "count"
