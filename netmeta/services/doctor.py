"""`netmeta doctor`: what is wrong with this installation, and what to do about each of it.

Nothing is fetched; only names of hosts are looked up.
"""

from __future__ import annotations

import datetime as dt
import shutil
import socket
import sqlite3
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from netmeta.catalogue import Catalogue, jobs, schedules
from netmeta.catalogue.connection import storage_errors
from netmeta.catalogue.lock import HARVEST, WORKER, holder
from netmeta.config import Config
from netmeta.errors import NetmetaError
from netmeta.services.health import overview
from netmeta.services.reindex import index_status
from netmeta.texts import n_, t

Level = Literal["ok", "note", "alarm"]

LEAST_FREE: Final = 500_000_000
"""Bytes; a harvest of a new portal writes some 100 MB, with its log and the index."""
LARGEST_WAL: Final = 4 * 67_108_864
"""Bytes: four times what the log is cut down to (journal_size_limit) after each harvest."""
CLOCK_SLACK: Final = dt.timedelta(minutes=10)
OVERDUE: Final = dt.timedelta(hours=1)
STUCK: Final = dt.timedelta(days=2)
SILENT: Final = dt.timedelta(days=15)
"""Twice the longest interval of a source that is asked by itself."""
LOOK_UP_S: Final = 5.0
HOSTS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. `about` is the source, where there is one."""

    check: str
    level: Level
    text: str
    cure: str | None = None
    about: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


CHECKS: Final = (
    n_("disk space"), n_("integrity"), n_("write-ahead log"), n_("index"), n_("clock"), n_("DNS"),
    n_("CA bundle"), n_("worker"), n_("leases"), n_("silent sources"), n_("drift"),
)  # fmt: skip
"""Names of all checks, in the order in which they are made."""


def examine(catalogue: Catalogue, config: Config, *, quick: bool = False) -> list[Finding]:
    """Look at everything; every check gives at least one finding.

    Args:
        quick: leave out what reads the whole file, and look-ups of names.
    """
    slow = {"integrity", "DNS"}
    made: dict[str, Callable[[Catalogue, Config], Iterator[Finding]]] = {
        "disk space": _disk, "integrity": _integrity, "write-ahead log": _log, "index": _index,
        "clock": _clock, "DNS": _dns, "CA bundle": _ca_bundle, "worker": _worker,
        "leases": _leases, "silent sources": _silent, "drift": _drift,
    }  # fmt: skip
    found: list[Finding] = []
    for name, look in made.items():
        if quick and name in slow:
            continue
        try:
            with storage_errors(config.db):
                told = list(look(catalogue, config))
        except NetmetaError as error:
            told = [Finding(check=name, level="alarm", text=error.what, cure=error.cure)]
        except (OSError, sqlite3.DatabaseError) as error:
            cure = t("Restore a backup, or run `sqlite3 FILE .recover` on a copy.")
            told = [Finding(check=name, level="alarm", text=str(error), cure=cure)]
        found += told or [Finding(check=name, level="ok", text=t("as it should be"))]
    return found


def _disk(catalogue: Catalogue, config: Config) -> Iterator[Finding]:
    free = shutil.disk_usage(config.db.parent).free
    need = max(LEAST_FREE, 2 * _size(config.db))
    level: Level = "ok" if free >= need else "alarm"
    yield Finding(
        check="disk space", level=level,
        text=t("{free} free, {need} are wanted", free=_bytes(free), need=_bytes(need)),
        cure=None if level == "ok" else t(
            "Free some space, or move the catalogue and name its place with --db: a backup and a"
            " rebuilt index each need as much again."
        ),
    )  # fmt: skip


def _integrity(catalogue: Catalogue, config: Config) -> Iterator[Finding]:
    with storage_errors(config.db):
        damage = [word for (word,) in catalogue.conn.execute("PRAGMA integrity_check(5)")]
        orphans = catalogue.conn.execute("PRAGMA foreign_key_check").fetchmany(5)
    if damage != ["ok"]:
        yield Finding(
            check="integrity", level="alarm", text="; ".join(damage),
            cure=t("Restore a backup, or run `sqlite3 FILE .recover` on a copy."),
        )  # fmt: skip
    if orphans:
        names = ", ".join(sorted({row[0] for row in orphans}))
        yield Finding(
            check="integrity", level="alarm", text=t("rows without their owner in {names}", names=names),
            cure=t("Restore a backup; tell us how it came about."),
        )  # fmt: skip


def _log(catalogue: Catalogue, config: Config) -> Iterator[Finding]:
    size = _size(config.db.with_name(config.db.name + "-wal"))
    if size > LARGEST_WAL:
        yield Finding(
            check="write-ahead log", level="alarm", text=t("it has grown to {size}", size=_bytes(size)),
            cure=t(
                "Some program keeps a reading transaction open: restart `netmeta serve` and whatever"
                " else reads the file, then run a harvest, which cuts the log down."
            ),
        )  # fmt: skip


def _index(catalogue: Catalogue, config: Config) -> Iterator[Finding]:
    found = index_status(catalogue, config)
    if found.state == "behind":
        yield Finding(
            check="index", level="note", text=t("{n} changes behind", n=found.lag),
            cure=t("The next harvest or a running worker brings it up to date."),
        )  # fmt: skip
    elif found.state != "ok" and found.records:
        yield Finding(check="index", level="alarm", text=t(found.state), cure=found.cure)


def _clock(catalogue: Catalogue, config: Config) -> Iterator[Finding]:
    now = catalogue.now()
    sql = (
        "SELECT max(at) FROM (SELECT max(started_at) AS at FROM runs UNION ALL"
        " SELECT max(at) FROM changes UNION ALL SELECT max(asked_at) FROM jobs)"
    )
    (written,) = catalogue.conn.execute(sql).fetchone()
    last = [dt.datetime.fromisoformat(written)] if written else []
    last.append(dt.datetime.fromtimestamp(config.db.stat().st_mtime, dt.UTC))
    if max(last) > now + CLOCK_SLACK:
        yield Finding(
            check="clock", level="alarm",
            text=t("the clock says {now}, but something was written at {last}",
                   now=_local(now), last=_local(max(last))),
            cure=t("Set the clock and let it be kept by NTP; schedules follow by themselves."),
        )  # fmt: skip


def _dns(catalogue: Catalogue, config: Config) -> Iterator[Finding]:
    hosts = {urlsplit(status.source.url).hostname or "" for status in catalogue.sources()
             if not status.source.paused}  # fmt: skip
    named = [host for host in sorted(hosts) if host and not _is_address(host)][:HOSTS]
    failed = [host for host in named if not _resolves(host)]
    if not failed:
        return
    everything = len(failed) == len(named) and len(named) > 1
    cure = (
        t("See that /etc/resolv.conf names a server that answers.")
        if everything
        else t("See whether the portal has moved: `netmeta source show NAME`.")
    )
    names = ", ".join(failed)
    yield Finding(
        check="DNS", level="alarm", text=t("no address for {names}", names=names), cure=cure
    )


def _is_address(host: str) -> bool:
    return host.replace(".", "").isdigit() or ":" in host


def _resolves(host: str) -> bool:
    """In a thread, because the system's resolver may take half a minute over it."""
    found: list[bool] = []

    def look_up() -> None:
        try:
            found.append(bool(socket.getaddrinfo(host, 443)))
        except (OSError, UnicodeError):
            found.append(False)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(LOOK_UP_S)
    return found == [True]


