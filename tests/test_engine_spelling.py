"""The dictionary's graph and the surface words of an index, against brute force."""

from __future__ import annotations

import random
from importlib import import_module
from pathlib import Path

import pytest

from index import spelling
from index.analysis import is_word
from index.dictionary import russian
from index.seam import IndexDamagedError
from index.spelling import Spellings, Surface, edit_distance, one_edit_away
from index.words import split

WORDS = ("подкожной", "состояии", "матиматика", "елка", "учеба", "пифогора", "ежик", "тяжелый", "ъ")


@pytest.mark.parametrize("form", WORDS)
def test_the_graph_has_the_words_that_the_dictionary_has(form: str) -> None:
    known = import_module("pymorphy3").MorphAnalyzer(lang="ru").word_is_known
    assert is_word(form) == known(form)
    assert russian().one_edit_away(form) == {word for word in one_edit_away(form) if known(word)}


def test_no_text_breaks_the_graph() -> None:
    for form in ("", "latin", "ё", "12", "слово\x01", "я" * 500):
        assert isinstance(is_word(form), bool)
        assert form not in russian().one_edit_away(form)


def surface(folder: Path, *texts: str, base: Path | None = None) -> Spellings:
    gathered = Surface(base)
    for text in texts:
        gathered.add(split(text))
    gathered.write(folder)
    return Spellings.of(folder)


@pytest.mark.parametrize("edits", [1, 2])
def test_near_words_are_those_so_many_edits_away(tmp_path: Path, edits: int) -> None:
    chance = random.Random(5)
    words = {"".join(chance.choices("абвя", k=chance.randrange(7, 10))) for _ in range(1_000)}
    found = surface(tmp_path, " ".join(words))
    missed = 0
    for form in sorted(words)[:15]:
        near = {one.word for one in found.near(form, edits)}
        key = form.encode("cp1251")
        truth = {w for w in words if edit_distance(key, w.encode("cp1251"), 2) == edits}
        assert near <= truth
        missed += len(truth - near)
    assert edits == 2 or not missed  # of two edits some combinations are not looked for


def test_edits() -> None:
    for one, other, edits in (
        ("дроби", "дроби", 0), ("дробь", "дроби", 1), ("дроби", "дрооби", 1), ("дроби", "дорби", 1),
        ("дроби", "орбит", 3), ("", "аб", 2), ("абв", "бва", 2), ("дроби", "урок", 3),
    ):  # fmt: skip
        assert edit_distance(one.encode("cp1251"), other.encode("cp1251"), 2) == edits


def test_the_most_frequent_words_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spelling, "MAX_WORDS", 2)
    found = surface(tmp_path, "класс урок класс урок тема 5а b12 х")
    assert [found.itself(word) is not None for word in ("класс", "урок", "тема")] == [
        True, True, False,
    ]  # fmt: skip


def test_new_words_join_those_of_the_generation_before(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    surface(tmp_path / "a", "дроби дроби")
    joined = surface(tmp_path / "b", "тангенс", base=tmp_path / "a")
    assert joined.itself("дроби") is not None
    assert joined.itself("тангенс") is not None
    (tmp_path / "a" / spelling.FILE).write_bytes(b"\xff\0\0\0")
    with pytest.raises(IndexDamagedError):
        surface(tmp_path / "b", "котангенс", base=tmp_path / "a")
