"""The INSERTs of the harvest path: one prepared statement a table, fed in batches.

Hand-written because a batch of `executemany` costs a seventh of the library's upserts (design
figures); reads and everything rare go through sqlite-utils.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from netmeta.catalogue.stored import Stored, deadline, dump
from netmeta.model import Record

RECORD_COLUMNS: Final = (
    "kind", "url", "title", "type", "language", "published", "published_at", "year", "licence",
    "certificate", "deadline", "content_hash", "digest", "last_seen", "last_changed",
)  # fmt: skip

CHILD_TABLES: Final = (
    "record_subjects", "record_grades", "record_concepts", "record_people", "attachments",
    "event_details", "event_stages", "record_problems", "record_unmapped",
)  # fmt: skip
"""Tables rewritten whole when a record changes (a handful of rows each)."""

_INSERTS: Final = {
    "record_subjects": "INSERT INTO record_subjects VALUES (?, ?)",
    "record_grades": "INSERT INTO record_grades VALUES (?, ?)",
    "record_concepts": "INSERT OR IGNORE INTO record_concepts VALUES (?, ?, ?)",
    "record_people": "INSERT INTO record_people VALUES (?, ?, ?, ?, ?)",
    "attachments": "INSERT INTO attachments VALUES (?, ?, ?, ?, ?, ?)",
    "event_details": "INSERT INTO event_details VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "event_stages": "INSERT INTO event_stages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "record_problems": "INSERT INTO record_problems VALUES (?, ?, ?, ?, ?)",
    "record_unmapped": "INSERT OR IGNORE INTO record_unmapped VALUES (?, ?, ?)",
}

_TEXTS: Final = """
    INSERT INTO record_texts (record_id, summary, body, organisation, image, raw, raw_at, explained)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (record_id) DO UPDATE SET summary = excluded.summary, body = excluded.body,
        organisation = excluded.organisation, image = excluded.image, raw = excluded.raw,
        raw_at = iif(raw = excluded.raw, raw_at, excluded.raw_at), explained = excluded.explained
"""

_COUNTERS: Final = """
    INSERT INTO record_counters (record_id, views, downloads, comments, rating)
    VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (record_id) DO UPDATE SET views = excluded.views, downloads = excluded.downloads,
        comments = excluded.comments, rating = excluded.rating
    WHERE (views, downloads, comments, rating)
        IS NOT (excluded.views, excluded.downloads, excluded.comments, excluded.rating)
"""


@dataclass(slots=True)
class Prepared:
    """A record on its way into the tables; `form` already includes the curators' overrides."""

    id: int
    source_id: int
    record: Record
    form: Stored
    raw: str
    explained: str
    digest: str


def insert_records(conn: sqlite3.Connection, new: Sequence[Prepared], *, at: str) -> None:
    """Insert the narrow rows of new records; children are written by `write_children`."""
    names = ", ".join(RECORD_COLUMNS)
    marks = ", ".join("?" * (len(RECORD_COLUMNS) + 4))
    conn.executemany(
        f"INSERT INTO records (id, source_id, external_id, first_seen, {names}) VALUES ({marks})",  # noqa: S608 - constants
        [(p.id, p.source_id, p.record.external_id, at, *_record_values(p, at=at)) for p in new],
    )


def update_records(conn: sqlite3.Connection, changed: Sequence[Prepared], *, at: str) -> None:
    """Rewrite the narrow rows of records that are there already."""
    names = ", ".join(f"{name} = ?" for name in RECORD_COLUMNS)
    conn.executemany(
        f"UPDATE records SET {names} WHERE id = ?",  # noqa: S608 - constants
        [(*_record_values(p, at=at), p.id) for p in changed],
    )


def _record_values(p: Prepared, *, at: str) -> tuple[Any, ...]:
    form = p.form
    published = form["published"]
    return (
        form["kind"], form["url"], form["title"], form["type"], form["language"], published,
        form["published_at"], int(published[:4]) if published else None, form["licence"],
        form["certificate"], deadline(form), form["content_hash"], p.digest, at[:10], at,
    )  # fmt: skip


