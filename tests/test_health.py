"""What a run says about its source: drift, what is gone, health, `netmeta status`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from netmeta.catalogue.alike import MOST_ALIKE
from netmeta.catalogue.drift import fell
from netmeta.catalogue.tally import Fill
from netmeta.facade import Netmeta
from netmeta.model import Item
from netmeta.replicas import serve
from netmeta.services.curation import forget_person, reread
from netmeta.services.harvest import SourceResult
from netmeta.services.health import Health, overview
from tests.conftest import Ran, Web
from tests.generated_site import GeneratedSite, generated
from tests.test_feeds import entry, rss


@pytest.fixture
def site() -> Iterator[GeneratedSite]:
    with generated(30) as served:
        yield served


@pytest.fixture
def nm(tmp_path: Path) -> Iterator[Netmeta]:
    with Netmeta.open(tmp_path / "netmeta.db", gone_after=2) as opened:
        yield opened


def full(nm: Netmeta, **options: bool) -> SourceResult:
    return nm.harvest(full=True, **options).results[0]


def add(nm: Netmeta, site: GeneratedSite) -> None:
    nm.add_source(site.base + "/", name="school", spider="site")
    assert nm.harvest().results[0].counts["new"] == len(site.there)


def one(nm: Netmeta) -> Health:
    (found,) = overview(nm.catalogue)
    return found


def gone(nm: Netmeta) -> int:
    (n,) = nm.catalogue.conn.execute(
        "SELECT count(*) FROM records WHERE gone_at IS NOT NULL"
    ).fetchone()
    return int(n)


def credited(nm: Netmeta) -> int:
    (n,) = nm.catalogue.conn.execute("SELECT count(*) FROM record_people").fetchone()
    return int(n)


# --- drift --------------------------------------------------------------------------------------


def test_drift_is_noticed_and_old_values_are_kept(nm: Netmeta, site: GeneratedSite) -> None:
    add(nm, site)
    seq = nm.catalogue.last_seq()
    site.byline = "written-by"
    result = full(nm)
    assert (result.status, result.counts["drifted"]) == ("degraded", 1)
    assert credited(nm) == 30
    assert nm.catalogue.last_seq() == seq
    assert nm.catalogue.conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    told = one(nm)
    assert (told.state, told.sick, told.kept) == ("drifted", True, {"authors": 30})
    assert "100 %" in told.evidence[0]
    assert "0 % of 30" in told.evidence[0]
    assert "--force" in (told.next_step or "")
    again = full(nm)  # what is usual does not become what is drifted
    assert again.counts["drifted"] == 1
    assert credited(nm) == 30


def test_after_the_spider_was_mended_nothing_is_kept_any_more(
    nm: Netmeta, site: GeneratedSite
) -> None:
    add(nm, site)
    site.byline = "written-by"
    full(nm)
    site.byline = "author"
    assert full(nm).status == "ok"
    assert one(nm).state == "ok"
    assert one(nm).kept == {}
    assert credited(nm) == 30


def test_an_administrator_may_believe_the_portal(nm: Netmeta, site: GeneratedSite) -> None:
    add(nm, site)
    site.byline = "written-by"
    full(nm)
    result = full(nm, force=True)
    assert (result.status, result.counts["changed"]) == ("ok", 30)
    assert credited(nm) == 0
    assert full(nm).status == "ok"
    assert one(nm).kept == {}


def test_one_record_that_loses_a_value_loses_it(nm: Netmeta, site: GeneratedSite) -> None:
    add(nm, site)
    site.anonymous.add(0)  # the very first one read: nothing is known of the run yet
    result = full(nm)
    assert (result.status, result.counts.get("drifted")) == ("ok", None)
    assert credited(nm) == 29
    assert one(nm).kept == {}


def test_kept_values_survive_rereading_but_not_a_removal_request(
    nm: Netmeta, site: GeneratedSite
) -> None:
    add(nm, site)
    site.byline = "written-by"
    full(nm)
    reread(nm.catalogue)
    assert credited(nm) == 30
    forget_person(nm.catalogue, "Иванова Мария Петровна")
    assert credited(nm) == 0
    dump = "\n".join(nm.catalogue.conn.iterdump())
    assert "Иванова" not in dump.replace("'person','Иванова Мария Петровна'", "")


@pytest.mark.parametrize("name", ["nsportal", "urok-1sept"])
def test_a_redesigned_portal_is_noticed_within_one_run(tmp_path: Path, name: str) -> None:
    with Netmeta.open(tmp_path / "netmeta.db") as nm:
        with serve([name]) as replicas:
            nm.add_source(replicas.url(name), name=name, spider=name)
            assert nm.harvest().status == "ok"
            people = credited(nm)
            filled = nm.catalogue.run_fields(1)
        with serve([name], drift=[name]) as replicas:
            nm.catalogue.conn.execute("UPDATE sources SET url = ?", (replicas.url(name),))
            nm.catalogue.conn.execute("DELETE FROM visits")  # of another port
            result = full(nm)
        assert result.counts.get("drifted", 0) >= 1, (result.fields, filled)
        assert one(nm).state == "drifted"
        assert credited(nm) >= people


@pytest.mark.parametrize(
    ("usual", "now", "is_fall"),
    [
        (Fill(95, 100), Fill(0, 3), False), (Fill(95, 100), Fill(0, 4), True),
        (Fill(95, 100), Fill(2, 40), True), (Fill(95, 100), Fill(60, 100), False),
        (Fill(50, 100), Fill(0, 10), False), (Fill(50, 100), Fill(0, 20), True),
        (Fill(9, 9), Fill(0, 50), False), (Fill(20, 100), Fill(0, 500), False),
        (Fill(100, 100), Fill(0, 0), False), (Fill(100, 100), Fill(1000, 1000), False),
    ],
)  # fmt: skip
def test_what_is_a_fall(usual: Fill, now: Fill, is_fall: bool) -> None:
    assert fell(usual, now) is is_fall


# --- what is gone -------------------------------------------------------------------------------


def test_gone_after_misses_in_a_row_and_restored_when_seen(
    nm: Netmeta, site: GeneratedSite
) -> None:
    add(nm, site)
    site.there -= {3, 7}
    first = full(nm)
    assert (first.counts["missed"], gone(nm)) == (2, 0)
    second = full(nm)
    assert (second.counts["gone"], gone(nm)) == (2, 2)
    assert not nm.search('"Статья 7"').hits
    site.there |= {3, 7}
    assert full(nm).counts["restored"] == 2
    assert gone(nm) == 0
    assert nm.search('"Статья 7"').hits


def test_a_record_seen_in_between_is_not_gone(nm: Netmeta, site: GeneratedSite) -> None:
    add(nm, site)
    for _ in range(3):
        site.there -= {3}
        assert full(nm).counts["missed"] == 1
        site.there |= {3}
        full(nm)
    assert gone(nm) == 0
    (misses,) = nm.catalogue.conn.execute("SELECT count(*) FROM record_misses").fetchone()
    assert misses == 0


def test_too_many_never_go_unasked(nm: Netmeta, site: GeneratedSite) -> None:
    add(nm, site)
    site.there -= set(range(10))
    full(nm)
    result = full(nm)
    assert (result.status, result.counts["not gone"], gone(nm)) == ("degraded", 10, 0)
    assert "too many" in (result.reason or "")
    assert full(nm, force=True).counts["gone"] == 10
    assert gone(nm) == 10


def test_only_complete_runs_say_that_something_is_gone(nm: Netmeta, site: GeneratedSite) -> None:
    add(nm, site)
    site.there -= {3}
    for options in ({}, {"full": True, "limit": 5}):
        for _ in range(3):
            assert "missed" not in nm.harvest(**options).results[0].counts
    site.broken = 5  # one page in error: nobody knows what it would have shown
    for _ in range(3):
        assert "missed" not in full(nm).counts
    assert gone(nm) == 0


def test_a_feed_never_says_that_something_is_gone(web: Web, nm: Netmeta) -> None:
    nm.add_source(web.put("/rss", rss(entry("А", "1"), entry("Б", "2", number=2))), name="f")
    nm.harvest()
    web.put("/rss", rss(entry("Б", "2", number=2)))
    for _ in range(4):
        assert full(nm).status == "ok"
    assert gone(nm) == 0


# --- health -------------------------------------------------------------------------------------


def told(nm: Netmeta, web: Web, body: str | bytes, status: int = 200) -> Health:
    """The health of a feed after a good harvest and one that found this."""
    eight = rss(*(entry(f"Урок {n}", str(n), number=n) for n in range(1, 9)))
    nm.add_source(web.put("/rss", eight), name="f")
    nm.harvest()
    assert one(nm).state == "ok"
    web.put("/rss", body, status=status)
    full(nm)
    found = one(nm)
    assert found.sick
    assert found.evidence
    assert found.next_step
    assert found.last_good is not None
    assert found.records == 8
    return found


@pytest.mark.parametrize(
    ("body", "status", "state"),
    [
        ("forbidden", 403, "blocked"), ("slower", 429, "blocked"), ("rest", 503, "blocked"),
        ("not found", 404, "gone"), ("gone", 410, "gone"), ("oops", 500, "degraded"),
        (rss(), 200, "empty"), ("<html><body>Сайт переехал</body></html>", 200, "parse-broken"),
        (rss(entry("Урок 1", "1")), 200, "empty"),
        (rss(*(entry(f"Урок {n}", str(n), number=n) for n in range(1, 9)))[:-16], 200, "degraded"),
    ],
)  # fmt: skip
def test_states_of_a_feed(
    nm: Netmeta, web: Web, body: str | bytes, status: int, state: str
) -> None:
    assert told(nm, web, body, status).state == state


def test_robots_txt_blocks(nm: Netmeta, web: Web) -> None:
    web.put("/rss", rss(entry("А", "1")))
    nm.add_source(web.base + "/rss", name="f")
    web.put("/robots.txt", "User-agent: *\nDisallow: /", Content_Type="text/plain")
    nm.harvest()
    assert one(nm).state == "blocked"


def test_a_site_that_cannot_be_reached_rests_at_first_and_is_gone_at_last(
    nm: Netmeta, site: GeneratedSite
) -> None:
    add(nm, site)
    nm.catalogue.conn.execute("UPDATE sources SET url = 'http://127.0.0.1:9/'")
    states = []
    for _ in range(3):
        nm.harvest()
        states.append(one(nm).state)
    assert states == ["degraded", "degraded", "gone"]
    assert gone(nm) == 0


def test_an_incremental_harvest_without_news_is_well(nm: Netmeta, site: GeneratedSite) -> None:
    add(nm, site)
    nm.harvest()
    assert one(nm).state == "ok"
    assert one(nm).trend == (30, 0)


def test_pages_that_are_no_entries_any_more(nm: Netmeta, site: GeneratedSite) -> None:
    add(nm, site)
    seq = nm.catalogue.last_seq()
    site.wall = "<h1>Портал на обслуживании</h1><p>Мы скоро вернёмся.</p>"
    result = full(nm)
    assert result.status == "degraded"
    assert result.counts["alike"] >= 30 - MOST_ALIKE  # the first few were stored before it showed
    assert one(nm).state == "parse-broken"
    assert gone(nm) == 0
    assert nm.catalogue.last_seq() <= seq + MOST_ALIKE
    site.wall = "<h1>Вход</h1><p>Необходимо авторизоваться</p><input type='password'>"
    full(nm)
    assert one(nm).state == "blocked"
    assert nm.catalogue.counts() == {"news": 30}


def test_status_on_the_command_line(nm: Netmeta, cli: Callable[..., Ran], web: Web) -> None:
    web.put("/rss", rss(entry("А", "1")))
    assert cli("source", "add", web.base + "/rss", "--name", "school").code == 0
    ran = cli("status")
    assert ran.code == 0
    assert "waiting" in ran.out
    cli("harvest")
    assert cli("status").code == 0
    web.put("/rss", "no", status=404)
    cli("harvest")
    ran = cli("status")
    assert ran.code == 3
    assert "gone" in ran.out
    assert "HTTP 404" in ran.out
    assert "new address" in ran.err
    told = json.loads(cli("status", "--json").out)
    assert told["sick"] == 1
    assert told["sources"][0]["state"] == "gone"
    assert told["sources"][0]["records"] == 1
    assert told["sources"][0]["answers"] == {"404": 2}  # of robots.txt, and of the feed
    assert told["sources"][0]["bytes"] > 0
    assert told["sources"][0]["since"] is not None
    assert "answered 404: 2" in cli("source", "show", "school").out


def test_imports_are_no_portals(nm: Netmeta) -> None:
    nm.import_items([Item(source="old", url="https://a.example/1", title="А", authors=("Б. В.",))])
    assert one(nm).state == "ok"
