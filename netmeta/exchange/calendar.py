"""iCalendar (RFC 5545) of events: one VEVENT a stage. Pure: records in, bytes out.

A stage one must not miss (sign-up, works accepted) is an all-day event on its last day; anything
else spans its days, or its hours if the portal gave them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Calendar, Event, vText

from netmeta.catalogue.stored import DEADLINE_STAGES, Stored
from netmeta.exchange.jsonld import excerpt
from netmeta.exchange.markup import Escaper, uri
from netmeta.exchange.oai.setting import Setting

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
DESCRIPTION_CHARS: Final = 1_000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""What a text of RFC 5545 may not hold (section 3.1); \\r\\n became \\n before."""

_LABELS: Final = {
    "registration": "регистрация до", "submission": "приём работ до", "held": "",
    "voting": "голосование", "results": "итоги", "other": "",
}  # fmt: skip


def calendar(
    records: Iterable[Stored],
    setting: Setting,
    *,
    title: str,
    zones: Mapping[str, str],
    x: Escaper,
) -> bytes:
    """The calendar of events in their stored form.

    Args:
        title: of the calendar.
        zones: {source: time zone}; Moscow for others.
        x: counts the characters that had to be left out.
    """
    whole = Calendar()
    whole.add("prodid", "-//netmeta//netmeta//RU")
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", "PUBLISH")
    whole.add("x-wr-calname", vText(_clean(title, x)))
    for record in records:
        zone = _zone(zones.get(record["source"]))
        seen: Counter[str] = Counter()
        for stage in record["stages"]:
            seen[stage["kind"]] += 1
            if (event := _event(record, stage, zone, setting, x)) is not None:
                # By kind and number: a portal may move a stage and reword it, and it is still it.
                number = seen[stage["kind"]]
                name = f"{record['id']}-{stage['kind']}-{number}@{setting.repository}"
                event.add("uid", name)
                whole.add_component(event)
    whole.add_missing_timezones()
    made: bytes = whole.to_ical()
    return made


def _event(
    record: Stored, stage: Mapping[str, Any], zone: dt.tzinfo, setting: Setting, x: Escaper
) -> Event | None:
    """None for a stage without any day."""
    span = _span(stage, zone)
    if span is None:
        return None
    event = Event()
    changed = dt.datetime.fromisoformat(record["last_changed"])
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("created", dt.datetime.fromisoformat(record["first_seen"]))
    start, end = span
    event.add("dtstart", start)
    if end is not None:
        event.add("dtend", end)
    label = stage["label"] or _LABELS[stage["kind"]]
    words = record["title"] if stage["kind"] == "held" else f"{record['title']} — {label}"
    event.add("summary", _clean(words.rstrip(" —"), x))
    told = [
        stage["text"],
        excerpt(record, DESCRIPTION_CHARS),
        record["organiser"],
        uri(record["url"]),
    ]
    event.add("description", _clean("\n\n".join(one for one in told if one), x))
    event.add("url", uri(record["url"]) or setting.page(record["id"]))
    if place := record["place"] or ("онлайн" if record["online"] else None):
        event.add("location", _clean(place, x))
    if labels := [_clean(setting.vocabularies.label(s), x) for s in record["subjects"]]:
        event.add("categories", labels)
    event.add("status", "CANCELLED" if record["status"] == "cancelled" else "CONFIRMED")
    event.add("transp", "OPAQUE" if isinstance(start, dt.datetime) else "TRANSPARENT")
    return event


def _span(stage: Mapping[str, Any], zone: dt.tzinfo) -> tuple[dt.date, dt.date | None] | None:
    """When a stage is: instants of the source's zone, or days with the day after the last."""
    start, end = (dt.date.fromisoformat(d) if d else None for d in (stage["start"], stage["end"]))
    if stage["kind"] in DEADLINE_STAGES:
        day = end or start
        return (day, day + dt.timedelta(days=1)) if day else None
    if stage["start_at"]:
        begins = dt.datetime.fromisoformat(stage["start_at"]).astimezone(zone)
        ends = (
            dt.datetime.fromisoformat(stage["end_at"]).astimezone(zone) if stage["end_at"] else None
        )
        return begins, ends if ends is not None and ends > begins else None
    first = start or end
    if first is None:
        return None
    last = max(end or first, first)
    return first, last + dt.timedelta(days=1)


def _zone(name: str | None) -> dt.tzinfo:
    try:
        return ZoneInfo(name or "Europe/Moscow")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("Europe/Moscow")


def _clean(text: str, x: Escaper) -> str:
    whole = x.legal(text.replace("\r\n", "\n").replace("\r", "\n"))
    clean, dropped = _CONTROL.subn("", whole)
    x.dropped += dropped
    return clean
