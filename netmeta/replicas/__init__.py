"""Replicas of the portals: loopback web sites written by us, after layouts really seen.

They let everybody try netmeta without touching a real portal (`netmeta demo`), and give the tests
real HTTP with a known truth. No page and no sentence is taken from a portal; people are invented.

    with serve(["pedsovet-su"]) as replicas:
        replicas.url("pedsovet-su")        # "http://127.0.0.1:40123/"
        replicas.truth("pedsovet-su")      # the items a harvester must find there
        replicas.requests("pedsovet-su")   # what was asked, with which status

A portal is a module with a function `site(today)`; an engine (`ucoz.py`) knows the markup and the
addresses, the text bank (`texts/`) and `people.py` what is said and by whom. A new portal is one
more module, one more line in `SITES` and one in `DRIFTS`, if its redesign can be asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from netmeta.replicas import (
    digital_1sept,
    edu_1sept,
    intergu,
    it_n,
    metodisty,
    moi_universitet,
    nsportal,
    portfolio_1sept,
    september,
    urok_1sept,
)
from netmeta.replicas.days import moscow_today
from netmeta.replicas.drift import Drift, DriftedSite
from netmeta.replicas.pedsovet_su import site as pedsovet_su
from netmeta.replicas.planted import Meaning
from netmeta.replicas.server import Logged, Servers
from netmeta.replicas.site import Site
from netmeta.replicas.uchportal import site as uchportal

__all__ = ["DRIFTS", "SITES", "Logged", "Meaning", "Replicas", "serve"]

SITES: Mapping[str, Callable[[dt.date], Site]] = {
    "pedsovet-su": pedsovet_su,
    "uchportal": uchportal,
    nsportal.NAME: nsportal.site,
    urok_1sept.NAME: urok_1sept.site,
    metodisty.NAME: metodisty.site,
    it_n.NAME: it_n.site,
    september.NAME: september.site,
    edu_1sept.NAME: edu_1sept.site,
    digital_1sept.NAME: digital_1sept.site,
    moi_universitet.NAME: moi_universitet.site,
    intergu.NAME: intergu.site,
    portfolio_1sept.NAME: portfolio_1sept.site,
}
"""Every replica by the name of its portal."""

DRIFTS: Mapping[str, Drift] = {
    nsportal.NAME: nsportal.DRIFT,
    urok_1sept.NAME: urok_1sept.DRIFT,
    metodisty.NAME: metodisty.DRIFT,
    it_n.NAME: it_n.DRIFT,
    september.NAME: september.DRIFT,
    edu_1sept.NAME: edu_1sept.DRIFT,
    digital_1sept.NAME: digital_1sept.DRIFT,
    moi_universitet.NAME: moi_universitet.DRIFT,
    intergu.NAME: intergu.DRIFT,
    portfolio_1sept.NAME: portfolio_1sept.DRIFT,
}
"""What a redesign changes, by the name of the portal."""


class Replicas:
    """The portals being served.

    Every method raises KeyError for a portal that is not served.
    """

    def __init__(self, sites: Mapping[str, Site], servers: Servers, today: dt.date) -> None:
        self.names = tuple(sites)
        self.today = today
        """The day all relative dates are laid out around."""
        self._sites = sites
        self._servers = servers

    def url(self, name: str) -> str:
        """The home page of a portal ("http://127.0.0.1:40123/")."""
        return f"{self._servers[name].base}/"

    def truth(self, name: str) -> tuple[dict[str, Any], ...]:
        """The items a harvester must find, in the JSON form of an item, in the portal's words.

        Only what the pages state is there. `body` has one line per paragraph, list item or
        labelled row; compare texts with white space collapsed, no-break spaces included.
        `published` is the printed day without the clock time, or a machine-readable stamp whole.
        What a portal states where is told by the docstring of its module.
        """
        return self._sites[name].truth(self._servers[name].base)

    def meanings(self, name: str) -> Mapping[str, Meaning]:
        """For each URL of the truth, what its words mean: class numbers, days, plain nouns."""
        return self._sites[name].meanings(self._servers[name].base)

    def requests(self, name: str) -> tuple[Logged, ...]:
        """What was asked of a portal so far, oldest first: (method, path, status)."""
        return self._servers[name].requests()


@contextmanager
def serve(
    names: Sequence[str] | None = None,
    *,
    host: str = "127.0.0.1",
    today: dt.date | None = None,
    drift: Collection[str] = (),
) -> Iterator[Replicas]:
    """Serve portals, each on a free port of a loopback address, until the block ends.

    Args:
        names: which portals; all if None.
        host: a loopback IPv4 address.
        today: the day contests are laid out around; the real day in Moscow if None. The same
            day gives the same bytes.
        drift: portals to serve after a redesign (see `DRIFTS`): the class of one field is
            renamed, so that its selector matches no more; the truth is the same.

    Raises:
        KeyError: a name that is no replica; a portal in `drift` that has no redesign.
        OSError: the address cannot be listened on.
    """
    day = today or moscow_today()
    sites: dict[str, Site] = {}
    for name in SITES if names is None else names:
        plain = SITES[name](day)
        sites[name] = DriftedSite(plain, DRIFTS[name]) if name in drift else plain
    with Servers(sites, host) as servers:
        yield Replicas(sites, servers, day)
