"""Engines by name; each is imported only when it is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from index.seam import Engine

ENGINES: Final = ("tantivy", "whoosh")
"""The default first. Tantivy is compiled and a hundred times faster; Whoosh is pure Python."""


def open_engine(name: str, folder: str | Path) -> Engine:
    """The engine of that name on that folder; nothing is read or made before it is used.

    Raises: ValueError if there is no engine of that name.
    """
    folder = Path(folder)
    if name == "tantivy":
        from index.tantivy_engine import TantivyEngine

        return TantivyEngine(folder)
    if name == "whoosh":
        from index.whoosh_engine import WhooshEngine

        return WhooshEngine(folder)
    raise ValueError(f"Unknown search engine {name!r}; known: {', '.join(ENGINES)}")
