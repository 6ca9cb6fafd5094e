"""The query language: what is an operator, and that everything else is text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import readings
from index.plan import (
    SALIENT_POSTINGS,
    Adjacent,
    Author,
    Beginning,
    Terms,
    Values,
    marked,
    plan,
    salient,
)
from index.query import (
    FIELDS,
    MAX_OPERATORS,
    MAX_WORDS,
    Clause,
    Field,
    Phrase,
    Prefix,
    Query,
    Word,
    parse_query,
)
from index.seam import FACETS


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("дроби 5 класс", (Word("дроби"), Word("5"), Word("класс"))),
        ('"обыкновенные дроби" урок', (Phrase("обыкновенные дроби"), Word("урок"))),
        ("“обыкновенные дроби”", (Phrase("обыкновенные дроби"),)),
        ("дроби -тест", (Word("дроби"), Word("тест", True))),
        ('-"тест по теме" дроби', (Word("дроби"), Phrase("тест по теме", True))),
        ("дроби -предмет:физика", (Word("дроби"), Field("subject", "физика", True))),
        ("матем* урок", (Prefix("матем"), Word("урок"))),
        ("-матем* урок", (Word("урок"), Prefix("матем", True))),
        ("автор:Иванова", (Field("author", "Иванова"),)),
        ("AUTHOR: Иванова", (Field("author", "Иванова"),)),
        ('автор:"Иванова А. С."', (Field("author", "Иванова А. С."),)),
        ("класс:(5 6) дроби", (Field("grade", "5"), Field("grade", "6"), Word("дроби"))),
        ("(дроби -тест) урок", (Word("дроби"), Word("урок"), Word("тест", True))),
        ("-(а б) в", (Word("в"), Word("а", True), Word("б", True))),
        ("кто-то 5-й", (Word("кто-то"), Word("5-й"))),
        ("дроби - урок", (Word("дроби"), Word("урок"))),
        ("C++ +дроби", (Word("C++"), Word("+дроби"))),
        ("foo:bar 12:30", (Word("foo:bar"), Word("12:30"))),
        ("а*", (Word("а*"),)),
        ("автор:", (Word("автор:"),)),
        ('"незакрытая дроби', (Word('"незакрытая'), Word("дроби"))),
        ("", ()),
        ('" - ( ) * : ""', ()),
        ("🙂 !!!", ()),
        ("\x00дроби\x00\n-тест", (Word("дроби"), Word("тест", True))),
    ],
)
def test_reads(text: str, clauses: tuple[Clause, ...]) -> None:
    assert parse_query(text) == Query(clauses, text)


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_every_field_has_a_name_people_type(name: str) -> None:
    assert parse_query(f"{name}:x").clauses == (Field(FIELDS[name], "x"),)


def test_every_facet_can_be_asked_for() -> None:
    assert set(FIELDS.values()) == {"author", *FACETS}


@pytest.mark.parametrize(
    "text",
    [
        "х" * 10_000,
        "(" * 10_000,
        "(а " * 3_000 + ")" * 3_000,
        '"' * 9_999,
        "-а " * 5_000,
        "а:б " * 3_000,
        "автор:а " * 3_000,
        "-(" * 4_000,
        "дроби " * 5_000,
        "аб* " * 5_000,
        "\x00" * 10_000,
        '- -- --- -"-" *:* +',
        "\ud800 дроби",
    ],
)
def test_hostile_texts_are_read_within_bounds(text: str) -> None:
    query = parse_query(text)
    words = [c for c in query.clauses if isinstance(c, Word) and not c.negated]
    assert len(words) <= MAX_WORDS
    assert len(query.clauses) <= MAX_WORDS + MAX_OPERATORS


@given(st.text(alphabet=st.sampled_from('аб5 "()*:-+~^[]{}\\/\n\x00') | st.characters()))
def test_never_raises(text: str) -> None:
    plan(parse_query(text))


def test_labels_become_values() -> None:
    query = parse_query("дроби предмет:Алгебра -класс:5")

    def lower(field: Field) -> tuple[Clause, ...]:
        return (Field(field.name, field.value.lower(), field.negated),)

    assert query.map_fields(lower).clauses == (
        Word("дроби"),
        Field("subject", "алгебра"),
        Field("grade", "5", True),
    )


def test_stop_words_count_only_in_phrases_or_alone() -> None:
    assert set(plan(parse_query("урок о дробях")).scored) == {"UROK", "DROB"}
    assert set(plan(parse_query("быть или не быть")).scored) == {"=BYTX", "=ILI", "=NE"}
    assert plan(parse_query('"не решил"')).required == (Adjacent(("=NE", "RE[")),)


def test_readings_share_the_weight_of_their_word() -> None:
    assert plan(parse_query("мыла раму")).scored == {"MYL": 0.5, "MYT": 0.5, "RAM": 1.0}


def test_values_of_one_field_are_alternatives_and_filters_are_added() -> None:
    asked = plan(parse_query("класс:5 класс:6 дроби"), {"grade": ["7"], "kind": []})
    assert asked.required == (Values("grade", ("5", "6")), Values("grade", ("7",)))


def test_what_is_excluded() -> None:
    query = '-тест -"тест по теме" -физ* -автор:Иванова -класс:5 -!!!'
    assert plan(parse_query(query)).excluded == (
        Terms(("TEST",)),
        Adjacent(("TEST", "=PO", "TEM")),
        Beginning("физ"),
        Author((readings("иванова"),)),
        Values("grade", ("5",)),
    )


def test_initials_do_not_hide_an_author() -> None:
    assert plan(parse_query('автор:"Иванова А. С."')).required == (Author((readings("иванова"),)),)


def test_an_unknown_filter_is_an_error() -> None:
    with pytest.raises(ValueError, match="colour"):
        plan(Query(), {"colour": ["red"]})


@pytest.mark.parametrize(
    ("text", "tokens", "beginnings"),
    [
        ("Уроки о мыле -тест", {"UROK", "MYL"}, ()),
        ('"не решил" матем* класс:5', {"RE["}, ("матем",)),
        ("быть или не быть", {"=BYTX", "=ILI", "=NE"}, ()),
        ("", set(), ()),
    ],
)
def test_what_is_marked(text: str, tokens: set[str], beginnings: tuple[str, ...]) -> None:
    assert marked(parse_query(text)) == (frozenset(tokens), beginnings)


def test_what_stands_for_a_document_costs_only_so_much_to_read() -> None:
    words = " ".join(f"слово{n}" for n in range(20))
    rare = salient(words, lambda token: 100, 200_000)
    assert len(rare) == 20
    common = salient(words, lambda token: SALIENT_POSTINGS // 5, 200_000)
    assert len(common) == 5
    assert len(salient(words, lambda token: 3 * SALIENT_POSTINGS, 200_000)) == 1
