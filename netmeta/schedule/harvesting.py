"""The worker's harvests: whoever has a job asks here and waits; one thread does them all.

That is the main thread, since signals arrive there. While anything is under way new sources are
taken in; when nothing is, the catalogue is let go, so that imports and curators have their turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from netmeta.catalogue import Catalogue
from netmeta.config import Config
from netmeta.errors import LockedError, NetmetaError
from netmeta.model import Source
from netmeta.schedule.logs import say
from netmeta.services.harvest import SourceResult
from netmeta.services.wishes import Errand, Wish, harvest_wishes

if TYPE_CHECKING:
    from netmeta.harvest.job import HarvestJob

PATIENCE_S: Final = 2.0
"""How long to wait before asking again for a catalogue that an import is writing."""

TASK: Final = "netmeta worker"


class StoppedError(Exception):
    """The worker is ending; what was asked for is not done and stays to be done."""


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A harvest of a source by name, or an errand with a source of its own; `turn` orders them."""

    turn: int
    source: str | Source
    options: Mapping[str, Any]
    done: Future[Any]


class Harvests:
    """What is asked for, and the loop that does it."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._waiting: list[_Asked] = []
        self._under_way: list[_Asked] = []
        self._changed = threading.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news: asyncio.Event | None = None
        self._stopping = False
        self.progress: dict[str, dict[str, int]] = {}
        """{source: {"items", "pages"}} of what is under way."""

    @property
    def stopping(self) -> bool:
        """Whether nothing new is taken any more."""
        return self._stopping

    def harvest(self, source: str, options: Mapping[str, Any], *, turn: int) -> SourceResult:
        """Have a source harvested; called from any thread, waits for the end.

        Args:
            turn: the lowest of those that wait comes first; threads arrive in any order.

        Raises:
            StoppedError: the worker ends before it is done.
            NetmetaError: it cannot be harvested at all.
        """
        result: SourceResult = self._ask(turn, source, options)
        return result

    def errand(self, source: Source) -> HarvestJob:
        """Crawl a source that is in no catalogue, beside the harvests; waits for the end.

        Raises: StoppedError.
        """
        job: HarvestJob = self._ask(0, source, {})
        return job

    def _ask(self, turn: int, source: str | Source, options: Mapping[str, Any]) -> Any:
        asked = _Asked(turn, source, options, Future())
        with self._changed:
            if self._stopping:
                raise StoppedError
            self._waiting.append(asked)
            self._wake()
        return asked.done.result()

    def run(self) -> None:
        """Do what is asked for until `stop`, or until Ctrl-C; for the main thread.

        Raises:
            StorageError: the catalogue cannot be written.
            KeyboardInterrupt: after Ctrl-C; what was read is kept.
        """
        try:
            while self._wait():
                try:
                    with Catalogue(self._config.db) as catalogue:
                        harvest_wishes(
                            catalogue, self._config, self._next, task=TASK, progress=self._report
                        )
                except LockedError as error:
                    say("worker.waits", reason=str(error))
                    self._again()
                finally:
                    self._loop = self._news = None
        finally:
            self._let_go()

    def stop(self) -> None:
        """End `run` when nothing is under way."""
        with self._changed:
            self._stopping = True
            self._wake()

    def _wake(self) -> None:
        """Tell both who may be waiting: the thread between harvests, and the loop in one."""
        self._changed.notify_all()
        if self._loop is not None and self._news is not None:
            with contextlib.suppress(RuntimeError):  # the loop has just been closed
                self._loop.call_soon_threadsafe(self._news.set)

    def _wait(self) -> bool:
        """Wait for something to do; False when it is time to end."""
        with self._changed:
            while not self._waiting and not self._stopping:
                self._changed.wait()
            return not self._stopping

    def _again(self) -> None:
        """Everything is still to be asked for; a little later."""
        with self._changed:
            self._waiting += self._under_way
            self._under_way.clear()
            if not self._stopping:
                self._changed.wait(PATIENCE_S)

    async def _next(self) -> Wish | Errand | None:
        """The next wish; None when nothing is under way and nobody waits, or at the end."""
        while True:
            with self._changed:
                if self._news is None:
                    self._loop, self._news = asyncio.get_running_loop(), asyncio.Event()
                free = len(self._under_way) < self._config.concurrency
                if self._waiting and free and not self._stopping:
                    asked = min(self._waiting, key=lambda one: one.turn)
                    self._waiting.remove(asked)
                    self._under_way.append(asked)
                    return self._wish(asked)
                if self._stopping or not self._under_way:
                    self._loop = None
                    return None
                self._news.clear()
            await self._news.wait()

    def _wish(self, asked: _Asked) -> Wish | Errand:
        def told(what: SourceResult | HarvestJob | NetmetaError) -> None:
            if isinstance(asked.source, str):
                self.progress.pop(asked.source, None)
            with self._changed:
                self._under_way.remove(asked)
                self._wake()
            if isinstance(what, NetmetaError):
                asked.done.set_exception(what)
            else:
                asked.done.set_result(what)

        if isinstance(asked.source, str):
            return Wish(source=asked.source, told=told, **asked.options)
        return Errand(source=asked.source, told=told)

    def _report(self, job: HarvestJob) -> None:
        self.progress[job.source.name] = {"items": job.items, "pages": job.pages}

    def _let_go(self) -> None:
        with self._changed:
            self._stopping = True
            left = [*self._under_way, *self._waiting]
            self._under_way.clear()
            self._waiting.clear()
        for asked in left:
            asked.done.set_exception(StoppedError())
