"""The nouns of netmeta, frozen and typed.

    Source --(Request)--> page --(Spider)--> Item --(normalise)--> Record --(writer)--> catalogue

An `Item` holds a portal's own words: strings, nothing guessed. A `Record` holds mapped concepts
next to those words, and every difficulty as data (`Problem`, `Unmapped`) instead of an exception.
Names follow LRMI / schema.org. Datetimes are aware and UTC; plain dates are calendar days in the
source's own time zone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, Literal, get_args

from netmeta.errors import BadItemError
from netmeta.texts import t

Kind = Literal["material", "event", "news", "course"]
KINDS: tuple[Kind, ...] = get_args(Kind)

Certificate = Literal["free", "paid", "none", "unknown"]

StageKind = Literal["registration", "submission", "held", "voting", "results", "other"]
"""What happens in a stage: sign-up, works accepted, the event itself, voting, results."""

EventStatus = Literal["scheduled", "moved", "cancelled", "over"]

SourceKind = Literal["site", "sitemap", "feed", "calendar", "folder", "oai", "jsonl"]
"""How a source is read: a site crawled by a spider; a site of which only the sitemap is followed;
one feed; one iCalendar file; a folder of saved pages; another catalogue by OAI-PMH; or imported
from a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A portal or feed that is harvested.

    `name` is the slug used everywhere ("pedsovet-su"); `spider` names the entry point of the
    group `netmeta.spiders` for a portal, or one of the built-in ones ("site", "feed", "calendar",
    "folder").
    """

    name: str
    kind: SourceKind
    url: str
    title: str
    spider: str | None = None
    homepage: str | None = None
    language: str = "ru"
    timezone: str = "Europe/Moscow"
    licence: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAttachment:
    """A file a page offers, in the page's words (`size` is "1.54 МБ", not bytes)."""

    url: str
    name: str | None = None
    size: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What a spider or an import read: the portal's own words.

    Only `source`, `url` and `title` are required. `dates` maps a label of the page to its text
    ({"Приём работ": "до 31 марта"}); `published` is text too. See `Item.from_dict` for the
    JSON form.
    """

    source: str
    url: str
    title: str
    external_id: str | None = None
    kind: str | None = None
    subtitle: str | None = None
    description: str | None = None
    body: str | None = None
    authors: tuple[str, ...] = ()
    organisation: str | None = None
    published: str | None = None
    subject: tuple[str, ...] = ()
    grade: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict)
    place: str | None = None
    audience: tuple[str, ...] = ()
    certificate: str | None = None
    licence: str | None = None
    language: str | None = None
    image: str | None = None
    attachments: tuple[ItemAttachment, ...] = ()
    comments: str | None = None
    downloads: str | None = None
    views: str | None = None
    rating: str | None = None
    unknown: Mapping[str, Any] = field(default_factory=dict)
    """Fields the contract does not name: kept with the raw item and counted, never dropped."""

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Item:
        """Read the JSON form of an item: strings, or lists of strings, under the field names.

        Numbers are taken as their text. A list under a one-valued field is joined with "\\n".

        Raises:
            BadItemError: not an object; source, url or title missing or empty; or a field whose
                value is neither text, number, list of those, nor (dates, attachments) its shape.
        """
        if not isinstance(raw, Mapping):
            raise BadItemError(
                t("An item must be a JSON object"), why=t("got {kind}", kind=type(raw).__name__)
            )
        missing = [name for name in ("source", "url", "title") if not _present(raw.get(name))]
        if missing:
            raise BadItemError(t("The item lacks {names}", names=", ".join(missing)))
        values: dict[str, Any] = {}
        unknown: dict[str, Any] = {}
        for name, value in raw.items():
            if value is None:
                continue
            if name in _ONE and isinstance(value, str):
                values[name] = value.strip() or None
            elif name == "dates":
                values[name] = _dates(value)
            elif name == "attachments":
                values[name] = _attachments(value)
            elif name in _MANY:
                values[name] = _texts(name, value)
            elif name in _ONE:
                values[name] = "\n".join(_texts(name, value)) or None
            else:
                unknown[name] = value
        return cls(**values, unknown=unknown)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, without empty fields; `Item.from_dict` gives the same item back."""
        out: dict[str, Any] = {}
        for name, value in zip(_NAMES, _VALUES(self), strict=True):
            if not value and value != "":
                continue
            if name == "attachments":
                out[name] = [
                    {k: v for k, v in zip(_FILE, _FILE_VALUES(a), strict=True) if v is not None}
                    for a in value
                ]
            elif name in _MANY:
                out[name] = list(value)
            elif name == "dates":
                out[name] = dict(value)
            else:
                out[name] = value
        out.update(self.unknown)
        return out

    def to_json(self) -> str:
        """`to_dict` as compact JSON, Cyrillic as it is, keys in a fixed order."""
        return json.dumps(self.to_dict(), ensure_ascii=False, separators=(",", ":"))


