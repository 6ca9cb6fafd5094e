"""Russian dates, ranges and deadlines, as teachers and portals write them.

    >>> import datetime as dt
    >>> when = parse_when("с 13 по 21 марта 2023 года")
    >>> when.start, when.end, when.kind
    (datetime.date(2023, 3, 13), datetime.date(2023, 3, 21), 'range')
    >>> parse_when("до 15 мая", dt.date(2025, 11, 20)).end
    datetime.date(2026, 5, 15)
    >>> explain_when("до 15 мая")
    'no_reference'

How it works: `lexer` makes one letter of each word, number and sign («с 13 по 21 марта» is
`sNpNm`), `settle` decides what depends on the neighbours (12.05: a day or a time?), `grammar` is a
set of regular expressions over the letters, `phrases` notes which token of a phrase means what,
`points`, `times`, `ranges`, `build` make days of it, `resolve` finds the missing year. What is
ambiguous is refused with a reason (`explain_when`), never guessed.

**A date without a year** is resolved against the reference, usually the day of publication: the
earliest year in which it does not lie further back than 120 days (a deadline: 60 days). So
announcements look ahead, and a report published a few months later stays in the past. A day of
the week beside the date decides before that rule: «пятница, 15 мая» is the nearest 15 May that is
a Friday. `lean="past"` takes the last occurrence up to the reference, `lean="future"` the first
from it on. Without a reference nothing is guessed.

**Conventions**: both ends are inclusive, «до 15 мая» and «к 15 мая» include the fifteenth, «после
15 мая» begins on the sixteenth; «в понедельник» is the first Monday after the reference; seasons
are whole months (autumn: September to November); a school year is its time of lessons, 1
September to 31 May; a декада is a third of a month; two-digit years 00-59 are 20xx; 24:00 is the
last second of the day; 05.04.2024 is always day first.
"""

from __future__ import annotations

from netmeta.when.reader import explain_when, find_when, parse_when
from netmeta.when.result import Kind, Lean, Precision, When, WhyNot

__all__ = [
    "Kind",
    "Lean",
    "Precision",
    "When",
    "WhyNot",
    "explain_when",
    "find_when",
    "parse_when",
]
