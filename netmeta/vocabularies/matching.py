"""Finding the labels of all schemes in a text, in one walk over its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from netmeta.vocabularies.words import Token


@dataclass(frozen=True, slots=True)
class Label:
    """One way of saying a concept; `concept` is None for a phrase that only looks like one.

    `weak` labels are ordinary words too (see subject.yaml); `local` ones were added by an admin.
    """

    scheme: str
    concept: str | None
    weak: bool = False
    local: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """Tokens `start` to `end` (exclusive) of a text say `label`."""

    start: int
    end: int
    label: Label


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)


class Trie:
    """Labels as sequences of word keys. Filled once, then only read."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, keys: Sequence[str], label: Label) -> Label | None:
        """Add a label; if its scheme has these words already, keep and return the earlier one."""
        node = self._root
        for key in keys:
            node = node.children.setdefault(key, _Node())
        earlier = node.labels.get(label.scheme)
        if earlier is None or label.local:
            node.labels[label.scheme] = label
        return earlier

    def find(self, words: Sequence[Token]) -> tuple[Match, ...]:
        """The longest labels of each scheme, left to right, none overlapping another of its scheme.

        Punctuation inside a label is ignored only if it is a hyphen, a dot (of an abbreviation)
        or a bracket.
        """
        found: list[Match] = []
        taken: dict[str, int] = {}
        root, firsts = self._root, self._root.children
        starts = [i for i, w in enumerate(words) if w.key in firsts or w.literal in firsts]
        for start in starts:
            longest: dict[str, Match] = {}
            _walk(root, words, start, start, longest)
            for scheme, match in longest.items():
                if taken.get(scheme, 0) <= start:
                    found.append(match)
                    taken[scheme] = match.end
        return tuple(found)


def _walk(
    node: _Node, words: Sequence[Token], start: int, at: int, longest: dict[str, Match]
) -> None:
    """Extend a match from `node` at word `at`, keeping the longest per scheme in `longest`."""
    if at > start:
        while at < len(words) and words[at].text in _SKIPPED:
            at += 1
    if at >= len(words):
        return
    word = words[at]
    for key in (word.key, word.literal):
        child = node.children.get(key) if key else None
        if child is None:
            continue
        for scheme, label in child.labels.items():
            known = longest.get(scheme)
            if known is None or known.end < at + 1:
                longest[scheme] = Match(start, at + 1, label)
        if child.children:
            _walk(child, words, start, at + 1, longest)


_SKIPPED = frozenset("-‐‑–.()")


def keys_of(words: Iterable[Token], *, literal: bool) -> tuple[str, ...]:
    """Trie keys of a label's words; `literal`: abbreviations in capitals compare by letters."""
    return tuple(
        word.literal if literal and word.upper and word.literal else word.key
        for word in words
        if word.key
    )
