"""Open catalogues with their indexes, one per worker thread, for the pages of one Datasette."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from netmeta.catalogue.migrations import APPLICATION_ID
from netmeta.config import Config, load
from netmeta.facade import Netmeta
from netmeta.texts import Language, set_language

Answer = TypeVar("Answer")

WORKERS: Final = 2
"""Threads that search. Most of the work holds the interpreter's lock, so more would only wait."""


class Shelf:
    """Runs deeds on the catalogue in worker threads, each with an open catalogue of its own."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._own = threading.local()
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="netmeta-web")

    async def do(self, deed: Callable[[Netmeta], Answer], language: Language) -> Answer:
        """The deed's answer. Raises: what the deed raises; StorageError on opening."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._do, deed, language)

    def _do(self, deed: Callable[[Netmeta], Answer], language: Language) -> Answer:
        set_language(language)
        netmeta: Netmeta | None = getattr(self._own, "netmeta", None)
        if netmeta is None:
            netmeta = self._own.netmeta = Netmeta.open(
                read_only=True, db=self._config.db, engine=self._config.engine
            )
        return deed(netmeta)


_shelves: WeakKeyDictionary[Any, Shelf | None] = WeakKeyDictionary()


def shelf(datasette: Any) -> Shelf | None:
    """The shelf of a Datasette instance; None if it serves no catalogue."""
    if datasette not in _shelves:
        path = catalogue_path(datasette)
        settings = datasette.plugin_config("netmeta") or {}
        known = {name: settings[name] for name in ("engine", "language") if name in settings}
        _shelves[datasette] = Shelf(load({"db": path, **known})) if path else None
    return _shelves[datasette]


def catalogue_path(datasette: Any) -> Path | None:
    """The file among the served databases that is a catalogue of ours."""
    for database in datasette.databases.values():
        if database.path and _is_catalogue(Path(database.path)):
            return Path(database.path)
    return None


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
