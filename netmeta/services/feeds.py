"""Which records a feed or a calendar shows: everything new, a source, a subject, an author, a search."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from index.seam import FACETS, Sort
from netmeta.catalogue import Catalogue, exporting
from netmeta.catalogue.exporting import Selection
from netmeta.catalogue.queries import records
from netmeta.catalogue.stored import Stored
from netmeta.errors import UnknownConceptError, UnknownSourceError, UsageError
from netmeta.exchange.feeds import Paging, updated
from netmeta.exchange.oai import sets
from netmeta.exchange.openness import OPEN
from netmeta.services.search import Request, Searcher
from netmeta.texts import t
from netmeta.vocabularies import Vocabularies, load

MOST: Final = 1_000
MOST_OF_A_SEARCH: Final = 100
USUAL: Final = 50
MOST_EVENTS: Final = 2_000
DAYS_BACK: Final = 31
"""Calendars keep what has just passed: a past event that vanishes looks like a cancelled one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a feed is asked for.

    Attributes:
        query: words; with `filters` it is a search.
        filters: by name of `index.seam.FACETS`; "source" and "subject" alone need no index.
        author: id or name of a person.
        sort: of a search; "date" brings what is new first.
    """

    query: str = ""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    author: str = ""
    limit: int = USUAL
    page: int = 1
    sort: Sort = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The records of a feed in their order, what to call it, and its place among all hits.

    `list_changed`: when the list itself last changed, where that is known: a record that leaves
    it makes none of the others newer.
    """

    records: Sequence[Stored]
    title: str
    paging: Paging | None = None
    list_changed: str = ""

    @property
    def changed(self) -> str:
        """Latest change of anything in it, "2026-01-31T07:05:00Z"."""
        return max(updated(self.records), self.list_changed)


def feed(catalogue: Catalogue, searcher: Callable[[], Searcher], wanted: Wanted) -> Found:
    """The records a feed shows, newest first; the index is opened only for a search.

    Raises:
        UsageError, and its kinds for an unknown source, subject or author.
        IndexUnavailableError: a search without an index.
    """
    if not 1 <= wanted.limit <= MOST:
        raise UsageError(t("limit must be 1 to {n}", n=MOST))
    if wanted.author:
        return _of_author(catalogue, wanted)
    if wanted.query or set(wanted.filters) - {"source", "subject", "kind"}:
        return _of_search(catalogue, searcher(), wanted)
    selection, title = _selection(catalogue, wanted)
    ids = exporting.newest(catalogue.conn, selection, limit=wanted.limit)
    return Found(records=_in_order(catalogue, ids), title=title)


def listed(catalogue: Catalogue, ids: Sequence[int], *, title: str, changed: str = "") -> Found:
    """The feed of a list that somebody made, in its order; what may not be seen is left out.

    Args:
        ids: of records, at most `MOST` of them are shown.
        changed: when the list last changed, "2026-01-31T07:05:00Z".
    """
    found = [
        record
        for record in _in_order(catalogue, ids[:MOST])
        if record["gone_at"] is None and not record["hidden"]
    ]
    return Found(records=found, title=title, list_changed=changed)


def _of_author(catalogue: Catalogue, wanted: Wanted) -> Found:
    found = exporting.person(catalogue.conn, wanted.author)
    if found is None:
        raise UnknownSourceError(wanted.author)
    ids = exporting.by_person(catalogue.conn, found[0], limit=wanted.limit)
    return Found(records=_in_order(catalogue, ids), title=found[1])


def _of_search(catalogue: Catalogue, searcher: Searcher, wanted: Wanted) -> Found:
    limit = min(wanted.limit, MOST_OF_A_SEARCH)
    request = Request(
        query=wanted.query, filters=wanted.filters, limit=limit, page=wanted.page,
        sort=wanted.sort, facets=(),
    )  # fmt: skip
    result = searcher.search(request)
    said = [wanted.query, *(value for values in wanted.filters.values() for value in values)]
    return Found(
        records=_in_order(catalogue, [hit.id for hit in result.hits]),
        title=t("Search: {words}", words=" ".join(word for word in said if word)),
        paging=Paging(result.total, (wanted.page - 1) * limit + 1, limit),
    )


def _selection(catalogue: Catalogue, wanted: Wanted) -> tuple[Selection, str]:
    """The selection of a source, a subject and a kind, and its name in words."""
    known = load(catalogue.local_mappings())
    one = {name: values[0] for name, values in wanted.filters.items() if values}
    subject = _subject(one["subject"], known) if "subject" in one else None
    title = []
    if "source" in one:
        title.append(catalogue.source(one["source"]).title)
    if subject:
        title.append(known.label(subject))
    selection = Selection(
        kind=one.get("kind"),
        source=one.get("source"),
        subjects=sets.below(subject, known) if subject else (),
        visible=True,
    )
    return selection, ", ".join(title) or t("New in the catalogue")


def _subject(words: str, known: Vocabularies) -> str:
    """The concept of an id or label. Raises: UnknownConceptError."""
    concepts = known.scheme("subject").concepts
    if words in concepts:
        return words
    if found := known.match("subject", words):
        return found[0]
    raise UnknownConceptError(words, known=concepts)


def events(catalogue: Catalogue, searcher: Callable[[], Searcher], wanted: Wanted) -> Found:
    """Events and courses for a calendar: all that end later than a month ago, or those of a search.

    Raises: as `feed`.
    """
    if wanted.author or wanted.query or wanted.filters:
        kinds = {"kind": ["event", "course"]} | dict(wanted.filters)
        found = _of_search(
            catalogue,
            searcher(),
            Wanted(query=wanted.query, filters=kinds, limit=MOST_OF_A_SEARCH, sort=wanted.sort),
        )
        staged = [record for record in found.records if record["stages"]]
        return Found(records=staged, title=found.title)
    today = catalogue.now().astimezone(ZoneInfo("Europe/Moscow")).date()
    ids = catalogue.upcoming(today - dt.timedelta(days=DAYS_BACK), MOST_EVENTS)
    return Found(records=_in_order(catalogue, ids), title=t("Events for teachers"))


def zones(catalogue: Catalogue) -> dict[str, str]:
    """{source: its time zone}."""
    return dict(catalogue.conn.execute("SELECT name, timezone FROM sources"))


def wanted_filters(values: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Of what was typed, the filters that a search knows."""
    return {name: kept for name in FACETS if (kept := [v for v in values.get(name, ()) if v])}


def _in_order(catalogue: Catalogue, ids: Sequence[int]) -> list[Stored]:
    found = records(catalogue.conn, ids, bodies_under=OPEN)  # others are shown by their summaries
    return [found[id] for id in ids if id in found]
