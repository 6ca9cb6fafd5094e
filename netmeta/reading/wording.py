"""Words of a line, and all that is known of them whatever page they stand on.

The menus and side columns of a host stand on every page of it: their lines are measured once.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from netmeta.reading.phrases import AROUND_TEXT, COMMENTS_BEGIN

_MAX_SHORT_CHARS = 120
"""Longer lines are seldom repeated, and not remembered."""
_MAX_REMEMBERED = 8192
"""In each half of what is remembered."""
_SHORT_WORDS, _HEADING_WORDS = 12, 8
_WORD = re.compile(r"\w+")


@dataclass(slots=True)  # a named tuple is read three times as slowly, and read it is
class Wording:
    """The words of a line.

    Attributes:
        text: the words with one space between; empty if there are none.
        words: how many there are.
        digest: of the text.
        first: the first word in its `plain` form; empty if there are only signs.
        begins_comments: it is a heading after which readers speak.
        around_text: it is a set phrase such as «Читайте также: ...».
    """

    text: str
    words: int
    digest: str
    first: str
    begins_comments: bool
    around_text: bool


class _Wordings(dict[str, Wording]):
    """Piece of text -> its wording, however much space stands between the words.

    Bounded without a cost where a piece is known, a plain look-up: when full, the young half
    becomes the old one, and what is still in use returns from there.
    """

    def __init__(self) -> None:
        super().__init__()
        self._old: dict[str, Wording] = {}

    def __missing__(self, piece: str) -> Wording:
        if len(piece) > _MAX_SHORT_CHARS:
            return _measured(piece)
        found = self._old.get(piece) or _measured(piece)
        if len(self) >= _MAX_REMEMBERED:
            self._old = dict(self)
            self.clear()
        self[piece] = found
        return found


def plain(text: str) -> str:
    """Words only, in small letters, ё as е, one space between."""
    return _plain_remembered(text) if len(text) <= _MAX_SHORT_CHARS else _plain(text)


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower().replace("ё", "е")))


def digest(text: str) -> str:
    """Eight hexadecimal digits: two lines of a host are confused once in a million."""
    return f"{zlib.crc32(text.encode()):08x}"


def _measured(piece: str) -> Wording:
    # Of all white space, only the plain space is printable: most long lines need no splitting.
    if piece.isprintable() and "  " not in piece and piece.strip(" ") == piece:
        text, words = piece, piece.count(" ") + (piece != "")
    else:
        apart = piece.split()
        text, words = " ".join(apart), len(apart)
    start = _WORD.search(text)
    return Wording(
        text,
        words,
        digest(text),
        start[0].lower().replace("ё", "е") if start else "",
        words <= _HEADING_WORDS and COMMENTS_BEGIN.match(text) is not None,
        words < _SHORT_WORDS and AROUND_TEXT.match(text) is not None,
    )


WORDINGS: Final = _Wordings()
"""The wordings of all pieces of text; those of short ones are remembered."""
_plain_remembered = lru_cache(maxsize=4096)(_plain)
