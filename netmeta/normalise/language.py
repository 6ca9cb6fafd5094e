"""The language a work is written in, as a code of ISO 639-1."""

from __future__ import annotations

import re

from netmeta.model import Unmapped

# How portals and feeds write a language; codes map to themselves.
_NAMES = {
    "ru": "ru rus russian русский рус русский\u00a0язык",
    "en": "en eng english английский англ",
    "de": "de deu ger german немецкий deutsch",
    "fr": "fr fra fre french французский français",
    "es": "es spa spanish испанский",
    "uk": "uk ukr ua ukrainian украинский українська",
    "be": "be bel belarusian белорусский",
    "kk": "kk kaz kazakh казахский қазақша",
    "tt": "tt tat tatar татарский",
    "ba": "ba bak bashkir башкирский",
    "cv": "cv chv chuvash чувашский",
    "sah": "sah yakut якутский",
    "zh": "zh zho chi chinese китайский",
    "it": "it ita italian итальянский",
    "la": "la lat latin латинский",
}
_CODES = {word: code for code, words in _NAMES.items() for word in words.split()}
# Letters of only one of the languages in Cyrillic; Ukrainian ones must appear more than once,
# because a single «і» is often a slip or a formula.
_LETTERS = (
    ("uk", re.compile(r"[іїєґ]"), 3),
    ("be", re.compile(r"ў"), 1),
    ("kk", re.compile(r"[қғұ]"), 2),
    ("tt", re.compile(r"җ"), 1),
    ("ba", re.compile(r"[ҙҡ]"), 2),
    ("cv", re.compile(r"[ӑӗӳ]"), 2),
    ("sah", re.compile(r"[ҕҥ]"), 1),
)
_FOREIGN_WORDS = (
    ("en", frozenset("the and of to in is for with you are a on this that".split())),
    ("de", frozenset("der die das und ist ein eine nicht mit zu den von für ich".split())),
    ("fr", frozenset("le la les et est une des un dans pour que qui du vous".split())),
)
_SPECIAL = re.compile("[іїєґўқғұҗҙҫҡӑӗҫӳҕҥ]")


def _all_but(letters: str) -> bytes:
    """The other bytes of windows-1251, to be deleted: counting letters so takes a tenth of finding
    them."""
    return bytes(set(range(256)) - set((letters + letters.upper()).encode("cp1251")))


_NOT_CYRILLIC = _all_but("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
_NOT_LATIN = _all_but("abcdefghijklmnopqrstuvwxyz")
_NOT_SPECIAL = _all_but("іїєґў")
_LATIN_WORD = re.compile(r"[a-zà-ÿß]+")
_SAMPLE_CHARS = 500
_ENOUGH_LETTERS = 12
_ENOUGH_WORDS = 2


def normalise_language(
    stated: str | None, text: str, default: str | None
) -> tuple[str | None, tuple[Unmapped, ...]]:
    """The language stated, else the one the text shows, else the source's.

    A text that is mostly Cyrillic is Russian unless letters of another language stand in it; a
    lesson of English with a Russian title and English examples is Russian. A Latin text needs two
    frequent words of its language.
    """
    unmapped: tuple[Unmapped, ...] = ()
    if stated and stated.strip():
        word = re.split(r"[-_\s(,;/]", stated.strip().lower())[0]
        if code := _CODES.get(word):
            return code, ()
        unmapped = (Unmapped(scheme="language", raw=stated.strip()[:200]),)
    return detect(text[:_SAMPLE_CHARS]) or default, unmapped


def detect(text: str) -> str | None:
    """The language of a text by its letters and most frequent words; None if too little shows."""
    raw = text.encode("cp1251", "ignore")
    cyrillic = len(raw.translate(None, _NOT_CYRILLIC))
    # Special letters are in windows-1251, or are among what it lacks.
    if cyrillic and (len(raw) < len(text) or raw.translate(None, _NOT_SPECIAL)):
        lower = text.lower()
        if _SPECIAL.search(lower):
            for code, letters, least in _LETTERS:
                if len(letters.findall(lower)) >= least:
                    return code
    latin = len(raw.translate(None, _NOT_LATIN))
    shows = cyrillic >= _ENOUGH_LETTERS or (cyrillic and cyrillic >= latin)
    if shows and cyrillic * 3 >= latin:
        return "ru"
    return _by_words(_LATIN_WORD.findall(text.lower()))


def _by_words(words: list[str]) -> str | None:
    counts = {code: sum(word in known for word in words) for code, known in _FOREIGN_WORDS}
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] >= _ENOUGH_WORDS else None
