"""One harvesting or importing process per catalogue: an advisory lock file beside it.

The lock is `flock`, so the kernel releases it when its holder dies, however it dies. The file
holds the holder's process id and task, for the message the second one gets.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netmeta.errors import LockedError, StorageError
from netmeta.texts import t


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
    path = database.with_name(database.name + ".lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StorageError(
            t("Cannot create {path}", path=path),
            why=error.strerror,
            cure=t("Check the permissions of the folder, or name another file with --db FILE."),
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 200).decode("utf-8", "replace").strip() or "unknown"
            raise LockedError(
                t(
                    "The catalogue {path} is being written by another process ({holder})",
                    path=database,
                    holder=holder,
                ),
                cure=t("Wait until it is done, or stop it."),
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"pid {os.getpid()}, {task}".encode())
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)
