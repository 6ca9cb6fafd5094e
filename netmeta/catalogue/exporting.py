"""Reads for exchange: the catalogue in the order of its changes, a page at a time.

Pages are cut by key (`last_changed`, `id`) and not by number, so that a list that is read while
records change neither skips nor repeats one that stayed as it was, and so that the last page of a
million records costs what the first does.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from netmeta.catalogue.queries import records
from netmeta.catalogue.stored import FIELDS, Stored, dump
from netmeta.model import Source

Key = tuple[str, int]
"""(last_changed, id) of the last record of a page."""


class Header(NamedTuple):
    """A record as a list of changes names it; `deleted` if it is gone, hidden or forgotten."""

    id: int
    changed: str
    kind: str
    source: str
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which records. Times are "2026-01-31T07:05:00Z", both ends included.

    `subjects`: any of these concepts; `any_subject`: at least one. `visible`: only what may be
    seen; else deleted records are there too.
    """

    since: str | None = None
    until: str | None = None
    kind: str | None = None
    source: str | None = None
    subjects: Sequence[str] = ()
    any_subject: bool = False
    visible: bool = False

    def where(self) -> tuple[str, dict[str, Any]]:
        """The condition on `records r JOIN sources s`, and its parameters."""
        parts, values = ["1"], dict[str, Any]()
        for name, sql in (
            ("since", "r.last_changed >= :since"), ("until", "r.last_changed <= :until"),
            ("kind", "r.kind = :kind"), ("source", "s.name = :source"),
        ):  # fmt: skip
            if (value := getattr(self, name)) is not None:
                parts.append(sql)
                values[name] = value
        if self.subjects:
            parts.append(
                "EXISTS (SELECT 1 FROM record_subjects b WHERE b.record_id = r.id"
                " AND b.subject IN (SELECT value FROM json_each(:subjects)))"
            )
            values["subjects"] = dump(list(self.subjects))
        elif self.any_subject:
            parts.append("EXISTS (SELECT 1 FROM record_subjects b WHERE b.record_id = r.id)")
        if self.visible:
            parts.append("r.gone_at IS NULL AND r.hidden = 0")
        return " AND ".join(parts), values


_FROM: Final = "FROM records r JOIN sources s ON s.id = r.source_id"
_HEADER: Final = (
    "SELECT r.id, r.last_changed, r.kind, s.name, r.gone_at IS NOT NULL OR r.hidden = 1"
)


def headers(
    conn: sqlite3.Connection, selection: Selection, *, after: Key | None, limit: int
) -> list[Header]:
    """The next `limit` records in the order of their changes."""
    where, values = selection.where()
    if after is not None:
        where += " AND (r.last_changed, r.id) > (:changed, :id)"
        values |= {"changed": after[0], "id": after[1]}
    # CROSS JOIN keeps the planner on the index of the order: it would rather sort a whole source.
    sql = (
        f"{_HEADER} FROM records r INDEXED BY records_by_last_changed CROSS JOIN sources s"
        f" WHERE s.id = r.source_id AND {where} ORDER BY r.last_changed, r.id LIMIT :limit"
    )
    rows = conn.execute(sql, {**values, "limit": limit}).fetchall()
    return [_header(row) for row in rows]


def header(conn: sqlite3.Connection, id: int) -> Header | None:
    """One record as a list names it; None if there never was one."""
    row = conn.execute(f"{_HEADER} {_FROM} WHERE r.id = ?", (id,)).fetchone()
    return _header(row) if row else None


def _header(row: tuple[Any, ...]) -> Header:
    id, changed, kind, source, deleted = row
    return Header(id, changed, kind, source, bool(deleted))


def count(conn: sqlite3.Connection, selection: Selection) -> int:
    """How many records a selection has."""
    where, values = selection.where()
    (n,) = conn.execute(f"SELECT count(*) {_FROM} WHERE {where}", values).fetchone()
    return int(n)


