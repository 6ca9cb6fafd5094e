"""`source test NAME`: which rules of a spider hold, on replicas over real HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from netmeta.harvest.registry import names, spider_class
from netmeta.harvest.site import SiteSpider
from netmeta.replicas import DRIFTS, SITES, Replicas, serve
from tests.conftest import Ran, Web
from tests.test_site_spider import article, links

Cli = Callable[..., Ran]


@pytest.fixture(scope="module")
def replicas() -> Iterator[Replicas]:
    with serve(["urok-1sept", "pedsovet-su", "1september"]) as served:
        yield served


def contact(cli: Cli, name: str, url: str) -> dict[str, Any]:
    cli("source", "add", url, "--spider", name, "--name", name)
    ran = cli("source", "test", name, "--json")
    assert ran.code == 0, ran.err
    seen: dict[str, Any] = json.loads(ran.out)
    return seen


def hits(seen: dict[str, Any], field: str) -> list[tuple[int, int]]:
    return [(one["hits"], one["of"]) for one in seen["fields"] if one["field"] == field]


def test_every_rule_is_shown_with_its_tag_and_what_it_found(
    cli: Cli, replicas: Replicas, tmp_path: Path
) -> None:
    cli("source", "add", replicas.url("urok-1sept"), "--spider", "urok-1sept", "--name", "urok-1sept")  # fmt: skip
    before = (tmp_path / "netmeta.db").read_bytes()
    ran = cli("source", "test", "urok-1sept", "--json")
    assert (tmp_path / "netmeta.db").read_bytes() == before
    seen = json.loads(ran.out)
    spider = spider_class("urok-1sept")
    assert issubclass(spider, SiteSpider)
    assert seen["robots"] == "answers"
    assert sum(seen["sitemaps"].values()) > 20
    assert seen["feeds"]
    assert seen["families"].keys() == {"generic"}
    assert seen["read"] >= 15
    assert seen["notes"] == []
    own = [one for one in seen["fields"] if one["origin"] == "urok-1sept"]
    assert {one["field"] for one in own} == set(spider.fields)
    assert hits(seen, "title") == [(seen["read"], seen["read"])]
    tags = {one["field"]: one["tag"] for one in own}
    assert (tags["subject"], tags["title"]) == ("evidenced", "assumed")
    forms = {one["rule"]: one for one in seen["addresses"]}
    assert len(forms) >= len(spider.addresses)
    lessons = forms["/(?:articles|статьи)/(\\d+) → entry"]
    assert lessons["tag"] == "evidenced"
    assert lessons["hits"] > 20


@pytest.mark.parametrize("name", ["urok-1sept", "intergu"])
def test_a_redesign_shows_as_selectors_that_find_nothing(cli: Cli, name: str) -> None:
    field = DRIFTS[name].field
    with serve([name]) as before:
        seen = contact(cli, name, before.url(name))
        assert any(n for n, _ in hits(seen, field))
        cli("source", "remove", name)
    with serve([name], drift=[name]) as after:
        seen = contact(cli, name, after.url(name))
        assert [n for n, _ in hits(seen, field)] == [0] * len(hits(seen, field))
        assert any("No selector of" in words for words in seen["notes"])
        ran = cli("source", "test", name)
    assert "No selector of" in ran.err
    assert f"0/{seen['read']}" in ran.out


def test_a_field_lost_everywhere_is_said(
    cli: Cli, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    from spiders.urok_1sept import Urok1Sept

    web.put("/", links("/articles/100001", "/articles/100002", "/articles/100003"))
    for n in (100001, 100002, 100003):
        web.put(f"/articles/{n}", article(n))
    seen = contact(cli, "urok-1sept", web.base + "/")
    assert seen["read"] == 3
    assert hits(seen, "title") == [(0, 3)]
    assert any("title" in words and Urok1Sept.fields["title"] in words for words in seen["notes"])
    assert any("Neither sitemap nor feed" in words for words in seen["notes"])


def test_a_family_shows_its_selectors_and_charsets_are_counted(
    cli: Cli, replicas: Replicas
) -> None:
    seen = contact(cli, "pedsovet-su", replicas.url("pedsovet-su"))
    assert (seen["family"], set(seen["families"])) == ("ucoz", {"ucoz"})
    title = next(one for one in seen["fields"] if one["field"] == "title" and one["hits"])
    assert (title["origin"], title["tag"]) == ("ucoz", "evidenced")
    seen = contact(cli, "1september", replicas.url("1september"))
    assert "windows-1251" in seen["charsets"]
    ran = cli("source", "test", "1september")
    assert "windows-1251" in ran.out
    assert "h1.title" in ran.out


def test_another_engine_than_believed_is_said(cli: Cli, replicas: Replicas) -> None:
    seen = contact(cli, "nsportal", replicas.url("pedsovet-su"))
    assert any("look like ucoz" in words for words in seen["notes"])


def test_a_portal_that_does_not_answer(cli: Cli, web: Web) -> None:
    web.put("/robots.txt", "", status=503)
    cli("source", "add", web.base + "/", "--spider", "intergu", "--name", "intergu")
    ran = cli("source", "test", "intergu")
    assert ran.code == 1
    assert "robots.txt cannot be read" in ran.err
    assert web.paths() == []  # 5xx means no


@pytest.mark.parametrize("name", sorted(SITES))
def test_profiles_are_whole(name: str) -> None:
    """Every rule has a tag: an address by `seen`, a field by its name in the profile or as the
    rest, and the profile says so in words."""
    spider = spider_class(name)
    assert name in names()
    assert issubclass(spider, SiteSpider)
    assert spider.evidence
    named = set(spider.evidence) & set(spider.fields)
    assert all(spider.evidence[field] in ("evidenced", "assumed") for field in named)
    if any(form.seen for form in spider.addresses):
        said = " ".join(rule for rule, tag in spider.evidence.items() if tag == "evidenced")
        assert re.search(r"address|/", said)
