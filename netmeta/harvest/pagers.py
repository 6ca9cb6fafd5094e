"""Which pages are pages of one listing, told by the page number in their addresses.

Forms of portals.md [E]: `?page=2`, `?page2`, `PAGEN_1=2` (Bitrix), `start=20` (Joomla), `/page/2/`
(WordPress), `/load/12-2` and `/news/2` (uCoz); `p`, `pg`, `paged`, `offset` are assumed.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit, urlunsplit

_PARAMETER: Final = re.compile(
    r"(?:^|&)(?:(?:page|p|pg|paged|start|limitstart|offset|PAGEN_\d+)=(\d+)|page(\d+))(?=&|$)",
    re.IGNORECASE,
)
_SIZE: Final = re.compile(r"(?:^|&)(?:per_?page|limit|pagesize|count)=\d+(?=&|$)", re.IGNORECASE)
_SEGMENT: Final = re.compile(r"/page[/-]?(\d+)/?$", re.IGNORECASE)
_UCOZ: Final = (
    (re.compile(r"^(/(?:news|blog)(?:/[^/]+)?)/(\d+)/?$"), r"\1"),
    (re.compile(r"^(/(?:news|blog)(?:/[^/]+)?)/(\d+)-(\d+-\d+)/?$"), r"\1/1-\3"),
    (re.compile(r"^(/(?:load|publ|dir|photo|video|board|stuff|faq)(?:/.+)?/\d+)-(\d+)(?:-\d+)?/?$"), r"\1"),
)  # fmt: skip


def listing_of(url: str, family: str = "") -> tuple[str, int]:
    """The address that all pages of a listing have in common, and the number of this page.

    The number is 0 where the address has none; whether counting starts at 0, 1 or goes by twenties
    is the site's affair.

    >>> listing_of("https://a.ru/shkola/algebra/?page=2")
    ('https://a.ru/shkola/algebra', 2)
    """
    parts = urlsplit(url)
    path, number = parts.path, 0
    if found := _SEGMENT.search(path):
        path, number = path[: found.start()], int(found[1])
    elif family == "ucoz":
        for pattern, first in _UCOZ:
            if found := pattern.match(path):
                path, number = pattern.sub(first, path), int(found[2])
                break
    query = parts.query
    if found := _PARAMETER.search(query):
        number = int(found[1] or found[2])
        query = _SIZE.sub("", query[: found.start()] + query[found.end() :]).strip("&")
    return urlunsplit((parts.scheme, parts.netloc, path.rstrip("/"), query, "")), number
