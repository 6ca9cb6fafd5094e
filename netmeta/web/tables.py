"""Datasette's own pages in people's words: cells, titles, filters, our search in the table's box."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from functools import lru_cache
from typing import Any, Final

from datasette.filters import FilterArguments
from datasette.utils.asgi import Forbidden
from markupsafe import Markup, escape

from netmeta.errors import NetmetaError
from netmeta.search.wording import day
from netmeta.texts import language, n_, t
from netmeta.vocabularies import load
from netmeta.web.shelf import database_name, shelf_of
from netmeta.web.words import label, link, shown, size

SEARCHED: Final = 1000
"""Records that the table's search box keeps: more than anyone pages through."""

BY_RECORD: Final = {
    "records": "id", "record_texts": "record_id", "record_counters": "record_id",
    "record_subjects": "record_id", "record_grades": "record_id", "record_people": "record_id",
    "attachments": "record_id", "event_details": "record_id", "event_stages": "record_id",
    "changes": "record_id", "record_unmapped": "record_id", "record_problems": "record_id",
}  # fmt: skip
"""Tables that have the search box, and their column that names a record."""

INDEXED: Final = {
    "records": ("kind", "source_id", "type", "year", "licence", "certificate"),
    "record_subjects": ("subject",), "record_grades": ("grade",), "changes": ("run_id",),
    "runs": ("source_id", "status"), "record_concepts": ("scheme",),
}  # fmt: skip
"""Columns worth a facet: narrow and indexed, or in a small table."""

_CONCEPTS: Final = frozenset(
    {"type", "licence", "subject", "concept", "Тип", "Лицензия", "Предмет", "Вид"}
)
_CODES: Final = frozenset(
    {"kind", "certificate", "status", "op", "Сертификат", "Состояние", "Вид записи", "Что"}
)
_DAYS: Final = frozenset(
    {"published", "deadline", "start", "end", "last_seen", "day", "Дата", "До", "Когда"}
)
_MOMENTS: Final = frozenset(
    {"at", "first_seen", "last_changed", "gone_at", "started_at", "finished_at", "added_at", "raw_at"}
)  # fmt: skip
_FLAGS: Final = frozenset({"hidden", "paused", "online", "watched"})


def cell(value: Any, column: str, table: str | None) -> Markup | None:
    """A cell as people write it; None leaves it to Datasette."""
    if value is None or isinstance(value, bytes):
        return None
    if isinstance(value, dict):  # a foreign key with the label of its row
        return _labelled(value, column)
    if column == "№" or (table == "records" and column == "id"):
        return Markup('<a href="/record/{0}">{0}</a>').format(value)
    if column in _FLAGS:
        return escape(t("yes") if value else t("no"))
    if not isinstance(value, str):
        return escape(size(value)) if column == "size_bytes" else None
    return _text_cell(value, column)


def _labelled(value: dict[str, Any], column: str) -> Markup | None:
    page = _PAGES.get(column)
    if page is None:
        return None
    words = shown(value["label"], 120)
    return Markup('<a href="{}">{}</a>').format(page.format(value["value"]), words)


_PAGES: Final = {"record_id": "/record/{}", "person_id": "/author/{}"}
"""Pages of ours for what a foreign key means."""


def _text_cell(value: str, column: str) -> Markup | None:
    if column in _CONCEPTS and value in load():
        return escape(label(value))
    if column in _CODES:
        return escape(t(value)) if value else None
    if column in _DAYS and value:
        return escape(day(value))
    if column in _MOMENTS and value:
        return escape(f"{day(value)} {value[11:16]}")
    if value.startswith(("http://", "https://")):
        return _linked(value)
    return escape(shown(value, 200))


def _linked(value: str) -> Markup:
    if link(value) is None:
        return escape(shown(value, 200))
    return Markup('<a href="{}" rel="noopener nofollow">{}</a>').format(value, shown(value, 60))


