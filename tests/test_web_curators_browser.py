"""A curator's day in a real browser: sign in, correct, see it found, hide, undo; nothing executes."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Iterator
from typing import Any

import pytest

from docs.browser import Browser, Page
from netmeta.facade import Netmeta
from netmeta.services import collections, reports
from netmeta.services.curation import edit
from tests.serving import Serving
from tests.web_catalogue import EVIL, fill, opened
from tests.web_visitor import PASSWORD, make_curator

pytestmark = pytest.mark.skipif(
    shutil.which("chromium") is None, reason="needs Debian's chromium, which is not installed"
)

PAGES = (
    "/-/login", "/record/3/edit", "/record/4/edit", "/record/4", "/record/4/report", "/collections",
    "/collection/zlo", "/collection/zlo/edit", "/desk",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A catalogue in which everything that people may write is hostile."""
    db = tmp_path_factory.mktemp("browser") / "netmeta.db"
    fill(db, hostile=True)
    make_curator(db)
    with Netmeta.open(db) as nm:
        collections.make(nm.catalogue, "Зло", EVIL, author=EVIL)
        collections.describe(nm.catalogue, "zlo", EVIL[:100], EVIL, author=EVIL)
        collections.put(nm.catalogue, "zlo", 4, EVIL, author=EVIL)
        reports.report(nm.catalogue, 4, "other", EVIL)
        edit(nm.catalogue, 4, values={"place": EVIL, "summary": EVIL}, author=EVIL)
    app = opened(db)
    with Serving(app) as url:
        yield url.rstrip("/")


@pytest.fixture(scope="module")
def browser(site: str) -> Iterator[Browser]:
    """A browser whose profile is signed in."""
    with Browser() as browser:
        page = browser.open(f"{site}/-/login?next=/record/1/edit")
        press(page, "form.sheet button", username="мария", password=PASSWORD)
        assert page.value("location.pathname") == "/record/1/edit"
        browser.close(page)
        yield browser


def press(page: Page, selector: str, **fields: str) -> None:
    """Fill in fields by their names, press a button, wait for the page it leads to."""
    for name, value in fields.items():
        page.value(f"document.querySelector('[name=\"{name}\"]').value = {json.dumps(value)}")
    page.value(f"window.before = true, document.querySelector({json.dumps(selector)}).click()")
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            if page.value("!window.before && document.readyState === 'complete'"):
                return
        except RuntimeError:  # between two pages there is none to ask
            pass
        asyncio.run(asyncio.sleep(0.02))
    raise TimeoutError(selector)


def titles(browser: Browser, address: str) -> Any:
    page = browser.open(address)
    found = page.value("[...document.querySelectorAll('.nm-hits h2')].map(h => h.innerText)")
    browser.close(page)
    return found


def test_a_curators_day(browser: Browser, site: str) -> None:
    search = f"{site}/search?q=%D1%81%D0%B8%D0%BD%D1%85%D1%80%D0%BE%D1%84%D0%B0%D0%B7%D0%BE%D1%82%D1%80%D0%BE%D0%BD"
    page = browser.open(f"{site}/record/1")
    press(page, "a[href='/record/1/edit']")
    press(page, "button[value=save]", title="Синхрофазотрон на уроке")
    assert page.value("document.querySelector('h1').innerText") == "Синхрофазотрон на уроке"
    assert "Сохранено" in page.value("document.querySelector('.note').innerText")
    assert titles(browser, search) == ["Синхрофазотрон на уроке"]
    press(page, "a[href='/record/1/edit']")
    press(page, "button[value=hide]")
    assert titles(browser, search) == []
    press(page, "button[value=show]")
    assert titles(browser, search) == ["Синхрофазотрон на уроке"]
    press(page, "a[href='/record/1/edit']")
    press(page, "button[value='back:title']")
    assert "Пифагора" in page.value("document.querySelector('h1').innerText")
    assert titles(browser, search) == []
    assert page.heard == []
    browser.close(page)


def test_signing_out(site: str) -> None:
    with Browser() as other:
        page = other.open(f"{site}/-/login")
        press(page, "form.sheet button", username="мария", password=PASSWORD)
        press(page, "header form button")
        assert page.value("document.querySelector('.actor')") is None
        page = other.open(f"{site}/record/1/edit")
        assert page.value("document.querySelector('form.sheet')") is None


@pytest.mark.parametrize("path", PAGES)
def test_nothing_that_people_wrote_executes(browser: Browser, site: str, path: str) -> None:
    page = browser.open(site + path)
    found = page.value(
        "({pwned: window.pwned ?? null, inline: [...document.querySelectorAll('*')].filter(e =>"
        " [...e.attributes].some(a => a.name.startsWith('on') || a.name === 'style')).length,"
        " scripts: [...document.querySelectorAll('script')].filter(s =>"
        " s.type !== 'application/ld+json' && !s.src).length,"
        " links: [...document.links].map(a => a.protocol)})"
    )
    assert (found["pwned"], found["inline"], found["scripts"]) == (None, 0, 0)
    assert set(found["links"]) <= {"http:", "https:"}
    assert page.heard == []
    browser.close(page)


@pytest.mark.parametrize("path", PAGES)
def test_forms_fit_a_phone_and_say_what_is_what(browser: Browser, site: str, path: str) -> None:
    page = browser.open(site + path, width=390, height=844)
    assert page.value("document.documentElement.scrollWidth") <= 390
    # Nothing sticks out of the box it stands in.
    assert page.value(
        "[...document.querySelectorAll('main input, main select, main textarea, main button')].filter(e =>"
        " e.getBoundingClientRect().right > 390).map(e => e.outerHTML.slice(0, 80))"
    ) == []  # fmt: skip
    # Each field has a name to be called by.
    assert page.value(
        "[...document.querySelectorAll('main input, main select, main textarea')].filter(e =>"
        " e.type !== 'hidden' && !e.labels.length && !e.ariaLabel).map(e => e.outerHTML.slice(0, 80))"
    ) == []  # fmt: skip
    browser.close(page)


def test_the_keyboard_sees_where_it_is(browser: Browser, site: str) -> None:
    page = browser.open(f"{site}/record/3/edit")
    page.value("document.querySelector('#f-title').focus()")
    for _ in range(6):
        page.press("Tab")
        assert page.value("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.close(page)
