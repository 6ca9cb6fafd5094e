"""A whole record as people see it: stored form, status by the calendar, edits, history."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from netmeta.catalogue import Catalogue, curation
from netmeta.catalogue.queries import cards, history
from netmeta.catalogue.stored import Stored
from netmeta.model import Stage
from netmeta.normalise import is_over


class WholeRecord(dict[str, Any]):
    """A record in its stored form; its keys are attributes as well: `record.title`."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"a record has no {name!r}") from None


def whole_record(catalogue: Catalogue, id: int) -> WholeRecord:
    """A record in its stored form; an event all of whose stages have passed has status "over".

    Raises: UnknownRecordError.
    """
    record = WholeRecord(catalogue.record(id))
    if record["status"] in (None, "scheduled", "moved") and record["stages"]:
        stages = [_stage(stage) for stage in record["stages"]]
        if is_over(stages, _today(catalogue)):
            record["status"] = "over"
    return record


def record_history(catalogue: Catalogue, id: int) -> dict[str, Any]:
    """Why a record is here and what became of it.

    Returns {"id", "source", "external_id", "url", "first_seen", "last_seen", "changes", "raw",
    "mapped", "unmapped", "problems", "overrides"}: the change log oldest first, the portal's own
    words, and which of them gave which concept. Raises: UnknownRecordError.
    """
    record = catalogue.record(id)
    kept = ("id", "source", "external_id", "url", "first_seen", "last_seen", "gone_at", "hidden")
    forgotten = record["gone_at"] is not None and not record["title"]
    words: dict[str, Any] = {} if forgotten else catalogue.explained(id)
    return {
        **{name: record[name] for name in kept},
        "changes": history(catalogue.conn, id),
        **words,
        "overrides": curation.overrides(catalogue, id),
    }


def coming_events(catalogue: Catalogue, *, closing_days: int | None, limit: int) -> list[Stored]:
    """Events that can still be joined, soonest deadline first, or all that are not over yet.

    Args:
        closing_days: only those whose registration or works close within so many days.
        limit: at most so many.

    Returns cards with "deadline", "stages" and "status"; what is cancelled has no deadline.
    """
    today = _today(catalogue)
    if closing_days is None:
        ids = catalogue.upcoming(today, limit)
    else:
        ids = catalogue.closing(today, closing_days)[:limit]
    found, whole = cards(catalogue.conn, ids), catalogue.records(ids)
    return [{**found[id], "stages": whole[id]["stages"], "place": whole[id]["place"],
             "status": whole[id]["status"]} for id in ids]  # fmt: skip


def _today(catalogue: Catalogue) -> dt.date:
    """The day it is for a Russian teacher; portals of other zones differ by hours only."""
    return catalogue.now().astimezone(ZoneInfo("Europe/Moscow")).date()


def _stage(stage: Stored) -> Stage:
    return Stage(
        kind=stage["kind"],
        start=dt.date.fromisoformat(stage["start"]) if stage["start"] else None,
        end=dt.date.fromisoformat(stage["end"]) if stage["end"] else None,
    )
