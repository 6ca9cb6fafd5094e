"""Drift: a field that a portal showed on most of its pages, and suddenly on hardly any.

That is a portal redesigned, not a thousand facts withdrawn, so values already known are kept
(`kept_values`) until the field fills again. One record that loses a value among others that have
theirs is a fact, and is written.

What a source usually fills is told by the ledger of its own runs (`run_fields`), for each kind of
record apart, since contests and lesson plans differ. Runs in which a field fell do not count
towards what is usual; a run forced by an administrator begins anew.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from netmeta.catalogue.tally import Field, Fill, Tally

RUNS: Final = 30
"""How many of a source's last runs tell what is usual."""

MIN_TOTAL: Final = 10
"""Fewer records tell nothing about what is usual."""

MIN_RATE: Final = 0.3
"""A field filled less often is too rare to be missed."""

FALL: Final = 0.5
"""Filled less than half as often as usual ..."""

CHANCE: Final = 1e-4
"""... and by chance at most so rarely: a field is watched in each of thousands of runs."""


def fell(usual: Fill, now: Fill) -> bool:
    """Whether a field is filled so much less than usual that chance does not explain it.

    The chance of so few is bounded by exp(-n KL(q, p)) (Chernoff), which needs no sum.
    """
    if usual.total < MIN_TOTAL or usual.rate < MIN_RATE or not now.total:
        return False
    p, q = (usual.filled + 1) / (usual.total + 2), now.rate
    if q >= FALL * p:
        return False
    distance = (1 - q) * math.log((1 - q) / (1 - p)) + (q * math.log(q / p) if q else 0.0)
    return now.total * distance >= -math.log(CHANCE)


def filling(usual: Fill, now: Fill) -> bool:
    """Whether a field is known to fill in this run, or is not one to be watched."""
    if usual.total < MIN_TOTAL or usual.rate < MIN_RATE:
        return True
    return now.filled >= 2 and now.rate >= FALL * usual.rate


def fills(conn: sqlite3.Connection, run_id: int) -> dict[Field, Fill]:
    """How often each field was filled in a run."""
    sql = "SELECT kind, field, filled, total FROM run_fields WHERE run_id = ?"
    return {(kind, name): Fill(n, of) for kind, name, n, of in conn.execute(sql, (run_id,))}


def usual(
    conn: sqlite3.Connection, source_id: int, *, before: int | None = None
) -> dict[Field, Fill]:
    """How often each field of a source is filled usually, by its runs before one (or by all)."""
    sql = """
        SELECT id, coalesce(json_extract(counts, '$.forced'), 0) FROM runs
        WHERE source_id = ? AND (?2 IS NULL OR id < ?2)
          AND EXISTS (SELECT 1 FROM run_fields WHERE run_id = runs.id)
        ORDER BY id DESC LIMIT ?3
    """
    runs = conn.execute(sql, (source_id, before, RUNS)).fetchall()
    known: dict[Field, Fill] = {}
    for run_id, forced in reversed(runs):
        found = fills(conn, run_id)
        if forced:
            known = {key: fill for key, fill in known.items() if key not in found}
        for key, fill in found.items():
            so_far = known.get(key, Fill(0, 0))
            if not fell(so_far, fill):
                known[key] = so_far + fill
    return known


class Fallen(NamedTuple):
    """A field that fell in a run: of which kind of records, from what to what."""

    kind: str
    name: str
    before: Fill
    now: Fill


def fallen(conn: sqlite3.Connection, source_id: int, run_id: int) -> list[Fallen]:
    """The fields that fell in a run, those that were filled most often first."""
    known = usual(conn, source_id, before=run_id)
    found = [
        Fallen(*key, known[key], now)
        for key, now in fills(conn, run_id).items()
        if key in known and fell(known[key], now)
    ]
    return sorted(found, key=lambda one: (-one.before.rate, one))


Verdict = Literal["clear", "keep", "unsure"]


class Keeper:
    """Judges, while a run goes on, whether a value that a page no longer shows is to stay.

    Args:
        force: never; an administrator says that the portal means it.

    Attributes:
        forced: runs of which that was said.
    """

    def __init__(self, conn: sqlite3.Connection, *, force: bool = False) -> None:
        self._conn = conn
        self.force = force
        self.forced: set[int] = set()
        self._usual: dict[int, Mapping[Field, Fill]] = {}

    def verdict(self, source_id: int, run_id: int, key: Field, now: Fill) -> Verdict:
        """By what the run has shown so far: "unsure" as long as it has shown too little."""
        if self.force or run_id in self.forced:
            return "clear"
        if run_id not in self._usual:
            self._usual[run_id] = usual(self._conn, source_id, before=run_id)
        known = self._usual[run_id].get(key, Fill(0, 0))
        if fell(known, now):
            return "keep"
        return "clear" if filling(known, now) else "unsure"

    def forget(self, run_id: int) -> None:
        """A run is over."""
        self._usual.pop(run_id, None)
        self.forced.discard(run_id)


@dataclass(slots=True)
class Judge:
    """Whether values that a page no longer shows stay, by all that a run has shown so far; at its
    end (`final`) what is still unsure does not."""

    keeper: Keeper | None = None
    before: Mapping[int | None, Tally] = field(default_factory=dict)
    now: Mapping[int | None, Tally] = field(default_factory=dict)
    final: bool = False

    def verdict(self, source_id: int, run_id: int | None, key: Field) -> Verdict:
        """As `Keeper.verdict`."""
        if run_id is None:  # read again from stored words: nothing new was heard of the portal
            return "keep"
        if self.keeper is None:
            return "clear"
        seen = Fill(0, 0)
        for tallies in (self.before, self.now):
            if run_id in tallies:
                seen += tallies[run_id].fill(key)
        found = self.keeper.verdict(source_id, run_id, key, seen)
        return "clear" if self.final and found == "unsure" else found


TOGETHER: Final[Mapping[str, tuple[str, ...]]] = {
    "body": ("content_hash",), "grades": ("levels",), "published": ("published_at",),
}  # fmt: skip
"""What was read off the same words as a field, and stays or goes with it."""


def kept_values(
    conn: sqlite3.Connection, ids: list[int]
) -> dict[int, dict[str, dict[str, object]]]:
    """{record: {field: stored values that stand in for what the portal no longer shows}}."""
    out: dict[int, dict[str, dict[str, object]]] = {}
    sql = (
        "SELECT record_id, field, value FROM kept_values"
        " WHERE record_id IN (SELECT value FROM json_each(?))"
    )
    for id, name, value in conn.execute(sql, (json.dumps(ids),)):
        out.setdefault(id, {})[name] = json.loads(value)
    return out


def kept_counts(conn: sqlite3.Connection, source_id: int) -> dict[str, int]:
    """{field: visible records of a source whose value was kept}."""
    sql = """
        SELECT k.field, count(*) FROM kept_values k JOIN records r ON r.id = k.record_id
        WHERE r.source_id = ? AND r.gone_at IS NULL GROUP BY 1 ORDER BY 2 DESC, 1
    """
    return dict(conn.execute(sql, (source_id,)))
