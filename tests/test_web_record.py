"""One record's page for calendars and machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from icalendar import Calendar

from netmeta.facade import Netmeta
from netmeta.web.codes import problem_words
from tests.conftest import item
from tests.web_catalogue import EVIL, close, fill, get, opened, tree


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    db = tmp_path_factory.mktemp("record") / "netmeta.db"
    fill(db)
    with Netmeta.open(db) as nm, nm.catalogue.transaction() as conn:
        conn.execute(  # a second round: an event may have several stages of one kind
            "INSERT INTO event_stages SELECT 3, 9, kind, date(start, '+9 days'), date(start, '+9 days'),"
            " NULL, NULL, 'Второй тур', '' FROM event_stages WHERE record_id = 3 AND kind = 'held'"
        )
    app = opened(db)
    yield app
    close(app)


def events(answer: Any) -> list[Any]:
    assert answer.headers["content-type"].startswith("text/calendar")
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_each_stage_goes_into_a_calendar_alone_or_all_together(app: Datasette) -> None:
    page = tree(app, "/record/3")
    stages = [a.attributes["href"] or "" for a in page.css(".timeline a.to-calendar")]
    assert stages == [f"/record/3.ics?stage={n}" for n in (1, 2, 3)]
    whole = events(get(app, page.css_first(".all-days a").attributes["href"] or ""))
    assert len(whole) == 3
    alone = [events(get(app, stage)) for stage in stages]
    assert [len(found) for found in alone] == [1, 1, 1]
    # The same event, whether it came alone, with the others, or from the calendar of all events.
    uids = [str(found[0]["uid"]) for found in alone]
    assert uids == [str(event["uid"]) for event in whole]
    everything = {str(event["uid"]) for event in events(get(app, "/events.ics"))}
    assert set(uids) <= everything


@pytest.mark.parametrize(
    "path", ["/record/1.ics", "/record/3.ics?stage=9", "/record/3.ics?stage=x", "/record/999.ics"]
)
def test_what_has_no_days_is_no_calendar(app: Datasette, path: str) -> None:
    assert get(app, path).status_code == 404


def test_a_page_tells_other_sites_what_it_is(app: Datasette) -> None:
    page = tree(app, "/record/3")
    meta = {m.attributes["property"]: m.attributes["content"] for m in page.css("meta[property]")}
    assert meta["og:title"].startswith("Всероссийский конкурс")
    assert meta["og:url"] == "http://localhost/record/3"
    assert meta["og:description"]
    assert page.css_first("link[rel=canonical]").attributes["href"] == "https://school.example/3"
    other = page.css_first("head link[type='application/ld+json']").attributes["href"] or ""
    assert get(app, other).json()["@type"] == "EducationEvent"


def test_data_in_the_head_is_short_and_ends_no_script(tmp_path: Path) -> None:
    db = tmp_path / "netmeta.db"
    fill(db, hostile=True)
    with Netmeta.open(db) as nm, nm.catalogue.transaction() as conn:
        conn.execute("UPDATE records SET licence = 'cc-by' WHERE id = 5")
        conn.execute("UPDATE record_texts SET body = ? WHERE record_id = 5", ("Текст " * 50_000,))
    app = opened(db)
    for id in (4, 5):
        answer = get(app, f"/record/{id}")
        data = answer.text.partition('<script type="application/ld+json">')[2].partition(
            "</script>"
        )[0]
        said = json.loads(data)
        assert "<" not in data
        assert "\u202e" not in data
        assert len(data) < 20_000
        assert len(answer.content) < 150_000
        assert "text" not in said
    assert EVIL not in answer.text
    close(app)


def test_problems_are_told_in_words(tmp_path: Path) -> None:
    db = tmp_path / "netmeta.db"
    with Netmeta.open(db) as nm:
        nm.import_items([item(1, grade=("99",)), item(2, published="когда-нибудь")])
        nm.reindex()
    app = opened(db)
    for id, told in (
        (1, "классы: число, которое не класс"),
        (2, "дата: слова не удалось прочитать"),
    ):
        assert told in " ".join(tree(app, f"/record/{id}").css_first(".history").text().split())
    portal = tree(app, "/portal/school").css_first("main").text()
    assert "классы: число, которое не класс" in portal
    close(app)
    assert problem_words("something-new") == "something-new"
