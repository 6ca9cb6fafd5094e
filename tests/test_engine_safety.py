"""What no engine may lose: kills, full disks, damage, second writers, other versions."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import analysis
from index.engines import ENGINES, open_engine
from index.query import Query
from index.seam import (
    Delete,
    Document,
    Engine,
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    IndexOutdatedError,
    IndexWriteError,
)
from tests.index_documents import LIBRARY, files, ids, run, start

pytest_plugins = ("tests.index_engines",)

# --- generations, locks, other processes ------------------------------------------------------


def test_an_empty_folder_has_no_index(engine: Engine) -> None:
    for ask in (
        engine.checkpoint,
        lambda: engine.search(Query()),
        lambda: engine.suggest("а"),
        lambda: engine.similar(LIBRARY[0]),
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
    assert set(ids(library, "синус", limit=100)) == sines
    assert library.verify(held).ok

    with pytest.raises(ValueError, match="-1"):  # the next writer sweeps, even if it fails
        library.rebuild([Document(id=-1, title="")], seq=100)
    assert len(list(tmp_path.glob("g*"))) == 1
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
        lambda: engine.similar(LIBRARY[0]),
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
