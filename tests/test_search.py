"""What people type and what they get, on a small catalogue with both engines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.engines import ENGINES
from netmeta.catalogue import Catalogue
from netmeta.config import load
from netmeta.errors import ConfigError, UsageError
from netmeta.facade import Netmeta
from netmeta.search.result import SearchResult
from tests.conftest import item

NOON = dt.datetime(2025, 11, 20, 9, tzinfo=dt.UTC)
LONG = "Ученики делят яблоко на равные части и записывают числитель и знаменатель. " * 3

ITEMS = (
    item(1, title="Обыкновенные дроби. Конспект урока математики, 5 класс", authors=("Иванова М. И.",),
         published="24.01.2012"),
    item(2, title="Десятичные дроби. Презентация по математике, 6 класс", body="Запятая и разряды.",
         published="24.01.2024"),
    item(3, title="Фотосинтез. Тест по биологии, 6 класс", body="Хлоропласты и свет. Энергия. Витамин E, витамин С."),
    item(4, title="Муму. Конспект урока литературы, 5 класс", body="Герасим и барыня."),
    item(5, title="КТП по химии, 8 класс", body="Часы и темы на год."),
    item(6, title="Календарно-тематическое планирование по физике", body="Четверти и недели."),
    item(7, title="Конкурс рисунков «Осень»", kind="event", body="Работы о листопаде.",
         dates={"Приём работ": "до 31 октября 2025 г."}, published="01.10.2025"),
    item(8, title="Конкурс рисунков «Зима»", kind="event", body="Работы о снеге.",
         dates={"Приём работ": "до 20 декабря 2025 г."}, published="01.10.2025"),
    item(9, title="Как делить яблоко", body=LONG),
    item(9, title="Как делить яблоко", body=LONG, source="other", url="https://other.example/9",
         grade=("3 класс",)),
)  # fmt: skip


@pytest.fixture(scope="module", params=ENGINES)
def nm(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Netmeta]:
    db = tmp_path_factory.mktemp("search") / "a.db"
    config = load({"db": db, "engine": request.param}, environment={})
    with Netmeta(Catalogue(db, now=lambda: NOON), config) as opened:
        opened.import_items(ITEMS)
        opened.reindex()
        yield opened


def first(result: SearchResult) -> str:
    return result.hits[0].title.split(".")[0] if result.hits else ""


@pytest.mark.parametrize(
    ("typed", "found", "corrected"),
    [
        ("обыкновенными дробями", "Обыкновенные дроби", None),
        ("дробью обыкновенной", "Обыкновенные дроби", None),
        ("j,sryjdtyyst lhj,b", "Обыкновенные дроби", "обыкновенные дроби"),
        ("обыкновенные lhj,b", "Обыкновенные дроби", "обыкновенные дроби"),
        ("ajnjcbyntp", "Фотосинтез", "фотосинтез"),
        ("dbnfvby E", "Фотосинтез", "витамин E"),
        ("dbnfvby C", "Фотосинтез", "витамин С"),
        ('"ythubz b cdtn', "Фотосинтез", "Энергия и свет"),
        ("fotosintez", "Фотосинтез", "фотосинтез"),
        ("urok literatury", "Муму", "урок литературы"),
        ("фотосинтекс", "Фотосинтез", "фотосинтез"),
        ("фтосинез", "Фотосинтез", "фотосинтез"),
        ("обыкнавенные дроби", "Обыкновенные дроби", "обыкновенные дроби"),
        ("календарно-тематическое планирование по химии", "КТП по химии, 8 класс", None),
        ("ктп физика", "Календарно-тематическое планирование по физике", None),
        ('"обыкновенные дроби"', "Обыкновенные дроби", None),
        ("дроби -обыкновенные", "Десятичные дроби", None),
        ("автор:Иванова", "Обыкновенные дроби", None),
        ("предмет:биология", "Фотосинтез", None),
        ("класс:восьмой", "КТП по химии, 8 класс", None),
        ("портал:other яблоко", "Как делить яблоко", None),
        ('тип:"тест"', "Фотосинтез", None),
        ("год:2023-2025 дроби", "Десятичные дроби", None),
        ("subject:chemistry", "КТП по химии, 8 класс", None),
        ("хлоропл*", "Фотосинтез", None),
    ],
)  # fmt: skip
def test_what_people_type_finds_what_they_mean(
    nm: Netmeta, typed: str, found: str, corrected: str | None
) -> None:
    result = nm.search(typed)
    assert result.corrected == corrected
    if found:
        assert first(result) == found


def test_a_valid_word_is_never_corrected(nm: Netmeta) -> None:
    for typed in ("знаменателя", "яблоками", "Герасиму", "ФГОС", "5 класс", "не или"):
        assert nm.search(typed).corrected is None


def test_exact_means_exact(nm: Netmeta) -> None:
    assert nm.search("фотосинтекс", exact=True).total == 0
    assert nm.search("ktp", exact=True).corrected is None


@pytest.mark.parametrize(
    "typed", ["дроби 5 кл", "дроби 5-й класс", "дроби 5а", "дроби для пятого класса"]
)
def test_a_class_is_a_filter_where_that_finds_something(nm: Netmeta, typed: str) -> None:
    result = nm.search(typed)
    assert [(one.name, one.values) for one in result.understood] == [("grade", ("5",))]
    assert (result.total, result.held) == (1, "all")
    assert 5 in result.hits[0].grades
    assert "Десятичные дроби" in [hit.title.split(".")[0] for hit in result.hits][1:3]


def test_a_class_is_text_where_a_filter_finds_nothing_or_on_request(nm: Netmeta) -> None:
    result = nm.search("муму 11 класс")
    assert not result.understood
    assert first(result) == "Муму"
    assert not nm.search("дроби 5 класс", as_text=["grade"]).understood


def test_subjects_and_types_are_recognised(nm: Netmeta) -> None:
    result = nm.search("тест по биологии 6 класс")
    assert {one.name: one.values[0] for one in result.understood} == {
        "type": "test", "subject": "biology", "grade": "6",
    }  # fmt: skip
    assert result.total == 1


def test_total_counts_the_strictest_reading_and_hits_go_on(nm: Netmeta) -> None:
    result = nm.search("обыкновенные дроби")
    assert result.total == 1
    assert len(result.hits) > 1
    assert nm.search("дроби").total == 2
    most = nm.search("десятичные дроби барыня")
    assert (most.held, most.total) == ("most", 1)
    scores = [hit.score for hit in nm.search("урок математики дроби 5 кл").hits]
    assert scores == sorted(scores, reverse=True)


def test_pages_are_stable_over_all_readings(nm: Netmeta) -> None:
    for query in ("обыкновенные дроби", "урок математики дроби 5 кл", "десятичные дроби барыня"):
        whole = [hit.id for hit in nm.search(query, limit=100).hits]
        paged: list[int] = []
        page = 1
        while True:
            result = nm.search(query, limit=2, page=page)
            paged += [hit.id for hit in result.hits]
            if not result.more:
                break
            page += 1
        assert paged == whole
        assert len(set(paged)) == len(paged)


def test_copies_are_one_hit_counted_once(nm: Netmeta) -> None:
    result = nm.search("делить яблоко")
    assert result.total == 1
    assert [copy.source for copy in result.hits[0].copies] == ["other"]
    assert result.facets["source"] == {"school": 1, "other": 1}
    there = nm.search("делить яблоко", source="other")
    assert (there.total, there.hits[0].source, there.hits[0].url) == (
        1,
        "other",
        "https://other.example/9",
    )
    assert nm.search("яблоко", grade=3).total == 1


def test_facets_keep_their_other_values_when_one_is_chosen(nm: Netmeta) -> None:
    free = nm.search("дроби")
    assert free.facets["grade"] == {"5": 1, "6": 1}
    chosen = nm.search("дроби", grade=5)
    assert chosen.total == 1
    assert chosen.facets["grade"] == {"5": 1, "6": 1}
    assert chosen.facets["type"] == {"lesson-plan": 1}
    both = nm.search("дроби", grade=[5, 6])
    assert both.total == 2


def test_upcoming_events_stand_above_past_ones(nm: Netmeta) -> None:
    titles = [hit.title for hit in nm.search("конкурс рисунков").hits]
    assert titles[:2] == ["Конкурс рисунков «Зима»", "Конкурс рисунков «Осень»"]
    by_deadline = nm.search("конкурс рисунков", sort="deadline").hits
    assert by_deadline[0].deadline == "2025-12-20"


def test_words_no_record_holds_are_left_out_and_named(nm: Netmeta) -> None:
    result = nm.search("дроби ъъъъъъъ 5 класс")
    assert result.ignored == ("ъъъъъъъ",)
    assert first(result) == "Обыкновенные дроби"
    assert result.total == 1


def test_nothing_found_says_why_and_leads_on(nm: Netmeta) -> None:
    nothing = nm.search("щщщщщщщ")
    assert (nothing.total, nothing.hits) == (0, ())
    assert nothing.why
    assert "щщщщщщщ" in nothing.why
    assert nothing.offers[-1].total == 9
    filtered = nm.search("дроби", subject="biology")
    assert filtered.hits == ()
    assert filtered.offers[0].filters == {}
    assert filtered.offers[0].total == 2
    phrase = nm.search('"дроби обыкновенные"')
    assert phrase.offers[0].query == "дроби обыкновенные"
    for result in (nothing, filtered, phrase):
        for offer in result.offers:
            again = nm.search(offer.query, **{name: list(v) for name, v in offer.filters.items()})
            assert again.hits


@pytest.mark.parametrize(
    "typed", ["(" * 200, '"' * 9, "-", "a" * 9_999, "\x00", "🙂", "\ud800", "а:б" * 500]
)
def test_hostile_strings_are_answered(nm: Netmeta, typed: str) -> None:
    result = nm.search(typed)
    assert result.hits or result.offers


def test_suggestions_hold_words_concepts_authors_and_titles(nm: Netmeta) -> None:
    assert "дроби" in nm.suggest("дро")
    assert "биология" in nm.suggest("био")
    assert "Иванова М. И." in nm.suggest("ива")
    assert any(one.startswith("Десятичные дроби") for one in nm.suggest("десят"))
    assert "конспект дроби" in nm.suggest("конспект дро")
    assert nm.suggest("") == nm.suggest("щщщ") == ()


def test_similar_works_for_a_copy_too(nm: Netmeta) -> None:
    copy = nm.search("делить яблоко", source="other").hits[0]
    assert nm.similar(copy.id) == nm.similar(nm.search("делить яблоко").hits[0].id)


def test_bad_requests_are_usage_errors(nm: Netmeta) -> None:
    for wrong in ({"colour": "red"}, {"as_text": ["colour"]}, {"limit": 0}, {"page": 9_999}):
        with pytest.raises(UsageError):
            nm.search("дроби", **wrong)  # type: ignore[arg-type]  # the wrong names are the point


def test_an_administrators_synonyms(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("- [ШМО, школьное методическое объединение]\n", "utf-8")
    with Netmeta.open(tmp_path / "a.db", synonyms=own) as nm:
        nm.import_items([item(1, title="План школьного методического объединения")])
        nm.reindex()
        assert nm.search("ШМО").total == 1
        assert nm.search("ШМО", exact=True).total == 0
    own.write_text("- не список\n", "utf-8")
    other = tmp_path / "other.yaml"
    other.write_text("- не список\n", "utf-8")
    with (
        Netmeta.open(tmp_path / "a.db", synonyms=other) as nm,
        pytest.raises(ConfigError, match="other"),
    ):
        nm.search("ШМО")


@pytest.mark.parametrize("engine", ENGINES)
def test_an_index_of_a_catalogue_that_stood_here_before(tmp_path: Path, engine: str) -> None:
    """Whoever deletes the catalogue and leaves its index must not find the old one's records."""
    db = tmp_path / "a.db"
    with Netmeta.open(db, engine=engine) as nm:
        nm.import_items([item(1, title="Фотосинтез")])
        nm.reindex()
    for path in tmp_path.glob("a.db*"):
        if path.is_file():
            path.unlink()
    with Netmeta.open(db, engine=engine) as nm:
        nm.import_items([item(n, title=f"Площадь круга {n}") for n in range(5)])
        assert nm.reindex().rebuilt
        assert nm.search("фотосинтез", exact=True).total == 0
        assert nm.search("площадь круга").total == 5
        assert not nm.reindex().rebuilt
