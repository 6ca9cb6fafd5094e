"""What stands on a replica: a work of the bank, published somewhere, by somebody, on some day.

`EntrySite` is the base of every portal that is no uCoz site: it turns entries into the truth and
keeps the bytes of pages; a portal adds its addresses and its markup.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar
from zlib import crc32

from netmeta.replicas.days import MOSCOW
from netmeta.replicas.oddities import UTF8, Charset, Fault
from netmeta.replicas.people import Teacher, author_of
from netmeta.replicas.planted import FACTS, Meaning, Work, facts, meaning, plain
from netmeta.replicas.site import Ask, Reply


@dataclass(frozen=True, slots=True)
class Section:
    """A shelf of a portal with a listing of its own."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Download:
    """A file offered on a page; `size` as the page prints it, None where it prints none."""

    path: str
    name: str
    size: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A work published on a portal.

    `number` is the portal's own number of it, `path` its canonical address with the query, `at`
    the aware moment of publication, `published` what the page says of it, `credits` the authors
    as printed. `stated` holds the further fields of the item that the page states (`image` as a
    path).
    """

    work: Work
    number: int
    external_id: str
    path: str
    at: dt.datetime
    published: str | None
    section: Section
    by: Teacher
    credits: tuple[str, ...] = ()
    files: tuple[Download, ...] = ()
    stated: Mapping[str, Any] = field(default_factory=dict)
    fault: Fault | None = None
    charset: Charset = UTF8
    walled: bool = False

    def count(self, what: str, most: int) -> int:
        """A plausible counter, always the same for the same entry."""
        return crc32(f"{what} {self.number}".encode()) % most

    def item(self, source: str, base: str, labels: Mapping[str, str]) -> dict[str, Any]:
        """The item a harvester must find on this page; `labels` as in `planted.FACTS`."""
        files = [
            {"url": base + file.path, "name": file.name}
            | ({"size": file.size} if file.size else {})
            for file in self.files
        ]
        item: dict[str, Any] = {
            "source": source,
            "external_id": self.external_id,
            "url": base + self.path,
            "kind": self.work.kind,
            "title": self.work.title,
            "body": plain(self.work.blocks),
            "authors": list(self.credits) or None,
            "published": self.published,
            "attachments": files or None,
            **facts(self.work, labels),
            **self.stated,
        }
        if image := self.stated.get("image"):
            item["image"] = base + image
        return {name: value for name, value in item.items() if value is not None}


class EntrySite(ABC):
    """A portal made of entries (see `netmeta.replicas.site.Site`)."""

    name: str
    charset: ClassVar[Charset] = UTF8
    labels: ClassVar[Mapping[str, str]] = FACTS
    """Field of an item -> the label by which pages of this portal state it."""

    def __init__(self, today: dt.date) -> None:
        self.today = today

    @abstractmethod
    def plant(self) -> Sequence[Entry]:
        """All entries; called once, at the first request."""

    @abstractmethod
    def answer(self, ask: Ask) -> Reply:
        """Render one address."""

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, newest first."""
        return tuple(sorted(self.plant(), key=lambda one: (one.at, one.number), reverse=True))

    @cached_property
    def open_entries(self) -> tuple[Entry, ...]:
        """Those a guest may read."""
        return tuple(entry for entry in self.entries if not entry.walled)

    def truth(self, base: str) -> tuple[dict[str, Any], ...]:
        """The items to be found, newest first; nothing behind a login wall."""
        return tuple(entry.item(self.name, base, self.labels) for entry in self.open_entries)

    def meanings(self, base: str) -> Mapping[str, Meaning]:
        """For each URL of the truth, what its text means."""
        return {
            base + entry.path: meaning(entry.work, entry.at.date()) for entry in self.open_entries
        }

    def html(self, markup: str, entry: Entry | None = None, *, status: int = 200) -> Reply:
        """A page in the portal's charset, or in that of an entry, cut short if that is its fault.

        The cut falls inside the tag that begins with `<div id="end`, which every template has
        behind the text of an entry.
        """
        charset = self.charset
        if entry and entry.charset is not UTF8:
            charset = entry.charset
        label = f"; charset={charset.header}" if charset.header else ""
        if entry and entry.fault == "truncated":
            markup = markup[: markup.index('<div id="end') + 9]
        midnight = dt.datetime.combine(self.today, dt.time(), MOSCOW)
        return Reply(
            body=markup.encode(charset.codec, errors="xmlcharrefreplace"),
            status=status,
            content_type=f"text/html{label}",
            modified=entry.at if entry else midnight,
        )

    def meta(self, entry: Entry | None = None) -> str | None:
        """The charset a page declares in its head, None if it declares none."""
        return (entry.charset if entry and entry.charset is not UTF8 else self.charset).meta


def page_of(entries: Sequence[Entry], number: int, size: int) -> tuple[Sequence[Entry], int] | None:
    """The entries of one page of a list (from 1) and the number of pages; None beyond the end."""
    pages = max(1, -(-len(entries) // size))
    if not 1 <= number <= pages:
        return None
    return entries[(number - 1) * size : number * size], pages


def moment(
    index: int, total: int, key: str, *, since: dt.date, today: dt.date, fresh: int = 0
) -> dt.datetime:
    """When the work at `index` of `total` was published, by a portal's clock, without a zone.

    Days run from `since` to three weeks before today; the last `fresh` works lie in the days
    before it.
    """
    seed, left = crc32(key.encode()), total - index
    if left <= fresh:
        day = today - dt.timedelta(days=3 * left - 1)
    else:
        days = (today - dt.timedelta(days=21) - since).days
        steps = total - fresh
        day = since + dt.timedelta(days=days * index // steps + seed % (days // steps))
    return dt.datetime.combine(day, dt.time(8 + seed % 14, seed % 60))


def posted(work: Work, today: dt.date) -> dt.datetime:
    """When a notice was published; today's are of the first minutes, so that no clock stands in
    the future."""
    seed = crc32(work.key.encode())
    day = min(work.posted or today, today)
    clock = dt.time(0, seed % 10) if day == today else dt.time(8 + seed % 12, seed % 60)
    return dt.datetime.combine(day, clock)


def zoned(at: dt.datetime) -> dt.datetime:
    """The moment with the offset Moscow had then: +03:00, summers before 2011 +04:00, and +04:00
    all year from 27 March 2011 to 26 October 2014."""
    day, hours = at.date(), 3
    if dt.date(2011, 3, 27) <= day < dt.date(2014, 10, 26) or (
        day.year < 2011 and _last_sunday(day.year, 3) <= day < _last_sunday(day.year, 10)
    ):
        hours = 4
    return at.replace(tzinfo=dt.timezone(dt.timedelta(hours=hours)))


def _last_sunday(year: int, month: int) -> dt.date:
    last = dt.date(year, month, 31)
    return last - dt.timedelta(days=(last.weekday() + 1) % 7)


def teacher_of(work: Work) -> Teacher:
    """Somebody who could have written the work, always the same for the same work."""
    return author_of(taught_by(work), work.key)


def taught_by(work: Work) -> str:
    """Whose work it is: a kindergarten's, a primary teacher's, or a subject teacher's."""
    if 0 in work.grades:
        return "дошкольное"
    if work.type in ("классный час", "родительское собрание", "сценарий"):
        return "классное руководство"
    specialists = ("английский язык", "музыка", "ИЗО", "технология")
    if work.grades and max(work.grades) < 5 and work.subject not in specialists:
        return "начальная школа"
    return work.subject or ""
