"""The demonstration: replicas of portals on loopback, harvested by real HTTP, indexed, searched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from netmeta.catalogue import Catalogue
from netmeta.config import Config
from netmeta.harvest.job import HarvestJob
from netmeta.search.result import SearchResult
from netmeta.services.harvest import SourceResult, harvest
from netmeta.services.search import Request, search
from netmeta.services.sources import add_source

if TYPE_CHECKING:
    from netmeta.replicas import Replicas

SAMPLE_QUERY: Final = "урок математике дроби 5 кл"
"""What a teacher might type, with its abbreviation and its wrong case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPortal:
    """One portal of the demonstration: what was planted, what was found."""

    name: str
    expected: int
    found: int
    pages: int
    requests: int
    fields: Mapping[str, float]
    seconds: float
    status: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """Portals, counts by kind, and the sample search."""

    portals: tuple[DemoPortal, ...]
    kinds: Mapping[str, int]
    search: SearchResult

    @property
    def complete(self) -> bool:
        """Whether every planted item was found, and none invented."""
        return all(portal.found == portal.expected for portal in self.portals)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        from dataclasses import asdict

        return {
            "complete": self.complete,
            "portals": [asdict(portal) for portal in self.portals],
            "kinds": dict(self.kinds),
            "search": self.search.to_dict(),
        }


def run_demo(
    catalogue: Catalogue,
    config: Config,
    replicas: Replicas,
    *,
    progress: Callable[[HarvestJob], None] = lambda job: None,
) -> DemoReport:
    """Harvest the served replicas into an empty catalogue, index it, and search.

    Raises: as `netmeta.services.harvest.harvest`.
    """
    for name in replicas.names:
        add_source(catalogue, replicas.url(name), name=name, spider=name)
    expected = {name: len(replicas.truth(name)) for name in replicas.names}
    report = harvest(catalogue, config, replicas.names, expected=expected, progress=progress)
    return DemoReport(
        portals=tuple(_portal(result, expected[result.source]) for result in report.results),
        kinds=catalogue.counts(),
        search=search(catalogue, config, Request(query=SAMPLE_QUERY, filters={}, limit=5)),
    )


def _portal(result: SourceResult, expected: int) -> DemoPortal:
    counts = result.counts
    return DemoPortal(
        name=result.source,
        expected=expected,
        found=sum(counts.get(name, 0) for name in ("new", "changed", "unchanged", "restored")),
        pages=counts.get("pages", 0),
        requests=counts.get("requests", 0),
        fields=result.fields,
        seconds=round(result.seconds, 2),
        status=result.status,
        reason=result.reason,
    )
