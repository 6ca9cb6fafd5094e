"""A small harvest of an address that is no source yet, to see what would come of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from netmeta.catalogue.stored import Stored, stored
from netmeta.config import Config
from netmeta.errors import BadItemError, InputError
from netmeta.exchange.records import received
from netmeta.harvest.fetching import sample
from netmeta.harvest.oai import ListStep
from netmeta.model import Item, Record, Source
from netmeta.normalise import normalise
from netmeta.texts import t
from netmeta.vocabularies import Vocabularies

SAMPLES: Final = 5
_TRIED: Final = 10
_MOST_PAGES: Final = 60
FIELDS: Final = (
    "summary", "body", "authors", "published", "subjects", "grades", "type", "licence",
    "attachments", "stages",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What was seen at an address.

    Attributes:
        source: what would be stored.
        evidence: what speaks for the family, in words.
        sitemaps, feeds: addresses that answered as such.
        records: normalised samples, at most `SAMPLES`.
        fields: {field: share of the samples in which it is filled}, 0..1.
        pages: asked for in all.
        notes: what a person should know, in the language of the interface.
    """

    source: Source
    evidence: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    records: tuple[Record, ...] = ()
    fields: Mapping[str, float]
    pages: int = 0
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "source": self.source.name,
            "kind": self.source.kind,
            "url": self.source.url,
            "title": self.source.title,
            "spider": self.source.spider,
            "family": self.source.options.get("family"),
            "evidence": list(self.evidence),
            "sitemaps": list(self.sitemaps),
            "feeds": list(self.feeds),
            "pages": self.pages,
            "samples": [_card(record) for record in self.records],
            "fields": dict(self.fields),
            "notes": list(self.notes),
        }


def tried(
    source: Source, config: Config, vocabularies: Vocabularies, *, feeds: Sequence[str] = ()
) -> Probe:
    """A harvest of a few items, to see what comes of it; nothing is stored.

    Args:
        feeds: of a site, for those who get nothing else from it.

    Raises: InputError: no item came of it.
    """
    trial = replace(source, options={**source.options, "max_pages": _MOST_PAGES})
    limit = 1 if source.kind == "oai" else _TRIED  # a page of a list counts as one
    found, job = sample(trial, config, limit=limit)
    records = list(_records(found, source, vocabularies))[:_TRIED]
    forms: list[Stored] = [stored(record) for record in records]
    fields = {
        name: sum(form[name] not in (None, "", []) for form in forms) / len(forms)
        for name in FIELDS if forms
    }  # fmt: skip
    notes = [t(words) for words in job.warnings if words != "page cap"]
    reasons = dict.fromkeys((job.start_failed, *job.failures, *job.skipped))
    if not records:
        raise InputError(
            t("Nothing to harvest was found at {url}", url=source.url),
            why="; ".join(t(words) for words in reasons if words)
            or t("{pages} pages were read", pages=job.pages),
            cure=t("It has a feed: netmeta source add {feed}", feed=feeds[0])
            if feeds
            else t("Try `netmeta source test URL` with one of its materials, or add its feed."),
        )  # fmt: skip
    return Probe(
        source=source, records=tuple(records[:SAMPLES]), fields=fields, pages=job.pages,
        notes=tuple(notes), evidence=_formats(found),
    )  # fmt: skip


def _records(
    found: Sequence[Item | ListStep], source: Source, vocabularies: Vocabularies
) -> Iterator[Record]:
    """What is stored of items, and of the records that another catalogue lists."""
    for one in found:
        if isinstance(one, Item):
            yield normalise(one, source, vocabularies=vocabularies)
            continue
        for arrival in one.page.arrivals:
            try:
                if arrival.whole is not None:
                    yield received(
                        arrival.whole.form, source=source.name, external_id=arrival.identifier
                    )
                elif arrival.item is not None:
                    yield normalise(arrival.item, source, vocabularies=vocabularies)
            except BadItemError:
                continue  # a harvest counts it; here it is no sample


def _formats(found: Sequence[Item | ListStep]) -> tuple[str, ...]:
    """In which format another catalogue gives its records."""
    return tuple(dict.fromkeys(f"OAI-PMH {one.state.key}" for one in found if isinstance(one, ListStep)))  # fmt: skip


def _card(record: Record) -> dict[str, Any]:
    form = stored(record)
    names = ("title", "url", "kind", "type", "subjects", "grades", "published")
    return {name: form[name] for name in names}
