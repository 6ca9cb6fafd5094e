"""Whether 12.05 is a day and month, hours and minutes, or neither («балл 4.05»).

Nothing in the digits tells; the words around do. The rules, in order:

1. What cannot be a day and month is a time, or nothing; after «в», before «МСК» or «утра», a time.
2. Joined to a date («17.02-18.02.2026», «1.03 по 15 марта»), a date; joined to a time, a time.
3. In a text with another date, a time: «15 мая, 10.10».
4. Otherwise a date, if a word says so («до 1.03», «с 1.03», «1.03 в 15:00», «пт 1.03»), or if
   the text holds nothing else; else a plain number. The month needs two digits: 1.5 is a number.
"""

from __future__ import annotations

import datetime as dt

from netmeta.when.lexer import Tokens

_ALONE = frozenset("DTBWvzgi,-&:dpso")


def settle(tokens: Tokens) -> None:
    """Give every dotted pair its letter: `D` (without a year), `T`, or `x`."""
    codes = list(tokens.codes)
    anchored = any(code in "mDA" for code in codes)
    alone = _ALONE.issuperset(codes)
    pairs = [at for at, code in enumerate(codes) if code == "B"]
    for at in pairs:
        day, month, digits = tokens.values[at]
        is_date = 1 <= day <= 31 and 1 <= month <= 12 and digits == 2
        is_time = day < 24 and month < 60 and digits == 2
        if not is_date or (is_time and _clock_beside(codes, at)):
            codes[at] = "T" if is_time else "x"
    for at in reversed(pairs):
        if codes[at] == "B":
            codes[at] = _letter(codes, at, anchored, alone)
    for at in pairs:
        first, second, _ = tokens.values[at]
        if codes[at] == "T":
            tokens.values[at] = (dt.time(first, second), None)
        elif codes[at] == "D":
            tokens.values[at] = (None, second, first)
    tokens.codes = "".join(codes)


def _clock_beside(codes: list[str], at: int) -> bool:
    """«в 10.10», «10.10 МСК», «9.00-11.05»."""
    if at and codes[at - 1] == "v":
        return True
    if at + 1 < len(codes) and codes[at + 1] in "zE":
        return True
    return at > 1 and codes[at - 1] in "-dp" and codes[at - 2] == "T"


def _letter(codes: list[str], at: int, anchored: bool, alone: bool) -> str:
    before = codes[at - 1] if at else ""
    after = "".join(codes[at + 1 : at + 4])
    if after[:1] in ("-", "p", "d", ",", "&") and (after[1:2] == "D" or after[1:3] in ("Nm", "Om")):
        return "D"
    if anchored or (after[:1] in ("-", "p", "d") and after[1:2] == "T"):
        return "T"
    if (
        alone
        or (before and before in "sdpkonLRWtb")
        or after[:1] in ("W", "T")
        or after[:2] == "vT"
    ):
        return "D"
    if before == "-" and at > 1 and codes[at - 2] in "BDN":
        return "D" if at > 2 and codes[at - 3] in "sdo" else "x"
    return "x"
