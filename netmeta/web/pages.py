"""The search page. It reads its parameters, asks the service, renders a template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast, get_args
from urllib.parse import urlencode

from datasette.utils.asgi import Response
from markupsafe import Markup

from index.seam import FACETS, Sort
from netmeta.errors import NetmetaError, UsageError
from netmeta.search.result import SearchHit, SearchResult
from netmeta.search.wording import about, filter_words
from netmeta.services.search import Request
from netmeta.texts import language, t
from netmeta.vocabularies import load
from netmeta.web.page import page_number, render
from netmeta.web.shelf import shelf_of

PER_PAGE: Final = 20

FACET_VALUES: Final = 12
"""Values of one facet that the page lists; those chosen always."""

SHOWN_FACETS: Final = ("subject", "grade", "type", "kind", "source", "year", "certificate")

SUGGESTED: Final = 8


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, with the address of the same search without it."""

    label: str
    without: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: how many have it, and the address that chooses it or lets it go."""

    label: str
    count: int
    chosen: bool
    address: str


async def search(request: Any, datasette: Any) -> Any:
    """`/search?q=...`: the search page."""
    asked = _asked(request)
    error, result = None, None
    if asked.query or asked.filters:
        try:
            result = await _answer(datasette, asked)
        except NetmetaError as problem:
            error = str(problem)
    context = {
        "q": asked.query,
        "asked": asked,
        "result": result,
        "error": error,
        "json_url": _address(asked, path="/search.json"),
        **(_shown(asked, result) if result else {"chips": _chips(asked)}),
    }
    status = 200 if error is None else 503
    return await render(datasette, request, "netmeta_search.html", context, status=status)


async def search_json(request: Any, datasette: Any) -> Any:
    """`/search.json?q=...`: the object that `netmeta search --json` prints."""
    try:
        result = await _answer(datasette, _asked(request))
    except UsageError as problem:
        return Response.json({"error": str(problem)}, status=400)
    except NetmetaError as problem:
        return Response.json({"error": str(problem)}, status=503)
    return Response.json(result.to_dict())


async def suggest_json(request: Any, datasette: Any) -> Any:
    """`/suggest.json?q=...`: a list of texts for the search box."""
    typed = (request.args.get("q") or "").strip()
    try:
        found = await shelf_of(datasette).do(
            lambda netmeta: netmeta.suggest(typed, limit=SUGGESTED), language()
        )
    except NetmetaError:
        found = ()  # nobody asked for it: the page itself says what is wrong
    return Response.json(found)


async def _answer(datasette: Any, asked: Request) -> SearchResult:
    return await shelf_of(datasette).do(lambda netmeta: netmeta.searcher.search(asked), language())


def _asked(request: Any) -> Request:
    """The search a visitor's address stands for; what it says wrongly does not count."""
    filters = {name: values for name in FACETS if (values := request.args.getlist(name))}
    sort = request.args.get("sort")
    as_text = frozenset(request.args.getlist("as_text")) & {"grade", "subject", "type", "year"}
    return Request(
        query=(request.args.get("q") or "").strip(),
        filters=filters,
        limit=PER_PAGE,
        page=page_number(request),
        sort=cast(Sort, sort) if sort in get_args(Sort) else "relevance",
        exact=request.args.get("exact") == "1",
        as_text=as_text,
    )


def _address(asked: Request, *, path: str = "/search") -> str:
    pairs = [("q", asked.query)]
    pairs += [(name, value) for name in asked.filters for value in asked.filters[name]]
    pairs += [("as_text", name) for name in sorted(asked.as_text)]
    if asked.exact:
        pairs.append(("exact", "1"))
    if asked.sort != "relevance":
        pairs.append(("sort", asked.sort))
    if asked.page > 1:
        pairs.append(("page", str(asked.page)))
    return f"{path}?{urlencode(pairs)}"


def _shown(asked: Request, result: SearchResult) -> dict[str, Any]:
    """What the template shows of a result."""
    page = asked.page
    orders = {
        "relevance": t("by relevance"),
        "date": t("newest first"),
        "deadline": t("by deadline"),
    }
    return {
        "hits": [_hit(hit) for hit in result.hits],
        "chips": [*_chips(asked), *_understood(asked, result)],
        "facets": _facets(asked, result),
        "orders": [
            (words, None if name == asked.sort else _address(_first(asked, sort=name)))
            for name, words in orders.items()
        ],
        "exact_url": _address(_first(asked, exact=True)),
        "offers": [
            (
                offer.change,
                _address(_first(asked, query=offer.query, filters=offer.filters)),
                offer.total,
            )
            for offer in result.offers
        ],
        "previous": _address(replace(asked, page=page - 1)) if page > 1 else None,
        "next": _address(replace(asked, page=page + 1)) if result.more else None,
        "first": (page - 1) * PER_PAGE + 1,
    }


def _first(asked: Request, **changes: Any) -> Request:
    """The first page of a changed search."""
    return replace(asked, page=1, **changes)


def _chips(asked: Request) -> list[Chip]:
    return [
        Chip(
            filter_words(name, [value], load()),
            _address(_first(asked, filters=_toggled(asked, name, value))),
        )
        for name, values in asked.filters.items()
        for value in values
    ]


def _understood(asked: Request, result: SearchResult) -> list[Chip]:
    """What was recognised among the words; without it the words are plain words."""
    return [
        Chip(
            filter_words(one.name, one.values if one.name == "grade" else one.values[:1], load()),
            _address(_first(asked, as_text=asked.as_text | {one.name})),
        )
        for one in result.understood
    ]


def _toggled(asked: Request, name: str, value: str) -> dict[str, Sequence[str]]:
    """The filters with a value added, or taken away if it was chosen."""
    values = list(asked.filters.get(name, ()))
    changed = [one for one in values if one != value] if value in values else [*values, value]
    filters = {**asked.filters, name: changed}
    return {key: some for key, some in filters.items() if some}


def _facets(asked: Request, result: SearchResult) -> list[tuple[str, list[Choice]]]:
    names = {
        "subject": t("Subject"), "grade": t("Class"), "type": t("Type"), "kind": t("Kind"),
        "source": t("Portal"), "year": t("Year"), "certificate": t("Certificate"),
    }  # fmt: skip
    out = []
    for name in SHOWN_FACETS:
        counts = result.facets.get(name, {})
        chosen = [*asked.filters.get(name, ())]
        best = sorted(counts, key=lambda value: (-counts[value], value))[:FACET_VALUES]
        values = [*chosen, *(value for value in best if value not in chosen)]
        if name == "grade":
            values.sort(key=lambda value: (not value.isdecimal(), value.zfill(2)))
        choices = [
            Choice(
                filter_words(name, [value], load()),
                counts.get(value, 0),
                value in chosen,
                _address(_first(asked, filters=_toggled(asked, name, value))),
            )
            for value in values
        ]
        if len(choices) > 1 or chosen:
            out.append((names[name], choices))
    return out


def _hit(hit: SearchHit) -> dict[str, Any]:
    """A hit as the template shows it. Only http(s) addresses become links."""
    linked = hit.url.startswith(("http://", "https://"))
    return {
        "hit": hit,
        "href": hit.url if linked else None,
        "about": about(hit, load()),
        "snippet": Markup(hit.snippet),  # noqa: S704 - escaped where it is made, but for <mark>
    }
