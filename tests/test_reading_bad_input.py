"""PageReader on what is no page: named problems, no crash, whatever the bytes."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmeta.reading import Page, PageReader
from netmeta.reading.lines import MAX_LINES, read_lines
from netmeta.reading.tree import MAX_CHARS, parse

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
URL = "https://shkola.example/stranica"

SENTENCE = "На уроке дети складывают дроби с разными знаменателями и объясняют соседу ход решения. "
MENU = "<ul>" + "<li><a href='/x'>Раздел сайта</a></li>" * 12 + "</ul>"
LOGIN_FORM = (
    "<form action='/login'>Логин: <input name='user'> Пароль: <input type='password' name='password'>"
    "<input type='submit' value='Вход'></form>"
)
OTHER = "Родители приходят на собрание в актовый зал школы вечером и слушают доклад учителя. "


def read(body: bytes | str) -> Page:
    return PageReader().read(body.encode() if isinstance(body, str) else body, URL)


def codes(found: Page) -> set[str]:
    return {problem.code for problem in found.problems if problem.field == "page"}


def html(content: str, title: str = "Страница") -> str:
    return f"<html><head><title>{title}</title></head><body>{MENU}{content}</body></html>"


# --- no page at all --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [b"", b" \r\n\t ", b"<!-- nothing -->", b"<html></html>", b"\0" * 50]
)
def test_empty(body: bytes) -> None:
    assert codes(read(body)) == {"empty"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "pdf"),
        (b"PK\x03\x04\x14\x00", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "office"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "jpeg"),
        (gzip.compress(b"<html>", mtime=0), "gzip"),
        (random.Random(1).randbytes(5000), "binary"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "rss"),
        (b'<urlset xmlns="x"></urlset>', "urlset"),
        (b'{"title": "json"}', "json"),
    ],
)
def test_other_things_served_as_html(body: bytes, kind: str) -> None:
    found = read(body)
    assert [(p.code, p.value) for p in found.problems] == [("not-html", kind)]
    assert found.text == ""


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-32", "windows-1251", "koi8-r"])
def test_pages_in_any_charset_are_html(codec: str) -> None:
    page = html(f"<h1>Дроби</h1><p>{SENTENCE * 3}</p>")
    found = read(page.encode(codec))
    assert codes(found) == set()
    assert found.body == (SENTENCE * 3).strip()


def test_plain_text_is_a_page_too() -> None:
    assert read("\n".join([SENTENCE] * 3)).text.startswith("На уроке дети")


def test_a_page_that_is_only_script() -> None:
    page = "<html><head><script src='app.js'></script></head><body><div id='root'></div><script>run()</script>"
    assert codes(read(page)) == {"script-only"}


def test_a_page_of_links_has_no_text() -> None:
    found = read(html("<h1>Каталог файлов</h1>" + MENU))
    assert codes(found) == {"no-text"}
    assert found.title == "Каталог файлов"


# --- too much --------------------------------------------------------------------------------


def test_a_page_of_twenty_megabytes() -> None:
    paragraph = f"<p>{SENTENCE}</p>".encode()
    found = read(b"<html><body><h1>Log</h1>" + paragraph * (20_000_000 // len(paragraph)))
    assert codes(found) == {"too-large"}
    assert 0 < len(found.text) <= MAX_CHARS
    assert found.text.count("\n") <= MAX_LINES


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "table><tr><td", "font", "span"])
def test_a_hundred_thousand_nested_tags(tag: str) -> None:
    found = read(f"<html><body><h1>Урок</h1>{f'<{tag}>' * 100_000}<p>{SENTENCE * 4}</p>")
    assert codes(found) == {"too-deep"}
    assert SENTENCE.strip() in found.text


def test_two_thousand_unclosed_tags_are_no_problem() -> None:
    found = read(f"<html><body><h1>Урок</h1>{'<font>' * 2000}<p>{SENTENCE * 4}</p>")
    assert codes(found) == set()
    assert SENTENCE.strip() in found.text


@pytest.mark.parametrize("end", ["</html>", "</body></html>", "</HTML>"])
def test_text_behind_the_end_of_a_page_is_read(end: str) -> None:
    body = html(f"<h1>Дроби</h1><p>{SENTENCE * 4}</p>{end}<p>{OTHER * 4}</p>")
    assert OTHER.strip() in read(body).body


def test_a_tag_with_a_flood_of_attributes_is_cut() -> None:
    flood = " ".join(f"a{n}=1" for n in range(100_000))
    root, _ = parse(f"<html><body><p {flood}>{SENTENCE}</p>")
    assert root is not None
    assert all(len(node.attrib) < 10 for node in root.iter())


def test_no_more_lines_are_read_than_any_real_page_has() -> None:
    root, _ = parse("<p>a" * (MAX_LINES + 500))
    assert root is not None
    assert len(read_lines(root).lines) == MAX_LINES


# --- walls -----------------------------------------------------------------------------------

WALLS = {
    "login-wall": [
        html(f"<h1>Вход на сайт</h1>{LOGIN_FORM}<a href='/r'>Забыли пароль?</a>", "Вход на сайт"),
        html(f"<h1>Авторизация</h1>{LOGIN_FORM}", "Авторизация"),
        html(f"<p>Для просмотра этой страницы необходимо авторизоваться.</p>{LOGIN_FORM}"),
        html("<p>Доступ закрыт. Пожалуйста, войдите на сайт под своим именем.</p>"),
        html(f"<p>Материал доступен только зарегистрированным пользователям.</p>{LOGIN_FORM}"),
        html(f"<h1>Sign in</h1><p>Please sign in to continue.</p>{LOGIN_FORM}", "Sign in"),
    ],
    "captcha-wall": [
        html("<h1>Подтвердите, что вы не робот</h1><div class='smart-captcha'></div>", "Ой!"),
        html(
            "<h1>Подтвердите, что запросы отправляли вы, а не робот</h1><p>Нам очень жаль, но запросы "
            "с вашего устройства похожи на автоматические.</p>",
            "Вы не робот?",
        ),
        html("<p>Проверка браузера перед переходом на сайт, подождите 5 секунд</p>", "DDoS-Guard"),
        "<html><head><title>Just a moment...</title></head><body><div class='cf-challenge'></div></body></html>",
        html("<p>Мы зарегистрировали подозрительный трафик, исходящий из вашей сети.</p>"),
        "<html><body><p>Введите символы с картинки</p><img src='/captcha.php'><form><input></form></body></html>",
    ],
    "consent-wall": [
        "<html><body><h2>Мы используем файлы cookie</h2><p>Продолжая, вы принимаете соглашение.</p>"
        "<button>Принять</button></body></html>",
        "<html><body><h1>Вам уже исполнилось 18 лет?</h1><a href='/y'>Да</a> <a href='/n'>Нет</a></body></html>",
        "<html><head><title>Before you continue</title></head><body><p>Before you continue to the site</p>"
        "<button>Accept all cookies</button></body></html>",
    ],
}


@pytest.mark.parametrize(("code", "page"), [(code, page) for code in WALLS for page in WALLS[code]])
def test_walls(code: str, page: str) -> None:
    assert codes(read(page)) & {"login-wall", "captcha-wall", "consent-wall"} == {code}


@pytest.mark.parametrize(
    "beside",
    [
        f"<div class='login-box'>{LOGIN_FORM}</div>",
        f"<div>Вход на сайт {LOGIN_FORM} <a href='/r'>Регистрация</a></div>",
        "<p>Добавлять комментарии могут только зарегистрированные пользователи.</p>" + LOGIN_FORM,
        "<p>Чтобы оставить комментарий, необходимо авторизоваться</p>" + LOGIN_FORM,
        "<div class='g-recaptcha'></div><p>Введите символы с картинки</p>",
        "<div>Мы используем файлы cookie. <button>Принять</button></div>",
        "<script src='https://smartcaptcha.example/captcha.js'></script>",
    ],
)
@pytest.mark.parametrize(
    "text",
    [
        f"<p>{SENTENCE * 6}</p>",
        f"<p>{SENTENCE}</p>",
        "<p>Презентация к уроку математики для пятого класса, 24 слайда, с ответами</p><a href='/f'>Скачать</a>",
        "<p>Кроссворд для 6 класса</p><a href='/f'>Скачать</a>",
    ],
)
def test_a_page_with_a_form_in_the_margin_is_no_wall(text: str, beside: str) -> None:
    for content in (text + beside, beside + text):
        found = read(html(f"<h1>Сложение дробей</h1>{content}", "Сложение дробей"))
        assert codes(found) == set()


def test_an_article_about_walls_is_no_wall() -> None:
    about = "Чтобы войти на сайт, необходимо авторизоваться: так учат детей на уроке информатики. "
    found = read(html(f"<h1>Вход в систему</h1><p>{about * 12}</p>", "Вход в систему"))
    assert codes(found) == set()


@pytest.mark.shared
def test_few_real_pages_are_taken_for_walls() -> None:
    walls = [
        path.name
        for folder in ("families/*", "pages_ru")
        for path in sorted(SHARED.glob(f"{folder}/*.gz"))
        if any("wall" in code for code in codes(read(gzip.decompress(path.read_bytes()))))
    ]
    assert len(walls) == 2, walls  # the two saved login forms, of muzdom.ru and sumka-style.ru


# --- any bytes -------------------------------------------------------------------------------

TAGS = (
    "p div a td table ul li h1 br script style form input title meta pre nav article span".split()
)
PIECES = st.one_of(
    st.text(max_size=30),
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(
        [
            '<div class="comments">',
            "<p itemscope itemtype='http://schema.org/Article'>",
            "<b itemprop=author>",
            '<script type="application/ld+json">{"@type":"Article","author":[1,{"name":[]}]}</script>',
            '<script type="application/ld+json">{"@type":[1,{}],"headline":3,"image":[[]]}</script>',
            '<meta property="article:published_time" content="вчера">',
            "<base href='http://['>",
            "<link rel=canonical href='//'>",
            "Автор:",
            "Комментарии (3)",
            "24.01.2012 - 19:42",
            "<!--",
            "-->",
            "<![CDATA[",
            "&#0;&#xD800;&nbsp;&",
            SENTENCE,
        ]
    ),
)


def check(found: Page) -> None:
    for text in (found.title or "", found.text, found.body, found.description or ""):
        assert "\0" not in text
        text.encode()  # raises on a lone surrogate


@given(st.binary(max_size=500))
@settings(max_examples=150, deadline=None)
def test_any_bytes(body: bytes) -> None:
    check(read(body))


@given(st.lists(PIECES, max_size=25), st.sampled_from(["utf-8", "windows-1251", "utf-16"]))
@settings(max_examples=250, deadline=None)
def test_any_markup(pieces: list[str], codec: str) -> None:
    check(read("".join(pieces).encode(codec, "replace")))


@pytest.mark.parametrize(
    "url", ["", "x", "http://[", "https://а.рф/я", "http://a:b:c", "http://h./"]
)
def test_any_address(url: str) -> None:
    found = PageReader().read(html(f"<h1>Урок</h1><p>{SENTENCE * 3}</p>").encode(), url)
    assert found.title == "Урок"


@pytest.mark.parametrize("date", ["", "вчера", "Thu, 99 Nov 2025 99:99:99 GMT", "0" * 500])
def test_any_headers(date: str) -> None:
    page = html(f"<h1>Урок</h1><p>{SENTENCE * 3}</p>").encode()
    found = PageReader().read(page, URL, {"DATE": date, "content-Type": ";;charset==\0"})
    assert found.title == "Урок"


@pytest.mark.shared
def test_real_pages_cut_mixed_and_damaged() -> None:
    chance = random.Random(20251120)
    bodies = [
        gzip.decompress(path.read_bytes()) for path in sorted(SHARED.glob("families/*/*.gz"))[::8]
    ]
    for body in bodies:
        damaged = bytearray(body)
        for _ in range(len(damaged) // 200):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        other = chance.choice(bodies)
        for spoilt in (
            body[: chance.randrange(len(body))],
            bytes(damaged),
            body[: len(body) // 2] + other[len(other) // 3 :],
            body.replace(b">", b"", 40),
        ):
            check(read(spoilt))


def test_a_page_the_second_extractor_cannot_take_is_read_without_a_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    links = "<li><a href='/x'>Ссылка на раздел сайта школы</a></li>" * 15
    rivals = (
        f"<div><p>{SENTENCE * 3}</p><p>{SENTENCE * 2}</p></div><ul>{links}</ul>"
        f"<div><p>{OTHER * 3}<script>x</script>&#1;хвост</p><p>{OTHER * 2}</p></div>"
    )
    assert read(f"<html><body>{rivals}</body></html>").text
    assert caplog.records == []
