"""The one Russian analyser: index, query, snippets and suggestions all read words through it.

    text -> chunks of word characters -> form -> terms -> readings (tokens)

A *form* is a word as written, folded: NFC, lower case, ё to е, without stress marks and soft
hyphens, Latin look-alikes inside a Cyrillic word turned Cyrillic. Hyphens split; so does the seam
between digits and Cyrillic letters («5а», «7класс»), because classes are written in every way.
A *term* keeps one position. Its *readings* are Snowball stems of its dictionary lemmas; the first
is the likeliest. Numbers and Latin words are their own only reading. Tokens have an alphabet of
their own (`index.letters`). Stop words are indexed (an exact «не решил» needs them) under a mark
of their own, so that «тем» is not taken for «тема», and left out of plain queries by the planner.

Which tokens are best was measured on shared/data/retrieval_ru (14,073 passages, 2,076 questions,
BM25 of Tantivy, nDCG@10; postings counted in MB of index):

    raw words                                   0.683   5.7
    stem of the form                            0.806   4.0
    lemma                                       0.809   4.1
    stem of the likeliest lemma                 0.813   3.9
    stem and lemma, two name spaces             0.816   8.3
    stem of form and of lemma, same name space  0.799   4.5
    stems of all lemmas of at least 0.15 of the
    likeliest's probability                     0.817   4.0   <- taken

The last costs nothing: 3 % of running words have a second reading («мыла»: мыло, мыть).

Forms are analysed once and kept in a bounded cache: pymorphy3 manages about 15,000 new forms per
CPU second, a warm cache 2 million words.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module, resources
from itertools import zip_longest
from operator import itemgetter
from typing import Any

import Stemmer

from index.dictionary import russian
from index.letters import spelt
from index.words import Key, fold, folded, forms_of, is_cyrillic, places, split

__all__ = [
    "ANALYSER_VERSION",
    "BOUNDARY",
    "GAP",
    "Readings",
    "Span",
    "Token",
    "all_readings",
    "fold",
    "forms",
    "indexed",
    "is_stop",
    "is_word",
    "occurrences",
    "parses",
    "readings",
    "spans",
    "stop_words",
    "stream",
    "streams",
    "streams_of",
    "telling_forms",
    "terms",
    "tokens",
]

_RULES = "2"
"""Raised whenever this module would give other tokens for the same text."""

ANALYSER_VERSION = "-".join(
    (_RULES, import_module("pymorphy3_dicts_ru").__version__, Stemmer.version())
)
"""What the tokens depend on: our rules, the dictionary, the stemmer. An index made by another
version must be rebuilt."""

MAX_FORMS = 200_000
"""Forms kept in each of the two halves of the cache (about 40 MB a half)."""

_STOP = "="
"""Begins the token of a stop word; no other token has it."""

GAP = "."
"""Stands between texts that are analysed in one go, and before further readings: takes a position
and is not indexed, so that no phrase reaches across. No token is a full stop."""

BOUNDARY: Key = GAP.encode()
"""The key that becomes a gap; no text has it."""

_FURTHER = "\x1f"
"""Stands before and after the readings of a chunk beside the likeliest; no token has it."""

_BLANK = ord(" ")

_SHORT = 2
"""Letters of a form that tells nothing by itself."""

LIKELY = 0.15
"""A lemma counts if its parse has at least this share of the likeliest parse's probability."""

