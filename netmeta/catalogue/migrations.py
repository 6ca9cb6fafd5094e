"""Schema versions, applied in order inside one transaction.

`schema.sql` is the first; each file of `steps/` (NNNN_words.sql) is a later one. A released file
is never edited: a new one is added, and a catalogue of the earlier version is kept under tests/ to
prove the road.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

APPLICATION_ID = 0x6E6D7461
"""`PRAGMA application_id` of a catalogue: "nmta" in ASCII; tells ours from any other SQLite file."""

migrations = Migrations("netmeta")


def statements(script: str) -> Iterator[str]:
    """Split SQL text into statements (`executescript` would commit the open transaction)."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def _step(name: str, script: Traversable) -> None:
    """Register a file of SQL as one migration."""

    @migrations(name=name)
    def apply(db: Database) -> None:
        for statement in statements(script.read_text("utf-8")):
            db.conn.execute(statement)
        db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")


_FOLDER = resources.files("netmeta.catalogue")
_step("0001_schema", _FOLDER / "schema.sql")
for _file in sorted((_FOLDER / "steps").iterdir(), key=lambda file: file.name):
    if _file.name.endswith(".sql"):
        _step(_file.name.removesuffix(".sql"), _file)
