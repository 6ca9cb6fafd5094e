"""How well and how fast each engine answers judged Russian questions.

    python benchmarks/search_quality.py [ENGINE...]

Indexes the passages twice with each engine: without titles, and with the first 60 characters as
the title. Asks every question for 100 hits. Prints nDCG@10, Recall@100, CPU time per question,
and documents indexed per CPU second with a warm analyser. Exits with 1 if an engine falls below
`FLOOR`, or two engines differ by more than `SPREAD`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.relevance import RETRIEVAL_RU, Judged, first_words, load, ndcg, percentile, recall
from index.analysis import streams
from index.engines import ENGINES, open_engine
from index.query import parse_query
from index.seam import Document

FLOOR = 0.80
SPREAD = 0.01


@dataclass(frozen=True, slots=True)
class Result:
    """Means over all questions; CPU milliseconds per question; documents per CPU second."""

    ndcg: float
    recall: float
    p50_ms: float
    p95_ms: float
    indexed_per_s: float


def documents(judged: Judged, titled: bool) -> Iterator[Document]:
    """The passages as documents, numbered in order."""
    for id, passage in enumerate(judged.passages):
        title = passage.title or (first_words(passage.text) if titled else "")
        yield Document(id=id, title=title, text=passage.text)


def measure(name: str, judged: Judged, titled: bool, folder: Path) -> Result:
    """Index the passages with one engine and ask all questions."""
    keys = [passage.key for passage in judged.passages]
    engine = open_engine(name, folder)
    started = time.process_time()
    engine.rebuild(documents(judged, titled), seq=1)
    indexing_s = time.process_time() - started
    gains, shares, took_ms = [], [], []
    for key, text in judged.questions.items():
        started = time.process_time()
        hits = engine.search(parse_query(text), limit=100).hits
        took_ms.append((time.process_time() - started) * 1_000)
        ranking = [keys[hit.id] for hit in hits]
        gains.append(ndcg(ranking, judged.answers[key]))
        shares.append(recall(ranking, judged.answers[key]))
    engine.close()
    return Result(
        sum(gains) / len(gains),
        sum(shares) / len(shares),
        percentile(took_ms, 0.50),
        percentile(took_ms, 0.95),
        len(keys) / indexing_s,
    )


def main(engines: Sequence[str]) -> int:
    """Print a line for each engine and way of titling; the exit code."""
    if not RETRIEVAL_RU.exists():
        print(f"shared data absent: {RETRIEVAL_RU}")
        return 0
    judged = load()
    for passage in judged.passages:
        streams(passage.text)  # warm the analyser: new word forms are dear, and not the engine's
    print("engine   titles   nDCG@10 Recall@100  p50 ms  p95 ms  indexed/s")
    sound = True
    for titled in (False, True):
        results = {}
        for name in engines:
            with tempfile.TemporaryDirectory() as folder:
                found = results[name] = measure(name, judged, titled, Path(folder))
            print(
                f"{name:8} {'60 chars' if titled else 'none':8} {found.ndcg:.4f}  {found.recall:.4f}"
                f"     {found.p50_ms:6.2f}  {found.p95_ms:6.2f}  {found.indexed_per_s:9.0f}"
            )
        gains = [found.ndcg for found in results.values()]
        sound = sound and min(gains) >= FLOOR and max(gains) - min(gains) <= SPREAD
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ENGINES))
