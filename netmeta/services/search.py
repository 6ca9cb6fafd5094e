"""A question -> SearchResult. The index ranks and counts, the catalogue gives the cards."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast, get_args

from index.plan import marked
from index.query import Phrase, Query, Word, parse_query
from index.seam import FACETS, Engine, Found, ScoredId, Sort
from netmeta.catalogue import Catalogue
from netmeta.catalogue.folds import work_of
from netmeta.catalogue.queries import cards, copies
from netmeta.catalogue.stored import Stored
from netmeta.config import Config
from netmeta.errors import UsageError
from netmeta.search import synonyms
from netmeta.search.corrections import corrected
from netmeta.search.documents import document
from netmeta.search.readings import Reading, readings_of
from netmeta.search.result import Copy, SearchHit, SearchResult
from netmeta.search.snippets import snippet
from netmeta.search.understanding import RECOGNISED, understand
from netmeta.services.offers import Asked, offers, unknown_words, why_nothing
from netmeta.services.reindex import index_errors, opened_engine
from netmeta.services.suggesting import suggestions
from netmeta.services.values import FieldValues
from netmeta.texts import t
from netmeta.vocabularies import Vocabularies, load

MAX_LIMIT: Final = 100
MAX_PAGE: Final = 1000

Filters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One search as a person asked for it; filters by name of `index.seam.FACETS`.

    `exact`: search for what was typed, without corrections and other ways of saying it.
    `as_text`: facets ("grade", "subject", "type", "year") whose words are plain words this time.
    """

    query: str
    filters: Filters
    limit: int = 10
    page: int = 1
    sort: Sort = "relevance"
    facets: Sequence[str] = FACETS
    exact: bool = False
    as_text: frozenset[str] = frozenset()


def search(catalogue: Catalogue, config: Config, request: Request) -> SearchResult:
    """Search with an engine opened for this question (see `Searcher` for many).

    Raises:
        UsageError: a filter, limit or page does not fit.
        IndexUnavailableError: no index, or one that must be rebuilt.
        ConfigError: the administrator's synonyms cannot be read.
    """
    with opened_engine(config) as engine:
        return Searcher(catalogue, config, engine).search(request)


@dataclass(frozen=True, slots=True)
class _Counted:
    """The strictest reading that finds something, and what it finds."""

    reading: Reading
    found: Found


