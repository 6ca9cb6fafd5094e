"""One suite that every search engine passes."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import analysis
from index.engines import ENGINES, open_engine
from index.query import Query, parse_query
from index.seam import (
    FACETS,
    MAX_ID,
    Checkpoint,
    Delete,
    Document,
    Engine,
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    IndexOutdatedError,
    IndexWriteError,
    Put,
    Sort,
)
from tests.index_documents import LIBRARY, run, start

TODAY = dt.date(2025, 11, 20)


@pytest.fixture(params=ENGINES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def engine(name: str, tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(name, tmp_path)
    yield engine
    engine.close()


@pytest.fixture
def library(engine: Engine) -> Engine:
    engine.rebuild(LIBRARY, seq=6)
    return engine


def ids(engine: Engine, text: str, **filters: list[str]) -> list[int]:
    return [hit.id for hit in engine.search(parse_query(text), filters=filters).hits]


def files(folder: Path) -> list[Path]:
    """The engine's own files of the serving generation."""
    serving = folder / (folder / "CURRENT").read_text().split()[0]
    return [p for p in serving.iterdir() if p.stat().st_size and p.name != "manifest.json"]


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
    ["(" * 50, '"', "-", "*", "а" * 5_000, "\x00", "🙂", "дроби " * 2_000, "аб* " * 100, "\ud800"],
)
def test_hostile_queries_find_something_or_nothing(library: Engine, query: str) -> None:
    assert library.search(parse_query(query), facets=FACETS).total <= len(LIBRARY)


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
    seen = []
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
    engine.rebuild([Document(id=n, title=title) for n, title in enumerate(titles)], seq=1)
    assert [hit.id for hit in engine.similar(0)] == [2, 1]
    assert [hit.id for hit in engine.similar(0, limit=1)] == [2]
    assert engine.similar(3) == ()
    assert engine.similar(99) == ()


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


def test_random_changes_match_a_dictionary(engine: Engine) -> None:
    chance = random.Random(20251120)
    words = ("синус", "косинус", "тангенс", "логарифм")
    held: dict[int, str] = {}
    engine.rebuild([], seq=0)
    for seq in range(1, 25):
        changes: list[Put | Delete] = []
        for _ in range(chance.randrange(6)):
            id = chance.randrange(15)
            if chance.random() < 0.4:
                changes.append(Delete(id=id))
                held.pop(id, None)
            else:
                held[id] = chance.choice(words)
                changes.append(Put(document=Document(id=id, title=held[id])))
        engine.apply(changes, seq=seq)
        assert engine.checkpoint().documents == len(held)
        for word in words:
            assert set(engine_ids(engine, word)) == {i for i, w in held.items() if w == word}
    assert engine.verify(held).ok


def engine_ids(engine: Engine, word: str) -> list[int]:
    return [hit.id for hit in engine.search(parse_query(word), limit=100).hits]


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


# --- generations, locks, other processes ------------------------------------------------------


def test_an_empty_folder_has_no_index(engine: Engine) -> None:
    for ask in (
        engine.checkpoint,
        lambda: engine.search(Query()),
        lambda: engine.suggest("а"),
        lambda: engine.similar(1),
        lambda: engine.apply([], seq=1),
    ):
        with pytest.raises(IndexMissingError):
            ask()
    assert not engine.verify([1]).ok


def test_an_unknown_engine_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"sphinx.*tantivy, whoosh"):
        open_engine("sphinx", tmp_path)


def test_searches_go_on_during_a_rebuild(library: Engine, name: str, tmp_path: Path) -> None:
    searching = open_engine(name, tmp_path)

    def documents() -> Iterator[Document]:
        for number in range(10, 20):
            assert set(ids(searching, "дроби")) == {1, 2}
            yield Document(id=number, title="Дроби")

    library.rebuild(documents(), seq=7)
    assert set(ids(searching, "дроби")) == set(range(10, 20))
    searching.close()


