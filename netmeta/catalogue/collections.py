"""Collections of records that curators make: rows and reads. Each write is one transaction with one
line among the acts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, Final

from netmeta.catalogue.acts import note_act
from netmeta.catalogue.catalogue import Catalogue
from netmeta.catalogue.stored import Stored

_NAMES: Final = ("id", "slug", "title", "description", "author", "created_at", "changed_at")
_VISIBLE: Final = (
    "(SELECT count(*) FROM collection_records m JOIN records r ON r.id = m.record_id"
    " WHERE m.collection_id = c.id AND r.gone_at IS NULL AND r.hidden = 0) AS records"
)
_READ: Final = f"SELECT {', '.join('c.' + name for name in _NAMES)}, {_VISIBLE} FROM collections c"  # noqa: S608 - constants


def _rows(conn: sqlite3.Connection, sql: str, values: Sequence[Any] = ()) -> list[Stored]:
    return [dict(zip((*_NAMES, "records"), row, strict=True)) for row in conn.execute(sql, values)]


def collections(conn: sqlite3.Connection) -> list[Stored]:
    """All collections, the last changed first: id, slug, title, description, author, created_at,
    changed_at, records (visible ones)."""
    return _rows(conn, f"{_READ} ORDER BY c.changed_at DESC, c.id DESC")


def collection(conn: sqlite3.Connection, slug: str) -> Stored | None:
    """One collection; None if there is none of that slug."""
    found = _rows(conn, f"{_READ} WHERE c.slug = ?", (slug,))
    return found[0] if found else None


def members(conn: sqlite3.Connection, id: int) -> list[Stored]:
    """[{"record", "note", "author", "added_at", "visible"}] of a collection, in its order."""
    sql = """
        SELECT m.record_id, m.note, m.author, m.added_at, r.gone_at IS NULL AND r.hidden = 0
        FROM collection_records m JOIN records r ON r.id = m.record_id
        WHERE m.collection_id = ? ORDER BY m.position, m.added_at, m.record_id
    """
    return [
        {"record": record, "note": note, "author": author, "added_at": at, "visible": bool(visible)}
        for record, note, author, at, visible in conn.execute(sql, (id,))
    ]


def of_record(conn: sqlite3.Connection, record: int) -> list[Stored]:
    """[{"slug", "title"}] of the collections that have a record, by title."""
    sql = """
        SELECT c.slug, c.title FROM collection_records m JOIN collections c
        ON c.id = m.collection_id WHERE m.record_id = ? ORDER BY c.title
    """
    return [{"slug": slug, "title": title} for slug, title in conn.execute(sql, (record,))]


def slugs(conn: sqlite3.Connection, beginning: str) -> set[str]:
    """Slugs in use that begin so."""
    sql = "SELECT slug FROM collections WHERE slug >= ?1 AND slug < ?1 || char(0x10ffff)"
    return {slug for (slug,) in conn.execute(sql, (beginning,))}


def make(catalogue: Catalogue, slug: str, title: str, description: str, *, author: str) -> None:
    """Store a new, empty collection; its slug must be free."""
    with catalogue.transaction() as conn:
        at = catalogue.now_text()
        conn.execute(
            "INSERT INTO collections (slug, title, description, author, created_at, changed_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (slug, title, description, author, at, at),
        )
        note_act(conn, at, author, "collection made", record=None, what=slug)


def describe(catalogue: Catalogue, slug: str, title: str, description: str, *, author: str) -> None:
    """Give a collection another title and description."""
    with catalogue.transaction() as conn:
        sql = "UPDATE collections SET title = ?, description = ? WHERE slug = ?"
        conn.execute(sql, (title, description, slug))
        _changed(catalogue, slug, author, "collection changed")


def readdress(catalogue: Catalogue, slug: str, other: str) -> None:
    """Give a collection another slug, in the log of acts too; the other one must be free."""
    with catalogue.transaction() as conn:
        conn.execute("UPDATE collections SET slug = ? WHERE slug = ?", (other, slug))
        conn.execute("UPDATE acts SET what = ? WHERE what = ?", (other, slug))


def remove(catalogue: Catalogue, slug: str, *, author: str) -> None:
    """Remove a collection; its records stay in the catalogue."""
    with catalogue.transaction() as conn:
        conn.execute("DELETE FROM collections WHERE slug = ?", (slug,))
        note_act(
            conn, catalogue.now_text(), author, "collection removed", record=None, what=slug
        )  # fmt: skip


def put(catalogue: Catalogue, slug: str, record: int, note: str, *, author: str) -> bool:
    """Add a record at the end of a collection; returns False if it is there already."""
    with catalogue.transaction() as conn:
        added = conn.execute(
            "INSERT OR IGNORE INTO collection_records"
            " (collection_id, record_id, position, note, author, added_at)"
            " SELECT c.id, ?2, 1 + coalesce((SELECT max(position) FROM collection_records"
            " WHERE collection_id = c.id), 0), ?3, ?4, ?5 FROM collections c WHERE c.slug = ?1",
            (slug, record, note, author, catalogue.now_text()),
        ).rowcount
        if added:
            _changed(catalogue, slug, author, "record collected", record)
    return bool(added)


def take(catalogue: Catalogue, slug: str, record: int, *, author: str) -> bool:
    """Take a record out of a collection; returns whether it was there."""
    with catalogue.transaction() as conn:
        taken = conn.execute(
            "DELETE FROM collection_records WHERE record_id = ?"
            " AND collection_id = (SELECT id FROM collections WHERE slug = ?)",
            (record, slug),
        ).rowcount
        if taken:
            _changed(catalogue, slug, author, "record uncollected", record)
    return bool(taken)


def arrange(
    catalogue: Catalogue, slug: str, order: Sequence[tuple[int, str]], *, author: str
) -> None:
    """Give the members an order and notes.

    Args:
        order: (record, note) of members, the first one first.
    """
    with catalogue.transaction() as conn:
        conn.executemany(
            "UPDATE collection_records SET position = ?, note = ? WHERE record_id = ?"
            " AND collection_id = (SELECT id FROM collections WHERE slug = ?)",
            [(at, note, record, slug) for at, (record, note) in enumerate(order, 1)],
        )
        _changed(catalogue, slug, author, "collection changed")


def _changed(
    catalogue: Catalogue, slug: str, author: str, deed: str, record: int | None = None
) -> None:
    at = catalogue.now_text()
    catalogue.conn.execute("UPDATE collections SET changed_at = ? WHERE slug = ?", (at, slug))
    note_act(catalogue.conn, at, author, deed, record=record, what=slug)
