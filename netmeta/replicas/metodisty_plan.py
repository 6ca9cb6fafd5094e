"""What stands on the replica of metodisty.ru."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zlib import crc32

from netmeta.replicas.days import Span, ago
from netmeta.replicas.entries import Download, Entry, Section, moment, posted, teacher_of, zoned
from netmeta.replicas.notices import notice
from netmeta.replicas.oddities import Fault
from netmeta.replicas.people import BY_LOGIN, choice
from netmeta.replicas.planted import Block, Rows, Work, facts
from netmeta.replicas.prose import work
from netmeta.replicas.slugs import hyphened

_VOICE = "metodisty"

_FILES = (
    "slozh20.lesson bezudarnye.lesson prilag.slides nosov.slides perimetr.lesson zveri.slides "
    "skazki.lesson umnozh.slides padezhi.lesson kompas.slides slozh20.quiz origami.lesson "
    "basni.lesson zhishi.quiz perimetr.slides prilag.quiz tundra.quiz zveri.lesson"
).split()
_BLOGS = (
    "bl-portfel bl-tishina bl-ssora bl-pochta bl-nulevoy bl-levsha bl-babushka bl-kontrolnaya "
    "bl-rebus bl-dozhd bl-uchenik bl-sochinenie"
).split()
_EVENTS = (
    "md-chistopis md-vebinar-chtenie md-mk-prirodnyi md-olimp-okr md-konf-stress "
    "md-akciya-kormushka md-ekskursiya-hleb md-marafon-schet md-chat-prodlenka md-opros-dnevnik "
    "md-proekt-azbuka md-festival-teatr md-telekonf-dva md-seminar-proekt md-obuch-tetradi "
    "md-vystavka-maski"
).split()

GROUPS: Mapping[str, tuple[str, str]] = {
    "rukodel": ("Рукодел", "Группа тех, кто не выбрасывает коробки."),
    "pervyj-klass": ("Первый класс", "Делимся тревогами и удачами первого года."),
    "shkolnyj-teatr": ("Школьный театр", "Пьесы, костюмы, суфлёрские будки."),
}
"""Address of a group -> its name and what it says of itself."""

_AUTHORS = {"perimetr.lesson": "ivanova_mi", "bl-kontrolnaya": "ivanova_mi"}
_FAULTS: Mapping[str, Fault] = {
    "prilag.slides": "unclosed",
    "kompas.slides": "nested",
    "bl-rebus": "truncated",
    "bl-levsha": "no-title",
}
_HELD = ("Дата и время", "Сроки проведения")


def entries(today: dt.date) -> tuple[Entry, ...]:
    """Everything in the community."""
    return (
        *(
            _written(key, "files", 200 + index, index, len(_FILES), today)
            for index, key in enumerate(_FILES)
        ),
        *(
            _written(key, "blogs", 400 + index, index, len(_BLOGS), today)
            for index, key in enumerate(_BLOGS)
        ),
        *(_event(key, 600 + index, today) for index, key in enumerate(_EVENTS)),
    )


def _written(key: str, module: str, number: int, index: int, total: int, today: dt.date) -> Entry:
    """A file or a blog post."""
    piece, seed = work(key, _VOICE), crc32(key.encode())
    since = dt.date(2009, 10, 5)
    at = zoned(moment(index, total, key, since=since, today=today, fresh=3))
    uri = hyphened(piece.title, 50)
    by = teacher_of(piece)
    if module == "blogs":
        by = choice((BY_LOGIN["petrova_nv"], BY_LOGIN["kulikova"]), key)
    if key in _AUTHORS:
        by = BY_LOGIN[_AUTHORS[key]]
    section = Section(f"/{module}", "Из жизни класса" if module == "blogs" else _shelf(piece))
    size = f"{30 + seed % 700} Кб"
    file = Download(f"/m/files/download_file/{number}", f"{uri.replace('-', '_')}.doc", size)
    return Entry(
        work=piece,
        number=number,
        external_id=f"{module}-{uri}",
        path=f"/m/files/view/{uri}" if module == "files" else f"/blogs/entry/{uri}",
        at=at,
        published=_shown(at, today),
        section=section,
        by=by,
        credits=(by.credit("full"),),
        files=(file,) if module == "files" else (),
        stated=_counted(section, piece, seed),
        fault=_FAULTS.get(key),
        walled=key == "zveri.slides",
    )


def _shelf(piece: Work) -> str:
    subject = piece.subject or ""
    return subject[:1].upper() + subject[1:]


def _shown(at: dt.datetime, today: dt.date) -> str:
    days = (today - at.date()).days
    return ago(days) if days < 8 else f"{at:%d.%m.%Y}"


def _counted(section: Section, piece: Work, seed: int) -> dict[str, Any]:
    stated: dict[str, Any] = {
        "category": [section.name],
        "views": str(20 + seed % 3_000),
        "rating": f"{3 + seed % 20 / 10:.1f}",
        "comments": str(seed % 12),
    }
    if piece.tags:
        stated["tags"] = list(piece.tags)
    return stated


def _event(key: str, number: int, today: dt.date) -> Entry:
    plain = notice(key, today, table=False)
    piece, dates = _with_limits(plain)
    at = zoned(posted(piece, today))
    seed = crc32(key.encode())
    section = Section("/m/events/browse/recent", piece.type[:1].upper() + piece.type[1:])
    uri = hyphened(piece.title, 50)
    by = choice((BY_LOGIN["petrova_nv"], BY_LOGIN["kulikova"], BY_LOGIN["orehova"]), key)
    stated = _counted(section, piece, seed) | {"dates": dates}
    if place := plain.row("Место проведения"):
        stated["place"] = place
    return Entry(
        work=piece,
        number=number,
        external_id=f"events-{uri}",
        path=f"/m/events/view/{uri}",
        at=at,
        published=_shown(at, today),
        section=section,
        by=by,
        credits=(by.credit("full"),),
        stated=stated,
    )


def _with_limits(plain: Work) -> tuple[Work, dict[str, str]]:
    """The event with a beginning and an end, as the engine demands of every event, in place of
    the row that tells when it is held; and all dates its page states."""
    held = next((label for label in _HELD if label in plain.stages), None)
    spans = [plain.stages[held]] if held else list(plain.stages.values())
    last = max(end for _, end in spans if end)
    first = min((start for start, _ in spans if start), default=plain.posted or last)
    hour = (plain.row(held) or "").rpartition(" в ")[2] if held == "Дата и время" else "09:00"
    blocks = _without(plain, {held or "", "Место проведения"})
    stages: dict[str, Span] = {"Начало": (first, first), "Окончание": (last, last)}
    stages |= {label: span for label, span in plain.stages.items() if label != held}
    piece = replace(plain, blocks=blocks, stages=stages)
    dates = {"Начало": f"{first:%d.%m.%Y} {hour}", "Окончание": f"{last:%d.%m.%Y} 18:00"}
    if hour > "17":
        dates["Окончание"] = f"{last:%d.%m.%Y} 21:00"
    for label in list(stages)[2:]:
        dates[label] = facts(plain)["dates"][label]
    return piece, dates


def _without(plain: Work, labels: set[str]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for block in plain.blocks:
        if isinstance(block, Rows):
            rows = tuple(row for row in block.rows if row[0] not in labels)
            block = Rows(rows, block.table)
        blocks.append(block)
    return tuple(blocks)
