"""netmeta search, similar"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, session
from netmeta.search.wording import about
from netmeta.texts import t, tn

if TYPE_CHECKING:
    from netmeta.search.result import SearchHit, SearchResult
    from netmeta.vocabularies import Vocabularies


def _filter(name: str, words: str) -> Any:
    return typer.Option(f"--{name}", help=words)


Many = list[str] | None


def search(
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(metavar="QUERY", help=t("What to look for."))],
    kind: Annotated[Many, _filter("kind", t("material, event, news or course."))] = None,
    subject: Annotated[Many, _filter("subject", t("School subject, in words or by id."))] = None,
    grade: Annotated[Many, _filter("grade", t("Class, 0 (preschool) to 11."))] = None,
    type_: Annotated[Many, _filter("type", t("Type of material or event."))] = None,
    source: Annotated[Many, _filter("source", t("Portal."))] = None,
    year: Annotated[Many, _filter("year", t("Year of publication."))] = None,
    licence: Annotated[Many, _filter("licence", t("Licence."))] = None,
    certificate: Annotated[Many, _filter("certificate", t("free, paid, none or unknown."))] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help=t("Hits a page."))] = 10,
    page: Annotated[int, typer.Option("--page", min=1, help=t("Page of hits."))] = 1,
    json: Json = False,
) -> None:
    from netmeta.services.search import Request

    here = session(context)
    filters = {
        "kind": kind, "subject": subject, "grade": grade, "type": type_, "source": source,
        "year": year, "licence": licence, "certificate": certificate,
    }  # fmt: skip
    chosen = {name: values for name, values in filters.items() if values}
    with here.netmeta(here.config()) as netmeta:
        result = netmeta.searcher.search(
            Request(query=" ".join(query), filters=chosen, limit=limit, page=page)
        )
    if here.json:
        output.print_json(result.to_dict())
    else:
        print_result(result)


def print_result(result: SearchResult) -> None:
    """Hits for people: number, title, what and where, passage, copies, address."""
    from netmeta.vocabularies import load

    screen, words = output.console(), load()
    found = tn("{n} found", "{n} found", result.total)
    screen.print(f"«{output.safe(result.query)}»: {found}", style="dim", markup=False)
    if not result.hits:
        screen.print(t("Nothing was found. Try fewer or other words."), markup=False)
    first = (result.page - 1) * 10 + 1
    for number, hit in enumerate(result.hits, start=first):
        print_hit(number, hit, words)
    if result.page < result.pages:
        screen.print(t("More: --page {page}", page=result.page + 1), style="dim", markup=False)


def print_hit(number: int, hit: SearchHit, words: Vocabularies) -> None:
    """One hit, four or five lines."""
    from rich.text import Text

    screen = output.console()
    screen.print(Text(f"\n{number}. {output.safe(hit.title)}", style="bold"))
    screen.print(Text("   " + output.safe(about(hit, words)), style="green"))
    if hit.snippet:
        screen.print(Text("   ") + output.marked(hit.snippet))
    if hit.copies:
        places = ", ".join(dict.fromkeys(copy.source for copy in hit.copies))
        screen.print(Text("   " + t("also on: {places}", places=places)))
    screen.print(Text(f"   {output.safe(hit.url)}  [{hit.id}]", style="dim"))


def similar(
    context: typer.Context,
    id: Annotated[int, typer.Argument(metavar="ID")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help=t("Hits a page."))] = 10,
    json: Json = False,
) -> None:
    from dataclasses import asdict

    from netmeta.vocabularies import load

    here = session(context)
    with here.netmeta(here.config()) as netmeta:
        hits = netmeta.similar(id, limit=limit)
    if here.json:
        output.print_json([asdict(hit) for hit in hits])
        return
    if not hits:
        output.note(t("Nothing similar was found."))
    words = load()
    for number, hit in enumerate(hits, start=1):
        print_hit(number, hit, words)
