"""One entry page of a uCoz site -> an item.

Inner class names are the theme's, so each field is read by a chain: the classes of the default
theme, those of other themes that were seen, then what does not depend on a theme (the heading,
`<title>`, the comments around the body). Labelled lines come from the details ("Просмотров: 5")
and from the text itself ("Приём работ: до 31 марта"). What is evidenced is told in portals.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from netmeta.harvest import labels
from netmeta.harvest.families.base import NotAnEntryError
from netmeta.harvest.families.markup import Markup, text_of
from netmeta.harvest.families.ucoz_urls import classify
from netmeta.harvest.labels import Fact, labelled
from netmeta.model import Item, ItemAttachment
from netmeta.reading.plain import parse_html, squeeze
from netmeta.reading.tree import absolute

_TITLE: Final = (".eTitle h1", ".eTitle", ".h-mtr-title", "h1.entry-title", "h1")
_BODY: Final = ".eMessage, .eText, .entry-text, .h-se-text"
_BODY_OR_LAYOUT: Final = ".text"
_DATE: Final = (".e-date .ed-value", ".h-se-date", ".entry-date", ".date")
_DETAILS: Final = ".eDetails, .eDetails1, .eDetails2, .text_info, .entry-info, .items-stat"
_TRAIL: Final = (
    ".e-category a",
    ".breadcrumbs a",
    ".catPath a",
    _DETAILS.replace(",", " a,") + " a",
)
_TAGS: Final = (".e-tags a", "a.eTag")
CHAINS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": _TITLE, "body": (_BODY, _BODY_OR_LAYOUT), "published": _DATE, "category": _TRAIL,
    "tags": _TAGS,
}  # fmt: skip
"""What each field is read by, the surest first."""
_BODY_COMMENTS: Final = re.compile(r"<!--\s*<body>\s*-->(.*?)<!--\s*</body>\s*-->", re.S | re.I)
_SIZE: Final = re.compile(r"\d+(?:[.,]\d+)?\s*(?:[КМГKMG]?[БB]|[кмk]б?ай?т\w*)\b", re.IGNORECASE)
_WALL: Final = re.compile(
    r"только (?:для )?зарегистрированны[ем]|войдите на сайт|необходимо авторизоваться",
    re.IGNORECASE,
)


def read_entry(
    markup: Markup, url: str, *, source: str, key: str, kind: str | None, read: str = ""
) -> Item:
    """The item of an entry page.

    Args:
        markup: the page.
        url: its address, the base of relative links.
        source: name of the source.
        key: identity of the entry, "load-278".
        kind: kind of the module's entries; None where the text decides.
        read: the main text as `PageReader` found it, to choose the block by.

    Raises:
        NotAnEntryError: a listing under an entry's address (soft 404), a login wall, or a page
            without heading or text.
    """
    tree = markup.tree
    if len(tree.css("#allEntries [id^=entryID]")) > 1:
        raise NotAnEntryError("soft 404")
    title, node = _title(tree), markup.text_block(_BODY, _BODY_OR_LAYOUT, read)
    if node is None and not read:
        node = _between_comments(markup.html)
    if _is_wall(tree, node):
        raise NotAnEntryError("login wall")
    body = text_of(node) if node else read
    attachments = tuple(_attachments(tree, url))
    if not title or not (body or attachments):
        raise NotAnEntryError("not an entry page")
    tags, category = _texts(tree, _TAGS), _category(tree, url)
    details = labelled("\n".join(_details(tree)))
    facts = details + labelled(body)
    image = node.css_first("img[src]") if node else None
    return Item(
        source=source,
        external_id=key,
        url=url,
        kind=kind,
        title=title,
        body=body or None,
        authors=labels.values(facts, "authors") or _author(tree),
        organisation=labels.value(facts, "organisation"),
        published=_date(tree) or labels.value(details, "published"),
        subject=labels.values(facts, "subject"),
        grade=labels.values(facts, "grade"),
        type=labels.values(facts, "type"),
        category=category or labels.values(details, "category"),
        tags=tags,
        dates=labels.dates(facts),
        place=labels.value(facts, "place"),
        audience=labels.values(facts, "audience"),
        certificate=labels.value(facts, "certificate"),
        licence=labels.value(facts, "licence"),
        image=absolute(image.attributes.get("src"), url) if image else None,
        attachments=attachments,
        views=_figure(details, "views"),
        downloads=_figure(details, "downloads"),
        comments=_figure(details, "comments"),
        rating=_figure(details, "rating"),
    )


def _first(tree: LexborHTMLParser, selectors: Iterable[str]) -> LexborNode | None:
    """The first node that any selector of the chain finds with text in it."""
    for selector in selectors:
        for node in tree.css(selector):
            if node.text(strip=True):
                return node
    return None


def _title(tree: LexborHTMLParser) -> str:
    """The entry's heading; else the first part of `<title>` ("entry - category - module - site")."""
    if node := _first(tree, _TITLE):
        return " ".join(node.text().split())
    title = tree.css_first("title")
    return " ".join(title.text().split()).split(" - ", 1)[0] if title else ""


