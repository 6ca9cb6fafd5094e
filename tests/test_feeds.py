"""Feeds: from bytes to items, and over real HTTP into the catalogue."""

from __future__ import annotations

import io
import json
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import pytest

from netmeta.errors import BadFeedError
from netmeta.facade import Netmeta
from netmeta.harvest.feed_entries import parse_feed
from netmeta.model import Item, Record
from netmeta.services.normalising import read_item
from tests.conftest import SHARED, Ran, Web

URL = "https://school.example/rss"


def rss(*items: str, encoding: str = "utf-8", declared: str | None = None) -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{declared or encoding}"?><rss version="2.0"><channel>'
        f"<title>Школа</title><link>https://school.example/</link>{''.join(items)}</channel></rss>"
    )
    return text.encode(encoding)


def entry(title: str = "Урок", guid: str = "", more: str = "", number: int = 1) -> str:
    link = f"<link>https://school.example/{number}</link>" if number else ""
    return (
        f"<item><title>{title}</title>{link}{f'<guid>{guid}</guid>' if guid else ''}{more}</item>"
    )


ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru">
<title>Блог</title><entry><id>tag:school,1</id><title type="html">Урок &lt;b&gt;дроби&lt;/b&gt;</title>
<link href="/urok/1"/><updated>2024-05-01T10:00:00+03:00</updated><author><name>Иванова М. И.</name></author>
<content type="html">&lt;p&gt;Первый абзац&lt;/p&gt;&lt;p&gt;Второй&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</content>
<link rel="enclosure" href="https://school.example/a.pdf" length="2048"/><category term="алгебра"/></entry></feed>"""

RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://s.example/">
<title>Газета</title><link>https://s.example/</link></channel><item rdf:about="https://s.example/1">
<title>Статья</title><link>https://s.example/1</link><dc:date>2012-01-24</dc:date><dc:creator>Петров П. П.</dc:creator></item></rdf:RDF>"""


def test_rss_entry_in_the_portals_words() -> None:
    more = (
        "<description>&lt;p&gt;О дробях&lt;/p&gt;</description><pubDate>Mon, 06 May 2024 10:00:00 +0300</pubDate>"
        '<category>Математика</category><enclosure url="https://school.example/f.doc" length="1024" type="application/msword"/>'
    )
    feed = parse_feed(rss(entry("Урок 1", "g1", more)), URL, source="school")
    (item,) = feed.items
    assert (feed.title, feed.version, feed.warnings) == ("Школа", "rss20", ())
    assert item.external_id == "g1"
    assert item.title == "Урок 1"
    assert item.description == "О дробях"
    assert item.published == "Mon, 06 May 2024 10:00:00 +0300"
    assert item.category == ("Математика",)
    assert item.attachments[0].url == "https://school.example/f.doc"
    assert item.attachments[0].name == "f.doc"


def test_atom_entry_markup_becomes_text_and_scripts_vanish() -> None:
    (item,) = parse_feed(ATOM.encode(), "https://school.example/atom.xml", source="s").items
    assert item.title == "Урок дроби"
    assert item.url == "https://school.example/urok/1"
    assert item.body == "Первый абзац\nВторой"
    assert item.authors == ("Иванова М. И.",)
    assert item.language == "ru"


def test_rdf_entry() -> None:
    (item,) = parse_feed(RDF.encode(), "https://s.example/rdf", source="s").items
    assert (item.title, item.authors, item.published) == ("Статья", ("Петров П. П.",), "2012-01-24")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-r"])
@pytest.mark.parametrize("declared", ["utf-8", "windows-1251", "koi8-r"])
def test_the_charset_is_told_by_content_not_by_its_label(encoding: str, declared: str) -> None:
    text = entry(
        "Обыкновенные дроби на уроках математики",
        more="<description>Конспект урока для пятого класса школы</description>",
    )
    feed = parse_feed(rss(text, encoding=encoding, declared=declared), URL, source="s")
    assert feed.items[0].title == "Обыкновенные дроби на уроках математики"
    assert feed.warnings == ()


def test_a_missing_guid_is_the_link_and_a_missing_link_a_hash() -> None:
    feed = parse_feed(
        rss(entry("А", number=1), entry("Б", number=0), entry("В", number=0)), URL, source="s"
    )
    first, second, third = feed.items
    assert first.external_id == "https://school.example/1"
    assert (second.external_id or "").startswith("hash:")
    assert second.external_id != third.external_id
    assert second.url.startswith(f"{URL}#")


