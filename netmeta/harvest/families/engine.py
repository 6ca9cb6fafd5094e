"""Engine: a family told by tables. A subclass gives signs, rules and selectors, and little code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Final

from netmeta.harvest import labels
from netmeta.harvest.families.address import ALWAYS, Rule, host, match, path_key, rules, target
from netmeta.harvest.families.base import NotAnEntryError, PageUrl
from netmeta.harvest.families.evidence import Sign, weigh, zones
from netmeta.harvest.families.markup import Markup, is_wanted, one_line, text_of
from netmeta.harvest.families.one_text import reads_as_one
from netmeta.harvest.labels import Fact
from netmeta.model import Item
from netmeta.reading import Page, PageReader
from netmeta.reading.charset import decode
from netmeta.when import parse_when

MAX_BYTES: Final = 8_000_000
_NO_PAGE: Final = ("empty", "not-html", "script-only")
_WALLS: Final = {
    "login-wall": "login wall",
    "captcha-wall": "captcha",
    "consent-wall": "consent wall",
}
_SOFT_404: Final = re.compile(
    r"^\W*(?:ошибка\W*)?404\b|(?:страниц[аы]|документ|материал|раздел|элемент|запис[ьи])\w*(?: с таким адресом)?"
    r" не (?:найден|существует)|page not found|^not found$|ничего не найдено",
    re.IGNORECASE,
)
_MAX_404_CHARS: Final = 1500
_NO_NAME: Final = re.compile(
    r":|^[\d\W]*$|^(?:super user|admin\w*|администратор|гость|откликов|аноним)$", re.I
)

COMMON: Final = rules(
    # Tried after the engine's own grammar.
    (r"\?(?:.*&)?(?:page|paged|p|pg|pagen_\d+|start|limitstart|offset|cstart|pagenum)=?\d+", "listing"),
    (r"/page[/-]?\d+$", "listing"),
    (r"/(?P<module>category|categories|tags?|tegi|taxonomy|rubrik[ai]?|section|topic)/[^?]+", "listing"),
    (r"/(?:users?|profiles?|profil|authors?|avtor[yi]?|members?|people|blogs?/user)/[^/?]+$", "profile"),
    (r"^/(?:[\w-]+/)?forums?(?:/|\.|\?|$)", "forum"),
    (r"/\d{4}/\d{1,2}/\d{1,2}/[^/?]+$", "entry"),
    (r"/(?:19|20)\d\d(?:/\d{1,2}){0,2}$|/archives?(?:/\d+)*$", "archive"),
    (r"^/(?:about|contacts?|kontakty?|o-nas|o-sayte|o-sajte|o-kompanii|privacy[\w-]*|politika-[\w-]+|help|rules"
     r"|sitemap|karta-sayta|sveden(?:/[\w/-]+)?)(?:\.\w+)?$", "static"),
    (r"^/$", "static"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """Where an engine keeps what; each field is a chain of CSS selectors, the surest first.

    Attributes:
        one: nodes that only a page of a single entry has.
        many: nodes of which a listing has at least two.
        body, loose: see `Markup.text_block`.
    """

    one: str = ""
    many: str = ""
    title: tuple[str, ...] = ()
    body: str = ""
    loose: str = ""
    date: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    details: str = ""


class Engine:
    """Base of the families told by tables.

    Attributes:
        name: of the family.
        signs: its evidence.
        grammar: rules of its addresses, tried between those of all sites (`ALWAYS`, `COMMON`).
        layout: selectors of its entry pages.
        real_pages: how many real pages the signs and selectors were taken from (portals.md); those
            of none are assumed.
    """

    name: str = ""
    signs: ClassVar[tuple[Sign, ...]] = ()
    grammar: tuple[Rule, ...] = ()
    layout: ClassVar[Layout] = Layout()
    real_pages: ClassVar[int] = 0

    def evidence(self, text: str, headers: Mapping[str, str] | None = None) -> list[Sign]:
        """The signs of this engine in a page, feed or robots.txt, heaviest first."""
        return weigh(self.signs, zones(text, headers))

    def recognise(self, html: str, url: str) -> int:
        """Sum of the weights of the signs found; `evidence.ENOUGH` is needed to be believed."""
        return sum(found.weight for found in self.evidence(html))

    def classify(self, url: str) -> PageUrl:
        """What the page at an address is, see `told`; asked several times of each address."""
        return _classified(self, url)

    def told(self, url: str) -> PageUrl:
        """What an address tells: by the rules of all sites, then the engine's."""
        seen = target(url)
        if not seen:
            return PageUrl("other")
        return (
            match(ALWAYS, seen)
            or match(self.grammar, seen)
            or match(COMMON, seen)
            or PageUrl("other")
        )

    def links(self, html: str, url: str) -> list[str]:
        """In-site links worth following, as the protocol says."""
        home = host(url)
        followed: dict[str, str] = {}
        for link in Markup(html, url).hrefs():
            if host(link) != home or not is_wanted(link):
                continue
            page = self.classify(link)
            if page.kind in ("entry", "listing") or self.is_open(link, page):
                followed.setdefault(page.key or target(link), link)
        return list(followed.values())

    def is_open(self, url: str, page: PageUrl) -> bool:
        """Whether a link whose address tells nothing may lead to an entry or listing."""
        return page.kind == "other" and match(self.grammar, target(url)) is None

    def is_entry(self, html: str, url: str) -> bool:
        """By the structures of the engine and the address; else as a page of one text looks."""
        markup = Markup(html, url)
        if self.is_listing(markup):
            return False
        if self.classify(url).kind == "entry" or (self.layout.one and markup.has(self.layout.one)):
            return True
        return reads_as_one(markup)

    def is_listing(self, markup: Markup) -> bool:
        """Whether the page lists entries instead of being one."""
        if self.layout.one and markup.has(self.layout.one):
            return False
        return bool(self.layout.many) and markup.count(self.layout.many) > 1

    def identity(self, markup: Markup, url: str) -> str:
        """The entry's identity: what its page says of itself, else its address."""
        return self.classify(url).key or path_key(target(url)) or url

    def read(
        self,
        body: bytes,
        url: str,
        *,
        source: str,
        reader: PageReader,
        headers: Mapping[str, str] | None = None,
    ) -> Item:
        """The entry in the portal's own words: selectors of the engine, then `PageReader`.

        Raises:
            NotAnEntryError: "not a page", "login wall", "captcha", "consent wall", "soft 404",
                "listing", "not an entry page" (no title, or neither text nor file).
        """
        page = reader.read(body, url, headers)
        refuse(page)
        markup = Markup(decoded(body, headers), url)
        if self.is_listing(markup):
            raise NotAnEntryError("listing")
        return self.compose(markup, page, url, source)

    def compose(self, markup: Markup, page: Page, url: str, source: str) -> Item:
        """The item of a page that is no listing and no wall."""
        layout = self.layout
        node = markup.text_block(layout.body, layout.loose, page.body)
        title = choose_title(markup.line(layout.title), page)
        body = text_of(node) if node else page.body
        files = (tuple(markup.files_in(node)) if node else ()) or tuple(markup.files())
        if not title or not (body or files or (layout.one and markup.has(layout.one))):
            raise NotAnEntryError("not an entry page")
        facts = self._facts(markup, page, body)
        return Item(
            source=source,
            external_id=self.identity(markup, url),
            url=url,
            title=title,
            description=page.description,
            body=body or None,
            authors=choose_authors(labels.values(facts, "authors"), self.credited(markup), page),
            organisation=labels.value(facts, "organisation"),
            published=choose_date(markup, layout.date, page) or labels.value(facts, "published"),
            subject=labels.values(facts, "subject"),
            grade=labels.values(facts, "grade"),
            type=labels.values(facts, "type"),
            category=_without_home(markup.lines(layout.category))
            or labels.values(facts, "category"),
            tags=markup.lines(layout.tags) or labels.values(facts, "tags"),
            dates=labels.dates(facts),
            place=labels.value(facts, "place"),
            audience=labels.values(facts, "audience"),
            certificate=labels.value(facts, "certificate"),
            licence=labels.value(facts, "licence"),
            language=page.language,
            image=page.image,
            attachments=files,
            views=labels.value(facts, "views"),
            downloads=labels.value(facts, "downloads"),
            comments=labels.value(facts, "comments"),
            rating=labels.value(facts, "rating"),
        )  # fmt: skip

    def chains(self) -> dict[str, tuple[str, ...]]:
        """{field of an item: selectors it is read by, the surest first}."""
        layout = self.layout
        named = {
            "title": layout.title,
            "body": tuple(filter(None, (layout.body, layout.loose))),
            "published": layout.date,
            "authors": layout.author,
            "category": layout.category,
            "tags": layout.tags,
        }
        return {name: chain for name, chain in named.items() if chain}

    def credited(self, markup: Markup) -> tuple[str, ...]:
        """The authors as the engine's own line names them."""
        return markup.lines(self.layout.author)

    def _facts(self, markup: Markup, page: Page, body: str) -> list[Fact]:
        """Labelled lines of the details and the text, then those the reader saw elsewhere."""
        details = (
            "\n".join(one_line(node) for node in markup.tree.css(self.layout.details))
            if self.layout.details
            else ""
        )
        facts = labels.labelled(f"{details}\n{body}")
        seen: Mapping[str, str] = page.metadata.get("labels", {})
        known = {fact.label for fact in facts}
        for label, value in seen.items():
            name = labels.field_of(label, value) if label not in known else None
            if name and (name != "dates" or parse_when(value[:200], fallback=False)):
                facts.append(Fact(name, label, value))
        return facts


