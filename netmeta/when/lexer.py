"""Text to tokens: each known word, number or sign becomes one letter and a value.

Whole shapes of digits (24.01.2012, 2024-05-01T10:00:00+03:00, 15:30, 2024/25) are one token, so
that the grammar never sees their parts. The letters are explained in `netmeta.when.grammar`.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import unicodedata
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from netmeta.when.words import BY_MOSCOW, ROMAN, WORDS

# Each alternative is one outer group, so `lastindex` tells which one matched. Every repetition
# is bounded, or cannot overlap what follows it: the time is linear in the text.
_TOKEN = re.compile(
    r"""
    ((?:utc|gmt|мск|msk)(?:\s?[+]\s?|[-−–])\d{1,2}(?::?\d\d)?(?![\d:]))         # 1 zone
  | ([^\W\d_]+)                                                                 # 2 word
  | (?<!\d)(?<!\d\.)(?:
      (\d{1,2}\.\d{1,2}\.(?:\d{4}|\d\d)(?!\d|\.\d)
        |\d{1,2}\s?\.\s?\d{1,2}\s?\.\s?\d{4}(?!\d|\.\d)
        |\d{1,2}/\d{1,2}/(?:\d{4}|\d\d)(?!\d|/\d)
        |\d{1,2}([-–])\d{1,2}\4(?:\d{4}|\d\d)(?!\d|[-–]\d))                     # 3 d.m.y
    | (\d{4}([-./:])\d{1,2}\6\d{1,2}(?!\d|\6\d))(?:t(?=\d))?                    # 5 y-m-d
    | (\d{8})t(?=\d{6}(?!\d))                                                   # 7 yyyymmddT
    | (\d{1,2}[.\s]\s?[ivx]{1,4}[.\s]\s?\d{4}(?!\d))                            # 8 d.IV.y
    | (\d{1,2}:\d\d(?:
          :\d\d(?:[.,]\d{1,9})?(?:z\b|\s?[-+−]\d\d:?\d\d(?!\d))?
         |z\b|\s?[+]\d\d:?\d\d(?!\d))?(?![:\d])
      |\d{1,2}[⁰¹²³⁴⁵][⁰¹²³⁴⁵⁶⁷⁸⁹]
      |(?<![-–])\d{1,2}[-–]00(?![-–\d]))                                        # 9 time
    | (\d+(?:\.\d+){3,}|\d+(?:[-–]\d+){3,}|\d+(?:\.\d+){1,4}-\d{3,})            # 10 no date
    | (\d{1,2}[./]\d{4}(?!\d))                                                  # 11 m.y
    | (\d{4}\s?[-–—/]\s?(?:\d{4}(?![\d.])
        |\d\d(?![\d.:])(?=\s*(?:уч|г\b|гг|год|[^\w\s]|$))))                     # 12 years
    | (\d{1,2}\.\d{1,2}(?!\d|\.\d)\.?)                                          # 13 a.b
    | (\d{1,2}\s?(?:час(?:ов|а|ам|у)?|ч)(?![^\W\d_])\.?
        (?:\s?\d\d\s?(?:минут[аы]?|мин|м)(?![^\W\d_])\.?)?)                     # 14 hours
    )
  | (\d+)(-?(?:ого|его|го|му|ое|ье|ей|ый|ой|ая|е|я|й|st|nd|rd|th)(?![^\W_]))?   # 15 digits
  | (\.\.+|[^\w\s])                                                             # 17 sign
    """,
    re.VERBOSE,
)

# What a page may leave in a date's text: entities, stress marks, invisible signs, addresses.
_SUFFIXES = r"\.(?:ru|su|рф|com|org|net|info|html?|php|aspx?|docx?|pdf|pptx?|xlsx?|zip|jpe?g|png)\b"
_ODD = re.compile(
    rf"[&@\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]|://|{_SUFFIXES}", re.IGNORECASE
)
_INVISIBLE = re.compile(r"[\u0301\u00ad\u200b-\u200f\u2060\ufeff]")
_WORD = re.compile(r"[^\s,;()«»\"]+")
_ADDRESS = re.compile(rf"://|@|{_SUFFIXES}", re.IGNORECASE)

_SIGNS = {
    **dict.fromkeys("-–—−‑‒―~…", "-"),
    **dict.fromkeys(",;|•·", ","),
    **dict.fromkeys("№§", "X"),
    **dict.fromkeys("%₽$€", "K"),
    ":": ":",
    "/": "/",
    "&": "&",
}
_LOOKALIKES = str.maketrans("acekmopxyt", "асекморхут")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_PARTS = re.compile(r"\d+")
_LAST_SECOND = dt.time(23, 59, 59)
_UNKNOWN = ("x", None)

Meaning = tuple[str, Any]


class Tokens:
    """The tokens of a text: `codes[i]` is the letter of token i, which has `values[i]` and
    stands at `text[starts[i]:ends[i]]`. `text` is the text without odd signs."""

    __slots__ = ("codes", "ends", "starts", "text", "values")

    def __init__(
        self, text: str, codes: str, values: list[Any], starts: list[int], ends: list[int]
    ) -> None:
        self.text, self.codes, self.values = text, codes, values
        self.starts, self.ends = starts, ends


def tokenise(text: str) -> Tokens:
    """Read the tokens of `text`, in one pass. Signs that mean nothing here are left out."""
    if _ODD.search(text):
        text = _clean(text)
    lower = text.lower().replace("ё", "е")
    if len(lower) != len(text):  # «İ» has a longer small form
        text = lower
    codes: list[str] = []
    values: list[Any] = []
    starts: list[int] = []
    ends: list[int] = []
    last = ""
    guarded = False
    for match in _TOKEN.finditer(lower):
        which = match.lastindex or 17
        start, end = match.span()
        if which == 2:
            code, value = WORDS.get(match[2]) or _mixed(match[2])
            guarded = code == "X"
            if code == "K" or code == "M":
                code = _counted(code, codes)
        elif which == 17:
            sign = match[17]
            code, value = _SIGNS.get(sign, "-" if sign[0] == "." and len(sign) > 1 else ""), None
            if not code or code == last == "-":
                continue
            guarded = code == "X" or (guarded and code in "-:")
            if code == "K":
                code = _counted(code, codes)
        else:
            if which >= 15:
                code, value = _digits(match[15], which == 16, last, lower[start - 1 : start])
            else:
                code, value = _SHAPES[which](match[which])
            if guarded or (code == "B" and last == "M"):
                code = "x"
        codes.append(code)
        values.append(value)
        starts.append(start)
        ends.append(end)
        last = code
    return Tokens(text, "".join(codes), values, starts, ends)


def _clean(text: str) -> str:
    """Entities resolved, letters composed, stress marks, invisible signs and addresses gone."""
    text = unicodedata.normalize("NFC", html.unescape(text))
    text = _INVISIBLE.sub("", text)
    if _ADDRESS.search(text):
        text = _WORD.sub(lambda word: "x" if _ADDRESS.search(word[0]) else word[0], text)
    return text


def _mixed(word: str) -> Meaning:
    """A word unknown as it is: perhaps Latin letters stand for Cyrillic ones in it («мaя»)."""
    if word.isascii():
        return _UNKNOWN
    return WORDS.get(word.translate(_LOOKALIKES), _UNKNOWN)


def _counted(code: str, codes: list[str]) -> str:
    """Take back the numbers before a counted thing: «5, 6 и 10-11 классы» holds no days."""
    at = len(codes) - 1
    if at < 0 or codes[at] not in "NBO":
        return "x" if code == "K" else code
    codes[at] = "x"
    while at > 1 and codes[at - 1] in "-,&" and codes[at - 2] in "NO":
        at -= 2
        codes[at] = "x"
    return "x"


def _digits(digits: str, ordinal: bool, last: str, before: str) -> Meaning:
    """A number by itself. One glued to a letter («А4») is no day, except after «с», «до», ..."""
    length = len(digits)
    if length <= 2:
        if before.isalpha() and last not in "sdpvkon":
            return _UNKNOWN
        return "O" if ordinal else "N", int(digits)
    if length == 4:
        return "Y", int(digits)
    if length == 8:
        return "I", (int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    if length == 6 and last == "D" and before == "t":
        return _time(f"{digits[:2]}:{digits[2:4]}:{digits[4:]}")
    return "J", None


def _day_month_year(text: str) -> Meaning:
    day, month, year = _PARTS.findall(text)
    return "D", (int(year) if len(year) == 4 else full_year(int(year)), int(month), int(day))


def _year_month_day(text: str) -> Meaning:
    year, month, day = _PARTS.findall(text)
    return "D", (int(year), int(month), int(day))


def _compact(text: str) -> Meaning:
    return "D", (int(text[:4]), int(text[4:6]), int(text[6:8]))


def _roman(text: str) -> Meaning:
    day, month, year = text.replace(".", " ").split()
    return "D", (int(year), ROMAN.get(month, 0), int(day))


def _time(text: str) -> Meaning:
    """15:30, 10:00:00.5+03:00, 15⁰⁰, 15-00. 24:00 is taken as the last second of the day."""
    if not text[-1].isascii():
        text = text[:-2] + ":" + text[-2:].translate(_SUPERSCRIPTS)
    clock = text
    zone: dt.tzinfo | None = None
    if text[-1] == "z":
        clock, zone = text[:-1], dt.UTC
    elif len(text) > 9 or "+" in text:
        cut = max(text.rfind(sign) for sign in "+-−")
        if cut > 0:
            clock, zone = text[:cut], _offset(text[cut], text[cut + 1 :])
            if zone is None:
                return _UNKNOWN
    hour, minute, *second = (int(part) for part in _PARTS.findall(clock)[:3])
    return _clock(hour, minute, second[0] if second else 0, zone)


def _clock(hour: int, minute: int, second: int, zone: dt.tzinfo | None) -> Meaning:
    if hour < 24 and minute < 60 and second < 60:
        return "T", (dt.time(hour, minute, second), zone)
    if hour == 24 and minute == second == 0:
        return "T", (_LAST_SECOND, zone)
    return _UNKNOWN


def _offset(sign: str, digits: str) -> dt.tzinfo | None:
    parts = digits.replace(":", "").rjust(4, "0")
    hours, minutes = int(parts[:2]), int(parts[2:])
    if hours > 14 or minutes > 59:
        return None
    shift = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(shift if sign == "+" else -shift)


def _zone(text: str) -> Meaning:
    """UTC+3, GMT+03:00, МСК+2."""
    name, rest = text[:3], text[3:].strip()
    sign, digits = rest[0], rest[1:].strip()
    if len(digits) <= 2:
        digits += "00"
    offset = _offset(sign, digits)
    if offset is None:
        return _UNKNOWN
    if name in ("utc", "gmt"):
        return "z", offset
    hours = int(digits.replace(":", "")) // 100 * (1 if sign == "+" else -1)
    place = BY_MOSCOW.get(hours)
    return ("z", ZoneInfo(place)) if place else _UNKNOWN


def _month_year(text: str) -> Meaning:
    month, year = _PARTS.findall(text)
    return "A", (int(year), int(month))


def _years(text: str) -> Meaning:
    """2024/25, 2019-2021: (first, second, whether a slash joins them, digits of the second)."""
    first, second = _PARTS.findall(text)
    other = int(second) if len(second) == 4 else int(first) // 100 * 100 + int(second)
    return "P", (int(first), other, "/" in text, len(second))


def _dotted(text: str) -> Meaning:
    """12.05: a day and month, or hours and minutes; the reader decides."""
    first, second = text.rstrip(".").split(".")
    return "B", (int(first), int(second), len(second))


def _hours(text: str) -> Meaning:
    hour, *minute = (int(part) for part in _PARTS.findall(text))
    meaning = _clock(hour, minute[0] if minute else 0, 0, None)
    return ("H", (*meaning[1], hour)) if meaning[0] == "T" else ("H", (None, None, hour))


def full_year(short: int) -> int:
    """24 is 2024, 98 is 1998: the portals began in the nineties, and dates reach a few years on."""
    return 2000 + short if short < 60 else 1900 + short


_SHAPES: dict[int, Callable[[str], Meaning]] = {
    1: _zone,
    3: _day_month_year,
    5: _year_month_day,
    7: _compact,
    8: _roman,
    9: _time,
    10: lambda _: ("J", None),
    11: _month_year,
    12: _years,
    13: _dotted,
    14: _hours,
}
