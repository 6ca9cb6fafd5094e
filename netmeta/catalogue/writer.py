"""RecordWriter: records in batches into the catalogue, with a change-log row for each real change.

A batch is at most 200 records or one second old, whichever comes first, and is one
`BEGIN IMMEDIATE` transaction: records, child rows, change log, field counters of the run. A
record that is already there in the same form costs one look-up and writes nothing.
"""

from __future__ import annotations

import enum
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from netmeta.catalogue import queries, rows
from netmeta.catalogue.stored import (
    Stored,
    difference,
    digest,
    dump,
    explained_json,
    raw_json,
    stored,
)
from netmeta.errors import LockedError, StorageError
from netmeta.model import Record

if TYPE_CHECKING:
    from netmeta.catalogue.catalogue import Catalogue

BATCH_SIZE: Final = 200
"""Records a transaction: 0.012 ms of SQLite an item, against 18 ms one by one (design figures)."""

BATCH_AGE_S: Final = 1.0
"""A batch is written at the latest this long after its first record came."""

TALLIED_FIELDS: Final = (
    "summary", "body", "authors", "published", "subjects", "grades", "type", "licence", "image",
    "attachments", "stages",
)  # fmt: skip
"""Fields whose filling is counted per run; title and address are always there."""


class Outcome(enum.StrEnum):
    """What became of a record that was handed to the writer."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    RESTORED = "restored"
    SUPPRESSED = "suppressed"


@dataclass(slots=True)
class Tally:
    """Counts of one run, of what was committed."""

    outcomes: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    problems: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], str] = field(default_factory=dict)
    total: int = 0


@dataclass(slots=True, frozen=True)
class _Known:
    """What the catalogue already holds under an identity."""

    id: int
    digest: str
    last_seen: str
    gone: bool


_LOOK_UP: Final = """
    SELECT r.source_id, r.external_id, r.id, r.digest, r.last_seen, r.gone_at IS NOT NULL
    FROM json_each(?) wanted
    JOIN records r ON r.source_id = json_extract(wanted.value, '$[0]')
                  AND r.external_id = json_extract(wanted.value, '$[1]')
"""


class RecordWriter:
    """Batches records of one or many runs into one catalogue.

    `author` is named in the change log where a person and not a harvest writes.

    Use as a context manager: leaving the block writes what is pending. `tick()` writes a batch
    that has grown old and is to be called about once a second by whoever may stay idle.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        author: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._catalogue = catalogue
        self._author = author
        self._clock = clock
        self._pending: dict[tuple[int, str], tuple[int | None, Record]] = {}
        self._since = 0.0
        self.tallies: dict[int | None, Tally] = {}

    def __enter__(self) -> RecordWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None or not issubclass(kind, StorageError | LockedError):
            self.flush()  # on Ctrl-C and on errors too: what was fetched is kept

    def add(self, record: Record, *, source_id: int, run_id: int | None) -> None:
        """Queue a record; writes the batch when it is full or old.

        Args:
            source_id: id of the record's source.
            run_id: the run that found it; None for a curator's or administrator's act.

        Raises:
            StorageError: the batch could not be written; it stays pending.
        """
        key = (source_id, record.external_id)
        if key in self._pending:  # two states of one record are two changes, in their order
            self.flush()
        if not self._pending:
            self._since = self._clock()
        self._pending[key] = (run_id, record)
        if len(self._pending) >= BATCH_SIZE:
            self.flush()
        else:
            self.tick()

    def tick(self) -> None:
        """Write the pending batch if it is older than `BATCH_AGE_S`."""
        if self._pending and self._clock() - self._since >= BATCH_AGE_S:
            self.flush()

    def flush(self) -> None:
        """Write everything pending in one transaction.

        Raises:
            StorageError: nothing of the batch was written; it stays pending.
        """
        if not self._pending:
            return
        tallies: dict[int | None, Tally] = {}
        with self._catalogue.transaction() as conn:
            _Batch(self._catalogue, conn, tallies, self._author).write(self._pending)
            for run_id, tally in tallies.items():
                if run_id is not None:
                    _store_tally(conn, run_id, tally)
        self._pending = {}
        for run_id, tally in tallies.items():  # after the commit: a failed batch counts nothing
            _merge(self.tallies.setdefault(run_id, Tally()), tally)