_NAMES = tuple(f.name for f in fields(Item) if f.name != "unknown")
_VALUES = attrgetter(*_NAMES)
_FILE = ("url", "name", "size")
_FILE_VALUES = attrgetter(*_FILE)
_MANY = frozenset({"authors", "subject", "grade", "type", "category", "tags", "audience"})
_ONE = frozenset(_NAMES) - _MANY - {"dates", "attachments"}


def _present(value: Any) -> bool:
    return bool(str(value).strip()) if value is not None else False


def _texts(name: str, value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list | tuple) else (value,)
    out = []
    for one in values:
        if isinstance(one, bool) or not isinstance(one, str | int | float):
            raise BadItemError(
                t("Field {name} must be text or a list of texts", name=name),
                why=t("got {kind}", kind=type(one).__name__),
            )
        if text := str(one).strip():
            out.append(text)
    return tuple(out)


def _dates(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise BadItemError(t("Field dates must be an object of labels and texts"))
    return {str(k): "\n".join(_texts("dates", v)) for k, v in value.items() if v is not None}


def _attachments(value: Any) -> tuple[ItemAttachment, ...]:
    if not isinstance(value, list | tuple):
        raise BadItemError(t("Field attachments must be a list of objects"))
    out = []
    for one in value:
        if not isinstance(one, Mapping) or not _present(one.get("url")):
            raise BadItemError(t("An attachment needs a url"))
        name, size = one.get("name"), one.get("size")
        out.append(
            ItemAttachment(
                url=str(one["url"]).strip(),
                name=str(name).strip() if name is not None else None,
                size=str(size).strip() if size is not None else None,
            )
        )
    return tuple(out)


# --- what normalising makes of it ----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An author, teacher or jury member as credited; `raw` is the portal's text."""

    name: str
    role: str | None = None
    organisation: str | None = None
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file a record offers; the file itself is never copied."""

    url: str
    name: str
    size_bytes: int | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One dated step of an event. Days are inclusive; an open end is None.

    `label` and `text` are the portal's words ("Приём работ", "до 31 марта").
    """

    kind: StageKind
    start: dt.date | None = None
    end: dt.date | None = None
    start_at: dt.datetime | None = None
    end_at: dt.datetime | None = None
    label: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something odd in one field, kept as data: `code` is stable, `value` the offending text."""

    field: str
    code: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmapped:
    """A raw value for which the scheme has no concept."""

    scheme: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Which raw words, found where (field of the item), gave which concept of which scheme."""

    scheme: str
    concept: str
    raw: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One material, event, news item or course of the catalogue.

    Identity is (`source`, `external_id`); never title, date or status. Concepts are ids of the
    vocabularies; classes (`grades`) are numbers 0-11, 0 being preschool. `published` is the day
    in the source's time zone, `published_at` the instant if the portal gave a time.
    """

    source: str
    external_id: str
    kind: Kind
    url: str
    title: str
    summary: str | None = None
    body: str | None = None
    authors: tuple[Person, ...] = ()
    organisation: str | None = None
    language: str | None = None
    published: dt.date | None = None
    published_at: dt.datetime | None = None
    subjects: tuple[str, ...] = ()
    grades: tuple[int, ...] = ()
    levels: tuple[str, ...] = ()
    type: str | None = None
    """Material type, event type or course type: a concept id."""
    exams: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    licence: str | None = None
    certificate: Certificate = "unknown"
    certificate_price: str | None = None
    image: str | None = None
    attachments: tuple[Attachment, ...] = ()
    stages: tuple[Stage, ...] = ()
    place: str | None = None
    online: bool | None = None
    organiser: str | None = None
    nominations: tuple[str, ...] = ()
    fee: str | None = None
    status: EventStatus | None = None
    content_hash: str = ""
    """Hash of the normalised title and text: equal for exact copies on several portals."""
    raw: Item | None = None
    problems: tuple[Problem, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    mapped: tuple[Mapped, ...] = ()


RunStatus = Literal["running", "ok", "degraded", "failed", "interrupted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One harvest or import of one source, as the ledger keeps it."""

    id: int
    source: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    status: RunStatus
    reason: str | None
    counts: Mapping[str, int]
    """Outcomes: new, changed, unchanged, failed, requests, bytes, ..."""
