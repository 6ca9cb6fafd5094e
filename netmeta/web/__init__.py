"""The Datasette plugin: pages for teachers over the catalogue, beside Datasette's own tables.

    (this file)  the hooks
    shelf        open catalogues with their indexes, one per worker thread; figures kept
    guard        before every page: language, safe addresses, headers, safe CSV
    language     in which language a visitor reads
    words        what templates say things with; codes: problems and fields; charts: inline SVG
    page         one of our templates as a response
    pages        search;  asking: a search as an address;  saving: kept, followed, as a table
    home, record, events, browse, desk     the other pages
    tables       Datasette's own pages: cells, search box, columns, filters in words
    signing_in   who is a curator;  forms, acting, allowance: what they send, do, may do how often
    failures     error pages
    server       Datasette put together for `netmeta serve`
    templates/   our pages;  frame/templates/  what replaces Datasette's;  static/

It keeps quiet in a Datasette that serves no catalogue of ours.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from datasette import hookimpl as untyped_hookimpl

from netmeta.texts import t, tn

Hook = TypeVar("Hook", bound=Callable[..., Any])

MAX_VALUE_BYTES: Final = 16_000_000
"""The largest text a query may make or read: whole books fit, `randomblob(900000000)` does not
(it ran for 73 s, field notes)."""

_FRAME: Final = Path(__file__).parent / "frame" / "templates"


def hookimpl(function: Hook) -> Hook:
    """Datasette's marker of a hook, with a type."""
    return cast(Hook, untyped_hookimpl(function))


def first_hookimpl(function: Hook) -> Hook:
    """The same, of a hook that comes before those of other plugins."""
    return cast(Hook, untyped_hookimpl(function, tryfirst=True))


@first_hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    """Pages of ours, if a catalogue of ours is served."""
    from netmeta.web.shelf import catalogue_path

    if catalogue_path(datasette) is None:
        return []
    from netmeta.web import (
        browse,
        collections,
        curating,
        desk,
        events,
        exchange,
        hidden,
        home,
        pages,
        record,
        reporting,
        saving,
        signing_in,
        tables,
        workbench,
    )

    return [
        (r"^/$", home.home),
        (r"^/robots\.txt$", home.robots),
        (r"^/search$", pages.search),
        (r"^/search\.json$", pages.search_json),
        (r"^/suggest\.json$", pages.suggest_json),
        *record.ROUTES,
        (r"^/events$", events.events),
        (r"^/subjects$", browse.subjects),
        (r"^/subject/(?P<id>[a-z0-9-]{1,60})$", browse.subject),
        (r"^/portals$", browse.portals),
        (r"^/portal/(?P<name>[a-z0-9-]{1,80})$", browse.portal),
        (r"^/author/(?P<id>\d{1,18})$", browse.author),
        (r"^/desk$", desk.desk),
        (tables.FOR_OWNERS, tables.for_owners),
        *exchange.ROUTES,
        *saving.ROUTES,
        *signing_in.ROUTES,
        *curating.ROUTES,
        *collections.ROUTES,
        *reporting.ROUTES,
        *workbench.ROUTES,
        hidden.ROUTE,
    ]


@hookimpl
def skip_csrf(datasette: Any, scope: dict[str, Any]) -> bool:
    """OAI-PMH clients post their questions without a token; our forms check it themselves."""
    from netmeta.web.forms import PATHS

    return scope["path"] in {"/oai", "/oai/"} or PATHS.fullmatch(scope["path"]) is not None


@hookimpl
def permission_allowed(datasette: Any, actor: dict[str, Any] | None, action: str) -> bool | None:
    """Who may curate."""
    from netmeta.web.shelf import catalogue_path
    from netmeta.web.signing_in import permission

    return permission(datasette, actor, action) if catalogue_path(datasette) else None


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """The guard before every page."""
    from netmeta.web.guard import guarded
    from netmeta.web.shelf import catalogue_path
    from netmeta.web.tables import with_default_columns

    if catalogue_path(datasette) is None:
        return lambda app: app
    from netmeta.web.signing_in import without_basic

    def prepared(scope: dict[str, Any]) -> dict[str, Any]:
        return with_default_columns(datasette, without_basic(datasette, scope))

    return lambda app: guarded(app, prepared)


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Texts for all templates; our frame instead of Datasette's, if a catalogue is served."""
    from jinja2 import ChoiceLoader, FileSystemLoader

    from netmeta.web import codes, tables, words
    from netmeta.web.shelf import catalogue_path

    if catalogue_path(datasette) is None:
        return
    env.filters.update({**words.FILTERS, **codes.FILTERS})
    env.finalize = words.finalized
    env.globals.update({**words.GLOBALS, **tables.GLOBALS})
    env.loader = ChoiceLoader([FileSystemLoader(_FRAME), env.loader])


@hookimpl
def prepare_connection(conn: sqlite3.Connection, datasette: Any) -> None:
    """Bounds on what one value may take, and labels of concepts for canned queries."""
    from netmeta.web.tables import label_in_russian, subject_of

    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
    conn.create_function("concept_label", 1, label_in_russian, deterministic=True)
    conn.create_function("subject_id", 1, subject_of, deterministic=True)


@hookimpl
def extra_template_vars(datasette: Any, request: Any) -> Callable[[], Awaitable[dict[str, Any]]]:
    """What every template may use: texts, whether a catalogue is served, where its tables are,
    which curator is reading."""
    from netmeta.web.acting import writable
    from netmeta.web.shelf import database_name
    from netmeta.web.signing_in import curator
    from netmeta.web.tables import titles

    async def variables() -> dict[str, Any]:
        name = database_name(datasette)
        return {
            "t": t,
            "tn": tn,
            "has_catalogue": name is not None,
            "tables_url": datasette.urls.database(name) if name else None,
            "writable": bool(name) and writable(datasette),
            "curator": await curator(datasette, request) if name else None,
            **titles(datasette),
        }

    return variables


@hookimpl
def extra_css_urls(datasette: Any) -> list[str]:
    """Our one stylesheet, on all pages."""
    from netmeta.web.shelf import catalogue_path

    return (
        [datasette.urls.static_plugins("netmeta", "netmeta.css")]
        if catalogue_path(datasette)
        else []
    )


@hookimpl
def render_cell(value: Any, column: str, table: str | None, database: str, datasette: Any) -> Any:
    """Cells of Datasette's tables as people write things."""
    from netmeta.web.shelf import database_name
    from netmeta.web.tables import cell

    return cell(value, column, table) if database == database_name(datasette) else None


@hookimpl
def filters_from_request(request: Any, database: str, table: str, datasette: Any) -> Any:
    """`?_q=` on a table of records: only those that our search finds; never what is hidden."""
    from netmeta.web.hidden import filters

    return filters(request, database, table, datasette)


@untyped_hookimpl(hookwrapper=True)  # type: ignore[untyped-decorator]  # Datasette has no types
def handle_exception(
    datasette: Any, request: Any, exception: BaseException
) -> Generator[None, Any, None]:
    """Our error page in place of Datasette's, which shows what went wrong inside."""
    from netmeta.web.failures import failure
    from netmeta.web.shelf import catalogue_path

    outcome = yield
    if catalogue_path(datasette) is not None:
        outcome.force_result([failure(datasette, request, exception)])
