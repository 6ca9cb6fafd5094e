"""Events: a list that can be filtered, and a calendar of the month."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from index.seam import FACETS
from netmeta.facade import Netmeta
from netmeta.services import browse
from netmeta.texts import language, t
from netmeta.vocabularies import load
from netmeta.web.page import page_number, render
from netmeta.web.shelf import shelf_of
from netmeta.web.words import label, shown

FILTERS: Final = ("type", "subject", "grade", "source", "certificate", "online")
CLOSING: Final = (3, 7, 30)
YEARS: Final = range(1990, 2100)


async def events(request: Any, datasette: Any) -> Any:
    """`/events?closing=7&type=contest&subject=...&grade=...&month=2026-11`."""
    filters = _filters(request)
    closing, month = _closing(request), _month(request)
    page = page_number(request)
    shelf = shelf_of(datasette)

    def read(netmeta: Netmeta) -> dict[str, Any]:
        catalogue = netmeta.catalogue
        if month is not None:
            return {"calendar": browse.month(catalogue, *month, filters)}
        return browse.events(catalogue, filters, closing_days=closing, page=page)

    shown = await shelf.do(read, language())
    choices = await shelf.kept("event choices", browse.event_choices)
    titles = await shelf.kept("source titles", browse.source_titles)
    kept = [*filters.items(), *([("closing", str(closing))] if closing is not None else [])]
    context = {
        **shown,
        "filters": filters,
        "closing": closing,
        "selects": _selects(choices, filters, titles),
        "tabs": _tabs(filters, closing, month),
        "previous": _address(kept, page=page - 1) if page > 1 else None,
        "next": _address(kept, page=page + 1) if page < shown.get("pages", 0) else None,
        **(_around(month, filters) if month else {}),
        **_followed(filters),
    }
    return await render(datasette, request, "netmeta_events.html", context)


def _filters(request: Any) -> dict[str, str]:
    """Filters that fit; what does not is left out, as if it had not been typed."""
    typed = {name: (request.args.get(name) or "").strip() for name in FILTERS}
    fits = {
        "grade": typed["grade"].isascii() and typed["grade"].isdigit() and int(typed["grade"][:3]) <= 11,
        "online": typed["online"] in {"0", "1"},
        "certificate": typed["certificate"] in {"free", "paid", "none"},
    }  # fmt: skip
    return {n: v for n, v in typed.items() if v and len(v) <= 80 and fits.get(n, True)}


def _followed(filters: dict[str, str]) -> dict[str, str]:
    """The parameters of the feed and the calendar with the same filters, as far as a search has
    them: it does not tell what is held online."""
    pairs = [(name, value) for name, value in filters.items() if name in FACETS]
    return {"feed": urlencode([("kind", "event"), *pairs]), "calendar_feed": urlencode(pairs)}


def _closing(request: Any) -> int | None:
    typed = request.args.get("closing") or ""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 3 else None


def _month(request: Any) -> tuple[int, int] | None:
    """`?month=2026-11`, or `?month=now`."""
    typed = request.args.get("month") or ""
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", typed)
    if found and int(found[1]) in YEARS:
        return int(found[1]), int(found[2])
    today = dt.datetime.now(ZoneInfo("Europe/Moscow"))
    return (today.year, today.month) if typed else None


def _address(pairs: list[tuple[str, str]], *, page: int = 1) -> str:
    more = [("page", str(page))] if page > 1 else []
    query = urlencode([*pairs, *more])
    return f"/events?{query}" if query else "/events"


def _tabs(
    filters: dict[str, str], closing: int | None, month: tuple[int, int] | None
) -> list[tuple[str, str, bool]]:
    """(words, address, whether it is this one)."""
    pairs = list(filters.items())
    out = [(t("All to come"), _address(pairs), closing is None and month is None)]
    out += [
        (t("Closing within {n} days", n=n), _address([*pairs, ("closing", str(n))]), closing == n and month is None)
        for n in CLOSING
    ]  # fmt: skip
    return [*out, (t("Calendar"), _address([*pairs, ("month", "now")]), month is not None)]


def _selects(
    choices: dict[str, list[tuple[str, int]]], filters: dict[str, str], titles: dict[str, str]
) -> list[dict[str, Any]]:
    """The drop-down lists of the form: {"name", "title", "options": [(value, words, chosen)]}."""
    named = {
        "type": (t("Form"), [(value, f"{label(value)} ({n})") for value, n in choices["type"]]),
        "subject": (
            t("Subject"),
            sorted(((value, f"{label(value)} ({n})") for value, n in choices["subject"]), key=lambda one: one[1]),
        ),
        "grade": (t("Class"), [("0", t("preschool")), *((str(n), str(n)) for n in range(1, 12))]),
        "source": (t("Portal"), [(value, f"{shown(titles.get(value, value), 60)} ({n})") for value, n in choices["source"]]),
        "certificate": (
            t("Certificate"),
            [(one.id, one.label(language())) for one in load().scheme("certificate") if one.id != "unknown"],
        ),
        "online": (t("Where"), [("1", t("online")), ("0", t("in person"))]),
    }  # fmt: skip
    return [
        {
            "name": name,
            "title": title,
            "options": [(value, words, filters.get(name) == value) for value, words in options],
        }
        for name, (title, options) in named.items()
    ]


def _around(month: tuple[int, int], filters: dict[str, str]) -> dict[str, str]:
    """Addresses of the months before and after."""
    first = dt.date(month[0], month[1], 1)
    before, after = first - dt.timedelta(days=1), first + dt.timedelta(days=31)
    pairs = list(filters.items())
    return {
        "month_before": _address([*pairs, ("month", f"{before:%Y-%m}")]),
        "month_after": _address([*pairs, ("month", f"{after:%Y-%m}")]),
        "month_value": f"{first:%Y-%m}",
    }
