"""Schema versions, applied in order inside one transaction each.

A released migration is never edited: a new one is added, and a file of the earlier version is
kept under tests/ to prove the road.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from importlib import resources

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


@migrations(name="0001_schema")
def schema(db: Database) -> None:
    """All tables of the first release."""
    script = resources.files("netmeta.catalogue").joinpath("schema.sql").read_text("utf-8")
    for statement in statements(script):
        db.conn.execute(statement)
    db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
