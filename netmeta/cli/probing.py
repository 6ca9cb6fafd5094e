"""netmeta source add | test | record: commands that look at pages before anything is stored."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, Session, session
from netmeta.texts import language, t

if TYPE_CHECKING:
    from netmeta.catalogue import Catalogue
    from netmeta.config import Config
    from netmeta.model import Record, Source
    from netmeta.services.sampling import Probe


def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL|FOLDER")],
    name: Annotated[str | None, typer.Option("--name", help=t("Short name; made from the address if not given."))] = None,
    spider: Annotated[str | None, typer.Option("--spider", help=t("Spider that reads it; found by the address."))] = None,
    title: Annotated[str | None, typer.Option("--title", help=t("Title for people."))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=t("Only show what would be harvested."))] = False,
    unseen: Annotated[bool, typer.Option("--unseen", help=t("Save it without looking at it first."))] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=t("Save it without asking."))] = False,
    json: Json = False,
) -> None:  # fmt: skip
    from netmeta.services.sources import (
        LOOKED_AT,
        add_source,
        check_new,
        is_folder,
        portal_of,
        store,
    )

    here = session(context)
    config = here.config()
    with here.catalogue(config) as catalogue:
        check_new(catalogue, url, name)
        portal = portal_of(url) if spider is None else spider
        blind = unseen or not (dry_run or is_folder(url) or portal in (None, *LOOKED_AT))
        if blind:
            added = add_source(catalogue, url, name=name, spider=spider, title=title)
            _tell_added(here, catalogue, added, None)
            return
        from netmeta.services.probing import probe

        seen = probe(catalogue, config, url, spider=spider)
        if not here.json:
            _print_probe(seen, catalogue)
        if dry_run:
            if here.json:
                output.print_json({**seen.to_dict(), "saved": False})
            return
        if not (yes or here.json) and sys.stdin.isatty() and not typer.confirm(t("Save it?")):
            return
        added = store(catalogue, seen.source, name=name, title=title)
        _tell_added(here, catalogue, added, seen)


def _tell_added(here: Session, catalogue: Catalogue, added: Source, seen: Probe | None) -> None:
    from netmeta.cli.sources import as_json

    if here.json:
        status = as_json(catalogue.source_status(added.name))
        looked = {"probe": seen.to_dict(), "saved": True} if seen else {}
        output.print_json({**status, **looked})
        return
    output.note(
        t(
            "Added {name} ({kind}, spider {spider}). Next: netmeta harvest {name}",
            name=added.name, kind=t(added.kind), spider=added.spider,
        )
    )  # fmt: skip


def _print_probe(seen: Probe, catalogue: Catalogue) -> None:
    from netmeta.vocabularies import load

    source = seen.source
    rows: list[tuple[str, object]] = [
        (t("Address"), source.url),
        (t("Title"), source.title),
        (t("Kind"), t(source.kind)),
        (t("Spider"), source.spider),
    ]
    evidence = ", ".join(seen.evidence)
    if family := source.options.get("family"):
        rows.append((t("Engine"), f"{family}: {evidence}" if evidence else str(family)))
    elif evidence:
        rows.append((t("Format"), evidence))
    if source.kind == "site":
        rows.append((t("Sitemaps"), "\n".join(seen.sitemaps) or "—"))
        rows.append((t("Feeds"), "\n".join(seen.feeds) or "—"))
    rows.append((t("Pages read"), str(seen.pages)))
    output.table(["", ""], rows)
    columns = [t("Title"), t("Type"), t("Subject"), t("Class"), t("Date")]
    label = load(catalogue.local_mappings()).label
    samples = [_sample_row(record, label) for record in seen.records]
    heading = t("What would be harvested, for example")
    output.table(columns, samples, title=f"\n{heading}")
    rates = [(t(name), f"{rate:.0%}") for name, rate in seen.fields.items()]
    half = (len(rates) + 1) // 2
    side_by_side = zip_longest(rates[:half], rates[half:], fillvalue=("", ""))
    heading = t("How often each field is filled")
    output.table(
        [t("Field"), t("Filled")] * 2,
        [left + right for left, right in side_by_side],
        title=f"\n{heading}",
    )
    for words in seen.notes:
        output.note(words)


def _sample_row(record: Record, label: Callable[[str, str], str]) -> list[str]:
    """A sample as people read it; the date of an event is its first stage."""
    spoken = language()
    stage = next((stage.start or stage.text for stage in record.stages), None)
    grades = [str(n) for n in record.grades]
    return [
        record.title,
        label(record.type, spoken) if record.type else t(record.kind),
        ", ".join(label(subject, spoken) for subject in record.subjects),
        f"{grades[0]}-{grades[-1]}" if len(grades) > 2 else ", ".join(grades),
        str((record.kind == "event" and stage) or record.published or "—"),
    ]


@contextmanager
def _looking(here: Session, config: Config) -> Iterator[Catalogue]:
    """The catalogue, to read; an empty one that vanishes if there is none yet."""
    from netmeta.catalogue import Catalogue

    if config.db.exists():
        with here.catalogue(config, read_only=True) as catalogue:
            yield catalogue
        return
    with (
        tempfile.TemporaryDirectory(prefix="netmeta-") as folder,
        Catalogue(Path(folder) / "netmeta.db") as catalogue,
    ):
        yield catalogue


def examine(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME|URL")],
    json: Json = False,
) -> None:
    from netmeta.cli.contact import tell
    from netmeta.cli.trials import print_trial
    from netmeta.services.first_contact import contact_with
    from netmeta.services.trying import try_out

    here = session(context)
    config = here.config()
    with _looking(here, config) as catalogue:
        contact = contact_with(catalogue, config, name) if "://" not in name else None
        seen = try_out(catalogue, config, name) if contact is None else None
    if contact is not None:
        if here.json:
            output.print_json(contact.to_dict())
        else:
            tell(contact)
        raise typer.Exit(0 if contact.read else 1)
    assert seen is not None
    if here.json:
        output.print_json(seen.to_dict())
    else:
        print_trial(seen)
    raise typer.Exit(0 if seen.what != "nothing" else 1)


def record(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    url: Annotated[str, typer.Argument(metavar="URL")],
    case: Annotated[str | None, typer.Option("--case", help=t("Name of the case; made from the address if not given."))] = None,
    folder: Annotated[Path, typer.Option("--folder", help=t("Where the cases lie."))] = Path("tests/cases"),
    json: Json = False,
) -> None:  # fmt: skip
    from netmeta.services.recording import record_case

    here = session(context)
    config = here.config()
    with _looking(here, config) as catalogue:
        place = record_case(catalogue, config, name, url, folder=folder, case=case)
    if here.json:
        output.print_json({"case": str(place)})
        return
    output.note(t("Recorded in {path}. Check item.json by eye, then run the tests.", path=place))
