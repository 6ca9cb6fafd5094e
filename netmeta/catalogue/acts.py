"""What curators did, newest first: edits of records from the change log, and all their other acts."""

from __future__ import annotations

import json
import sqlite3
from typing import Final

from netmeta.catalogue.catalogue import Catalogue
from netmeta.catalogue.stored import Stored

_LATEST: Final = """
    SELECT c.at, c.author, c.op, c.record_id, c.fields, substr(r.title, 1, 300)
    FROM (SELECT * FROM changes INDEXED BY changes_by_author WHERE author IS NOT NULL
          ORDER BY seq DESC LIMIT :limit) c
    JOIN records r ON r.id = c.record_id
    UNION ALL
    SELECT a.at, a.author, a.deed, a.record_id, a.what, substr(r.title, 1, 300)
    FROM (SELECT * FROM acts ORDER BY id DESC LIMIT :limit) a
    LEFT JOIN records r ON r.id = a.record_id
    ORDER BY 1 DESC LIMIT :limit
"""


def note_act(
    conn: sqlite3.Connection, at: str, author: str, deed: str, *, record: int | None, what: str
) -> None:
    """Log an act that changes no record, within the transaction of the act itself."""
    conn.execute(
        "INSERT INTO acts (at, author, deed, record_id, what) VALUES (?, ?, ?, ?, ?)",
        (at, author, deed, record, what),
    )


def latest(catalogue: Catalogue, *, limit: int) -> list[Stored]:
    """[{"at", "author", "deed", "record", "title", "fields", "what"}]; "fields" are the names of
    those that an edit changed, "what" the words of another act."""
    found = []
    for at, author, deed, record, what, title in catalogue.conn.execute(_LATEST, {"limit": limit}):
        fields = list(json.loads(what)) if what.startswith("{") else []
        found.append(
            {
                "at": at, "author": author, "deed": deed, "record": record, "title": title,
                "fields": fields, "what": "" if fields or what == "{}" else what,
            }
        )  # fmt: skip
    return found
