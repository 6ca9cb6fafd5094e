"""Kinds, stages and facts of events; dates; certificates."""

from __future__ import annotations

import datetime as dt

import pytest

from netmeta.model import Item, Record, Source
from netmeta.normalise import is_over, normalise
from netmeta.normalise.certificates import find_fee, normalise_certificate
from netmeta.normalise.stages import stage_kind
from netmeta.vocabularies import load

SOURCE = Source(name="t", kind="site", url="https://portal.example/", title="Portal")
FETCHED = dt.datetime(2025, 11, 20, 9, tzinfo=dt.UTC)
DAY = dt.date


def make(**fields: object) -> Record:
    raw = {"source": "t", "url": "https://portal.example/x", "title": "Заметка", **fields}
    return normalise(Item.from_dict(raw), SOURCE, fetched_at=FETCHED)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"kind": "event", "title": "Что-то"}, "event"),
        ({"kind": "Новость", "title": "Что-то"}, "news"),
        ({"title": "Всероссийский конкурс «Учитель года»"}, "event"),
        ({"title": "Вебинар по физике"}, "event"),
        ({"title": "Курсы повышения квалификации учителей"}, "course"),
        ({"title": "Сценарий конкурса чтецов"}, "material"),
        ({"title": "Положение о конкурсе"}, "material"),
        ({"title": "Конкурс «А ну-ка, девочки»", "type": "Сценарий"}, "material"),
        ({"title": "Проект «Вода»"}, "material"),
        ({"title": "Проект «Вода»", "dates": {"Приём заявок": "до 1 мая"}}, "event"),
        ({"title": "Мастер-класс «Оригами»"}, "material"),
        ({"title": "Мастер-класс «Оригами»", "type": "Мастер-класс"}, "event"),
        ({"title": "Итоги года", "category": "Новости"}, "news"),
        ({"title": "Итоги года", "url": "https://p.su/news/2011-10-12-5"}, "news"),
        ({"title": "Дроби", "category": "Конкурсы"}, "event"),
        ({"title": "Роль конкурсов в школе"}, "material"),
        ({"title": "Дроби"}, "material"),
    ],
)
def test_kind(fields: dict[str, object], kind: str) -> None:
    assert make(**fields).kind == kind


def test_unknown_kind_is_a_problem() -> None:
    record = make(kind="посиделки", title="Вебинар")
    assert record.kind == "event"
    assert [(p.field, p.code, p.value) for p in record.problems] == [
        ("kind", "unknown-kind", "посиделки")
    ]


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Приём работ", "submission"),
        ("Прием заявок", "registration"),
        ("Регистрация участников", "registration"),
        ("Срок подачи работ", "submission"),
        ("Дата и время", "held"),
        ("Сроки проведения", "held"),
        ("Когда", "held"),
        ("Итоги", "results"),
        ("Подведение итогов и награждение", "results"),
        ("Объявление результатов голосования", "results"),
        ("Голосование", "voting"),
        ("Оценка работ жюри", "voting"),
        ("EventStart", "held"),
        ("Примечание", "other"),
    ],
)
def test_stage_kinds(label: str, kind: str) -> None:
    assert stage_kind(label) == kind


def test_a_contest_has_several_stages() -> None:
    record = make(
        title="Всероссийский конкурс «Учитель года»",
        dates={
            "Регистрация": "с 1 по 20 декабря 2025",
            "Приём работ": "до 31 марта",
            "Голосование": "1–10 апреля 2026 г.",
            "Итоги": "15 апреля",
        },
    )
    assert [(s.kind, s.start, s.end) for s in record.stages] == [
        ("registration", DAY(2025, 12, 1), DAY(2025, 12, 20)),
        ("submission", None, DAY(2026, 3, 31)),
        ("voting", DAY(2026, 4, 1), DAY(2026, 4, 10)),
        ("results", DAY(2026, 4, 15), DAY(2026, 4, 15)),
    ]
    assert record.stages[1].label == "Приём работ"
    assert record.stages[1].text == "до 31 марта"
    assert record.status == "scheduled"
    assert record.problems == ()
    assert not is_over(record.stages, DAY(2026, 4, 15))
    assert is_over(record.stages, DAY(2026, 4, 16))
    assert not is_over((), DAY(2026, 4, 16))


