"""Which licences let a text be passed on whole. Silence is no permission."""

from __future__ import annotations

from typing import Final

OPEN: Final = frozenset(
    {
        "cc0-1.0", "public-domain", "cc-by", "cc-by-sa", "cc-by-nc", "cc-by-nc-sa", "cc-by-nd",
        "cc-by-nc-nd", "gfdl", "free-to-use",
    }
)  # fmt: skip
"""Concepts of the scheme "licence" under which verbatim copies may be passed on with credit.

All Creative Commons licences allow verbatim sharing (section 2.a.1 of each); the catalogue is no
commercial use. «При указании источника» (attribution-required) is about quoting, so not here.
"""


def may_be_copied(licence: str | None) -> bool:
    """Whether the full text may be given to others."""
    return licence in OPEN
