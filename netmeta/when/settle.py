"""Tokens whose meaning lies in the words around them.

**Counts and labels.** «5, 6 и 10-11 классы», «№ 12.05», «ул. 8 Марта», «школа 5, 12 мая»: numbers
that belong to a noun are taken from the grammar.

**Dotted pairs.** Nothing in the digits tells whether 12.05 is a day and month, hours and minutes,
or neither («балл 4.05»). The rules, in order:

1. What cannot be a day and month is a time, or nothing; after «в», before «МСК» or «утра», a time.
2. Beside a date, a time («15 мая, 10.10», «10.10 15 мая»); joined to a time, a time.
3. Joined to a date («17.02-18.02.2026», «с 1.03 по 15 марта»), a date; else, in a text with
   another date, a time.
4. Otherwise a date, if a word says so («до 1.03», «с 1.03», «1.03 в 15:00», «пт 1.03»), in
   «1.03-15.03», or if the text holds nothing else; else a plain number. The month needs two
   digits: 1.5 is a number.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from netmeta.when.lexer import Tokens

_UNSETTLED = re.compile(r"[XKMB]|[HhT]u|xN")
_COUNTED = re.compile(r"(?:[NO][-,&]){0,12}(?:[NO][KM]|BK)")
_NUMBERED = re.compile(r"X[:-]?[NOBDYPAI](?:[-:][NOBDYPAI]){0,12}")
_QUARTER = re.compile(r"[NO]XY")
_LABELLED = re.compile(r"M:?((?:[NO][-,&]){0,12})[NOB](m?)")
_INITIAL = re.compile(r"\b[А-ЯЁA-Z]\.")
_FIRST_OF_MONTH = re.compile(r"[NO]m(?!Y)")
_PUBLISHING = re.compile(r"Q[xM]?[XM]?\Z")
_QUOTES = "«»\"“”„'"
_ALONE = frozenset("DTBWvzgi,-&:dpso")


def settle(tokens: Tokens) -> None:
    """Change the letters of such tokens to what they are here (`x`: nothing to do with dates)."""
    if "." in tokens.text and _INITIAL.search(tokens.text):
        _free_initials(tokens)
    if "сентября" in tokens.lowered:
        _settle_publisher(tokens)
    if "OWm" in tokens.codes:
        _settle_weekday(tokens)
    codes = tokens.codes
    if not _is_unsettled(codes):
        return
    if "XY" in codes:
        _settle_quarter(tokens)
        codes = tokens.codes
    if "xN" in codes or "xB" in codes:
        _free_glued(tokens)
        codes = tokens.codes
    codes = _COUNTED.sub(_nothing, codes)
    codes = _NUMBERED.sub(_nothing, codes)
    tokens.codes = codes
    if "M" in codes:
        _free_labelled(tokens)
    if "B" in codes:
        _settle_dotted(tokens)
    if "u" in codes:
        _settle_afternoon(tokens)


@lru_cache(maxsize=4096)
def _is_unsettled(codes: str) -> bool:
    return _UNSETTLED.search(codes) is not None


def _free_initials(tokens: Tokens) -> None:
    """«Иванов К. С. 12.03.2024»: initials are no prepositions."""
    codes = list(tokens.codes)
    for at, word in enumerate(tokens.words):
        if len(word) == 1 and codes[at] != "x" and _INITIAL.match(tokens.text, tokens.span(at)[0]):
            codes[at] = "x"
    tokens.codes = "".join(codes)


def _settle_publisher(tokens: Tokens) -> None:
    """The publisher «Первое сентября» («1 сентября») is no date: where it is quoted, follows a
    word for what it is («газета», «издательский дом»), or stands alone. Its letter is `"`."""
    codes, text = tokens.codes, tokens.text
    for match in _FIRST_OF_MONTH.finditer(codes):
        at = match.start()
        if tokens.values[at] != 1 or tokens.values[at + 1] != 9:
            continue
        start, end = tokens.span(at)[0], tokens.span(at + 1)[1]
        quoted = text[start - 1 : start] in _QUOTES and text[end : end + 1] in _QUOTES
        alone = codes == "Om" and tokens.words[0] == "первое"
        if (quoted and start and end < len(text)) or alone or _PUBLISHING.search(codes, 0, at):
            tokens.codes = tokens.codes[:at] + '""' + tokens.codes[at + 2 :]


def _settle_quarter(tokens: Tokens) -> None:
    """«IV кв. 2025 г.»: elsewhere «кв» is a flat."""
    for match in _QUARTER.finditer(tokens.codes):
        at = match.start() + 1
        if tokens.words[at] == "кв":
            tokens.codes = f"{tokens.codes[:at]}q{tokens.codes[at + 1 :]}"
            tokens.values[at] = "quarter"


def _settle_weekday(tokens: Tokens) -> None:
    """«второй понедельник марта» counts Mondays; «2-е (понедельник) марта» is a day."""
    at = tokens.codes.index("OWm")
    if tokens.words[at].isalpha():
        tokens.codes = f"{tokens.codes[:at]}F{tokens.codes[at + 1 :]}"


def _nothing(match: re.Match[str]) -> str:
    return "x" * len(match[0])


def _free_glued(tokens: Tokens) -> None:
    """«ПР12», «covid19»: a number glued to an unknown word is no day."""
    codes = list(tokens.codes)
    for at in range(1, len(codes)):
        if (
            codes[at] in "NB"
            and codes[at - 1] == "x"
            and tokens.words[at - 1].isalpha()
            and tokens.span(at)[0] == tokens.span(at - 1)[1]
        ):
            codes[at] = "x"
    tokens.codes = "".join(codes)


def _free_labelled(tokens: Tokens) -> None:
    """«класс 5-7, 12 мая»: the first numbers belong to the noun before them.

    A number right before a month is a day; so is the start of «урок 10-12 мая», if the hyphen
    has no space before it.
    """
    codes = list(tokens.codes)
    for label in _LABELLED.finditer(tokens.codes):
        first, last = label.start(1), label.end(1)
        if not label[2] or "(" in tokens.text[tokens.span(last)[1] : tokens.span(last + 1)[0]]:
            last += 1  # «урок 5», «выпуск 12 (ноябрь 2025)»
        elif label[1].endswith("-") and tokens.span(last - 2)[1] == tokens.span(last - 1)[0]:
            last -= 2
        for at in range(first, last):
            if codes[at] in "NOB":
                codes[at] = "x"
    tokens.codes = "".join(codes)


def _settle_afternoon(tokens: Tokens) -> None:
    """«2 часа дня» is 14:00; elsewhere «дня» counts days."""
    codes = list(tokens.codes)
    for at in range(1, len(codes)):
        if codes[at] == "u" and tokens.words[at] == "дня" and codes[at - 1] in "HhT":
            codes[at], tokens.values[at] = "E", 12
    tokens.codes = "".join(codes)


def _settle_dotted(tokens: Tokens) -> None:
    """Give every dotted pair its letter: `B` for a day and month, `T`, or `x`."""
    codes = list(tokens.codes)
    anchored = any(code in "mDA" for code in codes)
    alone = "G" in codes or "@" in codes or _ALONE.issuperset(codes)
    pairs = [at for at, code in enumerate(codes) if code == "B"]
    for at in pairs:
        day, month, digits = tokens.values[at]
        is_date = 1 <= day <= 31 and 1 <= month <= 12 and digits == 2
        is_time = day < 24 and month < 60 and digits == 2
        tight = at > 0 and tokens.span(at - 1)[1] == tokens.span(at)[0]
        if not is_date or (is_time and _is_clock(codes, at, anchored, tight)):
            codes[at] = "T" if is_time else "x"
    for at in reversed(pairs):  # so that what a pair is joined to is settled before it
        if codes[at] == "B":
            codes[at] = _letter(codes, at, anchored, alone)
            if codes[at] == "T" and tokens.values[at][0] > 23:
                codes[at] = "x"
    for at in pairs:
        first, second, _ = tokens.values[at]
        if codes[at] == "T":
            tokens.values[at] = (dt.time(first, second), None)
        elif codes[at] == "B":
            tokens.values[at] = (None, second, first)
    tokens.codes = "".join(codes)


def _is_clock(codes: list[str], at: int, anchored: bool, tight: bool) -> bool:
    """«в 10.10», «10.10 МСК», «9.00-11.05», «5 мая с 10.10»; `tight`: no space before the pair."""
    before = codes[at - 1] if at else ""
    after = "".join(codes[at + 1 : at + 3])
    if before == "v" or after[:1] in ("z", "E", "u") or after[:1] == "D" or after in ("Nm", "Om"):
        return True
    if at > 1 and before in "-dp" and codes[at - 2] == "T":
        return True
    if not anchored or (before == "-" and tight):
        return False
    while at and codes[at - 1] in ("s", ",", "-"):
        at -= 1
    return at > 0 and codes[at - 1] in "DYgmW"


def _letter(codes: list[str], at: int, anchored: bool, alone: bool) -> str:
    before = codes[at - 1] if at else ""
    earlier = codes[at - 2] if at > 1 else ""
    after = "".join(codes[at + 1 : at + 4])
    joined = after[:1] in ("-", "p", "d", ",", "&")
    if joined and (after[1:2] in ("D", "B") or after[1:3] in ("Nm", "Om")):
        return "B"
    # «с 5 мая по 10.06», «01.09.2024-05.09», «13-21.03»; two full dates need no third
    half = earlier and earlier in "mDBgYN" and sum(code in "mD" for code in codes[:at]) < 2
    if half and (before in ("p", "-") or (before == "d" and "s" in codes[: at - 2])):
        return "B"
    if anchored or (joined and after[0] != "," and after[1:2] == "T"):
        return "T"
    if alone or (before and before in "sdpkonLRWtb") or after[:1] in ("W", "T", "Y"):
        return "B"
    return "B" if after[:2] == "vT" else "x"
