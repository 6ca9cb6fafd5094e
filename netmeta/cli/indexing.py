"""netmeta index ..."""

from __future__ import annotations

from typing import Annotated

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, session
from netmeta.texts import t, tn

index = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Engine = Annotated[
    str | None,
    typer.Option(
        "--engine", metavar="tantivy|whoosh", help=t("Engine, if not the configured one.")
    ),
]


@index.command("status", help=t("State of the index and how far it lags behind the catalogue."))
def status(context: typer.Context, engine: Engine = None, json: Json = False) -> None:
    from netmeta.services.reindex import index_status

    here = session(context)
    config = here.config(engine=engine)
    with here.catalogue(config, read_only=True) as catalogue:
        found = index_status(catalogue, config)
    if here.json:
        output.print_json(found.to_dict())
    else:
        output.table(
            ["", ""],
            [
                (t("State"), t(found.state)),
                (t("Engine"), found.engine),
                (t("Folder"), found.folder),
                (t("Documents"), str(found.documents)),
                (t("Records"), str(found.records)),
                (t("Lag, changes"), str(found.lag)),
                (t("Size"), f"{found.size_bytes / 1e6:.1f} MB"),
                (t("Analyser"), found.analyser),
            ],
        )
        if found.cure:
            output.note(found.cure)
    raise typer.Exit(0 if found.state in {"ok", "behind"} else 5)


@index.command("rebuild", help=t("Make the index anew from the catalogue."))
def rebuild(context: typer.Context, engine: Engine = None, json: Json = False) -> None:
    from netmeta.services.reindex import rebuild_index

    here = session(context)
    config = here.config(engine=engine)
    with (
        here.catalogue(config, read_only=True) as catalogue,
        output.progress(quiet=here.quiet or here.json) as display,
    ):
        task = display.add_task(t("Index"), total=None, note="")
        report = rebuild_index(
            catalogue,
            config,
            progress=lambda done, total: display.update(task, completed=done, total=total),
        )
    if here.json:
        output.print_json(report.to_dict())
    else:
        output.note(
            tn(
                "{n} document indexed ({engine}).",
                "{n} documents indexed ({engine}).",
                report.put,
                engine=report.engine,
            )
        )


@index.command("verify", help=t("Compare the index with the catalogue and check its files."))
def verify(context: typer.Context, engine: Engine = None, json: Json = False) -> None:
    from netmeta.services.reindex import verify_index

    here = session(context)
    config = here.config(engine=engine)
    with here.catalogue(config, read_only=True) as catalogue:
        found = verify_index(catalogue, config)
    if here.json:
        output.print_json(found)
    else:
        for name in ("missing", "extra", "stale", "damage"):
            if found[name]:
                shown = ", ".join(str(one) for one in found[name][:20])
                output.note(f"{t(name)}: {len(found[name])}: {shown}")
        output.note(t("The index is sound.") if found["ok"] else t("Run `netmeta index rebuild`."))
    raise typer.Exit(0 if found["ok"] else 5)
