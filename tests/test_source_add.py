"""Any address becomes a source with one command, or is told plainly why not; over real HTTP."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from netmeta.errors import BadFeedError
from netmeta.facade import Netmeta
from netmeta.harvest.calendar_entries import HELD, parse_calendar
from netmeta.harvest.feed_entries import parse_feed
from netmeta.replicas import Replicas, serve
from tests.conftest import Ran, Web
from tests.conftest import item as record_of
from tests.loopback import Page
from tests.test_site_spider import article, links, sitemap

Cli = Callable[..., Ran]

RSS = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Новости школы</title>'
    "<item><title>Урок: дроби, 5 класс</title><link>{base}/1</link><guid>1</guid></item></channel></rss>"
)


@pytest.fixture(scope="module")
def replicas() -> Iterator[Replicas]:
    with serve(["pedsovet-su", "metodisty", "urok-1sept", "it-n"]) as served:
        yield served


def shown(ran: Ran) -> Any:
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


@pytest.mark.parametrize(
    ("portal", "family"),
    [("pedsovet-su", "ucoz"), ("metodisty", "dolphin"), ("urok-1sept", "generic")],
)
def test_an_unknown_site_is_shown_and_saved(
    cli: Cli, replicas: Replicas, portal: str, family: str
) -> None:
    added = shown(cli("source", "add", replicas.url(portal), "--name", "any-school", "--json"))
    seen = added["probe"]
    assert added["saved"]
    assert (added["kind"], added["spider"]) == ("site", "site")
    assert (seen["family"], added["options"]["family"]) == (family, family)
    assert len(seen["samples"]) == 5
    planted = {item["title"] for item in replicas.truth(portal)}
    assert sum(sample["title"] in planted for sample in seen["samples"]) >= 4
    assert seen["fields"]["body"] == 1
    assert bool(seen["sitemaps"]) == (portal != "metodisty")
    assert cli("harvest", "any-school", "--limit", "7").code == 0
    assert shown(cli("source", "show", "any-school", "--json"))["records"] == 7


def test_a_part_of_a_site(cli: Cli, web: Web) -> None:
    """There may be nothing at the root of the host."""
    web.put("/~school5/", links("/~school5/articles/1", "/~school5/articles/2"))
    for number in (1, 2):
        web.put(f"/~school5/articles/{number}", article(number))
    added = shown(cli("source", "add", f"{web.base}/~school5/", "--name", "school", "--json"))
    assert len(added["probe"]["samples"]) == 2
    assert cli("harvest").code == 0
    assert shown(cli("source", "show", "school", "--json"))["records"] == 2


def test_people_see_what_would_be_harvested(cli: Cli, replicas: Replicas) -> None:
    ran = cli("source", "add", replicas.url("pedsovet-su"), "--dry-run")
    assert ran.code == 0
    assert "ucoz" in ran.out
    assert "/sitemap.xml" in ran.out
    assert "100%" in ran.out
    assert "virtual tour" in ran.out  # words, not ids
    assert "virtual-tour" not in ran.out
    assert shown(cli("source", "list", "--json")) == []


def test_a_site_without_sitemap_and_feeds_is_told_so(cli: Cli, web: Web) -> None:
    web.put("/", links("/articles/1", "/articles/2"))
    web.put("/articles/1", article(1))
    web.put("/articles/2", article(2))
    ran = cli("source", "add", web.base, "--dry-run")
    assert "No known engine" in ran.err
    assert "Neither sitemap nor feed" in ran.err
    assert "Урок 1: дроби" in ran.out


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/rss", RSS, "feed"),
        ("/feed.json", '{{"version": "https://jsonfeed.org/version/1.1", "title": "Школа", "items": '
         '[{{"id": "1", "url": "{base}/1", "title": "Урок: дроби", "content_text": "Цель урока"}}]}}', "feed"),
        ("/events.ics", "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Школа\\, новости и\r\n  события\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Олимпиада\r\nDTSTART;VALUE=DATE:20260301\r\n"
         "END:VEVENT\r\nEND:VCALENDAR\r\n", "calendar"),
    ],
)  # fmt: skip
def test_other_kinds_are_told_by_their_bytes(
    cli: Cli, web: Web, path: str, body: str, kind: str
) -> None:
    web.put(path, body.format(base=web.base))
    added = shown(cli("source", "add", web.base + path, "--name", "one", "--json"))
    assert (added["kind"], added["spider"]) == (kind, kind)
    assert len(added["probe"]["samples"]) == 1
    assert bool(added["probe"]["notes"]) == (kind == "feed")  # where the whole site is
    if kind == "calendar":
        assert added["title"] == "Школа, новости и события"
    assert cli("harvest").code == 0
    assert shown(cli("source", "show", "one", "--json"))["records"] == 1


def test_a_sitemap_alone(cli: Cli, web: Web) -> None:
    web.put("/articles/1", article(1))
    url = web.put("/map.xml", sitemap(web.base, ("/articles/1", "2024-01-01")))
    assert shown(cli("source", "add", url, "--json"))["kind"] == "sitemap"


def test_a_folder_of_saved_pages(cli: Cli, tmp_path: Path, replicas: Replicas) -> None:
    folder = tmp_path / "it-n.example"
    folder.mkdir()
    planted = [item for item in replicas.truth("it-n") if item["kind"] == "material"][:6]
    for item in planted:
        page = Page(item["url"])
        name = item["url"].split("/", 3)[3]
        (folder / f"{name}.html").write_bytes(page.body)
    (folder / "index.html").write_text("<html><body><a href='x'>Сообщества</a></body></html>")
    added = shown(cli("source", "add", str(folder), "--name", "old", "--spider", "it-n", "--json"))
    assert added["kind"] == "folder"
    assert added["url"].startswith("file://")
    assert cli("harvest").code == 0
    with Netmeta.open(tmp_path / "netmeta.db") as nm:
        rows = nm.catalogue.conn.execute("SELECT external_id, url FROM records").fetchall()
    assert {id for id, _ in rows} == {item["external_id"] for item in planted}
    assert all(url.startswith("https://it-n.example/communities.aspx?") for _, url in rows)


def test_bad_addresses_are_told_plainly(cli: Cli, web: Web, tmp_path: Path) -> None:
    web.put("/", "<html><head><title>Пусто</title></head><body><p>Ничего.</p></body></html>")
    web.put("/closed", "x")
    web.put("/picture", b"\x89PNG\r\n\x1a\n\0\0")
    web.put("/photo.png", b"\x89PNG\r\n\x1a\n\0\0", Content_Type="image/png")
    web.put("/rss", RSS.format(base=web.base))
    web.put(
        "/with-feed",
        '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>',
    )
    web.put("/list.opml", "<opml version='2.0'><body/></opml>")
    for words, code, what, cure in (
        ((f"{web.base}/none",), 1, "HTTP 404", "home page"),
        (("http://127.0.0.1:9/",), 1, "connection refused", "--unseen"),
        ((web.base,), 1, "Nothing to harvest", "source test"),
        ((f"{web.base}/picture",), 1, "neither a site nor a feed", ""),
        ((f"{web.base}/list.opml",), 2, "list of feeds", "source import"),
        (("school5",), 2, "no address", "https://"),
        ((str(tmp_path / "no-folder"),), 2, "no folder", "https://"),
        (("saved/it-n.example",), 2, "no folder", "https://"),
        (("school5.example/news",), 2, "no address", "https://"),
        ((f"{web.base}/rss", "--spider", "site"), 1, "a feed and no site", web.base + "/"),
        ((web.base, "--spider", "feed"), 1, "is no feed", "whole site"),
        ((f"{web.base}/with-feed", "--spider", "feed"), 1, "is no feed", f"{web.base}/rss"),
        ((f"{web.base}/with-feed",), 1, "Nothing to harvest", f"source add {web.base}/rss"),
        ((f"{web.base}/photo.png",), 1, "no text", "a feed, a calendar"),
    ):
        ran = cli("source", "add", *words)
        assert ran.code == code, (words, ran.err)
        assert what in ran.err
        assert cure in ran.err
        assert ran.err.count("\n") == 1
    web.put("/robots.txt", "User-agent: *\nDisallow: /closed")
    ran = cli("source", "add", f"{web.base}/closed")
    assert (ran.code, "ask its owner" in ran.err) == (1, True)
    assert shown(cli("source", "list", "--json")) == []


def test_pause_resume_remove(cli: Cli, web: Web) -> None:
    url = web.put("/rss", RSS.format(base=web.base))
    cli("source", "add", url, "--name", "school")
    cli("harvest")
    assert shown(cli("source", "pause", "school", "--json"))["paused"]
    assert "no source to harvest" in cli("harvest").err
    assert not shown(cli("source", "resume", "school", "--json"))["paused"]
    refused = cli("source", "remove", "school")
    assert refused.code == 2
    assert "--with-records" in refused.err
    assert cli("source", "remove", "school", "--with-records").code == 0
    assert shown(cli("search", "дроби", "--json"))["total"] in (0, 1)  # until the index is updated
    assert cli("source", "add", url, "--name", "school").code == 0
    assert cli("harvest").code == 0
    assert shown(cli("search", "дроби", "--json"))["total"] == 1


def test_a_list_of_feeds_goes_in_and_out(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "feeds.opml"
    file.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><body><outline text="Школы">'
        '<outline text="Школа 5" xmlUrl="https://school5.example/rss"/>'
        '<outline title="Ещё" text="x" xmlUrl="https://school5.example/feed"/>'
        '<outline text="нет" xmlUrl="ftp://a.example/"/></outline></body></opml>'
    )
    report = shown(cli("source", "import", str(file), "--json"))
    assert report == {
        "added": ["school5-example", "school5-example-2"],
        "known": [],
        "unfit": ["ftp://a.example/"],
    }
    assert len(shown(cli("source", "import", str(file), "--json"))["known"]) == 2
    out = cli("source", "export").out
    assert 'xmlUrl="https://school5.example/rss"' in out
    assert "Ещё" in out
    file.write_text("<html></html>")
    assert "no OPML" in cli("source", "import", str(file)).err
    assert "Cannot read" in cli("source", "import", str(tmp_path / "none.opml")).err


# --- source test --------------------------------------------------------------------------------


def test_one_page_is_shown_field_by_field(cli: Cli, replicas: Replicas, tmp_path: Path) -> None:
    item = next(
        i for i in replicas.truth("urok-1sept")
        if i["kind"] == "event" and i.get("dates") and i.get("place")
    )  # fmt: skip
    cli("source", "add", replicas.url("urok-1sept"), "--spider", "urok-1sept", "--name", "urok")
    before = (tmp_path / "netmeta.db").read_bytes()
    seen = shown(cli("source", "test", item["url"], "--json"))
    assert (tmp_path / "netmeta.db").read_bytes() == before
    (found,) = seen["items"]
    origins = {one["field"]: one["origin"] for one in found["fields"]}
    assert (seen["robots"], seen["what"], seen["charset"]) == ("allowed", "page", "utf-8")
    assert found["title"] == item["title"]
    assert origins["title"] == "h1.publication-title"
    assert found["stages"]
    assert found["text"]
    assert found["concepts"]["kind"] == "event"
    assert seen["rules"]
    ran = cli("source", "test", item["url"])
    assert "h1.publication-title" in ran.out


def test_a_feed_and_what_is_nothing(cli: Cli, web: Web, tmp_path: Path) -> None:
    url = web.put("/rss", RSS.format(base=web.base))
    seen = shown(cli("source", "test", url, "--json"))
    assert (seen["what"], seen["count"]) == ("feed", 1)
    assert not (tmp_path / "netmeta.db").exists()
    ran = cli("source", "test", f"{web.base}/none", "--json")
    assert (ran.code, json.loads(ran.out)["verdict"]) == (1, "HTTP 404")
    web.put("/robots.txt", "User-agent: *\nDisallow: /")
    assert json.loads(cli("source", "test", url, "--json").out)["robots"] == "robots.txt forbids"
    assert "Unknown source" in cli("source", "test", "nobody").err


# --- formats ------------------------------------------------------------------------------------


def test_a_calendar_in_all_its_forms() -> None:
    body = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
        "BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Семинар\\, день перв\r\n ый\r\nDTSTART:20260301T070000Z\r\n"
        "DTEND:20260301T090000Z\r\nLOCATION:онлайн\r\nURL:/events/1\r\nCATEGORIES:семинар,ФГОС\r\n"
        "DESCRIPTION:Программа:\\nдоклады\r\nORGANIZER;CN=\"Школа: 5\":mailto:a@b.example\r\n"
        "BEGIN:VALARM\r\nSUMMARY:звонок\r\nEND:VALARM\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:b\r\nSUMMARY:Конкурс\r\nDTSTART;VALUE=DATE:20260310\r\nDTEND;VALUE=DATE:20260321\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:c\r\nSUMMARY:Встреча\r\nDTSTART;TZID=Asia/Yekaterinburg:20260401T100000\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:d\r\nDTSTART:20260101\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:e\r\nSUMMARY:Без дня\r\nDTSTART:20260231\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()  # fmt: skip
    first, second, third, last = parse_calendar(
        body, "https://a.example/c.ics", source="s", timezone="Europe/Moscow"
    )
    assert first.title == "Семинар, день первый"
    assert first.dates == {HELD: "01.03.2026 с 10:00 до 12:00"}
    assert (first.place, first.url, first.category) == (
        "онлайн", "https://a.example/events/1", ("семинар", "ФГОС"),
    )  # fmt: skip
    assert (first.body, first.organisation) == ("Программа:\nдоклады", "Школа: 5")
    assert second.dates == {HELD: "10.03.2026 - 20.03.2026"}
    assert third.dates == {HELD: "01.04.2026 08:00"}
    assert (last.title, last.dates) == ("Без дня", {})
    with pytest.raises(BadFeedError):
        parse_calendar(b"<html>", "u", source="s", timezone="Europe/Moscow")


def test_a_json_feed_is_a_feed_like_the_others() -> None:
    body = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1",
            "title": "Школа",
            "items": [
                {
                    "id": 7, "url": "/urok/7", "title": "Урок <b>", "content_html": "<p>Раз</p><p>Два</p>",
                    "date_published": "2024-05-01T10:00:00+03:00", "author": {"name": "Иванова М. И."},
                    "tags": ["алгебра"], "attachments": [{"url": "/a.pdf", "size_in_bytes": 2048}],
                },
                "junk",
            ],
        }
    )  # fmt: skip
    (item,) = parse_feed(body.encode(), "https://a.example/feed.json", source="s").items
    assert (item.external_id, item.url, item.title) == ("7", "https://a.example/urok/7", "Урок <b>")
    assert (item.body, item.authors, item.category) == (
        "Раз\nДва",
        ("Иванова М. И.",),
        ("алгебра",),
    )
    assert item.attachments[0].url == "https://a.example/a.pdf"


# --- another catalogue --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of another netmeta: a process of its own that serves a catalogue."""
    db = tmp_path_factory.mktemp("other") / "netmeta.db"
    with Netmeta.open(db) as nm:
        nm.import_items(record_of(n, title=f"Урок алгебры № {n}: дроби") for n in range(1, 24))
    command = [sys.executable, "-m", "netmeta", "--lang", "en", "--db", str(db), "serve", "--port", "0"]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        address = server.stderr.readline().split("at ")[1].split(" ")[0]
        for _ in range(200):
            try:
                assert Page(address).status == 200
                break
            except OSError:
                time.sleep(0.1)
        yield address
        server.send_signal(signal.SIGINT)
        server.wait(20)


