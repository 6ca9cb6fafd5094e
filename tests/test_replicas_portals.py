"""Every replica that is no uCoz site, asked over real HTTP, against what was planted."""

from __future__ import annotations

import datetime as dt
import gzip
import re
from collections import defaultdict
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import feedparser
import pytest

from netmeta.model import Item
from netmeta.replicas import DRIFTS, SITES, Replicas, serve
from netmeta.replicas.days import MOSCOW
from tests.loopback import Page
from tests.reading_pages import crawl, fetch

TODAY = dt.date(2025, 11, 20)
EVERY = tuple(SITES)
NAMES = tuple(name for name in EVERY if name not in ("pedsovet-su", "uchportal"))
FEEDS = {
    "nsportal": ("rss.xml",),
    "urok-1sept": ("rss",),
    "metodisty": ("m/events/browse/recent?rss=1",),
    "edu-1sept": ("rss/courses",),
    "digital-1sept": ("feed",),
    "moi-universitet": ("news/rss/",),
}
ENDLESS = {"metodisty": r"^/m/events/calendar/"}
HOST = {"Host": "portal.test"}
"""Asked under this name, pages hold no port, and two runs can be compared."""


@pytest.fixture(scope="module")
def replicas() -> Iterator[Replicas]:
    with serve(EVERY, today=TODAY) as served:
        yield served


@pytest.mark.parametrize("name", NAMES)
def test_portal_is_large_enough(replicas: Replicas, name: str) -> None:
    assert len(replicas.truth(name)) >= 40


@pytest.mark.parametrize("name", NAMES)
def test_truth_is_in_the_form_of_items(replicas: Replicas, name: str) -> None:
    items = replicas.truth(name)
    for raw in items:
        item = Item.from_dict(raw)
        assert not item.unknown
        assert item.to_dict() == raw
        assert item.source == name
        assert item.url.startswith(replicas.url(name))
        assert item.published
        assert len(item.body or "") > 80
    assert len({raw["external_id"] for raw in items}) == len(items)
    assert len({raw["url"] for raw in items}) == len(items)
    assert set(replicas.meanings(name)) == {raw["url"] for raw in items}


@pytest.mark.parametrize("name", NAMES)
def test_every_item_is_reached_from_the_home_page(replicas: Replicas, name: str) -> None:
    crawled = crawl(replicas.url(name), ENDLESS.get(name, r"(?!)"))
    base = replicas.url(name).rstrip("/")
    reached = set(crawled)
    for words in crawled.values():
        if words.canonical:
            at = words.canonical
            reached.add(base + at if at.startswith("/") else at)
    assert not {item["url"] for item in replicas.truth(name)} - reached


@pytest.mark.parametrize("name", NAMES)
def test_pages_say_what_the_truth_says(replicas: Replicas, name: str) -> None:
    for item in replicas.truth(name):
        page, words = fetch(item["url"])
        assert page.status == 200
        assert item["title"] in [head.strip() for head in words.heads], item["url"]
        shown = " ".join(words.words)
        assert " ".join(item["body"].split()) in shown, item["url"]
        told = f"{shown} {item['url']} {' '.join(words.properties.values())}"
        stated = [item[key] for key in _ONE if key in item]
        for key in _MANY:
            stated += item.get(key, [])
        stated += item.get("dates", {}).values()
        for file in item.get("attachments", []):
            assert file["url"] in words.links, item["url"]
            stated += [file[key] for key in ("name", "size") if key in file]
        for value in stated:
            assert value in told, (item["url"], value)


_ONE = (
    "subtitle", "description", "published", "place", "certificate", "organisation", "image",
    "views", "rating", "comments", "downloads", "licence",
)  # fmt: skip
_MANY = ("authors", "subject", "grade", "type", "category", "tags", "audience")


@pytest.mark.parametrize("today", [dt.date(2026, 2, 28), dt.date(2028, 7, 1)])
def test_any_day_gives_a_full_portal_with_nothing_in_the_future(today: dt.date) -> None:
    with serve(NAMES, today=today) as replicas:
        for name in NAMES:
            assert len(replicas.truth(name)) >= 40
            for item in replicas.truth(name):
                page = Page(item["url"], method="HEAD")
                posted = parsedate_to_datetime(page.headers["Last-Modified"])
                assert posted < dt.datetime.combine(today, dt.time(0, 30), MOSCOW), item["url"]


@pytest.mark.parametrize("name", NAMES)
def test_same_day_same_bytes(name: str) -> None:
    def bodies() -> list[bytes]:
        with serve([name], today=TODAY) as replicas:
            urls = [replicas.url(name), *(item["url"] for item in replicas.truth(name)[:8])]
            return [Page(url, HOST).body for url in urls]

    assert bodies() == bodies()


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return set(zip(words, words[1:], words[2:], strict=False))


PLANTED = {
    frozenset({"pedsovet-su", "uchportal"}): 2,
    frozenset({"pedsovet-su", "nsportal"}): 2,
    frozenset({"uchportal", "nsportal"}): 1,
    frozenset({"pedsovet-su", "urok-1sept"}): 2,
    frozenset({"nsportal", "urok-1sept"}): 1,
    frozenset({"uchportal", "metodisty"}): 1,
    frozenset({"pedsovet-su", "metodisty"}): 1,
    frozenset({"nsportal", "metodisty"}): 1,
    frozenset({"pedsovet-su", "it-n"}): 1,
    frozenset({"nsportal", "it-n"}): 1,
    frozenset({"pedsovet-su", "1september"}): 1,
    frozenset({"pedsovet-su", "portfolio-1sept"}): 2,
}
"""How many near-duplicate pairs are planted between two portals."""


