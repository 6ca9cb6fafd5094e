"""In which language a visitor reads: asked for, chosen before, or preferred by the browser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlencode

from netmeta.texts import Language

COOKIE: Final = "netmeta_lang"
KEPT_S: Final = 365 * 24 * 3600


def chosen(scope: Mapping[str, Any]) -> Language | None:
    """What `?lang=` asks for; None if it asks for nothing we speak."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[-1]
    return _spoken(asked)


def language_of(scope: Mapping[str, Any]) -> Language:
    """`?lang=`, else the cookie, else Accept-Language; Russian if none of them says English."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    kept = _cookie(headers.get(b"cookie", ""))
    return chosen(scope) or kept or _preferred(headers.get(b"accept-language", ""))


def cookie(language: Language) -> bytes:
    """The Set-Cookie value that keeps a choice for a year."""
    return f"{COOKIE}={language}; Path=/; Max-Age={KEPT_S}; SameSite=Lax; HttpOnly".encode("ascii")


def switched(path: str, query: str, language: Language) -> str:
    """The address of the same page in another language."""
    pairs: Iterable[tuple[str, str]] = parse_qsl(query, keep_blank_values=True)
    return f"{path}?{urlencode([*((k, v) for k, v in pairs if k != 'lang'), ('lang', language)])}"


def _spoken(word: str) -> Language | None:
    return "ru" if word == "ru" else "en" if word == "en" else None


def _cookie(text: str) -> Language | None:
    try:
        morsel = SimpleCookie(text).get(COOKIE)
    except CookieError:
        return None
    return _spoken(morsel.value) if morsel else None


def _preferred(accepted: str) -> Language:
    """The first of ours in order of weight (RFC 9110, 12.5.4)."""
    weighed = []
    for place, part in enumerate(accepted.split(",")[:20]):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if (language := _spoken(tag[:2].lower())) and quality > 0:
            weighed.append((-quality, place, language))
    return min(weighed)[2] if weighed else "ru"
