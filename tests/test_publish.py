"""Snapshots: of one moment, whole, swapped in one step, and followed by servers that read them."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from netmeta.catalogue import Catalogue, RecordWriter
from netmeta.catalogue.lock import lock_file
from netmeta.config import Config
from netmeta.errors import LockedError, StorageError
from netmeta.facade import Netmeta
from netmeta.services import publish as publishing
from netmeta.services.publish import LEFT_BEHIND, newest, publish, verify
from netmeta.services.reindex import index_status, update_index, verify_index
from tests.conftest import SOURCE, Ran, record
from tests.worker_processes import until


@pytest.fixture
def config(catalogue: Catalogue) -> Config:
    return Config(db=catalogue.path)


@pytest.fixture
def living(catalogue: Catalogue, config: Config) -> Catalogue:
    """A catalogue with 30 records, of which the index knows 20."""
    catalogue.add_source(SOURCE)
    with RecordWriter(catalogue) as writer:
        for number in range(20):
            writer.add(record(number), source_id=1, run_id=catalogue.start_run(1))
    update_index(catalogue, config)
    with RecordWriter(catalogue) as writer:
        for number in range(20, 30):
            writer.add(record(number), source_id=1, run_id=1)
    with catalogue.transaction() as conn:
        conn.execute("INSERT INTO suppressions (kind, value, at) VALUES ('person', 'Тайнова', '')")
        conn.execute("INSERT INTO jobs (kind, asked_by, asked_at) VALUES ('index', 'trigger', '')")
    return catalogue


def test_a_snapshot_is_whole_and_leaves_private_things_behind(
    living: Catalogue, config: Config, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    made = publish(living, config, site)
    folder = newest(site)
    assert str(folder) == made.folder
    assert made.seq == living.last_seq()
    assert verify(folder) == []
    theirs = Config(db=folder / "netmeta.db")
    with Catalogue(theirs.db, read_only=True) as copied:
        assert copied.last_seq() == living.last_seq()
        assert index_status(copied, theirs).state == "ok"
        assert verify_index(copied, theirs)["ok"]
        for name in LEFT_BEHIND:
            assert copied.conn.execute(f"SELECT count(*) FROM {name}").fetchone() == (0,), name
        assert copied.conn.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert "Тайнова".encode() not in theirs.db.read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == [
        "manifest.json", "netmeta.db", "netmeta.db.index",
    ]  # fmt: skip
    with Netmeta(Catalogue(theirs.db, read_only=True), theirs) as nm:
        assert nm.search("урок математики").total == 30


def test_a_changed_file_is_found_and_nobody_writes_to_a_snapshot(
    living: Catalogue, config: Config, tmp_path: Path
) -> None:
    publish(living, config, tmp_path / "site")
    folder = newest(tmp_path / "site")
    with pytest.raises(StorageError, match="cannot be written"):
        Catalogue(folder / "netmeta.db")
    file = folder / "netmeta.db"
    file.chmod(0o644)
    with file.open("r+b") as opened:
        opened.seek(5000)
        opened.write(b"?")
    assert verify(folder) == ["netmeta.db"]


def test_a_few_generations_are_kept_and_a_failure_changes_nothing(
    living: Catalogue, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    names = [Path(publish(living, config, site, keep=2).folder).name for _ in range(4)]
    assert len(set(names)) == 4
    assert newest(site).name == names[-1]
    kept = {path.name for path in site.iterdir() if path.is_dir() and not path.is_symlink()}
    assert kept == set(names[-2:])

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publishing, "_sha256", full)
    with pytest.raises(StorageError, match="No space left"):
        publish(living, config, site)
    assert newest(site).name == names[-1]
    assert not list(site.glob(".draft*"))


def test_a_snapshot_of_an_earlier_schema_is_not_served(
    living: Catalogue, config: Config, tmp_path: Path, cli: Callable[..., Ran]
) -> None:
    publish(living, config, tmp_path / "site")
    file = newest(tmp_path / "site") / "netmeta.db"
    file.chmod(0o644)
    with closing(sqlite3.connect(file)) as db:
        db.execute("DELETE FROM _sqlite_migrations WHERE name LIKE '0005%'")
        db.commit()
    ran = cli("serve", "--snapshot", str(tmp_path / "site"), "--port", "0")
    assert ran.code == 5
    assert "earlier netmeta" in ran.err


def test_one_publishes_at_a_time(living: Catalogue, config: Config, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()

    def refused(holder: str) -> LockedError:
        return LockedError(holder)

    (site / ".draft-99999").mkdir()  # of one that was killed
    with (
        lock_file(site / "current", ".lock", task="test", refused=refused),
        pytest.raises(LockedError, match="Another process publishes"),
    ):
        publish(living, config, site)
    publish(living, config, site)
    assert not (site / ".draft-99999").exists()


def test_a_snapshot_taken_while_a_harvest_writes_is_of_one_moment(
    living: Catalogue, config: Config, tmp_path: Path
) -> None:
    stop, written = threading.Event(), threading.Event()

    def harvest() -> None:
        number = 100
        with Catalogue(living.path) as mine, RecordWriter(mine) as writer:
            while not stop.is_set():
                for _ in range(20):
                    number += 1
                    writer.add(record(number), source_id=1, run_id=1)
                writer.flush()
                update_index(mine, config)  # replaces the index that is being copied
                written.set()

    thread = threading.Thread(target=harvest)
    thread.start()
    written.wait(60)
    try:
        made = [publish(living, config, tmp_path / "site", keep=9) for _ in range(3)]
    finally:
        stop.set()
        thread.join()
    for one in made:
        theirs = Config(db=Path(one.folder) / "netmeta.db")
        with Catalogue(theirs.db, read_only=True) as copied:
            assert copied.last_seq() == one.seq
            assert (one.seq - 30) % 20 == 0
            assert verify_index(copied, theirs)["ok"]


def test_commands(living: Catalogue, cli: Callable[..., Ran], tmp_path: Path) -> None:
    ran = cli("serve", "--snapshot", str(tmp_path / "site"))
    assert ran.code == 5
    assert "There is no snapshot" in ran.err
    told = json.loads(cli("publish", str(tmp_path / "site"), "--json").out)
    assert told["seq"] == living.last_seq()
    (tmp_path / "file").write_text("")
    assert cli("publish", str(tmp_path / "file" / "site")).code == 5
    assert cli("serve", "--snapshot", str(tmp_path / "site"), "--root").code == 2


@pytest.fixture
def serving(living: Catalogue, config: Config, tmp_path: Path) -> Iterator[tuple[Path, list[str]]]:
    """Two servers on one folder of snapshots."""
    site = tmp_path / "site"
    publish(living, config, site)
    words = [
        sys.executable,
        "-m",
        "netmeta",
        "--lang",
        "en",
        "serve",
        "--snapshot",
        str(site),
        "--port",
        "0",
    ]
    running = [
        subprocess.Popen(
            words,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "NETMETA_CONFIG": os.devnull},
        )
        for _ in range(2)
    ]
    bases = []
    for one in running:
        assert one.stderr is not None
        found = re.search(r"http://\S+/", one.stderr.readline())
        assert found
        bases.append(found[0])
    yield site, bases
    for one in running:
        one.terminate()
        one.communicate()


def test_servers_follow_the_newest_snapshot(
    living: Catalogue, config: Config, serving: tuple[Path, list[str]]
) -> None:
    site, bases = serving

    def total(base: str) -> int:
        return int(httpx.get(f"{base}search.json", params={"q": "математики"}).json()["total"])

    assert [total(base) for base in bases] == [30, 30]
    with RecordWriter(living) as writer:
        for number in range(30, 35):
            writer.add(record(number), source_id=1, run_id=1)
    assert [total(base) for base in bases] == [30, 30]  # what lives is no snapshot
    publish(living, config, site, keep=2)
    until(lambda: [total(base) for base in bases] == [35, 35])
    page = httpx.get(f"{bases[0]}netmeta/records.json?_size=0")
    assert page.status_code == 200
    with closing(sqlite3.connect(f"file:{newest(site)}/netmeta.db?mode=ro", uri=True)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
