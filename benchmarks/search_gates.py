"""Search quality of both engines through the facade, held to floors that may only rise.

    python -m benchmarks.search_gates          measure; exit code 1 below a floor
    python -m benchmarks.search_gates --pin    raise the floors to what is measured now

Two sets: retrieval_ru (clean questions, one typo a question, wrong keyboard layout) and our own
judged queries over the replicas. Floors and the digest of the set they were measured on are in
`tests/search_floors.json`. On another set they say nothing: a changed digest fails, too, until the
judgements have been looked at and the floors pinned. Pinning refuses to lower a floor of one set.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import search_judged
from benchmarks.mistypings import in_latin_layout, with_typo
from benchmarks.relevance import RETRIEVAL_RU, Judged, first_words, load, ndcg
from index.engines import ENGINES
from netmeta.facade import Netmeta

FLOORS = Path(__file__).parents[1] / "tests" / "search_floors.json"

LEAST = {
    "retrieval_ru": {"clean": 0.81, "typo": 0.77, "layout": 0.81},
    "judged": {"ndcg": 0.90, "first": 0.85},
}
"""Below these no floor may be pinned."""

SPREAD = 0.01
"""nDCG by which the engines may differ."""

SLACK = 0.002
"""What a pinned floor lies below the measured value: other processors round otherwise."""

Figures = Mapping[str, float]


def retrieval(engine: str, judged: Judged, folder: Path) -> dict[str, float]:
    """nDCG@10 of clean, misspelt and wrongly typed questions; passages titled by their first
    words."""
    items = (
        {
            "source": "retrieval", "kind": "material", "external_id": one.key,
            "url": f"https://retrieval.example/{one.key}",
            "title": one.title or first_words(one.text), "body": one.text,
        }
        for one in judged.passages
    )  # fmt: skip
    with Netmeta.open(folder / "retrieval.db", engine=engine) as nm:
        nm.import_items(items)
        nm.reindex()
        keys = dict(nm.catalogue.conn.execute("SELECT id, external_id FROM records"))

        def mean(typed: Callable[[str], str]) -> float:
            gains = [
                ndcg(
                    [keys[hit.id] for hit in nm.search(typed(text), facets=()).hits],
                    judged.answers[key],
                )
                for key, text in judged.questions.items()
            ]
            return sum(gains) / len(gains)

        return {
            "clean": mean(str),
            "typo": mean(lambda text: with_typo(text, zlib.crc32(text.encode()))),
            "layout": mean(in_latin_layout),
        }


def own(engine: str, folder: Path) -> tuple[str, dict[str, float]]:
    """Digest of our own set, and mean nDCG@10 and share of right first hits on it."""
    with search_judged.catalogue(engine, folder) as nm:
        found = search_judged.answers(nm)
        return search_judged.digest(nm), {
            "ndcg": search_judged.mean([one.ndcg for one in found]),
            "first": search_judged.mean([one.first for one in found]),
        }


def measured() -> dict[str, dict[str, object]]:
    """{set: {"digest": ..., engine: figures}}; retrieval_ru only where its files are."""
    out: dict[str, dict[str, object]] = {"judged": {}}
    judged = load() if RETRIEVAL_RU.exists() else None
    if judged is not None:
        content = b"".join(path.read_bytes() for path in sorted(RETRIEVAL_RU.iterdir()))
        digest = hashlib.blake2b(content, digest_size=8).hexdigest()
        out["retrieval_ru"] = {"digest": digest}
    for engine in ENGINES:
        with tempfile.TemporaryDirectory() as folder:
            out["judged"]["digest"], out["judged"][engine] = own(engine, Path(folder))
            if judged is not None:
                out["retrieval_ru"][engine] = retrieval(engine, judged, Path(folder))
    return out


def failures(found: Mapping[str, Mapping[str, object]]) -> list[str]:
    """What is below a floor, one sentence each."""
    floors = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
    out = []
    for name, figures in found.items():
        pinned = floors.get(name, {})
        same = pinned.get("digest") == figures["digest"]
        if not same:
            out.append(f"{name}: another set than the floors were measured on; look, then --pin")
        values = {engine: _figures(figures[engine]) for engine in ENGINES}
        for what, least in LEAST[name].items():
            for engine in ENGINES:
                floor = max(least, pinned.get(engine, {}).get(what, 0.0) if same else 0.0)
                if values[engine][what] < floor:
                    out.append(f"{name}, {engine}: {what} {values[engine][what]:.4f} < {floor:.4f}")
            apart = max(one[what] for one in values.values()) - min(
                one[what] for one in values.values()
            )
            if what != "first" and apart > SPREAD:
                out.append(f"{name}: engines differ by {apart:.4f} in {what}")
    return out


def pin(found: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Write the floors; what would lower one of the same set is refused and named."""
    floors = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
    refused = []
    for name, figures in found.items():
        old = floors.get(name, {})
        same = old.get("digest") == figures["digest"]
        pinned: dict[str, object] = {"digest": figures["digest"]}
        for engine in ENGINES:
            floor = {}
            for what, value in _figures(figures[engine]).items():
                new = round(value - SLACK, 4)
                before = old.get(engine, {}).get(what, 0.0) if same else 0.0
                if new < max(before, LEAST[name][what]):
                    refused.append(f"{name}, {engine}: {what} {new} < {before}")
                floor[what] = max(new, before)
            pinned[engine] = floor
        floors[name] = pinned
    if not refused:
        FLOORS.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", "utf-8")
    return refused


def _figures(value: object) -> Figures:
    assert isinstance(value, dict)
    return value


def main(arguments: Sequence[str]) -> int:
    """Print the figures and what is below a floor; the exit code."""
    found = measured()
    for name, figures in found.items():
        for engine in ENGINES:
            shown = ", ".join(
                f"{what} {value:.4f}" for what, value in _figures(figures[engine]).items()
            )
            print(f"{name:13} {engine:8} {shown}")
    problems = pin(found) if "--pin" in arguments else failures(found)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