def test_a_second_writer_is_refused(library: Engine, name: str, tmp_path: Path) -> None:
    other = open_engine(name, tmp_path)

    def changes() -> Iterator[Delete]:
        yield Delete(id=1)
        with pytest.raises(IndexBusyError):
            other.apply([], seq=9)
        with pytest.raises(IndexBusyError):
            other.rebuild([], seq=9)
        printed = run(
            "import sys; from index.engines import open_engine; from index.seam import *\n"
            "try: open_engine(*sys.argv[1:]).apply([], seq=9)\n"
            "except IndexBusyError: print('busy')",
            name,
            tmp_path,
        )
        assert printed == "busy\n"

    library.apply(changes(), seq=7)
    other.apply([], seq=8)
    assert library.checkpoint().seq == 8
    other.close()


def test_another_process_changes_what_this_one_finds(
    library: Engine, name: str, tmp_path: Path
) -> None:
    assert set(ids(library, "дроби")) == {1, 2}
    run(
        "import sys; from index.engines import open_engine; from index.seam import *\n"
        "engine = open_engine(*sys.argv[1:])\n"
        "engine.apply([Delete(id=1), Put(document=Document(id=9, title='Дроби'))], seq=8)",
        name,
        tmp_path,
    )
    assert set(ids(library, "дроби")) == {2, 9}
    assert library.checkpoint().seq == 8


KILLED = """
import os, sys
from pathlib import Path
from index import generations
from index.engines import open_engine
from index.seam import *

name, folder, work, moment = sys.argv[1:]

def stop(*ignored, **named):
    print("now", flush=True)
    sys.stdin.read()

def documents():
    for number in range(100, 140):
        if moment == "feeding" and number == 120:
            stop()
        yield Document(id=number, title="Синус")

engine = open_engine(name, folder)
if moment == "publishing":
    generations.Generations.publish = stop
elif moment == "swapping":
    Path.replace = stop
elif moment == "sweeping":
    generations.Generations._sweep = lambda self, *keep: stop() if len(keep) == 1 else None
if work == "apply":
    engine.apply((Put(document=document) for document in documents()), seq=99)
else:
    engine.rebuild(documents(), seq=99)
"""


@pytest.mark.parametrize("moment", ["feeding", "publishing", "swapping", "sweeping"])
@pytest.mark.parametrize("work", ["apply", "rebuild"])
def test_a_killed_writer_leaves_a_whole_generation(
    library: Engine, name: str, tmp_path: Path, work: str, moment: str
) -> None:
    with start(KILLED, name, tmp_path, work, moment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "now\n"
        process.kill()
    done = moment == "sweeping"  # the pointer had been replaced
    sines = set(range(100, 140)) if done else set()
    held = sines if done and work == "rebuild" else sines | {1, 2, 3, 4, 5, 6}
    assert library.checkpoint().seq == (99 if done else 6)
    assert set(engine_ids(library, "синус")) == sines
    assert library.verify(held).ok

    library.apply([Delete(id=1)], seq=100)  # the lock died with the writer
    assert library.verify(held - {1}).ok
    assert len(list(tmp_path.glob("g*"))) == 1


def test_a_full_disk_leaves_the_last_generation(library: Engine, name: str, tmp_path: Path) -> None:
    printed = run(
        "import resource, sys; from index.engines import open_engine; from index.seam import *\n"
        "engine = open_engine(*sys.argv[1:])\n"
        "text = ' '.join(f'слово{n}' for n in range(5_000))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "documents = [Document(id=n, title='Синус', text=text) for n in range(20)]\n"
        "for work in (lambda: engine.rebuild(documents, seq=9),\n"
        "             lambda: engine.apply([Put(document=d) for d in documents], seq=9)):\n"
        "    try: work()\n"
        "    except IndexWriteError: print('full')",
        name,
        tmp_path,
    )
    assert printed == "full\nfull\n"
    assert library.checkpoint().seq == 6
    assert set(ids(library, "дроби синус")) == {1, 2}
    assert len(list(tmp_path.glob("g*"))) == 1


def test_a_folder_that_cannot_be_made_is_an_error(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(IndexWriteError, match="file"):
        open_engine(name, tmp_path / "file" / "index").rebuild([], seq=1)


# --- damage and age ---------------------------------------------------------------------------


def test_verify_compares_the_ids(library: Engine) -> None:
    assert library.verify().ok
    assert library.verify(range(1, 7)).ok
    verification = library.verify([1, 2, 3, 8, 7])
    assert (verification.missing, verification.extra) == ((7, 8), (4, 5, 6))
    assert not verification.ok


def test_every_flipped_byte_is_detected(library: Engine, name: str, tmp_path: Path) -> None:
    library.close()
    chance = random.Random(7)
    for path in files(tmp_path):
        content = path.read_bytes()
        at = chance.randrange(len(content))
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x40]) + content[at + 1 :])
        verification = open_engine(name, tmp_path).verify([1])
        assert [path.name in sentence for sentence in verification.damage] == [True]
        path.write_bytes(content)
    assert open_engine(name, tmp_path).verify().ok


