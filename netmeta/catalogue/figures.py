"""Figures of the methodist's desk and of portals: matrix, growth, overlap, duplicates, runs."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from netmeta.catalogue.browse import VISIBLE
from netmeta.catalogue.stored import Stored


def matrix(conn: sqlite3.Connection) -> dict[str, dict[int, int]]:
    """{subject: {class: visible records}}; a record of two classes counts in both."""
    sql = f"""
        SELECT s.subject, g.grade, count(*) FROM record_subjects s
        JOIN record_grades g ON g.record_id = s.record_id
        JOIN records r ON r.id = s.record_id WHERE {VISIBLE} GROUP BY 1, 2
    """  # noqa: S608 - a constant
    out: dict[str, dict[int, int]] = {}
    for subject, grade, count in conn.execute(sql):
        out.setdefault(subject, {})[grade] = count
    return out


def unplaced(conn: sqlite3.Connection) -> tuple[int, int]:
    """Visible materials without any subject, and without any class."""
    sql = f"""
        SELECT count(*) FILTER (WHERE NOT EXISTS
                 (SELECT 1 FROM record_subjects WHERE record_id = r.id)),
               count(*) FILTER (WHERE NOT EXISTS
                 (SELECT 1 FROM record_grades WHERE record_id = r.id))
        FROM records r WHERE {VISIBLE} AND r.kind = 'material'
    """  # noqa: S608 - a constant
    subjects, grades = conn.execute(sql).fetchone()
    return int(subjects), int(grades)


def arrivals(conn: sqlite3.Connection) -> list[tuple[str, int]]:
    """(month "2026-01", records that came into the catalogue then), the last 24 with any."""
    sql = (
        "SELECT substr(first_seen, 1, 7), count(*) FROM records GROUP BY 1 ORDER BY 1 DESC LIMIT 24"
    )
    return list(reversed(conn.execute(sql).fetchall()))


def overlap(conn: sqlite3.Connection) -> dict[tuple[str, str], int]:
    """{(portal, portal): works that stand on both}, by content hash, each pair once."""
    sql = f"""
        WITH shared AS (
            SELECT content_hash FROM records r WHERE {VISIBLE} AND content_hash <> ''
            GROUP BY content_hash HAVING count(*) > 1
        ), places AS (
            SELECT DISTINCT r.content_hash, s.name FROM records r
            JOIN shared USING (content_hash) JOIN sources s ON s.id = r.source_id WHERE {VISIBLE}
        )
        SELECT a.name, b.name, count(*) FROM places a
        JOIN places b ON a.content_hash = b.content_hash AND a.name < b.name GROUP BY 1, 2
    """  # noqa: S608 - a constant
    return {(one, other): count for one, other, count in conn.execute(sql)}


def duplicates(conn: sqlite3.Connection, *, limit: int) -> list[Stored]:
    """Works that stand in several places: {"id", "title", "copies", "sources"}, most copies first."""
    sql = f"""
        SELECT min(r.id), substr(min(r.title), 1, 300), count(*), group_concat(DISTINCT s.name)
        FROM records r JOIN sources s ON s.id = r.source_id
        WHERE {VISIBLE} AND r.content_hash IN (
            SELECT content_hash FROM records r WHERE {VISIBLE} AND content_hash <> ''
            GROUP BY content_hash HAVING count(*) > 1 ORDER BY count(*) DESC LIMIT :limit)
        GROUP BY r.content_hash ORDER BY 3 DESC, 1 LIMIT :limit
    """  # noqa: S608 - a constant
    return [
        {"id": id, "title": title, "copies": copies, "sources": sources.split(",")}
        for id, title, copies, sources in conn.execute(sql, {"limit": limit})
    ]


def freshness(conn: sqlite3.Connection, year: int) -> dict[str, int]:
    """Visible materials by age in calendar years: "new" (this or last), "recent" (2-4 years),
    "old" (5 and more), "unknown"."""
    sql = f"""
        SELECT CASE WHEN year IS NULL THEN 'unknown' WHEN year >= :year - 1 THEN 'new'
                    WHEN year >= :year - 4 THEN 'recent' ELSE 'old' END, count(*)
        FROM records r WHERE {VISIBLE} AND kind = 'material' GROUP BY 1
    """  # noqa: S608 - a constant
    return dict(conn.execute(sql, {"year": year}))


def lost(conn: sqlite3.Connection) -> dict[str, int]:
    """{portal: records that stood there once and are gone}."""
    sql = """
        SELECT s.name, count(*) FROM records r JOIN sources s ON s.id = r.source_id
        WHERE r.gone_at IS NOT NULL GROUP BY 1
    """
    return dict(conn.execute(sql))


@dataclass(frozen=True, slots=True)
class Portal:
    """What one source has: visible records by kind, type and subject, those that are gone, and
    those whose text stands on another portal too."""

    kinds: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    subjects: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    shared: int = 0


def by_source(conn: sqlite3.Connection) -> dict[str, Portal]:
    """Figures of all sources in three scans of the catalogue, by the name of the source."""
    out: dict[str, Portal] = {}
    for name, lost, shared in conn.execute(_LIFE):
        out[name] = Portal(lost=lost or 0, shared=shared or 0)
    kinds = f"""
        SELECT s.name, r.kind, coalesce(r.type, ''), r.n FROM sources s JOIN (
            SELECT source_id, kind, type, count(*) AS n FROM records r WHERE {VISIBLE}
            GROUP BY 1, 2, 3) r ON r.source_id = s.id
    """  # noqa: S608 - a constant
    for name, kind, type, count in conn.execute(kinds):
        out[name].kinds[kind] += count
        out[name].types[type] += count
    subjects = f"""
        SELECT s.name, g.subject, g.n FROM sources s JOIN (
            SELECT r.source_id, x.subject, count(*) AS n FROM records r
            JOIN record_subjects x ON x.record_id = r.id WHERE {VISIBLE} GROUP BY 1, 2
        ) g ON g.source_id = s.id
    """  # noqa: S608 - a constant
    for name, subject, count in conn.execute(subjects):
        out[name].subjects[subject] = count
    return out


_LIFE: Final = f"""
    WITH shared AS (
        SELECT content_hash FROM records r WHERE {VISIBLE} AND content_hash <> ''
        GROUP BY content_hash HAVING min(source_id) <> max(source_id)
    )
    SELECT s.name, l.lost, h.shared FROM sources s
    LEFT JOIN (SELECT source_id, count(*) AS lost FROM records WHERE gone_at IS NOT NULL
               GROUP BY source_id) l ON l.source_id = s.id
    LEFT JOIN (SELECT source_id, count(*) AS shared FROM records r JOIN shared USING (content_hash)
               WHERE {VISIBLE} GROUP BY source_id) h ON h.source_id = s.id
"""  # noqa: S608 - a constant


def runs(conn: sqlite3.Connection, source_id: int, *, limit: int) -> list[Stored]:
    """The last runs of a source, newest first: id, started_at, finished_at, status, reason,
    counts (a dict), fields (whether field counters were kept)."""
    sql = """
        SELECT id, started_at, finished_at, status, reason, counts,
               EXISTS (SELECT 1 FROM run_fields WHERE run_id = runs.id) AS fields
        FROM runs WHERE source_id = ? ORDER BY id DESC LIMIT ?
    """
    names = ("id", "started_at", "finished_at", "status", "reason", "counts", "fields")
    rows: list[dict[str, Any]] = [
        dict(zip(names, row, strict=True)) for row in conn.execute(sql, (source_id, limit))
    ]
    for row in rows:
        row["counts"] = json.loads(row["counts"])
    return rows


def seconds(run: Stored) -> float | None:
    """How long a run took; None while it runs."""
    if run["finished_at"] is None:
        return None
    began, ended = (dt.datetime.fromisoformat(run[n]) for n in ("started_at", "finished_at"))
    return (ended - began).total_seconds()
