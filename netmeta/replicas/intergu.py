"""The replica of intergu.ru: network projects on "territories", nominations, ratings.

The real engine is unknown; addresses and markup are ours: `/project/?id=N`, `/report/?id=N`,
`/event/?id=N`, `/news/?id=N`, listings `/projects/?p=N` and so on, territories
`/territory/?name=...`, a rating at `/rating/`. Half of the pages are windows-1251, half utf-8: the
portal was moved half-way. No feed, one plain sitemap.

Of the truth: `external_id` is "project-N", "report-N", "event-N" or "news-N"; `category` is the
territory of a project, else the name of the section.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote

from netmeta.replicas.bank import drafts
from netmeta.replicas.drift import Drift
from netmeta.replicas.entries import Entry, Section, moment, posted, teacher_of, zoned
from netmeta.replicas.markup import flow, text
from netmeta.replicas.notices import notice
from netmeta.replicas.oddities import CP1251_LABELLED, CP1251_UNLABELLED, UTF8, Charset, Fault
from netmeta.replicas.people import BY_LOGIN
from netmeta.replicas.prose import work
from netmeta.replicas.shelves import ShelfSite
from netmeta.replicas.site import Ask, Reply

NAME = "intergu"
DRIFT = Drift("category", {"territory-name": "land-name"})

_PROJECTS, _REPORTS = Section("/projects/", "Сетевые проекты"), Section("/reports/", "Отчёты")
_EVENTS, _NEWS = Section("/events/", "События"), Section("/news/", "Новости")
_WORDS = {_PROJECTS: "project", _REPORTS: "report", _EVENTS: "event", _NEWS: "news"}
_FAULTS: Mapping[str, Fault] = {
    "ig-hleb": "unclosed",
    "ig-teatr": "nested",
    "ig-konkurs-vizitka": "truncated",
    "ig-otchet-teni": "nul",
}


class Intergu(ShelfSite):
    """The portal as it stands on a day."""

    name = NAME
    title: ClassVar[str] = "ИнтерГУру: территория сетевых проектов"
    sections: ClassVar[tuple[Section, ...]] = tuple(_WORDS)
    statics: ClassVar[Mapping[str, tuple[str, str]]] = {
        "/rules/": ("Правила", "Команда - от трёх до пятнадцати детей и один взрослый."),
    }
    page_word: ClassVar[str] = "p"
    closed: ClassVar[tuple[str, ...]] = ("/admin/", "/vote/", "/login/")

    def plant(self) -> Sequence[Entry]:
        notices = [key for key in drafts("notices") if key.startswith("ig-")]
        reports = [key for key in drafts("pieces_") if key.startswith("ig-")]
        return (
            *(_notice(key, 110 + 3 * i, self.today) for i, key in enumerate(notices)),
            *(_report(key, i, len(reports), self.today) for i, key in enumerate(reports)),
        )

    def special(self, ask: Ask) -> Reply | None:
        asked = parse_qs(ask.query)
        if entry := self.by_path.get(f"{ask.path}?{ask.query}"):
            content = self.content(entry, ask.base)
            return self.html(self.page(ask, entry.work.title, content, entry), entry)
        if ask.path == "/rating/":
            return self.html(self.page(ask, "Рейтинг территорий", self._rating()))
        if ask.path == "/territory/" and "name" in asked:
            shown = [one for one in self.entries if _territory(one) == asked["name"][0]]
            if shown:
                heading = f"<h1>Территория: {text(asked['name'][0])}</h1>"
                cards = heading + "".join(self.card(entry) for entry in shown)
                return self.html(self.page(ask, asked["name"][0], cards))
            return self.missing(ask)
        if ask.path == "/login/":
            form = '<form><input type="password" name="p"></form>'
            return self.html(self.page(ask, "Вход", form))
        return None

    def page(self, ask: Ask, title: str, content: str, entry: Entry | None = None) -> str:
        meta = self.meta(entry)
        declared = f'<meta http-equiv="content-type" content="text/html; charset={meta}">\n'
        menu = " | ".join(
            f'<a href="{section.path}">{text(section.name)}</a>' for section in self.sections
        )
        return (
            '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">\n<html>\n<head>\n'
            f"{declared if meta else ''}<title>{text(title)} :: {text(self.title)}</title>\n"
            '<link rel="stylesheet" type="text/css" href="/css/main.css">\n</head>\n<body>\n'
            f'<table class="frame" width="100%"><tr><td colspan="2" class="head"><a href="/">'
            f'{text(self.title)}</a></td></tr>\n<tr><td colspan="2">{menu} | '
            '<a href="/rating/">Рейтинг</a> | <a href="/rules/">Правила</a> | '
            '<a href="/login/">Вход</a></td></tr>\n'
            f'<tr><td class="center" valign="top">\n{content}\n</td></tr></table>\n</body>\n</html>\n'
        )

    def content(self, entry: Entry, base: str) -> str:
        category = entry.stated["category"][0]
        place = (
            f'Территория: <a class="territory-name" href="/territory/?name={quote(category)}">{text(category)}</a>'
            if _territory(entry)
            else f'Раздел: <a class="territory-name" href="{entry.section.path}">{text(category)}</a>'
        )
        rows = [place, f'Дата: <span class="posted">{entry.published}</span>']
        rows += [f'Координатор: <span class="coord">{text(one)}</span>' for one in entry.credits]
        if "grade" in entry.stated:
            rows.append(f'Класс: <span class="age">{text(entry.stated["grade"][0])}</span>')
        body = flow(entry.work.blocks, entry.number, entry.fault)
        return (
            f'<h1 class="name">{text(entry.work.title)}</h1>\n<p class="passport">'
            f'{"<br>".join(rows)}</p>\n<div class="body">{body}</div>\n'
            f'<div id="end"><a href="/vote/?id={entry.number}">Голосовать</a></div>'
        )

    def wall(self, entry: Entry) -> str:
        return "<p>Только для координаторов</p>"

    def _rating(self) -> str:
        names: dict[str, int] = {}
        for entry in self.entries:
            if name := _territory(entry):
                names[name] = names.get(name, 0) + 10 + entry.count("points", 40)
        rows = "".join(
            f'<tr><td><a href="/territory/?name={quote(name)}">{text(name)}</a></td>'
            f"<td>{points}</td></tr>"
            for name, points in sorted(names.items(), key=lambda one: -one[1])
        )
        return f'<h1>Рейтинг территорий</h1><table class="rating">{rows}</table>'


def _territory(entry: Entry) -> str | None:
    return entry.work.row("Территория")


def _charset(number: int) -> Charset:
    return (UTF8, CP1251_LABELLED, UTF8, CP1251_UNLABELLED)[number % 4]


def _notice(key: str, number: int, today: dt.date) -> Entry:
    piece = notice(key, today, table=number % 2 == 0)
    section = _NEWS if piece.kind == "news" else _EVENTS
    if piece.row("Территория"):
        section = _PROJECTS
    word, at = _WORDS[section], zoned(posted(piece, today))
    by = teacher_of(piece)
    return Entry(
        work=piece,
        number=number,
        external_id=f"{word}-{number}",
        path=f"/{word}/?id={number}",
        at=at,
        published=f"{at:%d.%m.%Y}",
        section=section,
        by=by,
        credits=(by.credit("full"),) if section is _PROJECTS else (),
        stated={"category": [piece.row("Территория") or section.name]},
        fault=_FAULTS.get(key),
        charset=_charset(number),
    )


def _report(key: str, index: int, total: int, today: dt.date) -> Entry:
    piece, number = work(key, NAME), 900 + index
    since = dt.date(2014, 3, 1)
    at = zoned(moment(index, total, key, since=since, today=today))
    by = BY_LOGIN["grishaeva"] if index % 2 else teacher_of(piece)
    stated: dict[str, Any] = {"category": [_REPORTS.name]}
    if piece.grade:
        stated["grade"] = [piece.grade]
    return Entry(
        work=piece,
        number=number,
        external_id=f"report-{number}",
        path=f"/report/?id={number}",
        at=at,
        published=f"{at:%d.%m.%Y}",
        section=_REPORTS,
        by=by,
        credits=(by.credit("full"),),
        stated=stated,
        fault=_FAULTS.get(key),
        charset=_charset(number),
    )


def site(today: dt.date) -> Intergu:
    """The portal as it stands on a day."""
    return Intergu(today)
