"""What was fetched of a source, so that the next harvest asks only for what may have changed.

A visit is remembered under the address that was asked for. `role` says what the page was:

    entry     one material or event; `key` is its identity in the addresses of the site
    owed      an entry that was found but could not be read yet: the next harvest asks for it
    listing   pages that link to entries; `watched` ones are asked for at every harvest, because
              between them they show everything that is new
    feed, sitemap, page   (page: neither entry nor listing, and not worth asking for again)
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from netmeta.catalogue.unwritten import fingerprint

if TYPE_CHECKING:
    from netmeta.catalogue.catalogue import Catalogue

Role = Literal["entry", "owed", "listing", "feed", "sitemap", "page"]


class Visit(NamedTuple):
    """One remembered answer.

    `etag`, `last_modified` and `body_hash` tell whether the page itself has changed; `lastmod` is
    what a sitemap said about it when it was last read; `day` is when it was last asked for.
    """

    role: Role
    key: str = ""
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    lastmod: str = ""
    watched: bool = False
    day: str = ""


_WROTE_MOST: Final = 20_000
"""Fingerprints of visits kept in memory: some 2 MB."""

_SELECT = """
    SELECT url, role, key, etag, last_modified, body_hash, lastmod, watched, day
    FROM visits WHERE source_id = ? AND """
_INSERT = """
    INSERT INTO visits
        (source_id, url, role, key, etag, last_modified, body_hash, lastmod, watched, day)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (source_id, url) DO UPDATE SET
        role = excluded.role, key = excluded.key, etag = excluded.etag,
        last_modified = excluded.last_modified, body_hash = excluded.body_hash,
        lastmod = excluded.lastmod, watched = excluded.watched, day = excluded.day
"""


class Visits:
    """The visits of one source, asked for one by one: a portal may have a million pages.

    Without a connection it is empty. At a first harvest all that can be found are visits which
    that harvest has stored itself (`wrote`): what is none of them is not looked up.
    """

    def __init__(self, conn: sqlite3.Connection | None = None, source_id: int = 0) -> None:
        self._conn = conn
        self._source_id = source_id
        self._first: bool | None = None
        self._wrote: set[int] = set()

    def wrote(self, seen: Mapping[str, Visit | None]) -> None:
        """Visits that are stored by now."""
        for url, visit in seen.items():
            self._wrote.add(fingerprint(url))
            if visit is not None and visit.key:
                self._wrote.add(fingerprint(_key(visit.key)))
        if len(self._wrote) > _WROTE_MOST:
            self._first, self._wrote = False, set()

    def get(self, url: str) -> Visit | None:
        """The last visit to an address."""
        if self._is_unknown(url):
            return None
        found = self._select(f"{_SELECT} url = ?", url)
        return found[0][1] if found else None

    def address_of(self, key: str, role: Role) -> str | None:
        """The (first) address under which something of that key was read in that role."""
        if self._is_unknown(_key(key)):
            return None
        found = self._select(f"{_SELECT} key = ? AND key <> '' ORDER BY url", key)
        return next((url for url, visit in found if visit.role == role), None)

    def of(self, role: Role) -> list[tuple[str, Visit]]:
        """All (address, visit) of one role."""
        return self._select(f"{_SELECT} role = ? ORDER BY url", role)

    def _is_unknown(self, what: str) -> bool:
        if self._first is None and self._conn is not None:
            sql = "SELECT 1 FROM visits WHERE source_id = ? LIMIT 1"
            self._first = self._conn.execute(sql, (self._source_id,)).fetchone() is None
        return bool(self._first) and fingerprint(what) not in self._wrote

    def _select(self, sql: str, value: str) -> list[tuple[str, Visit]]:
        if self._conn is None:
            return []
        rows = self._conn.execute(sql, (self._source_id, value)).fetchall()
        return [(row[0], Visit._make((*row[1:7], bool(row[7]), row[8]))) for row in rows]


def _key(key: str) -> str:
    return f"key {key}"


def remember(catalogue: Catalogue, source_id: int, seen: Mapping[str, Visit | None]) -> None:
    """Keep {address: visit}, and forget the addresses whose visit is None. Raises: StorageError."""
    if seen:
        with catalogue.transaction() as conn:
            write(conn, source_id, seen, today=catalogue.now())


def write(
    conn: sqlite3.Connection,
    source_id: int,
    seen: Mapping[str, Visit | None],
    *,
    today: dt.datetime,
) -> None:
    """As `remember`, in the caller's transaction."""
    day = today.astimezone(dt.UTC).date().isoformat()
    conn.executemany(
        "DELETE FROM visits WHERE source_id = ? AND url = ?",
        [(source_id, url) for url, visit in seen.items() if visit is None],
    )
    conn.executemany(
        _INSERT,
        [
            (source_id, url, *visit[:6], int(visit.watched), day)
            for url, visit in seen.items()
            if visit is not None
        ],
    )


def learned(catalogue: Catalogue, source_id: int) -> str | None:
    """JSON of what the page reader knows of the source's template, if anything."""
    sql = "SELECT template FROM learned WHERE source_id = ?"
    row = catalogue.conn.execute(sql, (source_id,)).fetchone()
    return row[0] if row else None


def remember_learned(catalogue: Catalogue, source_id: int, template: str) -> None:
    """Keep what the page reader learned. Raises: StorageError."""
    with catalogue.transaction() as conn:
        conn.execute(
            "INSERT INTO learned (source_id, template) VALUES (?, ?) ON CONFLICT (source_id)"
            " DO UPDATE SET template = excluded.template WHERE template <> excluded.template",
            (source_id, template),
        )
