"""The replica of portfolio.1sept.ru: pupils' research and creative works, the festival.

Assumed throughout: works at `/work.php?id=N`, subjects `/subject.php?sb=N&pg=M`, events
`/event.php?id=N`, news `/news.php?id=N`, one compressed sitemap, no feed. A work names its author
(a pupil) and its head (a teacher).

Of the truth: `external_id` is "work-N", "event-N" or "news-N"; `authors` are pupil and head in
this order; `type` is the line «Жанр»; the moment is written "21 июня 2010 года".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from zlib import crc32

from netmeta.replicas import sept
from netmeta.replicas.bank import drafts
from netmeta.replicas.days import say
from netmeta.replicas.drift import Drift
from netmeta.replicas.entries import Download, Entry, Section, moment, posted, teacher_of, zoned
from netmeta.replicas.markup import flow, text
from netmeta.replicas.notices import notice
from netmeta.replicas.oddities import Fault
from netmeta.replicas.people import BY_LOGIN, choice
from netmeta.replicas.planted import Work
from netmeta.replicas.prose import work
from netmeta.replicas.shelves import ShelfSite
from netmeta.replicas.site import Ask, Reply

NAME = "portfolio-1sept"
DRIFT = Drift("published", {"work-date": "work-day"})

_SHELVES = tuple(
    Section(f"/subject.php?sb={number}", name)
    for number, name in enumerate(
        "Биология и химия;История и общество;Физика и астрономия;Русский язык и литература;"
        "Математика и информатика;Искусство и технология;География;Разное".split(";"),
        1,
    )
)
_EVENTS, _NEWS = Section("/events.php", "Фестиваль"), Section("/news.php", "Новости")
_BY_SUBJECT = {
    "биология": 0,
    "химия": 0,
    "окружающий мир": 0,
    "история": 1,
    "обществознание": 1,
    "физика": 2,
    "астрономия": 2,
    "русский язык": 3,
    "литература": 3,
    "английский язык": 3,
    "математика": 4,
    "геометрия": 4,
    "информатика": 4,
    "музыка": 5,
    "ИЗО": 5,
    "технология": 5,
    "география": 6,
}
_PUPILS = tuple(
    """
    Ковалёв Артём; Рябинина Соня; Титов Глеб; Назарова Айгуль; Белых Илья; Кузина Варвара;
    Ямщиков Никита; Орлова Дарья; Хасанов Тимур; Лебедева Полина; Зорин Матвей; Шубина Ульяна
    """.replace("\n", " ").split(";")
)
_SHARED = ("iss-reka", "iss-hleb~")
_FAULTS: Mapping[str, Fault] = {
    "pf-most": "unclosed",
    "pf-fraktal": "nested",
    "pf-chay": "truncated",
    "pf-ritm": "no-title",
}


class Portfolio1Sept(ShelfSite):
    """The festival as it stands on a day."""

    name = NAME
    title: ClassVar[str] = "Портфолио ученика"
    sections: ClassVar[tuple[Section, ...]] = (*_SHELVES, _EVENTS, _NEWS)
    statics: ClassVar[Mapping[str, tuple[str, str]]] = {
        "/rules.php": ("Положение", "Работа должна быть сделана самим учеником."),
    }
    per_page: ClassVar[int] = 5
    page_word: ClassVar[str] = "pg"
    closed: ClassVar[tuple[str, ...]] = ("/my/", "/search.php")
    sitemap_parts: ClassVar[Mapping[str, str]] = {
        "sitemap-works.xml.gz": "/work.php",
        "sitemap-events.xml.gz": "/event.php",
        "sitemap-news.xml.gz": "/news.php",
    }

    def plant(self) -> Sequence[Entry]:
        keys = [key for key in drafts("pieces_") if key.startswith("pf-")]
        keys[7:7], keys[19:19] = _SHARED[:1], _SHARED[1:]
        notices = [key for key in drafts("notices") if key.startswith("pf-")]
        return (
            *(_work(key, i, len(keys), self.today) for i, key in enumerate(keys)),
            *(_notice(key, 20 + i, self.today) for i, key in enumerate(notices)),
        )

    def special(self, ask: Ask) -> Reply | None:
        """Entries and subjects are told by the query."""
        if entry := self.by_path.get(f"{ask.path}?{ask.query}"):
            markup = self.page(ask, entry.work.title, self.content(entry, ask.base), entry)
            return self.html(markup, entry)
        query, _, page = ask.query.partition("&")
        for section in _SHELVES:
            if f"{ask.path}?{query}" == section.path:
                return self.answer(Ask(ask.base, section.path, page))
        return None

    def page_link(self, path: str, number: int) -> str:
        if number == 1:
            return path
        return f"{path}{'&amp;' if '?' in path else '?'}{self.page_word}={number}"

    def page(self, ask: Ask, title: str, content: str, entry: Entry | None = None) -> str:
        menu = [(section.name, section.path) for section in self.sections]
        return sept.page(
            base=ask.base,
            site=self.title,
            title=title,
            content=content,
            menu=(*menu, ("Положение", "/rules.php")),
            entry=entry,
        )

    def content(self, entry: Entry, base: str) -> str:
        body = flow(entry.work.blocks, entry.number % 3, entry.fault)
        rows = [f'<dt>Дата</dt><dd class="work-date">{entry.published}</dd>']
        for label, credit in zip(("Автор", "Руководитель"), entry.credits, strict=False):
            rows.append(f'<dt>{label}</dt><dd class="work-author">{text(credit)}</dd>')
        for label, name, css in (
            ("Жанр", "type", "work-genre"),
            ("Класс", "grade", "work-grade"),
            ("Раздел", "category", "work-section"),
            ("Ключевые слова", "tags", "work-tags"),
        ):
            if name in entry.stated:
                words = ", ".join(entry.stated[name])
                rows.append(f'<dt>{label}</dt><dd class="{css}">{text(words)}</dd>')
        files = "".join(
            f'<a class="work-file" href="{base}{file.path}">{text(file.name)}</a> ({file.size})'
            for file in entry.files
        )
        return (
            f'<h1>{text(entry.work.title)}</h1>\n<dl class="work-card">{"".join(rows)}</dl>\n'
            f'<div class="work-text">{body}</div>\n<div id="end">{files}</div>'
        )

    def wall(self, entry: Entry) -> str:
        return "<p>Работа на рецензии</p>"


def _work(key: str, index: int, total: int, today: dt.date) -> Entry:
    piece, seed = work(key, NAME), crc32(key.encode())
    since = dt.date(2006, 10, 2)
    at = zoned(moment(index, total, key, since=since, today=today, fresh=2))
    number = 3_000 + 41 * index
    section = _place(piece)
    head = teacher_of(piece)
    pupil = " ".join(choice(_PUPILS, f"{key} pupil").split())
    stated: dict[str, Any] = {
        "category": [section.name],
        "type": [piece.type],
        "description": piece.brief,
    }
    if piece.grade:
        stated["grade"] = [piece.grade]
    if piece.tags:
        stated["tags"] = list(piece.tags)
    file = Download(f"/files/{number}/rabota.doc", "Текст работы", f"{90 + seed % 800} КБ")
    return Entry(
        work=piece,
        number=number,
        external_id=f"work-{number}",
        path=f"/work.php?id={number}",
        at=at,
        published=say("day", at.date(), at.date())[0],
        section=section,
        by=head,
        credits=(pupil, head.credit("full")),
        files=(file,) if seed % 3 and key not in _FAULTS else (),
        stated=stated,
        fault=_FAULTS.get(key),
    )


def _place(piece: Work) -> Section:
    return _SHELVES[_BY_SUBJECT.get(piece.subject or "", 7)]


def _notice(key: str, number: int, today: dt.date) -> Entry:
    piece = notice(key, today, table=number % 2 == 0)
    section, word = (_NEWS, "news") if piece.kind == "news" else (_EVENTS, "event")
    at = zoned(posted(piece, today))
    return Entry(
        work=piece,
        number=number,
        external_id=f"{word}-{number}",
        path=f"/{word}.php?id={number}",
        at=at,
        published=say("day", at.date(), at.date())[0],
        section=section,
        by=BY_LOGIN["savinaov"],
        stated={"category": [section.name], "description": piece.brief},
    )


def site(today: dt.date) -> Portfolio1Sept:
    """The portal as it stands on a day."""
    return Portfolio1Sept(today)
