"""OaiSpider: another catalogue by OAI-PMH 2.0, incrementally, and from where it was cut off.

Where a list stands is kept with each page that was stored: a harvest that was killed goes on with
the token of the last one. A list that came to its end leaves the time from which the next asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import scrapy
from scrapy.http import Response

from netmeta.catalogue.visits import Visit
from netmeta.errors import BadFeedError
from netmeta.exchange.oai.reading import (
    ListPage,
    best_prefix,
    read_formats,
    read_identity,
    read_list,
)
from netmeta.harvest.spider import SourceSpider
from netmeta.texts import t

STATE: Final = "oai-pmh:list"
"""Under this key the visits of a source keep where its list stands: `etag` is the token of the
next page, `last_modified` when the list that is under way was begun, `lastmod` when the last whole
one was, `key` its format."""

OVERLAP_S: Final = 60
"""What was committed while the last list was begun may carry a time just before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListStep:
    """A page and the state of the list once it is stored."""

    page: ListPage
    state: Visit


class OaiSpider(SourceSpider):
    """Reads the repository at the source's address.

    Options of the source: `prefix` (a format other than the best it offers), `set`.
    """

    name = "oai"
    title = "OAI-PMH"
    resumes = False

    def discover(self) -> Iterable[scrapy.Request]:
        known = None if self.job.anew else self.job.visits.get(STATE)
        self.state = known or Visit("listing")
        self.tokens: set[str] = set()
        self.restarted = False
        self.seconds = True
        yield self._ask(self.parse_identity, start=True, verb="Identify")

    def _ask(self, callback: Any, *, start: bool = False, **arguments: str) -> scrapy.Request:
        base = self.job.source.url.partition("?")[0]
        url = f"{base}?{urlencode(arguments)}"
        return self.request(url, callback, start=start, dont_filter=True)

    def parse_identity(self, response: Response, **_: Any) -> Iterable[Any]:
        self.job.pages += 1
        try:
            identity = read_identity(response.body)
        except BadFeedError as error:
            self.job.start_failed = str(error)
            return
        self.seconds = identity.seconds
        wanted = self.job.source.options.get("prefix")
        if wanted:
            yield from self._list(str(wanted))
        else:
            yield self._ask(self.parse_formats, start=True, verb="ListMetadataFormats")

    def parse_formats(self, response: Response, **_: Any) -> Iterable[Any]:
        self.job.pages += 1
        try:
            prefix = best_prefix(read_formats(response.body))
        except BadFeedError as error:
            self.job.start_failed = str(error)
            return
        if prefix is None:
            self.job.start_failed = t("none of its formats can be read")
            return
        yield from self._list(prefix)

    def _list(self, prefix: str) -> Iterable[Any]:
        """The next page: by the token kept, or the first since the last whole list."""
        if self.state.key not in ("", prefix):  # another format: its records are other records
            self.state = Visit("listing")
        self.state = self.state._replace(key=prefix)
        if self.state.etag:
            yield self._ask(self.parse_list, verb="ListRecords", resumptionToken=self.state.etag)
            return
        arguments = {"verb": "ListRecords", "metadataPrefix": prefix}
        if since := self._since():
            arguments["from"] = since
        if wanted := self.job.source.options.get("set"):
            arguments["set"] = str(wanted)
        yield self._ask(self.parse_list, start=True, **arguments)

    def _since(self) -> str | None:
        """From when to ask, in the repository's own granularity."""
        if not self.state.lastmod:
            return None
        at = dt.datetime.fromisoformat(self.state.lastmod) - dt.timedelta(seconds=OVERLAP_S)
        return at.strftime("%Y-%m-%dT%H:%M:%SZ" if self.seconds else "%Y-%m-%d")

    def parse_list(self, response: Response, **_: Any) -> Iterable[Any]:
        """Hands on a page with the state it leaves, then asks for the next."""
        self.job.pages += 1
        base = self.job.source.url.partition("?")[0]
        try:
            page = read_list(response.body, source=self.job.source.name, base_url=base)
        except BadFeedError as error:
            self._broken(str(error))
            return
        if page.mended:
            self.job.warnings[t("an answer was not well-formed XML")] += 1
        codes = {code for code, _ in page.errors}
        if "badResumptionToken" in codes and not self.restarted:
            self.restarted = True
            self.job.warnings[
                t("the repository did not know its own token; the list was begun anew")
            ] += 1
            self.state = self.state._replace(etag=None, last_modified=None)
            yield from self._list(self.state.key)
            return
        if codes - {"noRecordsMatch"}:
            self._broken("; ".join(f"{code}: {words}" for code, words in page.errors))
            return
        if not page.arrivals and not page.token:
            self.job.not_modified += 1
        yield from self._step(page)

    def _step(self, page: ListPage) -> Iterable[Any]:
        began = self.state.last_modified or _instant(page.answered_at)
        if page.token in self.tokens:
            self._broken(t("the repository gives the same token again and again"))
            return
        if page.token is None:  # the list is whole: the next one asks from its beginning
            self.state = self.state._replace(etag=None, last_modified=None, lastmod=began or "")
        else:
            self.tokens.add(page.token)
            self.state = self.state._replace(etag=page.token, last_modified=began)
        yield ListStep(page=page, state=self.state)
        if page.token is not None and not self.job.full:
            yield self._ask(self.parse_list, verb="ListRecords", resumptionToken=page.token)

    def _broken(self, words: str) -> None:
        """The repository's own words: the reason why the run is degraded, or failed."""
        if self.job.items:
            self.job.warnings[words] += 1
        else:
            self.job.start_failed = words


def _instant(text: str) -> str | None:
    """An instant as the catalogue writes it; None if the repository's clock says nothing."""
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    return aware.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
