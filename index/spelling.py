"""Surface words of an index, and those a typed one may be a misspelling of.

A generation keeps its words in one file, each with how often it occurs. A misspelt word is looked
for without any further table: one edit leaves one half of a word whole, so that candidates stand
together among the words sorted by their beginnings, or among those sorted by their ends. Of words
with two edits are found those that begin or end alike, and those with one edit in the first half
(the other is mostly another ending). A dictionary of deletions gives a few more, but takes about
four CPU seconds and 30 MB for 150,000 words; sorting takes 0.2 s, and a look-up about a
millisecond, which only a query with an unknown word pays.

Words are keys (`index.words`), one byte a letter: texts need no decoding to be counted, the file is
cut into words in 5 ms, and of most candidates one call tells that their letters are too different.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from index.dictionary import LETTERS
from index.seam import IndexDamagedError, Spelling
from index.words import Key

FILE: Final = "surface.words"
"""Name of the file in a generation's folder: the number of words, the words, how often each
occurs, their places sorted by the words' ends; numbers are 32 bits, little end first."""

MAX_WORDS: Final = 150_000
"""Words kept, the most frequent ones: 10 MB when read."""

ALL_COUNTED: Final = 20_000
ONE_IN: Final = 16
"""Of so many documents all words are counted, of further ones only every sixteenth's: counting
takes a tenth of the time of indexing, and a word that matters comes again. Counting less of the
first ones loses 0.0014 nDCG on misspelt questions: the words that are kept are other ones."""

LEAST_CHARS: Final = 4
LONG_CHARS: Final = 7
MOST_CHARS: Final = 30
"""Shorter and longer words are never corrected; from `LONG_CHARS` on two edits are believed."""

_CHARSET: Final = "cp1251"
_LEAST_KEPT: Final = 3
_RUSSIAN: Final = bytes(range(0xE0, 0x100))  # letters of folded keys
_LATIN: Final = b"abcdefghijklmnopqrstuvwxyz"
_LAST: Final = b"\xff" * (MOST_CHARS + 1)  # comes after whatever a word goes on with
_CACHED: Final = 10_000
"""Forms whose neighbours are remembered: people ask the same again."""


class Surface:
    """Gathers the words of documents that are being written."""

    def __init__(self, folder: Path | None) -> None:
        """`folder`: the generation that is being added to, if any."""
        self._counts: Counter[Key] = Counter()
        self._documents = 0
        self._base = folder / FILE if folder else None

    def add(self, keys: Sequence[Key]) -> None:
        """Count the words of a document (again, if it replaces one: counts only order)."""
        self._documents += 1
        if self._documents <= ALL_COUNTED or self._documents % ONE_IN == 0:
            self._counts.update(keys)

    def write(self, folder: Path) -> None:
        """Write the file, if words have come. Raises OSError, IndexDamagedError."""
        counts = Counter({key: n for key, n in self._counts.items() if _is_word(key)})
        if self._base and self._base.exists():
            try:
                base = Spellings.of(self._base.parent)
            except ValueError as error:
                raise IndexDamagedError(f"{self._base} cannot be read") from error
            if all(map(base.has, counts)):
                return  # the file is already there, a link to the old one
            counts.update(dict(zip(base.words, base.counts, strict=True)))
        target = folder / FILE
        target.unlink(missing_ok=True)  # never through the link
        target.write_bytes(_packed(counts))


def _is_word(key: Key) -> bool:
    """Whether a key is a word of Russian or of Latin letters only."""
    if not _LEAST_KEPT <= len(key) <= MOST_CHARS:
        return False
    return not key.translate(None, _RUSSIAN) or not key.translate(None, _LATIN)


def _packed(counts: Counter[Key]) -> bytes:
    frequent = sorted(counts, key=counts.__getitem__, reverse=True)
    words = sorted(frequent[:MAX_WORDS])
    backwards = [word[::-1] for word in words]
    by_end = sorted(range(len(words)), key=backwards.__getitem__)
    numbers = _numbers([len(words)]), _numbers(map(counts.__getitem__, words)), _numbers(by_end)
    return numbers[0] + numbers[1] + numbers[2] + b"\n".join(words)


def _numbers(values: Iterable[int]) -> bytes:
    made = array("I", values)
    if sys.byteorder == "big":
        made.byteswap()
    return made.tobytes()


def _array(packed: bytes) -> array[int]:
    made = array("I", packed)
    if sys.byteorder == "big":
        made.byteswap()
    return made


