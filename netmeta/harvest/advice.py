"""What a feed says about being asked again: <ttl>, sy:updatePeriod, skipHours, skipDays, max-age.

Looked for in the bytes, because feeds that are not well-formed say it too, and only outside of the
entries, because those may quote it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from netmeta.catalogue.schedules import Advice

_ENTRY: Final = re.compile(rb"<(?:item|entry)\b.*</(?:item|entry)\s*>", re.S | re.I)
_TTL: Final = re.compile(rb"<ttl>\s*(\d{1,6})\s*</ttl>", re.I)
_PERIOD: Final = re.compile(rb"<\w+:updatePeriod>\s*(\w+)\s*<", re.I)
_FREQUENCY: Final = re.compile(rb"<\w+:updateFrequency>\s*(\d{1,4})\s*<", re.I)
_SKIP: Final = re.compile(rb"<skip(?:Hours|Days)>(.*?)</skip", re.S | re.I)
_HOUR: Final = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>", re.I)
_DAY: Final = re.compile(rb"<day>\s*(\w+)\s*</day>", re.I)
_MAX_AGE: Final = re.compile(r"\bmax-age\s*=\s*\"?(\d{1,9})", re.I)

_PERIODS_S: Final = {
    b"hourly": 3600, b"daily": 86400, b"weekly": 604800, b"monthly": 2592000, b"yearly": 31536000,
}  # fmt: skip
_DAYS: Final = (
    b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday",
)  # fmt: skip


def advice(body: bytes, headers: Mapping[str, str]) -> Advice:
    """What an answer asks for; the longest of its wishes counts.

    Args:
        headers: of the answer, with names as the server wrote them.

    >>> advice(b"<rss><channel><ttl>90</ttl></channel></rss>", {}).wait_s
    5400
    """
    channel = _ENTRY.sub(b"", body)
    said = {"ttl": max(_ttl_s(channel), _period_s(channel)), "max-age": _max_age_s(headers)}
    by = max(said, key=lambda name: said[name])
    skipped = b" ".join(_SKIP.findall(channel))
    hours = {int(hour) % 24 for hour in _HOUR.findall(skipped)}
    days = {_DAYS.index(day.lower()) for day in _DAY.findall(skipped) if day.lower() in _DAYS}
    return Advice(
        wait_s=said[by], said_by=by if said[by] else "",
        skip_hours=tuple(sorted(hours)), skip_days=tuple(sorted(days)),
    )  # fmt: skip


def _ttl_s(channel: bytes) -> int:
    found = _TTL.search(channel)
    return int(found[1]) * 60 if found else 0


def _period_s(channel: bytes) -> int:
    period, frequency = _PERIOD.search(channel), _FREQUENCY.search(channel)
    if period is None:
        return 0
    times = int(frequency[1]) if frequency else 1
    return _PERIODS_S.get(period[1].lower(), 0) // max(times, 1)


def _max_age_s(headers: Mapping[str, str]) -> int:
    """Seconds for which the answer is fresh, as far as the server means it."""
    control = next((v for name, v in headers.items() if name.lower() == "cache-control"), "")
    if re.search(r"\bno-(?:cache|store)\b", control, re.I):
        return 0
    found = _MAX_AGE.search(control)
    return int(found[1]) if found else 0
