"""Canonical addresses: one work, one address, whatever way a link was written.

Rules, all [E] evidenced in shared notes on the portals unless said otherwise:
a trailing dot of the host (nsportal.ru.), «www.», letter case, default ports, fragments, tracking
and session parameters, percent-encoding (Cyrillic paths are written out), index pages, and the
moves of whole archives (`_MOVED`).
"""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from netmeta.model import Problem

MAX_URL_CHARS = 2_000
_TRACKING = re.compile(
    r"utm_\w+|gclid|yclid|ysclid|fbclid|_openstat|openstat|from|ref|referer|referrer|mc_[ce]id|_ga|"
    r"roistat\w*|yadclid|yadordid|rb_clickid|etext|clid|msclkid|igshid|share|guest_token",
    re.IGNORECASE,
)
_SESSION = re.compile(
    r"phpsessid|jsessionid|aspsessionid\w*|bitrix_sessid|sessid|sid|session_?id|ssid|token|"
    r"print|lang_ui|clear_cache|back_url\w*|backurl|replytocom",
    re.IGNORECASE,
)
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:php|html?|aspx?)$", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
# A work's older address -> its address today; the ids stayed the same.
_MOVED = (
    (re.compile(r"https://festival\.1september\.ru/articles/(\d+)/?(?:\?.*)?$"), r"https://urok.1sept.ru/articles/\1"),
    (re.compile(r"https://urok\.1sept\.ru/(?:статьи|articles)/(\d+)/?(?:\?.*)?$"), r"https://urok.1sept.ru/articles/\1"),
    (re.compile(r"https://(?:xn--80ahdnteo\.)?открытыйурок\.рф/(?:статьи|articles)/(\d+)/?(?:\?.*)?$"), r"https://urok.1sept.ru/articles/\1"),
    (re.compile(r"https://nsportal\.ru/detskii-sad/"), "https://nsportal.ru/detskiy-sad/"),
)  # fmt: skip
_MOVED_HOSTS = frozenset(
    ("festival.1september.ru", "urok.1sept.ru", "открытыйурок.рф", "xn--80ahdnteo.открытыйурок.рф", "nsportal.ru")
)  # fmt: skip
# uCoz: the number after the last hyphen identifies an entry of a module, under however many
# categories and words it is listed (/load/x/y/28-1-0-702 is /load/31-1-0-702). The address is not
# rewritten, because nobody could try whether a shortened one opens; the identity is.
_UCOZ_ENTRY = re.compile(
    r"^/(load|publ|blog|photo|video|dir|faq|board|stuff)/.*?\d+-\d+-\d+-(\d+)$"
)
_UCOZ_NEWS = re.compile(r"^/(news|blog)/.*?\d{4}-\d\d-\d\d-(\d+)$")
# A host written as `_host` writes it, and a path that needs no decoding: nearly all addresses.
_PLAIN = re.compile(
    r"https?://(?!www\.|xn--)([a-z0-9-]+(?:\.(?!xn--)[a-z0-9-]+)*)(/[\w/.~-]*)(?=[?#]|\Z)", re.ASCII
)
_SLASHES = re.compile(r"/{2,}")
_UNSAFE = re.compile(r"[%?#\s\x00-\x20\"<>\\^`{|}\x7f]")
_UNRESERVED = "/:@!$&'()*+,;=~-._"


class _NotAnAddressError(ValueError):
    """Not an address of the web; the code of the problem is its argument."""


@lru_cache(maxsize=4096)
def canonical_url(url: str, base: str | None = None) -> str | None:
    """The address under which a page is known, or None if it is no http(s) address.

    Always https unless a port is given: portals moved to https one by one, and their old links
    stayed. Query parameters are sorted. Applying it twice is applying it once.
    """
    if base is None and _is_canonical(url):
        return url
    try:
        return _canonical(url, base)
    except _NotAnAddressError:
        return None


def web_address(
    url: str, field: str, base: str | None = None
) -> tuple[str | None, tuple[Problem, ...]]:
    """`canonical_url`-like check for links that are kept as they are (files, pictures).

    Only http and https survive; "javascript:", "data:", "file:" and the rest become a problem
    "bad-address". The address itself is not rewritten, because servers of files are pedantic.
    """
    try:
        whole = _joined(base, url.strip()) if base else url.strip()
        parts = urlsplit(whole)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or len(whole) > MAX_URL_CHARS
        ):
            raise _NotAnAddressError(url)
    except ValueError:
        return None, (Problem(field=field, code="bad-address", value=url[:200]),)
    return whole.replace(" ", "%20"), ()


def _joined(base: str, url: str) -> str:
    """`urljoin`, five times as fast for plain absolute addresses and paths."""
    if url.isprintable() and "/." not in url:
        if url.startswith(("https://", "http://")):
            return url
        page = urlsplit(base)
        if url.startswith("/") and not url.startswith("//") and page.netloc:
            return f"{page.scheme}://{page.netloc}{url}"
    return urljoin(base, url)


