"""dateparser, for what the grammar leaves to it; never trusted by itself.

dateparser is eager: it makes dates of prices, versions and class numbers, and drops words it does
not know («год и 2 месяца назад» is 2 months ago). So it is asked only about chains of units («1 год
2 месяца назад», «через 2 недели и 3 дня»), and its answer must lie about as far from the reference
as the numbers in the text say.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
from functools import lru_cache

from netmeta.when.lexer import Tokens
from netmeta.when.resolve import Context
from netmeta.when.result import When, new_when

_CHAIN = re.compile(r"x{0,2}(?:c(?:[NC][ug]&?){2,4}|(?:[NC][ug]&?){2,4}a)")
_MEAN_DAYS = {"day": 1.0, "week": 7.0, "month": 30.44, "year": 365.25}
_TOLERATED_DAYS = 4
"""Months differ from their mean by up to 2.5 days; a chain may hold two unlike units."""


def read_with_dateparser(tokens: Tokens, context: Context) -> When | None:
    """A single day, if dateparser finds the one the tokens allow; else None.

    Raises: RefusedError if the reference is of no use.
    """
    if not _CHAIN.fullmatch(tokens.codes):
        return None
    expected = 0.0
    for at, code in enumerate(tokens.codes):
        if code in "ug":
            unit = "year" if code == "g" else tokens.values[at]
            if unit not in _MEAN_DAYS:
                return None  # hours and minutes: which day it was, the reference seldom tells
            expected += tokens.values[at - 1] * _MEAN_DAYS[unit]
    today = context.day()
    found = _ask(tokens.text.strip(), today)
    if found is None:
        return None
    days = (found - today).days * (1 if "c" in tokens.codes else -1)
    if abs(days - expected) > _TOLERATED_DAYS:
        return None
    return new_when(start=found, end=found, text=tokens.text.strip(), assumed_zone=context.zone)


@lru_cache(maxsize=1024)
def _ask(text: str, today: dt.date) -> dt.date | None:
    import dateparser  # 0.3 s to import: only for those who need it

    settings = {"RELATIVE_BASE": dt.datetime.combine(today, dt.time()), "DATE_ORDER": "DMY"}
    with warnings.catch_warnings():
        # It warns of its own use of strptime without a year (CPython issue 70647).
        warnings.simplefilter("ignore", DeprecationWarning)
        found: dt.datetime | None = dateparser.parse(text, languages=["ru"], settings=settings)
    return found.date() if found is not None else None
