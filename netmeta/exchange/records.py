"""A record as other catalogues get it whole, and a record made of what they send.

What comes from outside is checked field by field: nothing of it reaches the tables that
normalising could not have made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar, get_args

from netmeta.catalogue.stored import FIELDS, Stored, stored
from netmeta.errors import BadItemError
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
from netmeta.normalise.urls import canonical_url, web_address
from netmeta.texts import t
from netmeta.vocabularies import Vocabularies

EXCHANGED: Final = tuple(name for name in FIELDS if name != "content_hash")
"""Fields that are passed on; the hash of the contents is made anew from them."""

Words = Mapping[str, Any]
"""What a record was made of: {"raw", "raw_at", "mapped", "unmapped", "problems"}."""

_T = TypeVar("_T")
_TEXTS: Final = (
    "summary", "body", "organisation", "language", "type", "licence", "certificate_price",
    "place", "organiser", "fee",
)  # fmt: skip
_LISTS: Final = ("subjects", "levels", "exams", "audiences", "tags", "nominations")


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
    texts that the record itself repeats; `as_record` names those."""
    raw = {name: v for name, v in words["raw"].items() if name not in ("source", "external_id")}
    same = [name for name, field in _REPEATED if name in raw and raw[name] == record[field]]
    return {**words, "raw": {n: v for n, v in raw.items() if n not in same}, "as_record": same}


def _raw(words: Words, form: Mapping[str, Any]) -> dict[str, Any]:
    """The raw item of words that were passed on. Raises: BadItemError."""
    raw, same = words.get("raw"), words.get("as_record", [])
    if not isinstance(raw, Mapping) or not isinstance(same, list):
        raise BadItemError(t("The value does not fit the field {name}", name="raw"))
    return {**raw, **{name: form.get(field) for name, field in _REPEATED if name in same}}


def received(
    form: Mapping[str, Any], *, source: str, external_id: str, words: Words | None = None
) -> Record:
    """The record that another catalogue, or a dump, passed on.

    Args:
        form: as `passed_on` gives it; absent fields are empty.
        source: name of the source it is stored under here.
        external_id: its identity within that source.
        words: what it was made of there; without it the record cannot be read again here.

    Raises: BadItemError naming the field that does not fit.
    """
    given = _Form(form)
    title = given.text("title")
    kind = form.get("kind")
    if not title or not title.strip():
        raise BadItemError(t("The item lacks {names}", names="title"))
    if kind not in KINDS:
        raise given.misfit("kind")
    url = canonical_url(form["url"]) if isinstance(form.get("url"), str) else None
    texts: dict[str, Any] = {name: given.text(name) for name in _TEXTS}
    lists: dict[str, Any] = {name: given.texts(name) for name in _LISTS}
    authors = tuple(_person(given, one) for one in given.objects("authors"))
    # Its identity is the one it has here: read again from its words, it must stay one record.
    own = {"source": source, "external_id": external_id}
    item = Item.from_dict({**_raw(words, form), **own}) if words else None
    credits = ",".join(person.name for person in authors)
    return Record(
        source=source,
        external_id=external_id,
        kind=kind,
        url=url or "",
        title=title,
        **texts,
        **lists,
        authors=authors,
        published=given.day("published"),
        published_at=given.moment("published_at"),
        grades=given.grades(),
        certificate=given.one_of("certificate", get_args(Certificate)) or "unknown",
        image=_web(given.text("image")),
        attachments=tuple(_attachment(given, one) for one in given.objects("attachments")),
        stages=tuple(_stage(given, one) for one in given.objects("stages")),
        online=given.flag("online"),
        status=given.one_of("status", get_args(EventStatus)),
        content_hash=content_hash(
            title,
            texts["body"] or texts["summary"] or "",
            otherwise=credits or f"{source} {external_id}",
        ),
        raw=item,
        mapped=tuple(_many(words, "mapped", Mapped)),
        unmapped=tuple(_many(words, "unmapped", Unmapped)),
        problems=tuple(_many(words, "problems", Problem)),
    )


class _Form:
    """Typed look at the fields of a form, or of an object within one."""

    def __init__(self, form: Mapping[str, Any], name: str = "") -> None:
        if not isinstance(form, Mapping):
            raise self.misfit(name)
        self._form = form
        self._name = name

    def misfit(self, name: str) -> BadItemError:
        return BadItemError(t("The value does not fit the field {name}", name=name))

    def text(self, name: str) -> str | None:
        value = self._form.get(name)
        if value is not None and not isinstance(value, str):
            raise self.misfit(name)
        return value or None

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._form.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise self.misfit(name)
        return tuple(value)

    def objects(self, name: str) -> Sequence[Mapping[str, Any]]:
        value = self._form.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            raise self.misfit(name)
        return value

    def day(self, name: str) -> dt.date | None:
        text = self.text(name)
        try:
            return dt.date.fromisoformat(text) if text else None
        except ValueError as error:
            raise self.misfit(name) from error

    def moment(self, name: str) -> dt.datetime | None:
        text = self.text(name)
        try:
            at = dt.datetime.fromisoformat(text) if text else None
        except ValueError as error:
            raise self.misfit(name) from error
        if at is not None and at.tzinfo is None:
            raise self.misfit(name)
        return at

    def grades(self) -> tuple[int, ...]:
        value = self._form.get("grades", [])
        fits = isinstance(value, list) and all(type(n) is int and 0 <= n <= 11 for n in value)
        if not fits:
            raise self.misfit("grades")
        return tuple(value)

    def one_of(self, name: str, allowed: Sequence[_T]) -> _T | None:
        value = self._form.get(name)
        if value is not None and value not in allowed:
            raise self.misfit(name)
        return value

    def flag(self, name: str) -> bool | None:
        value = self._form.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.misfit(name)
        return value

    def size(self, name: str) -> int | None:
        value = self._form.get(name)
        if value is not None and (type(value) is not int or not 0 <= value < 1 << 62):
            raise self.misfit(name)
        return value


def _person(form: _Form, one: Mapping[str, Any]) -> Person:
    given = _Form(one)
    name = given.text("name")
    if not name:
        raise form.misfit("authors")
    return Person(
        name=name, role=given.text("role"), organisation=given.text("organisation"), raw=name
    )


def _attachment(form: _Form, one: Mapping[str, Any]) -> Attachment:
    given = _Form(one)
    url, name = _web(given.text("url")), given.text("name")
    if not url or not name:
        raise form.misfit("attachments")
    return Attachment(
        url=url, name=name, size_bytes=given.size("size_bytes"), media_type=given.text("media_type")
    )


def _stage(form: _Form, one: Mapping[str, Any]) -> Stage:
    given = _Form(one)
    kind: StageKind | None = given.one_of("kind", get_args(StageKind))
    if kind is None:
        raise form.misfit("stages")
    return Stage(
        kind=kind,
        start=given.day("start"),
        end=given.day("end"),
        start_at=given.moment("start_at"),
        end_at=given.moment("end_at"),
        label=given.text("label") or "",
        text=given.text("text") or "",
    )


def _web(url: str | None) -> str | None:
    return web_address(url, "address")[0] if url else None


def _many(words: Words | None, name: str, make: type[_T]) -> list[_T]:
    """The notes of one kind; those that do not fit say nothing about the record and are left out."""
    found = (words or {}).get(name, [])
    wanted = set(make.__dataclass_fields__)  # type: ignore[attr-defined]  # all three are dataclasses
    return [
        make(**one)
        for one in (found if isinstance(found, list) else [])
        if isinstance(one, dict)
        and set(one) == wanted
        and all(isinstance(value, str) for value in one.values())
    ]
