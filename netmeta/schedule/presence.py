"""Whether a worker is at work: the lock beside the catalogue, and who holds it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from netmeta.catalogue.lock import WORKER, holder, lock_file
from netmeta.config import Config
from netmeta.errors import LockedError
from netmeta.texts import t


@contextmanager
def worker_lock(config: Config) -> Iterator[None]:
    """Hold the lock `<db>.worker`. Raises: LockedError if another worker does."""

    def refused(holder: str) -> LockedError:
        return LockedError(
            t(
                "A worker is at work on {path} already ({holder})", path=config.db, holder=holder
            ),
            cure=t("There is one worker for a catalogue; stop that one first."),
        )  # fmt: skip

    with lock_file(config.db, WORKER, task="netmeta worker", refused=refused):
        yield


def working(config: Config) -> str | None:
    """Who holds the worker's lock of the configured catalogue; None if nobody does."""
    return holder(config.db, WORKER)