class Searcher:
    """An open catalogue and an open engine, for one question after another."""

    def __init__(self, catalogue: Catalogue, config: Config, engine: Engine) -> None:
        self._catalogue, self._config, self._engine = catalogue, config, engine
        self._vocabularies: Vocabularies = load(catalogue.local_mappings())
        self._values = FieldValues(catalogue, self._vocabularies)

    @property
    def seq(self) -> int:
        """How much of the change log the index knows. Raises: IndexUnavailableError."""
        with index_errors(self._config):
            return self._engine.checkpoint().seq

    def search(self, request: Request) -> SearchResult:
        """Answer one question. Raises: as the function `search`."""
        began = time.perf_counter()
        _check(request)
        with index_errors(self._config):
            text = request.query if request.exact else self._corrected(request.query)
            query, ignored = self._without_unknown(
                parse_query(text).map_fields(self._values.clauses)
            )
            filters = self._values.filters(request.filters)
            meaning = understand(query, self._vocabularies, without=request.as_text)
            known = None if request.exact else synonyms.load(self._config.synonyms)
            readings = readings_of(query, meaning, filters, known)
            events = meaning.events or set(filters.get("kind", ())) == {"event"}
            counted = self._counted(request, readings, events)
            scored = self._scored(request, counted, readings[-1])
            facets = self._facets(request, counted)
            asked = Asked(text, query, filters, meaning)
            lead = offers(self._engine, self._vocabularies, asked) if not scored else ()
            why = why_nothing(self._engine, asked) if not scored else None
        page = scored[: request.limit]
        total = counted.found.total
        more = len(scored) > request.limit
        return SearchResult(
            query=request.query,
            corrected=text if text != request.query else None,
            total=total,
            took_ms=round((time.perf_counter() - began) * 1000, 2),
            facets=facets,
            hits=tuple(self._hits(page, query, filters)),
            page=request.page,
            pages=max(math.ceil(total / request.limit), request.page + 1 if more else 0),
            more=more,
            held=counted.reading.need,
            understood=tuple(one.shown(meaning.words) for one in counted.reading.concepts),
            ignored=ignored,
            why=why,
            offers=lead,
        )

    def _corrected(self, text: str) -> str:
        def fits(certain: Sequence[str], word: str) -> int:
            whole = Query(tuple(map(Word, (*certain, word))))
            return self._engine.search(whole, need="all", limit=0).total

        def said(phrase: str) -> int:
            return self._engine.search(Query((Phrase(phrase),)), limit=0).total

        return corrected(text, self._engine, fits, said)

    def _without_unknown(self, query: Query) -> tuple[Query, tuple[str, ...]]:
        """The query without the need of words that no record holds, if others are left; and
        those words."""
        words = [c for c in query.clauses if isinstance(c, Word) and not c.negated]
        unknown = unknown_words(self._engine, words)
        if not unknown or len(unknown) == len(words):
            return query, ()
        clauses = tuple(
            replace(c, needed=False) if isinstance(c, Word) and c.text in unknown else c
            for c in query.clauses
        )
        return Query(clauses, query.text), tuple(unknown)

    def _counted(self, request: Request, readings: Sequence[Reading], events: bool) -> _Counted:
        by_score = request.sort == "relevance"
        for reading in readings:
            found = self._engine.search(
                reading.query,
                filters=reading.filters,
                need=reading.need,
                # Of a reading with most of the words only the count is wanted: see `_scored`.
                limit=0 if reading.need == "most" and by_score else request.limit + 1,
                offset=(request.page - 1) * request.limit,
                sort=request.sort,
                facets=request.facets,
                today=self._catalogue.now().date(),
                prefer=reading.prefer,
                past_last=events and reading.need != "any",
            )
            if found.total:
                break
        return _Counted(reading, found)

    def _scored(
        self, request: Request, counted: _Counted, loosest: Reading
    ) -> list[tuple[int, float]]:
        """Ids and scores of the page, and of one hit more if there is one.

        The hits of the counted reading come first, then those of the loosest; but if only most of
        the words occur, the best come first whichever words they hold (nDCG@10 0.8145 to 0.8205:
        one rare word tells more than three common ones).
        """
        offset = (request.page - 1) * request.limit
        wanted = request.limit + 1
        hits = [(hit.id, hit.score) for hit in counted.found.hits]
        strict = counted.found.total
        if counted.reading.need == "any" or request.sort != "relevance" or not strict:
            return hits
        if counted.reading.need == "most":
            found = self._loose(loosest, limit=wanted, offset=offset)
            return [(hit.id, hit.score) for hit in found]
        if offset + wanted <= strict:
            return hits
        before = self._engine.search(
            counted.reading.query, filters=counted.reading.filters, need=counted.reading.need,
            limit=strict, counted=False,
        )  # fmt: skip
        shown = {hit.id for hit in before.hits}
        loose = self._loose(loosest, limit=offset + wanted)
        rest = _below(before.hits, [hit for hit in loose if hit.id not in shown])
        skipped = max(offset - strict, 0)
        return [*hits, *rest[skipped : skipped + wanted - len(hits)]]

    def _loose(self, reading: Reading, *, limit: int, offset: int = 0) -> tuple[ScoredId, ...]:
        found = self._engine.search(
            reading.query, filters=reading.filters, limit=limit, offset=offset, counted=False,
            today=self._catalogue.now().date(), prefer=reading.prefer,
        )  # fmt: skip
        return found.hits

    def _facets(self, request: Request, counted: _Counted) -> dict[str, dict[str, int]]:
        """Counts of the reading; a facet that is filtered by is counted without that filter."""
        counts = {name: dict(values) for name, values in counted.found.facets.items()}
        reading = counted.reading
        for name in request.facets:
            if reading.filters.get(name):
                others = {key: values for key, values in reading.filters.items() if key != name}
                found = self._engine.search(
                    reading.query, filters=others, need=reading.need, limit=0, facets=[name]
                )
                counts[name] = dict(found.facets[name])
        return counts

    def similar(self, id: int, *, limit: int = 10) -> tuple[SearchHit, ...]:
        """Records like the given one, best first."""
        stands = work_of(self._catalogue.conn, [id]).get(id, id)
        known = cards(self._catalogue.conn, [stands])
        if not known:
            return ()
        with index_errors(self._config):
            found = self._engine.similar(document(known[stands]), limit=limit)
        return tuple(self._hits([(hit.id, hit.score) for hit in found], Query(), {}))

    def ids(self, typed: str, *, limit: int) -> list[int]:
        """Ids of the best records for a query, best first, copies behind the work they are of;
        without their cards."""
        query = parse_query(typed).map_fields(self._values.clauses)
        with index_errors(self._config):
            found = self._engine.search(query, limit=limit, counted=False)
        best = [hit.id for hit in found.hits]
        hashes = {
            id: card["content_hash"] for id, card in cards(self._catalogue.conn, best).items()
        }
        places = copies(self._catalogue.conn, hashes.values())
        everywhere = (
            one
            for id in best
            for one in (id, *(place["id"] for place in places.get(hashes.get(id, ""), ())))
        )
        return list(dict.fromkeys(everywhere))[:limit]

    def suggest(self, prefix: str, *, limit: int = 10) -> tuple[str, ...]:
        """What somebody who has typed this may be going to type: popular words, concepts,
        authors, titles."""
        with index_errors(self._config):
            return suggestions(
                self._engine, self._catalogue, self._vocabularies, prefix, limit=limit
            )

    def _hits(
        self, scored: Sequence[tuple[int, float]], query: Query, filters: Filters
    ) -> list[SearchHit]:
        conn = self._catalogue.conn
        found = cards(conn, [id for id, _ in scored])
        places = copies(conn, [card["content_hash"] for card in found.values()])
        shown = {
            id: _place(id, places.get(card["content_hash"], ()), filters.get("source", ()))
            for id, card in found.items()
        }
        if elsewhere := [other for id, other in shown.items() if other != id]:
            found |= cards(conn, elsewhere)
        tokens, prefixes = marked(query)
        hits: list[SearchHit] = []
        for id, score in scored:
            card = found.get(shown.get(id, id))  # None: deleted since the index was updated
            if card is None:
                continue
            others = [
                place for place in places.get(card["content_hash"], ()) if place["id"] != card["id"]
            ]
            hits.append(_hit(card, score, others, snippet(_text(card), tokens, prefixes)))
        return hits


