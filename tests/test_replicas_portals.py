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
from netmeta.replicas import DRIFTS, MORE_SITES, SITES, Replicas, serve
from netmeta.replicas.days import MOSCOW
from tests.loopback import Page
from tests.reading_pages import codec_of, crawl, fetch

TODAY = dt.date(2025, 11, 20)
EVERY = tuple({**SITES, **MORE_SITES})
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


def test_serving_without_names_serves_those_with_spiders() -> None:
    with serve(today=TODAY) as served:
        assert served.names == tuple(SITES)


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


# --- nsportal


def test_nsportal_states_type_subject_and_class_in_the_subtitle(replicas: Replicas) -> None:
    items = [item for item in replicas.truth("nsportal") if "subtitle" in item]
    subtitles = [item["subtitle"] for item in items]
    for form in (
        r"методическая разработка \(\w+, \d класс\) по теме",
        r"план-конспект урока по [\w ]+ \(\d+ класс\) на тему",
        r"[\w -]+ по [\w ]+ \(\d+ класс\)",
        r"[\w -]+ по теме",
        r".* \(подготовительная группа\).*",
        r".* \(2, 3, 4 класс\).*",
    ):
        assert any(re.fullmatch(form, one) for one in subtitles), form
    assert sum("authors" not in item for item in items) >= 8
    assert {len(item.get("attachments", [])) for item in items} >= {0, 1, 2, 3, 4}
    assert sum(bool(re.fullmatch(r"\d{4}/\d\d/\d\d", i["published"])) for i in items) >= 8


def test_nsportal_pages_are_drupal_pages(replicas: Replicas) -> None:
    base = replicas.url("nsportal")
    for item in replicas.truth("nsportal")[::7]:
        html = Page(item["url"]).text()
        number = item["external_id"].removeprefix("node-")
        assert f'id="node-{number}"' in html
        assert f'<link rel="shortlink" href="/node/{number}" />' in html
        assert "Drupal.settings" in html
        assert Page(f"{base}node/{number}").text() == html
        assert re.search(r'href="http://127\.0\.0\.1\.:\d+/', html)
    bodies = [Page(item["url"]).text() for item in replicas.truth("nsportal")]
    for mark in ("field-name-body", "content-node", "<th>Вложение</th><th>Размер</th>"):
        assert 8 <= sum(mark in body for body in bodies) < len(bodies), mark


def test_nsportal_pages_of_a_list_count_from_zero(replicas: Replicas) -> None:
    base = replicas.url("nsportal")
    first = Page(f"{base}shkola/fizika").text()
    assert 'href="/shkola/fizika?page=1"' in first
    assert 'class="views-row' in Page(f"{base}shkola/fizika?page=1").text()
    assert 'class="views-row' not in Page(f"{base}shkola/fizika?page=9").text()
    assert Page(f"{base}shkola/kulinariya").status == 404


def test_nsportal_kindergarten_has_two_spellings(replicas: Replicas) -> None:
    urls = [i["url"] for i in replicas.truth("nsportal") if "/detskiy-sad/" in i["url"]]
    assert len(urls) >= 4
    for url in urls:
        assert Page(url.replace("detskiy", "detskii")).body == Page(url).body


# --- urok-1sept


def test_urok_addresses_old_and_new(replicas: Replicas) -> None:
    base = replicas.url("urok-1sept")
    items = [i for i in replicas.truth("urok-1sept") if i["external_id"].isdigit()]
    slugs = 0
    for item in items[::3]:
        number = item["external_id"]
        old = Page(f"{base}%D1%81%D1%82%D0%B0%D1%82%D1%8C%D0%B8/{number}/")
        assert (old.status, old.headers["Location"]) == (301, item["url"])
        if "/publication/" in item["url"]:
            slugs += 1
            assert Page(f"{base}articles/{number}").headers["Location"] == item["url"]
        else:
            alias = Page(f"{base}articles/{number}/")
            assert (alias.status, alias.body) == (200, Page(item["url"]).body)
    assert 3 <= slugs < len(items[::3])


def test_urok_says_the_moment_with_the_offset_of_its_day(replicas: Replicas) -> None:
    offsets = defaultdict(set)
    for item in replicas.truth("urok-1sept"):
        page = Page(item["url"]).text()
        if item["external_id"].isdigit():
            assert f'"article:published_time" content="{item["published"]}"' in page
            assert "- Открытый урок</title>" in page or "<title></title>" in page
            offsets[item["published"][:4]].add(item["published"][-6:])
    assert offsets["2013"] == {"+04:00"}
    assert offsets["2019"] == {"+03:00"}
    assert set().union(*offsets.values()) == {"+03:00", "+04:00"}
    titles = " ".join(item["title"] for item in replicas.truth("urok-1sept"))
    assert len(re.findall(r"\d-й класс", titles)) >= 15


# --- metodisty


def test_metodisty_calendar_has_no_end(replicas: Replicas) -> None:
    url = f"{replicas.url('metodisty')}m/events/calendar"
    held = set()
    for _ in range(30):
        words = fetch(url)[1]
        months = [link for link in words.links if "/calendar/" in link]
        held |= {link for link in words.links if "/view/" in link}
        assert len(months) == 2
        url = f"{replicas.url('metodisty')}{months[1]}"
    assert fetch(url)[0].status == 200
    assert "/2028/" in url
    assert held


def test_metodisty_links_are_relative_to_the_base(replicas: Replicas) -> None:
    base = replicas.url("metodisty")
    words = fetch(f"{base}m/files/browse/recent")[1]
    assert words.base == base
    assert "m/files/browse/recent?page=2&per_page=6" in words.links
    assert f"{base}m/files/view/" not in " ".join(words.links)
    assert Page(f"{base}sitemap.xml").status == 404


