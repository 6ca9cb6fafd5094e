"""Requests that outlive a process: leases, pages taken in whole, caps that hold across resumes."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request, signals
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from netmeta.catalogue import Catalogue, Visits, visits
from netmeta.catalogue import frontier as frontiers
from netmeta.catalogue.frontier import Frontier, Marked
from netmeta.catalogue.removal import take_away
from netmeta.catalogue.visits import Visit
from netmeta.config import load
from netmeta.facade import Netmeta
from netmeta.harvest.downloader import Downloader
from netmeta.harvest.frontier import WINDOW
from netmeta.harvest.job import HarvestJob
from netmeta.harvest.settings import scrapy_settings
from netmeta.harvest.site import SiteSpider
from netmeta.harvest.walk import MOST_BARREN, Walk
from netmeta.model import Source
from tests.conftest import Web
from tests.test_site_spider import add, article, harvest, links, titles

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
UNDER_WAY = 16
"""Requests that Scrapy has under way at once, at the most."""


@pytest.fixture
def nm(tmp_path: Path) -> Iterator[Netmeta]:
    with Netmeta.open(tmp_path / "a.db") as opened:
        yield opened


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue(tmp_path / "b.db") as opened:
        opened.add_source(
            Source(name="school", kind="site", url="https://a.ru/", title="School", spider="site")
        )
        yield opened


def begun(catalogue: Catalogue, *, now: dt.datetime = NOW, anew: bool = False) -> Frontier:
    """The walk as a process finds it that has just begun."""
    frontier = Frontier(catalogue.conn, 1)
    with catalogue.transaction() as conn:
        frontier.begin(conn, now=now, anew=anew)
    return frontier


def commit(catalogue: Catalogue, frontier: Frontier) -> None:
    frontier.keep()
    with catalogue.transaction() as conn:
        frontier.write(conn)
    frontier.written()


def put(frontier: Frontier, what: str, priority: int = 0, *, lease: bool = False) -> int | None:
    made = frontier.add(
        json.dumps({"url": what}), what=what, role="entry", priority=priority, host="a.ru",
        lease=lease,
    )  # fmt: skip
    return made.id if made else None


def urls(frontier: Frontier, most: int = 99) -> list[str]:
    return [json.loads(one.request)["url"] for one in frontier.lease(most)]


# --- leases -------------------------------------------------------------------------------------


def test_the_most_urgent_go_first_then_the_oldest(catalogue: Catalogue) -> None:
    frontier = begun(catalogue)
    for what, priority in (("a", 1), ("b", 2), ("c", 1), ("d", 2)):
        put(frontier, what, priority)
    commit(catalogue, frontier)
    assert urls(frontier, 3) == ["b", "d", "a"]
    assert urls(frontier, 3) == ["c"]


def test_nothing_is_asked_for_twice_in_a_walk_by_any_process(catalogue: Catalogue) -> None:
    first = begun(catalogue)
    assert put(first, "a")
    assert put(first, "a") is None
    commit(catalogue, first)
    assert put(first, "a") is None
    second = begun(catalogue)
    assert put(second, "a") is None
    assert second.asked("a")
    assert not second.asked("b")


@pytest.mark.parametrize("most", [1, 1000])
def test_what_a_walk_has_stored_is_known_whether_or_not_memory_holds_it(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(frontiers, "_KNOWN_MOST", most)
    monkeypatch.setattr(visits, "_WROTE_MOST", most)
    walk, known = begun(catalogue), Visits(catalogue.conn, 1)
    for n in range(5):
        put(walk, f"/{n}")
        walk.mark("found", f"id-{n}")
        commit(catalogue, walk)
        seen: dict[str, Visit | None] = {f"/{n}": Visit("entry", f"key-{n}", lastmod=str(n))}
        assert known.get(f"/{n}") is None
        assert known.address_of(f"key-{n}", "entry") is None
        visits.remember(catalogue, 1, seen)
        known.wrote(seen)
    for frontier, before in ((walk, known), (begun(catalogue), Visits(catalogue.conn, 1))):
        for n in range(5):
            assert frontier.asked(f"/{n}")
            assert put(frontier, f"/{n}") is None
            assert frontier.is_marked("found", f"id-{n}")
            visit = before.get(f"/{n}")
            assert visit is not None
            assert visit.lastmod == str(n)
            assert before.address_of(f"key-{n}", "entry") == f"/{n}"
        assert frontier.unmarked("found", {"id-1", "id-7"}) == {"id-7"}
        assert not frontier.asked("/7")
        assert not frontier.is_marked("found", "id-7")
        assert before.get("/7") is None


def test_leases_of_a_dead_process_are_void_and_what_it_did_is_done(catalogue: Catalogue) -> None:
    dead = begun(catalogue)
    ids = [put(dead, what) for what in "abc"]
    commit(catalogue, dead)
    assert len(dead.lease(3)) == 3
    assert ids[0]
    dead.done(ids[0])
    commit(catalogue, dead)
    dead.done(ids[1] or 0)  # and was killed before it was stored
    states = "SELECT state FROM frontier ORDER BY id"
    assert catalogue.conn.execute(states).fetchall() == [("done",), ("leased",), ("leased",)]
    assert urls(begun(catalogue)) == ["b", "c"]


def test_a_page_that_was_not_taken_leaves_nothing(catalogue: Catalogue) -> None:
    frontier = begun(catalogue)
    frontier.ask("entry 1")
    frontier.mark("found", "1")
    assert frontier.asked("entry 1")
    frontier.drop()
    assert not frontier.asked("entry 1")
    assert "1" not in Marked(frontier, "found")
    frontier.ask("entry 2")
    frontier.mark("found", "2")
    commit(catalogue, frontier)
    assert begun(catalogue).asked("entry 2")
    assert set(Marked(begun(catalogue), "found")) == {"2"}


def test_a_request_that_failed_waits_and_whoever_finds_it_waits_too(catalogue: Catalogue) -> None:
    frontier = begun(catalogue)
    id = put(frontier, "a", lease=True)
    assert id
    frontier.again(id, NOW + dt.timedelta(seconds=40))
    commit(catalogue, frontier)
    (waiting,) = begun(catalogue).lease(9)
    assert (waiting.attempts, waiting.not_before) == (1, "2026-03-01T12:00:40Z")


def test_full_begins_anew_and_is_gone_on_with(catalogue: Catalogue) -> None:
    put(left := begun(catalogue), "a")
    commit(catalogue, left)
    full = begun(catalogue, anew=True)
    assert not full.asked("a")
    put(full, "b")
    commit(catalogue, full)
    again = begun(catalogue)  # without being told to
    assert again.anew
    assert urls(again) == ["b"]


def test_after_a_day_listings_are_looked_at_again(catalogue: Catalogue) -> None:
    frontier = begun(catalogue)
    walk = Walk(frontier=frontier)
    assert walk.follow("https://a.ru/articles/", depth=0)
    frontier.add(
        "{}", what="https://a.ru/articles/", role="listing", priority=9, host="", lease=False
    )
    put(frontier, "entry 1")
    walk.shown("https://a.ru/articles/", {"1"})
    commit(catalogue, frontier)
    for waiting in frontier.lease(9):
        frontier.done(waiting.id)
    commit(catalogue, frontier)
    soon, late = NOW + dt.timedelta(hours=23), NOW + dt.timedelta(hours=25)
    assert begun(catalogue, now=soon).asked("https://a.ru/articles/")
    later = begun(catalogue, now=late)
    assert not later.asked("https://a.ru/articles/")
    assert later.asked("entry 1")


def test_what_traps_are_told_by_survives(catalogue: Catalogue) -> None:
    frontier = begun(catalogue)
    walk = Walk(frontier=frontier, max_queries=5)
    for n in range(MOST_BARREN + 1):
        walk.shown(f"https://a.ru/list?page={n}", {"always the same"})
    for n in range(5):
        assert walk.follow(f"https://a.ru/calendar?month={n}", depth=1)
    commit(catalogue, frontier)
    walk = Walk(frontier=begun(catalogue), max_queries=5)
    assert not walk.follow("https://a.ru/list?page=9", depth=1)
    assert not walk.follow("https://a.ru/calendar?month=9", depth=1)
    assert walk.skipped == {"endless pager": 1, "query cap": 1}


def test_a_source_that_is_taken_away_takes_its_walk_along(web: Web, nm: Netmeta) -> None:
    web.put("/", links("/articles/1", "/articles/2"))
    web.put("/articles/1", article(1))
    web.put("/articles/2", article(2))
    add(nm, f"{web.base}/")
    harvest(nm, limit=1)
    take_away(nm.catalogue, nm.catalogue.source_id("school"))
    for table in ("walks", "frontier", "walk_listings", "walk_marks"):
        assert nm.catalogue.conn.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


# --- harvests -----------------------------------------------------------------------------------


def test_a_page_is_stored_whole_or_not_at_all(web: Web, nm: Netmeta) -> None:
    """Were record and acknowledgement two transactions, the record would be there."""
    web.put("/", links("/articles/1"))
    web.put("/articles/1", article(1))
    add(nm, f"{web.base}/")
    nm.catalogue.conn.execute(
        "CREATE TRIGGER no_end BEFORE UPDATE ON frontier WHEN new.role = 'entry'"
        " AND new.state = 'done' BEGIN SELECT raise(ABORT, 'killed here'); END"
    )
    nm.catalogue.conn.execute(
        "CREATE TRIGGER no_row BEFORE INSERT ON frontier WHEN new.role = 'entry'"
        " AND new.state = 'done' BEGIN SELECT raise(ABORT, 'killed here'); END"
    )
    with pytest.raises(sqlite3.IntegrityError, match="killed here"):
        harvest(nm)
    assert titles(nm) == set()
    visited = nm.catalogue.conn.execute("SELECT role FROM visits").fetchall()
    assert ("entry",) not in visited
    nm.catalogue.conn.execute("DROP TRIGGER no_end")
    nm.catalogue.conn.execute("DROP TRIGGER no_row")
    harvest(nm)
    assert titles(nm) == {"Урок 1: дроби"}


def test_a_large_listing_stays_in_sql_and_is_read_once(web: Web, nm: Netmeta) -> None:
    web.put("/", links(*(f"/articles/{n}" for n in range(400))))
    for n in range(400):
        web.put(f"/articles/{n}", article(n))
    add(nm, f"{web.base}/")
    leased: list[int] = []

    def count(job: HarvestJob) -> None:
        sql = "SELECT count(*) FROM frontier WHERE state = 'leased'"
        leased.extend(nm.catalogue.conn.execute(sql).fetchone())

    result = harvest(nm, progress=count)
    assert (result.status, result.counts["new"]) == ("ok", 400)
    assert 0 < max(leased) <= 2 * WINDOW + UNDER_WAY
    assert len(web.paths()) == len(set(web.paths()))
    assert nm.catalogue.conn.execute("SELECT count(*) FROM walks").fetchone() == (0,)


def test_entries_go_before_listings(web: Web, nm: Netmeta) -> None:
    web.put("/", links(*(f"/articles/topic-{n}/?page=1" for n in range(200))))
    for n in range(200):
        web.put(f"/articles/topic-{n}/?page=1", links(f"/articles/{n}"))
        web.put(f"/articles/{n}", article(n))
    add(nm, f"{web.base}/")
    harvest(nm, limit=3)
    assert len(web.paths()) < 2 * WINDOW


def until_done(nm: Netmeta, **options: Any) -> list[Any]:
    """Harvest in pieces until nothing remains."""
    results = [harvest(nm, **options)]
    while results[-1].counts.get("remaining"):
        results.append(harvest(nm, **options))
        assert len(results) < 40
    return results


def test_a_walk_in_pieces_asks_for_each_page_once(web: Web, nm: Netmeta) -> None:
    web.put("/", links("/articles/"))
    web.put("/articles/", links(*(f"/articles/{n}" for n in range(30)), "/articles/?page=2"))
    web.put("/articles/?page=2", links(*(f"/articles/{n}" for n in range(30, 60))))
    for n in range(60):
        web.put(f"/articles/{n}", article(n))
    add(nm, f"{web.base}/")
    results = until_done(nm, limit=20)
    assert len(results) > 1
    assert len(titles(nm)) == 60
    again = len(web.paths()) - len(set(web.paths()))
    assert again <= UNDER_WAY * (len(results) - 1)  # were under way when the limit was reached
    assert web.paths().count("/") == web.paths().count("/articles/?page=2") == 1


def months(web: Web) -> None:
    """A calendar without end: every month leads to the next, with an event in each."""
    for n in range(60):
        path = f"/articles/month-{n}/?page=1" if n else "/"
        web.put(path, links(f"/articles/{n}", f"/articles/month-{n + 1}/?page=1"))
        web.put(f"/articles/{n}", article(n))


def test_an_endless_calendar_is_bounded_over_all_its_pieces(web: Web, nm: Netmeta) -> None:
    months(web)
    add(nm, f"{web.base}/")
    results = until_done(nm, limit=2)
    assert len(results) > 2
    asked = [path for path in web.paths() if "month" in path]
    assert len(asked) == len(set(asked)) == 8  # SiteSpider.max_depth
    assert sum(one.counts.get("skipped: depth cap", 0) for one in results) == 1


def test_the_page_cap_holds_over_all_pieces(web: Web, nm: Netmeta) -> None:
    months(web)
    add(nm, f"{web.base}/", max_pages=10)
    results = until_done(nm, limit=1)
    assert len(results) > 2
    assert 4 < len(set(web.paths())) <= 10
    assert sum(one.counts.get("skipped: page cap", 0) for one in results) > 0


def test_attempts_that_failed_are_kept(web: Web, nm: Netmeta) -> None:
    web.put("/", links(*(f"/articles/{n}" for n in range(9))))
    for n in range(9):
        web.put(f"/articles/{n}", article(n))
    web.put("/articles/0", "oops", status=500)
    add(nm, f"{web.base}/")
    assert harvest(nm, limit=1).counts["remaining"] >= 1
    sql = "SELECT max(attempts) FROM frontier WHERE role = 'entry'"
    assert nm.catalogue.conn.execute(sql).fetchone()[0] >= 1


def test_a_dry_run_leaves_no_walk(web: Web, nm: Netmeta) -> None:
    web.put("/", links(*(f"/articles/{n}" for n in range(200))))
    for n in range(200):
        web.put(f"/articles/{n}", article(n))
    add(nm, f"{web.base}/")
    assert harvest(nm, dry_run=True).counts["items"] == 200
    assert nm.catalogue.conn.execute("SELECT count(*) FROM walks").fetchone() == (0,)


def test_requests_are_plain_json(web: Web, nm: Netmeta) -> None:
    web.put("/", links("/articles/1", "/articles/2"))
    web.put("/articles/1", article(1))
    web.put("/articles/2", article(2))
    add(nm, f"{web.base}/")
    seen: list[dict[str, Any]] = []

    def look(job: HarvestJob) -> None:
        sql = "SELECT request FROM frontier WHERE request <> ''"
        seen.extend(json.loads(text) for (text,) in nm.catalogue.conn.execute(sql))

    harvest(nm, progress=look, limit=1)
    look(HarvestJob(source=nm.catalogue.source("school"), run_id=0, sink=lambda item, job: None))
    assert seen
    for request in seen:
        assert set(request) <= {"url", "callback", "meta", "cb_kwargs", "headers"}
        assert isinstance(request["callback"], str)


def test_a_request_is_under_way_until_its_answer_is_taken(web: Web) -> None:
    url = web.put("/", article(1))
    source = Source(name="school", kind="site", url=url, title="School", spider="site")
    job = HarvestJob(source=source, run_id=0, sink=lambda item, job: None)

    async def fetched() -> list[Any]:
        crawler = AsyncCrawlerRunner(Settings(scrapy_settings(load()))).create_crawler(SiteSpider)
        crawler.spider = SiteSpider(job=job)
        crawler.spider.crawler = crawler
        downloader = Downloader(crawler)
        request = Request(url, meta={"is_robots": True})
        answers: list[Any] = []
        downloader.fetch(request).addBoth(answers.append)
        while not answers:  # else the engine, looking just now, would end the walk
            assert request in downloader.active
            await asyncio.sleep(0)
        assert not downloader.active
        await crawler.signals.send_catch_log_async(signals.engine_stopped)
        return answers

    (answer,) = asyncio.run(fetched())
    assert answer.status == 200