Readings = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a text; readings of one word share a position."""

    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Span:
    """A word of the original text, `text[start:end]`, with the tokens it is found by."""

    start: int
    end: int
    tokens: Readings


def forms(text: str) -> list[str]:
    """The words of a text, folded, in order, hyphens and digits split; stop words included.

    >>> forms("5-й класс: Информационно-образовательная среда, 7а")
    ['5', 'й', 'класс', 'информационно', 'образовательная', 'среда', '7', 'а']
    """
    return [form for key in split(text) for form in forms_of(key)]


@lru_cache(maxsize=20_000)
def readings(form: str) -> Readings:
    """The tokens one folded form is searched by, the likeliest first; never empty.

    >>> readings("мыла"), readings("дробями"), readings("не"), readings("mp3")
    (('MYL', 'MYT'), ('DROB',), ('=NE',), ('mp3',))
    """
    if form in stop_words():
        return (_STOP + spelt(form),)
    if not is_cyrillic(form):
        return (form,)
    found = parses(form)
    least = found[0].score * LIKELY
    lemmas = (parse.normal_form.replace("ё", "е") for parse in found if parse.score >= least)
    return tuple(dict.fromkeys(map(_stem, lemmas)))


@lru_cache(maxsize=64)
def parses(form: str) -> Sequence[Any]:
    """What pymorphy3 makes of one folded form in Cyrillic letters, the likeliest first; never empty.

    The last ones are kept, so that who asks for parts of speech beside readings parses once.
    """
    found: Sequence[Any] = _morphology().parse(form)
    return found


def indexed(form: str) -> Readings:
    """The tokens one folded form is found by: its readings, and its own stem if it looks unlike
    all of them («дети» is a form of «ребёнок», but дет* means it, too).

    Plain queries go without that stem: it would count some words twice (nDCG 0.816 to 0.815).

    >>> readings("детей"), indexed("детей")
    (('REBENOK',), ('REBENOK', 'DET'))
    """
    found = readings(form)
    own = spelt(form[:2])
    if is_stop(found[0]) or any(token[:2] == own for token in found):
        return found
    return (*found, _stem(form))


def tokens(text: str) -> list[Token]:
    """Every token a text is found by, with the position of its word, counted from 0.

    >>> [(t.text, t.position) for t in tokens("Мама мыла раму")]
    [('MAM', 0), ('MYL', 1), ('MYT', 1), ('RAM', 2)]
    """
    words = _words(all_readings(split(text)))
    return [Token(token, at) for at, term in enumerate(words) for token in term]


def terms(text: str) -> list[Readings]:
    """The readings of each word of a query, in order, stop words included.

    >>> terms("Мыла раму")
    [('MYL', 'MYT'), ('RAM',)]
    """
    return [readings(form) for form in forms(text)]


def streams(text: str) -> tuple[str, str]:
    """What engines are fed: the likeliest readings in order, and the other readings, each joined
    by spaces.

    Engines put the second after the first, with gaps before each: every reading is searchable, and
    the first readings keep their adjacency for phrases. Joined text is several times cheaper to
    hand over than token objects.

    >>> streams("Мама мыла раму")
    ('MAM MYL RAM', 'MYT')
    """
    return streams_of(split(text))


def streams_of(keys: Sequence[Key]) -> tuple[str, str]:
    """`streams` of a text already split into the keys of its chunks (`index.words.split`)."""
    parts = all_readings(keys).split(_FURTHER)
    return "".join(parts[::2]), " ".join(parts[1::2])


def all_readings(keys: Sequence[Key]) -> str:
    """All readings of chunks, joined by spaces, for `stream`; a `GAP` for each `BOUNDARY`."""
    return " ".join(_cache.readings(keys))


def stream(readings: str) -> str:
    """The likeliest readings, then the others, each behind a `GAP`, of what `all_readings` gave, or
    of a part of it."""
    parts = readings.split(_FURTHER)
    return f" {GAP} ".join(("".join(parts[::2]), *parts[1::2]))


def telling_forms(keys: Sequence[Key]) -> str:
    """The forms in chunks already split, without stop words and the shortest ones, joined by spaces
    (more than one, where a word was left out).

    >>> telling_forms(split("О дробях в 7класс")).split()
    ['дробях', 'класс']
    """
    return " ".join(_cache.telling(keys))


def spans(text: str) -> Iterator[Span]:
    """Each word of the original text with its place and tokens, for marking matches.

    >>> [(s.start, s.end, s.tokens) for s in spans("О дробя́х")]
    [(0, 1, ('=O',)), (2, 9, ('DROB',))]
    """
    found = list(places(text))
    for (start, end, _), tokens in zip(found, _tokens([key for *_, key in found]), strict=True):
        if tokens:
            yield Span(start, end, tokens)


def occurrences(text: str, tokens: frozenset[str], beginnings: tuple[str, ...]) -> list[Span]:
    """The words of a text that are found by one of the tokens, or begin so (folded).

    Ten times as fast as looking through `spans`: a table finds which words occur, and only those
    that count are looked for.

    >>> [(s.start, s.end) for s in occurrences("О дробях и дроби", frozenset({"DROB"}), ())]
    [(2, 8), (11, 16)]
    """
    plain = folded(text)
    if plain is None:
        return [
            span for span in spans(text)
            if not tokens.isdisjoint(span.tokens)
            or (beginnings and fold(text[span.start : span.end]).startswith(beginnings))
        ]  # fmt: skip
    counting = _counting([*set(plain.split())], tokens, beginnings)
    return sorted(
        (
            Span(start, start + len(key), found)
            for key, found in counting.items()
            for start in _starts(plain, key)
        ),
        key=lambda span: span.start,
    )


def _counting(
    keys: Sequence[Key], tokens: frozenset[str], beginnings: tuple[str, ...]
) -> dict[Key, Readings]:
    """The keys that are found by one of the tokens, or begin so, with their tokens."""
    likely = [
        key
        for key, first in zip(keys, _cache.readings(keys), strict=True)
        if beginnings or first in tokens or " " in first or _FURTHER in first
    ]
    counting = {}
    for key, found in zip(likely, _tokens(likely), strict=True):
        begins = beginnings and "".join(forms_of(key)).startswith(beginnings)
        if begins or not tokens.isdisjoint(found):
            counting[key] = found
    return counting


def _starts(plain: bytes, key: Key) -> Iterator[int]:
    """Where a key stands in a folded text as a whole chunk."""
    at = plain.find(key)
    while at >= 0:
        end = at + len(key)
        if (at == 0 or plain[at - 1] == _BLANK) and (end == len(plain) or plain[end] == _BLANK):
            yield at
        at = plain.find(key, end)


def is_word(form: str) -> bool:
    """Whether the dictionary has this folded form: a word spelt right, though perhaps not meant.

    >>> is_word("дробями"), is_word("дрбями")
    (True, False)
    """
    return form in russian()


def is_stop(token: str) -> bool:
    """Whether a token is that of a stop word."""
    return token.startswith(_STOP)


@cache
def stop_words() -> frozenset[str]:
    """Snowball's Russian stop words, ё folded."""
    text = resources.files("index").joinpath("stop_words.txt").read_text("utf-8")
    return frozenset(
        word for line in text.splitlines() if not line.startswith("#") for word in line.split()
    )