_FEW: Final = 2_000
"""As many records of a subject are sorted sooner than found among all, in the order they came."""
_OF_SUBJECTS: Final = "SELECT record_id FROM record_subjects WHERE subject IN (SELECT value FROM json_each(:subjects))"


def newest(conn: sqlite3.Connection, selection: Selection, *, limit: int) -> list[int]:
    """Ids of the records that came last, newest first."""
    where, values = replace(selection, subjects=()).where()
    order = "r.first_seen"
    if selection.subjects:
        values["subjects"] = dump(list(selection.subjects))
        counted = f"SELECT count(*) FROM ({_OF_SUBJECTS} LIMIT {_FEW})"  # noqa: S608 - constants
        (n,) = conn.execute(counted, values).fetchone()
        # The plus signs keep the planner from the index of what they stand before.
        id, order = ("r.id", "+r.first_seen") if n < _FEW else ("+r.id", "r.first_seen")
        where = f"{id} IN ({_OF_SUBJECTS}) AND {where}"
    sql = f"SELECT r.id {_FROM} WHERE {where} ORDER BY {order} DESC, r.id DESC LIMIT :limit"
    return [id for (id,) in conn.execute(sql, {**values, "limit": limit})]


def by_person(conn: sqlite3.Connection, person: int, *, limit: int) -> list[int]:
    """Ids of visible records that credit a person, newest first."""
    sql = """
        SELECT DISTINCT r.id, r.first_seen FROM record_people p JOIN records r ON r.id = p.record_id
        WHERE p.person_id = ? AND r.gone_at IS NULL AND r.hidden = 0
        ORDER BY r.first_seen DESC, r.id DESC LIMIT ?
    """
    return [row[0] for row in conn.execute(sql, (person, limit))]


def person(conn: sqlite3.Connection, words: str) -> tuple[int, str] | None:
    """(id, name) of a credited person, by id or by name."""
    by = "id" if words.isascii() and words.isdecimal() and len(words) < 19 else "name"
    row = conn.execute(f"SELECT id, name FROM people WHERE {by} = ?", (words,)).fetchone()  # noqa: S608 - constants
    return (row[0], row[1]) if row else None


def pages(
    conn: sqlite3.Connection, *, kind: str | None = None, size: int = 500
) -> Iterator[list[Stored]]:
    """All visible records in their stored form, by id, `size` at a time."""
    last = 0
    sql = (
        "SELECT id FROM records WHERE id > ? AND gone_at IS NULL AND hidden = 0"
        " AND (?2 IS NULL OR kind = ?2) ORDER BY id LIMIT ?3"
    )
    while ids := [id for (id,) in conn.execute(sql, (last, kind, size))]:
        found = records(conn, ids)
        yield [found[id] for id in ids]
        last = ids[-1]


def deletions(
    conn: sqlite3.Connection, *, size: int = 5_000
) -> Iterator[list[tuple[str, str, str, str]]]:
    """(source, its address, external id, since when) of records that are gone, hidden or
    forgotten, by id, `size` at a time."""
    last = 0
    sql = (
        "SELECT r.id, s.name, s.url, r.external_id, coalesce(r.gone_at, r.last_changed)"
        " FROM records r JOIN sources s ON s.id = r.source_id"
        " WHERE r.id > ? AND (r.gone_at IS NOT NULL OR r.hidden = 1) ORDER BY r.id LIMIT ?"
    )
    while rows := conn.execute(sql, (last, size)).fetchall():
        yield [row[1:] for row in rows]
        last = rows[-1][0]


def repository(conn: sqlite3.Connection) -> str:
    """The name under which this catalogue's records are known to others."""
    (name,) = conn.execute("SELECT repository FROM identity").fetchone()
    return str(name)


def earliest(conn: sqlite3.Connection) -> str | None:
    """When the record that has not changed for longest last changed."""
    (first,) = conn.execute("SELECT min(last_changed) FROM records").fetchone()
    return None if first is None else str(first)


def latest(conn: sqlite3.Connection) -> str | None:
    """When anything last changed, by the change log."""
    row = conn.execute("SELECT at FROM changes ORDER BY seq DESC LIMIT 1").fetchone()
    return None if row is None else str(row[0])


