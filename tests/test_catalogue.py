"""The catalogue file: opening, batches, change log, what goes wrong."""

from __future__ import annotations

import datetime as dt
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from netmeta.catalogue import Catalogue, Outcome, RecordWriter, harvest_lock
from netmeta.catalogue.migrations import APPLICATION_ID, statements
from netmeta.catalogue.queries import changed_since, copies, history
from netmeta.catalogue.writer import BATCH_AGE_S, BATCH_SIZE
from netmeta.errors import (
    LockedError,
    NewerSchemaError,
    NotACatalogueError,
    StorageError,
    UnknownRecordError,
    UnknownSourceError,
    UsageError,
)
from netmeta.model import Record
from tests.conftest import SOURCE, record


def write(catalogue: Catalogue, *records: Record) -> dict[str, int]:
    """Write records in a run of their own; returns the outcomes."""
    try:
        source_id = catalogue.source_id("school")
    except UnknownSourceError:
        source_id = catalogue.add_source(SOURCE)
    run_id = catalogue.start_run(source_id)
    with RecordWriter(catalogue) as writer:
        for one in records:
            writer.add(one, source_id=source_id, run_id=run_id)
    tally = writer.tallies.get(run_id)
    return {str(k): n for k, n in tally.outcomes.items()} if tally else {}


def total_changes(catalogue: Catalogue) -> int:
    return int(catalogue.conn.total_changes)


def test_a_new_catalogue_is_wal_and_ours(catalogue: Catalogue) -> None:
    one = lambda sql: catalogue.conn.execute(sql).fetchone()[0]  # noqa: E731
    assert one("PRAGMA journal_mode") == "wal"
    assert one("PRAGMA application_id") == APPLICATION_ID
    assert one("PRAGMA wal_autocheckpoint") == 0
    assert one("PRAGMA integrity_check") == "ok"


def test_statements_are_split_at_their_ends_only() -> None:
    script = "CREATE TABLE a (b); -- one; two\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\nSELECT 1;\nEND;\n"
    assert len(list(statements(script))) == 2


def test_records_come_back_as_they_went(catalogue: Catalogue) -> None:
    made = record(1, authors=("Иванова Мария Ивановна, учитель математики",), grade=("5 класс",))
    assert write(catalogue, made) == {"new": 1}
    stored = catalogue.record(1)
    assert stored["title"] == made.title
    assert stored["authors"][0]["name"] == "Иванова Мария Ивановна"
    assert stored["grades"] == [5]
    assert stored["body"] == made.body
    assert catalogue.explained(1)["raw"]["grade"] == ["5 класс"]
    sql = "SELECT typeof(raw), typeof(explained) FROM record_texts"
    assert catalogue.conn.execute(sql).fetchone() == ("text", "text")


def test_an_unchanged_record_writes_nothing(catalogue: Catalogue) -> None:
    write(catalogue, record(1), record(2))
    source_id, seq = catalogue.source_id("school"), catalogue.last_seq()
    before = total_changes(catalogue)
    with RecordWriter(catalogue) as writer:
        for number in (1, 2):
            writer.add(record(number), source_id=source_id, run_id=None)
    assert writer.tallies[None].outcomes == {Outcome.UNCHANGED: 2}
    assert catalogue.last_seq() == seq
    assert total_changes(catalogue) == before


def test_a_change_is_one_row_that_says_what(catalogue: Catalogue) -> None:
    write(catalogue, record(1))
    assert write(catalogue, record(1, title="Урок физики")) == {"changed": 1}
    rows = history(catalogue.conn, 1)
    assert [row["op"] for row in rows] == ["new", "changed"]
    assert rows[1]["fields"]["title"] == ["Урок математики № 1", "Урок физики"]
    assert rows[1]["run"]["id"] == 2
    assert "body" not in rows[1]["fields"]


def test_a_long_text_is_told_by_its_beginning(catalogue: Catalogue) -> None:
    write(catalogue, record(1, body="а" * 5000))
    write(catalogue, record(1, body="б" * 6000))
    before, after = history(catalogue.conn, 1)[1]["fields"]["body"]
    assert before == {"characters": 5000, "begins": "а" * 200}
    assert after["characters"] == 6000


