"""What readings of a question ask of every engine: needs, other ways, preferences, spellings."""

from __future__ import annotations

import datetime as dt

import pytest

from index.engines import ENGINES, open_engine
from index.query import Either, Field, Phrase, Query, Word, parse_query
from index.seam import Document, Engine, Need
from netmeta.facade import Netmeta
from netmeta.services.reindex import update_index, verify_index
from tests.conftest import item
from tests.index_documents import LIBRARY

pytest_plugins = ("tests.index_engines",)
TODAY = dt.date(2025, 11, 20)


def found(engine: Engine, query: Query | str, **asked: object) -> list[int]:
    parsed = parse_query(query) if isinstance(query, str) else query
    return [hit.id for hit in engine.search(parsed, today=TODAY, **asked).hits]  # type: ignore[arg-type]  # passed on


@pytest.mark.parametrize(
    ("query", "need", "expected"),
    [
        ("дроби проценты", "all", {2}),
        ("дроби проценты", "any", {1, 2}),
        ("дроби проценты числитель", "all", set()),
        ("дроби проценты числитель", "most", {1, 2}),
        ("дроби крокодил жираф", "most", set()),
        ("и дроби", "all", {1, 2}),
        ("матем* проценты", "all", {2}),
        ("дроби предмет:mathematics класс:6", "all", {1, 2}),
        ("", "all", {1, 2, 3, 4, 5, 6}),
    ],
)
def test_documents_hold_as_much_as_is_needed(
    library: Engine, query: str, need: Need, expected: set[int]
) -> None:
    assert set(found(library, query, need=need)) == expected


def test_words_that_are_not_needed_only_rank(library: Engine) -> None:
    query = Query((Word("дроби"), Word("проценты", needed=False)))
    assert found(library, query, need="all") == [2, 1]
    only = Query((Word("проценты", needed=False),))
    assert set(found(library, only, need="all", filters={"grade": ["6"]})) == {1, 2}


def test_any_way_of_saying_will_do(library: Engine) -> None:
    ways = Either(((Word("крокодил"),), (Phrase("война и мир"),), (Field("subject", "physics"),)))
    assert set(found(library, Query((ways,)), need="all")) == {3, 6}
    assert found(library, Query((ways,))) == [3]  # a value ranks nothing by itself
    assert found(library, Query((Word("роман"), ways)), need="all") == [3]


def test_no_phrase_reaches_from_text_to_text_or_over_other_readings(engine: Engine) -> None:
    # «выше» may be a form of «высокий», «Ростовых» one of «рост», «мыла» one of «мыть».
    apart = Document(
        id=1, title="Мыла", authors=["Анна Раму"], keywords=["школа"],
        text="Он был выше его, а дом Ростовых далеко",
    )  # fmt: skip
    together = Document(id=2, title="Человек", text="Человек высокого роста из Москвы")
    engine.rebuild([apart, together], seq=1)
    assert found(engine, '"высокий рост"') == [2]
    assert found(engine, '"дом ростовых"') == [1]
    for phrase in ('"раму школа"', '"школа он"', '"мыть высокий"', '"высокий школа"'):
        assert found(engine, phrase) == []


def test_uncounted_searches_give_the_same_hits(library: Engine) -> None:
    for query in ("дроби", "крокодил", "", "матем*"):
        counted = library.search(parse_query(query), today=TODAY)
        bare = library.search(parse_query(query), today=TODAY, counted=False, facets=("kind",))
        assert bare.hits == counted.hits
        assert bare.facets == {}


def test_preferred_values_neighbours_roots_and_news_count_a_little(engine: Engine) -> None:
    def one(id: int, title: str = "Дроби", text: str = "", **more: object) -> Document:
        return Document(id=id, title=title, text=text, **more)  # type: ignore[arg-type]  # passed on

    engine.rebuild([one(1), one(2, facets={"grade": ["5"]})], seq=1)
    assert found(engine, "дроби") == [1, 2]
    assert found(engine, "дроби", prefer={"grade": ["5"]}) == [2, 1]
    engine.rebuild([one(1, published=dt.date(2010, 1, 1)), one(2, published=TODAY)], seq=1)
    assert found(engine, "дроби") == [2, 1]
    engine.rebuild(
        [one(1, text="война далека, а мир близок"), one(2, text="близок мир война далека а")], seq=1
    )
    assert found(engine, "мир война") == [2, 1]
    engine.rebuild([one(1, text="физика"), one(2, text="диагностический")], seq=1)
    assert found(engine, "дроби диагностика") == [2, 1]


