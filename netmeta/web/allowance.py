"""How often one address may do what costs us something: signing in, reporting a problem.

Kept in memory only. An address is held as a hash with a salt that is drawn anew every day, so that
nothing here can tell later who it was.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from collections.abc import Callable
from threading import Lock
from typing import Any, Final

DAY_S: Final = 86_400.0

MOST_ADDRESSES: Final = 10_000
"""More at once are no people: until some are forgotten, nobody new may."""


class Allowance:
    """So many acts an address in so many seconds (at most a day)."""

    def __init__(
        self, most: int, per_s: float, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.most, self.per_s = most, min(per_s, DAY_S)
        self._clock = clock
        self._lock = Lock()
        self._drawn_at = -DAY_S
        self._salt = b""
        self._acts: dict[bytes, list[float]] = {}

    def take(self, address: str) -> bool:
        """Count one act of an address; returns whether it may."""
        now = self._clock()
        with self._lock:
            self._forget(now)
            key = hashlib.blake2b(address.encode("utf-8"), key=self._salt, digest_size=16).digest()
            acts = [at for at in self._acts.get(key, ()) if now - at < self.per_s]
            may = len(acts) < self.most and (key in self._acts or len(self) < MOST_ADDRESSES)
            if may:
                self._acts[key] = [*acts, now]
        return may

    def __len__(self) -> int:
        """How many addresses are held."""
        return len(self._acts)

    def _forget(self, now: float) -> None:
        if now - self._drawn_at >= DAY_S:
            self._salt, self._drawn_at = secrets.token_bytes(32), now
            self._acts.clear()
        elif len(self) >= MOST_ADDRESSES:
            self._acts = {k: v for k, v in self._acts.items() if now - v[-1] < self.per_s}


def address_of(request: Any) -> str:
    """The address a request came from; of IPv6 the first half, which is one customer's."""
    client = request.scope.get("client")
    text = str(client[0]) if client else ""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if address.version == 6 and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
