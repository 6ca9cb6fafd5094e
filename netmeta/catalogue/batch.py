"""Batch: what a writer's records change in the catalogue, in one transaction of the caller's.

Unchanged records are told by their digest, known ones that differ by field; values that a page no
longer shows may stay, and records that would all become one and the same are left as they were.
"""

from __future__ import annotations

import enum
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from netmeta.catalogue import queries, rows
from netmeta.catalogue import tally as tallying
from netmeta.catalogue.alike import Became, Words, words_of
from netmeta.catalogue.drift import TOGETHER, Judge, Verdict, kept_values
from netmeta.catalogue.rows import Dates
from netmeta.catalogue.stored import (
    Stored,
    difference,
    digest,
    dump,
    explained_json,
    raw_json,
    stored,
)
from netmeta.catalogue.tally import TALLIED_FIELDS, Tally, is_filled
from netmeta.model import Record

if TYPE_CHECKING:
    from netmeta.catalogue.catalogue import Catalogue


class Outcome(enum.StrEnum):
    """What became of a record that was handed to the writer."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    RESTORED = "restored"
    SUPPRESSED = "suppressed"
    ALIKE = "alike"
    """Known records that would all have become one and the same: their page says something else."""


@dataclass(slots=True, frozen=True)
class _Known:
    """What the catalogue already holds under an identity."""

    id: int
    digest: str
    last_seen: str
    gone: bool


class Pending(NamedTuple):
    """A record that waits to be written, the run that found it, and its dates elsewhere."""

    run_id: int | None
    record: Record
    dates: Dates | None = None


_LOOK_UP: Final = """
    SELECT r.source_id, r.external_id, r.id, r.digest, r.last_seen, r.gone_at IS NOT NULL
    FROM json_each(?) wanted
    JOIN records r ON r.source_id = json_extract(wanted.value, '$[0]')
                  AND r.external_id = json_extract(wanted.value, '$[1]')
"""


_LOG_NEW: Final = """
    INSERT INTO changes (record_id, run_id, author, op, at)
    SELECT value, ?, ?, 'new', ? FROM json_each(?) ORDER BY key
