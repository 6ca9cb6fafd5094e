"""CPU per request of the web pages on a large catalogue, beside plain Datasette in the same run.

    python -m benchmarks.web                    200,000 records, made anew; writes docs/benchmarks-web.md
    python -m benchmarks.web --records 20000 --keep FOLDER    smaller; kept there and used again

Requests go straight to the ASGI application, so that no client's work is counted; CPU is that of
the whole process, worker threads included. Then 16 connections over loopback for a short time, and
the same beside a harvest.
Exits with 1 above a bound of `BOUNDS`. Compare within one run only: machines are shared.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uvicorn
from datasette.app import Datasette

from benchmarks.relevance import percentile
from benchmarks.web_crowd import crowd, harvest
from netmeta.catalogue import Catalogue
from netmeta.config import load
from netmeta.facade import Netmeta
from netmeta.vocabularies import load as vocabularies
from netmeta.web.server import datasette

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks-web.md"
BOUNDS = {"home": 12.0, "search": 30.0, "record": 15.0, "events": 25.0, "table": 300.0}
"""CPU milliseconds a request may take, of the plan for this interface."""

MAX_BYTES = 150_000
FULL = 200_000
CROWD_S = 6
HARVESTED_PER_S = 50
"""Twelve portals asked politely give fewer pages than that."""

MOST_BESIDE_A_HARVEST = 2.0
HEAD = """# Web pages: CPU per request

