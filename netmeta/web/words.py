"""What templates say things with: texts, days, sizes, labels of concepts, safe links.

Harvested text is escaped by Jinja; `shown` also takes away the characters that turn a line around
or hide in it, and cuts what no page has room for.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from netmeta.search.wording import classes, day
from netmeta.texts import Language, language, n_, t, tn
from netmeta.vocabularies import load
from netmeta.web import charts
from netmeta.web.language import switched

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
"""Control characters, direction marks and overrides, zero-width space: no word needs them. The
zero-width joiners stay, emoji and some scripts do."""

_MONTHS: Final[dict[Language, tuple[tuple[str, str], ...]]] = {
    "ru": (
        ("январь", "января"), ("февраль", "февраля"), ("март", "марта"), ("апрель", "апреля"),
        ("май", "мая"), ("июнь", "июня"), ("июль", "июля"), ("август", "августа"),
        ("сентябрь", "сентября"), ("октябрь", "октября"), ("ноябрь", "ноября"),
        ("декабрь", "декабря"),
    ),
    "en": tuple((name, name) for name in (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    )),
}  # fmt: skip
"""A month alone, and after the number of a day."""

_WEEKDAYS: Final[dict[Language, tuple[str, ...]]] = {
    "ru": ("пн", "вт", "ср", "чт", "пт", "сб", "вс"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def shown(text: object, limit: int = 300) -> str:
    """Harvested text as one may show it: no unseen characters, at most `limit` characters."""
    clean = _UNSEEN.sub("", str(text if text is not None else "")[: limit * 2])
    return clean if len(clean) <= limit else clean[:limit].rstrip() + "…"


def finalized(value: object) -> object:
    """What any template writes, freed of unseen characters: also where nobody thought of `shown`."""
    if not isinstance(value, str) or value.isascii() or not _UNSEEN.search(value):
        return value
    return type(value)(_UNSEEN.sub("", value))  # Markup stays Markup


def link(url: object) -> str | None:
    """The address if it is http(s) with a host; None for anything one should not click."""
    text = str(url or "").strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in {"http", "https"} and parts.hostname else None


def host(url: object) -> str:
    """The host of an address, for people."""
    return (urlsplit(str(url)).hostname or "") if link(url) else ""


def label(concept: object) -> str:
    """A concept in the reader's language; its id if this version does not know it."""
    return shown(load().label(str(concept), language()), 120) if concept else ""


def date(value: dt.date | str | None, *, year: bool = True) -> str:
    """A day in words: "23 ноября 2026"."""
    if not value:
        return ""
    when = value if isinstance(value, dt.date) else dt.date.fromisoformat(value[:10])
    words = f"{when.day} {_MONTHS[language()][when.month - 1][1]}"
    return f"{words} {when.year}" if year else words


def month(value: dt.date) -> str:
    """A month in words: "ноябрь 2026"."""
    return f"{_MONTHS[language()][value.month - 1][0]} {value.year}"


def month_of(text: str) -> str:
    """A month "2026-01" in words."""
    return month(dt.date.fromisoformat(f"{text}-01"))


def weekdays() -> tuple[str, ...]:
    """Names of the days of a week, from Monday."""
    return _WEEKDAYS[language()]


def period(start: str | None, end: str | None) -> str:
    """The days of a stage: one day, from-to, since, or until."""
    if start and end and start != end:
        same = start[:4] == end[:4]
        return f"{date(start, year=not same)} — {date(end)}"
    if start and not end:
        return t("from {day}", day=date(start))
    if end and not start:
        return t("until {day}", day=date(end))
    return date(end)


def size(n: int | None) -> str:
    """Bytes for people: "1,5 МБ"."""
    if n is None:
        return ""
    value, units = float(n), [t("B"), t("KB"), t("MB"), t("GB")]
    while value >= 1024 and len(units) > 1:
        value = value / 1024
        units.pop(0)
    unit = units[0]
    text = f"{value:.1f}".removesuffix(".0") if value < 100 else f"{value:.0f}"
    return f"{text.replace('.', ',') if language() == 'ru' else text}\u00a0{unit}"


