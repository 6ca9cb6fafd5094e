"""The best passage of a text for a query, as HTML with the matched forms marked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape
from typing import Final

from index.analysis import Span, occurrences

PASSAGE_CHARACTERS: Final = 240
"""About three lines on a desk, six on a phone."""

SCANNED_CHARACTERS: Final = 20_000
"""A passage is looked for in this much of a text: whole lessons, the first chapter of a book."""


def snippet(text: str, tokens: frozenset[str], prefixes: tuple[str, ...] = ()) -> str:
    """The passage with the most different query tokens, matched forms in `<mark>`.

    Args:
        text: plain text.
        tokens: tokens of the query, as the analyser gives them.
        prefixes: folded beginnings of words that match too.

    Returns:
        Escaped HTML; the beginning of the text if nothing in it matches.
    """
    text = " ".join(text[:SCANNED_CHARACTERS].split())
    matched = occurrences(text, tokens, prefixes) if tokens or prefixes else []
    start = _start(text, matched, tokens)
    end = _cut(text, start + PASSAGE_CHARACTERS)
    shown = [span for span in matched if span.start >= start and span.end <= end]
    return (
        ("… " if start else "")
        + mark(text[start:end].rstrip(), [(s.start - start, s.end - start) for s in shown])
        + (" …" if end < len(text) else "")
    )


def mark(text: str, ranges: Sequence[tuple[int, int]]) -> str:
    """Escape a text and put `<mark>` around the given ranges, which must not overlap."""
    parts, last = [], 0
    for start, end in ranges:
        parts += [escape(text[last:start]), "<mark>", escape(text[start:end]), "</mark>"]
        last = end
    return "".join([*parts, escape(text[last:])])


def _start(text: str, matched: Sequence[Span], tokens: Collection[str]) -> int:
    """Where the best passage begins: most different tokens, then most matches, then earliest."""
    best, best_value = 0, (0, 0)
    right = 0
    for left, first in enumerate(matched):
        while right < len(matched) and matched[right].end <= first.start + PASSAGE_CHARACTERS:
            right += 1
        inside = matched[left:right]
        found = {token for span in inside for token in span.tokens if token in tokens}
        value = (len(found), len(inside))
        if value > best_value:
            best, best_value = first.start, value
    return _sentence_start(text, best)


def _sentence_start(text: str, position: int) -> int:
    """A little before the position, at the beginning of a sentence or at least of a word."""
    if position < 60:
        return 0
    before = text[position - 60 : position]
    for stop in (". ", "! ", "? ", "… "):
        if (at := before.rfind(stop)) >= 0:
            return position - 60 + at + len(stop)
    return position - 60 + before.find(" ") + 1 if " " in before else position


def _cut(text: str, position: int) -> int:
    if position >= len(text):
        return len(text)
    space = text.rfind(" ", 0, position + 1)
    return space if space > position - 40 else position
