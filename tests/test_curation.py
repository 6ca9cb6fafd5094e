"""What people decide survives every way a record can be written: harvest, import, re-map, re-read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest

from netmeta.catalogue import curation
from netmeta.errors import UnknownConceptError, UnknownRecordError, UsageError
from netmeta.exchange.oai.provider import Provider
from netmeta.facade import Netmeta
from netmeta.normalise.forgetting import is_same_person, spellings, without_people
from netmeta.services.curation import edit, forget_address, forget_person
from netmeta.services.exporting import export_package
from netmeta.services.packages import import_package
from netmeta.services.publishing import oai_setting
from netmeta.services.records import record_history, whole_record
from netmeta.services.vocab import apply_vocabularies, map_value, unmapped_values
from tests.conftest import Ran, Web, item

NAME = "Иванова Мария Ивановна"


@pytest.fixture
def nm(tmp_path: Path) -> Netmeta:
    return Netmeta.open(tmp_path / "netmeta.db")


def feed(*titles: str) -> str:
    entries = "".join(
        f"<item><guid>g{n}</guid><title>{title}</title><link>https://school.example/{n}</link>"
        f"<author>Иванова М. И.</author></item>"
        for n, title in enumerate(titles)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Ш</title>{entries}</channel></rss>'


# Every road on which a record is written again, by name.
def by_import(nm: Netmeta, web: Web) -> None:
    nm.import_items([item(1, title="Портал передумал", subject=("физика",), authors=(NAME,))])


def by_harvest(nm: Netmeta, web: Web) -> None:
    web.put("/rss", feed("Портал передумал"))
    nm.harvest(["school"], full=True)


def by_apply(nm: Netmeta, web: Web) -> None:
    apply_vocabularies(nm.catalogue, nm.config)


def by_edit(nm: Netmeta, web: Web) -> None:
    edit(nm.catalogue, 1, values={"place": "онлайн"}, author="other")


def elsewhere(nm: Netmeta, title: str) -> Netmeta:
    """Another catalogue that has record 1 of the same portal."""
    other = Netmeta.open(nm.config.db.with_name("elsewhere.db"))
    other.import_items([item(1, title=title, subject=("физика",), authors=(NAME,))])
    return other


def by_package(nm: Netmeta, web: Web) -> None:
    place = nm.config.db.with_name("package")
    with elsewhere(nm, "Портал передумал") as other:
        edit(other.catalogue, 1, values={"title": "Так решили у них"}, author="they")
        export_package(other.catalogue, place, share_overrides=True)
    import_package(nm.catalogue, place)


def by_oai(nm: Netmeta, web: Web) -> None:
    serve_elsewhere(nm, web, "Портал передумал")
    nm.harvest(["there"], full=True)


def serve_elsewhere(nm: Netmeta, web: Web, title: str) -> str:
    """Answer OAI-PMH requests as another catalogue does; returns its address."""
    with elsewhere(nm, title) as other:
        setting = oai_setting(other.catalogue, other.config, web.base + "/")
        provider = Provider(
            conn=other.catalogue.conn, setting=setting, now=other.catalogue.now_text
        )
        for asked in (
            {"verb": "Identify"},
            {"verb": "ListMetadataFormats"},
            {"verb": "ListRecords", "metadataPrefix": "netmeta"},
        ):
            web.put(f"/oai?{urlencode(asked)}", provider.answer(list(asked.items())).body)
    return web.base + "/oai"


ROADS = (by_import, by_harvest, by_apply, by_edit, by_package, by_oai)


def start(nm: Netmeta, web: Web, road: Callable[..., None]) -> None:
    """A catalogue with record 1, found on the road that will write it again."""
    if road is by_harvest:
        nm.add_source(web.put("/rss", feed("Урок математики")), name="school")
        nm.harvest()
    elif road is by_oai:
        nm.add_source(serve_elsewhere(nm, web, "Урок математики"), name="there")
        nm.harvest()
    else:
        nm.import_items([item(1, title="Урок математики", authors=(NAME,))])


@pytest.mark.parametrize("road", ROADS)
def test_an_edit_survives(nm: Netmeta, web: Web, road: Callable[..., None]) -> None:
    start(nm, web, road)
    edit(
        nm.catalogue,
        1,
        values={"title": "Верное название", "grades": [5, 6], "summary": None},
        author="curator",
    )
    road(nm, web)
    record = nm.record(1)
    assert (record["title"], record["grades"], record["summary"]) == (
        "Верное название",
        [5, 6],
        None,
    )


@pytest.mark.parametrize("road", ROADS)
def test_a_hidden_record_stays_hidden(nm: Netmeta, web: Web, road: Callable[..., None]) -> None:
    start(nm, web, road)
    edit(nm.catalogue, 1, hidden=True, author="curator")
    road(nm, web)
    assert nm.record(1)["hidden"] is True
    nm.reindex()
    assert nm.search("").total == 0
    edit(nm.catalogue, 1, hidden=False, author="curator")
    nm.reindex()
    assert nm.search("").total == 1


@pytest.mark.parametrize("road", [by_import, by_harvest, by_apply, by_package, by_oai])
def test_a_forgotten_address_stays_forgotten(
    nm: Netmeta, web: Web, road: Callable[..., None]
) -> None:
    start(nm, web, road)
    url = nm.record(1)["url"]
    assert forget_address(nm.catalogue, url + "?utm_source=x").records == (1,)
    road(nm, web)
    record = nm.record(1)
    assert (record["title"], record["body"], record["authors"]) == ("", None, [])
    assert record["gone_at"]
    nm.reindex()
    assert nm.search("").total == 0
    assert [change["op"] for change in record_history(nm.catalogue, 1)["changes"]][
        -1
    ] == "forgotten"


@pytest.mark.parametrize("road", ROADS)
def test_a_forgotten_person_is_never_named_again(
    nm: Netmeta, web: Web, road: Callable[..., None], tmp_path: Path
) -> None:
    start(nm, web, road)
    report = forget_person(nm.catalogue, NAME, reason="просьба")
    assert report.records == (1,)
    road(nm, web)
    assert nm.record(1)["authors"] == []
    nm.catalogue.conn.execute("DELETE FROM suppressions")  # the one place that must keep the name
    dump = "\n".join(nm.catalogue.conn.iterdump())
    assert "Иванова" not in dump


def test_a_record_under_a_new_address_stays_forgotten(nm: Netmeta) -> None:
    nm.import_items([item(1)])
    forget_address(nm.catalogue, nm.record(1)["url"])
    nm.import_items([item(1, url="https://school.example/moved")])
    assert nm.record(1)["title"] == ""


def test_an_edit_is_in_the_log_with_its_author(nm: Netmeta) -> None:
    nm.import_items([item(1)])
    edit(nm.catalogue, 1, values={"title": "Новое"}, author="Мария")
    last = record_history(nm.catalogue, 1)["changes"][-1]
    assert (last["author"], last["run"]) == ("Мария", None)
    assert last["fields"] == {"title": ["Урок математики № 1", "Новое"]}


def test_a_field_is_given_back_to_the_portal(nm: Netmeta) -> None:
    nm.import_items([item(1)])
    edit(nm.catalogue, 1, values={"title": "Новое"}, author="a")
    edit(nm.catalogue, 1, back=["title"], author="a")
    assert nm.record(1)["title"] == "Урок математики № 1"
    with pytest.raises(UsageError, match="not edited"):
        edit(nm.catalogue, 1, back=["title"], author="a")


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", None), ("title", " "), ("title", 5), ("grades", [12]), ("grades", ["5"]), ("grades", 5),
     ("subjects", "mathematics"), ("authors", ["Иванова"]), ("authors", [{"role": "x"}]), ("online", "да"),
     ("content_hash", "x"), ("colour", "red")],
)  # fmt: skip
def test_values_that_do_not_fit_are_refused(nm: Netmeta, field: str, value: object) -> None:
    nm.import_items([item(1)])
    with pytest.raises(UsageError):
        edit(nm.catalogue, 1, values={field: value}, author="a")
    assert curation.overrides(nm.catalogue, 1) == []


def test_an_unknown_record_cannot_be_edited(nm: Netmeta) -> None:
    with pytest.raises(UnknownRecordError):
        edit(nm.catalogue, 7, values={"title": "x"}, author="a")


# --- vocabularies -------------------------------------------------------------------------------


def test_what_was_not_understood_is_counted_taught_and_applied(nm: Netmeta) -> None:
    strange = [item(n, type=("кейс-турнирчик",), title=f"Работа {n}") for n in (1, 2)]
    nm.import_items([*strange, item(3, type=("конспект урока",))])
    (row,) = [r for r in unmapped_values(nm.catalogue) if r["raw"] == "кейс-турнирчик"]
    assert (row["records"], row["sources"]) == (2, ["school"])
    assert row["example"].startswith("https://school.example/")
    seq = nm.catalogue.last_seq()
    assert map_value(nm.catalogue, "кейс-турнирчик", "test").id == "test"
    report = apply_vocabularies(nm.catalogue, nm.config)
    assert (report.read, report.changed) == (3, 2)
    assert nm.record(1)["type"] == "test"
    assert nm.catalogue.last_seq() == seq + 2
    assert apply_vocabularies(nm.catalogue, nm.config).changed == 0
    assert not [r for r in unmapped_values(nm.catalogue) if r["raw"] == "кейс-турнирчик"]
    history = record_history(nm.catalogue, 1)
    assert history["changes"][-1]["fields"]["type"][1] == "test"
    assert history["changes"][-1]["author"] == "vocab apply"


def test_applying_keeps_the_day_on_which_relative_dates_were_read(nm: Netmeta) -> None:
    nm.import_items([item(1, published="вчера", dates={"Приём работ": "до 31 марта"})])
    published = nm.record(1)["published"]
    assert published
    with nm.catalogue.transaction() as conn:
        conn.execute("UPDATE record_texts SET raw_at = '2020-02-02T09:00:00Z'")
    apply_vocabularies(nm.catalogue, nm.config)
    record = nm.record(1)
    assert record["published"] == "2020-02-01"
    assert record["stages"][0]["end"] == "2020-03-31"


def test_a_concept_that_is_none(nm: Netmeta) -> None:
    with pytest.raises(UnknownConceptError, match="work-programme"):
        map_value(nm.catalogue, "программа", "work-program")
    with pytest.raises(UsageError):
        map_value(nm.catalogue, "—", "test")


# --- events -------------------------------------------------------------------------------------


def test_a_deadline_that_moves_shows_both_dates(nm: Netmeta) -> None:
    contest = {"kind": "event", "title": "Конкурс сочинений"}
    nm.import_items([item(1, **contest, dates={"Приём работ": "до 31 марта 2030 года"})])
    nm.import_items([item(1, **contest, dates={"Приём работ": "до 15 апреля 2030 года"})])
    before, after = record_history(nm.catalogue, 1)["changes"][-1]["fields"]["stages"]
    assert (before[0]["end"], after[0]["end"]) == ("2030-03-31", "2030-04-15")


def test_a_record_answers_by_key_and_by_attribute(nm: Netmeta) -> None:
    nm.import_items([item(1)])
    record = nm.record(1)
    assert record.title == record["title"] == "Урок математики № 1"
    assert not hasattr(record, "colour")


def test_an_event_is_over_when_its_stages_are(nm: Netmeta) -> None:
    nm.import_items(
        [item(1, kind="event", title="Вебинар", dates={"Дата и время": "5 мая 2020 года"})]
    )
    assert whole_record(nm.catalogue, 1)["status"] == "over"


def test_what_closes_soon(cli: Callable[..., Ran], tmp_path: Path) -> None:
    import datetime as dt

    day = dt.date.today() + dt.timedelta(days=3)
    later = dt.date.today() + dt.timedelta(days=40)
    with Netmeta.open(tmp_path / "netmeta.db") as nm:
        nm.import_items(
            [
                item(
                    1,
                    kind="event",
                    title="Конкурс рисунков",
                    dates={"Приём работ": f"до {day:%d.%m.%Y}"},
                ),
                item(
                    2,
                    kind="event",
                    title="Олимпиада",
                    dates={"Регистрация": f"до {later:%d.%m.%Y}"},
                ),
                item(
                    3, kind="event", title="Прошлый конкурс", dates={"Приём работ": "до 01.02.2015"}
                ),
            ]
        )
    found = json.loads(cli("events", "--closing", "7", "--json").out)
    assert [event["title"] for event in found] == ["Конкурс рисунков"]
    assert [e["title"] for e in json.loads(cli("events", "--json").out)] == [
        "Конкурс рисунков",
        "Олимпиада",
    ]
    assert f"{day:%d.%m.%Y}" in cli("events", "--closing", "7").out


# --- the command line ---------------------------------------------------------------------------


def test_editing_history_and_forgetting_from_the_command_line(
    cli: Callable[..., Ran], tmp_path: Path
) -> None:
    with Netmeta.open(tmp_path / "netmeta.db") as nm:
        nm.import_items(
            [
                item(
                    1,
                    authors=(f"{NAME}, учитель",),
                    grade=("5-й класс",),
                    title="Урок <b>дроби</b>",
                )
            ]
        )
    ran = cli("edit", "1", "--set", "grades=[7]", "--set", "title=Дроби", "--by", "Мария", "--json")
    assert (ran.code, json.loads(ran.out)["grades"]) == (0, [7])
    told = cli("show", "1", "--history").out
    for words in ("Дроби", "Мария", "5-й класс", "Edited by people", "html"):
        assert words in told
    assert json.loads(cli("show", "1", "--history", "--json").out)["raw"]["grade"] == ["5-й класс"]
    assert json.loads(cli("search", "дроби", "--grade", "7", "--json").out)["total"] == 1
    assert cli("edit", "1").code == 2
    assert cli("edit", "1", "--set", "title").code == 2
    assert cli("edit", "1", "--set", "grades=[x").code == 2
    assert json.loads(cli("forget", "--person", NAME, "--json").out)["records"] == [1]
    assert cli("forget").code == 2
    assert cli("forget", "--person", "Мария").code == 2
    assert cli("forget", "https://school.example/1").code == 0
    assert json.loads(cli("search", "дроби", "--json").out)["total"] == 0


def test_vocabularies_from_the_command_line(cli: Callable[..., Ran], tmp_path: Path) -> None:
    with Netmeta.open(tmp_path / "netmeta.db") as nm:
        nm.import_items([item(1, type=("кейс-турнирчик",))])
    assert "кейс-турнирчик" in cli("vocab", "unmapped").out
    assert cli("vocab", "map", "кейс-турнирчик", "nonsense").code == 2
    assert cli("vocab", "map", "кейс-турнирчик", "test").code == 0
    assert json.loads(cli("vocab", "apply", "--json").out) == {"read": 1, "changed": 1}
    assert "skos:Concept" in cli("vocab", "export").out
    assert json.loads(cli("vocab", "export", "--format", "jsonld").out)


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("credited", "same"),
    [
        ("Иванова Мария Ивановна", True), ("Иванова М. И.", True), ("М.И. Иванова", True),
        ("Мария Ивановна Иванова", True), ("Иванова Мария", True), ("ИВАНОВА МАРИЯ ИВАНОВНА", True),
        ("Иванова Марина Петровна", False), ("Иванов Михаил Иванович", False), ("Петрова М. И.", False),
        ("Иванова", False), ("Иванова О. И.", False),
    ],
)  # fmt: skip
def test_spellings_of_one_person(credited: str, same: bool) -> None:
    assert is_same_person(credited, NAME) is same


def test_a_name_is_cut_out_of_texts() -> None:
    before = item(
        1,
        title="Урок М. И. Ивановой",
        body="Автор: Иванова  М.И.\nУчитель Мария Ивановна Иванова",
        authors=(f"{NAME}, учитель",),
    )
    after = without_people(before, {NAME})
    assert after.authors == ()
    assert after.title == "Урок [имя удалено]"
    assert after.body == "Автор: [имя удалено]\nУчитель [имя удалено]"
    assert without_people(item(1), {NAME}) is not None
    assert without_people(before, frozenset()) is before
    assert spellings("мария") == ()


def test_removed_words_do_not_linger_in_the_file(nm: Netmeta, tmp_path: Path) -> None:
    nm.import_items([item(1, title="Неповторимое слово абракадабрище")])
    forget_address(nm.catalogue, nm.record(1)["url"])
    nm.close()
    with sqlite3.connect(tmp_path / "netmeta.db") as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.close()
    assert "абракадабрище".encode() not in (tmp_path / "netmeta.db").read_bytes()
