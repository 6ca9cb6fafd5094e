"""Whole sites: discovery, traps, manners, and what a later harvest asks for, over real HTTP."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netmeta.facade import Netmeta
from netmeta.harvest.pagers import listing_of
from netmeta.harvest.selectors import read_fields
from netmeta.harvest.sitemaps import BadSitemapError, Listed, parse_sitemap
from netmeta.harvest.walk import MOST_BARREN, Walk
from netmeta.model import Source
from tests.conftest import Web

TEXT = "На уроке складываем дроби с разными знаменателями, потом проверяем друг друга в парах. " * 6


def article(number: int, more: str = "") -> str:
    return (
        f"<html><head><title>Урок {number}: дроби{more}</title></head><body>"
        f"<h1>Урок {number}: дроби{more}</h1><article><p>{TEXT}</p></article></body></html>"
    )


def links(*paths: str) -> str:
    return "<html><body>" + "".join(f'<a href="{p}">{p}</a> ' for p in paths) + "</body></html>"


def sitemap(base: str, *entries: tuple[str, str]) -> str:
    rows = "".join(
        f"<url><loc>{base}{path}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for path, day in entries
    )
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


@pytest.fixture
def nm(tmp_path: Path) -> Iterator[Netmeta]:
    with Netmeta.open(tmp_path / "a.db") as opened:
        yield opened


def add(nm: Netmeta, url: str, **options: Any) -> None:
    source = Source(
        name="school", kind="site", url=url, title="School", spider="site", options=options
    )
    nm.catalogue.add_source(source)


def harvest(nm: Netmeta, **options: Any) -> Any:
    (result,) = nm.harvest(**options).results
    return result


def titles(nm: Netmeta) -> set[str]:
    return {title for (title,) in nm.catalogue.conn.execute("SELECT title FROM records")}


# --- finding ------------------------------------------------------------------------------------


def test_a_site_is_found_through_sitemap_feed_and_listings(web: Web, nm: Netmeta) -> None:
    web.put("/robots.txt", f"User-agent: *\nDisallow: /articles/9\nSitemap: {web.base}/map.xml")
    web.put("/map.xml", f"<sitemapindex><sitemap><loc>{web.base}/part.xml.gz</loc></sitemap></sitemapindex>")  # fmt: skip
    web.put("/part.xml.gz", gzip.compress(sitemap(web.base, ("/articles/1", "2024-01-01"), ("/articles/9", "")).encode()))  # fmt: skip
    head = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    web.put("/", f"<html><head>{head}</head><body><a href='/articles/'>Статьи</a></body></html>")
    web.put("/feed.xml", f"<rss version='2.0'><channel><item><title>Урок</title><link>{web.base}/articles/2</link></item></channel></rss>")  # fmt: skip
    web.put("/articles/", links("/articles/3", "/articles/?page=2", "/login", "https://other.example/articles/7"))  # fmt: skip
    web.put("/articles/?page=2", links("/articles/4", "/articles/9"))
    for number in (1, 2, 3, 4, 9):
        web.put(f"/articles/{number}", article(number))
    add(nm, f"{web.base}/")
    result = harvest(nm)
    assert result.status == "ok", result.reason
    assert titles(nm) == {f"Урок {n}: дроби" for n in (1, 2, 3, 4)}
    assert result.counts["skipped: robots.txt"] == 1
    assert "/articles/9" not in web.paths()
    assert "/login" not in web.paths()


def test_one_entry_under_two_addresses_is_one(web: Web, nm: Netmeta) -> None:
    web.put("/", links("/articles/1", "/old/1"))
    web.put("/articles/1", article(1))
    web.put("/old/1", "", status=301, Location="/articles/1")
    add(nm, f"{web.base}/")
    result = harvest(nm)
    assert (result.status, result.counts["items"]) == ("ok", 1)


def test_a_sitemap_alone_is_a_source(web: Web, nm: Netmeta) -> None:
    web.put("/", links("/articles/2"))
    web.put("/articles/1", article(1))
    web.put("/articles/2", article(2))
    url = web.put("/map.xml", sitemap(web.base, ("/articles/1", "")))
    nm.catalogue.add_source(
        Source(name="school", kind="sitemap", url=url, title="School", spider="site")
    )
    assert harvest(nm).status == "ok"
    assert titles(nm) == {"Урок 1: дроби"}


# --- coming back --------------------------------------------------------------------------------


def site_of(web: Web, *numbers: int, lastmod: str = "2024-01-01") -> None:
    """A site with a listing and a sitemap; the listing's bytes change with every answer."""
    web.put("/robots.txt", f"Sitemap: {web.base}/map.xml")
    web.put("/", links("/articles/"))
    web.put("/articles/", links(*(f"/articles/{n}" for n in numbers)))
    web.put("/map.xml", sitemap(web.base, *((f"/articles/{n}", lastmod) for n in numbers)))
    for n in numbers:
        web.put(f"/articles/{n}", article(n))


