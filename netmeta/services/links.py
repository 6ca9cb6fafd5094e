"""Link checks: a few addresses at a time, spread over hosts, each asked about once a month."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from netmeta.catalogue import Catalogue, links
from netmeta.catalogue.links import OK, Link
from netmeta.config import Config
from netmeta.harvest.job import HarvestJob
from netmeta.model import Source

Fetch = Callable[[Source], HarvestJob]
"""Crawls a source of nobody's, and gives back its job; raises what ends the process."""

MOST: Final = 200
MOST_OF_A_HOST: Final = 20
"""Addresses in one round: a portal must not notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReport:
    """What a round found. `given_up` and `back`: records that search leaves out now, or no more."""

    asked: int
    failed: int
    given_up: int
    back: int

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def check_links(catalogue: Catalogue, config: Config, fetch: Fetch) -> LinkReport:
    """Ask the addresses that are due.

    If not one of several hosts answers, it is our network, and nothing is held against anybody.

    Raises: StorageError.
    """
    chosen = _spread(links.due(catalogue.conn, catalogue.now(), most=10 * MOST))
    answers: dict[str, str] = {}
    if chosen:
        options: dict[str, Any] = {
            "urls": list(dict.fromkeys(link.url for link in chosen)),
            "answers": answers,
            "delay_s": config.delay_s,
        }
        # Of no host: a source may reach its own host though that is private, and a link may not.
        name = f"links {time.time_ns()}"
        fetch(Source(name=name, kind="site", url="https://links.invalid/", title="",
                     spider="links", options=options))  # fmt: skip
    hosts = {urlsplit(url).hostname for url in answers}
    if len(hosts) > 2 and OK not in answers.values():
        return LinkReport(asked=len(answers), failed=0, given_up=0, back=0)
    given_up, back = links.keep(catalogue, chosen, answers)
    failed = sum(answer != OK for answer in answers.values())
    return LinkReport(asked=len(answers), failed=failed, given_up=given_up, back=back)


def _spread(waiting: list[Link]) -> list[Link]:
    """The first `MOST`, of one host `MOST_OF_A_HOST` at most."""
    of_host: Counter[str | None] = Counter()
    chosen: list[Link] = []
    for link in waiting:
        host = urlsplit(link.url).hostname
        of_host[host] += 1
        if of_host[host] <= MOST_OF_A_HOST and len(chosen) < MOST:
            chosen.append(link)
    return chosen
