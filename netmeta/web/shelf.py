"""Open catalogues with their indexes, one per worker thread, for the pages of one Datasette.

Figures that look at the whole catalogue are kept until the change log moves on.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from datasette.utils.asgi import NotFound

from netmeta.catalogue import Catalogue
from netmeta.catalogue.migrations import APPLICATION_ID
from netmeta.config import Config, load
from netmeta.facade import Netmeta
from netmeta.texts import Language, language, set_language

Answer = TypeVar("Answer")

WORKERS: Final = 2
"""Threads that search. Most of the work holds the interpreter's lock, so more would only wait."""


REST_S: Final = 20.0
"""While a harvest writes, the log moves every second: kept figures may be this old."""

DAY_S: Final = 3600.0
"""Kept figures are never older: «closes this week» changes at midnight without any change."""


@dataclass(frozen=True, slots=True)
class _Kept:
    seq: int
    made_at: float
    value: Any


class Shelf:
    """Runs deeds on the catalogue in worker threads, each with an open catalogue of its own."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._kept: dict[str, _Kept] = {}
        self._making: dict[str, threading.Lock] = {}
        self._own = threading.local()
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="netmeta-web")

    async def do(self, deed: Callable[[Netmeta], Answer], language: Language) -> Answer:
        """The deed's answer. Raises: what the deed raises; StorageError on opening."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._do, deed, language)

    async def kept(self, name: str, make: Callable[[Catalogue], Answer]) -> Answer:
        """What `make` gives, made anew only when the change log has moved on.

        Args:
            name: of the value; one name, one meaning.
            make: must not depend on the language.
        """
        return await self.do(lambda netmeta: self._keep(name, make, netmeta.catalogue), language())

    def _keep(self, name: str, make: Callable[[Catalogue], Answer], catalogue: Catalogue) -> Answer:
        seq, now = catalogue.last_seq(), time.monotonic()
        with self._making.setdefault(name, threading.Lock()):
            kept = self._kept.get(name)
            if kept is None or now - kept.made_at > (DAY_S if kept.seq == seq else REST_S):
                kept = self._kept[name] = _Kept(seq, now, make(catalogue))
        value: Answer = kept.value
        return value

    def _do(self, deed: Callable[[Netmeta], Answer], language: Language) -> Answer:
        set_language(language)
        netmeta: Netmeta | None = getattr(self._own, "netmeta", None)
        if netmeta is None:
            catalogue = Catalogue(self._config.db, read_only=True)
            netmeta = self._own.netmeta = Netmeta(catalogue, self._config)
        return deed(netmeta)


_PASSED_ON: Final = ("engine", "language", "contact", "share_overrides")
"""Settings that `netmeta serve` was started with, and that answers depend on."""

_shelves: WeakKeyDictionary[Any, Shelf | None] = WeakKeyDictionary()


def shelf(datasette: Any) -> Shelf | None:
    """The shelf of a Datasette instance; None if it serves no catalogue."""
    if datasette not in _shelves:
        path = catalogue_path(datasette)
        settings = datasette.plugin_config("netmeta") or {}
        known = {name: settings[name] for name in _PASSED_ON if name in settings}
        _shelves[datasette] = Shelf(load({"db": path, **known})) if path else None
    return _shelves[datasette]


def shelf_of(datasette: Any) -> Shelf:
    """The shelf of a Datasette instance. Raises: NotFound if it serves no catalogue."""
    found = shelf(datasette)
    if found is None:
        raise NotFound("This Datasette serves no catalogue of netmeta.")
    return found


def database_name(datasette: Any) -> str | None:
    """Under which name the catalogue is served; None if none is."""
    for name, database in datasette.databases.items():
        if database.path and _is_catalogue(Path(database.path)):
            return str(name)
    return None


def catalogue_path(datasette: Any) -> Path | None:
    """The file among the served databases that is a catalogue of ours."""
    for database in datasette.databases.values():
        if database.path and _is_catalogue(Path(database.path)):
            return Path(database.path)
    return None


@lru_cache(maxsize=64)
def _is_catalogue(path: Path) -> bool:
    """Whether the header of a SQLite file carries our application id (bytes 68-71, big-endian)."""
    try:
        with path.open("rb") as file:
            header = file.read(72)
    except OSError:
        return False
    return header.startswith(b"SQLite format 3\0") and (
        int.from_bytes(header[68:72], "big") == APPLICATION_ID
    )
