"""Replicas of the portals: loopback web sites written by us, after layouts really seen.

They let everybody try netmeta without touching a real portal (`netmeta demo`), and give the tests
real HTTP with a known truth. No page and no sentence is taken from a portal; people are invented.

    with serve(["pedsovet-su"]) as replicas:
        replicas.url("pedsovet-su")        # "http://127.0.0.1:40123/"
        replicas.truth("pedsovet-su")      # the items a harvester must find there
        replicas.requests("pedsovet-su")   # what was asked, with which status

A portal is a module with a function `site(today)`; an engine (`ucoz.py`) knows the markup and the
addresses, the text bank (`texts/`) and `people.py` what is said and by whom. A new portal is one
more module and one more line in `SITES`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from netmeta.replicas.days import moscow_today
from netmeta.replicas.pedsovet_su import site as pedsovet_su
from netmeta.replicas.planted import Meaning
from netmeta.replicas.server import Logged, Servers
from netmeta.replicas.site import Site
from netmeta.replicas.uchportal import site as uchportal

__all__ = ["SITES", "Logged", "Meaning", "Replicas", "serve"]

SITES: Mapping[str, Callable[[dt.date], Site]] = {
    "pedsovet-su": pedsovet_su,
    "uchportal": uchportal,
}
"""Every replica by the name of its portal."""


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
        `published` is the printed day without the clock time.
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
) -> Iterator[Replicas]:
    """Serve portals, each on a free port of a loopback address, until the block ends.

    Args:
        names: which portals; all if None.
        host: a loopback IPv4 address.
        today: the day contests are laid out around; the real day in Moscow if None. The same
            day gives the same bytes.

    Raises:
        KeyError: a name that is no replica.
        OSError: the address cannot be listened on.
    """
    day = today or moscow_today()
    sites = {name: SITES[name](day) for name in (SITES if names is None else names)}
    with Servers(sites, host) as servers:
        yield Replicas(sites, servers, day)
