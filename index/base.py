"""What all engines share: generations, the writer's lock, reopening when a change is published.

An engine adds how a generation is opened (`_open`), written (`_draft`) and asked.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from index.generations import Generation, Generations, Stamp
from index.seam import (
    Change,
    Checkpoint,
    Delete,
    Document,
    IndexDamagedError,
    IndexMissingError,
    IndexOutdatedError,
    Put,
    Verification,
)

ReaderT = TypeVar("ReaderT")


class Draft(Protocol):
    """Writes into the folder of a draft. OSError means that the folder cannot be written."""

    def put(self, document: Document) -> None:
        """Add the document, or replace the one with its id. Raises ValueError (contract)."""

    def delete(self, id: int) -> None:
        """Remove the document with this id, if there."""

    def finish(self) -> int:
        """Write everything; returns the number of documents."""

    def abandon(self) -> None:
        """Release what is held, after a failure."""


class FolderEngine(ABC, Generic[ReaderT]):
    """An engine that keeps its generations in a folder."""

    name: str
    layout: str
    """Raised whenever the fields of the engine's index change: older indexes must be rebuilt."""

    def __init__(self, folder: Path) -> None:
        self._generations = Generations(folder, engine=self.name, layout=self.layout)
        self._opening = threading.Lock()
        self._opened: tuple[Stamp, ReaderT] | None = None

    def apply(self, changes: Iterable[Change], *, seq: int) -> None:
        """See `index.seam.Engine.apply`."""
        with self._generations.writing():
            base = self._generations.current()
            base.require_analyser()
            self._write(base, changes, seq)

    def rebuild(self, documents: Iterable[Document], *, seq: int) -> None:
        """See `index.seam.Engine.rebuild`."""
        with self._generations.writing():
            self._write(None, (Put(document=document) for document in documents), seq)

    def checkpoint(self) -> Checkpoint:
        """See `index.seam.Engine.checkpoint`."""
        return self._generations.current().checkpoint

    def verify(self, ids: Iterable[int] | None = None) -> Verification:
        """See `index.seam.Engine.verify`."""
        try:
            damage = self._generations.current().damage()
            held = self._ids(self._reader()) if ids is not None and not damage else set()
        except (IndexMissingError, IndexDamagedError, IndexOutdatedError) as error:
            return Verification(damage=(str(error),))
        if ids is None or damage:
            return Verification(damage=damage)
        wanted = set(ids)
        return Verification(
            missing=tuple(sorted(wanted - held)), extra=tuple(sorted(held - wanted))
        )

    def close(self) -> None:
        """See `index.seam.Engine.close`."""
        self._opened = None

    @abstractmethod
    def _open(self, generation: Generation) -> ReaderT:
        """Open for searching. Raises IndexDamagedError."""

    @abstractmethod
    def _draft(self, path: Path, base: Generation | None) -> Draft:
        """Open for writing. Raises OSError, IndexDamagedError."""

    @abstractmethod
    def _ids(self, reader: ReaderT) -> set[int]:
        """All document ids."""

    def _reader(self) -> ReaderT:
        """The serving generation, opened; opened anew when another has been published.

        A search that still runs on the former one finishes on its open files.
        """
        stamp = self._generations.stamp()
        opened = self._opened
        if opened and opened[0] == stamp:
            return opened[1]
        with self._opening:
            while True:
                stamp = self._generations.stamp()
                try:
                    generation = self._generations.current()
                    generation.require_analyser()
                    reader = self._open(generation)
                except IndexDamagedError:
                    if self._generations.stamp() == stamp:
                        raise
                    continue  # swept away while it was being opened: there is a newer one
                if stamp is not None:
                    self._opened = (stamp, reader)
                return reader

    def _write(self, base: Generation | None, changes: Iterable[Change], seq: int) -> None:
        generations = self._generations
        with generations.draft(base) as path:
            with generations.writable():
                draft = self._draft(path, base)
            with _released(draft):
                for change in changes:
                    with generations.writable():
                        _enact(draft, change)
                with generations.writable():
                    documents = draft.finish()
            generations.publish(path, base, seq=seq, documents=documents)


def _enact(draft: Draft, change: Change) -> None:
    if isinstance(change, Delete):
        draft.delete(change.id)
    else:
        draft.put(change.document)


@contextmanager
def _released(draft: Draft) -> Iterator[None]:
    done = False
    try:
        yield
        done = True
    finally:
        if not done:
            draft.abandon()
