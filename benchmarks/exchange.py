"""Exchange at scale: CPU seconds and memory of lists, feeds and packages.

    python -m benchmarks.exchange [RECORDS]

Records are the labelled items of the tests, over and over with other titles and a body of 2,000
characters. Aims, on a 2-core machine: oai_dc 5,000 records a CPU second in flat memory; a feed of
1,000 entries in 50 ms; import of a data package 3,000 records a CPU second with index.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from benchmarks.normalise_speed import items
from netmeta.exchange import feeds as formats
from netmeta.exchange.feeds import Channel
from netmeta.exchange.markup import Escaper
from netmeta.exchange.oai.provider import Provider
from netmeta.facade import Netmeta
from netmeta.services import feeds
from netmeta.services.exporting import export_package
from netmeta.services.feeds import Wanted
from netmeta.services.packages import import_package
from netmeta.services.publishing import oai_setting

TOKEN = "{http://www.openarchives.org/OAI/2.0/}resumptionToken"
SITE = "https://catalogue.example/"


def main(count: int) -> int:
    """Print the figures; 1 if an aim was missed."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with Netmeta.open(folder / "a.db") as nm:
            nm.import_items(items(count))
            fine = [_lists(nm, count), _feed(nm)]
            took = _cpu(lambda: export_package(nm.catalogue, folder / "p"))
            print(f"data package out: {count / took:,.0f} records a CPU second")
        with Netmeta.open(folder / "b.db") as other:
            took = _cpu(lambda: import_package(other.catalogue, folder / "p"))
            indexing = _cpu(other.reindex)
            rate = count / (took + indexing)
            print(
                f"data package in: {rate:,.0f} records a CPU second with index"
                f" ({count / took:,.0f} without)"
            )
            fine.append(rate >= 3_000)
    return 0 if all(fine) else 1


def _lists(nm: Netmeta, count: int) -> bool:
    """A full list in each format, page by page as a client would ask."""
    setting = oai_setting(nm.catalogue, nm.config, SITE)
    provider = Provider(conn=nm.catalogue.conn, setting=setting, now=nm.catalogue.now_text)
    rates = {}
    for prefix in ("oai_dc", "lom", "netmeta"):
        before = _peak_mb()
        took = size = pages = 0.0
        pairs = [("verb", "ListRecords"), ("metadataPrefix", prefix)]
        while pairs:
            began = time.process_time()
            body = provider.answer(pairs).body
            took += time.process_time() - began
            size, pages = size + len(body), pages + 1
            token = etree.fromstring(body).findtext(f".//{TOKEN}")  # the client's time, not ours
            pairs = [("verb", "ListRecords"), ("resumptionToken", token)] if token else []
        rates[prefix] = count / took
        print(
            f"OAI-PMH {prefix}: {count / took:,.0f} records a CPU second, {size / 1e6:,.0f} MB in"
            f" {pages:.0f} pages, peak memory grew by {_peak_mb() - before:.0f} MB to {_peak_mb():.0f} MB"
        )
    return rates["oai_dc"] >= 5_000


def _feed(nm: Netmeta) -> bool:
    """A feed of 1,000 entries, best of five."""
    setting = oai_setting(nm.catalogue, nm.config, SITE)
    channel = Channel(title="t", description="d", self_url=SITE, home=SITE, setting=setting)

    def make() -> None:
        found = feeds.feed(nm.catalogue, lambda: nm.searcher, Wanted(limit=1_000))
        formats.write("atom", channel, found.records, Escaper())

    best = min(_cpu(make) for _ in range(5))
    print(f"Atom feed of 1,000 entries: {best * 1e3:.0f} ms CPU")
    return best <= 0.05


def _cpu(deed: Callable[[], object]) -> float:
    began = time.process_time()
    deed()
    return time.process_time() - began


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
