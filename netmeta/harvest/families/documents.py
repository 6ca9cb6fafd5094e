"""Documents linked on a page: where they lie, what they are called, how large they are said to be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

import lxml.etree

from netmeta.harvest.families.address import target
from netmeta.model import ItemAttachment
from netmeta.reading.tree import absolute

_ENDINGS: Final = r"\.(?:docx?|xlsx?|pptx?|ppsx?|odt|ods|odp|pdf|rtf|zip|rar|7z|djvu|epub|fb2|mp3|mp4|avi|swf|notebook)"
_DOCUMENT: Final = re.compile(_ENDINGS + "$", re.IGNORECASE)
_MAYBE_DOCUMENT: Final = re.compile(_ENDINGS + "|%", re.IGNORECASE)
"""In the words of a link; an encoded ending has a percent sign."""
_SIZE: Final = re.compile(
    r"\d+(?:[.,]\d+)?\s*(?:[КМГKMG]i?[БB]|[КкMМмK]б?ай?т\w*|кб|мб|bytes?)\b", re.IGNORECASE
)
_ICON_WORDS: Final = re.compile(r"^(?:(?:Microsoft Office document|PDF|Binary Data) icon|Файл)\s+")
_VERB: Final = re.compile(r"^(?:скачать|загрузить|download|открыть|просмотр\w*)\W*$", re.IGNORECASE)
_SIDE_NAME: Final = re.compile(
    r"(?:^|[\s_-])(?:side-?bar|footer|menu|navbar|related|widget|comments?|recent|popular|last-?news)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAX_ROW_CHARS: Final = 400
_MAX_UP, _MAX_NAME_CHARS = 60, 300
_MAX_ROW_UP: Final = 4
HOLDERS: Final = frozenset({"table", "tbody", "ul", "ol", "div", "body"})
"""What holds rows, list items and paragraphs, and says nothing of one linked file."""


class Frame(NamedTuple):
    """What stands around a node."""

    tag: str
    name: str
    """Its class and id."""
    is_headed: bool = False
    """It is a `<header>` that holds the page's `<h1>`."""


def is_side(frames: Iterable[Frame]) -> bool:
    """Whether what stands around a node, from the inside, makes it part of a menu, side column,
    footer or list of related things.

    The header and footer of an `<article>` are its own: themes put headline, date and tags there.
    """
    framed = False
    for tag, name, is_headed in islice(frames, _MAX_UP):
        if tag in ("body", "html"):
            break
        if tag == "article":
            return False
        if tag in ("nav", "aside"):
            return True
        framed = framed or tag == "footer" or (tag == "header" and not is_headed)
        if len(name) < _MAX_NAME_CHARS and _SIDE_NAME.search(name):
            return True
    return framed


def may_be_document(link: str) -> bool:
    """Whether a link, as the page writes it, may lead to a document."""
    return ("." in link or "%" in link) and _MAYBE_DOCUMENT.search(link) is not None


def is_document(url: str) -> bool:
    """Whether an absolute address leads to a document."""
    return _DOCUMENT.search(target(url).split("?", 1)[0]) is not None


def attachment(url: str, words: str, row: str) -> ItemAttachment:
    """A document as a page names it.

    Args:
        words: of the link.
        row: text of what says something about it, the link included.
    """
    name = _ICON_WORDS.sub("", words)
    size = _SIZE.search(row[:_MAX_ROW_CHARS])
    shown = name if name and not _VERB.match(name) else url.rsplit("/", 1)[-1]
    return ItemAttachment(url=url, name=shown, size=size[0] if size else None)


def documents(
    links: Iterable[tuple[lxml.etree._Element, str]], base: str
) -> Iterator[ItemAttachment]:
    """The documents among links of a page that stand outside of side blocks: each once.

    Args:
        links: elements and what their `href` says.
        base: what the links are relative to.
    """
    seen = set()
    anywhere = may_be_document(base)  # then a link to a part of this page is one
    for link, href in links:
        if not (anywhere or "." in href or "%" in href):
            continue  # at once: most links of a page are those of its menus
        if not (anywhere or may_be_document(href)):
            continue
        url = absolute(href, base)
        if url and url not in seen and is_document(url) and not is_side(_above(link)):
            seen.add(url)
            words = " ".join(" ".join(link.itertext()).split())
            yield attachment(url, words, _beginning(_row_of(link)))


def _above(element: lxml.etree._Element) -> Iterator[Frame]:
    for up in element.iterancestors():
        is_headed = up.tag == "header" and next(up.iter("h1"), None) is not None
        yield Frame(str(up.tag), f"{up.get('class') or ''} {up.get('id') or ''}", is_headed)


def _beginning(element: lxml.etree._Element) -> str:
    """As much of the text as a row is looked at."""
    pieces, chars = [], 0
    for piece in element.itertext():
        pieces.append(piece)
        chars += len(piece)
        if chars >= _MAX_ROW_CHARS:
            break
    return "".join(pieces)


def _row_of(link: lxml.etree._Element) -> lxml.etree._Element:
    """What says something about a linked file: its table row, list item or paragraph."""
    row = link
    for up in islice(link.iterancestors(), _MAX_ROW_UP):
        if up.tag in HOLDERS:
            break
        row = up
    return row
