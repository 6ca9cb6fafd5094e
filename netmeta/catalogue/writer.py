"""RecordWriter: records in batches into the catalogue, with a change-log row for each real change.

A batch is at most 200 records or one second old, whichever comes first, and is one
`BEGIN IMMEDIATE` transaction: records, child rows, change log, field counters of the run, and what
goes `beside` them. A record that is already there in the same form costs one look-up and writes
nothing.
"""

from __future__ import annotations

import sqlite3
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from netmeta.catalogue import tally as tallying
from netmeta.catalogue.alike import Became
from netmeta.catalogue.batch import Batch, Pending
from netmeta.catalogue.beside import Beside
from netmeta.catalogue.drift import Judge, Keeper
from netmeta.catalogue.rows import Dates
from netmeta.catalogue.tally import Tally
from netmeta.errors import LockedError, StorageError
from netmeta.model import Record

if TYPE_CHECKING:
    from netmeta.catalogue.catalogue import Catalogue

BATCH_SIZE: Final = 200
"""Records a transaction: 0.012 ms of SQLite an item, against 18 ms one by one (design figures)."""

BATCH_AGE_S: Final = 1.0
"""A batch is written at the latest this long after its first record came."""

_NOT_OF_A_RECORD: Final = (StorageError, LockedError, sqlite3.OperationalError)
"""Errors that every other record would meet as well."""


class _UndoneError(Exception):
    """Raised to undo a transaction."""


