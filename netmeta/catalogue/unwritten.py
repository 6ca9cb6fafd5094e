"""What a frontier has gathered since it was last written: rows, states, marks, listings."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

State = Literal["pending", "leased", "done"]


@dataclass(slots=True)
class Listing:
    """The pages of one pager: pages read, and how many of the last ones were barren."""

    id: int
    first: str
    pages: int = 0
    barren: int = 0


@dataclass(slots=True)
class Row:
    """A request that is not in the table yet."""

    fingerprint: int | None
    state: State
    role: str
    priority: int
    host: str
    request: str
    attempts: int = 0
    not_before: str | None = None


@dataclass(slots=True)
class Unwritten:
    """Everything by the number of its request, the name of its set, the root of its listing."""

    rows: dict[int, Row] = field(default_factory=dict)
    states: dict[int, tuple[State, int, str | None]] = field(default_factory=dict)
    fingerprints: set[int] = field(default_factory=set)
    marks: dict[str, dict[str, str]] = field(default_factory=dict)
    listings: dict[str, Listing] = field(default_factory=dict)
    changed: bool = False

    def __bool__(self) -> bool:
        return self.changed or bool(self.rows or self.states or self.listings)

    def write(self, conn: sqlite3.Connection, me: int) -> None:
        """Store all of it as of the source with the id `me`, in the caller's transaction."""
        conn.executemany(
            "INSERT INTO frontier (source_id, id, fingerprint, state, role, priority, host,"
            " attempts, not_before, request) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [
                (me, id, row.fingerprint, row.state, row.role, row.priority, row.host,
                 row.attempts, row.not_before, row.request)
                for id, row in self.rows.items()
            ],
        )  # fmt: skip
        conn.executemany(
            "UPDATE frontier SET state = ?1, attempts = ?2, not_before = ?3,"
            " request = iif(?1 = 'done', '', request) WHERE source_id = ?4 AND id = ?5",
            [(*state, me, id) for id, state in self.states.items()],
        )
        conn.executemany(
            "INSERT INTO walk_marks (source_id, mark, value, means) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET means = excluded.means WHERE means <> excluded.means",
            [
                (me, name, value, means)
                for name, words in self.marks.items()
                for value, means in words.items()
            ],
        )
        conn.executemany(
            "INSERT INTO walk_listings (source_id, root, id, first, pages, barren)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET first = excluded.first,"
            " pages = excluded.pages, barren = excluded.barren",
            [(me, root, o.id, o.first, o.pages, o.barren) for root, o in self.listings.items()],
        )


@lru_cache(maxsize=1024)  # a page's own address is looked for half a dozen times
def fingerprint(what: str) -> int:
    """64 bits of what is asked for: among a million the chance that any two agree is 3 in 10^8."""
    made = hashlib.blake2b(what.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(made.digest(), "big", signed=True)
