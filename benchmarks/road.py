"""The whole road through the facade: import, index, quality and speed of search, start-up.

    python -m benchmarks.road            all of it; writes docs/benchmarks.md
    python -m benchmarks.road --search   quality of search only, held to its floors (search_gates)

CPU seconds of this process; compare within one run only, machines are shared. Exits with 1 below a
floor: nDCG@10 0.80 with either engine, engines within 0.01 of each other.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.relevance import RETRIEVAL_RU, Judged, first_words, load, ndcg, percentile, recall
from index.engines import ENGINES
from netmeta.facade import Netmeta

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
FLOOR = 0.80
SPREAD = 0.01


@dataclass(frozen=True, slots=True)
class Road:
    """Figures of one engine: records per CPU second; quality; CPU milliseconds per question."""

    engine: str
    cold_per_s: float
    warm_per_s: float
    import_s: float
    index_s: float
    ndcg: float
    recall: float
    p50_ms: float
    p95_ms: float


def items(judged: Judged, prefix: str) -> Iterator[dict[str, str]]:
    """The passages as items; without a title of their own they are named by their first words."""
    for passage in judged.passages:
        yield {
            "source": "retrieval", "kind": "material", "external_id": f"{prefix}{passage.key}",
            "url": f"https://retrieval.example/{prefix}{passage.key}",
            "title": passage.title or first_words(passage.text), "body": passage.text,
        }  # fmt: skip


def measure(engine: str, judged: Judged) -> Road:
    """Import all passages twice into new catalogues (the second time with a warm analyser), ask."""
    with tempfile.TemporaryDirectory() as folder:
        cold, *_ = _import(engine, judged, Path(folder) / "cold.db")
        warm, import_s, index_s = _import(engine, judged, Path(folder) / "warm.db")
        with Netmeta.open(Path(folder) / "warm.db", engine=engine) as nm:
            gains, shares = _quality(nm, judged)
            took = _latency(nm, judged)
    return Road(
        engine, cold, warm, import_s, index_s, sum(gains) / len(gains), sum(shares) / len(shares),
        percentile(took, 0.50), percentile(took, 0.95),
    )  # fmt: skip


def _import(engine: str, judged: Judged, db: Path) -> tuple[float, float, float]:
    with Netmeta.open(db, engine=engine) as nm:
        began = time.process_time()
        nm.import_items(items(judged, ""))
        imported = time.process_time()
        nm.reindex()
        done = time.process_time()
    return len(judged.passages) / (done - began), imported - began, done - imported


def _quality(nm: Netmeta, judged: Judged) -> tuple[list[float], list[float]]:
    sql = "SELECT id, external_id FROM records"
    keys: dict[int, str] = dict(nm.catalogue.conn.execute(sql))
    gains, shares = [], []
    for key, text in judged.questions.items():
        ranking = [keys[hit.id] for hit in nm.search(text, limit=100).hits]
        gains.append(ndcg(ranking, judged.answers[key]))
        shares.append(recall(ranking, judged.answers[key]))
    return gains, shares


def _latency(nm: Netmeta, judged: Judged) -> list[float]:
    took = []
    for text in judged.questions.values():
        began = time.process_time()
        nm.search(text)
        took.append((time.process_time() - began) * 1000)
    return took


def start_up() -> float:
    """Median CPU seconds of `netmeta --help`, of seven runs."""
    took = []
    for _ in range(7):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "netmeta", "--help"], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return sorted(took)[3]


def table(roads: list[Road]) -> str:
    """The figures as a Markdown table."""
    head = (
        "| engine | records / CPU s, warm | cold | import s | index s | nDCG@10 | Recall@100 | search p50 ms | p95 ms |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
    )
    return head + "".join(
        f"| {r.engine} | {r.warm_per_s:,.0f} | {r.cold_per_s:,.0f} | {r.import_s:.2f} | {r.index_s:.2f} | "
        f"{r.ndcg:.4f} | {r.recall:.4f} | {r.p50_ms:.2f} | {r.p95_ms:.2f} |\n"
        for r in roads
    )


def machine() -> str:
    """What it ran on, in words."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def main(arguments: list[str]) -> int:
    """Print, and write the page; returns the exit code."""
    if "--search" in arguments:
        from benchmarks import search_gates

        return search_gates.main([one for one in arguments if one == "--pin"])
    if not RETRIEVAL_RU.exists():
        print("shared data absent: nothing to measure")
        return 0
    judged = load()
    roads = [measure(engine, judged) for engine in ENGINES]
    print(table(roads))
    help_s = start_up()
    print(f"netmeta --help: {help_s:.3f} CPU s")
    _write(roads, help_s, len(judged.passages), len(judged.questions))
    gains = [r.ndcg for r in roads]
    return 0 if min(gains) >= FLOOR and max(gains) - min(gains) <= SPREAD else 1


def _write(roads: list[Road], help_s: float, passages: int, questions: int) -> None:
    values: dict[str, Any] = {
        "today": dt.datetime.now(dt.UTC).date().isoformat(), "machine": machine(),
        "table": table(roads), "help": f"{help_s:.3f}", "passages": f"{passages:,}",
        "questions": f"{questions:,}",
    }  # fmt: skip
    PAGE.write_text(TEXT.format(**values), "utf-8")


TEXT = """# Benchmarks

Written by `make bench` on {today}: {machine}. CPU seconds; the machine is shared, so compare figures
of one run with each other and not with those of another day.

## The road

{passages} real Russian passages imported as items into the catalogue and indexed, then {questions}
judged questions asked, all through `netmeta.Netmeta`. "Warm": the analyser has seen the word forms
before, as in a running service; "cold": its first minute. A search is analysis, ranking, facets,
catalogue cards and snippets for 10 hits.

{table}
Floors: nDCG@10 0.80 with either engine, engines within 0.01 (`make bench-search` fails below).
Expected: over 2,000 records per CPU second and p95 under 10 ms with Tantivy.

## Start-up

`netmeta --help`: {help} CPU s, median of seven (guarded by a test on what it imports: under 0.3).

## Other benchmarks

`make bench-scale` searches 50,000 to 500,000 records and writes benchmarks-search.md. `make bench-extract` prints main-text extraction beside well-known extractors,
`python -m benchmarks.dates` the date grammar beside dateparser, `python -m benchmarks.normalise_speed`
records normalised per CPU second.
"""


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