class RecordWriter:
    """Batches records of one or many runs into one catalogue.

    `author` is named in the change log where a person and not a harvest writes. A harvest gives a
    `keeper`: then a value that a page no longer shows may stay (see `netmeta.catalogue.drift`),
    and `settle` is to be called at the end of each run.

    With `beside`, when to write is its owner's choice, who says `flush`: records may not be stored
    before what goes with them is whole.

    `refused`, if given, is told of each record that the catalogue cannot hold, with the run that
    found it and why; without it such a record keeps its whole batch from being written.

    Use as a context manager: leaving the block writes what is pending. `tick()` writes a batch
    that has grown old and is to be called about once a second by whoever may stay idle.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        author: str | None = None,
        keeper: Keeper | None = None,
        clock: Callable[[], float] = time.monotonic,
        beside: Beside | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._author = author
        self._keeper = keeper
        self._clock = clock
        self.beside = beside
        self.refused: Callable[[int | None, Record, Exception], None] | None = None
        self._unsure: dict[int, dict[tuple[int, str], Record]] = {}
        self._became = Became()
        self._pending: dict[tuple[int, str], Pending] = {}
        self._unread: deque[tuple[Callable[[], Record | None], int, int]] = deque()
        self._since = 0.0
        self.tallies: dict[int | None, Tally] = {}

    def __enter__(self) -> RecordWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None or not issubclass(kind, StorageError | LockedError):
            self.flush()  # on Ctrl-C and on errors too: what was fetched is kept

    def add(
        self, record: Record, *, source_id: int, run_id: int | None, dates: Dates | None = None
    ) -> None:
        """Queue a record; writes the batch when it is full or old.

        Args:
            source_id: id of the record's source.
            run_id: the run that found it; None for a curator's or administrator's act.
            dates: those it has elsewhere; the record gets them where they are earlier.

        Raises:
            StorageError: the batch could not be written; it stays pending.
        """
        key = (source_id, record.external_id)
        if key in self._pending:  # two states of one record are two changes, in their order
            self.flush()
        if not self._pending:
            self._since = self._clock()
        self._pending[key] = Pending(run_id, record, dates)
        if self.beside is not None:
            return
        if len(self._pending) >= BATCH_SIZE:
            self.flush()
        else:
            self.tick()

    def add_later(self, read: Callable[[], Record | None], *, source_id: int, run_id: int) -> None:
        """Queue a record that `read` makes when the batch is written, or None if there is none.

        Made many in a row, records take half the processor's time that each takes alone between a
        page that is parsed and one that is fetched. Only for writers with `beside`.
        """
        self._unread.append((read, source_id, run_id))

    def gather(self) -> None:
        """Make the records that were to be made later. Raises: StorageError."""
        while self._unread:
            read, source_id, run_id = self._unread[0]
            if (record := read()) is not None:
                key = (source_id, record.external_id)
                if key in self._pending:  # as in `add`; what goes with all of them comes last
                    self._write(None)
                self._pending[key] = Pending(run_id, record)
            self._unread.popleft()

    def tick(self) -> None:
        """Write the pending batch if it is older than `BATCH_AGE_S`."""
        if self._pending and self._clock() - self._since >= BATCH_AGE_S:
            self.flush()

    def flush(self) -> None:
        """Write everything pending in one transaction.

        Raises:
            StorageError: nothing of the batch was written; it stays pending.
        """
        self.gather()
        beside = self.beside if self.beside is not None and self.beside.unwritten() else None
        if self._pending or beside is not None:
            self._write(beside)

    def _write(self, beside: Beside | None) -> None:
        try:
            self._commit(beside)
        except _NOT_OF_A_RECORD:
            raise
        except Exception:  # whatever it is: a record at fault is found, or it is raised again
            if not self._refuse_what_cannot_be_stored():
                raise
            self._commit(beside)  # the others, in one transaction with what goes beside them

    def _refuse_what_cannot_be_stored(self) -> bool:
        """Take such records out of what is pending; returns whether there was one."""
        if self.refused is None:
            return False
        faults = {key: self._fault(key, one) for key, one in self._pending.items()}
        for key, error in faults.items():
            if error is not None:
                run_id, record, _ = self._pending.pop(key)
                self.refused(run_id, record, error)
        return any(faults.values())

    def _fault(self, key: tuple[int, str], one: Pending) -> Exception | None:
        """Why a record cannot be written, found by writing it alone and undoing that."""
        try:
            with self._catalogue.transaction() as conn:
                Batch(self._catalogue, conn, defaultdict(Tally), self._author).write({key: one})
                raise _UndoneError
        except _UndoneError:
            return None
        except _NOT_OF_A_RECORD:
            raise
        except Exception as error:  # noqa: BLE001 - one record must not hold back the others
            return error

    def _commit(self, beside: Beside | None) -> None:
        tallies: defaultdict[int | None, Tally] = defaultdict(Tally)
        with self._catalogue.transaction() as conn:
            batch = Batch(self._catalogue, conn, tallies, self._author)
            batch.judge = Judge(self._keeper, self.tallies, tallies)
            batch.before = self._became
            if self._pending:
                batch.write(self._pending)
            for run_id, tally in tallies.items():
                if run_id is not None:
                    tallying.store(conn, run_id, tally)
            if beside is not None:
                beside.write(conn)
        if beside is not None:
            beside.written()
        self._pending = {}
        for run_id, tally in tallies.items():  # after the commit: a failed batch counts nothing
            tallying.merge(self.tallies.setdefault(run_id, Tally()), tally)
        self._became.add(batch.became)
        for run_id, key, record in batch.unsure:
            self._unsure.setdefault(run_id, {})[key] = record

    def settle(self, run_id: int) -> None:
        """At the end of a run: values that were kept because little was known yet are cleared,
        unless the field turned out to have fallen.

        Raises: StorageError.
        """
        self.flush()
        unsure = self._unsure.pop(run_id, {})
        if not unsure:
            return
        with self._catalogue.transaction() as conn:
            batch = Batch(self._catalogue, conn, defaultdict(Tally), self._author)
            batch.judge = Judge(self._keeper, self.tallies, {}, final=True)
            batch.write({key: Pending(run_id, record) for key, record in unsure.items()})

    def forget(self, run_id: int) -> None:
        """Keep nothing in mind of a run that is settled: a worker's writer lives for days."""
        self.tallies.pop(run_id, None)
        self._became.forget(run_id)
