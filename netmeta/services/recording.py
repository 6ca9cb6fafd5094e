"""Recorded cases: a page as it was served, and the item that must be read from it.

tests/cases/<spider>/<case>/
    page.html    the bytes of the body
    meta.json    address, headers, the moment, the spider and its options
    item.json    the item, as its JSON form; correct it by hand where reading is wrong
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from netmeta.catalogue import Catalogue
from netmeta.config import Config
from netmeta.errors import FetchError, InputError, UsageError
from netmeta.harvest.families.base import NotAnEntryError
from netmeta.harvest.fetching import fetch
from netmeta.harvest.registry import spider_class
from netmeta.harvest.site import SiteSpider
from netmeta.harvest.site_reader import SiteReader
from netmeta.model import Item, Source
from netmeta.normalise.urls import segments
from netmeta.services.sources import checked_address, named
from netmeta.texts import t

CASES: Final = Path("tests/cases")
_HEADERS: Final = ("content-type", "date", "last-modified")


@dataclass(frozen=True, slots=True)
class Case:
    """One recorded page."""

    spider: str
    url: str
    headers: Mapping[str, str]
    options: Mapping[str, Any]
    body: bytes
    expected: Mapping[str, Any]

    def read(self) -> dict[str, Any]:
        """What is read from the page now, in the form of `expected`. Raises: NotAnEntryError."""
        return _read(self.spider, self.options, self.body, self.url, self.headers).to_dict()


def load_case(folder: Path) -> Case:
    """A case from its folder. Raises: OSError, ValueError."""
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    return Case(
        spider=meta["spider"],
        url=meta["url"],
        headers=meta["headers"],
        options=meta.get("options", {}),
        body=(folder / "page.html").read_bytes(),
        expected=json.loads((folder / "item.json").read_text("utf-8")),
    )


def record_case(
    catalogue: Catalogue,
    config: Config,
    name: str,
    url: str,
    *,
    folder: Path = CASES,
    case: str | None = None,
) -> Path:
    """Fetch a page of a source and store it as a case; returns the case's folder.

    Args:
        name: a stored source, or a spider.
        folder: where cases lie; one folder a spider is made in it.
        case: name of the case; made from the address if not given.

    Raises:
        FetchError: the page cannot be read; InputError: it is no entry; UsageError: the case is
        there already, or the source is no site.
    """
    url = checked_address(url)
    source = named(catalogue, name)
    answer = fetch([url], config).answers[url]
    if answer.failure:
        raise FetchError(t("Nothing can be read from {url}", url=url), why=t(answer.failure))
    headers = {k: v for k, v in answer.headers.items() if k.lower() in _HEADERS}
    spider = source.spider or "site"
    try:
        item = _read(spider, source.options, answer.body, answer.url, headers)
    except NotAnEntryError as error:
        raise InputError(
            t("{url} is no material", url=url),
            why=t(error.reason),
            cure=t("See what is read there: netmeta source test {url}", url=url),
        ) from error
    place = folder / spider / (case or case_name(answer.url))
    if place.exists():
        raise UsageError(
            t("There is a case {path} already", path=place), cure=t("Name another with --case.")
        )
    place.mkdir(parents=True)
    meta = {
        "spider": spider, "url": answer.url, "fetched_at": catalogue.now_text(),
        "headers": headers, "options": dict(source.options),
    }  # fmt: skip
    (place / "page.html").write_bytes(answer.body)
    (place / "meta.json").write_text(_json(meta), "utf-8")
    (place / "item.json").write_text(_json(item.to_dict()), "utf-8")
    return place


def case_name(url: str) -> str:
    """A folder name from the last words of an address."""
    words = re.sub(r"[^\w-]+", "-", "-".join(segments(url)[-2:]) + "-" + url.partition("?")[2])
    return words.strip("-")[-60:].strip("-") or "home"


def _read(
    spider: str, options: Mapping[str, Any], body: bytes, url: str, headers: Mapping[str, str]
) -> Item:
    kind = spider_class(spider)
    if not issubclass(kind, SiteSpider):
        raise UsageError(t("{name} reads no pages", name=spider))
    source = Source(
        name=spider, kind="site", url=kind.homepage or url, title=kind.title, spider=spider,
        timezone=kind.timezone, options=options,
    )  # fmt: skip
    return SiteReader(kind, source).read(body, url, headers)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
