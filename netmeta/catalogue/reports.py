"""What readers report about records: a queue that curators work off. Nothing tells who wrote."""

from __future__ import annotations

import sqlite3
from typing import Final

from netmeta.catalogue.acts import note_act
from netmeta.catalogue.catalogue import Catalogue
from netmeta.catalogue.stored import Stored

_NAMES: Final = (
    "id", "record", "title", "source", "kind", "words", "at", "solved_at", "solved_by",
)  # fmt: skip


def add(catalogue: Catalogue, record: int, kind: str, words: str) -> int:
    """Store a report; returns its id."""
    with catalogue.transaction() as conn:
        sql = "INSERT INTO reports (record_id, kind, words, at) VALUES (?, ?, ?, ?)"
        values = (record, kind, words, catalogue.now_text())
        return int(conn.execute(sql, values).lastrowid or 0)


def waiting(conn: sqlite3.Connection, record: int | None = None) -> int:
    """How many reports nobody has solved yet, in all or about one record."""
    sql = (
        "SELECT count(*) FROM reports INDEXED BY reports_open"
        " WHERE solved_at IS NULL AND (?1 IS NULL OR record_id = ?1)"
    )
    (n,) = conn.execute(sql, (record,)).fetchone()
    return int(n)


def listed(conn: sqlite3.Connection, *, solved: bool = False, limit: int) -> list[Stored]:
    """Reports, the oldest first (with `solved` the newest first, solved ones too): id, record,
    title, source, kind, words, at, solved_at, solved_by."""
    chosen = "1 ORDER BY p.id DESC" if solved else "p.solved_at IS NULL ORDER BY p.id"
    sql = f"""
        SELECT p.id, p.record_id, r.title, s.name, p.kind, p.words, p.at, p.solved_at, p.solved_by
        FROM reports p JOIN records r ON r.id = p.record_id JOIN sources s ON s.id = r.source_id
        WHERE {chosen} LIMIT ?
    """  # noqa: S608 - constants
    return [dict(zip(_NAMES, row, strict=True)) for row in conn.execute(sql, (limit,))]


def solve(catalogue: Catalogue, id: int, *, author: str) -> bool:
    """Mark a report as solved; returns False if there is no such open one."""
    with catalogue.transaction() as conn:
        at = catalogue.now_text()
        sql = "UPDATE reports SET solved_at = ?, solved_by = ? WHERE id = ? AND solved_at IS NULL"
        if not conn.execute(sql, (at, author, id)).rowcount:
            return False
        (record,) = conn.execute("SELECT record_id FROM reports WHERE id = ?", (id,)).fetchone()
        note_act(conn, at, author, "report solved", record=record, what=str(id))
    return True
