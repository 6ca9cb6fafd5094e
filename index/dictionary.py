"""Which words the dictionary of Russian has: one word, or all that are one edit away.

pymorphy3's own look-up walks the graph of its words from the start for each text asked. A misspelt
word has about 70 neighbours for each of its letters, nearly all of which share a beginning with
it: walking the graph once and leaving the word at each letter asks for all of them in 0.6 ms
instead of 15. The file is mapped, so that processes share it and none copies it.

The graph is that of the dawgdic library: an array of 32-bit units, in which the unit of a state
XOR an offset XOR a byte gives the next state, if that unit's label is the byte.
"""

from __future__ import annotations

import mmap
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

LETTERS: Final = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
"""Of folded forms: without ё."""

_LABEL: Final = 0x8000_00FF
_FAR: Final = 0x200
_MASK: Final = 0xFFFF_FFFF
_END: Final = 1
"""The byte between a word and what is stored of it."""

_BYTES: Final = {letter: (*letter.encode(),) for letter in LETTERS + "ё"}
_NONE: Final = (0xFF,)  # leads nowhere: no text holds this byte


class WordGraph:
    """The words of a dictionary; ё counts as е."""

    def __init__(self, path: Path) -> None:
        """Map `words.dawg` of a compiled dictionary. Raises OSError."""
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        count = int.from_bytes(mapped[:4], sys.byteorder)
        self._units = memoryview(mapped)[4 : 4 + 4 * count].cast("I")

    def __contains__(self, form: str) -> bool:
        return self._leads_on(0, form)

    def one_edit_away(self, form: str) -> set[str]:
        """Words that become the form by a letter added, dropped or changed, or two neighbours
        swapped; not the form itself."""
        found: set[str] = set()
        states = [0]
        for at in range(len(form) + 1):
            before, after = form[:at], form[at:]
            for state in states:
                if after and self._leads_on(state, after[1:]):
                    found.add(before + after[1:])
                if len(after) > 1 and self._leads_on(state, after[1] + after[0] + after[2:]):
                    found.add(before + after[1] + after[0] + after[2:])
                for letter, other in self._branches(state):
                    if after and self._leads_on(other, after[1:]):
                        found.add(before + letter + after[1:])
                    if self._leads_on(other, after):
                        found.add(before + letter + after)
            if after:
                states = [other for state in states for other in self._steps(state, after[0])]
        return found - {form}

    def _follow(self, state: int, byte: int) -> int:
        """The state after a byte; 0, which no byte leads to, if there is none."""
        unit = self._units[state]
        other = (state ^ (unit >> 10 << ((unit & _FAR) >> 6)) ^ byte) & _MASK
        return other if self._units[other] & _LABEL == byte else 0

    def _steps(self, state: int, letter: str) -> Iterator[int]:
        """The states after a letter: two after an е that may be an ё."""
        for one in ("е", "ё") if letter == "е" else (letter,):
            if one not in _BYTES:
                return
            first, second = _BYTES[one]
            middle = self._follow(state, first)
            other = self._follow(middle, second) if middle else 0
            if other:
                yield other

    def _branches(self, state: int) -> Iterator[tuple[str, int]]:
        """All letters that lead on, with the states they lead to; ё as е."""
        middles = {first: self._follow(state, first) for first in (0xD0, 0xD1)}
        for letter, (first, second) in _BYTES.items():
            middle = middles[first]
            other = self._follow(middle, second) if middle else 0
            if other:
                yield "е" if letter == "ё" else letter, other

    def _leads_on(self, state: int, rest: str) -> bool:
        """Whether a word ends after this rest. Nearly all the time of a look-up is spent here."""
        units = self._units
        for at, letter in enumerate(rest):
            if letter == "е":
                for other in self._steps(state, "ё"):
                    if self._leads_on(other, rest[at + 1 :]):
                        return True
            for byte in _BYTES.get(letter, _NONE):
                unit = units[state]
                state = (state ^ (unit >> 10 << ((unit & _FAR) >> 6)) ^ byte) & _MASK
                if units[state] & _LABEL != byte:
                    return False
        return bool(self._follow(state, _END))


@cache
def russian() -> WordGraph:
    """The words of the dictionary that the analyser takes its lemmas from."""
    folder = import_module("pymorphy3_dicts_ru").get_path()
    return WordGraph(Path(folder) / "words.dawg")
