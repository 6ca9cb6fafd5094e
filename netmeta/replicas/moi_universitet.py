"""The replica of moi-universitet.ru: free courses by e-mail, courses, contests, news.

The real engine is unknown; here it is a Bitrix site, so that one of the twelve is: `/bitrix/js`,
`BX.message`, `bitrix_sessid`, lists in `news-list`, pages `?PAGEN_1=N`, entries
`/{email,courses,contests,news}/{number}/` in `news-detail`. Sitemap index of two parts, feed
`/news/rss/` of everything new. A side block on every page is a `news-list` too.

Of the truth: `external_id` is "email-N", "courses-N", "contests-N" or "news-N".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import ClassVar

from netmeta.replicas.bank import drafts
from netmeta.replicas.courses import course
from netmeta.replicas.digital_1sept import COURSE_LABELS
from netmeta.replicas.drift import Drift
from netmeta.replicas.entries import Entry, Section, posted, zoned
from netmeta.replicas.markup import attribute, flow, text
from netmeta.replicas.notices import notice
from netmeta.replicas.oddities import CP1251_AS_UTF8, UTF8, Charset, Fault
from netmeta.replicas.people import BY_LOGIN, TEACHERS, choice
from netmeta.replicas.planted import Work
from netmeta.replicas.shelves import ShelfSite
from netmeta.replicas.site import Ask

NAME = "moi-universitet"
DRIFT = Drift("published", {"news-date-time": "news-stamp"})

_EMAIL, _COURSES = Section("/email/", "Бесплатные e-mail-курсы"), Section("/courses/", "Курсы")
_CONTESTS, _NEWS = Section("/contests/", "Конкурсы и события"), Section("/news/", "Новости")
_FAULTS: Mapping[str, Fault] = {
    "mu-aktiv": "unclosed",
    "mu-k-plakat": "nested",
    "mu-email-web": "truncated",
    "mu-ikt": "no-title",
}
_CHARSETS: Mapping[str, Charset] = {"mu-nov-pochta": CP1251_AS_UTF8}


class MoiUniversitet(ShelfSite):
    """The university as it stands on a day."""

    name = NAME
    title: ClassVar[str] = "Мой университет"
    sections: ClassVar[tuple[Section, ...]] = (_EMAIL, _COURSES, _CONTESTS, _NEWS)
    statics: ClassVar[Mapping[str, tuple[str, str]]] = {
        "/about/": ("Об университете", "Учим взрослых, которые учат детей, с перерывом на чай."),
        "/auth/": ("Вход", "Введите логин и пароль, полученные в письме."),
    }
    per_page: ClassVar[int] = 6
    page_word: ClassVar[str] = "PAGEN_1"
    closed: ClassVar[tuple[str, ...]] = (
        "/bitrix/",
        "/auth/",
        "/personal/",
        "/*?print=",
        "/*?*action=",
        "/*bitrix_include_areas=",
    )
    feed: ClassVar[str | None] = "/news/rss/"
    sitemap_parts: ClassVar[Mapping[str, str]] = {
        "sitemap_iblock_3.xml": "/email/",
        "sitemap_iblock_4.xml": "/courses/",
        "sitemap_iblock_5.xml": "/contests/",
        "sitemap_iblock_6.xml": "/news/",
    }

    def plant(self) -> Sequence[Entry]:
        courses = [key for key in drafts("courses_") if key.startswith("mu-")]
        notices = [key for key in drafts("notices") if key.startswith("mu-")]
        return (
            *(_course(key, 2_010 + 3 * i, self.today) for i, key in enumerate(courses)),
            *(_notice(key, 4_100 + 7 * i, self.today) for i, key in enumerate(notices)),
        )

    def page(self, ask: Ask, title: str, content: str, entry: Entry | None = None) -> str:
        links = "".join(
            f'<li><a href="{section.path}" class="root-item">{text(section.name)}</a></li>'
            for section in self.sections
        )
        side = "".join(
            f'<p class="news-item"><a href="{one.path}">{text(one.work.title)}</a></p>'
            for one in self.of(_NEWS)[:2]
        )
        meta = self.meta(entry)
        declared = f'<meta http-equiv="Content-Type" content="text/html; charset={meta}" />\n'
        head = "" if entry and entry.fault == "no-title" else text(title)
        return (
            '<!DOCTYPE html>\n<html xml:lang="ru" lang="ru">\n<head>\n'
            f"{declared if meta else ''}<title>{head}</title>\n"
            '<link href="/bitrix/templates/university/template_styles.css?1389" type="text/css" '
            'rel="stylesheet" />\n<script src="/bitrix/js/main/core/core.js?1389"></script>\n'
            "<script>(window.BX||top.BX).message({'LANGUAGE_ID':'ru','SITE_ID':'s1',"
            "'bitrix_sessid':'0f1d'});</script>\n"
            f'<link rel="alternate" type="application/rss+xml" title="{attribute(self.title)}" '
            f'href="{self.feed}" />\n</head>\n<body>\n<div id="header"><a href="/">{text(self.title)}'
            f'</a><ul id="horizontal-multilevel-menu">{links}</ul><a href="/auth/">Вход</a></div>\n'
            f'<div id="workarea">\n{content}\n</div>\n'
            f'<div id="sidebar"><h4>Новости</h4><div class="news-list">{side}</div></div>\n'
            f'<div id="footer">&copy; {text(self.title)}</div>\n</body>\n</html>\n'
        )

    def card(self, entry: Entry) -> str:
        return (
            f'<p class="news-item" id="bx_{entry.number}"><span class="news-date-time">'
            f'{entry.published}</span> <a href="{entry.path}"><b>{text(entry.work.title)}</b></a>'
            f"<br />{text(entry.work.brief)}</p>\n"
        )

    def content(self, entry: Entry, base: str) -> str:
        body = flow(entry.work.blocks, entry.number, entry.fault)
        author = "".join(
            f'<p>Преподаватель: <span class="teacher">{text(one)}</span></p>'
            for one in entry.credits
        )
        return (
            f'<div class="news-detail"><span class="news-date-time">{entry.published}</span>\n'
            f"<h1>{text(entry.work.title)}</h1>\n{author}"
            f'<div class="detail-text">{body}</div>\n'
            f'<p>Раздел: <a href="{entry.section.path}" class="section">{text(entry.section.name)}</a>'
            f'</p></div>\n<div id="end"><a href="?print=Y">Версия для печати</a></div>'
        )

    def wall(self, entry: Entry) -> str:
        return '<form action="/auth/"><input type="password" name="USER_PASSWORD" /></form>'


def _course(key: str, number: int, today: dt.date) -> Entry:
    email = key.startswith("mu-email-")
    piece = course(
        key,
        today,
        kind="e-mail-курс" if email else "дистанционный курс",
        documents=("сертификат бесплатно", "не выдаётся", "сертификат {price} рублей")
        if email
        else ("удостоверение, включено в стоимость", "удостоверение установленного образца"),
        labels=COURSE_LABELS,
    )
    by = BY_LOGIN["ivanova_mi"] if key == "mu-proekt-metod" else choice(TEACHERS, key)
    return _entry(piece, number, _EMAIL if email else _COURSES, today, (by.credit("full"),))


def _notice(key: str, number: int, today: dt.date) -> Entry:
    piece = notice(key, today, table=number % 2 == 0)
    return _entry(piece, number, _NEWS if piece.kind == "news" else _CONTESTS, today, ())


def _entry(
    piece: Work, number: int, section: Section, today: dt.date, credits: tuple[str, ...]
) -> Entry:
    at = zoned(posted(piece, today))
    return Entry(
        work=piece,
        number=number,
        external_id=f"{section.path.strip('/')}-{number}",
        path=f"{section.path}{number}/",
        at=at,
        published=f"{at:%d.%m.%Y}",
        section=section,
        by=BY_LOGIN["orehova"],
        credits=credits,
        stated={"category": [section.name]},
        fault=_FAULTS.get(piece.key),
        charset=_CHARSETS.get(piece.key, UTF8),
    )


def site(today: dt.date) -> MoiUniversitet:
    """The portal as it stands on a day."""
    return MoiUniversitet(today)
