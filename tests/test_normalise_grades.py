"""Classes and levels: every way of writing them that was seen, and the order of trust."""

from __future__ import annotations

import pytest

from netmeta.model import Item, Source
from netmeta.normalise import normalise
from netmeta.normalise.class_numbers import find_grades
from netmeta.vocabularies.words import tokens

SOURCE = Source(name="test", kind="jsonl", url="https://portal.example/", title="Test portal")


def grades(**fields: object) -> tuple[int, ...]:
    raw = {"source": "t", "url": "https://portal.example/x", "title": "Заметка", **fields}
    return normalise(Item.from_dict(raw), SOURCE).grades


WRITTEN = {
    "5 класс": (5,),
    "5 кл": (5,),
    "5кл.": (5,),
    "5класс": (5,),
    "5-й класс": (5,),
    "5 - й класс": (5,),
    "5-го класса": (5,),
    "в 5-х классах": (5,),
    "5-ом классе": (5,),
    "5а": (5,),
    "5А класс": (5,),
    "5 А класс": (5,),
    "5-А класс": (5,),
    "5 «А»": (5,),
    "(8 А)": (8,),
    "в 8 А": (8,),
    "8 В сетях": (),
    "5 «А» класс": (5,),
    '5 "б" класс': (5,),
    "6 «а», «б» кл.": (6,),
    "5А, 5Б классы": (5,),
    "5А и 6Б классы": (5, 6),
    "V класс": (5,),
    "Х класс": (10,),
    "IX–XI классы": (9, 10, 11),
    "5-9 классы": (5, 6, 7, 8, 9),
    "5 – 9 классов": (5, 6, 7, 8, 9),
    "с 5 по 9 класс": (5, 6, 7, 8, 9),
    "5-6-е классы": (5, 6),
    "5-х - 6-х классов": (5, 6),
    "5, 6 и 7 классы": (5, 6, 7),
    "5/6 класс": (5, 6),
    "1, 2, 3, 4 класс": (1, 2, 3, 4),
    "1-2, 5 классы": (1, 2, 5),
    "1-2, 3-4 классы": (1, 2, 3, 4),
    "для пятого класса": (5,),
    "в пятом и шестом классах": (5, 6),
    "пятые – седьмые классы": (5, 6, 7),
    "пятиклассники": (5,),
    "для первоклассников и их родителей": (1,),
    "одиннадцатиклассницы": (11,),
    "5-классники": (5,),
    "4 кл—5 кл": (4, 5),
    "5 класс – 7 класс": (5, 6, 7),
    "класс: 5": (5,),
    "Классы 5-9": (5, 6, 7, 8, 9),
    "для 10–11 классов": (10, 11),
    "7 коррекционный класс": (7,),
    "Урок 3, 5 класс": (5,),
    "СОШ № 7, 5 класс": (5,),
    "Урок 7 - 5 класс": (5,),
    "2024 5 класс": (5,),
    "№ 12. 5 класс": (5,),
    "12 класс": (),
    "0 класс": (0,),
    "мастер-класс": (),
    "первый класс опасности": (),
    "7th form": (7,),
    "Form 5. Unit 2": (5,),
    "Grades 5-6": (5, 6),
    "in the form 3 times": (),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_written(text: str) -> None:
    assert find_grades(tokens(text)).grades == WRITTEN[text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", (5,)),
        ("5-9", (5, 6, 7, 8, 9)),
        ("5, 6", (5, 6)),
        ("0", (0,)),
        ("V", (5,)),
        ("5 «Б»", (5,)),
        ("с 5 по 7", (5, 6, 7)),
        ("старшая группа", (0,)),
        ("Подготовительная к школе группа", (0,)),
        ("вторая младшая группа", (0,)),
        ("подг. гр.", (0,)),
        ("дети 5-6 лет", (0,)),
        ("дети 6-7 лет", (0,)),
        ("ребёнок 7 лет", ()),
        ("дошкольники", (0,)),
        ("Начальная школа", (1, 2, 3, 4)),
        ("Основная школа", (5, 6, 7, 8, 9)),
        ("старшеклассники", (10, 11)),
        ("СПО", ()),
        ("Для всех классов", ()),
    ],
)
def test_field_for_classes(text: str, expected: tuple[int, ...]) -> None:
    assert grades(grade=text) == expected


def test_order_of_trust() -> None:
    everything = {
        "grade": "1",
        "subtitle": "тест (2 класс)",
        "category": "3 класс",
        "tags": "4 класс",
        "title": "Тест. 5 класс",
        "url": "https://portal.example/test-6-klass",
    }
    for n, field in enumerate(list(everything), 1):
        assert grades(**everything)[0] == n
        del everything[field]


def test_a_title_narrows_its_shelf() -> None:
    assert grades(title="Тест. 7 класс", category="5-9 классы") == (7,)
    assert grades(title="Тест. 7 класс", grade="5-9") == (5, 6, 7, 8, 9)


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("konspekt-uroka-5-klass-5811245.html", (5,)),
        ("stsenarij_shkola_dobroty_dlya_5_h_klassov-214633", (5,)),
        ("rabochaia-proghramma-russkii-iazyk-6-kl", (6,)),
        ("tablitsa-nepravilnykh-glagolov-5-9-klass.html", (5, 6, 7, 8, 9)),
        ("kontrolnaya-rabota-2-5-klass", (5,)),
        ("plan-8-b-klassa", (8,)),
        ("9-maya-v-nashey-shkole", ()),
        ("10-1-0-57807", ()),
    ],
)
def test_address(slug: str, expected: tuple[int, ...]) -> None:
    assert grades(url=f"https://portal.example/{slug}") == expected


def test_contradiction_is_a_problem_and_the_field_wins() -> None:
    raw = {"source": "t", "url": "https://p.example/x", "title": "Тест. 7 класс", "grade": "5"}
    record = normalise(Item.from_dict(raw), SOURCE)
    assert record.grades == (5,)
    assert [(p.field, p.code, p.value) for p in record.problems] == [
        ("grades", "contradiction", "grade 5 ≠ title 7")
    ]


@pytest.mark.parametrize(
    ("text", "code"), [("15", "out-of-range"), ("9-5", "reversed-range"), ("0-99", "out-of-range")]
)
def test_impossible_classes_are_problems(text: str, code: str) -> None:
    raw = {"source": "t", "url": "https://p.example/x", "title": "Тест", "grade": text}
    record = normalise(Item.from_dict(raw), SOURCE)
    assert record.grades == ()
    assert [(p.field, p.code) for p in record.problems] == [("grade", code)]


def test_unknown_value_is_kept_as_unmapped() -> None:
    raw = {"source": "t", "url": "https://p.example/x", "title": "Тест", "grade": "третий поток"}
    record = normalise(Item.from_dict(raw), SOURCE)
    assert [(u.scheme, u.raw) for u in record.unmapped] == [("level", "третий поток")]


def test_levels_follow_classes_and_standards_give_no_classes() -> None:
    raw = {"source": "t", "url": "https://p.example/x", "title": "Тест", "grade": "4, 5"}
    assert normalise(Item.from_dict(raw), SOURCE).levels == ("primary", "basic")
    raw = {"source": "t", "url": "https://p.example/x", "title": "Новый ФГОС ООО: что меняется"}
    record = normalise(Item.from_dict(raw), SOURCE)
    assert (record.levels, record.grades) == (("basic",), ())
