"""Reconciliation: which records a portal no longer has.

Only a run that asked for everything may say so, and only several of them in a row; and if too
many records would go at once, something else is wrong. `record_misses` has a row only for a
record that was missed, so that a harvest which finds everything writes nothing here.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Final

from netmeta.catalogue.catalogue import Catalogue
from netmeta.catalogue.stored import dump

MANY: Final = 5
SHARE: Final = 0.2
"""More than so many records, and more than this share of a source, never go at once unasked."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many records were missed by the run, have gone, or would have gone had it not been too
    many."""

    missed: int = 0
    gone: int = 0
    refused: int = 0


def seen_again(catalogue: Catalogue, source_id: int, seen: Set[str]) -> None:
    """Forget that records (by external id) were missed, because they are there."""
    missed = [
        id
        for id, external_id in catalogue.conn.execute(
            "SELECT m.record_id, r.external_id FROM record_misses m"
            " JOIN records r ON r.id = m.record_id WHERE r.source_id = ?",
            (source_id,),
        )
        if external_id in seen
    ]
    if missed:
        with catalogue.transaction() as conn:
            conn.executemany(
                "DELETE FROM record_misses WHERE record_id = ?", [(i,) for i in missed]
            )


def reconcile(
    catalogue: Catalogue, source_id: int, run_id: int, seen: Set[str], *, after: int, force: bool
) -> Reconciled:
    """Count a miss for each record that a complete run did not see; mark those gone that were
    missed `after` times in a row.

    Args:
        seen: external ids of what the run found.
        force: however many they are.

    Raises: StorageError.
    """
    seen_again(catalogue, source_id, seen)
    visible = catalogue.conn.execute(
        "SELECT id, external_id FROM records WHERE source_id = ? AND gone_at IS NULL", (source_id,)
    ).fetchall()
    missed = [id for id, external_id in visible if external_id not in seen]
    if not missed:
        return Reconciled()
    with catalogue.transaction() as conn:
        conn.executemany(
            "INSERT INTO record_misses (record_id, misses) VALUES (?, 1)"
            " ON CONFLICT (record_id) DO UPDATE SET misses = misses + 1",
            [(id,) for id in missed],
        )
        sql = (
            "SELECT record_id FROM record_misses WHERE misses >= ?"
            " AND record_id IN (SELECT value FROM json_each(?))"
        )
        going = [id for (id,) in conn.execute(sql, (after, dump(missed)))]
        if not force and len(going) > MANY and len(going) > SHARE * len(visible):
            return Reconciled(missed=len(missed), refused=len(going))
        at = catalogue.now_text()
        conn.executemany(
            "UPDATE records SET gone_at = ?, last_changed = ? WHERE id = ?",
            [(at, at, id) for id in going],
        )
        conn.executemany(
            "INSERT INTO changes (record_id, run_id, op, at) VALUES (?, ?, 'gone', ?)",
            [(id, run_id, at) for id in going],
        )
        conn.executemany("DELETE FROM record_misses WHERE record_id = ?", [(id,) for id in going])
    return Reconciled(missed=len(missed), gone=len(going))
