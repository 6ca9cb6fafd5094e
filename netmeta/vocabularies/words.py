"""Text as a sequence of words that compare by dictionary form.

Labels of the vocabularies and the portals' own words are cut by the same `tokens`, so that
«по русскому языку» meets the label «русский язык». A word's `key` is the likeliest reading of
`index.analysis`: the Snowball stem of its dictionary form. The stem on top makes «физике» one key
although the form belongs to both «физика» and «физик»; very short stems give way to the dictionary form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final, NamedTuple

from index import analysis
from index.letters import read

CACHED_WORDS = 1 << 16
"""Bound of the token cache, in distinct written forms."""

READINGS: Final = "readings.json"
"""Words of labels, and of the lists in `netmeta.normalise`, analysed: their 2,000 would take 0.4
CPU seconds of every command that matches a text. Written by `netmeta.vocabularies.gather`."""

_TOKEN = re.compile(
    r"\d+(?:[-‐‑–]?[а-яё]{1,3}(?![а-яёА-ЯЁ])|[А-ЯЁ](?![а-яёА-ЯЁ]))?|[^\W\d_]+|\d+|[^\w\s]"
)
# Latin letters typed in the middle of a Russian word because they look the same.
_LOOKALIKES = str.maketrans("aceopxykABCEHKMOPTX", "асеорхукАВСЕНКМОРТХ")
_CYRILLIC = re.compile(r"[а-яёА-ЯЁ]")
_INVISIBLE = re.compile("[\u0300\u0301\u00ad\u200b-\u200d\u2060\ufeff]")
_LONGEST_ABBREVIATION = 6
_SHORT_STEM = 4  # «право» and «правило», «тест» and «тесто» share such stems: the lemma decides
# People share the stem of what they do («психолога» and «психология»), and are no name of it.
_PERSON = "@"
# Stems of verbs and numerals meet those of nouns («стать» and «статья», «семь» and «семья»);
# concepts are named by nouns and adjectives.
_NO_NAMES = frozenset(("VERB", "INFN", "GRND", "NUMR"))
_APART = "~"
LITERAL = "="


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or punctuation mark (`key` is empty for punctuation).

    `key` compares by dictionary form; `literal` (prefixed by `LITERAL`) letter by letter, so that
    ИЗО is not the preposition «изо». A number has
    `number` and what is written onto it as `tail` («5-й» -> 5, "й"; «5А» -> 5, "а"; 5 -> "").
    `nominative` and `genitive` tell what the form can be; `part` is pymorphy3's part of speech
    ("LATN" for Latin letters); `upper` marks a word of two or more capitals.
    """

    text: str
    key: str
    literal: str = ""
    number: int | None = None
    tail: str = ""
    nominative: bool = False
    genitive: bool = False
    part: str = ""
    upper: bool = False


def tokens(text: str) -> tuple[Token, ...]:
    """Cut a text into tokens; stress marks and soft hyphens are dropped, ё becomes е."""
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    return tuple(map(_token, _TOKEN.findall(text)))


@lru_cache(maxsize=CACHED_WORDS)
def _token(raw: str) -> Token:
    if raw[0].isdecimal():
        digits = re.match(r"\d+", raw)
        assert digits is not None
        tail = raw[digits.end() :].lstrip("-‐‑–").lower()
        # No class, year or price is longer than nine digits.
        value = int(digits[0]) if digits.end() < 10 else None
        return Token(raw, raw.lower(), "", value, tail)
    if not raw[0].isalpha():
        return Token(raw, "")
    cyrillic = bool(_CYRILLIC.search(raw))
    word = raw.translate(_LOOKALIKES) if cyrillic and not raw.isascii() else raw
    lower = analysis.fold(word)
    literal = LITERAL + lower if len(lower) <= _LONGEST_ABBREVIATION else ""
    upper = len(word) > 1 and word.isupper()
    if not cyrillic:
        return Token(raw, lower, literal, part="LATN", upper=upper)
    reading = _gathered().get(lower) or read_word(lower)
    return Token(
        raw,
        reading.key,
        literal,
        nominative=reading.nominative,
        genitive=reading.genitive,
        part=reading.part,
        upper=upper,
    )


class Reading(NamedTuple):
    """What a word in lower case is, whatever its capitals (see `Token`)."""

    key: str
    part: str
    nominative: bool
    genitive: bool


@cache
def _gathered() -> Mapping[str, Reading]:
    """Readings of the file; none if they come from another dictionary than is installed."""
    file = resources.files("netmeta.vocabularies").joinpath(READINGS)
    kept = json.loads(file.read_bytes())
    if kept["analyser"] != analysis.ANALYSER_VERSION:
        return {}
    return {word: Reading(*values) for word, values in kept["words"].items()}


def read_word(lower: str) -> Reading:
    """The reading of a word with Cyrillic letters, folded, from the dictionary."""
    readings = analysis.terms(lower)
    parses = analysis.parses(lower)
    unknown = not parses[0].is_known
    part = str(parses[0].tag.POS or "")
    key = read(readings[0][0]) if readings else lower
    if len(key) <= _SHORT_STEM and not unknown:
        key = str(parses[0].normal_form).replace("ё", "е")
    if part in _NO_NAMES:
        key += _APART
    elif part == "NOUN" and not unknown and all("anim" in p.tag for p in parses):
        key += _PERSON
    return Reading(
        key,
        part,
        nominative=unknown or any("nomn" in p.tag or "Fixd" in p.tag for p in parses),
        genitive=unknown or any("gent" in p.tag or "Fixd" in p.tag for p in parses),
    )


def raw_key(text: str) -> str:
    """The form under which two ways of writing one raw value are the same value.

    >>> raw_key("Рабочая программа (внеурочка)") == raw_key("рабочие программы внеурочки")
    True
    """
    return " ".join(token.key for token in tokens(text) if token.key)
