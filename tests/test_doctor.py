"""`netmeta doctor`: each fault is staged, found, and told with its cure."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from netmeta.catalogue import Catalogue, RecordWriter, harvest_lock
from netmeta.config import Config
from netmeta.schedule import planning
from netmeta.schedule.presence import worker_lock
from netmeta.services import doctor
from netmeta.services.doctor import CHECKS, Finding, examine
from netmeta.services.reindex import rebuild_index
from tests.conftest import SOURCE, Ran, record

LATER = dt.timedelta(days=30)


NOISE = {"cells": bytes(range(1, 201)), "pointers": b"\xff" * 200}


@pytest.fixture
def config(catalogue: Catalogue) -> Config:
    return Config(db=catalogue.path)


@pytest.fixture
def sound(catalogue: Catalogue, config: Config) -> Catalogue:
    """A catalogue in which all is well."""
    catalogue.add_source(replace(SOURCE, url="http://127.0.0.1/rss"))
    run = catalogue.start_run(1)
    with RecordWriter(catalogue) as writer:
        writer.add(record(1), source_id=1, run_id=run)
    catalogue.finish_run(run, status="ok", reason=None, counts={"new": 1, "items": 1})
    rebuild_index(catalogue, config)
    return catalogue


def alarms(catalogue: Catalogue, config: Config) -> list[Finding]:
    found = [one for one in examine(catalogue, config) if one.level == "alarm"]
    assert all(one.cure for one in found), found
    return found


def only(catalogue: Catalogue, config: Config, check: str) -> Finding:
    """The one alarm, which must be of that check."""
    (found,) = alarms(catalogue, config)
    assert found.check == check
    return found


def test_all_is_well(sound: Catalogue, config: Config, cli: Callable[..., Ran]) -> None:
    found = examine(sound, config)
    assert {one.check for one in found} == set(CHECKS)
    assert [one for one in found if one.level == "alarm"] == []
    ran = cli("doctor", "--json")
    assert ran.code == 0
    told = json.loads(ran.out)
    assert told["alarms"] == 0
    assert {one["check"] for one in told["findings"]} == set(CHECKS)
    assert "All is well." in cli("doctor").err


def test_a_full_disk(sound: Catalogue, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE", 10**18)
    assert "are wanted" in only(sound, config, "disk space").text


@pytest.mark.parametrize("noise", NOISE)
def test_a_damaged_file(
    sound: Catalogue, config: Config, cli: Callable[..., Ran], noise: str
) -> None:
    sound.checkpoint()
    sound.close()
    with closing(sqlite3.connect(config.db)) as db:
        (page,) = db.execute("PRAGMA page_size").fetchone()
        (root,) = db.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'records_by_url'"
        ).fetchone()
    with config.db.open("r+b") as file:
        file.seek((root - 1) * page + 8)
        file.write(NOISE[noise])
    ran = cli("doctor", "--json")
    assert ran.code == 3
    found = [one for one in json.loads(ran.out)["findings"] if one["level"] == "alarm"]
    assert "integrity" in [one["check"] for one in found]
    assert all("Restore a backup" in one["cure"] for one in found)


def test_rows_without_their_owner(sound: Catalogue, config: Config) -> None:
    sound.conn.execute("PRAGMA foreign_keys = OFF")
    sound.conn.execute("INSERT INTO record_grades VALUES (4711, 5)")
    assert "record_grades" in only(sound, config, "integrity").text


def test_a_log_that_only_grows(
    sound: Catalogue, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "LARGEST_WAL", 1)
    with sound.transaction() as conn:
        conn.execute("UPDATE sources SET title = 'x'")
    assert "grown" in only(sound, config, "write-ahead log").text


def test_an_index_that_is_missing_or_behind(sound: Catalogue, config: Config) -> None:
    with RecordWriter(sound) as writer:
        writer.add(record(2), source_id=1, run_id=1)
    (found,) = [one for one in examine(sound, config) if one.check == "index"]
    assert (found.level, found.text) == ("note", "1 changes behind")
    (config.index_folder / "CURRENT").unlink()
    assert "index rebuild" in (only(sound, config, "index").cure or "")


def test_a_clock_that_stands_behind(sound: Catalogue, config: Config) -> None:
    sound._now = lambda: dt.datetime.now(dt.UTC) - LATER
    assert "but something was written at" in only(sound, config, "clock").text


def test_a_name_that_does_not_resolve(sound: Catalogue, config: Config) -> None:
    source = sound.source("school")
    sound.update_source(replace(source, url="http://nowhere.invalid/rss"))
    assert "nowhere.invalid" in only(sound, config, "DNS").text
    sound.update_source(replace(source, url="http://nowhere.invalid/rss", paused=True))
    assert alarms(sound, config) == []


def test_no_certificate_authorities(
    sound: Catalogue, config: Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    assert "SSL_CERT_FILE" in (only(sound, config, "CA bundle").cure or "")


def test_overdue_harvests_and_no_worker(sound: Catalogue, config: Config) -> None:
    planning.ask_due(sound)
    now = sound._now()
    sound._now = lambda: now + dt.timedelta(days=10)
    found = only(sound, config, "worker")
    assert "school" in found.text
    with worker_lock(config):
        assert alarms(sound, config) == []
        (at_work,) = [one for one in examine(sound, config) if one.check == "worker"]
        assert f"pid {os.getpid()}" in at_work.text


def test_a_job_that_does_not_end_and_leases_of_the_dead(sound: Catalogue, config: Config) -> None:
    job, _ = planning.trigger(sound, "school")
    with sound.transaction() as conn:
        conn.execute("UPDATE jobs SET started_at = '2020-01-01T00:00:00Z' WHERE id = ?", (job.id,))
        conn.execute(
            "INSERT INTO walks (source_id, began, anew) VALUES (1, '2026-01-01T00:00:00Z', 0)"
        )
        conn.execute(
            "INSERT INTO frontier (source_id, id, state, role, priority, host, request)"
            " VALUES (1, 1, 'leased', 'entry', 0, 'x', '{}')"
        )
    assert f"job {job.id}" in only(sound, config, "leases").text
    notes = [one for one in examine(sound, config) if one.check == "leases" and one.level == "note"]
    assert ["1 requests were under way" in one.text for one in notes] == [True]
    with harvest_lock(config.db, task="a harvest"):  # then they are nobody's but its own
        assert not [
            one for one in examine(sound, config) if one.check == "leases" and one.level == "note"
        ]


def test_sources_that_are_sick_or_silent(sound: Catalogue, config: Config) -> None:
    run = sound.start_run(1)
    sound.finish_run(run, status="failed", reason="HTTP 500", counts={"failed: HTTP 500": 1})
    found = only(sound, config, "silent sources")
    assert (found.about, "HTTP 500" in found.text) == ("school", True)
    with sound.transaction() as conn:
        conn.execute("DELETE FROM runs WHERE id = ?", (run,))
        conn.execute("UPDATE runs SET started_at = '2026-01-01T00:00:00Z'")
        conn.execute("UPDATE runs SET finished_at = '2026-01-01T00:00:00Z'")
    assert "no good run since" in only(sound, config, "silent sources").text


def test_a_portal_that_was_redesigned(sound: Catalogue, config: Config) -> None:
    for fields in ({"authors": ("Иванова Мария Петровна",)}, {}):
        run = sound.start_run(1)
        with RecordWriter(sound) as writer:
            for number in range(100, 160):
                writer.add(record(number, **fields), source_id=1, run_id=run)
        counts = {"items": 60, "unchanged": 60}
        sound.finish_run(run, status="degraded" if not fields else "ok", reason=None, counts=counts)
    rebuild_index(sound, config)
    assert "authors" in only(sound, config, "drift").text


def test_it_needs_a_catalogue(cli: Callable[..., Ran]) -> None:
    ran = cli("doctor")
    assert ran.code == 5
    assert "There is no catalogue" in ran.err
