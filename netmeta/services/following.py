"""What people do with a search beyond reading its first page: take all it finds, or come back to
see what is new."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from netmeta.catalogue import Catalogue, browse
from netmeta.catalogue.stored import Stored
from netmeta.services.search import MAX_LIMIT, Request, Searcher

MOST_ROWS: Final = 500
"""Records of a search that can be taken at once; who wants all of a large search wants the dump."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What came into a search since somebody looked.

    Attributes:
        new: how many of the `MAX_LIMIT` most recently published finds are new here.
        all: whether there are no further finds, which were not looked at.
        seq: position in the change log that this is true of; the next look begins there.
    """

    new: int
    all: bool
    seq: int


def found(catalogue: Catalogue, searcher: Searcher, asked: Request) -> list[Stored]:
    """The records that a search counts, in its order, at most `MOST_ROWS`.

    Raises: as `netmeta.services.search.search`.
    """
    ids: list[int] = []
    total = MAX_LIMIT
    for page in range(1, MOST_ROWS // MAX_LIMIT + 1):
        result = searcher.search(replace(asked, limit=MAX_LIMIT, page=page, facets=()))
        total = min(result.total, MOST_ROWS)
        ids += [hit.id for hit in result.hits]
        if len(ids) >= total or not result.more:
            break
    records = catalogue.records(ids[:total])
    return [records[id] for id in ids[:total] if id in records]


def news(catalogue: Catalogue, searcher: Searcher, asked: Request, since: int) -> News:
    """What is new in a search since a position in the change log.

    Raises: as `netmeta.services.search.search`.
    """
    seq = searcher.seq
    if seq <= since:
        return News(new=0, all=True, seq=seq)
    newest = replace(asked, sort="date", limit=MAX_LIMIT, page=1, facets=())
    result = searcher.search(newest)
    ids = [hit.id for hit in result.hits][: result.total]
    new = browse.came_between(catalogue.conn, ids, since, seq)
    return News(new=new, all=result.total <= MAX_LIMIT, seq=seq)
