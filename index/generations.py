"""Folders of an index: immutable generations, and one pointer to the serving one.

    FOLDER/CURRENT                 "g000012 <sha256 of its manifest>", replaced atomically
    FOLDER/LOCK                    held (flock) by the one writer; released by its death
    FOLDER/g000012/manifest.json   checkpoint, versions, size and sha256 of every file
    FOLDER/g000012/...             the engine's files

A change never touches the serving generation: it is drafted in a new folder that starts with hard
links to the old files (engines write new files and never change old ones), and becomes visible by
one rename of CURRENT. So a change is applied whole or not at all, a killed writer leaves nothing
but a draft that the next one sweeps away, and readers need no lock. The manifest says what each
file must hold: sizes are compared whenever a generation is opened, contents when `verify` is
called, and before anything is opened that would be unpickled.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from index import analysis
from index.seam import (
    Checkpoint,
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    IndexOutdatedError,
    IndexWriteError,
)

_POINTER = "CURRENT"
_LOCK = "LOCK"
_MANIFEST: Final = "manifest.json"
_GENERATION = re.compile(r"g\d{6,}")
_POINTS_AT = re.compile(rb"(g\d{6,}) ([0-9a-f]{64})\n")

Stamp = tuple[int, int]
"""Inode and change time of CURRENT: another value means another generation."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One published state of an index. `files` maps a name to (size in bytes, sha256)."""

    path: Path
    checkpoint: Checkpoint
    files: Mapping[str, tuple[int, str]]

    def require_analyser(self) -> None:
        """Raises IndexOutdatedError if its tokens were made by another analyser version."""
        if self.checkpoint.analyser != analysis.ANALYSER_VERSION:
            raise IndexOutdatedError(
                f"The index in {self.path.parent} was made by analyser "
                f"{self.checkpoint.analyser}, this is {analysis.ANALYSER_VERSION}"
            )

    def damage(self) -> tuple[str, ...]:
        """What is wrong with the files, one sentence each; reads all of them."""
        found = []
        for name, (size, digest) in self.files.items():
            path = self.path / name
            if not path.is_file():
                found.append(f"{name} is missing")
            elif path.stat().st_size != size:
                found.append(f"{name} has {path.stat().st_size} bytes instead of {size}")
            elif _sha256(path) != digest:
                found.append(f"{name} does not match its checksum")
        return tuple(found)


