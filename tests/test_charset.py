"""Charset detection: what the bytes say wins over what the labels say."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmeta.reading.charset import decode, python_codec

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

RUSSIAN = (
    "Открытый урок по математике в пятом классе. Цель: научить детей складывать дроби, "
    "развивать внимание и интерес к предмету. Учитель — Щукина Юлия Эдуардовна, объём 2 часа."
)
PAGES = {
    "конспект": RUSSIAN,
    "меню": "Главная | Новости | О школе | Расписание | Контакты | Гостевая книга",
    "заголовок": "Дроби, 5 класс",
    "прописные": "ВНИМАНИЕ! КОНКУРС ПЕДАГОГИЧЕСКОГО МАСТЕРСТВА ПРОДЛЁН",
    "числа": "Ведомость за 2024 год: 5 «А» — 27 учеников, 5 «Б» — 25 учеников, № 1209",
}
CYRILLIC = ("windows-1251", "koi8-r", "cp866", "iso-8859-5", "utf-8")
WRONG_META = ("utf-8", "windows-1252", "iso-8859-1", "shift_jis", "ru")


def html(text: str, meta: str | None = None) -> str:
    label = f'<meta charset="{meta}">' if meta else ""
    return f"<!doctype html><html><head>{label}<title>{text}</title></head><body><p>{text}</p></body></html>"


def encoded(page: str, codec: str) -> tuple[bytes, str]:
    """The page's bytes, and the text they stand for (what the codec lacks becomes &#N;)."""
    body = page.encode(codec, "xmlcharrefreplace")
    return body, body.decode(codec)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("codec", CYRILLIC)
@pytest.mark.parametrize("meta", [None, *WRONG_META, "right"])
def test_the_content_wins_over_any_meta(name: str, codec: str, meta: str | None) -> None:
    body, want = encoded(html(PAGES[name], codec if meta == "right" else meta), codec)
    assert decode(body).text == want


@pytest.mark.parametrize("codec", CYRILLIC)
@pytest.mark.parametrize("header", ["text/html; charset=KOI8-R", "text/html; charset=utf-8", "???"])
def test_the_content_wins_over_the_http_header(codec: str, header: str) -> None:
    body, want = encoded(html(RUSSIAN), codec)
    assert decode(body, header=header).text == want


def test_a_wrong_label_is_reported() -> None:
    body, _ = encoded(html(RUSSIAN, "utf-8"), "windows-1251")
    found = decode(body, header="text/html; charset=koi8-r")
    assert (found.charset, found.why) == ("windows-1251", "content")
    assert [(p.code, p.value) for p in found.problems] == [
        ("wrong-label", "header: koi8-r"),
        ("wrong-label", "meta: utf-8"),
    ]


def test_a_right_label_is_no_problem() -> None:
    body, _ = encoded(html(RUSSIAN, "windows-1251"), "windows-1251")
    assert decode(body, header="text/html; charset=cp1251").problems == ()


def test_a_label_that_names_nothing_is_reported() -> None:
    found = decode(html(RUSSIAN, "ru").encode())
    assert [p.code for p in found.problems] == ["unknown-label"]


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Відкритий урок із математики для п'ятого класу, їжак і ґанок", "windows-1251"),
        ("Відкритий урок із математики для п'ятого класу, їжаки її малі", "koi8-u"),
        ("Адкрыты ўрок па матэматыцы для вучняў пятага класа", "windows-1251"),
        ("Открит урок по математика за учениците от пети клас", "windows-1251"),
    ],
)
def test_other_cyrillic_languages(text: str, codec: str) -> None:
    assert decode(html(text).encode(codec)).text == html(text)


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Unterricht für Schüler, Größe und Übung, süß", "iso-8859-1"),
        ("Leçon déjà donnée, l'élève a été reçu", "windows-1252"),
        ("Żółć, źdźbło, łódź, święto, gęś", "iso-8859-2"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy", "windows-1250"),
        ("Çığ, ağaç, şölen, güneş: açık ders", "windows-1254"),
        ("Ανοιχτό μάθημα μαθηματικών για τους μαθητές", "windows-1253"),
        ("שיעור פתוח במתמטיקה לתלמידי כיתה", "windows-1255"),
        ("درس مفتوح في الرياضيات لتلاميذ الصف الخامس", "windows-1256"),
        ("บทเรียนเปิดคณิตศาสตร์สำหรับนักเรียน", "cp874"),
        ("五年级学生的数学公开课。本课的目的是教孩子们解决问题", "gb2312"),
        ("五年級學生的數學公開課。本課的目的是教孩子們", "big5"),
        ("五年生のための算数の公開授業です。カタカナ", "shift_jis"),
        ("五年生のための算数の公開授業です。カタカナ", "euc_jp"),
        ("오학년 학생들을 위한 수학 공개 수업입니다", "euc_kr"),
    ],
)
def test_a_true_label_keeps_other_languages_whole(text: str, codec: str) -> None:
    found = decode(html(text).encode(codec), header=f"text/html; charset={codec}")
    assert found.text == html(text)
    assert found.problems == ()


