"""What of the curators' work leaves this catalogue: nothing, unless its owner shares it on purpose.

What other catalogues take (OAI-PMH in every format, data packages) says what the portals say. With
the setting `share_overrides` the edits travel beside those values, so that whoever receives them
can lay them over the record, read it again, and follow when an edit is taken back. What people
read here (pages, their JSON-LD, feeds, calendars) shows the curators' work either way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from netmeta.catalogue import exporting
from netmeta.catalogue.stored import Stored
from netmeta.exchange.records import Words, unedited
from netmeta.model import Source
from netmeta.vocabularies import Vocabularies


@dataclass(frozen=True, slots=True)
class Given:
    """Records as they are given away.

    Attributes:
        own: {id: the record with its portal's values}.
        shown: {id: the record as formats that know no edits tell it}; the same, unless shared.
        edits: {id: {field: value}} that are shared.
    """

    own: Mapping[int, Stored]
    shown: Mapping[int, Stored]
    edits: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


def given(
    conn: sqlite3.Connection, found: Mapping[int, Stored], known: Vocabularies, *, share: bool
) -> Given:
    """Records in their stored form as they may leave this catalogue.

    Args:
        found: by id, with the edits in them.
        share: whether edits are given too.
    """
    edits = exporting.edits(conn, list(found))
    if not edits:
        return Given(found, found)
    words = exporting.words(conn, list(edits))
    homes: dict[str, Source] = {}
    own = dict(found)
    for id, fields in edits.items():
        record = found[id]
        name = record["source"]
        if name not in homes:
            homes[name] = exporting.reading_of(conn, name)
        own[id] = _own(record, fields, words.get(id), homes[name], known)
    return Given(own, found, edits) if share else Given(own, own)


def _own(
    record: Stored,
    fields: Mapping[str, Any],
    words: Words | None,
    home: Source,
    known: Vocabularies,
) -> Stored:
    """The record without edits; as it is where the portal's words are not kept."""
    return unedited(record, list(fields), words, home, known) if words and words["raw"] else record
