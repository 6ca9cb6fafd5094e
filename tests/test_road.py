"""The whole road on the replicas: real HTTP, real Scrapy, catalogue, index, search."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from netmeta.facade import Netmeta
from netmeta.harvest.families.recognise import FAMILIES
from netmeta.harvest.registry import names, spider_class
from netmeta.harvest.selectors import check
from netmeta.harvest.site import SiteSpider
from netmeta.replicas import SITES, Replicas, serve
from netmeta.services.sources import portal_of
from netmeta.vocabularies import load

PORTALS = tuple(SITES)
FIELDS = (
    "title", "subtitle", "body", "description", "authors", "published", "category", "tags", "subject",
    "grade", "type", "dates", "place", "audience", "certificate", "attachments", "organisation", "image",
)  # fmt: skip
Pairs = dict[str, tuple[dict[str, Any], dict[str, Any]]]
UCOZ = ("pedsovet-su", "uchportal")


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Netmeta, Replicas, Any]]:
    """The replicas harvested once."""
    with serve() as replicas, Netmeta.open(tmp_path_factory.mktemp("road") / "a.db") as nm:
        for name in replicas.names:
            nm.add_source(replicas.url(name), name=name, spider=name)
        yield nm, replicas, nm.harvest()


def squeeze(text: str | None) -> str:
    return " ".join((text or "").split())


@pytest.fixture(scope="module")
def items(road: tuple[Netmeta, Replicas, Any]) -> dict[str, Pairs]:
    """{portal: {external id: (what was planted, the raw item that was stored)}}."""
    nm, replicas, _ = road
    sql = (
        "SELECT s.name, r.external_id, t.raw FROM records r JOIN sources s ON s.id = r.source_id"
        " JOIN record_texts t ON t.record_id = r.id"
    )
    found = {(name, id): json.loads(raw) for name, id, raw in nm.catalogue.conn.execute(sql)}
    return {
        name: {
            item["external_id"]: (item, found.get((name, item["external_id"]), {}))
            for item in replicas.truth(name)
        }
        for name in PORTALS
    }


@pytest.mark.parametrize("name", PORTALS)
def test_every_planted_item_is_found_and_none_invented(
    road: tuple[Netmeta, Replicas, Any], name: str
) -> None:
    nm, replicas, _ = road
    planted = {item["external_id"] for item in replicas.truth(name)}
    sql = (
        "SELECT r.external_id FROM records r JOIN sources s ON s.id = r.source_id WHERE s.name = ?"
    )
    assert len(planted) >= 40
    assert {id for (id,) in nm.catalogue.conn.execute(sql, (name,))} == planted


@pytest.mark.parametrize("name", PORTALS)
@pytest.mark.parametrize("field", FIELDS)
def test_fields_are_read_as_planted(items: dict[str, Pairs], name: str, field: str) -> None:
    wrong = []
    for id, (planted, found) in items[name].items():
        want, got = comparable(field, planted.get(field)), comparable(field, found.get(field))
        if got != want:
            wrong.append((id, want, got))
    assert len(wrong) <= 0.02 * len(items[name]), wrong[:3]


def comparable(field: str, value: Any) -> Any:
    """White space collapsed; of a day printed with its time, the day; of an address' day, the day."""
    if isinstance(value, str):
        value = squeeze(value)
        if field == "published" and "T" not in value:
            value = value.split(" ")[0].replace("/", "-")
    return value or None


@pytest.mark.parametrize("name", PORTALS)
def test_kinds_are_told(road: tuple[Netmeta, Replicas, Any], name: str) -> None:
    nm, replicas, _ = road
    sql = "SELECT r.external_id, r.kind FROM records r JOIN sources s ON s.id = r.source_id WHERE s.name = ?"
    found = dict(nm.catalogue.conn.execute(sql, (name,)).fetchall())
    truth = {item["external_id"]: item["kind"] for item in replicas.truth(name)}
    wrong = {key: found[key] for key in truth if found[key] != truth[key]}
    assert len(wrong) <= 0.02 * len(truth), wrong


def test_a_full_harvest_reads_everything_again_and_changes_nothing(
    road: tuple[Netmeta, Replicas, Any],
) -> None:
    nm, _, first = road
    seq = nm.catalogue.last_seq()
    again = nm.harvest(full=True)
    assert nm.catalogue.last_seq() == seq
    for before, after in zip(first.results, again.results, strict=True):
        assert after.counts["unchanged"] == before.counts["new"]
    assert again.index is not None
    assert again.index.put == 0


