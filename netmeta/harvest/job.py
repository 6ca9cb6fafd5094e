"""HarvestJob: one source in one run; what a spider and the guards report to."""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from netmeta.catalogue.frontier import Frontier, Marked
from netmeta.catalogue.schedules import Advice
from netmeta.catalogue.visits import Visit, Visits
from netmeta.errors import StorageError
from netmeta.harvest.hosts import Hosts
from netmeta.model import Item, Source

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class HarvestJob:
    """Counters and findings of one source while it is harvested.

    Attributes:
        sink: takes each item; raises StorageError if it cannot be kept.
        progress: called after each page and each item.
        limit: stop after so many items; None for all.
        expected: how many items there will be, where that is known; for the progress display.
        frontier: what is still to be asked for.
        visits: what was fetched before; `seen` collects the new ones by address, `dead` those
            addresses that are no more: first of the page being read, then (`keep`) in `batch`.
        commit: make what was kept durable; without it that stays with the job.
        arrived: called when a page was taken in as a whole.
        anew: fetch and read everything again, whatever was fetched before.
        learned: JSON of what is known of the site's template; the spider brings it up to date.
        delay_s: seconds between two requests to one host.
        hosts: the pace of each host, shared by all jobs of a run.
        warnings: reasons why the run is degraded ("feed: not well-formed (line 7)").
        answers: requests by outcome: status of the answer, or why there was none.
        failures: reasons why pages failed, counted ("HTTP 503", "timeout", ...).
        postponed: reasons why pages wait in the frontier for a time that their host named.
        complete: the spider asked for everything the source has, and read it anew.
    """

    source: Source
    run_id: int
    sink: Callable[[Item, HarvestJob], None]
    progress: Callable[[HarvestJob], None] = lambda job: None
    limit: int | None = None
    expected: int | None = None
    frontier: Frontier = field(default_factory=Frontier)
    visits: Visits = field(default_factory=Visits)
    commit: Callable[[], None] | None = None
    arrived: Callable[[], None] = lambda: None
    anew: bool = False
    seen: dict[str, Visit] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)
    batch: dict[str, Visit | None] = field(default_factory=dict)
    """Visits by address, None for an address that is no more."""
    learned: str | None = None
    delay_s: float = 0.0
    hosts: Hosts = field(default_factory=Hosts)
    items: int = 0
    pages: int = 0
    bytes: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    not_modified: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    postponed: Counter[str] = field(default_factory=Counter)
    complete: bool = False
    start_failed: str | None = None
    """Why the address the harvest starts from could not be read; nothing follows from there."""
    sitemaps: list[str] = field(default_factory=list)
    """Addresses of sitemaps that robots.txt names."""
    advice: Advice | None = None
    """What the source says about being asked again, if it said anything in this run."""
    not_before: dt.datetime | None = None
    """When its server wants to be asked again at the earliest (Retry-After)."""
    interrupted: bool = False
    broken: StorageError | None = None
    """Why the catalogue could not be written."""

    @property
    def found(self) -> Marked:
        """External ids of the items that were taken in this walk."""
        return Marked(self.frontier, "found")

    @property
    def stopping(self) -> bool:
        """Whether waiting for further pages has become pointless."""
        return self.interrupted or self.full or self.broken is not None

    @property
    def full(self) -> bool:
        """Whether the limit is reached."""
        return self.limit is not None and self.items >= self.limit

    def accept(self, item: Item) -> bool:
        """Hand an item to the sink and count it; False if the limit is reached."""
        if self.full:
            self.skipped["limit"] += 1
            return False
        self.sink(item, self)
        self.items += 1
        self.progress(self)
        return True

    def refuse(self, error: Exception) -> None:
        """Count an item that could not be stored: our defect."""
        log.error("%s: an item could not be stored: %r", self.source.name, error)
        self.failures[f"item error: {type(error).__name__}"] += 1

    def visit(self, url: str) -> Visit | None:
        """The last visit to an address, in this walk or before."""
        for gathered in (self.seen, self.batch):
            if url in gathered:
                return gathered[url]
        return self.visits.get(url)

    def keep(self) -> None:
        """What was gathered from a page is to be stored, as a whole."""
        for url, visit in self.seen.items():
            self.batch[url] = visit
        for url in self.dead:
            self.batch[url] = None
        self.seen, self.dead = {}, set()
        self.frontier.keep()

    def drop(self) -> None:
        """Forget what was gathered from a page; it will be asked for again."""
        self.seen, self.dead = {}, set()
        self.frontier.drop()

    def store(self) -> None:
        """Make what was kept durable, or at least leave the memory of this process."""
        if self.commit is not None:
            self.commit()
        else:
            self.batch = {}
            self.frontier.write()
            self.frontier.written()

    def over_the_walk(self) -> dict[str, Any]:
        """Figures of all processes that worked on this walk, this one included; JSON."""
        before = self.frontier.earlier
        return {
            "items": self.items + before.get("items", 0),
            "not_modified": self.not_modified + before.get("not_modified", 0),
            "pages": self.pages + before.get("pages", 0),
            **{
                name: Counter(before.get(name, {})) + getattr(self, name)
                for name in ("skipped", "warnings", "failures")
            },
        }

    def counts(self) -> dict[str, int]:
        """The job's figures for the ledger, zeros left out."""
        figures = {
            "items": self.items,
            "pages": self.pages,
            "requests": self.answers.total(),
            "bytes": self.bytes,
            "not_modified": self.not_modified,
            "failed": self.failures.total(),
            "start failed": int(self.start_failed is not None),
            **{f"answer: {outcome}": n for outcome, n in sorted(self.answers.items())},
            **{f"failed: {reason}": n for reason, n in sorted(self.failures.items())},
            **{
                f"skipped: {reason}": n
                for reason, n in sorted((self.skipped + self.postponed).items())
            },
        }
        return {name: n for name, n in figures.items() if n}
