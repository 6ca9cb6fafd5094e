"""One suite that every search engine passes."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import analysis, tantivy_draft
from index.engines import ENGINES, open_engine
from index.query import Query, parse_query
from index.seam import (
    FACETS,
    MAX_ID,
    Checkpoint,
    Delete,
    Document,
    Engine,
    Put,
    Sort,
)
from tests.index_documents import LIBRARY, files, ids

pytest_plugins = ("tests.index_engines",)

TODAY = dt.date(2025, 11, 20)


# --- finding -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("дробей", {1, 2}),
        ("дробями пропорция", {1, 2}),
        ("учебой", {3}),
        ("ребёнок", {2}),
        ("иванова", {1, 3, 4}),
        ("числа", {1}),
        ('"обыкновенная дробь"', {1}),
        ('"дроби проценты"', {2}),
        ('"дроби пропорции"', set()),
        ('"война и мир"', {3}),
        ('"мир и война"', {5}),
        ('"мир или война"', set()),
        ('"не решил"', {3}),
        ('"решил не"', set()),
        ('"урока учебный"', set()),  # the end of a title, the beginning of its text
        ('"петров сидорова"', set()),  # two authors
        ('"дроби"', {1, 2}),
        ("дроби -проценты", {1}),
        ('дроби -"десятичные дроби"', {1}),
        ("-математика -дроби -иванова", {5, 6}),
        ("матем*", {2, 4}),
        ("дет*", {2}),
        ("дроби -матем*", {1}),
        ("автор:Иванова", {1, 3}),
        ('автор:"Иванова Анна"', {1}),
        ('автор:"Иванова А. С."', {1, 3}),
        ("автор:Иванова дроби", {1}),
        ("дроби -автор:Иванова", {2}),
        ("предмет:mathematics", {1, 2, 4}),
        ("предмет:mathematics -класс:6", {4}),
        ("класс:(5 10)", {1, 3, 5}),
        ("класс:5 предмет:literature", {5}),
        ("иванова предмет:literature", {3}),
        ("", {1, 2, 3, 4, 5, 6}),
        ("!!!", {1, 2, 3, 4, 5, 6}),
        ("и", {2, 3, 5, 6, 1}),
        ("крокодил", set()),
        ("крок*", set()),
    ],
)
def test_finds(library: Engine, query: str, expected: set[int]) -> None:
    assert set(ids(library, query)) == expected


@pytest.mark.parametrize(
    "query",
    [
        "(" * 50,
        '"',
        "-",
        "*",
        "а" * 5_000,
        "\x00",
        "🙂",
        "дроби " * 2_000,
        "аб* " * 100,
        "\ud800",
        "тип:\ud800а \ud800*",
    ],
)
def test_hostile_queries_find_something_or_nothing(library: Engine, query: str) -> None:
    assert library.search(parse_query(query), facets=FACETS).total <= len(LIBRARY)
    assert len(library.suggest(query)) <= 10


def test_the_title_and_the_author_weigh_more_than_the_text(engine: Engine) -> None:
    filler = "одно другое третье четвёртое"
    engine.rebuild(
        [
            Document(id=1, title=filler, text=f"Конспект дробей {filler}"),
            Document(id=2, title="Конспект дробей", text=f"{filler} {filler}"),
            Document(id=3, title=filler, text=f"Конспект Кузнецова {filler}"),
            Document(id=4, title=filler, text=f"Конспект {filler}", authors=["Кузнецова Ирина"]),
        ],
        seq=1,
    )
    assert ids(engine, "дроби") == [2, 1]
    assert ids(engine, "кузнецова") == [4, 3]


def test_rare_words_and_more_words_rank_higher(library: Engine) -> None:
    assert ids(library, "обыкновенные дроби")[0] == 1
    scores = [hit.score for hit in library.search(parse_query("обыкновенные дроби")).hits]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1] > 0


def test_words_that_are_everywhere_do_not_drown_a_long_query(engine: Engine) -> None:
    common = "урок класс школа тема работа"
    engine.rebuild(
        (
            Document(id=n, title=common, text="редкостный зверинец" if n == 700 else "")
            for n in range(1_200)
        ),
        seq=1,
    )
    found = engine.search(parse_query(f"{common} редкостный"))
    assert [hit.id for hit in found.hits] == [700]
    assert engine.search(parse_query(common)).total == 1_200


def test_engines_agree(tmp_path: Path) -> None:
    """Same plan, same tokens: same documents in the same order."""
    rankings = []
    for name in ENGINES:
        engine = open_engine(name, tmp_path / name)
        engine.rebuild(LIBRARY, seq=1)
        queries = ("обыкновенные дроби", "иванова дроби", "урок литературы", "мир война", "матем*")
        rankings.append([ids(engine, query) for query in queries])
        engine.close()
    assert all(ranking == rankings[0] for ranking in rankings)


# --- filters, facets, order, pages ------------------------------------------------------------


def test_filters_are_alternatives_inside_and_conditions_between(library: Engine) -> None:
    assert set(ids(library, "", grade=["5", "10"])) == {1, 3, 5}
    assert ids(library, "", grade=["5", "10"], subject=["literature"], kind=["event"]) == [5]
    assert set(ids(library, "иванова", kind=["material"])) == {1, 3}
    assert ids(library, "", grade=["12"]) == []
    assert len(ids(library, "", grade=[])) == len(LIBRARY)


def test_facets_count_all_matching_documents_under_the_filters(library: Engine) -> None:
    found = library.search(
        parse_query("дроби олимпиада"),
        filters={"subject": ["mathematics"]},
        facets=["subject", "grade", "year"],
        limit=1,
    )
    assert len(found.hits) == 1
    assert found.total == 3
    assert found.facets == {
        "subject": {"mathematics": 3, "informatics": 1},
        "grade": {"5": 1, "6": 2},
        "year": {},
    }


def test_facets_of_everything_follow_changes(library: Engine) -> None:
    before = library.search(Query(), facets=["kind"]).facets
    assert before == {"kind": {"material": 3, "event": 3}}
    library.apply([Delete(id=1)], seq=7)
    assert library.search(Query(), facets=["kind"]).facets == {"kind": {"material": 2, "event": 3}}


def test_facets_of_nothing(library: Engine) -> None:
    found = library.search(parse_query("крокодил"), facets=["grade"])
    assert (found.hits, found.total, found.facets) == ((), 0, {"grade": {}})


@pytest.mark.parametrize("asked", [{"facets": ["colour"]}, {"filters": {"colour": ["red"]}}])
def test_an_unknown_facet_is_an_error(library: Engine, asked: dict[str, list[str]]) -> None:
    with pytest.raises(ValueError, match="colour"):
        library.search(Query(), **asked)  # type: ignore[arg-type]  # the wrong name is the point


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("relevance", [1, 2, 3, 4, 5, 6]),
        ("date", [4, 2, 1, 6, 3, 5]),
        ("deadline", [5, 4, 6, 1, 2, 3]),
    ],
)
def test_sorts(library: Engine, sort: Sort, expected: list[int]) -> None:
    found = library.search(Query(), sort=sort, today=TODAY)
    assert [hit.id for hit in found.hits] == expected
    pages = [
        library.search(Query(), sort=sort, today=TODAY, limit=2, offset=offset).hits
        for offset in range(0, 8, 2)
    ]
    assert [hit.id for page in pages for hit in page] == expected


def test_sorting_keeps_to_what_matches(library: Engine) -> None:
    found = library.search(parse_query("дроби"), sort="date", filters={"grade": ["6"]})
    assert [hit.id for hit in found.hits] == [2, 1]


def test_a_deadline_today_is_still_open(library: Engine) -> None:
    found = library.search(Query(), sort="deadline", today=dt.date(2025, 11, 25), limit=1)
    assert found.hits[0].id == 5
    found = library.search(Query(), sort="deadline", today=dt.date(2025, 11, 26), limit=1)
    assert found.hits[0].id == 4


@pytest.mark.parametrize("query", ["дроби", ""])
def test_pages_are_stable_when_scores_tie(engine: Engine, query: str) -> None:
    numbers = list(range(100, 160))
    random.Random(7).shuffle(numbers)
    engine.rebuild([Document(id=n, title="Дроби") for n in numbers[:20]], seq=1)
    for start_at in range(20, 60, 10):  # several segments
        changes = [Put(document=Document(id=n, title="Дроби")) for n in numbers[start_at:][:10]]
        engine.apply(changes, seq=start_at)
    seen: list[int] = []
    for offset in range(0, 70, 7):
        found = engine.search(parse_query(query), limit=7, offset=offset)
        assert found.total == 60
        seen.extend(hit.id for hit in found.hits)
    assert seen == sorted(numbers)


def test_limits_at_the_edge(library: Engine) -> None:
    assert library.search(parse_query("дроби"), limit=0).total == 2
    assert library.search(parse_query("дроби"), limit=0).hits == ()
    assert library.search(parse_query("дроби"), limit=10**9, offset=10**9).hits == ()
    assert len(library.search(parse_query("дроби"), limit=10**9).hits) == 2


# --- suggestions and similar documents ----------------------------------------------------------


def test_suggests_frequent_surface_words_first(library: Engine) -> None:
    assert library.suggest("ИВА") == ("иванова",)
    assert library.suggest("кон") == ("конкурс", "конспект", "контрольная")
    library.apply([Put(document=Document(id=7, title="Контрольная по химии"))], seq=7)
    assert library.suggest("кон", limit=2) == ("контрольная", "конкурс")
    assert library.suggest("") == ()
    assert library.suggest("крок") == ()


def test_does_not_suggest_words_of_deleted_documents(library: Engine) -> None:
    library.apply([Delete(id=5)], seq=7)
    assert library.suggest("кон") == ("конспект", "контрольная")


def test_similar_documents_come_without_the_document_itself(engine: Engine) -> None:
    titles = ("Сложение дробей", "Вычитание дробей", "Сложение дробей и вычитание", "Пушкин")
    works = [Document(id=n, title=title) for n, title in enumerate(titles)]
    engine.rebuild(works, seq=1)
    assert [hit.id for hit in engine.similar(works[0])] == [2, 1]
    assert [hit.id for hit in engine.similar(works[0], limit=1)] == [2]
    assert engine.similar(works[3]) == ()
    unknown = Document(id=99, title="Урок", text="Как делить дроби и вычитать их")
    assert {hit.id for hit in engine.similar(unknown)} == {0, 1, 2}


# --- changes --------------------------------------------------------------------------------


def test_put_replaces_and_delete_removes(library: Engine) -> None:
    library.apply(
        [
            Put(document=Document(id=1, title="Синусы", facets={"grade": ["9"]})),
            Delete(id=2),
            Delete(id=99),
            Put(document=Document(id=7, title="Черновик")),
            Put(document=Document(id=7, title="Косинусы")),
            Put(document=Document(id=8, title="Лишнее")),
            Delete(id=8),
        ],
        seq=13,
    )
    assert ids(library, "дроби") == []
    assert ids(library, "синусы косинусы") == [1, 7]
    assert ids(library, "черновик лишнее") == []
    found = library.search(Query(), facets=["grade"])
    assert (found.total, found.facets["grade"]) == (6, {"9": 1, "10": 1, "5": 1})
    assert library.checkpoint() == Checkpoint(
        seq=13, documents=6, analyser=analysis.ANALYSER_VERSION
    )


@pytest.mark.parametrize("word", ["школа", "чтение", "экзамен", "щука", "юннаты", "яблоко"])
def test_words_that_begin_with_any_letter(engine: Engine, word: str) -> None:
    """Tokens have an alphabet of their own, in which these letters are no letters."""
    others = [Document(id=n, title="Контрольная работа") for n in range(3, 9)]
    made = [Document(id=n, title="О том же", text=f"{word} {word}") for n in (1, 2)]
    engine.rebuild([*made, *others], seq=1)
    for text in (word, f"{word[:3]}*", f'"{word} {word}"', f"{word} -работа"):
        assert ids(engine, text) == [1, 2]
    assert [hit.id for hit in engine.similar(made[0])] == [2]


def test_of_several_documents_with_one_id_the_last_stays(engine: Engine) -> None:
    engine.rebuild([Document(id=1, title="Синус"), Document(id=1, title="Косинус")], seq=2)
    assert (ids(engine, "синус"), ids(engine, "косинус")) == ([], [1])
    assert engine.checkpoint().documents == 1


def test_an_index_outlives_its_engine(library: Engine, name: str, tmp_path: Path) -> None:
    library.apply([], seq=42)
    library.close()
    again = open_engine(name, tmp_path)
    assert again.checkpoint().seq == 42
    assert set(ids(again, "дроби")) == {1, 2}
    again.close()


def test_many_small_changes_leave_few_files(library: Engine, tmp_path: Path) -> None:
    for n in range(30):
        library.apply([Put(document=Document(id=n, title=f"Запись {n}"))], seq=n)
    assert len(files(tmp_path)) < 120
    assert [path.name for path in tmp_path.glob("g*")] == [files(tmp_path)[0].parent.name]


@pytest.mark.parametrize("together", [500, 2])
def test_random_changes_match_a_dictionary(
    engine: Engine, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many documents are handed over together, later changes go over earlier ones."""
    monkeypatch.setattr(tantivy_draft, "_BURST", together)
    chance = random.Random(20251120)
    words = ("синус", "косинус", "тангенс", "логарифм")
    held: dict[int, str] = {}
    engine.rebuild([], seq=0)
    for seq in range(1, 25):
        changes: list[Put | Delete] = []
        for _ in range(chance.randrange(12)):
            id = chance.randrange(9)
            if chance.random() < 0.4:
                changes.append(Delete(id=id))
                held.pop(id, None)
            else:
                held[id] = chance.choice(words)
                changes.append(Put(document=Document(id=id, title=held[id])))
        engine.apply(changes, seq=seq)
        assert engine.checkpoint().documents == len(held)
        for word in words:
            assert set(ids(engine, word, limit=100)) == {i for i, w in held.items() if w == word}
    assert engine.verify(held).ok


