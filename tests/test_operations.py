"""What an administrator relies on: upgrades, backups of a living catalogue, settings that explain
themselves, and a page of instructions that is true."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import pytest

from netmeta.catalogue import Catalogue, RecordWriter
from netmeta.catalogue.migrations import migrations
from netmeta.config import Config, load
from netmeta.facade import Netmeta
from netmeta.services.doctor import CHECKS
from netmeta.services.settings import MEANING
from tests.conftest import SOURCE, Ran, record

ROOT = Path(__file__).parents[1]
SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("*.sql"))


@pytest.mark.parametrize("stored", SCHEMAS, ids=lambda path: path.stem)
def test_a_catalogue_of_every_released_schema_opens_and_is_searched(
    stored: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as db:
        db.executescript(stored.read_text("utf-8"))
        before = db.execute("SELECT count(*) FROM records").fetchone()
    with Netmeta.open(old) as nm:
        conn = nm.catalogue.conn
        assert conn.execute("SELECT count(*) FROM records").fetchone() == before
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
        applied = {one.name for one in migrations.applied(nm.catalogue.db)}
        assert applied == {one.name for one in migrations._migrations}
        nm.reindex()
        found = nm.search("дроби")
        assert {hit.title for hit in found.hits} == {
            "Обыкновенные дроби, 5 класс",
            "Сложение дробей с разными знаменателями",
        }
        assert nm.record(found.hits[0].id)["authors"]
        # What the portal says now goes over what was stored, and nothing is doubled.
        with RecordWriter(nm.catalogue) as writer:
            writer.add(
                record(1, title="Новый заголовок"), source_id=1, run_id=nm.catalogue.start_run(1)
            )
        assert nm.catalogue.conn.execute("SELECT count(*) FROM records").fetchone() == before


@pytest.mark.parametrize(
    "words", [("status",), ("doctor",), ("schedule", "list"), ("config", "show")]
)
def test_whoever_only_reads_can_be_the_first_after_an_upgrade(
    words: tuple[str, ...], cli: Callable[..., Ran], tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "netmeta.db")) as db:
        db.executescript(SCHEMAS[0].read_text("utf-8"))
        db.execute("PRAGMA journal_mode = WAL")
    assert cli(*words, "--json").code in (0, 3)


def test_a_new_catalogue_and_an_upgraded_one_are_built_alike(tmp_path: Path) -> None:
    shapes = []
    for name in ("new.db", "old.db"):
        if name == "old.db":
            with closing(sqlite3.connect(tmp_path / name)) as db:
                db.executescript(SCHEMAS[0].read_text("utf-8"))
        with Catalogue(tmp_path / name) as catalogue:
            rows = catalogue.conn.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name")
            shapes.append({row[:2]: " ".join(str(row[2]).split()) for row in rows})
    assert shapes[0] == shapes[1]


def test_a_backup_of_a_catalogue_that_is_being_written(
    catalogue: Catalogue, cli: Callable[..., Ran], tmp_path: Path
) -> None:
    catalogue.add_source(SOURCE)
    run = catalogue.start_run(1)
    stop, written = threading.Event(), threading.Event()

    def harvest() -> None:
        number = 0
        with Catalogue(catalogue.path) as mine, RecordWriter(mine) as writer:
            while not stop.is_set():
                for _ in range(20):
                    number += 1
                    writer.add(record(number), source_id=1, run_id=run)
                writer.flush()
                written.set()

    thread = threading.Thread(target=harvest)
    thread.start()
    written.wait(60)
    copy = tmp_path / "backups" / "netmeta.db"
    ran = cli("backup", str(copy), "--json")
    again = cli("backup", str(copy))
    forced = cli("backup", str(copy), "--force")
    stop.set()
    thread.join()
    assert (ran.code, again.code, forced.code) == (0, 2, 0)
    assert "exists already" in again.err
    assert json.loads(ran.out)["size_bytes"] > 0
    assert [path.name for path in copy.parent.iterdir()] == ["netmeta.db"]  # no draft is left
    with Catalogue(copy) as restored:
        conn = restored.conn
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (records,) = conn.execute("SELECT count(*) FROM records").fetchone()
        assert records % 20 == 0  # whole transactions only
        assert records == conn.execute("SELECT count(*) FROM record_texts").fetchone()[0] > 0
        assert restored.last_seq() == records
        assert conn.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with Netmeta.open(copy) as nm:  # restored: the index is made from the catalogue
        nm.reindex()
        assert nm.search("математика").total > 0


def test_a_backup_onto_itself_or_into_nowhere_harms_nothing(
    catalogue: Catalogue, cli: Callable[..., Ran], tmp_path: Path
) -> None:
    catalogue.add_source(SOURCE)
    assert cli("backup", str(catalogue.path), "--force").code == 2
    (tmp_path / "file").write_text("x")
    ran = cli("backup", str(tmp_path / "file" / "copy.db"))
    assert ran.code == 5
    assert "Cannot write" in ran.err
    assert [status.source.name for status in catalogue.sources()] == ["school"]


# --- settings -------------------------------------------------------------------------------------


def test_config_show_says_where_each_value_came_from(
    cli: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netmeta.toml").write_text('delay_s = 3\nsmtp_url = "smtps://me:secret@mail"\n')
    monkeypatch.setenv("NETMETA_CONCURRENCY", "5")
    found = json.loads(cli("config", "show", "--json").out)
    assert found["delay_s"] == {"value": 3.0, "origin": "file"}
    assert found["concurrency"] == {"value": 5, "origin": "environment"}
    assert found["db"] == {"value": str(tmp_path / "netmeta.db"), "origin": "flag"}
    assert found["engine"] == {"value": "tantivy", "origin": "default"}
    assert found["smtp_url"]["value"] == "smtps://me:***@mail"
    assert set(found) == {one.name for one in fields(Config)} - {"origins"}
    table = cli("config", "show").out
    assert "secret" not in table
    assert "environment" in table


def test_config_init_writes_what_can_be_read_back(cli: Callable[..., Ran], tmp_path: Path) -> None:
    file = tmp_path / "new" / "netmeta.toml"
    assert cli("config", "init", str(file)).code == 0
    text = file.read_text("utf-8")
    assert tomllib.loads(text) == {}
    opened = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.M)
    assert set(tomllib.loads(opened)) == set(MEANING)
    file.write_text(opened, "utf-8")
    read, plain = load(file=file, environment={}), load(environment={"NETMETA_CONFIG": "/dev/null"})
    assert all(getattr(read, name) == getattr(plain, name) for name in MEANING)
    assert cli("config", "init", str(file)).code == 2
    assert file.read_text("utf-8") == opened
    assert cli("config", "init", str(file), "--force").code == 0


def test_every_setting_has_its_meaning_in_words() -> None:
    assert set(MEANING) == {one.name for one in fields(Config)} - {"origins"}


def test_an_unknown_setting_names_the_nearest(cli: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "netmeta.toml").write_text("concurency = 5\n")
    ran = cli("config", "show")
    assert ran.code == 2
    assert "Did you mean concurrency?" in ran.err


# --- the page of instructions ---------------------------------------------------------------------


def test_operations_tell_every_check_and_no_command_that_does_not_exist() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    for name in CHECKS:
        assert f"| {name} |" in page, name
    reference = (ROOT / "docs" / "cli.md").read_text("utf-8")
    commands = re.findall(r"`netmeta ([a-z]+)(?: ([a-z]+))?", page)
    assert len(commands) > 15
    for first, second in commands:
        assert f"## netmeta {first}\n" in reference, first
        if f"## netmeta {first} " in reference and second:  # a group: the second word is a command
            assert f"## netmeta {first} {second}\n" in reference, (first, second)


def test_the_units_of_systemd_name_existing_options() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    commands = re.findall(r"^ExecStart=\S+/netmeta (.+)$", page, re.M)
    assert len(commands) >= 2
    for command in commands:
        words = [word for word in command.split() if word.startswith("--") or word.isalpha()]
        ran = subprocess.run(
            [sys.executable, "-m", "netmeta", words[0], "--help"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert all(option in ran.stdout for option in words if option.startswith("--"))
