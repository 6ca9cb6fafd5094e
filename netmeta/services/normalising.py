"""Item -> Record with everything the catalogue knows: its vocabularies, and when words were read."""

from __future__ import annotations

import re
from typing import Final

from netmeta.catalogue import Catalogue
from netmeta.model import Item, Record, Source
from netmeta.normalise import normalise
from netmeta.normalise.forgetting import without_people
from netmeta.vocabularies import Vocabularies

_YEAR: Final = re.compile(r"(?<!\d)(?:19|20|21)\d\d(?!\d)")


def read_item(
    item: Item, source: Source, source_id: int, catalogue: Catalogue, vocabularies: Vocabularies
) -> Record:
    """The record of an item read now, or when its very same words were first read."""
    now = catalogue.now()
    item = without_people(item, catalogue.forgotten_people())
    record = normalise(item, source, vocabularies=vocabularies, fetched_at=now)
    if not _needs_reference(record):
        return record
    first = catalogue.raw_at(source_id, record)
    if first is None or first.date() == now.date():
        return record
    return normalise(item, source, vocabularies=vocabularies, fetched_at=first)


def _needs_reference(record: Record) -> bool:
    """Whether any date of the record had to be resolved against the day of reading."""
    item = record.raw
    if item is None:
        return False
    words = [item.published or "2000", *(stage.text or "2000" for stage in record.stages)]
    return any(not _YEAR.search(text) for text in words)
