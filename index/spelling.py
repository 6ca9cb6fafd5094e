"""Surface words of an index, and those a typed one may be a misspelling of.

A generation keeps its words in one file, each with how often it occurs. A misspelt word is looked
for without any further table: one edit leaves one half of a word whole, so that candidates stand
together among the words sorted by their beginnings, or among those sorted by their ends. Of words
with two edits are found those that begin or end alike, and those with one edit in the first half
(the other is mostly another ending). A dictionary of deletions gives a few more, but takes about
four CPU seconds and 30 MB for 150,000 words; sorting takes 0.3 s, and a look-up a few
milliseconds, which only a query with an unknown word pays.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from index.seam import Spelling
from index.words import Key

FILE: Final = "surface.txt"
"""Name of the file in a generation's folder."""

MAX_WORDS: Final = 150_000
"""Words kept, the most frequent ones: 12 MB when read."""

ALL_COUNTED: Final = 20_000
ONE_IN: Final = 4
"""Of so many documents all words are counted, of further ones only every fourth's: counting takes a
fifth of the time of indexing, and a word that matters comes again."""

LEAST_CHARS: Final = 4
LONG_CHARS: Final = 7
MOST_CHARS: Final = 30
"""Shorter and longer words are never corrected; from `LONG_CHARS` on two edits are believed."""

_WORD = re.compile(rb"[\xe0-\xff]{3,30}|[a-z]{3,30}")  # folded keys in cp1251: Russian, or Latin


class Surface:
    """Gathers the words of documents that are being written."""

    def __init__(self, folder: Path | None) -> None:
        """`folder`: the generation that is being added to, if any."""
        self._keys: Counter[Key] = Counter()
        self._documents = 0
        self._base = folder / FILE if folder else None

    def add(self, keys: Sequence[Key]) -> None:
        """Count the words of a document (again, if it replaces one: counts only order)."""
        self._documents += 1
        if self._documents <= ALL_COUNTED or self._documents % ONE_IN == 0:
            self._keys.update(keys)

    def write(self, folder: Path) -> None:
        """Write the file, if words have come. Raises OSError."""
        word = _WORD.fullmatch
        counts = Counter({key.decode("cp1251"): n for key, n in self._keys.items() if word(key)})
        if self._base and self._base.exists():
            known = _read(self._base)
            if all(word in known for word in counts):
                return  # the file is already there, a link to the old one
            counts.update(known)
        target = folder / FILE
        target.unlink(missing_ok=True)  # never through the link
        target.write_text("\n".join(_lines(counts)), "utf-8")


def _lines(counts: Counter[str]) -> Iterator[str]:
    words = sorted(word for word, _ in counts.most_common(MAX_WORDS))
    backwards = [word[::-1] for word in words]
    by_end = sorted(range(len(words)), key=backwards.__getitem__)
    for word, end in zip(words, by_end, strict=True):
        yield f"{word} {counts[word]} {end}"


def _read(path: Path) -> dict[str, int]:
    rows = (line.split(" ") for line in path.read_text("utf-8").splitlines())
    return {row[0]: int(row[1]) for row in rows}


@dataclass(frozen=True, slots=True)
class Spellings:
    """The words of one generation: sorted; how often each occurs; places sorted by word's end."""

    words: Sequence[str]
    counts: Sequence[int]
    by_end: Sequence[int]

    @classmethod
    def of(cls, folder: Path) -> Spellings:
        """Read the file of a generation. Raises OSError, ValueError."""
        rows = [line.split(" ") for line in (folder / FILE).read_text("utf-8").splitlines()]
        return cls(
            [row[0] for row in rows], [int(row[1]) for row in rows], [int(row[2]) for row in rows]
        )

    def near(self, form: str, *, limit: int) -> tuple[Spelling, ...]:
        """The form itself if it is among the words; else words one edit away, or if there are
        none two; the most frequent first.

        An edit adds, drops or changes a letter, or swaps two neighbours.
        """
        size = len(form)
        at = bisect_left(self.words, form)
        if at < len(self.words) and self.words[at] == form:
            return (Spelling(word=form, edits=0, count=self.counts[at]),)
        if size < LEAST_CHARS:
            return ()
        for edits in (1, 2) if size >= LONG_CHARS else (1,):
            places = self._near_places(form, edits)
            found = {}
            for at in places:
                word = self.words[at]
                if abs(len(word) - size) <= edits and len({*word} ^ {*form}) <= 2 * edits:
                    distance = edit_distance(form, word, edits)
                    if 0 < distance <= edits:
                        found[word] = Spelling(word=word, edits=distance, count=self.counts[at])
            if found:
                best = sorted(found.values(), key=lambda one: (one.edits, -one.count, one.word))
                return tuple(best[:limit])
        return ()

    def _near_places(self, form: str, edits: int) -> Iterator[int]:
        size = len(form)
        whole = max(2, size // 2 - 1 if edits == 1 else size // 3)
        yield from self._beginning(form[:whole])
        yield from self._ending(form[-whole:])
        if edits == 2:
            for head in one_edit_away(form[: size // 2 + 1]):
                yield from self._beginning(head)

    def _beginning(self, head: str) -> Iterator[int]:
        """Places of the words that begin so."""
        at = bisect_left(self.words, head)
        while at < len(self.words) and self.words[at].startswith(head):
            yield at
            at += 1

    def _ending(self, tail: str) -> Iterator[int]:
        """Places of the words that end so."""
        backwards = tail[::-1]
        at = bisect_left(self.by_end, backwards, key=lambda place: self.words[place][::-1])
        while at < len(self.by_end) and self.words[self.by_end[at]].endswith(tail):
            yield self.by_end[at]
            at += 1


_LETTERS: Final = "абвгдежзийклмнопрстуфхцчшщъыьэюя"


def one_edit_away(form: str) -> set[str]:
    """All texts one edit away from a Russian one, about 70 for each of its letters."""
    out = {form + letter for letter in _LETTERS}
    for at in range(len(form)):
        before, after = form[:at], form[at:]
        out.add(before + after[1:])
        out.update(before + letter + after[1:] for letter in _LETTERS)
        out.update(before + letter + after for letter in _LETTERS)
        if len(after) > 1:
            out.add(before + after[1] + after[0] + after[2:])
    return out - {form}


def edit_distance(one: str, other: str, most: int) -> int:
    """Edits between two words (optimal string alignment); `most + 1` if there are more."""
    if one == other:
        return 0
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, above, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