def asked_next(web: Web, nm: Netmeta, **options: Any) -> tuple[Any, list[str]]:
    before = len(web.asked)
    result = harvest(nm, **options)
    return result, [path for path, _ in web.asked[before:] if path != "/robots.txt"]


def test_a_later_harvest_asks_only_for_what_may_be_new(web: Web, nm: Netmeta) -> None:
    site_of(web, 1, 2, 3)
    add(nm, f"{web.base}/")
    harvest(nm)
    result, asked = asked_next(web, nm)
    assert (result.status, sorted(asked)) == ("ok", ["/", "/map.xml"])
    site_of(web, 4, 1, 2, 3)
    result, asked = asked_next(web, nm)
    assert sorted(asked) == ["/", "/articles/4", "/map.xml"]
    assert (result.counts["items"], result.counts["new"]) == (1, 1)


def test_an_entry_is_read_again_when_the_sitemap_says_so(web: Web, nm: Netmeta) -> None:
    site_of(web, 1, 2)
    add(nm, f"{web.base}/")
    harvest(nm)
    site_of(web, 1, 2)
    web.put("/articles/2", article(2, " и карточка для сильных"))
    dated = sitemap(web.base, ("/articles/1", "2024-01-01"), ("/articles/2", "2024-02-02"))
    web.put("/map.xml", dated)
    result, asked = asked_next(web, nm)
    assert sorted(asked) == ["/", "/articles/2", "/map.xml"]
    assert result.counts["changed"] == 1
    _, asked = asked_next(web, nm)
    assert "/articles/2" not in asked


def test_without_a_sitemap_the_first_pages_of_listings_are_watched(web: Web, nm: Netmeta) -> None:
    web.put("/", links("/articles/", "/news/"))
    web.put("/articles/", links("/articles/3", "/articles/?page=2"))
    web.put("/articles/?page=2", links("/articles/2", "/articles/?page=3"))
    web.put("/articles/?page=3", links("/articles/1"))
    web.put("/news/", links("/articles/3"))  # shows nothing that /articles/ does not
    for n in range(1, 6):
        web.put(f"/articles/{n}", article(n))
    add(nm, f"{web.base}/")
    harvest(nm)
    _, asked = asked_next(web, nm)
    assert sorted(asked) == ["/", "/articles/"]
    web.put("/articles/", links("/articles/5", "/articles/?page=2"))
    web.put("/articles/?page=2", links("/articles/4", "/articles/?page=3"))
    web.put("/articles/?page=3", links("/articles/3", "/articles/?page=4"))
    web.put("/articles/?page=4", links("/articles/2"))
    _, asked = asked_next(web, nm)
    assert titles(nm) == {f"Урок {n}: дроби" for n in range(1, 6)}
    assert "/articles/?page=4" not in asked  # page 3 showed nothing new


def test_full_reads_everything_again(web: Web, nm: Netmeta) -> None:
    site_of(web, 1, 2)
    add(nm, f"{web.base}/")
    harvest(nm)
    result, asked = asked_next(web, nm, full=True)
    assert {"/articles/1", "/articles/2", "/articles/"} <= set(asked)
    assert result.counts["unchanged"] == 2


def test_what_could_not_be_read_is_owed(web: Web, nm: Netmeta) -> None:
    site_of(web, 1, 2)
    web.put("/articles/2", "broken", status=500)
    add(nm, f"{web.base}/")
    assert harvest(nm).status == "degraded"
    web.put("/articles/2", article(2))
    result, asked = asked_next(web, nm)
    assert "/articles/2" in asked
    assert "/articles/1" not in asked
    assert (result.status, result.counts["new"]) == ("ok", 1)
    assert "/articles/2" not in asked_next(web, nm)[1]


def test_after_a_limited_harvest_the_rest_is_found(web: Web, nm: Netmeta) -> None:
    site_of(web, *range(1, 9))
    add(nm, f"{web.base}/")
    harvest(nm, limit=2)
    assert len(titles(nm)) == 2
    harvest(nm)
    assert len(titles(nm)) == 8


# --- traps --------------------------------------------------------------------------------------