def _below(strict: Sequence[ScoredId], loose: Sequence[ScoredId]) -> list[tuple[int, float]]:
    """Ids and scores of looser hits, scaled so that none scores above the last strict one."""
    if not loose:
        return []
    scale = min(1.0, strict[-1].score / loose[0].score) if loose[0].score else 1.0
    return [(hit.id, hit.score * scale) for hit in loose]


def _place(id: int, places: Sequence[Stored], sources: Sequence[str]) -> int:
    """Which of a work's places is shown: the first, or the one on a portal that was asked for."""
    if not sources or any(one["id"] == id and one["source"] in sources for one in places):
        return id
    return next((int(one["id"]) for one in places if one["source"] in sources), id)


def sort_order(typed: str) -> Sort:
    """The order that a name stands for. Raises: UsageError if it is none."""
    for one in get_args(Sort):
        if one == typed:
            return cast(Sort, one)
    raise UsageError(
        t("Unknown order {name}", name=typed),
        cure=t("Known: {names}.", names=", ".join(get_args(Sort))),
    )


def _check(request: Request) -> None:
    if not 1 <= request.limit <= MAX_LIMIT:
        raise UsageError(t("limit must be 1 to {n}", n=MAX_LIMIT))
    if not 1 <= request.page <= MAX_PAGE:
        raise UsageError(t("page must be 1 to {n}", n=MAX_PAGE))
    if unknown := sorted(request.as_text - set(RECOGNISED)):
        raise UsageError(
            t("Nothing is recognised as {name}", name=unknown[0]),
            cure=t("Known: {names}.", names=", ".join(RECOGNISED)),
        )


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
