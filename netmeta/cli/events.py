"""netmeta events"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, session
from netmeta.search.wording import day
from netmeta.texts import t


def events(
    context: typer.Context,
    closing: Annotated[int | None, typer.Option("--closing", metavar="DAYS", min=0, help=t("Only those that close within so many days."))] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help=t("At most so many."))] = 50,
    json: Json = False,
) -> None:  # fmt: skip
    from netmeta.services.records import coming_events

    here = session(context)
    with here.catalogue(here.config(), read_only=True) as catalogue:
        found = coming_events(catalogue, closing_days=closing, limit=limit)
    if here.json:
        names = ("id", "title", "url", "source", "type", "deadline", "place", "status", "stages")
        output.print_json([{name: event[name] for name in names} for event in found])
        return
    if not found:
        output.note(t("No event is coming up."))
        return
    columns = [t("Until"), t("Title"), t("Stages"), t("Portal"), "ID"]
    rows = [
        [
            day(event["deadline"]),
            _title(event),
            "; ".join(f"{s['label'] or t(s['kind'])}: {s['text']}" for s in event["stages"]),
            event["source"],
            event["id"],
        ]
        for event in found
    ]
    output.table(columns, rows)


def _title(event: Mapping[str, Any]) -> str:
    """The title, after a word where the event is called off or moved."""
    called = event["status"] if event["status"] in ("cancelled", "moved") else None
    return f"[{t(called)}] {event['title']}" if called else str(event["title"])
