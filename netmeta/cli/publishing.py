"""netmeta publish, netmeta backup"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, session
from netmeta.texts import t


def publish(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=t("Where snapshots are published."))],
    keep: Annotated[int, typer.Option("--keep", min=2, help=t("How many snapshots are kept."))] = 3,
    json: Json = False,
) -> None:  # fmt: skip
    from netmeta.services.publish import publish as do_publish

    here = session(context)
    config = here.config()
    with here.catalogue(config, read_only=True) as catalogue:
        made = do_publish(catalogue, config, folder, keep=keep)
    if here.json:
        output.print_json(made.to_dict())
        return
    size = f"{made.size_bytes / 1e6:.1f}"
    output.note(t("Published {folder} ({size} MB).", folder=made.folder, size=size))


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=t("The copy to write."))],
    force: Annotated[bool, typer.Option("--force", help=t("Overwrite the file if there is one."))] = False,
    json: Json = False,
) -> None:  # fmt: skip
    from netmeta.services.backup import backup as do_backup

    here = session(context)
    with here.catalogue(here.config(), read_only=True) as catalogue:
        size = do_backup(catalogue, file, force=force)
    if here.json:
        output.print_json({"file": str(file), "size_bytes": size})
        return
    output.note(t("Wrote {path} ({size} MB).", path=file, size=f"{size / 1e6:.1f}"))
