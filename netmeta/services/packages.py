"""Data packages in: a whole catalogue, checked before anything of it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args

from index.collector import seldom_collected
from netmeta.catalogue import Catalogue, RecordWriter, arrivals, harvest_lock
from netmeta.catalogue.catalogue import FOLD_AFTER
from netmeta.catalogue.rows import Dates
from netmeta.characters import read_json
from netmeta.errors import BadItemError, InputError
from netmeta.exchange import package
from netmeta.exchange.oai import provenance
from netmeta.exchange.package import Package
from netmeta.exchange.records import received
from netmeta.model import Record, Source, SourceKind
from netmeta.services.arrivals import Came, instant, shared_edits, store, without_forgotten
from netmeta.services.importing import ImportReport
from netmeta.texts import t, tn

BATCH: Final = 1_000
"""Rows a transaction: each commit writes the upper pages of all indexes once more."""

AT_ONCE: Final = 100
"""Rows read and then written: as many as the processor's own memory holds. With a thousand the same
work takes 7 % longer."""


class _Row(NamedTuple):
    """One line of the package, checked; `form` is kept only where it is `edited`."""

    record: Record
    dates: Dates
    origin: arrivals.Origin | None
    form: Mapping[str, Any]
    edited: Mapping[str, Any]


def import_package(
    catalogue: Catalogue,
    path: Path,
    *,
    strict: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> ImportReport:
    """Import a data package that netmeta wrote: a folder or a zip.

    Sources that are not known yet are created as they were; records get the dates they had.

    Args:
        strict: refuse the package if any of its rows cannot be taken; else such rows are kept in
            `rejects` with the reason, and the rest is imported.

    Raises:
        InputError: it is no package, incomplete, damaged or newer, or has bad rows and `strict`.
        LockedError, StorageError.
    """
    with package.opened(path) as opened:
        sources = _sources(opened, path)
        if strict:
            _refuse_bad_rows(opened, sources, path)
        with harvest_lock(catalogue.path, task="netmeta import"):
            catalogue.close_abandoned_runs()
            with seldom_collected():
                return _Import(catalogue, opened, sources, path.name).run(progress)


def _sources(opened: Package, path: Path) -> dict[str, Source]:
    names = {field.name for field in fields(Source)}
    out = {}
    for number, line in opened.lines(package.SOURCES):
        try:
            said = read_json(line.decode())
            source = Source(**{name: value for name, value in said.items() if name in names})
            if source.kind not in get_args(SourceKind) or not isinstance(source.name, str):
                raise ValueError(source.kind)
        except (ValueError, TypeError, AttributeError) as error:
            raise InputError(
                t("{path} is no usable data package", path=path),
                why=f"{package.SOURCES}:{number}: {error}",
            ) from error
        out[source.name] = source
    return out


def _refuse_bad_rows(opened: Package, sources: Mapping[str, Source], path: Path) -> None:
    """Look at every row. Raises: InputError naming the first bad ones."""
    bad = [
        f"{package.RECORDS}:{number}: {row}"
        for number, row, _ in _rows(opened, sources)
        if isinstance(row, str)
    ]
    bad += [
        f"{package.DELETED}:{number}: {row}"
        for number, row, _ in _deletions(opened)
        if isinstance(row, str)
    ]
    if bad:
        raise InputError(
            tn(
                "{path} has {n} row that cannot be taken",
                "{path} has {n} rows that cannot be taken",
                len(bad),
                path=path,
            ),
            why="; ".join(bad[:5]),
            cure=t("Without --strict the others are imported."),
        )


_Line = tuple[int, _Row | str, bytes]
"""(number, row or why it is bad, as it stands there)."""


def _rows(opened: Package, sources: Mapping[str, Source]) -> Iterator[_Line]:
    """The lines of records."""
    for number, line in opened.lines(package.RECORDS):
        try:
            yield number, _row(read_json(line.decode()), sources), line
        except BadItemError as error:
            yield number, str(error), line
        except (ValueError, RecursionError) as error:
            yield number, f"not JSON: {error}", line


def _row(said: Any, sources: Mapping[str, Source]) -> _Row:
    """Raises: BadItemError."""
    if not isinstance(said, dict):
        raise BadItemError(t("An item must be a JSON object"))
    name, identity = said.get("source"), said.get("external_id")
    if not (isinstance(name, str) and name in sources and isinstance(identity, str) and identity):
        raise BadItemError(t("The item lacks {names}", names="source, external_id"))
    form, words = said.get("record"), said.get("words")
    if not isinstance(form, dict) or not (words is None or isinstance(words, dict)):
        raise BadItemError(t("The item lacks {names}", names="record"))
    edited = said.get("edited") or {}
    if not isinstance(edited, dict):
        raise BadItemError(t("The value does not fit the field {name}", name="edited"))
    record = received(form, source=name, external_id=identity, words=words)
    if edited:
        shared_edits(form, edited, ())
    return _Row(
        record=record,
        dates=Dates(instant(said.get("first_seen")), instant((words or {}).get("raw_at"))),
        origin=_origin(identity, said.get("origin")),
        form=form if edited else {},
        edited=edited,
    )


def _origin(identity: str, said: Any) -> arrivals.Origin | None:
    """Raises: BadItemError."""
    if said is None:
        return None
    fits = (
        isinstance(said, dict)
        and isinstance(said.get("original"), str)
        and isinstance(said.get("portal"), dict)
        and isinstance(said.get("chain"), list)
        and all(map(provenance.is_origin, said["chain"]))
    )
    if not fits:
        raise BadItemError(t("The value does not fit the field {name}", name="origin"))
    return arrivals.Origin(identity, said["original"], said["portal"], said["chain"])


class _Deletion(NamedTuple):
    """One line of what is gone, checked."""

    source: str
    url: str
    external_id: str
    at: str


def _deletions(opened: Package) -> Iterator[tuple[int, _Deletion | str, bytes]]:
    """(number, deletion or why it is bad, the line) of each record that is gone."""
    if not opened.has(package.DELETED):
        return
    for number, line in opened.lines(package.DELETED):
        try:
            said = read_json(line.decode())
            texts = [said[name] for name in ("source", "url", "external_id")]
            if not all(isinstance(one, str) for one in texts):
                raise TypeError("source, url, external_id")
            at = instant(said["deleted"])
            if at is None:
                raise ValueError("deleted")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            yield number, t("It is no deletion: {why}", why=str(error)), line
        else:
            yield number, _Deletion(texts[0], texts[1], texts[2], at), line


class _Import:
    """State of one import: a run for each source that has records."""

    def __init__(
        self, catalogue: Catalogue, opened: Package, sources: Mapping[str, Source], place: str
    ) -> None:
        self.catalogue, self.opened, self.sources, self.place = catalogue, opened, sources, place
        self.known = {status.source.name: status.id for status in catalogue.sources()}
        self.runs: dict[str, int] = {}
        self.rejected: list[tuple[str, str, str]] = []
        self.withdrawn: Counter[int] = Counter()

    def run(self, progress: Callable[[int], None]) -> ImportReport:
        for name, source in self.sources.items():
            if name not in self.known:
                self.known[name] = self.catalogue.add_source(source)
        rows, folded = _rows(self.opened, self.sources), 0
        with RecordWriter(self.catalogue) as writer:
            while done := self._take(rows, writer):
                progress(done)
                if done // FOLD_AFTER > folded:
                    folded = done // FOLD_AFTER
                    self.catalogue.fold()
            self._follow_deletions()
        return self._finish(writer)

    def _take(self, rows: Iterator[_Line], writer: RecordWriter) -> int:
        """Store the next rows in one transaction; returns the number of the last, 0 if none is left."""
        done = 0
        with self.catalogue.transaction():
            for _ in range(0, BATCH, AT_ONCE):
                good = []
                for done, row, line in islice(rows, AT_ONCE):
                    if isinstance(row, str):
                        self._reject(done, row, line)
                    else:
                        good.append(row)
                self._write(writer, good)
        return done

    def _reject(self, number: int, why: str, line: bytes) -> None:
        text = line[:2000].decode("utf-8", "replace")
        self.rejected.append((f"{self.place}:{number}", why, text))

    def _run(self, name: str) -> int:
        if name not in self.runs:
            self.runs[name] = self.catalogue.start_run(self.known[name])
        return self.runs[name]

    def _write(self, writer: RecordWriter, found: Sequence[_Row]) -> None:
        """Within a transaction: records, then their origins."""
        forgotten = self.catalogue.forgotten_people()
        origins: dict[str, list[arrivals.Origin]] = {}
        came = []
        for row in found:
            name = row.record.source
            edits = shared_edits(row.form, row.edited, forgotten) if row.edited else {}
            record = without_forgotten(row.record, forgotten)
            came.append(Came(record, self.known[name], self._run(name), edits, row.dates))
            if row.origin is not None:
                origins.setdefault(name, []).append(row.origin)
        store(self.catalogue, writer, came)
        for name, from_elsewhere in origins.items():
            arrivals.remember_origins(self.catalogue, self.known[name], from_elsewhere)

    def _follow_deletions(self) -> None:
        """Mark records as gone that are gone there, unless they were seen here since."""
        by_address = {s.source.url: s.source.name for s in self.catalogue.sources()}
        gone: dict[str, dict[str, str]] = {}
        for number, row, line in _deletions(self.opened):
            if isinstance(row, str):
                self._reject(number, row, line)
                continue
            # A source that was taken away whole has lost its name there, and kept its address.
            name = row.source if row.source in self.known else by_address.get(row.url)
            if name is not None:
                gone.setdefault(name, {})[row.external_id] = row.at
        for name, of_source in gone.items():
            source_id = self.known[name]
            news = arrivals.unseen_since(self.catalogue.conn, source_id, of_source)
            if news:
                run_id = self._run(name)
                done = arrivals.withdraw(self.catalogue, source_id, news, run_id=run_id)
                self.withdrawn[run_id] += done

    def _finish(self, writer: RecordWriter) -> ImportReport:
        totals: Counter[str] = Counter()
        reason = t("{n} lines could not be taken", n=len(self.rejected)) if self.rejected else None
        for run_id in self.runs.values():
            tally = writer.tallies.get(run_id)
            counts = {str(k): n for k, n in tally.outcomes.items()} if tally else {}
            if gone := self.withdrawn[run_id]:
                counts["gone"] = gone
            totals.update(counts)
            self.catalogue.finish_run(
                run_id, status="degraded" if self.rejected else "ok", reason=reason, counts=counts
            )
        if self.rejected:
            self.catalogue.reject(self.rejected, run_id=next(iter(self.runs.values()), None))
        self.catalogue.checkpoint()
        return ImportReport(
            counts=dict(totals),
            rejected=tuple((place, why) for place, why, _ in self.rejected),
        )
