"""Publishing: a consistent snapshot of catalogue and index that any number of servers can read.

    DIR/20261123T090000Z/netmeta.db          one moment of the catalogue, never written again
    DIR/20261123T090000Z/netmeta.db.index/   the index of exactly that moment
    DIR/20261123T090000Z/manifest.json       size and SHA-256 of every file
    DIR/current -> 20261123T090000Z          replaced in one step when all of it is on the disk

Servers that read the one before go on reading it: a few generations are kept. What is nobody's
business but this machine's (jobs, requests under way, pages that were refused) stays behind.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from netmeta.catalogue import Catalogue
from netmeta.catalogue.connection import storage_errors
from netmeta.catalogue.lock import lock_file
from netmeta.catalogue.migrations import migrations
from netmeta.config import Config
from netmeta.errors import LockedError, StorageError
from netmeta.services.backup import copy_whole, sync
from netmeta.services.reindex import update_index
from netmeta.texts import t

KEPT: Final = 3
CURRENT: Final = "current"
DATABASE: Final = "netmeta.db"
MANIFEST: Final = "manifest.json"

LEFT_BEHIND: Final = (
    "jobs", "schedules", "advice", "rejects", "visits", "learned", "source_states",
    "walk_marks", "walk_listings", "frontier", "walks", "reports", "acts", "suppressions",
)  # fmt: skip
"""Tables that are empty in a snapshot: what only the harvesting machine and its curators need, and
names of people who asked to be removed."""

_STAMP: Final = re.compile(r"\d{8}T\d{6}Z(?:-\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What was published."""

    folder: str
    seq: int
    size_bytes: int
    files: int
    removed: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def publish(catalogue: Catalogue, config: Config, folder: Path, *, keep: int = KEPT) -> Snapshot:
    """Publish the catalogue as it is now; harvests may go on meanwhile.

    Args:
        keep: snapshots to keep; at least 2, since servers go on reading the one before for a moment.

    Raises:
        LockedError: another process publishes into this folder.
        StorageError: it cannot be written; what was published before stays as it was.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _publishing(folder):
            _sweep_drafts(folder)
            draft = folder / f".draft-{os.getpid()}"
            draft.mkdir()
            try:
                seq = _fill(catalogue, config, draft)
                _write_manifest(draft, seq)
                made = _name(folder, catalogue)
                draft.rename(folder / made)
            except BaseException:
                shutil.rmtree(draft, ignore_errors=True)
                raise
            _point(folder, made)
            removed = _forget_old(folder, keep)
    except OSError as error:
        raise StorageError(
            t("Cannot publish into {path}", path=folder),
            why=error.strerror,
            cure=t("Check its permissions and the free space; what is published stays."),
        ) from error
    files = [path for path in (folder / made).rglob("*") if path.is_file()]
    return Snapshot(
        folder=str(folder / made), seq=seq, files=len(files), removed=removed,
        size_bytes=sum(path.stat().st_size for path in files),
    )  # fmt: skip


def newest(folder: Path) -> Path:
    """The published snapshot in a folder. Raises: StorageError if there is none."""
    found = (folder / CURRENT).resolve()
    if not (found / MANIFEST).is_file():
        raise StorageError(
            t("There is no snapshot in {path}", path=folder),
            cure=t("Make one with `netmeta publish {path}`.", path=folder),
        )
    return found


def require_current(snapshot: Path) -> None:
    """Raises: StorageError if a snapshot was made by a netmeta of another schema."""
    with Catalogue(snapshot / DATABASE, read_only=True) as catalogue:
        older = bool(migrations.pending(catalogue.db))
    if older:
        raise StorageError(
            t("The snapshot {path} was made by an earlier netmeta", path=snapshot),
            cure=t("Publish anew with `netmeta publish`."),
        )


def verify(snapshot: Path) -> list[str]:
    """Names of the files of a snapshot that are missing or not as they were written."""
    manifest = json.loads((snapshot / MANIFEST).read_text("utf-8"))
    return [
        name
        for name, known in manifest["files"].items()
        if not (snapshot / name).is_file() or _sha256(snapshot / name) != known["sha256"]
    ]


def _publishing(folder: Path) -> contextlib.AbstractContextManager[None]:
    def refused(holder: str) -> LockedError:
        return LockedError(
            t("Another process publishes into {path} ({holder})", path=folder, holder=holder),
            cure=t("Wait until it is done, or stop it."),
        )

    return lock_file(folder / CURRENT, ".lock", task="netmeta publish", refused=refused)


def _fill(catalogue: Catalogue, config: Config, draft: Path) -> int:
    """Copy index and catalogue; returns the number of the last change in both."""
    database = draft / DATABASE
    theirs = replace(config, db=database)
    # The index first: then the catalogue is never behind it, and what it lacks is added to it.
    _copy_index(config.index_folder, theirs.index_folder)
    copy_whole(catalogue, database)
    _reduce(database)
    with Catalogue(database, read_only=True) as copied:
        seq = copied.last_seq()
        update_index(copied, theirs)
    return seq


def _copy_index(source: Path, target: Path) -> None:
    """Copy the serving generation; a missing index is made anew afterwards.

    A writer may replace it meanwhile: then the new one is copied.
    """
    while True:
        try:
            pointer = (source / "CURRENT").read_bytes()
        except FileNotFoundError:
            return
        serving = pointer.split()[0].decode()
        try:
            shutil.copytree(source / serving, target / serving)
        except (FileNotFoundError, shutil.Error):
            if (source / "CURRENT").read_bytes() == pointer:
                raise
            shutil.rmtree(target, ignore_errors=True)
            continue
        (target / "CURRENT").write_bytes(pointer)
        return


def _reduce(database: Path) -> None:
    """Empty what stays behind, and leave a file that needs no companion to be read."""
    with (
        storage_errors(database),
        contextlib.closing(sqlite3.connect(database, isolation_level=None)) as db,
    ):
        db.execute("PRAGMA secure_delete = ON")  # or the rows would still be in the file
        db.execute("PRAGMA foreign_keys = ON")
        known = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        db.execute("BEGIN IMMEDIATE")
        for name in LEFT_BEHIND:
            if name in known:
                db.execute(f'DELETE FROM "{name}"')  # noqa: S608 - names of the constant above
        db.execute("COMMIT")
        db.execute("ANALYZE")
        db.execute("PRAGMA journal_mode = DELETE")


def _write_manifest(draft: Path, seq: int) -> None:
    files = {}
    for path in sorted(_files(draft)):
        path.chmod(0o444)
        sync(path)
        name = path.relative_to(draft).as_posix()
        files[name] = {"bytes": path.stat().st_size, "sha256": _sha256(path)}
    manifest = {"seq": seq, "made": int(time.time()), "files": files}
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    for place in [draft / MANIFEST, *(p for p in draft.rglob("*") if p.is_dir()), draft]:
        sync(place)


def _files(draft: Path) -> Iterator[Path]:
    return (path for path in draft.rglob("*") if path.is_file() and path.name != "LOCK")


def _name(folder: Path, catalogue: Catalogue) -> str:
    stamp = catalogue.now().strftime("%Y%m%dT%H%M%SZ")
    # Not the first free name: one of the same second may have been swept away already.
    numbers = [int(path.name.partition("-")[2] or 1) for path in folder.glob(f"{stamp}*")]
    return f"{stamp}-{max(numbers) + 1}" if numbers else stamp


def _point(folder: Path, made: str) -> None:
    """Let `current` name the new snapshot, in one step."""
    link = folder / f".{CURRENT}"
    link.unlink(missing_ok=True)
    link.symlink_to(made)
    link.replace(folder / CURRENT)
    sync(folder)


def _forget_old(folder: Path, keep: int) -> tuple[str, ...]:
    serving = (folder / CURRENT).resolve().name
    known = (path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    made = sorted((p for p in known if _STAMP.fullmatch(p.name)), key=lambda p: p.stat().st_mtime)
    old = [path for path in made if path.name != serving][: max(0, len(made) - keep)]
    for path in old:
        shutil.rmtree(path)
    return tuple(path.name for path in old)


def _sweep_drafts(folder: Path) -> None:
    """What a killed process left; the lock says that nobody is at it."""
    for path in folder.glob(".draft-*"):
        shutil.rmtree(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
