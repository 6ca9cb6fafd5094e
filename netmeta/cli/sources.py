"""netmeta source ..."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, session
from netmeta.texts import t

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


@source.command("add", help=t("Add a portal or a feed by its address."))
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL")],
    name: Annotated[
        str | None,
        typer.Option("--name", help=t("Short name; made from the address if not given.")),
    ] = None,
    spider: Annotated[
        str | None, typer.Option("--spider", help=t("Spider that reads it; found by the address."))
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help=t("Title for people."))] = None,
    json: Json = False,
) -> None:
    from netmeta.services.sources import add_source

    here = session(context)
    with here.catalogue(here.config()) as catalogue:
        added = add_source(catalogue, url, name=name, spider=spider, title=title)
        status = catalogue.source_status(added.name)
    if here.json:
        output.print_json(as_json(status))
        return
    output.note(
        t(
            "Added {name} ({kind}, spider {spider}). Next: netmeta harvest {name}",
            name=added.name, kind=t(added.kind), spider=added.spider,
        )
    )  # fmt: skip


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
        counts = ", ".join(f"{t(k)} {n}" for k, n in run.counts.items())
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
