"""Names of people who asked to be removed: recognised in their spellings, cut out of items."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Final

from netmeta.model import Item

REMOVED: Final = "[имя удалено]"

_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@lru_cache(maxsize=10_000)
def _parts(name: str) -> tuple[str, str, str] | None:
    """(surname, given name or initial, patronymic or initial or ""), folded; None if it is no name.

    The surname stands first («Иванова Мария Ивановна», «Иванова М. И.») or, when initials come
    first or the last word is longer than an initial after them, last («М. И. Иванова»).
    """
    words = [word.lower().replace("ё", "е") for word in _WORD.findall(name)]
    if not 2 <= len(words) <= 3:
        return None
    if len(words[0]) == 1:
        if len(words[-1]) == 1:
            return None
        words = [words[-1], *words[:-1]]
    elif len(words) == 3 and re.search(r"(?:вич|вна|чна)$", words[1]):
        words = [words[2], words[0], words[1]]
    return words[0], words[1], words[2] if len(words) == 3 else ""


def is_same_person(credited: str, forgotten: str) -> bool:
    """Whether a credited name is, or with its initials may be, the forgotten one.

    >>> is_same_person("М. И. Иванова", "Иванова Мария Ивановна")
    True
    >>> is_same_person("Иванова Марина Петровна", "Иванова Мария Ивановна")
    False
    """
    one, other = _parts(credited), _parts(forgotten)
    if one is None or other is None or one[0] != other[0]:
        return False
    return _fit(one[1], other[1]) and _fit(one[2], other[2])


def _fit(one: str, other: str) -> bool:
    """Equal, or one is the other's initial, or one is left out."""
    return (
        one == other or not one or not other or (1 in (len(one), len(other)) and one[0] == other[0])
    )


def spellings(name: str) -> tuple[str, ...]:
    """How a name is written: in full, with initials, surname first or last; empty if it is none."""
    parts = _parts(name)
    if parts is None:
        return ()
    surname, given, patronymic = (
        "-".join(p.capitalize() for p in part.split("-")) for part in parts
    )
    initials = [f"{part[0]}." for part in (given, patronymic) if part]
    full = [part for part in (given, patronymic) if part]
    out = []
    for rest in (full, initials):
        for joined in dict.fromkeys((" ".join(rest), "".join(rest) if rest is initials else "")):
            if joined:
                out += [f"{surname} {joined}", f"{joined} {surname}"]
    if patronymic:
        out.append(f"{given} {patronymic}")
    return tuple(dict.fromkeys([name.strip(), *out]))


def without_people(item: Item, forgotten: Collection[str]) -> Item:
    """The item without credits to, and spellings of, forgotten people; itself if there are none."""
    if not forgotten:
        return item
    pattern = _pattern(frozenset(forgotten))
    authors = tuple(a for a in item.authors if not _credits(a, forgotten) and not pattern.search(a))
    changed: dict[str, object] = {} if authors == item.authors else {"authors": authors}
    for field in ("title", "subtitle", "description", "body", "organisation", "place"):
        text = getattr(item, field)
        if text and (cut := pattern.sub(REMOVED, text)) != text:
            changed[field] = cut
    return replace(item, **changed) if changed else item  # type: ignore[arg-type]  # by name


def _credits(author: str, forgotten: Iterable[str]) -> bool:
    """Whether the name before the first comma is a forgotten person's."""
    name = re.split(r"[,;(]", author, maxsplit=1)[0]
    return any(is_same_person(name, one) for one in forgotten)


@lru_cache(maxsize=16)
def _pattern(forgotten: frozenset[str]) -> re.Pattern[str]:
    words = sorted({word for name in forgotten for word in spellings(name)}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_in_any_case, words))})(?!\w)", re.IGNORECASE)


def _in_any_case(name: str) -> str:
    """A pattern of a spelling in all grammatical cases: «Ивановой М. И.», «Марии Ивановны»."""
    return r"\s+".join(
        re.sub(r"[^\W\d_]{4,}", lambda word: re.escape(word[0][:-1]) + r"\w{0,3}", re.escape(part))
        for part in name.split()
    )
