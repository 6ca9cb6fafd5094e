"""Taking a source away with its records, so that everybody downstream hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netmeta.catalogue.catalogue import Catalogue, SourceStatus


def is_removed(status: SourceStatus) -> bool:
    """Whether a source was taken away and only stands as the origin of its records."""
    return status.source.name == f"removed-{status.id}"


def take_away(catalogue: Catalogue, source_id: int) -> int:
    """Remove a source; returns how many records were visible.

    A source that never had a record vanishes. Records are marked gone and logged as such; their
    source stays as their origin, paused, under a name that nobody types, so that its own name is
    free again.

    Raises: StorageError.
    """
    at = catalogue.now_text()
    with catalogue.transaction() as conn:
        going = [
            id
            for (id,) in conn.execute(
                "SELECT id FROM records WHERE source_id = ? AND gone_at IS NULL", (source_id,)
            )
        ]
        conn.executemany(
            "UPDATE records SET gone_at = ?, last_changed = ? WHERE id = ?",
            [(at, at, id) for id in going],
        )
        conn.executemany(
            "INSERT INTO changes (record_id, at, op) VALUES (?, ?, 'gone')",
            [(id, at) for id in going],
        )
        conn.execute("DELETE FROM visits WHERE source_id = ?", (source_id,))
        conn.execute("DELETE FROM walks WHERE source_id = ?", (source_id,))
        (kept,) = conn.execute(
            "SELECT count(*) FROM records WHERE source_id = ?", (source_id,)
        ).fetchone()
        if kept:
            conn.execute(
                "UPDATE sources SET name = 'removed-' || id, paused = 1 WHERE id = ?", (source_id,)
            )
        else:
            conn.execute("DELETE FROM sources WHERE id = ?", (source_id,))
    return len(going)
