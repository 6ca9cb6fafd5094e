"""Exact copies of one work on several portals: which records belong together.

Records with the same content hash are one work. The one that was seen first stands for all. A record
whose address has been dead for weeks stands for nothing as long as it is so.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from netmeta.catalogue.stored import dump

_ALL: Final = """
    SELECT content_hash, id FROM records WHERE gone_at IS NULL AND hidden = 0
    AND NOT EXISTS (SELECT 1 FROM link_checks c WHERE c.record_id = id AND c.dead = 1)
    ORDER BY first_seen, id
"""

_SOME: Final = """
    WITH wanted (hash) AS (
        SELECT value FROM json_each(?1)
        UNION SELECT content_hash FROM records WHERE id IN (SELECT value FROM json_each(?2))
    )
    SELECT content_hash, id FROM records WHERE gone_at IS NULL AND hidden = 0
    AND NOT EXISTS (SELECT 1 FROM link_checks c WHERE c.record_id = id AND c.dead = 1)
    AND (id IN (SELECT value FROM json_each(?2))
         OR (content_hash IN (SELECT hash FROM wanted) AND content_hash <> ''))
    ORDER BY first_seen, id
"""


@dataclass(frozen=True, slots=True)
class Touched:
    """What part of the change log touched: records, hashes they had before, the last sequence
    number; `uncertain` if a hash of before is no longer known (a removal erases it)."""

    ids: frozenset[int]
    hashes: frozenset[str]
    seq: int
    uncertain: bool


def touched_since(conn: sqlite3.Connection, seq: int, *, limit: int) -> Touched:
    """The next `limit` rows of the change log after `seq`; `seq` itself if there is nothing new."""
    ids: set[int] = set()
    hashes: set[str] = set()
    uncertain, last = False, seq
    sql = "SELECT seq, record_id, op, fields FROM changes WHERE seq > ? ORDER BY seq LIMIT ?"
    for at, id, op, fields in conn.execute(sql, (seq, limit)):
        last = at
        ids.add(id)
        uncertain = uncertain or op == "forgotten" or (op == "changed" and fields == "{}")
        if "content_hash" in fields:
            hashes.update(one for one in json.loads(fields).get("content_hash", ()) if one)
    return Touched(frozenset(ids), frozenset(hashes), last, uncertain)


def works(
    conn: sqlite3.Connection, *, ids: Iterable[int] | None = None, hashes: Iterable[str] = ()
) -> list[tuple[int, ...]]:
    """Visible records, those of one work together, the first seen first.

    Args:
        conn: the catalogue.
        ids: only works of these records, or with one of `hashes`; all works if None.
        hashes: content hashes.
    """
    rows = (
        conn.execute(_ALL)
        if ids is None
        else conn.execute(_SOME, (dump(sorted(hashes)), dump(sorted(ids))))
    )
    groups: dict[str, list[int]] = {}
    for key, id in rows:
        groups.setdefault(key or f"{id}", []).append(id)
    return [tuple(group) for group in groups.values()]


def work_of(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, int]:
    """The record that stands for the work of each of these visible records."""
    return {id: group[0] for group in works(conn, ids=ids) for id in group}
