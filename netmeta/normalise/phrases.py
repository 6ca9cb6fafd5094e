"""The places of an item where its subject, class and type may be written, cut into words once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter

from netmeta.model import Item
from netmeta.normalise.titles import plain
from netmeta.normalise.urls import segments
from netmeta.vocabularies import Vocabularies
from netmeta.vocabularies.matching import Match
from netmeta.vocabularies.slugs import to_cyrillic
from netmeta.vocabularies.words import Token, tokens

MAX_CHARS = 600
"""Only so much of a text is read for concepts: what a work is stands at the front."""

CACHED_VALUES = 4096
"""Short values (sections, types, tags) repeat from record to record; titles do not."""

# Breadcrumbs that name a place of a portal, not a property of a work.
_NEUTRAL = frozenset(
    (
        "главная", "главная страница", "home", "начало", "сайт", "портал", "каталог файлов", "каталог статей",
        "файлы", "файловый архив", "библиотека", "библиотека материалов", "публикации", "все материалы",
        "методическая копилка", "копилка", "копилка уроков", "каталог", "материалы", "каталог материалов",
        "учителю", "учителям", "педагогам", "школа", "для учителя", "каталог публикаций", "разработки",
        "методические материалы и разработки", "раздел", "разделы", "блог", "блоги", "сообщества",
        "группы", "новости", "новости сайта", "статьи и новости", "инфоурок", "мультиурок", "знанио",
        "учительский портал", "педсовет", "общеобразовательная школа", "фестиваль", "открытый урок",
        "социальная сеть работников образования", "преподавание", "события", "мероприятия",
    )
)  # fmt: skip
_ABOUT = re.compile(r"\s+(?:на\s+тему|по\s+теме|по\s+разделу)\b.*", re.IGNORECASE | re.DOTALL)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SLUG_END = re.compile(r"(?:[-_]?\d{5,})?\.(?:html?|php|aspx?)$|[-_]\d{5,}$", re.IGNORECASE)
_SLUG = re.compile(r"[A-Za-z0-9_\-]*[A-Za-z]{3}[A-Za-z0-9_\-]*")


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """A text, its words, and the labels found in it.

    `keys` are those of all words, and `has_digit` tells whether any holds a digit: most questions
    to a text are answered by what is not in it. Compared by identity, so that what is made of a
    repeated value can be cached under its phrase.
    """

    text: str
    tokens: tuple[Token, ...]
    matches: tuple[Match, ...]
    by_scheme: Mapping[str, tuple[Match, ...]]
    keys: frozenset[str]
    has_digit: bool

    def of(self, scheme: str) -> tuple[Match, ...]:
        """Matches of one scheme, without the phrases that only look like one."""
        return self.by_scheme.get(scheme, ())

    def words(self, match: Match) -> str:
        """The portal's own words of a match."""
        return " ".join(token.text for token in self.tokens[match.start : match.end])


@dataclass(frozen=True)
class Places:
    """Where an item says what it is; `sections` are the parts of its address but the last."""

    subject: tuple[Phrase, ...]
    grade: tuple[Phrase, ...]
    type: tuple[Phrase, ...]
    subtitle: tuple[Phrase, ...]
    category: tuple[Phrase, ...]
    audience: tuple[Phrase, ...]
    tags: tuple[Phrase, ...]
    title: Phrase
    sections: tuple[str, ...]
    _last: str
    _vocabularies: Vocabularies

    @cached_property
    def slug(self) -> Phrase:
        """The last part of the address read as Russian; empty if it is no transliteration. Only
        asked for when nothing else tells."""
        return _slug(self._vocabularies, self._last)


_KEY = attrgetter("key")
_DIGIT = re.compile(r"\d")


def read(vocabularies: Vocabularies, text: str) -> Phrase:
    """Cut a text into words and find all labels in it."""
    text = text[:MAX_CHARS]
    words = tokens(text)
    matches = vocabularies.find(words)
    by_scheme: dict[str, tuple[Match, ...]] = {}
    for match in matches:
        if match.label.concept:
            scheme = match.label.scheme
            by_scheme[scheme] = (*by_scheme.get(scheme, ()), match)
    keys = frozenset(map(_KEY, words))
    return Phrase(text, words, matches, by_scheme, keys, _DIGIT.search(text) is not None)


@lru_cache(maxsize=CACHED_VALUES)
def read_value(vocabularies: Vocabularies, text: str) -> Phrase:
    """`read` for values that repeat."""
    return read(vocabularies, plain(text))


def _values(vocabularies: Vocabularies, texts: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple([read_value(vocabularies, text) for text in texts])


def find_places(item: Item, title: str, vocabularies: Vocabularies) -> Places:
    """Read all places of an item; `title` is the cleaned one.

    Of a subtitle only what stands before «на тему» counts: the theme is not the work's kind.
    A breadcrumb that repeats the title, or names a place of the portal, is left out.
    """
    folded = title.lower()
    crumbs = [
        crumb
        for crumb in item.category
        if (low := crumb.strip().lower()) not in _NEUTRAL and low != folded
    ]
    subtitle = _ABOUT.sub("", item.subtitle) if item.subtitle else ""
    path = segments(item.url)
    return Places(
        subject=_values(vocabularies, item.subject),
        grade=_values(vocabularies, item.grade),
        type=_values(vocabularies, item.type),
        subtitle=(read_value(vocabularies, subtitle),) if subtitle else (),
        category=_values(vocabularies, crumbs),
        audience=_values(vocabularies, item.audience),
        tags=_values(vocabularies, item.tags),
        title=read(vocabularies, title),
        sections=path[:-1] if len(path) > 1 else path,
        _last=path[-1] if path else "",
        _vocabularies=vocabularies,
    )


_EMPTY = Phrase("", (), (), {}, frozenset(), has_digit=False)


def _slug(vocabularies: Vocabularies, part: str) -> Phrase:
    part = _SLUG_END.sub("", part)
    if not _SLUG.fullmatch(part):
        return _EMPTY
    return read(
        vocabularies, to_cyrillic(_CAMEL.sub("-", part)).replace("_", "-").replace("-", " ")
    )