_DONE = re.compile(
    r"https://(?!www\.)((?!xn--)[a-z0-9][a-z0-9-]*(?:\.(?!xn--)[a-z0-9][a-z0-9-]*)+)"
    r"(?:/|(?:/[\w.~-]+)+)(?:\?([a-zA-Z_]+)=[\w.~-]+)?",
    re.ASCII,
)


def _is_canonical(url: str) -> bool:
    """Whether a plain address is as it should be already, seen at a tenth of the cost; most are,
    wherever addresses come from another catalogue. False may also mean that it takes a closer look."""
    found = _DONE.fullmatch(url)
    if found is None or len(url) > MAX_URL_CHARS or found[1] in _MOVED_HOSTS:
        return False
    name = found[2]
    if name and (_TRACKING.fullmatch(name) or _SESSION.fullmatch(name)):
        return False
    return not _INDEX.search(url.partition("?")[0])


def _canonical(url: str, base: str | None) -> str:
    text = url.strip()
    try:
        parts = urlsplit(urljoin(base, text) if base else text)
        host, port = parts.hostname or "", parts.port
    except ValueError as exc:
        raise _NotAnAddressError(url) from exc
    if parts.scheme not in ("http", "https") or not host or len(text) > MAX_URL_CHARS:
        raise _NotAnAddressError(url)
    host = _host(host)
    if not host:
        raise _NotAnAddressError(url)
    scheme = "https"
    if port is not None and port not in _DEFAULT_PORTS.values():
        scheme = parts.scheme
        host = f"{host}:{port}"
    path = _path(parts.path)
    whole = urlunsplit((scheme, host, path, _query(parts.query), ""))
    if host in _MOVED_HOSTS:
        for pattern, today in _MOVED:
            whole = pattern.sub(today, whole)
    return whole


@lru_cache(maxsize=1024)
def _host(host: str) -> str:
    """Lower case, no trailing dot, no «www.», international names in Cyrillic."""
    host = host.rstrip(".").lower()
    if host.startswith("www.") and host.count(".") > 1:
        host = host[4:]
    if "xn--" in host:
        with suppress(UnicodeError):  # not a valid international name: keep it as written
            host = host.encode("ascii").decode("idna")
    return f"[{host}]" if ":" in host else host


def _path(path: str) -> str:
    """Percent-encoding undone where the result is readable UTF-8, kept where it is not."""
    if ";" in path:
        path = _SESSION_PATH.sub("", path)
    path = _readable(path)
    if "//" in path:
        path = _SLASHES.sub("/", path)
    while (shorter := _INDEX.sub("/", path.rstrip("/")) or "/") != path:
        path = shorter  # «/index.php/» is «/index.php» is «/»
    return path


def _readable(path: str) -> str:
    text = unquote(path, errors="replace") if "%" in path else path
    if "\ufffd" in text:
        return path  # cp1251 escapes and the like
    # What would change the address' meaning, or break it, is escaped again.
    return _UNSAFE.sub(lambda m: quote(m[0], safe=""), text)


def _query(query: str) -> str:
    if not query:
        return ""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return query
    kept = sorted(
        (name, value)
        for name, value in pairs
        if not (_TRACKING.fullmatch(name) or _SESSION.fullmatch(name) or "@" in value)
    )
    return urlencode(
        kept,
        quote_via=quote,
        safe=_UNRESERVED.replace("&", "").replace("+", "").replace("=", "").replace(";", ""),
    )


def external_id(canonical: str) -> str:
    """Identity of a page within its source, when the portal gives none: never title or date.

    The canonical address without scheme, or, for uCoz, module and number of the entry. What is
    no address of the web identifies by its own words.
    """
    if len(canonical) > MAX_URL_CHARS:
        return _by_its_words(canonical)
    try:
        parts = urlsplit(canonical)
    except ValueError:
        return _by_its_words(canonical)
    if parts.scheme not in ("https", "http") or not parts.netloc:
        return _by_its_words(canonical)
    for pattern in (_UCOZ_ENTRY, _UCOZ_NEWS):
        if found := pattern.match(parts.path):
            return f"{parts.netloc}/{found[1]}/{found[2]}"
    return canonical.partition("://")[2].rstrip("/")


def _by_its_words(text: str) -> str:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"not-an-address:{text[:100]}:{digest}"


def segments(url: str) -> tuple[str, ...]:
    """The path's parts, decoded, without empty ones: what sections a portal files a page under."""
    if plain := _PLAIN.match(url, 0, MAX_URL_CHARS):
        return tuple(filter(None, plain[2].split("/")))
    try:
        path = urlsplit(url[:MAX_URL_CHARS]).path
    except ValueError:
        return ()
    return tuple(part for part in unquote(path).split("/") if part)


@lru_cache(maxsize=1024)
def _host_of(address: str) -> str:
    return _host(urlsplit(address).hostname or "")


def host_of(url: str) -> str:
    """The host without «www.» and trailing dot; "" if there is none."""
    if plain := _PLAIN.match(url):
        return plain[1]
    try:
        return _host_of("//" + urlsplit(url).netloc)
    except ValueError:
        return ""
