"""What a harvest costs beside bare Scrapy, and how much memory its requests take.

    python -m benchmarks.crawl [--pages 5000]      writes docs/benchmarks-crawl.md

A generated site of so many pages of some 50 KB over 20 hosts on loopback, politeness off. The
measure is CPU seconds of the harvesting process alone; bare Scrapy (its default engine and
settings, nothing read) is 1.00. All subjects run in turn, in processes of their own, `TURNS` times,
and the least of each counts: on a shared machine the same code varies by a quarter. Only figures of
one run can be compared. Each has run over a few pages before, so that all modules are
compiled, as they are where packages are installed: both Scrapy and netmeta import some 300 of them
after the clock began. Exits with 1 if netmeta's whole road takes more than `BOUND` times bare
Scrapy's.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.crawl_site import served

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks-crawl.md"
HOSTS: Final = 20
BOUND: Final = 2.0
TURNS: Final = 3
LIMIT: Final = 300
"""Items taken of the sites on which memory is measured: by then all their requests are known."""

PARTS: Final = {
    "Reading: fields, labels, metadata, main text": (
        "netmeta.harvest.site_reader:SiteReader.read",
    ),
    "Telling entries from listings": (
        "netmeta.harvest.families.generic:Generic.is_entry",
        "netmeta.harvest.site_reader:SiteReader.classify",
        "netmeta.harvest.site_reader:SiteReader.links",
        "netmeta.harvest.site_reader:SiteReader.observe",
    ),
    "Normalising": ("netmeta.services.harvest:read_item",),
    "Storing: records, change log, frontier, visits": (
        "netmeta.catalogue.writer:RecordWriter.flush",
    ),
    "Index": ("netmeta.services.harvest:update_index",),
}
"""What is timed, part by part; what remains is Scrapy's engine, the guards and the frontier."""


