"""What stands before every page: the visitor's language, safe addresses, headers, safe CSV.

Scripts and styles come from our own files only; Datasette's pages keep to that because our
templates replace its inline ones. JSON-LD in a page is data, which the policy does not touch.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from netmeta.texts import set_language
from netmeta.web import language

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Callable[[], Awaitable[dict[str, Any]]], Send], Awaitable[None]]

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS: Final = (
    (b"content-security-policy", POLICY.encode("ascii")),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
)

MAX_QUERY_BYTES: Final = 8_000
"""Longer query strings are no search and no filter of ours."""

MAX_BODY_BYTES: Final = 250_000
"""Of a POST: forms are smaller (netmeta/web/forms.py), Datasette would read anything into memory."""


def guarded(app: App, prepare: Callable[[Scope], Scope] = lambda scope: scope) -> App:
    """The application behind the guard; `prepare` may change what is asked for."""

    async def answer(
        scope: Scope, receive: Callable[[], Awaitable[dict[str, Any]]], send: Send
    ) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        set_language(language.language_of(scope))
        asked = language.chosen(scope)
        outgoing = _Outgoing(send, language.cookie(asked) if asked else None)
        outgoing.is_csv = scope["path"].endswith(".csv")  # shown in a browser as plain text
        if _is_crooked(scope):
            await _refuse(outgoing, 400)
        elif _is_heavy(scope):
            await _refuse(outgoing, 413)
        else:
            await app(prepare(scope), receive, outgoing)

    return answer


def _is_crooked(scope: Scope) -> bool:
    """Whether an address is one that browsers and Datasette read differently.

    `/\\evil.example/` and `//evil.example/` lose their last slash by a redirect to the rest, which
    a browser takes for another host (seen in Datasette 0.65.5).
    """
    path = (scope.get("raw_path") or scope["path"].encode("utf-8", "replace")).partition(b"?")[0]
    folded = path.lower()
    return (
        b"\\" in path
        or b"%5c" in folded
        or b"~5c" in folded
        or path.startswith((b"//", b"/%2f", b"/%2F"))
        or len(scope["query_string"]) > MAX_QUERY_BYTES
    )


def _is_heavy(scope: Scope) -> bool:
    """Whether what is sent is longer than any form of ours, or does not say how long it is."""
    if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
        return False
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    return b"transfer-encoding" in headers or not (
        length.isdigit() and int(length) <= MAX_BODY_BYTES
    )


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": str(status).encode("ascii")})


class _Outgoing:
    """`send` that adds the headers, and makes CSV safe to open in a spreadsheet."""

    def __init__(self, send: Send, cookie: bytes | None) -> None:
        self._send, self._cookie = send, cookie
        self.is_csv = False
        self._held: dict[str, Any] | None = None
        self._body: list[bytes] = []

    async def __call__(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": self._headers(message.get("headers", []))}
            if _is_csv(message["headers"], named_so=self.is_csv):
                self._held = message
                return
        elif self._held is not None:
            self._body.append(message.get("body", b""))
            if not message.get("more_body"):
                await self._release()
            return
        await self._send(message)

    async def _release(self) -> None:
        assert self._held is not None
        body = safe_csv(b"".join(self._body).decode("utf-8", "replace")).encode("utf-8")
        headers = [(k, v) for k, v in self._held["headers"] if k.lower() != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode("ascii")))
        await self._send({**self._held, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})

    def _headers(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        there = {name.lower() for name, _ in headers}
        out = [*headers, *((name, value) for name, value in HEADERS if name not in there)]
        vary = b", ".join([*(v for k, v in out if k.lower() == b"vary"), b"Accept-Language"])
        out = [*((k, v) for k, v in out if k.lower() != b"vary"), (b"vary", vary)]
        return [*out, (b"set-cookie", self._cookie)] if self._cookie else out


def _is_csv(headers: list[tuple[bytes, bytes]], *, named_so: bool) -> bool:
    """Whether it is CSV by its type; plain text is, too, at an address that ends so."""
    kinds = (b"text/csv", b"text/plain") if named_so else (b"text/csv",)
    return any(k.lower() == b"content-type" and v.startswith(kinds) for k, v in headers)


_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)?")


def safe_csv(text: str) -> str:
    """CSV whose cells no spreadsheet takes for a formula: such cells get a leading apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    csv.field_size_limit(1 << 24)
    for row in csv.reader(io.StringIO(text, newline="")):
        writer.writerow([_safe_cell(cell) for cell in row])
    return out.getvalue()


def _safe_cell(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
