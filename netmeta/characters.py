"""Halves of characters: what is left of an emoji where a portal cut a text in the middle of it.

JSON (`\\ud83d`) and numbered entities (`&#55357;`) can name half of a surrogate pair. No file and no
database can hold one: a single such title would keep a whole batch from being stored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

_PLAIN: Final = json.JSONDecoder()
_ESCAPED: Final = re.compile(r"\\u[dD][89a-fA-F]")


def whole(value: Any) -> Any:
    """Any JSON value with U+FFFD in place of each half; two halves of one character are joined.

    >>> whole({"title": ["Круг \\ud83d\\ude0a"]})
    {'title': ['Круг 😊']}
    """
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, Mapping):
        return {whole(key): whole(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(whole, value))
    return value


def read_json(text: str, decoder: json.JSONDecoder = _PLAIN) -> Any:
    """What a JSON text says, without halves of characters.

    Raises: json.JSONDecodeError (a ValueError); RecursionError for thousands of brackets.
    """
    value = decoder.decode(text)
    return whole(value) if _ESCAPED.search(text) else value