def bare(bases: Sequence[str], pages: int) -> dict[str, Any]:
    """Scrapy as it comes, given every address."""
    from collections.abc import AsyncIterator

    import scrapy
    from scrapy.crawler import CrawlerProcess

    came = Counter[int]()

    class Fetch(scrapy.Spider):
        name = "fetch"

        async def start(self) -> AsyncIterator[Any]:
            for number in range(pages // len(bases)):
                for base in bases:
                    yield scrapy.Request(f"{base}/articles/{number}")

        def parse(self, response: scrapy.http.Response) -> None:
            came[response.status] += 1

    # Without its log, which is on by default and would cost it more still.
    process = CrawlerProcess({"LOG_ENABLED": False})
    began = time.process_time()
    process.crawl(Fetch)
    process.start()
    return {"cpu_s": time.process_time() - began, "pages": came[200]}


def whole(bases: Sequence[str], pages: int) -> dict[str, Any]:
    """netmeta's whole road, index included."""
    took = _timed()
    return _harvest(bases) | {"parts": took}


def plain(bases: Sequence[str], pages: int) -> dict[str, Any]:
    """The same without clocks around its parts."""
    return _harvest(bases)


def fetched(bases: Sequence[str], pages: int) -> dict[str, Any]:
    """Only fetched: with all guards, through a frontier in memory, given every address."""
    import netmeta.harvest.fetching  # noqa: F401 - a spider is found by its name once imported
    from netmeta.config import load
    from netmeta.harvest.crawl import crawl
    from netmeta.harvest.job import HarvestJob
    from netmeta.model import Source

    class Forgetful(dict[str, Any]):
        def __setitem__(self, key: str, value: Any) -> None:
            super().__setitem__(key, value.status)

    jobs = []
    for base in bases:
        urls = [f"{base}/articles/{number}" for number in range(pages // len(bases))]
        options = {"urls": urls, "answers": Forgetful(), "delay_s": 0}
        source = Source(
            name=base, kind="site", url=base, title="", spider="fetching", options=options
        )
        jobs.append(HarvestJob(source=source, run_id=0, sink=_nothing))
    began = time.process_time()
    crawl(jobs, load({"concurrency": HOSTS}), begin=_nothing, done=_nothing)
    came = sum(list(job.source.options["answers"].values()).count(200) for job in jobs)
    return {"cpu_s": time.process_time() - began, "pages": came}


def memory(bases: Sequence[str], pages: int) -> dict[str, Any]:
    """A harvest that stops when the sitemaps of so many pages are in the frontier."""
    return _harvest(bases, limit=LIMIT)


def _nothing(*_: object) -> None:
    """Nobody needs to be told."""


def _harvest(bases: Sequence[str], *, limit: int | None = None) -> dict[str, Any]:
    import netmeta.harvest.crawl  # noqa: F401 - the import is not what is measured
    from netmeta.facade import Netmeta
    from netmeta.model import Source

    with (
        tempfile.TemporaryDirectory() as folder,
        Netmeta.open(Path(folder) / "netmeta.db", concurrency=HOSTS) as nm,
    ):
        for number, base in enumerate(bases):
            nm.catalogue.add_source(
                Source(
                    name=f"host-{number}", kind="site", url=f"{base}/", title="Site",
                    spider="site", options={"delay_s": 0},
                )
            )  # fmt: skip
        before_kb = _rss_kb()
        began = time.process_time()
        report = nm.harvest(limit=limit)
        cpu_s = time.process_time() - began
        (waiting,) = nm.catalogue.conn.execute("SELECT count(*) FROM frontier").fetchone()
        return {
            "cpu_s": cpu_s,
            "pages": sum(nm.catalogue.counts().values()),
            "statuses": Counter(one.status for one in report.results),
            "frontier": waiting,
            "before_mb": before_kb / 1024,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }


def _rss_kb() -> int:
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0])


def _timed() -> dict[str, float]:
    """Put a clock around each part; returns the seconds, which grow as the harvest runs.

    A part that is called by another one counts for itself only.
    """
    took = dict.fromkeys(PARTS, 0.0)
    inside: list[str] = []
    since = [0.0]

    def clocked(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            now = time.process_time()
            if inside:
                took[inside[-1]] += now - since[0]
            inside.append(part)
            since[0] = now
            try:
                return function(*args, **kwargs)
            finally:
                now = time.process_time()
                took[inside.pop()] += now - since[0]
                since[0] = now

        return run

    for part, places in PARTS.items():
        for place in places:
            module, _, path = place.partition(":")
            holder: Any = __import__(module, fromlist=["_"])
            *outer, name = path.split(".")
            for one in outer:
                holder = getattr(holder, one)
            setattr(holder, name, clocked(part, getattr(holder, name)))
    return took


SUBJECTS: Final = {
    "bare": bare, "fetched": fetched, "plain": plain, "whole": whole, "memory": memory,
}  # fmt: skip
TIMED: Final = ("bare", "fetched", "plain", "whole")


def _measure(subject: str, bases: Sequence[str], pages: int, compiled: str) -> dict[str, Any]:
    """Run a subject in a process of its own, which finds and leaves bytecode in a folder."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.crawl", "--subject", subject,
         "--pages", str(pages), *bases],
        stdout=subprocess.PIPE, check=True, text=True, env={**env, "PYTHONPYCACHEPREFIX": compiled},
    )  # fmt: skip
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def holds(found: dict[str, dict[str, Any]]) -> bool:
    """Whether the whole road costs no more than `BOUND` allows."""
    return bool(found["plain"]["cpu_s"] <= BOUND * found["bare"]["cpu_s"])


def _report(found: dict[str, dict[str, Any]], sizes: dict[int, dict[str, Any]], pages: int) -> str:
    unit = found["bare"]["cpu_s"]

    def row(name: str, cpu_s: float) -> str:
        return f"| {name} | {cpu_s:.1f} | {1000 * cpu_s / pages:.2f} | {cpu_s / unit:.2f} |"

    parts = found["whole"]["parts"]
    rest_s = found["whole"]["cpu_s"] - sum(parts.values())
    lines = [
        "# What a harvest costs",
        "",
        "Written by `python -m benchmarks.crawl` (`make bench-crawl`); what is measured and how"
        " stands in that file.",
        "",
        f"{pages:,} pages of some 50 KB over {HOSTS} hosts on loopback, politeness off; CPU of the"
        f" harvesting process alone, the least of {TURNS} turns. Python {platform.python_version()}.",
        "",
        "| subject | CPU s | ms a page | bare Scrapy = 1 |",
        "| --- | ---: | ---: | ---: |",
        row("Scrapy, default engine and settings: fetched only", unit),
        row("netmeta: fetched only, with guards and frontier", found["fetched"]["cpu_s"]),
        row("**netmeta: the whole road, index included**", found["plain"]["cpu_s"]),
        "",
        f"The bound is {BOUND}: {'held' if holds(found) else 'not held'}.",
        "",
        "The whole road by its parts, in a run of its own, with clocks around them:",
        "",
        "| part | CPU s | ms a page | bare Scrapy = 1 |",
        "| --- | ---: | ---: | ---: |",
        *(row(name, cpu_s) for name, cpu_s in parts.items()),
        row("Fetching, guards, frontier, following: what remains", rest_s),
        "",
        "Memory: sitemaps name so many pages, whose requests wait in the frontier; resident MB.",
        "",
        "| requests in the frontier | before | at its peak |",
        "| ---: | ---: | ---: |",
        *(
            f"| {one['frontier']:,} | {one['before_mb']:.0f} | {one['peak_mb']:.0f} |"
            for one in sizes.values()
        ),
        "",
    ]
    return "\n".join(lines)


def _cpu_s(found: dict[str, Any]) -> float:
    return float(found["cpu_s"])


def main() -> int:
    """The script; returns the exit code."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--pages", type=int, default=5000)
    told.add_argument("--subject", choices=sorted(SUBJECTS))
    told.add_argument("bases", nargs="*")
    asked = told.parse_args()
    if asked.subject:
        sys.stdout.write(json.dumps(SUBJECTS[asked.subject](asked.bases, asked.pages)) + "\n")
        return 0
    sizes = {}
    with tempfile.TemporaryDirectory() as compiled:
        with served(HOSTS, HOSTS) as bases:
            for name in TIMED:
                _measure(name, bases, HOSTS, compiled)
        with served(HOSTS, asked.pages) as bases:
            turns = [
                {name: _measure(name, bases, asked.pages, compiled) for name in TIMED}
                for _ in range(TURNS)
            ]
        found = {name: min((turn[name] for turn in turns), key=_cpu_s) for name in TIMED}
        for size in (asked.pages, 10 * asked.pages):
            with served(1, size, thin=True) as bases:
                sizes[size] = _measure("memory", bases, size, compiled)
    for name, one in ((name, turn[name]) for turn in turns for name in TIMED):
        if one["pages"] != asked.pages:
            sys.stderr.write(f"{name}: {one['pages']} of {asked.pages} pages\n")
            return 1
    page = _report(found, sizes, asked.pages)
    PAGE.write_text(page, "utf-8")
    sys.stdout.write(page)
    return 0 if holds(found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
