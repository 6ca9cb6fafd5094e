"""Opening a catalogue file, and saying in plain words why it cannot be opened or written."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from netmeta.catalogue.migrations import APPLICATION_ID, migrations
from netmeta.errors import LockedError, NewerSchemaError, NotACatalogueError, StorageError
from netmeta.texts import t

BUSY_TIMEOUT_S = 30.0
"""How long a write waits for another one; curators' writes last milliseconds, batches less than
a second, so half a minute means that something is stuck."""


def connect(path: Path, *, read_only: bool = False) -> Database:
    """Open the catalogue at `path`; create or migrate it unless `read_only`.

    A living catalogue of an earlier version is migrated for readers too, if it can be written.

    Raises:
        NotACatalogueError: the file is no SQLite database, or belongs to other software.
        NewerSchemaError: written by a newer netmeta.
        StorageError: missing (read_only), unreadable, or in a folder that cannot be written.
    """
    if read_only and not path.exists():
        raise StorageError(
            t("There is no catalogue at {path}", path=path),
            cure=t(
                "Run `netmeta harvest` or `netmeta import` first, or name another file with --db."
            ),
        )
    if not read_only:
        _make_folder(path)
        _check_writable(path)
    try:
        conn = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}",
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,  # transactions are opened by hand, as BEGIN IMMEDIATE
            check_same_thread=False,  # one thread at a time; the web interface moves between threads
        )
    except sqlite3.Error as error:
        raise _cannot_open(path) from error
    try:
        with storage_errors(path):
            _check_ours(conn, path)
            _set_pragmas(conn, read_only=read_only)
            db = Database(conn, recursive_triggers=False, execute_plugins=False)
            _check_version(db, path)
            if not read_only:
                _migrate(db)
            elif _is_to_be_upgraded(db, path):
                connect(path).close()
    except BaseException:
        conn.close()
        raise
    return db


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            t("Cannot create the folder {path}", path=path.parent),
            why=error.strerror,
            cure=t("Name a writable place with --db FILE or NETMETA_DB."),
        ) from error


def _check_writable(path: Path) -> None:
    """A published snapshot has no write permission, which would not keep root from writing."""
    if path.exists() and not path.stat().st_mode & 0o222:
        raise StorageError(
            t("The catalogue {path} cannot be written", path=path),
            cure=t("Check the permissions of the file and of its folder."),
        )


def _set_pragmas(conn: sqlite3.Connection, *, read_only: bool) -> None:
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA cache_size = -65536")  # 64 MiB
    if read_only:
        conn.execute("PRAGMA query_only = ON")
        return
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = NORMAL")
    conn.execute("PRAGMA journal_size_limit = 67108864")
    # SQLite 3.7-3.51.2 can corrupt a file when several processes write and checkpoint: only the
    # holder of the harvest lock checkpoints (Catalogue.checkpoint), everyone else never does.
    conn.execute("PRAGMA wal_autocheckpoint = 0")


def _check_ours(conn: sqlite3.Connection, path: Path) -> None:
    (application_id,) = conn.execute("PRAGMA application_id").fetchone()
    (tables,) = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and application_id != APPLICATION_ID:
        raise NotACatalogueError(
            t("{path} is a SQLite database, but not a catalogue of netmeta", path=path),
            cure=t("Name another file with --db; a new one is created where there is none."),
        )


def _check_version(db: Database, path: Path) -> None:
    known = {migration.name for migration in migrations._migrations}
    newer = [m.name for m in migrations.applied(db) if m.name not in known]
    if newer:
        raise NewerSchemaError(
            t(
                "{path} was written by a newer netmeta (schema {version})",
                path=path,
                version=newer[-1],
            ),
            cure=t("Upgrade netmeta, or restore the backup made before the upgrade."),
        )


def _is_to_be_upgraded(db: Database, path: Path) -> bool:
    """Whether reads would miss tables that a living catalogue of an earlier version does not have.

    Only a living one is written in WAL mode: a published snapshot stays as it was published.
    """
    applied = {migration.name for migration in migrations.applied(db)}
    older = any(migration.name not in applied for migration in migrations._migrations)
    (mode,) = db.conn.execute("PRAGMA journal_mode").fetchone()
    return older and mode == "wal" and os.access(path, os.W_OK)


def _migrate(db: Database) -> None:
    if not migrations.pending(db):
        return
    # Two processes may create one catalogue at once: whoever gets the write lock first does it.
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(db)
        db.conn.execute("COMMIT")
    except BaseException:
        db.conn.execute("ROLLBACK")
        raise


def _cannot_open(path: Path) -> StorageError:
    return StorageError(
        t("Cannot open the catalogue {path}", path=path),
        cure=t("Check the path and its permissions, or name another file with --db FILE."),
    )


@contextmanager
def storage_errors(path: Path | str) -> Iterator[None]:
    """Turn SQLite's errors into netmeta's, with the cause chained and a cure."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        text = str(error).lower()
        if "not a database" in text:
            raise NotACatalogueError(
                t("{path} is not a SQLite database", path=path),
                cure=t("Name another file with --db; nothing in it was changed."),
            ) from error
        if "locked" in text or "busy" in text:
            raise LockedError(
                t("The catalogue {path} stayed locked for {n} s", path=path, n=int(BUSY_TIMEOUT_S)),
                cure=t("Another process is writing; try again when it is done."),
            ) from error
        if "readonly" in text:
            raise StorageError(
                t("The catalogue {path} cannot be written", path=path),
                cure=t("Check the permissions of the file and of its folder."),
            ) from error
        if "disk is full" in text or "disk i/o" in text:
            raise StorageError(
                t("The catalogue {path} could not be written to disk", path=path),
                cure=t("Free some space and run the same command again; nothing stored was lost."),
            ) from error
        if "unable to open" in text:
            raise _cannot_open(Path(path)) from error
        if "malformed" in text:
            raise StorageError(
                t("The catalogue {path} is damaged", path=path),
                cure=t("Restore a backup, or run `sqlite3 FILE .recover` on a copy."),
            ) from error
        raise
