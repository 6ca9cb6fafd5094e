"""One value for each field of a page, from the most trustworthy place that has it.

Order: JSON-LD, OpenGraph, Dublin Core, microdata, other meta tags, labels, the visible page. Every
field says where it came from ("json-ld", "opengraph", "label: Автор", ...).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import lxml.etree

from netmeta.reading.embedded import Embedded
from netmeta.reading.headline import SURE, Headline, title_parts
from netmeta.reading.letters import cyrillic_language
from netmeta.reading.lines import Lines
from netmeta.reading.tree import absolute
from netmeta.reading.wording import plain
from netmeta.when import When, parse_when

Found = tuple[str, str]
"""A value, and where it was found."""

_ABOUT_THE_SITE = frozenset(
    "Organization NewsMediaOrganization EducationalOrganization School CollegeOrUniversity WebSite "
    "BreadcrumbList ListItem Person ImageObject SearchAction SiteNavigationElement WPHeader "
    "WPFooter WPSideBar Brand LocalBusiness PostalAddress Offer AggregateRating Rating Review "
    "Comment UserComments VideoObject Blog CollectionPage ItemList".split()
)
_NO_AUTHOR = re.compile(
    r"^(?:super ?user|admin\w*|администратор\w*|root|user\d*|гость|guest|webmaster|редактор|редакция"
    r"|аноним\w*|\W*)$|^https?:|@",
    re.I,
)
_AUTHOR_LABEL = re.compile(
    r"^(?:автор\w*|составител\w*|разработал\w*|разработчик\w*|подготовил\w*|выполнил\w*"
    r"|авторы? (?:материала|работы|публикации|разработки|урока|статьи)|опубликовал\w*|добавил\w*)$",
    re.I,
)
_DATE_LABEL = re.compile(
    r"^(?:дата(?: и время)? (?:публикации|добавления|размещения|создания)|дата|опубликован\w*"
    r"|добавлен\w*|размещен\w*|создан\w*|отправлено)$",
    re.I,
)
_PUBLISHED_INLINE = re.compile(
    r"^(?:опубликован\w*|добавлен\w*|размещен\w*|дата\s+(?:публикации|добавления))\s*:?\s*(.+)$",
    re.I,
)
_MAYBE_DATED = re.compile(r"\d|вчера|сегодня|назад", re.I)
_DATED = re.compile(
    r"(?:опубликов|добав|размещ|созда|дата)\w*.*\d|^\W*\d\d[./-]\d\d[./-]\d{4}\W*(?:\d\d:\d\d\W*)?$",
    re.I,
)
"""A line below a text that dates the page; below, other dates are those of comments."""
_SUBMITTED = re.compile(
    r"^(?:опубликовано|отправлено|добавлено|submitted by|posted by)\s+(\S+(?:\s\S+){0,3}?)\s+(?:в|on|[-–—])\s.*\d",
    re.I,
)
"""Drupal's line below a headline: «Опубликовано ivanova в Пн, 24/01/2012 - 19:42»."""
_AUTHOR_WORD = re.compile(r"^\s*автор\w*(?:\s+\w+)?\s*:\s*|^\s*автор\w*\s+", re.I)
_AUTHOR_CLASS = re.compile(r"(?:^|[\s_-])(?:author|byline|e-author|avtor)(?:$|[\s_-])", re.I)
_URL_DATE = re.compile(r"[/_-]((?:19|20)\d\d)[/-]([01]?\d)[/-]([0-3]?\d)(?:[/_-]|\.|$)")
_META_DATES = (
    "datepublished",
    "date",
    "pubdate",
    "publish_date",
    "publish-date",
    "publication_date",
    "article_date_original",
    "mediator_published_time",
    "citation_date",
    "citation_publication_date",
)
_SPLIT_AUTHORS = re.compile(r"\s*[;\n]\s*|\s*,\s*(?=[А-ЯЁA-Z][а-яёa-z-]+\s+[А-ЯЁA-Z])")


@dataclass(frozen=True, slots=True)
class Clues:
    """Everything fields are read from."""

    embedded: Embedded
    json_ld: list[dict[str, Any]]
    """Objects that speak of the page's subject, see `main_nodes`."""
    microdata: list[dict[str, Any]]
    """The same."""
    lines: Lines
    headline: Headline | None
    headline_text: str
    first: int
    end: int
    block: int
    labels: dict[str, str]
    base: str
    url: str
    reference: dt.date | None
    timezone: str
    is_ucoz: bool
    """Asked only of a page with microdata, which is all that hangs on it."""


def title(clues: Clues) -> Found | None:
    """The visible headline where it is sure, else what the head says, without the site's name."""
    headline = clues.headline
    if headline and headline.strength >= SURE:
        line = clues.lines.lines[headline.line]
        if not 0 < line.link_words < line.words:  # else links stand in it that are not its words
            return clues.headline_text, "headline"
    for where, value in _structured(clues, "headline", "name", opengraph="title", dublin="title"):
        return _without_site(value, clues), where
    if clues.embedded.title:
        cut = _without_site(clues.embedded.title, clues)
        if headline is None or (" " in cut and not _names_the_site(cut, clues)):
            return cut, "title"
    if headline:
        return clues.headline_text, "headline"
    return None