class _ChunkCache:
    """What has been made of chunks: the likeliest readings of their words, joined by spaces, each with
    its others behind it, if any, within `_FURTHER`; and their telling forms.

    Most of the time of feeding an engine is spent looking up words here, and most of that waiting for
    memory: one look-up tells all, nothing else is kept of a chunk, and forms of a word share a string.
    Bounded without a cost on the hot path, a plain dictionary look-up: when full, the young half
    becomes the old one, and what is still in use returns from there without being parsed anew.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()  # the tables change together
        self._readings: dict[Key, str] = {}
        self._telling: dict[Key, str] = {}
        self._old: dict[Key, str] = {}

    def readings(self, keys: Sequence[Key]) -> Sequence[str]:
        """The readings of each chunk."""
        with self._lock:
            self._turn()
            return _looked_up(self._readings, keys, self._read)

    def telling(self, keys: Sequence[Key]) -> Sequence[str]:
        """The telling forms of each chunk, joined by spaces."""
        with self._lock:
            self._turn()
            return _looked_up(self._telling, keys, _told)

    def _read(self, key: Key) -> str:
        return sys.intern(self._old.get(key) or _analysed(key))

    def _turn(self) -> None:
        """Make room, if need be."""
        if len(self._readings) >= MAX_FORMS:
            self._old, self._readings = self._readings, {}
            self._telling = {}


def _looked_up(
    table: dict[Key, str], keys: Sequence[Key], make: Callable[[Key], str]
) -> Sequence[str]:
    """What a table has for keys, made where it is missing.

    One call fetches all: a quarter less time than a loop. In a subclass of the dictionary, with
    `__missing__`, it takes half as long again.
    """
    try:
        return itemgetter(*keys)(table) if len(keys) > 1 else [table[key] for key in keys]
    except KeyError:
        for key in keys:
            if key not in table:
                table[key] = make(key)
        return [table[key] for key in keys]


_cache = _ChunkCache()


def _told(key: Key) -> str:
    forms = (form for form in forms_of(key) if len(form) > _SHORT)
    return " ".join(form for form in forms if form not in stop_words())


def _analysed(key: Key) -> str:
    if key == BOUNDARY:
        return GAP
    words = []
    for first, *others in map(indexed, forms_of(key)):
        words.append(f"{first}{_FURTHER}{' '.join(others)}{_FURTHER}" if others else first)
    return " ".join(words)


def _words(readings: str) -> list[Readings]:
    """The readings of each word, of what `all_readings` gave."""
    parts = readings.split(_FURTHER)
    words: list[Readings] = []
    for first, others in zip_longest(parts[::2], parts[1::2], fillvalue=""):
        words += ((token,) for token in first.split())
        if others:
            words[-1] += tuple(others.split())
    return words


def _tokens(keys: Sequence[Key]) -> list[Readings]:
    """For each chunk all tokens it is found by."""
    return [tuple(found.replace(_FURTHER, " ").split()) for found in _cache.readings(keys)]


def _stem(word: str) -> str:
    with _stemming:
        return spelt(_stemmer().stemWord(word))


_stemming = threading.Lock()  # a Snowball stemmer must not be shared by threads


@cache
def _stemmer() -> Any:
    stemmer = Stemmer.Stemmer("russian")
    stemmer.maxCacheSize = 0  # ours are in front of it
    return stemmer


@cache
def _morphology() -> Any:
    # 0.2 s and 30 MB: only who meets a new word pays for it.
    return import_module("pymorphy3").MorphAnalyzer(lang="ru")
