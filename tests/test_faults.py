"""What a harvest does when the network, a portal or this machine misbehaves.

Every fault is staged by a real server on loopback and met by a real harvest; time limits are
small by configuration, and no test looks at a clock.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import os
import sqlite3
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import brotli
import pytest

from netmeta.catalogue import connection
from netmeta.errors import LockedError
from netmeta.facade import Netmeta
from netmeta.harvest.feed_entries import parse_feed
from netmeta.harvest.guards.addresses import Reach, is_public
from netmeta.harvest.guards.content_types import is_refused
from netmeta.harvest.hosts import MAX_DELAY_S, Hosts
from netmeta.harvest.sitemaps import parse_sitemap
from netmeta.model import Item, Record, Source
from netmeta.services import normalising
from netmeta.services.harvest import SourceResult
from tests import faults_server as staged
from tests.faults_server import Fault, FaultServer, faults, redirect, reply

TLS = Path(__file__).with_name("faults_tls.pem")
MAX_BYTES = 200_000


def rss(*titles: str) -> str:
    entries = "".join(
        f"<item><title>{one}</title><link>https://school.example/{n}</link><guid>{n}</guid></item>"
        for n, one in enumerate(titles)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Ш</title>{entries}</channel></rss>'


FEED = rss("Обыкновенные дроби", "Площадь круга")
ARTICLE = (
    "<h1>Урок {0}: дроби</h1><article><p>"
    + "На уроке {0} складываем дроби с разными знаменателями, потом проверяем друг друга. " * 9
    + "</p></article>"
)


def page(body: str) -> bytes:
    """A page of a site."""
    return reply(f"<html><body>{body}</body></html>", kind="text/html; charset=utf-8")


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with faults() as started:
        yield started


@pytest.fixture
def nm(tmp_path: Path) -> Iterator[Netmeta]:
    with Netmeta.open(tmp_path / "netmeta.db", timeout_s=0.5, max_bytes=MAX_BYTES) as opened:
        yield opened


def harvested(nm: Netmeta, url: str, **options: Any) -> SourceResult:
    """What became of a feed at an address."""
    nm.add_source(url, name="school")
    return nm.harvest(**options).results[0]


def refused(nm: Netmeta, server: FaultServer, answer: Fault | bytes) -> str:
    """The reason why what stands at /rss could not be read; nothing of it may be stored."""
    server.answers["/rss"] = answer
    result = harvested(nm, f"{server.base}/rss")
    assert result.status == "failed"
    assert nm.catalogue.counts() == {}
    return result.reason or ""


# --- answers that do not come, or not whole -----------------------------------------------------


def test_hang(nm: Netmeta, server: FaultServer) -> None:
    assert refused(nm, server, staged.hang) == "timeout"


def test_slow_drip(nm: Netmeta, server: FaultServer) -> None:
    assert refused(nm, server, staged.drip) == "timeout"


def test_reset(nm: Netmeta, server: FaultServer) -> None:
    assert refused(nm, server, staged.reset) in ("connection failed", "cut off")


def test_cut_off_body(nm: Netmeta, server: FaultServer) -> None:
    assert refused(nm, server, staged.chunk_cut(FEED.encode())) == "cut off"


def test_a_body_shorter_than_its_length_is_not_stored(nm: Netmeta, server: FaultServer) -> None:
    assert refused(nm, server, reply(FEED, length=len(FEED.encode()) + 10)) == "cut off"


def test_a_page_that_failed_once_is_asked_again(nm: Netmeta, server: FaultServer) -> None:
    server.answers["/rss"] = staged.sometimes(staged.chunk_cut(b"half"), reply(FEED))
    result = harvested(nm, f"{server.base}/rss")
    assert (result.status, result.counts["new"]) == ("ok", 2)


def test_a_header_in_no_known_charset_is_no_reason_to_drop_a_page(
    nm: Netmeta, server: FaultServer
) -> None:
    named = "X-School: Школа\r\nContent-Type".encode("cp1251")
    server.answers["/rss"] = reply(FEED).replace(b"Content-Type", named, 1)
    assert harvested(nm, f"{server.base}/rss").status == "ok"


HALF, PAIR = "&#55357;", "&#55357;&#56842;"
"""In entities, as some engines write an emoji: cut in half, and as the two halves it has."""


def test_half_a_character_spoils_no_harvest(nm: Netmeta, server: FaultServer) -> None:
    server.answers["/rss"] = reply(rss(f"Дроби {HALF}", f"Круг {PAIR}", "Степени"))
    result = harvested(nm, f"{server.base}/rss")
    assert (result.status, result.counts["new"]) == ("ok", 3)
    shown = {nm.catalogue.record(n)["title"] for n in (1, 2, 3)}
    assert shown == {"Дроби \ufffd", "Круг 😊", "Степени"}


def test_half_a_character_in_what_a_page_tells_machines(nm: Netmeta, server: FaultServer) -> None:
    told = '{"@type": "Article", "headline": "Урок 1: дроби", "author": "Иванова Мария Петровна", "description": "О дробях \\ud83d"}'
    server.answers["/"] = page("".join(f'<a href="/articles/{n}">Урок {n}</a>' for n in (1, 2)))
    server.answers["/articles/1"] = page(
        f'<script type="application/ld+json">{told}</script>{ARTICLE.format(1)}'
    )
    server.answers["/articles/2"] = page(ARTICLE.format(2))
    source = Source(name="school", kind="site", url=f"{server.base}/", title="S", spider="site")
    nm.catalogue.add_source(source)
    (result,) = nm.harvest().results
    assert (result.status, result.counts["new"]) == ("ok", 2)
    shown = [nm.catalogue.record(n) for n in (1, 2)]
    assert {one["summary"] for one in shown} == {None, "О дробях \ufffd"}


def test_a_record_that_cannot_be_stored_is_told_and_holds_back_no_other(
    nm: Netmeta, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(item: Item, *rest: Any) -> Record:
        made = normalising.read_item(item, *rest)
        return replace(made, certificate_price=2**70) if "Круг" in item.title else made

    monkeypatch.setattr("netmeta.services.harvest.read_item", wrong)
    server.answers["/rss"] = reply(rss("Дроби", "Круг", "Степени"))
    result = harvested(nm, f"{server.base}/rss")
    assert (result.counts["new"], result.counts["failed: item error: OverflowError"]) == (2, 1)
    assert result.status == "degraded"
    (kept,) = nm.catalogue.rejects(result.run)
    assert kept["place"] == "https://school.example/1"
    assert "Круг" in kept["raw"]


# --- answers that say no ------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["500 Oops", "502 Bad Gateway", "504 Gateway Timeout"])
def test_server_error(nm: Netmeta, server: FaultServer, status: str) -> None:
    assert refused(nm, server, reply("oops", status=status)) == f"HTTP {status[:3]}"
    assert server.asked.count("/rss") == 3


def test_retry_after_is_honoured(nm: Netmeta, server: FaultServer) -> None:
    busy = reply("later", status="429 Too Many Requests", Retry_After="1")
    server.answers["/rss"] = staged.sometimes(busy, reply(FEED))
    result = harvested(nm, f"{server.base}/rss")
    assert (result.status, result.counts["new"]) == ("ok", 2)
    assert server.asked.count("/rss") == 2


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_a_long_retry_after_leaves_the_host_alone(
    nm: Netmeta, server: FaultServer, status: str
) -> None:
    assert refused(nm, server, reply("later", status=status, Retry_After="3600")) == (
        f"HTTP {status[:3]}"
    )
    assert server.asked.count("/rss") == 1


def test_pages_wait_for_the_time_that_their_host_named(nm: Netmeta, server: FaultServer) -> None:
    paths = [f"/articles/{n}" for n in range(30)]
    server.answers["/"] = page("".join(f'<a href="{path}">Урок</a>' for path in paths))
    busy = reply("later", status="503 Service Unavailable", Retry_After="3600")
    for path in paths:
        server.answers[path] = page(ARTICLE.format(path))
    server.answers["/articles/9"] = busy
    source = Source(name="school", kind="site", url=f"{server.base}/", title="S", spider="site")
    nm.catalogue.add_source(source)
    (first,) = nm.harvest().results
    waiting = first.counts["remaining"]
    assert 1 <= waiting == 30 - first.counts["new"]
    assert first.counts["skipped: HTTP 503"] >= 1
    assert first.status == "degraded"
    assert f"{waiting} " in (first.reason or "")

    read = [path for path in paths if path in server.asked]
    before = list(server.asked)
    (early,) = nm.harvest().results
    assert server.asked == before  # not even robots.txt: nothing is to be asked yet
    assert (early.counts["remaining"], early.status) == (waiting, "degraded")

    nm.catalogue.conn.execute("UPDATE frontier SET not_before = '2020-01-01T00:00:00Z'")
    server.answers["/articles/9"] = page(ARTICLE.format(9))
    (late,) = nm.harvest().results
    assert (late.counts["new"], late.status) == (waiting, "ok")
    assert "remaining" not in late.counts
    again = [path for path in server.asked[len(before) :] if path in read]
    assert len(again) <= first.counts["skipped: HTTP 503"]
    assert nm.catalogue.counts() == {"material": 30}


def test_the_log_of_a_long_harvest_is_folded_into_the_file_on_the_way(
    nm: Netmeta, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netmeta.services.walks.FOLD_AFTER", 10)
    monkeypatch.setattr("netmeta.harvest.crawl.MOST_PAGES", 5)
    paths = [f"/articles/{n}" for n in range(60)]
    server.answers["/"] = page("".join(f'<a href="{path}">Урок</a>' for path in paths))
    for path in paths:
        server.answers[path] = page(ARTICLE.format(path))
    source = Source(name="school", kind="site", url=f"{server.base}/", title="S", spider="site")
    nm.catalogue.add_source(source)
    file = nm.catalogue.path
    before, sizes = file.stat().st_size, []
    nm.harvest(progress=lambda job: sizes.append(file.stat().st_size))
    assert nm.catalogue.counts() == {"material": 60}
    assert before < sizes[-1]


def test_a_host_that_named_a_time_is_left_alone_until_then() -> None:
    async def told() -> list[str]:
        hosts, now = Hosts(), dt.datetime.now(dt.UTC)
        hosts.pause("far.ru", "HTTP 503", now + dt.timedelta(days=1))
        hosts.pause("past.ru", "HTTP 503", now)
        hosts.pause("silent.ru", "HTTP 503")
        hosts.wake()
        return [one for one in ("far.ru", "past.ru", "silent.ru") if hosts.paused(one)]

    assert asyncio.run(told()) == ["far.ru", "silent.ru"]  # an hour for what named none


def test_robots_txt_503(nm: Netmeta, server: FaultServer) -> None:
    server.answers["/robots.txt"] = reply("busy", status="503 Service Unavailable")
    assert refused(nm, server, reply(FEED)) == "robots.txt cannot be read"
    assert "/rss" not in server.asked
    server.answers["/robots.txt"] = reply("", kind="text/plain")
    assert nm.harvest().results[0].counts["new"] == 2


# --- redirects and addresses --------------------------------------------------------------------


def test_redirect_loop(nm: Netmeta, server: FaultServer) -> None:
    server.answers["/rss?again"] = redirect("/rss")
    assert refused(nm, server, redirect("/rss?again")) == "too many redirects"
    assert len(server.asked) == 1 + 6  # robots.txt; the page and five redirects


def test_redirect_to_a_private_address(nm: Netmeta, server: FaultServer) -> None:
    with faults("127.0.0.2") as private:
        private.answers["/secret"] = reply(FEED)
        assert refused(nm, server, redirect(f"{private.base}/secret")) == "address not allowed"
        assert private.asked == []


def test_a_private_address_that_is_named_may_be_read(tmp_path: Path, server: FaultServer) -> None:
    with (
        faults("127.0.0.2") as private,
        Netmeta.open(tmp_path / "netmeta.db", allow_hosts=["127.0.0.2"]) as nm,
    ):
        private.answers["/feed"] = reply(FEED)
        server.answers["/rss"] = redirect(f"{private.base}/feed")
        assert harvested(nm, f"{server.base}/rss").counts["new"] == 2


@pytest.mark.parametrize("to", ["file:///etc/hostname", "ftp://127.0.0.1/x", "data:text/xml,x"])
def test_redirect_to_another_scheme(nm: Netmeta, server: FaultServer, to: str) -> None:
    assert refused(nm, server, redirect(to)) == "HTTP 302"


def test_no_such_host(nm: Netmeta) -> None:
    result = harvested(nm, "http://school.invalid/rss")
    assert (result.status, result.reason) == ("failed", "no such host")


def test_connection_refused(nm: Netmeta, server: FaultServer) -> None:
    server.close()
    assert harvested(nm, f"{server.base}/rss").reason == "connection refused"


def test_a_certificate_that_proves_nothing(nm: Netmeta) -> None:
    with faults(certificate=TLS) as server:
        assert refused(nm, server, reply(FEED)) == "no secure connection"
        assert server.asked == []


def test_tls_spoken_to_a_server_that_knows_none(nm: Netmeta, server: FaultServer) -> None:
    result = harvested(nm, server.base.replace("http:", "https:") + "/rss")
    assert (result.status, result.reason) == ("failed", "no secure connection")


@pytest.mark.parametrize(
    "address",
    """127.0.0.1 127.8.8.8 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0
    224.0.0.1 239.1.1.1 255.255.255.255 240.0.0.1 192.0.2.1 198.18.0.1 ::1 :: fe80::1 fe80::1%eth0
    fc00::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1
    64:ff9b:1::a00:1 2002:7f00:1:: 2002:a00:1:: 2001:db8::1 2001:0:a00:1::1 school""".split(),
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)
    assert not Reach((), "https://school.example/").permits(address, "school.example")


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "95.163.0.1", "2a00:1450:4010::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


def test_what_the_settings_and_the_own_address_permit() -> None:
    reach = Reach(("10.1.0.0/16", "intranet.school"), "http://127.0.0.1:8000/rss")
    assert reach.permits("10.1.2.3", "any.example")
    assert not reach.permits("10.2.0.1", "any.example")
    assert reach.permits("192.168.0.9", "intranet.school")
    assert not reach.permits("192.168.0.9", "other.school")
    assert reach.permits("127.0.0.1", "127.0.0.1")
    assert not reach.permits("127.0.0.2", "127.0.0.2")
    assert not Reach((), "http://10.1.2.3/").permits("10.1.2.3", "10.1.2.3")


# --- bodies -------------------------------------------------------------------------------------


def bomb(coding: str) -> bytes:
    plain = b" " * 50_000_000
    if coding == "br":
        return bytes(brotli.compress(plain, quality=5))
    return gzip.compress(plain) if coding == "gzip" else zlib.compress(plain)


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate"])
def test_bomb(nm: Netmeta, server: FaultServer, coding: str) -> None:
    body = bomb(coding)
    assert len(body) < MAX_BYTES
    assert refused(nm, server, reply(body, Content_Encoding=coding)) == "larger than max_bytes"


def test_a_bomb_in_a_bomb(nm: Netmeta, server: FaultServer) -> None:
    answer = reply(gzip.compress(bomb("gzip")), Content_Encoding="gzip, gzip")
    assert refused(nm, server, answer) == "larger than max_bytes"


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate"])
def test_packed_answers_are_read_and_half_ones_refused(
    nm: Netmeta, server: FaultServer, coding: str
) -> None:
    pack = {"gzip": gzip.compress, "br": brotli.compress, "deflate": zlib.compress}[coding]
    body = pack(FEED.encode())
    assert refused(nm, server, reply(body[:-20], Content_Encoding=coding)) == "cut off"
    server.answers["/rss"] = reply(body, Content_Encoding=coding)
    assert nm.harvest().results[0].counts["new"] == 2


def test_an_unknown_coding(nm: Netmeta, server: FaultServer) -> None:
    assert refused(nm, server, reply(b"?", Content_Encoding="zstd")) == "unknown coding"


def test_endless_body(nm: Netmeta, server: FaultServer) -> None:
    assert refused(nm, server, staged.endless) == "larger than max_bytes"


def test_a_body_longer_than_allowed_is_not_even_begun(nm: Netmeta, server: FaultServer) -> None:
    assert refused(nm, server, reply("x", length=10**12)) == "larger than max_bytes"


def test_a_video_is_not_downloaded(nm: Netmeta, server: FaultServer) -> None:
    def endless_video(connection: Any, server: FaultServer) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n")
        staged.hang(connection, server)

    assert refused(nm, server, endless_video) == "no text"


@pytest.mark.parametrize(
    ("content_type", "no_page"),
    [
        (None, False), ("", False), ("text/html; charset=utf-8", False), ("text/calendar", False),
        ("application/xhtml+xml", False), ("application/rss+xml", False), ("image/svg+xml", False),
        ("application/x-gzip", False), ("application/octet-stream", False), ("html", False),
        ("image/png", True), ("video/mp4", True), ("application/pdf", True),
        ("application/msword", True), ("APPLICATION/ZIP; x=y", True), ("font/woff2", True),
    ],
)  # fmt: skip
def test_content_types(content_type: str | None, no_page: bool) -> None:
    assert is_refused(content_type) is no_page


@pytest.mark.parametrize("charset", ["cp1251", "koi8-r", "utf-8"])
@pytest.mark.parametrize("label", ["utf-8", "windows-1251"])
def test_wrong_charset(nm: Netmeta, server: FaultServer, charset: str, label: str) -> None:
    kind = f"application/rss+xml; charset={label}"
    titles = ("Обыкновенные дроби на уроках математики", "Конспект урока о площади круга")
    server.answers["/rss"] = reply(rss(*titles).encode(charset), kind=kind)
    assert harvested(nm, f"{server.base}/rss").counts["new"] == 2
    found = nm.catalogue.conn.execute("SELECT title FROM records ORDER BY id").fetchall()
    assert [title for (title,) in found] == list(titles)


def test_broken_xml_keeps_its_entries_and_says_so(nm: Netmeta, server: FaultServer) -> None:
    server.answers["/rss"] = reply(FEED[: FEED.rindex("</item>") + 7])
    result = harvested(nm, f"{server.base}/rss")
    assert (result.status, result.counts["new"]) == ("degraded", 2)
    assert "not well-formed" in (result.reason or "")


# --- XML that wants more than to be read --------------------------------------------------------

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


def doctype(root: str, outside: str) -> str:
    """Entities that grow to 10^11 letters, one that names a file, one that names an address."""
    return (
        f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY l0 "ha">{LAUGHS}'
        f'<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY net SYSTEM "{outside}/entity">'
        f'<!ENTITY % more SYSTEM "{outside}/dtd"> %more;]>'
    )


@pytest.mark.parametrize("entity", ["l11", "file", "net"])
def test_a_feed_gets_no_entities_and_no_network(server: FaultServer, entity: str) -> None:
    body = doctype("rss", server.base) + rss(f"Урок &{entity};").partition("?>")[2]
    feed = parse_feed(body.encode(), "https://school.example/rss", source="s")
    assert all(len(one.title) < 100 and "root:" not in one.title for one in feed.items)
    assert server.asked == []


@pytest.mark.parametrize("entity", ["l11", "file", "net"])
def test_a_sitemap_gets_no_entities_and_no_network(server: FaultServer, entity: str) -> None:
    body = (
        f"{doctype('urlset', server.base)}<urlset><url><loc>https://school.example/1</loc></url>"
        f"<url><loc>https://school.example/&{entity};</loc></url></urlset>"
    )
    pages = parse_sitemap(body.encode(), "https://school.example/sitemap.xml").pages
    assert "https://school.example/1" in [page.url for page in pages]
    assert all(len(page.url) < 100 and "root:" not in page.url for page in pages)
    assert server.asked == []


# --- this machine -------------------------------------------------------------------------------

LIMITED = """
import resource, sys
from netmeta.cli import main
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
main(sys.argv[2:])
"""


def test_disk_full(tmp_path: Path, server: FaultServer) -> None:
    """What cannot be written is told; what was there stays; with space again it goes on."""
    db = tmp_path / "netmeta.db"
    server.answers["/rss"] = reply(FEED)
    with Netmeta.open(db) as nm:
        assert harvested(nm, f"{server.base}/rss").counts["new"] == 2
    long = f"<description>{'Дроби и круги. ' * 1000}</description>"
    many = rss(*(f"Урок {n}" for n in range(60))).replace("</guid>", f"</guid>{long}")
    server.answers["/rss"] = reply(many)
    words = ("--db", str(db), "--lang", "en", "harvest")
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, str(db.stat().st_size), *words],
        capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "NETMETA_CONFIG": os.devnull},
    )  # fmt: skip
    assert ran.returncode == 5, ran.stderr
    assert "could not be written to disk" in ran.stderr
    assert "Free some space" in ran.stderr
    assert "Traceback" not in ran.stderr
    with Netmeta.open(db) as nm:
        assert nm.catalogue.counts() == {"material": 2}
        assert nm.catalogue.conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        nm.harvest()
        assert nm.catalogue.counts() == {"material": 60}


def test_a_short_lock_is_waited_for(nm: Netmeta, server: FaultServer) -> None:
    server.answers["/rss"] = reply(FEED)
    nm.add_source(f"{server.base}/rss", name="school")
    other = sqlite3.connect(nm.config.db, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, other.execute, ["COMMIT"])
    release.start()
    assert nm.harvest().results[0].counts["new"] == 2
    release.join()
    other.close()


def test_a_lock_that_stays_is_told(
    tmp_path: Path, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_S", 0.2)
    server.answers["/rss"] = reply(FEED)
    with Netmeta.open(tmp_path / "netmeta.db") as nm:
        nm.add_source(f"{server.base}/rss", name="school")
        other = sqlite3.connect(nm.config.db, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedError, match="stayed locked"):
            nm.harvest()
        other.execute("ROLLBACK")
        other.close()
        assert nm.harvest().results[0].counts["new"] == 2


# --- the pace of a host -------------------------------------------------------------------------


def test_a_strained_host_is_asked_half_as_often_and_eased_by_good_answers() -> None:
    hosts = Hosts()
    assert hosts.gap_s("h", 0.0) == 0
    hosts.strain("h", 5.0)
    assert hosts.gap_s("h", 0.0) == 10
    hosts.strain("h", 5.0)
    assert hosts.gap_s("h", 0.0) == 20
    assert hosts.gap_s("other", 1.0) == 1
    for _ in range(9):
        hosts.strain("h", 5.0)
    assert hosts.gap_s("h", 0.0) == MAX_DELAY_S
    hosts.ease("h")
    assert 0 < hosts.gap_s("h", 0.0) < MAX_DELAY_S
    for _ in range(200):
        hosts.ease("h")
    assert hosts.gap_s("h", 1.0) == 1
