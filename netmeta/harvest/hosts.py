"""Hosts: how fast each host may be asked, shared by all sources of a run.

Two sources on one host are one visitor to it, so the pace is kept here and not by Scrapy, whose
slots belong to one crawler.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MAX_DELAY_S: Final = 60.0
"""A portal that asks for more between two requests would never be read through."""

EASING: Final = 0.95
"""After some 14 good answers half of an extra delay is gone."""

SHORTEST_STRAIN_S: Final = 0.05


PAUSE_S: Final = 3600.0
"""What began so long after a host was left alone may ask it again: a worker's run has no end."""


@dataclass(slots=True)
class _Host:
    next_at: float = 0.0
    delay_s: float = 0.0
    strain_s: float = 0.0
    paused: str = ""
    paused_at: float = 0.0
    until: dt.datetime | None = None
    busy: bool = False
    waiting: asyncio.Future[None] | None = None


class Hosts:
    """The pace of every host. Times are seconds of the event loop's clock."""

    def __init__(self) -> None:
        self._hosts: dict[str, _Host] = {}

    def paused(self, host: str) -> str:
        """Why the host is left alone for the rest of the run; empty if it is not."""
        return self._hosts[host].paused if host in self._hosts else ""

    def pause(self, host: str, why: str, until: dt.datetime | None = None) -> None:
        """Leave the host alone for the rest of the run.

        Args:
            until: when it wants to be asked again, if it said so.
        """
        known = self._of(host)
        known.paused, known.paused_at = why, asyncio.get_running_loop().time()
        known.until = until

    def until(self, host: str) -> dt.datetime | None:
        """When a host that is left alone wants to be asked again, if it said so."""
        known = self._hosts.get(host)
        return known.until if known is not None and known.paused else None

    def wake(self) -> None:
        """A job begins: hosts get another chance that were left alone until the time they named,
        or for an hour."""
        now, today = asyncio.get_running_loop().time(), dt.datetime.now(dt.UTC)
        for known in self._hosts.values():
            rested = now - known.paused_at >= PAUSE_S
            if known.paused and (rested if known.until is None else today >= known.until):
                known.paused = ""

    def slow_down(self, host: str, delay_s: float) -> None:
        """Wait at least `delay_s` between two requests from now on (robots.txt: Crawl-delay)."""
        known = self._of(host)
        known.delay_s = max(known.delay_s, min(delay_s, MAX_DELAY_S))

    def rest(self, host: str, seconds: float) -> None:
        """Ask nothing for so long (Retry-After)."""
        known = self._of(host)
        known.next_at = max(known.next_at, asyncio.get_running_loop().time() + seconds)

    def strain(self, host: str, least_s: float) -> None:
        """Ask half as often from now on: the host said that it was too often.

        Args:
            least_s: seconds between two requests to begin with.
        """
        known = self._of(host)
        now_s = max(known.strain_s, known.delay_s, least_s)
        known.strain_s = min(2 * now_s, MAX_DELAY_S)

    def ease(self, host: str) -> None:
        """Ask a little more often again: the host answered well."""
        known = self._of(host)
        known.strain_s = known.strain_s * EASING if known.strain_s > SHORTEST_STRAIN_S else 0.0

    def gap_s(self, host: str, delay_s: float) -> float:
        """Seconds between two requests to the host, for a caller whose own delay is `delay_s`."""
        known = self._of(host)
        return max(delay_s, known.delay_s, known.strain_s)

    async def turn(self, host: str, delay_s: float, stopping: Callable[[], bool]) -> bool:
        """Wait for the next turn with the host; say `answered` when it is over.

        A host that is to be asked slowly is asked one thing at a time: one that takes longer to
        answer than the delay is asked as often as it can.

        Args:
            delay_s: the caller's own delay; the longer of it and the host's counts.
            stopping: asked twice a second whether waiting has become pointless.

        Returns: False if it has.
        """
        known = self._of(host)
        loop = asyncio.get_running_loop()
        while (left := known.next_at - loop.time()) > 0 or (known.busy and delay_s):
            if stopping():
                return False
            if left > 0:
                await asyncio.sleep(min(left, 0.5))
            else:
                await self._answer(known)
        if stopping():
            return False
        known.next_at = loop.time() + self.gap_s(host, delay_s)
        known.busy = True
        return True

    def answered(self, host: str) -> None:
        """The host has answered, or will not."""
        known = self._of(host)
        known.busy = False
        if known.waiting is not None and not known.waiting.done():
            known.waiting.set_result(None)

    async def _answer(self, known: _Host) -> None:
        """Wait for the answer to what is under way, half a second at most."""
        if known.waiting is None or known.waiting.done():
            known.waiting = asyncio.get_running_loop().create_future()
        await asyncio.wait((known.waiting,), timeout=0.5)

    def _of(self, host: str) -> _Host:
        return self._hosts.setdefault(host, _Host())
