"""Postings of a Whoosh index, read once and scored; sets of documents as bits of one number.

Whoosh's matchers cost about 3 microseconds a posting when they score, 0.5 when they only tell
document and frequency. So they are asked for that alone, once for each token: its scores are kept
for the next readings of a question, which ask the same tokens again. Which documents satisfy a
question, and how many of them have a value of a facet, is then arithmetic on whole numbers, a bit
a document: 2 microseconds for 50,000 documents.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import compress
from typing import Any, Final

from index.plan import FIELD_WEIGHTS

K1: Final = 1.2
B: Final = 0.75
"""Of BM25, as in Tantivy and Lucene."""

MAX_KEPT: Final = 400_000
"""Scores kept, about 40 MB."""

_SET: Final = ord("1")
_FLAGS: Final = bytes.maketrans(b"01", b"\0\1")

Scores = dict[int, float]
"""Whoosh's number of a document -> its score."""

Bits = int
"""A set of documents: bit n stands for Whoosh's number n."""


class Postings:
    """The postings of one open generation."""

    def __init__(self, searcher: Any) -> None:
        self._searcher = searcher
        self._reader = searcher.reader()
        self.count = int(self._reader.doc_count_all())
        self.everything = self.bits_of(self._reader.all_doc_ids())
        self._norms: dict[str, list[float]] = {}
        self._scores: dict[tuple[str, str], Scores] = {}
        self._kept = 0
        self._bits: dict[tuple[str, str], Bits] = {}

    def frequency(self, field: str, token: str) -> int:
        """How many documents hold a token in a field, deleted ones included."""
        return int(self._reader.doc_frequency(field, token))

    def scores(self, field: str, token: str) -> Mapping[int, float]:
        """BM25 of a token in a text field, with Lucene's inverse document frequency, which Tantivy
        has, too: with Whoosh's own the judged questions lose 0.006 nDCG (shared/design.md)."""
        key = (field, token)
        if key not in self._scores:
            self._keep(key, dict(self._read(field, token)))
        return self._scores[key]

    def everywhere(self, token: str) -> Mapping[int, float]:
        """The token's scores in all text fields, by the fields' weights. The text holds the words
        of all others: no document comes from elsewhere."""
        key = ("", token)
        if key not in self._scores:
            scores = dict(self._read("text", token))
            for field, weight in FIELD_WEIGHTS.items():
                if field != "text":
                    for number, score in self._read(field, token):
                        scores[number] = scores.get(number, 0.0) + weight * score
            self._keep(key, scores)
        return self._scores[key]

    def bits(self, field: str, token: str) -> Bits:
        """The documents that hold a token or value."""
        key = (field, token)
        if key not in self._bits:
            if len(self._bits) * max(self.count, 1) > MAX_KEPT * 1_000:
                self._bits.clear()
            known = self._scores.get(("", token) if field == "text" else key)
            self._bits[key] = self.bits_of(known or self.holders(field, token)[0])
        return self._bits[key]

    def bits_of(self, numbers: Iterable[int]) -> Bits:
        """A set as bits."""
        flags = bytearray(b"0") * self.count
        for number in numbers:
            flags[~number] = _SET
        return int(flags or b"0", 2)

    def holders(self, field: str, token: str) -> tuple[list[int], list[float]]:
        """The living documents that hold a token, ascending, and how often each does."""
        numbers: list[int] = []
        weights: list[float] = []
        for leaf, base in self._searcher.leaf_searchers():
            if (field, token) not in leaf.reader():
                continue
            matcher = leaf.reader().postings(field, token)
            number, weight, step, active = (
                matcher.id, matcher.weight, matcher.next, matcher.is_active,
            )  # fmt: skip
            while active():
                numbers.append(base + number())
                weights.append(weight())
                step()
        return numbers, weights

    def _read(self, field: str, token: str) -> Iterable[tuple[int, float]]:
        holders = self.frequency(field, token)
        if not holders:
            return ()
        norms = self._lengths(field)
        rarity = math.log(1 + (self.count - holders + 0.5) / (holders + 0.5)) * (K1 + 1)
        numbers, weights = self.holders(field, token)
        scores = [
            rarity * times / (times + norms[number])
            for number, times in zip(numbers, weights, strict=True)
        ]
        return zip(numbers, scores, strict=True)

    def _lengths(self, field: str) -> list[float]:
        """What BM25 adds below for the length of each document's field."""
        if field not in self._norms:
            average = self._searcher.avg_field_length(field) or 1
            length = self._reader.doc_field_length
            self._norms[field] = [
                K1 * (1 - B + B * (length(number, field, 0) or 0) / average)
                for number in range(self.count)
            ]
        return self._norms[field]

    def _keep(self, key: tuple[str, str], scores: Scores) -> None:
        if self._kept > MAX_KEPT:
            self._scores.clear()
            self._kept = 0
        self._scores[key] = scores
        self._kept += len(scores)


def numbers_of(bits: Bits) -> list[int]:
    """The documents of a set, ascending."""
    flags = format(bits, "b").encode()[::-1].translate(_FLAGS)
    return list(compress(range(len(flags)), flags))
