"""What people decide about records: overrides, hiding, removal for good, their own mappings.

Each function is one short transaction and one row in the change log. Nothing here re-reads a
record; `netmeta.services.curation` does that, so that every edit goes through the one writer.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from netmeta.catalogue import rows
from netmeta.catalogue.catalogue import Catalogue
from netmeta.catalogue.stored import FIELDS, Stored, dump
from netmeta.errors import UsageError
from netmeta.texts import t

EDITABLE: Final = tuple(name for name in FIELDS if name != "content_hash")
"""Fields a curator may set or clear."""

_LISTS: Final = frozenset(
    {"subjects", "levels", "exams", "audiences", "tags", "nominations", "grades"}
)
_SHAPED: Final[Mapping[str, tuple[str, ...]]] = {
    "authors": ("name", "role", "organisation"),
    "attachments": ("url", "name", "size_bytes", "media_type"),
    "stages": ("kind", "start", "end", "start_at", "end_at", "label", "text"),
}
_REQUIRED: Final = frozenset({"kind", "title", "url", "certificate"})


def set_override(catalogue: Catalogue, id: int, field: str, value: Any, *, author: str) -> None:
    """Keep a curator's value for a field; None clears the field, whatever the portal says.

    Raises:
        UnknownRecordError: no such record.
        UsageError: no such field, or a value that does not fit it.
    """
    catalogue.record(id)
    value = _fitted(field, value)
    with catalogue.transaction() as conn:
        conn.execute(
            "INSERT INTO overrides (record_id, field, value, author, at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (record_id, field) DO UPDATE SET value = excluded.value,"
            " author = excluded.author, at = excluded.at",
            (id, field, dump(value), author, catalogue.now_text()),
        )


def drop_override(catalogue: Catalogue, id: int, field: str) -> bool:
    """Give a field back to the portal; returns whether there was an override."""
    catalogue.record(id)
    with catalogue.transaction() as conn:
        cursor = conn.execute(
            "DELETE FROM overrides WHERE record_id = ? AND field = ?", (id, field)
        )
        return cursor.rowcount > 0


def overrides(catalogue: Catalogue, id: int) -> list[Stored]:
    """[{"field", "value", "author", "at"}] of a record."""
    sql = "SELECT field, value, author, at FROM overrides WHERE record_id = ? ORDER BY field"
    return [
        {"field": field, "value": json.loads(value), "author": author, "at": at}
        for field, value, author, at in catalogue.conn.execute(sql, (id,))
    ]


def set_hidden(catalogue: Catalogue, id: int, hidden: bool, *, author: str) -> bool:
    """Hide a record from search and export, or show it again; returns whether that is news."""
    record = catalogue.record(id)
    if record["hidden"] == hidden:
        return False
    with catalogue.transaction() as conn:
        at = catalogue.now_text()
        conn.execute(
            "UPDATE records SET hidden = ?, last_changed = ? WHERE id = ?", (int(hidden), at, id)
        )
        _log(conn, id, "changed", author, at, {"hidden": [not hidden, hidden]})
    return True


def suppress_address(catalogue: Catalogue, url: str, *, reason: str) -> list[int]:
    """Forget all records at a canonical address, for good; returns their ids.

    The rows stay as empty tombstones (identity, dates), so that other catalogues can be told.
    """
    conn = catalogue.conn
    sql = (
        "SELECT r.id, s.name || ' ' || r.external_id FROM records r"
        " JOIN sources s ON s.id = r.source_id WHERE r.url = ?"
    )
    found = conn.execute(sql, (url,)).fetchall()
    conn.execute("PRAGMA secure_delete = ON")  # what is removed is overwritten, not only unlinked
    with catalogue.transaction():
        _suppress(catalogue, [("url", url), *(("record", key) for _, key in found)], reason)
        for id, _ in found:
            _empty(catalogue, id)
    return [id for id, _ in found]


def suppress_person(catalogue: Catalogue, name: str, *, reason: str) -> None:
    """Keep a person's name on the list of those who are never credited again."""
    with catalogue.transaction():
        _suppress(catalogue, [("person", name)], reason)


def drop_kept(catalogue: Catalogue, ids: Iterable[int]) -> None:
    """Keep nothing any more in place of what the portal stopped showing of these records."""
    with catalogue.transaction() as conn:
        conn.executemany("DELETE FROM kept_values WHERE record_id = ?", [(i,) for i in ids])


