"""Catalogue: the doors to the one SQLite file. Sources and runs here; records through the writer.

Writers call it from one process at a time (`harvest_lock`); short acts of an administrator or
curator may come in between, each a `BEGIN IMMEDIATE` transaction of its own.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, cast

from sqlite_utils.db import Table

from netmeta.catalogue import connection, queries
from netmeta.catalogue.stored import COUNTER_FIELDS, Stored, dump, raw_json, utc
from netmeta.errors import UnknownRecordError, UnknownSourceError, UsageError
from netmeta.model import Record, Run, RunStatus, Source
from netmeta.texts import t

NEWS_OF_A_RUN = ("new", "changed", "restored", "gone")


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """A source with what the catalogue knows about it: visible records, and its last run."""

    source: Source
    id: int
    records: int
    last_run: Run | None


FOLD_AFTER: Final = 5_000
"""Records after which a long harvest or import says `Catalogue.fold`: some 60 MB of log (12 KB each)."""


class Catalogue:
    """One open catalogue file.

    Args:
        path: the SQLite file; created with its folder unless `read_only`.
        read_only: refuse writes and need the file to exist.
        now: the clock, for tests.

    Raises:
        StorageError and its kinds, as `netmeta.catalogue.connection.connect` says.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        read_only: bool = False,
        now: Callable[[], dt.datetime] = _utc_now,
    ) -> None:
        self.path = Path(path)
        self.read_only = read_only
        self._now = now
        self._suppressions: tuple[int, dict[str, frozenset[str]]] | None = None
        self.db = connection.connect(self.path, read_only=read_only)

    def __enter__(self) -> Catalogue:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self.db.close()

    @property
    def conn(self) -> sqlite3.Connection:
        """The connection, for reads; writes go through `transaction`."""
        return self.db.conn

    def now(self) -> dt.datetime:
        """The present moment, aware."""
        return self._now()

    def now_text(self) -> str:
        """The present moment as the catalogue writes it."""
        return utc(self._now())

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One `BEGIN IMMEDIATE` transaction; rolled back whole if the block raises.

        A transaction inside another joins it: both are kept, or neither is.

        Raises: LockedError after 30 s of waiting; StorageError (disk full, read-only, damage).
        """
        inside = self.conn.in_transaction
        if inside:
            yield self.conn
            return
        with connection.storage_errors(self.path):
            self.conn.execute("BEGIN IMMEDIATE")
            try:
                yield self.conn
                self.conn.execute("COMMIT")
            except BaseException:
                if self.conn.in_transaction:
                    self.conn.execute("ROLLBACK")
                raise

    def fold(self) -> None:
        """Fold the write-ahead log into the file as far as nobody reads an older state, so that
        its place is used again; waits for nobody. Only for the holder of the harvest lock, every
        `FOLD_AFTER` records."""
        with connection.storage_errors(self.path):
            self.conn.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file, and empty it. Only for the holder of the
        harvest lock."""
        with connection.storage_errors(self.path):
            self.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    # --- sources ------------------------------------------------------------------------------

    def add_source(self, source: Source) -> int:
        """Store a new source; returns its id.

        Raises: UsageError if the name is taken.
        """
        with self.transaction() as conn:
            if conn.execute("SELECT 1 FROM sources WHERE name = ?", (source.name,)).fetchone():
                raise UsageError(
                    t("There is a source {name} already", name=source.name),
                    cure=t("See `netmeta source show`, or choose another name with --name."),
                )
            row = {**_source_row(source), "added_at": self.now_text()}
            cast(Table, self.db["sources"]).insert(row)
        return self.source_id(source.name)

    def update_source(self, source: Source) -> None:
        """Replace the settings of a stored source. Raises: UnknownSourceError."""
        id = self.source_id(source.name)
        with self.transaction():
            cast(Table, self.db["sources"]).update(id, _source_row(source))

    def source_id(self, name: str) -> int:
        """Row id of a source. Raises: UnknownSourceError, naming the nearest."""
        row = self.conn.execute("SELECT id FROM sources WHERE name = ?", (name,)).fetchone()
        if row is None:
            known = [n for (n,) in self.conn.execute("SELECT name FROM sources")]
            raise UnknownSourceError(name, known=known)
        return int(row[0])

    def source(self, name: str) -> Source:
        """A stored source. Raises: UnknownSourceError."""
        id = self.source_id(name)
        return _source(next(iter(self.db.query("SELECT * FROM sources WHERE id = ?", [id]))))

    def source_status(self, name: str) -> SourceStatus:
        """A stored source with its figures. Raises: UnknownSourceError."""
        id = self.source_id(name)
        return next(status for status in self.sources() if status.id == id)

    def sources(self) -> list[SourceStatus]:
        """All sources by name, each with its number of visible records and its last run."""
        sql = """
            SELECT s.*, (SELECT count(*) FROM records r WHERE r.source_id = s.id
                         AND r.gone_at IS NULL AND r.hidden = 0) AS records,
                   (SELECT max(id) FROM runs WHERE source_id = s.id) AS last_run
            FROM sources s ORDER BY s.name
        """
        out = []
        for row in self.db.query(sql):
            last = self.run(row["last_run"]) if row["last_run"] else None
            out.append(
                SourceStatus(
                    source=_source(row), id=row["id"], records=row["records"], last_run=last
                )
            )
        return out

    # --- runs ---------------------------------------------------------------------------------

    def start_run(self, source_id: int) -> int:
        """Open a line in the ledger; returns the run's id."""
        with self.transaction() as conn:
            cursor = conn.execute(
                "INSERT INTO runs (source_id, started_at) VALUES (?, ?)",
                (source_id, self.now_text()),
            )
            return int(cursor.lastrowid or 0)

    def finish_run(
        self, run_id: int, *, status: RunStatus, reason: str | None, counts: Mapping[str, int]
    ) -> None:
        """Close a line of the ledger with its result and counts."""
        with self.transaction() as conn:
            conn.execute(
                "UPDATE runs SET finished_at = ?, status = ?, reason = ?, counts = ? WHERE id = ?",
                (self.now_text(), status, reason, dump(dict(counts)), run_id),
            )

    def close_abandoned_runs(self) -> int:
        """Mark runs that a killed process left open; call while holding the harvest lock."""
        with self.transaction() as conn:
            return conn.execute(
                "UPDATE runs SET status = 'interrupted', finished_at = ?,"
                " reason = 'the process ended before the run did' WHERE status = 'running'",
                (self.now_text(),),
            ).rowcount

    def reject(self, rejects: Iterable[tuple[str, str, str]], *, run_id: int | None) -> None:
        """Keep what could not become a record: (place it came from, reason, what was read)."""
        with self.transaction() as conn:
            conn.executemany(
                "INSERT INTO rejects (run_id, at, place, reason, raw) VALUES (?, ?, ?, ?, ?)",
                [(run_id, self.now_text(), p, reason, raw[:2000]) for p, reason, raw in rejects],
            )

    def run(self, run_id: int) -> Run:
        """One line of the ledger. Raises: UnknownRecordError."""
        sql = """
            SELECT r.id, s.name AS source, r.started_at, r.finished_at, r.status, r.reason, r.counts
            FROM runs r JOIN sources s ON s.id = r.source_id WHERE r.id = ?
        """
        rows = list(self.db.query(sql, [run_id]))
        if not rows:
            raise UnknownRecordError(t("run {id}", id=run_id))
        row = rows[0]
        return Run(
            id=row["id"],
            source=row["source"],
            started_at=dt.datetime.fromisoformat(row["started_at"]),
            finished_at=(
                dt.datetime.fromisoformat(row["finished_at"]) if row["finished_at"] else None
            ),
            status=row["status"],
            reason=row["reason"],
            counts=json.loads(row["counts"]),
        )

    def run_fields(self, run_id: int) -> dict[str, tuple[int, int]]:
        """{field: (filled, total)} of a run."""
        sql = (
            "SELECT field, sum(filled), sum(total) FROM run_fields WHERE run_id = ?"
            " GROUP BY field ORDER BY field"
        )
        return {name: (filled, total) for name, filled, total in self.conn.execute(sql, (run_id,))}

    def run_problems(self, run_id: int) -> list[Stored]:
        """Problems of a run by field and code, most frequent first."""
        sql = (
            "SELECT field, code, count, example FROM run_problems WHERE run_id = ?"
            " ORDER BY count DESC, field, code"
        )
        return list(self.db.query(sql, [run_id]))

    def rejects(self, run_id: int | None = None) -> list[Stored]:
        """What could not be turned into records (by one run, or at all), in order."""
        sql = "SELECT run_id, at, place, reason, raw FROM rejects"
        if run_id is None:
            return list(self.db.query(f"{sql} ORDER BY id"))
        return list(self.db.query(f"{sql} WHERE run_id = ? ORDER BY id", [run_id]))

    # --- records ------------------------------------------------------------------------------

    def record(self, id: int) -> Stored:
        """One record in its stored form. Raises: UnknownRecordError."""
        found = queries.records(self.conn, [id])
        if id not in found:
            raise UnknownRecordError(str(id))
        return found[id]

    def records(self, ids: Sequence[int]) -> dict[int, Stored]:
        """Records by id; unknown ids are left out."""
        return queries.records(self.conn, ids)

    def explained(self, id: int) -> Stored:
        """{"raw": the item, "mapped": [...], "unmapped": [...], "problems": [...]} of a record."""
        sql = "SELECT raw, explained FROM record_texts WHERE record_id = ?"
        row = self.conn.execute(sql, (id,)).fetchone()
        if row is None:
            raise UnknownRecordError(str(id))
        return {"raw": json.loads(row[0]), **json.loads(row[1])}

    def raw_at(self, source_id: int, record: Record) -> dt.datetime | None:
        """When exactly these raw words of a record were first read; None if they are new.

        Dates that need a reference («вчера», «до 31 марта») are counted from then, or a page that
        never changes would mean another day each time it is read.
        """
        sql = (
            "SELECT t.raw_at FROM records r JOIN record_texts t ON t.record_id = r.id"
            " WHERE r.source_id = ? AND r.external_id = ? AND t.raw = CAST(? AS TEXT)"
        )
        row = self.conn.execute(sql, (source_id, record.external_id, raw_json(record))).fetchone()
        return dt.datetime.fromisoformat(row[0]) if row else None

    def raw_items(self, ids: Sequence[int]) -> list[tuple[str, dt.datetime, str]]:
        """(source, when read, raw item as JSON with daily counters) of records, by id."""
        sql = """
            SELECT s.name, t.raw_at, t.raw, c.views, c.downloads, c.comments, c.rating
            FROM record_texts t
            JOIN records r ON r.id = t.record_id
            JOIN sources s ON s.id = r.source_id
            LEFT JOIN record_counters c ON c.record_id = r.id
            WHERE t.record_id IN (SELECT value FROM json_each(?)) ORDER BY r.id
        """
        return [
            (row[0], dt.datetime.fromisoformat(row[1]), _with_counters(row[2], row[3:]))
            for row in self.conn.execute(sql, (dump(list(ids)),))
        ]

    def ids_with_texts(self) -> list[int]:
        """Ids of all records that have words to read again (all but the forgotten)."""
        return [i for (i,) in self.conn.execute("SELECT record_id FROM record_texts ORDER BY 1")]

    def people(self) -> list[str]:
        """Names of all credited people."""
        return [name for (name,) in self.conn.execute("SELECT name FROM people ORDER BY name")]

    def ids_that_name(self, names: Sequence[str], words: Sequence[str]) -> list[int]:
        """Ids of records that credit one of the names, or whose raw item holds one of the words."""
        sql = """
            SELECT record_id FROM record_people rp JOIN people p ON p.id = rp.person_id
            WHERE p.name IN (SELECT value FROM json_each(?1))
            UNION
            SELECT record_id FROM record_texts
            WHERE EXISTS (SELECT 1 FROM json_each(?2) w WHERE instr(raw, w.value) > 0)
        """
        return [i for (i,) in self.conn.execute(sql, (dump(list(names)), dump(list(words))))]

    def closing(self, today: dt.date, days: int) -> list[int]:
        """Ids of events one can still join, whose deadline is within `days`, soonest first."""
        sql = (
            "SELECT id FROM records WHERE deadline BETWEEN ? AND ? AND gone_at IS NULL"
            " AND hidden = 0 ORDER BY deadline, id"
        )
        last = today + dt.timedelta(days=days)
        return [i for (i,) in self.conn.execute(sql, (today.isoformat(), last.isoformat()))]

    def upcoming(self, today: dt.date, limit: int) -> list[int]:
        """Ids of events with a stage that ends today or later, soonest first."""
        sql = """
            SELECT r.id FROM event_stages s JOIN records r ON r.id = s.record_id
            WHERE coalesce(s."end", s.start) >= ? AND r.gone_at IS NULL AND r.hidden = 0
            GROUP BY r.id ORDER BY min(coalesce(s."end", s.start)), r.id LIMIT ?
        """
        return [i for (i,) in self.conn.execute(sql, (today.isoformat(), limit))]

    def last_seq(self) -> int:
        """Sequence number of the newest change, 0 in an empty catalogue."""
        (seq,) = self.conn.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()
        return int(seq)

    def visible_ids(self) -> list[int]:
        """Ids of all records that may be found: neither gone nor hidden."""
        sql = "SELECT id FROM records WHERE gone_at IS NULL AND hidden = 0 ORDER BY id"
        return [id for (id,) in self.conn.execute(sql)]

    def counts(self) -> dict[str, int]:
        """{kind: visible records}, kinds without records left out."""
        sql = (
            "SELECT kind, count(*) FROM records WHERE gone_at IS NULL AND hidden = 0"
            " GROUP BY kind ORDER BY kind"
        )
        return dict(self.conn.execute(sql))

    def suppressed(self) -> tuple[frozenset[str], frozenset[str]]:
        """(addresses, "source external-id" identities) that must not come back."""
        known = self._suppressed()
        return known["url"], known["record"]

    def forgotten_people(self) -> frozenset[str]:
        """Names of people who asked to be removed."""
        return self._suppressed()["person"]

    def _suppressed(self) -> dict[str, frozenset[str]]:
        """Suppressions by kind; read again only when the table has grown (rows are never removed)."""
        (count,) = self.conn.execute("SELECT count(*) FROM suppressions").fetchone()
        if self._suppressions is None or self._suppressions[0] != count:
            rows = self.conn.execute("SELECT kind, value FROM suppressions").fetchall()
            by_kind = {
                name: frozenset(value for kind, value in rows if kind == name)
                for name in ("url", "record", "person")
            }
            self._suppressions = (count, by_kind)
        return self._suppressions[1]

    def local_mappings(self) -> dict[tuple[str, str], str]:
        """{(scheme, raw words): concept} that an administrator taught this catalogue."""
        sql = "SELECT scheme, raw, concept FROM local_mappings"
        return {(scheme, raw): concept for scheme, raw, concept in self.conn.execute(sql)}


def _with_counters(raw: str, counters: Sequence[str | None]) -> str:
    known = {name: n for name, n in zip(COUNTER_FIELDS, counters, strict=True) if n}
    return dump({**json.loads(raw), **known}) if known else raw


def _source_row(source: Source) -> dict[str, Any]:
    return {
        "name": source.name,
        "kind": source.kind,
        "url": source.url,
        "title": source.title,
        "spider": source.spider,
        "homepage": source.homepage,
        "language": source.language,
        "timezone": source.timezone,
        "licence": source.licence,
        "options": dump(dict(source.options)),
        "paused": int(source.paused),
    }


def _source(row: Mapping[str, Any]) -> Source:
    names = ("name", "kind", "url", "title", "spider", "homepage", "language", "timezone")
    return Source(
        **{name: row[name] for name in names},
        licence=row["licence"],
        options=json.loads(row["options"]),
        paused=bool(row["paused"]),
    )
