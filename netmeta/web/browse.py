"""Pages to browse by: subjects, portals, authors."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import NotFound

from netmeta.services import browse as services
from netmeta.texts import language
from netmeta.vocabularies import load
from netmeta.web.page import page_number, render
from netmeta.web.shelf import shelf_of
from netmeta.web.words import label


async def subjects(request: Any, datasette: Any) -> Any:
    """`/subjects`: the subjects of the vocabulary as a tree, with how much there is of each."""
    counts = await shelf_of(datasette).kept("subjects", services.subjects)
    scheme = load().scheme("subject")
    below: dict[str, list[str]] = {}
    for concept in scheme:
        if concept.broader:
            below.setdefault(concept.broader, []).append(concept.id)
    tree = [
        (concept.id, counts.get(concept.id, 0), [(one, counts.get(one, 0)) for one in below.get(concept.id, [])])
        for concept in scheme
        if not concept.broader
    ]  # fmt: skip
    tree.sort(key=lambda row: label(row[0]).lower())
    empty = sorted(
        (one.id for one in scheme if not counts.get(one.id)), key=lambda one: label(one).lower()
    )
    context = {"tree": tree, "top": max(counts.values(), default=0), "empty": empty}
    return await render(datasette, request, "netmeta_subjects.html", context)


async def subject(request: Any, datasette: Any) -> Any:
    """`/subject/ID`: one subject."""
    id = request.url_vars["id"]
    if id not in load().scheme("subject").concepts:  # only what is known may be kept by its name
        raise NotFound("No such subject.")
    shown = await shelf_of(datasette).kept(
        f"subject {id}", lambda catalogue: services.subject(catalogue, id)
    )
    return await render(
        datasette, request, "netmeta_subject.html", {**shown, **_followed(subject=id)}
    )


async def portals(request: Any, datasette: Any) -> Any:
    """`/portals`: all sources with their health."""
    shown = await _portals(datasette)
    top = max((row["records"] for row in shown), default=0)
    return await render(datasette, request, "netmeta_portals.html", {"portals": shown, "top": top})


async def _portals(datasette: Any) -> list[dict[str, Any]]:
    return await shelf_of(datasette).kept(f"portals {language()}", services.portals)


async def portal(request: Any, datasette: Any) -> Any:
    """`/portal/NAME`: one source with its runs."""
    name = request.url_vars["name"]
    shelf = shelf_of(datasette)
    counted = await shelf.kept("portal figures", services.portal_figures)
    shown = await shelf.do(
        lambda netmeta: services.portal(netmeta.catalogue, name, counted), language()
    )
    context = {
        **shown,
        "judged": next((row for row in await _portals(datasette) if row["name"] == name), None),
        "points": _points(shown),
        **_followed(source=name),
    }
    return await render(datasette, request, "netmeta_portal.html", context)


def _followed(**selection: str) -> dict[str, str]:
    """The parameters of the feed and of the calendar of a page."""
    query = urlencode(selection)
    return {"feed": query, "calendar_feed": query}


def _points(shown: dict[str, Any]) -> list[tuple[float, str, str]]:
    """The runs as bars, oldest first: how many entries each read, coloured by how it ended."""
    return [
        (run["counts"].get("items", 0), run["status"], f"{run['started_at'][:10]}: {run['counts'].get('items', 0)}")
        for run in reversed(shown["runs"])
    ]  # fmt: skip


async def author(request: Any, datasette: Any) -> Any:
    """`/author/ID`: what someone published, on whatever portal."""
    id, page = int(request.url_vars["id"]), page_number(request)
    shown = await shelf_of(datasette).do(
        lambda netmeta: services.author(netmeta.catalogue, id, page), language()
    )
    return await render(
        datasette, request, "netmeta_author.html", {**shown, "feed": f"author={id}"}
    )
