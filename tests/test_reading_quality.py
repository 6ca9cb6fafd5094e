"""Quality floors of PageReader on real pages with reference texts; they may rise, never sink."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.extract_score import (
    GoldPage,
    LowerFloorError,
    Score,
    digest,
    f1,
    floors_of,
    load_pages,
    page_score,
    raised,
    score,
    shingles,
)
from netmeta.reading import PageReader

PAGES = Path(__file__).resolve().parents[2] / "shared" / "data" / "pages_ru"
FLOORS = json.loads((Path(__file__).parent / "reading_floors.json").read_text())


@cache
def gold() -> tuple[GoldPage, ...]:
    return tuple(load_pages(PAGES))


def host(page: GoldPage) -> str:
    return urlsplit(page.url).hostname or ""


@cache
def measured(*, observed: bool) -> Score:
    readers = {host(page): PageReader(learn=False) for page in gold()}
    if observed:
        for page in gold():
            readers[host(page)].observe(page.body, page.url)
    found = [readers[host(page)].read(page.body, page.url) for page in gold()]
    return score(gold(), [page.text for page in found], [page.title for page in found])


@pytest.mark.shared
def test_the_corpus_is_the_one_the_floors_were_measured_on() -> None:
    assert digest(gold()) == FLOORS["digest"]


@pytest.mark.shared
@pytest.mark.parametrize("observed", [False, True], ids=["read alone", "observed first"])
def test_text(observed: bool) -> None:
    found = measured(observed=observed)
    assert found.f1 >= FLOORS["f1"] >= 0.84
    assert found.lost <= FLOORS["lost"]


@pytest.mark.shared
def test_titles() -> None:
    found = measured(observed=False)
    assert found.titles >= FLOORS["titles"]
    assert found.titles_loosely >= FLOORS["titles_loosely"]


# --- the scorer itself -----------------------------------------------------------------------


def test_shingles() -> None:
    assert shingles("Раз, два, три, четыре, пять!") == {
        ("Раз", "два", "три", "четыре"),
        ("два", "три", "четыре", "пять"),
    }
    assert shingles("раз два") == {("раз", "два")}
    assert shingles(" - ") == set()


def test_page_score_and_f1() -> None:
    precision, recall = page_score("а б в г д е", "а б в г д е ж з и")
    assert (precision, recall) == (1.0, 0.5)
    assert f1(precision, recall) == pytest.approx(2 / 3)
    assert page_score("", "а б в г") == (0.0, 0.0)
    assert f1(0.0, 0.0) == 0.0


def test_score_takes_the_f1_of_the_means() -> None:
    pages = [GoldPage("a", b"", "Заголовок\nа б в г д"), GoldPage("b", b"", "Другой\nх у ц ч ш")]
    found = score(pages, ["Заголовок а б в г д", "мимо мимо мимо мимо"], ["ЗАГОЛОВОК", None])
    assert (found.precision, found.recall, found.f1, found.lost) == (0.5, 0.5, 0.5, 1)
    assert (found.titles, found.titles_loosely) == (0.0, 0.5)


def test_a_digest_notices_any_change() -> None:
    page = GoldPage("a", b"body", "text")
    changes = [{"url": "b"}, {"body": b"bodY"}, {"text": "texT"}]
    others = [digest([dataclasses.replace(page, **change)]) for change in changes]
    assert len({digest([page]), *others}) == 4


FOUND = Score(10, 0.9, 0.9, 0.9004, 2, 0.8, 0.85, 0.9)


def test_floors_rise() -> None:
    old = floors_of(FOUND, "corpus")
    new = floors_of(dataclasses.replace(FOUND, f1=0.95, lost=1), "corpus")
    assert raised(None, old) == old
    assert raised(old, new)["f1"] == 0.95


@pytest.mark.parametrize(
    "change", [{"f1": 0.8989}, {"lost": 3}, {"titles": 0.7}, {"titles_loosely": 0.849}]
)
def test_floors_do_not_sink(change: dict[str, float]) -> None:
    old = floors_of(FOUND, "corpus")
    with pytest.raises(LowerFloorError):
        raised(old, floors_of(dataclasses.replace(FOUND, **change), "corpus"))


def test_floors_are_not_moved_to_another_corpus() -> None:
    with pytest.raises(LowerFloorError):
        raised(floors_of(FOUND, "corpus"), floors_of(FOUND, "easier corpus"))


def test_reading_does_not_import_the_slow_libraries() -> None:
    code = (
        "import sys, netmeta.reading.charset, netmeta.reading.reader;"
        "print([m for m in ('trafilatura', 'readability', 'resiliparse', 'dateparser') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
