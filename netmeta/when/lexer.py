"""Text to tokens: each known word, number or sign becomes one letter and a value.

Whole shapes of digits (24.01.2012, 2024-05-01T10:00:00+03:00, 15:30, 2024/25) are one token, so
that the grammar never sees their parts. The letters are explained in `netmeta.when.grammar`.

What a token means is remembered by the token («сентября», «24.01.2012»), not by the text: pages
repeat the same few thousand.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any

from netmeta.when.numbers import Meaning, read_number
from netmeta.when.words import WORDS

# Every repetition is bounded, or cannot overlap what follows it: the time is linear in the text.
_TOKEN = re.compile(
    r"""
    (?:utc|gmt|мск|msk)(?:\s?[+]\s?|[-−–])\d{1,2}(?::?\d\d)?(?![\d:])      # UTC+3
  | [^\W\d_]+
  | (?<!\d)(?<!\d\.)(?:
        \d{8}t\d{6}z?(?!\w)                                              # 20240501T100000Z
      | \d{1,2}(?=\s[^\W\d_ivxч])                                          # 5 (мая): the usual case
      | \d{4}(?=\s[^\W\d_]|$)
      | \d+(?:\.\d+){3,} | \d+(?:-\d+){3,} | \d+(?:–\d+){3,} | \d{1,3}(?:\.\d+){1,4}-\d{3,}   # addresses, telephones
      | \d{1,2}(?:
            \.\d{1,2}\.(?:\d{4}|\d\d)(?!\d|\.\d)                           # 24.01.2012
          | \s?\.\s?\d{1,2}\s?\.\s?\d{4}(?!\d|\.\d)
          | /\d{1,2}/(?:\d{4}|\d\d)(?!\d|/\d)
          | \s/\s\d{1,2}\s/\s\d{4}(?!\d)
          | -\d{1,2}-\d{4}(?!\d|-\d)
          | –\d{1,2}–\d{4}(?!\d|–\d)
          | (?<=\d\d)-\d\d-\d\d(?!\d|-\d)
          | [.\s]\s?[ivx]{1,4}[.\s]\s?\d{4}(?!\d)                          # 12.IV.2020
          | :\d\d(?:
                :\d\d(?:[.,]\d{1,9})?(?:z\b|\s?[-+−]\d\d:?\d\d(?!\d))?     # 10:00:00+03:00
              | z\b | \s?[+]\d\d:?\d\d(?!\d) )?(?![:\d])
          | [⁰¹²³⁴⁵][⁰¹²³⁴⁵⁶⁷⁸⁹]                                           # 15⁰⁰
          | (?<!-\d)(?<!-\d\d)[-–]00(?![-–\d])                       # 15-00
          | [./]\d{4}(?!\d)                                                # 03.2024
          | \.\d{1,2}(?!\d|\.\d)\.?                                        # 12.05
          | \s?(?:час(?:ов|а|ам|у)?|ч)(?![^\W\d_])\.?
            (?:\s?\d\d\s?(?:минут[аы]?|мин|м)(?![^\W\d_])\.?)? )           # 15 ч 30 мин
      | \d{4}(?:
            -\d{1,2}-\d{1,2}(?!\d|-\d)(?:t(?=\d))?                         # 2024-05-01
          | \.\d{1,2}\.\d{1,2}(?!\d|\.\d)
          | /\d{1,2}/\d{1,2}(?!\d|/\d)
          | :\d\d:\d\d(?![\d:])
          | \s?[-–—/]\s?(?:\d{4}(?![\d.])                                  # 2019-2021, 2024/25
              | \d\d(?![\d.:])(?=\s*(?:уч|г\b|гг|год|[,;.!?)»"]|$))) )
    )
  | \d+(?:-?(?:ого|его|го|му|ое|ье|ей|ый|ой|ом|ая|е|я|й|м|х|st|nd|rd|th)(?![^\W_]))?   # 5, 5-го
  | ['’‘]\d\d(?!\d)                                                      # ’24
  | \.\.+ | [-–—−‑‒―~…,;|•·:/&№§%₽$€©]
    """,
    re.VERBOSE,
)

# What a page may leave in a date's text: entities, stress marks, invisible signs, addresses.
_SUFFIXES = r"\.(?:ru|su|рф|com|org|net|info|html?|php|aspx?|docx?|pdf|pptx?|xlsx?|zip|jpe?g|png)\b"
# One cheap look, so that the plain texts, nearly all, pay for nothing else. It starts with one set
# of characters because `re` scans for such a set fast.
_ODD = re.compile(
    r"[&@.:\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff](?:(?<![.:])|(?<=\.)[a-zр]|(?<=:)//)"
)
_COMPACT = re.compile(
    r"(?<!\d)(?<!\d\.)(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)(?!\w)", re.IGNORECASE
)
_INVISIBLE = re.compile(r"[\u0301\u00ad\u200b-\u200f\u2060\ufeff]")
_UNSPACED = re.compile(r"[^\s,;()«»\"]+")
_ADDRESS = re.compile(rf"://|@|{_SUFFIXES}", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_LOOKALIKES = str.maketrans("acekmopxyt", "асекморхут")
_MOST_TOKENS = 20_000
_LONGEST_TOKEN = 32

_SIGNS = {
    **dict.fromkeys("-–—−‑‒―~…", ("-", None)),
    **dict.fromkeys(",;|•·", (",", None)),
    **dict.fromkeys("№§", ("X", None)),
    **dict.fromkeys("%₽$€", ("K", None)),
    "©": ("x", None),
    ":": (":", None),
    "/": ("/", None),
    "&": ("&", None),
}


class _Meanings(dict[str, Meaning]):
    """What each token met so far means; forgets all when it grows too large."""

    def __missing__(self, token: str) -> Meaning:
        meaning = _read_token(token)
        if len(token) <= _LONGEST_TOKEN:
            if len(self) >= _MOST_TOKENS:
                self.clear()
            self[token] = meaning
        return meaning


_MEANINGS = _Meanings(WORDS)


class Tokens:
    """The tokens of a text: `codes[i]` is the letter of token i, `values[i]` what it stands for,
    `words[i]` its small letters. `text` is the text without odd signs, `lowered` in small letters
    of the same length."""

    __slots__ = ("_spans", "codes", "lowered", "text", "values", "words")

    def __init__(
        self, text: str, lowered: str, codes: str, values: list[Any], words: list[str]
    ) -> None:
        self.text, self.lowered = text, lowered
        self.codes, self.values, self.words = codes, values, words
        self._spans: list[tuple[int, int]] = []

    def span(self, at: int) -> tuple[int, int]:
        """Where token `at` stands in `text`.

        What the lexer skips between two tokens cannot begin one, so each token stands where its
        letters occur first after the token before it.
        """
        spans = self._spans
        end = spans[-1][1] if spans else 0
        for word in self.words[len(spans) : at + 1]:
            start = self.lowered.index(word, end)
            end = start + len(word)
            spans.append((start, end))
        return spans[at]

    def slice(self, start: int, end: int) -> str:
        """The text from token `start` up to token `end`, as written, with the dot of «г.» and a
        bracket that would stay open."""
        if start == 0 and end == len(self.words):
            return self.text.strip()
        low, high = self.span(start)[0], self.span(end - 1)[1]
        after = self.text[high : high + 1]
        if (after == "." and self.codes[end - 1] == "g") or (
            after == ")" and "(" in self.text[low:high]
        ):
            high += 1
        return self.text[low:high]


def tokenise(text: str) -> Tokens:
    """Read the tokens of `text`, in one pass. Signs that mean nothing here are left out."""
    lowered = text.lower().replace("ё", "е")
    if _ODD.search(lowered):
        text = _clean(text)
        lowered = text.lower().replace("ё", "е")
    if len(lowered) != len(text):  # «İ» has a longer small form
        text = lowered
    words = _TOKEN.findall(lowered)
    meanings = [_MEANINGS[word] for word in words]
    codes = "".join([meaning[0] for meaning in meanings])
    if len(codes) != len(words):
        return tokenise(_COMPACT.sub(r"\1-\2-\3T\4:\5:\6\7", text))
    return Tokens(text, lowered, codes, [meaning[1] for meaning in meanings], words)


def _clean(text: str) -> str:
    """Entities resolved, letters composed, stress marks, invisible signs and addresses gone."""
    text = unicodedata.normalize("NFC", html.unescape(text))
    text = _INVISIBLE.sub("", text)
    if _ADDRESS.search(text):
        text = _UNSPACED.sub(lambda word: "x" if _ADDRESS.search(word[0]) else word[0], text)
    return text


def _read_token(token: str) -> Meaning:
    known = WORDS.get(token) or _SIGNS.get(token)
    if known:
        return known
    if _DIGIT.search(token):
        return read_number(token)
    if token[0] == ".":
        return "-", None  # «5..9 мая»
    if not token.isascii():  # perhaps Latin letters stand for Cyrillic ones in it («мaя»)
        return WORDS.get(token.translate(_LOOKALIKES), ("x", None))
    return "x", None
