"""The replicas: two uCoz portals of our own, asked over real HTTP, against what was planted."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from itertools import combinations
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import feedparser
import pytest

from netmeta.model import Item
from netmeta.replicas import Replicas, serve
from netmeta.replicas.days import MOSCOW
from netmeta.replicas.people import FORMS, TEACHERS
from tests.loopback import Page
from tests.reading_pages import Words, codec_of, read

TODAY = dt.date(2025, 11, 20)
UCOZ = NAMES = ("pedsovet-su", "uchportal")


@pytest.fixture(scope="module")
def replicas() -> Iterator[Replicas]:
    with serve(UCOZ, today=TODAY) as served:
        yield served


def follow_ucoz(home: str) -> dict[str, Words]:
    """All pages reached from the home page by links a polite harvester may follow."""
    host, found, waiting = urlsplit(home).netloc, {}, [home]
    while waiting:
        url = waiting.pop()
        if url in found:
            continue
        page = Page(url)
        found[url] = read(page.text(codec_of(page.body)))
        for href in found[url].links:
            link = urljoin(url, href).split("#")[0]
            parts = urlsplit(link)
            listing = re.match(r"/(load|publ|news)/", parts.path)
            allowed = not parts.query or re.fullmatch(r"page\d+", parts.query)
            if parts.netloc == host and listing and allowed and "-0-0-" not in parts.path:
                waiting.append(link)
    return found


@pytest.fixture(scope="module")
def crawled(replicas: Replicas) -> dict[str, dict[str, Words]]:
    return {name: follow_ucoz(replicas.url(name)) for name in UCOZ}


# --- what is planted


@pytest.mark.parametrize("name", NAMES)
def test_portal_is_large_enough(replicas: Replicas, name: str) -> None:
    kinds = [item["kind"] for item in replicas.truth(name)]
    assert kinds.count("material") >= 60
    assert len(kinds) - kinds.count("material") >= 20
    assert kinds.count("event") >= 10


@pytest.mark.parametrize("name", NAMES)
def test_truth_is_in_the_form_of_items(replicas: Replicas, name: str) -> None:
    items = replicas.truth(name)
    for raw in items:
        item = Item.from_dict(raw)
        assert not item.unknown
        assert item.to_dict() == raw
        assert item.source == name
        assert item.url.startswith(replicas.url(name))
    assert len({raw["external_id"] for raw in items}) == len(items)
    assert len({raw["url"] for raw in items}) == len(items)


@pytest.mark.parametrize("name", UCOZ)
def test_every_item_is_reached_from_the_home_page(
    replicas: Replicas, crawled: dict[str, dict[str, Words]], name: str
) -> None:
    missing = {item["url"] for item in replicas.truth(name)} - set(crawled[name])
    assert not missing


@pytest.mark.parametrize("name", UCOZ)
def test_pages_say_what_the_truth_says(
    replicas: Replicas, crawled: dict[str, dict[str, Words]], name: str
) -> None:
    for item in replicas.truth(name):
        page = crawled[name][item["url"]]
        words = " ".join(page.words)
        assert [head.strip() for head in page.heads] == [item["title"]]
        assert " ".join(item["body"].split()) in words, item["url"]
        stated = [item["published"], *item.get("authors", []), *item["category"]]
        stated += item.get("subject", []) + item.get("grade", []) + item.get("type", [])
        stated += item.get("dates", {}).values()
        stated += [file[key] for file in item.get("attachments", []) for key in ("name", "size")]
        for value in stated:
            assert value in words, (item["url"], value)
        for file in item.get("attachments", []):
            assert file["url"] in page.links


def test_same_day_same_bytes_another_day_other_days() -> None:
    def bodies(today: dt.date) -> dict[str, bytes]:
        with serve(["pedsovet-su"], today=today) as replicas:
            base = replicas.url("pedsovet-su")
            urls = [base, f"{base}sitemap.xml", *(i["url"] for i in replicas.truth("pedsovet-su"))]
            return {
                url.removeprefix(base): Page(url).body.replace(base[:-1].encode(), b"")
                for url in urls
            }

    first, again = bodies(TODAY), bodies(TODAY)
    assert first == again
    assert bodies(TODAY + dt.timedelta(days=1)) != first


@pytest.mark.parametrize(
    "today", [dt.date(2026, 2, 28), dt.date(2028, 7, 1), dt.date(2025, 12, 31)]
)
def test_any_day_gives_a_full_portal_with_nothing_in_the_future(today: dt.date) -> None:
    with serve(UCOZ, today=today) as replicas:
        for name in UCOZ:
            assert len(replicas.truth(name)) >= 80
            for item in replicas.truth(name):
                page = Page(item["url"], method="HEAD")
                posted = parsedate_to_datetime(page.headers["Last-Modified"])
                assert posted < dt.datetime.combine(today, dt.time(0, 30), MOSCOW), item["url"]


def test_contests_close_within_a_few_days(replicas: Replicas) -> None:
    soon = []
    for name in NAMES:
        for url, meaning in replicas.meanings(name).items():
            ends = [end for _, end in meaning.days.values() if end]
            if any(TODAY <= end <= TODAY + dt.timedelta(days=4) for end in ends):
                soon.append(url)
    assert len(soon) >= 4


def test_all_forms_of_activity_and_material_are_there(replicas: Replicas) -> None:
    types = {m.type for name in NAMES for m in replicas.meanings(name).values()}
    assert types >= {
        "конспект урока",
        "технологическая карта",
        "презентация",
        "видеоурок",
        "тест",
        "контрольная работа",
        "рабочая программа",
        "КТП",
        "сценарий",
        "классный час",
        "родительское собрание",
        "внеклассное мероприятие",
        "исследовательская работа",
        "проект",
        "статья",
    }
    assert types >= {
        "обучающий семинар",
        "виртуальная конференция",
        "конкурс",
        "проект",
        "акция",
        "виртуальная экскурсия",
        "мастер-класс",
        "опрос",
        "обсуждение в чате",
        "фестиваль проектов",
        "телеконференция",
        "проектировочный семинар",
    }


def test_the_sample_lesson_the_copy_and_the_shared_author(replicas: Replicas) -> None:
    first, second = ({item["external_id"]: item for item in replicas.truth(name)} for name in NAMES)
    lesson = [i for i in first.values() if "«Обыкновенные дроби», 5 класс" in i["title"]]
    assert len(lesson) == 1
    assert "знаменател" in lesson[0]["body"]
    bodies = {item["body"]: item for item in first.values()}
    copies = [item for item in second.values() if item["body"] in bodies]
    assert [item["title"] for item in copies] == ["Классный час «Как не потерять друга», 6 класс"]
    assert copies[0]["authors"] == ["Орехова Н. Р."]
    assert bodies[copies[0]["body"]]["authors"] == ["Орехова Надежда Романовна"]


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return set(zip(words, words[1:], words[2:], strict=False))


def test_only_the_planted_pairs_are_near_duplicates(replicas: Replicas) -> None:
    items = [item for name in NAMES for item in replicas.truth(name)]
    shingled = [(item["title"], _shingles(item["body"])) for item in items]
    near = {
        title for (title, a), (_, b) in combinations(shingled, 2) if len(a & b) >= 0.30 * len(a | b)
    }
    assert near == {
        "Классный час «Как не потерять друга», 6 класс",
        "Родительское собрание «Сон, телефон и успеваемость», 7 класс",
    }


def test_every_wording_of_classes_occurs(replicas: Replicas) -> None:
    titles = [i["title"] for name in UCOZ for i in replicas.truth(name) if i["kind"] == "material"]
    for wording in (
        r"\b\d класс",
        r"\d-й класс",
        r"5-9 классы",
        r"\b\d+а классе",
        r"\d кл\.",
        r"старшая группа",
        r"подготовительная группа",
        r"1, 2, 3, 4 класс",
    ):
        assert any(re.search(wording, title) for title in titles), wording
    meant = {n for name in UCOZ for m in replicas.meanings(name).values() for n in m.grades}
    assert meant >= set(range(10))


def test_days_without_a_date_are_words(replicas: Replicas) -> None:
    for name in UCOZ:
        news = [i["published"] for i in replicas.truth(name) if i["kind"] != "material"]
        assert news.count("Сегодня") == 1
        assert news.count("Вчера") == 1
        dated = [text for text in news if text not in ("Сегодня", "Вчера")]
        assert all(re.fullmatch(r"\d\d\.\d\d\.\d{4}", text) for text in dated)


def test_every_author_form_occurs(replicas: Replicas) -> None:
    credits = {a for name in NAMES for i in replicas.truth(name) for a in i.get("authors", [])}
    for form in FORMS:
        assert any(teacher.credit(form) in credits for teacher in TEACHERS), form


# --- listings, feeds, sitemaps, robots


def test_pagers_of_both_forms(replicas: Replicas) -> None:
    page = Page(f"{replicas.url('pedsovet-su')}load/12").text()
    assert 'class="swchItem swchItem-next" href="/load/12-2"' in page
    assert '<span class="pagesBlockuz1">' in page
    page = Page(f"{replicas.url('pedsovet-su')}publ/13").text()
    assert 'href="/publ/13-2-2"' in page
    page = Page(f"{replicas.url('uchportal')}news/").text()
    assert 'class="swchItem swchItem-next" href="/news/?page2"' in page
    alone = Page(f"{replicas.url('uchportal')}load/45").text()
    assert '<div class="catPages1"></div>' in alone


def test_entry_under_two_categories_is_one_item(replicas: Replicas) -> None:
    base = replicas.url("pedsovet-su")
    listed = {c: re.findall(r'id="entryID(\d+)"', Page(f"{base}load/{c}").text()) for c in (12, 31)}
    both = set(listed[12]) & set(listed[31])
    assert both
    for number in both:
        one, other = (Page(f"{base}load/{c}-1-0-{number}") for c in (12, 31))
        assert one.body == other.body
        assert any(i["url"].endswith(f"/12-1-0-{number}") for i in replicas.truth("pedsovet-su"))


def test_words_before_the_last_segment_do_not_matter(replicas: Replicas) -> None:
    base = replicas.url("uchportal")
    url = next(i["url"] for i in replicas.truth("uchportal") if i["url"].count("/") > 4)
    short = f"{base}load/{url.rsplit('/', 1)[1]}"
    assert Page(short).body == Page(url).body


def test_empty_comments_container_is_on_entry_pages(replicas: Replicas) -> None:
    for name in UCOZ:
        html = Page(replicas.truth(name)[0]["url"]).text()
        assert '<div id="allEntries"></div>' in html
        assert "entryID" not in html


@pytest.mark.parametrize("name", UCOZ)
def test_feeds_parse(replicas: Replicas, name: str) -> None:
    modules = {"pedsovet-su": ("load", "publ", "news"), "uchportal": ("load", "news")}[name]
    truth = {item["url"]: item for item in replicas.truth(name)}
    for module in modules:
        feed = feedparser.parse(Page(f"{replicas.url(name)}{module}/rss/").body)
        assert feed.feed.generator == "uCoz Web-Service"
        known = [entry for entry in feed.entries if entry.link in truth]
        assert len(known) >= 13
        for entry in known:
            assert entry.title == truth[entry.link]["title"]
            assert entry.id == entry.link
        days = [entry.published_parsed for entry in feed.entries]
        assert days == sorted(days, reverse=True)
    declared = b'encoding="windows-1251"' if name == "uchportal" else b'encoding="UTF-8"'
    assert declared in Page(f"{replicas.url(name)}news/rss/").body


@pytest.mark.parametrize("name", UCOZ)
def test_sitemap_lists_every_entry(replicas: Replicas, name: str) -> None:
    base = replicas.url(name)
    tree = ElementTree.fromstring(Page(f"{base}sitemap.xml").body)
    listed = {node.text for node in tree.iter() if node.tag.endswith("}loc")}
    assert {item["url"] for item in replicas.truth(name)} <= listed
    forum = Page(f"{base}sitemap-forum.xml").text()
    assert f"<loc>{base}forum/2-1-1</loc>" in forum


def test_robots_closes_what_ucoz_closes(replicas: Replicas) -> None:
    base = replicas.url("pedsovet-su")
    page = Page(f"{base}robots.txt")
    lines = page.text().splitlines()
    assert page.headers["Content-Type"].startswith("text/plain")
    for rule in ("Allow: /*?page", "Disallow: /*?", "Disallow: /*-0-0-", "Disallow: /index/8"):
        assert rule in lines
    assert f"Sitemap: {base}sitemap.xml" in lines


# --- bytes, labels, broken pages


def _one(replicas: Replicas, name: str, words: str) -> Page:
    (url,) = (i["url"] for i in replicas.truth(name) if words in i["title"])
    return Page(url)


@pytest.mark.parametrize(
    ("name", "words", "header", "meta"),
    [
        ("pedsovet-su", "Архимедова сила", "text/html; charset=windows-1251", "windows-1251"),
        ("pedsovet-su", "Климат России", "text/html; charset=utf-8", None),
        ("pedsovet-su", "Реформы Петра", "text/html", None),
        ("uchportal", "Климат России: факторы", "text/html", "utf-8"),
        ("uchportal", "Закон Ома", "text/html", "ru"),
    ],
)
def test_windows_1251_under_every_label(
    replicas: Replicas, name: str, words: str, header: str, meta: str | None
) -> None:
    matches = [i["url"] for i in replicas.truth(name) if words in i["title"]]
    pages = [Page(url) for url in matches]
    page = next(page for page in pages if codec_of(page.body) == "windows-1251")
    assert page.headers["Content-Type"] == header
    labels = re.findall(r"charset=([\w-]+)\">", page.text("windows-1251"))
    assert labels == ([meta] if meta else [])


def test_byte_order_mark(replicas: Replicas) -> None:
    page = _one(replicas, "pedsovet-su", "Закон всемирного тяготения")
    assert page.body.startswith(b"\xef\xbb\xbf<!DOCTYPE")


def test_broken_pages_are_broken_as_planned(replicas: Replicas) -> None:
    truncated = _one(replicas, "pedsovet-su", "Муму").text()
    assert truncated.endswith('<div id="')
    nul = _one(replicas, "pedsovet-su", "Круги кровообращения").body
    assert nul.count(b"\0") == 1
    empty = _one(replicas, "pedsovet-su", "Сложносочинённое").text()
    assert "<title></title>" in empty
    nested = _one(replicas, "pedsovet-su", "Ярмарка на лесной").text()
    assert "<table" in nested.split("eMessage")[1].split("<td>")[1]
    unclosed = _one(replicas, "uchportal", "Прощание с букварём").text()
    assert unclosed.count("<li>") > unclosed.count("</li>") + 2


def test_wall_and_missing_pages(replicas: Replicas) -> None:
    base, soft = (replicas.url(name) for name in UCOZ)
    listed = re.findall(r'href="(/load/70-1-0-\d+)"', Page(f"{base}load/70").text())
    truth = {item["url"] for item in replicas.truth("pedsovet-su")}
    (walled,) = {base[:-1] + path for path in listed} - truth
    page = Page(walled)
    assert page.status == 200
    assert 'type="password"' in page.text()
    assert Page(f"{base}load/12-1-0-404").status == 404
    assert Page(f"{base}load/12-99").status == 404
    assert Page(f"{base}shop/kniga").status == 404
    home = Page(soft)
    for unknown in ("shop/kniga", "load/12-1-0-404", "index/0-99"):
        page = Page(soft + unknown)
        assert (page.status, page.body) == (200, home.body)


@pytest.mark.parametrize(
    "path", ["index/8-5", "forum/", "forum/2-1-1", "abnl/?adsdata=1", "search/x/", "index/0-44"]
)
def test_pages_around_hold_no_entries(replicas: Replicas, path: str) -> None:
    page = Page(replicas.url("uchportal") + path)
    assert page.status == 200
    assert "entryID" not in page.text()
