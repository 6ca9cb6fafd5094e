"""A visitor of the pages who keeps cookies and sends forms, as a browser does."""

from __future__ import annotations

import asyncio
import json
import shutil
from http.cookies import SimpleCookie
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from selectolax.lexbor import LexborHTMLParser

from netmeta.config import load
from netmeta.services import curators

PASSWORD = "длинный пароль"


def copied(folder: Path, to: Path) -> Path:
    """The catalogue and index of a folder in another one."""
    shutil.copytree(folder, to, dirs_exist_ok=True)
    return to / "netmeta.db"


def hash_password(password: str) -> str:
    """Hashed a thousand times only: tests sign in often."""
    # The package has no types.
    return str(
        import_module("datasette_auth_passwords.utils").hash_password(password, iterations=1000)
    )


def make_curator(db: Path, name: str = "мария", password: str = PASSWORD) -> None:
    """The one account of a catalogue."""
    path = curators.accounts_file(load({"db": db}, environment={}))
    path.write_text(json.dumps({name: hash_password(password)}), "utf-8")


class Visitor:
    """Somebody with a cookie jar of their own."""

    def __init__(self, app: Datasette, **headers: str) -> None:
        self.app, self.headers = app, headers
        self.cookies: dict[str, str] = {}

    def header(self) -> str:
        """The Cookie header."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def get(self, path: str) -> Any:
        """What the site answers at a path."""
        return self._ask("GET", path)

    def tree(self, path: str) -> Any:
        """A page that must be there, parsed."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return LexborHTMLParser(answer.text)

    def post(self, path: str, *, page: str | None = None, token: bool = True, **values: Any) -> Any:
        """Send a form; `page` is where its token is looked up (the path itself, if not given)."""
        if token:
            found = LexborHTMLParser(self.get(page or path).text).css_first("input[name=csrftoken]")
            values = {"csrftoken": found.attributes["value"] if found else "none", **values}
        body = urlencode(values, doseq=True).encode()
        return self._ask("POST", path, body)

    def sign_in(self, name: str = "мария", password: str = PASSWORD) -> Any:
        """Sign in as a curator."""
        return self.post("/-/login", username=name, password=password)

    def _ask(self, method: str, path: str, body: bytes = b"") -> Any:
        headers = {name.replace("_", "-"): value for name, value in self.headers.items()}
        if self.cookies:
            headers["Cookie"] = self.header()
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"

        async def ask() -> Any:
            return await self.app.client.request(method, path, content=body, headers=headers)

        answer = asyncio.run(ask())
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0" or not morsel.value:
                    del self.cookies[name]
        return answer