def test_a_second_harvest_asks_for_a_tenth_and_reads_no_entry_again(
    road: tuple[Netmeta, Replicas, Any],
) -> None:
    nm, _, first = road
    seq = nm.catalogue.last_seq()
    again = nm.harvest()
    assert nm.catalogue.last_seq() == seq
    assert again.status == "ok"
    for after in again.results:
        assert after.counts.get("items", 0) == 0, after.source
        assert after.counts["not_modified"] == after.counts["requests"] - 1  # but for robots.txt
    for before, after in zip(first.results, again.results, strict=True):
        # it-n has neither sitemap nor feeds: nine listings, each with entries of its own.
        most = 0.15 if after.source == "it-n" else 0.1
        assert after.counts["requests"] <= most * before.counts["requests"], after.source
    before, now = (sum(r.counts["requests"] for r in one.results) for one in (first, again))
    assert now <= 0.1 * before, (before, now)


def test_a_teacher_finds_the_lesson(road: tuple[Netmeta, Replicas, Any]) -> None:
    nm, _, _ = road
    result = nm.search("урок математике дроби 5 кл")
    assert "дроби" in result.hits[0].title.lower()
    assert 5 in result.hits[0].grades
    assert "<mark>" in result.hits[0].snippet
    only = nm.search("дроби", source="uchportal", grade=5)
    assert only.hits
    assert {hit.source for hit in only.hits} == {"uchportal"}
    assert all(5 in hit.grades for hit in only.hits)


def test_copies_on_two_portals_are_one_hit(road: tuple[Netmeta, Replicas, Any]) -> None:
    nm, _, _ = road
    sql = (
        "SELECT content_hash, min(title) FROM records GROUP BY content_hash"
        " HAVING count(DISTINCT source_id) > 1"
    )
    key, title = nm.catalogue.conn.execute(sql).fetchone()
    hit = next(h for h in nm.search(title).hits if h.copies)
    assert len({hit.source, *(copy.source for copy in hit.copies)}) >= 2
    assert nm.record(hit.id)["content_hash"] == key


def test_robots_txt_was_obeyed(road: tuple[Netmeta, Replicas, Any]) -> None:
    _, replicas, _ = road
    for name in PORTALS:
        asked = [one.path for one in replicas.requests(name)]
        assert asked[0] == "/robots.txt"
        assert not [
            path
            for path in asked
            if re.search(r"/(login|register|search|user/login)\b|\.docx?$", path)
        ]
        if name in UCOZ:
            assert not [path for path in asked if re.match(r"/load/0-0-0-|.*adsdata", path)]


def test_events_have_stages_and_a_deadline(road: tuple[Netmeta, Replicas, Any]) -> None:
    nm, _, _ = road
    (n,) = nm.catalogue.conn.execute(
        "SELECT count(*) FROM records WHERE kind = 'event' AND deadline IS NOT NULL"
    ).fetchone()
    assert n >= 10


SPIDERS = Path(__file__).parents[1] / "spiders"


def test_every_module_is_a_portal_and_every_portal_a_module() -> None:
    modules = {path.stem for path in SPIDERS.glob("*.py")} - {"__init__"}
    assert {spider_class(name).__module__.removeprefix("spiders.") for name in names()} == modules
    assert set(names()) == set(PORTALS)
    titles = [spider_class(name).title for name in names()]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", PORTALS)
def test_every_spider_is_named_after_its_file(name: str) -> None:
    spider = spider_class(name)
    assert issubclass(spider, SiteSpider)
    assert spider.name == name
    # No Python name begins with a digit.
    python = f"portal-{name}" if name[0].isdigit() else name
    assert spider.__module__ == f"spiders.{python.replace('-', '_')}"
    assert spider.__name__.lower() == python.replace("-", "")
    assert re.search("[А-Яа-я]", spider.title)
    assert re.fullmatch(r"https://[\w.-]+/", spider.homepage)
    assert (urlsplit(spider.homepage).hostname or "-") in (spider.__doc__ or "")
    assert portal_of(spider.homepage) == name
    lines = (SPIDERS / f"{spider.__module__.removeprefix('spiders.')}.py").read_text().splitlines()
    assert len(lines) <= 45, "which part belongs to a base?"


@pytest.mark.parametrize("name", PORTALS)
def test_every_spider_says_what_it_knows(name: str) -> None:
    spider = spider_class(name)
    assert issubclass(spider, SiteSpider)
    # No portal states one licence for everything: docs/portals.md. Unknown is no permission.
    assert spider.licence is None or spider.licence in load().schemes["licences"].concepts
    assert ZoneInfo(spider.timezone).key == "Europe/Moscow"
    assert spider.language == "ru"
    assert spider.family in FAMILIES
    check(spider.fields)
    for form in spider.addresses:
        re.compile(form.pattern)
        assert form.item in (None, "material", "event", "news", "course")
    assert set(spider.evidence.values()) <= {"evidenced", "assumed"}
    assert spider.evidence


def test_the_demonstration_runs_as_a_program(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "netmeta", "--db", str(tmp_path / "demo.db"), "demo", "--once", "--json"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stdout)
    assert report["complete"]
    assert {p["name"]: p["found"] for p in report["portals"]} == {
        p["name"]: p["expected"] for p in report["portals"]
    }
    assert "дроби" in report["search"]["hits"][0]["title"].lower()
    assert ran.stderr == ""
