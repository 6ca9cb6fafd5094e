"""The worker's harvests: whoever has a job asks here and waits; one thread does them all.

Many sources run in one event loop with one writer, in the main thread, since that is where a
signal can end them gracefully.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from netmeta.catalogue import Catalogue
from netmeta.config import Config
from netmeta.errors import LockedError, NetmetaError, StorageError
from netmeta.schedule.logs import say
from netmeta.services.harvest import SourceResult, harvest

if TYPE_CHECKING:
    from netmeta.harvest.job import HarvestJob

PATIENCE_S: Final = 2.0
"""How long to wait before asking again for a catalogue that an import is writing."""


class StoppedError(Exception):
    """The worker is ending; what was asked for is not done and stays to be done."""


@dataclass(frozen=True, slots=True)
class _Asked:
    source: str
    options: Mapping[str, Any]
    done: Future[SourceResult]

    @property
    def together(self) -> str:
        """Sources asked for with equal options are harvested in one go."""
        return json.dumps(dict(self.options), sort_keys=True)


class Harvests:
    """What is asked for, and the loop that does it."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._asked: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._open: list[_Asked] = []
        self._stopping = threading.Event()
        self.progress: dict[str, dict[str, int]] = {}
        """{source: {"items", "pages"}} of what is under way."""

    @property
    def stopping(self) -> bool:
        """Whether nothing new is taken any more."""
        return self._stopping.is_set()

    def harvest(self, source: str, options: Mapping[str, Any]) -> SourceResult:
        """Have a source harvested; called from any thread, waits for the end.

        Raises:
            StoppedError: the worker ends before it is done.
            NetmetaError: it cannot be harvested at all.
        """
        if self._stopping.is_set():
            raise StoppedError
        asked = _Asked(source, options, Future())
        self._asked.put(asked)
        return asked.done.result()

    def run(self) -> None:
        """Do what is asked for until `stop`, or until Ctrl-C; for the main thread.

        Raises:
            StorageError: the catalogue cannot be written.
            KeyboardInterrupt: after Ctrl-C; what was read is kept.
        """
        try:
            while not self._stopping.is_set():
                first = self._asked.get()
                if first is not None:
                    self._open.append(first)
                    self._drain()
                    self._do_open()
        finally:
            self._let_go()

    def stop(self) -> None:
        """End `run` when it is idle."""
        self._stopping.set()
        self._asked.put(None)

    def _drain(self) -> None:
        while True:
            try:
                asked = self._asked.get_nowait()
            except queue.Empty:
                return
            if asked is not None:
                self._open.append(asked)

    def _do_open(self) -> None:
        while self._open:
            some = [one for one in self._open if one.together == self._open[0].together]
            try:
                self._do(some)
            except LockedError as error:
                say("worker.waits", reason=str(error))
                if self._stopping.wait(PATIENCE_S):
                    return
                continue
            for one in some:
                self._open.remove(one)

    def _do(self, some: list[_Asked]) -> None:
        try:
            with Catalogue(self._config.db) as catalogue:
                names = [one.source for one in some]
                report = harvest(
                    catalogue, self._config, names, progress=self._progress, **some[0].options
                )
        except (StorageError, LockedError):
            raise
        except NetmetaError as error:
            for one in some:
                one.done.set_exception(error)
            return
        finally:
            self.progress.clear()
        results = {result.source: result for result in report.results}
        for one in some:
            one.done.set_result(results[one.source])

    def _progress(self, job: HarvestJob) -> None:
        self.progress[job.source.name] = {"items": job.items, "pages": job.pages}

    def _let_go(self) -> None:
        self._stopping.set()
        self._drain()
        for asked in self._open:
            if not asked.done.done():
                asked.done.set_exception(StoppedError())
        self._open.clear()
