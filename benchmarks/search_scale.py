"""Speed of search at size: 50,000, 200,000 and 500,000 records of real passages.

    python -m benchmarks.search_scale [50000 200000 500000]    (two at least fit a 2-core machine)

Records are made from the passages of retrieval_ru (each with its own title, facets, day, and a
passage moved by a few words), written by the catalogue's own writer without normalising, indexed,
and asked 300 queries of two to five words of their titles and texts. CPU milliseconds, one run;
beside the service stands raw Tantivy with the same words: twenty best hits of any word, and the
counts of all facets over them. At 50,000 records Whoosh, too. Exits with 1 above a limit of
`LIMITS`.
"""

from __future__ import annotations

import datetime as dt
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.relevance import RETRIEVAL_RU, Passage, load, percentile
from index.analysis import readings
from index.engines import open_engine
from index.seam import FACETS
from netmeta.catalogue import RecordWriter
from netmeta.facade import Netmeta
from netmeta.model import Person, Record, Source

SIZES = (50_000, 200_000, 500_000)
QUERIES = 300
HITS = 20

LIMITS = {"p50_ms": 8.0, "p95_ms": 30.0, "records_per_s": 8_000.0, "open_ms": 20.0, "rss_mb": 400.0}
"""At 500,000 records, Tantivy; p95 of Whoosh at 50,000: 60 ms."""

_SUBJECTS = ("mathematics", "physics", "history", "biology", "literature", "chemistry", "geography")
_TYPES = ("lesson-plan", "presentation", "test", "control-work", "article", "game")


def records(passages: Sequence[Passage], size: int) -> Iterator[Record]:
    """Records that differ from each other and never from run to run."""
    chance = random.Random(20251120)
    for at in range(size):
        words = passages[at % len(passages)].text.split()
        turn = at // len(passages)
        words = words[turn * 3 % max(len(words), 1) :] + words[: turn * 3 % max(len(words), 1)]
        title = " ".join(words[:6])
        yield Record(
            source="scale", external_id=str(at), kind="material", url=f"https://scale.example/{at}",
            title=f"{title} {turn}" if turn else title, body=" ".join(words),
            authors=(Person(name=f"Автор {at % 5_000}", raw=""),), language="ru",
            published=dt.date(2005, 1, 1) + dt.timedelta(days=chance.randrange(7_500)),
            subjects=(chance.choice(_SUBJECTS),), grades=(chance.randrange(12),),
            type=chance.choice(_TYPES), certificate=chance.choice(("free", "none", "unknown")),
            content_hash=f"{at:032x}",
        )  # fmt: skip


def queries(passages: Sequence[Passage]) -> list[str]:
    """Two to five words that stand near each other in a passage, of four letters or more."""
    chance = random.Random(7)
    out: list[str] = []
    while len(out) < QUERIES:
        words = [word.strip('.,;:()«»"!?') for word in chance.choice(passages).text.split()]
        words = [word for word in words if len(word) > 3 and word.isalpha()]
        size = chance.randrange(2, 6)
        if len(words) > size:
            start = chance.randrange(len(words) - size)
            out.append(" ".join(words[start : start + size]))
    return out


def fill(db: Path, passages: Sequence[Passage], size: int) -> None:
    """A catalogue of so many records."""
    source = Source(name="scale", kind="jsonl", url="https://scale.example/", title="Scale")
    with Netmeta.open(db) as nm:
        source_id = nm.catalogue.add_source(source)
        with RecordWriter(nm.catalogue) as writer:
            for record in records(passages, size):
                writer.add(record, source_id=source_id, run_id=None)


def timed(deed: Callable[[], object]) -> float:
    """CPU milliseconds of a deed."""
    began = time.process_time()
    deed()
    return (time.process_time() - began) * 1_000


def raw_tantivy(folder: Path, asked: Sequence[str]) -> list[float]:
    """The same words in Tantivy itself: best hits of any word, and facets of all these."""
    import tantivy
    from tantivy import Occur

    from index.tantivy_draft import open_index, schema

    index = open_index(next(folder.glob("g*")))
    index.reload()
    searcher = index.searcher()
    facets = {name: {"terms": {"field": name, "size": 1_000}} for name in FACETS}

    def ask(text: str) -> None:
        tokens = [readings(word.lower().replace("ё", "е"))[0] for word in text.split()]
        terms = [tantivy.Query.term_query(schema(), "text", token, "freq") for token in tokens]
        any_word = tantivy.Query.boolean_query([(Occur.Should, term) for term in terms])
        searcher.search(any_word, HITS, count=False)
        searcher.aggregate(any_word, facets)

    return [timed(lambda text=text: ask(text)) for text in asked]  # type: ignore[misc]  # one argument


