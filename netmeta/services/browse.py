"""What each page of the web interface shows, as plain dicts: the catalogue's reads, put together.

The figures of `home`, `subjects`, `portals` and `desk` look at the whole catalogue; the web keeps
them until the change log moves on (see netmeta/web/shelf.py).
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from netmeta.catalogue import Catalogue, browse, figures, rot
from netmeta.catalogue.queries import copies, records
from netmeta.catalogue.stored import Stored
from netmeta.errors import IndexUnavailableError, UnknownConceptError, UnknownRecordError
from netmeta.services.health import health
from netmeta.services.records import record_history, whole_record
from netmeta.services.search import Searcher
from netmeta.services.vocab import unmapped_values
from netmeta.vocabularies import load

NEWEST: Final = 8
"""Records in a short list."""

PAGE: Final = 30
"""Records on a page of a long list."""

RUNS: Final = 30
"""Runs a portal's sparkline shows."""


def today(catalogue: Catalogue) -> dt.date:
    """The day it is for a Russian teacher; portals of other zones differ by hours only."""
    return catalogue.now().astimezone(ZoneInfo("Europe/Moscow")).date()


def home(catalogue: Catalogue) -> dict[str, Any]:
    """{"kinds", "newest", "closing", "subjects", "portals"}: what the first page shows."""
    conn, day = catalogue.conn, today(catalogue)
    soon = catalogue.closing(day, 7)
    return {
        "kinds": catalogue.counts(),
        "newest": browse.listed(conn, browse.added(conn, limit=NEWEST)),
        "closing": browse.listed(conn, soon[:NEWEST]),
        "closing_total": len(soon),
        "subjects": browse.grouped(conn, "subject")[:24],
        "portals": portals(catalogue),
        "today": day,
    }


def source_titles(catalogue: Catalogue) -> dict[str, str]:
    """{name: title} of all sources, titles at most 100 characters."""
    return dict(catalogue.conn.execute("SELECT name, substr(title, 1, 100) FROM sources"))


def portals(catalogue: Catalogue) -> list[dict[str, Any]]:
    """All sources by title: {"name", "title", "kind", "paused", "records", "run", "state",
    "evidence", "sick"}; "run" is the last one, the state is that of `netmeta.services.health`.

    The evidence is in the language of whoever asks.
    """
    rows = []
    for status in catalogue.sources():
        judged = health(catalogue, status)
        rows.append({
            "name": status.source.name, "title": status.source.title, "kind": status.source.kind,
            "paused": status.source.paused, "records": status.records, "run": status.last_run,
            "state": judged.state, "evidence": judged.evidence, "sick": judged.sick,
        })  # fmt: skip
    return sorted(rows, key=lambda row: (not row["sick"], row["title"].lower()))


def portal_figures(catalogue: Catalogue) -> dict[str, figures.Portal]:
    """What each source has, by its name."""
    return figures.by_source(catalogue.conn)


def portal(
    catalogue: Catalogue, name: str, counted: Mapping[str, figures.Portal]
) -> dict[str, Any]:
    """One source: its settings, runs, how often each field is filled, newest records, overlap.

    Args:
        counted: of `portal_figures`.

    Raises: UnknownSourceError.
    """
    has = counted.get(name, figures.Portal())
    conn = catalogue.conn
    source, id = catalogue.source(name), catalogue.source_id(name)
    runs = figures.runs(conn, id, limit=RUNS)
    full = next((run for run in runs if run["fields"]), None)
    return {
        "source": source,
        "records": has.kinds.total(),
        "runs": [{**run, "seconds": figures.seconds(run)} for run in runs],
        "fields": catalogue.run_fields(full["id"]) if full else {},
        "counted": full,
        "problems": catalogue.run_problems(runs[0]["id"])[:10] if runs else [],
        "shared": has.shared,
        "lost": has.lost,
        "kinds": has.kinds.most_common(),
        "types": has.types.most_common(12),
        "subjects": has.subjects.most_common(12),
        "newest": browse.listed(conn, browse.newest(conn, "source", name, limit=NEWEST)),
    }


def subjects(catalogue: Catalogue) -> dict[str, int]:
    """{subject: visible records}."""
    return dict(browse.grouped(catalogue.conn, "subject"))


def subject(catalogue: Catalogue, id: str) -> dict[str, Any]:
    """One subject: classes, types, portals, years, authors, newest, events that close soon.

    Raises: UnknownConceptError.
    """
    conn, words = catalogue.conn, load(catalogue.local_mappings())
    concept = words.concept(id)
    if concept.scheme != "subject":
        raise UnknownConceptError(id, known=words.scheme("subject").concepts)
    day = today(catalogue)
    closing = browse.events(conn, day, day + dt.timedelta(days=30), {"subject": id}, limit=NEWEST)[
        1
    ]
    return {
        "id": id,
        "broader": concept.broader,
        "narrower": words.narrower(id),
        "grades": dict(browse.grouped(conn, "grade", "subject", id)),
        "kinds": browse.grouped(conn, "kind", "subject", id),
        "types": browse.grouped(conn, "type", "subject", id)[:12],
        "portals": browse.grouped(conn, "source", "subject", id),
        "years": dict(browse.grouped(conn, "year", "subject", id)),
        "authors": browse.authors(conn, "subject", id, limit=10),
        "newest": browse.listed(conn, browse.newest(conn, "subject", id, limit=NEWEST)),
        "titles": source_titles(catalogue),
        "closing": browse.listed(conn, closing),
    }


