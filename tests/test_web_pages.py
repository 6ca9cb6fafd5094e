"""Our pages and Datasette's in our frame: what they show, in which language, and how safely."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from datasette.app import Datasette

from netmeta.facade import Netmeta
from netmeta.web.guard import safe_csv
from netmeta.web.server import metadata_file
from tests.conftest import item
from tests.web_catalogue import close, fill, get, opened, tree

OURS = (
    "/", "/record/1", "/record/3", "/events", "/events?month=now", "/events?closing=7", "/subjects",
    "/subject/geometry", "/portals", "/portal/school", "/author/1", "/desk",
)  # fmt: skip
DATASETTES = (
    "/netmeta", "/netmeta/records", "/netmeta/records?kind=event&_sort=title", "/netmeta/records/1",
    "/netmeta/event_stages", "/netmeta/sources", "/netmeta/gaps", "/netmeta/unmapped",
)  # fmt: skip
SEARCHES = ("/search", "/search?q=Pythagoras", "/searches", "/searches?q=Pythagoras&grade=8")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    db = tmp_path_factory.mktemp("pages") / "netmeta.db"
    fill(db)
    app = opened(db)
    yield app
    close(app)


def words(page: Any, selector: str = "main") -> str:
    return " ".join(node.text(separator=" ") for node in page.css(selector))


@pytest.mark.parametrize("path", [*OURS, *DATASETTES])
def test_every_page_has_our_frame_and_no_script(app: Datasette, path: str) -> None:
    page = tree(app, path)
    assert page.css_first("html").attributes["lang"] == "ru"
    assert page.css_first("a.skip").attributes["href"] == "#content"
    assert [a.text() for a in page.css("header nav a")] == [
        "Поиск", "События", "Предметы", "Порталы", "Кабинет методиста", "Таблицы",
    ]  # fmt: skip
    scripts = [
        node for node in page.css("script") if node.attributes.get("type") != "application/ld+json"
    ]
    assert not scripts
    assert not page.css("style")
    assert not page.css("[style]")
    assert len(page.css("h1")) == 1
    title = page.css_first("title").text()
    assert title.endswith(" · netmeta")
    assert len(title) > len(" · netmeta")


@pytest.mark.parametrize("path", [*OURS, *DATASETTES, *SEARCHES])
def test_every_link_of_ours_leads_somewhere(app: Datasette, path: str) -> None:
    hrefs = {a.attributes.get("href") or "" for a in tree(app, path).css("main a, header a")}
    for href in sorted(href for href in hrefs if href.startswith("/"))[:40]:
        assert get(app, href).status_code in (200, 302), (path, href)


@pytest.mark.parametrize("path", [*OURS, *DATASETTES, *SEARCHES])
def test_english_pages_have_no_russian_of_ours(path: str, english: Datasette) -> None:
    if path == "/netmeta/gaps":
        path = "/netmeta/changes"  # ready questions are written in Russian, columns and all
    page = tree(english, path, Accept_Language="en-GB,en;q=0.8,ru;q=0.5")
    for schema in page.css("pre"):
        schema.decompose()  # its comments give examples of portals' words
    assert page.css_first("html").attributes["lang"] == "en"
    text = words(page, "title, header, main, footer").replace("По-русски", "")
    assert not re.findall(r"[А-Яа-яЁё]+", text)


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    """A catalogue whose harvested words are Latin, so that any Cyrillic letter is ours."""
    db = tmp_path_factory.mktemp("english") / "netmeta.db"
    with Netmeta.open(db) as nm:
        nm.import_items(
            [
                item(1, title="Pythagoras", body="A theorem", subject=("геометрия",), grade=("8",), authors=("Smith John",)),
                item(2, title="Copy", body="Text"),
                item(3, title="Contest", body="Come", kind="event", type=("конкурс",), dates={"Deadline": "01.06.2099"}),
            ]
        )  # fmt: skip
        with nm.catalogue.transaction() as conn:
            conn.execute("UPDATE record_texts SET explained = '{}'")
            conn.execute("UPDATE people SET name = 'Smith John'")
        nm.reindex()
    app = opened(db)
    yield app
    close(app)


def test_home_shows_what_closes_and_what_is_new(app: Datasette) -> None:
    page = tree(app, "/")
    text = words(page)
    assert "Закроется на этой неделе" in text
    assert "Всероссийский конкурс презентаций по математике" in text
    assert page.css_first("main form[role=search] input[name=q]") is not None
    assert "47 материалов" in re.sub(r"\s+", " ", words(page, ".figures"))


def test_record_shows_what_it_is_for_and_where_it_stands(app: Datasette) -> None:
    page = tree(app, "/record/1")
    facts = re.sub(r"\s+", " ", words(page, ".facts"))
    assert "Предметы геометрия" in facts
    assert "Классы 8" in facts
    assert "24 января 2012" in facts
    assert page.css_first(".authors a").text() == "Иванова Мария Ивановна"
    original = page.css_first("a.button")
    assert original.attributes["href"] == "https://school.example/1"
    assert original.attributes["rel"] == "noopener nofollow"
    assert "1,5" in words(page, ".files")
    assert [a.attributes["href"] for a in page.css("[aria-labelledby=copies] a")] == ["/record/2"]
    assert "Почему это здесь" in words(page, ".history")


def test_record_speaks_to_machines(app: Datasette) -> None:
    page = tree(app, "/record/1")
    said = json.loads(page.css_first("script").text())
    assert said["@type"] == "LearningResource"
    assert said["name"] == "Конспект урока геометрии «Теорема Пифагора», 8 класс"
    assert said["datePublished"] == "2012-01-24"
    assert [term["name"] for term in said["about"]] == ["геометрия"]
    assert said == get(app, "/record/1.jsonld").json()
    meta = {
        node.attributes.get("property"): node.attributes["content"]
        for node in page.css("meta[property]")
    }
    assert meta["og:title"].startswith("Конспект урока геометрии")
    event = json.loads(tree(app, "/record/3").css_first("script").text())
    assert event["@type"] == "EducationEvent"
    assert event["startDate"]


def test_stages_are_a_timeline(app: Datasette) -> None:
    stages = tree(app, "/record/3").css(".timeline li")
    assert [stage.attributes["class"] for stage in stages] == ["now", "coming"]
    assert "Приём работ" in stages[0].text()


def test_hidden_and_forgotten_records_are_not_shown(tmp_path: Path) -> None:
    db = tmp_path / "netmeta.db"
    fill(db)
    with Netmeta.open(db) as nm:
        from netmeta.services import curation

        curation.edit(nm.catalogue, 1, hidden=True, author="test")
        curation.forget_address(nm.catalogue, "https://school.example/3")
    app = opened(db)
    assert get(app, "/record/1").status_code == 404
    assert "Пифагора" not in get(app, "/record/1").text
    assert get(app, "/record/3").status_code == 410
    assert "Пифагора" in get(app, "/record/2").text
    assert "/record/1" not in get(app, "/record/2").text
    close(app)


@pytest.mark.parametrize(
    "path",
    ["/record/0", "/record/999", "/record/999999999999999999", "/subject/unknown", "/subject/contest",
     "/portal/unknown", "/author/999", "/nowhere", "/netmeta/nowhere", "/netmeta/records/999"],
)  # fmt: skip
def test_what_is_not_there_is_said_plainly(app: Datasette, path: str) -> None:
    answer = get(app, path)
    assert answer.status_code in (400, 404)
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text


def test_events_can_be_filtered(app: Datasette) -> None:
    def titles(query: str) -> list[str]:
        return [node.text().strip() for node in tree(app, f"/events?{query}").css(".event-list h2")]

    assert len(titles("")) == 2
    assert titles("closing=1") == []
    assert len(titles("closing=7&certificate=free")) == 2
    assert titles("subject=physics") == ["Олимпиада по физике"] or titles("type=contest") != []
    assert titles("grade=1") == []
    assert len(titles("grade=x&online=2&certificate=rubbish")) == 2  # what does not fit is left out
    assert titles("source=other") == []


def test_the_calendar_has_the_deadline_on_its_day(app: Datasette) -> None:
    whole = ""
    for path in (
        "/events?month=now",
        tree(app, "/events?month=now").css(".month-head a")[1].attributes["href"],
    ):
        whole += words(tree(app, path or ""), ".month")
    assert "Всероссийский конкурс презентаций по математике" in whole
    assert "последний день" in whole


@pytest.mark.parametrize("month", ["0000-01", "2026-13", "9999-12", "x", "2026-1", "²"])
def test_months_that_are_none(app: Datasette, month: str) -> None:
    assert get(app, f"/events?month={month}").status_code == 200


def test_the_desk_counts_and_links(app: Datasette) -> None:
    page = tree(app, "/desk")
    links = {a.attributes["href"] for a in page.css(".matrix a")}
    assert "/search?subject=geometry&grade=8" in links
    assert "Конспект урока геометрии" in words(page)  # repeated on two portals


def test_figures_follow_the_change_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = tmp_path / "netmeta.db"
    fill(db)
    app = opened(db)
    assert "47 " in words(tree(app, "/"), ".figures").replace("\xa0", " ")
    with Netmeta.open(db) as nm:
        nm.import_items([item(99, title="Новая запись")])
    assert "Новая запись" not in words(tree(app, "/"))  # kept for a while
    monkeypatch.setattr("netmeta.web.shelf.REST_S", 0.0)
    assert "Новая запись" in words(tree(app, "/"))
    close(app)


def test_a_harvest_that_writes_disturbs_no_page(tmp_path: Path) -> None:
    db = tmp_path / "netmeta.db"
    fill(db)
    app = opened(db)
    stop = threading.Event()

    def write() -> None:
        with Netmeta.open(db) as nm:
            for n in range(1000, 9000, 50):
                if stop.is_set():
                    return
                nm.import_items([item(k, title=f"Запись {k}") for k in range(n, n + 50)])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for path in [*OURS, "/netmeta/records", "/netmeta/types"]:
            assert get(app, path).status_code == 200
    finally:
        stop.set()
        writer.join()
        close(app)


def test_the_language_is_asked_kept_and_preferred(app: Datasette) -> None:
    def lang(path: str, **headers: str) -> str:
        return str(tree(app, path, **headers).css_first("html").attributes["lang"])

    assert lang("/") == "ru"
    assert lang("/", Accept_Language="de,en;q=0.5") == "en"
    assert lang("/", Accept_Language="ru,en;q=0.9") == "ru"
    assert lang("/", Accept_Language="en;q=0.3, ru-RU") == "ru"
    assert lang("/", Accept_Language=";;q=,en;q=x") == "ru"
    answer = get(app, "/?lang=en")
    assert answer.headers["set-cookie"].startswith("netmeta_lang=en; Path=/")
    assert lang("/", Cookie="netmeta_lang=en") == "en"
    assert lang("/?lang=ru", Cookie="netmeta_lang=en") == "ru"


# --- Datasette's pages ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "table",
    sorted(yaml.safe_load(metadata_file().read_text("utf-8"))["databases"]["netmeta"]["tables"]),
)
def test_every_table_opens_in_russian(app: Datasette, table: str) -> None:
    answer = get(app, f"/netmeta/{table}")
    walks = {"walks", "frontier", "walk_listings", "walk_marks"}
    if table in {"suppressions", "rejects", "visits", "learned", "reports"} | walks:
        assert answer.status_code == 403
        assert get(app, f"/netmeta/{table}.json").status_code == 403
        return
    assert answer.status_code == 200, answer.text
    if table != "_sqlite_migrations":
        heads = words(tree(app, f"/netmeta/{table}?_columns=all"), "thead th")
        assert not re.findall(r"\b[a-z]+_[a-z]+\b", heads), heads


def test_every_table_and_column_has_a_russian_title(app: Datasette) -> None:
    told = yaml.safe_load(metadata_file().read_text("utf-8"))["databases"]["netmeta"]["tables"]
    database = app.get_database("netmeta")
    names = asyncio.run(database.table_names()) + asyncio.run(database.view_names())
    for name in names:
        if name.startswith(("sqlite_", "_")):
            continue
        columns = asyncio.run(database.table_columns(name))
        assert told.get(name, {}).get("title"), f"metadata.yml has no title for {name}"
        untold = [one for one in columns if one != "id" and one not in told[name]["columns"]]
        assert not untold, f"metadata.yml has no words for {name}: {untold}"


@pytest.mark.parametrize(
    "name",
    sorted(yaml.safe_load(metadata_file().read_text("utf-8"))["databases"]["netmeta"]["queries"]),
)
def test_every_ready_question_is_answered(app: Datasette, name: str) -> None:
    page = tree(app, f"/netmeta/{name}")
    assert not page.css("[role=alert]")
    assert not re.findall(r"\d{4}-\d\d-\d\d", words(page, "tbody"))  # days as people write them
    assert get(app, f"/netmeta/{name}.json").json()["error"] is None


@pytest.mark.parametrize("subject", ["геометрия", "Геометрии", "geometry", ""])
def test_a_ready_question_takes_a_subject_as_people_write_it(app: Datasette, subject: str) -> None:
    page = tree(app, f"/netmeta/class-subject?subject={subject}&grade=8")
    assert "Теорема Пифагора" in words(page, "tbody")
    assert not tree(app, "/netmeta/class-subject?subject=нечто&grade=8").css("tbody tr")


def test_tables_show_words_for_codes(app: Datasette) -> None:
    row = words(tree(app, "/netmeta/records?id=1"), "tbody")
    assert "геометрия" not in row
    assert "материал" in row
    assert "24.01.2012" in row
    heads = words(tree(app, "/netmeta/records"), "thead th")
    assert "Отпечаток" not in heads
    assert "Отпечаток" in words(tree(app, "/netmeta/records?_columns=all"), "thead th")
    assert get(app, "/netmeta/records.json?_shape=array&id=1").json()[0]["kind"] == "material"


def test_the_tables_own_box_searches_as_we_do(app: Datasette) -> None:
    page = tree(app, "/netmeta/records?_q=теореме")
    assert len(page.css("tbody tr")) == 2
    assert "найдено по словам «теореме»" in words(page, ".nm-total")
    assert page.css_first("input[name=_q]").attributes["value"] == "теореме"
    assert len(tree(app, "/netmeta/event_stages?_q=физика").css("tbody tr")) == 2
    assert get(app, "/netmeta/records.json?_q=теорема&_shape=array").json()
    assert not tree(app, "/netmeta/records?_q=абракадабра").css("tbody tr")


# --- safety -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/netmeta/records",
        "/nowhere",
        "/search.json?q=x",
        "/-/static-plugins/netmeta/netmeta.css",
    ],
)
def test_every_answer_carries_the_policy(app: Datasette, path: str) -> None:
    headers = get(app, path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in {"strict-origin-when-cross-origin", "no-referrer"}
    assert "Accept-Language" in headers["vary"]


@pytest.mark.parametrize(
    "path",
    [
        "/\\evil.example/",
        "/%5Cevil.example/",
        "//evil.example/",
        "/%5cevil.example/",
        "/~5Cevil.example/",
    ],
)
def test_crooked_addresses_lead_nowhere(app: Datasette, path: str) -> None:
    answer = get(app, path)
    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_one_value_cannot_fill_the_memory(app: Datasette) -> None:
    with pytest.raises(Exception, match="too big"):
        asyncio.run(app.get_database("netmeta").execute("select length(randomblob(900000000))"))


@pytest.mark.parametrize(
    "path",
    [
        "/netmeta?sql=select+1",
        "/netmeta/records?_where=1",
        "/-/databases.json",
        "/-/threads",
        "/-/metadata",
        "/-/metadata.json",
        "/-/plugins.json",
        "/-/versions.json",
        "/-/settings.json",
        "/-/patterns",
        "/-/permissions",
        "/-/config.json",
    ],
)
def test_strangers_may_not(app: Datasette, path: str) -> None:
    answer = get(app, path)
    assert answer.status_code in (400, 403)
    assert "/tmp" not in answer.text
    assert ".db" not in answer.text


@pytest.mark.parametrize("path", [*OURS, *DATASETTES, "/search?q=урок"])
def test_links_to_other_sites_carry_nothing_along(app: Datasette, path: str) -> None:
    for link in tree(app, path).css("main a[href]"):
        if "://" in (href := link.attributes["href"] or "") and "://localhost/" not in href:
            assert link.attributes.get("rel") == "noopener nofollow", link.html


def test_a_question_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    db = tmp_path / "netmeta.db"
    fill(db)
    app = opened(db)
    assert app.setting("sql_time_limit_ms") <= 2000
    assert app.setting("facet_time_limit_ms") <= 1000
    app._settings["sql_time_limit_ms"] = 100
    endless = (
        "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c"
    )
    app._metadata_local["databases"]["netmeta"]["queries"]["endless"] = {"sql": endless}
    answer = get(app, "/netmeta/endless")
    assert answer.status_code == 400
    assert "остановлен" in answer.text
    assert str(tmp_path) not in answer.text
    close(app)


def test_nobody_streams_a_whole_table(app: Datasette) -> None:
    assert get(app, "/netmeta/records.csv?_stream=1").status_code == 400
    assert app.setting("max_returned_rows") <= 1000


def test_errors_tell_no_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    db = tmp_path / "netmeta.db"
    fill(db)
    app = opened(db)

    def broken(catalogue: object) -> None:
        raise ValueError(f"secret {db}")

    monkeypatch.setattr("netmeta.services.browse.home", broken)
    answer = get(app, "/")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert str(tmp_path) not in answer.text
    assert "secret" in caplog.text  # the owner finds it
    close(app)


def test_robots(app: Datasette) -> None:
    text = get(app, "/robots.txt").text
    assert "Disallow: /search" in text
    assert "Disallow: /netmeta" in text
    assert "Disallow: /record" not in text
    assert "Sitemap: http://localhost/sitemap.xml" in text.splitlines()
    assert "<sitemapindex" in get(app, "/sitemap.xml").text


def test_csv_holds_no_formulas(app: Datasette) -> None:
    assert list(csv.reader(io.StringIO(safe_csv('a,b\r\n"=1+1","-5"\r\n"@x","+7,5"\r\n"-cmd","\tx"\r\n')))) == [
        ["a", "b"], ["'=1+1", "-5"], ["'@x", "+7,5"], ["'-cmd", "'\tx"],
    ]  # fmt: skip


def test_csv_of_a_table_is_made_safe(tmp_path: Path) -> None:
    db = tmp_path / "netmeta.db"
    with Netmeta.open(db) as nm:
        nm.import_items([item(1)])
        with nm.catalogue.transaction() as conn:
            conn.execute("UPDATE records SET title = '=HYPERLINK(\"x\")'")
    app = opened(db)
    for path in ("/netmeta/records.csv", "/netmeta/records.csv?_dl=on"):
        answer = get(app, path)
        assert [row["title"] for row in csv.DictReader(io.StringIO(answer.text))] == [
            '\'=HYPERLINK("x")'
        ]
        assert int(answer.headers["content-length"]) == len(answer.content)
    close(app)


def test_portals_tell_how_they_are_and_why(tmp_path: Path) -> None:
    db = tmp_path / "netmeta.db"
    fill(db)
    with Netmeta.open(db) as nm:
        source = nm.catalogue.source_id("other")
        run = nm.catalogue.start_run(source)
        counts = {"start failed": 1, "failed: HTTP 403": 1}
        nm.catalogue.finish_run(run, status="failed", reason="HTTP 403", counts=counts)
    app = opened(db)
    for path, spot in (
        ("/portals", "main tbody tr"),
        ("/portal/other", ".figures"),
        ("/", ".state"),
    ):
        assert "не пускает" in words(tree(app, path), spot), path
    assert "HTTP 403" in words(tree(app, "/portals"), "main tbody tr small")
    assert "HTTP 403" in words(tree(app, "/portal/other"), ".note")
    assert "blocked" in words(tree(app, "/portals", Accept_Language="en"), "tbody")
    assert not tree(app, "/portal/school").css(".note")
    close(app)