@pytest.mark.parametrize("path", ["", "search", "oai"])
def test_another_catalogue_by_the_address_of_its_site(
    cli: Cli, tmp_path: Path, other: str, path: str
) -> None:
    added = shown(cli("source", "add", other + path, "--name", "colleagues", "--json"))
    assert (added["kind"], added["spider"]) == ("oai", "oai")
    assert added["url"] == f"{other}oai"
    assert added["probe"]["evidence"] == ["OAI-PMH netmeta"]
    assert len(added["probe"]["samples"]) == 5
    assert added["probe"]["fields"]["body"] == 1
    assert cli("harvest").code == 0
    with Netmeta.open(tmp_path / "netmeta.db") as nm:
        sql = "SELECT title FROM records WHERE gone_at IS NULL"
        titles = {title for (title,) in nm.catalogue.conn.execute(sql)}
        (words,) = nm.catalogue.conn.execute("SELECT raw FROM record_texts LIMIT 1").fetchone()
    assert titles == {f"Урок алгебры № {n}: дроби" for n in range(1, 24)}
    assert json.loads(words)["body"] == record_of(1).body  # the portal's own words came along


def test_people_see_that_it_is_a_catalogue(cli: Cli, other: str) -> None:
    ran = cli("source", "add", other, "--dry-run")
    assert ran.code == 0
    assert "OAI-PMH netmeta" in ran.out
    assert "Урок алгебры № " in ran.out


def test_a_site_that_says_anything_under_oai_stays_a_site(cli: Cli, web: Web) -> None:
    web.put("/", links("/articles/1"))
    web.put("/articles/1", article(1))
    web.put("/oai?verb=Identify", "<html><body>Страница не найдена</body></html>")
    assert shown(cli("source", "add", web.base, "--json"))["kind"] == "site"
