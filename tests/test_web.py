"""The Datasette interface through ASGI: search page, JSON, tables, manners with hostile words."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from selectolax.lexbor import LexborHTMLParser

from netmeta.config import load
from netmeta.facade import Netmeta
from netmeta.web.server import DATABASE, datasette
from tests.conftest import item

HOSTILE = '<script>alert(1)</script> и & "кавычки"'


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    db = tmp_path_factory.mktemp("web") / "netmeta.db"
    with Netmeta.open(db) as nm:
        nm.import_items(
            [
                item(
                    1,
                    title="Обыкновенные дроби, 5 класс",
                    authors=("Иванова М. И.",),
                    published="24.01.2012",
                ),
                item(2, title="Кавычки", body="Кавычки"),
                *(item(n, title=f"Урок физики № {n}", body="Сила и масса") for n in range(3, 40)),
            ]
        )
        # Normalising would take the markup away; the page must not rely on that.
        with nm.catalogue.transaction() as conn:
            conn.execute(
                "UPDATE records SET title = ?, url = 'javascript:alert(3)' WHERE id = 2", (HOSTILE,)
            )
            conn.execute("UPDATE record_texts SET body = ? WHERE record_id = 2", (HOSTILE * 3,))
        nm.reindex()
    app = datasette(load({"db": db}, environment={}))
    asyncio.run(app.invoke_startup())
    yield app
    for database in app.databases.values():
        database.close()


def get(app: Datasette, path: str) -> Any:
    return asyncio.run(app.client.get(path))


def tree(app: Datasette, path: str) -> LexborHTMLParser:
    answer = get(app, path)
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


def test_home_begins_with_the_search_box(served: Datasette) -> None:
    page = tree(served, "/")
    form = page.css_first("form[role=search]")
    assert form is not None
    assert form.attributes["action"] == "/search"
    assert page.css_first("input[name=q]") is not None


def test_search_shows_hits_with_marked_words(served: Datasette) -> None:
    page = tree(served, "/search?q=дробь")
    hit = page.css_first(".nm-hits li")
    assert hit is not None
    link = hit.css_first("h2 a")
    assert link is not None
    assert link.text() == "Обыкновенные дроби, 5 класс"
    assert link.attributes["href"] == "https://school.example/1"
    assert link.attributes["rel"] == "noopener nofollow"
    assert "24.01.2012" in hit.text()
    assert "Иванова М. И." in hit.text()
    assert [mark.text() for mark in hit.css("mark")] == ["дроби"]
    assert "найден" in page.css_first(".nm-total").text()  # type: ignore[union-attr]


def test_hostile_words_are_text(served: Datasette) -> None:
    page = tree(served, "/search?q=кавычки")
    assert not page.css(".nm-hits script")
    heading = page.css_first(".nm-hits h2")
    assert heading is not None
    assert heading.text() == HOSTILE
    assert heading.css_first("a") is None  # no link to javascript:
    echoed = tree(served, "/search?q=%22%3E%3Cscript%3Ealert(2)%3C/script%3E")
    assert not [s for s in echoed.css("script") if "alert" in s.text()]


def test_paging_and_filters(served: Datasette) -> None:
    first = tree(served, "/search?q=физика")
    assert len(first.css(".nm-hits li")) == 20
    more = first.css_first("a[rel=next]")
    assert more is not None
    second = tree(served, more.attributes["href"] or "")
    assert len(second.css(".nm-hits li")) == 17
    assert second.css_first(".nm-hits").attributes["start"] == "21"  # type: ignore[union-attr]
    filtered = tree(served, "/search?q=дроби&grade=5")
    assert [chip.text() for chip in filtered.css(".nm-chips a")] == ["5 класс ✕"]
    assert tree(served, "/search?q=дроби&grade=9").css(".nm-hits li") == []


def test_nothing_found_says_so(served: Datasette) -> None:
    assert "Ничего не нашлось" in tree(served, "/search?q=абракадабра").text()


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999", "²"])
def test_page_numbers_that_are_none(served: Datasette, page: str) -> None:
    assert get(served, f"/search?q=физика&page={page}").status_code == 200


def test_json_is_the_command_lines(served: Datasette) -> None:
    found = get(served, "/search.json?q=дробь").json()
    assert found["total"] == 1
    assert found["hits"][0]["title"] == "Обыкновенные дроби, 5 класс"


def test_english_on_request(served: Datasette) -> None:
    assert "1 found" in tree(served, "/search?q=дробь&lang=en").text()


def test_tables_are_readable_and_titled_in_russian(served: Datasette) -> None:
    assert get(served, f"/{DATABASE}/records.json?_shape=array").json()[0]["title"]
    assert "Записи каталога" in get(served, f"/{DATABASE}/records").text
    for table in ("sources", "changes", "unmapped", "record_texts"):
        assert get(served, f"/{DATABASE}/{table}").status_code == 200


def test_strangers_may_not_run_sql(served: Datasette) -> None:
    assert get(served, f"/{DATABASE}.json?sql=select+1").status_code == 403


def test_without_an_index_the_page_says_what_to_do(tmp_path: Path) -> None:
    with Netmeta.open(tmp_path / "a.db") as nm:
        nm.import_items([item(1)])
    app = datasette(load({"db": tmp_path / "a.db"}, environment={}))
    for path in ("/search?q=x", "/search.json?q=x", "/search.csv?q=x", "/feed.atom?q=x"):
        answer = get(app, path)
        assert answer.status_code == 503
        told = answer.json()["error"] if "json" in path else answer.text
        assert "netmeta index rebuild" in told
        assert str(tmp_path) not in told  # where its files are is nobody's business
    assert '<html lang="ru">' in get(app, "/search.csv?q=x").text  # a page, not cells of a table


def test_a_stranger_database_gets_no_pages_of_ours(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "songs.db") as conn:
        conn.execute("CREATE TABLE songs (name)")
    conn.close()
    app = Datasette([str(tmp_path / "songs.db")])
    assert get(app, "/search?q=x").status_code == 404
    assert 'role="search"' not in get(app, "/").text
