"""netmeta edit, forget"""

from __future__ import annotations

import getpass
import json as json_module
from typing import Annotated, Any

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, session
from netmeta.texts import t, tn


def edit(
    context: typer.Context,
    id: Annotated[int, typer.Argument(metavar="ID")],
    set_: Annotated[list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help=t("Set a field; lists and numbers as JSON."))] = None,
    clear: Annotated[list[str] | None, typer.Option("--clear", metavar="FIELD", help=t("Empty a field, whatever the portal says."))] = None,
    back: Annotated[list[str] | None, typer.Option("--back", metavar="FIELD", help=t("Give a field back to the portal."))] = None,
    hide: Annotated[bool | None, typer.Option("--hide/--unhide", help=t("Hide the record from search, or show it again."))] = None,
    by: Annotated[str | None, typer.Option("--by", help=t("Who edits; the system's user if not given."))] = None,
    json: Json = False,
) -> None:  # fmt: skip
    from netmeta.services.curation import edit as do_edit
    from netmeta.services.reindex import update_index

    here = session(context)
    config = here.config()
    values: dict[str, Any] = dict.fromkeys(clear or ())
    values |= dict(_assignment(words) for words in set_ or ())
    if not values and not back and hide is None:
        raise typer.BadParameter(t("say what to change: --set, --clear, --back, --hide"))
    with here.catalogue(config) as catalogue:
        record = do_edit(
            catalogue,
            id,
            values=values,
            back=back or (),
            hidden=hide,
            author=by or getpass.getuser(),
        )
        update_index(catalogue, config)
    if here.json:
        output.print_json(record)
    else:
        output.note(t("Record {id} was edited; no harvest will undo it.", id=id))


def _assignment(words: str) -> tuple[str, Any]:
    """("grades", [5, 6]) of "grades=[5,6]"; a value that is no JSON is text."""
    field, equals, value = words.partition("=")
    if not equals:
        raise typer.BadParameter(t("{words} is not FIELD=VALUE", words=words), param_hint="--set")
    if value[:1] in {"[", "{"} or value in {"true", "false"}:
        try:
            return field.strip(), json_module.loads(value)
        except json_module.JSONDecodeError as error:
            raise typer.BadParameter(
                t("{words} is not JSON", words=words), param_hint="--set"
            ) from error
    return field.strip(), value


def forget(
    context: typer.Context,
    url: Annotated[str | None, typer.Argument(metavar="[URL]", help=t("Address whose record is removed for good."))] = None,
    person: Annotated[str | None, typer.Option("--person", metavar="NAME", help=t("Person whose name is removed everywhere."))] = None,
    reason: Annotated[str, typer.Option("--reason", help=t("Kept with the removal."))] = "",
    json: Json = False,
) -> None:  # fmt: skip
    from netmeta.services.curation import forget_address, forget_person
    from netmeta.services.reindex import update_index

    here = session(context)
    config = here.config()
    if (url is None) == (person is None):
        raise typer.BadParameter(t("give an address or --person NAME"))
    with here.catalogue(config) as catalogue:
        if url is not None:
            report = forget_address(catalogue, url, reason=reason)
        else:
            report = forget_person(catalogue, person or "", reason=reason)
        update_index(catalogue, config)
    if here.json:
        output.print_json(report.to_dict())
        return
    if report.names:
        output.note(t("Names: {names}", names="; ".join(report.names)))
    output.note(
        tn(
            "{n} record touched; none will come back.",
            "{n} records touched; none will come back.",
            len(report.records),
        )
    )
