"""Feeds, calendar, JSON-LD, OPML, OpenSearch, sitemaps: read again by programs that others wrote."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import icalendar
import listparser
import pytest
import vobject
from datasette.app import Datasette
from lxml import etree

from netmeta.catalogue.exporting import Selection, newest
from netmeta.config import load
from netmeta.exchange import feeds as formats
from netmeta.exchange import sites
from netmeta.exchange.feeds import Channel
from netmeta.exchange.markup import Escaper
from netmeta.facade import Netmeta
from netmeta.model import ItemAttachment
from netmeta.services import feeds as services
from netmeta.services.curation import edit
from netmeta.services.publishing import oai_setting
from netmeta.web import subscribing
from netmeta.web.server import datasette
from tests.conftest import SHARED, item

NOW = dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
OPEN_TEXT = "Полный текст урока, который можно перепечатывать.\nВторой абзац: 1 < 2 & 3 > 2."


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("publishing") / "netmeta.db"
    with Netmeta.open(path) as nm:
        nm.catalogue._now = lambda: NOW
        nm.add_source("https://other.example/rss", name="other", title="Другой портал")
        nm.import_items(
            [
                item(1, title="Дроби & <b>доли</b>", authors=("Иванова Мария Ивановна",), subject=("математика",),
                     body=OPEN_TEXT, licence="CC BY", type=("конспект урока",), tags=("дроби",), published="24.01.2012",
                     attachments=(ItemAttachment(url="https://school.example/план.docx", name="План", size="1 КБ"),)),
                item(2, title="Закрытый урок", body="Секретный текст. " * 200, subject=("алгебра",), grade=("7",)),
                item(3, body=None, source="other", title="Физика", subject=("физика",), url="https://school.example/опыты?сила=тока"),
                item(4, body=None, title="Конкурс «Урок, что надо; очень»", kind="event", type=("конкурс",), place="Москва, ул. Ленина",
                     dates={"Регистрация": "до 10 декабря 2026", "Приём работ": "с 1 по 20 декабря 2026",
                            "Итоги": "25 декабря 2026"}),
                item(5, body=None, title="Вебинар о тестах", kind="event", type=("вебинар",),
                     dates={"Вебинар": "12 ноября 2026 в 15:00"}),
                item(6, body=None, title="Отменённая олимпиада", kind="event", type=("олимпиада",), dates={"Олимпиада": "3 декабря 2026"}),
            ]
        )  # fmt: skip
        edit(nm.catalogue, 6, values={"status": "cancelled"}, author="test")
        nm.reindex()
    return path


@pytest.fixture(scope="module")
def app(db: Path) -> Iterator[Datasette]:
    made = datasette(load({"db": db}, environment={}))
    asyncio.run(made.invoke_startup())
    yield made
    for database in made.databases.values():
        database.close()


def get(app: Datasette, path: str, **headers: str) -> Any:
    return asyncio.run(app.client.get(path, headers=headers))


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_feeds_are_read_again_whole(app: Datasette, form: str) -> None:
    answer = get(app, f"/feed.{form}")
    assert answer.headers["content-type"].startswith(f"application/{form}+xml")
    found = feedparser.parse(answer.content)
    assert not found.bozo
    assert len(found.entries) == 6
    by_title = {entry.title: entry for entry in found.entries}
    one = by_title["Дроби & доли"]
    assert one.author == "Иванова Мария Ивановна"
    assert one.link == "https://school.example/1"
    assert one.id.startswith("oai:c")
    assert {"математика", "дроби", "конспект урока"} <= {tag.term for tag in one.tags}
    assert "1 < 2 & 3" in etree.HTML(one.content[0].value).xpath("string()")
    assert one.published_parsed[:3] == (2026, 11, 1)
    assert by_title["Физика"].link.isascii()
    links = [link.href for link in found.feed.links if link.rel == "self"]
    assert links == [f"http://localhost/feed.{form}"]


def test_json_feed_says_the_same(app: Datasette) -> None:
    found = json.loads(get(app, "/feed.json?limit=3").content)
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert found["feed_url"] == "http://localhost/feed.json?limit=3"
    assert len(found["items"]) == 3
    assert {"id", "url", "title", "content_text"} <= set(found["items"][0])


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_only_open_texts_are_given_whole(app: Datasette, form: str) -> None:
    text = get(app, f"/feed.{form}").text
    assert text.count("Секретный") < 100
    assert "Второй абзац" in text


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("source=other", {"Физика"}),
        ("subject=mathematics", {"Дроби & доли", "Закрытый урок"}),
        ("subject=алгебра", {"Закрытый урок"}),
        ("author=Иванова Мария Ивановна", {"Дроби & доли"}),
        ("author=1", {"Дроби & доли"}),
        ("q=дробях", {"Дроби & доли"}),
        ("grade=7", {"Закрытый урок"}),
        ("kind=event", {"Конкурс «Урок, что надо; очень»", "Вебинар о тестах", "Отменённая олимпиада"}),
    ],
)  # fmt: skip
def test_what_one_can_subscribe_to(app: Datasette, query: str, titles: set[str]) -> None:
    for form in ("rss", "atom"):
        found = feedparser.parse(get(app, f"/feed.{form}?{query}").content)
        assert {entry.title for entry in found.entries} == titles


def test_a_rare_and_a_common_subject_are_found_alike(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    selection = Selection(subjects=("mathematics", "algebra", "physics"), visible=True)
    with Netmeta.open(db, read_only=True) as nm:
        rare = newest(nm.catalogue.conn, selection, limit=2)
        monkeypatch.setattr("netmeta.catalogue.exporting._FEW", 2)
        assert rare == newest(nm.catalogue.conn, selection, limit=2) == [3, 2]


@pytest.mark.parametrize(
    "query", ["source=none", "subject=нет такого", "author=Никто", "author=999"]
)
def test_what_is_not_there_is_told(app: Datasette, query: str) -> None:
    assert get(app, f"/feed.rss?{query}").status_code in (400, 404)


@pytest.mark.parametrize("path", ["/feed.rss", "/feed.atom", "/feed.json", "/events.ics"])
def test_nothing_new_is_304(app: Datasette, path: str) -> None:
    first = get(app, path)
    for headers in (
        {"If-None-Match": first.headers["etag"]},
        {"If-None-Match": f'"x", {first.headers["etag"]}'},
        {"If-Modified-Since": first.headers["last-modified"]},
    ):
        again = get(app, path, **headers)
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == first.headers["etag"]
    assert get(app, path, **{"If-None-Match": '"other"'}).status_code == 200
    old = "Thu, 01 Jan 2026 00:00:00 GMT"
    assert get(app, path, **{"If-Modified-Since": old}).status_code == 200


def test_a_feed_that_lost_an_entry_is_not_304(tmp_path: Path) -> None:
    with Netmeta.open(tmp_path / "n.db") as nm:
        nm.catalogue._now = lambda: NOW
        nm.import_items([item(1), item(2)])
        served = datasette(load({"db": tmp_path / "n.db"}, environment={}))
        known = get(served, "/feed.rss").headers["last-modified"]
        assert get(served, "/feed.rss", **{"If-Modified-Since": known}).status_code == 304
        nm.catalogue._now = lambda: NOW + dt.timedelta(hours=1)
        edit(nm.catalogue, 2, hidden=True, author="test")
        answer = get(served, "/feed.rss", **{"If-Modified-Since": known})
        assert answer.status_code == 200
        assert len(feedparser.parse(answer.content).entries) == 1
    for database in served.databases.values():
        database.close()


@pytest.mark.parametrize(
    ("summary", "licence", "shown"),
    [
        ("Кратко о дробях.", "CC BY", OPEN_TEXT),
        ("Кратко о дробях.", None, "Кратко о дробях."),
        (None, None, " ".join(OPEN_TEXT.split())),
    ],
)
def test_a_feed_has_the_best_text_it_may_give(
    tmp_path: Path, summary: str | None, licence: str | None, shown: str
) -> None:
    with Netmeta.open(tmp_path / "a.db") as nm:
        nm.import_items([item(1, description=summary, body=OPEN_TEXT, licence=licence)])
        found = services.feed(nm.catalogue, lambda: nm.searcher, services.Wanted())
        setting = oai_setting(nm.catalogue, nm.config, "https://x.example/")
    channel = Channel(title="t", description="d", self_url="u", home="h", setting=setting)
    said = json.loads(formats.write("json", channel, found.records, Escaper()))
    assert said["items"][0]["content_text"] == shown


def test_a_list_that_somebody_made_is_a_feed(db: Path) -> None:
    with Netmeta.open(db) as nm:
        edit(nm.catalogue, 3, hidden=True, author="test")
        found = services.listed(
            nm.catalogue, [5, 3, 1, 99], title="Мои", changed="2027-01-01T00:00:00Z"
        )
        edit(nm.catalogue, 3, hidden=False, author="test")
    assert [record["id"] for record in found.records] == [5, 1]
    assert found.changed == "2027-01-01T00:00:00Z"


def test_the_self_link_is_the_address_even_with_raw_letters(app: Datasette) -> None:
    from datasette.utils.asgi import Request

    scope = {
        "type": "http", "method": "GET", "path": "/feed.json", "scheme": "http",
        "query_string": "q=дробях&limit=1".encode(), "headers": [(b"host", b"localhost")],
    }  # fmt: skip
    raw = subscribing._own_address(Request(scope, None), app, "feed.json")
    assert raw == "http://localhost/feed.json?q=%D0%B4%D1%80%D0%BE%D0%B1%D1%8F%D1%85&limit=1"


# --- calendar -----------------------------------------------------------------------------------


def events(raw: bytes) -> dict[str, Any]:
    return {str(e["SUMMARY"]): e for e in icalendar.Calendar.from_ical(raw).walk("VEVENT")}


def test_the_calendar_has_an_event_a_stage(app: Datasette) -> None:
    answer = get(app, "/events.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    found = events(answer.content)
    assert len(found) == 5
    title = "Конкурс «Урок, что надо; очень»"
    due = found[f"{title} — Приём работ"]
    assert due["DTSTART"].dt == dt.date(2026, 12, 20)
    assert due["DTEND"].dt == dt.date(2026, 12, 21)
    assert due["LOCATION"] == "Москва, ул. Ленина"
    assert due["DTSTAMP"].dt == NOW
    timed = found["Вебинар о тестах"]["DTSTART"]
    assert timed.dt.astimezone(dt.UTC) == dt.datetime(2026, 11, 12, 12, tzinfo=dt.UTC)
    assert timed.params["TZID"] == "Europe/Moscow"
    assert found["Отменённая олимпиада"]["STATUS"] == "CANCELLED"
    assert found["Вебинар о тестах"]["STATUS"] == "CONFIRMED"


def test_the_calendar_keeps_the_letter_of_the_standard(app: Datasette) -> None:
    raw = get(app, "/events.ics").content
    assert raw.endswith(b"END:VCALENDAR\r\n")
    lines = raw.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 75
    assert b"BEGIN:VTIMEZONE" in raw
    assert b"TZID:Europe/Moscow" in raw
    for line in lines:
        line.decode("utf-8")  # no letter is cut in two
    again = get(app, "/events.ics").content
    uids = [line for line in raw.split(b"\r\n") if line.startswith(b"UID")]
    assert uids == [line for line in again.split(b"\r\n") if line.startswith(b"UID")]
    assert len(set(uids)) == 5


def test_vobject_reads_the_same_calendar(app: Datasette) -> None:
    raw = get(app, "/events.ics").content
    found = vobject.readOne(raw.decode("utf-8"))
    assert {e.summary.value for e in found.vevent_list} == set(events(raw))


def test_a_calendar_of_a_search(app: Datasette) -> None:
    assert set(events(get(app, "/events.ics?q=вебинар").content)) == {"Вебинар о тестах"}


# --- JSON-LD, lists, sitemaps -------------------------------------------------------------------


def test_a_record_in_schema_org_words(app: Datasette) -> None:
    answer = get(app, "/record/1.jsonld")
    assert answer.headers["content-type"] == "application/ld+json; charset=utf-8"
    said = json.loads(answer.content)
    assert said["@type"] == "LearningResource"
    assert said["@id"] == "http://localhost/record/1"
    assert said["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert said["about"][0]["termCode"] == "mathematics"
    assert said["learningResourceType"]["name"] == "конспект урока"
    assert said["text"].startswith("Полный текст")
    assert "text" not in json.loads(get(app, "/record/2.jsonld").content)
    event = json.loads(get(app, "/record/6.jsonld").content)
    assert event["@type"] == "EducationEvent"
    assert event["startDate"] == "2026-12-03"
    assert event["eventStatus"] == "https://schema.org/EventCancelled"
    assert get(app, "/record/999.jsonld").status_code == 404


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own use of it
def test_rdf_of_a_record_is_what_it_says(app: Datasette) -> None:
    import rdflib

    said = json.loads(get(app, "/record/1.jsonld").content)
    said["@context"] = {"@vocab": "https://schema.org/"}  # no network in tests
    graph = rdflib.Graph().parse(data=json.dumps(said), format="json-ld")
    titles = {
        str(o)
        for o in graph.objects(
            rdflib.URIRef("http://localhost/record/1"), rdflib.URIRef("https://schema.org/name")
        )
    }
    assert titles == {"Дроби & доли"}


def test_sources_as_opml(app: Datasette) -> None:
    raw = get(app, "/sources.opml").content
    found = listparser.parse(raw.decode("utf-8"))
    assert not found.bozo
    assert [(f.title, f.url) for f in found.feeds] == [
        ("Другой портал", "https://other.example/rss")
    ]


def test_others_can_search_here(app: Datasette) -> None:
    raw = get(app, "/opensearch.xml")
    assert raw.headers["content-type"].startswith("application/opensearchdescription+xml")
    ns = "{http://a9.com/-/spec/opensearch/1.1/}"
    root = etree.fromstring(raw.content)
    assert 0 < len(root.findtext(f"{ns}ShortName")) <= 16
    templates = {u.get("type"): u.get("template") for u in root.iter(f"{ns}Url")}
    address = templates["application/atom+xml"]
    for hole, value in (("{searchTerms}", "дробях"), ("{startPage?}", "1"), ("{count?}", "5")):
        address = address.replace(hole, value)
    found = feedparser.parse(get(app, address.removeprefix("http://localhost")).content)
    assert [e.title for e in found.entries] == ["Дроби & доли"]
    assert found.feed.opensearch_totalresults == "1"
    assert found.feed.opensearch_itemsperpage == "5"


@pytest.mark.shared
def test_sitemaps_are_valid_and_whole(app: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = etree.XMLSchema(etree.parse(SHARED / "xsd/sitemap/sitemap.xsd"))
    monkeypatch.setattr(sites, "SITEMAP_URLS", 4)
    root = etree.fromstring(get(app, "/sitemap.xml").content)
    ns = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    files = [loc.text for loc in root.iter(f"{ns}loc")]
    assert len(files) == 3
    urls = []
    for file in files:
        part = etree.fromstring(get(app, file.removeprefix("http://localhost")).content)
        schema.assertValid(part)
        urls += [loc.text for loc in part.iter(f"{ns}loc")]
    assert [u for u in urls if "/record/" in u] == [
        f"http://localhost/record/{n}" for n in range(1, 7)
    ]
    assert get(app, "/sitemap-100-200.xml").status_code == 404


def test_behind_a_proxy_addresses_are_those_of_the_world(db: Path) -> None:
    behind = datasette(load({"db": db, "site_url": "https://catalogue.example"}, environment={}))
    raw = get(behind, "/feed.json?limit=1").json()
    assert raw["feed_url"] == "https://catalogue.example/feed.json?limit=1"
    assert (
        "<baseURL>https://catalogue.example/oai</baseURL>" in get(behind, "/oai?verb=Identify").text
    )
    for database in behind.databases.values():
        database.close()
