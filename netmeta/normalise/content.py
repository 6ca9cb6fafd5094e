"""A hash that is equal for exact copies of one work, on whatever portal they stand."""

from __future__ import annotations

import hashlib
import re

_LETTERS = re.compile(r"[^\W_]+")
_ENOUGH_CHARS = 80
"""A title alone («Урок математики») stands for many works; with this much text it is one work."""


def content_hash(title: str, text: str, *, otherwise: str) -> str:
    """Hash of title and text, blind to letter case, ё, punctuation, spaces and markup.

    If the text is too short to tell works apart, `otherwise` (who published it where) goes in,
    so that such a record is a copy of nothing but itself.
    """
    words = "".join(_LETTERS.findall(f"{title} {text}".lower().replace("ё", "е")))
    if len(words) - len(title) < _ENOUGH_CHARS:
        words += "\0" + otherwise
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest()
