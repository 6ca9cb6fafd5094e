"""An engine in pure Python that runs anywhere: Whoosh, executing the plan every engine executes.

Whoosh gives storage and postings; scores and sets of documents are put together here
(`index.whoosh_postings`), because its own tree of matchers takes ten times as long.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from whoosh import scoring

from index.analysis import fold, readings
from index.base import FolderEngine
from index.feed import sketch
from index.generations import Generation
from index.plan import check_facets, plan, salient
from index.query import Query
from index.refine import WINDOW
from index.seam import Document, Found, Need, ScoredId, Sort
from index.whoosh_draft import WhooshDraft, open_generation
from index.whoosh_postings import numbers_of
from index.whoosh_reader import Reader


class _LuceneBM25(scoring.BM25F):  # type: ignore[misc]  # Whoosh is untyped
    """BM25 of phrases, with the idf of `index.whoosh_postings`."""

    def idf(self, searcher: Any, fieldname: str, text: str) -> float:
        parent = searcher.get_parent()
        holders = parent.doc_frequency(fieldname, text)
        return math.log(1 + (parent.doc_count_all() - holders + 0.5) / (holders + 0.5))


class WhooshEngine(FolderEngine["Reader"]):
    """See `index.seam.Engine`."""

    name = "whoosh"
    layout = "5"

    def search(
        self,
        query: Query,
        *,
        filters: Mapping[str, Sequence[str]] | None = None,
        limit: int = 10,
        offset: int = 0,
        sort: Sort = "relevance",
        facets: Sequence[str] = (),
        today: dt.date | None = None,
        need: Need = "any",
        counted: bool = True,
        prefer: Mapping[str, Sequence[str]] | None = None,
        past_last: bool = False,
        refined: bool = True,
    ) -> Found:
        """See `index.seam.Engine.search`."""
        check_facets((*facets, *(prefer or {})))
        what = plan(query, filters)
        reader = self._reader()
        day = today or dt.datetime.now(dt.UTC).date()
        matching = reader.found(what, need)
        first, size = max(offset, 0), max(limit, 0)
        best: list[tuple[float, int]] = []
        if size and sort == "relevance" and what.ranks:
            wanted = max(first + size, WINDOW) if refined else first + size
            best = reader.best(reader.scores(what, matching), wanted)
            if refined:
                best = reader.second_look(best, what, prefer or {}, day, past_last=past_last)
        elif size and sort == "relevance":
            best = [(0.0, id) for id in sorted(map(reader.ids.__getitem__, numbers_of(matching)))]
        elif size:
            place = reader.placer(sort, day)
            placed = sorted((place(n), reader.ids[n]) for n in numbers_of(matching))
            best = [(0.0, id) for _, id in placed]
        hits = tuple(
            ScoredId(id=id, score=abs(negative)) for negative, id in best[first : first + size]
        )
        if not counted:
            return Found(hits=hits, total=len(hits))
        counts = {name: reader.counts(name, matching) for name in facets}
        return Found(hits=hits, total=matching.bit_count(), facets=counts)

    def frequency(self, form: str) -> int:
        """See `index.seam.Engine.frequency`."""
        reader = self._reader().searcher.reader()
        return max(int(reader.doc_frequency("text", token)) for token in readings(fold(form)))

    def suggest(self, prefix: str, *, limit: int = 10) -> tuple[str, ...]:
        """See `index.seam.Engine.suggest`."""
        beginning = fold(prefix).strip()
        if not beginning or limit < 1:
            return ()
        return tuple(self._reader().beginning_with("words", beginning, limit))

    def similar(self, document: Document, *, limit: int = 10) -> tuple[ScoredId, ...]:
        """See `index.seam.Engine.similar`."""
        reader = self._reader()
        scores = reader.scored(salient(sketch(document), reader.frequency, reader.documents))
        best = sorted(
            (-score, reader.ids[number])
            for number, score in scores.items()
            if reader.ids[number] != document.id
        )
        return tuple(
            ScoredId(id=other, score=abs(negative)) for negative, other in best[: max(limit, 0)]
        )

    def _open(self, generation: Generation) -> Reader:
        return Reader(open_generation(generation).searcher(weighting=_LuceneBM25()))

    def _draft(self, path: Path, base: Generation | None) -> WhooshDraft:
        return WhooshDraft(path, base)

    def _held(self, reader: Reader) -> dict[int, int]:
        prints = reader.column("fingerprint")
        everything = numbers_of(reader.postings.everything)
        return {reader.ids[number]: prints[number] for number in everything}
