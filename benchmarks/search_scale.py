"""Speed of search at size: 50,000, 200,000 and 500,000 records of real passages.

    python -m benchmarks.search_scale [50000 200000 500000]    all three: writes the page, too

Records are made from the passages of retrieval_ru (each with its own title, facets, day, and a
passage moved by a few words), written by the catalogue's own writer without normalising, indexed,
and asked 300 queries of two to five words of their titles and texts. CPU milliseconds, one run;
beside the service stands raw Tantivy with the same words: twenty best hits of any word, and the
counts of all facets over them; beside indexing Tantivy fed with the same tokens. At 50,000 records
Whoosh, too. Prints every bound with "holds" or "FAILS"; exits with 1 if one fails.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy
from tantivy import Occur

from benchmarks.relevance import RETRIEVAL_RU, Passage, load, percentile
from benchmarks.road import machine
from index.analysis import readings, streams
from index.engines import open_engine
from index.feed import feed
from index.seam import FACETS, Document
from index.tantivy_draft import fields_of, open_index, schema
from netmeta.catalogue import RecordWriter
from netmeta.facade import Netmeta
from netmeta.model import Person, Record, Source

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks-search.md"
SIZES = (50_000, 200_000, 500_000)
QUERIES = 300
HITS = 20

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Bound:
    """What a figure is held to; `size` None means at every size."""

    figure: str
    words: str
    limit: float
    size: int | None = None
    at_least: bool = False

    def verdict(self, size: int, figures: Mapping[str, float]) -> str | None:
        """One line, or None if the bound is not about this size."""
        if self.size not in (None, size) or self.figure not in figures:
            return None
        value = figures[self.figure]
        holds = value >= self.limit if self.at_least else value <= self.limit
        sign = ">=" if self.at_least else "<="
        said = "holds" if holds else "FAILS"
        return f"{said}: {self.words} {sign} {self.limit:,g} at {size:,} records ({value:,.1f})"


BOUNDS = (
    Bound("p95_ms", "service p95, ms", 30, SIZES[-1]),
    Bound("p50_ms", "service p50, ms", 8, SIZES[-1]),
    Bound("times_raw", "service p50 over raw search and facets, times", 4, SIZES[-1]),
    Bound("suggest_p95_ms", "suggestions p95, ms", 5),
    Bound("records_per_s", "records indexed per CPU second", 8_000, SIZES[-1], at_least=True),
    Bound("open_ms", "open, ms", 20, SIZES[-1]),
    Bound("rss_mb", "memory of a searching process, MB", 400, SIZES[-1]),
    Bound("whoosh_p95_ms", "Whoosh p95, ms", 60, SIZES[0]),
)

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


def raw_search(folder: Path, asked: Sequence[str]) -> list[float]:
    """The same words in Tantivy itself: best hits of any word, and facets of all these."""
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


def raw_indexing(passages: Sequence[Passage], size: int = 20_000) -> float:
    """Documents per CPU second of Tantivy alone, fed with tokens that are ready."""
    made: list[tantivy.Document] = []
    for record in records(passages, size):
        document = Document(
            id=len(made), title=record.title, text=record.body or "", published=record.published,
            facets={"subject": record.subjects, "type": [record.type or ""], "kind": ["material"]},
        )  # fmt: skip
        made.append(tantivy.Document.from_dict(fields_of(document, feed(document)), schema()))
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(Path(folder), fresh=True)

        def write() -> None:
            writer = index.writer(128_000_000, 1)
            for one in made:
                writer.add_document(one)
            writer.commit()
            writer.wait_merging_threads()

        return size / timed(write) * 1_000


SEARCHING = """
import json, sys
from netmeta.facade import Netmeta
with Netmeta.open(sys.argv[1], read_only=True) as nm:
    for text in open(sys.argv[2], encoding="utf-8").read().splitlines():
        nm.search(text, limit=20)
    lines = open("/proc/self/status").read().splitlines()
    print(json.dumps({line.split(":")[0]: int(line.split()[1]) / 1024
                      for line in lines if line.startswith(("VmRSS", "RssAnon", "RssFile"))}))
