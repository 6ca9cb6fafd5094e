"""What a whole text says: finds its phrases, and decides when there is more than one."""

from __future__ import annotations

import dataclasses
import datetime as dt

from netmeta.when.build import Phrase, build
from netmeta.when.dotted import settle
from netmeta.when.fallback import read_with_dateparser
from netmeta.when.grammar import PHRASE, WHOLE
from netmeta.when.lexer import Tokens, tokenise
from netmeta.when.resolve import Context
from netmeta.when.result import Lean, RefusedError, When, WhyNot
from netmeta.when.times import read_clock


def parse_when(
    text: str,
    reference: dt.date | dt.datetime | None = None,
    *,
    zone: str = "Europe/Moscow",
    fallback: bool = True,
    lean: Lean | None = None,
) -> When | None:
    """The date, range or deadline a text states; None if it states none, or not clearly.

    Args:
        text: a date field of a page, or a phrase around a date.
        reference: the day (or instant) the text was published; needed for dates without a year
            and for words like «вчера».
        zone: IANA name of the zone in which times without one are meant.
        fallback: ask dateparser about strings this grammar does not know.
        lean: "past" if the date cannot lie after the reference (a page's own date, read on the
            day of the visit), "future" if it cannot lie before it.
    """
    context = Context(reference, zone, lean)
    tokens = _tokens(text)
    found = _read(tokens, context)
    if isinstance(found, When):
        return found
    if fallback and found == "no_date":
        return read_with_dateparser(tokens, context)
    return None


def explain_when(
    text: str,
    reference: dt.date | dt.datetime | None = None,
    *,
    zone: str = "Europe/Moscow",
    lean: Lean | None = None,
) -> WhyNot | None:
    """Why `parse_when` (without fallback) gives None; None if it gives a date."""
    found = _read(_tokens(text), Context(reference, zone, lean))
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
    for phrase in PHRASE.finditer(tokens.codes):
        try:
            found.append(build(phrase, tokens, context))
        except RefusedError:
            continue
    return tuple(found)


def _tokens(text: str) -> Tokens:
    tokens = tokenise(text)
    if "B" in tokens.codes:
        settle(tokens)
    return tokens


def _read(tokens: Tokens, context: Context) -> When | WhyNot:
    codes = tokens.codes
    if not codes:
        return "no_date" if tokens.text.strip() else "empty"
    try:
        phrase = PHRASE.search(codes)
        if phrase is None:
            return _whole(tokens, context)
        another = PHRASE.search(codes, phrase.end())
        if another is None:
            return _with_time(build(phrase, tokens, context), phrase, tokens)
        return _one_of([phrase, another, *PHRASE.finditer(codes, another.end())], tokens, context)
    except RefusedError as refused:
        return refused.reason


def _whole(tokens: Tokens, context: Context) -> When | WhyNot:
    """Forms that are dates only where the text holds nothing else: «2019», «март», «2024-03»."""
    phrase = WHOLE.fullmatch(tokens.codes)
    if phrase is not None:
        return build(phrase, tokens, context)
    return "recurring" if "j" in tokens.codes else "no_date"


def _with_time(when: When, phrase: Phrase, tokens: Tokens) -> When:
    """The only date of a text takes the text's only time, wherever it stands."""
    if when.start_time is not None or when.end_time is not None or "T" not in tokens.codes:
        return when
    clock = read_clock(tokens, 0, len(tokens.codes))
    if not clock.times or len(clock.times) > 2 or when.kind == "several":
        return when
    first: dt.time | None = clock.times[0]
    second = clock.times[1] if len(clock.times) > 1 else None
    if when.start is None or (clock.preposition == "d" and second is None):
        first, second = None, clock.times[-1]
    return dataclasses.replace(
        when, start_time=first, end_time=second, zone=clock.zone, precision="time"
    )


def _one_of(phrases: list[Phrase], tokens: Tokens, context: Context) -> When | WhyNot:
    """Several phrases say one thing only if they agree."""
    found = [build(phrase, tokens, context) for phrase in phrases]
    first = found[0]
    for other in found[1:]:
        if (other.start, other.end) != (first.start, first.end):
            return "several"
    return next((when for when in found if when.precision == "time"), first)
