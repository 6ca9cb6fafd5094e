"""Frontier: what one walk over a source still has to ask for, and what it has asked for.

Everything is first gathered in memory: by page (`keep` or `drop` it as a whole), then by batch,
which `write` stores in the caller's transaction, together with the records and visits of the same
pages. So a page's links, its record and its acknowledgement are there together or not at all, and
a process that is killed leaves the walk as it was after some page. Look-ups see what was gathered.

Of requests only those that were leased are in memory; the caps of a walk and what it has seen are
read from SQL as well, so that memory does not grow with a site.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Mapping, Set
from importlib import resources
from typing import Any, Final, NamedTuple

from netmeta.catalogue.migrations import statements
from netmeta.catalogue.stored import dump, utc
from netmeta.catalogue.unwritten import Listing, Row, State, Unwritten, fingerprint

FRESH: Final = dt.timedelta(days=1)
"""A walk that is taken up later than so after it began looks at listings and feeds once more."""

_KNOWN_MOST: Final = 20_000
"""Fingerprints kept in memory: of links that stand on every page of a site and, as long as they
are fewer, of all that a walk has stored, which then need not be looked up. Some 2 MB."""

_STEP: Final = "0002_frontier.sql"


class Waiting(NamedTuple):
    """A request that may be leased; `request` is its JSON."""

    id: int
    priority: int
    request: str
    attempts: int = 0
    not_before: str | None = None


class Frontier:
    """The walk of one source.

    Args:
        conn: the catalogue's connection, which this class writes to only in `begin` and `write`;
            None for a walk that nothing is to be left of.
        source_id: of the source.

    Attributes:
        notes: what the spider wants to find again when the walk is taken up; JSON.
        earlier: figures of the processes that worked on this walk before.
        listings: {root: listing}; after changing one, say `touch(root)`.
        anew: everything is read again in this walk.
    """

    def __init__(self, conn: sqlite3.Connection | None = None, source_id: int = 0) -> None:
        self.durable = conn is not None
        self._conn = conn if conn is not None else _in_memory()
        if conn is None:
            weakref.finalize(self, self._conn.close)
        self.source_id = source_id
        self.notes: dict[str, Any] = {}
        self.earlier: dict[str, Any] = {}
        self.counts: Mapping[str, Any] = {}
        self.listings: dict[str, Listing] = {}
        self.anew = False
        self._count = 0
        self._next_id = 1
        self._page: set[int] = set()
        self._page_marks: dict[str, dict[str, str]] = {}
        self._batch = Unwritten()
        self._known: set[int] = set()
        self._knows_all = False
        self._leased: dict[int, int] = {}
        if conn is None:
            self.begin(self._conn, now=dt.datetime.now(dt.UTC), anew=False)

    # --- beginning and end

    def begin(self, conn: sqlite3.Connection, *, now: dt.datetime, anew: bool) -> bool:
        """Take up what an earlier process left, or begin; returns whether something was left.

        Call it in a transaction while holding the harvest lock: leases that are there belong to
        a process that is no more.

        Args:
            anew: forget what was left, and read everything again.
        """
        if anew:
            self.end(conn)
        sql = "SELECT began, anew, notes, counts FROM walks WHERE source_id = ?"
        row = conn.execute(sql, (self.source_id,)).fetchone()
        if row is None:
            conn.execute(
                "INSERT INTO walks (source_id, began, anew) VALUES (?, ?, ?)",
                (self.source_id, utc(now), int(anew)),
            )
            self.anew = anew
            self._knows_all = True
            return False
        self.anew = bool(row[1])
        self.notes, self.earlier = json.loads(row[2]), json.loads(row[3])
        conn.execute(
            "UPDATE frontier SET state = 'pending'"
            " WHERE source_id = ? AND state <> 'done' AND state = 'leased'",
            (self.source_id,),
        )
        if now - dt.datetime.fromisoformat(row[0]) > FRESH:
            self._look_again(conn, now)
        self.listings = {
            root: Listing(*rest)
            for root, *rest in conn.execute(
                "SELECT root, id, first, pages, barren FROM walk_listings WHERE source_id = ?",
                (self.source_id,),
            )
        }
        self._count, last = conn.execute(
            "SELECT count(*), coalesce(max(id), 0) FROM frontier WHERE source_id = ?",
            (self.source_id,),
        ).fetchone()
        self._next_id = last + 1
        return True

    def _look_again(self, conn: sqlite3.Connection, now: dt.datetime) -> None:
        """Forget that guides and listings were read: they may show new entries by now."""
        mine = (self.source_id,)
        conn.execute("UPDATE walks SET began = ? WHERE source_id = ?", (utc(now), *mine))
        conn.execute(
            "DELETE FROM frontier WHERE source_id = ? AND state = 'done'"
            " AND role NOT IN ('entry', 'page', '')",
            mine,
        )
        conn.execute("DELETE FROM walk_listings WHERE source_id = ?", mine)
        conn.execute("DELETE FROM walk_marks WHERE source_id = ? AND mark LIKE 'shown %'", mine)

    def end(self, conn: sqlite3.Connection) -> None:
        """Leave nothing of the walk, in the caller's transaction."""
        conn.execute("DELETE FROM walks WHERE source_id = ?", (self.source_id,))  # and all of it

    def remaining(self) -> int:
        """How many requests are still to be answered, as stored by the last `write`."""
        sql = "SELECT count(*) FROM frontier WHERE source_id = ? AND state <> 'done'"
        (count,) = self._conn.execute(sql, (self.source_id,)).fetchone()
        return int(count)

    def postponed(self, now: dt.datetime) -> tuple[int, dt.datetime | None]:
        """How many requests wait for a time to come, and the first such time; as stored by the
        last `write`."""
        sql = (
            "SELECT count(*), min(not_before) FROM frontier"
            " WHERE source_id = ? AND state = 'pending' AND not_before > ?"
        )
        count, first = self._conn.execute(sql, (self.source_id, utc(now))).fetchone()
        return int(count), dt.datetime.fromisoformat(first) if first else None

    # --- by page

    def ask(self, what: str) -> None:
        """Note that something (an address, an identity) is asked for in this walk."""
        self._page.add(fingerprint(what))

    @property
    def size(self) -> int:
        """How much was asked for in this walk."""
        return self._count + len(self._page)

    def asked(self, what: str) -> bool:
        """Whether something was asked for in this walk."""
        return self._is_known(fingerprint(what))

    def mark(self, name: str, value: str, means: str = "") -> None:
        """Put a word into a set of this walk."""
        self._page_marks.setdefault(name, {})[value] = means

    def is_marked(self, name: str, value: str) -> bool:
        """Whether a word is in a set of this walk."""
        if any(value in marks.get(name, ()) for marks in (self._page_marks, self._batch.marks)):
            return True
        if self._knows_all and _mark_print(name, value) not in self._known:
            return False
        sql = "SELECT 1 FROM walk_marks WHERE source_id = ? AND mark = ? AND value = ?"
        return self._conn.execute(sql, (self.source_id, name, value)).fetchone() is not None

    def unmarked(self, name: str, values: Iterable[str]) -> set[str]:
        """Those of the words that are not in a set of this walk."""
        left = set(values)
        for gathered in (self._page_marks, self._batch.marks):
            left.difference_update(gathered.get(name, ()))
        stored = left
        if self._knows_all:
            stored = {value for value in left if _mark_print(name, value) in self._known}
        if stored:
            found = self._conn.execute(
                "SELECT value FROM walk_marks WHERE source_id = ? AND mark = ?"
                " AND value IN (SELECT value FROM json_each(?))",
                (self.source_id, name, dump(list(stored))),
            )
            left.difference_update(value for (value,) in found)
        return left

    def marked(self, name: str) -> set[str]:
        """All words of a set of this walk."""
        sql = "SELECT value FROM walk_marks WHERE source_id = ? AND mark = ?"
        stored = {value for (value,) in self._conn.execute(sql, (self.source_id, name))}
        return stored.union(self._batch.marks.get(name, ()), self._page_marks.get(name, ()))

    def touch(self, root: str) -> None:
        """A listing has changed."""
        self._batch.listings[root] = self.listings[root]

    def add(
        self, request: str, *, what: str | None, role: str, priority: int, host: str, lease: bool
    ) -> Waiting | None:
        """Add a request (JSON); None if `what` it asks for was asked for before.

        Args:
            what: None for a request that may be repeated.
            lease: it is taken at once.
        """
        print_ = None if what is None else fingerprint(what)
        if print_ is not None:
            if print_ in self._page:
                self._page.discard(print_)
            elif self._is_known(print_):
                return None
            self._batch.fingerprints.add(print_)
        id = self._take_id()
        state: State = "leased" if lease else "pending"
        self._batch.rows[id] = Row(print_, state, role, priority, host, request)
        if lease:
            self._leased[id] = 0
        return Waiting(id, priority, request)

    def keep(self) -> None:
        """The page was taken in as a whole: what was gathered goes into the batch."""
        for print_ in self._page:
            if not self._is_known(print_, but_page=True):
                self._batch.rows[self._take_id()] = Row(print_, "done", "", 0, "", "")
                self._batch.fingerprints.add(print_)
        for name, words in self._page_marks.items():
            self._batch.marks.setdefault(name, {}).update(words)
        self._batch.changed = True
        self.drop()

    def drop(self) -> None:
        """The page was not taken in: what was gathered is forgotten."""
        self._page = set()
        self._page_marks = {}

    # --- leases

    def lease(self, most: int, *, until: dt.datetime | None = None) -> list[Waiting]:
        """Requests to ask for, the most urgent first; `not_before` is the caller's to heed.

        Args:
            until: those that wait for a later time are left alone.
        """
        taken = self._leased.keys() | self._batch.states.keys()
        rows = self._conn.execute(
            "SELECT id, priority, request, attempts, not_before FROM frontier"
            " WHERE source_id = ? AND state <> 'done'"
            " AND (not_before IS NULL OR not_before <= coalesce(?, not_before))"
            " ORDER BY priority DESC, id LIMIT ?",
            (self.source_id, utc(until) if until else None, most + len(taken)),
        )
        found = [Waiting._make(row) for row in rows if row[0] not in taken][:most]
        for one in found:
            self._set(one.id, "leased", one.attempts, one.not_before)
            self._leased[one.id] = one.attempts
        return found

    def done(self, id: int) -> None:
        """The request was answered for good."""
        self._set(id, "done", self._leased.pop(id, 0), None)

    def give_back(self, id: int, not_before: str | None = None) -> None:
        """The request was not asked for, or its answer not taken: it stays for later."""
        self._set(id, "pending", self._leased.pop(id, 0), not_before)

    def again(self, id: int, not_before: dt.datetime) -> None:
        """An attempt failed; the lease stays, and whoever may find it later waits as well."""
        self._leased[id] = self._leased.get(id, 0) + 1
        self._set(id, "leased", self._leased[id], utc(not_before))

    def _set(self, id: int, state: State, attempts: int, not_before: str | None) -> None:
        row = self._batch.rows.get(id)
        if row is None:
            self._batch.states[id] = state, attempts, not_before
            return
        row.state, row.attempts, row.not_before = state, attempts, not_before
        if state == "done":
            row.request = ""

    # --- by batch

    def unwritten(self) -> bool:
        """Whether there is anything to write."""
        return bool(self._batch)

    def write(self, conn: sqlite3.Connection | None = None) -> None:
        """Store what was gathered, in the caller's transaction; say `written` once it is committed.

        A walk that nothing is to be left of writes into its own memory.
        """
        conn = self._conn if not self.durable else conn
        assert conn is not None
        self._batch.write(conn, self.source_id)
        conn.execute(
            "UPDATE walks SET notes = ?, counts = ? WHERE source_id = ?",
            (dump(self.notes), dump(dict(self.counts)), self.source_id),
        )

    def written(self) -> None:
        """What was gathered is in the table."""
        if len(self._known) > _KNOWN_MOST:
            self._known, self._knows_all = set(), False
        self._known |= self._batch.fingerprints
        if self._knows_all:
            for name, words in self._batch.marks.items():
                self._known.update(_mark_print(name, value) for value in words)
        self._batch = Unwritten()

    # --- at the end

    def watched(self) -> Iterator[str]:
        """First pages of a few listings that together show all entries that are not "covered".

        The largest listings go first; one that adds nothing is left out. Only what is written
        counts.
        """
        conn, me = self._conn, self.source_id
        conn.execute("CREATE TEMP TABLE IF NOT EXISTS shown (value TEXT PRIMARY KEY) WITHOUT ROWID")
        conn.execute("DELETE FROM temp.shown")
        add = (
            "INSERT OR IGNORE INTO temp.shown SELECT coalesce(s.means, m.value) FROM walk_marks m"
            " LEFT JOIN walk_marks s"
            " ON s.source_id = m.source_id AND s.mark = 'same' AND s.value = m.value"
            " WHERE m.source_id = ? AND m.mark = ?"
        )
        sizes = dict(
            conn.execute(
                "SELECT mark, count(*) FROM walk_marks WHERE source_id = ? AND mark LIKE 'shown %'"
                " GROUP BY mark",
                (me,),
            ).fetchall()
        )
        conn.execute(add, (me, "covered"))
        for listing in sorted(self.listings.values(), key=lambda one: -sizes.get(shown_by(one), 0)):
            if conn.execute(add, (me, shown_by(listing))).rowcount:
                yield listing.first

    # --- parts

    def _take_id(self) -> int:
        self._count += 1
        self._next_id += 1
        return self._next_id - 1

    def _is_known(self, print_: int, *, but_page: bool = False) -> bool:
        if print_ in self._known or print_ in self._batch.fingerprints:
            return True
        if not but_page and print_ in self._page:
            return True
        if self._knows_all:
            return False
        sql = "SELECT 1 FROM frontier WHERE source_id = ? AND fingerprint = ?"
        if self._conn.execute(sql, (self.source_id, print_)).fetchone() is None:
            return False
        self._known.add(print_)
        return True


class Marked(Set[str]):
    """A set of words of a walk, kept in its frontier."""

    def __init__(self, frontier: Frontier, name: str) -> None:
        self._frontier, self._name = frontier, name

    def add(self, value: str) -> None:
        """Put a word in."""
        self._frontier.mark(self._name, value)

    def __contains__(self, value: object) -> bool:
        return isinstance(value, str) and self._frontier.is_marked(self._name, value)

    def __iter__(self) -> Iterator[str]:
        yield from self._frontier.marked(self._name)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _mark_print(name: str, value: str) -> int:
    return fingerprint(f"mark {name} {value}")


def shown_by(listing: Listing) -> str:
    """Name of the set of entries that a listing showed."""
    return f"shown {listing.id}"


def _in_memory() -> sqlite3.Connection:
    conn = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    script = resources.files("netmeta.catalogue").joinpath("steps", _STEP).read_text("utf-8")
    for statement in statements(script):
        conn.execute(statement)
    return conn
