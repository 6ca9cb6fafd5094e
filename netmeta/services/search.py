"""A question -> SearchResult. The index ranks and counts, the catalogue gives the cards."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from index.plan import marked
from index.query import Clause, Field, Query, parse_query
from index.seam import FACETS, Engine, Sort
from netmeta.catalogue import Catalogue
from netmeta.catalogue.queries import cards, copies
from netmeta.catalogue.stored import Stored
from netmeta.config import Config
from netmeta.errors import UsageError
from netmeta.search.result import Copy, SearchHit, SearchResult
from netmeta.search.snippets import snippet
from netmeta.services.reindex import index_errors, opened_engine
from netmeta.texts import t
from netmeta.vocabularies import Vocabularies, load

MAX_LIMIT: Final = 100
MAX_PAGE: Final = 1000

SCHEMES: Final = {
    "subject": ("subject",),
    "type": ("material-type", "event-type"),
    "licence": ("licence",),
    "certificate": ("certificate",),
}
"""Facets whose values are concepts: people type labels, the index holds ids."""

Filters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One search as a person asked for it; filters by name of `index.seam.FACETS`."""

    query: str
    filters: Filters
    limit: int = 10
    page: int = 1
    sort: Sort = "relevance"
    facets: Sequence[str] = FACETS


def search(catalogue: Catalogue, config: Config, request: Request) -> SearchResult:
    """Search with an engine opened for this question (see `Searcher` for many).

    Raises:
        UsageError: a filter, limit or page does not fit.
        IndexUnavailableError: no index, or one that must be rebuilt.
    """
    with opened_engine(config) as engine:
        return Searcher(catalogue, config, engine).search(request)


class Searcher:
    """An open catalogue and an open engine, for one question after another."""

    def __init__(self, catalogue: Catalogue, config: Config, engine: Engine) -> None:
        self._catalogue, self._config, self._engine = catalogue, config, engine
        self._vocabularies: Vocabularies = load(catalogue.local_mappings())

    def search(self, request: Request) -> SearchResult:
        """Answer one question. Raises: as the function `search`."""
        began = time.perf_counter()
        _check(request)
        query = parse_query(request.query).map_fields(self._as_concepts)
        filters = self._filters(request.filters)
        with index_errors(self._config):
            found = self._engine.search(
                query,
                filters=filters,
                limit=request.limit,
                offset=(request.page - 1) * request.limit,
                sort=request.sort,
                facets=request.facets,
            )
        hits = self._hits([(hit.id, hit.score) for hit in found.hits], query)
        return SearchResult(
            query=request.query,
            total=found.total,
            took_ms=round((time.perf_counter() - began) * 1000, 2),
            facets={name: dict(counts) for name, counts in found.facets.items()},
            hits=tuple(hits),
            page=request.page,
            pages=math.ceil(found.total / request.limit),
        )

    def similar(self, id: int, *, limit: int = 10) -> tuple[SearchHit, ...]:
        """Records like the given one, best first."""
        with index_errors(self._config):
            found = self._engine.similar(id, limit=limit)
        return tuple(self._hits([(hit.id, hit.score) for hit in found], Query()))

    def ids(self, typed: str, *, limit: int) -> list[int]:
        """Ids of the best records for a query, best first, without their cards."""
        query = parse_query(typed).map_fields(self._as_concepts)
        with index_errors(self._config):
            found = self._engine.search(query, limit=limit, facets=())
        return [hit.id for hit in found.hits]

    def suggest(self, prefix: str, *, limit: int = 10) -> tuple[str, ...]:
        """Words of the catalogue that begin with the prefix, most frequent first."""
        with index_errors(self._config):
            return self._engine.suggest(prefix, limit=limit)

    def _as_concepts(self, field: Field) -> list[Clause]:
        values = self._values(field.name, field.value)
        # An unknown value stays as it is: it finds nothing, which is the truth about it.
        return [replace(field, value=value) for value in values or [field.value]]

    def _filters(self, filters: Filters) -> dict[str, list[str]]:
        out: dict[str, list[str]] = {}
        for name, values in filters.items():
            if name not in FACETS:
                raise UsageError(
                    t("Unknown filter {name}", name=name),
                    cure=t("Known: {names}.", names=", ".join(FACETS)),
                )
            out[name] = [
                known for value in values for known in self._values(name, value) or [value]
            ]
        return {name: values for name, values in out.items() if values}

    def _values(self, name: str, typed: str) -> list[str]:
        """Values of the index that a typed one means: an id, or what its words map to."""
        for scheme in SCHEMES.get(name, ()):
            if typed in self._vocabularies.scheme(scheme).concepts:
                return [typed]
        return [
            concept for scheme in SCHEMES.get(name, ())
            for concept in self._vocabularies.match(scheme, typed)
        ]  # fmt: skip

    def _hits(self, scored: Sequence[tuple[int, float]], query: Query) -> list[SearchHit]:
        found = cards(self._catalogue.conn, [id for id, _ in scored])
        places = copies(self._catalogue.conn, [card["content_hash"] for card in found.values()])
        tokens, prefixes = marked(query)
        hits: list[SearchHit] = []
        shown: set[str] = set()
        for id, score in scored:
            card = found.get(id)  # None: deleted since the index was updated
            if card is None or card["content_hash"] in shown:
                continue  # an exact copy is listed under the hit above
            shown.add(card["content_hash"])
            others = [place for place in places.get(card["content_hash"], ()) if place["id"] != id]
            hits.append(_hit(card, score, others, snippet(_text(card), tokens, prefixes)))
        return hits


def _check(request: Request) -> None:
    if not 1 <= request.limit <= MAX_LIMIT:
        raise UsageError(t("limit must be 1 to {n}", n=MAX_LIMIT))
    if not 1 <= request.page <= MAX_PAGE:
        raise UsageError(t("page must be 1 to {n}", n=MAX_PAGE))


def _text(card: Stored) -> str:
    return card["body"] or card["summary"] or ""


def _hit(card: Stored, score: float, others: Sequence[Stored], passage: str) -> SearchHit:
    return SearchHit(
        id=card["id"],
        kind=card["kind"],
        title=card["title"],
        url=card["url"],
        source=card["source"],
        published=card["published"],
        authors=tuple(card["authors"]),
        subjects=tuple(card["subjects"]),
        grades=tuple(card["grades"]),
        type=card["type"],
        snippet=passage,
        score=round(score, 4),
        deadline=card["deadline"],
        copies=tuple(Copy(**other) for other in others),
    )