def test_metodisty_events_have_a_beginning_and_an_end(replicas: Replicas) -> None:
    meanings = replicas.meanings("metodisty")
    events = [i for i in replicas.truth("metodisty") if i["kind"] == "event"]
    assert len(events) >= 14
    for item in events:
        days = meanings[item["url"]].days
        assert set(days) == set(item["dates"])
        (start, _), (_, end) = days["Начало"], days["Окончание"]
        assert start is not None
        assert end is not None
        assert start <= end
    shown = [item["published"] for item in replicas.truth("metodisty")]
    assert "вчера" in shown
    assert "3 дня назад" in shown


def test_metodisty_hides_one_file_from_guests(replicas: Replicas) -> None:
    truth = {item["url"] for item in replicas.truth("metodisty")}
    base = replicas.url("metodisty")
    walled = set()
    for number in (1, 2, 3):
        page = f"{base}m/files/browse/recent?page={number}&per_page=6"
        walled |= {base + link for link in fetch(page)[1].links if "/view/" in link} - truth
    (url,) = walled
    page = Page(url)
    assert page.status == 200
    assert 'type="password"' in page.text()


# --- it-n


def test_it_n_takes_parameters_in_any_order_and_case(replicas: Replicas) -> None:
    base = replicas.url("it-n")
    (item, *_) = [i for i in replicas.truth("it-n") if i["external_id"].startswith("lib-")]
    parameters = item["url"].split("?")[1].split("&")
    assert parameters == sorted(parameters)
    assert len(parameters) == 3
    turned = f"{base}Communities.aspx?{'&'.join(reversed(parameters))}".replace("d_no", "D_No")
    assert Page(turned).body == Page(item["url"]).body
    orders = set()
    for cat in ("4510", "5500", "2168", "5025"):
        for link in fetch(f"{base}communities.aspx?tmpl=lib&cat_no={cat}")[1].links:
            orders.add(tuple(part.split("=")[0] for part in link.partition("?")[2].split("&")))
    assert len([order for order in orders if set(order) == {"cat_no", "d_no", "tmpl"}]) >= 3


def test_it_n_is_windows_1251_without_sitemap(replicas: Replicas) -> None:
    base = replicas.url("it-n")
    for item in replicas.truth("it-n"):
        page = Page(item["url"])
        page.text("windows-1251")
        assert codec_of(page.body) == "windows-1251"
        assert b'id="__VIEWSTATE"' in page.body
    assert Page(f"{base}sitemap.xml").status == 404
    assert 'type="password"' in Page(f"{base}communities.aspx?cat_no=9990&tmpl=com").text("cp1251")


# --- 1september


def test_september_addresses(replicas: Replicas) -> None:
    base = replicas.url("1september")
    items = replicas.truth("1september")
    numbered = [item for item in items if "/article.php?ID=" in item["url"]]
    static = [item for item in items if re.search(r"/(19|20)\d\d/art/\w+\.htm$", item["url"])]
    assert len(numbered) >= 30
    assert len(static) >= 5
    for item in numbered:
        assert re.fullmatch(r"\d{9}", item["external_id"])
        assert item["external_id"][:4] in item["published"]
    printed = f"{base}articlef.php?ID={numbered[0]['external_id']}"
    assert Page(printed).body == Page(numbered[0]["url"]).body
    shouted = Page(static[0]["url"]).text("windows-1251")
    assert "<H1 " in shouted
    assert "</P>" not in shouted


def test_september_speaks_windows_1251_under_wrong_labels(replicas: Replicas) -> None:
    labels = set()
    for item in replicas.truth("1september"):
        page = Page(item["url"])
        assert codec_of(page.body) == "windows-1251"
        meta = re.search(rb"(?i)<meta[^>]*charset=([\w-]+)", page.body)
        labels.add((page.headers["Content-Type"], meta[1].decode() if meta else None))
    assert labels == {
        ("text/html", "windows-1251"),
        ("text/html; charset=utf-8", None),
        ("text/html", None),
        ("text/html", "ru"),
    }
    feed = Page(f"{replicas.url('1september')}rss.php").body
    assert b'encoding="utf-8"' in feed
    assert codec_of(feed) == "windows-1251"


# --- edu-1sept, digital-1sept


def test_courses_state_price_hours_and_dates(replicas: Replicas) -> None:
    courses = [i for i in replicas.truth("edu-1sept") if i["kind"] == "course"]
    assert len(courses) >= 40
    for item in courses:
        assert item["type"] == ["повышение квалификации"]
        assert set(item["dates"]) == {"Регистрация", "Сроки обучения"}
        assert re.search(r"Объём: \d+ час", item["body"])
        assert re.search(r"Стоимость обучения: \d+ рублей", item["body"])
    until = [replicas.meanings("edu-1sept")[i["url"]].days["Регистрация"][1] for i in courses]
    assert min(day for day in until if day) < TODAY < max(day for day in until if day)


def test_digital_hides_issues_from_guests(replicas: Replicas) -> None:
    base = replicas.url("digital-1sept")
    for slug in ("upravlenie", "psiholog"):
        page = Page(f"{base}journals/{slug}")
        assert page.status == 200
        assert 'type="password"' in page.text()
        assert not [i for i in replicas.truth("digital-1sept") if i["url"].endswith(slug)]
    free = [
        i for i in replicas.truth("digital-1sept") if "Стоимость участия: бесплатно" in i["body"]
    ]
    assert len(free) >= 6
