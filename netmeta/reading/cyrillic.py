"""How Russian a run of bytes looks when read as each of the Cyrillic single-byte charsets.

The measure is the mean, over pairs of neighbouring letters, of how common the pair is in Russian,
with penalties for what a wrong charset produces: capitals inside words, line-drawing characters,
undefined bytes. It needs about a dozen letters and one pass over at most `SAMPLE_BYTES`.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise

CHARSETS: tuple[str, ...] = ("windows-1251", "koi8-r", "ibm866", "iso-8859-5", "mac-cyrillic")

SAMPLE_BYTES = 1500
_WINDOW_BYTES = 8_000

_ALPHABET = "абвгдежзийклмнопрстуфхцчшщъыьэюя"

# How common a pair of letters is: row = first letter, column = second, index 0 = edge of a word,
# then the alphabet (ё counted as е). Digit = (log2(share of all pairs) + 17) / 1.2, cut to 0..9.
# Counted over 2.4 M pairs of the RuMedDaNet passages (Apache-2.0) and 19th-20th-century novels.
_PAIRS = (
    "078988778928789998988665863000737",
    "906767667458878167883464664000067",
    "560201700604625706406021104372005",
    "880215805704636845745022350374004",
    "560106500603614806115000200100000",
    "682612821704537736546024230255015",
    "936777666476878468883255665000044",
    "462016710603106200104000200002000",
    "684656531504456504205000100254014",
    "945756757667877556771366754000056",
    "800004100003225101540002330000000",
    "880400521702605807556003000300000",
    "882243841805414830636010400368066",
    "873040700703436743307201200363005",
    "790135912805007903557315413376046",
    "917888776577888468883454764000255",
    "360000700603604838245001200044004",
    "683555842805356832457242342165046",
    "763614711608766774696242430357037",
    "881713800705426937636113401368035",
    "825567465136665055660151664000163",
    "340000500500200404013200000002000",
    "750400200400424704213000000300000",
    "550300600503000400004000000040000",
    "570000700605216302075000030004000",
    "360200700605515410034001000005000",
    "150000600600002000004000000001000",
    "600000300000000000000000000000013",
    "804634623064664044550060451000002",
    "903132503306046100640103351000055",
    "100000000013212022170210000000000",
    "705005011002123003350011335000020",
    "902545445234555023560043314000043",
)

# Classes of a character: 0 = no letter, 1..32 = small letter, 33..64 = capital, then:
_OTHER_LETTER, _ODD, _UNDEFINED = 65, 66, 67
_CLASSES = 68
_BASELINE = 3.6
"""Lies between the mean of Russian (5.3 to 6.5) and of permuted letters (1 to 3)."""

_RUN = re.compile(rb"[\x80-\xff]+")
_PLAIN_SIGNS = frozenset("«»„“”‘’–—…№§°©®™•·±¬†‡‰€‹›¤|¦ \xa0\xad")


def sample(body: bytes) -> list[bytes]:
    """Runs of non-ASCII bytes from the start, the middle and the end of `body`."""
    size = len(body)
    if size <= 3 * _WINDOW_BYTES:
        return _RUN.findall(body)
    runs: list[bytes] = []
    for start in (0, size // 2, size - _WINDOW_BYTES):
        runs += _RUN.findall(body, start, start + _WINDOW_BYTES)
    return runs or _RUN.findall(body)


def word_share(runs: list[bytes]) -> float:
    """Share (0..1) of non-ASCII bytes that stand in runs of three or more.

    About 0.9 in Russian, where whole words are non-ASCII; under 0.2 in languages that write
    single accented letters among ASCII ones.
    """
    total = sum(map(len, runs))
    return sum(len(run) for run in runs if len(run) > 2) / total if total else 0.0


def scores(runs: list[bytes]) -> dict[str, float]:
    """How Russian the runs look in each charset; about 3 in the right one."""
    text = b" " + b" ".join(_spread(runs)) + b" "
    pairs = Counter(pairwise(text))
    weights = _weights()
    total = sum(pairs.values())
    found = {}
    for charset in CHARSETS:
        kinds = _kinds(charset)
        found[charset] = (
            sum(n * weights[kinds[a] * _CLASSES + kinds[b]] for (a, b), n in pairs.items()) / total
            - _BASELINE
        )
    return found


def _spread(runs: list[bytes]) -> list[bytes]:
    """At most `SAMPLE_BYTES` of the runs, taken evenly."""
    total = sum(map(len, runs))
    if total <= SAMPLE_BYTES:
        return runs
    taken = runs[:: total // SAMPLE_BYTES + 1]
    left = SAMPLE_BYTES
    out = []
    for run in taken:
        out.append(run[:left])
        left -= len(run)
        if left <= 0:
            break
    return out


@cache
def _kinds(charset: str) -> tuple[int, ...]:
    """The class of each of the 256 bytes in `charset`."""
    kinds = []
    for byte in range(256):
        char = bytes((byte,)).decode(charset, "ignore").replace("ё", "е").replace("Ё", "Е")
        if not char:
            kinds.append(_UNDEFINED)
        elif (at := _ALPHABET.find(char)) >= 0:
            kinds.append(1 + at)
        elif (at := _ALPHABET.find(char.lower())) >= 0:
            kinds.append(33 + at)
        elif "\u0400" <= char <= "\u04ff":
            kinds.append(_OTHER_LETTER)
        else:
            kinds.append(0 if byte < 128 or char in _PLAIN_SIGNS else _ODD)
    return tuple(kinds)


@cache
def _weights() -> tuple[float, ...]:
    """What a pair of classes is worth, flattened to one row of `_CLASSES` ** 2."""
    return tuple(_weight(a, b) for a in range(_CLASSES) for b in range(_CLASSES))


def _weight(first: int, second: int) -> float:
    if _UNDEFINED in (first, second):
        return -8.0
    if _ODD in (first, second):
        return -2.0
    if _OTHER_LETTER in (first, second):  # Ukrainian, Belarusian, Kazakh letters
        return _BASELINE
    small_then_capital = 1 <= first <= 32 < second
    if small_then_capital:
        return -4.0
    a = first - 32 if first > 32 else first
    b = second - 32 if second > 32 else second
    if not a and not b:
        return _BASELINE
    worth = float(_PAIRS[a][b])
    # Words all in capitals are real, but rarer than words in small letters.
    return worth - 1.0 if second > 32 and first > 32 else worth
