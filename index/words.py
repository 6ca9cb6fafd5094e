"""Where words begin and end, and which spellings are one form.

A chunk is a run of word characters; it holds one form, or several («5а», «7класс»). Texts are cut
into keys of chunks: bytes, by which the analyser remembers what it made of a chunk.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from encodings import cp1251

MAX_WORD_CHARS = 64
"""Longer runs of letters are not words (base64, keys); they are cut, so that no token is huge."""

# Combining marks, soft hyphens and zero-width characters occur inside words: \w alone would split
# "за́мок" and "мате\u00adматика".
_INSIDE = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff"
_CHUNK = re.compile(rf"(?:[^\W_]|[{_INSIDE}])+")
_INVISIBLE = re.compile(f"[{_INSIDE}\ud800-\udfff]+")  # halves of characters cannot be stored
_FORM = re.compile(r"[а-яѐ-ӿ]+|[^\W_а-яѐ-ӿ]+")
_CYRILLIC = re.compile(r"[а-яѐ-ӿ]")
_LATIN = re.compile(r"[a-z]")
_LOOKALIKE = str.maketrans("aceopxykmtbh", "асеорхукмтвн")
_ONLY_LOOKALIKES = re.compile(r"[а-яѐ-ӿaceopxykmtbh]+")

Key = bytes
"""A chunk, folded, in cp1251; or, if that cannot hold it, a zero byte and the chunk in UTF-8."""


def fold(text: str) -> str:
    """Lower case, ё to е, no stress marks, no soft hyphens: what forms are compared by.

    >>> fold("Учёба за́ рубежом")
    'учеба за рубежом'
    """
    text = unicodedata.normalize("NFC", text).lower().replace("ё", "е")
    return _INVISIBLE.sub("", text)


def is_cyrillic(form: str) -> bool:
    """Whether a form is in Cyrillic letters."""
    return _CYRILLIC.match(form) is not None


def forms_of(key: Key) -> list[str]:
    """The folded forms in a chunk: Cyrillic letters apart from digits and Latin.

    Latin letters in an otherwise Cyrillic word that look like Cyrillic ones become Cyrillic.
    """
    chunk = key[1:].decode() if key.startswith(b"\0") else key.decode("cp1251")
    text = fold(chunk)[:MAX_WORD_CHARS]
    if _LATIN.search(text) and _CYRILLIC.search(text) and _ONLY_LOOKALIKES.fullmatch(text):
        text = text.translate(_LOOKALIKE)
    return _FORM.findall(text)


def split(text: str) -> list[Key]:
    """The keys of all chunks of a text, in order.

    Nearly all Russian text fits cp1251, where one table folds letters and blanks out everything
    else: three times as fast as a regular expression on the text itself. Only the chunks with a
    letter that cp1251 lacks are taken from the text.
    """
    plain, _ = codecs.charmap_encode(text, _BLANK, cp1251.encoding_table)  # without a look-up
    if _ODD not in plain:
        return plain.translate(_FOLDED, _SOFT_HYPHEN).split()
    places = plain.translate(_FOLDED)
    keys: list[Key] = []
    end = 0
    while (odd := places.find(_ODD, end)) >= 0:
        start = places.rfind(b" ", end, odd) + 1 or end
        keys += places[end:start].translate(None, _SOFT_HYPHEN).split()
        end = places.find(b" ", odd)
        if end < 0:
            end = len(places)
        keys.append(_key(text[start:end]))
    return keys + places[end:].translate(None, _SOFT_HYPHEN).split()


def folded(text: str) -> bytes | None:
    """The text with each character one byte: chunks folded as their keys are, all else blank.

    None if the text does not fit cp1251, or if its characters would move.
    """
    plain = text.encode("cp1251", _BLANK)
    return None if _SOFT_HYPHEN in plain or _ODD in plain else plain.translate(_FOLDED)


def places(text: str) -> Iterator[tuple[int, int, Key]]:
    """Start, end and key of each chunk of a text."""
    for chunk in _CHUNK.finditer(text):
        yield chunk.start(), chunk.end(), _key(chunk.group())


def _key(chunk: str) -> Key:
    try:
        return chunk.encode("cp1251").translate(_FOLDED, _SOFT_HYPHEN)
    except UnicodeEncodeError:
        return b"\0" + chunk.encode()


def _blank(error: UnicodeError) -> tuple[bytes, int]:
    """Signs that cp1251 lacks become spaces; those that belong to words become odd."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    run = error.object[error.start : error.end]
    return b"".join(_ODD if _CHUNK.match(char) else b" " for char in run), error.end


def _folded_byte(byte: int) -> int:
    if byte == _ODD[0]:
        return byte
    char = bytes((byte,)).decode("cp1251")
    if not _CHUNK.match(char):
        return ord(" ")
    return fold(char).encode("cp1251")[0] if fold(char) else byte


_ODD = b"\x98"
"""The one byte that cp1251 leaves free: here, a letter it lacks."""

_BLANK = "index.words.blank"
codecs.register_error(_BLANK, _blank)
_FOLDED = bytes(map(_folded_byte, range(256)))
_SOFT_HYPHEN = "\u00ad".encode("cp1251")
