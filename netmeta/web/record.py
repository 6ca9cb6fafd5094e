"""One record, with everything around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from datasette.utils.asgi import NotFound
from markupsafe import Markup

from netmeta.catalogue.stored import Stored
from netmeta.errors import IndexUnavailableError
from netmeta.exchange.calendar import MEDIA_TYPE as CALENDAR_TYPE
from netmeta.exchange.calendar import calendar
from netmeta.exchange.jsonld import in_script, record_jsonld
from netmeta.exchange.markup import Escaper
from netmeta.exchange.oai.setting import Setting
from netmeta.facade import Netmeta
from netmeta.search.wording import classes
from netmeta.services import browse, feeds
from netmeta.services.publishing import oai_setting
from netmeta.texts import language
from netmeta.web import curating
from netmeta.web.page import render
from netmeta.web.sending import compressed, site_url
from netmeta.web.shelf import shelf_of
from netmeta.web.words import label, shown

BODY_CHARACTERS: Final = 12_000
"""Of a text: four printed pages. The rest is a click away, at its source."""


async def record(request: Any, datasette: Any) -> Any:
    """`/record/ID`: hidden ones are not there, forgotten ones are gone for good."""
    id = int(request.url_vars["id"])
    site = site_url(request, datasette)

    def read(netmeta: Netmeta) -> tuple[dict[str, Any], Setting]:
        return _read(netmeta, id), _setting(netmeta, site, datasette)

    found, setting = await shelf_of(datasette).do(read, language())
    if found["state"] != "shown":
        status = 410 if found["state"] == "forgotten" else 404
        context = {"state": found["state"], "status": status, "robots": "noindex"}
        return await render(datasette, request, "netmeta_absent.html", context, status=status)
    whole = found["record"]
    context = {
        **found,
        "paragraphs": _paragraphs(whole),
        "cut": len(whole["body"] or "") > BODY_CHARACTERS,
        "described": _described(whole),
        "jsonld": jsonld(whole, setting),
        "page_url": setting.page(id),
        "stages": [{**stage, "state": _stage_state(stage, found["today"].isoformat())} for stage in whole["stages"]],
        "authors": list(zip(found["people"], whole["authors"], strict=False)),
        **await curating.beside(datasette, request, found),
    }  # fmt: skip
    return await render(datasette, request, "netmeta_record.html", context)


def _read(netmeta: Netmeta, id: int) -> dict[str, Any]:
    try:
        searcher = netmeta.searcher
    except IndexUnavailableError:
        searcher = None
    return browse.record(netmeta.catalogue, searcher, id)


def _paragraphs(whole: dict[str, Any]) -> list[str]:
    text = shown(whole["body"] or whole["summary"] or "", BODY_CHARACTERS)
    return [part for line in text.split("\n") if (part := line.strip())]


def _described(whole: dict[str, Any]) -> str:
    """A sentence or two for `meta description`."""
    text = " ".join(shown(whole["summary"] or whole["body"] or "", 400).split())
    parts = [
        label(whole["type"]),
        ", ".join(label(s) for s in whole["subjects"]),
        classes(whole["grades"]),
    ]
    return shown(". ".join([", ".join(part for part in parts if part), text]).strip(". "), 200)


def _stage_state(stage: dict[str, Any], today: str) -> str:
    """Whether a stage is over, going on, or to come."""
    start, end = stage["start"] or stage["end"], stage["end"] or stage["start"]
    if end and end < today:
        return "past"
    return "coming" if stage["start"] and start > today else "now"


def jsonld(whole: Stored, setting: Setting) -> Markup:
    """The record in schema.org's words, safe inside a script element.

    The same object as at /record/ID.jsonld, but cut to what a page has room for: whole texts and
    endless lists stay there.
    """
    said = record_jsonld(whole, vocabularies=setting.vocabularies, page=setting.page(whole["id"]))
    kept = {name: value for name, value in said.items() if name not in ("text", "articleBody")}
    return Markup(in_script(_short(kept)))  # noqa: S704 - no sign is left that ends the element


def _short(value: Any) -> Any:
    if isinstance(value, str):
        return shown(value, 600)
    if isinstance(value, list):
        return [_short(one) for one in value[:50]]
    return {k: _short(one) for k, one in value.items()} if isinstance(value, dict) else value


async def calendar_file(request: Any, datasette: Any) -> Any:
    """`/record/ID.ics`: the days of one event; `?stage=2`: of its second stage only."""
    id, site = int(request.url_vars["id"]), site_url(request, datasette)
    only = request.args.get("stage") or ""

    def make(netmeta: Netmeta) -> bytes | None:
        record = netmeta.catalogue.records([id]).get(id)
        if record is None or record["hidden"] or record["gone_at"] is not None:
            return None
        stages = [
            # The others stay without their days: a stage's identity is its place among its kind.
            stage if only in ("", str(place)) else {**stage, **dict.fromkeys(_DAYS)}
            for place, stage in enumerate(record["stages"], start=1)
        ]
        setting = _setting(netmeta, site, datasette)
        return calendar(
            [{**record, "stages": stages}], setting, title=shown(record["title"]),
            zones=feeds.zones(netmeta.catalogue), x=Escaper(),
        )  # fmt: skip

    body = await shelf_of(datasette).do(make, language())
    if body is None or b"BEGIN:VEVENT" not in body:
        raise NotFound("No such event.")
    headers = {"Content-Disposition": f'attachment; filename="netmeta-{id}.ics"'}
    return await compressed(request, body, CALENDAR_TYPE, headers)


_DAYS: Final = ("start", "end", "start_at", "end_at")


def _setting(netmeta: Netmeta, site: str, datasette: Any) -> Setting:
    title = datasette.metadata("title")
    return oai_setting(netmeta.catalogue, netmeta.config, site, title=title)


ROUTES: Final[list[tuple[str, Callable[..., Any]]]] = [
    (r"^/record/(?P<id>\d{1,18})$", record),
    (r"^/record/(?P<id>\d{1,18})\.ics$", calendar_file),
]
"""(pattern, view), for the plugin."""
