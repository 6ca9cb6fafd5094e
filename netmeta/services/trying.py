"""Show what is read at one address, field by field and where from; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from netmeta.catalogue import Catalogue
from netmeta.catalogue.stored import stored
from netmeta.config import Config
from netmeta.errors import BadFeedError, UnknownSourceError
from netmeta.harvest.families.base import NotAnEntryError
from netmeta.harvest.families.recognise import recognise
from netmeta.harvest.feed_entries import parse_feed
from netmeta.harvest.fetching import Answer, fetch
from netmeta.harvest.registry import spider_class
from netmeta.harvest.selectors import read_fields
from netmeta.harvest.site import SiteSpider
from netmeta.harvest.site_reader import SiteReader
from netmeta.model import Item, Problem, Record, Source
from netmeta.normalise import normalise
from netmeta.reading import Page, PageReader
from netmeta.reading.charset import decode
from netmeta.services.sources import checked_address, portal_of
from netmeta.texts import t
from netmeta.vocabularies import load

LINES: Final = 5
_MOST_ENTRIES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSeen:
    """One field of an item: its raw value, and what it was read from."""

    field: str
    value: Any
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSeen:
    """An item with its fields, first lines of its text, and what normalising makes of it."""

    title: str
    fields: tuple[FieldSeen, ...]
    text: tuple[str, ...]
    stages: tuple[Mapping[str, Any], ...]
    mapped: tuple[Mapping[str, Any], ...]
    unmapped: tuple[Mapping[str, Any], ...]
    problems: tuple[Mapping[str, Any], ...]
    concepts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What was seen at one address.

    `robots` is "allowed" or why not; `what` is "page", "feed" or, if nothing could be read,
    "nothing"; `verdict` says in words what a harvest would do with it.
    """

    url: str
    robots: str
    what: str
    verdict: str
    charset: str = ""
    charset_why: str = ""
    family: str = ""
    evidence: tuple[str, ...] = ()
    page_kind: str = ""
    rules: Mapping[str, str] = field(default_factory=dict)
    items: tuple[ItemSeen, ...] = ()
    count: int = 0
    problems: tuple[Problem, ...] = ()
    """What is wrong with the page itself: see `netmeta.reading.reader.Page`."""

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def try_out(catalogue: Catalogue, config: Config, name_or_url: str) -> Trial:
    """Fetch one address and tell what is read there; a source's name means its address.

    Raises: UsageError, UnknownSourceError: neither an address nor a known source.
    """
    source = None
    if "://" not in name_or_url:
        source = catalogue.source(name_or_url)
        url = source.url
    else:
        url = checked_address(name_or_url)
        source = _source_of(catalogue, url)
    answer = fetch([url], config).answers[url]
    if answer.failure:
        forbidden = answer.failure.startswith("robots.txt")
        return Trial(
            url=url, robots=t(answer.failure) if forbidden else t("allowed"), what="nothing",
            verdict=t(answer.failure),
        )  # fmt: skip
    seer = _Seer(catalogue, source or _unknown(url))
    try:
        return seer.feed(answer)
    except BadFeedError:
        return seer.page(answer)