"""


def memory(db: Path, asked: Sequence[str]) -> Figures:
    """Megabytes of a process that opens the catalogue and asks everything: all of it; its own;
    pages of files (the index is mapped: the system shares them, and takes them back)."""
    listed = db.with_name("queries.txt")
    listed.write_text("\n".join(asked), "utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", SEARCHING, str(db), str(listed)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(ran.stdout)
    return {"rss_mb": told["VmRSS"], "own_mb": told["RssAnon"], "file_mb": told["RssFile"]}


def open_ms(folder: Path) -> float:
    """CPU milliseconds until an engine on the folder can answer; modules are imported."""
    engine = open_engine("tantivy", folder)
    took = timed(lambda: engine.frequency("урок"))
    engine.close()
    return took


def measure(size: int, passages: Sequence[Passage], asked: Sequence[str]) -> Figures:
    """All figures of one size, Tantivy (and Whoosh at the smallest)."""
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "scale.db"
        figures = {"stored_per_s": size / timed(lambda: fill(db, passages, size)) * 1_000}
        with Netmeta.open(db) as nm:
            index_folder = nm.config.index_folder
            figures["records_per_s"] = size / timed(lambda: nm.reindex(full=True)) * 1_000
            figures |= spread("", asked_all(nm, asked))
            prefixes = [text[:cut] for text in asked[:100] for cut in (3, 5, 9)]
            suggested = [timed(lambda text=text: nm.suggest(text)) for text in prefixes]  # type: ignore[misc]  # one argument
            figures["suggest_p95_ms"] = percentile(suggested, 0.95)
        figures |= spread("raw_", raw_search(index_folder, asked))
        figures["times_raw"] = figures["p50_ms"] / figures["raw_p50_ms"]
        figures["open_ms"] = open_ms(index_folder)
        figures |= memory(db, asked)
        if size == SIZES[0]:
            with Netmeta.open(db, engine="whoosh") as nm:
                figures["whoosh_records_per_s"] = (
                    size / timed(lambda: nm.reindex(full=True)) * 1_000
                )
                figures |= spread("whoosh_", asked_all(nm, asked))
    gc.collect()
    return figures


def asked_all(nm: Netmeta, asked: Sequence[str]) -> list[float]:
    """CPU milliseconds of each query through the facade, after a few others."""
    for text in asked[:30]:
        nm.search(text, limit=HITS)
    return [timed(lambda text=text: nm.search(text, limit=HITS)) for text in asked]  # type: ignore[misc]  # one argument


def spread(name: str, took: Sequence[float]) -> Figures:
    """Median and 95th percentile."""
    return {f"{name}p50_ms": percentile(took, 0.50), f"{name}p95_ms": percentile(took, 0.95)}


def main(arguments: list[str]) -> int:
    """Print the figures of each size and what holds; the exit code."""
    if not RETRIEVAL_RU.exists():
        print("shared data absent: nothing to measure")
        return 0
    passages = load().passages
    for passage in passages:
        streams(passage.text)  # a warm analyser
    asked = queries(passages)
    raw = raw_indexing(passages)
    print(f"Tantivy alone indexes {raw:,.0f} documents per CPU second", flush=True)
    found: dict[int, Figures] = {}
    for size in [int(one) for one in arguments] or SIZES:
        found[size] = measure(size, passages, asked)
        print(
            f"{size:,}",
            *(f"{name} {value:,.2f}" for name, value in found[size].items()),
            flush=True,
        )
    told = [
        line for size, figures in found.items() for bound in BOUNDS
        if (line := bound.verdict(size, figures))
    ]  # fmt: skip
    print(*told, sep="\n")
    if set(found) == set(SIZES):
        PAGE.write_text(page(found, told, raw), "utf-8")
    return 1 if any(line.startswith("FAILS") for line in told) else 0


def page(found: Mapping[int, Figures], told: Sequence[str], raw: float) -> str:
    """The figures as a page."""
    names = list(dict.fromkeys(name for figures in found.values() for name in figures))
    rows = [
        [name, *(f"{found[size][name]:,.1f}" if name in found[size] else "" for size in found)]
        for name in names
    ]
    table = [["", *(f"{size:,}" for size in found)], ["---"] * (1 + len(found)), *rows]
    return TEXT.format(
        today=dt.datetime.now(dt.UTC).date().isoformat(), machine=machine(), raw=f"{raw:,.0f}",
        table="\n".join(f"| {' | '.join(row)} |" for row in table),
        bounds="\n".join(f"- {line}" for line in told),
    )  # fmt: skip


TEXT = """# Search at size

Written by `make bench-scale` on {today}: {machine}. CPU time; the machine is shared, so compare
figures of one run with each other and not with those of another day.

Records are made from real Russian passages of about 120 words, each with a title, an author, a day and
six facets, and asked 300 queries of two to five words. The service is everything between a text and 20
cards: corrections, analysis, readings, ranking, facets, catalogue, snippets. `raw_` is Tantivy itself
on the same index: the 20 best hits of any word, and eight facets of all these. `stored_per_s` is the
catalogue's writer alone, `records_per_s` catalogue to index with a warm analyser; Tantivy alone, fed with
tokens that are ready, indexes {raw} documents per CPU second. `own_mb` is memory of the process itself,
`file_mb` pages of the mapped index, which the system shares between processes and takes back at need.

{table}

Bounds:

{bounds}
"""


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