@pytest.mark.parametrize("harm", ["truncated", "gone", "pointer", "manifest"])
def test_an_index_that_cannot_be_read_says_so_and_can_be_rebuilt(
    library: Engine, name: str, tmp_path: Path, harm: str
) -> None:
    library.close()
    largest = max(files(tmp_path), key=lambda path: path.stat().st_size)
    if harm == "truncated":
        largest.write_bytes(largest.read_bytes()[:-7])
    elif harm == "gone":
        largest.unlink()
    elif harm == "pointer":
        (tmp_path / "CURRENT").write_text("g000001 nonsense\n")
    else:
        manifest = largest.parent / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"seq": 6', '"seq": 9'))
    engine = open_engine(name, tmp_path)
    for ask in (
        engine.checkpoint,
        lambda: engine.search(Query()),
        lambda: engine.apply([Delete(id=1)], seq=7),
    ):
        with pytest.raises(IndexDamagedError):
            ask()
    assert engine.verify().damage
    engine.rebuild(LIBRARY, seq=10)
    assert engine.verify(range(1, 7)).ok
    assert set(ids(engine, "дроби")) == {1, 2}
    engine.close()


def test_a_swapped_pickle_is_never_opened(tmp_path: Path) -> None:
    """Whoosh's table of contents is a pickle: of the right size, it would run code."""
    engine = open_engine("whoosh", tmp_path)
    engine.rebuild(LIBRARY, seq=6)
    engine.close()
    table = next(path for path in files(tmp_path) if path.suffix == ".toc")
    table.write_bytes(bytes(len(table.read_bytes())))
    for ask in (lambda: engine.search(Query()), lambda: engine.apply([Delete(id=1)], seq=7)):
        with pytest.raises(IndexDamagedError, match=table.name):
            ask()


def test_an_index_of_another_analyser_must_be_rebuilt(
    library: Engine, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.close()
    monkeypatch.setattr(analysis, "ANALYSER_VERSION", "other")
    engine = open_engine(name, tmp_path)
    for ask in (
        lambda: engine.search(Query()),
        lambda: engine.suggest("а"),
        lambda: engine.similar(1),
        lambda: engine.apply([], seq=7),
    ):
        with pytest.raises(IndexOutdatedError, match="other"):
            ask()
    assert engine.checkpoint().analyser != "other"
    engine.rebuild(LIBRARY, seq=7)
    assert engine.checkpoint().analyser == "other"
    assert set(ids(engine, "дроби")) == {1, 2}
    engine.close()


def test_an_index_of_another_engine_must_be_rebuilt(tmp_path: Path) -> None:
    for name, former in zip(ENGINES, (None, *ENGINES), strict=False):
        engine = open_engine(name, tmp_path)
        if former:
            with pytest.raises(IndexOutdatedError, match=former):
                engine.search(Query())
        engine.rebuild(LIBRARY, seq=6)
        assert set(ids(engine, "дроби")) == {1, 2}
        engine.close()


def test_works_without_hard_links(
    library: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(old: Path, new: Path) -> None:
        raise PermissionError("this file system has no links")

    monkeypatch.setattr("os.link", refuse)
    library.apply([Delete(id=1)], seq=7)
    assert library.verify([2, 3, 4, 5, 6]).ok


def test_an_index_may_move(library: Engine, name: str, tmp_path: Path) -> None:
    library.close()
    shutil.copytree(tmp_path, tmp_path / "moved", ignore=shutil.ignore_patterns("moved"))
    moved = open_engine(name, tmp_path / "moved")
    assert set(ids(moved, "дроби")) == {1, 2}
    assert moved.verify(range(1, 7)).ok
    moved.close()
