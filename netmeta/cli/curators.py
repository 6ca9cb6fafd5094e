"""netmeta curator ..., reports"""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, session
from netmeta.texts import t

curator = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(metavar="NAME", help=t("Name to sign in by."))]


@curator.command("add", help=t("Make an account for the web pages, or give one a new password."))
def add(
    context: typer.Context,
    name: Name,
    stdin: Annotated[bool, typer.Option("--password-stdin", help=t("Read the password from standard input."))] = False,
    json: Json = False,
) -> None:  # fmt: skip
    from netmeta.services.curators import accounts_file, set_account

    here = session(context)
    config = here.config()
    new = set_account(config, name, _from_stdin() if stdin else _asked())
    if here.json:
        output.print_json({"name": name, "new": new, "file": str(accounts_file(config))})
    elif new:
        output.note(t("{name} may sign in. The hash is in {path}", name=name, path=accounts_file(config)))  # fmt: skip
    else:
        output.note(t("{name} has a new password and is signed out everywhere.", name=name))


def _from_stdin() -> str:
    return sys.stdin.readline().rstrip("\n")


def _asked() -> str:
    password = getpass.getpass(t("Password: "))
    if getpass.getpass(t("Once more: ")) != password:
        raise typer.BadParameter(t("the passwords differ"))
    return password


@curator.command("list", help=t("Who has an account."))
def list_(context: typer.Context, json: Json = False) -> None:
    from netmeta.services.curators import accounts

    here = session(context)
    names = sorted(accounts(here.config()))
    if here.json:
        output.print_json(names)
    elif names:
        output.table([t("Name")], [[name] for name in names])
    else:
        output.note(t("Nobody has an account. Make one: netmeta curator add NAME"))


@curator.command("remove", help=t("Remove an account; who is signed in by it is no more."))
def remove(context: typer.Context, name: Name, json: Json = False) -> None:
    from netmeta.services.curators import drop_account

    here = session(context)
    drop_account(here.config(), name)
    if here.json:
        output.print_json({"name": name})
    else:
        output.note(t("{name} cannot sign in any more.", name=name))


def reports(
    context: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help=t("Solved ones too, the newest first."))] = False,
    solve: Annotated[list[int] | None, typer.Option("--solve", metavar="ID", help=t("Mark a report as solved."))] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help=t("At most so many."))] = 50,
    by: Annotated[str | None, typer.Option("--by", help=t("Who edits; the system's user if not given."))] = None,
    json: Json = False,
) -> None:  # fmt: skip
    from netmeta.services import reports as services

    here = session(context)
    with here.catalogue(here.config(), read_only=not solve) as catalogue:
        for id in solve or ():
            services.solve(catalogue, id, author=by or getpass.getuser())
        found = services.queue(catalogue, solved=all_, limit=limit)
    if here.json:
        output.print_json(found)
        return
    if not found:
        output.note(t("Nothing waits."))
        return
    output.table(
        [t("Report"), t("Day"), t("Record"), t("Title"), t("What is wrong"), t("Words")],
        [
            [one["id"], one["at"][:10], one["record"], one["title"],
             services.kind_words(one["kind"]), one["words"]]
            for one in found
        ],
    )  # fmt: skip
