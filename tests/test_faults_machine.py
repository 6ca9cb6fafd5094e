"""Faults of this machine and of time: a full disk, a clock that jumps, a calendar without end.

Each is staged for real: a small tmpfs in a mount namespace of its own, libfaketime under a
running harvest, a site whose every month links to the next.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import libfaketime
import pytest

from netmeta.facade import Netmeta
from netmeta.model import Source
from netmeta.services.health import overview
from netmeta.services.records import coming_events
from netmeta.services.sources import store
from tests.conftest import Web
from tests.faults_server import Fault, FaultServer, faults, reply
from tests.generated_site import generated
from tests.test_feeds import entry, rss


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with faults() as started:
        yield started


@pytest.fixture
def nm(tmp_path: Path) -> Iterator[Netmeta]:
    with Netmeta.open(tmp_path / "netmeta.db") as opened:
        yield opened


# --- a full disk --------------------------------------------------------------------------------

ON_A_SMALL_DISK = """
import json, subprocess, sys
from pathlib import Path
from netmeta.errors import StorageError
from netmeta.facade import Netmeta

folder, url = Path(sys.argv[1]), sys.argv[2]
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=True)
told = {}
with Netmeta.open(folder / "netmeta.db") as nm:
    nm.add_source(url + "/few", name="few")
    nm.harvest()
    nm.add_source(url + "/many", name="many")
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as out:
        try:
            while True:
                out.write(b"x" * 4096)
        except OSError:
            pass
    try:
        nm.harvest(["many"])
    except StorageError as error:
        told["full"] = str(error)
    told["kept"] = nm.catalogue.counts()
    told["integrity"] = nm.catalogue.conn.execute("PRAGMA integrity_check").fetchone()[0]
    ballast.unlink()
    nm.harvest(["many"])
    told["after"] = nm.catalogue.counts()