def test_time_of_a_webinar_is_an_instant() -> None:
    record = make(
        kind="event",
        title="Вебинар",
        dates={"Дата и время": "15 января 2026 года (четверг) в 14:00"},
    )
    assert record.stages[0].start_at == dt.datetime(2026, 1, 15, 11, tzinfo=dt.UTC)


def test_start_and_end_are_one_stage() -> None:
    record = make(
        kind="event", title="Форум", dates={"Начало": "10.12.2025", "Окончание": "12.12.2025"}
    )
    assert [(s.kind, s.start, s.end) for s in record.stages] == [
        ("held", DAY(2025, 12, 10), DAY(2025, 12, 12))
    ]
    alone = make(kind="event", title="Форум", dates={"Окончание": "12.12.2025"})
    assert [(s.start, s.end) for s in alone.stages] == [(None, DAY(2025, 12, 12))]


def test_an_opening_is_a_day_and_a_beginning_is_not() -> None:
    def days(dates: dict[str, str]) -> list[tuple[dt.date | None, dt.date | None]]:
        stages = make(kind="event", title="Выставка рисунков", dates=dates).stages
        return [(stage.start, stage.end) for stage in stages]

    first, last = DAY(2026, 5, 15), DAY(2026, 5, 30)
    assert days({"Открытие выставки": "15 мая 2026"}) == [(first, first)]
    assert days({"Начало приёма работ": "15 мая 2026"}) == [(first, None)]
    assert days({"Открытие регистрации": "15 мая 2026"}) == [(first, None)]
    both = {"Открытие выставки": "15 мая 2026", "Закрытие выставки": "30 мая 2026"}
    assert days(both) == [(first, last)]


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        ({"Приём работ": "уточняется"}, "unreadable"),
        ({"Приём работ": "до 31 марта 1812 года"}, "implausible"),
        ({"Приём работ": "31.12.2999"}, "implausible"),
        ({"Приём работ": "31 февраля 2026"}, "unreadable"),
        ({"Начало": "12.12.2025", "Окончание": "10.12.2025"}, "reversed"),
    ],
)
def test_bad_dates_are_kept_as_words(dates: dict[str, str], code: str) -> None:
    record = make(kind="event", title="Конкурс", dates=dates)
    assert [(p.field, p.code) for p in record.problems] == [("dates", code)]
    assert [stage.text for stage in record.stages] == list(dates.values())
    if code != "reversed":
        assert record.stages[0].start is None
        assert record.stages[0].end is None


def test_facts_from_labelled_lines() -> None:
    record = make(
        kind="event",
        title="Конкурс «Лучший урок»",
        description=(
            "Организатор: Дом учителя\nНоминации: «Урок года»; «Дебют»; «Мастер»\n"
            "Место проведения: г. Орёл, ул. Мира, 1\nПриём работ: до 1 марта 2026\n"
            "Организационный взнос — 200 руб. Всем участникам бесплатный сертификат."
        ),
    )
    assert record.organiser == "Дом учителя"
    assert record.nominations == ("«Урок года»", "«Дебют»", "«Мастер»")
    assert record.place == "г. Орёл, ул. Мира, 1"
    assert record.online is False
    assert record.fee == "200 руб."
    assert record.certificate == "free"
    assert [(s.kind, s.end) for s in record.stages] == [("submission", DAY(2026, 3, 1))]