Written by `python -m benchmarks.web`; what is measured and how stands in that file.
"""
REQUESTS = 40
CONNECTIONS = 16
WORDS = (
    "урок конспект дробь уравнение теорема квадрат функция график предложение глагол сказуемое "
    "поэт роман герой образ война реформа царь крепость клетка растение животное молекула "
    "реакция кислота сила масса скорость ток напряжение карта климат река океан государство "
    "общество право экономика рынок музыка рисунок краска ритм спорт здоровье безопасность "
    "родитель класс ученик учитель проект исследование опыт задача пример проверка тест игра"
).split()


def make(db: Path, records: int) -> None:
    """A catalogue of so many records of twelve portals, with its index."""
    rng = random.Random(20260101)
    with Netmeta.open(db) as nm:
        _rows(nm.catalogue, records, rng)
        nm.reindex(full=True)


def _text(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(WORDS, k=words))


def _rows(catalogue: Catalogue, records: int, rng: random.Random) -> None:
    words = vocabularies()
    subjects = [concept.id for concept in words.scheme("subject")]
    types = {
        "material": [concept.id for concept in words.scheme("material-type")],
        "event": [concept.id for concept in words.scheme("event-type")],
    }
    now = catalogue.now_text()
    with catalogue.transaction() as conn:
        for n in range(1, 13):
            conn.execute(
                "INSERT INTO sources (id, name, kind, url, title, added_at) VALUES (?, ?, 'feed', ?, ?, ?)",
                (n, f"portal-{n}", f"https://portal-{n}.example/rss", f"Портал № {n}", now),
            )
            for _ in range(20):
                conn.execute(
                    "INSERT INTO runs (source_id, started_at, finished_at, status, counts)"
                    """ VALUES (?, ?, ?, 'ok', '{"items": 100, "new": 5}')""",
                    (n, now, now),
                )
        conn.executemany(
            "INSERT INTO people (id, name) VALUES (?, ?)",
            [(n, f"Учитель {n} Иванович") for n in range(1, 8001)],
        )
        for id in range(1, records + 1):
            _record(conn, id, rng, subjects, types, now)


def _record(
    conn: Any, id: int, rng: random.Random, subjects: list[str], types: Any, now: str
) -> None:
    kind = "event" if id % 8 == 0 else "material"
    year = min(2026, 2008 + int(rng.random() ** 0.7 * 19))
    day = f"{year}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    held = f"{year + rng.choice((0, 0, 0, 1))}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    title = f"{_text(rng, 5).capitalize()}, {rng.randint(1, 11)} класс"
    mark = f"{id if rng.random() > 0.03 else rng.randint(1, id):032x}"
    conn.execute(
        "INSERT INTO records (id, source_id, external_id, kind, url, title, type, language, published,"
        " year, certificate, deadline, content_hash, digest, first_seen, last_seen, last_changed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'ru', ?, ?, ?, ?, ?, '', ?, ?, ?)",
        (id, rng.randint(1, 12), f"n{id}", kind, f"https://portal.example/{id}", title,
         rng.choice(types[kind]), day, year, rng.choice(("free", "paid", "none", "unknown")),
         held if kind == "event" else None, mark, now, now[:10], now),
    )  # fmt: skip
    conn.execute(
        "INSERT INTO record_texts (record_id, body, raw, raw_at, explained) VALUES (?, ?, '{}', ?, '{}')",
        (id, _text(rng, 90), now),
    )
    conn.execute("INSERT INTO record_subjects VALUES (?, ?)", (id, rng.choice(subjects)))
    conn.execute("INSERT INTO record_grades VALUES (?, ?)", (id, rng.randint(0, 11)))
    conn.execute(
        "INSERT INTO record_people VALUES (?, 0, ?, NULL, NULL)", (id, rng.randint(1, 8000))
    )
    conn.execute(
        "INSERT INTO changes (record_id, run_id, at, op) VALUES (?, 1, ?, 'new')", (id, now)
    )
    if kind == "event":
        conn.execute("INSERT INTO event_details (record_id, online) VALUES (?, 1)", (id,))
        conn.execute(
            "INSERT INTO event_stages VALUES (?, 0, 'submission', NULL, ?, NULL, NULL, 'Приём работ', 'до')",
            (id, held),
        )


# --- asking -----------------------------------------------------------------------------------


def addresses(records: int) -> dict[str, list[str]]:
    """The pages asked for, by kind; each address once, so that nothing is answered from memory."""
    rng = random.Random(7)
    ids = rng.sample(range(1, records + 1), REQUESTS)
    pairs = [(rng.choice(WORDS), rng.choice(WORDS)) for _ in range(REQUESTS)]
    return {
        "home": ["/"] * REQUESTS,
        "search": [f"/search?q={quote(f'{a} {b} {n % 11 + 1} класс')}" for n, (a, b) in enumerate(pairs)],
        "record": [f"/record/{id}" for id in ids],
        "events": [f"/events?grade={n % 12}&page={n // 12 + 1}" for n in range(REQUESTS)],
        "calendar": [f"/events?month=2026-{n % 12 + 1:02}" for n in range(12)],
        "subject": [f"/subject/{s}" for s in ("mathematics", "physics", "history", "biology")],
        "portal": [f"/portal/portal-{n}" for n in range(1, 13)],
        "author": [f"/author/{n}" for n in range(1, REQUESTS)],
        "desk": ["/desk"] * 10,
        "table": ["/netmeta/records", "/netmeta/records?kind=event", "/netmeta/records?year=2020"],
    }  # fmt: skip


async def ask(app: Any, address: str) -> tuple[int, int]:
    """(status, bytes) of one GET, straight through ASGI."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": path, "raw_path": address.encode(), "root_path": "",
        "query_string": query.encode(), "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    got = {"status": 0, "bytes": 0}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        got["status"] = message.get("status", got["status"])
        got["bytes"] += len(message.get("body", b""))

    await app(scope, receive, send)
    return got["status"], got["bytes"]


def measure(app: Any, asked: list[str]) -> tuple[float, float, float, int]:
    """(first, median, p95 CPU ms, largest page) of the addresses, one after another."""
    loop_time, sizes = [], []

    async def all_of_them() -> None:
        for address in asked:
            began = time.process_time()
            status, size = await ask(app, address)
            loop_time.append((time.process_time() - began) * 1000)
            sizes.append(size)
            if status != 200:
                raise SystemExit(f"{address}: {status}")

    asyncio.run(all_of_them())
    rest = loop_time[1:] or loop_time
    return loop_time[0], percentile(rest, 0.5), percentile(rest, 0.95), max(sizes)


@contextmanager
def serving(app: Any) -> Iterator[int]:
    """The application on a loopback port, in a thread of this process."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def plain(db: Path, records: int) -> None:
    """Print Datasette's own pages on the same file: a row, and a table with five facets."""
    app = Datasette([str(db)])
    asyncio.run(app.invoke_startup())
    rng = random.Random(3)
    facets = "&".join(
        f"_facet={name}" for name in ("kind", "type", "year", "certificate", "source_id")
    )
    asked = {
        "plain row": [f"/netmeta/records/{rng.randint(1, records)}" for _ in range(REQUESTS)],
        "plain table": ["/netmeta/records"] * 4,
        "plain table, five facets": [f"/netmeta/records?{facets}"] * 4,
    }
    for name, pages in asked.items():
        first, median, p95, size = measure(app.app(), pages)
        sys.stdout.write(
            f"| {name} | {first:.1f} | {median:.1f} | {p95:.1f} | | {size / 1000:.0f} |\n"
        )


