"""The second look at the best hits: what is too dear to ask of every document.

BM25 of the words finds the best `WINDOW`; among these count also words of the same root
(«диагностика» and «диагностический»), words that stood side by side, common words that a long
query left out, preferred facet values, and how new a document is. Beyond the window the first
order stands, so that pages stay stable.

nDCG@10 on shared/data/retrieval_ru (untitled): 0.8133 by BM25 alone; with common words back 0.8151,
with roots 0.8205; side by side alone 0.8147. Both halves of the questions gain alike. Asking for
all words first changes nothing (0.8202); weighing by the share of words found does harm (0.804).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from index.analysis import is_stop
from index.letters import read
from index.plan import Plan
from index.words import is_cyrillic

WINDOW: Final = 100

ROOT_CHARS: Final = 5
"""Tokens that begin with the same so many letters are taken for one root."""

ROOT_WEIGHT: Final = 0.2
MAX_KIN: Final = 20
"""What a word of the same root counts, and how many are looked for, the most frequent ones."""

PAIR_WEIGHT: Final = 0.1

PREFERRED: Final = 0.25
"""What each facet with a preferred value adds to a score, as a share of it."""

FRESH: Final = 0.10
HALF_LIFE_DAYS: Final = 3 * 365
"""What a document of today gains over an old one, as a share, and when half of it is gone. No more
than a word in a better place; enough to order two contests of the same name."""

Score = tuple[float, int]
"""(score, id)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What an engine says of one hit: more score, how many preferred facets, days as ordinals."""

    bonus: float = 0.0
    preferred: int = 0
    published: int | None = None
    deadline: int | None = None


def weighed(
    best: Sequence[Score], traits: Mapping[int, Traits], *, today: dt.date, past_last: bool
) -> list[Score]:
    """The hits of the window in their final order, best first, then by id."""
    now = today.toordinal()
    scored = []
    for score, id in best:
        hit = traits[id]
        final = (score + hit.bonus) * (1 + PREFERRED * hit.preferred) * _fresh(hit.published, now)
        over = past_last and hit.deadline is not None and hit.deadline < now
        scored.append((over, -final, id))
    return [(-negative, id) for _, negative, id in sorted(scored)]


def _fresh(published: int | None, now: int) -> float:
    if published is None:
        return 1.0
    age_days = max(now - published, 0)
    return 1 + FRESH * float(0.5 ** (age_days / HALF_LIFE_DAYS))


def kin(
    what: Plan,
    beginning: Callable[[str], Iterable[str]],
    frequency: Callable[[str], int],
) -> dict[str, float]:
    """Tokens of the same root as the query's, with what they count.

    Args:
        what: the plan of the query.
        beginning: gives the most frequent tokens that begin with a text.
        frequency: gives the number of documents that hold a token.
    """
    weights: dict[str, float] = {}
    for token, weight in what.scored.items():
        if len(token) < ROOT_CHARS or is_stop(token) or not is_cyrillic(read(token)):
            continue
        own = frequency(token)
        for other in beginning(token[:ROOT_CHARS]):
            if other in what.scored:
                continue
            # A rare form of a frequent root tells no more than the word that was typed.
            share = min(1.0, (frequency(other) + 1) / (own + 1)) ** 0.25
            weights[other] = max(weights.get(other, 0.0), ROOT_WEIGHT * weight * share)
    return weights


def left_out(what: Plan, asked: Mapping[str, float]) -> dict[str, float]:
    """The tokens of a plan that a long query was asked without."""
    return {token: weight for token, weight in what.scored.items() if token not in asked}