class _Seer:
    """Reads one answer as a source would."""

    def __init__(self, catalogue: Catalogue, source: Source) -> None:
        self.source = source
        self.vocabularies = load(catalogue.local_mappings())
        self.now = catalogue.now()

    def feed(self, answer: Answer) -> Trial:
        feed = parse_feed(
            answer.body, answer.url, source=self.source.name, header=_content_type(answer)
        )
        decoded = decode(answer.body, header=_content_type(answer), xml=True)
        items = tuple(
            self._seen(item, dict.fromkeys(item.to_dict(), "feed"))
            for item in feed.items[:_MOST_ENTRIES]
        )
        return Trial(
            url=answer.url, robots=t("allowed"), what="feed", items=items, count=len(feed.items),
            charset=decoded.charset, charset_why=decoded.why, page_kind=feed.version,
            problems=decoded.problems,
            verdict="; ".join(t(words) for words in feed.warnings) or t("a feed"),
        )  # fmt: skip

    def page(self, answer: Answer) -> Trial:
        found = recognise(answer.body, answer.url, answer.headers)
        spider = _site_spider(self.source)
        options = {"family": found.family, **self.source.options}
        if spider is not SiteSpider:
            options = dict(self.source.options)
        source = Source(**{**_plain(self.source), "options": options})
        site = SiteReader(spider, source)
        page = PageReader(timezone=self.source.timezone).read(
            answer.body, answer.url, answer.headers
        )
        common: dict[str, Any] = {
            "url": answer.url, "robots": t("allowed"), "what": "page", "charset": page.charset,
            "charset_why": page.charset_why, "problems": page.problems, "family": site.family.name, "evidence": found.evidence,
            "page_kind": site.classify(answer.url).kind, "rules": dict(spider.evidence),
        }  # fmt: skip
        try:
            item = site.read(answer.body, answer.url, answer.headers)
        except NotAnEntryError as error:
            return Trial(**common, verdict=t("no material: {reason}", reason=t(error.reason)))
        origins = _origins(answer, site, item, page)
        return Trial(**common, verdict=t("a material"), items=(self._seen(item, origins),), count=1)

    def _seen(self, item: Item, origins: Mapping[str, str]) -> ItemSeen:
        record: Record = normalise(
            item, self.source, vocabularies=self.vocabularies, fetched_at=self.now
        )
        form = stored(record)
        fields = tuple(
            FieldSeen(field=name, value=value, origin=origins.get(name, ""))
            for name, value in item.to_dict().items()
            if name not in ("source", "body")
        )
        names = ("kind", "type", "subjects", "grades", "published", "licence", "certificate")
        return ItemSeen(
            title=record.title,
            fields=fields,
            text=tuple((item.body or item.description or "").splitlines()[:LINES]),
            stages=tuple(asdict(stage) for stage in record.stages),
            mapped=tuple(asdict(one) for one in record.mapped),
            unmapped=tuple(asdict(one) for one in record.unmapped),
            problems=tuple(asdict(one) for one in record.problems),
            concepts={name: form[name] for name in names},
        )


def _origins(answer: Answer, site: SiteReader, item: Item, page: Page) -> dict[str, str]:
    """{field: what it was read from}: a selector of the portal, the reader, or the family."""
    html = decode(answer.body, header=_content_type(answer)).text
    own = read_fields(html, answer.url, site.spider.fields) if site.spider.fields else {}
    labelled = {text: label for label, text in page.metadata.get("labels", {}).items()}
    out = {}
    for name, value in item.to_dict().items():
        words = value[0] if isinstance(value, list) and len(value) == 1 else value
        read = page.provenance.get({"body": "text"}.get(name, name))
        shown = page.published_text if name == "published" else getattr(page, name, None)
        if name in own:
            rules = site.spider.fields[name]
            out[name] = rules if isinstance(rules, str) else " | ".join(rules)
        elif name in ("url", "external_id"):
            out[name] = "address"
        elif read and str(shown) == str(_as_item(value)):
            out[name] = read
        elif isinstance(words, str) and words in labelled:
            out[name] = f"label: {labelled[words]}"
        elif isinstance(value, dict):
            out[name] = "labels"
        else:
            out[name] = site.family.name
    return out


def _as_item(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _content_type(answer: Answer) -> str | None:
    return next((v for k, v in answer.headers.items() if k.lower() == "content-type"), None)


def _plain(source: Source) -> dict[str, Any]:
    return {name: getattr(source, name) for name in Source.__dataclass_fields__}


def _source_of(catalogue: Catalogue, url: str) -> Source | None:
    """The stored source an address belongs to, else the portal whose spider knows its host."""
    for status in catalogue.sources():
        if status.source.kind == "site" and url.startswith(status.source.url):
            return status.source
    if portal := portal_of(url):
        kind = spider_class(portal)
        return Source(
            name=portal, kind="site", url=kind.homepage, title=kind.title, spider=portal,
            timezone=kind.timezone, licence=kind.licence,
        )  # fmt: skip
    return None


def _unknown(url: str) -> Source:
    return Source(name="test", kind="site", url=url, title="", spider="site")


def _site_spider(source: Source) -> type[SiteSpider]:
    """The spider whose rules read the source's pages; the plain one for feeds and the like."""
    try:
        spider = spider_class(source.spider or "site")
    except UnknownSourceError:
        return SiteSpider
    return spider if issubclass(spider, SiteSpider) else SiteSpider