print(json.dumps(told))
"""
OWN_MOUNTS = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]  # fmt: skip


def may_mount() -> bool:
    """Whether this system lets a process mount a tmpfs of its own."""
    words = [*OWN_MOUNTS, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(
    not may_mount(),
    reason="this system lets nobody mount a tmpfs; test_faults.py fills a disk by RLIMIT_FSIZE",
)
def test_a_small_disk_that_fills_up(tmp_path: Path, server: FaultServer) -> None:
    long = "Дроби и круги. " * 300
    server.answers["/few"] = reply(rss(entry("А", "1"), entry("Б", "2")))
    many = [entry(f"Урок {n}", f"m{n}").replace("</item>", f"<description>{long}</description></item>") for n in range(80)]  # fmt: skip
    server.answers["/many"] = reply(rss(*many))
    ran = subprocess.run(
        [*OWN_MOUNTS, sys.executable, "-c", ON_A_SMALL_DISK, str(tmp_path), server.base],
        capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "NETMETA_CONFIG": os.devnull, "NETMETA_LANGUAGE": "en"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert "disk" in told["full"]
    assert sum(told["kept"].values()) == 2
    assert told["integrity"] == "ok"
    assert sum(told["after"].values()) == 82


# --- a clock that jumps -------------------------------------------------------------------------


def test_a_clock_that_jumps_while_a_harvest_runs(tmp_path: Path) -> None:
    """Three days on and six back under a running harvest: nothing is lost, nothing is negative."""
    db, clock = tmp_path / "netmeta.db", tmp_path / "clock"
    clock.write_text("+0")
    _, faked = libfaketime.get_reload_information()
    environment = {
        **os.environ, **faked, "NETMETA_CONFIG": os.devnull,
        "FAKETIME_TIMESTAMP_FILE": str(clock), "LD_PRELOAD": _library(faked),
    }  # fmt: skip
    with generated(80) as site:
        with Netmeta.open(db) as nm:
            source = nm.add_source(f"{site.base}/", name="school", spider="site")
            nm.catalogue.update_source(replace(source, options={"delay_s": 0.01}))
        running = subprocess.Popen(
            [sys.executable, "-m", "netmeta", "--db", str(db), "--json", "harvest"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        for pages, jump in ((20, "+3d"), (50, "-3d")):
            while running.poll() is None and len(site.asked) < pages:
                time.sleep(0.005)
            clock.write_text(jump)
        out, err = running.communicate(timeout=60)
        assert running.returncode == 0, err
        (result,) = json.loads(out)["results"]
        assert result["counts"]["new"] == 80
        assert result["seconds"] > 0
        articles = [path for path in site.asked if path.startswith("/news/")]
        assert len(articles) == len(set(articles)) == 80
    with Netmeta.open(db) as nm:
        days = {
            str(seen)[:10]
            for (seen,) in nm.catalogue.conn.execute("SELECT first_seen FROM records")
        }
        today = dt.datetime.now(dt.UTC).date()
        assert len(days) > 1  # the clock did jump
        assert min(days) < today.isoformat()
        (told,) = overview(nm.catalogue)
        assert told.state == "ok"
        again = nm.harvest().results[0]
        assert again.counts.get("new", 0) == again.counts.get("changed", 0) == 0


def _library(faked: dict[str, str]) -> str:
    """The file to preload: a search path of the loader would hold for every child as well."""
    return str(Path(faked["LD_LIBRARY_PATH"]) / faked["LD_PRELOAD"])


# --- a site without end -------------------------------------------------------------------------


class Calendar(dict[str, Fault | bytes]):
    """Every month links to the next, and shows nothing."""

    form = "/calendar/{n}/"

    def get(self, path: str, default: Any = None) -> Any:
        before, _, after = self.form.partition("{n}")
        number = path.removeprefix(before).removesuffix(after)
        if path.startswith(before) and number.isdigit():
            links = "".join(
                f'<a href="{self.form.format(n=int(number) + step)}">месяц</a>' for step in (1, 2)
            )
            return reply(
                f"<html><body><h1>Месяц {number}</h1>{links}</body></html>", kind="text/html"
            )
        return super().get(path, default)


@pytest.mark.parametrize(
    ("form", "cap"),
    [
        ("/calendar/{n}/", "depth cap"),
        ("/events?page={n}", "endless pager"),
    ],
)
def test_an_endless_calendar(nm: Netmeta, server: FaultServer, form: str, cap: str) -> None:
    """It is left at a cap, what lies beside it is read, and the run says where it stopped."""
    article = f"<html><body><article><h1>Площадь круга</h1><p>{'Радиус и площадь. ' * 30}</p></article></body></html>"
    start = f'<a href="/news/1.html">Площадь круга</a> <a href="{form.format(n=1)}">календарь</a>'
    server.answers = Calendar()
    server.answers.form = form
    server.answers["/"] = reply(f"<html><body>{start}</body></html>", kind="text/html")
    server.answers["/news/1.html"] = reply(article, kind="text/html")
    nm.add_source(f"{server.base}/", name="school", spider="site")
    result = nm.harvest().results[0]
    assert result.counts["new"] == 1
    assert len(server.asked) < 60
    assert result.counts.get(f"skipped: {cap}"), result.counts


# --- what a portal calls off --------------------------------------------------------------------


def vcalendar(*more: str) -> str:
    lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//school//RU", "BEGIN:VEVENT", "UID:1@school",
             "DTSTAMP:20260101T000000Z", "SUMMARY:Конкурс «Знатоки дробей»", "DTSTART;VALUE=DATE:20270401",
             *more, "END:VEVENT", "END:VCALENDAR", "")  # fmt: skip
    return "\r\n".join(lines)


def test_a_cancelled_event_is_marked_and_stays(nm: Netmeta, web: Web) -> None:
    url = web.put("/events.ics", vcalendar(), Content_Type="text/calendar")
    store(
        nm.catalogue, Source(name="school", kind="calendar", url=url, title="Ш", spider="calendar")
    )
    nm.harvest()
    (before,) = coming_events(nm.catalogue, closing_days=1000, limit=9)
    assert before["status"] != "cancelled"
    web.put("/events.ics", vcalendar("STATUS:CANCELLED"), Content_Type="text/calendar")
    assert nm.harvest().results[0].counts["changed"] == 1
    record = nm.record(before["id"])
    assert (record["status"], record["gone_at"]) == ("cancelled", None)
    assert [hit.id for hit in nm.search("знатоки дробей").hits] == [before["id"]]
    assert coming_events(nm.catalogue, closing_days=1000, limit=9) == []  # nobody can join it
    (listed,) = coming_events(nm.catalogue, closing_days=None, limit=9)
    assert listed["status"] == "cancelled"


# --- a kill within a commit ---------------------------------------------------------------------

WRITING = """
import sys
from netmeta.facade import Netmeta
with Netmeta.open(sys.argv[1]) as nm:
    number = 0
    while True:
        batch = [
            {"source": "school", "url": f"https://school.example/{number + n}", "title": f"Урок {number + n}",
             "external_id": str(number + n), "body": "Дроби. " * 200} for n in range(20)
        ]
        nm.import_items(batch)
        number += 20
        print(number, flush=True)
"""


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    """Killed among commits that follow each other without a pause."""
    db = tmp_path / "netmeta.db"
    for wait_for in (1, 4, 9):
        writing = subprocess.Popen(
            [sys.executable, "-c", WRITING, str(db)], stdout=subprocess.PIPE, text=True
        )
        assert writing.stdout is not None
        acknowledged = [int(writing.stdout.readline()) for _ in range(wait_for)][-1]
        writing.send_signal(signal.SIGKILL)
        rest = writing.communicate()[0].split()
        acknowledged = max([acknowledged, *map(int, rest)])
        with Netmeta.open(db) as nm:
            assert sum(nm.catalogue.counts().values()) >= acknowledged
            assert nm.catalogue.conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            (whole,) = nm.catalogue.conn.execute(
                "SELECT count(*) FROM records r JOIN record_texts t ON t.record_id = r.id"
            ).fetchone()
            assert whole == sum(nm.catalogue.counts().values())
