"""What one can do with a search: follow it by feed or calendar, take it along, keep it.

    /searches?q=...   ways to follow one search, and the searches this browser keeps
    /searches/N       opens the Nth, newest first, and counts as a look
    /search.csv?q=... what it finds as a table

Kept searches live in a cookie of the visitor's browser: nobody needs an account, and the server
stores nothing about anybody.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from datasette.utils import MultiParams
from datasette.utils.asgi import NotFound, Response

from netmeta.errors import NetmetaError, UsageError
from netmeta.exchange import tables
from netmeta.exchange.markup import Escaper
from netmeta.facade import Netmeta
from netmeta.services import browse, following
from netmeta.services.search import Request
from netmeta.texts import language, t
from netmeta.web.asking import address, asked_of, in_words, pairs_of
from netmeta.web.page import render
from netmeta.web.shelf import shelf_of

COOKIE: Final = "netmeta_searches"
KEPT_S: Final = 365 * 24 * 3600
MOST: Final = 10
"""Searches a browser keeps: each is asked anew when their page is opened."""

MAX_QUERY: Final = 300
"""Characters of one search's address; ten of them fit into a cookie of 4 KB."""


@dataclass(frozen=True, slots=True)
class Saved:
    """One kept search: its parameters, and the position in the change log at the last look."""

    query: str
    seen: int

    @property
    def asked(self) -> Request:
        """The search itself."""
        return _asked(self.query)


def _asked(query: str) -> Request:
    return replace(asked_of(MultiParams(parse_qs(query, keep_blank_values=True))), page=1)


def read(text: str) -> list[Saved]:
    """The searches of a cookie's value; what does not fit is left out, as anybody can write one."""
    try:
        rows = json.loads(base64.urlsafe_b64decode(text.encode("ascii", "replace")))
    except (ValueError, binascii.Error, RecursionError):
        return []
    fits = [
        Saved(row[0], row[1])
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, list) and len(row) == 2
        and isinstance(row[0], str) and len(row[0]) <= MAX_QUERY
        and type(row[1]) is int and 0 <= row[1] < 1 << 62
    ]  # fmt: skip
    return fits[:MOST]


def written(saved: Sequence[Saved]) -> str:
    """A cookie's value of these searches."""
    rows = [[one.query, one.seen] for one in saved]
    return base64.urlsafe_b64encode(json.dumps(rows, separators=(",", ":")).encode()).decode()


async def searches(request: Any, datasette: Any) -> Any:
    """`/searches`: GET shows, POST keeps a search or lets one go."""
    kept = read(request.cookies.get(COOKIE, ""))
    if request.method == "POST":
        return await _changed(request, datasette, kept)
    asked = asked_of(request.args)
    here = urlencode(pairs_of(asked)) if asked.query or asked.filters else ""

    def look(netmeta: Netmeta) -> dict[str, Any]:
        titles = browse.source_titles(netmeta.catalogue)
        rows = [{**_row(one.query, titles), **_news(netmeta, one)} for one in kept]
        return {"rows": rows, "this": _row(here, titles) if here else None}

    shown = await shelf_of(datasette).do(look, language())
    context = {
        **shown,
        "is_kept": here in {one.query for one in kept},
        "full": len(kept) >= MOST,
        "too_long": len(here) > MAX_QUERY,
        "most": MOST,
        "robots": "noindex",
    }
    headers = {"Cache-Control": "private, no-store"}
    return await render(datasette, request, "netmeta_searches.html", context, headers=headers)


def _row(query: str, titles: Mapping[str, str]) -> dict[str, Any]:
    return {"query": query, "words": in_words(_asked(query), titles)}


def _news(netmeta: Netmeta, one: Saved) -> dict[str, Any]:
    """{"news"}: what is new in it; None if it cannot be asked (a filter that is none any more)."""
    try:
        return {"news": following.news(netmeta.catalogue, netmeta.searcher, one.asked, one.seen)}
    except NetmetaError:
        return {"news": None}


async def _changed(request: Any, datasette: Any, kept: list[Saved]) -> Any:
    typed = await request.post_vars()
    if typed.get("action") == "remove":
        return _going(
            "/searches", request, [one for one in kept if one.query != typed.get("query")]
        )
    query = urlencode(pairs_of(_asked(typed.get("query", ""))))
    if len(query) > MAX_QUERY or len(kept) >= MOST:
        raise UsageError(
            t("This browser keeps {n} searches at most, and no very long ones.", n=MOST)
        )
    seen = await shelf_of(datasette).do(lambda netmeta: netmeta.searcher.seq, language())
    rest = [one for one in kept if one.query != query]
    return _going("/searches", request, [Saved(query, seen), *rest])


async def opened(request: Any, datasette: Any) -> Any:
    """`/searches/N`: to the search, newest first; what it finds now counts as seen."""
    kept = read(request.cookies.get(COOKIE, ""))
    place = int(request.url_vars["place"]) - 1
    if not 0 <= place < len(kept):
        raise NotFound("No such search.")
    seen = await shelf_of(datasette).do(lambda netmeta: netmeta.searcher.seq, language())
    asked = replace(kept[place].asked, sort="date")
    kept[place] = Saved(kept[place].query, seen)
    return _going(address(asked), request, kept)


def _going(path: str, request: Any, kept: Sequence[Saved]) -> Any:
    response = Response.redirect(path)
    response.headers["Cache-Control"] = "private, no-store"
    response.set_cookie(
        COOKIE, written(kept), max_age=KEPT_S, httponly=True, samesite="lax",
        secure=request.scheme == "https",
    )  # fmt: skip
    return response


async def table(request: Any, datasette: Any) -> Any:
    """`/search.csv?q=...`: the finds as a table that is safe to open in a spreadsheet."""
    asked = asked_of(request.args)

    def make(netmeta: Netmeta) -> str:
        found = following.found(netmeta.catalogue, netmeta.searcher, asked)
        # Without the mark at its beginning Excel takes UTF-8 for the code page of the machine.
        return "\ufeff" + "".join(tables.rows(found, Escaper()))

    body = await shelf_of(datasette).do(make, language())
    headers = {"Content-Disposition": 'attachment; filename="netmeta.csv"'}
    return Response(body, content_type="text/csv; charset=utf-8", headers=headers)


ROUTES: Final[list[tuple[str, Callable[..., Any]]]] = [
    (r"^/search\.csv$", table),
    (r"^/searches$", searches),
    (r"^/searches/(?P<place>\d{1,2})$", opened),
]
"""(pattern, view), for the plugin."""