def _between_comments(html: str) -> LexborNode | None:
    found = _BODY_COMMENTS.search(html)
    return parse_html(found[1]).body if found else None


def _is_wall(tree: LexborHTMLParser, node: LexborNode | None) -> bool:
    """A refusal in place of the text; a login form in a side block alone is none."""
    if tree.css_first(".noAccess") is not None:
        return True
    text = squeeze(node.text()) if node else ""
    return (
        len(text) < 600
        and bool(_WALL.search(text))
        and tree.css_first("input[type=password]") is not None
    )


def _details(tree: LexborHTMLParser) -> Iterator[str]:
    """The lines of the details, one label each: uCoz puts several side by side, with bars."""
    for node in tree.css(_DETAILS):
        for part in re.split(r"\s\|\s|\n", squeeze(node.text().replace("|", " | "))):
            yield part.strip(" |[]")


def _date(tree: LexborHTMLParser) -> str | None:
    """The day as shown, with the time that uCoz hides in a title attribute."""
    node = _first(tree, _DATE)
    if node is None:
        return None
    day = _after_colon(node.text())
    holder = node if node.attributes.get("title") else node.css_first("[title]")
    time = (holder.attributes.get("title") or "") if holder else ""
    return f"{day} {time}" if re.fullmatch(r"\d{1,2}:\d\d", time) and time not in day else day


def _author(tree: LexborHTMLParser) -> tuple[str, ...]:
    node = _first(tree, (".e-author .ed-value", ".e-author", ".h-se-author"))
    return (_after_colon(node.text()),) if node else ()


def _category(tree: LexborHTMLParser, url: str) -> tuple[str, ...]:
    """Names of the categories linked from the trail; the module's own root is none of them."""
    for selector in _TRAIL:
        names = [
            squeeze(link.text())
            for link in tree.css(selector)
            if classify(address := urljoin(url, link.attributes.get("href") or "")).kind
            == "listing"
            and address.rstrip("/").count("/") > 3
        ]
        if names:
            return tuple(dict.fromkeys(names))
    return ()


def _after_colon(text: str) -> str:
    """Text without the label before it ("Добавил: Мария" -> "Мария")."""
    line = squeeze(text).replace("\n", " ")
    return re.sub(r"^[А-ЯЁ][а-яё ]{2,20}:\s*", "", line)


def _texts(tree: LexborHTMLParser, selectors: Iterable[str]) -> tuple[str, ...]:
    for selector in selectors:
        found = [squeeze(node.text()) for node in tree.css(selector)]
        if any(found):
            return tuple(dict.fromkeys(text for text in found if text))
    return ()


def _figure(details: Iterable[Fact], field: str) -> str | None:
    words = labels.value(details, field) or ""
    found = re.match(r"\d+(?:[.,]\d+)?", words.replace("\u00a0", "").replace(" ", ""))
    return found[0] if found else None


def _attachments(tree: LexborHTMLParser, base: str) -> Iterator[ItemAttachment]:
    """Files of the entry: their addresses are recorded, robots.txt of uCoz forbids fetching."""
    seen = set()
    for link in tree.css("a[href]"):
        url = urljoin(base, link.attributes.get("href") or "")
        if url in seen or classify(url).kind != "download":
            continue
        seen.add(url)
        size = _SIZE.search(link.parent.text() if link.parent else "")
        yield ItemAttachment(
            url=url, name=squeeze(link.text()) or None, size=size[0] if size else None
        )
