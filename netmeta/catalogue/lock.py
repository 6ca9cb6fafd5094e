"""One harvesting or importing process per catalogue: an advisory lock file beside it.

The lock is `flock`, so the kernel releases it when its holder dies, however it dies. The file
holds the holder's process id and task, for the message the second one gets.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from netmeta.errors import LockedError, StorageError
from netmeta.texts import t

HARVEST = ".lock"
WORKER = ".worker"
"""Of the worker, for as long as it runs. It holds the other one only while it harvests: imports and
curators have their turn in between."""


@contextmanager
def harvest_lock(database: Path, *, task: str) -> Iterator[None]:
    """Hold the writer's lock of the catalogue at `database` while the block runs.

    Args:
        database: path of the catalogue; the lock file is `<database>.lock`.
        task: what the holder does, in words for the other process's error message.

    Raises:
        LockedError: another process holds it; the message says who.
        StorageError: the lock file cannot be created.
    """

    def refused(holder: str) -> LockedError:
        return LockedError(
            t(
                "The catalogue {path} is being written by another process ({holder})",
                path=database,
                holder=holder,
            ),
            cure=t("Wait until it is done, or stop it."),
        )

    with lock_file(database, HARVEST, task=task, refused=refused):
        yield


@contextmanager
def lock_file(
    database: Path, suffix: str, *, task: str, refused: Callable[[str], LockedError]
) -> Iterator[None]:
    """Hold the lock `<database><suffix>`.

    Args:
        refused: the error to raise where another process holds it, of who that is.

    Raises:
        LockedError: another process holds it.
        StorageError: the file cannot be created.
    """
    descriptor = _opened(database.with_name(database.name + suffix))
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise refused(_told(descriptor)) from None
        try:
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"pid {os.getpid()}, {task}".encode())
        except OSError as error:
            raise StorageError(
                t("Cannot write {path} to disk", path=database.with_name(database.name + suffix)),
                why=error.strerror,
                cure=t("Free some space and run the same command again; nothing stored was lost."),
            ) from error
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def holder(database: Path, suffix: str = HARVEST) -> str | None:
    """Who holds a lock ("pid 12, netmeta harvest"); None if nobody does."""
    path = database.with_name(database.name + suffix)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _told(descriptor)
    else:
        return None
    finally:
        os.close(descriptor)


def _told(descriptor: int) -> str:
    return os.read(descriptor, 200).decode("utf-8", "replace").strip() or "unknown"


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StorageError(
            t("Cannot create {path}", path=path),
            why=error.strerror,
            cure=t("Check the permissions of the folder, or name another file with --db FILE."),
        ) from error
