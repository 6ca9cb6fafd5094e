"""The worker: the one harvesting process of a catalogue.

Three threads of its own: the clock asks for what is due and hands it to the engine; the engine's
threads wait for what they asked for; the main thread harvests, because signals arrive there.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from netmeta.catalogue import Catalogue, exporting, jobs
from netmeta.catalogue.jobs import Job
from netmeta.config import Config
from netmeta.errors import NetmetaError
from netmeta.schedule import chores, planning
from netmeta.schedule.engine import Engine, jobs_url
from netmeta.schedule.harvesting import Harvests
from netmeta.schedule.jobs import Doing
from netmeta.schedule.logs import say
from netmeta.schedule.presence import worker_lock

TICK_S: Final = 0.5
"""How often the clock looks what is due or asked for: a few look-ups of a tenth of a millisecond."""

CHORES_EVERY: Final = 20
"""Ticks between two looks at the chores."""

FORGET_EVERY: Final = int(86400 / TICK_S)
"""Ticks between two times that the engine forgets what the history has forgotten."""

AHEAD: Final = 4
"""Jobs that wait at the door for each that is at work, so that nobody waits for the engine's next
look at its queue. The harvests themselves keep to `concurrency`, in order."""

CHORES_AT_ONCE: Final = 2
"""One long chore must not keep the index from being brought up to date."""


class Worker:
    """Args:
    once: end when everything that is due is done, instead of waiting for more.
    """

    def __init__(self, config: Config, *, once: bool = False) -> None:
        self._config, self._once = config, once
        self._harvests = Harvests(config)
        self._doing = Doing(config, self._harvests)
        self._ending = threading.Event()
        self._broken: list[NetmetaError] = []

    def run(self) -> None:
        """Work until SIGTERM or SIGINT (or, with `once`, until nothing is due).

        Raises:
            LockedError: another worker works on this catalogue.
            StorageError: the catalogue or the job database cannot be used.
        """
        with Catalogue(self._config.db) as catalogue:  # creates or upgrades it
            name = exporting.repository(catalogue.conn).partition(".")[0]
        with worker_lock(self._config), _graceful():
            engine = Engine(
                jobs_url(self._config.db, self._config.jobs_url), name, self._doing.do,
                {"harvest": AHEAD * self._config.concurrency, "chores": CHORES_AT_ONCE},
            )  # fmt: skip
            say("worker.started", db=str(self._config.db), concurrency=self._config.concurrency)
            clock = threading.Thread(target=self._clock, args=(engine,), name="clock")
            clock.start()
            try:
                self._harvests.run()
            except KeyboardInterrupt:
                say("worker.stopping")
            finally:
                self._ending.set()
                clock.join()
                engine.close()
                say("worker.ended")
        if self._broken:
            raise self._broken[0]

    def _clock(self, engine: Engine) -> None:
        ticks = 0
        try:
            with Catalogue(self._config.db) as catalogue:
                _take_up(catalogue, engine)
                while not self._ending.is_set():
                    planning.ask_due(catalogue)
                    if ticks % CHORES_EVERY == 0:
                        chores.ask_due(catalogue, self._config)
                    if ticks % FORGET_EVERY == 0:
                        engine.forget(catalogue.now() - chores.KEEP)
                    ticks += 1
                    _hand_over(catalogue, engine)
                    self._report(catalogue)
                    if self._once and not jobs.open_jobs(catalogue.conn):
                        break
                    self._ending.wait(TICK_S)
        except NetmetaError as error:
            self._broken.append(error)
        finally:
            self._harvests.stop()

    def _report(self, catalogue: Catalogue) -> None:
        """Write how far harvests have come, for those who follow them."""
        under_way = dict(self._harvests.progress)
        if not under_way:
            return
        for job in jobs.open_jobs(catalogue.conn):
            told = under_way.get(job.source or "")
            if told and told != job.progress:
                with catalogue.transaction() as conn:
                    jobs.report(conn, job.id, told)


def _take_up(catalogue: Catalogue, engine: Engine) -> None:
    """Give the engine anew what it has lost since it was given: its database may be another one.
    What it still has it takes up by itself."""
    given = {_name(job): job.id for job in jobs.open_jobs(catalogue.conn) if job.handed_at}
    lost = engine.lost(given)
    with catalogue.transaction() as conn:
        for name in lost:
            jobs.take_back(conn, given[name])
    if given:
        say("worker.takes_up", jobs=len(given), lost=len(lost))


def _name(job: Job) -> str:
    """With the time, because numbers come again when a backup is restored."""
    return f"{job.id}-{job.asked_at:%Y%m%d%H%M%S}-{job.handovers}"


def _hand_over(catalogue: Catalogue, engine: Engine) -> None:
    """Give what waits to the engine: first there, then the note of it, since giving twice is
    giving once."""
    for job in jobs.waiting(catalogue.conn):
        queue = "harvest" if job.kind == "harvest" else "chores"
        key = f"{job.kind} {job.source_id or ''}".strip()
        if engine.hand(_name(job), job.id, queue=queue, key=key):
            with catalogue.transaction() as conn:
                jobs.hand(conn, catalogue.now_text(), job.id)
            say("job.asked", job=job.id, kind=job.kind, source=job.source, by=job.asked_by)


@contextmanager
def _graceful() -> Iterator[None]:
    """SIGTERM ends the worker as Ctrl-C does: pages under way come in, and are kept."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        signal.raise_signal(signal.SIGINT)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