_SAID: Final = (
    ("collections", "title"), ("collections", "description"), ("collection_records", "note"),
    ("reports", "words"), ("acts", "what"),
)  # fmt: skip
"""Where curators and readers may have written a name."""


def erase_said(catalogue: Catalogue, words: Iterable[str], *, instead: str) -> list[int]:
    """Remove words from what people wrote; edits that hold one go altogether.

    Returns the ids of the records whose edits went: they are to be read again.
    """
    ids: set[int] = set()
    with catalogue.transaction() as conn:
        for word in words:
            holds = "instr(value, ?) > 0"
            found = conn.execute(f"SELECT record_id FROM overrides WHERE {holds}", (word,))  # noqa: S608 - constants
            ids.update(id for (id,) in found)
            conn.execute(f"DELETE FROM overrides WHERE {holds}", (word,))  # noqa: S608 - constants
            for table, column in _SAID:
                sql = f"UPDATE {table} SET {column} = replace({column}, ?1, ?2) WHERE instr({column}, ?1) > 0"  # noqa: S608 - constants
                conn.execute(sql, (word, instead))
    return sorted(ids)


def erase_traces(catalogue: Catalogue, ids: Iterable[int], words: Iterable[str]) -> None:
    """Remove words from where history keeps them: the change log of records, rejects, examples,
    and people who are credited with nothing any more."""
    conn = catalogue.conn
    conn.execute("PRAGMA secure_delete = ON")
    with catalogue.transaction():
        conn.executemany(
            "UPDATE changes SET fields = '{}' WHERE record_id = ?", [(i,) for i in ids]
        )
        for word in words:
            conn.execute("DELETE FROM rejects WHERE instr(raw, ?) > 0", (word,))
            conn.execute(
                "UPDATE run_problems SET example = NULL WHERE instr(example, ?) > 0", (word,)
            )
        conn.execute("DELETE FROM people WHERE id NOT IN (SELECT person_id FROM record_people)")


def _suppress(catalogue: Catalogue, what: Iterable[tuple[str, str]], reason: str) -> None:
    catalogue.conn.executemany(
        "INSERT OR IGNORE INTO suppressions (kind, value, reason, at) VALUES (?, ?, ?, ?)",
        [(kind, value, reason, catalogue.now_text()) for kind, value in what],
    )


def _empty(catalogue: Catalogue, id: int) -> None:
    """Leave nothing of a record but its identity and dates."""
    conn, at = catalogue.conn, catalogue.now_text()
    rows.delete_children(conn, [id])
    for table in (
        "record_texts", "record_counters", "overrides", "kept_values", "reports",
        "collection_records",
    ):  # fmt: skip
        conn.execute(f"DELETE FROM {table} WHERE record_id = ?", (id,))  # noqa: S608 - constants
    conn.execute(
        "UPDATE records SET title = '', type = NULL, published = NULL, published_at = NULL,"
        " year = NULL, deadline = NULL, licence = NULL, language = NULL, certificate = 'unknown',"
        " content_hash = '', digest = '', gone_at = coalesce(gone_at, ?), last_changed = ?"
        " WHERE id = ?",
        (at, at, id),
    )
    conn.execute("UPDATE changes SET fields = '{}' WHERE record_id = ?", (id,))
    _log(conn, id, "forgotten", None, at, {})


def _log(
    conn: sqlite3.Connection, id: int, op: str, author: str | None, at: str, what: dict[str, Any]
) -> None:
    conn.execute(
        "INSERT INTO changes (record_id, author, op, at, fields) VALUES (?, ?, ?, ?, ?)",
        (id, author, op, at, dump(what)),
    )


def _fitted(field: str, value: Any) -> Any:
    """The value in the stored form of its field."""
    if field not in EDITABLE:
        raise UsageError(
            t("There is no field {name} to edit", name=field),
            cure=t("Known: {names}.", names=", ".join(EDITABLE)),
        )
    if value is None:
        if field in _REQUIRED:
            raise UsageError(t("Field {name} cannot be empty", name=field))
        return [] if field in _LISTS or field in _SHAPED else None
    if field in _SHAPED:
        fits = isinstance(value, list) and all(_has_shape(one, _SHAPED[field]) for one in value)
        value = [{key: one.get(key) for key in _SHAPED[field]} for one in value] if fits else value
    elif field in _LISTS:
        fits = isinstance(value, list) and all(_is_element(field, one) for one in value)
        value = sorted(set(value)) if fits and field != "nominations" else value
    elif field == "online":
        fits = isinstance(value, bool)
    else:
        fits = isinstance(value, str) and bool(value.strip())
    if not fits:
        raise UsageError(t("The value does not fit the field {name}", name=field))
    return value


