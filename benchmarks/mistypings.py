"""How people mistype, made up by rule so that every run is the same."""

from __future__ import annotations

import random
import re

_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_ROWS = ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_KEYS = str.maketrans(
    "йцукенгшщзхъфывапролджэячсмитьбюё" + "йцукенгшщзхъфывапролджэячсмитьбюё".upper(),
    "qwertyuiop[]asdfghjkl;'zxcvbnm,.`" + 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~',
)
_LONG = re.compile(r"[а-яё]{5,}", re.IGNORECASE)


def with_typo(text: str, seed: int) -> str:
    """The text with one edit in one of its words of five letters or more: a letter dropped,
    doubled, swapped with the next, or hit beside its key. Unchanged if it has no such word."""
    chance = random.Random(seed)
    words = list(_LONG.finditer(text))
    if not words:
        return text
    word = chance.choice(words)
    at = chance.randrange(1, len(word[0]) - 1)
    letters = list(word[0].lower())
    edit = chance.choice(("drop", "add", "swap", "change"))
    if edit == "drop":
        del letters[at]
    elif edit == "add":
        letters.insert(at, chance.choice(_LETTERS))
    elif edit == "swap" and letters[at] != letters[at + 1]:
        letters[at], letters[at + 1] = letters[at + 1], letters[at]
    else:
        letters[at] = _beside(letters[at], chance)
    return text[: word.start()] + "".join(letters) + text[word.end() :]


def in_latin_layout(text: str) -> str:
    """The text as it comes out when the keyboard is left in the Latin layout: letters change,
    signs are typed as meant."""
    return text.translate(_KEYS)


def _beside(letter: str, chance: random.Random) -> str:
    row = next((row for row in _ROWS if letter in row), _ROWS[0])
    at = row.find(letter)
    near = [row[i] for i in (at - 1, at + 1) if 0 <= i < len(row)]
    return chance.choice(near)