def test_an_endless_pager_ends(web: Web, nm: Netmeta) -> None:
    web.put("/", links("/articles/"))
    web.put("/articles/", links("/articles/1", "/articles/?page=2"))
    web.put("/articles/1", article(1))
    for n in range(2, 40):
        web.put(f"/articles/?page={n}", links("/articles/1", f"/articles/?page={n + 1}"))
    add(nm, f"{web.base}/")
    result = harvest(nm)
    assert result.counts["skipped: endless pager"] == 1
    assert len(web.paths()) < 12


def test_the_page_cap_is_told(web: Web, nm: Netmeta) -> None:
    site_of(web, *range(1, 30))
    add(nm, f"{web.base}/", max_pages=10)
    result = harvest(nm)
    assert len(web.paths()) <= 10
    assert result.status == "degraded"
    assert "page cap" in (result.reason or "")


def test_links_that_only_lead_deeper_are_left(web: Web) -> None:
    walk = Walk(max_depth=3)
    assert [walk.follow(f"http://a.ru/c/{n}/", depth=n) for n in range(6)] == [True] * 4 + [
        False
    ] * 2
    assert walk.skipped == {"depth cap": 2}


def test_one_path_under_ever_new_queries_is_left() -> None:
    walk = Walk(max_queries=5)
    asked = [walk.follow(f"http://a.ru/list?sort={n}", depth=1) for n in range(9)]
    assert asked == [True] * 5 + [False] * 4
    assert walk.skipped == {"query cap": 4}
    # Pages of one listing are no new query.
    assert walk.follow("http://a.ru/list?sort=1&page=7", depth=1)


def test_barren_pages_are_counted_in_a_row() -> None:
    walk = Walk()
    for n in range(1, 9):
        walk.shown(f"http://a.ru/list?page={n}", {f"e{n}"} if n != 4 else set())
    assert walk.follow("http://a.ru/list?page=9", depth=1)
    for n in range(9, 9 + MOST_BARREN):
        walk.shown(f"http://a.ru/list?page={n}", {"e1"})
    assert not walk.follow("http://a.ru/list?page=20", depth=1)


def test_the_fewest_listings_are_watched() -> None:
    walk = Walk()
    for path, keys in (("/all", "abcdef"), ("/maths", "abc"), ("/news", "gh"), ("/old", "h")):
        walk.follow(f"http://a.ru{path}", depth=1)
        walk.shown(f"http://a.ru{path}", set(keys))
    assert watched(walk, covered="") == {"http://a.ru/all", "http://a.ru/news"}
    assert watched(walk, covered="abcdef") == {"http://a.ru/news"}
    assert watched(walk, covered="gh") == set()


def watched(walk: Walk, *, covered: str) -> set[str]:
    for key in covered:
        walk.cover(key)
    walk.frontier.keep()
    walk.frontier.write()
    walk.frontier.written()
    return set(walk.watched())


@pytest.mark.parametrize(
    ("url", "family", "root", "number"),
    [
        ("https://a.ru/shkola/algebra?page=2", "", "https://a.ru/shkola/algebra", 2),
        ("https://a.ru/list?a=1&PAGEN_1=4", "", "https://a.ru/list?a=1", 4),
        ("https://a.ru/list?page=2&per_page=6", "", "https://a.ru/list", 2),
        ("https://a.ru/blog/page/3/", "", "https://a.ru/blog", 3),
        ("https://a.ru/blog/", "", "https://a.ru/blog", 0),
        ("https://a.ru/load/12-3", "ucoz", "https://a.ru/load/12", 3),
        ("https://a.ru/publ/13-2-2", "ucoz", "https://a.ru/publ/13", 2),
        ("https://a.ru/load/?page2", "ucoz", "https://a.ru/load", 2),
        ("https://a.ru/news/4", "ucoz", "https://a.ru/news", 4),
        ("https://a.ru/news/2-0-9", "ucoz", "https://a.ru/news/1-0-9", 2),
        ("https://a.ru/load/12-3", "", "https://a.ru/load/12-3", 0),
    ],
)
def test_pages_of_one_listing(url: str, family: str, root: str, number: int) -> None:
    assert listing_of(url, family) == (root, number)


# --- manners ------------------------------------------------------------------------------------


def test_503_leaves_the_host_alone_and_the_rest_is_owed(web: Web, nm: Netmeta) -> None:
    site_of(web, *range(1, 30))
    for n in range(1, 30):
        web.put(f"/articles/{n}", "slow down", status=503)
    add(nm, f"{web.base}/")
    result = harvest(nm)
    tried = [path for path in web.paths() if path.startswith("/articles/") and path[-1].isdigit()]
    assert 1 <= len(tried) <= 16  # those under way; none is tried twice
    assert len(tried) == len(set(tried))
    assert result.status == "failed"
    assert result.counts["skipped: host paused"] == 29 - len(tried) + (
        "/articles/" not in web.paths()
    )
    site_of(web, *range(1, 30))
    assert harvest(nm).counts["new"] == 29


