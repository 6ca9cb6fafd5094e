"""A search as an address: reading one, and writing the addresses that lead on from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol, cast, get_args
from urllib.parse import quote_plus, urlencode

from index.seam import FACETS, Sort
from netmeta.search.wording import filter_words
from netmeta.services.search import Request
from netmeta.texts import t
from netmeta.vocabularies import load

PER_PAGE: Final = 20

RECOGNISED: Final = frozenset({"grade", "subject", "type", "year"})
"""Facets whose words of a query can be taken as plain words (`as_text`)."""

MAX_PAGE: Final = 1000


class Args(Protocol):
    """The parameters of an address, as Datasette gives them."""

    def get(self, name: str, default: str | None = None) -> str | None:
        """The first value."""

    def getlist(self, name: str) -> Sequence[str]:
        """All values."""


def asked_of(args: Args) -> Request:
    """The search an address stands for; what it says wrongly does not count."""
    sort = args.get("sort")
    return Request(
        query=(args.get("q") or "").strip(),
        filters={name: list(values) for name in FACETS if (values := args.getlist(name))},
        limit=PER_PAGE,
        page=page_of(args.get("page")),
        sort=cast(Sort, sort) if sort in get_args(Sort) else "relevance",
        exact=args.get("exact") == "1",
        as_text=frozenset(args.getlist("as_text")) & RECOGNISED,
    )


def page_of(typed: str | None) -> int:
    """1 to `MAX_PAGE`; 1 for anything that is no such number."""
    fits = typed is not None and typed.isascii() and typed.isdigit() and len(typed) < 5
    return max(1, min(int(typed), MAX_PAGE)) if fits and typed else 1


def pairs_of(asked: Request) -> list[tuple[str, str]]:
    """The parameters of a search's address, its page left out."""
    pairs = [("q", asked.query)]
    pairs += [(name, value) for name in asked.filters for value in asked.filters[name]]
    pairs += [("as_text", name) for name in sorted(asked.as_text)]
    if asked.exact:
        pairs.append(("exact", "1"))
    if asked.sort != "relevance":
        pairs.append(("sort", asked.sort))
    return pairs


def address(asked: Request, *, path: str = "/search") -> str:
    """The address of a search, at `path`."""
    page = [("page", str(asked.page))] if asked.page > 1 else []
    return f"{path}?{urlencode([*pairs_of(asked), *page])}"


def first_page(asked: Request, **changes: Any) -> Request:
    """The first page of a changed search."""
    return replace(asked, page=1, **changes)


def toggled(asked: Request, name: str, value: str) -> Mapping[str, Sequence[str]]:
    """The filters with a value added, or taken away if it was chosen."""
    values = list(asked.filters.get(name, ()))
    changed = [one for one in values if one != value] if value in values else [*values, value]
    filters = {**asked.filters, name: changed}
    return {key: some for key, some in filters.items() if some}


def value_words(name: str, value: str, titles: Mapping[str, str]) -> str:
    """One value of a filter in words; a source by its title."""
    return (
        titles[value]
        if name == "source" and value in titles
        else filter_words(name, [value], load())
    )


class Toggles:
    """Addresses with one value of a facet more or less. A page has seventy of them: what they
    share is encoded once."""

    def __init__(self, asked: Request) -> None:
        self._asked = asked
        self._whole = address(first_page(asked))

    def address(self, name: str, value: str) -> str:
        """The search with the value added, or taken away if it was chosen."""
        if value in self._asked.filters.get(name, ()):
            return address(first_page(self._asked, filters=toggled(self._asked, name, value)))
        return f"{self._whole}&{name}={quote_plus(value)}"


def in_words(asked: Request, titles: Mapping[str, str]) -> str:
    """A search as people say it: «дроби», математика, 5 класс.

    Args:
        titles: of sources by their names.
    """
    words = [
        value_words(name, value, titles)
        for name, values in asked.filters.items()
        for value in values
    ]
    query = [t("“{text}”", text=asked.query)] if asked.query else []
    return ", ".join([*query, *words]) or t("everything")
