"""netmeta vocab ..."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, session
from netmeta.texts import t, tn

vocab = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@vocab.command(
    "unmapped", help=t("Words of portals for which there is no concept, most frequent first.")
)
def unmapped(
    context: typer.Context,
    scheme: Annotated[str | None, typer.Option("--scheme", help=t("One scheme only, for example subject."))] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help=t("At most so many."))] = 50,
    json: Json = False,
) -> None:  # fmt: skip
    from netmeta.services.vocab import unmapped_values

    here = session(context)
    with here.catalogue(here.config(), read_only=True) as catalogue:
        found = unmapped_values(catalogue, scheme=scheme, limit=limit)
    if here.json:
        output.print_json(found)
        return
    if not found:
        output.note(t("Every word was understood."))
        return
    rows = [
        [row["records"], row["scheme"], row["raw"], ", ".join(row["sources"]),
         ", ".join(near["id"] for near in row["nearest"])]
        for row in found
    ]  # fmt: skip
    output.table([t("Records"), t("Scheme"), t("Words"), t("Sources"), t("Nearest")], rows)
    output.note(t("Teach one: netmeta vocab map WORDS CONCEPT, then netmeta vocab apply"))


@vocab.command("map", help=t("Remember that words mean a concept, in this catalogue."))
def map_(
    context: typer.Context,
    raw: Annotated[str, typer.Argument(metavar="RAW", help=t("The portal's words."))],
    concept: Annotated[
        str, typer.Argument(metavar="CONCEPT", help=t("Id or label of the concept."))
    ],
    json: Json = False,
) -> None:
    from netmeta.services.vocab import map_value

    here = session(context)
    with here.catalogue(here.config()) as catalogue:
        found = map_value(catalogue, raw, concept)
    if here.json:
        output.print_json({"raw": raw, "scheme": found.scheme, "concept": found.id})
    else:
        output.note(t("{raw} means {concept}. Now: netmeta vocab apply", raw=raw, concept=found.id))


@vocab.command(
    "apply", help=t("Read all stored records again with what the vocabularies know now.")
)
def apply(context: typer.Context, json: Json = False) -> None:
    from netmeta.services.vocab import apply_vocabularies

    here = session(context)
    config = here.config()
    with (
        here.catalogue(config) as catalogue,
        output.progress(quiet=here.quiet or here.json) as display,
    ):
        task = display.add_task(t("Records"), total=None, note="")
        report = apply_vocabularies(
            catalogue,
            config,
            progress=lambda done, total: display.update(task, completed=done, total=total),
        )
    if here.json:
        output.print_json(report.to_dict())
    else:
        output.note(
            tn(
                "{n} record changed of {read}.",
                "{n} records changed of {read}.",
                report.changed,
                read=report.read,
            )
        )


@vocab.command("export", help=t("All concept schemes as SKOS, to standard output."))
def export(
    form: Annotated[str, typer.Option("--format", metavar="turtle|jsonld", help=t("Form of SKOS."))] = "turtle",
) -> None:  # fmt: skip
    from netmeta.services.vocab import skos

    if form == "turtle":
        sys.stdout.write(skos("turtle"))
    elif form == "jsonld":
        sys.stdout.write(skos("jsonld"))
    else:
        raise typer.BadParameter(
            t("must be one of {names}", names="turtle, jsonld"), param_hint="--format"
        )
