"""The replica of edu.1sept.ru, the teachers' university: courses of advanced training, news.

Assumed throughout: courses at `/courses/{number}`, listing `/courses?page=N`, news at
`/news/{number}`, one plain sitemap, the feed `/rss/courses`.

Of the truth: `external_id` is "course-N" or "news-N"; a course states `type` («Вид программы»),
`audience` («Слушатели»), `certificate` («Документ об окончании») and the dates of its registration
and lessons in rows of its text, which is why `body` ends with them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import ClassVar

from netmeta.replicas import sept
from netmeta.replicas.bank import drafts
from netmeta.replicas.courses import LABELS, course
from netmeta.replicas.drift import Drift
from netmeta.replicas.entries import Entry, Section, posted, zoned
from netmeta.replicas.markup import flow, text
from netmeta.replicas.notices import notice
from netmeta.replicas.oddities import UTF8, UTF8_BOM, Fault
from netmeta.replicas.people import BY_LOGIN, TEACHERS, choice
from netmeta.replicas.shelves import ShelfSite
from netmeta.replicas.site import Ask

NAME = "edu-1sept"
DRIFT = Drift("authors", {"course-author": "course-lecturer"})

_COURSES, _NEWS = Section("/courses", "Курсы"), Section("/news", "Новости")
_NEWS_KEYS = "ed-nov-udost ed-nov-nabor ed-nov-lekcii ed-nov-otzyv".split()
_DOCUMENTS = (
    "удостоверение о повышении квалификации, входит в стоимость",
    "удостоверение установленного образца",
    "удостоверение, пересылка включена в стоимость",
    "удостоверение после итоговой работы",
)
_FAULTS: Mapping[str, Fault] = {
    "ed-geom": "nested",
    "ed-muz": "unclosed",
    "ed-bibl": "truncated",
    "ed-igra": "no-title",
}


class Edu1Sept(ShelfSite):
    """The university as it stands on a day."""

    name = NAME
    title: ClassVar[str] = "Педагогический университет «Первое сентября»"
    sections: ClassVar[tuple[Section, ...]] = (_COURSES, _NEWS)
    statics: ClassVar[Mapping[str, tuple[str, str]]] = {
        "/payment": ("Как оплатить", "Квитанцию можно распечатать или показать с экрана."),
        "/licence": ("Лицензия", "Образовательная деятельность лицензирована."),
    }
    closed: ClassVar[tuple[str, ...]] = ("/cabinet/", "/basket/", "/search")
    feed: ClassVar[str | None] = "/rss/courses"
    labels: ClassVar[Mapping[str, str]] = {
        name: LABELS[name] for name in ("audience", "type", "certificate")
    }

    def plant(self) -> Sequence[Entry]:
        keys = [key for key in drafts("courses_") if key.startswith("ed-")]
        return (
            *(_course(key, 1_000 + 7 * index, self.today) for index, key in enumerate(keys)),
            *(_news(key, 50 + index, self.today) for index, key in enumerate(_NEWS_KEYS)),
        )

    def page(self, ask: Ask, title: str, content: str, entry: Entry | None = None) -> str:
        menu = (("Курсы", "/courses"), ("Новости", "/news"), ("Как оплатить", "/payment"))
        return sept.page(
            base=ask.base,
            site=self.title,
            title=title,
            content=content,
            menu=menu,
            entry=entry,
            feed=self.feed,
        )

    def content(self, entry: Entry, base: str) -> str:
        body = flow(entry.work.blocks, entry.number, entry.fault)
        author = "".join(
            f'<p>Автор курса: <span class="course-author">{text(one)}</span></p>'
            for one in entry.credits
        )
        when = "Набор объявлен" if entry.credits else "Опубликовано"
        return (
            f'<article class="course">\n<h1 class="course-title">{text(entry.work.title)}</h1>\n'
            f'<p class="course-date">{when} <time>{entry.published}</time></p>\n{author}\n'
            f'<div class="course-body">{body}</div>\n</article>\n'
            f'<div id="end"><a href="/basket/?add={entry.number}">Записаться</a></div>'
        )

    def wall(self, entry: Entry) -> str:
        return "<p>Вход для слушателей</p>"

    def pager(self, path: str, number: int, pages: int) -> str:
        return sept.pager(path, number, pages)


def _course(key: str, number: int, today: dt.date) -> Entry:
    piece = course(
        key,
        today,
        kind="повышение квалификации",
        documents=_DOCUMENTS,
    )
    by = BY_LOGIN["ivanova_mi"] if key == "ed-mat-olimp" else choice(TEACHERS, key)
    at = zoned(posted(piece, today))
    return Entry(
        work=piece,
        number=number,
        external_id=f"course-{number}",
        path=f"/courses/{number}",
        at=at,
        published=f"{at:%d.%m.%Y}",
        section=_COURSES,
        by=by,
        credits=(by.credit("full"),),
        stated={"description": piece.brief},
        fault=_FAULTS.get(key),
        charset=UTF8_BOM if key == "ed-izo" else UTF8,
    )


def _news(key: str, number: int, today: dt.date) -> Entry:
    piece = notice(key, today, table=False)
    at = zoned(posted(piece, today))
    return Entry(
        work=piece,
        number=number,
        external_id=f"news-{number}",
        path=f"/news/{number}",
        at=at,
        published=f"{at:%d.%m.%Y}",
        section=_NEWS,
        by=BY_LOGIN["savinaov"],
        stated={"description": piece.brief},
    )


def site(today: dt.date) -> Edu1Sept:
    """The portal as it stands on a day."""
    return Edu1Sept(today)
