"""netmeta demo"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, Session, session
from netmeta.texts import t, tn

if TYPE_CHECKING:
    from netmeta.config import Config
    from netmeta.services.demo import DemoReport


def demo(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help=t("Stop after the summary; serve nothing."))] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help=t("Port of the web page; 0 for a free one."))] = 8001,
    json: Json = False,
) -> None:  # fmt: skip
    from netmeta.replicas import serve as serve_replicas

    here = session(context)
    with _config(here) as config, serve_replicas() as replicas:
        for name in replicas.names:
            _tell(here, t("Replica of {name}: {url}", name=name, url=replicas.url(name)))
        report = _run(here, config, replicas)
        if here.json:
            output.print_json(report.to_dict())
        else:
            _print(report)
        if not once:
            from netmeta.cli.serving import run_server

            _tell(
                here, t("The catalogue, while this runs: netmeta --db {db} search …", db=config.db)
            )
            run_server(here, config, port=port)
    raise typer.Exit(0 if report.complete else 3)


@contextmanager
def _config(here: Session) -> Iterator[Config]:
    """A catalogue of its own, gone afterwards, unless --db names one (which must be new)."""
    if here.db is not None:
        if here.db.exists():
            raise typer.BadParameter(
                t("{db} exists; the demonstration needs a new file", db=here.db), param_hint="--db"
            )
        yield here.config()
        return
    with tempfile.TemporaryDirectory(prefix="netmeta-demo-") as folder:
        here.db = Path(folder) / "netmeta.db"
        yield here.config()


def _run(here: Session, config: Config, replicas: object) -> DemoReport:
    from netmeta.cli.harvesting import harvest_progress
    from netmeta.replicas import Replicas
    from netmeta.services.demo import run_demo

    assert isinstance(replicas, Replicas)
    with (
        here.catalogue(config) as catalogue,
        harvest_progress(quiet=here.quiet or here.json) as progress,
    ):
        return run_demo(catalogue, config, replicas, progress=progress)


def _tell(here: Session, text: str) -> None:
    if not (here.quiet or here.json):
        output.note(text)


def _print(report: DemoReport) -> None:
    from netmeta.cli.searching import print_result

    columns = [t("Portal"), t("planted"), t("found"), t("Pages"), t("Seconds"), t("Result")]
    rows = [
        [
            p.name,
            p.expected,
            p.found,
            p.pages,
            p.seconds,
            t(p.status) + (f": {p.reason}" if p.reason else ""),
        ]
        for p in report.portals
    ]
    output.table(columns, rows, title=t("What was found"))
    names = sorted({name for p in report.portals for name in p.fields})
    rates = [[p.name, *(f"{p.fields.get(name, 0):.0%}" for name in names)] for p in report.portals]
    output.table([t("Portal"), *(t(name) for name in names)], rates, title=t("Fields filled"))
    kinds = ", ".join(f"{t(kind)} {n}" for kind, n in report.kinds.items())
    total = sum(report.kinds.values())
    output.console().print(
        tn("{n} record: {kinds}", "{n} records: {kinds}", total, kinds=kinds), markup=False
    )
    output.console().print("\n" + t("A sample search:"), markup=False)
    print_result(report.search)