def test_a_short_retry_after_is_waited_for(web: Web, nm: Netmeta) -> None:
    site_of(web, 1)
    busy = web.pages["/articles/1"]
    web.put("/articles/1", "wait", status=429, Retry_After="0")
    add(nm, f"{web.base}/")
    harvest(nm)
    assert web.paths().count("/articles/1") == 3  # then it is left alone
    web.pages["/articles/1"] = busy
    assert harvest(nm).counts["new"] == 1


# --- parts --------------------------------------------------------------------------------------


def test_a_sitemap_that_breaks_off_keeps_what_it_had() -> None:
    whole = sitemap("https://a.ru", ("/1", "2024-01-01"), ("/2", "")).encode()
    cut = parse_sitemap(whole[:-9], "u")
    assert cut.pages == (Listed("https://a.ru/1", "2024-01-01"), Listed("https://a.ru/2"))
    assert cut.warnings == ("sitemap: not well-formed",)
    cut = parse_sitemap(gzip.compress(whole)[:-9], "u")
    assert len(cut.pages) == 2
    assert cut.warnings == ("sitemap: cut off",)


def test_a_sitemap_may_be_a_list_of_addresses() -> None:
    assert len(parse_sitemap(b"https://a.ru/1\r\nhttps://a.ru/2\n", "u").pages) == 2


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body>404</body></html>", b"<?xml version='1.0'?><rss/>", b"\x1f\x8bjunk", b"hello"],
)  # fmt: skip
def test_what_is_no_sitemap(body: bytes) -> None:
    with pytest.raises(BadSitemapError):
        parse_sitemap(body, "https://a.ru/sitemap.xml")


def test_entities_of_a_sitemap_are_not_expanded() -> None:
    bomb = (
        '<!DOCTYPE u [<!ENTITY a "aaaaaaaaaa"><!ENTITY x SYSTEM "file:///etc/hostname">]>'
        "<urlset><url><loc>https://a.ru/&a;&x;</loc></url></urlset>"
    )
    listed = parse_sitemap(f'<?xml version="1.0"?>{bomb}'.encode(), "u").pages
    assert all("aaaa" not in one.url for one in listed)


def test_selectors_take_text_attributes_and_parts() -> None:
    page = (
        '<meta property="og:x" content="Физика"><h1>Урок <b>1</b></h1><body class="n page-node-17">'
        '<p class=a>Иванова</p><p class=a>Петров</p><div id=f><a href="/f/1.doc">Текст</a> (140 КБ)</div>'
    )
    found = read_fields(
        page,
        "https://a.ru/x/",
        {
            "subject": "meta[property='og:x']@content",
            "title": ("h2", "h1"),
            "external_id": "body@class ~ page-node-(\\d+)",
            "authors": ".a",
            "attachments": "#f a",
            "place": ".none",
        },
    )
    (file,) = found.pop("attachments")
    assert (file.url, file.name, file.size) == ("https://a.ru/f/1.doc", "Текст", "140 КБ")
    assert found == {
        "subject": ("Физика",),
        "title": "Урок 1",
        "external_id": "17",
        "authors": ("Иванова", "Петров"),
    }


@pytest.mark.parametrize(("order", "asked"), [((3, 2, 1), False), ((1, 2, 3), True)])
def test_a_feed_that_repeats_a_listing_is_left_alone(
    web: Web, nm: Netmeta, order: tuple[int, ...], asked: bool
) -> None:
    """Only the same order proves that the listing is sorted by date, as feeds are."""
    head = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    web.put("/", f"<html><head>{head}</head><body><a href='/articles/'>Статьи</a></body></html>")

    def publish(*numbers: int) -> None:
        web.put("/articles/", links(*(f"/articles/{n}" for n in sorted(numbers, reverse=True))))
        for n in numbers:
            web.put(f"/articles/{n}", article(n))

    entries = "".join(f"<item><title>Урок</title><link>{web.base}/articles/{n}</link></item>" for n in order)  # fmt: skip
    web.put("/feed.xml", f"<rss version='2.0'><channel>{entries}</channel></rss>")
    publish(1, 2, 3)
    add(nm, f"{web.base}/")
    assert harvest(nm).status == "ok"
    web.asked.clear()
    publish(1, 2, 3, 4)
    assert harvest(nm).counts["new"] == 1
    assert titles(nm) == {f"Урок {n}: дроби" for n in (1, 2, 3, 4)}
    assert ("/feed.xml" in web.paths()) is asked
    harvest(nm, full=True)
    assert "/feed.xml" in web.paths()
