"""The state of each source as it was last judged, since when, and what people were told of it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from netmeta.catalogue.catalogue import Catalogue
from netmeta.catalogue.stored import utc


class Known(NamedTuple):
    """A state, since when, and the state that people were last told of."""

    state: str
    since: dt.datetime
    told: str


def known(conn: sqlite3.Connection) -> dict[str, Known]:
    """{source: what is known of its state}; sources never judged are missing."""
    sql = """
        SELECT s.name, k.state, k.since, k.told FROM source_states k
        JOIN sources s ON s.id = k.source_id
    """
    return {
        name: Known(state, dt.datetime.fromisoformat(since), told)
        for name, state, since, told in conn.execute(sql)
    }


def remember(catalogue: Catalogue, states: Mapping[str, str]) -> None:
    """Keep {source: state} as judged now; a state that is the same keeps its beginning.

    Raises: StorageError.
    """
    now = utc(catalogue.now())
    with catalogue.transaction() as conn:
        conn.executemany(
            "INSERT INTO source_states (source_id, state, since)"
            " SELECT id, ?2, ?3 FROM sources WHERE name = ?1"
            " ON CONFLICT (source_id) DO UPDATE SET state = excluded.state, since = excluded.since"
            " WHERE state <> excluded.state",
            [(name, state, now) for name, state in states.items()],
        )


def mark_told(catalogue: Catalogue, sources: Iterable[str]) -> None:
    """People know the present state of these sources. Raises: StorageError."""
    with catalogue.transaction() as conn:
        conn.executemany(
            "UPDATE source_states SET told = state"
            " WHERE source_id = (SELECT id FROM sources WHERE name = ?)",
            [(name,) for name in sources],
        )
