"""dateparser, for the few strings the grammar does not know; never trusted by itself.

dateparser is eager: it makes dates of prices, versions and class numbers. So it is asked only
about short strings in which our own tokens show either one day, one month word and one year in
an order we do not know (and then its answer must be exactly these three), or a chain of units
before «назад» («2 года 3 месяца назад»; the answer must lie before the reference).
"""

from __future__ import annotations

import datetime as dt
import warnings
from functools import lru_cache

from netmeta.when.lexer import Tokens
from netmeta.when.resolve import Context
from netmeta.when.result import When, new_when

_LONGEST = 60


def read_with_dateparser(tokens: Tokens, context: Context) -> When | None:
    """A single day, if dateparser finds the one the tokens allow; else None."""
    text, codes = tokens.text.strip(), tokens.codes
    if len(text) > _LONGEST or not any(letter.isdigit() for letter in text):
        return None
    if "J" in codes or "X" in codes:
        return None
    counts = {code: codes.count(code) for code in "NmYau"}
    if counts["N"] == counts["m"] == counts["Y"] == 1:
        wanted = tuple(tokens.values[codes.index(code)] for code in "YmN")
        found = _ask(text, None)
        if found is None or (found.year, found.month, found.day) != wanted:
            return None
    elif counts["a"] == 1 and counts["u"] + codes.count("g") > 1 and context.reference is not None:
        today = context.day()
        found = _ask(text, today)
        if found is None or found >= today:
            return None
    else:
        return None
    return new_when(start=found, end=found, text=text, assumed_zone=context.zone)


@lru_cache(maxsize=1024)
def _ask(text: str, today: dt.date | None) -> dt.date | None:
    import dateparser  # 0.3 s to import: only for those who need it

    settings: dict[str, object] = {"DATE_ORDER": "DMY"}
    if today is not None:
        settings["RELATIVE_BASE"] = dt.datetime.combine(today, dt.time())
    with warnings.catch_warnings():
        # It warns of its own use of strptime without a year (CPython issue 70647).
        warnings.simplefilter("ignore", DeprecationWarning)
        found: dt.datetime | None = dateparser.parse(text, languages=["ru"], settings=settings)
    return found.date() if found is not None else None
