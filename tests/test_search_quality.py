"""Search on our own judged queries: floors for both engines, and the gate that holds them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import search_gates, search_judged
from index.engines import ENGINES


def test_the_queries_are_many_and_cover_what_people_type() -> None:
    queries = search_judged.queries()
    assert len({query.text for query in queries}) >= 150
    assert {query.shows for query in queries} >= {
        "word forms", "е and ё", "classes", "subject, type and class", "wrong layout",
        "wrong layout, mixed", "typos", "transliteration", "abbreviations",
        "operators and fields", "numbers, Latin terms, hyphens", "hostile strings", "events",
    }  # fmt: skip
    assert all(set(query.judged.values()) <= {1, 2, 3} for query in queries)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_right_lesson_stands_first(engine: str, tmp_path: Path) -> None:
    _, figures = search_gates.own(engine, tmp_path)
    assert figures["ndcg"] >= search_gates.LEAST["judged"]["ndcg"]
    assert figures["first"] >= search_gates.LEAST["judged"]["first"]


def figures(ndcg: float, digest: str = "d") -> dict[str, dict[str, object]]:
    values = {"ndcg": ndcg, "first": 0.95}
    return {"judged": {"digest": digest, **{engine: dict(values) for engine in ENGINES}}}


def test_floors_may_only_rise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_gates, "FLOORS", tmp_path / "floors.json")
    assert search_gates.pin(figures(0.95)) == []
    assert search_gates.failures(figures(0.95)) == []
    assert len(search_gates.failures(figures(0.94))) == len(ENGINES)
    before = (tmp_path / "floors.json").read_text()
    assert search_gates.pin(figures(0.94))
    assert (tmp_path / "floors.json").read_text() == before
    assert search_gates.pin(figures(0.97)) == []
    assert json.loads((tmp_path / "floors.json").read_text())["judged"]["whoosh"]["ndcg"] == 0.968


def test_another_corpus_must_be_judged_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_gates, "FLOORS", tmp_path / "floors.json")
    search_gates.pin(figures(0.97))
    assert any("another set" in one for one in search_gates.failures(figures(0.99, "other")))
    assert search_gates.pin(figures(0.95, "other")) == []
    assert search_gates.pin(figures(0.89, "third"))  # never below the least