def _names_the_site(title: str, clues: Clues) -> bool:
    """Whether above the text, headline aside, a line of nothing but links reads so: the site's
    name, which some sites give every page as its title."""
    wanted = plain(title)
    above = clues.lines.lines[: clues.first]
    return any(
        line.link_words == line.words > 0
        and len(line.text) <= 2 * len(title)
        and plain(line.text) == wanted
        and at != (clues.headline.line if clues.headline else -1)
        for at, line in enumerate(above)
    )


def _without_site(text: str, clues: Clues) -> str:
    """Without the parts that name the site; of what is left, the first that is no single word."""
    site = plain(clues.embedded.opengraph.get("site_name", ""))
    parts = [part.strip() for part in title_parts(text)]
    parts = [part for part in parts if plain(part) and plain(part) != site] or [text.strip()]
    return next((part for part in parts if " " in part), max(parts, key=len))


def authors(clues: Clues) -> tuple[tuple[str, ...], str] | None:
    """Names as the page writes them; "Super User" and the like are no names."""
    for where, names in _author_candidates(clues):
        kept = tuple(
            dict.fromkeys(
                name
                for text in names
                for part in _SPLIT_AUTHORS.split(text)
                if (name := _trim(part)) and not _NO_AUTHOR.search(name) and len(name) <= 120
            )
        )
        if kept:
            return kept, where
    return None


def _trim(name: str) -> str:
    """Without signs around it; the full stop of an initial («Эглит И. М.») stays."""
    name = name.strip(" ,:;|")
    return name if re.search(r"\b\w\.$", name) else name.rstrip(".")


def _author_candidates(clues: Clues) -> Iterator[tuple[str, list[str]]]:
    embedded = clues.embedded
    for node in clues.json_ld:
        yield "json-ld", _names(node.get("author") or node.get("creator"))
    yield "opengraph", [embedded.opengraph.get("article:author", "")]
    yield "dublin-core", [embedded.dublin_core.get("creator", "")]
    if not clues.is_ucoz:
        for node in clues.microdata:
            yield "microdata", _names(node.get("author") or node.get("creator"))
    yield "meta", [embedded.meta.get("author", "")]
    for label, value in clues.labels.items():
        if _AUTHOR_LABEL.match(label):
            yield f"label: {label}", [value]
    for at in range(max(0, clues.first - 12), min(clues.end + 8, len(clues.lines.lines))):
        line = clues.lines.lines[at]
        if line.words <= 12 and (submitted := _SUBMITTED.match(line.text)):
            yield "page", [submitted[1]]
        if line.region != "comments" and 1 < line.words <= 6:
            block = clues.lines.blocks[line.block]
            if _AUTHOR_CLASS.search(block.get("class") or ""):
                yield "class: author", [_AUTHOR_WORD.sub("", line.text)]


def _names(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    names = []
    for one in values[:20]:
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, list):
            name = name[0] if name else None
        if isinstance(name, str):
            names.append(" ".join(name.split()))
    return names


def published(clues: Clues) -> tuple[When, str, str] | None:
    """When the page was published: what was read, its text, and where it stood."""
    for where, text in _date_candidates(clues):
        when = parse_when(
            text[:200], clues.reference, zone=clues.timezone, fallback=False, lean="past"
        )
        if when and when.kind == "instant" and when.start and when.precision in ("time", "day"):
            return when, text, where
    return None


def _date_candidates(clues: Clues) -> Iterator[Found]:
    embedded = clues.embedded
    for where, value in _structured(
        clues,
        "datePublished",
        "uploadDate",
        "dateCreated",
        opengraph="article:published_time",
        dublin="issued created date",
    ):
        yield where, value
    for name in _META_DATES:
        if name in embedded.meta:
            yield "meta", embedded.meta[name]
    for label, value in clues.labels.items():
        if _DATE_LABEL.match(label):
            yield f"label: {label}", value
    near = clues.lines.lines[max(0, clues.first - 12) : clues.first + 12]
    for line in near:
        if (
            line.region != "comments"
            and line.words <= 20
            and (m := _PUBLISHED_INLINE.match(line.text))
        ):
            yield "page", m[1]
    yield from _time_elements(clues)
    for line in clues.lines.lines[max(0, clues.first - 6) : clues.first + 6]:
        if line.region != "comments" and line.words <= 12 and _MAYBE_DATED.search(line.text):
            yield "page", line.text
    if match := _URL_DATE.search(clues.url):
        yield "url", f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    for line in clues.lines.lines[clues.end : clues.end + 6]:
        if line.region != "comments" and line.words <= 12 and _DATED.search(line.text):
            yield "page", line.text