SEARCHING = """
import resource, sys, time
from netmeta.facade import Netmeta
began = time.process_time()
with Netmeta.open(sys.argv[1], read_only=True) as nm:
    nm.searcher
    took = []
    for at, text in enumerate(open(sys.argv[2], encoding="utf-8").read().splitlines()):
        start = time.process_time()
        nm.search(text, limit=20)
        took.append((time.process_time() - start) * 1000)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def memory_mb(db: Path, asked: Sequence[str]) -> float:
    """Memory of a process that opens the catalogue and asks everything."""
    listed = db.with_name("queries.txt")
    listed.write_text("\n".join(asked), "utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", SEARCHING, str(db), str(listed)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(ran.stdout)


def open_ms(folder: Path) -> float:
    """CPU milliseconds until an engine on the folder can answer; modules are imported."""
    engine = open_engine("tantivy", folder)
    took = timed(lambda: engine.frequency("урок"))
    engine.close()
    return took


def measure(size: int, passages: Sequence[Passage], asked: Sequence[str]) -> dict[str, float]:
    """All figures of one size, Tantivy (and p95 of Whoosh at the smallest)."""
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "scale.db"
        took = {"filling_s": timed(lambda: fill(db, passages, size)) / 1_000}
        with Netmeta.open(db) as nm:
            indexing = timed(lambda: nm.reindex(full=True)) / 1_000
            for text in asked[:30]:
                nm.search(text, limit=HITS)
            service = [timed(lambda text=text: nm.search(text, limit=HITS)) for text in asked]  # type: ignore[misc]  # one argument
            prefixes = [text[:cut] for text in asked[:60] for cut in (3, 5, 9)]
            suggested = [timed(lambda text=text: nm.suggest(text)) for text in prefixes]  # type: ignore[misc]  # one argument
            index_folder = nm.config.index_folder
        raw = raw_tantivy(index_folder, asked)
        took |= {
            "records_per_s": size / indexing,
            "p50_ms": percentile(service, 0.50), "p95_ms": percentile(service, 0.95),
            "raw_p50_ms": percentile(raw, 0.50), "raw_p95_ms": percentile(raw, 0.95),
            "suggest_p95_ms": percentile(suggested, 0.95),
            "open_ms": open_ms(index_folder), "rss_mb": memory_mb(db, asked),
        }  # fmt: skip
        if size == SIZES[0]:
            with Netmeta.open(db, engine="whoosh") as nm:
                nm.reindex(full=True)
                for text in asked[:10]:
                    nm.search(text, limit=HITS)
                pure = [timed(lambda text=text: nm.search(text, limit=HITS)) for text in asked]  # type: ignore[misc]  # one argument
            took |= {
                "whoosh_p50_ms": percentile(pure, 0.50),
                "whoosh_p95_ms": percentile(pure, 0.95),
            }
        return took


def too_slow(size: int, figures: dict[str, float]) -> list[str]:
    """Which limits the figures break."""
    out = []
    if figures.get("whoosh_p95_ms", 0.0) > 60:
        out.append(f"Whoosh p95 {figures['whoosh_p95_ms']:.1f} ms > 60")
    if figures["p50_ms"] > 4 * figures["raw_p50_ms"]:
        out.append(
            f"the service costs {figures['p50_ms'] / figures['raw_p50_ms']:.1f} times raw Tantivy"
        )
    if size == SIZES[-1]:
        for name, limit in LIMITS.items():
            beyond = figures[name] < limit if name == "records_per_s" else figures[name] > limit
            if beyond:
                out.append(f"{name} {figures[name]:.1f}, limit {limit}")
    return out


def main(arguments: Sequence[str]) -> int:
    """Print the figures of each size; the exit code."""
    if not RETRIEVAL_RU.exists():
        print("shared data absent: nothing to measure")
        return 0
    passages = load().passages
    asked = queries(passages)
    problems: list[str] = []
    for size in [int(one) for one in arguments] or SIZES:
        figures = measure(size, passages, asked)
        print(f"{size:,}", *(f"{name} {value:,.2f}" for name, value in figures.items()), flush=True)
        problems += [f"{size:,}: {problem}" for problem in too_slow(size, figures)]
    print(
        f"memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
    )
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