class _Batch:
    """One transaction's worth of records."""

    def __init__(
        self,
        catalogue: Catalogue,
        conn: sqlite3.Connection,
        tallies: dict[int | None, Tally],
        author: str | None,
    ) -> None:
        self.author = author
        self.conn = conn
        self.tallies = tallies
        self.at = catalogue.now_text()
        self.suppressed = catalogue.suppressed()
        self.changes: list[tuple[int, int | None, str | None, str, str, str]] = []

    def write(self, pending: Mapping[tuple[int, str], tuple[int | None, Record]]) -> None:
        known = {
            (row[0], row[1]): _Known(row[2], row[3], row[4], bool(row[5]))
            for row in self.conn.execute(_LOOK_UP, (dump([list(key) for key in pending]),))
        }
        overrides = self._overrides([k.id for k in known.values()])
        (next_id,) = self.conn.execute("SELECT coalesce(max(id), 0) + 1 FROM records").fetchone()
        new: list[rows.Prepared] = []
        differing: list[tuple[rows.Prepared, _Known, int | None]] = []
        same: list[tuple[rows.Prepared, _Known]] = []
        for key, (run_id, record) in pending.items():
            if self._is_suppressed(record):
                self._count(run_id, record, Outcome.SUPPRESSED)
                continue
            old = known.get(key)
            edits = overrides.get(old.id, {}) if old else {}
            ready = _prepare(record, key[0], old.id if old else next_id, edits)
            if old is None:
                next_id += 1
                new.append(ready)
                self._log(ready.id, run_id, Outcome.NEW, {})
                self._count(run_id, record, Outcome.NEW, ready.form)
            elif old.digest == ready.digest and not old.gone:
                same.append((ready, old))
                self._count(run_id, record, Outcome.UNCHANGED, ready.form)
            else:
                differing.append((ready, old, run_id))
        self._write_new(new)
        self._write_differing(differing)
        self._write_same(same)
        self.conn.executemany(
            "INSERT INTO changes (record_id, run_id, author, op, at, fields)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            self.changes,
        )

    def _write_new(self, new: Sequence[rows.Prepared]) -> None:
        if new:
            rows.insert_records(self.conn, new, at=self.at)
            rows.write_children(self.conn, new, at=self.at)

    def _write_differing(self, batch: list[tuple[rows.Prepared, _Known, int | None]]) -> None:
        if not batch:
            return
        before = queries.records(self.conn, [ready.id for ready, _, _ in batch])
        changed: list[rows.Prepared] = []
        silent: list[rows.Prepared] = []
        for ready, old, run_id in batch:
            what = difference(before[ready.id], ready.form)
            outcome = (
                Outcome.RESTORED if old.gone else Outcome.CHANGED if what else Outcome.UNCHANGED
            )
            # Raw words may move while everything they mean stays: stored, but no change.
            (silent if outcome is Outcome.UNCHANGED else changed).append(ready)
            if outcome is not Outcome.UNCHANGED:
                self._log(ready.id, run_id, outcome, what)
            self._count(run_id, ready.record, outcome, ready.form)
        rows.delete_children(self.conn, [ready.id for ready, _, _ in batch])
        rows.update_records(self.conn, changed, at=self.at)
        self.conn.executemany(
            "UPDATE records SET gone_at = NULL WHERE id = ?", [(p.id,) for p in changed]
        )
        self.conn.executemany(
            "UPDATE records SET digest = ?, last_seen = ? WHERE id = ?",
            [(p.digest, self.at[:10], p.id) for p in silent],
        )
        rows.write_children(self.conn, [ready for ready, _, _ in batch], at=self.at)

    def _write_same(self, same: Sequence[tuple[rows.Prepared, _Known]]) -> None:
        today = self.at[:10]
        stale = [(today, old.id) for _, old in same if old.last_seen < today]
        if stale:
            self.conn.executemany("UPDATE records SET last_seen = ? WHERE id = ?", stale)
        rows.write_counters(self.conn, [ready for ready, _ in same])

    def _overrides(self, ids: list[int]) -> dict[int, dict[str, Any]]:
        out: dict[int, dict[str, Any]] = {}
        sql = (
            "SELECT record_id, field, value FROM overrides"
            " WHERE record_id IN (SELECT value FROM json_each(?))"
        )
        for id, name, value in self.conn.execute(sql, (dump(ids),)):
            out.setdefault(id, {})[name] = json.loads(value)
        return out

    def _is_suppressed(self, record: Record) -> bool:
        urls, records = self.suppressed
        return record.url in urls or f"{record.source} {record.external_id}" in records

    def _log(self, id: int, run_id: int | None, op: str, what: dict[str, list[Any]]) -> None:
        self.changes.append((id, run_id, self.author, str(op), self.at, dump(what)))

    def _count(
        self, run_id: int | None, record: Record, outcome: Outcome, form: Stored | None = None
    ) -> None:
        tally = self.tallies.setdefault(run_id, Tally())
        tally.outcomes[outcome] += 1
        if form is None:
            return
        tally.total += 1
        for name in TALLIED_FIELDS:
            if form[name] not in (None, "", []):
                tally.filled[name] += 1
        for problem in record.problems:
            key = (problem.field, problem.code)
            tally.problems[key] += 1
            tally.examples.setdefault(key, f"{problem.value[:200]} ({record.url})")


def _prepare(record: Record, source_id: int, id: int, edits: Mapping[str, Any]) -> rows.Prepared:
    form, raw, explained = stored(record), raw_json(record), explained_json(record)
    form |= {name: value for name, value in edits.items() if name in form}
    return rows.Prepared(id, source_id, record, form, raw, explained, digest(form, raw, explained))


def _store_tally(conn: sqlite3.Connection, run_id: int, tally: Tally) -> None:
    conn.executemany(
        "INSERT INTO run_fields (run_id, field, filled, total) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (run_id, field) DO UPDATE"
        " SET filled = filled + excluded.filled, total = total + excluded.total",
        [(run_id, name, tally.filled[name], tally.total) for name in TALLIED_FIELDS],
    )
    conn.executemany(
        "INSERT INTO run_problems (run_id, field, code, count, example) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (run_id, field, code) DO UPDATE SET count = count + excluded.count",
        [
            (run_id, name, code, count, tally.examples[name, code])
            for (name, code), count in tally.problems.items()
        ],
    )


def _merge(into: Tally, new: Tally) -> None:
    into.outcomes += new.outcomes
    into.filled += new.filled
    into.problems += new.problems
    into.total += new.total
    for key, example in new.examples.items():
        into.examples.setdefault(key, example)
