"""What all engines share: generations, the writer's lock, reopening when a change is published.

An engine adds how a generation is opened (`_open`), written (`_draft`) and asked.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from index.collector import seldom_collected
from index.dictionary import russian
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
    Spelling,
    Verification,
)
from index.spelling import LEAST_CHARS, LONG_CHARS, MOST_CHARS, Spellings, Surface
from index.words import Key, fold, is_cyrillic

ReaderT = TypeVar("ReaderT")

_COUNTED = 20
"""Surface words near a typed one for which the documents are counted."""


class Draft(Protocol):
    """Writes into the folder of a draft. OSError means that the folder cannot be written."""

    def put(self, document: Document) -> Sequence[Key]:
        """Add the document, or replace the one with its id; returns the keys of its words.
        Raises ValueError (contract)."""

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
        self._spellings: tuple[Path, Spellings] | None = None

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

    def spellings(self, form: str, *, limit: int = 10, edits: int = 2) -> tuple[Spelling, ...]:
        """See `index.seam.Engine.spellings`."""
        form = fold(form)
        if not LEAST_CHARS <= len(form) <= MOST_CHARS:
            return ()
        surface = self._surface()
        if itself := surface.itself(form):
            return (itself,)
        near = surface.near(form, 1)[: max(limit, _COUNTED)]
        # What the dictionary has one edit away is nearer than anything two edits away, even if the
        # documents have it in other forms only («подкожная» for «подкожной»).
        found = {one.word: self.frequency(one.word) for one in near} | self._dictionary(form)
        if not found and edits > 1 and len(form) >= LONG_CHARS:
            return surface.near(form, 2)[:limit]
        best = sorted(found, key=lambda word: (-found[word], word))
        return tuple(Spelling(word=word, edits=1, count=found[word]) for word in best[:limit])

    def _dictionary(self, form: str) -> dict[str, int]:
        """Words spelt right that are one edit away, with the documents that hold a form of them."""
        if not is_cyrillic(form):
            return {}
        words = (word for word in russian().one_edit_away(form) if len(word) > 2)
        return {word: count for word in words if (count := self.frequency(word))}

    def verify(
        self,
        ids: Iterable[int] | None = None,
        *,
        fingerprints: Mapping[int, int] | None = None,
    ) -> Verification:
        """See `index.seam.Engine.verify`."""
        try:
            damage = self._generations.current().damage()
            asked = ids is not None or fingerprints is not None
            held = self._held(self._reader()) if asked and not damage else {}
        except (IndexMissingError, IndexDamagedError, IndexOutdatedError) as error:
            return Verification(damage=(str(error),))
        if damage:
            return Verification(damage=damage)
        wanted = held.keys() if ids is None else set(ids)
        prints = fingerprints or {}
        return Verification(
            missing=tuple(sorted(wanted - held.keys())),
            extra=tuple(sorted(held.keys() - wanted)),
            stale=tuple(sorted(id for id in prints if id in held and held[id] != prints[id])),
        )

    def close(self) -> None:
        """See `index.seam.Engine.close`."""
        self._opened = None

    @abstractmethod
    def frequency(self, form: str) -> int:
        """See `index.seam.Engine.frequency`."""

    @abstractmethod
    def _open(self, generation: Generation) -> ReaderT:
        """Open for searching. Raises IndexDamagedError."""

    @abstractmethod
    def _draft(self, path: Path, base: Generation | None) -> Draft:
        """Open for writing. Raises OSError, IndexDamagedError."""

    @abstractmethod
    def _held(self, reader: ReaderT) -> dict[int, int]:
        """Fingerprint of each document held, by id."""

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

    def _surface(self) -> Spellings:
        """The words of the serving generation, read when the first misspelling comes."""
        while True:
            generation = self._generations.current()
            if self._spellings and self._spellings[0] == generation.path:
                return self._spellings[1]
            try:
                spellings = Spellings.of(generation.path)
            except (OSError, ValueError) as error:
                if self._generations.current().path == generation.path:
                    raise IndexDamagedError(
                        f"The words of {generation.path} cannot be read"
                    ) from error
                continue  # swept away meanwhile: there is a newer one
            self._spellings = (generation.path, spellings)
            return spellings

    def _write(self, base: Generation | None, changes: Iterable[Change], seq: int) -> None:
        generations = self._generations
        with generations.draft(base) as path:
            with generations.writable():
                draft = self._draft(path, base)
            surface = Surface(base.path if base else None)
            with _released(draft), seldom_collected():
                for change in changes:
                    try:
                        _enact(draft, change, surface)
                    except OSError as error:
                        raise generations.refused() from error
                with generations.writable():
                    documents = draft.finish()
                    surface.write(path)
            generations.publish(path, base, seq=seq, documents=documents)


def _enact(draft: Draft, change: Change, surface: Surface) -> None:
    if isinstance(change, Delete):
        draft.delete(change.id)
    else:
        surface.add(draft.put(change.document))


@contextmanager
def _released(draft: Draft) -> Iterator[None]:
    done = False
    try:
        yield
        done = True
    finally:
        if not done:
            draft.abandon()
