"""A harvest that is killed loses nothing; `tests/crash_harvest.py` does the same at length."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from netmeta.facade import Netmeta
from tests.crash_harvest import crash
from tests.generated_site import GeneratedSite, generated


def test_a_harvest_killed_again_and_again_comes_to_its_end_whole(tmp_path: Path) -> None:
    found = crash(tmp_path, pages=200, kills=4, seed=7)
    assert found.ok, found
    assert found.kills == 4


@pytest.fixture
def harvesting(tmp_path: Path) -> Iterator[tuple[Path, GeneratedSite, subprocess.Popen[str]]]:
    """A harvest under way: the catalogue, the site, the process."""
    db = tmp_path / "netmeta.db"
    with generated(300) as site:
        with Netmeta.open(db) as nm:
            source = nm.add_source(f"{site.base}/", name="school", spider="site")
            nm.catalogue.update_source(replace(source, options={"delay_s": 0.2}))
        running = netmeta(db, "harvest")
        while running.poll() is None and len(site.asked) < 8:
            time.sleep(0.005)
        yield db, site, running
        running.kill()
        running.communicate()


def netmeta(db: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "netmeta", "--db", str(db), "--lang", "en", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "NETMETA_CONFIG": os.devnull},
    )  # fmt: skip


def test_ctrl_c_keeps_what_was_read_and_a_second_harvest_goes_on(
    harvesting: tuple[Path, GeneratedSite, subprocess.Popen[str]],
) -> None:
    db, site, running = harvesting
    other = netmeta(db, "harvest")
    _, told = other.communicate(timeout=60)
    assert other.returncode == 4
    assert f"pid {running.pid}" in told
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Interrupted" in told
    remaining = re.search(r"school: (\d+) pages are still to be read", told)
    assert remaining
    with Netmeta.open(db) as nm:
        (open_,) = nm.catalogue.conn.execute(
            "SELECT count(*) FROM frontier WHERE state = 'pending'"
        ).fetchone()
        assert int(remaining[1]) == open_ > 0
        (counts,) = nm.catalogue.conn.execute("SELECT counts FROM runs ORDER BY id").fetchone()
        assert json.loads(counts)["remaining"] == open_
    read = {path for path in site.asked if path.startswith("/news/")}
    with Netmeta.open(db) as nm:
        stored = sum(nm.catalogue.counts().values())
        assert 0 < stored < 300
        assert stored == len(read)
        nm.catalogue.update_source(replace(nm.catalogue.source("school"), options={"delay_s": 0}))
        nm.harvest()
        assert sum(nm.catalogue.counts().values()) == 300
