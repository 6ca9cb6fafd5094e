"""Acts of people on the catalogue from the web: one thread that writes, and search that follows.

Pages read in threads of their own (netmeta/web/shelf.py) through connections that cannot write.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Timer
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from datasette.utils.asgi import NotFound

from netmeta.catalogue import Catalogue
from netmeta.config import Config, load
from netmeta.errors import IndexUnavailableError, LockedError
from netmeta.services.reindex import index_records
from netmeta.texts import Language, language, set_language
from netmeta.web.shelf import catalogue_path

Answer = TypeVar("Answer")

_log = logging.getLogger(__name__)

AGAIN_S: Final = 15.0
"""After so long it is tried again to tell a busy index what a curator did."""

TRIES: Final = 20


class Pen:
    """The one writing thread of a Datasette instance, with a catalogue of its own."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="netmeta-pen")
        self._catalogue: Catalogue | None = None

    async def act(
        self,
        deed: Callable[[Catalogue], Answer],
        *,
        touched: Callable[[Answer], Sequence[int]] = lambda answer: (),
    ) -> tuple[Answer, bool]:
        """Do a deed on the catalogue; returns its answer, and whether search knows already.

        Args:
            deed: whole or not at all; the catalogue is open for writing.
            touched: ids of the records that the deed changed, of its answer.

        Raises: what the deed raises; StorageError if the catalogue cannot be written.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._act, deed, touched, language())

    def _act(
        self,
        deed: Callable[[Catalogue], Answer],
        touched: Callable[[Answer], Sequence[int]],
        spoken: Language,
    ) -> tuple[Answer, bool]:
        set_language(spoken)
        if self._catalogue is None:
            self._catalogue = Catalogue(self.config.db)
        answer = deed(self._catalogue)
        return answer, self._follow(tuple(touched(answer)), TRIES)

    def _follow(self, ids: Sequence[int], tries: int) -> bool:
        """Tell the index; a busy one is told later, in this thread again."""
        if not ids or self._catalogue is None:
            return True
        try:
            index_records(self._catalogue, self.config, ids)
        except IndexUnavailableError as error:
            _log.warning("search does not know of records %s: %s", ids, error)
        except LockedError:
            if tries:
                later = Timer(AGAIN_S, self._thread.submit, (self._follow, ids, tries - 1))
                later.daemon = True
                later.start()
        else:
            return True
        return False


def writable(datasette: Any) -> bool:
    """Whether there is anything to act on: a published snapshot is only read."""
    path = catalogue_path(datasette)
    return any(
        one.is_mutable
        for one in datasette.databases.values()
        if one.path and Path(one.path) == path
    )


_pens: WeakKeyDictionary[Any, Pen] = WeakKeyDictionary()


def pen_of(datasette: Any) -> Pen:
    """The pen of a Datasette instance. Raises: NotFound if it serves no catalogue."""
    if datasette not in _pens:
        path = catalogue_path(datasette)
        if path is None:
            raise NotFound("This Datasette serves no catalogue of netmeta.")
        settings = datasette.plugin_config("netmeta") or {}
        known = {name: settings[name] for name in ("engine", "language") if name in settings}
        _pens[datasette] = Pen(load({"db": path, **known}))
    return _pens[datasette]


def config_of(datasette: Any) -> Config:
    """The settings of the catalogue that a Datasette instance serves. Raises: NotFound."""
    return pen_of(datasette).config
