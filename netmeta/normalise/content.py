"""A hash that is equal for exact copies of one work, on whatever portal they stand."""

from __future__ import annotations

import hashlib
import string

# In windows-1251 one table lowers letters, makes ё е and deletes what is no letter, all in one pass
# over bytes: 5 microseconds for 2,000 characters, 100 with a regular expression.
_CODEC = "cp1251"
_SIGNS = (string.punctuation + string.whitespace + "«»“”„’—–…№•·\u00a0\u00ad").encode(_CODEC)
_LOWER = "".join(
    bytes((n,)).decode(_CODEC, "replace").lower().replace("ё", "е") for n in range(256)
).encode(_CODEC, "replace")
_SIGNS_ELSEWHERE = "\u200b\u2011\u2212"
_ENOUGH_CHARS = 80
"""A title alone («Урок математики») stands for many works; with this much text it is one work."""


def content_hash(title: str, text: str, *, otherwise: str) -> str:
    """Hash of title and text, blind to letter case, ё, punctuation, spaces and markup.

    If the text is too short to tell works apart, `otherwise` (who published it where) goes in,
    so that such a record is a copy of nothing but itself.
    """
    whole = f"{title} {text}"
    if len(text) < _ENOUGH_CHARS:
        whole += f"\0{otherwise}"
    return hashlib.blake2b(_letters(whole), digest_size=16).hexdigest()


def _letters(text: str) -> bytes:
    """The letters and digits of a text; those that windows-1251 lacks as their code numbers."""
    try:
        raw = text.encode(_CODEC)
    except UnicodeEncodeError:
        for sign in _SIGNS_ELSEWHERE:
            text = text.replace(sign, "")
        raw = text.lower().encode(_CODEC, "xmlcharrefreplace")
    return raw.translate(_LOWER, _SIGNS)
