"""Text of a page to one lxml tree, in bounded time and memory whatever the markup."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

import lxml.etree

from netmeta.model import Problem

MAX_CHARS = 2_000_000
"""What is read of a page; the rest is cut off. The longest real page at hand has 0.7 M."""

_PLAIN = re.compile(r"(https?://[A-Za-z0-9.:_-]+)?(?:/[\w%~-][\w%~.-]*)+/?(?:\?[\w%=&.~-]+)?")
"""Links that need no joining: an address or a path from the root, with nothing odd in it."""
_PLAIN_ROOT = re.compile(r"https?://[A-Za-z0-9.:_-]+/")
_FROM_ROOT = re.compile(r"/(?![/\s])|https?://\w")
"""Links for which only the host of the page matters."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_LONG_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)([^<>]{3900,})")
_WINDOW = 1900
"""In steps of so many characters, the first that begins inside a tag that is too long also ends
inside it."""
_MAX_TAG_WORDS = 400
"""libxml2 needs time quadratic in the attributes of a tag: 200,000 take 90 seconds."""
_EARLY_END = re.compile(rb"</html\s*>(?=[^<]*<)", re.I)
"""The end of a page that goes on: libxml2 would drop the rest, which browsers show."""
_KEPT_WHEN_FLAT = frozenset({"p", "br", "a", "h1", "h2", "h3", "title", "head", "body", "meta"})
_OPAQUE = re.compile(r"<(script|style|noscript)\b.*?(?:</\1\s*>|\Z)", re.I | re.S)


Parsed = tuple[lxml.etree._Element | None, tuple[Problem, ...]]
_remembered: list[tuple[str, Parsed]] = []


def parse(text: str, utf8: bytes | None = None) -> Parsed:
    """The document's tree, or None if the text holds nothing to make a tree of.

    Args:
        utf8: the text encoded, where it is at hand.

    libxml2 gives up at 2048 nested elements and drops what follows; such a page is flattened to
    its paragraphs and links first. Problem codes (field "page"): "too-large", "too-deep".
    The last tree is remembered until `forget`: a family, a portal's spider and the reader each
    want that of the same page. Nobody may change it.
    """
    for known, found in _remembered:
        if known is text:
            return found
    found = _parsed(text, utf8)
    _remembered[:] = [(text, found)]
    return found


def forget() -> None:
    """Let go of the last tree. Right after its use that takes 20 us for a page of 50 KB; once the
    tree has left the processor's caches, 150."""
    _remembered.clear()


def _parsed(text: str, utf8: bytes | None) -> Parsed:
    problems = []
    read = without_floods(text[:MAX_CHARS])
    if len(text) > MAX_CHARS:
        problems.append(Problem(field="page", code="too-large"))
    root, too_deep = _parse(utf8 if utf8 is not None and read is text else _encoded(read))
    if too_deep:
        problems.append(Problem(field="page", code="too-deep"))
        root, _ = _parse(_encoded(flat(read)))
    return root, tuple(problems)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def without_floods(text: str) -> str:
    """The text without the attributes of tags that have hundreds of them."""
    windows = range(0, len(text), _WINDOW)
    if any(
        text.find("<", at, at + _WINDOW) < 0 and _is_inside_long_tag(text, at) for at in windows
    ):
        return _LONG_TAG.sub(_without_attribute_floods, text)
    return text


def _is_inside_long_tag(text: str, at: int) -> bool:
    """Whether the window that begins at `at`, in which no tag begins, is the first inside a tag
    that is too long.

    Searches that end at once nearly everywhere: a pattern would have to walk through all the text.
    """
    if text.find(">", at, at + _WINDOW) >= 0:
        return False
    start = text.rfind("<", max(0, at - _WINDOW), at)
    return start >= 0 and _LONG_TAG.match(text, start) is not None


def _without_attribute_floods(tag: re.Match[str]) -> str:
    flood = len(tag[2].split(None, _MAX_TAG_WORDS)) > _MAX_TAG_WORDS
    return f"<{tag[1]} " if flood else tag[0]


def _parse(utf8: bytes) -> tuple[lxml.etree._Element | None, bool]:
    parser = lxml.etree.HTMLParser(
        encoding="utf-8",
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,  # nobody asks the tree for an element by its id
    )
    try:
        root = lxml.etree.fromstring(_EARLY_END.sub(b"", utf8), parser=parser)
    except lxml.etree.XMLSyntaxError:  # nothing but comments, say
        return None, False
    too_deep = any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)
    return root, too_deep


def flat(text: str) -> str:
    """The text without any tag that can nest."""

    def kept(tag: re.Match[str]) -> str:
        return tag[0] if tag[2].lower() in _KEPT_WHEN_FLAT else " "

    return _TAG.sub(kept, _OPAQUE.sub(" ", text))


def base_url(root: lxml.etree._Element, url: str) -> str:
    """What relative links of the page are relative to."""
    for base in root.iterfind(".//base[@href]"):
        return absolute(base.get("href") or "", url) or url
    return url


def absolute(link: str | None, base: str) -> str | None:
    """`link` as an http(s) address, or None if it is none."""
    if not link or not (link := link.strip()):
        return None
    if _FROM_ROOT.match(link):  # of the template, say: on every page of a host
        base = _root(base)
    return _joined(link, base)


@lru_cache(maxsize=64)
def _root(url: str) -> str:
    """As much of an address as a link that begins with "/" is relative to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.scheme}://{parts.netloc}/"


@lru_cache(maxsize=8192)
def _joined(link: str, base: str) -> str | None:
    if plain := _PLAIN.fullmatch(link):
        if plain[1]:
            return link
        if _PLAIN_ROOT.fullmatch(base):
            return base[:-1] + link
    try:
        joined = urljoin(base, link)
        parts = urlsplit(joined)
    except ValueError:  # "http://[", say
        return None
    return joined if parts.scheme in ("http", "https") and parts.netloc else None