def _ca_bundle(catalogue: Catalogue, config: Config) -> Iterator[Finding]:
    paths = ssl.get_default_verify_paths()
    file = Path(paths.cafile) if paths.cafile else None
    folder = Path(paths.capath) if paths.capath else None
    if file and file.is_file() and "BEGIN CERTIFICATE" in file.read_text("latin-1"):
        return
    if folder and folder.is_dir() and any(folder.iterdir()):
        return
    yield Finding(
        check="CA bundle", level="alarm",
        text=t("no certificate authorities at {path}", path=file or folder or paths.openssl_cafile),
        cure=t("Install the package ca-certificates, or name a bundle in SSL_CERT_FILE."),
    )  # fmt: skip


def _worker(catalogue: Catalogue, config: Config) -> Iterator[Finding]:
    if (at_work := holder(config.db, WORKER)) is not None:
        yield Finding(check="worker", level="ok", text=t("at work ({holder})", holder=at_work))
        return
    late = [
        one.source
        for one in schedules.all_schedules(catalogue.conn)
        if not one.paused and one.next_check_at and one.next_check_at < catalogue.now() - OVERDUE
    ]
    if late:
        names = ", ".join(late[:5]) + (" ..." if len(late) > 5 else "")
        yield Finding(
            check="worker", level="alarm",
            text=t("no worker is at work, and harvests are overdue: {names}", names=names),
            cure=t("Start one with `netmeta worker`; docs/operations.md has a unit for systemd."),
        )  # fmt: skip
    else:
        yield Finding(check="worker", level="ok", text=t("none is at work, and none is missed"))