def test_daily_figures_are_stored_but_are_no_change(catalogue: Catalogue) -> None:
    write(catalogue, record(1, views="10"))
    assert write(catalogue, record(1, views="25")) == {"unchanged": 1}
    rows = catalogue.conn.execute("SELECT views FROM record_counters").fetchall()
    assert rows == [("25",)]
    assert catalogue.last_seq() == 1


def test_removed_values_leave_no_rows_behind(catalogue: Catalogue) -> None:
    write(catalogue, record(1, grade=("5 класс",), authors=("Иванова М. И.",), tags=("дроби",)))
    write(catalogue, record(1, grade=("6 класс",)))
    stored = catalogue.record(1)
    assert (stored["grades"], stored["authors"], stored["tags"]) == ([6], [], [])


def test_two_states_of_one_record_in_one_batch_are_two_changes(catalogue: Catalogue) -> None:
    assert write(catalogue, record(1), record(1, title="Другой урок")) == {"new": 1, "changed": 1}
    assert catalogue.record(1)["title"] == "Другой урок"


def test_a_record_that_was_gone_is_restored(catalogue: Catalogue) -> None:
    write(catalogue, record(1))
    with catalogue.transaction() as conn:
        conn.execute("UPDATE records SET gone_at = '2026-01-01T00:00:00Z'")
    assert write(catalogue, record(1)) == {"restored": 1}
    assert catalogue.record(1)["gone_at"] is None


def test_an_override_wins_over_the_harvest(catalogue: Catalogue) -> None:
    write(catalogue, record(1))
    with catalogue.transaction() as conn:
        conn.execute(
            "INSERT INTO overrides VALUES (1, 'title', '\"Правильно\"', 'curator', '2026-01-01')"
        )
    write(catalogue, record(1, title="Новое название портала"))
    assert catalogue.record(1)["title"] == "Правильно"


def test_a_suppressed_address_never_comes_back(catalogue: Catalogue) -> None:
    catalogue.add_source(SOURCE)
    with catalogue.transaction() as conn:
        conn.execute(
            "INSERT INTO suppressions (kind, value, at) VALUES ('url', ?, '2026-01-01')",
            (record(1).url,),
        )
    assert write(catalogue, record(1), record(2)) == {"suppressed": 1, "new": 1}


def test_a_batch_is_written_when_full(catalogue: Catalogue) -> None:
    source_id = catalogue.add_source(SOURCE)
    writer = RecordWriter(catalogue, clock=lambda: 0.0)
    for number in range(BATCH_SIZE - 1):
        writer.add(record(number), source_id=source_id, run_id=None)
    assert catalogue.counts() == {}
    writer.add(record(BATCH_SIZE), source_id=source_id, run_id=None)
    assert sum(catalogue.counts().values()) == BATCH_SIZE


def test_a_batch_is_written_when_old(catalogue: Catalogue) -> None:
    now = [100.0]
    source_id = catalogue.add_source(SOURCE)
    writer = RecordWriter(catalogue, clock=lambda: now[0])
    writer.add(record(1), source_id=source_id, run_id=None)
    writer.tick()
    assert catalogue.counts() == {}
    now[0] += BATCH_AGE_S
    writer.tick()
    assert sum(catalogue.counts().values()) == 1


