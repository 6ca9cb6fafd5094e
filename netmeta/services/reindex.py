"""Catalogue to index: what changed since the index's checkpoint, or everything from scratch."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from index.analysis import ANALYSER_VERSION
from index.engines import open_engine
from index.seam import (
    Change,
    Delete,
    Document,
    Engine,
    EngineError,
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    IndexOutdatedError,
    Put,
)
from netmeta.catalogue import Catalogue
from netmeta.catalogue.exporting import repository
from netmeta.catalogue.folds import touched_since, works
from netmeta.catalogue.queries import cards
from netmeta.config import Config
from netmeta.errors import IndexUnavailableError, LockedError
from netmeta.search.documents import document
from netmeta.texts import t

log = logging.getLogger(__name__)

BATCH: Final = 20_000
"""Change-log rows applied to the index at a time: bounds memory, and is one commit."""

_READ: Final = 500

BUSY_S: Final = 5.0
"""How long a write of the index waits for another one."""

OWNER: Final = "catalogue"
"""File in the index's folder that names the catalogue it was made of."""

Done = TypeVar("Done")

Work = tuple[int, ...]
"""Ids of a work's records; the first stands for all."""

Progress = Callable[[int, int], None]
"""Called with (documents done, documents in all)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexReport:
    """What an update or rebuild did."""

    engine: str
    put: int
    deleted: int
    seq: int
    rebuilt: bool
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    """State of the index: "ok", "behind", "missing", "outdated" or "damaged"."""

    engine: str
    folder: str
    state: str
    documents: int
    records: int
    seq: int
    lag: int
    analyser: str
    size_bytes: int
    cure: str | None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


@contextmanager
def index_errors(config: Config) -> Iterator[None]:
    """Turn an engine's errors into netmeta's."""
    rebuild = t("Run `netmeta index rebuild`; the catalogue has everything it needs.")
    folder = config.index_folder
    try:
        yield
    except IndexBusyError as error:
        raise LockedError(
            t("The index {folder} is being written by another process", folder=folder),
            cure=t("Wait until it is done, or stop it."),
        ) from error
    except IndexMissingError as error:
        raise IndexUnavailableError(
            t("There is no index at {folder}", folder=folder), why=" ", cure=rebuild
        ) from error
    except IndexOutdatedError as error:
        raise IndexUnavailableError(
            t("The index {folder} was made by another version of netmeta", folder=folder),
            why=" ",
            cure=rebuild,
        ) from error
    except (IndexDamagedError, EngineError) as error:
        raise IndexUnavailableError(
            t("The index {folder} cannot be read", folder=folder), cure=rebuild
        ) from error


@contextmanager
def opened_engine(config: Config) -> Iterator[Engine]:
    """The configured engine on the catalogue's index folder, closed afterwards.

    Raises: IndexUnavailableError, LockedError.
    """
    with index_errors(config):
        engine = open_engine(config.engine, config.index_folder)
        try:
            yield engine
        finally:
            engine.close()


def _is_own(catalogue: Catalogue, config: Config) -> bool:
    """Whether the index was made of this catalogue, and not of one that stood at its place before;
    an index that does not say so is believed, and says so from now on."""
    note, name = config.index_folder / OWNER, repository(catalogue.conn)
    try:
        return note.read_text("utf-8") == name
    except FileNotFoundError:
        note.write_text(name, "utf-8")
        return True


def update_index(
    catalogue: Catalogue, config: Config, *, progress: Progress = lambda done, total: None
) -> IndexReport:
    """Bring the index up to the catalogue's change log; rebuild it where that cannot be done.

    Raises:
        LockedError: another process is writing the index.
        IndexUnavailableError: the index cannot be written.
    """
    with opened_engine(config) as engine:
        try:
            seq = engine.checkpoint().seq
        except (IndexMissingError, IndexOutdatedError, IndexDamagedError) as error:
            log.info("index is rebuilt: %s", error)
            return _rebuild(catalogue, engine, config.index_folder, progress)
        if seq > catalogue.last_seq() or not _is_own(catalogue, config):  # another's, or older
            return _rebuild(catalogue, engine, config.index_folder, progress)
        return _patiently(lambda: _update(catalogue, engine, seq, progress))


FEW: Final = 2_000
"""Changes that are applied all at once after a curator's act; more are the harvest's own affair."""


def index_records(catalogue: Catalogue, config: Config, ids: Sequence[int]) -> None:
    """Let search know the present state of records at once, even while a harvest writes.

    A harvest brings the index up when it ends. If many of its changes wait, only these records are
    put in, and the index keeps its place in the change log: it will meet them once more.

    Args:
        ids: of records whose works (`content_hash`) have not changed.

    Raises:
        LockedError: the index stayed busy for `BUSY_S`.
        IndexUnavailableError: there is no index that could follow; it is not rebuilt here.
    """
    with opened_engine(config) as engine:
        _patiently(lambda: _put_in(catalogue, engine, ids))


def _put_in(catalogue: Catalogue, engine: Engine, ids: Sequence[int]) -> None:
    seq = engine.checkpoint().seq
    if 0 <= catalogue.last_seq() - seq <= FEW:
        _update(catalogue, engine, seq, lambda done, total: None)
        return
    groups = works(catalogue.conn, ids=ids)
    dead = {*ids, *(id for group in groups for id in group)} - {group[0] for group in groups}
    engine.apply(_changes(catalogue, groups, dead), seq=seq)


def rebuild_index(
    catalogue: Catalogue, config: Config, *, progress: Progress = lambda done, total: None
) -> IndexReport:
    """Make a new index from the catalogue; the old one serves until the new one is complete.

    Raises: as `update_index`.
    """
    with opened_engine(config) as engine:
        return _rebuild(catalogue, engine, config.index_folder, progress)


def _patiently(work: Callable[[], Done]) -> Done:
    """The work's answer, tried again while another process writes the index: a curator's act takes
    it for a tenth of a second, and no harvest should fail for that.

    Raises: IndexBusyError after `BUSY_S`.
    """
    until = time.monotonic() + BUSY_S
    while True:
        try:
            return work()
        except IndexBusyError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def _update(catalogue: Catalogue, engine: Engine, seq: int, progress: Progress) -> IndexReport:
    began = time.perf_counter()
    put = deleted = 0
    total = catalogue.last_seq() - seq
    start = seq
    while True:
        touched = touched_since(catalogue.conn, seq, limit=BATCH)
        if touched.seq == seq:
            break
        groups = works(catalogue.conn, ids=touched.ids, hashes=touched.hashes)
        first = {group[0] for group in groups}
        dead = {*touched.ids, *(id for group in groups for id in group)} - first
        if touched.uncertain:
            groups, more = _strayed(catalogue, engine, groups)
            dead |= more
        engine.apply(_changes(catalogue, groups, dead), seq=touched.seq)
        put, deleted, seq = put + len(groups), deleted + len(dead), touched.seq
        progress(seq - start, total)
    return IndexReport(
        engine=engine.name, put=put, deleted=deleted, seq=seq, rebuilt=False,
        seconds=time.perf_counter() - began,
    )  # fmt: skip


def _strayed(
    catalogue: Catalogue, engine: Engine, groups: list[Work]
) -> tuple[list[Work], set[int]]:
    """The works to put, with those whose record that stood for them has been removed for good (so
    that nothing tells what it was a copy of); and documents that stand for nothing now."""
    everything = {group[0]: group for group in works(catalogue.conn)}
    found = engine.verify(everything)
    known = {group[0] for group in groups}
    strays = [everything[id] for id in found.missing if id not in known]
    return [*groups, *strays], set(found.extra)


def _changes(catalogue: Catalogue, groups: list[Work], dead: set[int]) -> Iterator[Change]:
    for id in sorted(dead):
        yield Delete(id=id)
    for made in _documents(catalogue, groups):
        yield Put(document=made)


def _documents(
    catalogue: Catalogue, groups: list[Work], progress: Progress = lambda done, total: None
) -> Iterator[Document]:
    for at in range(0, len(groups), _READ):
        some = groups[at : at + _READ]
        found = cards(catalogue.conn, [id for group in some for id in group])
        for group in some:
            # A record may have gone since the works were listed: its change is applied next.
            if here := [found[id] for id in group if id in found]:
                yield document(*here)
        progress(min(at + _READ, len(groups)), len(groups))


def _rebuild(catalogue: Catalogue, engine: Engine, folder: Path, progress: Progress) -> IndexReport:
    began = time.perf_counter()
    seq = catalogue.last_seq()  # read first: what changes meanwhile is applied again, harmlessly
    groups = works(catalogue.conn)
    engine.rebuild(_documents(catalogue, groups, progress), seq=seq)
    (folder / OWNER).write_text(repository(catalogue.conn), "utf-8")
    return IndexReport(
        engine=engine.name, put=len(groups), deleted=0, seq=seq, rebuilt=True,
        seconds=time.perf_counter() - began,
    )  # fmt: skip


def index_status(catalogue: Catalogue, config: Config) -> IndexStatus:
    """What state the index is in, how far it lags behind the catalogue, and the cure."""
    rebuild = t("Run `netmeta index rebuild`.")
    records, last = sum(catalogue.counts().values()), catalogue.last_seq()
    state, cure, documents, seq, analyser = "missing", rebuild, 0, 0, ""
    try:
        with opened_engine(config) as engine:
            at = engine.checkpoint()
            documents, seq, analyser = at.documents, at.seq, at.analyser
            state, cure = ("ok", "") if seq == last else ("behind", t("Run `netmeta harvest`."))
    except IndexUnavailableError as error:
        kinds = {IndexOutdatedError: "outdated", IndexMissingError: "missing"}
        state = kinds.get(type(error.__cause__), "damaged")  # type: ignore[arg-type]  # None too
    return IndexStatus(
        engine=config.engine, folder=str(config.index_folder), state=state, documents=documents,
        records=records, seq=seq, lag=last - seq, analyser=analyser or ANALYSER_VERSION,
        size_bytes=_size(config.index_folder), cure=cure or None,
    )  # fmt: skip


def verify_index(catalogue: Catalogue, config: Config) -> dict[str, Any]:
    """{"ok", "missing", "extra", "stale", "damage"}: ids and files in which index and catalogue
    differ. What only waits for the next update (changes after the index's position) is no fault.

    Raises: IndexUnavailableError if there is no index to verify.
    """
    with opened_engine(config) as engine:
        found = engine.verify()
        if found.ok:
            pending = touched_since(catalogue.conn, engine.checkpoint().seq, limit=-1)
            waiting = set(pending.ids)
            groups = works(catalogue.conn, ids=pending.ids, hashes=pending.hashes)
            waiting.update(id for group in groups for id in group)
            prints = {
                made.id: made.fingerprint for made in _documents(catalogue, works(catalogue.conn))
            }
            found = engine.verify(prints, fingerprints=prints)
            found = replace(
                found,
                missing=tuple(id for id in found.missing if id not in waiting),
                extra=tuple(id for id in found.extra if id not in waiting),
                stale=tuple(id for id in found.stale if id not in waiting),
            )
    return {"ok": found.ok, **asdict(found)}


def _size(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) if folder.exists() else 0
