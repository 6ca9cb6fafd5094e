"""Link checks: rarely, politely, by HEAD; four failures over two weeks, and search leaves it out."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from netmeta.catalogue import Catalogue, RecordWriter, links
from netmeta.config import Config
from netmeta.facade import Netmeta
from netmeta.harvest.crawl import crawl
from netmeta.harvest.job import HarvestJob
from netmeta.model import Source
from netmeta.services.links import MOST_OF_A_HOST, check_links
from netmeta.services.reindex import update_index, verify_index
from tests.conftest import SOURCE, Web, record
from tests.worker_processes import processes

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
D = dt.timedelta(days=1)


@pytest.fixture
def config(catalogue: Catalogue) -> Config:
    return Config(db=catalogue.path, allow_hosts=("127.0.0.1",), delay_s=0)


@pytest.fixture
def old(catalogue: Catalogue, web: Web) -> Catalogue:
    """Three records that no harvest has seen for two months."""
    catalogue._now = lambda: NOW - 60 * D
    catalogue.add_source(SOURCE)
    with RecordWriter(catalogue) as writer:
        for n in (1, 2, 3):
            writer.add(record(n, url=web.put(f"/{n}", "page")), source_id=1, run_id=None)
    catalogue._now = lambda: NOW
    return catalogue


def fetch_with(config: Config) -> object:
    def fetch(source: Source) -> HarvestJob:
        job = HarvestJob(source=source, run_id=0, sink=lambda item, job: None)
        crawl([job], config, begin=lambda job: None, done=lambda job: None)
        return job

    return fetch


def rows(catalogue: Catalogue) -> dict[int, tuple[str, int, int]]:
    sql = "SELECT record_id, status, failures, dead FROM link_checks ORDER BY 1"
    return {id: (status, n, dead) for id, status, n, dead in catalogue.conn.execute(sql)}


def check(catalogue: Catalogue, config: Config) -> tuple[int, int, int, int]:
    found = check_links(catalogue, config, fetch_with(config))  # type: ignore[arg-type]
    return found.asked, found.failed, found.given_up, found.back


def test_four_failures_over_two_weeks_leave_a_record_out_of_search_until_it_answers(
    old: Catalogue, config: Config, web: Web
) -> None:
    update_index(old, config)
    del web.pages["/2"]
    told = []
    for day in (0, 2, 5, 10, 15):
        old._now = lambda day=day: NOW + day * D  # type: ignore[misc]
        told.append(check(old, config))
    assert told == [(3, 1, 0, 0), (0, 0, 0, 0), (1, 1, 0, 0), (1, 1, 0, 0), (1, 1, 1, 0)]
    assert rows(old) == {1: ("ok", 0, 0), 2: ("HTTP 404", 4, 1), 3: ("ok", 0, 0)}
    update_index(old, config)
    assert verify_index(old, config)["ok"]
    with Netmeta(Catalogue(old.path, read_only=True), config) as nm:
        assert [hit.id for hit in nm.search("математики").hits] == [1, 3]
        assert nm.record(2)["title"] == "Урок математики № 2"  # it is still there
    web.put("/2", "again")
    old._now = lambda: NOW + 20 * D
    assert check(old, config) == (1, 0, 0, 1)
    update_index(old, config)
    with Netmeta(Catalogue(old.path, read_only=True), config) as nm:
        assert nm.search("математики").total == 3


def test_four_failures_in_a_week_are_not_enough(old: Catalogue) -> None:
    (link, *_) = links.due(old.conn, NOW, most=10)
    for hour in range(6):
        old._now = lambda hour=hour: NOW + dt.timedelta(hours=hour)  # type: ignore[misc]
        assert links.keep(old, [link], {link.url: "timeout"}) == (0, 0)


def test_what_a_harvest_saw_lately_is_not_asked(old: Catalogue) -> None:
    with old.transaction() as conn:
        conn.execute("UPDATE records SET last_seen = ? WHERE id = 1", (NOW.date().isoformat(),))
        conn.execute("UPDATE records SET hidden = 1 WHERE id = 2")
    assert [link.record_id for link in links.due(old.conn, NOW, most=10)] == [3]


def test_a_new_address_begins_anew(old: Catalogue) -> None:
    link = links.Link(1, "http://127.0.0.1/old")
    for _ in range(3):
        links.keep(old, [link], {link.url: "HTTP 404"})
    other = links.Link(1, "http://127.0.0.1/new")
    links.keep(old, [other], {other.url: "HTTP 404"})
    assert rows(old)[1] == ("HTTP 404", 1, 0)


def test_robots_and_private_addresses_hold_for_links_too(
    old: Catalogue, config: Config, web: Web
) -> None:
    web.put("/robots.txt", "User-agent: *\nDisallow: /1\n", Content_Type="text/plain")
    with old.transaction() as conn:
        conn.execute("UPDATE records SET url = 'http://127.0.0.2:9/x' WHERE id = 3")
    check(old, config)
    assert web.paths() == ["/2"]
    assert rows(old) == {2: ("ok", 0, 0), 3: ("address not allowed", 1, 0)}


def test_the_body_is_not_asked_for_where_the_server_knows_head(
    old: Catalogue, config: Config
) -> None:
    methods: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            methods.append(self.command)
            self.send_response(404 if self.path == "/robots.txt" else 200)
            self.end_headers()

        def do_GET(self) -> None:
            if self.path != "/robots.txt":
                methods.append(self.command)
            self.send_response(404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        with old.transaction() as conn:
            conn.execute(
                "UPDATE records SET url = ? || id", (f"http://127.0.0.1:{server.server_port}/",)
            )
        check(old, config)
        server.shutdown()
        thread.join()
    assert methods == ["HEAD"] * 3
    assert {status for status, _, _ in rows(old).values()} == {"ok"}


def test_a_network_that_is_down_is_held_against_nobody(old: Catalogue, config: Config) -> None:
    def fetch(source: Source) -> HarvestJob:
        for n, url in enumerate(source.options["urls"]):
            source.options["answers"][url.replace("127.0.0.1", f"h{n}.example")] = "no such host"
        return HarvestJob(source=source, run_id=0, sink=lambda item, job: None)

    check_links(old, config, fetch)
    assert rows(old) == {}


def test_few_of_one_host_at_a_time(old: Catalogue, config: Config) -> None:
    asked: list[str] = []

    def fetch(source: Source) -> HarvestJob:
        asked.extend(source.options["urls"])
        return HarvestJob(source=source, run_id=0, sink=lambda item, job: None)

    old._now = lambda: NOW - 60 * D
    with RecordWriter(old) as writer:
        for n in range(10, 90):
            writer.add(record(n), source_id=1, run_id=None)
    old._now = lambda: NOW
    check_links(old, config, fetch)
    hosts = Counter(url.split("/")[2].split(":")[0] for url in asked)
    assert hosts == {"127.0.0.1": 3, "school.example": MOST_OF_A_HOST}


def test_the_worker_checks_links_beside_its_harvests(
    old: Catalogue, web: Web, tmp_path: Path
) -> None:
    del web.pages["/3"]
    settings = {"NETMETA_ALLOW_HOSTS": "127.0.0.1", "NETMETA_DELAY_S": "0"}
    with old.transaction() as conn:
        conn.execute("UPDATE sources SET paused = 1")
    with processes(old.path, **settings) as machine:
        told = machine.run("worker", "--once")
    assert "kind=links status=ok" in told
    assert {id: row[0] for id, row in rows(old).items()} == {1: "ok", 2: "ok", 3: "HTTP 404"}
