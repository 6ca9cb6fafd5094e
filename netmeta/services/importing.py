"""Items of a file or of a program into the catalogue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from netmeta.catalogue import Catalogue, RecordWriter, harvest_lock
from netmeta.catalogue.catalogue import FOLD_AFTER
from netmeta.errors import BadItemError, InputError
from netmeta.exchange.jsonl import BadLine, read_items
from netmeta.model import Item, RunStatus, Source
from netmeta.services.normalising import read_item
from netmeta.texts import t
from netmeta.vocabularies import Vocabularies, load


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did: outcomes by name, and each line or item that could not be taken."""

    counts: Mapping[str, int]
    rejected: tuple[tuple[str, str], ...]
    """(place, reason): ("items.jsonl:17", "The item lacks title.")."""
    problems: tuple[Mapping[str, Any], ...] = ()
    """Odd values, kept and counted: [{"field", "code", "count", "example"}], most frequent first."""

    @property
    def records(self) -> int:
        """Records that are in the catalogue now because of, or already before, this import."""
        return sum(self.counts.get(name, 0) for name in ("new", "changed", "unchanged", "restored"))

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def import_file(
    catalogue: Catalogue, path: Path, *, progress: Callable[[int], None] = lambda done: None
) -> ImportReport:
    """Import a JSON Lines file of items (`netmeta.model.Item.from_dict` tells their form).

    Raises:
        InputError: the file cannot be read.
        LockedError: another process is writing the catalogue.
        StorageError: the catalogue cannot be written.
    """
    try:
        with path.open("rb") as lines:
            return import_items(catalogue, read_items(lines), place=path.name, progress=progress)
    except OSError as error:
        raise InputError(
            t("Cannot read {path}", path=path), why=error.strerror, cure=t("Check the path.")
        ) from error


def import_items(
    catalogue: Catalogue,
    items: Iterable[Item | Mapping[str, Any] | BadLine],
    *,
    place: str = "items",
    progress: Callable[[int], None] = lambda done: None,
) -> ImportReport:
    """Import items; a source that is not known yet is created under the name the item gives.

    An item that cannot be taken is kept in `rejects` with the reason, and the rest goes on.

    Raises: LockedError, StorageError.
    """
    with harvest_lock(catalogue.path, task="netmeta import"):
        catalogue.close_abandoned_runs()
        work = _Import(catalogue, place)
        with RecordWriter(catalogue) as writer:
            for number, item in enumerate(items, start=1):
                work.take(number, item, writer)
                if number % 100 == 0:
                    progress(number)
                if number % FOLD_AFTER == 0:
                    catalogue.fold()
        return work.finish(writer)


class _Import:
    """State of one import: a run for each source that occurs."""

    def __init__(self, catalogue: Catalogue, place: str) -> None:
        self.catalogue, self.place = catalogue, place
        self.vocabularies: Vocabularies = load(catalogue.local_mappings())
        self.runs: dict[str, tuple[Source, int, int]] = {}
        self.rejected: list[tuple[str, str, str]] = []

    def take(
        self, number: int, item: Item | Mapping[str, Any] | BadLine, writer: RecordWriter
    ) -> None:
        if isinstance(item, BadLine):
            self.rejected.append((f"{self.place}:{item.number}", item.reason, item.text))
            return
        try:
            whole = item if isinstance(item, Item) else Item.from_dict(item)
        except BadItemError as error:
            self.rejected.append((f"{self.place}:{number}", str(error), repr(item)[:2000]))
            return
        source, source_id, run_id = self.run(whole.source)
        record = read_item(whole, source, source_id, self.catalogue, self.vocabularies)
        writer.add(record, source_id=source_id, run_id=run_id)

    def run(self, name: str) -> tuple[Source, int, int]:
        if name not in self.runs:
            known = {status.source.name: status for status in self.catalogue.sources()}
            if name in known:
                source, source_id = known[name].source, known[name].id
            else:
                source = Source(name=name, kind="jsonl", url=self.place, title=name)
                source_id = self.catalogue.add_source(source)
            self.runs[name] = (source, source_id, self.catalogue.start_run(source_id))
        return self.runs[name]

    def finish(self, writer: RecordWriter) -> ImportReport:
        totals: Counter[str] = Counter()
        problems: Counter[tuple[str, str]] = Counter()
        examples: dict[tuple[str, str], str] = {}
        status: RunStatus = "degraded" if self.rejected else "ok"
        reason = t("{n} lines could not be taken", n=len(self.rejected)) if self.rejected else None
        for _, _, run_id in self.runs.values():
            tally = writer.tallies.get(run_id)
            counts = {str(k): n for k, n in tally.outcomes.items()} if tally else {}
            totals.update(counts)
            if tally:
                problems += tally.problems
                examples |= tally.examples
            self.catalogue.finish_run(run_id, status=status, reason=reason, counts=counts)
        if self.rejected:
            first = next((run_id for _, _, run_id in self.runs.values()), None)
            self.catalogue.reject(self.rejected, run_id=first)
        self.catalogue.checkpoint()
        return ImportReport(
            counts=dict(totals),
            rejected=tuple((place, why) for place, why, _ in self.rejected),
            problems=tuple(
                {"field": key[0], "code": key[1], "count": n, "example": examples[key]}
                for key, n in problems.most_common()
            ),
        )