@lru_cache(maxsize=4096)
def label_in_russian(concept: str | None) -> str | None:
    """SQL function `concept_label`: the Russian label of a concept's id."""
    return load().label(concept) if concept else concept


@lru_cache(maxsize=4096)
def subject_of(words: str | None) -> str | None:
    """SQL function `subject_id`: the subject that people mean; what means none stays as it is."""
    text = (words or "").strip()
    known = load()
    if not text or text in known.scheme("subject").concepts:
        return text
    return next(iter(known.match("subject", text)), text)


def search_filter(
    request: Any, database: str, table: str, datasette: Any
) -> Callable[[], Awaitable[Any]] | None:
    """`?_q=words` on a table about records: only those our search finds."""
    words = (request.args.get("_q") or "").strip()
    column = BY_RECORD.get(table)
    if not words or column is None or database != database_name(datasette):
        return None

    async def found() -> Any:
        try:
            ids = await shelf_of(datasette).do(
                lambda netmeta: netmeta.searcher.ids(words, limit=SEARCHED), language()
            )
        except NetmetaError:
            ids = []  # without an index nothing is found; the search page says why
        return FilterArguments(
            [f"[{column}] in (select value from json_each(:netmeta_ids))"],  # noqa: S608 - of BY_RECORD
            params={"netmeta_ids": json.dumps(ids)},
            human_descriptions=[words],
        )

    return found


FOR_OWNERS: Final = (
    r"^/-/(?:databases|threads|metadata|config|plugins|versions|settings|patterns|messages|allow-debug)"
    r"(?:\.json)?$"
)


async def for_owners(request: Any) -> Any:
    """Pages of Datasette about the server itself are nobody's business: they name its files, its
    settings, the versions of its software."""
    raise Forbidden(request.path)


# --- words of the tables' pages ---------------------------------------------------------------


def titles(datasette: Any) -> dict[str, Callable[..., Any]]:
    """What the templates of Datasette's pages call things by: tables, columns, queries.

    Russian comes from metadata.yml: a column's words up to the first colon are its title. English
    is the name itself.
    """

    def title_of(database: str, table: str) -> str:
        if language() == "en":
            return table.replace("_", " ")
        return str(datasette.metadata("title", database, table, fallback=False) or table)

    def column_title(database: str, table: str, column: str) -> str:
        if language() == "en":
            return column.replace("_", " ")
        columns = datasette.metadata("columns", database, table, fallback=False) or {}
        words = columns.get(column) or _EVERYWHERE.get(column) or column
        return str(words).partition(":")[0]

    def table_words(database: str, table: str) -> str:
        return str(datasette.metadata("description", database, table, fallback=False) or "")

    def titled_columns(database: str, table: str) -> Callable[[str], str]:
        return lambda column: column_title(database, table, column)

    def hides_columns(database: str, table: str, request: Any) -> bool:
        return "_nocol" in request.args and bool(hidden_columns(datasette, database, table))

    def is_open(database: str, table: str) -> bool:
        return datasette.metadata("allow", database, table, fallback=False) is None

    return {
        "is_open": is_open,
        "title_of": title_of, "column_title": column_title, "table_words": table_words,
        "titled_columns": titled_columns, "hides_columns": hides_columns,
    }  # fmt: skip


def hidden_columns(datasette: Any, database: str, table: str) -> list[str]:
    """Columns a table page leaves out until asked for: `plugins: netmeta: hide:` in metadata.yml."""
    settings = datasette.plugin_config("netmeta", database, table, fallback=False) or {}
    return [str(name) for name in settings.get("hide", ())]