def _leases(catalogue: Catalogue, config: Config) -> Iterator[Finding]:
    now = catalogue.now()
    for job in jobs.open_jobs(catalogue.conn):
        if job.started_at is not None and job.started_at < now - STUCK:
            yield Finding(
                check="leases", level="alarm", about=job.source,
                text=t("job {id} ({what}) has been under way since {at}", id=job.id,
                       what=job.source or job.kind, at=_local(job.started_at)),
                cure=t("Restart the worker: it takes the job up where it stands."),
            )  # fmt: skip
    if holder(config.db, HARVEST) is not None:
        return
    sql = (
        "SELECT s.name, count(*) FROM frontier f JOIN sources s ON s.id = f.source_id"
        " WHERE f.state = 'leased' GROUP BY 1 ORDER BY 1"
    )
    for name, leased in catalogue.conn.execute(sql):
        yield Finding(
            check="leases", level="note", about=name,
            text=t("{name}: {n} requests were under way when a process was killed", name=name, n=leased),
            cure=t("The next harvest asks for them again."),
        )  # fmt: skip


def _silent(catalogue: Catalogue, config: Config) -> Iterator[Finding]:
    now = catalogue.now()
    for one in overview(catalogue):
        if one.paused or one.state == "drifted":
            continue
        if one.sick:
            words = f"{one.source}: {t(one.state)}" + "".join(f"; {e}" for e in one.evidence)
            yield Finding(
                check="silent sources", level="alarm", about=one.source, text=words,
                cure=one.next_step,
            )  # fmt: skip
        elif one.last_good is not None and one.last_good < now - SILENT:
            yield Finding(
                check="silent sources", level="alarm", about=one.source,
                text=t("{name}: no good run since {at}", name=one.source, at=_local(one.last_good)),
                cure=t("Run `netmeta harvest {name}`, and see that a worker is at work.", name=one.source),
            )  # fmt: skip


def _drift(catalogue: Catalogue, config: Config) -> Iterator[Finding]:
    for one in overview(catalogue):
        if one.state == "drifted" and not one.paused:
            words = "; ".join((one.source, *one.evidence))
            yield Finding(
                check="drift", level="alarm", about=one.source, text=words, cure=one.next_step
            )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _bytes(n: int) -> str:
    if n >= 1e9:
        return t("{n} GB", n=f"{n / 1e9:.1f}")
    return t("{n} MB", n=f"{n / 1e6:.0f}")


def _local(moment: dt.datetime) -> str:
    return moment.astimezone().strftime("%d.%m.%Y %H:%M")
