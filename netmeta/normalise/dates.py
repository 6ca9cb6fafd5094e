"""When a work was published, from the portal's words or from its address."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from netmeta.model import Problem
from netmeta.when import Lean, When, explain_when, parse_when

EARLIEST, LATEST = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
"""Outside these no Russian portal published anything: a misread date, kept only as a problem."""

# Drupal and uCoz write the day of publication into addresses: /2012/01/24/slug, /2008-09-15-12.
_IN_PATH = re.compile(r"/((?:19|20)\d\d)[/-](\d\d)[/-](\d\d)(?=[/-]|$)")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_LABELS = re.compile(
    r"опубликован|дата публикации|добавлен|размещен|размещён|дата создания", re.IGNORECASE
)
_COARSE = frozenset(
    ("month", "season", "quarter", "half-year", "year", "decade", "half-month", "week")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Day and, if the portal gave a time, instant (UTC) of publication."""

    day: dt.date | None = None
    at: dt.datetime | None = None
    problems: tuple[Problem, ...] = ()


@lru_cache(maxsize=4096)
def read_when(
    text: str, today: dt.date | None, timezone: str, lean: Lean | None = None
) -> When | None:
    """`parse_when`, cached: portals write the same days over and over.

    A day is enough of a reference, and lets the cache answer for all pages fetched on one day.
    """
    try:
        return parse_when(text, today, zone=timezone, lean=lean)
    except (ValueError, OverflowError):
        # dateparser, the fallback for strings the grammar does not know, takes «²» for a digit
        # and stumbles over years of ten digits.
        return None


def day_of(reference: dt.date | dt.datetime | None) -> dt.date | None:
    """The day of an instant or day."""
    return reference.date() if isinstance(reference, dt.datetime) else reference


def is_plausible(day: dt.date | None) -> bool:
    """Within `EARLIEST` and `LATEST` (None is)."""
    return day is None or EARLIEST <= day <= LATEST


def normalise_published(
    text: str | None, url: str, reference: dt.date | dt.datetime | None, timezone: str
) -> Published:
    """The date stated, else the one in the address.

    `reference` is the day the page was fetched, for «вчера». Problem codes of field "published":
    "unreadable" (with the reason `when` gives), "implausible" (before 1990 or after 2100),
    "imprecise" (only a month or year: its first day is taken), "range".
    """
    if not text or not text.strip():
        return Published(day=_from_address(url))
    raw = text.strip()[:200]
    if found := _ISO.fullmatch(raw):
        day = _day(found)
        if day is not None and is_plausible(day):
            return Published(day=day)
    today = day_of(reference)
    when = read_when(raw, today, timezone, "past")
    if when is None or (when.start is None and when.end is None):
        reason = explain_when(raw, today, zone=timezone, lean="past") or "unreadable"
        code = "implausible" if reason == "out_of_range" else "unreadable"
        return _with_address(url, Problem(field="published", code=code, value=raw))
    day = when.start or when.end
    if not is_plausible(day):
        return _with_address(url, Problem(field="published", code="implausible", value=raw))
    problems = []
    if when.precision in _COARSE:
        problems.append(Problem(field="published", code="imprecise", value=raw))
    elif when.start != when.end:
        problems.append(Problem(field="published", code="range", value=raw))
    return Published(day=day, at=when.start_at, problems=tuple(problems))


def published_label(dates: Mapping[str, str]) -> str | None:
    """The text under a label such as «Опубликовано», if a page lists it among its dates."""
    return next((text for label, text in dates.items() if _LABELS.search(label)), None)


def is_published_label(label: str) -> bool:
    """Does the label speak of publication, not of a stage?"""
    return bool(_LABELS.search(label))


def _with_address(url: str, problem: Problem) -> Published:
    return Published(day=_from_address(url), problems=(problem,))


def _from_address(url: str) -> dt.date | None:
    found = _IN_PATH.search(url)
    day = _day(found) if found else None
    return day if is_plausible(day) else None


def _day(found: re.Match[str]) -> dt.date | None:
    try:
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
