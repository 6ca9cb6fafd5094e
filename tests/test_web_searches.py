"""What one does with a search: keep it in the browser, follow it, take it as a table."""

from __future__ import annotations

import asyncio
import base64
import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest
from datasette.app import Datasette

from netmeta.facade import Netmeta
from netmeta.web.saving import COOKIE, MOST, Saved, read, written
from tests.conftest import item
from tests.web_catalogue import close, fill, get, opened, tree


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    db = tmp_path_factory.mktemp("searches") / "netmeta.db"
    fill(db)
    app = opened(db)
    yield app
    close(app)


class Visitor:
    """A browser: it keeps cookies, reads forms, sends them."""

    def __init__(self, app: Datasette) -> None:
        self._app, self.cookies = app, httpx.Cookies()

    def get(self, path: str) -> httpx.Response:
        return self._kept(asyncio.run(self._app.client.get(path, cookies=self.cookies)))

    def post(self, path: str, values: dict[str, str]) -> httpx.Response:
        answer = asyncio.run(self._app.client.post(path, data=values, cookies=self.cookies))
        return self._kept(answer)

    def act(self, path: str, action: str) -> httpx.Response:
        """Press the button of a page's first form that does this."""
        page = tree_of(self.get(path))
        form = next(f for f in page.css("main form") if f.css_first(f"button[value={action}]"))
        fields = {
            i.attributes["name"] or "": i.attributes["value"] or "" for i in form.css("input")
        }
        return self.post("/searches", {**fields, "action": action})

    def _kept(self, answer: Any) -> httpx.Response:
        for name, value in answer.cookies.items():
            self.cookies.set(name, value)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def tree_of(answer: httpx.Response) -> Any:
    from selectolax.lexbor import LexborHTMLParser

    assert answer.status_code == 200, answer.text[:300]
    return LexborHTMLParser(answer.text)


def words(page: Any, selector: str) -> str:
    return re.sub(r"\s+", " ", " ".join(node.text(separator=" ") for node in page.css(selector)))


ADDRESS = "/searches?q=" + quote("урок") + "&subject=physics"


def test_a_search_is_kept_in_the_browser_and_counts_what_is_new(tmp_path: Path) -> None:
    db = tmp_path / "netmeta.db"
    fill(db)
    app, visitor = opened(db), Visitor(opened(db))
    found = tree(app, ADDRESS.replace("/searches", "/search"))
    saving = found.css_first("a.save").attributes["href"]
    assert saving == "/searches?" + str(urlsplit(ADDRESS).query).replace("%20", "+")
    assert visitor.act(saving, "save").headers["location"] == "/searches"
    page = tree_of(visitor.get("/searches"))
    assert words(page, ".kept li > a") == "«урок», физика"
    assert "с прошлого раза ничего нового" in words(page, ".kept")
    with Netmeta.open(db) as nm:
        nm.import_items([
            item(100, title="Урок физики: маятник", subject=("физика",), published="01.02.1999"),
            item(101, title="Урок химии", subject=("химия",)),
        ])  # fmt: skip
        nm.reindex()
    page = tree_of(visitor.get("/searches"))
    assert "1 новая находка" in words(page, ".kept")
    opening = visitor.get("/searches/1")
    assert parse_qs(urlsplit(opening.headers["location"]).query) == {
        "q": ["урок"], "subject": ["physics"], "sort": ["date"],
    }  # fmt: skip
    assert "с прошлого раза ничего нового" in words(tree_of(visitor.get("/searches")), ".kept")
    assert visitor.act("/searches", "remove").status_code == 302
    assert "Пока ничего не сохранено" in words(tree_of(visitor.get("/searches")), "main")
    close(app)


def test_the_server_keeps_nothing_of_it(tmp_path: Path) -> None:
    db = tmp_path / "netmeta.db"
    fill(db)
    before = db.read_bytes()
    app = opened(db)
    answer = Visitor(app).act(ADDRESS, "save")
    assert f"{COOKIE}=" in answer.headers["set-cookie"]
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]
    assert answer.headers["cache-control"] == "private, no-store"
    close(app)
    assert db.read_bytes() == before


def test_keeping_needs_the_token_of_our_form(app: Datasette) -> None:
    visitor = Visitor(app)
    visitor.cookies.set("netmeta_lang", "ru")  # who has no cookie at all cannot be abused by one
    assert visitor.post("/searches", {"action": "save", "query": "q=x"}).status_code == 403
    assert COOKIE not in visitor.cookies


