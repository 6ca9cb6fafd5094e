"""Curators sign in: by password, by the root token; nobody else, and nobody too often."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from selectolax.lexbor import LexborHTMLParser

from netmeta.config import load
from netmeta.errors import UsageError
from netmeta.facade import Netmeta
from netmeta.services import curators
from netmeta.web.allowance import DAY_S, Allowance, address_of
from netmeta.web.server import datasette
from netmeta.web.signing_in import onward
from tests.web_catalogue import close, fill, get, opened, tree
from tests.web_visitor import PASSWORD, Visitor, copied, hash_password, make_curator


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a catalogue, to be copied for each test."""
    folder = tmp_path_factory.mktemp("filled")
    fill(folder / "netmeta.db")
    return folder


@pytest.fixture
def app(filled: Path, tmp_path: Path) -> Iterator[Datasette]:
    db = copied(filled, tmp_path)
    make_curator(db)
    app = opened(db)
    yield app
    close(app)


def test_a_curator_signs_in_and_out(app: Datasette) -> None:
    visitor = Visitor(app)
    answer = visitor.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("ds_actor"))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "мария" in visitor.tree("/").css_first(".actor").text()
    assert visitor.post("/-/logout", page="/").status_code == 303
    assert visitor.tree("/").css_first(".actor") is None


def test_a_wrong_password_is_told_plainly_and_counted(app: Datasette) -> None:
    visitor = Visitor(app)
    for name, password in (("мария", "не тот пароль"), ("никто", PASSWORD), ("root", PASSWORD)):
        answer = visitor.sign_in(name, password)
        assert answer.status_code == 403
        assert "или пароль другой" in answer.text
        assert "ds_actor" not in visitor.cookies
    for _ in range(7):
        visitor.sign_in("мария", "не тот пароль")
    assert visitor.sign_in().status_code == 429


def test_the_login_page_speaks_the_visitors_language(app: Datasette) -> None:
    page: Any = tree(app, "/-/login")
    assert page.css_first("html").attributes["lang"] == "ru"
    assert "Вход для кураторов" in page.css_first("h1").text()
    assert not page.css("style, [style], script")
    assert page.css_first("input[name=csrftoken]").attributes["value"]
    assert [a.attributes["href"] for a in page.css("footer a")].count("/-/login") == 1
    english: Any = tree(app, "/-/login?lang=en")
    assert "Sign in" in english.css_first("h1").text()


def test_without_accounts_the_page_says_how_to_make_one(filled: Path, tmp_path: Path) -> None:
    app = opened(copied(filled, tmp_path))
    page: Any = tree(app, "/-/login")
    assert page.css_first("input[name=password]") is None
    assert "netmeta curator add" in page.css_first("main").text()
    close(app)


@pytest.mark.parametrize("change", ["password", "removed"])
def test_a_changed_account_is_signed_out_everywhere(
    app: Datasette, change: str, tmp_path: Path
) -> None:
    visitor = Visitor(app)
    visitor.sign_in()
    assert visitor.get("/record/1/edit").status_code == 200
    if change == "password":
        make_curator(tmp_path / "netmeta.db", password="другой пароль")
    else:
        curators.drop_account(load({"db": tmp_path / "netmeta.db"}, environment={}), "мария")
    assert visitor.get("/record/1/edit").status_code == 403


def test_an_account_of_the_plugins_own_configuration(app: Datasette) -> None:
    app._metadata_local["plugins"]["datasette-auth-passwords"] = {
        "anna_password_hash": hash_password("ещё один пароль"),
        "actors": {"anna": {"id": "anna", "name": "Анна"}},
    }
    visitor = Visitor(app)
    visitor.sign_in("anna", "ещё один пароль")
    assert visitor.tree("/").css_first(".actor").text() == "Анна"
    assert visitor.get("/record/1/edit").status_code == 200


def test_the_root_token_makes_a_curator(app: Datasette) -> None:
    visitor = Visitor(app)
    token = app._root_token
    for wrong in ("", "?token=", "?token=ё", f"?token={token}x"):
        assert visitor.get(f"/-/auth-token{wrong}").status_code == 403
    answer = visitor.get(f"/-/auth-token?token={token}")
    assert answer.status_code == 303
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("ds_actor"))
    assert "HttpOnly" in cookie
    assert "Max-Age=1209600" in cookie
    assert visitor.get("/record/1/edit").status_code == 200
    assert Visitor(app).get(f"/-/auth-token?token={token}").status_code == 403  # once only


def test_a_cookie_that_nobody_signed_is_nobodys(app: Datasette) -> None:
    for made in (
        "rubbish",
        app.sign({"a": {"id": "мария"}}, "actor"),
        app.sign({"a": {"id": "root", "account": "мария", "mark": "x"}}, "actor"),
        app.sign({"a": {"id": "root"}, "e": "1"}, "actor"),  # expired in 1970
    ):
        visitor = Visitor(app)
        visitor.cookies["ds_actor"] = made
        assert visitor.get("/record/1/edit").status_code == 403


