"""Link checks as rows: which addresses are to be asked next, and what came of it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Mapping
from typing import Final, NamedTuple

from netmeta.catalogue.catalogue import Catalogue
from netmeta.catalogue.stored import dump, utc

OK: Final = "ok"

OFTEN: Final = dt.timedelta(days=30)
"""Between two checks of an address that answers."""

AGAIN: Final = dt.timedelta(days=5)
"""Between two checks of one that does not: four of them take more than two weeks."""

DEAD_AFTER: Final = 4
DEAD_DAYS: Final = dt.timedelta(days=14)
"""So many failures in a row, over so long, and the record is left out of search. A portal may rest
for the holidays; nothing is ever deleted for it."""


class Link(NamedTuple):
    """One address to be asked."""

    record_id: int
    url: str


def due(conn: sqlite3.Connection, now: dt.datetime, *, most: int) -> list[Link]:
    """Addresses of visible records to be asked now, those that wait longest first.

    What a harvest saw lately needs no check, unless the address failed before.
    """
    sql = """
        SELECT r.id, r.url FROM records r LEFT JOIN link_checks c ON c.record_id = r.id
        WHERE r.gone_at IS NULL AND r.hidden = 0 AND r.url LIKE 'http%'
          AND CASE WHEN c.failures > 0 THEN c.checked_at <= ?1
                   ELSE coalesce(c.checked_at, '') <= ?2 AND r.last_seen <= substr(?2, 1, 10) END
        ORDER BY coalesce(c.checked_at, ''), r.id LIMIT ?3
    """
    rows = conn.execute(sql, (utc(now - AGAIN), utc(now - OFTEN), most))
    return [Link(*row) for row in rows]


def keep(catalogue: Catalogue, links: list[Link], answers: Mapping[str, str]) -> tuple[int, int]:
    """Store what addresses answered; returns how many records were given up, and how many are back.

    Args:
        answers: {address: "ok" or why not}; addresses without an answer are asked again next time.
    """
    now = catalogue.now()
    given_up = back = 0
    with catalogue.transaction() as conn:
        for link in links:
            if link.url not in answers:
                continue
            was, is_dead = _keep_one(conn, link, answers[link.url], now)
            if was != is_dead:
                _tell(conn, link.record_id, now, dead=is_dead)
                given_up, back = given_up + is_dead, back + was
    return given_up, back


def _keep_one(
    conn: sqlite3.Connection, link: Link, answer: str, now: dt.datetime
) -> tuple[bool, bool]:
    """Whether the link was dead before, and whether it is now."""
    row = conn.execute(
        "SELECT url, failures, first_failed_at, dead FROM link_checks WHERE record_id = ?",
        (link.record_id,),
    ).fetchone()
    was = bool(row and row[3])
    failures, first = (row[1], row[2]) if row and row[0] == link.url else (0, None)
    if answer == OK:
        failures, first, dead = 0, None, False
    else:
        failures, first = failures + 1, first or utc(now)
        dead = failures >= DEAD_AFTER and now - dt.datetime.fromisoformat(first) >= DEAD_DAYS
    conn.execute(
        "INSERT OR REPLACE INTO link_checks"
        " (record_id, url, checked_at, status, failures, first_failed_at, dead)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (link.record_id, link.url, utc(now), answer, failures, first, int(dead)),
    )
    return was, dead


def _tell(conn: sqlite3.Connection, record_id: int, now: dt.datetime, *, dead: bool) -> None:
    """A line of the change log, which search follows."""
    states = [OK, "dead"] if dead else ["dead", OK]
    conn.execute(
        "INSERT INTO changes (record_id, at, op, fields) VALUES (?, ?, 'changed', ?)",
        (record_id, utc(now), dump({"link": states})),
    )


def counts(conn: sqlite3.Connection) -> dict[str, int]:
    """{"checked", "failing", "dead"}: records."""
    sql = "SELECT count(*), count(*) FILTER (WHERE failures > 0), coalesce(sum(dead), 0) FROM link_checks"
    return dict(zip(("checked", "failing", "dead"), conn.execute(sql).fetchone(), strict=True))
