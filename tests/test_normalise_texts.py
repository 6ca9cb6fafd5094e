"""Titles, people and contact data."""

from __future__ import annotations

import pytest

from netmeta.model import Item, ItemAttachment, Person, Source
from netmeta.normalise import normalise, scrub
from netmeta.normalise.contacts import CONTACT, LOGIN, is_login, without_contacts
from netmeta.normalise.people import find_people
from netmeta.normalise.titles import MAX_TITLE_CHARS, clean_title, plain

SOURCE = Source(name="t", kind="site", url="https://portal.example/", title="Школа радости")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Лирика Фета. 10-й класс - Открытый урок", "Лирика Фета. 10-й класс"),
        ("Дроби | Инфоурок", "Дроби"),
        ("Инфоурок / Дроби", "Дроби"),
        ("Дроби — Школа радости", "Дроби"),
        ("Дроби - portal.example", "Дроби"),
        ("«Дроби»", "Дроби"),
        ('"Дроби', "Дроби"),
        ("Урок «Дроби»", "Урок «Дроби»"),
        ("«Война» и «Мир»", "«Война» и «Мир»"),
        ("Дроби.", "Дроби"),
        ("Урок № 5. Дроби.", "Урок № 5. Дроби."),
        ("И так далее...", "И так далее..."),
        ("  Дроби \n и  проценты ", "Дроби и проценты"),
        ("<b>Дроби</b>&nbsp;&amp;quot;5&amp;quot;", 'Дроби "5"'),
        ("Если a < b и b > c, то…", "Если a < b и b > c, то…"),
        ("drobi.docx", "drobi"),
        ("- Дроби -", "Дроби"),
        ("УРОК ФИЗИКИ. ЗАКОН ОМА", "Урок физики. Закон ома"),
        ("ПОДГОТОВКА К ЕГЭ ПО ФИЗИКЕ В XI КЛАССЕ", "Подготовка к ЕГЭ по физике в XI классе"),
        ("ЕГЭ 2024", "ЕГЭ 2024"),
        ("***", "Без названия"),
    ],
)
def test_titles(raw: str, expected: str) -> None:
    sites = frozenset(("школа радости", "portal.example"))
    title, _ = clean_title(raw, sites)
    assert title == expected
    assert clean_title(title, sites)[0] == title


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("<i>Дроби</i>", "html"),
        ("УРОК ФИЗИКИ В ШКОЛЕ", "shouting"),
        ("слово " * 2_000, "too-long"),
        ("—", "empty"),
    ],
)
def test_odd_titles_are_kept_and_counted(raw: str, code: str) -> None:
    item = Item(source="t", url="https://portal.example/1", title=raw)
    record = normalise(item, SOURCE)
    assert [(p.field, p.code) for p in record.problems] == [("title", code)]
    assert 0 < len(record.title) <= MAX_TITLE_CHARS
    assert record.raw is not None
    assert record.raw.title == raw


def test_markup_that_is_no_markup_stays() -> None:
    assert plain("x<y & y>z, 2<3") == "x<y & y>z, 2<3"
    assert plain("<script>alert(1)</script>Урок") == "alert(1) Урок"


TEACHER = "учитель математики"
SCHOOL = "МБОУ СОШ № 5"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Иванова М. И.", [("Иванова М. И.", None, None)]),
        ("Иванова М.И.", [("Иванова М. И.", None, None)]),
        ("М.И. Иванова", [("М. И. Иванова", None, None)]),
        ("Иванова Мария Ивановна", [("Иванова Мария Ивановна", None, None)]),
        ("ИВАНОВА МАРИЯ ИВАНОВНА", [("Иванова Мария Ивановна", None, None)]),
        ("Автор: Петров Пётр", [("Петров Пётр", None, None)]),
        ("Демир-оол Светлана Арияевна", [("Демир-оол Светлана Арияевна", None, None)]),
        ("John Smith", [("John Smith", None, None)]),
        (f"Иванова Мария Ивановна, {TEACHER} {SCHOOL}", [("Иванова Мария Ивановна", TEACHER, SCHOOL)]),
        (f"Иванова М. И., {TEACHER}, {SCHOOL}", [("Иванова М. И.", TEACHER, SCHOOL)]),
        ("Воспитатель Зайцева А. П.", [("Зайцева А. П.", "Воспитатель", None)]),
        (
            "Иванова М. И., Петрова А. А.",
            [("Иванова М. И.", None, None), ("Петрова А. А.", None, None)],
        ),
        (
            "Иванова Мария и Петрова Анна",
            [("Иванова Мария", None, None), ("Петрова Анна", None, None)],
        ),
        (
            "Сидорова О. П., педагог-психолог, МБДОУ «Детский сад № 7»",
            [("Сидорова О. П.", "педагог-психолог", "МБДОУ «Детский сад № 7»")],
        ),
        ("Выполнила: ученица 5 класса Петрова Анна", [("Петрова Анна", "ученица 5 класса", None)]),
    ],
)  # fmt: skip
def test_people(line: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    found = find_people((line,))
    assert [(p.name, p.role, p.organisation) for p in found.people] == expected
    assert found.problems == ()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("admin", "login-removed"),
        ("Super User", "login-removed"),
        ("marina_85", "login-removed"),
        ("Ivanova", "login-removed"),
        ("ivanova@mail.ru", "contact-removed"),
        ("8 911 742 87 54", "contact-removed"),
        ("Администратор сайта", "no-person"),
        ("Редакция", "no-person"),
        ("Учитель математики", "unclear-author"),
        ("Солнышко", "unclear-author"),
    ],
)
def test_credits_that_are_no_people(line: str, code: str) -> None:
    item = Item(source="t", url="https://portal.example/1", title="Урок", authors=(line,))
    record = normalise(item, SOURCE)
    assert record.authors == ()
    assert [(p.field, p.code) for p in record.problems] == [("authors", code)]