def beside(db: Path, records: int) -> str:
    """What `plain` prints, in a process that loads no plugin."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.web",
        "--plain",
        str(db),
        "--records",
        str(records),
    ]
    bare = {**os.environ, "DATASETTE_LOAD_PLUGINS": ""}
    return subprocess.run(command, env=bare, check=True, capture_output=True, text=True).stdout


def main() -> int:
    """Measure, print, and write the page for a full run; the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=FULL)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--plain", type=Path)
    asked = parser.parse_args()
    if asked.plain:
        plain(asked.plain, asked.records)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        place = asked.keep or Path(folder)
        place.mkdir(exist_ok=True)
        db = place / "netmeta.db"
        if not db.exists():
            make(db, asked.records)
        return report(db, asked.records)


def crowded(app: Any, db: Path, records: int, broken: list[str]) -> list[str]:
    """The table of many visitors, alone and beside a harvest; what breaks a bound goes to `broken`."""
    lines = [
        f"{CONNECTIONS} connections over loopback for {CROWD_S} s, wall milliseconds; the bound of p95"
        f" is {CONNECTIONS} times the page's own. Then the same while another process harvests"
        f" {HARVESTED_PER_S} new records a second into the catalogue and its index: the bound is twice"
        " the p95 without.\n",
        "| page | answers | CPU ms each | errors | p50 | p95 | bound | errors beside a harvest | p95 | ratio |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    with serving(app) as port:
        for name in ("home", "search", "record", "events"):
            asked, bound = addresses(records)[name], CONNECTIONS * BOUNDS[name]
            began = time.process_time()
            alone = crowd(port, asked, connections=CONNECTIONS, seconds=CROWD_S)
            cpu_ms = (time.process_time() - began) * 1000 / alone.answers
            with harvest(db, HARVESTED_PER_S):
                beside_it = crowd(port, asked, connections=CONNECTIONS, seconds=CROWD_S)
            ratio = beside_it.p95 / alone.p95
            lines.append(
                f"| {name} | {alone.answers} | {cpu_ms:.1f} | {alone.errors} | {alone.p50:.0f} | {alone.p95:.0f}"
                f" | {bound:.0f} | {beside_it.errors} | {beside_it.p95:.0f} | {ratio:.2f} |"
            )
            if alone.errors or alone.p95 > bound:
                broken.append(f"{name} with {CONNECTIONS} connections")
            if beside_it.errors or ratio > MOST_BESIDE_A_HARVEST:
                broken.append(f"{name} beside a harvest")
    return lines


def report(db: Path, records: int) -> int:
    """Measure on a catalogue and say it; 1 if a bound is broken."""
    app = datasette(load({"db": db}, environment={}))
    asyncio.run(app.invoke_startup())
    served = app.app()
    lines = [
        f"{records:,} records, CPU milliseconds a request; \"first\" includes making the kept figures."
        f" {os.getloadavg()[0]:.1f} other processes wanted the {os.cpu_count()} processors when it began:"
        " wall times are theirs, too.\n",
        "| page | first | median | p95 | bound | largest KB |", "| --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    broken = []
    for name, pages in addresses(records).items():
        first, median, p95, size = measure(served, pages)
        bound = BOUNDS.get(name)
        lines.append(
            f"| {name} | {first:.1f} | {median:.1f} | {p95:.1f} | {bound or ''} | {size / 1000:.0f} |"
        )
        if (bound and median > bound) or size > MAX_BYTES:
            broken.append(name)
    lines += [beside(db, records), *crowded(served, db, records, broken)]
    text = "\n".join(lines) + "\n"
    sys.stdout.write(text)
    if records == FULL:
        PAGE.write_text(f"{HEAD}\n{text}", "utf-8")
    if broken:
        sys.stderr.write(f"above its bound: {', '.join(broken)}\n")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
