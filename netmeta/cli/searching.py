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
    sort: Annotated[
        str, typer.Option("--sort", metavar="relevance|date|deadline", help=t("Order of hits."))
    ] = "relevance",
    exact: Annotated[
        bool, typer.Option("--exact", help=t("Search for what is typed, without corrections."))
    ] = False,
    as_text: Annotated[
        Many,
        typer.Option("--as-text", help=t("Take grade, subject, type or year as plain words.")),
    ] = None,
    json: Json = False,
) -> None:
    from netmeta.services.search import Request, sort_order

    here = session(context)
    filters = {
        "kind": kind, "subject": subject, "grade": grade, "type": type_, "source": source,
        "year": year, "licence": licence, "certificate": certificate,
    }  # fmt: skip
    chosen = {name: values for name, values in filters.items() if values}
    with here.netmeta(here.config()) as netmeta:
        result = netmeta.searcher.search(
            Request(
                query=" ".join(query), filters=chosen, limit=limit, page=page,
                sort=sort_order(sort), exact=exact, as_text=frozenset(as_text or ()),
            )
        )  # fmt: skip
    if here.json:
        output.print_json(result.to_dict())
    else:
        print_result(result, limit=limit)


def print_result(result: SearchResult, *, limit: int = 10) -> None:
    """What was searched for, hits for people, and where to go from here."""
    from netmeta.vocabularies import load

    screen, words = output.console(), load()
    _print_reading(result, words)
    first = (result.page - 1) * limit + 1
    for number, hit in enumerate(result.hits, start=first):
        if number == result.total + 1 and result.held == "all":
            screen.print("\n" + t("With some of the words:"), style="dim", markup=False)
        print_hit(number, hit, words)
    for offer in result.offers:
        filters = "".join(
            f' --{name} "{value}"' for name, values in offer.filters.items() for value in values
        )
        found = tn("{n} found", "{n} found", offer.total)
        line = f'{offer.change} ({found}): netmeta search "{offer.query}"{filters}'
        screen.print("  " + output.safe(line), markup=False)
    if result.more:
        screen.print(t("More: --page {page}", page=result.page + 1), style="dim", markup=False)


def _print_reading(result: SearchResult, words: Vocabularies) -> None:
    """What was asked, how it was read, how much was found."""
    from netmeta.search.wording import filter_words

    screen = output.console()
    if result.corrected is not None:
        line = t("Results for «{text}».", text=output.safe(result.corrected))
        hint = t("Exactly «{text}»: --exact", text=output.safe(result.query))
        screen.print(f"{line} {hint}", markup=False)
    for one in result.understood:
        meant = filter_words(one.name, one.values[:1], words)
        hint = t("as plain words: --as-text {name}", name=one.name)
        screen.print(output.safe(f"[{meant}] «{one.words}»; {hint}"), style="dim", markup=False)
    if result.ignored:
        words_left_out = ", ".join(f"«{word}»" for word in result.ignored)
        line = t("No record contains {words}: left out.", words=words_left_out)
        screen.print(output.safe(line), markup=False)
    found = tn("{n} found", "{n} found", result.total)
    held = {"most": t("with most of the words"), "any": t("with any of the words")}
    how = f" ({held[result.held]})" if result.held in held and result.total else ""
    screen.print(f"«{output.safe(result.query)}»: {found}{how}", style="dim", markup=False)
    if result.why:
        screen.print(output.safe(result.why), markup=False)


def print_hit(number: int, hit: SearchHit, words: Vocabularies) -> None:
    """One hit, four or five lines; what wraps stays indented."""
    from rich.padding import Padding
    from rich.text import Text

    lines = [Text(output.safe(about(hit, words)), style="green")]
    if hit.snippet:
        lines.append(output.marked(hit.snippet))
    if hit.copies:
        places = ", ".join(dict.fromkeys(copy.source for copy in hit.copies))
        lines.append(Text(t("also on: {places}", places=places)))
    lines.append(Text(f"{output.safe(hit.url)}  [{hit.id}]", style="dim"))
    screen = output.console()
    screen.print(Text(f"\n{number}. {output.safe(hit.title)}", style="bold"))
    for line in lines:
        screen.print(Padding(line, (0, 0, 0, 3)) if screen.is_terminal else Text("   ") + line)


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
