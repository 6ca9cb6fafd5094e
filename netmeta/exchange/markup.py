"""Text that is valid in XML whatever was harvested: escaped, illegal characters dropped and counted.

XML is written as text and not through a tree: the shapes are few and fixed, and a full list of
100,000 records costs a fifth of the time. The tests read every output with lxml.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may contain, not even escaped (section 2.2)."""

_SPECIAL: Final = re.compile("[^\t\n !#-%'-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""All but what may stand as it is: one class is looked for three times as fast as one or another."""
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Escaper:
    """Escapes texts and attribute values; `dropped` counts the characters that had to go."""

    __slots__ = ("dropped",)

    def __init__(self) -> None:
        self.dropped = 0

    def __call__(self, text: str) -> str:
        """The text as it may stand in an element or in a double-quoted attribute."""
        return _SPECIAL.sub(self._replace, text)

    def _replace(self, found: re.Match[str]) -> str:
        escaped = _ESCAPES.get(found[0])
        if escaped is None:
            self.dropped += 1
            return ""
        return escaped

    def element(self, name: str, text: object, attributes: str = "") -> str:
        """`<name attributes>text</name>`; nothing for None and for text that is all space."""
        if text is None or not (words := self(str(text))).strip():
            return ""
        return f"<{name}{attributes}>{words}</{name}>"

    def legal(self, text: str) -> str:
        """The text without illegal characters, not escaped: for libraries that escape by themselves."""
        clean, dropped = ILLEGAL.subn("", text)
        self.dropped += dropped
        return clean


def uri(url: str | None) -> str | None:
    """An address of the web as a URI: other letters percent-encoded, the host in its ASCII form.

    Catalogue addresses are kept readable («/уроки/5»); not every reader of XML takes those.
    None for anything that is not http(s) with a host: nobody should be sent there.
    """
    if not url:
        return None
    if _PLAIN.fullmatch(url):
        return url
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
        if parts.scheme not in ("http", "https") or not host:
            return None
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
        netloc = f"[{host}]" if ":" in host else quote(host, safe=".-_~")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # a port of letters, a host that is no name
        return None
    encoded = (quote(part, safe=_URI_SAFE) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, netloc + port, *encoded))


def is_plain(url: str) -> bool:
    """Whether an address of the web is as a URI should be already."""
    return _PLAIN.fullmatch(url) is not None


_PLAIN: Final = re.compile(
    r"https?://[a-zA-Z0-9][a-zA-Z0-9.-]*(?::[0-9]{1,5})?(?:[/?#][/:@!$&'()*+,;=~._?%a-zA-Z0-9-]*)?"
)
"""Addresses that are as they should be, and need no closer look: nearly all."""
_URI_SAFE: Final = "/:@!$&'()*+,;=~-._?%"
