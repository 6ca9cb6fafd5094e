"""The replica of digital.1sept.ru, the school of the digital age: journals, courses, events.

Assumed throughout: `/journals/{slug}`, `/courses/{slug}`, `/events/{number}`,
`/materials/{number}`, listings `?page=N`, a sitemap index with one compressed part. Two issues are
for subscribers only: the page answers 200 with a login form.

Of the truth: `external_id` is "journal-SLUG", "course-SLUG", "event-N" or "material-N".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from netmeta.replicas import sept
from netmeta.replicas.bank import drafts
from netmeta.replicas.courses import course
from netmeta.replicas.drift import Drift
from netmeta.replicas.entries import Entry, Section, moment, posted, teacher_of, zoned
from netmeta.replicas.markup import flow, text
from netmeta.replicas.notices import notice
from netmeta.replicas.oddities import Fault
from netmeta.replicas.people import BY_LOGIN
from netmeta.replicas.planted import FACTS
from netmeta.replicas.prose import work
from netmeta.replicas.shelves import ShelfSite
from netmeta.replicas.site import Ask

NAME = "digital-1sept"
DRIFT = Drift("published", {"dg-date": "dg-moment"})

_JOURNALS, _COURSES = Section("/journals", "Журналы"), Section("/courses", "Курсы")
_EVENTS, _MATERIALS = Section("/events", "События"), Section("/materials", "Материалы")
_QUIZZES = (
    "desyatichnye.quiz shov.quiz orkestr.quiz odnorodnye.quiz dochka.quiz pets.quiz nosov.quiz "
    "basni.quiz skazki.quiz"
).split()
_CLOSED = ("jr-upravlenie", "jr-psiholog")
_FAULTS: Mapping[str, Fault] = {
    "jr-himiya": "nested",
    "dg-konkurs-klass": "unclosed",
    "dg-podkast": "truncated",
    "pets.quiz": "nul",
}
COURSE_LABELS = {
    "hours": "Объём",
    "price": "Стоимость участия",
    "audience": FACTS["audience"],
    "type": FACTS["type"],
    "certificate": FACTS["certificate"],
    "until": "Регистрация",
    "held": "Сроки проведения",
}
"""Labels of a course on a portal whose contests use the labels of `FACTS`."""


class Digital1Sept(ShelfSite):
    """The portal as it stands on a day."""

    name = NAME
    title: ClassVar[str] = "Школа цифрового века"
    sections: ClassVar[tuple[Section, ...]] = (_JOURNALS, _COURSES, _EVENTS, _MATERIALS)
    statics: ClassVar[Mapping[str, tuple[str, str]]] = {
        "/about": ("О проекте", "Школа подписывается целиком, журналы читает каждый учитель."),
    }
    per_page: ClassVar[int] = 5
    closed: ClassVar[tuple[str, ...]] = ("/my/", "/download/")
    feed: ClassVar[str | None] = "/feed"
    sitemap_parts: ClassVar[Mapping[str, str]] = {
        "sitemap-journals.xml.gz": "/journals",
        "sitemap-courses.xml": "/courses",
        "sitemap-events.xml": "/events",
        "sitemap-materials.xml": "/materials",
    }

    def plant(self) -> Sequence[Entry]:
        journals = [key for key in drafts("pieces_") if key.startswith("jr-")]
        courses = [key for key in drafts("courses_") if key.startswith("dg-")]
        events = [key for key in drafts("notices") if key.startswith("dg-")]
        return (
            *(_piece(key, i, len(journals), self.today) for i, key in enumerate(journals)),
            *(_course(key, 300 + i, self.today) for i, key in enumerate(courses)),
            *(_event(key, 500 + i, self.today) for i, key in enumerate(events)),
            *(_piece(key, i, len(_QUIZZES), self.today) for i, key in enumerate(_QUIZZES)),
        )

    def page(self, ask: Ask, title: str, content: str, entry: Entry | None = None) -> str:
        menu = [(section.name, section.path) for section in self.sections]
        return sept.page(
            base=ask.base,
            site=self.title,
            title=title,
            content=content,
            menu=(*menu, ("О проекте", "/about")),
            entry=entry,
            feed=self.feed,
        )

    def content(self, entry: Entry, base: str) -> str:
        body = flow(entry.work.blocks, entry.number, entry.fault)
        tags = "".join(
            f'<span class="dg-tag">{text(tag)}</span> ' for tag in entry.stated.get("tags", [])
        )
        author = "".join(
            f'<p class="dg-author">Автор: <span>{text(one)}</span></p>' for one in entry.credits
        )
        return (
            f'<div class="dg-card"><h1>{text(entry.work.title)}</h1>\n'
            f'<p class="dg-meta"><a href="{entry.section.path}">{text(entry.section.name)}</a> '
            f'<span class="dg-date">{entry.published}</span></p>\n{author}\n'
            f'<div class="dg-text">{body}</div>\n<p class="dg-tags">{tags}</p></div>\n'
            f'<div id="end"><a href="/download/{entry.number}">Читать в кабинете</a></div>'
        )

    def wall(self, entry: Entry) -> str:
        return (
            f'<h1>{text(entry.work.title)}</h1><div class="dg-locked">Номер доступен подписчикам. '
            'Войдите в личный кабинет.</div><form action="https://my.1sept.ru/login" method="post">'
            '<input type="text" name="login"><input type="password" name="password"></form>'
        )

    def pager(self, path: str, number: int, pages: int) -> str:
        return sept.pager(path, number, pages)


def _piece(key: str, index: int, total: int, today: dt.date) -> Entry:
    """An issue of a journal, or a quiz."""
    piece, journal = work(key, NAME), key.startswith("jr-")
    since = dt.date(2016, 9, 1)
    at = zoned(moment(index, total, key, since=since, today=today, fresh=2))
    by = teacher_of(piece)
    section = _JOURNALS if journal else _MATERIALS
    stated: dict[str, Any] = {"category": [section.name], "description": piece.brief}
    if piece.tags:
        stated["tags"] = list(piece.tags)
    number, slug = (100 if journal else 700) + index, key.removeprefix("jr-")
    return Entry(
        work=piece,
        number=number,
        external_id=f"journal-{slug}" if journal else f"material-{number}",
        path=f"/journals/{slug}" if journal else f"/materials/{number}",
        at=at,
        published=f"{at:%d.%m.%Y}",
        section=section,
        by=by,
        credits=() if journal else (by.credit("short"),),
        stated=stated,
        fault=_FAULTS.get(key),
        walled=key in _CLOSED,
    )


def _course(key: str, number: int, today: dt.date) -> Entry:
    piece = course(
        key,
        today,
        kind="дистанционный курс",
        documents=("сертификат по желанию, {price} рублей", "сертификат бесплатно", "не выдаётся"),
        labels=COURSE_LABELS,
    )
    by, at = BY_LOGIN["ponomar"], zoned(posted(piece, today))
    slug = key.removeprefix("dg-")
    return Entry(
        work=piece,
        number=number,
        external_id=f"course-{slug}",
        path=f"/courses/{slug}",
        at=at,
        published=f"{at:%d.%m.%Y}",
        section=_COURSES,
        by=by,
        credits=(by.credit("full"),),
        stated={"category": [_COURSES.name], "description": piece.brief},
        fault=_FAULTS.get(key),
    )


def _event(key: str, number: int, today: dt.date) -> Entry:
    piece = notice(key, today, table=number % 2 == 0)
    at = zoned(posted(piece, today))
    return Entry(
        work=piece,
        number=number,
        external_id=f"event-{number}",
        path=f"/events/{number}",
        at=at,
        published=f"{at:%d.%m.%Y}",
        section=_EVENTS,
        by=BY_LOGIN["ponomar"],
        stated={"category": [_EVENTS.name], "description": piece.brief},
        fault=_FAULTS.get(key),
    )


def site(today: dt.date) -> Digital1Sept:
    """The portal as it stands on a day."""
    return Digital1Sept(today)