@dataclass(frozen=True, slots=True)
class Spellings:
    """The words of one generation: sorted; how often each occurs; places sorted by word's end."""

    words: Sequence[Key]
    counts: Sequence[int]
    by_end: Sequence[int]
    _known: dict[tuple[str, int], tuple[Spelling, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> Spellings:
        """Read the file of a generation. Raises OSError, ValueError."""
        content = (folder / FILE).read_bytes()
        if len(content) < 4:
            raise ValueError("no number of words")
        size = 4 * _array(content[:4])[0]
        words = content[4 + 2 * size :].split()
        if 4 * len(words) != size:
            raise ValueError(f"{len(words)} words instead of {size // 4}")
        return cls(words, _array(content[4 : 4 + size]), _array(content[4 + size : 4 + 2 * size]))

    def has(self, key: Key) -> bool:
        """Whether a key is among the words."""
        at = bisect_left(self.words, key)
        return at < len(self.words) and self.words[at] == key

    def itself(self, form: str) -> Spelling | None:
        """The form, if it is among the words."""
        key = form.encode(_CHARSET, "replace")
        if not self.has(key):
            return None
        return Spelling(word=form, edits=0, count=self.counts[bisect_left(self.words, key)])

    def near(self, form: str, edits: int) -> tuple[Spelling, ...]:
        """The words so many edits (1 or 2) away, the most frequent first.

        An edit adds, drops or changes a letter, or swaps two neighbours.
        """
        asked = (form, edits)
        if asked not in self._known:
            if len(self._known) >= _CACHED:
                self._known.clear()
            self._known[asked] = self._near(form.encode(_CHARSET, "replace"), edits)
        return self._known[asked]

    def _near(self, key: Key, edits: int) -> tuple[Spelling, ...]:
        size = len(key)
        found = {}
        for at in self._places(key, edits):
            word = self.words[at]
            alike = abs(len(word) - size) <= edits and len(key.translate(None, word)) <= edits
            if alike and edit_distance(key, word, edits) == edits:
                text = word.decode(_CHARSET)
                found[text] = Spelling(word=text, edits=edits, count=self.counts[at])
        return tuple(sorted(found.values(), key=lambda one: (-one.count, one.word)))

    def _places(self, key: Key, edits: int) -> list[int]:
        """Places of words that begin or end like the key, and lack few of its letters."""
        size = len(key)
        whole = max(2, size // 2 - 1 if edits == 1 else size // 3)
        words = self.words
        heads = {key[:whole]}
        if edits == 2:
            # cp1251 orders letters as the alphabet does; other signs are in no word.
            beginning = key[: size // 2 + 1].decode(_CHARSET)
            heads |= {head.encode(_CHARSET) for head in one_edit_away(beginning)}
        spans = [(bisect_left(words, head), bisect_left(words, head + _LAST)) for head in heads]
        near = {at for span in spans for at in range(*span)}
        backwards = key[: -whole - 1 : -1]
        start = bisect_left(self.by_end, backwards, key=self._backwards)
        end = bisect_left(self.by_end, backwards + _LAST, start, key=self._backwards)
        near.update(self.by_end[start:end])
        return [at for at in near if len(words[at].translate(None, key)) <= edits]

    def _backwards(self, place: int) -> Key:
        return self.words[place][::-1]


def one_edit_away(form: str) -> set[str]:
    """All texts one edit away from a Russian one, about 70 for each of its letters."""
    out = {form + letter for letter in LETTERS}
    for at in range(len(form)):
        before, after = form[:at], form[at:]
        out.add(before + after[1:])
        out.update(before + letter + after[1:] for letter in LETTERS)
        out.update(before + letter + after for letter in LETTERS)
        if len(after) > 1:
            out.add(before + after[1] + after[0] + after[2:])
    return out - {form}


def edit_distance(one: Key, other: Key, most: int) -> int:
    """Edits between two words (optimal string alignment); `most + 1` if there are more."""
    start, shorter = 0, min(len(one), len(other))
    while start < shorter and one[start] == other[start]:
        start += 1
    end = 0
    while end < shorter - start and one[-end - 1] == other[-end - 1]:
        end += 1
    return _aligned(one[start : len(one) - end], other[start : len(other) - end], most)


def _aligned(one: Key, other: Key, most: int) -> int:
    if not one or not other:
        return min(max(len(one), len(other)), most + 1)
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
