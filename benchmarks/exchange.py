"""Exchange at scale: CPU seconds and memory of lists, feeds and packages.

    python -m benchmarks.exchange [--records 100000]      writes docs/benchmarks-exchange.md

Records are the labelled items of the tests, over and over with other titles and a body of 2,000
characters. Each part runs in a process of its own, so that memory is its own. Aims, on a 2-core
machine: oai_dc 5,000 records a CPU second in flat memory; a feed of 1,000 entries in 50 ms; import
of a data package 3,000 records a CPU second with index. Exits with 1 if one is missed.

A shared machine is slower than a quiet one; the yardstick of the import is parsing the JSON of the
same package in the same process.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from lxml import etree

from benchmarks.normalise_speed import items
from netmeta.exchange import feeds as formats
from netmeta.exchange import package
from netmeta.exchange.feeds import Channel
from netmeta.exchange.markup import Escaper
from netmeta.exchange.oai.provider import Provider
from netmeta.facade import Netmeta
from netmeta.model import Item
from netmeta.services import feeds
from netmeta.services.exporting import export_package
from netmeta.services.feeds import Wanted
from netmeta.services.packages import import_package
from netmeta.services.publishing import oai_setting

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks-exchange.md"
TOKEN = "{http://www.openarchives.org/OAI/2.0/}resumptionToken"
SITE = "https://catalogue.example/"
AIMS = {"oai_dc": 5_000, "import": 3_000, "feed_ms": 50.0, "memory_mb": 50.0}
FIRST = "Абра Бело Вере Горо Дани Еме Зуба Кова Лука Миха".split()
LAST = "мова сова нова лева рова това кова дова вина гина".split()
Figures = dict[str, Any]


def make(folder: Path, count: int) -> Figures:
    """The catalogue, and a package of it."""
    with Netmeta.open(folder / "a.db") as nm:
        step = 20_000
        whole = items(count)
        for at in range(0, count, step):
            few = whole[at : at + step]
            nm.import_items([_of_its_own(one, at + n) for n, one in enumerate(few)])
        nm.reindex()
        took = _cpu(lambda: export_package(nm.catalogue, folder / "p"))
        return {"records": sum(nm.catalogue.counts().values()), "export": count / took}


def _of_its_own(item: Item, n: int) -> Item:
    """The item with an identity, and one of a hundred authors."""
    author = f"{FIRST[n % 10]}{LAST[n // 10 % 10]} Мария Ивановна"
    return replace(item, external_id=f"n{n}", authors=(author,))


def lists(folder: Path, count: int) -> Figures:
    """A full list in each format, page by page as a client would ask."""
    with Netmeta.open(folder / "a.db", read_only=True) as nm:
        setting = oai_setting(nm.catalogue, nm.config, SITE)
        provider = Provider(conn=nm.catalogue.conn, setting=setting, now=nm.catalogue.now_text)
        return {prefix: _list(provider, prefix) for prefix in ("oai_dc", "lom", "netmeta")}


def _list(provider: Provider, prefix: str) -> Figures:
    """Memory is compared with what it was after the first ten pages: caches are full then."""
    took, size, pages, records, early = 0.0, 0, 0, 0, 0.0
    pairs = [("verb", "ListRecords"), ("metadataPrefix", prefix)]
    while pairs:
        began = time.process_time()
        body = provider.answer(pairs).body
        took += time.process_time() - began
        size, pages, records = size + len(body), pages + 1, records + body.count(b"<record>")
        early = _peak_mb() if pages == 10 else early
        token = etree.fromstring(body).findtext(f".//{TOKEN}")  # the client's time, not ours
        pairs = [("verb", "ListRecords"), ("resumptionToken", token)] if token else []
    grown = _peak_mb() - (early or _peak_mb())
    return {
        "rate": records / took,
        "mb": size / 1e6,
        "pages": pages,
        "peak": _peak_mb(),
        "grown": grown,
    }


def subscriptions(folder: Path, count: int) -> Figures:
    """A feed of 1,000 entries in each form, and others in Atom; CPU milliseconds, best of five."""
    with Netmeta.open(folder / "a.db", read_only=True) as nm:
        setting = oai_setting(nm.catalogue, nm.config, SITE)
        channel = Channel(title="t", description="d", self_url=SITE, home=SITE, setting=setting)
        source = nm.catalogue.sources()[0].source.name
        asked: dict[str, tuple[formats.FeedFormat, Wanted]] = {
            "RSS, everything new": ("rss", Wanted(limit=1_000)),
            "Atom, everything new": ("atom", Wanted(limit=1_000)),
            "JSON Feed, everything new": ("json", Wanted(limit=1_000)),
            "Atom, a portal": ("atom", Wanted(limit=1_000, filters={"source": [source]})),
            "Atom, a subject": ("atom", Wanted(limit=1_000, filters={"subject": ["mathematics"]})),
            "Atom, an author": ("atom", Wanted(limit=1_000, author="1")),
            "Atom, a search": ("atom", Wanted(limit=100, query="урок дроби")),
        }

        def write(form: formats.FeedFormat, wanted: Wanted) -> int:
            found = feeds.feed(nm.catalogue, lambda: nm.searcher, wanted)
            formats.write(form, channel, found.records, Escaper())
            return len(found.records)

        return {
            name: {
                "entries": write(*one),
                "ms": min(_cpu(lambda one=one: write(*one)) for _ in range(5)) * 1e3,  # type: ignore[misc]  # bound now
            }
            for name, one in asked.items()
        }


def bootstrap(folder: Path, count: int) -> Figures:
    """A package into an empty catalogue, and its index; what parsing its JSON alone takes."""
    with package.opened(folder / "p") as opened:
        parsing = _cpu(
            lambda: [json.loads(line) and None for _, line in opened.lines(package.RECORDS)]
        )
    with Netmeta.open(folder / "b.db") as nm:
        importing = _cpu(lambda: import_package(nm.catalogue, folder / "p"))
        indexing = _cpu(nm.reindex)
    return {
        "rate": count / (importing + indexing), "alone": count / importing,
        "index": count / indexing, "parse": count / parsing, "peak": _peak_mb(),
    }  # fmt: skip


PARTS: dict[str, Callable[[Path, int], Figures]] = {
    "make": make, "lists": lists, "subscriptions": subscriptions, "bootstrap": bootstrap,
}  # fmt: skip


def main(count: int) -> int:
    """Run all parts, print and write the figures; 1 if an aim was missed."""
    with tempfile.TemporaryDirectory() as place:
        found = {part: _in_own_process(part, place, count) for part in PARTS}
    page = _page(found)
    print(page)
    PAGE.write_text(page, "utf-8")
    fine = (
        found["lists"]["oai_dc"]["rate"] >= AIMS["oai_dc"]
        and all(one["grown"] <= AIMS["memory_mb"] for one in found["lists"].values())
        and all(one["ms"] <= AIMS["feed_ms"] for one in found["subscriptions"].values())
        and found["bootstrap"]["rate"] >= AIMS["import"]
    )
    return 0 if fine else 1


def _in_own_process(part: str, place: str, count: int) -> Figures:
    words = [sys.executable, "-m", "benchmarks.exchange", "--part", part, "--in", place]
    ran = subprocess.run(
        [*words, "--records", str(count)], stdout=subprocess.PIPE, text=True, check=True
    )
    figures: Figures = json.loads(ran.stdout)
    return figures


def _page(found: dict[str, Figures]) -> str:
    lines = [
        "# Exchange: CPU and memory",
        "",
        "Written by `python -m benchmarks.exchange`; what is measured and how stands in that file.",
        f"{found['make']['records']:,} records with bodies of 2,000 characters; load of the machine at"
        f" the end: {os.getloadavg()[1]:.0f} on {os.cpu_count()} cores.",
        "",
        "| OAI-PMH, full list | records a CPU second | aim | MB | pages | peak memory, MB | grown after ten pages, MB |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for prefix, one in found["lists"].items():
        aim = f"{AIMS['oai_dc']:,}" if prefix == "oai_dc" else ""
        lines.append(
            f"| {prefix} | {one['rate']:,.0f} | {aim} | {one['mb']:,.0f} | {one['pages']} | {one['peak']:.0f} | {one['grown']:.0f} |"
        )
    lines += ["", "| feed | entries | CPU ms | aim |", "| --- | --- | --- | --- |"]
    for name, one in found["subscriptions"].items():
        lines.append(f"| {name} | {one['entries']:,} | {one['ms']:.0f} | {AIMS['feed_ms']:.0f} |")
    one = found["bootstrap"]
    lines += [
        "",
        "| data package | records a CPU second | aim |",
        "| --- | --- | --- |",
        f"| out | {found['make']['export']:,.0f} | |",
        f"| in, with index | {one['rate']:,.0f} | {AIMS['import']:,} |",
        f"| in, without | {one['alone']:,.0f} | |",
        f"| the index alone | {one['index']:,.0f} | |",
        f"| only parsing its JSON, in the same process | {one['parse']:,.0f} | |",
        "",
        f"Peak memory of the import and index: {one['peak']:.0f} MB.",
        "",
    ]
    return "\n".join(lines)


def _cpu(deed: Callable[[], object]) -> float:
    began = time.process_time()
    deed()
    return time.process_time() - began


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--records", type=int, default=100_000)
    options.add_argument("--part", choices=list(PARTS))
    options.add_argument("--in", dest="place")
    asked = options.parse_args()
    if asked.part:
        print(json.dumps(PARTS[asked.part](Path(asked.place), asked.records)))
    else:
        raise SystemExit(main(asked.records))
