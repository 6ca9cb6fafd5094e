"""Reads of the web pages: figures, lists and groups over the visible records.

Each function is one question; `VISIBLE` is the same everywhere: neither gone nor hidden.
Days are "2026-01-31"; the rows of `listed` are what a list of records shows.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

from netmeta.catalogue.stored import Stored, dump

VISIBLE: Final = "r.gone_at IS NULL AND r.hidden = 0"

_SCOPES: Final = {
    "": ("", ""),
    "source": ("", "AND r.source_id = (SELECT id FROM sources WHERE name = :value)"),
    "subject": ("JOIN record_subjects x ON x.record_id = r.id", "AND x.subject = :value"),
    "person": ("JOIN record_people x ON x.record_id = r.id", "AND x.person_id = :value"),
}
"""Whose records: all, one portal's, one subject's, one author's. (join, condition)."""


def _dicts(conn: sqlite3.Connection, sql: str, values: Mapping[str, Any]) -> list[Stored]:
    cursor = conn.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def listed(conn: sqlite3.Connection, ids: Sequence[int]) -> list[Stored]:
    """What a list shows of records, in the order of `ids`; unknown ids are left out.

    Keys: id, kind, title, url, source, source_title, published, type, certificate, deadline,
    place, online, authors, subjects, grades.
    """
    sql = """
        SELECT r.id, r.kind, substr(r.title, 1, 400) AS title, r.url, s.name AS source,
               substr(s.title, 1, 100) AS source_title, r.published, r.type, r.certificate,
               r.deadline, e.place, e.online,
               (SELECT json_group_array(substr(name, 1, 100)) FROM (
                    SELECT p.name FROM record_people rp JOIN people p ON p.id = rp.person_id
                    WHERE rp.record_id = r.id ORDER BY rp.position LIMIT 5)) AS authors,
               (SELECT json_group_array(subject) FROM record_subjects
                    WHERE record_id = r.id) AS subjects,
               (SELECT json_group_array(grade) FROM record_grades
                    WHERE record_id = r.id) AS grades
        FROM json_each(:ids) wanted
        JOIN records r ON r.id = wanted.value
        JOIN sources s ON s.id = r.source_id
        LEFT JOIN event_details e ON e.record_id = r.id
        ORDER BY wanted.key
    """
    rows = _dicts(conn, sql, {"ids": dump(list(ids))})
    for row in rows:
        for name in ("authors", "subjects", "grades"):
            row[name] = json.loads(row[name])
    return rows


def newest(
    conn: sqlite3.Connection, scope: str = "", value: object = None, *, limit: int, offset: int = 0
) -> list[int]:
    """Ids of records by the day they were published, newest first.

    Args:
        scope: "", "source" (its name), "subject" (concept) or "person" (row id), with `value`.
    """
    join, where = _SCOPES[scope]
    order = "r.published DESC, r.id DESC"
    sql = (
        f"SELECT r.id FROM records r {join} WHERE {VISIBLE} {where}"  # noqa: S608 - constants
        f" ORDER BY {order} LIMIT :limit OFFSET :offset"
    )
    return [i for (i,) in conn.execute(sql, {"value": value, "limit": limit, "offset": offset})]


def added(conn: sqlite3.Connection, *, limit: int) -> list[int]:
    """Ids of the records that came into the catalogue last."""
    sql = f"SELECT r.id FROM records r WHERE {VISIBLE} ORDER BY r.id DESC LIMIT ?"  # noqa: S608
    return [i for (i,) in conn.execute(sql, (limit,))]


def visible(conn: sqlite3.Connection, ids: Sequence[int]) -> list[int]:
    """Those of the ids whose records may be seen, in their order."""
    sql = f"SELECT r.id FROM json_each(?) w JOIN records r ON r.id = w.value WHERE {VISIBLE} ORDER BY w.key"  # noqa: S608
    return [i for (i,) in conn.execute(sql, (dump(list(ids)),))]


def hidden_ids(conn: sqlite3.Connection) -> list[int]:
    """Ids of the records that curators hide. Reads all records."""
    return [id for (id,) in conn.execute("SELECT id FROM records WHERE hidden = 1")]


def came_between(conn: sqlite3.Connection, ids: Sequence[int], after: int, until: int) -> int:
    """How many of the records came (or came back) between two positions in the change log."""
    sql = """
        SELECT count(DISTINCT c.record_id) FROM changes c JOIN json_each(:ids) w ON c.record_id = w.value
        WHERE c.op IN ('new', 'restored') AND c.seq > :after AND c.seq <= :until
    """
    values = {"ids": dump(list(ids)), "after": after, "until": until}
    return int(conn.execute(sql, values).fetchone()[0])