def _time_elements(clues: Clues) -> Iterator[Found]:
    """`<time datetime>` inside the block that holds headline and text."""
    if not clues.lines.lines:
        return
    start = clues.headline.line if clues.headline else clues.first
    block = clues.lines.blocks[clues.lines.lines[min(start, len(clues.lines.lines) - 1)].block]
    for _ in range(4):
        for node in block.iter("time"):
            if value := (node.get("datetime") or "".join(node.itertext())).strip():
                yield "time", value
                return
        above = block.getparent()
        if above is None or above.tag in ("body", "html"):
            return
        block = above


def description(clues: Clues) -> Found | None:
    """The summary the page gives of itself."""
    for where, value in _structured(
        clues, "description", opengraph="description", dublin="description abstract"
    ):
        return value, where
    if value := clues.embedded.meta.get("description", ""):
        return value, "meta"
    return None


def image(clues: Clues) -> Found | None:
    """The lead image's address: what the page names, else the first large one in its text."""
    for node in clues.json_ld:
        if link := absolute(_first_url(node.get("image")), clues.base):
            return link, "json-ld"
    for name in ("image", "image:url", "image:secure_url"):
        link = absolute(clues.embedded.opengraph.get(name), clues.base)
        if link and not _LOGO.search(link):
            return link, "opengraph"
    for node in clues.microdata:
        if link := absolute(_first_url(node.get("image")), clues.base):
            return link, "microdata"
    if link := clues.embedded.links.get("image_src"):
        return link, "link"
    return _image_in_text(clues)


def _first_url(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl")
    return value if isinstance(value, str) else None


_MAX_IMAGES = 60
_LOGO = re.compile(r"logo|/themes?/|default", re.I)
_ICON = re.compile(
    r"icon|logo|avatar|spacer|pixel|counter|banner|button|smil|1x1|blank|arrow|prev|next|\.gif$|/\.s/",
    re.I,
)


def _image_in_text(clues: Clues) -> Found | None:
    if clues.block < 0:
        return None
    for node in islice(clues.lines.blocks[clues.block].iter("img"), _MAX_IMAGES):
        link = absolute(node.get("src") or node.get("data-src"), clues.base)
        if link and not _ICON.search(link) and _is_large(node):
            return link, "page"
    return None


def _is_large(node: lxml.etree._Element) -> bool:
    sizes = [node.get(name, "") for name in ("width", "height")]
    return all(not size.isdigit() or int(size) >= 100 for size in sizes)


def language(clues: Clues, text: str) -> Found | None:
    """ISO 639-1 code: what the letters say if the text is Cyrillic, else what the page says."""
    if guess := cyrillic_language(text):
        return guess, "text"
    for node in clues.json_ld:
        value = node.get("inLanguage")
        if isinstance(value, str) and value:
            return value[:2].lower(), "json-ld"
    for where, value in (
        ("html", clues.embedded.language),
        ("opengraph", clues.embedded.opengraph.get("locale", "")),
        ("dublin-core", clues.embedded.dublin_core.get("language", "")),
    ):
        if re.match(r"[A-Za-z]{2}(?:$|[-_])", value):
            return value[:2].lower(), where
    return None


def canonical_url(clues: Clues) -> Found | None:
    """The address the page gives itself."""
    if link := clues.embedded.links.get("canonical"):
        return link, "link"
    if link := absolute(clues.embedded.opengraph.get("url"), clues.base):
        return link, "opengraph"
    return None


# --- structured values -------------------------------------------------------------------


def _structured(
    clues: Clues, *names: str, opengraph: str = "", dublin: str = ""
) -> Iterator[Found]:
    """Values of a property in JSON-LD, OpenGraph, Dublin Core and microdata, in this order.

    uCoz marks everything up as Product or Review, with the site's name for a name: its microdata
    is believed only for dates.
    """
    embedded = clues.embedded
    for node in clues.json_ld:
        yield from (("json-ld", text) for name in names if (text := _text(node.get(name))))
    if opengraph and (value := embedded.opengraph.get(opengraph)):
        yield "opengraph", value
    for name in dublin.split():
        if value := embedded.dublin_core.get(name):
            yield "dublin-core", value
    believed = [name for name in names if not clues.is_ucoz or name.startswith("date")]
    for node in clues.microdata:
        yield from (("microdata", text) for name in believed if (text := _text(node.get(name))))


def main_nodes(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Objects that speak of the page's subject, articles and events before mere pages."""
    kept = []
    for node in nodes:
        kind = node.get("@type")
        kinds = kind if isinstance(kind, list) else [kind]
        if not _ABOUT_THE_SITE.intersection(k for k in kinds if isinstance(k, str)):
            kept.append(node)
    return sorted(kept, key=lambda node: "WebPage" in str(node.get("@type")))


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return " ".join(value.split()) if isinstance(value, str) else ""
