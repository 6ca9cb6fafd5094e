"""`source test URL`: every field with where it came from, raw words beside concepts, named problems."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from netmeta.reading import PageReader
from tests.conftest import Ran, Web

Cli = Callable[..., Ran]

RULES = "".join(
    f"<p>Учащиеся присылают работы по истории родного края, оформленные по правилам, пункт {n}.</p>"
    for n in range(6)
)
CONTEST = f"""<html><head><meta charset="utf-8"><title>Конкурс «Мой край» - Школа № 5</title>
<meta property="og:image" content="/i.jpg"></head><body>
<h1>Всероссийский конкурс исследовательских работ «Мой край»</h1>
<p>Автор: Иванова Мария Петровна</p><p>Дата публикации: 12 ноября 2025</p>
<p>Предмет: история</p><p>Класс: 7-9</p><p>Приём работ: с 15 ноября по 20 декабря 2025 г.</p>
<p>Итоги: 25 декабря 2025</p>{RULES}</body></html>"""


def test_every_field_says_where_it_came_from(cli: Cli, web: Web) -> None:
    url = web.put("/event", CONTEST.encode("cp1251"), Content_Type="text/html; charset=utf-8")
    seen: dict[str, Any] = json.loads(cli("source", "test", url, "--json").out)
    (found,) = seen["items"]
    origins = {one["field"]: one["origin"] for one in found["fields"]}
    assert origins == {
        "url": "address", "external_id": "address", "title": "headline", "authors": "label: Автор",
        "published": "label: Дата публикации", "subject": "label: Предмет",
        "grade": "label: Класс", "dates": "labels", "language": "text", "image": "opengraph",
    }  # fmt: skip
    assert (seen["charset"], seen["charset_why"]) == ("windows-1251", "content")
    assert {problem["code"] for problem in seen["problems"]} == {"wrong-label"}
    assert [(s["kind"], s["start"], s["end"]) for s in found["stages"]] == [
        ("submission", "2025-11-15", "2025-12-20"),
        ("results", "2025-12-25", "2025-12-25"),
    ]


@pytest.mark.parametrize("columns", [80, 120])
def test_people_see_the_same_in_words(
    cli: Cli, web: Web, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    url = web.put("/event", CONTEST.encode("cp1251"), Content_Type="text/html; charset=utf-8")
    monkeypatch.setenv("COLUMNS", str(columns))
    ran = cli("--lang", "ru", "source", "test", url)
    assert ran.code == 0
    said = " ".join(ran.out.split())
    assert "windows-1251 (по буквам)" in said
    assert "страница называет неверную кодировку: header: utf-8" in said
    assert "Иванова Мария Петровна подпись «Автор»" in said
    assert "Приём работ: с 15 ноября по 20 декабря 2025" in said
    assert "предмет история history" in said  # the scheme, the raw word, the concept
    assert "{" not in ran.out
    assert max(map(len, ran.out.splitlines())) <= columns


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (b"", "empty", "the page is empty"),
        (b"%PDF-1.4\n\x00\x01", "not-html", "no web page but a file: pdf"),
        (bytes(range(256)) * 40, "not-html", "no web page but a file: binary"),
        (b"<html><body><div id=root></div><script>go()</script></body></html>", "script-only",
         "nothing but a script"),
        (b"<html><body>" + b"<div>" * 100_000 + b"x", "too-deep", "nested too deep"),
        ("<title>Вход на сайт</title><p>Необходимо войти.</p><input type=password>".encode(),
         "login-wall", "sign in"),
    ],
)  # fmt: skip
def test_what_is_no_page_is_a_named_problem(
    cli: Cli, web: Web, body: bytes, code: str, words: str
) -> None:
    url = web.put("/bad", body)
    seen = json.loads(cli("source", "test", url, "--json").out)
    assert code in {problem["code"] for problem in seen["problems"]}
    assert seen["items"] == []
    assert words in cli("source", "test", url).out


def test_every_problem_of_a_page_has_words() -> None:
    from netmeta.cli.trials import _PROBLEMS

    told = PageReader().read(
        b"\xef\xbb\xbf<meta charset=koi8-r>" + b"\0" * 3 + b"text", "http://a/"
    )
    assert {problem.code for problem in told.problems} <= set(_PROBLEMS)


def test_nothing_is_written(cli: Cli, web: Web, tmp_path: Any) -> None:
    url = web.put("/event", CONTEST)
    before = sorted(tmp_path.iterdir())
    assert cli("source", "test", url).code == 0
    assert sorted(tmp_path.iterdir()) == before