@lru_cache(maxsize=8192)
def _classified(engine: Engine, url: str) -> PageUrl:
    return engine.told(url)


def decoded(body: bytes, headers: Mapping[str, str] | None) -> str:
    """The text of a response, decoded by its content."""
    header = next((v for k, v in (headers or {}).items() if k.lower() == "content-type"), None)
    return decode(body[:MAX_BYTES], header=header).text


def refuse(page: Page) -> None:
    """Raise NotAnEntryError for what is no page, or one that says it is not there."""
    for problem in page.problems:
        if problem.code in _NO_PAGE:
            raise NotAnEntryError("not a page")
        if problem.code in _WALLS:
            raise NotAnEntryError(_WALLS[problem.code])
    if len(page.body) < _MAX_404_CHARS and _SOFT_404.search(page.title or ""):
        raise NotAnEntryError("soft 404")


def choose_title(selected: str | None, page: Page) -> str:
    """The engine's heading; PageReader's where there is none, or more than a heading."""
    for title in (selected, page.title):
        if title and 0 < len(title) <= 500:
            return title.strip(" \t-–—|·") or title
    return ""


def choose_authors(
    labelled: tuple[str, ...], selected: tuple[str, ...], page: Page
) -> tuple[str, ...]:
    """Names from a label, the engine's line or PageReader; accounts like «Super User» are none."""
    for names in (labelled, selected, page.authors):
        kept = tuple(
            cut
            for name in names
            if (cut := re.sub(r"^(?:автор|by|от)\W+", "", name, flags=re.I).strip(" ,;|"))
            and not _NO_NAME.search(cut)
        )
        if kept:
            return kept
    return ()


def choose_date(markup: Markup, selectors: tuple[str, ...], page: Page) -> str | None:
    """The day of publication in the page's words, from the first place that can be read as one."""
    for selector in selectors:
        for node in markup.tree.css(selector)[:3]:
            for text in (node.attributes.get("datetime") or "", one_line(node)):
                if text and _is_day(text):
                    return text
    return page.published_text


@lru_cache(maxsize=1024)
def _is_day(text: str) -> bool:
    when = parse_when(text[:200], fallback=False, lean="past")
    return when is not None and when.start is not None and when.precision in ("day", "time")


def _without_home(trail: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        name for name in trail if name.lower() not in ("главная", "home", "главная страница")
    )


def paragraph_words(markup: Markup, selector: str = "p") -> int:
    """Words in paragraphs, outside of links and side blocks."""
    words = 0
    for node in markup.all(selector)[:300]:
        linked = sum(len(a.text().split()) for a in node.css("a"))
        words += max(0, len(node.text().split()) - linked)
    return words
