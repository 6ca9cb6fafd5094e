"""What a run shows, counted: outcomes, how often each field is filled, problems.

Counters of a batch are stored with its records, in one transaction.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import itemgetter
from typing import Final, NamedTuple

from netmeta.catalogue.stored import Stored
from netmeta.model import Record

TALLIED_FIELDS: Final = (
    "summary", "body", "authors", "published", "subjects", "grades", "type", "licence", "image",
    "attachments", "stages",
)  # fmt: skip
"""Fields whose filling is counted per run; title and address are always there."""


Field = tuple[str, str]
"""(kind of record, name of field)."""


class Fill(NamedTuple):
    """In how many of `total` records a field was filled."""

    filled: int
    total: int

    @property
    def rate(self) -> float:
        return self.filled / self.total if self.total else 0.0

    def __add__(self, other: tuple[object, ...]) -> Fill:
        filled, total = other
        assert isinstance(filled, int)
        assert isinstance(total, int)
        return Fill(self.filled + filled, self.total + total)


@dataclass(slots=True)
class Tally:
    """Counts of one run, of what was committed."""

    outcomes: Counter[str] = field(default_factory=Counter)
    filled: Counter[Field] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)
    """Records by kind."""
    problems: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], str] = field(default_factory=dict)

    def fill(self, key: Field) -> Fill:
        """How often a field of a kind of records was filled so far."""
        return Fill(self.filled[key], self.totals[key[0]])


def is_filled(value: object) -> bool:
    """Whether a stored value says anything."""
    return value not in (None, "", [])


def count(
    tallies: Mapping[int | None, Tally], shown: Sequence[tuple[int | None, Stored, Record]]
) -> None:
    """Count what pages themselves show, before anything is kept in its place.

    Args:
        tallies: by run, one for each run in `shown`.
        shown: (run, stored form, record) of each page.
    """
    # Most records fill the same fields as many others: those are counted in one go.
    alike = Counter((run, form["kind"], *map(bool, _tallied(form))) for run, form, _ in shown)
    for (run, kind, *filled), n in alike.items():
        tallies[run].totals[kind] += n
        for name in compress(TALLIED_FIELDS, filled):
            tallies[run].filled[kind, name] += n
    for run, _, record in shown:
        for problem in record.problems:
            key = (problem.field, problem.code)
            tallies[run].problems[key] += 1
            tallies[run].examples.setdefault(key, f"{problem.value[:200]} ({record.url})")


_tallied: Final = itemgetter(*TALLIED_FIELDS)


def store(conn: sqlite3.Connection, run_id: int, tally: Tally) -> None:
    """Add a batch's counters to those of its run."""
    conn.executemany(
        "INSERT INTO run_fields (run_id, kind, field, filled, total) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (run_id, field, kind) DO UPDATE"
        " SET filled = filled + excluded.filled, total = total + excluded.total",
        [
            (run_id, kind, name, *tally.fill((kind, name)))
            for kind in tally.totals
            for name in TALLIED_FIELDS
        ],
    )
    conn.executemany(
        "INSERT INTO run_problems (run_id, field, code, count, example) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (run_id, field, code) DO UPDATE SET count = count + excluded.count",
        [
            (run_id, name, code, count, tally.examples[name, code])
            for (name, code), count in tally.problems.items()
        ],
    )


def merge(into: Tally, new: Tally) -> None:
    """Add the counts of one tally to another."""
    into.outcomes += new.outcomes
    into.filled += new.filled
    into.totals += new.totals
    into.problems += new.problems
    for key, example in new.examples.items():
        into.examples.setdefault(key, example)