def test_a_shared_guid_identifies_nobody() -> None:
    feed = parse_feed(rss(entry("А", "g", number=1), entry("Б", "g", number=2)), URL, source="s")
    ids = [item.external_id or "" for item in feed.items]
    assert len(set(ids)) == 2
    assert all(one.startswith("g#") for one in ids)


def test_an_entry_without_title_is_named_by_its_words() -> None:
    words = "Сегодня на уроке мы говорили о том, как складывать дроби с разными знаменателями и зачем это нужно"
    feed = parse_feed(rss(f"<item><description>{words}</description></item>"), URL, source="s")
    assert (
        feed.items[0].title
        == "Сегодня на уроке мы говорили о том, как складывать дроби с разными знаменателями и зачем…"
    )


def test_a_truncated_feed_keeps_its_entries_and_says_so() -> None:
    body = rss(entry("Целая", "1"), entry("Обрезанная", "2"))[:-60]
    feed = parse_feed(body, URL, source="s")
    assert "Целая" in [item.title for item in feed.items]
    assert any("not well-formed" in warning for warning in feed.warnings)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "is empty"),
        (b"<!doctype html><html><body>hello</body></html>", "a web page"),
        (b"<html><body>" + b"<div>" * 100_000, "a web page"),  # minutes, for a parser that nests
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no known format"),
        (b'{"hello": 1}', "no known format"),
    ],
)
def test_what_is_no_feed(body: bytes, words: str) -> None:
    with pytest.raises(BadFeedError, match=words):
        parse_feed(body, URL, source="s")


def test_a_page_with_feeds_names_them() -> None:
    page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/news/rss/"></head></html>'
    with pytest.raises(BadFeedError, match=r"https://school\.example/news/rss/"):
        parse_feed(page, "https://school.example/", source="s")


# --- over HTTP ----------------------------------------------------------------------------------


def harvest(tmp_path: Path, *urls: str) -> dict[str, object]:
    with Netmeta.open(tmp_path / "netmeta.db") as nm:
        for at, url in enumerate(urls):
            nm.add_source(url, name=f"f{at}")
        return nm.harvest().to_dict()


def test_a_feed_is_fetched_conditionally(web: Web, tmp_path: Path) -> None:
    url = web.put("/rss", rss(entry("А", "1")), ETag='"v1"', Content_Type="application/rss+xml")
    with Netmeta.open(tmp_path / "netmeta.db") as nm:
        nm.add_source(url, name="school")
        assert nm.harvest().results[0].counts["new"] == 1
        again = nm.harvest().results[0]
        assert (again.status, again.counts["not_modified"]) == ("ok", 1)
        assert web.asked[-1][1]["If-None-Match"] == '"v1"'
        web.put("/rss", rss(entry("А", "1"), entry("Б", "2", number=2)), ETag='"v2"')
        assert nm.harvest().results[0].counts["new"] == 1
        assert nm.harvest(full=True).results[0].counts["unchanged"] == 2


def test_an_unchanged_body_is_known_without_validators(web: Web, tmp_path: Path) -> None:
    url = web.put("/rss", rss(entry("А", "1")))
    with Netmeta.open(tmp_path / "netmeta.db") as nm:
        nm.add_source(url, name="school")
        nm.harvest()
        assert nm.harvest().results[0].counts["not_modified"] == 1


def test_one_failing_feed_is_a_result_and_the_rest_goes_on(web: Web, tmp_path: Path) -> None:
    good = web.put("/good", rss(entry("А", "1")))
    page = web.put("/page", "<html>не лента</html>")
    error = web.put("/error", "oops", status=500)
    refused = "http://127.0.0.1:9/rss"
    report = harvest(tmp_path, good, page, error, refused, web.base + "/absent")
    found = {r["source"]: (r["status"], r["reason"]) for r in report["results"]}  # type: ignore[attr-defined]
    assert found["f0"] == ("ok", None)
    assert found["f1"][0] == "failed"
    assert "a web page" in found["f1"][1]
    assert found["f2"] == ("failed", "HTTP 500")
    assert found["f3"][0] == "failed"
    assert found["f4"] == ("failed", "HTTP 404")
    assert report["status"] == "degraded"


def test_an_empty_feed_is_no_success(web: Web, tmp_path: Path) -> None:
    report = harvest(tmp_path, web.put("/rss", rss()))
    result = report["results"][0]  # type: ignore[index]
    assert (result["status"], result["reason"]) == ("degraded", "no entries")


