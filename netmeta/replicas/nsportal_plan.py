"""What stands on the replica of nsportal.ru, where, by whom, with which subtitle and files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zlib import crc32

from netmeta.replicas.entries import Download, Entry, Section, moment, posted, teacher_of, zoned
from netmeta.replicas.notices import notice
from netmeta.replicas.oddities import UTF8, UTF8_BOM, Charset, Fault
from netmeta.replicas.people import BY_LOGIN, Teacher
from netmeta.replicas.planted import Work
from netmeta.replicas.prose import CASES, work
from netmeta.replicas.slugs import hyphened

_VOICE = "nsportal"

SECTIONS = (
    Section("/shkola/algebra", "Алгебра"),
    Section("/shkola/astronomiya", "Астрономия"),
    Section("/shkola/biologiya", "Биология"),
    Section("/shkola/geografiya", "География"),
    Section("/shkola/geometriya", "Геометрия"),
    Section("/shkola/informatika-i-ikt", "Информатика и ИКТ"),
    Section("/shkola/inostrannye-yazyki/angliiskiy-yazyk", "Английский язык"),
    Section("/shkola/istoriya", "История"),
    Section("/shkola/klassnoe-rukovodstvo", "Классное руководство"),
    Section("/shkola/literatura", "Литература"),
    Section("/shkola/matematika", "Математика"),
    Section("/shkola/obshchestvoznanie", "Обществознание"),
    Section("/shkola/rabota-s-roditelyami", "Работа с родителями"),
    Section("/shkola/russkiy-yazyk", "Русский язык"),
    Section("/shkola/fizika", "Физика"),
    Section("/shkola/fizkultura-i-sport", "Физкультура и спорт"),
    Section("/shkola/khimiya", "Химия"),
    Section("/nachalnaya-shkola/matematika", "Математика"),
    Section("/nachalnaya-shkola/russkii-yazyk", "Русский язык"),
    Section("/nachalnaya-shkola/chtenie", "Чтение"),
    Section("/nachalnaya-shkola/okruzhayushchii-mir", "Окружающий мир"),
    Section("/nachalnaya-shkola/tekhnologiya", "Технология"),
    Section("/detskiy-sad/raznoe", "Разное"),
    Section("/detskiy-sad/okruzhayushchiy-mir", "Окружающий мир"),
    Section("/detskiy-sad/logopediya", "Логопедия"),
    Section("/konkursy", "Конкурсы"),
    Section("/proekty", "Проекты"),
    Section("/group/fiziki-shutyat", "Физики шутят"),
    Section("/news", "Новости"),
)
_BY_PATH = {section.path: section for section in SECTIONS}

_LIBRARY = (
    "delimost.lesson pifagor.lesson zvuk.slides drobi.lesson kletka.lesson slovo.lesson "
    "umnozh.lesson sad-voda vulkan.slides logarifm.lesson prog-fizika zhishi.slides om.lesson "
    "kreshch.lesson future.slides potreb.lesson sad-zvuki linzy.quiz trapec.slides chas-internet "
    "padezhi.quiz korroz.lesson algoritm.slides tundra.lesson prog-angl veroyat.quiz gore.slides "
    "sad-lesnik luna.lesson deepr.slides perimetr.slides ktp-literatura dnk.slides pets.lesson "
    "otkryt.quiz basni.slides sobranie-vybor koordin.slides sad-proekt pryzhok.lesson bsp.quiz "
    "prog-himiya-elektiv kompas.lesson kulikovo.quiz origami.slides sad-gigiena zvuk.lesson "
    "progressiya.quiz nosov.lesson kletka.quiz ssp.quiz tyagotenie.quiz"
).split()

_SITES = {
    "site-obo-mne": "bortnik",
    "site-sovety": "bortnik",
    "site-kruzhok": "ponomar",
    "site-portfolio": "petrova_nv",
    "site-roditelyam": "kulikova",
}
_NOTICES = {
    "ns-konkurs-sayt": "/konkursy",
    "ns-proekt-dozhd": "/proekty",
    "ns-proekt-pismo": "/proekty",
    "ns-obsuzhdenie": "/group/fiziki-shutyat",
    "ns-opros-urok": "/group/fiziki-shutyat",
    "ns-nov-gruppy": "/news",
    "ns-nov-arhiv": "/news",
}
_AUTHORS = {"drobi.lesson": "ivanova_mi", "pifagor.lesson": "ivanova_mi", "om.lesson": "bortnik"}
_FAULTS: Mapping[str, Fault] = {
    "slovo.lesson": "unclosed",
    "future.slides": "nested",
    "korroz.lesson": "truncated",
    "veroyat.quiz": "nul",
    "basni.slides": "no-title",
}
_CHARSETS: Mapping[str, Charset] = {"zvuk.slides": UTF8_BOM}

_BY_SUBJECT = {
    "алгебра": "/shkola/algebra",
    "астрономия": "/shkola/astronomiya",
    "биология": "/shkola/biologiya",
    "география": "/shkola/geografiya",
    "геометрия": "/shkola/geometriya",
    "информатика": "/shkola/informatika-i-ikt",
    "английский язык": "/shkola/inostrannye-yazyki/angliiskiy-yazyk",
    "история": "/shkola/istoriya",
    "литература": "/shkola/literatura",
    "математика": "/shkola/matematika",
    "обществознание": "/shkola/obshchestvoznanie",
    "русский язык": "/shkola/russkiy-yazyk",
    "физика": "/shkola/fizika",
    "физкультура": "/shkola/fizkultura-i-sport",
    "химия": "/shkola/khimiya",
}
_PRIMARY = {
    "математика": "/nachalnaya-shkola/matematika",
    "русский язык": "/nachalnaya-shkola/russkii-yazyk",
    "литературное чтение": "/nachalnaya-shkola/chtenie",
    "окружающий мир": "/nachalnaya-shkola/okruzhayushchii-mir",
    "технология": "/nachalnaya-shkola/tekhnologiya",
}
_BY_TYPE = {
    "классный час": "/shkola/klassnoe-rukovodstvo",
    "родительское собрание": "/shkola/rabota-s-roditelyami",
}
_NURSERY = {"sad-voda": "okruzhayushchiy-mir", "sad-zvuki": "logopediya"}
_WORDINGS = {
    "конспект урока": "план-конспект урока",
    "презентация": "презентация к уроку",
    "КТП": "календарно-тематическое планирование",
}


def entries(today: dt.date) -> tuple[Entry, ...]:
    """Everything on the portal."""
    numbers = iter(range(10_007, 99_999, 13))
    return (
        *(_material(key, index, next(numbers), today) for index, key in enumerate(_LIBRARY)),
        *(
            _page(key, login, index, next(numbers), today)
            for index, (key, login) in enumerate(_SITES.items())
        ),
        *(_notice(key, path, next(numbers), today) for key, path in _NOTICES.items()),
    )


def _material(key: str, index: int, number: int, today: dt.date) -> Entry:
    piece, seed = work(key, _VOICE), crc32(key.encode())
    since = dt.date(2010, 11, 3)
    at = zoned(moment(index, len(_LIBRARY), key, since=since, today=today, fresh=5))
    if at.year < 2012 and piece.type == "конспект урока":
        piece = replace(piece, type="методическая разработка")
    section = _place(piece)
    shelf = f"{section.path}/library" if section.path.startswith("/shkola") else section.path
    by = BY_LOGIN[_AUTHORS[key]] if key in _AUTHORS else teacher_of(piece)
    stated: dict[str, Any] = {
        "subtitle": subtitle(piece, at.year, seed),
        "category": [section.name],
    }
    if seed % 5 < 3:
        stated["description"] = _annotation(piece, seed)
    return Entry(
        work=piece,
        number=number,
        external_id=f"node-{number}",
        path=f"{shelf}/{at:%Y/%m/%d}/{hyphened(piece.title, 48)}",
        at=at,
        published=f"{at:%d.%m.%Y}" if seed % 15 < 11 else f"{at:%Y/%m/%d}",
        section=section,
        by=by,
        credits=(by.credit("full"),) if seed % 15 < 11 or key in _AUTHORS else (),
        files=_files(piece, at, seed),
        stated=stated,
        fault=_FAULTS.get(key),
        charset=_CHARSETS.get(key, UTF8),
    )


def _place(piece: Work) -> Section:
    if 0 in piece.grades:
        return _BY_PATH[f"/detskiy-sad/{_NURSERY.get(piece.key, 'raznoe')}"]
    if piece.type in _BY_TYPE:
        return _BY_PATH[_BY_TYPE[piece.type]]
    subject = piece.subject or ""
    if max(piece.grades) < 5 and subject in _PRIMARY:
        return _BY_PATH[_PRIMARY[subject]]
    return _BY_PATH[_BY_SUBJECT[subject]]


def subtitle(piece: Work, year: int, seed: int) -> str:
    """Type, subject in the dative, classes, and the tail "на тему" or "по теме", each but the
    type optional; the form of 2011 has subject and classes in brackets."""
    kind = _WORDINGS.get(piece.type, piece.type)
    classes = ", ".join(str(n) for n in piece.grades) + " класс"
    if 0 in piece.grades:
        classes = piece.grade or ""
    if year < 2012 and piece.subject:
        return f"{kind} ({piece.subject}, {classes}) по теме"
    if seed % 13 == 0:
        return f"{kind} по теме"
    about = f" по {CASES[piece.subject][1]}" if piece.subject in CASES else ""
    return f"{kind}{about} ({classes}){('', ' на тему', ' по теме')[seed % 3]}"


def _annotation(piece: Work, seed: int) -> str:
    return (
        "Материал проверен на своих учениках, замечания коллег приветствуются.",
        "Рассчитано на одно занятие, при желании делится пополам.",
        "Выкладываю то, о чём спрашивали на методическом объединении района.",
        "Подойдёт и для открытого занятия, и для обычного дня.",
    )[seed // 7 % 4]


def _files(piece: Work, at: dt.datetime, seed: int) -> tuple[Download, ...]:
    """None to four files; the first is the work itself."""
    slug = hyphened(piece.title, 24).replace("-", "_")
    extension = "ppt" if piece.type == "презентация" else ("doc", "docx", "pdf")[seed % 3]
    names = (f"{slug}.{extension}", f"prilozhenie_{seed % 9 + 1}.zip", "testy.doc", "karta.jpg")
    found = []
    for n, name in enumerate(names[: (1, 1, 2, 1, 0, 1, 3, 4)[seed % 8]]):
        kilobytes = 20 + (seed >> n) % 2_400
        size = f"{kilobytes / 1024:.2f} МБ" if kilobytes >= 1024 else f"{kilobytes} КБ"
        found.append(Download(f"/sites/default/files/{at:%Y/%m/%d}/{name}", name, size))
    return tuple(found)


def _page(key: str, login: str, index: int, number: int, today: dt.date) -> Entry:
    """A page of a teacher's mini-site."""
    by: Teacher = BY_LOGIN[login]
    since = dt.date(2012, 3, 1)
    at = zoned(moment(index, len(_SITES), key, since=since, today=today))
    piece = work(key, _VOICE)
    return Entry(
        work=piece,
        number=number,
        external_id=f"node-{number}",
        path=f"/user/{by.uid}/page/{hyphened(piece.title, 30)}",
        at=at,
        published=f"{at:%d.%m.%Y}",
        section=Section(f"/user/{by.uid}", by.credit("full")),
        by=by,
        credits=(by.credit("full"),),
    )


def _notice(key: str, path: str, number: int, today: dt.date) -> Entry:
    piece = notice(key, today, table=number % 2 == 0)
    at = zoned(posted(piece, today))
    section = _BY_PATH[path]
    return Entry(
        work=piece,
        number=number,
        external_id=f"node-{number}",
        path=f"{path}/{hyphened(piece.title, 40)}",
        at=at,
        published=f"{at:%d.%m.%Y}",
        section=section,
        by=BY_LOGIN["savinaov"],
        stated={"category": [section.name]},
    )