def test_a_name_beside_an_address_stays() -> None:
    item = Item(
        source="t",
        url="https://portal.example/1",
        title="Урок",
        authors=("Иванова Мария Ивановна, ivanova@mail.ru, тел. 8 (911) 742-87-54",),
    )
    record = normalise(item, SOURCE)
    assert [person.name for person in record.authors] == ["Иванова Мария Ивановна"]
    assert "mail.ru" not in repr(record)
    assert "742" not in repr(record)


def test_a_school_alone_is_the_organisation() -> None:
    found = find_people(("МБОУ «Гимназия № 1» г. Орла",))
    assert (found.people, found.organisation) == ((), "МБОУ «Гимназия № 1» г. Орла")


@pytest.mark.parametrize(
    "text",
    [
        "8 911 742 87 54", "+7 (912) 345-67-89", "8(499)123-45-67", "89123456789", "тел. 377-08-65",
        "Телефон: 2-34-56", "тел. ф. 377 – 08 – 65, 372-26 - 01", "a.b-c@mail.ru", "ivan (at) mail.ru",
        "моб. +79123456789",
    ],
)  # fmt: skip
def test_contacts_go(text: str) -> None:
    cleaned = without_contacts(f"Пишите: {text}. Спасибо")
    assert CONTACT in cleaned
    assert not any(map(str.isdigit, cleaned))
    assert "@" not in cleaned
    assert without_contacts(cleaned) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "1941-1945", "2023-2024 учебный год", "ISBN 978-5-09-026885-1", "20 000 000 рублей", "8 класс",
        "8.12.2023 15:30", "собака — друг человека", "знак @ в адресе", "учитель 5 класса", "№ 8-123",
        "телефон изобрёл Белл в 1876 году",
    ],
)  # fmt: skip
def test_other_numbers_stay(text: str) -> None:
    assert without_contacts(text) == text


def test_logins() -> None:
    assert all(map(is_login, ("admin", "Гость", "user12", "ivanova", "Мария_77")))
    assert not any(map(is_login, ("Иванова", "Иванова М. И.", "Мария Петрова", "12", "")))


def test_scrub_reaches_every_field_and_normalising_sees_no_difference() -> None:
    secret, phone = "secret@mail.ru", "8 911 742 87 54"
    text = f"Пишите {secret} или {phone}"
    item = Item(
        source="t", url="https://portal.example/1", title=f"Урок {secret}", subtitle=text,
        description=text, body=text, authors=("admin", f"Иванова М. И., {secret}"),
        organisation=f"МБОУ СОШ № 5, {phone}", subject=(text,), grade=(text,), type=(text,),
        category=(text,), tags=(secret, "дроби"), dates={text: text}, place=text, audience=(text,),
        certificate=text, licence=text,
        attachments=(ItemAttachment(url="/a.doc", name=text, size="1 КБ"),),
        unknown={"author_email": secret, "deep": [{"note": text, "phone": 123456}], "n": 5},
    )  # fmt: skip
    clean = scrub(item)
    for kept in (clean.to_json(), repr(normalise(item, SOURCE))):
        assert secret not in kept
        assert "742" not in kept
        assert "123456" not in kept
    assert clean.authors[0] == LOGIN
    assert clean.unknown["n"] == 5
    assert scrub(clean) == clean
    assert normalise(clean, SOURCE) == normalise(item, SOURCE)
    assert normalise(item, SOURCE).tags == ("дроби",)


def test_person_keeps_the_portals_words() -> None:
    (person,) = find_people((f"Автор: Иванова М.И., {TEACHER} {SCHOOL}",)).people
    assert person == Person(
        name="Иванова М. И.",
        role=TEACHER,
        organisation=SCHOOL,
        raw=f"Иванова М.И., {TEACHER} {SCHOOL}",
    )