def test_robots_txt_is_obeyed_and_silence_means_no(web: Web, tmp_path: Path) -> None:
    url = web.put("/rss", rss(entry("А", "1")))
    web.put("/robots.txt", "User-agent: *\nDisallow: /rss", Content_Type="text/plain")
    report = harvest(tmp_path, url)
    assert report["results"][0]["reason"] == "robots.txt forbids"  # type: ignore[index]
    web.put("/robots.txt", "busy", status=503)
    with Netmeta.open(tmp_path / "netmeta.db") as nm:
        result = nm.harvest().results[0]
    assert (result.status, result.reason) == ("failed", "robots.txt cannot be read")
    assert "/rss" not in web.paths()


def test_limit_and_dry_run(web: Web, tmp_path: Path) -> None:
    url = web.put("/rss", rss(*(entry(f"Урок {n}", str(n), number=n) for n in range(1, 9))))
    with Netmeta.open(tmp_path / "netmeta.db") as nm:
        nm.add_source(url, name="school")
        dry = nm.harvest(dry_run=True)
        assert (dry.dry_run, dry.results[0].counts["items"]) == (True, 8)
        assert nm.catalogue.counts() == {}
        assert nm.catalogue.source_status("school").last_run is None
        assert nm.harvest(limit=3).results[0].counts["new"] == 3
        assert nm.harvest().results[0].counts["new"] == 5


@pytest.mark.parametrize("dry_run", [False, True])
def test_an_entry_that_we_break_on_costs_only_itself(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dry_run: bool
) -> None:
    def breaks(item: Item, *rest: Any) -> Record:
        if item.title == "Урок 2":
            raise ValueError(item.title)
        return read_item(item, *rest)

    monkeypatch.setattr("netmeta.services.harvest.read_item", breaks)
    url = web.put("/rss", rss(*(entry(f"Урок {n}", str(n), number=n) for n in range(1, 4))))
    with Netmeta.open(tmp_path / "netmeta.db") as nm:
        nm.add_source(url, name="school")
        found = nm.harvest(dry_run=dry_run).results[0]
        assert sum(nm.catalogue.counts().values()) == (0 if dry_run else 2)
    assert found.counts["items"] == 2
    assert found.counts["failed: item error: ValueError"] == 1
    assert found.status == "degraded"


def test_the_command_line_harvests(web: Web, cli: Callable[..., Ran]) -> None:
    url = web.put("/rss", rss(entry("Обыкновенные дроби", "1")))
    assert cli("source", "add", url, "--name", "school").code == 0
    ran = cli("harvest", "school", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["results"][0]["counts"]["new"] == 1
    shown = json.loads(cli("source", "show", "school", "--json").out)
    assert (shown["records"], shown["last_run"]["status"]) == (1, "ok")
    assert "Обыкновенные дроби" in cli("search", "дробь").out


@pytest.mark.shared
def test_all_real_feeds_in_one_run(web: Web, tmp_path: Path) -> None:
    """Each of the 158 real and hand-broken feeds is accounted for; no entry is lost."""
    files = sorted(p for p in (SHARED / "feeds").iterdir() if p.name != "SOURCES.tsv")
    assert len(files) == 158
    with Netmeta.open(tmp_path / "netmeta.db") as nm:
        for at, file in enumerate(files):
            web.put(f"/{at}", file.read_bytes(), Content_Type="application/xml")
            nm.add_source(f"{web.base}/{at}", name=f"f{at}")
        report = nm.harvest()
        assert {r.status for r in report.results} <= {"ok", "degraded", "failed"}
        assert all(r.reason for r in report.results if r.status != "ok")
        assert not [r for r in report.results if "error" in (r.reason or "")]
        for at, file in enumerate(files):
            missing = _entries(file) - _stored(nm, f"f{at}")
            assert not missing, f"{file.name}: {missing}"
        garbled = [
            t for (t,) in nm.catalogue.conn.execute("SELECT title FROM records") if "\ufffd" in t
        ]
        assert not garbled


def _entries(file: Path) -> Counter[str]:
    """Entries by their link or, without one, guid, as feedparser alone sees them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        entries = feedparser.parse(io.BytesIO(file.read_bytes())).entries
    seen = {(e.get("id"), e.get("link"), e.get("title"), e.get("summary")) for e in entries}
    return Counter({"entries": len(seen)})


def _stored(nm: Netmeta, name: str) -> Counter[str]:
    sql = "SELECT count(*) FROM records r JOIN sources s ON s.id = r.source_id WHERE s.name = ?"
    return Counter({"entries": nm.catalogue.conn.execute(sql, (name,)).fetchone()[0]})
