"""A record as other catalogues get it whole, and a record made of what they send.

What comes from outside is checked field by field: nothing of it reaches the tables that
normalising could not have made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar, get_args

from netmeta.catalogue.stored import FIELDS, Stored, stored
from netmeta.errors import BadItemError
from netmeta.exchange.markup import is_plain
from netmeta.model import (
    KINDS,
    Attachment,
    Certificate,
    EventStatus,
    Item,
    Mapped,
    Person,
    Problem,
    Record,
    Source,
    Stage,
    StageKind,
    Unmapped,
)
from netmeta.normalise import normalise
from netmeta.normalise.content import content_hash
from netmeta.normalise.urls import MAX_URL_CHARS, canonical_url, web_address
from netmeta.texts import t
from netmeta.vocabularies import Vocabularies

EXCHANGED: Final = tuple(name for name in FIELDS if name != "content_hash")
"""Fields that are passed on; the hash of the contents is made anew from them."""

Words = Mapping[str, Any]
"""What a record was made of: {"raw", "raw_at", "mapped", "unmapped", "problems"}."""

_T = TypeVar("_T")


def passed_on(record: Stored) -> Stored:
    """The fields of a stored record that are exchanged, empty ones left out."""
    return {name: v for name in EXCHANGED if (v := record[name]) not in (None, [], "")}


def unedited(
    record: Stored, fields: Sequence[str], words: Words, source: Source, known: Vocabularies
) -> Stored:
    """The record with what its portal says in the fields that curators edited: edits stay here."""
    read_at = dt.datetime.fromisoformat(words["raw_at"])
    item = Item.from_dict(words["raw"])
    said = stored(normalise(item, source, vocabularies=known, fetched_at=read_at))
    return record | {name: said[name] for name in fields if name in said}


_REPEATED: Final = (("body", "body"), ("description", "summary"))
"""(field of the raw item, field of the record) that mostly are one text."""


def words_passed_on(words: Words, record: Stored) -> Stored:
    """The words of a record without the identity, which is another one elsewhere, and without
    texts that the record itself repeats; `as_record` names those. Spaces around a text make no
    difference: whoever reads an item takes them off."""
    raw = {name: v for name, v in words["raw"].items() if name not in ("source", "external_id")}
    same = [name for name, field in _REPEATED if name in raw and raw[name].strip() == record[field]]
    return {**words, "raw": {n: v for n, v in raw.items() if n not in same}, "as_record": same}


def _raw(words: Words, form: Mapping[str, Any], **own: str) -> dict[str, Any]:
    """The raw item of words that were passed on, under its identity here. Raises: BadItemError."""
    raw, same = words.get("raw"), words.get("as_record", [])
    if not isinstance(raw, dict) or not isinstance(same, list):
        raise BadItemError(t("The value does not fit the field {name}", name="raw"))
    whole = raw | own
    for name, field in _REPEATED:
        if name in same:
            whole[name] = form.get(field)
    return whole


def received(
    form: Mapping[str, Any], *, source: str, external_id: str, words: Words | None = None
) -> Record:
    """The record that another catalogue, or a dump, passed on.

    Args:
        form: as `passed_on` gives it; absent fields are empty, unknown ones are passed over.
        source: name of the source it is stored under here.
        external_id: its identity within that source.
        words: what it was made of there; without it the record cannot be read again here.

    Raises: BadItemError naming the field that does not fit.
    """
    title, kind = form.get("title"), form.get("kind")
    if not isinstance(title, str) or not title.strip():
        raise BadItemError(t("The item lacks {names}", names="title"))
    if kind not in KINDS:
        raise _misfit("kind")
    values: dict[str, Any] = {}
    for name, value in form.items():
        read = _READERS.get(name)
        if read is not None and value is not None:
            values[name] = read(name, value)
    url = form.get("url")
    text = values.get("body") or values.get("summary") or ""
    credits = ",".join([person.name for person in values.get("authors", ())])
    return Record(
        source=source,
        external_id=external_id,
        kind=kind,
        url=(canonical_url(url) if isinstance(url, str) else None) or "",
        title=title,
        **values,
        content_hash=content_hash(title, text, otherwise=credits or f"{source} {external_id}"),
        # Its identity is the one it has here: read again from its words, it must stay one record.
        raw=Item.from_dict(_raw(words, form, source=source, external_id=external_id))
        if words
        else None,
        mapped=_notes(words, "mapped", Mapped),
        unmapped=_notes(words, "unmapped", Unmapped),
        problems=_notes(words, "problems", Problem),
    )


def _misfit(name: str) -> BadItemError:
    return BadItemError(t("The value does not fit the field {name}", name=name))


# --- what a field may hold: each gives the value of the record, or raises BadItemError -------------


def _text(name: str, value: Any) -> str | None:
    if not isinstance(value, str):
        raise _misfit(name)
    return value or None


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _misfit(name)
    for one in value:
        if not one or not isinstance(one, str):
            raise _misfit(name)
    return tuple(value)


def _grades(name: str, value: Any) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise _misfit(name)
    for one in value:
        if type(one) is not int or not 0 <= one <= 11:
            raise _misfit(name)
    return tuple(value)


def _day(name: str, value: Any) -> dt.date | None:
    text = _text(name, value)
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise _misfit(name) from error


def _moment(name: str, value: Any) -> dt.datetime | None:
    text = _text(name, value)
    try:
        at = dt.datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise _misfit(name) from error
    if at is not None and at.tzinfo is None:
        raise _misfit(name)
    return at


def _one_of(allowed: Sequence[str]) -> Callable[[str, Any], str]:
    def read(name: str, value: Any) -> str:
        if value not in allowed:
            raise _misfit(name)
        found: str = value
        return found

    return read


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _misfit(name)
    return value


def _size(name: str, value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 62:
        raise _misfit(name)
    return value


def _image(name: str, value: Any) -> str | None:
    return _web(_text(name, value))


def _web(url: str | None) -> str | None:
    if url is None or (is_plain(url) and len(url) <= MAX_URL_CHARS):
        return url
    return web_address(url, "address")[0]


def _objects(name: str, value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        raise _misfit(name)
    for one in value:
        if not isinstance(one, dict):
            raise _misfit(name)
    return value


def _optional(one: Mapping[str, Any], name: str) -> str | None:
    value = one.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _misfit(name)
    return value or None


def _people(field: str, value: Any) -> tuple[Person, ...]:
    out = []
    for one in _objects(field, value):
        name = _optional(one, "name")
        if not name:
            raise _misfit(field)
        role, organisation = _optional(one, "role"), _optional(one, "organisation")
        out.append(Person(name=name, role=role, organisation=organisation, raw=name))
    return tuple(out)


def _attachments(field: str, value: Any) -> tuple[Attachment, ...]:
    out = []
    for one in _objects(field, value):
        url, name = _web(_optional(one, "url")), _optional(one, "name")
        if not url or not name:
            raise _misfit(field)
        size = one.get("size_bytes")
        out.append(
            Attachment(
                url=url,
                name=name,
                size_bytes=None if size is None else _size("size_bytes", size),
                media_type=_optional(one, "media_type"),
            )
        )
    return tuple(out)


def _stages(field: str, value: Any) -> tuple[Stage, ...]:
    out = []
    for one in _objects(field, value):
        if one.get("kind") not in _STAGE_KINDS:
            raise _misfit(field)
        kept = {n: read(n, v) for n, read in _STAGE.items() if (v := one.get(n)) is not None}
        label, text = _optional(one, "label") or "", _optional(one, "text") or ""
        out.append(Stage(kind=one["kind"], label=label, text=text, **kept))
    return tuple(out)


_STAGE_KINDS: Final = get_args(StageKind)
_STAGE: Final[Mapping[str, Callable[[str, Any], Any]]] = {
    "start": _day, "end": _day, "start_at": _moment, "end_at": _moment,
}  # fmt: skip
_READERS: Final[Mapping[str, Callable[[str, Any], Any]]] = {
    **dict.fromkeys(
        ("summary", "body", "organisation", "language", "type", "licence", "certificate_price",
         "place", "organiser", "fee"), _text),
    **dict.fromkeys(
        ("subjects", "levels", "exams", "audiences", "tags", "nominations"), _texts),
    "authors": _people, "published": _day, "published_at": _moment, "grades": _grades,
    "certificate": _one_of(get_args(Certificate)), "image": _image, "attachments": _attachments,
    "stages": _stages, "online": _flag, "status": _one_of(get_args(EventStatus)),
}  # fmt: skip


def _notes(words: Words | None, name: str, make: type[_T]) -> tuple[_T, ...]:
    """The notes of one kind; those that do not fit say nothing about the record and are left out."""
    found = words.get(name) if words else None
    if not isinstance(found, list):
        return ()
    wanted = _NOTE_FIELDS[name]
    out = []
    for one in found:
        if isinstance(one, dict) and one.keys() == wanted and {*map(type, one.values())} == {str}:
            out.append(make(**one))
    return tuple(out)


_NOTE_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "mapped": frozenset({"scheme", "concept", "raw", "where"}),
    "unmapped": frozenset({"scheme", "raw"}),
    "problems": frozenset({"field", "code", "value"}),
}
