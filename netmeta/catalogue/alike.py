"""Known records that would all become one and the same: their page says something else now.

«The site is under repair», with status 200 under every address, is no news of any of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from netmeta.catalogue.stored import Stored

MOST_ALIKE: Final = 3
"""So many known records may take the same new words in one run, and no more."""

Words = tuple[int, int]
"""A run, and a hash of the title and text that a record took in it."""


class Became:
    """How many known records took which words, over all runs of a writer."""

    def __init__(self) -> None:
        self._counts: Counter[Words] = Counter()

    def add(self, more: Counter[Words]) -> None:
        """Count a batch that was committed."""
        self._counts.update(more)

    def forget(self, run_id: int) -> None:
        """A run is over."""
        for words in [words for words in self._counts if words[0] == run_id]:
            del self._counts[words]

    def too_many(self, moved: Mapping[int, Words], batch: Counter[Words]) -> set[int]:
        """Ids of the records that would take words which too many take.

        Args:
            moved: {id: words} of the known records of a batch whose words changed.
            batch: counts of the batch so far; grows.
        """
        batch.update(moved.values())
        return {
            id
            for id, words in moved.items()
            if self._counts[words] + batch[words] > MOST_ALIKE
        }  # fmt: skip


def words_of(run_id: int, form: Stored) -> Words:
    """The words of a record in its stored form."""
    return run_id, hash((form["title"], form["body"]))
