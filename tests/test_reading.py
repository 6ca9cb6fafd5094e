"""PageReader on pages written by hand: which text is kept, and where each field comes from."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from netmeta.reading import Page, PageReader, wording
from netmeta.reading.lines import read_lines
from netmeta.reading.tree import parse
from netmeta.reading.wording import WORDINGS

URL = "https://shkola.example/shkola/algebra/library/2012/01/24/drobi"

PARAGRAPHS = (
    "На этом уроке пятиклассники впервые складывают обыкновенные дроби с разными знаменателями.",
    "Учитель раздаёт карточки, и каждая пара учеников решает по четыре примера, объясняя ход решения.",
    "В конце урока дети сами составляют задачу о пироге, который делят между гостями поровну.",
)
MENU = "".join(
    f'<li><a href="/{n}">{name}</a></li>'
    for n, name in enumerate(("Главная", "Новости", "Файлы", "Форум", "Контакты", "О школе"))
)


def article(*inside: str) -> str:
    return "".join(f"<p>{text}</p>" for text in inside or PARAGRAPHS)


def page(
    content: str | None = None,
    *,
    head: str = "",
    headline: str = "Сложение дробей",
    title: str = "Сложение дробей - Алгебра - Сайт школы",
    lang: str = "ru",
) -> bytes:
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}'
        f'</head><body><div id="top"><ul>{MENU}</ul></div><div class="content"><h1>{headline}</h1>'
        f"{article() if content is None else content}</div>"
        f"<div>© Сайт школы, все права защищены</div></body></html>"
    ).encode()


def read(body: bytes, url: str = URL, **headers: str) -> Page:
    return PageReader().read(body, url, headers)


# --- the text --------------------------------------------------------------------------------


def test_text_is_the_headline_and_the_paragraphs_a_line_each() -> None:
    found = read(page())
    assert found.text.split("\n") == ["Сложение дробей", *PARAGRAPHS]
    assert found.body.split("\n") == list(PARAGRAPHS)


def test_headings_lists_and_tables_survive() -> None:
    content = (
        f"<p>{PARAGRAPHS[0]}</p><h2>Ход урока</h2><ol><li>Устный счёт</li><li>Новая тема</li></ol>"
        "<table><tr><th>Этап</th><th>Минуты</th></tr><tr><td>Опрос</td><td>10</td></tr></table>"
        f"<p>{PARAGRAPHS[1]}</p><p>{PARAGRAPHS[2]}</p>"
    )
    assert read(page(content)).body.split("\n") == [
        PARAGRAPHS[0],
        "Ход урока",
        "- Устный счёт",
        "- Новая тема",
        "Этап | Минуты",
        "Опрос | 10",
        *PARAGRAPHS[1:],
    ]


def test_cells_that_lay_out_the_page_are_not_a_table() -> None:
    content = f"<table><tr><td>{PARAGRAPHS[0]}<br>{PARAGRAPHS[1]}</td><td>{PARAGRAPHS[2]}</td></tr></table>"
    assert read(page(content)).body.split("\n") == list(PARAGRAPHS)


def test_a_list_at_the_end_of_a_lesson_plan_stays() -> None:
    books = ["Виленкин Н. Я. Математика 5", "Ершова А. П. Работы", "Чесноков А. С. Материалы"]
    content = (
        article() + "<p>Литература</p><ul>" + "".join(f"<li>{b}</li>" for b in books) + "</ul>"
    )
    assert read(page(content)).body.split("\n")[-4:] == ["Литература", *(f"- {b}" for b in books)]


def test_lines_broken_by_br_are_lines() -> None:
    content = "<div>" + "<br><br>".join(PARAGRAPHS) + "</div>"
    assert read(page(content)).body.split("\n") == list(PARAGRAPHS)


def test_preformatted_lines_stay_lines() -> None:
    content = article() + "<pre>первая строка примера\nвторая строка примера</pre>" + article()
    assert "первая строка примера\nвторая строка примера" in read(page(content)).body


def test_lines_end_where_their_elements_do() -> None:
    root, _ = parse(
        "<ul><li>а <a>б <b>в</b></a> <i>г <svg><p>нет</p></svg>д</i></li><li><a> <b>е</b>ё </a>"
        "<ul><li>ж</ul>з</li>и</ul><pre><a>к</a>\n<b>л\nм</b> н</pre><div class=menu>о<br>п</div>р"
    )
    assert root is not None
    found = read_lines(root)
    assert [(line.text, line.link_words, found.tag(line)) for line in found.lines] == [
        ("а б в г д", 2, "li"),
        ("её", 1, "li"),
        ("ж", 0, "li"),
        ("з", 0, "li"),
        ("и", 0, "ul"),
        ("к", 1, "pre"),
        ("л", 0, "pre"),
        ("м н", 0, "pre"),
        ("о", 0, "div"),
        ("п", 0, "div"),
        ("р", 0, "body"),
    ]
    assert [line.text for line in found.lines if line.region] == ["о", "п"]
    inner = found.lines[2].block
    assert (found.first_line[inner], found.end_line[inner]) == (2, 3)
    assert found.tags[found.parents[found.parents[inner]]] == "li"


def test_no_more_pieces_are_remembered_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "_MAX_REMEMBERED", len(WORDINGS) + 10)
    for number in range(wording._MAX_REMEMBERED + 20):
        assert WORDINGS[f" слово  {number} "].text == f"слово {number}"
        assert len(WORDINGS) <= wording._MAX_REMEMBERED
    assert WORDINGS["Слово " * 30].words == 30
    assert "Слово " * 30 not in WORDINGS


@pytest.mark.parametrize(
    "junk",
    [
        '<div class="ya-share2">Поделиться в социальных сетях с друзьями и коллегами</div>',
        "<p>Читайте также: Умножение дробей в шестом классе</p>",
        '<div class="related"><p>Похожие материалы для учителя математики пятого класса</p></div>',
        "<script>var text = 'Скрипт не читают';</script>",
        "<style>.urok { color: red }</style>",
        "<nav><a href='/a'>Вперёд к урокам</a></nav>",
        "<p><a href='/b'>Все уроки по теме дробей для пятого класса</a></p>",
        "<p>Просмотров: 512</p>",
        '<form><select><option>Выберите класс</option></select><input value="Искать"></form>',
    ],
)
def test_what_stands_around_a_text_goes(junk: str) -> None:
    content = f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>{junk}<p>{PARAGRAPHS[2]}</p>"
    assert read(page(content)).body.split("\n") == list(PARAGRAPHS)


OPINION = (
    "Спасибо большое за такой подробный урок, мы с коллегами обязательно попробуем его в классе!"
)


@pytest.mark.parametrize(
    "comments",
    [
        f'<div class="comments">{article(*[OPINION] * 6)}</div>',
        f'<div id="comment-list">{article(*[OPINION] * 6)}</div>',
        f"<h3>Комментарии (6)</h3>{article(*[OPINION] * 6)}",
        f"<p>Всего комментариев: 6</p>{article(*[OPINION] * 6)}",
        f"<h3>Оставить комментарий</h3>{article(*[OPINION] * 6)}",
    ],
)
def test_comments_go_even_if_they_are_longer_than_the_text(comments: str) -> None:
    assert read(page(article() + comments)).body.split("\n") == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "wrapper",
    [
        '<div class="node node-promoted">',
        '<article class="hentry category-menu tag-social">',
        '<div id="menu_and_text">',
        '<div class="banner-page">',
    ],
)
def test_a_class_that_sounds_like_a_margin_does_not_hide_a_text(wrapper: str) -> None:
    close = "</article>" if "<article" in wrapper else "</div>"
    long_text = article(*PARAGRAPHS, *PARAGRAPHS)
    assert read(page(wrapper + long_text + close)).body.count(PARAGRAPHS[1]) == 2


def test_a_page_of_short_lines_has_a_text_too() -> None:
    content = "<p>Город Липецк, улица Мира, 5</p><p>Телефон приёмной 27-15-40</p><p>Часы работы с 8 до 17</p>"
    assert read(page(content, headline="Контакты", title="Контакты")).body.split("\n") == [
        "Город Липецк, улица Мира, 5",
        "Телефон приёмной 27-15-40",
        "Часы работы с 8 до 17",
    ]


def test_date_and_author_under_the_headline_are_no_text() -> None:
    content = "<p>24.01.2012 - 19:42</p><p>Автор: Иванова А. А.</p>" + article()
    assert read(page(content)).body.split("\n") == list(PARAGRAPHS)


# --- the title -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head_title", "headline", "expected", "where"),
    [
        (
            "Сложение дробей - Алгебра - Сайт школы",
            "Сложение дробей",
            "Сложение дробей",
            "headline",
        ),
        ("", "Сложение дробей", "Сложение дробей", "headline"),
        ("Сайт школы", "Урок о сложении дробей", "Урок о сложении дробей", "headline"),
        ("Сложение и вычитание дробей | Сайт", "", "Сложение и вычитание дробей", "title"),
        ("Сложение дробей :: Сайт школы", "", "Сложение дробей", "title"),
        ("Урок «дроби» - Сайт школы", "", "Урок «дроби»", "title"),
        (
            "Сложение дробей. Алгебра. Сайт",
            "Сложение дробей (урок 5)",
            "Сложение дробей (урок 5)",
            "headline",
        ),
        (
            "Сложение дробей - Сайт школы",
            "Сложение дробей<a href='/a'>Алгебра</a>",
            "Сложение дробей",
            "title",
        ),
    ],
)
def test_title(head_title: str, headline: str, expected: str, where: str) -> None:
    found = read(page(title=head_title, headline=headline))
    assert (found.title, found.provenance["title"]) == (expected, where)


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("Сложение обыкновенных дробейАлгебра5 класс", "Сложение обыкновенных дробей"),
        ("Сложение обыкновенных дробей24.01.2012", "Сложение обыкновенных дробей"),
        # The head's title may be cut off in the middle of a word: no seam, no cut.
        ("Сложение обыкновенных дробейками", "Сложение обыкновенных дробейками"),
        ("Сложение обыкновенных дробей Петерсона", "Сложение обыкновенных дробей Петерсона"),
    ],
)
def test_what_is_glued_to_a_headline_is_cut_off(headline: str, expected: str) -> None:
    found = read(page(headline=headline, title="Сложение обыкновенных дробей - Сайт"))
    assert found.title == expected
    assert found.text.split("\n") == [expected, *PARAGRAPHS]


def test_where_every_page_is_titled_as_the_site_the_linked_headline_counts() -> None:
    body = (
        "<title>Вечерняя школа</title><div><a href='/'>Вечерняя школа</a></div><ul>"
        f"{MENU}</ul><div class='entrytitle'><a href='/7'>Как складывать дроби на уроке</a></div>"
        f"{article()}"
    ).encode()
    found = read(body)
    assert (found.title, found.provenance["title"]) == ("Как складывать дроби на уроке", "headline")
    # The same title, but the page does not say that it is the site's name.
    found = read(body.replace("<a href='/'>Вечерняя школа</a>".encode(), b""))
    assert found.title == "Вечерняя школа"


def test_the_name_of_the_site_is_no_title() -> None:
    head = '<meta property="og:site_name" content="Сайт школы">'
    assert read(page(headline="", title="Сайт школы | Сложение дробей", head=head)).title == (
        "Сложение дробей"
    )


# --- fields ----------------------------------------------------------------------------------

JSON_LD = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "Сайт школы", "datePublished": "1999-01-01"},
        {
            "@type": "Article",
            "headline": "Дроби: урок",
            "author": [{"@type": "Person", "name": "Анна Иванова"}, {"name": "Пётр Петров"}],
            "datePublished": "2024-03-05T10:00:00+03:00",
            "image": {"@type": "ImageObject", "url": "/ld.png"},
            "description": "Из JSON-LD",
        },
    ],
}
LD = f'<script type="application/ld+json">{json.dumps(JSON_LD, ensure_ascii=False)}</script>'
OG = (
    '<meta property="og:title" content="Дроби по OpenGraph"><meta property="og:image" content="og.png">'
    '<meta property="article:published_time" content="2024-02-02T02:02:02+03:00">'
    '<meta property="article:author" content="Автор Опенграфов">'
    '<meta property="og:description" content="Из OpenGraph">'
)
DC = (
    '<meta name="DC.creator" content="Дублина Ядрова"><meta name="dcterms.issued" content="2024-01-31">'
    '<meta name="DC.description" content="Из Дублинского ядра">'
)
MICRODATA = (
    '<div itemscope itemtype="https://schema.org/Article"><span itemprop="author">Микра Данных</span>'
    '<time itemprop="datePublished" datetime="2023-12-30">30 декабря</time></div>'
)


def fields(found: Page) -> tuple[str | None, ...]:
    return (found.description, found.image, str(found.published), "; ".join(found.authors))


def test_json_ld_comes_first() -> None:
    found = read(page(MICRODATA + article(), head=DC + OG + LD))
    assert fields(found) == (
        "Из JSON-LD",
        "https://shkola.example/ld.png",
        "2024-03-05",
        "Анна Иванова; Пётр Петров",
    )
    assert {
        found.provenance[name] for name in ("description", "image", "published", "authors")
    } == {"json-ld"}
    assert found.published_at == dt.datetime(2024, 3, 5, 7, tzinfo=dt.UTC)
    assert found.published_text == "2024-03-05T10:00:00+03:00"


def test_opengraph_comes_second() -> None:
    found = read(page(MICRODATA + article(), head=DC + OG))
    assert fields(found) == (
        "Из OpenGraph",
        "https://shkola.example/shkola/algebra/library/2012/01/24/og.png",
        "2024-02-02",
        "Автор Опенграфов",
    )


def test_dublin_core_comes_third() -> None:
    found = read(page(MICRODATA + article(), head=DC))
    assert fields(found)[0] == "Из Дублинского ядра"
    assert fields(found)[2:] == ("2024-01-31", "Дублина Ядрова")


def test_microdata_comes_fourth() -> None:
    found = read(page(MICRODATA + article()))
    assert fields(found)[2:] == ("2023-12-30", "Микра Данных")
    assert found.provenance["authors"] == "microdata"
    assert found.metadata["microdata"][0]["@type"] == "Article"


def test_microdata_may_be_written_in_capitals() -> None:
    assert read(page(MICRODATA.replace("item", "ITEM") + article())).authors == ("Микра Данных",)


def test_properties_without_a_scope_are_no_microdata() -> None:
    found = read(page(article() + '<span itemprop="author">Никто</span>'))
    assert "microdata" not in found.metadata
    assert found.authors == ()


def test_ucoz_microdata_is_believed_only_for_dates() -> None:
    marked = MICRODATA.replace("Article", "Product").replace(
        "<time", '<span itemprop="description">Отзыв о сайте</span><time'
    )
    found = read(
        page(marked + article(), head='<script src="https://s1.ucoz.net/src/u.js"></script>')
    )
    assert (found.authors, found.description) == ((), None)
    assert found.published == dt.date(2023, 12, 30)


@pytest.mark.parametrize(
    "broken",
    [
        '<script type="application/ld+json">{"@type": "Article", "headline": "Дроби",}</script>',
        '<script type="application/ld+json"><!-- {"@type": "Article", "headline": "Дроби"} --></script>',
        '<script type="application/ld+json">[[{"@type": "Article", "headline": "Дроби"}]];</script>',
        '<script type="application/ld+json">{"@type": ["Article"], "headline": "Др\tоби"}</script>',
    ],
)
def test_slightly_broken_json_ld_is_read(broken: str) -> None:
    assert len(read(page(head=broken)).metadata["json_ld"]) == 1


@pytest.mark.parametrize("hopeless", ["{", "[" * 50_000, "", "null", '"@type"', "<b>нет</b>"])
def test_hopeless_json_ld_is_ignored(hopeless: str) -> None:
    found = read(page(head=f'<script type="application/ld+json">{hopeless}</script>'))
    assert "json_ld" not in found.metadata
    assert found.title == "Сложение дробей"


def test_labels() -> None:
    content = (
        "<p>Автор: Иванова Анна Петровна</p><p>Класс: 5</p><p>Дата публикации: 24 января 2012</p>"
        "<table><tr><td>Предмет</td><td>Математика</td></tr></table>"
        f"<dl><dt>Место проведения</dt><dd>Липецк</dd></dl>{article()}"
    )
    found = read(page(content))
    assert found.metadata["labels"] == {
        "Автор": "Иванова Анна Петровна",
        "Класс": "5",
        "Дата публикации": "24 января 2012",
        "Предмет": "Математика",
        "Место проведения": "Липецк",
    }
    assert found.authors == ("Иванова Анна Петровна",)
    assert found.provenance["authors"] == "label: Автор"
    assert found.published == dt.date(2012, 1, 24)
    assert found.provenance["published"] == "label: Дата публикации"


def test_labels_side_by_side() -> None:
    content = article() + "<p>Категория: Алгебра | Просмотров: 17 | Загрузок: 3</p>"
    labels = read(page(content)).metadata["labels"]
    assert (labels["Категория"], labels["Загрузок"]) == ("Алгебра", "3")


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ("Super User", ()),
        ("admin", ()),
        ("Администратор", ()),
        ("https://shkola.example", ()),
        ("Иванова А. А., Петрова Б. Б.", ("Иванова А. А.", "Петрова Б. Б.")),
        ("Анна Иванова, Пётр Петров", ("Анна Иванова", "Пётр Петров")),
        ("Эглит И. М.", ("Эглит И. М.",)),
        ("Иванова Анна.", ("Иванова Анна",)),
    ],
)
def test_names_of_authors(meta: str, expected: tuple[str, ...]) -> None:
    assert read(page(head=f'<meta name="author" content="{meta}">')).authors == expected


@pytest.mark.parametrize(
    ("line", "expected", "at"),
    [
        (
            "24.01.2012 - 19:42",
            dt.date(2012, 1, 24),
            dt.datetime(2012, 1, 24, 15, 42, tzinfo=dt.UTC),
        ),
        ("Опубликовано 10 сентября 2020", dt.date(2020, 9, 10), None),
        ("Вчера", dt.date(2025, 11, 19), None),
        ("Конкурс продлится с 1 по 30 апреля 2024", None, None),
    ],
)
def test_dates_on_the_page(line: str, expected: dt.date | None, at: dt.datetime | None) -> None:
    found = read(
        page(f"<p>{line}</p>{article()}"),
        "https://shkola.example/drobi",
        Date="Thu, 20 Nov 2025 10:00:00 GMT",
    )
    assert (found.published, found.published_at) == (expected, at)


def test_a_date_in_the_address_is_the_last_resort() -> None:
    found = read(page())
    assert (found.published, found.provenance["published"]) == (dt.date(2012, 1, 24), "url")


def test_times_are_meant_in_the_zone_of_the_source() -> None:
    reader = PageReader(timezone="Asia/Vladivostok")
    found = reader.read(page(f"<p>24.01.2020 19:42</p>{article()}"), URL)
    assert found.published_at == dt.datetime(2020, 1, 24, 9, 42, tzinfo=dt.UTC)


def test_links_are_resolved_against_the_base() -> None:
    head = (
        '<base href="/base/"><link rel="canonical" href="drobi">'
        '<meta property="og:image" content="javascript:alert(1)">'
    )
    found = read(page(article() + '<img src="pic.jpg" width="400">', head=head))
    assert found.canonical_url == "https://shkola.example/base/drobi"
    assert found.image == "https://shkola.example/base/pic.jpg"
    assert found.provenance["image"] == "page"


@pytest.mark.parametrize("src", ["logo.png", "/img/icon-5.gif", "x.jpg' width='16"])
def test_icons_are_no_lead_image(src: str) -> None:
    assert read(page(article() + f"<img src='{src}'>")).image is None


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        (PARAGRAPHS, "en", "ru"),
        (
            ("Цей урок присвячено дробам, і кожен учень розв'язує їх із сусідом по парті.",) * 3,
            "ru",
            "uk",
        ),
        (
            ("Гэты ўрок прысвечаны дробам, і кожны вучань рашае іх разам з суседам.",) * 3,
            "ru",
            "be",
        ),
        (
            ("This lesson introduces fractions to the pupils of the fifth form in pairs.",) * 3,
            "en-GB",
            "en",
        ),
    ],
)
def test_language(text: tuple[str, ...], lang: str, expected: str) -> None:
    assert read(page(article(*text), lang=lang)).language == expected


def test_charset_and_its_problems_are_passed_on() -> None:
    body = page().decode().encode("windows-1251")
    found = read(body, **{"content-type": "text/html; charset=utf-8"})
    assert (found.charset, found.charset_why) == ("windows-1251", "content")
    assert [p.code for p in found.problems] == ["wrong-label", "wrong-label"]
    assert found.body.split("\n") == list(PARAGRAPHS)


def test_metadata_is_json() -> None:
    found = read(page(MICRODATA + article(), head=DC + OG + LD))
    assert json.loads(json.dumps(found.metadata)) == found.metadata


# --- template lines --------------------------------------------------------------------------

ADVERT = "Приглашаем учителей на курсы повышения квалификации со скидкой до конца учебного года!"


def lesson(number: int) -> tuple[bytes, str]:
    own = [f"Урок номер {number}: {text}" for text in PARAGRAPHS]
    content = article(*own[:2]) + f"<p>{ADVERT}</p>" + article(*own[2:])
    title = f"Урок номер {number}"
    return page(content, headline=title, title=title), f"https://shkola.example/urok/{number}"


def test_lines_of_many_pages_of_a_host_are_template() -> None:
    reader = PageReader()
    assert ADVERT in reader.read(*lesson(1)).body
    for number in (2, 3):
        reader.observe(*lesson(number))
    found = reader.read(*lesson(4))
    assert ADVERT not in found.body
    assert found.body.count("Урок номер 4") == 3


def test_a_page_read_again_and_again_stays_its_own() -> None:
    reader = PageReader()
    first = reader.read(*lesson(1)).body
    for _ in range(10):
        again = reader.read(*lesson(1)).body
    assert again == first


def test_a_page_read_again_and_again_is_one_page() -> None:
    reader = PageReader()
    for _ in range(10):
        reader.read(*lesson(1))
    assert ADVERT in reader.read(*lesson(2)).body


def test_one_text_under_many_addresses_stays_a_text() -> None:
    reader = PageReader()
    body, url = lesson(1)
    for copy in range(10):
        reader.observe(body, f"{url}?copy={copy}")
    assert PARAGRAPHS[0] in reader.read(body, url).body


def test_template_lines_of_one_host_are_text_on_another() -> None:
    reader = PageReader()
    for number in range(5):
        reader.observe(*lesson(number))
    body, _ = lesson(6)
    assert ADVERT in reader.read(body, "https://drugaya.example/urok/6").body


def test_a_reader_that_does_not_learn_reads_a_page_the_same_way_twice() -> None:
    reader = PageReader(learn=False)
    for number in range(5):
        reader.read(*lesson(number))
    assert ADVERT in reader.read(*lesson(6)).body


def test_what_was_learned_survives_storage() -> None:
    reader = PageReader()
    for number in range(3):
        reader.observe(*lesson(number))
    stored = json.loads(json.dumps(reader.to_dict()))
    assert ADVERT not in PageReader.from_dict(stored).read(*lesson(9)).body


def test_state_of_another_version_is_forgotten() -> None:
    assert PageReader.from_dict({"version": 99}).to_dict() == PageReader().to_dict()


def test_what_is_learned_is_bounded() -> None:
    reader = PageReader()
    for number in range(700):
        lines = "".join(f"<p>Строка {number * 40 + n} этой страницы</p>" for n in range(40))
        reader.observe(page(lines + f"<p>{ADVERT}</p>"), f"https://shkola.example/{number}")
    for number in range(100):
        reader.observe(page(), f"https://shkola-{number}.example/")
    assert len(json.dumps(reader.to_dict())) < 150_000
    for number in range(10_000, 10_003):
        reader.observe(*lesson(number))
    assert ADVERT not in reader.read(*lesson(20_000)).body


def test_old_template_lines_fade() -> None:
    reader = PageReader()
    for number in range(50):
        reader.observe(*lesson(number))
    for number in range(1000):
        reader.observe(
            page(article(f"Новая страница {number}")), f"https://shkola.example/n/{number}"
        )
    assert ADVERT in reader.read(*lesson(51)).body
