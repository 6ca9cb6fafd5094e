"""Judged questions, and how well a ranking answers them."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

RETRIEVAL_RU = Path(__file__).parents[2] / "shared" / "data" / "retrieval_ru"
"""Russian passages, questions and judgements; absent from a public clone."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage; `key` is its name in the judgements."""

    key: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    """Passages, questions by key, and the keys of the passages that answer each question."""

    passages: Sequence[Passage]
    questions: Mapping[str, str]
    answers: Mapping[str, Set[str]]


def load(folder: Path = RETRIEVAL_RU) -> Judged:
    """Read corpus.jsonl.gz, queries.jsonl.gz and qrels.tsv. Raises OSError if one is missing."""
    answers: dict[str, set[str]] = {}
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        question, passage, relevance = line.split("\t")
        if int(relevance) > 0:
            answers.setdefault(question, set()).add(passage)
    return Judged(
        [
            Passage(row["id"], row["title"], row["text"])
            for row in _rows(folder / "corpus.jsonl.gz")
        ],
        {row["id"]: row["text"] for row in _rows(folder / "queries.jsonl.gz")},
        answers,
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def first_words(text: str, chars: int = 60) -> str:
    """A title for what has none: the first words of the text, at most so many characters."""
    if len(text) <= chars:
        return text
    return text[: chars + 1].rsplit(" ", 1)[0][:chars]


def ndcg(ranking: Sequence[str], relevant: Set[str], k: int = 10) -> float:
    """Normalised discounted cumulative gain of the first k, 0 to 1, for judgements of yes or no."""
    gain = sum(1 / math.log2(i + 2) for i, key in enumerate(ranking[:k]) if key in relevant)
    return gain / sum(1 / math.log2(i + 2) for i in range(min(k, len(relevant))))


def recall(ranking: Sequence[str], relevant: Set[str], k: int = 100) -> float:
    """Share of the relevant that is among the first k, 0 to 1."""
    return len(relevant.intersection(ranking[:k])) / len(relevant)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]