def with_default_columns(datasette: Any, scope: dict[str, Any]) -> dict[str, Any]:
    """The request for a table page as it would be with the sensible columns chosen.

    Datasette has no default columns of its own; `_columns=all` shows everything.
    """
    name = database_name(datasette)
    if name is None:
        return scope
    start = datasette.urls.database(name) + "/"
    path, query = scope["path"], scope["query_string"].decode("latin-1")
    if not path.startswith(start) or "." in path or "/" in path[len(start) :]:
        return scope
    if any(pair.startswith(("_col=", "_nocol=", "_columns=")) for pair in query.split("&")):
        return scope
    hidden = [f"_nocol={column}" for column in hidden_columns(datasette, name, path[len(start) :])]
    if not hidden:
        return scope
    return {**scope, "query_string": "&".join(filter(None, [query, *hidden])).encode("latin-1")}


_EVERYWHERE: Final = {"id": "№", "record_id": "Запись", "position": "По порядку", "Link": "Строка"}

_LOOKUPS: Final = {
    "exact": "=", "not": "≠", "contains": "contains", "endswith": "ends with",
    "startswith": "begins with", "gt": ">", "gte": "≥", "lt": "<", "lte": "≤", "like": "like",
    "notlike": "not like", "glob": "glob", "in": "one of", "notin": "none of",
    "arraycontains": "list has", "arraynotcontains": "list has not", "date": "on the day",
    "isnull": "is empty", "notnull": "is not empty", "isblank": "is blank",
    "notblank": "is not blank",
}  # fmt: skip

_SPOKEN: Final = (
    n_("contains"), n_("ends with"), n_("begins with"), n_("like"), n_("not like"), n_("one of"),
    n_("none of"), n_("list has"), n_("list has not"), n_("on the day"), n_("is empty"),
    n_("is not empty"), n_("is blank"), n_("is not blank"),
)  # fmt: skip
"""Marks the words above for translation; `lookup` says them in the reader's language."""


def lookup(key: str) -> str:
    """What a filter's operator is called."""
    words = _LOOKUPS.get(key, key)
    return t(words)


def told(
    filters: Any, search: str, titled: Callable[[str], str], sort: str | None, sort_desc: str | None
) -> str:
    """What a table page shows: the search, the filters and the order, in words."""
    parts = [t("found by “{words}”", words=search)] if search else []
    parts += [
        " ".join(filter(None, (titled(column), lookup(operator), "" if _bare(operator) else value)))
        for column, operator, value in _selections(filters)
    ]
    if sort_desc:
        parts.append(t("newest or largest first by “{column}”", column=titled(sort_desc)))
    elif sort:
        parts.append(t("ordered by “{column}”", column=titled(sort)))
    return "; ".join(parts)


def _selections(filters: Any) -> Iterable[tuple[str, str, str]]:
    return filters.selections() if filters is not None else ()


def _bare(operator: str) -> bool:
    return operator in {"isnull", "notnull", "isblank", "notblank"}


def facet_words(column: str, value: object) -> str:
    """A value of a facet in the reader's language."""
    found = cell(value, column, None) if isinstance(value, str) else None
    return found.striptags() if found is not None else shown(value, 80) or "—"


def query_title(query: Any) -> str:
    """A ready question's title; its name in English."""
    name = str(query["name"])
    return (
        name.replace("-", " ").replace("_", " ") if language() == "en" else query["title"] or name
    )


_PARAMETERS: Final = {
    "subject": n_("Subject"), "grade": n_("Class"), "portal": n_("Portal"), "days": n_("Days"),
    "year": n_("Year"), "words": n_("Words"), "name": n_("Name"),
}  # fmt: skip


def parameter_title(name: str) -> str:
    """What a parameter of a ready question is called."""
    words = _PARAMETERS.get(name, name)
    return t(words)


def facetable(table: str, column: str) -> bool:
    """Whether a facet on this column is cheap."""
    return column in INDEXED.get(table, ())


def searched(table: str) -> bool:
    """Whether a table has the search box."""
    return table in BY_RECORD


GLOBALS: Final = {
    "lookup": lookup, "told": told, "facetable": facetable, "searched": searched,
    "facet_words": facet_words, "query_title": query_title, "parameter_title": parameter_title,
}  # fmt: skip
