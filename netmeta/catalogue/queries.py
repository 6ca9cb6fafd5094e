"""Reads: records in their stored form, cards for search results, documents for the index."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from netmeta.catalogue.stored import Stored, dump

_RECORDS: Final = """
    SELECT r.id, s.name, r.external_id, r.kind, r.url, r.title, t.summary,
           CASE WHEN ?2 IS NULL OR coalesce(t.summary, '') = ''
                     OR r.licence IN (SELECT value FROM json_each(?2)) THEN t.body END,
           t.organisation, r.language, r.published, r.published_at, r.type, r.licence,
           r.certificate, t.image, e.place, e.online, e.organiser, e.nominations, e.fee,
           e.certificate_price, e.status, r.content_hash, r.first_seen, r.last_seen,
           r.last_changed, r.gone_at, r.hidden, r.deadline
    FROM records r
    JOIN sources s ON s.id = r.source_id
    JOIN json_each(?1) wanted ON r.id = wanted.value
    LEFT JOIN record_texts t ON t.record_id = r.id
    LEFT JOIN event_details e ON e.record_id = r.id
"""

_NAMES: Final = (
    "id", "source", "external_id", "kind", "url", "title", "summary", "body", "organisation",
    "language", "published", "published_at", "type", "licence", "certificate", "image", "place",
    "online", "organiser", "nominations", "fee", "certificate_price", "status", "content_hash",
    "first_seen", "last_seen", "last_changed", "gone_at", "hidden", "deadline",
    "subjects", "grades", "levels", "exams", "audiences", "tags", "authors", "attachments", "stages",
)  # fmt: skip

_CARDS: Final = """
    SELECT r.id, r.kind, r.title, r.url, s.name, r.published, r.type, r.content_hash, r.deadline,
           r.year, r.licence, r.certificate, r.language, t.summary, t.body
    FROM records r
    JOIN sources s ON s.id = r.source_id
    JOIN json_each(?) wanted ON r.id = wanted.value
    LEFT JOIN record_texts t ON t.record_id = r.id