@pytest.mark.parametrize(
    "document",
    [
        Document(id=-1, title="x"),
        Document(id=MAX_ID + 1, title="x"),
        Document(id=1, title="x", facets={"colour": ["red"]}),
    ],
)
def test_a_document_against_the_contract_changes_nothing(
    library: Engine, document: Document
) -> None:
    with pytest.raises(ValueError, match="ocument"):
        library.apply([Delete(id=1), Put(document=document)], seq=7)
    assert library.checkpoint().seq == 6
    assert set(ids(library, "дроби")) == {1, 2}


def test_changes_that_break_off_are_not_applied(library: Engine, tmp_path: Path) -> None:
    def changes() -> Iterator[Put | Delete]:
        yield Delete(id=1)
        yield Put(document=Document(id=7, title="Синус"))
        raise LookupError("the catalogue is gone")

    with pytest.raises(LookupError):
        library.apply(changes(), seq=8)
    with pytest.raises(LookupError):
        library.rebuild((change.document for change in changes() if isinstance(change, Put)), seq=8)
    assert library.checkpoint().seq == 6
    assert set(ids(library, "дроби синус")) == {1, 2}
    assert len(list(tmp_path.glob("g*"))) == 1


def test_odd_documents_are_indexed(engine: Engine) -> None:
    odd = [
        Document(id=0, title=""),
        Document(id=MAX_ID, title="\x00\ud800 _ _", text="🙂" * 1_000, authors=["", "_"]),
        Document(id=5, title="а" * 100_000, facets={"source": ["", "а б", "а" * 1_000]}),
    ]
    engine.rebuild(odd, seq=1)
    assert engine.verify([0, 5, MAX_ID]).ok
    assert ids(engine, "", source=["а б"]) == [5]
