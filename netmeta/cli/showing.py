"""netmeta show"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, session
from netmeta.search.wording import classes, day
from netmeta.texts import language, t


def show(
    context: typer.Context,
    id: Annotated[int, typer.Argument(metavar="ID")],
    history: Annotated[
        bool,
        typer.Option("--history", help=t("Why it is here, what changed, which words gave what.")),
    ] = False,
    json: Json = False,
) -> None:
    from netmeta.services.records import record_history, whole_record

    here = session(context)
    with here.catalogue(here.config(), read_only=True) as catalogue:
        record = whole_record(catalogue, id)
        past = record_history(catalogue, id) if history else None
    if here.json:
        output.print_json(past or record)
    elif past is not None:
        _print_history(record["title"], past)
    else:
        _print_record(record)


def _print_record(record: dict[str, Any]) -> None:
    from rich.text import Text

    from netmeta.vocabularies import load

    screen, label = output.console(), load().label
    status = record["status"]
    screen.print(Text(output.safe(record["title"]), style="bold"))
    rows = [
        (t("Kind"), t(record["kind"])),
        (t("Type"), label(record["type"], language()) if record["type"] else None),
        (t("Subjects"), ", ".join(label(s, language()) for s in record["subjects"])),
        (t("Classes"), classes(record["grades"])),
        (t("Authors"), "; ".join(_person(a) for a in record["authors"])),
        (t("Published"), day(record["published"])),
        (t("Portal"), record["source"]),
        (t("Address"), record["url"]),
        (t("Licence"), record["licence"]),
        (t("Certificate"), t(record["certificate"])),
        (t("Place"), record["place"]),
        (t("Organiser"), record["organiser"]),
        (t("Status"), t(status) if status else None),
        *((stage["label"] or t(stage["kind"]), stage["text"]) for stage in record["stages"]),
        *(
            (t("File"), " ".join(filter(None, (a["name"], a["url"]))))
            for a in record["attachments"]
        ),
        (t("Gone since"), record["gone_at"]),
    ]
    output.table(["", ""], [row for row in rows if row[1]])
    for text in (record["summary"], record["body"]):
        if text:
            screen.print(Text("\n" + output.safe(text)))


def _person(author: dict[str, Any]) -> str:
    return ", ".join(filter(None, (author["name"], author["role"], author["organisation"])))


def _print_history(title: str, past: dict[str, Any]) -> None:
    """The change log, then the words and what each was taken for."""
    from rich.text import Text

    output.console().print(Text(output.safe(title), style="bold"))
    output.note(f"{past['source']}  {past['url']}")
    rows = [
        (_moment(change["at"]), t(op), _who(change), t(name), _brief(before), _brief(after))
        for change in past["changes"]
        for op in (change["op"],)
        for name, (before, after) in (change["fields"] or {"": ("", "")}).items()
    ]
    heads = [t("When"), t("What"), t("Who"), t("Field"), t("From"), t("To")]
    output.table(heads, rows, title=t("Changes"))
    for name, columns, title in _SECTIONS:
        if past.get(name):
            found = [[_brief(one[column]) for column in columns] for one in past[name]]
            output.table([t(column) for column in columns], found, title=t(title))


_SECTIONS = (
    ("mapped", ("raw", "where", "scheme", "concept"), "Understood"),
    ("unmapped", ("raw", "scheme"), "Not understood"),
    ("problems", ("field", "code", "value"), "Problems"),
    ("overrides", ("field", "value", "author", "at"), "Edited by people"),
)


def _who(change: dict[str, Any]) -> str:
    if change["author"]:
        return str(change["author"])
    return t("run {id}", id=change["run"]["id"]) if change["run"] else ""


def _moment(text: str) -> str:
    return text.replace("T", " ").removesuffix("Z")


def _brief(value: Any) -> str:
    """A value of the log in a table cell."""
    if isinstance(value, dict) and "characters" in value:
        return t("{n} characters", n=value["characters"])
    if isinstance(value, list):
        return "; ".join(_brief(one) for one in value)
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values() if part not in (None, ""))
    text = "" if value is None else str(value)
    return text if len(text) <= 80 else text[:79] + "…"
