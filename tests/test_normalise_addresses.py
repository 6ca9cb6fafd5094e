"""Canonical addresses, identity, and attachments."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netmeta.model import Item, ItemAttachment, Source
from netmeta.normalise import canonical_url, normalise
from netmeta.normalise.attachments import find_attachments, media_type, size_in_bytes
from netmeta.normalise.urls import _canonical, _is_canonical, external_id

SOURCE = Source(name="t", kind="site", url="https://portal.example/", title="Portal")
PAGE = "https://portal.example/shkola/urok"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("http://www.nsportal.ru./shkola/algebra/", "https://nsportal.ru/shkola/algebra"),
        ("HTTPS://NSPORTAL.RU/Shkola", "https://nsportal.ru/Shkola"),
        ("https://nsportal.ru/detskii-sad/raznoe", "https://nsportal.ru/detskiy-sad/raznoe"),
        ("https://p.example:443/a", "https://p.example/a"),
        ("http://p.example:80/a", "https://p.example/a"),
        ("http://127.0.0.1:8001/a", "http://127.0.0.1:8001/a"),
        ("https://p.example/a?utm_source=x&id=5&yclid=1&PHPSESSID=abc", "https://p.example/a?id=5"),
        ("https://p.example/a?b=2&a=1#top", "https://p.example/a?a=1&b=2"),
        ("https://p.example/a;jsessionid=1F?x=1", "https://p.example/a?x=1"),
        ("https://p.example/index.php", "https://p.example/"),
        ("https://p.example/a//b/", "https://p.example/a/b"),
        (
            "https://urok.1sept.ru/%D1%81%D1%82%D0%B0%D1%82%D1%8C%D0%B8/662278/",
            "https://urok.1sept.ru/articles/662278",
        ),
        ("http://festival.1september.ru/articles/662278/", "https://urok.1sept.ru/articles/662278"),
        ("https://urok.1sept.ru/articles/662278/?print=1", "https://urok.1sept.ru/articles/662278"),
        ("https://p.example/%F3%F0%EE%EA", "https://p.example/%F3%F0%EE%EA"),  # cp1251
        ("https://p.example/%D1%83%D1%80%D0%BE%D0%BA", "https://p.example/урок"),
        ("https://p.example/a%2Fb?x=%20", "https://p.example/a/b?x=%20"),
        ("https://p.example/100%25", "https://p.example/100%25"),
        ("https://xn--j1ahfl.xn--p1ai/library/x.html", "https://урок.рф/library/x.html"),
        ("https://p.example/a?mail=a@b.ru", "https://p.example/a"),
        ("https://fiz.1september.ru/article.php?ID=200900105", "https://fiz.1september.ru/article.php?ID=200900105"),
    ],
)  # fmt: skip
def test_canonical(raw: str, expected: str) -> None:
    assert canonical_url(raw) == expected
    assert canonical_url(expected) == expected


@pytest.mark.parametrize(
    "raw",
    ["javascript:alert(1)", "mailto:a@b.ru", "file:///etc/passwd", "data:text/html,x", "", "///",
     "ftp://p.example/a", "https://", "http://[::1", "https://p.example:99999999/", "https://p/" + "a" * 3000],
)  # fmt: skip
def test_no_address_of_the_web(raw: str) -> None:
    assert canonical_url(raw) is None
    record = normalise(Item(source="t", url=raw or "x:", title="Урок"), SOURCE)
    assert ("url", "bad-address") in [(p.field, p.code) for p in record.problems]
    assert record.external_id


def test_relative_addresses_need_a_base() -> None:
    assert canonical_url("/a", "https://p.example/b/c") == "https://p.example/a"
    assert canonical_url("/a") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://pedsovet.su/load/54-1-0-278", "http://www.pedsovet.su/load/x/y/31-1-0-278"),
        ("https://s.ucoz.ru/news/2011-10-12-5", "https://s.ucoz.ru/news/slova/2011-10-12-5"),
        ("https://nsportal.ru./a/b/", "http://nsportal.ru/a/b"),
        (
            "http://festival.1september.ru/articles/100219/",
            "https://urok.1sept.ru/articles/100219?utm_source=vk",
        ),
    ],
)
def test_one_work_under_two_addresses_is_one(one: str, other: str) -> None:
    ids = {
        normalise(Item(source="t", url=u, title="Урок"), SOURCE).external_id for u in (one, other)
    }
    assert len(ids) == 1


def test_different_works_differ() -> None:
    pages = (
        "https://p.su/load/54-1-0-278",
        "https://p.su/publ/54-1-0-278",
        "https://q.su/load/1-1-0-278",
    )
    assert len({external_id(page) for page in pages}) == 3


def test_identity_given_by_the_portal_wins() -> None:
    item = Item(source="t", url=PAGE, title="Урок", external_id=" 42 ")
    assert normalise(item, SOURCE).external_id == "42"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.54 МБ", 1_614_807),
        ("32 КБ", 32_768),
        ("53,43 Кб", 54_712),
        ("583.5 КБ", 597_504),
        ("1 024 байт", 1_024),
        ("2 MB", 2_097_152),
        ("(116 Kb)", 118_784),
        ("2048", 2_048),
        ("1,2 ГБ", 1_288_490_189),
        ("большой", None),
        ("", None),
    ],
)
def test_sizes(text: str, expected: int | None) -> None:
    assert size_in_bytes(text) == expected


def test_attachments() -> None:
    raw = (
        ItemAttachment(
            url="/sites/default/files/urok.doc",
            name="Microsoft Office document icon urok.doc",
            size="32 КБ",
        ),
        ItemAttachment(
            url="https://f.example/%D1%83%D1%80%D0%BE%D0%BA.pptx", name="Файл урок.pptx"
        ),
        ItemAttachment(url="slides/1.jpg"),
        ItemAttachment(url="https://portal.example/sites/default/files/urok.doc"),
        ItemAttachment(url="javascript:void(0)", name="Скачать"),
        ItemAttachment(url="/x", size="много"),
    )
    found, problems = find_attachments(raw, PAGE)
    assert [(a.url, a.name, a.size_bytes, a.media_type) for a in found] == [
        ("https://portal.example/sites/default/files/urok.doc", "urok.doc", 32_768, "application/msword"),
        ("https://f.example/%D1%83%D1%80%D0%BE%D0%BA.pptx", "урок.pptx", None, media_type("a.pptx")),
        ("https://portal.example/shkola/slides/1.jpg", "1.jpg", None, "image/jpeg"),
        ("https://portal.example/x", "x", None, None),
    ]  # fmt: skip
    assert [(p.code, p.value) for p in problems] == [
        ("bad-address", "javascript:void(0)"),
        ("unreadable-size", "много"),
    ]


def test_a_picture_must_be_of_the_web() -> None:
    item = Item(source="t", url=PAGE, title="Урок", image="javascript:alert(1)")
    record = normalise(item, SOURCE)
    assert record.image is None
    assert [(p.field, p.code) for p in record.problems] == [("image", "bad-address")]
    item = Item(source="t", url=PAGE, title="Урок", image="/logo.png")
    assert normalise(item, SOURCE).image == "https://portal.example/logo.png"


PIECES = st.sampled_from(
    ["https://", "http://", "www.", "nsportal.ru", "urok.1sept.ru", "a.example", "A.example", "xn--80a.example",
     ".", "..", "/", "//", "articles/5", "index.php", "Default.aspx", "x.html", "~a", "%20", "?", "id=5", "from=1",
     "sid", "utm_a=1", "&", "=", "#x", ":80", ":8080", ";sid=1", "ё", " ", "\n", "-", "_", "b", "7", "user@"]
)  # fmt: skip


@given(st.lists(PIECES, min_size=1, max_size=9).map("".join))
@example("https://a.example/?id=5")
@example("https://nsportal.ru/detskii-sad/b")
def test_what_needs_no_closer_look_is_canonical(url: str) -> None:
    if _is_canonical(url):
        assert _canonical(url, None) == url


@given(st.lists(PIECES, min_size=1, max_size=9).map("".join))
@example("index.php/")
@example("a/index.php/index.html//")
def test_an_address_is_canonical_once_and_for_all(url: str) -> None:
    once = canonical_url("https://a.example/" + url)
    assert once is None or canonical_url(once) == once


def test_plain_addresses_need_no_closer_look() -> None:
    assert _is_canonical("https://a.example/shkola/algebra/library/2012/01/24/drobi?id=5")
    assert not _is_canonical("https://a.example/x?utm_source=y")
    assert not _is_canonical("https://www.a.example/x")
