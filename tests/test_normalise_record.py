"""Whole records: what must hold for any item, and the small concerns."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmeta.model import Item, ItemAttachment, Record, Source
from netmeta.normalise import canonical_url, normalise, scrub
from netmeta.normalise.language import detect
from netmeta.normalise.licence import find_licence
from netmeta.vocabularies import load

SOURCE = Source(name="t", kind="site", url="https://portal.example/", title="Portal")
FETCHED = dt.datetime(2025, 11, 20, 9, tzinfo=dt.UTC)
BODY = "Учащиеся складывают дроби с одинаковыми знаменателями и объясняют каждый шаг решения вслух."

# Words the rules know, in any company: far more telling than arbitrary characters alone.
_WORDS = st.sampled_from(
    "5 11 99 0 V «А» класс кл. классы - , и по с до № урок тест конспект презентация математике "
    "физика история конкурс вебинар до 31 марта 2024 года admin a@b.ru 8(911)742-87-54 <b> &amp; "
    "Иванова М. И. учитель МБОУ СОШ бесплатно руб. 1.54 МБ http://x.ru javascript: русский язык "
    "начальная школа старшая группа КТП ОБЖ ИЗО на тему Портал - | « » ( ) : … \n \t 🎈".split(" ")
)
TEXT = st.one_of(
    st.text(max_size=60), st.lists(_WORDS, max_size=14).map(" ".join), st.sampled_from(["", " "])
)
MAYBE = st.none() | TEXT
MANY = st.lists(TEXT, max_size=3).map(tuple)
_TUPLES = ("authors", "subject", "grade", "type", "category", "tags", "audience")
_OTHERS = {
    "source": st.just("t"),
    "url": st.one_of(TEXT, TEXT.map("https://portal.example/{}".format)),
    "title": TEXT,
    "dates": st.dictionaries(TEXT, TEXT, max_size=3),
    "attachments": st.lists(st.builds(ItemAttachment, url=TEXT, name=MAYBE, size=MAYBE), max_size=2).map(tuple),
    "unknown": st.dictionaries(TEXT, st.one_of(TEXT, st.integers(), st.lists(TEXT, max_size=2)), max_size=2),
}  # fmt: skip
ITEMS: st.SearchStrategy[Item] = st.builds(
    Item,
    **{
        field.name: _OTHERS.get(field.name, MANY if field.name in _TUPLES else MAYBE)
        for field in fields(Item)
    },
)


@settings(max_examples=250, deadline=None)
@given(ITEMS)
def test_any_item_gives_a_record_and_the_same_one_again(item: Item) -> None:
    record = normalise(item, SOURCE, fetched_at=FETCHED)
    assert record == normalise(item, SOURCE, fetched_at=FETCHED)
    assert record.raw is not None
    assert normalise(record.raw, SOURCE, fetched_at=FETCHED) == record
    assert scrub(record.raw) == record.raw
    assert record.title
    assert record.external_id
    assert all(0 <= grade <= 11 for grade in record.grades)
    concepts = (*record.subjects, *record.levels, *record.exams, *record.audiences)
    assert all(one in load() for one in concepts)
    assert record.type is None or record.type in load()
    assert record.url == "" or record.url.startswith(("https://", "http://"))
    again = normalise(replace(item, title=record.title), SOURCE, fetched_at=FETCHED)
    assert again.title == record.title


@settings(max_examples=200, deadline=None)
@given(st.one_of(TEXT, st.text(max_size=80).map("https://portal.example/{}".format)))
def test_canonical_address_is_a_fixed_point(url: str) -> None:
    once = canonical_url(url)
    assert once is None or canonical_url(once) == once


@settings(max_examples=100, deadline=None)
@given(TEXT)
def test_a_body_alone_gives_no_concepts(body: str) -> None:
    """Type, subject and class are read where a work says what it is, never guessed from text."""
    item = Item(source="t", url="https://portal.example/1", title="Берёза", body=body)
    record = normalise(item, SOURCE, fetched_at=FETCHED)
    assert (record.type, record.subjects, record.grades, record.levels) == (None, (), (), ())
    assert (record.exams, record.audiences, record.licence) == ((), (), None)
    assert record.stages == ()
    assert record.mapped == ()


def test_an_empty_item_invents_nothing() -> None:
    record = normalise(Item(source="t", url="", title=""), SOURCE)
    filled = {
        field.name for field in fields(Record) if getattr(record, field.name) not in (None, (), "")
    }
    assert filled == {
        "source", "external_id", "kind", "title", "language", "certificate", "content_hash", "raw", "problems",
    }  # fmt: skip
    assert [(p.field, p.code) for p in record.problems] == [
        ("title", "empty"),
        ("url", "bad-address"),
    ]


def make(**raw: Any) -> Record:
    base = {"source": "t", "url": "https://portal.example/x", "title": "Заметка"}
    return normalise(Item.from_dict({**base, **raw}), SOURCE, fetched_at=FETCHED)


def test_every_concept_is_explained() -> None:
    record = make(
        title="Тест по алгебре, 7 класс", audience="учителя", licence="CC BY", tags=["ОГЭ"], certificate="бесплатно"
    )  # fmt: skip
    told = {(m.scheme, m.concept, m.where) for m in record.mapped}
    assert told == {
        ("material-type", "test", "title"),
        ("subject", "algebra", "title"),
        ("grade", "7", "title"),
        ("audience", "teachers", "audience"),
        ("exam", "oge", "tags"),
        ("licence", "cc-by", "licence"),
        ("certificate", "free", "certificate"),
    }
    assert {m.raw for m in record.mapped if m.scheme == "subject"} == {"алгебре"}


def test_what_is_not_understood_is_kept() -> None:
    record = make(
        subject="Вышивание гладью", type="Брошюрка", category="Уголок мечты", audience="космонавты",
        licence="как договоримся", language="эльфийский", grade="все наши",
    )  # fmt: skip
    assert {(u.scheme, u.raw) for u in record.unmapped} == {
        ("subject", "Вышивание гладью"),
        ("material-type", "Брошюрка"),
        ("category", "Уголок мечты"),
        ("audience", "космонавты"),
        ("licence", "как договоримся"),
        ("language", "эльфийский"),
        ("level", "все наши"),
    }


def test_values_that_say_nothing_are_not_unmapped() -> None:
    record = make(
        subject="Разное", type="Прочее", category=["Главная", "Файлы"], audience="все желающие"
    )
    assert record.unmapped == ()


def test_a_local_mapping_reaches_old_raw_values() -> None:
    item = Item(
        source="t", url="https://portal.example/x", title="Заметка", category=("Зелёная папка",)
    )
    before = normalise(item, SOURCE)
    assert [(u.scheme, u.raw) for u in before.unmapped] == [("category", "Зелёная папка")]
    local = load({("category", "зелёная папка"): "handout"})
    after = normalise(item, SOURCE, vocabularies=local)
    assert (after.type, after.unmapped) == ("handout", ())


def test_bad_input_is_kept_and_counted() -> None:
    record = make(
        title="<b>Тест</b> 7 класс " + "о дробях " * 1_200, grade="5", subject="Matematika", published="01.01.1812",
        url="https://portal.example/1",
    )  # fmt: skip
    assert {(p.field, p.code) for p in record.problems} == {
        ("title", "html"),
        ("title", "too-long"),
        ("subject", "latin-letters"),
        ("grades", "contradiction"),
        ("published", "implausible"),
    }
    assert (record.subjects, record.grades, record.published) == (("mathematics",), (5,), None)


def test_contradicting_subjects_are_a_problem() -> None:
    record = make(title="Урок физики", subject="Музыка")
    assert record.subjects == ("music",)
    assert [(p.field, p.code) for p in record.problems] == [("subjects", "contradiction")]
    assert make(title="Урок геометрии", subject="Математика").problems == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://creativecommons.org/licenses/by-nc-sa/3.0/deed.ru", "cc-by-nc-sa"),
        ("CC BY-SA 4.0", "cc-by-sa"),
        ("cc by", "cc-by"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "cc0-1.0"),
        ("Creative Commons Attribution", "cc-by"),
        ("Все права защищены", "all-rights-reserved"),
        ("Копирование запрещено!", "all-rights-reserved"),
        ("общественное достояние", "public-domain"),
        ("только для некоммерческого использования", "non-commercial"),
        ("CC BY-ND-SA", None),
        ("по любви", None),
    ],
)
def test_licences(text: str, expected: str | None) -> None:
    assert find_licence(text, load()) == expected


def test_licence_of_the_source_and_absence() -> None:
    assert make().licence is None
    source = replace(SOURCE, licence="CC BY 4.0")
    record = normalise(Item(source="t", url="https://p.example/1", title="Урок"), source)
    assert record.licence == "cc-by"
    assert ("licence", "source") in [(m.scheme, m.where) for m in record.mapped]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Урок английского языка: My family and other animals", "ru"),
        ("The lesson is about the history of London", "en"),
        ("Der Lehrer und die Schule sind nicht weit von hier", "de"),
        ("Le livre est sur la table et les enfants jouent", "fr"),
        ("Урок української мови: її історія і сьогодення", "uk"),
        ("Қазақ тілі сабағы, оқушылар", "kk"),
        ("ОГЭ", "ru"),
        ("12345", None),
        ("Spotlight", None),
    ],
)
def test_languages(text: str, expected: str | None) -> None:
    assert detect(text) == expected


def test_stated_language_wins() -> None:
    assert make(language="English").language == "en"
    assert make(language="ru-RU").language == "ru"


def test_copies_have_one_hash_and_short_texts_none_but_their_own() -> None:
    one = make(title="Дроби - Portal", body=f"<p>{BODY}</p>")
    other = make(title="«ДРОБИ»", body=BODY.upper().replace(",", " —"), url="https://q.example/2")
    assert one.content_hash == other.content_hash
    assert one.content_hash != make(title="Дроби", body=BODY + " Конец").content_hash
    short = make(title="Урок"), make(title="Урок", url="https://portal.example/y")
    assert short[0].content_hash != short[1].content_hash


def test_tags_are_cleaned_once_each() -> None:
    assert make(tags=["дроби", " дроби ", "<b>5</b>", "a@b.ru"]).tags == ("дроби", "5")


def test_audiences() -> None:
    assert make(audience="Учителя, воспитатели ДОУ").audiences == ("teachers", "preschool-teachers")
    assert make(title="Памятка для родителей").audiences == ("parents",)
    assert make(title="Родители и дети").audiences == ()
    assert make(audience="5-9 классы").grades == (5, 6, 7, 8, 9)
