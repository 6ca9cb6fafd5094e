"""Python's collector of circular garbage, told how much of it long work leaves."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SELDOM: Final = 100_000
"""Objects made and not dropped between two looks, of 700 by default: more than are alive of a batch
of documents or rows, which hold no circles. A harvest makes so many in some hundred pages."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Set aside what lives already, tables and caches above all, and look seldom for circles.

    Looking through them again and again takes a twentieth of a harvest and a tenth of indexing
    or of an import. Inside another such block it does nothing.
    """
    if gc.get_freeze_count():
        yield
        return
    often = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(SELDOM, *often[1:])
    try:
        yield
    finally:
        gc.set_threshold(*often)
        gc.unfreeze()