def author(catalogue: Catalogue, id: int, page: int = 1) -> dict[str, Any]:
    """One author with a page of their records. Raises: UnknownRecordError if there is none."""
    conn = catalogue.conn
    person = browse.person(conn, id)
    if person is None:
        raise UnknownRecordError(str(id))
    ids = browse.newest(conn, "person", id, limit=PAGE, offset=(page - 1) * PAGE)
    return {
        **person,
        "page": page,
        "pages": -(-person["records"] // PAGE),
        "listed": browse.listed(conn, ids),
        "titles": source_titles(catalogue),
        "subjects": browse.grouped(conn, "subject", "person", id),
        "portals": browse.grouped(conn, "source", "person", id),
        "years": dict(browse.grouped(conn, "year", "person", id)),
    }


def record(catalogue: Catalogue, searcher: Searcher | None, id: int) -> dict[str, Any]:
    """One record with everything around it, for people.

    Args:
        searcher: finds similar records; None, or one without an index, shows none.

    Returns {"state": "shown"} with the whole, or only {"state": "hidden" | "forgotten"}.
    Raises: UnknownRecordError.
    """
    conn = catalogue.conn
    state = browse.state(conn, id)
    if state is None:
        raise UnknownRecordError(str(id))
    source_title, gone_at, hidden = state
    if hidden:
        return {"state": "hidden"}
    if gone_at is not None and not records(conn, [id])[id]["title"]:
        return {"state": "forgotten"}
    whole = whole_record(catalogue, id)
    return {
        "state": "shown",
        "record": whole,
        "source_title": source_title,
        "titles": source_titles(catalogue),
        "people": browse.people_of(conn, id),
        "counters": browse.counters(conn, id),
        "trouble": rot.trouble(conn, id),
        "copies": [c for c in copies(conn, [whole["content_hash"]]).get(
            whole["content_hash"], []) if c["id"] != id],
        "similar": _similar(catalogue, searcher, whole),
        "history": record_history(catalogue, id),
        "today": today(catalogue),
    }  # fmt: skip


def _similar(catalogue: Catalogue, searcher: Searcher | None, whole: Stored) -> list[Stored]:
    if searcher is None:
        return []
    try:
        hits = searcher.similar(whole["id"], limit=6)
    except IndexUnavailableError:
        return []  # the page is worth showing without them
    # The index may not know yet what was hidden, or has gone, a moment ago.
    seen = browse.visible(catalogue.conn, [hit.id for hit in hits])
    return browse.listed(catalogue.conn, seen)


# --- events -----------------------------------------------------------------------------------


def events(
    catalogue: Catalogue, filters: Mapping[str, str], *, closing_days: int | None, page: int = 1
) -> dict[str, Any]:
    """A page of the events that are not over, or of those that close within so many days.

    Returns {"total", "listed", "page", "pages", "today"}; each event with "stages" and "status".
    """
    conn, day = catalogue.conn, today(catalogue)
    last = None if closing_days is None else day + dt.timedelta(days=closing_days)
    total, ids = browse.events(conn, day, last, filters, limit=PAGE, offset=(page - 1) * PAGE)
    whole = records(conn, ids)
    rows = [
        {**row, **{name: whole[row["id"]][name] for name in ("stages", "status")}}
        for row in browse.listed(conn, ids)
    ]
    return {
        "total": total, "listed": rows, "page": page, "pages": -(-total // PAGE), "today": day,
    }  # fmt: skip


def event_choices(catalogue: Catalogue) -> dict[str, list[tuple[str, int]]]:
    """{"type" | "subject" | "source": [(value, events not over)]}."""
    return browse.event_values(catalogue.conn, today(catalogue))


def month(
    catalogue: Catalogue, year: int, number: int, filters: Mapping[str, str]
) -> dict[str, Any]:
    """A calendar month: {"first", "weeks": [[{"day", "inside", "events", "more"}]], "today"}.

    Weeks begin on Monday; days of the neighbouring months fill the first and the last one.
    """
    weeks = months.Calendar(0).monthdatescalendar(year, number)
    rows = browse.calendar(catalogue.conn, weeks[0][0], weeks[-1][-1], filters, _A_DAY)
    by_day: dict[str, list[Stored]] = {}
    for row in rows:
        by_day.setdefault(row["day"], []).append(row)
    return {
        "first": dt.date(year, number, 1),
        "weeks": [[_cell(day, number, by_day.get(day.isoformat(), [])) for day in week] for week in weeks],
        "today": today(catalogue),
    }  # fmt: skip


_A_DAY: Final = 4


def _cell(day: dt.date, number: int, rows: list[Stored]) -> dict[str, Any]:
    more = rows[0]["more"] - len(rows) if rows else 0
    return {"day": day, "inside": day.month == number, "events": rows, "more": more}


# --- the methodist's desk ---------------------------------------------------------------------


def desk(catalogue: Catalogue) -> dict[str, Any]:
    """Everything the methodist's desk shows."""
    conn, day = catalogue.conn, today(catalogue)
    no_subject, no_grade = figures.unplaced(conn)
    return {
        "kinds": catalogue.counts(),
        "matrix": figures.matrix(conn),
        "no_subject": no_subject,
        "no_grade": no_grade,
        "years": dict(browse.grouped(conn, "year")),
        "arrivals": figures.arrivals(conn),
        "overlap": figures.overlap(conn),
        "titles": source_titles(catalogue),
        "licences": browse.grouped(conn, "licence"),
        "certificates": browse.grouped(conn, "certificate"),
        "freshness": figures.freshness(conn, day.year),
        "lost": figures.lost(conn),
        "rot": rot.link_rot(conn, limit=20),
        "duplicates": figures.duplicates(conn, limit=20),
        "unmapped": unmapped_values(catalogue, limit=20),
        "today": day,
    }
