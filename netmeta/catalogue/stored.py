"""The stored form of a record: a JSON-able dict, its digest, and the difference of two.

The stored form is what `show --json` prints and what the change log compares. It holds no raw
words; those are kept beside it (`record_texts.raw`, `record_texts.explained`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

import orjson
import xxhash

from netmeta.model import Record, Stage

Stored = dict[str, Any]

COUNTER_FIELDS: Final = ("views", "downloads", "comments", "rating")
"""Fields of an item that move daily; they are stored, but are no change of the record."""

FIELDS: Final = (
    "kind", "url", "title", "summary", "body", "authors", "organisation", "language",
    "published", "published_at", "subjects", "grades", "levels", "type", "exams", "audiences",
    "tags", "licence", "certificate", "certificate_price", "image", "attachments", "stages",
    "place", "online", "organiser", "nominations", "fee", "status", "content_hash",
)  # fmt: skip
"""Names of the stored fields, in the order in which they are shown."""

LONG_FIELDS: Final = frozenset({"summary", "body"})

DEADLINE_STAGES: Final = frozenset({"registration", "submission"})


def utc(moment: dt.datetime) -> str:
    """An aware datetime as the catalogue writes it: "2026-01-31T07:05:00Z".

    >>> utc(dt.datetime(988, 7, 15, tzinfo=dt.UTC))
    '0988-07-15T00:00:00Z'
    """
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")[:19] + "Z"


def _iso(value: dt.date | dt.datetime | None) -> str | None:
    if value is None:
        return None
    return utc(value) if isinstance(value, dt.datetime) else value.isoformat()


def _stage(stage: Stage) -> Stored:
    return {
        "kind": stage.kind,
        "start": _iso(stage.start),
        "end": _iso(stage.end),
        "start_at": _iso(stage.start_at),
        "end_at": _iso(stage.end_at),
        "label": stage.label,
        "text": stage.text,
    }


def _sorted(values: tuple[Any, ...]) -> list[Any]:
    return sorted(set(values)) if values else []


def stored(record: Record) -> Stored:
    """The stored form of a record; keys are `FIELDS`."""
    return {
        "kind": record.kind,
        "url": record.url,
        "title": record.title,
        "summary": record.summary,
        "body": record.body,
        "authors": [
            {"name": p.name, "role": p.role, "organisation": p.organisation} for p in record.authors
        ],
        "organisation": record.organisation,
        "language": record.language,
        "published": _iso(record.published),
        "published_at": _iso(record.published_at),
        "subjects": _sorted(record.subjects),
        "grades": _sorted(record.grades),
        "levels": _sorted(record.levels),
        "type": record.type,
        "exams": _sorted(record.exams),
        "audiences": _sorted(record.audiences),
        "tags": _sorted(record.tags),
        "licence": record.licence,
        "certificate": record.certificate,
        "certificate_price": record.certificate_price,
        "image": record.image,
        "attachments": [
            {"url": a.url, "name": a.name, "size_bytes": a.size_bytes, "media_type": a.media_type}
            for a in record.attachments
        ],
        "stages": [_stage(stage) for stage in record.stages],
        "place": record.place,
        "online": record.online,
        "organiser": record.organiser,
        "nominations": list(record.nominations),
        "fee": record.fee,
        "status": record.status,
        "content_hash": record.content_hash,
    }


def deadline(form: Mapping[str, Any]) -> str | None:
    """Last day on which one can still join: the end of the latest sign-up or submission stage,
    or, for an event without such a stage, its last day; None if it is cancelled."""
    if form["status"] == "cancelled":
        return None
    stages = form["stages"]
    joining = [s["end"] for s in stages if s["kind"] in DEADLINE_STAGES and s["end"]]
    held = [s["end"] or s["start"] for s in stages if s["kind"] == "held"]
    return max(joining, default=None) or max((day for day in held if day), default=None)


def raw_json(record: Record) -> bytes:
    """The raw item without its daily counters, as stored."""
    if record.raw is None:
        return b"{}"
    raw = record.raw.to_dict()
    for name in COUNTER_FIELDS:
        raw.pop(name, None)
    return dumped(raw)


def explained_json(record: Record) -> bytes:
    """Which raw words gave which concept, and the problems met, as stored."""
    if not (record.mapped or record.unmapped or record.problems):
        return _NOTHING_EXPLAINED
    return dumped(
        {
            "mapped": [
                {"scheme": m.scheme, "concept": m.concept, "raw": m.raw, "where": m.where}
                for m in record.mapped
            ],
            "unmapped": [{"scheme": u.scheme, "raw": u.raw} for u in record.unmapped],
            "problems": [
                {"field": p.field, "code": p.code, "value": p.value} for p in record.problems
            ],
        }
    )


_NOTHING_EXPLAINED: Final = b'{"mapped":[],"unmapped":[],"problems":[]}'

# Stored forms are trees: looking for circles in them would cost a tenth of the writing.
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
_PLAIN: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def dump(value: object) -> str:
    """Compact JSON of a tree of dicts, lists, tuples and plain values, Cyrillic as it is.

    >>> dump({"класс": [5, None]})
    '{"класс":[5,null]}'

    Raises TypeError for anything else, a date say. Half of a surrogate pair and numbers of more
    than 64 bits are kept; what is no number (NaN), which JSON lacks, becomes null.
    """
    return dumped(value).decode("utf-8", "surrogatepass")


def dumped(value: object) -> bytes:
    """As `dump`, in UTF-8: long texts are spared being made a `str` that is soon bytes again."""
    try:
        return orjson.dumps(value, option=_PLAIN)
    except orjson.JSONEncodeError:  # the halves and the large numbers, as well as real faults
        return _ENCODER.encode(value).encode("utf-8", "surrogatepass")


def digest(form: Stored, raw: bytes, explained: bytes) -> str:
    """Fingerprint of everything a harvest would write (32 hex digits). It is compared only with
    that of the same record: xxh3 is strong enough, at a hundredth of the cost of blake2b."""
    # Long texts are hashed as they are: writing them as JSON again would cost most of the digest.
    short = form.copy()
    summary, body = short.pop("summary"), short.pop("body")
    texts = [(text or "").encode("utf-8", "surrogatepass") for text in (body, summary)]
    return xxhash.xxh3_128_hexdigest(b"\0".join((dumped(short), *texts, raw, explained)))


def difference(old: Stored, new: Stored) -> dict[str, list[Any]]:
    """{field: [from, to]} of what differs; long texts are told by length and their beginning."""
    return {
        name: [_shown(name, old.get(name)), _shown(name, new.get(name))]
        for name in FIELDS
        if old.get(name) != new.get(name)
    }


def _shown(name: str, value: Any) -> Any:
    if name in LONG_FIELDS and isinstance(value, str) and len(value) > 200:
        return {"characters": len(value), "begins": value[:200]}
    return value
