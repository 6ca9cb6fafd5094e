"""netmeta source ..."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netmeta.cli import output
from netmeta.cli.probing import add, examine, record
from netmeta.cli.session import Json, session
from netmeta.texts import t, tn

if TYPE_CHECKING:
    from netmeta.catalogue import SourceStatus

source = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@source.command("list", help=t("All sources with their last run."))
def list_(context: typer.Context, json: Json = False) -> None:
    here = session(context)
    with here.catalogue(here.config(), read_only=True) as catalogue:
        found = catalogue.sources()
    if here.json:
        output.print_json([as_json(status) for status in found])
        return
    if not found:
        output.note(t("No sources yet. Add one: netmeta source add https://…"))
        return
    columns = [t("Name"), t("Title"), t("Kind"), t("Records"), t("Last run"), t("Result")]
    output.table(columns, [_row(status) for status in found])


def _row(status: SourceStatus) -> list[object]:
    run = status.last_run
    when = run.started_at.astimezone().strftime("%d.%m.%Y %H:%M") if run else "—"
    result = (t(run.status) + (f": {run.reason}" if run.reason else "")) if run else "—"
    return [
        status.source.name,
        status.source.title,
        t(status.source.kind),
        status.records,
        when,
        result,
    ]


def as_json(status: SourceStatus) -> dict[str, Any]:
    """The JSON form of a source with its figures."""
    run = status.last_run
    return {
        **asdict(status.source),
        "records": status.records,
        "last_run": asdict(run) if run else None,
    }


source.command("add", help=t("Look at a site, feed, calendar or folder, and make it a source."))(
    add
)
source.command("test", help=t("Show what is read at an address, or which rules hold on a portal; stores nothing."))(
    examine
)  # fmt: skip
source.command("record", help=t("Keep a page and what is read from it as a test case."))(record)


@source.command("show", help=t("One source: settings, last run, fill rates, problems."))
def show(
    context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME")], json: Json = False
) -> None:
    here = session(context)
    with here.catalogue(here.config(), read_only=True) as catalogue:
        status = catalogue.source_status(name)
        run = status.last_run
        fields = catalogue.run_fields(run.id) if run else {}
        problems = catalogue.run_problems(run.id) if run else []
    if here.json:
        rates = {field: {"filled": f, "total": n} for field, (f, n) in fields.items()}
        output.print_json({**as_json(status), "fields": rates, "problems": problems})
        return
    _print(status, fields, problems)


@source.command("pause", help=t("Leave a source out of harvests."))
def pause(
    context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME")], json: Json = False
) -> None:
    _paused(context, name, paused=True)


@source.command("resume", help=t("Take a paused source into harvests again."))
def resume(
    context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME")], json: Json = False
) -> None:
    _paused(context, name, paused=False)


def _paused(context: typer.Context, name: str, *, paused: bool) -> None:
    from netmeta.services.sources import pause as set_paused

    here = session(context)
    with here.catalogue(here.config()) as catalogue:
        set_paused(catalogue, name, paused=paused)
        status = catalogue.source_status(name)
    if here.json:
        output.print_json(as_json(status))
        return
    said = (
        t("{name} is paused.", name=name) if paused else t("{name} is harvested again.", name=name)
    )
    output.note(said)


@source.command("remove", help=t("Remove a source."))
def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    with_records: Annotated[
        bool, typer.Option("--with-records", help=t("Take its records out of the catalogue too."))
    ] = False,
    json: Json = False,
) -> None:
    from netmeta.services.sources import remove as take_out

    here = session(context)
    with here.catalogue(here.config()) as catalogue:
        count = take_out(catalogue, name, with_records=with_records)
    if here.json:
        output.print_json({"removed": name, "records": count})
        return
    output.note(
        tn("Removed {name} and {n} record.", "Removed {name} and {n} records.", count, name=name)
    )


@source.command("import", help=t("Add every feed of an OPML file."))
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.opml")],
    json: Json = False,
) -> None:
    from netmeta.services.opml import import_opml

    here = session(context)
    with here.catalogue(here.config()) as catalogue:
        report = import_opml(catalogue, file)
    if here.json:
        output.print_json(asdict(report))
        return
    for name in report.added:
        output.note(t("Added {name}", name=name))
    output.note(
        t(
            "{added} added, {known} known already, {unfit} unfit.",
            added=len(report.added), known=len(report.known), unfit=len(report.unfit),
        )
    )  # fmt: skip


@source.command("export", help=t("All sources as an OPML file, on standard output."))
def export(context: typer.Context) -> None:
    from email.utils import format_datetime

    from netmeta.catalogue.removal import is_removed
    from netmeta.exchange.markup import Escaper
    from netmeta.exchange.opml import write

    here = session(context)
    with here.catalogue(here.config(), read_only=True) as catalogue:
        sources = [status.source for status in catalogue.sources() if not is_removed(status)]
        at = format_datetime(catalogue.now())
    typer.echo(write(sources, title="netmeta", at=at, x=Escaper()).decode(), nl=False)


def _print(
    status: SourceStatus, fields: dict[str, tuple[int, int]], problems: list[dict[str, Any]]
) -> None:
    found, run = status.source, status.last_run
    rows: list[tuple[str, object]] = [
        (t("Name"), found.name),
        (t("Title"), found.title),
        (t("Kind"), t(found.kind)),
        (t("Address"), found.url),
        (t("Spider"), found.spider),
        (t("Records"), str(status.records)),
    ]
    if run:
        counts = ", ".join(_count(name, n) for name, n in run.counts.items())
        rows += [
            (t("Last run"), run.started_at.astimezone().strftime("%d.%m.%Y %H:%M")),
            (t("Result"), t(run.status) + (f": {run.reason}" if run.reason else "")),
            (t("Counts"), counts),
        ]
    output.table(["", ""], rows)
    if fields:
        rates = [(t(name), f"{filled} / {total}") for name, (filled, total) in fields.items()]
        output.table([t("Field"), t("Filled")], rates, title=t("Fill rates of the last run"))
    if problems:
        shown = [(p["field"], p["code"], p["count"], p["example"]) for p in problems]
        output.table(
            [t("Field"), t("Problem"), t("Count"), t("Example")], shown, title=t("Problems")
        )


def _count(name: str, n: int) -> str:
    """One figure of a run in words."""
    kind, _, what = name.partition(": ")
    return (
        t("answered {outcome}: {n}", outcome=t(what), n=n) if kind == "answer" else f"{t(name)} {n}"
    )