class Acknowledged:
    """What is stored beside a batch of records, and how many records there are by then."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue, self.records = catalogue, list[int]()

    def unwritten(self) -> bool:
        return not self.records

    def write(self, conn: sqlite3.Connection) -> None:
        self.records.append(sum(self._catalogue.counts().values()))

    def written(self) -> None:
        pass


def test_records_made_later_come_before_what_goes_beside_them(catalogue: Catalogue) -> None:
    source_id = catalogue.add_source(SOURCE)
    beside = Acknowledged(catalogue)
    writer = RecordWriter(catalogue, beside=beside)
    run_id = catalogue.start_run(source_id)
    for made in (record(1), record(2), None, record(1, title="Другой урок"), record(3)):
        writer.add_later(lambda made=made: made, source_id=source_id, run_id=run_id)  # type: ignore[misc]  # bound now
    assert catalogue.counts() == {}
    writer.flush()
    assert beside.records == [3]
    assert catalogue.record(1)["title"] == "Другой урок"
    assert writer.tallies[run_id].outcomes == {"new": 3, "changed": 1}


def test_a_record_that_cannot_be_made_yet_holds_back_all_that_follows(
    catalogue: Catalogue,
) -> None:
    source_id = catalogue.add_source(SOURCE)
    beside = Acknowledged(catalogue)
    writer = RecordWriter(catalogue, beside=beside)
    run_id = catalogue.start_run(source_id)
    full = [True]

    def made() -> Record:
        if full[0]:
            raise StorageError("full")
        return record(1)

    writer.add_later(made, source_id=source_id, run_id=run_id)
    writer.add_later(lambda: record(2), source_id=source_id, run_id=run_id)
    with pytest.raises(StorageError):
        writer.flush()
    assert (catalogue.counts(), beside.records) == ({}, [])
    full[0] = False
    writer.flush()
    assert beside.records == [2]


def test_a_record_that_cannot_be_stored_holds_back_no_other(catalogue: Catalogue) -> None:
    source_id = catalogue.add_source(SOURCE)
    beside = Acknowledged(catalogue)
    writer = RecordWriter(catalogue, beside=beside)
    refused = []
    writer.refused = lambda run_id, bad, error: refused.append((run_id, bad.title, type(error)))
    run_id = catalogue.start_run(source_id)
    no_integer = replace(record(2, title="Дорогой"), certificate_price=2**70)
    for one in (record(1), no_integer, record(3)):
        writer.add(one, source_id=source_id, run_id=run_id)
    writer.flush()
    assert refused == [(run_id, "Дорогой", OverflowError)]
    assert (beside.records, writer.tallies[run_id].outcomes) == ([2], {"new": 2})
    writer.flush()
    assert len(refused) == 1


def test_without_anybody_to_tell_a_record_that_cannot_be_stored_is_an_error(
    catalogue: Catalogue,
) -> None:
    writer = RecordWriter(catalogue)
    source_id = catalogue.add_source(SOURCE)
    writer.add(record(1), source_id=source_id, run_id=None)
    writer.add(replace(record(2), certificate_price=2**70), source_id=source_id, run_id=None)
    with pytest.raises(OverflowError):
        writer.flush()
    assert catalogue.counts() == {}


def test_a_failed_batch_leaves_nothing_and_can_be_written_again(catalogue: Catalogue) -> None:
    source_id = catalogue.add_source(SOURCE)
    writer = RecordWriter(catalogue)
    writer.add(record(1), source_id=source_id, run_id=None)
    writer.add(record(2), source_id=source_id, run_id=None)
    catalogue.conn.execute(
        "CREATE TEMP TRIGGER full BEFORE INSERT ON changes"
        " BEGIN SELECT raise(ABORT, 'database or disk is full'); END"
    )
    with pytest.raises((StorageError, sqlite3.DatabaseError)):
        writer.flush()
    assert catalogue.counts() == {}
    assert catalogue.last_seq() == 0
    catalogue.conn.execute("DROP TRIGGER full")
    writer.flush()
    assert sum(catalogue.counts().values()) == 2
    assert writer.tallies[None].outcomes == {Outcome.NEW: 2}


def test_fill_rates_and_problems_are_counted_per_run(catalogue: Catalogue) -> None:
    write(catalogue, record(1, authors=("Иванова М. И.",)), record(2, authors=("admin",)))
    fields = catalogue.run_fields(1)
    assert fields["authors"] == (1, 2)
    assert fields["body"] == (2, 2)
    problems = catalogue.run_problems(1)
    assert [(p["field"], p["count"]) for p in problems] == [("authors", 1)]


def test_last_seen_moves_once_a_day(tmp_path: Path) -> None:
    now = [dt.datetime(2026, 1, 1, 9, tzinfo=dt.UTC)]
    with Catalogue(tmp_path / "a.db", now=lambda: now[0]) as catalogue:
        write(catalogue, record(1))
        now[0] += dt.timedelta(days=1)
        assert write(catalogue, record(1)) == {"unchanged": 1}
        assert catalogue.record(1)["last_seen"] == "2026-01-02"
        assert catalogue.record(1)["last_changed"] == "2026-01-01T09:00:00Z"
        assert catalogue.last_seq() == 1


def test_the_change_log_feeds_an_index(catalogue: Catalogue) -> None:
    write(catalogue, record(1), record(2), record(3))
    with catalogue.transaction() as conn:
        conn.execute("UPDATE records SET hidden = 1 WHERE id = 2")
    assert changed_since(catalogue.conn, 0, limit=10) == ([1, 3], [2], 3)
    assert changed_since(catalogue.conn, 1, limit=1) == ([], [2], 2)
    assert changed_since(catalogue.conn, 3, limit=10) == ([], [], 3)


def test_exact_copies_are_known_by_their_hash(catalogue: Catalogue) -> None:
    text = "Один и тот же урок о дробях. " * 5
    write(catalogue, record(1, title="Дроби", body=text), record(2, title="Дроби", body=text))
    key = catalogue.record(1)["content_hash"]
    assert [copy["id"] for copy in copies(catalogue.conn, [key])[key]] == [1, 2]


# --- what goes wrong ----------------------------------------------------------------------------


def test_unknown_names_are_told_with_the_nearest(catalogue: Catalogue) -> None:
    catalogue.add_source(SOURCE)
    with pytest.raises(UnknownSourceError, match="Nearest: school"):
        catalogue.source("shcool")
    with pytest.raises(UnknownRecordError):
        catalogue.record(404)
    with pytest.raises(UsageError, match="already"):
        catalogue.add_source(SOURCE)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("Это не база данных, а заметки. " * 100)
    with pytest.raises(NotACatalogueError, match="not a SQLite database"):
        Catalogue(path)
    assert path.read_text().startswith("Это не база")


def test_a_database_of_other_software(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE songs (name)")
    conn.close()
    with pytest.raises(NotACatalogueError, match="not a catalogue"):
        Catalogue(path)


def test_a_catalogue_of_a_newer_version(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with Catalogue(path) as made, made.transaction() as conn:
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('netmeta', '9999_future', '')"
        )
    with pytest.raises(NewerSchemaError, match="9999_future"):
        Catalogue(path)


def test_a_missing_catalogue_is_not_created_by_reading(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="There is no catalogue"):
        Catalogue(tmp_path / "none.db", read_only=True)
    assert not (tmp_path / "none.db").exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="Cannot create the folder"):
        Catalogue(tmp_path / "file" / "deeper" / "netmeta.db")


def test_writing_to_a_read_only_catalogue_says_so(tmp_path: Path) -> None:
    Catalogue(tmp_path / "a.db").close()
    with (
        Catalogue(tmp_path / "a.db", read_only=True) as catalogue,
        pytest.raises(StorageError, match="cannot be written"),
        catalogue.transaction() as conn,
    ):
        conn.execute("DELETE FROM records")


def test_a_busy_catalogue_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Catalogue(path) as first, Catalogue(path) as second:
        first.add_source(SOURCE)
        done = threading.Event()

        def hold() -> None:
            with first.transaction():
                done.set()
                time.sleep(0.3)

        holder = threading.Thread(target=hold)
        holder.start()
        done.wait()
        second.start_run(1)  # waits for the lock instead of failing
        holder.join()
        assert second.run(1).status == "running"


def test_two_harvests_of_one_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    holds = (
        "import sys, pathlib\n"
        "from netmeta.catalogue import harvest_lock\n"
        "with harvest_lock(pathlib.Path(sys.argv[1]), task='netmeta harvest'):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holds, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with (
            pytest.raises(LockedError, match=rf"pid {other.pid}, netmeta harvest"),
            harvest_lock(path, task="x"),
        ):
            pass
        other.kill()
    with harvest_lock(path, task="after a kill"):
        pass


def test_runs_left_open_by_a_crash_are_closed(catalogue: Catalogue) -> None:
    run_id = catalogue.start_run(catalogue.add_source(SOURCE))
    assert catalogue.close_abandoned_runs() == 1
    assert catalogue.run(run_id).status == "interrupted"
    assert catalogue.close_abandoned_runs() == 0
