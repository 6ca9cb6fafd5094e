"""How tokens are spelt: one ASCII sign for each Russian letter, «дроб» as `DROB`.

A text of Russian tokens takes one byte a letter then, in Python and in the engine, instead of two, and is
handed over without being encoded: 6 % of the CPU time of indexing. The signs are those of KOI-7, set N2
(GOST 27463-87): KOI8-R without its highest bit. Forms are folded to lower case, so that a capital is
always a Russian letter.
"""

from __future__ import annotations

from typing import Final

from index.dictionary import LETTERS

_SIGNS: Final = bytes(sign & 0x7F for sign in LETTERS.encode("koi8-r")).decode()
_SPELT: Final = str.maketrans(LETTERS, _SIGNS)
_READ: Final = str.maketrans(_SIGNS, LETTERS)


def spelt(text: str) -> str:
    """Folded text, or its beginning, as tokens are spelt.

    >>> spelt("дроб"), spelt("mp3"), spelt("щучью")
    ('DROB', 'mp3', ']U^X@')
    """
    return text.translate(_SPELT)


def read(token: str) -> str:
    """What a token spells.

    >>> read("DROB"), read("=NE")
    ('дроб', '=не')
    """
    return token.translate(_READ)
