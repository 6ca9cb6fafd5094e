"""What is wrong with a page: bytes, labels and markup, as really seen on old Russian sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Fault = Literal["unclosed", "truncated", "nul", "nested", "no-title"]
"""How a page is broken: closing tags missing, tail cut off inside a tag, a NUL character
between paragraphs, the text inside nested tables, an empty <title>."""


@dataclass(frozen=True, slots=True)
class Charset:
    """The bytes of a page and the two labels it carries; None leaves a label out."""

    codec: str = "utf-8"
    header: str | None = "UTF-8"
    meta: str | None = "UTF-8"


UTF8 = Charset()
CP1251_LABELLED = Charset("windows-1251", "windows-1251", "windows-1251")
CP1251_META_ONLY = Charset("windows-1251", None, "windows-1251")
CP1251_AS_UTF8 = Charset("windows-1251", "utf-8", None)
CP1251_UNLABELLED = Charset("windows-1251", None, None)
CP1251_META_WRONG = Charset("windows-1251", None, "utf-8")
CP1251_META_RU = Charset("windows-1251", None, "ru")
UTF8_BOM = Charset("utf-8-sig", None, None)
