"""Titles as addresses write them."""

from __future__ import annotations

_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e jo zh z i j k l m n o p r s t u f kh c ch sh shh _ y _ eh ju ja".split(),
        strict=True,
    )
)


def latin(text: str) -> str:
    """A title as uCoz writes it in addresses: "Дроби, 5 класс" -> "drobi_5_klass"."""
    letters = (
        _LATIN.get(char, char if char.isascii() and char.isalnum() else " ")
        for char in text.lower()
    )
    return "_".join("".join(letters).replace("_", "").split())


def hyphened(text: str, most: int = 60) -> str:
    """The same with hyphens, cut at a word: "Дроби, 5 класс" -> "drobi-5-klass"."""
    words, length = [], 0
    for word in latin(text).split("_"):
        length += len(word) + 1
        if length > most:
            break
        words.append(word)
    return "-".join(words)
