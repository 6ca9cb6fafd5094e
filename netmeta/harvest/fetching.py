"""Fetch a few pages to look at them: with all guards and manners of a harvest, and no more.

What comes back is an `Answer` for each address, failures included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from netmeta.config import Config
from netmeta.harvest import failures
from netmeta.harvest.crawl import crawl
from netmeta.harvest.job import HarvestJob
from netmeta.harvest.oai import ListStep
from netmeta.harvest.spider import SourceSpider, headers_of
from netmeta.model import Item, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an address answered.

    Attributes:
        asked, url: the address as asked for, and the one that answered after redirects.
        failure: why there is no page ("HTTP 404", "no such host", "robots.txt forbids"), or None.
    """

    asked: str
    url: str
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Answers by the address asked for, and the sitemaps that robots.txt names."""

    answers: Mapping[str, Answer]
    sitemaps: tuple[str, ...]


class FetchSpider(SourceSpider):
    """Asks for the addresses in the option "urls" and leaves what comes in "answers"."""

    name = "fetching"
    title = "Fetch"

    def discover(self) -> Iterable[scrapy.Request]:
        for url in self.job.source.options["urls"]:
            yield self.request(url, self.parse, cb_kwargs={"asked": url})

    def parse(self, response: Response, asked: str) -> None:
        """Keep the answer."""
        self._keep(
            Answer(
                asked=asked, url=response.url, status=response.status,
                headers=headers_of(response), body=response.body,
            )
        )  # fmt: skip

    def failed(self, failure: Failure) -> None:
        """Keep why there is none."""
        request = cast(scrapy.Request, failure.request)  # type: ignore[attr-defined]  # set by Scrapy
        assert failure.value is not None
        asked, words = request.cb_kwargs["asked"], failures.reason(failure.value)
        self._keep(Answer(asked=asked, url=request.url, failure=words))

    def _keep(self, answer: Answer) -> None:
        self.job.source.options["answers"][answer.asked] = answer


def fetch(urls: Sequence[str], config: Config) -> Fetched:
    """Ask for addresses of one site. Never raises for what a site does."""
    answers: dict[str, Answer] = {}
    options: dict[str, Any] = {"urls": list(dict.fromkeys(urls)), "answers": answers}
    source = Source(
        name="fetch", kind="site", url=urls[0], title="", spider="fetching", options=options
    )
    job = HarvestJob(source=source, run_id=0, sink=_nothing)
    crawl([job], config, begin=_nothing, done=_nothing)
    for url in urls:
        failure = job.start_failed or "connection failed"
        answers.setdefault(url, Answer(asked=url, url=url, failure=failure))
    return Fetched(answers=answers, sitemaps=tuple(job.sitemaps))


def sample(
    source: Source, config: Config, *, limit: int
) -> tuple[list[Item | ListStep], HarvestJob]:
    """The first items (of another catalogue: pages of its list) that a harvest of the source
    would find; nothing is stored."""
    items: list[Item | ListStep] = []
    job = HarvestJob(
        source=source, run_id=0, limit=limit, sink=lambda item, job: items.append(item)
    )
    crawl([job], config, begin=_nothing, done=_nothing)
    return items, job


def _nothing(*_: object) -> None:
    """Nobody needs to be told."""