"""


def _among(columns: str, table: str, order: str, more: str = "", only: str = "TRUE") -> str:
    return (
        f"SELECT {columns} FROM {table} {more} "  # noqa: S608 - constants of this module
        f"WHERE record_id IN (SELECT value FROM json_each(?)) AND {only} ORDER BY record_id, {order}"
    )


_SUBJECTS: Final = _among("record_id, subject", "record_subjects", "subject")
_GRADES: Final = _among("record_id, grade", "record_grades", "grade")
_CONCEPTS: Final = _among("record_id, scheme, concept", "record_concepts", "scheme, concept")
_TAGS: Final = _among("record_id, concept", "record_concepts", "concept", only="scheme = 'tag'")
_AUTHORS: Final = _among(
    "record_id, p.name, role, organisation", "record_people", "position",
    "JOIN people p ON p.id = person_id",
)  # fmt: skip
_ATTACHMENTS: Final = _among(
    "record_id, url, name, size_bytes, media_type", "attachments", "position"
)
_STAGES: Final = _among(
    'record_id, kind, start, "end", start_at, end_at, label, text', "event_stages", "position"
)


def records(
    conn: sqlite3.Connection, ids: Sequence[int], *, bodies_under: Collection[str] | None = None
) -> dict[int, Stored]:
    """Whole records by id: the stored form plus id, source, external id and life dates.

    Args:
        ids: those that are not in the catalogue are left out.
        bodies_under: licences; records under others, or none, come without a body if they have a
            summary. Reading bodies takes as long as all the rest.
    """
    out: dict[int, Stored] = {}
    wanted = (dump(list(ids)),)
    licences = None if bodies_under is None else dump(sorted(bodies_under))
    for row in conn.execute(_RECORDS, (*wanted, licences)):
        lists: tuple[list[Any], ...] = ([], [], [], [], [], [], [], [], [])
        out[row[0]] = found = dict(zip(_NAMES, (*row, *lists), strict=True))
        found["nominations"] = json.loads(found["nominations"]) if found["nominations"] else []
        found["online"] = None if found["online"] is None else bool(found["online"])
        found["hidden"] = bool(found["hidden"])
    for sql, name in ((_SUBJECTS, "subjects"), (_GRADES, "grades")):
        for id, value in conn.execute(sql, wanted):
            if id in out:
                out[id][name].append(value)
    for id, scheme, concept in conn.execute(_CONCEPTS, wanted):
        if id in out:
            out[id][_FIELD_OF[scheme]].append(concept)
    _add_objects(conn, out, wanted)
    return out


_FIELD_OF: Final = {"level": "levels", "exam": "exams", "audience": "audiences", "tag": "tags"}


def _add_objects(conn: sqlite3.Connection, out: Mapping[int, Stored], wanted: tuple[str]) -> None:
    """Put authors, attachments and stages into records."""
    for id, name, role, organisation in conn.execute(_AUTHORS, wanted):
        if id in out:
            one = {"name": name, "role": role, "organisation": organisation}
            out[id]["authors"].append(one)
    for id, url, name, size, media_type in conn.execute(_ATTACHMENTS, wanted):
        if id in out:
            one = {"url": url, "name": name, "size_bytes": size, "media_type": media_type}
            out[id]["attachments"].append(one)
    for id, *values in conn.execute(_STAGES, wanted):
        if id in out:
            out[id]["stages"].append(dict(zip(_STAGE_NAMES, values, strict=True)))


_STAGE_NAMES: Final = ("kind", "start", "end", "start_at", "end_at", "label", "text")


def cards(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Stored]:
    """What a search hit shows, and what the index needs, by id; cheaper than `records`.

    Keys: id, kind, title, url, source, published, type, content_hash, deadline, year, licence,
    certificate, language, summary, body, authors (names), subjects, grades, tags.
    """
    out: dict[int, Stored] = {}
    wanted = (dump(list(ids)),)
    for row in conn.execute(_CARDS, wanted):
        out[row[0]] = dict(zip(_CARD_NAMES, (*row, [], [], [], []), strict=True))
    for sql, name in (
        (_SUBJECTS, "subjects"), (_GRADES, "grades"), (_AUTHORS, "authors"), (_TAGS, "tags"),
    ):  # fmt: skip
        for row in conn.execute(sql, wanted):
            if row[0] in out:
                out[row[0]][name].append(row[1])
    return out


_CARD_NAMES: Final = (
    "id", "kind", "title", "url", "source", "published", "type", "content_hash", "deadline",
    "year", "licence", "certificate", "language", "summary", "body",
    "authors", "subjects", "grades", "tags",
)  # fmt: skip


def copies(conn: sqlite3.Connection, hashes: Iterable[str]) -> Mapping[str, list[Stored]]:
    """Visible records by content hash: where else exact copies of a work stand."""
    out: dict[str, list[Stored]] = {}
    sql = """
        SELECT r.content_hash, r.id, s.name, r.url, r.title FROM records r
        JOIN sources s ON s.id = r.source_id
        WHERE r.content_hash IN (SELECT value FROM json_each(?))
          AND r.gone_at IS NULL AND r.hidden = 0
        ORDER BY r.first_seen, r.id
    """
    for key, id, source, url, title in conn.execute(sql, (dump(sorted(set(hashes))),)):
        out.setdefault(key, []).append({"id": id, "source": source, "url": url, "title": title})
    return out


def history(conn: sqlite3.Connection, id: int) -> list[Stored]:
    """The change log of one record, oldest first, with the run and source that did it."""
    sql = """
        SELECT c.seq, c.at, c.op, c.fields, c.author, c.run_id, r.started_at, r.status
        FROM changes c LEFT JOIN runs r ON r.id = c.run_id
        WHERE c.record_id = ? ORDER BY c.seq
    """
    return [
        {
            "seq": seq, "at": at, "op": op, "fields": json.loads(changed), "author": author,
            "run": None if run is None else {"id": run, "started_at": started, "status": status},
        }
        for seq, at, op, changed, author, run, started, status in conn.execute(sql, (id,))
    ]  # fmt: skip


def changed_since(
    conn: sqlite3.Connection, seq: int, *, limit: int
) -> tuple[list[int], list[int], int]:
    """The next `limit` change-log rows after `seq`, boiled down to what an index must do.

    Returns:
        ids now visible, ids no longer visible, and the sequence number reached (`seq` itself if
        there is nothing new).
    """
    ids: dict[int, None] = {}
    last = seq
    sql = "SELECT seq, record_id FROM changes WHERE seq > ? ORDER BY seq LIMIT ?"
    for last, id in conn.execute(sql, (seq, limit)):  # noqa: B007 - the last one is the result
        ids[id] = None
    alive = {
        id
        for (id,) in conn.execute(
            "SELECT id FROM records WHERE gone_at IS NULL AND hidden = 0"
            " AND id IN (SELECT value FROM json_each(?))",
            (dump(list(ids)),),
        )
    }
    return [i for i in ids if i in alive], [i for i in ids if i not in alive], last
