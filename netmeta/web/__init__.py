"""The Datasette plugin: pages for teachers over the catalogue, beside Datasette's own tables.

    (this file)  the hooks
    shelf        open catalogues with their indexes, one per worker thread
    pages        the views
    server       Datasette put together for `netmeta serve`
    templates/, static/

It keeps quiet in a Datasette that serves no catalogue of ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from datasette import hookimpl as untyped_hookimpl

from netmeta.texts import t, tn

Hook = TypeVar("Hook", bound=Callable[..., Any])


def hookimpl(function: Hook) -> Hook:
    """Datasette's marker of a hook, with a type."""
    return cast(Hook, untyped_hookimpl(function))


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Pages of ours."""
    from netmeta.web import pages

    return [(r"^/search$", pages.search), (r"^/search\.json$", pages.search_json)]


@hookimpl
def extra_template_vars(datasette: Any) -> dict[str, Any]:
    """What every template may use: texts, whether a catalogue is served, titles of tables."""
    from netmeta.web.shelf import catalogue_path

    return {
        "t": t,
        "tn": tn,
        "has_catalogue": catalogue_path(datasette) is not None,
        "title_of": lambda database, table: datasette.metadata("title", database, table) or table,
    }


@hookimpl
def extra_css_urls(datasette: Any) -> list[str]:
    """Our one stylesheet, on all pages."""
    return [datasette.urls.static_plugins("netmeta", "netmeta.css")]