def test_a_browser_keeps_ten(app: Datasette) -> None:
    visitor = Visitor(app)
    visitor.cookies.set(COOKIE, written([Saved(f"q={n}", 1) for n in range(MOST)]))
    assert not tree_of(visitor.get(ADDRESS)).css("button[value=save]")
    token = tree_of(visitor.get("/searches")).css_first("input[name=csrftoken]").attributes["value"]
    fields = {"action": "save", "query": "q=one+more", "csrftoken": token}
    assert visitor.post("/searches", fields).status_code == 400


@pytest.mark.parametrize(
    "value",
    ["", "x", "%%%", base64.urlsafe_b64encode(b"[" * 3000).decode(),
     *(base64.urlsafe_b64encode(json.dumps(rows).encode()).decode()
       for rows in (5, {}, [1], [["q=x"]], [["q=x", "1"]], [["q=x", True]], [["q=x", -1]],
                    [["q=" + "x" * 4000, 1]], [[None, 1]], [["q=x", 1 << 80]]))],
)  # fmt: skip
def test_a_cookie_that_is_none(app: Datasette, value: str) -> None:
    assert read(value) == []
    answer = get(app, "/searches", Cookie=f"{COOKIE}={value}")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "query", ["grade=rubbish", "kind=x&subject=nowhere", "%ff%fe=%00", "q=%00"]
)
def test_a_kept_search_that_cannot_be_asked(app: Datasette, query: str) -> None:
    answer = get(app, "/searches", Cookie=f"{COOKIE}={written([Saved(query, 0)])}")
    assert answer.status_code == 200
    assert "<script" not in answer.text


def test_the_same_search_in_other_formats(app: Datasette) -> None:
    page = tree(app, "/search?q=урок&subject=physics&sort=date")
    links = [a.attributes["href"] or "" for a in page.css(".ways a")][:4]
    assert [urlsplit(link).path for link in links] == [
        "/feed.atom", "/events.ics", "/search.json", "/search.csv",
    ]  # fmt: skip
    for link in links:
        assert parse_qs(urlsplit(link).query)["subject"] == ["physics"]
        assert get(app, link).status_code == 200, link
    heads = {
        link.attributes["type"]: link.attributes["href"] or ""
        for link in page.css("head link[rel=alternate]")
    }
    assert "subject=physics" in heads["application/atom+xml"]
    assert "subject=physics" in heads["text/calendar"]


@pytest.mark.parametrize(
    ("path", "feed"),
    [("/", "/feed.atom"), ("/subject/physics", "/feed.atom?subject=physics"),
     ("/portal/school", "/feed.atom?source=school"), ("/author/1", "/feed.atom?author=1"),
     ("/events", "/feed.atom?kind=event")],
)  # fmt: skip
def test_pages_name_their_feeds_and_our_search(app: Datasette, path: str, feed: str) -> None:
    page = tree(app, path)
    head = page.css_first("head link[type='application/atom+xml']")
    assert head.attributes["href"] == feed
    assert feed in [a.attributes["href"] for a in page.css("main .ways a")]
    assert "<entry>" in get(app, feed).text
    search = page.css_first("head link[rel=search]").attributes["href"]
    assert "OpenSearchDescription" in get(app, search).text


def test_a_search_as_a_table_is_safe_in_a_spreadsheet(tmp_path: Path) -> None:
    db = tmp_path / "netmeta.db"
    with Netmeta.open(db) as nm:
        nm.import_items([item(n, title=f"Дроби, урок {n}") for n in range(1, 130)])
        nm.import_items([item(200, title="Дроби")])
        with nm.catalogue.transaction() as conn:
            formula = '=HYPERLINK("http://x.example")'
            conn.execute("UPDATE records SET title = ? WHERE id = 130", (formula,))
        nm.reindex(full=True)
        with nm.catalogue.transaction() as conn:
            conn.execute("UPDATE records SET title = '+7 дроби' WHERE id = 1")
    app = opened(db)
    answer = get(app, "/search.csv?q=дроби&page=1")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == get(app, "/search.json?q=дроби").json()["total"]
    assert len(rows) > 100  # more than one page of the service
    assert "'+7 дроби" in [row["title"] for row in rows]
    assert not [row for row in rows for cell in row.values() if re.match(r"[=+@\t]|-(?!\d)", cell)]
    close(app)