@pytest.mark.parametrize(
    "codec", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
)
def test_unicode_with_and_without_a_byte_order_mark(codec: str) -> None:
    assert decode(html(RUSSIAN).encode(codec)).text == html(RUSSIAN)


def test_utf8_that_breaks_off_inside_a_character() -> None:
    found = decode(html(RUSSIAN).encode() + "я".encode()[:1])
    assert (found.text, found.charset) == (html(RUSSIAN), "utf-8")
    assert [p.code for p in found.problems] == ["cut-off"]


def test_a_few_foreign_bytes_do_not_make_utf8_something_else() -> None:
    body = html(RUSSIAN).encode().replace("урок".encode(), b"\xf3\xf0\xee\xea")
    found = decode(body)
    assert found.charset == "utf-8"
    assert "научить детей складывать дроби" in found.text
    assert [(p.code, p.value) for p in found.problems] == [("invalid-bytes", "8")]


def test_an_xml_declaration_is_a_hint_and_meta_inside_a_feed_is_none() -> None:
    feed = '<?xml version="1.0" encoding="ISO-8859-2"?><t>Żółć &lt;</t><meta charset="koi8-r">'
    found = decode(feed.encode("iso-8859-2"), xml=True)
    assert found.text == feed
    assert found.problems == ()


@pytest.mark.parametrize("text", ["я", "Да", "МБОУ СОШ", "ОБЖ", "яхта"])
@pytest.mark.parametrize("codec", ["windows-1251", "koi8-r"])
def test_a_short_text_believes_its_label(text: str, codec: str) -> None:
    assert decode(text.encode(codec), header=f"text/plain; charset={codec}").text == text


def test_nul_is_dropped_and_counted() -> None:
    found = decode(b"<p>a\0b\0c</p>" + b"." * 40)
    assert found.text.startswith("<p>abc</p>")
    assert [(p.code, p.value) for p in found.problems] == [("nul", "2")]


@pytest.mark.parametrize("label", ["base64", "zip", "idna", "utf-7", "rot13", "nonsense", "\0", ""])
def test_labels_that_are_no_charset_of_pages(label: str) -> None:
    assert python_codec(label) is None


@given(st.binary(max_size=400), st.none() | st.text(max_size=20), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_bytes_become_clean_text(body: bytes, header: str | None, xml: bool) -> None:
    text = decode(body, header=header, xml=xml).text
    assert "\0" not in text
    text.encode()  # raises on a lone surrogate


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=200),
    st.sampled_from(["utf-8", "utf-8-sig"]),
)
@settings(max_examples=200, deadline=None)
def test_valid_utf8_is_read_as_it_is(text: str, codec: str) -> None:
    assert decode(text.encode(codec)).text == text


# --- real pages ------------------------------------------------------------------------------

_LABEL = re.compile(r"(<meta[^>]*charset=[\"']?)[^\"'>;\s/]+", re.I)


def real_pages() -> list[str]:
    """Eighty real Russian pages, one or two of a host, decoded."""
    names = sorted(SHARED.glob("families/*/*.gz"))[::6] + sorted(SHARED.glob("pages_ru/*.gz"))[::3]
    texts = [gzip.decompress(name.read_bytes()).decode("utf-8-sig", "ignore") for name in names]
    return [text for text in texts if len(re.findall("[а-яё]", text)) > 30][:80]


def relabelled(page: str, label: str | None) -> str:
    bare = _LABEL.sub('<meta name="was', page, count=1)
    return bare if label is None else f'<meta charset="{label}">{bare}'


@pytest.mark.shared
@pytest.mark.parametrize("codec", ["utf-8", "windows-1251", "koi8-r"])
@pytest.mark.parametrize(
    ("meta", "header"),
    [
        ("right", None),
        (None, None),
        *((label, None) for label in WRONG_META),
        (None, "text/html; charset=iso-8859-1"),
    ],
)
def test_real_pages(codec: str, meta: str | None, header: str | None) -> None:
    right = 0
    pages = real_pages()
    for page in pages:
        body, want = encoded(relabelled(page, codec if meta == "right" else meta), codec)
        right += decode(body, header=header).text == want
    assert len(pages) == 80
    assert right >= 79


@pytest.mark.shared
def test_real_feeds_hold_no_replacement_characters() -> None:
    spoilt = [
        path.name
        for path in sorted(SHARED.glob("feeds/*.xml"))
        if "\ufffd" in decode(body := path.read_bytes(), xml=True).text
        and b"\xef\xbf\xbd" not in body
    ]
    assert spoilt == []
