"""Teaching the vocabularies of a catalogue, and reading its records again with what they know."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from netmeta.catalogue import Catalogue, curation, harvest_lock
from netmeta.catalogue.acts import note_act
from netmeta.config import Config
from netmeta.errors import UnknownConceptError, UsageError
from netmeta.services.curation import RereadReport, reread
from netmeta.services.reindex import update_index
from netmeta.texts import t
from netmeta.vocabularies import (
    CATEGORY,
    Concept,
    Vocabularies,
    load,
    raw_key,
    to_skos_jsonld,
    to_skos_turtle,
)

SKOS = Literal["turtle", "jsonld"]


def unmapped_values(
    catalogue: Catalogue, *, scheme: str | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Raw values without a concept, most frequent first, each with the nearest concepts.

    Returns [{"scheme", "raw", "records", "sources", "example", "nearest": [{"id", "label"}]}].
    """
    vocabularies = load(catalogue.local_mappings())
    rows = curation.unmapped(catalogue, scheme=scheme, limit=limit)
    return [{**row, "nearest": _nearest(vocabularies, row["scheme"], row["raw"])} for row in rows]


def _nearest(vocabularies: Vocabularies, scheme: str, raw: str) -> list[dict[str, str]]:
    if scheme not in vocabularies.schemes and scheme != CATEGORY:
        return []
    return [
        {"id": concept.id, "label": concept.label("ru")}
        for concept in vocabularies.nearest(scheme, raw, limit=3)
    ]


def map_value(catalogue: Catalogue, raw: str, concept: str) -> Concept:
    """Remember that raw words mean a concept (its id or label), for this catalogue only.

    Raises:
        UnknownConceptError: names the nearest ids.
        UsageError: the raw value holds no words.
    """
    vocabularies = load()
    found = vocabularies.lookup(concept)
    if found is None:
        raise UnknownConceptError(concept, known=[one.id for one in vocabularies])
    if not raw_key(raw):
        raise UsageError(t("{raw} holds no words to map", raw=repr(raw)))
    curation.add_mapping(catalogue, found.scheme, raw.strip(), found.id)
    return found


AT_ONCE_S: Final = 1.0
"""A curator who teaches a word waits so long for its records; the rest waits for `vocab apply`."""

MOST_UNTAUGHT: Final = 2_000
"""Records that are looked at when a word is forgotten again."""

_PIECE: Final = 25
"""Records read again in one transaction: a harvest waits for it a tenth of a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What came of a word that was taught, or forgotten: its concept, the records read again and those of them
    that changed, and how many are left for `vocab apply`."""

    concept: Concept
    ids: tuple[int, ...]
    changed: int
    left: int


def teach(catalogue: Catalogue, scheme: str, raw: str, concept: str, *, author: str) -> Taught:
    """Remember that raw words mean a concept, and read their records again, as many as one second
    allows, the newest first. May come in the middle of a harvest.

    Args:
        scheme: under which the words were not understood.
        concept: its id or label; it decides the scheme in which the words act.

    Raises: as `map_value`.
    """
    with catalogue.transaction() as conn:
        found = map_value(catalogue, raw, concept)
        what = f"{raw} → {found.id}"
        note_act(conn, catalogue.now_text(), author, "words mapped", record=None, what=what)
    same = _folded(raw)
    raws = [one for one in curation.raw_values(catalogue, scheme) if _folded(one) == same]
    ids = curation.ids_not_understood(catalogue, scheme, raws)
    return _read_anew(catalogue, found, ids, author)


def unteach(catalogue: Catalogue, scheme: str, raw: str, *, author: str) -> Taught:
    """Forget what raw words were taught to mean, and read the records that people changed by it
    again; others follow when they are harvested, or by `vocab apply`.

    Raises: UsageError if the words were not taught.
    """
    with catalogue.transaction() as conn:
        concept = catalogue.local_mappings().get((scheme, raw))
        found = load().lookup(concept) if concept else None
        since = curation.mapped_since(catalogue, scheme, raw, limit=MOST_UNTAUGHT)
        if found is None or not curation.drop_mapping(catalogue, scheme, raw):
            raise UsageError(t("{raw} was not taught here", raw=repr(raw)))
        what = f"{raw} → {found.id}"
        note_act(conn, catalogue.now_text(), author, "words untaught", record=None, what=what)
    key = raw_key(raw)
    ids = [
        row["id"] for row in since
        if any(one["concept"] == found.id and raw_key(one["raw"]) == key for one in row["mapped"])
    ]  # fmt: skip
    return _read_anew(catalogue, found, ids, author)


def _read_anew(catalogue: Catalogue, concept: Concept, ids: list[int], author: str) -> Taught:
    """Read records again, a few in one transaction, for `AT_ONCE_S`."""
    load(catalogue.local_mappings()).match(concept.scheme, "")  # makes its tables, before any lock
    until, done, changed = time.monotonic() + AT_ONCE_S, 0, 0
    while done < len(ids) and time.monotonic() < until:
        with catalogue.transaction():
            changed += reread(catalogue, ids[done : done + _PIECE], author=author).changed
        done += _PIECE
    read = tuple(ids[:done])
    return Taught(concept=concept, ids=read, changed=changed, left=len(ids) - len(read))


def _folded(raw: str) -> str:
    return " ".join(raw.casefold().split())


def apply_vocabularies(
    catalogue: Catalogue,
    config: Config,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> RereadReport:
    """Normalise all stored records again from their raw items, without any crawling.

    Only records that differ are written, each change in the log; the index follows.

    Raises: LockedError, StorageError.
    """
    with harvest_lock(catalogue.path, task="netmeta vocab apply"):
        report = reread(catalogue, author="vocab apply", progress=progress)
        catalogue.checkpoint()
        if report.changed:
            update_index(catalogue, config)
    return report


def skos(form: SKOS) -> str:
    """All concept schemes of the package as SKOS, in Turtle or JSON-LD."""
    if form == "turtle":
        return to_skos_turtle(load())
    return json.dumps(to_skos_jsonld(load()), ensure_ascii=False, indent=2) + "\n"
