"""Records that another catalogue sends: recognised, checked, stored with their provenance."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from netmeta.catalogue import Catalogue, RecordWriter, arrivals, exporting, visits
from netmeta.catalogue.curation import EDITABLE
from netmeta.catalogue.rows import Dates
from netmeta.catalogue.stored import stored
from netmeta.catalogue.tally import Tally
from netmeta.errors import BadItemError
from netmeta.exchange.oai.dublin_core import NAMESPACE as DUBLIN_CORE
from netmeta.exchange.oai.lossless import NAMESPACE as LOSSLESS
from netmeta.exchange.oai.reading import Arrival
from netmeta.exchange.records import received
from netmeta.harvest.job import HarvestJob
from netmeta.model import Item, Record
from netmeta.normalise.forgetting import without_people
from netmeta.services.normalising import read_item
from netmeta.texts import t
from netmeta.vocabularies import Vocabularies

if TYPE_CHECKING:
    from netmeta.harvest.oai import ListStep

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
CAME_HOME: Final = "came home"
KNOWN: Final = "known already"
CURATORS_ELSEWHERE: Final = "another catalogue"
"""Stands as the author of edits that came with a record; which one is in its `origins`."""


class Arrivals:
    """Takes the pages of other catalogues' lists in; one for all sources of a harvest."""

    def __init__(self, catalogue: Catalogue, vocabularies: Vocabularies) -> None:
        self._catalogue, self.vocabularies = catalogue, vocabularies
        self._own = f"oai:{exporting.repository(catalogue.conn)}:"

    def take(
        self, step: ListStep, job: HarvestJob, source_id: int, writer: RecordWriter | None
    ) -> None:
        """Store a page, then where its list stands; on a dry run only count.

        Raises: StorageError.
        """
        gone, bad = list[str](), list[tuple[str, str, str]]()
        origins = list[arrivals.Origin]()
        came = list[Came]()
        for arrival in step.page.arrivals:
            if arrival.deleted:
                gone.append(arrival.identifier)
                continue
            try:
                record = self._record(arrival, job, source_id)
                edited = self._edits(arrival, record)
            except BadItemError as error:
                bad.append((arrival.identifier, arrival.bad or str(error), ""))
                continue
            if record is None:
                continue
            job.found.add(record.external_id)
            origins.append(self._origin(arrival, job))
            words = arrival.whole.words if arrival.whole is not None else None
            dates = Dates(None, instant(words.get("raw_at"))) if words is not None else None
            came.append(Came(record, source_id, job.run_id, edited, dates))
        job.items += len(step.page.arrivals) - 1  # the pipeline has counted the page as one
        if bad:
            job.warnings[t("records that could not be read")] += len(bad)
        if writer is None:
            return
        store(self._catalogue, writer, came)
        withdrawn = arrivals.withdraw(self._catalogue, source_id, gone, run_id=job.run_id)
        if withdrawn:
            writer.tallies.setdefault(job.run_id, Tally()).outcomes["gone"] += withdrawn
        arrivals.remember_origins(self._catalogue, source_id, origins)
        if bad:
            self._catalogue.reject(bad, run_id=job.run_id)
        # Last: a process that dies before this line asks for the same page again.
        visits.remember(self._catalogue, source_id, {_state_key(): step.state})

    def _record(self, arrival: Arrival, job: HarvestJob, source_id: int) -> Record | None:
        """The record, unless it is here at first hand. Raises: BadItemError."""
        if arrival.bad is not None:
            raise BadItemError(arrival.bad)
        names = [arrival.identifier, *(str(one["identifier"]) for one in arrival.chain)]
        if any(name.startswith(self._own) for name in names):
            job.skipped[CAME_HOME] += 1
            return None
        if arrival.whole is not None:
            record = received(
                arrival.whole.form, source=job.source.name, external_id=arrival.identifier,
                words=arrival.whole.words,
            )  # fmt: skip
            record = without_forgotten(record, self._catalogue.forgotten_people())
        else:
            assert arrival.item is not None
            item = arrival.item
            record = read_item(item, job.source, source_id, self._catalogue, self.vocabularies)
        if arrivals.is_here(self._catalogue, source_id, names, record.url):
            job.skipped[KNOWN] += 1
            return None
        return record

    def _edits(self, arrival: Arrival, record: Record | None) -> Mapping[str, Any]:
        """What curators there share of the record, checked. Raises: BadItemError."""
        if record is None or arrival.whole is None or not arrival.whole.edited:
            return {}
        whole = arrival.whole
        return shared_edits(whole.form, whole.edited, self._catalogue.forgotten_people())

    def _origin(self, arrival: Arrival, job: HarvestJob) -> arrivals.Origin:
        nearest: dict[str, Any] = {
            "base_url": job.source.url,
            "identifier": arrival.identifier,
            "datestamp": arrival.datestamp,
            "namespace": LOSSLESS if arrival.whole else DUBLIN_CORE,
            "harvested": self._catalogue.now_text(),
            "altered": False,
        }
        chain = [nearest, *arrival.chain]
        portal: Mapping[str, Any] = (
            arrival.whole.portal
            if arrival.whole
            else {
                "name": job.source.name, "title": job.source.title, "url": job.source.url,
                "external_id": arrival.identifier,
            }
        )  # fmt: skip
        return arrivals.Origin(
            external_id=arrival.identifier,
            original=str(chain[-1]["identifier"]),
            portal=portal,
            chain=chain,
        )


