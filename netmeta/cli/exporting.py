"""netmeta export"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import typer

from netmeta.cli import output
from netmeta.cli.session import session
from netmeta.errors import InputError
from netmeta.texts import t, tn

FORMATS = "jsonl|csv|datapackage|oai-dc|ics|opml|jsonld|amb|skos"


def export(
    context: typer.Context,
    form: Annotated[str, typer.Option("--format", metavar=FORMATS, help=t("Form of the export."))],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="PATH",
            help=t("File, or folder or .zip of a data package; else standard output."),
        ),
    ] = None,
) -> None:
    from netmeta.exchange.markup import Escaper
    from netmeta.services.exporting import export_package, exported

    if form not in FORMATS.split("|"):
        raise typer.BadParameter(
            t("must be one of {names}", names=FORMATS.replace("|", ", ")), param_hint="--format"
        )
    if form == "datapackage" and out is None:
        raise typer.BadParameter(t("a data package needs a place"), param_hint="--out")
    here = session(context)
    config = here.config()
    with (
        here.catalogue(config, read_only=True) as catalogue,
        output.progress(quiet=here.quiet or here.json) as display,
    ):
        task = display.add_task(form, total=sum(catalogue.counts().values()), note="")

        def progress(done: int) -> None:
            display.update(task, completed=done)

        x = Escaper()
        if out is None:
            for piece in exported(catalogue, config, form, x=x, progress=progress):
                sys.stdout.buffer.write(piece)
        elif form == "datapackage":
            export_package(
                catalogue, out, share_overrides=config.share_overrides, x=x, progress=progress
            )
        else:
            with _replacing(out) as file:
                for piece in exported(catalogue, config, form, x=x, progress=progress):
                    file.write(piece)
    if x.dropped:
        output.note(
            tn(
                "{n} character was left out: this format cannot hold it.",
                "{n} characters were left out: this format cannot hold them.",
                x.dropped,
            )
        )
    if out is not None and here.json:
        output.print_json({"path": str(out), "format": form, "dropped": x.dropped})
    elif out is not None:
        output.note(t("Written: {path}", path=out))


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file that stands there whole or not at all. Raises: InputError."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    except OSError as error:
        raise InputError(t("Cannot write {path}", path=path), why=error.strerror) from error
    finally:
        part.unlink(missing_ok=True)
