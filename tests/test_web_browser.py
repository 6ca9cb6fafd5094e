"""Pages in a real browser: what portals plant does not execute, and phones need no side scroll."""

from __future__ import annotations

import asyncio
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from docs.browser import Browser
from tests.web_catalogue import close, fill, opened

pytestmark = pytest.mark.skipif(
    shutil.which("chromium") is None, reason="needs Debian's chromium, which is not installed"
)

POISONED = (
    "/", "/record/4", "/record/5", "/events", "/events?month=now", "/subjects", "/subject/physics",
    "/portals", "/portal/other", "/portal/school", "/author/666", "/desk", "/search?q=script",
    "/netmeta", "/netmeta/records", "/netmeta/records?_columns=all", "/netmeta/records/4",
    "/netmeta/record_texts?_columns=all", "/netmeta/people", "/netmeta/attachments",
    "/netmeta/event_stages", "/netmeta/event_details", "/netmeta/changes", "/netmeta/sources",
    "/netmeta/unmapped", "/netmeta/record_subjects", "/netmeta/not-understood",
    "/netmeta/portals-health", "/netmeta/records?title__contains=%3Cscript%3Ewindow.pwned=6%3C/script%3E",
    "/search?q=%22%3E%3Cscript%3Ewindow.pwned=7%3C/script%3E",
    "/nowhere/%3Cscript%3Ewindow.pwned=8%3C/script%3E",
    "/netmeta/records?_sort=%3Cscript%3Ewindow.pwned=9%3C/script%3E",
    "/searches?q=%22%3E%3Cscript%3Ewindow.pwned=10%3C/script%3E&source=other&subject=%3Cscript%3E",
    "/search?q=%D1%84%D0%B8%D0%B7%D0%B8%D0%BA%D0%B0&source=other&source=school",
)  # fmt: skip

HEARD_WITHOUT_HARM = ("the server responded with a status of 40", "a status of 503")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The hostile catalogue, served over HTTP."""
    db = tmp_path_factory.mktemp("browser") / "netmeta.db"
    fill(db, hostile=True)
    app = opened(db)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        server = uvicorn.Server(uvicorn.Config(app.app(), log_level="critical", lifespan="on"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)
    close(app)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as browser:
        yield browser


@pytest.mark.parametrize("path", POISONED)
def test_nothing_planted_executes(browser: Browser, site: str, path: str) -> None:
    page = browser.open(site + path)
    found = page.value(
        "({pwned: window.pwned ?? null, handlers: [...document.querySelectorAll('*')].filter(e =>"
        " [...e.attributes].some(a => a.name.startsWith('on'))).length,"
        " scripts: [...document.querySelectorAll('script')].filter(s =>"
        " s.type !== 'application/ld+json' && !s.src).length,"
        " links: [...document.querySelectorAll('a')].map(a => new URL(a.href.baseVal ?? a.href, location).protocol),"
        " unseen: /[\\u200b\\u202a-\\u202e\\u2066-\\u2069]/.test(document.body.innerText),"
        " size: document.documentElement.outerHTML.length})"
    )
    assert found["pwned"] is None
    assert found["handlers"] == 0
    assert found["scripts"] == 0
    assert set(found["links"]) <= {"http:", "https:"}
    assert not found["unseen"]  # nothing turns a line around, or hides in it
    assert found["size"] < 300_000  # a title has half a million letters
    # The policy had nothing to block either: no page even tried.
    assert [said for said in page.heard if not any(one in said for one in HEARD_WITHOUT_HARM)] == []
    browser.close(page)


def test_the_test_can_fail(browser: Browser, tmp_path: Path) -> None:
    trap = tmp_path / "trap.html"
    trap.write_text("<script>window.pwned=1</script><img src=x onerror='window.pwned=2'>", "utf-8")
    page = browser.open(trap.as_uri())
    assert page.value("window.pwned") is not None
    browser.close(page)


@pytest.mark.parametrize(
    "path", ["/", "/record/1", "/record/4", "/events?month=now", "/desk", "/portal/school",
             "/netmeta/records", "/netmeta/gaps", "/subjects", "/search?q=script", "/searches?q=%D0%B0",
             "/portals", "/author/666", "/subject/physics", "/netmeta"],
)  # fmt: skip
def test_a_phone_needs_no_scrolling_sideways(browser: Browser, site: str, path: str) -> None:
    page = browser.open(site + path, width=390, height=844)
    assert page.value("document.documentElement.clientWidth") == 390
    assert page.value("document.documentElement.scrollWidth") <= 390
    browser.close(page)


def test_a_table_on_a_phone_has_no_empty_lines(browser: Browser, site: str) -> None:
    page = browser.open(f"{site}/netmeta/records", width=390, height=844)
    cells = "[...document.querySelectorAll('td')].filter(td => td.offsetHeight)"
    assert page.value(f"{cells}.length") > 100
    assert page.value(f"{cells}.filter(td => !td.textContent.trim()).length") == 0
    browser.close(page)


def test_charts_lead_to_their_records(browser: Browser, site: str) -> None:
    page = browser.open(f"{site}/desk")
    found = page.value("document.querySelector('.columns-chart a').href.baseVal")
    assert found.startswith("/search?year=")
    assert page.value("document.querySelector('.columns-chart .bar-part').getBBox().height") > 0
    browser.close(page)


@pytest.mark.parametrize("dark", [False, True])
def test_light_and_dark(browser: Browser, site: str, dark: bool) -> None:
    page = browser.open(f"{site}/", dark=dark)
    red = int(page.value("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]"))
    assert (red < 60) == dark
    browser.close(page)


def test_the_keyboard_reaches_the_content_first(browser: Browser, site: str) -> None:
    page = browser.open(f"{site}/")
    page.press("Tab")
    assert page.value("document.activeElement.className") == "skip"
    assert page.value("document.activeElement.getBoundingClientRect().left") >= 0
    page.press("Tab")
    outline = page.value("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    browser.close(page)
