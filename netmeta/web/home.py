"""The first page, and what robots may read."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import Response

from netmeta.services import browse
from netmeta.web.page import render
from netmeta.web.sending import site_url
from netmeta.web.shelf import shelf_of


async def home(request: Any, datasette: Any) -> Any:
    """`/`: the search box, what is new, what closes this week, subjects, portals, figures."""
    shown = await shelf_of(datasette).kept("home", browse.home)
    return await render(
        datasette, request, "netmeta_home.html", {**shown, "feed": "", "calendar_feed": ""}
    )


async def robots(request: Any, datasette: Any) -> Any:
    """`/robots.txt`: the pages are open, endless combinations of filters are not."""
    # Requests of robots name the host they came to; behind a proxy `site_url` says it.
    sitemap = f"Sitemap: {site_url(request, datasette)}sitemap.xml"
    tables = [f"Disallow: {datasette.urls.database(name)}" for name in datasette.databases]
    lines = [
        "User-agent: *",
        "Disallow: /search",
        "Disallow: /-/",
        "Disallow: /events?",
        *tables,
        "",
        sitemap,
    ]
    return Response.text("\n".join([*lines, ""]))
