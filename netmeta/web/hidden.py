"""Hidden records on Datasette's own pages: for everybody but curators their rows are not there."""

from __future__ import annotations

import json
from typing import Any, Final
from weakref import WeakKeyDictionary

from datasette.filters import FilterArguments
from datasette.utils import urlsafe_components
from datasette.utils.asgi import NotFound
from datasette.views.row import RowView

from netmeta.catalogue.browse import hidden_ids
from netmeta.facade import Netmeta
from netmeta.texts import language
from netmeta.web.shelf import database_name, shelf_of
from netmeta.web.signing_in import curator
from netmeta.web.tables import BY_RECORD, search_filter

KEYED: Final = {
    **BY_RECORD,
    **dict.fromkeys(
        ("record_concepts", "record_misses", "overrides", "kept_values", "collection_records", "acts"),
        "record_id",
    ),
}  # fmt: skip
"""Tables with the column that names a record."""


def filters(request: Any, database: str, table: str, datasette: Any) -> Any:
    """Datasette's hook: what the search box asks for, without what is hidden."""
    search = search_filter(request, database, table, datasette)
    column = KEYED.get(table)
    if column is None or database != database_name(datasette):
        return search

    async def found() -> Any:
        made = await search() if search else FilterArguments([])
        if await curator(datasette, request) is None and (ids := await _hidden(datasette)):
            # Acts that are about no record have none.
            some = "(select value from json_each(:netmeta_hidden))"
            made.where_clauses.append(f"([{column}] is null or [{column}] not in {some})")
            made.params["netmeta_hidden"] = json.dumps(ids)
        return made

    return found


_known: WeakKeyDictionary[Any, tuple[int, list[int]]] = WeakKeyDictionary()
"""What was hidden at which position in the change log, by Datasette: finding it out reads all
records, and a table page with its facets asks six times."""


async def _hidden(datasette: Any) -> list[int]:
    def read(netmeta: Netmeta) -> list[int]:
        seq = netmeta.catalogue.last_seq()
        if datasette not in _known or _known[datasette][0] != seq:
            _known[datasette] = (seq, hidden_ids(netmeta.catalogue.conn))
        return _known[datasette][1]

    return await shelf_of(datasette).do(read, language())


async def row(request: Any, datasette: Any, send: Any) -> Any:
    """One row of a table about records; none for strangers if its record is hidden."""
    name, table = database_name(datasette), request.url_vars["table"]
    if request.url_vars["database"] == name and await curator(datasette, request) is None:
        database = datasette.get_database(name)
        keys = await database.primary_keys(table)
        values = urlsafe_components(request.url_vars["pks"])
        same = " and ".join(f"x.[{key}] = ?" for key in keys)
        sql = (
            f"select 1 from [{table}] x join records r on r.id = x.[{KEYED[table]}]"  # noqa: S608 - of KEYED and the schema
            f" where r.hidden = 1 and {same}"
        )
        if len(keys) == len(values) and (await database.execute(sql, values)).rows:
            raise NotFound("No such row.")
    return await RowView.as_view(datasette)(request, send)


ROUTE: Final = (
    rf"^/(?P<database>[^/.]+)/(?P<table>{'|'.join(KEYED)})/(?P<pks>[^/]+?)(\.(?P<format>\w+))?$",
    row,
)
"""(pattern, view), for the plugin."""
