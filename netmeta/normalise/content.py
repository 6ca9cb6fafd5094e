"""A hash that is equal for exact copies of one work, on whatever portal they stand."""

from __future__ import annotations

import hashlib
import string

# Deleting ASCII bytes and replacing a handful of characters takes a quarter of the time of any
# regular expression for "not a letter" (25 against 100 microseconds for 2,000 characters).
_ASCII = (string.punctuation + string.whitespace).encode()
_OTHERS = "«»“”„’—–…№•·\u00a0\u00ad\u200b\u2011\u2212"
_ENOUGH_CHARS = 80
"""A title alone («Урок математики») stands for many works; with this much text it is one work."""


def content_hash(title: str, text: str, *, otherwise: str) -> str:
    """Hash of title and text, blind to letter case, ё, punctuation, spaces and markup.

    If the text is too short to tell works apart, `otherwise` (who published it where) goes in,
    so that such a record is a copy of nothing but itself.
    """
    whole = f"{title} {text}".lower().replace("ё", "е")
    for sign in _OTHERS:
        whole = whole.replace(sign, "")
    if len(text) < _ENOUGH_CHARS:
        whole += f"\0{otherwise}"
    # A lone surrogate (half of a broken emoji) cannot be encoded otherwise.
    letters = whole.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    return hashlib.blake2b(letters, digest_size=16).hexdigest()
