"""Open catalogues with their indexes, one per worker thread, for the pages of one Datasette.

Figures that look at the whole catalogue are kept until the change log moves on.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
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

    def is_old(self, seq: int, now: float) -> bool:
        """Whether it must be made anew for a log that has come to `seq`."""
        return now - self.made_at > (DAY_S if self.seq == seq else REST_S)


class Shelf:
    """Runs deeds on the catalogue in worker threads, each with an open catalogue of its own."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._kept: dict[str, _Kept] = {}
        self._epoch = 0
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

    def forget(self) -> None:
        """Keep no figures: what a curator hid must be on no page a moment later."""
        self._epoch += 1
        self._kept.clear()

    def _keep(self, name: str, make: Callable[[Catalogue], Answer], catalogue: Catalogue) -> Answer:
        seq, now, epoch = catalogue.last_seq(), time.monotonic(), self._epoch
        kept = self._kept.get(name)
        if kept is None or kept.is_old(seq, now):
            lock = self._making.setdefault(name, threading.Lock())
            # Whoever comes while figures are made anew gets the old ones, if there are any.
            if lock.acquire(blocking=kept is None):
                try:
                    kept = self._kept.get(name)
                    if kept is None or kept.is_old(seq, now):
                        kept = _Kept(seq, now, make(catalogue))
                        if epoch == self._epoch:
                            self._kept[name] = kept
                finally:
                    lock.release()
        assert kept is not None
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


_OURS: Final[set[Path]] = set()
"""Files that are known to be catalogues: that does not change any more."""


def _is_catalogue(path: Path) -> bool:
    """Whether a SQLite file carries our application id."""
    if path not in _OURS and _says_so(path, (_stamp(path), _stamp(Path(f"{path}-wal")))):
        _OURS.add(path)
    return path in _OURS


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=64)
def _says_so(path: Path, stamps: object) -> bool:
    """What SQLite reads, not the file's header: a young catalogue is all in its write-ahead log.

    Args:
        stamps: of the file and its log; a file that has changed is looked at again.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
            return bool(conn.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)
    except sqlite3.Error:
        return False
