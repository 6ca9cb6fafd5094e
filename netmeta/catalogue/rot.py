"""Figures of link checks: which addresses still answer."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from netmeta.catalogue.browse import VISIBLE
from netmeta.catalogue.stored import Stored

_CHECKED: Final = (
    "FROM link_checks c JOIN records r ON r.id = c.record_id AND r.url = c.url"
    f" JOIN sources s ON s.id = r.source_id WHERE {VISIBLE}"
)


def link_rot(conn: sqlite3.Connection, *, limit: int) -> dict[str, Any] | None:
    """What the checks of visible records found; None if nothing was checked yet.

    Returns {"checked", "failing", "dead": records, "portals": [(name, checked, failing)], worst
    first, "reasons": [(answer, records)], "longest": [{"id", "title", "source", "status",
    "first_failed_at", "dead"}], those that have failed for longest, at most `limit`}.
    """
    sql = f"SELECT s.name, count(*), count(*) FILTER (WHERE c.failures > 0), sum(c.dead) {_CHECKED} GROUP BY 1"
    portals = conn.execute(sql).fetchall()
    if not portals:
        return None
    reasons = f"SELECT c.status, count(*) {_CHECKED} AND c.failures > 0 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?"
    longest = (
        "SELECT r.id, substr(r.title, 1, 300), s.name, c.status, c.first_failed_at, c.dead"
        f" {_CHECKED} AND c.failures > 0 ORDER BY c.first_failed_at, r.id LIMIT ?"
    )
    names = ("id", "title", "source", "status", "first_failed_at", "dead")
    failing = [(name, checked, bad) for name, checked, bad, _ in portals if bad]
    return {
        "checked": sum(row[1] for row in portals),
        "failing": sum(row[2] for row in portals),
        "dead": sum(row[3] for row in portals),
        "portals": sorted(failing, key=lambda row: (-row[2] / row[1], row[0]))[:limit],
        "reasons": conn.execute(reasons, (limit,)).fetchall(),
        "longest": [dict(zip(names, row, strict=True)) for row in conn.execute(longest, (limit,))],
    }


def trouble(conn: sqlite3.Connection, record_id: int) -> Stored | None:
    """{"status", "first_failed_at", "dead"} of a record whose address did not answer when it was
    asked last; None for any other."""
    row = conn.execute(
        "SELECT c.status, c.first_failed_at, c.dead FROM link_checks c"
        " JOIN records r ON r.id = c.record_id AND r.url = c.url"
        " WHERE c.record_id = ? AND c.failures > 0",
        (record_id,),
    ).fetchone()
    return dict(zip(("status", "first_failed_at", "dead"), row, strict=True)) if row else None