def _is_element(field: str, one: Any) -> bool:
    if field == "grades":
        return isinstance(one, int) and not isinstance(one, bool) and 0 <= one <= 11
    return isinstance(one, str) and bool(one.strip())


def _has_shape(one: Any, keys: Sequence[str]) -> bool:
    """An object whose keys are known and whose first, required one is there."""
    return isinstance(one, dict) and bool(one.get(keys[0])) and set(one) <= set(keys)


def add_mapping(catalogue: Catalogue, scheme: str, raw: str, concept: str) -> None:
    """Teach this catalogue that raw words mean a concept; the newest word wins."""
    with catalogue.transaction() as conn:
        conn.execute(
            "INSERT INTO local_mappings (scheme, raw, concept, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (scheme, raw) DO UPDATE SET concept = excluded.concept, at = excluded.at",
            (scheme, raw, concept, catalogue.now_text()),
        )


def drop_mapping(catalogue: Catalogue, scheme: str, raw: str) -> bool:
    """Forget what raw words were taught to mean; returns whether they had been."""
    with catalogue.transaction() as conn:
        sql = "DELETE FROM local_mappings WHERE scheme = ? AND raw = ?"
        return conn.execute(sql, (scheme, raw)).rowcount > 0


def mappings(catalogue: Catalogue, *, limit: int) -> list[Stored]:
    """[{"scheme", "raw", "concept", "at"}] that this catalogue was taught, the newest first."""
    sql = "SELECT scheme, raw, concept, at FROM local_mappings ORDER BY at DESC, raw LIMIT ?"
    names = ("scheme", "raw", "concept", "at")
    return [dict(zip(names, row, strict=True)) for row in catalogue.conn.execute(sql, (limit,))]


def mapped_since(catalogue: Catalogue, scheme: str, raw: str, *, limit: int) -> list[Stored]:
    """[{"id", "mapped"}] of records that people changed since a mapping was made, the newest change
    first; "mapped" tells which raw words gave which concept."""
    sql = """
        SELECT c.record_id, t.explained, max(c.seq) FROM changes c INDEXED BY changes_by_author
        JOIN record_texts t ON t.record_id = c.record_id
        WHERE c.author IS NOT NULL
          AND c.at >= (SELECT at FROM local_mappings WHERE scheme = ? AND raw = ?)
        GROUP BY c.record_id ORDER BY 3 DESC LIMIT ?
    """
    found = catalogue.conn.execute(sql, (scheme, raw, limit))
    return [{"id": id, "mapped": json.loads(said).get("mapped", [])} for id, said, _ in found]


def raw_values(catalogue: Catalogue, scheme: str) -> list[str]:
    """All raw values of a scheme that were not understood."""
    sql = "SELECT DISTINCT raw FROM record_unmapped WHERE scheme = ?"
    return [raw for (raw,) in catalogue.conn.execute(sql, (scheme,))]


def ids_not_understood(catalogue: Catalogue, scheme: str, raws: Sequence[str]) -> list[int]:
    """Ids of the records that have one of these raw values, the newest first."""
    sql = (
        "SELECT DISTINCT record_id FROM record_unmapped WHERE scheme = ?"
        " AND raw IN (SELECT value FROM json_each(?)) ORDER BY record_id DESC"
    )
    return [id for (id,) in catalogue.conn.execute(sql, (scheme, dump(list(raws))))]


def unmapped(catalogue: Catalogue, *, scheme: str | None, limit: int) -> list[Stored]:
    """Raw values without a concept, most frequent first: scheme, raw, records, sources, example."""
    sql = (
        "SELECT scheme, raw, records, sources, example FROM unmapped"
        " WHERE :scheme IS NULL OR scheme = :scheme ORDER BY records DESC, scheme, raw LIMIT :limit"
    )
    found = catalogue.db.query(sql, {"scheme": scheme, "limit": limit})
    return [{**row, "sources": row["sources"].split(",")} for row in found]
