"""Collections: made, filled, put in order, read by everybody, subscribed to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import feedparser
import pytest
from datasette.app import Datasette

from netmeta.catalogue import Catalogue
from netmeta.errors import UnknownRecordError, UsageError
from netmeta.facade import Netmeta
from netmeta.services import collections, reports
from netmeta.services.curation import edit, forget_address, forget_person
from tests.conftest import Ran, item
from tests.test_web_curators import fields
from tests.web_catalogue import close, opened
from tests.web_visitor import Visitor, copied, make_curator


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collections")
    with Netmeta.open(folder / "netmeta.db") as nm:
        nm.import_items([item(n, title=f"Урок дробей № {n}") for n in range(1, 6)])
        nm.reindex()
    make_curator(folder / "netmeta.db")
    return folder


@pytest.fixture
def nm(filled: Path, tmp_path: Path) -> Iterator[Netmeta]:
    with Netmeta.open(copied(filled, tmp_path)) as nm:
        yield nm


@pytest.fixture
def app(nm: Netmeta) -> Iterator[Datasette]:
    app = opened(nm.catalogue.path)
    yield app
    close(app)


@pytest.fixture
def curator(app: Datasette) -> Visitor:
    visitor = Visitor(app)
    visitor.sign_in()
    return visitor


def members(nm: Netmeta, slug: str = "drobi") -> list[tuple[int, str]]:
    found = collections.whole(nm.catalogue, slug, all_members=True)["members"]
    return [(one["id"], one["note"]) for one in found]


# --- the service --------------------------------------------------------------------------------


def test_a_slug_is_made_of_the_title(nm: Netmeta) -> None:
    made = [
        collections.make(nm.catalogue, title, author="м")
        for title in ("Дроби, 5 класс", "Дроби 5 класс!", "…", "Fractions", "Дроби")
    ]
    assert made == ["drobi-5-klass", "drobi-5-klass-2", "podborka", "fractions", "drobi"]
    collections.describe(nm.catalogue, "drobi", "Другое название", "", author="м")
    assert collections.require(nm.catalogue, "drobi")["title"] == "Другое название"


def test_records_come_in_an_order_and_go(nm: Netmeta) -> None:
    collections.make(nm.catalogue, "Дроби", author="м")
    for id in (3, 1, 2):
        assert collections.put(nm.catalogue, "drobi", id, f"п{id}", author="м")
    assert not collections.put(nm.catalogue, "drobi", 1, author="м")
    assert members(nm) == [(3, "п3"), (1, "п1"), (2, "п2")]
    # 4 is no member, 3 was added by somebody else meanwhile
    collections.arrange(nm.catalogue, "drobi", [(2, "первый"), (4, ""), (1, "")], author="м")
    assert members(nm) == [(2, "первый"), (1, ""), (3, "п3")]
    collections.arrange(nm.catalogue, "drobi", [(1, "x"), (2, "y")], drop=[2], author="м")
    assert members(nm) == [(1, "x"), (3, "п3")]
    collections.take(nm.catalogue, "drobi", 3, author="м")
    with pytest.raises(UsageError):
        collections.take(nm.catalogue, "drobi", 3, author="м")
    collections.remove(nm.catalogue, "drobi", author="м")
    with pytest.raises(UsageError):
        collections.whole(nm.catalogue, "drobi")
    deeds = [deed for (deed,) in nm.catalogue.conn.execute("SELECT deed FROM acts ORDER BY id")]
    assert deeds == [
        "collection made", "record collected", "record collected", "record collected",
        "collection changed", "record uncollected", "collection changed", "record uncollected",
        "collection removed",
    ]  # fmt: skip
    assert nm.record(1).title == "Урок дробей № 1"


def test_what_does_not_fit_a_collection(nm: Netmeta, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = nm.catalogue
    collections.make(catalogue, "Дроби", author="м")
    for title in ("", "  ", "х" * 121):
        with pytest.raises(UsageError):
            collections.make(catalogue, title, author="м")
    with pytest.raises(UsageError):
        collections.make(catalogue, "x", "х" * 2001, author="м")
    with pytest.raises(UsageError):
        collections.put(catalogue, "drobi", 1, "х" * 501, author="м")
    with pytest.raises(UsageError):
        collections.put(catalogue, "no-such", 1, author="м")
    with pytest.raises(UnknownRecordError):
        collections.put(catalogue, "drobi", 99, author="м")
    edit(catalogue, 2, hidden=True, author="м")
    with pytest.raises(UsageError):
        collections.put(catalogue, "drobi", 2, author="м")
    monkeypatch.setattr(collections, "MOST_RECORDS", 1)
    collections.put(catalogue, "drobi", 1, author="м")
    with pytest.raises(UsageError):
        collections.put(catalogue, "drobi", 3, author="м")
    monkeypatch.setattr(collections, "MOST_COLLECTIONS", 1)
    with pytest.raises(UsageError):
        collections.make(catalogue, "Ещё", author="м")


def test_what_nobody_may_see_is_in_no_collection(nm: Netmeta) -> None:
    collections.make(nm.catalogue, "Дроби", author="м")
    for id in (1, 2, 3):
        collections.put(nm.catalogue, "drobi", id, "личное примечание", author="м")
    edit(nm.catalogue, 1, hidden=True, author="м")
    forget_address(nm.catalogue, "https://school.example/2")
    found = collections.whole(nm.catalogue, "drobi")
    assert [one["id"] for one in found["members"]] == [3]
    assert [one["id"] for one in collections.feed(nm.catalogue, "drobi").records] == [3]
    assert [id for id, _ in members(nm)] == [1, 3]  # of a removed record nothing stays


def test_a_forgotten_person_is_named_in_nothing_that_people_wrote(nm: Netmeta) -> None:
    name = "Иванова Мария Ивановна"
    collections.make(nm.catalogue, f"Уроки: {name}", f"Их дала {name}", author="м")
    collections.put(
        nm.catalogue, "uroki-ivanova-mariya-ivanovna", 1, f"{name} советует", author="м"
    )
    reports.report(nm.catalogue, 2, "other", f"Это работа, её автор {name}")
    credit = [{"name": name, "role": None, "organisation": None}]
    edit(nm.catalogue, 3, values={"authors": credit, "title": f"Урок: {name}"}, author="м")
    edit(nm.catalogue, 4, values={"title": "Правка"}, author="м")
    forget_person(nm.catalogue, name)
    found = collections.require(nm.catalogue, "uroki-imya-udaleno")
    assert found["title"] == "Уроки: [имя удалено]"
    assert (nm.record(3).title, nm.record(3).authors) == ("Урок дробей № 3", [])
    assert nm.record(4).title == "Правка"
    nm.catalogue.conn.execute("DELETE FROM suppressions")
    dump = "\n".join(nm.catalogue.conn.iterdump())
    assert "Иванова" not in dump
    assert "ivanova" not in dump


# --- the pages ----------------------------------------------------------------------------------


def test_a_curator_makes_a_collection_on_the_pages(curator: Visitor, app: Datasette) -> None:
    answer = curator.post("/collections", title="Дроби", description="К уроку\r\nв пятом классе")
    assert answer.headers["location"] == "/collection/drobi/edit"
    curator.post("/record/1/collect", page="/record/1", slug="drobi", note="Начать с этого")
    curator.post("/record/2/collect", page="/record/2", slug="drobi")
    stranger = Visitor(app)
    page = stranger.tree("/collection/drobi")
    assert page.css_first("h1").text() == "Дроби"
    assert [p.text() for p in page.css(".lead")] == ["К уроку", "в пятом классе"]
    assert [a.text() for a in page.css(".collected > li > a")] == [
        "Урок дробей № 1",
        "Урок дробей № 2",
    ]
    assert page.css_first(".remark").text() == "Начать с этого"
    assert not page.css("main form")
    assert "/collections" in stranger.get("/").text
    assert "/collection/drobi" in stranger.get("/collections").text
    assert "/collection/drobi" in stranger.tree("/record/1").css_first(".collected-in").html
    assert stranger.tree("/record/3").css_first(".collected-in") is None


def test_a_record_starts_a_collection_of_its_own(curator: Visitor, nm: Netmeta) -> None:
    curator.post("/record/4/collect", page="/record/4", title="Новая", note="х")
    assert members(nm, "novaya") == [(4, "х")]
    told = curator.get("/record/4").text
    assert "Добавлено в подборку" in told
    curator.post("/record/4/collect", page="/record/4", slug="novaya")
    assert "уже в этой подборке" in curator.get("/record/4").text
    curator.post("/record/4/collect", page="/record/4", out="novaya")
    assert members(nm, "novaya") == []
    # Nothing is made if the record cannot be put in.
    assert curator.post("/record/99/collect", page="/record/4", title="Пустая").status_code == 400
    assert curator.get("/collection/pustaya").status_code == 404
    assert curator.post("/record/4/collect", page="/record/4", slug="no-such").status_code == 400
    assert curator.get("/record/4/collect").headers["location"] == "/record/4"


def test_order_notes_and_removal_by_one_form(curator: Visitor, nm: Netmeta) -> None:
    curator.post("/collections", title="Дроби")
    for id in (1, 2, 3):
        curator.post(f"/record/{id}/collect", page="/record/1", slug="drobi")
    path = "/collection/drobi/edit"
    sent = fields(curator, path)
    sent |= {"member": ["1", "2", "3"], "place-3": "0", "place-1": "7", "note-2": "второй", "out-1": "1",
             "title": "Дроби и доли", "do": "save"}  # fmt: skip
    assert curator.post(path, token=False, **sent).headers["location"] == "/collection/drobi"
    assert members(nm) == [(3, ""), (2, "второй")]
    assert collections.require(nm.catalogue, "drobi")["title"] == "Дроби и доли"
    assert curator.post(path, title="", member=["3"], do="save").status_code == 400
    assert curator.post(path, do="remove").status_code == 400
    assert curator.post(path, do="remove", sure="yes").headers["location"] == "/collections"
    assert curator.get("/collection/drobi").status_code == 404
    assert curator.post(path, page="/collections", do="save", title="x").status_code == 404


def test_a_page_that_has_not_changed_is_not_sent_again(curator: Visitor, app: Datasette) -> None:
    curator.post("/collections", title="Дроби")
    curator.post("/record/1/collect", page="/record/1", slug="drobi")
    for path in ("/collection/drobi", "/collections"):
        first = Visitor(app).get(path)
        tag = first.headers["etag"]
        again = Visitor(app, If_None_Match=tag).get(path)
        assert (again.status_code, again.content) == (304, b"")
        assert first.headers["cache-control"] == "no-cache"
        assert "Cookie" in first.headers["vary"]
        curator.post("/record/2/collect", page="/record/1", slug="drobi")
        assert Visitor(app, If_None_Match=tag).get(path).status_code == 200
        curator.post("/record/2/collect", page="/record/1", out="drobi")


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_a_collection_has_a_feed(curator: Visitor, app: Datasette, nm: Netmeta, form: str) -> None:
    curator.post("/collections", title="Дроби <b>")
    for id, note in ((1, "Начать & закончить <этим>"), (2, "")):
        curator.post(f"/record/{id}/collect", page="/record/1", slug="drobi-b", note=note)
    with nm.catalogue.transaction() as conn:  # one second apart
        conn.execute(
            "UPDATE collection_records SET added_at = '2020-01-01T00:00:00Z' WHERE record_id = 1"
        )
    answer = Visitor(app).get(f"/collection/drobi-b/feed.{form}")
    assert answer.status_code == 200
    if form == "json":
        found = answer.json()
        titles = [one["title"] for one in found["items"]]
        assert found["feed_url"].endswith("/collection/drobi-b/feed.json")
        assert "закончить" in json.dumps(found["items"][1], ensure_ascii=False)
    else:
        read: Any = feedparser.parse(answer.content)
        assert not read.bozo
        titles = [entry.title for entry in read.entries]
        assert "Начать & закончить" in read.entries[1].summary
        assert read.feed.title.startswith("Дроби")
    assert titles == ["Урок дробей № 2", "Урок дробей № 1"]  # what was added last comes first
    tag = answer.headers["etag"]
    assert (
        Visitor(app, If_None_Match=tag).get(f"/collection/drobi-b/feed.{form}").status_code == 304
    )
    curator.post("/record/1/collect", page="/record/1", out="drobi-b")
    assert (
        Visitor(app, If_None_Match=tag).get(f"/collection/drobi-b/feed.{form}").status_code == 200
    )
    assert Visitor(app).get(f"/collection/nothing/feed.{form}").status_code == 404


def test_a_catalogue_of_an_earlier_version_is_read_too(
    cli: Callable[..., Ran], tmp_path: Path
) -> None:
    db = tmp_path / "netmeta.db"
    with closing(sqlite3.connect(db)) as conn:
        conn.executescript((Path(__file__).parent / "schemas/0001.sql").read_text("utf-8"))
    snapshot = db.read_bytes()
    Catalogue(db, read_only=True).close()
    assert db.read_bytes() == snapshot  # not in WAL mode: somebody's published snapshot
    with closing(sqlite3.connect(db)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
    assert cli("collection", "list", "--json").out.strip() == "[]"
    app = opened(db)
    assert Visitor(app).get("/collections").status_code == 200
    close(app)


# --- the command line ---------------------------------------------------------------------------


def test_collections_from_the_command_line(
    cli: Callable[..., Ran], filled: Path, tmp_path: Path
) -> None:
    copied(filled, tmp_path)
    assert cli("collection", "list").code == 0
    assert cli("collection", "make", "Дроби", "--by", "м").out.strip() == "drobi"
    ran = cli("collection", "add", "drobi", "1", "2", "--note", "н", "--by", "м", "--json")
    assert json.loads(ran.out) == {"slug": "drobi", "added": [1, 2]}
    assert cli("collection", "add", "drobi", "3", "99").code == 2  # whole or not at all
    found = json.loads(cli("collection", "show", "drobi", "--json").out)
    assert [(one["id"], one["note"], one["added_by"]) for one in found["members"]] == [
        (1, "н", "м"),
        (2, "н", "м"),
    ]
    assert "Урок дробей № 2" in cli("collection", "show", "drobi").out
    (listed,) = json.loads(cli("collection", "list", "--json").out)
    assert (listed["slug"], listed["records"]) == ("drobi", 2)
    assert "drobi" in cli("collection", "list").out
    assert cli("collection", "remove", "drobi", "2").code == 0
    assert cli("collection", "remove", "drobi").code == 2
    assert cli("collection", "remove", "drobi", "--whole").code == 0
    assert cli("collection", "show", "drobi").code == 2
