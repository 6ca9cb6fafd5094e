"""Names that people begin to type: authors, titles, portals."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from netmeta.catalogue.stored import dump

_PEOPLE: Final = """
    SELECT p.name FROM people p WHERE p.name >= ?1 AND p.name < ?1 || char(0x10ffff)
    AND EXISTS (SELECT 1 FROM record_people rp JOIN records r ON r.id = rp.record_id
                WHERE rp.person_id = p.id AND r.gone_at IS NULL AND r.hidden = 0)
    ORDER BY p.name LIMIT ?2
"""


def people(conn: sqlite3.Connection, beginning: str, *, limit: int) -> list[str]:
    """Names that begin so, letter by letter, of authors of something visible."""
    return [name for (name,) in conn.execute(_PEOPLE, (beginning, limit))]


def titles(conn: sqlite3.Connection, ids: Sequence[int]) -> list[str]:
    """Titles of records, in the order of their ids; unknown ids are left out."""
    sql = "SELECT id, title FROM records WHERE id IN (SELECT value FROM json_each(?))"
    found: dict[int, str] = dict(conn.execute(sql, (dump(list(ids)),)))
    return [found[id] for id in ids if id in found]


def portals(conn: sqlite3.Connection) -> list[tuple[str, str]]:
    """(name, title) of all sources, by name."""
    return conn.execute("SELECT name, title FROM sources ORDER BY name").fetchall()