class Generations:
    """The generations of one folder, for one engine and one layout of its fields."""

    def __init__(self, folder: Path, *, engine: str, layout: str) -> None:
        self.folder = folder
        self._engine = engine
        self._layout = layout

    def stamp(self) -> Stamp | None:
        """Changes with every publication; None while there is no index."""
        try:
            stat = (self.folder / _POINTER).stat()
        except FileNotFoundError:
            return None
        return stat.st_ino, stat.st_mtime_ns

    def current(self) -> Generation:
        """The serving generation, its manifest and file sizes checked.

        Raises: IndexMissingError, IndexDamagedError, IndexOutdatedError (other engine or layout).
        """
        while True:
            stamp = self.stamp()
            try:
                return self._read()
            except IndexDamagedError:
                # A generation may vanish between reading the pointer and reading its files, but
                # only because the pointer has moved on.
                if self.stamp() == stamp:
                    raise

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the folder's lock. Raises: IndexBusyError, IndexWriteError."""
        with self.writable():
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise IndexBusyError(
                    f"Another process writes the index in {self.folder}"
                ) from error
            yield
        finally:
            os.close(lock)

    @contextmanager
    def draft(self, base: Generation | None) -> Iterator[Path]:
        """A new folder holding the files of `base`; removed unless it gets published.

        Raises: IndexWriteError.
        """
        numbers = [int(path.name[1:]) for path in self._folders()]
        path = self.folder / f"g{max(numbers, default=0) + 1:06d}"
        try:
            with self.writable():
                path.mkdir()
                if serving := self._points_at():
                    self._sweep(self.folder / serving, path)  # drafts of writers that died
                if base:
                    for name in base.files:
                        _link(base.path / name, path / name)
            yield path
        finally:
            if self._points_at() != path.name:
                shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def writable(self) -> Iterator[None]:
        """Turn an operating system's refusal (disk full, no permission) into IndexWriteError."""
        try:
            yield
        except OSError as error:
            raise self.refused() from error

    def refused(self) -> IndexWriteError:
        """What `writable` raises."""
        return IndexWriteError(f"The index in {self.folder} could not be written")

    def publish(self, draft: Path, base: Generation | None, *, seq: int, documents: int) -> None:
        """Make the draft the serving generation, durably, and remove the others.

        Raises: IndexWriteError.
        """
        with self.writable():
            self._publish(draft, base, seq, documents)

    def _publish(self, draft: Path, base: Generation | None, seq: int, documents: int) -> None:
        files = {}
        for path in sorted(draft.iterdir()):
            if not path.is_file() or path.name.endswith((".lock", "LOCK")):
                continue
            old = base.files.get(path.name) if base else None
            if base and old and path.samefile(base.path / path.name):
                files[path.name] = old
            else:
                _sync(path)
                files[path.name] = (path.stat().st_size, _sha256(path))
        manifest = {
            "engine": self._engine,
            "layout": self._layout,
            "analyser": analysis.ANALYSER_VERSION,
            "seq": seq,
            "documents": documents,
            "files": files,
        }
        content = json.dumps(manifest, indent=1).encode()
        _write(draft / _MANIFEST, content)
        _sync(draft)
        pointer = f"{draft.name} {hashlib.sha256(content).hexdigest()}\n".encode()
        fresh = self.folder / f"{_POINTER}.new"
        _write(fresh, pointer)
        fresh.replace(self.folder / _POINTER)
        _sync(self.folder)
        self._sweep(draft)

    def _read(self) -> Generation:
        pointer = self._pointer()
        if pointer is None:
            raise IndexMissingError(f"There is no index in {self.folder}")
        found = _POINTS_AT.fullmatch(pointer)
        if not found:
            raise IndexDamagedError(f"{self.folder / _POINTER} points at nothing")
        path = self.folder / found[1].decode()
        try:
            content = (path / _MANIFEST).read_bytes()
        except OSError as error:
            raise IndexDamagedError(f"The manifest of {path} cannot be read") from error
        if hashlib.sha256(content).hexdigest().encode() != found[2]:
            raise IndexDamagedError(f"The manifest of {path} does not match its checksum")
        generation = self._generation(path, json.loads(content))
        for name, (size, _) in generation.files.items():
            try:
                actual = (path / name).stat().st_size
            except OSError as error:
                raise IndexDamagedError(f"{path / name} cannot be read") from error
            if actual != size:
                raise IndexDamagedError(f"{path / name} has {actual} bytes instead of {size}")
        return generation

    def _generation(self, path: Path, manifest: Any) -> Generation:
        made_by = (manifest["engine"], manifest["layout"])
        if made_by != (self._engine, self._layout):
            raise IndexOutdatedError(
                f"The index in {self.folder} was made by engine {' '.join(made_by)}, "
                f"this is {self._engine} {self._layout}"
            )
        return Generation(
            path,
            Checkpoint(
                seq=manifest["seq"],
                documents=manifest["documents"],
                analyser=manifest["analyser"],
            ),
            {name: (size, digest) for name, (size, digest) in manifest["files"].items()},
        )

    def _pointer(self) -> bytes | None:
        try:
            return (self.folder / _POINTER).read_bytes()
        except FileNotFoundError:
            return None

    def _points_at(self) -> str | None:
        found = _POINTS_AT.fullmatch(self._pointer() or b"")
        return found[1].decode() if found else None

    def _folders(self) -> list[Path]:
        return [path for path in self.folder.iterdir() if _GENERATION.fullmatch(path.name)]

    def _sweep(self, *keep: Path) -> None:
        for path in self._folders():
            if path not in keep:
                shutil.rmtree(path, ignore_errors=True)


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without hard links
        shutil.copy2(old, new)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
