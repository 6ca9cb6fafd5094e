"""What the pages of one Datasette share: open catalogues, and figures that are kept."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from datasette.app import Datasette

from netmeta.catalogue import Catalogue
from netmeta.catalogue.migrations import APPLICATION_ID
from netmeta.config import load
from netmeta.web import shelf as shelves
from netmeta.web.shelf import Shelf, catalogue_path
from tests.web_catalogue import fill


def test_a_catalogue_that_is_all_in_its_log_is_one(tmp_path: Path) -> None:
    db = tmp_path / "netmeta.db"
    with closing(sqlite3.connect(db, isolation_level=None)) as conn:  # as the catalogue opens it
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA wal_autocheckpoint = 0")
        conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        assert int.from_bytes(db.read_bytes()[68:72], "big") != APPLICATION_ID
        assert catalogue_path(Datasette([str(db)])) == db


def test_a_file_that_becomes_a_catalogue_is_seen(tmp_path: Path) -> None:
    db = tmp_path / "later.db"
    sqlite3.connect(db).close()
    app = Datasette([str(db)])
    assert catalogue_path(app) is None
    Catalogue(db).close()
    assert catalogue_path(app) == db


def test_a_file_that_is_none_stays_none(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"SQLite format 3\0" + b"\0" * 200)
    assert not shelves._is_catalogue(tmp_path / "x.db")
    assert not shelves._is_catalogue(tmp_path / "nowhere.db")


def test_nobody_waits_for_figures_that_are_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = tmp_path / "netmeta.db"
    fill(db)
    shelf = Shelf(load({"db": db}, environment={}))
    monkeypatch.setattr(shelves, "REST_S", -1.0)
    monkeypatch.setattr(shelves, "DAY_S", -1.0)
    made, going_on, may_end = [0], threading.Event(), threading.Event()

    def make(catalogue: Catalogue) -> int:
        made[0] += 1
        if made[0] == 2:
            going_on.set()
            assert may_end.wait(20)
        return made[0]

    async def visitors() -> tuple[int, int]:
        assert await shelf.kept("figures", make) == 1
        slow = asyncio.create_task(shelf.kept("figures", make))
        await asyncio.to_thread(going_on.wait, 20)
        meanwhile = await asyncio.wait_for(shelf.kept("figures", make), 20)
        may_end.set()
        return meanwhile, await slow

    assert asyncio.run(visitors()) == (1, 2)


def test_figures_that_were_being_made_when_they_were_forgotten_are_not_kept(
    tmp_path: Path,
) -> None:
    db = tmp_path / "netmeta.db"
    fill(db)
    shelf = Shelf(load({"db": db}, environment={}))

    def make(catalogue: Catalogue) -> str:
        shelf.forget()  # a curator hides something just then
        return "before"

    async def visitors() -> tuple[str, str]:
        return await shelf.kept("x", make), await shelf.kept("x", lambda catalogue: "after")

    assert asyncio.run(visitors()) == ("before", "after")