"""


class Batch:
    """One transaction's worth of records."""

    def __init__(
        self,
        catalogue: Catalogue,
        conn: sqlite3.Connection,
        tallies: defaultdict[int | None, Tally],
        author: str | None,
    ) -> None:
        self.author = author
        self.conn = conn
        self.tallies = tallies
        self.at = catalogue.now_text()
        self.suppressed = catalogue.suppressed()
        self.changes: list[tuple[int, int | None, str | None, str, str, str]] = []
        self.judge = Judge()
        self.unsure: list[tuple[int, tuple[int, str], Record]] = []
        self.became: Counter[Words] = Counter()
        """How many known records took which words (run, hash of title and text) in this batch,
        and `before` it."""
        self.before = Became()
        self.kept: dict[int, dict[str, dict[str, Any]]] = {}
        self.overrides: dict[int, dict[str, Any]] = {}

    def write(self, pending: Mapping[tuple[int, str], Pending]) -> None:
        known = {
            (row[0], row[1]): _Known(row[2], row[3], row[4], bool(row[5]))
            for row in self.conn.execute(_LOOK_UP, (dump([list(key) for key in pending]),))
        }
        ids = [k.id for k in known.values()]
        self.overrides = self._overrides(ids)
        self.kept = kept_values(self.conn, ids)
        (next_id,) = self.conn.execute("SELECT coalesce(max(id), 0) + 1 FROM records").fetchone()
        new: list[tuple[int | None, rows.Prepared]] = []
        differing: list[tuple[rows.Prepared, _Known, int | None]] = []
        dated: list[rows.Prepared] = []
        shown: list[tuple[int | None, Stored, Record]] = []
        for key, found in pending.items():
            run_id, record, dates = found
            if self._is_suppressed(record):
                self._count(run_id, Outcome.SUPPRESSED)
                continue
            old = known.get(key)
            edits = self.overrides.get(old.id, {}) if old else {}
            ready = self._prepare(found, key[0], old.id if old else next_id, edits)
            shown.append((run_id, ready.form, record))
            if old is None:
                next_id += 1
                new.append((run_id, ready))
            else:
                differing.append((ready, old, run_id))
                if dates is not None:
                    dated.append(ready)
        tallying.count(self.tallies, shown)
        same = list(self._take_same(differing))
        self._write_new(new)
        self._write_differing(differing)
        self._write_same(same)
        rows.date_back(self.conn, dated)
        self.conn.executemany(
            "INSERT INTO changes (record_id, run_id, author, op, at, fields)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            self.changes,
        )

    def _take_same(
        self, batch: list[tuple[rows.Prepared, _Known, int | None]]
    ) -> Iterator[tuple[rows.Prepared, _Known]]:
        """Take out of a batch what is stored already, with what is kept in place of what the
        portal stopped showing. Only here has the whole batch told how its fields fill."""
        rest = []
        for ready, old, run_id in batch:
            if old.id in self.kept:
                self._lay_over(ready, run_id, self.kept[old.id])
            if old.digest == ready.digest and not old.gone:
                self._count(run_id, Outcome.UNCHANGED)
                yield ready, old
            else:
                rest.append((ready, old, run_id))
        batch[:] = rest

    def _lay_over(
        self, ready: rows.Prepared, run_id: int | None, known: Mapping[str, dict[str, Any]]
    ) -> None:
        """Keep stored values of fields which the page shows no more, as far as they are to stay;
        what is no longer needed is no longer kept."""
        done = self.kept.get(ready.id, {})
        for name, values in known.items():
            verdict: Verdict = "clear"
            if not is_filled(ready.form[name]) and name not in self.overrides.get(ready.id, {}):
                key = (ready.form["kind"], name)
                verdict = self.judge.verdict(ready.source_id, run_id, key)
            if verdict != "clear":
                ready.form |= values
            if verdict == "unsure" and run_id is not None:
                identity = (ready.source_id, ready.record.external_id)
                self.unsure.append((run_id, identity, ready.record))
            if (verdict == "clear") == (name in done):
                self._note_kept(ready.id, name, run_id, None if verdict == "clear" else values)
        ready.digest = digest(ready.form, ready.raw, ready.explained)

    def _note_kept(
        self, id: int, name: str, run_id: int | None, values: dict[str, Any] | None
    ) -> None:
        if values is None:
            sql = "DELETE FROM kept_values WHERE record_id = ? AND field = ?"
            self.conn.execute(sql, (id, name))
        else:
            sql = "INSERT INTO kept_values (record_id, field, value, run_id) VALUES (?, ?, ?, ?)"
            self.conn.execute(sql, (id, name, dump(values), run_id))

    def _lost(self, ready: rows.Prepared, was: Stored) -> dict[str, dict[str, Any]]:
        """Fields that were filled and are no more, with the stored values that go together."""
        return {
            name: {one: was[one] for one in (name, *TOGETHER.get(name, ()))}
            for name in TALLIED_FIELDS
            if is_filled(was[name]) and not is_filled(ready.form[name])
        }

    def _write_new(self, found: Sequence[tuple[int | None, rows.Prepared]]) -> None:
        new = [ready for _, ready in found]
        by_run: defaultdict[int | None, list[int]] = defaultdict(list)
        for run_id, ready in found:
            by_run[run_id].append(ready.id)
        if new:
            rows.insert_records(self.conn, new, at=self.at)
            rows.write_children(self.conn, new)
        for run_id, ids in by_run.items():
            self.tallies[run_id].outcomes[Outcome.NEW] += len(ids)
            self.conn.execute(_LOG_NEW, (run_id, self.author, self.at, dump(ids)))

    def _write_differing(self, batch: list[tuple[rows.Prepared, _Known, int | None]]) -> None:
        if not batch:
            return
        before = queries.records(self.conn, [ready.id for ready, _, _ in batch])
        batch = self._without_alike(batch, before)
        changed: list[rows.Prepared] = []
        silent: list[rows.Prepared] = []
        for ready, old, run_id in batch:
            if (
                run_id is not None
                and not old.gone
                and (lost := self._lost(ready, before[ready.id]))
            ):
                self._lay_over(ready, run_id, lost)
            what = difference(before[ready.id], ready.form)
            outcome = (
                Outcome.RESTORED if old.gone else Outcome.CHANGED if what else Outcome.UNCHANGED
            )
            # Raw words may move while everything they mean stays: stored, but no change.
            (silent if outcome is Outcome.UNCHANGED else changed).append(ready)
            if outcome is not Outcome.UNCHANGED:
                self._log(ready.id, run_id, outcome, what)
            self._count(run_id, outcome)
        rows.delete_children(self.conn, [ready.id for ready, _, _ in batch])
        rows.update_records(self.conn, changed, at=self.at)
        self.conn.executemany(
            "UPDATE records SET gone_at = NULL WHERE id = ?", [(p.id,) for p in changed]
        )
        self.conn.executemany(
            "UPDATE records SET digest = ?, last_seen = ? WHERE id = ?",
            [(p.digest, self.at[:10], p.id) for p in silent],
        )
        rows.write_children(self.conn, [ready for ready, _, _ in batch])

    def _without_alike(
        self, batch: list[tuple[rows.Prepared, _Known, int | None]], before: dict[int, Stored]
    ) -> list[tuple[rows.Prepared, _Known, int | None]]:
        """The batch without known records that would all take the same words (see `alike`)."""
        keeper = self.judge.keeper
        if keeper is None or keeper.force:
            return batch
        moved = {
            ready.id: words_of(run_id, ready.form)
            for ready, _, run_id in batch
            if run_id is not None
            and run_id not in keeper.forced
            and ready.form["content_hash"] != before[ready.id]["content_hash"]
        }
        alike = self.before.too_many(moved, self.became)
        for ready, _, run_id in batch:
            if ready.id in alike:
                self._count(run_id, Outcome.ALIKE)
        return [one for one in batch if one[0].id not in alike]

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
        fields = dump(what) if what else "{}"
        self.changes.append((id, run_id, self.author, str(op), self.at, fields))

    def _count(self, run_id: int | None, outcome: Outcome) -> None:
        self.tallies[run_id].outcomes[outcome] += 1

    def _prepare(
        self, found: Pending, source_id: int, id: int, edits: Mapping[str, Any]
    ) -> rows.Prepared:
        record, at = found.record, self.at
        form, raw, explained = stored(record), raw_json(record), explained_json(record)
        if edits:
            form |= {name: value for name, value in edits.items() if name in form}
        first_seen, raw_at = found.dates or (None, None)
        return rows.Prepared(
            id, source_id, record, form, raw, explained, digest(form, raw, explained),
            first_seen=min(first_seen or at, at), raw_at=min(raw_at or at, at),
        )  # fmt: skip
