"""What stands on the replica of urok.1sept.ru."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zlib import crc32

from netmeta.replicas.entries import Download, Entry, Section, moment, posted, teacher_of, zoned
from netmeta.replicas.notices import notice
from netmeta.replicas.oddities import UTF8, UTF8_BOM, Charset, Fault
from netmeta.replicas.people import BY_LOGIN, TEACHERS, Teacher
from netmeta.replicas.planted import Work
from netmeta.replicas.prose import work
from netmeta.replicas.slugs import hyphened

_VOICE = "urok-1sept"

SECTIONS = tuple(
    Section(f"/articles/subjects/{number}", name)
    for number, name in enumerate(
        """
        Математика; Русский язык; Литература; Начальная школа; Английский язык; Физика; Химия;
        Биология; География; История и обществознание; Информатика; Астрономия; Спорт в школе;
        Общепедагогические технологии; Технология; Музыка
        """.replace("\n", " ").split(";"),
        1,
    )
    for name in [" ".join(name.split())]
)
_BY_NAME = {section.name: section for section in SECTIONS}
_EVENTS, _NEWS = Section("/events", "События"), Section("/news", "Новости")

_SUBJECTS = {
    "математика": "Математика",
    "алгебра": "Математика",
    "геометрия": "Математика",
    "русский язык": "Русский язык",
    "литература": "Литература",
    "английский язык": "Английский язык",
    "физика": "Физика",
    "химия": "Химия",
    "биология": "Биология",
    "география": "География",
    "история": "История и обществознание",
    "обществознание": "История и обществознание",
    "информатика": "Информатика",
    "астрономия": "Астрономия",
    "физкультура": "Спорт в школе",
    "технология": "Технология",
    "музыка": "Музыка",
}

_ARTICLES = (
    "koordin.lesson ur-stancii dnk.lesson deepr.lesson linzy.slides umnozh.quiz ur-kartografiya "
    "logarifm.slides gore.lesson drobi.lesson zhishi.lesson kletka.slides trapec.lesson "
    "st-domashka~ future.lesson korroz.slides tundra.slides ur-drama algoritm.lesson luna.slides "
    "potreb.slides bsp.lesson zvuk.quiz vulkan.lesson ur-statistika slozh20.slides kreshch.slides "
    "otkryt.lesson delimost.slides pryzhok.slides ur-refleksiya dnk.quiz slovo.slides "
    "veroyat.lesson padezhi.slides ur-pismo linzy.lesson korroz.quiz gore.quiz ur-laborant "
    "koordin.quiz luna.quiz rastvory.quiz ur-kanikuly trapec.quiz"
).split()
_NOTICES = ("ur-festival ur-marafon ur-konkurs-prilozhenie ur-nov-adres ur-nov-redaktor").split()

_AUTHORS: Mapping[str, tuple[str, ...]] = {
    "drobi.lesson": ("ivanova_mi",),
    "koordin.lesson": ("ivanova_mi", "gorelov"),
    "st-domashka~": ("bortnik",),
    "dnk.lesson": ("lapteva", "medvedko"),
}
_FAULTS: Mapping[str, Fault] = {
    "deepr.lesson": "unclosed",
    "zhishi.lesson": "nested",
    "luna.slides": "truncated",
    "otkryt.lesson": "no-title",
}
_CHARSETS: Mapping[str, Charset] = {"ur-drama": UTF8_BOM}
_SLUGS_SINCE = dt.date(2020, 1, 1)


def entries(today: dt.date) -> tuple[Entry, ...]:
    """Everything on the portal."""
    return (
        *(_article(key, index, today) for index, key in enumerate(_ARTICLES)),
        *(_notice(key, number, today) for number, key in enumerate(_NOTICES, 31)),
    )


def _article(key: str, index: int, today: dt.date) -> Entry:
    piece, seed = regraded(work(key, _VOICE)), crc32(key.encode())
    since = dt.date(2004, 9, 1)
    at = zoned(moment(index, len(_ARTICLES), key, since=since, today=today, fresh=4))
    at = at.replace(second=seed % 60)
    number = 100_219 + index * 13_746 + seed % 90
    section = _place(piece)
    by = tuple(BY_LOGIN[login] for login in _AUTHORS[key]) if key in _AUTHORS else _somebody(piece)
    stated: dict[str, Any] = {
        "subject": [section.name],
        "category": [section.name],
        "description": piece.brief,
    }
    if piece.grade:
        stated["grade"] = [piece.grade]
    if piece.tags:
        stated["tags"] = list(piece.tags)
    if piece.type == "презентация":
        stated["image"] = f"/articles/{number}/presentation/1.jpg"
    stamp = f"{at:%Y-%m-%dT%H:%M:%S%z}"
    slug = f"/publication/{hyphened(piece.title, 56)}-{number % 1000}"
    return Entry(
        work=piece,
        number=number,
        external_id=str(number),
        path=slug if at.date() >= _SLUGS_SINCE else f"/articles/{number}",
        at=at,
        published=f"{stamp[:-2]}:{stamp[-2:]}",
        section=section,
        by=by[0],
        credits=tuple(teacher.credit("full") for teacher in by),
        files=_files(number, seed, piece),
        stated=stated,
        fault=_FAULTS.get(key),
        charset=_CHARSETS.get(key, UTF8),
    )


def _somebody(piece: Work) -> tuple[Teacher, ...]:
    """The author, and for every sixth work a colleague of the same subject."""
    first = teacher_of(piece)
    fitting = [one for one in TEACHERS if set(one.subjects) & set(first.subjects)]
    second = [one for one in fitting if one is not first][: crc32(piece.key.encode()) % 6 == 0]
    return first, *second


def regraded(piece: Work) -> Work:
    """The work with its class worded as this portal does: "5-й класс"."""
    if found := re.fullmatch(r"(\d+) (?:класс|кл\.)", piece.grade or ""):
        said = f"{found[1]}-й класс"
        return replace(piece, grade=said, title=piece.title.replace(found[0], said))
    return piece


def _place(piece: Work) -> Section:
    if piece.subject is None:
        return _BY_NAME["Общепедагогические технологии"]
    if piece.grades and max(piece.grades) < 5 and piece.subject != "английский язык":
        return _BY_NAME["Начальная школа"]
    return _BY_NAME[_SUBJECTS[piece.subject]]


def _files(number: int, seed: int, piece: Work) -> tuple[Download, ...]:
    count = seed % 4 if piece.type != "презентация" else 1 + seed % 2
    kinds = ("pptx", "docx") if piece.type == "презентация" else ("doc", "pdf", "zip")
    return tuple(
        Download(
            f"/articles/{number}/pril{n}.{kinds[(n - 1) % len(kinds)]}",
            f"Приложение {n}",
            f"{30 + (seed >> n) % 900} КБ",
        )
        for n in range(1, count + 1)
    )


def _notice(key: str, number: int, today: dt.date) -> Entry:
    piece = notice(key, today, table=number % 2 == 0)
    section = _NEWS if piece.kind == "news" else _EVENTS
    kind = "news" if piece.kind == "news" else "event"
    at = zoned(posted(piece, today))
    return Entry(
        work=piece,
        number=number,
        external_id=f"{kind}-{number}",
        path=f"{section.path}/{number}-{hyphened(piece.title, 40)}",
        at=at,
        published=f"{at:%d.%m.%Y}",
        section=section,
        by=BY_LOGIN["savinaov"],
        stated={"description": piece.brief},
    )
