"""Kills a harvest again and again, at random moments, until one comes to its end; then looks
whether anything was lost, doubled or damaged.

    python -m tests.crash_harvest [--pages 2000] [--kills 50] [--seed 1]

The site is generated and served by this process; each harvest is a process of its own and gets
SIGKILL, as from a power cut of its machine's scheduler. `make crashtest` runs it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from netmeta.facade import Netmeta
from netmeta.services.reindex import index_status, verify_index
from tests.generated_site import GeneratedSite, generated

MOST_REFETCHED = 0.05
"""Of all articles: what was read and not yet stored when the harvest was killed."""

DELAY_S = 0.01
"""Between two requests: a harvest must last long enough to be killed at many points."""


@dataclass(frozen=True)
class Crashed:
    """What came of it.

    `refetched` counts requests for an article beyond its first.
    """

    pages: int
    kills: int
    runs: int
    records: int
    distinct: int
    refetched: int
    integrity: str
    index_ok: bool
    status: str

    @property
    def ok(self) -> bool:
        return (
            self.records == self.distinct == self.pages
            and self.integrity == "ok"
            and self.index_ok
            and self.status == "ok"
            and self.refetched <= MOST_REFETCHED * self.pages
        )


def crash(folder: Path, *, pages: int, kills: int, seed: int) -> Crashed:
    """Harvest a site of so many pages under so many kills, then once in peace."""
    chosen, done, runs = random.Random(seed), 0, 0
    db = folder / "netmeta.db"
    with generated(pages) as site:
        with Netmeta.open(db) as nm:
            source = nm.add_source(f"{site.base}/", name="school", spider="site")
            nm.catalogue.update_source(replace(source, options={"delay_s": DELAY_S}))
        while done < kills:
            runs += 1
            if _killed(db, site, chosen, after=chosen.uniform(0.1, 1.2) * pages / kills):
                done += 1
            else:
                break  # it came to its end before its moment
        _harvest(db).wait()
        articles = [path for path in site.asked if path.startswith("/news/")]
        return _inspected(
            db, pages=pages, kills=done, runs=runs + 1,
            refetched=len(articles) - len(set(articles)),
        )  # fmt: skip


def _harvest(db: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "netmeta", "--db", str(db), "--quiet", "harvest"]
    environment = {**os.environ, "NETMETA_CONFIG": os.devnull}
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, env=environment)


def _killed(db: Path, site: GeneratedSite, chosen: random.Random, *, after: float) -> bool:
    """Start a harvest and kill it once it has asked for `after` more pages and a moment more, so
    that it may also be storing, or indexing; False if it had ended by then."""
    limit = len(site.asked) + after
    running = _harvest(db)
    while running.poll() is None and len(site.asked) < limit:
        time.sleep(0.001)
    time.sleep(chosen.choice((0.0, 0.02, 0.2)))
    ended = running.poll() is not None
    running.kill()
    running.wait()
    return not ended


def _inspected(db: Path, *, pages: int, kills: int, runs: int, refetched: int) -> Crashed:
    with Netmeta.open(db) as nm:
        conn = nm.catalogue.conn
        records, distinct = conn.execute(
            "SELECT count(*), count(DISTINCT external_id) FROM records WHERE gone_at IS NULL"
        ).fetchone()
        (integrity,) = conn.execute("PRAGMA integrity_check").fetchone()
        (status,) = conn.execute("SELECT status FROM runs ORDER BY id DESC LIMIT 1").fetchone()
        whole = verify_index(nm.catalogue, nm.config)["ok"]
        index_ok = whole and index_status(nm.catalogue, nm.config).lag == 0
    return Crashed(pages, kills, runs, records, distinct, refetched, integrity, index_ok, status)


def main() -> int:
    """The script; returns the exit code."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--pages", type=int, default=2000)
    told.add_argument("--kills", type=int, default=50)
    told.add_argument("--seed", type=int, default=1)
    asked = told.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = crash(Path(folder), pages=asked.pages, kills=asked.kills, seed=asked.seed)
    sys.stdout.write(json.dumps({**asdict(found), "ok": found.ok}, indent=2) + "\n")
    return 0 if found.ok else 1


if __name__ == "__main__":
    raise SystemExit(main())
