"""The search page. It reads its parameters, asks the service, renders a template."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from datasette.utils.asgi import Response
from markupsafe import Markup

from netmeta.errors import NetmetaError
from netmeta.facade import Netmeta
from netmeta.search.result import SearchHit, SearchResult
from netmeta.search.wording import about, filter_words
from netmeta.services import browse
from netmeta.services.search import Request
from netmeta.texts import language, t
from netmeta.vocabularies import load
from netmeta.web.asking import (
    PER_PAGE,
    Toggles,
    address,
    asked_of,
    first_page,
    pairs_of,
    toggled,
    value_words,
)
from netmeta.web.failures import told
from netmeta.web.page import render
from netmeta.web.shelf import shelf_of

_log = logging.getLogger(__name__)

FACET_VALUES: Final = 12
"""Values of one facet that the page lists; those chosen always."""

SHOWN_FACETS: Final = ("subject", "grade", "type", "kind", "source", "year", "certificate")

SUGGESTED: Final = 8

Titles = Mapping[str, str]
"""Titles of sources by their names."""


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
    asked = asked_of(request.args)
    query = urlencode(pairs_of(asked)) if asked.query or asked.filters else ""
    status, error, found = 200, None, None
    if query:
        try:
            found = await _answer(datasette, replace(asked, facets=SHOWN_FACETS))
        except NetmetaError as problem:
            _log.warning("search failed: %s", problem)
            status, error = told(problem)
    context = {
        "q": asked.query,
        "asked": asked,
        "result": found[0] if found else None,
        "error": error,
        **({"feed": query, "calendar_feed": query} if query else {}),
        "query_string": query,
        **(_shown(asked, *found) if found else {"chips": _chips(asked, {})}),
    }
    return await render(datasette, request, "netmeta_search.html", context, status=status)


async def search_json(request: Any, datasette: Any) -> Any:
    """`/search.json?q=...`: the object that `netmeta search --json` prints."""
    try:
        result, _ = await _answer(datasette, asked_of(request.args))
    except NetmetaError as problem:
        _log.warning("search failed: %s", problem)
        status, words = told(problem)
        return Response.json({"error": words}, status=status)
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


async def _answer(datasette: Any, asked: Request) -> tuple[SearchResult, Titles]:
    def search(netmeta: Netmeta) -> tuple[SearchResult, Titles]:
        return netmeta.searcher.search(asked), browse.source_titles(netmeta.catalogue)

    return await shelf_of(datasette).do(search, language())


def _shown(asked: Request, result: SearchResult, titles: Titles) -> dict[str, Any]:
    """What the template shows of a result."""
    page = asked.page
    orders = {
        "relevance": t("by relevance"),
        "date": t("newest first"),
        "deadline": t("by deadline"),
    }
    return {
        "hits": [_hit(hit, titles) for hit in result.hits],
        "chips": [*_chips(asked, titles), *_understood(asked, result)],
        "facets": _facets(asked, result, titles),
        "titles": titles,
        "orders": [
            (words, None if name == asked.sort else address(first_page(asked, sort=name)))
            for name, words in orders.items()
        ],
        "exact_url": address(first_page(asked, exact=True)),
        "offers": [
            (
                offer.change,
                address(first_page(asked, query=offer.query, filters=offer.filters)),
                offer.total,
            )
            for offer in result.offers
        ],
        "previous": address(replace(asked, page=page - 1)) if page > 1 else None,
        "next": address(replace(asked, page=page + 1)) if result.more else None,
        "first": (page - 1) * PER_PAGE + 1,
    }


def _chips(asked: Request, titles: Titles) -> list[Chip]:
    return [
        Chip(
            value_words(name, value, titles),
            address(first_page(asked, filters=toggled(asked, name, value))),
        )
        for name, values in asked.filters.items()
        for value in values
    ]


def _understood(asked: Request, result: SearchResult) -> list[Chip]:
    """What was recognised among the words; without it the words are plain words."""
    return [
        Chip(
            filter_words(one.name, one.values if one.name == "grade" else one.values[:1], load()),
            address(first_page(asked, as_text=asked.as_text | {one.name})),
        )
        for one in result.understood
    ]


def _facets(asked: Request, result: SearchResult, titles: Titles) -> list[tuple[str, list[Choice]]]:
    names = {
        "subject": t("Subject"), "grade": t("Class"), "type": t("Type"), "kind": t("Kind"),
        "source": t("Portal"), "year": t("Year"), "certificate": t("Certificate"),
    }  # fmt: skip
    toggles = Toggles(asked)
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
                value_words(name, value, titles),
                counts.get(value, 0),
                value in chosen,
                toggles.address(name, value),
            )
            for value in values
        ]
        if len(choices) > 1 or chosen:
            out.append((names[name], choices))
    return out


def _hit(hit: SearchHit, titles: Titles) -> dict[str, Any]:
    """A hit as the template shows it. Only http(s) addresses become links."""
    linked = hit.url.startswith(("http://", "https://"))
    named = replace(hit, source=titles.get(hit.source, hit.source))
    return {
        "hit": hit,
        "href": hit.url if linked else None,
        "about": about(named, load()),
        "snippet": Markup(hit.snippet),  # noqa: S704 - escaped where it is made, but for <mark>
    }