def test_only_the_planted_pairs_are_near_duplicates(replicas: Replicas) -> None:
    items = [(name, item) for name in EVERY for item in replicas.truth(name)]
    shingled = [_shingles(item["body"]) for _, item in items]
    holders = defaultdict(list)
    for number, shingles in enumerate(shingled):
        for shingle in shingles:
            holders[shingle].append(number)
    common: dict[tuple[int, int], int] = defaultdict(int)
    for numbers in holders.values():
        for i, first in enumerate(numbers):
            for second in numbers[i + 1 :]:
                common[first, second] += 1
    pairs: dict[frozenset[str], list[tuple[str, str]]] = defaultdict(list)
    for (a, b), count in common.items():
        if count >= 0.30 * len(shingled[a] | shingled[b]):
            both = frozenset({items[a][0], items[b][0]})
            pairs[both].append((items[a][1]["title"], items[b][1]["title"]))
    assert {both: len(titles) for both, titles in pairs.items()} == PLANTED, dict(pairs)


def test_one_author_stands_on_four_portals(replicas: Replicas) -> None:
    where = {
        name
        for name in EVERY
        for item in replicas.truth(name)
        for author in item.get("authors", [])
        if author.startswith("Иванова М") or author.endswith("Иванова")
    }
    assert len(where) >= 4


def test_every_form_of_event_is_there(replicas: Replicas) -> None:
    meanings = [m for name in NAMES for m in replicas.meanings(name).values()]
    assert {m.type for m in meanings if m.kind == "event"} >= set(_FORMS)
    assert sum(m.kind == "course" for m in meanings) >= 60
    assert sum(len(m.days) >= 3 for m in meanings) >= 15
    items = [item for name in NAMES for item in replicas.truth(name)]
    words = [item["certificate"] for item in items if "certificate" in item]
    assert sum("бесплатно" in one for one in words) >= 20
    assert sum("рубл" in one for one in words) >= 20
    assert sum("не выда" in one or "без сертификата" in one for one in words) >= 3


_FORMS = (
    "обучающий семинар", "виртуальная конференция", "конкурс", "проект", "акция",
    "виртуальная экскурсия", "мастер-класс", "опрос", "обсуждение в чате", "фестиваль проектов",
    "телеконференция", "проектировочный семинар", "олимпиада", "вебинар", "консультация",
    "марафон", "выставка", "форум", "педсовет", "фестиваль", "конференция",
)  # fmt: skip


# --- what a portal tells machines


def _sitemap(url: str, headers: dict[str, str] | None = None) -> set[str]:
    """All addresses of a sitemap, through its index and whatever is compressed."""
    body = Page(url, headers).body
    tree = ElementTree.fromstring(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
    found = {node.text or "" for node in tree.iter() if node.tag.endswith("}loc")}
    if tree.tag.endswith("}sitemapindex"):
        return set().union(*(_sitemap(part) for part in found))
    return found


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"it-n", "metodisty"}))
def test_sitemap_lists_every_entry(replicas: Replicas, name: str) -> None:
    base = replicas.url(name)
    robots = Page(f"{base}robots.txt")
    assert robots.headers["Content-Type"].startswith("text/plain")
    assert f"Sitemap: {base}sitemap.xml" in robots.text().splitlines()
    assert {item["url"] for item in replicas.truth(name)} <= _sitemap(f"{base}sitemap.xml")


@pytest.mark.parametrize(("name", "path"), [(n, path) for n in FEEDS for path in FEEDS[n]])
def test_feeds_parse(replicas: Replicas, name: str, path: str) -> None:
    base = replicas.url(name)
    truth = {item["url"]: item for item in replicas.truth(name)}
    feed = feedparser.parse(Page(base + path).body)
    assert len(feed.entries) >= 10
    for entry in feed.entries:
        assert entry.title == truth[entry.link]["title"]
    days = [entry.published_parsed for entry in feed.entries]
    assert days == sorted(days, reverse=True)
    assert path in " ".join(re.findall(r'type="application/rss\+xml"[^>]*', Page(base).text()))


# --- a redesign


@pytest.mark.parametrize("name", sorted(DRIFTS))
def test_after_a_redesign_one_class_is_gone_and_the_text_is_the_same(name: str) -> None:
    drift = DRIFTS[name]
    with serve([name], today=TODAY) as before, serve([name], today=TODAY, drift=[name]) as after:
        marked = 0
        for item, again in zip(before.truth(name), after.truth(name), strict=True):
            old, new = Page(item["url"], HOST).body, Page(again["url"], HOST).body
            if drift.field in item:
                assert old != new, item["url"]
                marked += 1
            for was, now in drift.renames.items():
                assert not re.search(rf'="[^"]*\b{was}(?![\w-])'.encode(), new)
                new = re.sub(rf"(?<![\w-]){now}(?![\w-])".encode(), was.encode(), new)
            assert new == old
        assert marked >= 20
