"""The views. Each reads its parameters, asks a service, renders a template."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from datasette.utils.asgi import NotFound, Response
from markupsafe import Markup

from index.seam import FACETS
from netmeta.errors import NetmetaError, UsageError
from netmeta.search.result import SearchResult
from netmeta.search.wording import about
from netmeta.services.search import Request
from netmeta.texts import Language, set_language, t
from netmeta.vocabularies import load
from netmeta.web.shelf import catalogue_path, shelf

PER_PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, with the address of the same search without it."""

    label: str
    without: str


async def search(request: Any, datasette: Any) -> Any:
    """`/search?q=...`: the search page."""
    language = _language(request)
    query, filters, page = _parameters(request)
    error, result = None, None
    if query or filters:
        try:
            result = await _answer(datasette, query, filters, page, language)
        except NetmetaError as problem:
            error = str(problem)
    set_language(language)
    context = {
        "q": query,
        "result": result,
        "error": error,
        "hits": [_shown(hit) for hit in result.hits] if result else [],
        "chips": _chips(query, filters),
        "previous": _address(query, filters, page - 1) if page > 1 else None,
        "next": _address(query, filters, page + 1) if result and page < result.pages else None,
        "json_url": "/search.json?" + urlencode(_pairs(query, filters, page)),
        "records_url": _records_url(datasette),
        "first": (page - 1) * PER_PAGE + 1,
    }
    html = await datasette.render_template("netmeta_search.html", context, request=request)
    return Response.html(html, status=200 if error is None else 503)


async def search_json(request: Any, datasette: Any) -> Any:
    """`/search.json?q=...`: the object that `netmeta search --json` prints."""
    query, filters, page = _parameters(request)
    try:
        result = await _answer(datasette, query, filters, page, _language(request))
    except UsageError as problem:
        return Response.json({"error": str(problem)}, status=400)
    except NetmetaError as problem:
        return Response.json({"error": str(problem)}, status=503)
    return Response.json(result.to_dict())


async def _answer(
    datasette: Any, query: str, filters: dict[str, list[str]], page: int, language: Language
) -> SearchResult:
    asked = Request(query=query, filters=filters, limit=PER_PAGE, page=page)
    here = shelf(datasette)
    if here is None:
        raise NotFound("This Datasette serves no catalogue of netmeta.")
    return await here.do(lambda netmeta: netmeta.searcher.search(asked), language)


def _records_url(datasette: Any) -> str:
    """Address of the table of records, under whatever name the catalogue is served."""
    path = catalogue_path(datasette)
    name = next(
        (n for n, db in datasette.databases.items() if db.path and path == Path(db.path)), ""
    )
    return str(datasette.urls.table(name, "records")) if name else ""


def _parameters(request: Any) -> tuple[str, dict[str, list[str]], int]:
    filters = {name: values for name in FACETS if (values := request.args.getlist(name))}
    page = request.args.get("page") or "1"
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 1
    return (request.args.get("q") or "").strip(), filters, max(1, min(number, 1000))


def _language(request: Any) -> Language:
    return "en" if request.args.get("lang") == "en" else "ru"


def _pairs(query: str, filters: dict[str, list[str]], page: int) -> list[tuple[str, str]]:
    pairs = [("q", query), *((name, value) for name in filters for value in filters[name])]
    return pairs if page == 1 else [*pairs, ("page", str(page))]


def _address(query: str, filters: dict[str, list[str]], page: int) -> str:
    return "/search?" + urlencode(_pairs(query, filters, page))


def _chips(query: str, filters: dict[str, list[str]]) -> list[Chip]:
    label = load().label
    out = []
    for name, values in filters.items():
        for value in values:
            rest = {**filters, name: [other for other in values if other != value]}
            words = t("class {n}", n=value) if name == "grade" else label(value)
            out.append(Chip(words, _address(query, rest, 1)))
    return out


def _shown(hit: Any) -> dict[str, Any]:
    """A hit as the template shows it. Only http(s) addresses become links."""
    linked = hit.url.startswith(("http://", "https://"))
    return {
        "hit": hit,
        "href": hit.url if linked else None,
        "about": about(hit, load()),
        "snippet": Markup(hit.snippet),  # noqa: S704 - escaped where it is made, but for <mark>
    }
