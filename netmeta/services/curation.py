"""Curators' and administrators' acts on records, each followed by re-reading what it touches."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from netmeta.catalogue import Catalogue, RecordWriter, curation, harvest_lock
from netmeta.catalogue.stored import Stored, stored
from netmeta.errors import UnknownRecordError, UsageError
from netmeta.model import Item, Source
from netmeta.normalise import canonical_url, normalise
from netmeta.normalise.forgetting import REMOVED, is_same_person, spellings, without_people
from netmeta.services import collections
from netmeta.services.fitting import fitted
from netmeta.texts import t
from netmeta.vocabularies import load

_PAGE: Final = 500

Progress = Callable[[int, int], None]
"""Called with (records read, records in all)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RereadReport:
    """What re-reading stored records from their raw items did."""

    read: int
    changed: int

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetReport:
    """What a removal touched: records, and for a person the spellings of the name found."""

    records: tuple[int, ...]
    names: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def reread(
    catalogue: Catalogue,
    ids: Sequence[int] | None = None,
    *,
    author: str | None = None,
    progress: Progress = lambda done, total: None,
) -> RereadReport:
    """Normalise stored records again from their raw items; only what differs is written.

    Args:
        ids: of the records; None for all.
        author: who asked, for the change log.

    Run it under the harvest lock, or within a transaction: a harvest that writes a record between
    its being read and written here would lose. Raises: StorageError.
    """
    vocabularies = load(catalogue.local_mappings())
    forgotten = catalogue.forgotten_people()
    sources: dict[str, tuple[Source, int]] = {}  # not all of them: their figures take a second
    ids = catalogue.ids_with_texts() if ids is None else ids
    with RecordWriter(catalogue, author=author) as writer:
        for at in range(0, len(ids), _PAGE):
            for name, read_at, raw in catalogue.raw_items(ids[at : at + _PAGE]):
                if name not in sources:
                    sources[name] = (catalogue.source(name), catalogue.source_id(name))
                source, source_id = sources[name]
                item = without_people(Item.from_dict(json.loads(raw)), forgotten)
                record = normalise(item, source, vocabularies=vocabularies, fetched_at=read_at)
                writer.add(record, source_id=source_id, run_id=None)
            progress(min(at + _PAGE, len(ids)), len(ids))
    tally = writer.tallies.get(None)
    done = tally.outcomes if tally else {}
    return RereadReport(read=len(ids), changed=done.get("changed", 0))


def edit(
    catalogue: Catalogue,
    id: int,
    *,
    values: dict[str, Any] | None = None,
    back: Iterable[str] = (),
    hidden: bool | None = None,
    author: str,
) -> Stored:
    """Set fields (None clears one), give fields back to the portal, hide or show a record.

    One short transaction, whole or not at all, which may come in the middle of a harvest.

    Returns the record afterwards. Raises: UnknownRecordError, UsageError; LockedError if the
    catalogue stays locked for half a minute.
    """
    fitting = {field: fitted(field, value) for field, value in (values or {}).items()}
    load(catalogue.local_mappings()).match(
        "subject", ""
    )  # makes its tables before the lock is held
    with catalogue.transaction():
        for field, value in fitting.items():
            curation.set_override(catalogue, id, field, value, author=author)
        for field in back:
            if not curation.drop_override(catalogue, id, field):
                raise UsageError(t("Field {name} of record {id} was not edited", name=field, id=id))
        if hidden is not None:
            curation.set_hidden(catalogue, id, hidden, author=author)
        reread(catalogue, [id], author=author)
    return catalogue.record(id)


def portal_values(catalogue: Catalogue, id: int) -> Stored:
    """The stored form that a record would have without any edit. Raises: UnknownRecordError."""
    found = catalogue.raw_items([id])
    if not found:
        raise UnknownRecordError(str(id))
    name, read_at, raw = found[0]
    item = without_people(Item.from_dict(json.loads(raw)), catalogue.forgotten_people())
    vocabularies = load(catalogue.local_mappings())
    source = catalogue.source(name)
    return stored(normalise(item, source, vocabularies=vocabularies, fetched_at=read_at))


def forget_address(catalogue: Catalogue, url: str, *, reason: str = "") -> ForgetReport:
    """Remove whatever stands at an address, and never take it back.

    Raises: UsageError if it is no address; LockedError.
    """
    canonical = canonical_url(url)
    if canonical is None:
        raise UsageError(t("{url} is no address of a site or feed", url=url))
    with harvest_lock(catalogue.path, task="netmeta forget"):
        ids = curation.suppress_address(catalogue, canonical, reason=reason)
        catalogue.checkpoint()
    return ForgetReport(records=tuple(ids))


def forget_person(catalogue: Catalogue, name: str, *, reason: str = "") -> ForgetReport:
    """Remove a person's name from every record, text and log, and never store it again.

    The works stay, without the credit. Names written with initials count if they fit.

    Raises: UsageError if the name has no surname and given name or initials; LockedError.
    """
    if not spellings(name):
        raise UsageError(
            t("{name} is no name of a person", name=name),
            cure=t("Give surname and given name, for example: --person «Иванова Мария Ивановна»."),
        )
    with harvest_lock(catalogue.path, task="netmeta forget"):
        credited = [n for n in catalogue.people() if is_same_person(n, name)]
        words = sorted({*spellings(name), *credited})
        ids = catalogue.ids_that_name(credited, words)
        curation.suppress_person(catalogue, name, reason=reason)
        edited = curation.erase_said(catalogue, words, instead=REMOVED)
        ids = sorted({*ids, *edited})
        collections.readdress_nameless(catalogue)
        curation.drop_kept(catalogue, ids)
        reread(catalogue, ids)
        curation.erase_traces(catalogue, ids, words)
        catalogue.checkpoint()
    return ForgetReport(records=tuple(ids), names=tuple(credited))
