"""What only events have: organiser, place or online, nominations, fee, status."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from netmeta.model import EventStatus, Item, Stage
from netmeta.normalise.certificates import find_fee, find_price
from netmeta.normalise.contacts import without_placeholders
from netmeta.normalise.titles import plain
from netmeta.vocabularies import raw_key

MAX_LABEL_CHARS = 60
_LABELLED = re.compile(
    rf"^[\s•*\-–—\d.)]*([^\W\d_][^:\n]{{2,{MAX_LABEL_CHARS}}}?)\s*[:–—]\s+(\S[^\n]{{0,400}})$",
    re.MULTILINE,
)
# Labels of event pages, by the field they fill.
_FIELDS = {
    "organiser": ("организатор", "организаторы", "учредитель", "организатор конкурса", "организаторы конкурса",
                  "организатор мероприятия", "оргкомитет", "organizer", "organiser", "кто проводит"),
    "place": ("место", "место проведения", "адрес", "город", "площадка", "где", "place", "city", "location",
              "адрес проведения"),
    "nominations": ("номинации", "номинация", "номинации конкурса", "направления", "направления конкурса",
                    "nominations", "категории", "секции"),
    "fee": ("оргвзнос", "организационный взнос", "стоимость", "стоимость участия", "оплата", "взнос", "цена",
            "участие", "плата за участие", "fee", "price", "стоимость обучения", "условия участия"),
    "status": ("статус", "status", "состояние"),
    "audience": ("целевая аудитория", "аудитория", "участники", "для кого", "участники конкурса",
                 "категория участников", "audience", "возраст участников"),
    "certificate": ("сертификат", "сертификаты", "диплом", "дипломы", "документ", "наградные документы",
                    "свидетельство", "certificate"),
}  # fmt: skip
_DATE_LABELS = re.compile(
    r"дата|срок|регистрац|при[её]м|итог|начало|окончание|этап|проведени|голосовани|дедлайн|результат|заявк",
    re.IGNORECASE,
)
_ONLINE = re.compile(
    r"онлайн|on-?line|дистанц|zoom|вебинар|в сети|интернет|заочн|виртуал|сетев|youtube|skype|трансляц|"
    r"видеоконференц|удал[её]нн",
    re.IGNORECASE,
)
_ONLINE_TYPES = frozenset(
    (
        "webinar",
        "virtual-conference",
        "virtual-tour",
        "chat",
        "teleconference",
        "event-project",
        "forum",
    )
)
_STATUS: tuple[tuple[EventStatus, re.Pattern[str]], ...] = (
    ("cancelled", re.compile(r"\bотмен[её]н|\bотменяется|\bне состоится|\bcancell?ed", re.IGNORECASE)),
    ("moved", re.compile(r"\bперенес[её]н|\bпереносится|\bперенос\b|\bпродл[её]н|\bпродлевается|postponed|rescheduled", re.IGNORECASE)),
    ("over", re.compile(r"\bзаверш[её]н|\bзавершился|\bзавершилась|\bокончен|\bзакончился|\bприём работ закрыт|\bприем работ закрыт|\bконкурс закрыт|\bрегистрация закрыта|\bитоги подведены", re.IGNORECASE)),
)  # fmt: skip
_NOMINATIONS = re.compile(r"\s*(?:;|\n|•|(?<=[»”])\s*,|,\s*(?=[«“\"А-ЯЁ])|\d+[.)]\s)\s*")
_MAX_NOMINATIONS = 40
_PAID_WORDS = ("взнос", "участи", "стоимост", "оплат")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """Facts of an event besides its stages; `dates` and `audience` are found in its text."""

    place: str | None = None
    online: bool | None = None
    organiser: str | None = None
    nominations: tuple[str, ...] = ()
    fee: str | None = None
    status: EventStatus | None = None


@lru_cache(maxsize=1)
def _by_label() -> Mapping[str, str]:
    return {raw_key(label): name for name, labels in _FIELDS.items() for label in labels}


def labelled(item: Item) -> dict[str, str]:
    """Labelled lines of an event page: field -> text («Организатор: ...»), and dated labels.

    Fields the item's contract does not name come first, then the lines of description and body;
    a dated label («Приём работ») keeps its own words as the key, prefixed "date:".
    """
    out: dict[str, str] = {}
    for label, value in (*_unknown(item.unknown), *_lines(item)):
        name = _by_label().get(raw_key(label))
        if name is None and _DATE_LABELS.search(label):
            name = f"date:{label.strip()}"
        if name is not None:
            out.setdefault(name, value.strip())
    return out


def _unknown(unknown: Mapping[str, Any]) -> list[tuple[str, str]]:
    out = []
    for label, value in unknown.items():
        values = value if isinstance(value, list | tuple) else (value,)
        texts = [str(v) for v in values if isinstance(v, str | int | float) and str(v).strip()]
        if texts:
            out.append((str(label), "\n".join(texts)))
    return out


def _lines(item: Item) -> list[tuple[str, str]]:
    text = "\n".join(part for part in (item.description, item.body) if part)
    return [(m[1], m[2]) for m in _LABELLED.finditer(text[:20_000])]


def find_event_facts(
    item: Item,
    title: str,
    event_type: str | None,
    stages: tuple[Stage, ...],
    lines: Mapping[str, str],
) -> EventFacts:
    """Facts from the item's fields, then from the labelled lines of its text."""
    place = _clean(item.place) or _clean(lines.get("place"))
    front = " ".join(
        part for part in (title, item.subtitle, (item.description or "")[:500]) if part
    )
    return EventFacts(
        place=place,
        online=_is_online(place, title, event_type),
        organiser=_clean(item.organisation) or _clean(lines.get("organiser")),
        nominations=_nominations(lines.get("nominations")),
        fee=_fee(lines.get("fee"), f"{item.description or ''}\n{(item.body or '')[:5_000]}"),
        status=_status(
            f"{lines.get('status', '')} {front} {' '.join(item.dates.values())}", stages
        ),
    )


def _clean(text: str | None) -> str | None:
    if not text:
        return None
    return plain(without_placeholders(text)).strip(" .,;")[:300] or None


def _is_online(place: str | None, title: str, event_type: str | None) -> bool | None:
    if place:
        return bool(_ONLINE.search(place))
    if event_type in _ONLINE_TYPES or _ONLINE.search(title):
        return True
    return None


def _nominations(text: str | None) -> tuple[str, ...]:
    if not text:
        return ()
    parts = (part.strip(" .,;-–—") for part in _NOMINATIONS.split(text))
    names = [plain(part) for part in parts if any(map(str.isalpha, part))]
    return tuple(dict.fromkeys(name[:200] for name in names))[:_MAX_NOMINATIONS]


def _fee(stated: str | None, text: str) -> str | None:
    if stated:
        if price := find_price(stated):
            return price
        if re.search(r"бесплатн|\bfree\b", stated, re.IGNORECASE):
            return "бесплатно"
    return find_fee(text) if any(word in text for word in _PAID_WORDS) else None


def _status(text: str, stages: tuple[Stage, ...]) -> EventStatus | None:
    """What the page says of the event; "scheduled" if it only gives days (see `is_over`)."""
    for status, pattern in _STATUS:
        if pattern.search(text):
            return status
    return "scheduled" if any(stage.start or stage.end for stage in stages) else None
