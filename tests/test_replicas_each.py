"""What is peculiar to each replica that is no uCoz site: addresses, charsets, walls, traps."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from netmeta.replicas import Replicas, serve
from tests.loopback import Page
from tests.reading_pages import codec_of, fetch

TODAY = dt.date(2025, 11, 20)


@pytest.fixture(scope="module")
def replicas() -> Iterator[Replicas]:
    with serve(today=TODAY) as served:
        yield served


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


# --- moi-universitet, intergu, portfolio-1sept


def test_moi_universitet_is_a_bitrix_site(replicas: Replicas) -> None:
    base = replicas.url("moi-universitet")
    html = Page(f"{base}courses/").text()
    for mark in ("/bitrix/js/", "BX||top.BX).message", "bitrix_sessid", "?PAGEN_1=2"):
        assert mark in html
    free = [i for i in replicas.truth("moi-universitet") if i["external_id"].startswith("email-")]
    assert len(free) >= 10
    assert all("Стоимость участия: бесплатно" in item["body"] for item in free)


def test_intergu_was_moved_half_way(replicas: Replicas) -> None:
    codecs = {codec_of(Page(item["url"]).body) for item in replicas.truth("intergu")}
    assert codecs == {"utf-8", "windows-1251"}
    base = replicas.url("intergu")
    rating = fetch(f"{base}rating/")[1]
    territories = [link for link in rating.links if link.startswith("/territory/?name=")]
    assert len(territories) >= 8
    cards = fetch(base[:-1] + territories[0])[1].links
    assert any(link.startswith("/project/?id=") for link in cards)


def test_portfolio_names_pupil_and_head(replicas: Replicas) -> None:
    works = [i for i in replicas.truth("portfolio-1sept") if i["kind"] == "material"]
    assert {len(item["authors"]) for item in works} == {2}
    assert {t for i in works for t in i["type"]} == {
        "исследовательская работа",
        "проект",
        "творческая работа",
    }
