"""Addresses in Latin letters: telling «russkiy-yazyk», «russkiyYazik» and «russkii-iazyk» alike.

Every portal transliterates in its own way, so two tools: `fold` maps a word of any of them to one
code (for comparing with the labels' own transliteration), `to_cyrillic` guesses the Russian text
(for reading «konspekt-uroka-po-matematike-5-klass»).
"""

from __future__ import annotations

import re
from functools import lru_cache

_TO_LATIN = {
    **dict(zip("абвгдезиклмнопрстуфы", "abvgdeziklmnoprstufy", strict=True)),
    **{"ё": "e", "ж": "zh", "й": "y", "х": "h", "ц": "c", "ч": "ch", "ш": "sh", "щ": "sch"},
    **{"ъ": "", "ь": "", "э": "e", "ю": "yu", "я": "ya"},
}
_FOLDS = [
    (re.compile(pattern), code)
    for pattern, code in (
        (r"[^a-z0-9]+", ""),
        (r"shch|sch|shh", "w"),
        (r"zh", "z"),
        (r"kh|h|x(?!c)", "h"),
        (r"gh", "g"),
        (r"ts|tz", "c"),
        (r"[iyj]([aeou])", r"\1"),
        (r"[iyj]+", "i"),
        (r"(.)\1+", r"\1"),
    )
]
_TO_CYRILLIC = (
    ("shch", "щ"), ("sch", "щ"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш"),
    ("iia", "ия"), ("iya", "ия"), ("ija", "ия"), ("yy", "ый"), ("iy", "ий"), ("ij", "ий"), ("ii", "ий"),
    ("yu", "ю"), ("iu", "ю"), ("ju", "ю"), ("ya", "я"), ("ia", "я"), ("ja", "я"), ("yo", "ё"), ("jo", "ё"),
    ("ye", "е"), ("ie", "е"), ("gh", "г"), ("oy", "ой"), ("ey", "ей"), ("ay", "ай"), ("uy", "уй"),
)  # fmt: skip
_LETTERS = {
    **dict(_TO_CYRILLIC),
    **dict(zip("abvgdeziklmnoprstufy", "абвгдезиклмнопрстуфы", strict=True)),
    **{"c": "ц", "h": "х", "j": "й", "q": "к", "w": "в", "x": "кс"},
}
_PIECE = re.compile("|".join(pair for pair, _ in _TO_CYRILLIC) + "|[a-z]")


@lru_cache(maxsize=4096)
def fold(slug: str) -> str:
    """One code for all ways of transliterating a word; "" if nothing Latin is in it.

    >>> fold("russkiy-yazyk") == fold("russkiyYazik") == fold("russkii-iazyk")
    True
    """
    text = slug.lower()
    for pattern, code in _FOLDS:
        text = pattern.sub(code, text)
    return text


def transliterate(text: str) -> str:
    """Russian text in Latin letters (one common way of many)."""
    return "".join(_TO_LATIN.get(letter, letter) for letter in text.lower())


def to_cyrillic(slug: str) -> str:
    """A guess at the Russian behind a transliteration; digits and other signs stay.

    >>> to_cyrillic("konspekt uroka po matematike")
    'конспект урока по математике'
    """
    return _PIECE.sub(lambda m: _LETTERS[m[0]], slug.lower())
