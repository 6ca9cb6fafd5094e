"""The INSERTs of the harvest path: one prepared statement a table, fed in batches.

Hand-written because a batch of `executemany` costs a seventh of the library's upserts (design
figures); reads and everything rare go through sqlite-utils.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, NamedTuple

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
    VALUES (?, ?, ?, ?, ?, CAST(? AS TEXT), ?, CAST(? AS TEXT))
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


class Dates(NamedTuple):
    """Since when another catalogue knows a record, and since when its words, where it told.

    «Вчера» in a record's words counts from the day they were read there.
    """

    first_seen: str | None
    raw_at: str | None


@dataclass(slots=True)
class Prepared:
    """A record on its way into the tables; `form` already includes the curators' overrides.

    `first_seen` and `raw_at`: now, or when it was elsewhere.
    """

    id: int
    source_id: int
    record: Record
    form: Stored
    raw: bytes
    explained: bytes
    digest: str
    first_seen: str
    raw_at: str


def insert_records(conn: sqlite3.Connection, new: Sequence[Prepared], *, at: str) -> None:
    """Insert the narrow rows of new records; children are written by `write_children`."""
    names = ", ".join(RECORD_COLUMNS)
    marks = ", ".join("?" * (len(RECORD_COLUMNS) + 4))
    conn.executemany(
        f"INSERT INTO records (id, source_id, external_id, first_seen, {names}) VALUES ({marks})",  # noqa: S608 - constants
        [
            (p.id, p.source_id, p.record.external_id, p.first_seen, *_record_values(p, at=at))
            for p in new
        ],
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


def date_back(conn: sqlite3.Connection, known: Sequence[Prepared]) -> None:
    """Give records that are there already the dates they had elsewhere, where those are earlier."""
    conn.executemany(
        "UPDATE records SET first_seen = ?2 WHERE id = ?1 AND first_seen > ?2",
        [(p.id, p.first_seen) for p in known],
    )
    conn.executemany(
        "UPDATE record_texts SET raw_at = ?2 WHERE record_id = ?1 AND raw_at > ?2",
        [(p.id, p.raw_at) for p in known],
    )


def write_children(conn: sqlite3.Connection, batch: Sequence[Prepared]) -> None:
    """Write texts, counters and all child rows of a batch."""
    for table, rows in _child_rows(batch, _people_ids(conn, batch)).items():
        if rows:
            conn.executemany(_INSERTS[table], rows)
    conn.executemany(
        _TEXTS,
        [
            (
                p.id, p.form["summary"], p.form["body"], p.form["organisation"],
                p.form["image"], p.raw, p.raw_at, p.explained,
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


def _child_rows(
    batch: Sequence[Prepared], people: Mapping[str, int]
) -> Mapping[str, Sequence[tuple[Any, ...]]]:
    """What a batch has for each of `CHILD_TABLES`, table by table: that takes a third of the time of
    asking each record in turn for all of them."""
    return {
        "record_subjects": [(p.id, subject) for p in batch for subject in p.form["subjects"]],
        "record_grades": [(p.id, grade) for p in batch for grade in p.form["grades"]],
        "record_concepts": [
            (p.id, scheme, concept)
            for scheme, name in _CONCEPTS
            for p in batch
            for concept in p.form[name]
        ],
        "record_people": [
            (p.id, i, people[a["name"]], a["role"], a["organisation"])
            for p in batch
            for i, a in enumerate(p.form["authors"])
        ],
        "attachments": [
            (p.id, i, a["url"], a["name"], a["size_bytes"], a["media_type"])
            for p in batch
            for i, a in enumerate(p.form["attachments"])
        ],
        "event_details": [
            (p.id, *values[:3], dump(values[3]), *values[4:])
            for p in batch
            if (values := _event_values(p.form)) != _NO_EVENT
        ],
        "event_stages": [
            (p.id, i, *_stage_values(stage))
            for p in batch
            for i, stage in enumerate(p.form["stages"])
        ],
        "record_problems": [
            (p.id, i, problem.field, problem.code, problem.value[:2000])
            for p in batch
            for i, problem in enumerate(p.record.problems)
        ],
        "record_unmapped": [
            (p.id, u.scheme, u.raw[:500]) for p in batch for u in p.record.unmapped
        ],
    }


_CONCEPTS: Final = (
    ("level", "levels"), ("exam", "exams"), ("audience", "audiences"), ("tag", "tags"),
)  # fmt: skip
_stage_values: Final = itemgetter("kind", "start", "end", "start_at", "end_at", "label", "text")

EVENT_FIELDS: Final = (
    "place", "online", "organiser", "nominations", "fee", "certificate_price", "status",
)  # fmt: skip
"""Fields kept in `event_details`; a record without any of them has no row there."""
_event_values: Final = itemgetter(*EVENT_FIELDS)
_NO_EVENT: Final[tuple[object, ...]] = (None, None, None, [], None, None, None)