@pytest.mark.parametrize(
    ("asked", "leads"),
    [("/record/1/edit", "/record/1/edit"), ("", "/desk"), ("//evil.example/", "/desk"),
     ("/\\evil.example", "/desk"), ("https://evil.example", "/desk"), ("/-/logout", "/desk"),
     ("/x\r\nSet-Cookie: a=b", "/desk")],
)  # fmt: skip
def test_signing_in_leads_within_the_site(asked: str, leads: str) -> None:
    assert onward(asked) == leads


def test_basic_credentials_cost_nothing(app: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    def hashed(*_: object) -> bool:
        raise AssertionError("a password was hashed on the serving thread")

    monkeypatch.setattr("datasette_auth_passwords.utils.verify_password", hashed)
    app._metadata_local["plugins"]["datasette-auth-passwords"] = {"anna_password_hash": "x$1$y$z"}
    assert get(app, "/", Authorization="Basic YW5uYTp4").status_code == 200
    assert get(app, "/", Authorization="Basic %%%").status_code == 200
    assert get(app, "/-/password-tool").status_code == 403


def test_nothing_too_long_is_read(app: Datasette) -> None:
    async def post(**headers: Any) -> Any:
        return await app.client.post("/-/messages", content=b"x=" + b"a" * 300_000, headers=headers)

    assert asyncio.run(post(cookie="a=b")).status_code == 413

    async def endless() -> Any:
        async def body() -> Any:
            yield b"x"

        return await app.client.post("/record/1/report", content=body())

    assert asyncio.run(endless()).status_code == 413


def test_a_published_copy_is_only_read(filled: Path, tmp_path: Path) -> None:
    db = copied(filled, tmp_path)
    make_curator(db)
    with Netmeta.open(db) as nm:
        nm.catalogue.conn.execute("PRAGMA journal_mode = DELETE")
    before = db.read_bytes()
    app = datasette(load({"db": db}, environment={}), immutable=True)
    asyncio.run(app.invoke_startup())
    visitor = Visitor(app)
    page = visitor.tree("/record/1")
    assert page.css_first(".report") is None
    assert page.css_first("footer a[href='/-/login']") is None
    assert visitor.sign_in().status_code == 403
    assert visitor.post("/record/1/report", kind="link").status_code == 403
    assert visitor.get("/collections").status_code == 200
    assert db.read_bytes() == before
    close(app)


# --- accounts and allowances --------------------------------------------------------------------


def test_accounts_are_kept_in_a_file_of_the_owner(tmp_path: Path) -> None:
    config = load({"db": tmp_path / "netmeta.db"}, environment={})
    assert curators.set_account(config, "Мария", "длинный пароль")
    assert not curators.set_account(config, "Мария", "другой пароль!")
    path = curators.accounts_file(config)
    assert path.stat().st_mode & 0o777 == 0o600
    assert "пароль" not in path.read_text("utf-8")
    made = json.loads(path.read_text("utf-8"))["Мария"]
    assert curators.is_password("другой пароль!", made)
    assert not curators.is_password("длинный пароль", made)
    assert not curators.is_password("", None)
    for name, password in (("root", "длинный пароль"), ("a b", "длинный пароль"), ("x", "коротко")):
        with pytest.raises(UsageError):
            curators.set_account(config, name, password)
    with pytest.raises(UsageError):
        curators.drop_account(config, "никто")
    assert list(tmp_path.iterdir()) == [path]


def test_an_address_has_so_many_attempts_and_is_forgotten() -> None:
    now = [0.0]
    allowance = Allowance(2, 60, clock=lambda: now[0])
    assert [allowance.take("192.0.2.1") for _ in range(3)] == [True, True, False]
    assert allowance.take("192.0.2.2")
    now[0] = 61.0
    assert allowance.take("192.0.2.1")
    assert not any(b"192" in key for key in allowance._acts)
    first = set(allowance._acts)
    now[0] = DAY_S + 1
    assert allowance.take("192.0.2.1")
    assert not first & set(allowance._acts)  # another salt


def test_more_addresses_than_people_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netmeta.web.allowance.MOST_ADDRESSES", 3)
    now = [0.0]
    allowance = Allowance(1, 60, clock=lambda: now[0])
    assert [allowance.take(f"192.0.2.{n}") for n in range(5)] == [True, True, True, False, False]
    now[0] = 61.0
    assert allowance.take("192.0.2.9")


@pytest.mark.parametrize(
    ("client", "address"),
    [(("192.0.2.7", 1), "192.0.2.7"), (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
     (("testclient", 1), "testclient"), (None, "")],
)  # fmt: skip
def test_the_address_that_counts(client: Any, address: str) -> None:
    request = type("Request", (), {"scope": {"client": client}})()
    assert address_of(request) == address


def test_cookies_are_read_as_a_browser_reads_them(app: Datasette) -> None:
    """The visitor of these tests keeps what the site sets, and nothing it takes back."""
    visitor = Visitor(app)
    visitor.sign_in()
    assert SimpleCookie(visitor.header())["ds_actor"].value == visitor.cookies["ds_actor"]
    assert LexborHTMLParser(visitor.get("/").text).css_first("form[action='/-/logout']") is not None
