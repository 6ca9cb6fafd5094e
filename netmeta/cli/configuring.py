"""netmeta config ..."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, session
from netmeta.texts import t

config = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@config.command("show", help=t("Every setting, and where its value came from."))
def show(context: typer.Context, json: Json = False) -> None:
    from netmeta.services.settings import settings

    here = session(context)
    found = settings(here.config())
    if here.json:
        output.print_json({one.name: {"value": one.value, "origin": one.origin} for one in found})
        return
    columns = [t("Setting"), t("Value"), t("Where from"), t("Meaning")]
    rows = [[one.name, _plain(one.value), t(one.origin), one.meaning] for one in found]
    output.table(columns, rows)


@config.command("init", help=t("Write a file with all settings, commented out and explained."))
def init(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help=t("Where to; the usual place if not named."))] = None,
    force: Annotated[bool, typer.Option("--force", help=t("Overwrite the file if there is one."))] = False,
    json: Json = False,
) -> None:  # fmt: skip
    from netmeta.config import default_file
    from netmeta.services.settings import write_commented

    here = session(context)
    path = file or here.config_file or default_file()
    write_commented(path, force=force)
    if here.json:
        output.print_json({"file": str(path)})
        return
    output.note(t("Wrote {path}: take the # away from what you change.", path=path))


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "—"
    return "—" if value in ("", None) else str(value)
