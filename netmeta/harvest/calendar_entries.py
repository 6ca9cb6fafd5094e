"""An iCalendar file's bytes -> items, one for each event (RFC 5545, as far as events need it).

Of a repeated event the first occurrence is read. Days without a time end a day later in the file
than they are meant (the end is exclusive there); the item says the last day itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from netmeta.errors import BadFeedError
from netmeta.model import Item
from netmeta.reading.charset import decode
from netmeta.texts import t

HELD: Final = "Дата проведения"
CANCELLED: Final = "отменено"
_ESCAPE: Final = re.compile(r"\\([\\;,nN])")
_LINE: Final = re.compile(r"([A-Za-z-]+)((?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):(.*)", re.S)
_NAME: Final = re.compile(r"^(?:NAME|X-WR-CALNAME)[^:\r\n]*:([^\r\n]+)", re.M | re.I)
_FOLD: Final = re.compile(r"\r?\n[ \t]")
_MAX_EVENTS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Property:
    """One line of a component: its parameters, and its value as written."""

    parameters: Mapping[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value with its escapes undone."""
        return _ESCAPE.sub(lambda m: "\n" if m[1] in "nN" else m[1], self.value).strip()


def calendar_name(body: bytes) -> str:
    """How a calendar calls itself (RFC 7986's NAME, or the older X-WR-CALNAME); may be empty."""
    found = _NAME.search(_FOLD.sub("", decode(body).text[:20_000]))
    return Property({}, found[1]).text[:200] if found else ""


def parse_calendar(body: bytes, url: str, *, source: str, timezone: str) -> tuple[Item, ...]:
    """The events of a calendar as items.

    Args:
        body: the file.
        url: its address, the base of relative links and the address of events without one.
        source: name of the source.
        timezone: in which times are said; those of the file are converted.

    Raises:
        BadFeedError: no iCalendar file.
    """
    text = decode(body).text
    if "BEGIN:VCALENDAR" not in text[:2000].upper():
        raise BadFeedError(t("{url} is no calendar", url=url))
    zone = ZoneInfo(timezone)
    items = (_item(event, url, source, zone) for event in _events(text))
    return tuple(item for item in items if item is not None)


def _events(text: str) -> Iterator[dict[str, Property]]:
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    event: dict[str, Property] | None = None
    depth = count = 0
    for line in unfolded.splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        name, value = found[1].upper(), found[3]
        if name == "BEGIN" and value.strip().upper() == "VEVENT":
            event, depth = {}, 0
        elif event is None:
            continue
        elif name == "BEGIN":  # an alarm inside an event has a summary of its own
            depth += 1
        elif name == "END" and depth:
            depth -= 1
        elif name == "END":
            yield event
            event, count = None, count + 1
            if count >= _MAX_EVENTS:
                return
        elif not depth:
            pairs = (part.partition("=") for part in found[2].split(";") if "=" in part)
            parameters = {key.upper(): val.strip('"') for key, _, val in pairs}
            event.setdefault(name, Property(parameters, value))


def _item(event: Mapping[str, Property], url: str, source: str, zone: ZoneInfo) -> Item | None:
    title = event["SUMMARY"].text if "SUMMARY" in event else ""
    if not title:
        return None
    said = _held(event.get("DTSTART"), event.get("DTEND"), zone)
    link = event["URL"].value.strip() if "URL" in event else ""
    uid = event["UID"].value.strip() if "UID" in event else ""
    identity = uid or hashlib.blake2b(f"{title}\0{said}".encode(), digest_size=8).hexdigest()
    organiser = event.get("ORGANIZER")
    return Item(
        source=source,
        external_id=identity,
        url=urljoin(url, link) if link else f"{url}#{identity}",
        kind="event",
        title=" ".join(title.split()),
        body=event["DESCRIPTION"].text or None if "DESCRIPTION" in event else None,
        organisation=organiser.parameters.get("CN") if organiser else None,
        category=tuple(_words(event.get("CATEGORIES"))),
        dates={HELD: said} if said else {},
        place=event["LOCATION"].text or None if "LOCATION" in event else None,
        unknown={"Статус": CANCELLED} if _is_cancelled(event) else {},
    )


def _is_cancelled(event: Mapping[str, Property]) -> bool:
    return "STATUS" in event and event["STATUS"].value.strip().upper() == "CANCELLED"


def _words(line: Property | None) -> list[str]:
    parts = re.split(r"(?<!\\),", line.value) if line else []
    return [word for part in parts if (word := Property({}, part).text)]


def _held(start: Property | None, end: Property | None, zone: ZoneInfo) -> str:
    """The days, and the times if there are any, in Russian digits; "" if they cannot be read."""
    first, last = _moment(start, zone), _moment(end, zone)
    if first is None:
        return ""
    if isinstance(first, dt.datetime):
        if not isinstance(last, dt.datetime) or last <= first:
            return f"{first:%d.%m.%Y %H:%M}"
        if last.date() == first.date():
            return f"{first:%d.%m.%Y} с {first:%H:%M} до {last:%H:%M}"
        return f"{first:%d.%m.%Y %H:%M} - {last:%d.%m.%Y %H:%M}"
    if last is not None and not isinstance(last, dt.datetime):
        last -= dt.timedelta(days=1)
        if last > first:
            return f"{first:%d.%m.%Y} - {last:%d.%m.%Y}"
    return f"{first:%d.%m.%Y}"


def _moment(line: Property | None, zone: ZoneInfo) -> dt.date | dt.datetime | None:
    if line is None:
        return None
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?", line.value.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(n) if n else 0 for n in found.groups()[:6])
    try:
        if found[4] is None:
            return dt.date(year, month, day)
        meant = dt.UTC if found[7] else _zone(line.parameters.get("TZID"), zone)
        at = dt.datetime(year, month, day, hour, minute, min(second, 59), tzinfo=meant)
        return at.astimezone(zone)
    except ValueError:  # 31 February
        return None


def _zone(name: str | None, otherwise: ZoneInfo) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else otherwise
    except (KeyError, ValueError, OSError):  # a zone the file invented
        return otherwise
