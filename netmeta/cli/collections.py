"""netmeta collection ..."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, session
from netmeta.texts import t, tn

collection = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Slug = Annotated[
    str, typer.Argument(metavar="SLUG", help=t("The collection, as in its address."))
]  # fmt: skip
By = Annotated[
    str | None, typer.Option("--by", help=t("Who edits; the system's user if not given."))
]  # fmt: skip


@collection.command("list", help=t("All collections, the last changed first."))
def list_(context: typer.Context, json: Json = False) -> None:
    from netmeta.catalogue.collections import collections

    here = session(context)
    with here.catalogue(here.config(), read_only=True) as catalogue:
        found = collections(catalogue.conn)
    if here.json:
        output.print_json([{name: one[name] for name in one if name != "id"} for one in found])
        return
    if not found:
        output.note(t("There is no collection yet. Make one: netmeta collection make TITLE"))
        return
    rows = [[one["records"], one["slug"], one["title"], one["author"]] for one in found]
    output.table([t("Records"), t("Collection"), t("Title"), t("Author")], rows)


@collection.command("show", help=t("One collection with its records."))
def show(context: typer.Context, slug: Slug, json: Json = False) -> None:
    from netmeta.services.collections import whole

    here = session(context)
    with here.catalogue(here.config(), read_only=True) as catalogue:
        found = whole(catalogue, slug, all_members=True)
    if here.json:
        output.print_json(found)
        return
    output.table(
        [t("Record"), t("Title"), t("Note")],
        [[one["id"], one["title"], one["note"]] for one in found["members"]],
        title=found["title"],
    )
    if found["description"]:
        output.note(found["description"])


@collection.command("make", help=t("Make an empty collection; prints its name in addresses."))
def make(
    context: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE")],
    description: Annotated[str, typer.Option("--description", help=t("What it is for."))] = "",
    by: By = None,
    json: Json = False,
) -> None:
    from netmeta.services.collections import make as do_make

    here = session(context)
    with here.catalogue(here.config()) as catalogue:
        slug = do_make(catalogue, title, description, author=by or getpass.getuser())
    if here.json:
        output.print_json({"slug": slug})
    else:
        typer.echo(slug)


@collection.command("add", help=t("Add records to a collection, at its end."))
def add(
    context: typer.Context,
    slug: Slug,
    ids: Annotated[list[int], typer.Argument(metavar="ID...")],
    note: Annotated[str, typer.Option("--note", help=t("Stands under the title of each."))] = "",
    by: By = None,
    json: Json = False,
) -> None:
    from netmeta.services.collections import put

    here = session(context)
    with here.catalogue(here.config()) as catalogue, catalogue.transaction():
        author = by or getpass.getuser()
        added = [id for id in ids if put(catalogue, slug, id, note, author=author)]
    if here.json:
        output.print_json({"slug": slug, "added": added})
    else:
        output.note(tn("{n} record added.", "{n} records added.", len(added)))


@collection.command("remove", help=t("Take records out of a collection, or remove it (--whole)."))
def remove(
    context: typer.Context,
    slug: Slug,
    ids: Annotated[list[int] | None, typer.Argument(metavar="[ID...]")] = None,
    whole: Annotated[bool, typer.Option("--whole", help=t("Remove the collection itself; its records stay."))] = False,
    by: By = None,
    json: Json = False,
) -> None:  # fmt: skip
    from netmeta.services import collections

    here = session(context)
    if bool(ids) == whole:
        raise typer.BadParameter(t("give ids of records, or --whole"))
    author = by or getpass.getuser()
    with here.catalogue(here.config()) as catalogue, catalogue.transaction():
        if whole:
            collections.remove(catalogue, slug, author=author)
        for id in ids or ():
            collections.take(catalogue, slug, id, author=author)
    if here.json:
        output.print_json({"slug": slug, "removed": ids or [], "whole": whole})
    elif whole:
        output.note(t("The collection {slug} is removed.", slug=slug))
    else:
        output.note(tn("{n} record taken out.", "{n} records taken out.", len(ids or ())))
