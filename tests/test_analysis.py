"""The analyser: what counts as one word, and as the same word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import analysis, words
from index.analysis import (
    GAP,
    forms,
    indexed,
    is_stop,
    readings,
    spans,
    stop_words,
    streams,
    terms,
    tokens,
)
from index.letters import read, spelt
from index.words import MAX_WORD_CHARS


def found_by(text: str) -> set[str]:
    return {token.text for token in tokens(text)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("математика", "математике"),
        ("учёба", "учеба"),
        ("УЧЁБА", "учебой"),
        ("за\u0301мок", "замок"),
        ("мате\u00adматика", "математика"),
        ("и\u0306од", "йод"),
        ("дробь", "дробями"),
        ("дети", "ребёнок"),
        ("cтол", "стол"),  # the first letter is Latin
        ("MP3", "mp3"),
    ],
)
def test_are_the_same_word(one: str, other: str) -> None:
    assert found_by(one) & found_by(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Информационно-образовательная среда", ["информационно", "образовательная", "среда"]),
        ("5-й класс", ["5", "й", "класс"]),
        ("5а и 10Б", ["5", "а", "и", "10", "б"]),
        ("wi-fi, C++, mp3!", ["wi", "fi", "c", "mp3"]),
        ("snake_case", ["snake", "case"]),
        ("", []),
        ("!!! — 🙂 \u0301\u00ad", []),
    ],
)
def test_forms_of(text: str, expected: list[str]) -> None:
    assert forms(text) == expected


def test_an_ambiguous_word_keeps_its_readings_at_one_position() -> None:
    assert [(t.text, t.position) for t in tokens("мыла раму")] == [
        ("MYL", 0),
        ("MYT", 0),
        ("RAM", 1),
    ]


def test_an_irregular_form_is_found_by_its_own_beginning_too() -> None:
    assert readings("детей") == ("REBENOK",)
    assert indexed("детей") == ("REBENOK", "DET")


def test_a_stop_word_has_a_token_of_its_own() -> None:
    assert readings("не") == ("=NE",)
    assert is_stop("=NE")
    assert readings("тема") == ("TEM",)
    assert readings("тем") == ("=TEM",)
    assert not is_stop("TEM")


def test_stop_words_are_snowballs_with_yo_folded() -> None:
    assert len(stop_words()) == 151
    assert {"и", "ее", "нибудь", "между"} <= stop_words()
    assert not any("ё" in word for word in stop_words())


def test_streams_hold_what_tokens_hold() -> None:
    text = "Мама мыла раму, дети смотрели на 5а"
    first, others = streams(text)
    assert first == "MAM MYL RAM REBENOK SMOTRET =NA 5 =A"
    assert others == "MYT DET"
    assert sorted(f"{first} {others}".split()) == sorted(token.text for token in tokens(text))


def test_spans_point_into_the_original_text() -> None:
    text = "Учёба: мате\u00adма\u0301тика и 5-й класс"
    assert [text[span.start : span.end] for span in spans(text)] == [
        "Учёба",
        "мате\u00adма\u0301тика",
        "и",
        "5",
        "й",
        "класс",
    ]
    assert terms("математика")[0][0] in list(spans(text))[1].tokens


def test_a_run_of_letters_without_end_is_cut() -> None:
    found = tokens("ы" * 5_000)
    assert {token.position for token in found} == {0}
    assert all(len(token.text) <= MAX_WORD_CHARS for token in found)


def test_a_full_cache_forgets_nothing_that_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "MAX_FORMS", 3)
    cache = analysis._ChunkCache()
    monkeypatch.setattr(analysis, "_cache", cache)
    text = "мама мыла раму вечером после долгого дня"
    expected = streams(text)
    for _ in range(3):
        assert streams(text) == expected
    assert streams("мыла")[1] == "MYT"
    assert len(cache._readings) <= 3 + len(text.split())

    def refuse(key: bytes) -> None:
        raise AssertionError(f"{key!r} was known and is analysed again")

    monkeypatch.setattr(analysis, "_analysed", refuse)
    assert streams(text) == expected


@given(st.text())
def test_the_alphabet_of_tokens_loses_nothing(text: str) -> None:
    assert [read(spelt(form)) for form in forms(text)] == forms(text)


def test_no_token_is_a_gap() -> None:
    assert GAP not in streams("ъ . _ Ъ.Ъ")[0].split()


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    first, others = streams(text)
    assert sorted(f"{first} {others}".split()) == sorted(token.text for token in tokens(text))
    for span in spans(text):
        assert 0 <= span.start < span.end <= len(text)
        assert all(span.tokens)


@given(st.text() | st.text(alphabet="абвё АБВЁabcABC150 -_\xad\u0301№µ°єі😀²é"))
def test_both_ways_of_cutting_a_text_agree(text: str) -> None:
    by_table = [form for key in words.split(text) for form in words.forms_of(key)]
    by_expression = [form for *_, key in words.places(text) for form in words.forms_of(key)]
    assert by_table == by_expression