def grouped(
    conn: sqlite3.Connection, column: str, scope: str = "", value: object = None
) -> list[tuple[Any, int]]:
    """(value, visible records) of a column of records, most frequent first.

    Args:
        column: kind, type, year, licence, certificate, source, subject or grade.
        scope, value: as `newest` has them.
    """
    join, where = _SCOPES[scope]
    chosen, more = _GROUPS[column]
    sql = (
        f"SELECT {chosen}, count(*) FROM records r {join} {more} WHERE {VISIBLE} {where}"  # noqa: S608
        f" GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return list(conn.execute(sql, {"value": value}))


_GROUPS: Final = {
    "kind": ("r.kind", ""),
    "type": ("r.type", ""),
    "year": ("r.year", ""),
    "licence": ("r.licence", ""),
    "certificate": ("r.certificate", ""),
    "source": ("s.name", "JOIN sources s ON s.id = r.source_id"),
    "subject": ("g.subject", "JOIN record_subjects g ON g.record_id = r.id"),
    "grade": ("g.grade", "JOIN record_grades g ON g.record_id = r.id"),
}


def authors(
    conn: sqlite3.Connection, scope: str, value: object, *, limit: int
) -> list[tuple[int, str, int]]:
    """(person, name, visible records) of those who wrote most within a scope."""
    join, where = _SCOPES[scope]
    sql = f"""
        SELECT p.id, p.name, count(*) FROM records r {join}
        JOIN record_people rp ON rp.record_id = r.id JOIN people p ON p.id = rp.person_id
        WHERE {VISIBLE} {where} GROUP BY p.id ORDER BY 3 DESC, p.name LIMIT :limit
    """  # noqa: S608 - constants of this module
    return list(conn.execute(sql, {"value": value, "limit": limit}))


def person(conn: sqlite3.Connection, id: int) -> Stored | None:
    """{"id", "name", "records", "credits": [(role, organisation)]} of someone with visible
    records; None for anyone else."""
    row = conn.execute(
        f"""
        SELECT p.name, count(*) FROM people p JOIN record_people rp ON rp.person_id = p.id
        JOIN records r ON r.id = rp.record_id AND {VISIBLE} WHERE p.id = ?
        """,  # noqa: S608 - a constant
        (id,),
    ).fetchone()
    if row is None or not row[1]:
        return None
    credits = conn.execute(
        "SELECT DISTINCT role, organisation FROM record_people"
        " WHERE person_id = ? AND (role IS NOT NULL OR organisation IS NOT NULL) LIMIT 10",
        (id,),
    ).fetchall()
    return {"id": id, "name": row[0], "records": row[1], "credits": credits}


def people_of(conn: sqlite3.Connection, record_id: int) -> list[int]:
    """Row ids of the people a record credits, in its order."""
    sql = "SELECT person_id FROM record_people WHERE record_id = ? ORDER BY position"
    return [i for (i,) in conn.execute(sql, (record_id,))]


def counters(conn: sqlite3.Connection, record_id: int) -> dict[str, str]:
    """{"views", "downloads", "comments", "rating"} as the portal showed them last, if it did."""
    names = ("views", "downloads", "comments", "rating")
    sql = f"SELECT {', '.join(names)} FROM record_counters WHERE record_id = ?"  # noqa: S608
    row = conn.execute(sql, (record_id,)).fetchone() or ()
    return {name: value for name, value in zip(names, row, strict=False) if value}


def state(conn: sqlite3.Connection, record_id: int) -> tuple[str, str | None, bool] | None:
    """(title of the source, gone at, hidden) of a record; None if there is none."""
    sql = (
        "SELECT s.title, r.gone_at, r.hidden FROM records r"
        " JOIN sources s ON s.id = r.source_id WHERE r.id = ?"
    )
    row = conn.execute(sql, (record_id,)).fetchone()
    return (row[0], row[1], bool(row[2])) if row else None


# --- events -----------------------------------------------------------------------------------


def events(
    conn: sqlite3.Connection,
    first: dt.date,
    last: dt.date | None,
    filters: Mapping[str, str],
    *,
    limit: int,
    offset: int = 0,
) -> tuple[int, list[int]]:
    """How many events match, and the ids of one page of them, soonest first.

    Args:
        first, last: with a last day, events one can still join whose deadline lies between;
            without, all with a stage that ends on the first day or later.
        filters: values by "type", "subject", "grade", "source", "certificate", "online".
    """
    where, values = _event_filters(filters)
    values |= {"first": first.isoformat(), "last": last.isoformat() if last else None}
    if last is None:
        found = """
            SELECT record_id, min(coalesce("end", start)) AS day FROM event_stages
            WHERE "end" >= :first OR ("end" IS NULL AND start >= :first) GROUP BY record_id
        """
    else:
        found = "SELECT id AS record_id, deadline AS day FROM records WHERE deadline BETWEEN :first AND :last"
    rest = f"FROM ({found}) f JOIN records r ON r.id = f.record_id WHERE {VISIBLE} {where}"
    (total,) = conn.execute(f"SELECT count(*) {rest}", values).fetchone()
    page = conn.execute(
        f"SELECT r.id {rest} ORDER BY f.day, r.id LIMIT :limit OFFSET :offset",
        {**values, "limit": limit, "offset": offset},
    )
    return int(total), [i for (i,) in page]


def _event_filters(filters: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    known = {name: value for name, value in filters.items() if name in _EVENT_FILTERS and value}
    return " ".join(f"AND {_EVENT_FILTERS[name]}" for name in known), dict(known)


_EVENT_FILTERS: Final = {
    "type": "r.type = :type",
    "subject": "EXISTS (SELECT 1 FROM record_subjects WHERE record_id = r.id AND subject = :subject)",
    "grade": "EXISTS (SELECT 1 FROM record_grades WHERE record_id = r.id AND grade = :grade)",
    "source": "r.source_id = (SELECT id FROM sources WHERE name = :source)",
    "certificate": "r.certificate = :certificate",
    "online": "EXISTS (SELECT 1 FROM event_details WHERE record_id = r.id AND online = :online)",
}


def calendar(
    conn: sqlite3.Connection, first: dt.date, last: dt.date, filters: Mapping[str, str], limit: int
) -> list[Stored]:
    """What happens on each day: {"day", "what": "deadline" or "held", "id", "title", "type"}.

    At most `limit` rows a day; "more" of each row is how many that day has in all.
    """
    where, values = _event_filters(filters)
    sql = f"""
        SELECT * FROM (
            SELECT day, what, id, title, type,
                   count(*) OVER (PARTITION BY day) AS more,
                   row_number() OVER (PARTITION BY day ORDER BY what, id) AS place
            FROM (
                SELECT r.deadline AS day, 'deadline' AS what, r.id,
                       substr(r.title, 1, 120) AS title, r.type
                FROM records r WHERE r.deadline BETWEEN :first AND :last AND {VISIBLE} {where}
                UNION
                SELECT s.start, 'held', r.id, substr(r.title, 1, 120), r.type
                FROM event_stages s JOIN records r ON r.id = s.record_id
                WHERE s.kind = 'held' AND s.start BETWEEN :first AND :last
                  AND r.deadline IS NOT s.start AND {VISIBLE} {where}
            )
        ) WHERE place <= :limit ORDER BY day, place
    """  # noqa: S608 - constants of this module
    days = {"first": first.isoformat(), "last": last.isoformat(), "limit": limit}
    return _dicts(conn, sql, {**values, **days})


def event_values(conn: sqlite3.Connection, first: dt.date) -> dict[str, list[tuple[str, int]]]:
    """Filter values of the events that are not over: {"type" | "subject" | "source": [(value, n)]}."""
    found = f"""
        WITH coming AS MATERIALIZED (
            SELECT r.id, r.type, r.source_id FROM records r WHERE {VISIBLE} AND r.id IN (
                SELECT record_id FROM event_stages
                WHERE "end" >= :first OR ("end" IS NULL AND start >= :first)))
    """  # noqa: S608 - constants of this module
    asked = {
        "type": "SELECT type, count(*) FROM coming WHERE type IS NOT NULL GROUP BY 1",
        "subject": "SELECT subject, count(*) FROM coming"
        " JOIN record_subjects ON record_id = id GROUP BY 1",
        "source": "SELECT s.name, count(*) FROM coming c"
        " JOIN sources s ON s.id = c.source_id GROUP BY 1",
    }
    values = {"first": first.isoformat()}
    return {
        name: list(conn.execute(f"{found} {sql} ORDER BY 2 DESC, 1", values))
        for name, sql in asked.items()
    }