def subjects_in_use(conn: sqlite3.Connection) -> list[str]:
    """Concepts of subjects that records have."""
    return [s for (s,) in conn.execute("SELECT DISTINCT subject FROM record_subjects ORDER BY 1")]


def subjects_of(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """{id: subjects} of records."""
    out: dict[int, list[str]] = {}
    sql = (
        "SELECT record_id, subject FROM record_subjects"
        " WHERE record_id IN (SELECT value FROM json_each(?)) ORDER BY 1, 2"
    )
    for id, subject in conn.execute(sql, (dump(list(ids)),)):
        out.setdefault(id, []).append(subject)
    return out


def origins(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Stored]:
    """{id: {"original", "portal", "chain"}} of those records that came from another catalogue."""
    sql = """
        SELECT r.id, o.original, o.portal, o.chain FROM records r
        JOIN origins o ON o.source_id = r.source_id AND o.external_id = r.external_id
        WHERE r.id IN (SELECT value FROM json_each(?))
    """
    return {
        id: {"original": original, "portal": json.loads(portal), "chain": json.loads(chain)}
        for id, original, portal, chain in conn.execute(sql, (dump(list(ids)),))
    }


def edits(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """{id: {field: value}} of records that curators have edited."""
    out: dict[int, dict[str, Any]] = {}
    sql = (
        "SELECT record_id, field, value FROM overrides"
        " WHERE record_id IN (SELECT value FROM json_each(?)) ORDER BY 1, 2"
    )
    for id, name, value in conn.execute(sql, (dump(list(ids)),)):
        if name in FIELDS:
            out.setdefault(id, {})[name] = json.loads(value)
    return out


def reading_of(conn: sqlite3.Connection, name: str) -> Source:
    """A source with what normalising needs to know of it."""
    sql = "SELECT kind, url, title, language, timezone, licence FROM sources WHERE name = ?"
    kind, url, title, language, timezone, licence = conn.execute(sql, (name,)).fetchone()
    return Source(
        name=name, kind=kind, url=url, title=title, language=language, timezone=timezone,
        licence=licence,
    )  # fmt: skip


def portals(conn: sqlite3.Connection) -> dict[str, Stored]:
    """{source: {"name", "title", "url"}}: the sites behind the sources."""
    return {
        name: {"name": name, "title": title, "url": homepage or url}
        for name, title, homepage, url in conn.execute(
            "SELECT name, title, homepage, url FROM sources"
        )
    }


def words(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Stored]:
    """{id: {"raw", "raw_at", "mapped", "unmapped", "problems"}}: what records were made of."""
    sql = (
        "SELECT record_id, raw, raw_at, explained FROM record_texts"
        " WHERE record_id IN (SELECT value FROM json_each(?))"
    )
    return {
        id: {"raw": json.loads(raw), "raw_at": raw_at, **json.loads(explained)}
        for id, raw, raw_at, explained in conn.execute(sql, (dump(list(ids)),))
    }


def last_modified(conn: sqlite3.Connection, *, size: int) -> list[tuple[int, int, str]]:
    """(first id, last id, latest change) of visible records, in slices of `size` rows of ids."""
    sql = """
        SELECT min(id), max(id), max(last_changed) FROM (
            SELECT id, last_changed, (row_number() OVER (ORDER BY id) - 1) / :size AS slice
            FROM records WHERE gone_at IS NULL AND hidden = 0
        ) GROUP BY slice ORDER BY slice
    """
    return conn.execute(sql, {"size": size}).fetchall()


def changed_between(
    conn: sqlite3.Connection, first: int, last: int, *, limit: int
) -> list[tuple[int, str]]:
    """(id, last change) of the first `limit` visible records with ids first..last."""
    sql = (
        "SELECT id, last_changed FROM records WHERE id BETWEEN ? AND ?"
        " AND gone_at IS NULL AND hidden = 0 ORDER BY id LIMIT ?"
    )
    return conn.execute(sql, (first, last, limit)).fetchall()
