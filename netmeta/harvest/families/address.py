"""Address grammars: tables of rules from the form of an address to what its page is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from netmeta.harvest.families.base import PageKind, PageUrl

MAX_URL_CHARS: Final = 2000


@dataclass(frozen=True, slots=True)
class Rule:
    """If the pattern is found in the address, its page is of this kind.

    The pattern sees the path (decoded, without its last slash) and, if there is a query, "?" and
    the query. Groups that may be named in it: `id`, the identity of an entry; `module`. Where an
    entry has no `id`, its whole path is the identity.
    """

    pattern: re.Pattern[str]
    kind: PageKind


def rules(*table: tuple[str, PageKind]) -> tuple[Rule, ...]:
    """A grammar, tried in order: the first pattern that is found decides. Case is ignored."""
    return tuple(Rule(re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in table)


ALWAYS: Final = rules(
    # What no harvest wants, on any engine: accounts, baskets, other views of the same page.
    (r"^/(?:[\w-]+/)?(?:log[io]n|logout|sign-?[iu][np]|register|registration|auth|password|search"
     r"|poisk|print)(?:/|\.php|\.aspx?|\.html?|\?|$)|^/(?:cart|basket|compare|personal|account|admin|administrator"
     r"|captcha)(?:/|\.|\?|$)", "other"),
    (r"\?(?:.*&)?(?:print|printable|version=print|tmpl=component|pdf|share|replytocom|login|logout"
     r"|register|backurl|return_?url|destination|action=|add2basket|captcha|reply|sid=|phpsessid)",
     "other"),
    (r"\?(?:.*&)?(?:sort\w*|order\w*|orderby|dir|filter\w*|arrfilter\w*|f\[\w*\]|view_mode|per_?page|limit"
     r"|showall_\d+)=", "other"),
    (r"\?(?:.*&)?(?:s|q|query|search|searchword|text|tag_search)=(?!(?:node|taxonomy|user)/)", "other"),
    (r"\?(?:.*&)?(?:rss(?:=|&|$)|feed=|format=feed|type=(?:rss|atom)|output=rss)", "feed"),
    (r"/(?:rss|feed|atom)(?:\.xml|\.php)?$|\.(?:rss|atom|feed)(?:\?|$)|/feed/(?:rss2?|atom|rdf)$"
     r"|/rss2?/[\w-]+$", "feed"),
    (r"\.(?:docx?|xlsx?|pptx?|ppsx?|odt|ods|odp|pdf|rtf|zip|rar|7z|djvu|epub|fb2|mp3|mp4|avi|wmv|flv|swf"
     r"|jpe?g|png|gif|bmp|svg|webp|ico|css|js|json|exe|apk|notebook|txt|csv)$", "download"),
    (r"^/sitemap[\w-]*\.xml|\.xml$", "other"),
    (r"/(?:calendar|kalendar|month\.calendar|week\.cal|day\.cal)/.*\d{4}"
     r"|\?(?:.*&)?(?:calendar|month|week|day|date|year|tribe-bar-date|ical|eventdate)=\d", "calendar"),
)  # fmt: skip
"""Tried before the grammar of any engine."""

_PAGE_NAME: Final = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_NOISE: Final = re.compile(
    r"^(?:utm_\w+|yclid|gclid|fbclid|ysclid|_openstat|from|ref|referrer|sid|phpsessid|jsessionid|set_template)$",
    re.IGNORECASE,
)


@lru_cache(maxsize=8192)
def target(url: str) -> str:
    """What a grammar sees of an address: "/path?query"; "" for what is no http address.

    The path is decoded, slashes are single, the last one and a name like index.html are gone;
    the query is without marks of where a visitor came from.
    """
    parts = _split(url)
    if parts is None:
        return ""
    path = re.sub(r"/{2,}", "/", "/" + unquote(parts.path))
    if parts.query:
        kept = [
            (name, value)
            for name, value in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=50)
            if not _NOISE.match(name)
        ] if parts.query.count("&") < 50 else []  # fmt: skip
        query = "&".join(f"{name}={value}" if value else name for name, value in kept)
    else:
        query = ""
        path = _PAGE_NAME.sub("/", path)
    return (path.rstrip("/") or "/") + (f"?{query}" if query else "")


def match(grammar: Iterable[Rule], seen: str) -> PageUrl | None:
    """What the first rule that fits says about `seen`, a `target`; None if none fits."""
    for rule in grammar:
        if found := rule.pattern.search(seen):
            groups = found.groupdict()
            module = (groups.get("module") or "").lower()
            if rule.kind != "entry":
                return PageUrl(rule.kind, module=module)
            identity = groups.get("id")
            prefix = f"{module}-" if module else ""
            return PageUrl("entry", f"{prefix}{identity}" if identity else path_key(seen), module)
    return None


def path_key(seen: str) -> str:
    """The identity of a page that has no number: its path, without slashes around and `.html`."""
    path = seen.split("?", 1)[0].strip("/")
    return re.sub(r"\.(?:html?|php|aspx?)$", "", path, flags=re.IGNORECASE)


@lru_cache(maxsize=512)
def host(url: str) -> str:
    """The host of an address as one name: small letters, no www., no trailing dot; port kept."""
    parts = _split(url)
    if parts is None:
        return ""
    name, _, port = parts.netloc.rpartition("@")[2].lower().partition(":")
    name = name.rstrip(".").removeprefix("www.")
    return f"{name}:{port}" if port and port not in ("80", "443") else name


def _split(url: str) -> SplitResult | None:
    if len(url) > MAX_URL_CHARS:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:  # "http://[", say
        return None
    return parts if parts.scheme in ("http", "https") and parts.netloc else None
