"""What other catalogues send: where records came from, what is here already, what is gone there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from netmeta.catalogue.stored import dump

if TYPE_CHECKING:
    from netmeta.catalogue.catalogue import Catalogue


def withdraw(
    catalogue: Catalogue, source_id: int, external_ids: Iterable[str], *, run_id: int | None
) -> int:
    """Mark records as gone because their source says so; returns how many were here till now.

    Raises: StorageError.
    """
    with catalogue.transaction() as conn:
        at = catalogue.now_text()
        found = conn.execute(
            "SELECT id FROM records WHERE source_id = ? AND gone_at IS NULL"
            " AND external_id IN (SELECT value FROM json_each(?))",
            (source_id, dump(list(external_ids))),
        ).fetchall()
        conn.executemany(
            "UPDATE records SET gone_at = ?, last_changed = ? WHERE id = ?",
            [(at, at, id) for (id,) in found],
        )
        conn.executemany(
            "INSERT INTO changes (record_id, run_id, op, at) VALUES (?, ?, 'gone', ?)",
            [(id, run_id, at) for (id,) in found],
        )
    return len(found)


def unseen_since(
    conn: sqlite3.Connection, source_id: int, deletions: Mapping[str, str]
) -> list[str]:
    """Of deletions that another catalogue tells, those that are news here.

    A record that was seen here at its portal on a later day than it went there is not gone.

    Args:
        deletions: {external id: when, "2026-01-31T07:05:00Z"}.
    """
    sql = (
        "SELECT r.external_id FROM json_each(?) d JOIN records r ON r.source_id = ?"
        " AND r.external_id = d.key WHERE r.gone_at IS NULL AND r.last_seen <= substr(d.value, 1, 10)"
    )
    return [name for (name,) in conn.execute(sql, (dump(dict(deletions)), source_id))]


class Origin(NamedTuple):
    """Whence a record came: its identifier here, where it was first published, the site behind
    it, and the catalogues on the way, nearest first (see the table `origins`)."""

    external_id: str
    original: str
    portal: Mapping[str, Any]
    chain: Sequence[Mapping[str, Any]]


def remember_origins(catalogue: Catalogue, source_id: int, origins: Iterable[Origin]) -> None:
    """Keep whence records came. Raises: StorageError."""
    with catalogue.transaction() as conn:
        conn.executemany(
            "INSERT INTO origins (source_id, external_id, original, portal, chain)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (source_id, external_id) DO UPDATE SET"
            " original = excluded.original, portal = excluded.portal, chain = excluded.chain",
            [
                (source_id, o.external_id, o.original, dump(dict(o.portal)), dump(list(o.chain)))
                for o in origins
            ],
        )


Edits = Mapping[str, Mapping[str, Any]]
"""{external id: {field: value in its stored form}}."""


def lay_over(catalogue: Catalogue, source_id: int, edits: Edits, *, author: str) -> Edits:
    """Keep what curators elsewhere decided of records, and take back what they no longer say.

    What people here decided comes first, whoever else says what. Nothing is re-read: the next
    write of the records does that.

    Args:
        edits: of all records that came, those without any among them.
        author: stands in the edits, and tells them from those made here.

    Returns: edits of records that are not here yet; to be given again once they are.

    Raises: StorageError.
    """
    sql = (
        "SELECT r.external_id, r.id, o.field, o.value, o.author FROM records r"
        " LEFT JOIN overrides o ON o.record_id = r.id"
        " WHERE r.source_id = ? AND r.external_id IN (SELECT value FROM json_each(?))"
    )
    here: dict[str, int] = {}
    theirs: dict[tuple[int, str], str] = {}
    ours: set[tuple[int, str]] = set()
    for name, id, field, value, who in catalogue.conn.execute(sql, (source_id, dump(list(edits)))):
        here[name] = id
        if field is not None and who == author:
            theirs[id, field] = value
        elif field is not None:
            ours.add((id, field))
    wanted = {
        (here[name], field): dump(value)
        for name, fields in edits.items()
        if name in here
        for field, value in fields.items()
    }
    gone = [key for key in theirs if key not in wanted]
    new = [(key, v) for key, v in wanted.items() if key not in ours and theirs.get(key) != v]
    if gone or new:
        with catalogue.transaction() as conn:
            at = catalogue.now_text()
            conn.executemany("DELETE FROM overrides WHERE record_id = ? AND field = ?", gone)
            conn.executemany(
                "INSERT INTO overrides (record_id, field, value, author, at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (record_id, field) DO UPDATE SET value = excluded.value,"
                " at = excluded.at",
                [(*key, value, author, at) for key, value in new],
            )
    return {name: fields for name, fields in edits.items() if fields and name not in here}


def is_here(catalogue: Catalogue, source_id: int, originals: Iterable[str], url: str) -> bool:
    """Whether the catalogue has a record already, from elsewhere than this source.

    Args:
        originals: identifiers under which catalogues on the way know it.
        url: canonical address of its page; what was harvested from there at first hand is better
            than what others tell of it.
    """
    sql = """
        SELECT 1 FROM origins o JOIN records r
            ON r.source_id = o.source_id AND r.external_id = o.external_id
        WHERE o.original IN (SELECT value FROM json_each(?1)) AND o.source_id <> ?2
          AND r.gone_at IS NULL
        UNION ALL
        SELECT 1 FROM records r JOIN sources s ON s.id = r.source_id
        WHERE r.url = ?3 AND ?3 <> '' AND s.kind <> 'oai' AND r.gone_at IS NULL
        LIMIT 1
    """
    asked = (dump(list(originals)), source_id, url)
    return catalogue.conn.execute(sql, asked).fetchone() is not None
