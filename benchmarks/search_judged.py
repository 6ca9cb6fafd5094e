"""Judged queries of teachers over the replicas' catalogue, with distractors.

    python -m benchmarks.search_judged [--engine whoosh] [-v]

`tests/judged_queries.jsonl` has a line for each query: what it shows, and the gain (1 to 3) of
each work that answers it, by "source title"; all others have none. -v names what went wrong.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import distractors
from netmeta.catalogue import Catalogue
from netmeta.config import load
from netmeta.facade import Netmeta
from netmeta.replicas import serve

QUERIES = Path(__file__).parents[1] / "tests" / "judged_queries.jsonl"
PORTALS = ("pedsovet-su", "uchportal")
TODAY = dt.date(2025, 11, 20)
NOON = dt.datetime(2025, 11, 20, 9, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Query:
    """One judged query."""

    text: str
    shows: str
    judged: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """A query, its nDCG@10, whether the first hit is one of the best, and what came."""

    query: Query
    ndcg: float
    first: bool
    hits: tuple[str, ...]


def queries() -> list[Query]:
    """All judged queries."""
    rows = map(json.loads, QUERIES.read_text("utf-8").splitlines())
    return [Query(row["query"], row["shows"], row["judged"]) for row in rows]


@contextmanager
def catalogue(engine: str, folder: Path) -> Iterator[Netmeta]:
    """The replicas harvested as on `TODAY`, with the distractors, indexed."""
    with (
        serve(PORTALS, today=TODAY) as replicas,
        Netmeta(
            Catalogue(folder / "judged.db", now=lambda: NOON),
            load({"db": folder / "judged.db", "engine": engine}),
        ) as nm,
    ):
        for name in replicas.names:
            nm.add_source(replicas.url(name), name=name, spider=name)
        nm.harvest()
        nm.import_items(distractors.items())
        nm.reindex()
        yield nm


def digest(nm: Netmeta) -> str:
    """What the judgements are about: titles and texts of the catalogue, and the queries."""
    rows = nm.catalogue.conn.execute(
        "SELECT s.name, r.title, t.body FROM records r JOIN sources s ON s.id = r.source_id"
        " JOIN record_texts t ON t.record_id = r.id ORDER BY 1, 2, 3"
    )
    made = hashlib.blake2b(QUERIES.read_bytes(), digest_size=8)
    for row in rows:
        made.update(repr(tuple(row)).encode())
    return made.hexdigest()


def answers(nm: Netmeta) -> list[Answer]:
    """Every query asked through the facade."""
    out = []
    for query in queries():
        hits = nm.search(query.text, limit=10).hits
        keys = [[f"{hit.source} {hit.title}"] for hit in hits]
        for key, hit in zip(keys, hits, strict=True):
            key += [f"{copy.source} {copy.title}" for copy in hit.copies]
        gains = [max(query.judged.get(one, 0) for one in key) for key in keys]
        best = sorted(_works(query, nm), reverse=True)
        ideal = _gain(best[:10])
        out.append(
            Answer(
                query,
                min(_gain(gains) / ideal, 1.0),
                bool(gains) and gains[0] == best[0],
                tuple(key[0] for key in keys),
            )
        )
    return out


def _works(query: Query, nm: Netmeta) -> list[int]:
    """The gains of a query, copies of one work once."""
    sql = (
        "SELECT s.name || ' ' || r.title, r.content_hash FROM records r"
        " JOIN sources s ON s.id = r.source_id"
    )
    hashes = dict(nm.catalogue.conn.execute(sql))
    works: dict[str, int] = defaultdict(int)
    for key, gain in query.judged.items():
        work = hashes[key]
        works[work] = max(works[work], gain)
    return list(works.values())


def _gain(gains: Sequence[int]) -> float:
    return sum((2**gain - 1) / math.log2(at + 2) for at, gain in enumerate(gains))


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean."""
    return sum(values) / len(values)


def main(arguments: Sequence[str]) -> int:
    """Print means, by what the queries show."""
    engine = "whoosh" if "whoosh" in arguments else "tantivy"
    with tempfile.TemporaryDirectory() as folder, catalogue(engine, Path(folder)) as nm:
        found = answers(nm)
        print(f"digest {digest(nm)}")
    by_what: dict[str, list[Answer]] = defaultdict(list)
    for answer in found:
        by_what[answer.query.shows].append(answer)
    for what, some in by_what.items():
        first = mean([one.first for one in some])
        print(f"{what:32} {len(some):4} {mean([one.ndcg for one in some]):.4f} {first:.3f}")
    print(f"{'all':32} {len(found):4} {mean([one.ndcg for one in found]):.4f} "
          f"{mean([one.first for one in found]):.3f}")  # fmt: skip
    if "-v" in arguments:
        for one in found:
            if one.ndcg < 0.9 or not one.first:
                print(f"\n{one.query.text!r} {one.ndcg:.2f} {one.first}")
                for hit in one.hits[:5]:
                    print("  ", one.query.judged.get(hit, "-"), hit)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