class Came(NamedTuple):
    """A record that another catalogue gave, what curators there decided of it, and its dates there."""

    record: Record
    source_id: int
    run_id: int | None
    edits: Mapping[str, Any]
    dates: Dates | None


def store(catalogue: Catalogue, writer: RecordWriter, came: Sequence[Came]) -> None:
    """Write records, in their order, with the edits that came with them. Raises: StorageError."""
    late = _lay_over(catalogue, came)
    for one in came:
        writer.add(one.record, source_id=one.source_id, run_id=one.run_id, dates=one.dates)
    writer.flush()
    if late:  # they had no row till now that an edit could belong to
        _lay_over(catalogue, late)
        for one in late:
            writer.add(one.record, source_id=one.source_id, run_id=one.run_id, dates=one.dates)
        writer.flush()


def _lay_over(catalogue: Catalogue, came: Sequence[Came]) -> list[Came]:
    """Keep edits of records that are here; the records that are not, if they have edits."""
    by_source: dict[int, dict[str, Mapping[str, Any]]] = {}
    for one in came:
        by_source.setdefault(one.source_id, {})[one.record.external_id] = one.edits
    rest = {
        source_id: arrivals.lay_over(catalogue, source_id, edits, author=CURATORS_ELSEWHERE)
        for source_id, edits in by_source.items()
    }
    return [one for one in came if one.record.external_id in rest[one.source_id]]


def shared_edits(
    form: Mapping[str, Any], edited: Mapping[str, Any], forgotten: Collection[str]
) -> dict[str, Any]:
    """Edits that another catalogue shares, in their stored form and without the forgotten.

    Raises: BadItemError naming the field that does not fit.
    """
    shown = received({**form, **edited}, source="-", external_id="-")
    said = stored(without_forgotten(shown, forgotten))
    return {name: said[name] for name in edited if name in EDITABLE}


def instant(value: object) -> str | None:
    """An instant as the catalogue writes it; None for anything else that was sent."""
    return value if isinstance(value, str) and _INSTANT.fullmatch(value) else None


def without_forgotten(record: Record, forgotten: Collection[str]) -> Record:
    """The record without people who asked this catalogue to be forgotten."""
    if not forgotten:
        return record
    shown = Item(
        source=record.source, url=record.url or "-", title=record.title,
        description=record.summary, body=record.body, organisation=record.organisation,
        place=record.place, authors=tuple(person.name for person in record.authors),
    )  # fmt: skip
    kept = without_people(shown, forgotten)
    return replace(
        record, title=kept.title, summary=kept.description, body=kept.body,
        organisation=kept.organisation, place=kept.place,
        authors=tuple(person for person in record.authors if person.name in kept.authors),
        raw=without_people(record.raw, forgotten) if record.raw else None,
    )  # fmt: skip


def _state_key() -> str:
    from netmeta.harvest.oai import STATE  # here, because the spider brings in Scrapy

    return STATE
