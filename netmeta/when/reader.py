"""What a whole text says: finds its phrases, and decides when there is more than one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from functools import lru_cache

from netmeta.when.build import build
from netmeta.when.fallback import read_with_dateparser
from netmeta.when.glance import at_a_glance
from netmeta.when.lexer import Tokens, tokenise
from netmeta.when.phrases import Phrase, phrases_of, whole_of
from netmeta.when.ranges import build_pair
from netmeta.when.resolve import Context
from netmeta.when.result import Lean, RefusedError, When, WhyNot
from netmeta.when.settle import settle
from netmeta.when.times import read_clock

_LONGEST_REMEMBERED = 200
_JOINED = re.compile(r"T[Eu]?z?[-dp]T")


def parse_when(
    text: str,
    reference: dt.date | dt.datetime | None = None,
    *,
    zone: str = "Europe/Moscow",
    fallback: bool = True,
    lean: Lean | None = None,
) -> When | None:
    """The date, range or deadline a text states; None if it states none, or not clearly.

    The last 4096 different questions are remembered: the rows of a listing share few dates.

    Args:
        text: a date field of a page, or a phrase around a date.
        reference: the day (or instant) the text was published; needed for dates without a year
            and for words like «вчера».
        zone: IANA name of the zone in which times without one are meant.
        fallback: ask dateparser about the few strings this grammar does not know.
        lean: "past" if the date cannot lie after the reference (a page's own date, read on the
            day of the visit), "future" if it cannot lie before it.
    """
    read = _read if len(text) <= _LONGEST_REMEMBERED else read_anew
    found = read(text, reference, zone, fallback, lean)
    return found if isinstance(found, When) else None


def explain_when(
    text: str,
    reference: dt.date | dt.datetime | None = None,
    *,
    zone: str = "Europe/Moscow",
    fallback: bool = True,
    lean: Lean | None = None,
) -> WhyNot | None:
    """Why `parse_when` gives None for the same arguments; None if it gives a date."""
    read = _read if len(text) <= _LONGEST_REMEMBERED else read_anew
    found = read(text, reference, zone, fallback, lean)
    return None if isinstance(found, When) else found


def find_when(
    text: str,
    reference: dt.date | dt.datetime | None = None,
    *,
    zone: str = "Europe/Moscow",
    lean: Lean | None = None,
) -> tuple[When, ...]:
    """All dates of a longer text, in order; what is refused (see `WhyNot`) is left out."""
    context = Context(reference, zone, lean)
    found = []
    tokens = _tokens(text)
    for phrase in phrases_of(tokens.codes):
        try:
            found.append(build(phrase, tokens, context))
        except RefusedError:
            continue
    return tuple(found)


def _tokens(text: str) -> Tokens:
    tokens = tokenise(text)
    settle(tokens)
    return tokens


def read_anew(
    text: str,
    reference: dt.date | dt.datetime | None,
    zone: str,
    fallback: bool,
    lean: Lean | None,
) -> When | WhyNot:
    """What `parse_when` or `explain_when` answers, without looking among remembered answers."""
    found = at_a_glance(text, reference, zone, lean)
    return found if found is not None else by_grammar(text, reference, zone, fallback, lean)


def by_grammar(
    text: str,
    reference: dt.date | dt.datetime | None,
    zone: str,
    fallback: bool,
    lean: Lean | None,
) -> When | WhyNot:
    """The same, by the whole grammar."""
    tokens = _tokens(text)
    context = Context(reference, zone, lean)
    try:
        found = _decide(tokens, context)
        if found == "no_date" and fallback:
            return read_with_dateparser(tokens, context) or found
    except RefusedError as refused:
        return refused.reason
    return found


_read = lru_cache(maxsize=4096)(read_anew)


def _decide(tokens: Tokens, context: Context) -> When | WhyNot:
    """Raises: RefusedError."""
    codes = tokens.codes
    phrases = phrases_of(codes)
    if len(phrases) == 1:
        when = build(phrases[0], tokens, context)
        if phrases[0].clock < 0 and "T" in codes:
            return _with_time(when, tokens)
        return when
    if phrases:
        return _one_of(phrases, tokens, context)
    whole = whole_of(codes)
    if whole is not None:
        return build(whole, tokens, context)
    if '"' in codes:
        return "name"
    if "j" in codes:
        return "recurring"
    if "S" in codes:
        return "vague"
    return "no_date" if codes or tokens.text.strip() else "empty"


def _with_time(when: When, tokens: Tokens) -> When:
    """The only date of a text takes the text's only time, or span of time, wherever it stands."""
    clock = read_clock(tokens, 0, len(tokens.codes))
    if when.kind == "several" or not clock.times:
        return when
    if len(clock.times) > 2 or (len(clock.times) == 2 and not _JOINED.search(tokens.codes)):
        return when
    first: dt.time | None = clock.times[0]
    second = clock.times[1] if len(clock.times) > 1 else None
    if when.start is None or (clock.preposition == "d" and second is None):
        first, second = None, clock.times[-1]
    return dataclasses.replace(
        when, start_time=first, end_time=second, zone=clock.zone, precision="time"
    )


def _one_of(phrases: tuple[Phrase, ...], tokens: Tokens, context: Context) -> When | WhyNot:
    """Several phrases say one thing if they agree, or are called its beginning and its end.

    Beside a date, days of the week alone («15-17 мая (чт-сб)») and holidays add nothing.

    Raises: RefusedError.
    """
    if len(phrases) == 2:
        range_ = build_pair(phrases[0], phrases[1], tokens, context)
        if range_ is not None:
            return range_
    found: list[When] = []
    unmeant: list[RefusedError] = []
    for phrase in phrases:
        try:
            found.append(build(phrase, tokens, context))
        except RefusedError as refused:
            if refused.reason not in ("name", "recurring"):
                raise
            unmeant.append(refused)
    if not found:
        raise unmeant[0]
    first = found[0]
    for other in found[1:]:
        if (other.start, other.end) != (first.start, first.end):
            return "several"
    return next((when for when in found if when.precision == "time"), first)
