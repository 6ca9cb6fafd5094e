"""The uCoz family: address grammar on every real form, entry pages in several themes."""

from __future__ import annotations

import datetime as dt

import pytest

from netmeta.harvest.families.markup import Markup
from netmeta.harvest.families.ucoz_entry import NotAnEntryError, read_entry
from netmeta.harvest.families.ucoz_urls import classify
from netmeta.harvest.labels import dates, field_of, labelled
from netmeta.replicas.days import say

URL = "https://a.ru/load/1-1-0-5"

# Forms of portals.md, each with what it is, its module and the number that identifies an entry.
FORMS = [
    ("/load/111-1-0-57807", "entry", "load", 57807),
    ("/load/54-1-0-278", "entry", "load", 278),
    ("/publ/13-1-0-7468", "entry", "publ", 7468),
    ("/load/x/y/28-1-0-702", "entry", "load", 702),
    ("/load/angl_jaz/urok/28-1-0-702/", "entry", "load", 702),
    ("/load/filosofija/28-2-0-15.html", "entry", "load", 15),
    ("/news/2012-05-28-117", "entry", "news", 117),
    ("/news/konkurs/2012-05-28-117", "entry", "news", 117),
    ("/blog/2020-01-31-5", "entry", "blog", 5),
    ("/load/", "listing", "load", None),
    ("/load", "listing", "load", None),
    ("/load/111-2", "listing", "load", None),
    ("/load/filosofija/28", "listing", "load", None),
    ("/publ/13", "listing", "publ", None),
    ("/publ/13-2-2", "listing", "publ", None),
    ("/news/3", "listing", "news", None),
    ("/news/slug/1-0-9", "listing", "news", None),
    ("/load/?page2", "listing", "load", None),
    ("/news/?page=2", "listing", "news", None),
    ("/blog/2022-05", "archive", "blog", None),
    ("/news/2022-05-12", "archive", "news", None),
    ("/load/0-0-0-278-20", "download", "load", 278),
    ("/load/0-0-1-278-20", "download", "load", 278),
    ("/load/rss/", "feed", "load", None),
    ("/publ/rss/", "feed", "publ", None),
    ("/index/0-44", "static", "index", 44),
    ("/index/o_sajte/0-2", "static", "index", 2),
    ("/index/8-1523", "profile", "index", 1523),
    ("/index/1", "other", "index", None),
    ("/forum/12-345-2", "forum", "forum", None),
    ("/load/0-5-0-17", "other", "load", None),
    ("/load/7-0-0-1", "other", "load", None),
    ("/abnl/?adsdata=abc", "other", "abnl", None),
    ("/search/?q=дроби", "other", "search", None),
    ("/load/111-1-0-57807?print=1", "other", "load", None),
    ("/", "other", "", None),
    ("/shop/kniga", "other", "shop", None),
]


@pytest.mark.parametrize(("path", "kind", "module", "number"), FORMS)
def test_address_grammar(path: str, kind: str, module: str, number: int | None) -> None:
    found = classify(f"https://pedsovet.su{path}")
    assert (found.kind, found.module, found.number) == (kind, module, number)


def test_an_entry_is_one_under_all_its_categories() -> None:
    one, other = classify("https://a.ru/load/1-1-0-5"), classify("https://a.ru/load/slug/77-1-0-5")
    assert one.key == other.key == "load-5"
    assert classify("https://a.ru/load/1").key == ""


DEFAULT = """<title>Дроби - Математика - Каталог - Сайт</title><div class="eTitle">Урок: дроби</div>
<table class="eBlock"><tr><td class="eAttach">[ <a href="/load/0-0-0-5-20">urok.doc</a> (32 Kb) ]</td></tr>
<tr><td class="eMessage"><p>Цель урока.</p><ul><li>доска</li><li>мел</li></ul>
<p><b>Автор:</b> Иванова М. И.<br>Приём работ: до 31 марта<br>Итог: все молодцы</p><script>x()</script></td></tr>
<tr><td class="eDetails"><span class="e-category">Категория: <span class="ed-value"><a href="/load/12">Математика</a></span></span>
| Просмотров: <b>1 903</b> | Загрузок: 15 | <span class="e-date"><span class="ed-value" title="11:46">28.05.2022</span></span> | Рейтинг: 4.5/2</td></tr></table>
<div id="allEntries"></div>"""


