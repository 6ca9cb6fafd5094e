"""The replicas' server: validators, keep-alive, log, stopping; and the days and names it serves."""

from __future__ import annotations

import datetime as dt
import gzip
import http.client
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from netmeta.replicas import Logged, Replicas, serve
from netmeta.replicas.days import resolve, say, school_year, summer_year
from netmeta.replicas.people import choice
from netmeta.replicas.server import GZIP_FROM_BYTES
from netmeta.replicas.slugs import latin
from tests.loopback import Page

TODAY = dt.date(2025, 11, 20)


@pytest.fixture(scope="module")
def replicas() -> Iterator[Replicas]:
    with serve(["pedsovet-su", "uchportal"], today=TODAY) as served:
        yield served


def test_sitemap_is_compressed_for_those_who_accept_it(replicas: Replicas) -> None:
    url = f"{replicas.url('uchportal')}sitemap.xml"
    plain, packed = Page(url), Page(url, {"Accept-Encoding": "gzip"})
    assert len(plain.body) >= GZIP_FROM_BYTES
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_conditional_requests(replicas: Replicas) -> None:
    url = replicas.truth("pedsovet-su")[0]["url"]
    first = Page(url)
    etag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    for header in ({"If-None-Match": etag}, {"If-None-Match": f'"x", W/{etag}'}):
        again = Page(url, header)
        assert (again.status, again.body) == (304, b"")
    assert Page(url, {"If-Modified-Since": changed}).status == 304
    assert Page(url, {"If-None-Match": '"x"', "If-Modified-Since": changed}).status == 200
    earlier = "Mon, 01 Jan 2001 00:00:00 GMT"
    assert Page(url, {"If-Modified-Since": earlier}).status == 200
    assert Page(url, {"If-Modified-Since": "yesterday"}).status == 200


def test_head_keep_alive_and_host(replicas: Replicas) -> None:
    parts = urlsplit(replicas.truth("uchportal")[0]["url"])
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request("HEAD", parts.path)
    head = connection.getresponse()
    assert head.read() == b""
    used = connection.sock
    connection.request("GET", parts.path, headers={"Host": "localhost:1"})
    answer = connection.getresponse()
    body = answer.read()
    assert connection.sock is used
    connection.close()
    assert int(answer.headers["Content-Length"]) == len(body)
    assert "http://localhost:1/" in body.decode()
    assert f":{parts.port}/" not in body.decode()


def test_requests_are_logged() -> None:
    with serve(["uchportal"], today=TODAY) as replicas:
        base = replicas.url("uchportal")
        Page(f"{base}robots.txt")
        Page(f"{base}news/?page2", method="HEAD")
        assert replicas.requests("uchportal") == (
            Logged("GET", "/robots.txt", 200),
            Logged("HEAD", "/news/?page2", 200),
        )
        assert Page(f"{base}robots.txt", method="POST").status == 501


def test_stopping_leaves_nothing_behind() -> None:
    before = set(threading.enumerate())
    ended: list[bytes | str] = []

    def wait_for_the_end(idle: socket.socket) -> None:
        try:
            ended.append(idle.recv(1))
        except TimeoutError:
            ended.append("still open")

    with serve(["uchportal"], today=TODAY) as replicas:
        port = urlsplit(replicas.url("uchportal")).port or 0
        idle = socket.create_connection(("127.0.0.1", port), timeout=5)
        idle.sendall(b"GET /shop/ HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\n\r\n")
        assert idle.recv(4096).startswith(b"HTTP/1.1 304 ")
        waiting = threading.Thread(target=wait_for_the_end, args=(idle,))
        waiting.start()
        vanishing = socket.create_connection(("127.0.0.1", port), timeout=5)
        vanishing.sendall(b"GET /sitemap.xml HTTP/1.1\r\n")
        vanishing.close()
    waiting.join()
    idle.close()
    assert ended == [b""]
    assert set(threading.enumerate()) == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_unknown_replica() -> None:
    with pytest.raises(KeyError, match="nsportl"), serve(["nsportl"]):
        pass


# --- days and names


@pytest.mark.parametrize(
    ("form", "start", "end", "expected"),
    [
        ("until", "2026-03-01", "2026-03-31", "до 31 марта"),
        ("until-year", "2026-03-01", "2026-03-31", "до 31 марта 2026 года"),
        ("from-to", "2023-03-13", "2023-03-21", "с 13 по 21 марта 2023 года"),
        ("from-to", "2023-02-28", "2023-03-05", "с 28 февраля по 5 марта 2023 года"),
        ("from-to", "2025-12-28", "2026-01-05", "с 28 декабря 2025 года по 5 января 2026 года"),
        ("dash", "2025-01-09", "2025-03-31", "9 января–31 марта 2025 года"),
        ("dash", "2025-11-15", "2025-11-17", "15-17 ноября 2025 г."),
        ("dash", "2025-12-28", "2026-01-05", "28.12.2025 - 05.01.2026"),
        ("dotted", "2026-02-17", "2026-02-18", "17.02.2026 - 18.02.2026"),
        ("day", "2020-09-10", "2020-09-10", "10 сентября 2020 года"),
        ("day-hour", "2026-01-15", "2026-01-15", "15 января 2026 года (четверг) в 14:00"),
        ("day-dotted", "2025-11-20", "2025-11-20", "20.11.2025"),
    ],
)
def test_day_texts(form: str, start: str, end: str, expected: str) -> None:
    first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    text, span = say(form, first, last, "14:00")
    assert text == expected
    assert span == (None if form.startswith("until") else first, last)


def test_relative_days() -> None:
    assert resolve("+4", TODAY) == dt.date(2025, 11, 24)
    assert resolve("@07-01", dt.date(2026, 1, 10)) == dt.date(2025, 7, 1)
    assert resolve("@07-01", dt.date(2026, 2, 10)) == dt.date(2026, 7, 1)
    assert summer_year(TODAY) == 2025
    assert school_year(dt.date(2025, 7, 31)) == "2024/25"
    assert school_year(dt.date(1999, 8, 1)) == "1999/00"


def test_choices_are_the_same_in_every_process() -> None:
    assert [choice(("a", "b", "c"), key) for key in ("drobi", "petr", "voda", "om")] == [*"cbcc"]


def test_titles_in_addresses() -> None:
    assert latin("Дроби, 5 класс") == "drobi_5_klass"
    assert latin("«Щедрый вечер» - что ещё?") == "shhedryj_vecher_chto_eshhjo"
