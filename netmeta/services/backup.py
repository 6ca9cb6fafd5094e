"""A copy of a living catalogue, as it was at one moment, whoever is writing to it meanwhile."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from netmeta.catalogue import Catalogue
from netmeta.catalogue.connection import storage_errors
from netmeta.errors import StorageError, UsageError
from netmeta.texts import t


def copy_whole(catalogue: Catalogue, to: Path) -> None:
    """Write the catalogue into a new file, in one read transaction; writers go on meanwhile.

    Raises: StorageError, after which there is no file.
    """
    place = f"{catalogue.path.absolute().as_uri()}?mode=ro"
    try:
        with storage_errors(to):
            with contextlib.closing(sqlite3.connect(place, uri=True)) as db:
                db.execute("VACUUM INTO ?", (str(to),))
            _check(to)
        sync(to)
    except BaseException:
        with contextlib.suppress(OSError):
            to.unlink(missing_ok=True)
        raise


def _check(path: Path) -> None:
    """A backup that cannot be restored is none. Raises: StorageError."""
    with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise StorageError(t("The copy {path} is damaged", path=path), why=found)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk. Raises: StorageError."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StorageError(
            t("Cannot write {path}", path=path), why=error.strerror, cure=t("Free some space.")
        ) from error


def backup(catalogue: Catalogue, to: Path, *, force: bool = False) -> int:
    """Back up a catalogue into a file; returns its size in bytes.

    The index is left out: it is made again from the catalogue.

    Args:
        force: overwrite the file if there is one; it stays whole until the new one is.

    Raises:
        UsageError: the file exists, or is the catalogue itself.
        StorageError: it cannot be written.
    """
    if to.exists() and (not force or to.samefile(catalogue.path)):
        raise UsageError(
            t("{path} exists already", path=to),
            cure=t("Name another file, or say --force to overwrite it."),
        )
    draft = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        copy_whole(catalogue, draft)
        with contextlib.closing(sqlite3.connect(draft)) as db:
            db.execute("PRAGMA journal_mode = WAL")  # as everything that lives
        draft.replace(to)
    except OSError as error:
        raise StorageError(t("Cannot write {path}", path=to), why=error.strerror) from error
    sync(to.parent)
    return to.stat().st_size