def test_entry_of_the_default_theme() -> None:
    item = read_entry(Markup(DEFAULT, URL), URL, source="s", key="load-5", kind="material")
    assert item.title == "Урок: дроби"
    assert (item.body or "").startswith("Цель урока.\nдоска\nмел\nАвтор: Иванова М. И.")
    assert "x()" not in (item.body or "")
    assert item.authors == ("Иванова М. И.",)
    assert item.published == "28.05.2022 11:46"
    assert item.category == ("Математика",)
    assert item.dates == {"Приём работ": "до 31 марта"}
    assert (item.views, item.downloads, item.rating) == ("1903", "15", "4.5")
    (file,) = item.attachments
    assert (file.url, file.name, file.size) == ("https://a.ru/load/0-0-0-5-20", "urok.doc", "32 Kb")


def test_title_and_body_without_any_known_class() -> None:
    page = "<title>Дроби - Математика - Сайт</title><!-- <body> --><p>Текст</p><!-- </body> -->"
    item = read_entry(Markup(page, URL), URL, source="s", key="load-5", kind=None)
    assert (item.title, item.body) == ("Дроби", "Текст")


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (
            "<h1>Новости</h1><div class=text>а</div><div id=allEntries><div id=entryID1></div><div id=entryID2></div></div>",
            "soft 404",
        ),
        ("<h1>Урок</h1><div class=noAccess>Только для зарегистрированных</div>", "login wall"),
        ("<p>пусто</p>", "not an entry page"),
    ],
)
def test_pages_that_are_no_entry(page: str, reason: str) -> None:
    with pytest.raises(NotAnEntryError, match=reason):
        read_entry(Markup(page, URL), URL, source="s", key="load-5", kind=None)


@pytest.mark.parametrize(
    ("label", "value", "field"),
    [
        ("Приём работ", "до 31 марта", "dates"),
        ("Сроки проведения", "17.02.2026 - 18.02.2026", "dates"),
        ("Дата и время", "15 января 2026 года в 14:00", "dates"),
        ("Итоги", "в конце мая", "dates"),
        ("Итоги", "все молодцы", None),
        ("Место проведения", "онлайн", "place"),
        ("Целевая аудитория", "учителя химии", "audience"),
        ("Форма проведения", "вебинар", "type"),
        ("Организатор", "методический совет", "organisation"),
        ("Сертификаты и дипломы", "бесплатно", "certificate"),
        ("Классный час", "45 минут", None),
        ("Оборудование", "мел, 2 доски", None),
        ("Выставка находок", "1-21 декабря 2026 г.", "dates"),
        ("Выставка находок", "с 3 до 9 сент.", "dates"),
        ("Выставка находок", "до 12.05.2026 г.", "dates"),
        ("Игра в парах", "3-5 минут", None),
        ("Игра в парах", "до 45 минут", None),
    ],
)
def test_labels(label: str, value: str, field: str | None) -> None:
    assert field_of(label, value) == field


@pytest.mark.parametrize("form", ["until", "until-year", "from-to", "dash", "dotted"])
def test_a_stage_of_any_name_is_known_by_its_days_on_every_day_of_the_year(form: str) -> None:
    """Two days in one month are written otherwise than two days in two: tests of one day miss that."""
    for start in (dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(366)):
        text, _ = say(form, start, start + dt.timedelta(days=20))
        assert field_of("Выставка находок", text) == "dates", text


def test_labelled_lines_keep_their_words() -> None:
    facts = labelled("Вступление\nРегистрация: до 3 декабря 2026 года\nА это просто: нет")
    assert dates(facts) == {"Регистрация": "до 3 декабря 2026 года"}


def test_a_headline_that_begins_like_a_counter_is_none() -> None:
    assert field_of("Загрузка архивов", "что изменилось") is None
    assert field_of("Загрузок", "15") == "downloads"
