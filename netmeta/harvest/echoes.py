"""Feeds that say what listings say: the same entries in the same order, newest first.

A harvest that asks for the top of such a listing, and follows its pager while it shows anything
new, learns more from it than from the feed, which is only a window. So later harvests leave the
feed alone; the same order is what proves that the listing is sorted by date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

ECHO: Final = "echo"
"""Kept as the key of the visit of such a feed."""
_ENOUGH: Final = 3


class Echoes:
    """Entries at the top of listings and in feeds, of one walk; a walk that goes on after a
    crash knows less, and then finds less to leave out."""

    def __init__(self) -> None:
        self._tops: dict[str, list[str]] = {}
        self._feeds: dict[str, list[str]] = {}

    def listing(self, first: str, keys: Sequence[str]) -> None:
        """The entries on the first page of a listing, in their order."""
        self._tops[first] = list(keys)

    def feed(self, url: str, keys: Sequence[str]) -> None:
        """The entries of a feed, in their order."""
        self._feeds[url] = list(dict.fromkeys(keys))

    def of(self, watched: Iterable[str]) -> Iterator[str]:
        """Feeds that repeat the top of one of these listings."""
        tops = [self._tops[first] for first in watched if first in self._tops]
        for url, said in self._feeds.items():
            if any(_repeats(said, top) for top in tops):
                yield url


def _repeats(said: list[str], top: list[str]) -> bool:
    n = min(len(said), len(top))
    return n >= _ENOUGH and said[:n] == top[:n]