def delete_children(conn: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Remove the child rows of records that are about to be rewritten."""
    keys = [(id,) for id in ids]
    for table in CHILD_TABLES:
        conn.executemany(f"DELETE FROM {table} WHERE record_id = ?", keys)  # noqa: S608 - constants


def write_children(conn: sqlite3.Connection, batch: Sequence[Prepared], *, at: str) -> None:
    """Write texts, counters and all child rows of a batch."""
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _INSERTS}
    people = _people_ids(conn, batch)
    for p in batch:
        _collect(rows, p, people)
    for table, sql in _INSERTS.items():
        if rows[table]:
            conn.executemany(sql, rows[table])
    conn.executemany(
        _TEXTS,
        [
            (
                p.id, p.form["summary"], p.form["body"], p.form["organisation"],
                p.form["image"], p.raw, at, p.explained,
            )
            for p in batch
        ],
    )  # fmt: skip
    write_counters(conn, batch)


def write_counters(conn: sqlite3.Connection, batch: Iterable[Prepared]) -> None:
    """Store views, downloads and the like; touches nothing where the figures are the same."""
    rows = [
        (p.id, raw.views, raw.downloads, raw.comments, raw.rating)
        for p in batch
        if (raw := p.record.raw) and (raw.views or raw.downloads or raw.comments or raw.rating)
    ]
    if rows:
        conn.executemany(_COUNTERS, rows)


def _people_ids(conn: sqlite3.Connection, batch: Sequence[Prepared]) -> dict[str, int]:
    names = sorted({person["name"] for p in batch for person in p.form["authors"]})
    if not names:
        return {}
    conn.executemany("INSERT OR IGNORE INTO people (name) VALUES (?)", [(n,) for n in names])
    sql = "SELECT name, id FROM people WHERE name IN (SELECT value FROM json_each(?))"
    return dict(conn.execute(sql, (dump(names),)))


def _collect(rows: dict[str, list[tuple[Any, ...]]], p: Prepared, people: dict[str, int]) -> None:
    form, id = p.form, p.id
    rows["record_subjects"] += [(id, subject) for subject in form["subjects"]]
    rows["record_grades"] += [(id, grade) for grade in form["grades"]]
    for scheme, name in (
        ("level", "levels"), ("exam", "exams"), ("audience", "audiences"), ("tag", "tags"),
    ):  # fmt: skip
        rows["record_concepts"] += [(id, scheme, concept) for concept in form[name]]
    rows["record_people"] += [
        (id, i, people[a["name"]], a["role"], a["organisation"])
        for i, a in enumerate(form["authors"])
    ]
    rows["attachments"] += [
        (id, i, a["url"], a["name"], a["size_bytes"], a["media_type"])
        for i, a in enumerate(form["attachments"])
    ]
    if any(form[n] not in (None, []) for n in EVENT_FIELDS):
        rows["event_details"].append(
            (
                id, form["place"], form["online"], form["organiser"], dump(form["nominations"]),
                form["fee"], form["certificate_price"], form["status"],
            )
        )  # fmt: skip
    rows["event_stages"] += [
        (
            id, i, s["kind"], s["start"], s["end"], s["start_at"], s["end_at"], s["label"],
            s["text"],
        )
        for i, s in enumerate(form["stages"])
    ]  # fmt: skip
    rows["record_problems"] += [
        (id, i, problem.field, problem.code, problem.value[:2000])
        for i, problem in enumerate(p.record.problems)
    ]
    rows["record_unmapped"] += [(id, u.scheme, u.raw[:500]) for u in p.record.unmapped]


EVENT_FIELDS: Final = (
    "place", "online", "organiser", "nominations", "fee", "certificate_price", "status",
)  # fmt: skip
"""Fields kept in `event_details`; a record without any of them has no row there."""
