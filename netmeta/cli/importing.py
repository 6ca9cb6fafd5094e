"""netmeta import"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, session
from netmeta.texts import t, tn


def import_(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.jsonl|PACKAGE",
            help=t("JSON Lines of items, or a data package: its folder or .zip."),
        ),
    ],
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help=t("Refuse a data package whole if one of its rows cannot be taken.")
        ),
    ] = False,
    json: Json = False,
) -> None:
    from netmeta.exchange.package import is_package
    from netmeta.services.importing import ImportReport, import_file
    from netmeta.services.packages import import_package
    from netmeta.services.reindex import update_index

    here = session(context)
    config = here.config()
    with (
        here.catalogue(config) as catalogue,
        output.progress(quiet=here.quiet or here.json) as display,
    ):
        task = display.add_task(file.name, total=None, note="")

        def progress(done: int) -> None:
            display.update(task, completed=done)

        report: ImportReport
        if is_package(file):
            report = import_package(catalogue, file, strict=strict, progress=progress)
        else:
            report = import_file(catalogue, file, progress=progress)
        index = update_index(catalogue, config) if report.records else None
    if here.json:
        output.print_json({**report.to_dict(), "index": index.to_dict() if index else None})
    else:
        for place, reason in report.rejected[:20]:
            output.note(f"{place}: {reason}")
        if len(report.rejected) > 20:
            more = len(report.rejected) - 20
            output.note(t("… and {n} more; all are kept in the table rejects.", n=more))
        for problem in report.problems[:10]:
            output.note(
                t(
                    "odd {field} ({code}): {count}, for example {example}",
                    field=t(str(problem.get("field"))), **{k: v for k, v in problem.items() if k != "field"},
                )
            )  # fmt: skip
        counts = ", ".join(f"{t(name)} {n}" for name, n in sorted(report.counts.items()))
        output.note(
            tn("{n} record: {counts}", "{n} records: {counts}", report.records, counts=counts)
            if report.records
            else t("Nothing was imported.")
        )
    raise typer.Exit(0 if not report.rejected else 3 if report.records else 1)