@pytest.mark.parametrize(
    ("fields", "online"),
    [
        ({"place": "Zoom"}, True),
        ({"place": "онлайн"}, True),
        ({"place": "Москва"}, False),
        ({"title": "Вебинар"}, True),
        ({"title": "Дистанционная олимпиада"}, True),
        ({"title": "Олимпиада"}, None),
    ],
)
def test_online(fields: dict[str, object], online: bool | None) -> None:
    assert make(kind="event", **fields).online is online


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("Конкурс отменён", "cancelled"),
        ("Сроки конкурса продлены: приём работ продлён", "moved"),
        ("Вебинар перенесён", "moved"),
        ("Конкурс завершён", "over"),
        ("Конкурс", None),
    ],
)
def test_status(title: str, status: str | None) -> None:
    assert make(kind="event", title=title).status == status


@pytest.mark.parametrize(
    ("stated", "text", "kind", "price"),
    [
        ("бесплатно", "", "free", None),
        ("Бесплатный сертификат", "", "free", None),
        ("150 руб.", "", "paid", "150 руб."),
        ("диплом — от 200 ₽", "", "paid", "от 200 ₽"),
        ("платный", "", "paid", None),
        ("не выдаётся", "", "none", None),
        ("нет", "", "none", None),
        ("уточняется", "", "unknown", None),
        (None, "Участие 300 руб. Сертификат бесплатный.", "free", None),
        (None, "Диплом участника стоит 1 200 рублей", "paid", "1 200 рублей"),
        (None, "Всем сертификаты!", "unknown", None),
        (None, "Бесплатные завтраки", "unknown", None),
    ],
)
def test_certificates(stated: str | None, text: str, kind: str, price: str | None) -> None:
    found = normalise_certificate(stated, text, load())
    assert (found.certificate, found.price) == (kind, price)


def test_unknown_certificate_is_unmapped() -> None:
    assert [(u.scheme, u.raw) for u in make(certificate="ленточка").unmapped] == [
        ("certificate", "ленточка")
    ]


def test_a_local_mapping_of_a_certificate() -> None:
    item = Item(source="t", url="https://p.example/1", title="Конкурс", certificate="ленточка")
    local = load({("certificate", "ленточка"): "free"})
    record = normalise(item, SOURCE, vocabularies=local)
    assert (record.certificate, record.unmapped) == ("free", ())


def test_fees() -> None:
    assert find_fee("Участие бесплатное") == "бесплатно"
    assert find_fee("Оргвзнос: 150 руб.") == "150 руб."
    assert find_fee("Участие открытое") is None


@pytest.mark.parametrize(
    ("published", "url", "day"),
    [
        ("24.01.2012 - 19:42", "https://p.example/x", DAY(2012, 1, 24)),
        ("2010-06-21T23:07:43+04:00", "https://p.example/x", DAY(2010, 6, 21)),
        ("2024-02-29", "https://p.example/x", DAY(2024, 2, 29)),
        ("вчера", "https://p.example/x", DAY(2025, 11, 19)),
        (None, "https://nsportal.ru/shkola/algebra/library/2013/02/11/x", DAY(2013, 2, 11)),
        (None, "https://p.su/news/2011-10-12-5", DAY(2011, 10, 12)),
        (None, "https://p.su/a/2011/13/40/x", None),
        (None, "https://p.example/x", None),
    ],
)
def test_published(published: str | None, url: str, day: dt.date | None) -> None:
    record = make(published=published, url=url)
    assert record.published == day
    assert record.problems == ()


@pytest.mark.parametrize(
    ("published", "code"),
    [
        ("01.01.1970", "implausible"),
        ("12.12.2101", "implausible"),
        ("1812 год", "implausible"),
        ("когда-то", "unreadable"),
        ("31.02.2024", "unreadable"),
        ("март 2019", "imprecise"),
    ],
)
def test_odd_publication_dates(published: str, code: str) -> None:
    record = make(published=published)
    assert [(p.field, p.code, p.value) for p in record.problems] == [("published", code, published)]
    assert record.published == (DAY(2019, 3, 1) if code == "imprecise" else None)


def test_publication_among_the_dates_is_no_stage() -> None:
    record = make(dates={"Опубликовано": "24.01.2012"})
    assert (record.published, record.stages) == (DAY(2012, 1, 24), ())
