"""Who is a curator: accounts with a password, and the holder of Datasette's root token.

Accounts are those of datasette-auth-passwords, its hashes and its cookie; its own page is replaced
(English, inline styles, a quarter of a second of hashing on the thread that serves everybody).
Other plugins that sign people in may make them curators by the permission `netmeta-curate`.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from weakref import WeakKeyDictionary

from datasette.utils import baseconv
from datasette.utils.asgi import Forbidden, Response

from netmeta.errors import StorageError
from netmeta.services import curators
from netmeta.texts import t
from netmeta.web.acting import config_of
from netmeta.web.allowance import Allowance, address_of
from netmeta.web.forms import Form, RefusedError, answered, done, posted
from netmeta.web.page import render
from netmeta.web.sending import site_url

CURATE: Final = "netmeta-curate"

SIGNED_IN_S: Final = 14 * 24 * 3600

TRIES: Final = 10
TRIES_S: Final = 900.0
"""An address may try so many passwords in a quarter of an hour."""

MOST_WAITING: Final = 8
"""Passwords that wait to be hashed: two seconds of one core."""

_hashing: Final = ThreadPoolExecutor(1, thread_name_prefix="netmeta-password")
_waiting: Final[set[object]] = set()
_tries: WeakKeyDictionary[Any, Allowance] = WeakKeyDictionary()


def _accounts(datasette: Any) -> dict[str, str]:
    plugin = datasette.plugin_config("datasette-auth-passwords") or {}
    return curators.with_configured(curators.accounts(config_of(datasette)), plugin)


def permission(datasette: Any, actor: dict[str, Any] | None, action: str) -> bool | None:
    """Datasette's hook: whether an actor may curate; None where that is not for us to say."""
    if action != CURATE or not actor:
        return None
    account = actor.get("account")
    if account is None:
        return True if actor.get("id") == "root" else None
    try:
        made = _accounts(datasette).get(account)
    except StorageError:
        return False
    return made is not None and curators.mark(made) == actor.get("mark")


async def curator(datasette: Any, request: Any) -> str | None:
    """The name of the curator who asks; None of anybody else."""
    actor = request.actor if request else None
    if not actor or not await datasette.permission_allowed(actor, CURATE):
        return None
    return str(actor.get("name") or actor.get("id") or "")[:80] or None


async def require_curator(datasette: Any, request: Any) -> str:
    """The name of the curator who asks. Raises: RefusedError for anybody else."""
    name = await curator(datasette, request)
    if name is None:
        raise RefusedError(403, t("Only curators can do this."), sign_in=True)
    return name


@answered
async def sign_in(request: Any, datasette: Any) -> Any:
    """`/-/login`."""
    if request.method != "POST":
        return await _page(datasette, request, onward(request.args.get("next") or ""))
    form = await posted(request)
    accounts = _accounts(datasette)
    address = address_of(request)
    tries = _tries.setdefault(datasette, Allowance(TRIES, TRIES_S))
    if not tries.take(address):
        words = t("Too many attempts. Wait a quarter of an hour.")
        return await _page(datasette, request, onward(form.one("next")), error=words, status=429)
    name, made = form.one("username"), accounts.get(form.one("username"))
    if not await _fits(form, made) or made is None:
        words = t("There is no such name, or the password is another one.")
        return await _page(
            datasette, request, onward(form.one("next")), error=words, name=name, status=403
        )
    plugin = datasette.plugin_config("datasette-auth-passwords") or {}
    known = (plugin.get("actors") or {}).get(name) or {"id": name}
    response = Response.redirect(datasette.urls.path(onward(form.one("next"))), status=303)
    _remember(datasette, request, response, {**known, "account": name, "mark": curators.mark(made)})
    return response


async def _fits(form: Form, made: str | None) -> bool:
    if len(_waiting) >= MOST_WAITING:
        raise RefusedError(503, t("Too many people are signing in. Try again in a minute."))
    place = object()
    _waiting.add(place)
    password = form.values.get("password", [""])[-1][:1_000]
    work: Callable[[], bool] = lambda: curators.is_password(password, made)  # noqa: E731 - typed
    try:
        return await asyncio.get_running_loop().run_in_executor(_hashing, work)
    finally:
        _waiting.discard(place)


def _remember(datasette: Any, request: Any, response: Any, actor: dict[str, Any]) -> None:
    until = baseconv.base62.encode(int(time.time()) + SIGNED_IN_S)
    response.set_cookie(
        "ds_actor",
        datasette.sign({"a": actor, "e": until}, "actor"),
        max_age=SIGNED_IN_S,
        httponly=True,
        secure=site_url(request, datasette).startswith("https:"),
    )


def onward(path: str) -> str:
    """Where to go after signing in: a page of this site, the desk if none was asked for."""
    fits = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if fits and path.isprintable() and not path.startswith("/-/") else "/desk"


async def _page(
    datasette: Any, request: Any, next: str, *, error: str = "", name: str = "", status: int = 200
) -> Any:
    context = {
        "next": next, "error": error, "name": name, "robots": "noindex",
        "accounts": bool(_accounts(datasette)),
    }  # fmt: skip
    return await render(datasette, request, "netmeta_sign_in.html", context, status=status)


@answered
async def sign_out(request: Any, datasette: Any) -> Any:
    """`/-/logout`."""
    if request.method != "POST":
        return await render(datasette, request, "netmeta_sign_out.html", {"robots": "noindex"})
    await posted(request)
    response = done(datasette, request, "/", t("You are signed out."))
    response.set_cookie("ds_actor", "", expires=0, max_age=0)
    return response


async def root_token(request: Any, datasette: Any) -> Any:
    """`/-/auth-token?token=`: the address that `netmeta serve --root` prints, good for one visit.

    As Datasette's own, but with a cookie that no script can read and that ends.
    """
    token, datasette._root_token = datasette._root_token, None
    given = request.args.get("token") or ""
    if not token or not secrets.compare_digest(given.encode(), token.encode()):
        datasette._root_token = token
        raise Forbidden(request.path)
    response = Response.redirect(datasette.urls.path("/desk"), status=303)
    _remember(datasette, request, response, {"id": "root"})
    return response


async def closed(request: Any) -> Any:
    """The password plugin's own page for making hashes: `netmeta curator add` makes them."""
    raise Forbidden(request.path)


def without_basic(datasette: Any, scope: dict[str, Any]) -> dict[str, Any]:
    """A request without HTTP Basic credentials, unless the site asks for them: each would be hashed
    on the thread that serves everybody, and nothing would count the attempts."""
    headers = scope.get("headers") or []
    basic = (b"authorization", b"basic ")
    if not any(name == basic[0] and value[:6].lower() == basic[1] for name, value in headers):
        return scope
    if (datasette.plugin_config("datasette-auth-passwords") or {}).get("http_basic_auth"):
        return scope
    kept = [pair for pair in headers if pair[0] != basic[0]]
    return {**scope, "headers": kept}


ROUTES: Final[list[tuple[str, Callable[..., Any]]]] = [
    (r"^/-/login$", sign_in),
    (r"^/-/logout$", sign_out),
    (r"^/-/auth-token$", root_token),
    (r"^/-/password-tool$", closed),
]
"""(pattern, view), for the plugin."""