def test_what_is_over_can_come_last(library: Engine) -> None:
    assert found(library, "викторина конкурс")[0] in (5, 6)
    assert found(library, "викторина прошлого года конкурс") == [6, 5]
    assert found(library, "викторина прошлого года конкурс", past_last=True) == [5, 6]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("дробби", "дроби"),
        ("дорби", "дроби"),
        ("числитеьл", "числитель"),
        ("болконскаго", "болконского"),
        ("знаминателем", "знаменателем"),  # a form that no document has
        ("сокрощеное", "сокращение"),
    ],
)
def test_spellings_are_near_words_of_the_index(library: Engine, form: str, expected: str) -> None:
    assert expected in [one.word for one in library.spellings(form)]


def test_a_word_of_the_index_is_spelt_right(library: Engine) -> None:
    assert [(one.word, one.edits) for one in library.spellings("болконского")] == [
        ("болконского", 0)
    ]
    for form in ("крокодил", "абв", "х" * 5_000, "", "a" * 40):
        assert library.spellings(form) == ()
    assert library.frequency("дробями") == 2
    assert library.frequency("крокодил") == 0


def test_spellings_follow_changes_by_others(library: Engine, name: str, tmp_path: object) -> None:
    assert library.spellings("тангинс") == ()
    other = open_engine(name, str(tmp_path))
    other.rebuild([*LIBRARY, Document(id=9, title="Тангенс")], seq=9)
    assert [one.word for one in library.spellings("тангинс")] == ["тангенс"]


def test_verify_tells_stale_documents(library: Engine) -> None:
    prints = {one.id: one.fingerprint for one in LIBRARY}
    assert library.verify(prints, fingerprints=prints).ok
    prints[3] += 1
    assert library.verify(prints, fingerprints=prints).stale == (3,)


@pytest.mark.parametrize("engine_name", ENGINES)
def test_the_catalogue_finds_missing_extra_and_stale(tmp_path: object, engine_name: str) -> None:
    with Netmeta.open(f"{tmp_path}/a.db", engine=engine_name) as nm:
        nm.import_items([item(1), item(2), item(3)])
        nm.reindex()
        assert verify_index(nm.catalogue, nm.config)["ok"]
        with nm.catalogue.transaction() as conn:  # behind the change log's back
            conn.execute("UPDATE records SET title = 'Другой' WHERE id = 1")
            conn.execute("UPDATE records SET hidden = 1 WHERE id = 2")
        told = verify_index(nm.catalogue, nm.config)
        assert (told["ok"], told["stale"], told["extra"]) == (False, (1,), (2,))
        nm.reindex(full=True)
        with nm.catalogue.transaction() as conn:
            conn.execute("UPDATE records SET hidden = 0 WHERE id = 2")
        assert verify_index(nm.catalogue, nm.config)["missing"] == (2,)
        nm.import_items([item(4)])  # not yet indexed: behind, not wrong
        assert verify_index(nm.catalogue, nm.config)["missing"] == (2,)


@pytest.mark.parametrize("engine_name", ENGINES)
def test_copies_come_and_go_in_the_index(tmp_path: object, engine_name: str) -> None:
    text = "Ученики делят яблоко на равные части и записывают числитель и знаменатель. " * 3
    here = item(1, title="Яблоко", body=text)
    there = item(1, title="Яблоко", body=text, source="other", url="https://other.example/1")
    with Netmeta.open(f"{tmp_path}/a.db", engine=engine_name) as nm:
        nm.import_items([here])
        nm.reindex()
        nm.import_items([there])
        update_index(nm.catalogue, nm.config)
        assert nm.search("яблоко").total == 1
        assert nm.search("яблоко", source="other").total == 1
        nm.import_items([item(1, title="Груша", body=text.replace("яблоко", "грушу"))])
        update_index(nm.catalogue, nm.config)  # the one that stood for both is another work now
        assert [hit.source for hit in nm.search("яблоко", source="other").hits] == ["other"]
        assert nm.search("груша", exact=True).total == 1
        assert verify_index(nm.catalogue, nm.config)["ok"]