_FILES: Final = {
    "application/pdf": "PDF", "application/msword": "Word", "application/vnd.ms-powerpoint": "PowerPoint",
    "application/vnd.ms-excel": "Excel", "application/rtf": "RTF", "application/zip": "ZIP",
    "application/vnd.rar": "RAR", "application/x-7z-compressed": "7z", "image/jpeg": "JPEG",
    "image/png": "PNG", "audio/mpeg": "MP3", "video/mp4": "MP4", "text/plain": "TXT",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "application/vnd.oasis.opendocument.text": "OpenDocument",
    "application/vnd.oasis.opendocument.presentation": "OpenDocument",
}  # fmt: skip


def file_kind(media_type: str | None) -> str:
    """A media type as people call it; the type itself if it has no such name."""
    return _FILES.get(media_type or "", media_type or "")


def number(n: int) -> str:
    """A number with its thousands set apart."""
    return f"{n:,}".replace(",", "\u00a0" if language() == "ru" else ",")


def share(part: float, whole: float) -> str:
    """A share as a whole percent; "<1 %" for what is there but small."""
    if not whole:
        return "—"
    percent = 100 * part / whole
    return "<1\u00a0%" if 0 < percent < 0.5 else f"{percent:.0f}\u00a0%"


def to_search(q: str = "", **filters: object) -> str:
    """The path of a search."""
    pairs = [("q", q), *((name, str(value)) for name, value in filters.items())]
    return "/search?" + urlencode([(name, value) for name, value in pairs if value])


def segment(text: object) -> str:
    """Text as one segment of a path."""
    return quote(str(text), safe="")


def other_language(request: Any) -> tuple[Language, str]:
    """The other language, and this page in it."""
    other: Language = "ru" if language() == "en" else "en"
    if request is None:
        return other, f"?lang={other}"
    return other, switched(request.path, request.query_string, other)


_BECAME: Final = {
    "new": n_("appeared here"), "changed": n_("was changed"), "gone": n_("left the portal"),
    "restored": n_("came back"), "forgotten": n_("was removed on request"),
}  # fmt: skip


def many(kind: str, n: int) -> str:
    """What so many records of a kind are called, without the number."""
    words = {
        "material": tn("{n} material", "{n} materials", n), "event": tn("{n} event", "{n} events", n),
        "news": tn("{n} news item", "{n} news items", n), "course": tn("{n} course", "{n} courses", n),
    }  # fmt: skip
    return words[kind].partition(" ")[2]


def became(op: str) -> str:
    """What a line of the change log says happened to a record."""
    words = _BECAME[op]
    return t(words)


SPOKEN: Final = (
    n_("title"), n_("url"), n_("kind"), n_("place"), n_("online"), n_("organiser"), n_("tags"),
    n_("levels"), n_("exams"), n_("audiences"), n_("certificate"), n_("status"), n_("hidden"),
    n_("content_hash"), n_("published_at"), n_("language"), n_("organisation"),
    n_("nominations"), n_("fee"), n_("certificate_price"), n_("folder"), n_("sitemap"),
    n_("calendar"),
)  # fmt: skip
"""Fields and kinds of sources that templates say by their names."""

FILTERS: Final = {
    "shown": shown, "safe_link": link, "host": host, "label": label, "date": date, "day": day,
    "size": size, "number": number, "classes": classes, "segment": segment,
    "file_kind": file_kind, "month_of": month_of,
}  # fmt: skip

GLOBALS: Final = {
    "t": t, "tn": tn, "language": language, "period": period, "month_words": month,
    "weekdays": weekdays, "share": share, "many": many, "became": became, "to_search": to_search,
    "other_language": other_language, "bar": charts.bar, "columns": charts.columns, "sparkline": charts.sparkline,
}  # fmt: skip
