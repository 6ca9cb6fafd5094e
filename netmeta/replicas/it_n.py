"""The replica of it-n.ru, the network of creative teachers: ASP.NET, pages by query string.

Assumed: `communities.aspx?cat_no=C&tmpl=com` (a community), `&tmpl=lib[&page=N]` (its library),
`&d_no=N&tmpl=lib` (a document), `events.aspx?d_no=N`, `news.aspx?d_no=N`, forum
`board.aspx?BoardId=B&cat_no=C&tmpl=Thread`, profile `profil.aspx?cat_no=692&d_no=U`. Links put the
parameters in any order; the address of the truth has them in alphabetical order. Pages are
windows-1251. There is neither sitemap nor feed. One community is for members only.

Of the truth: `external_id` is "lib-N", "event-N" or "news-N"; `category` is the community.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import parse_qsl
from zlib import crc32

from netmeta.replicas import aspnet
from netmeta.replicas.drift import Drift
from netmeta.replicas.entries import (
    Download,
    Entry,
    EntrySite,
    Section,
    moment,
    page_of,
    posted,
    teacher_of,
    zoned,
)
from netmeta.replicas.markup import attribute, text
from netmeta.replicas.notices import notice
from netmeta.replicas.oddities import CP1251_LABELLED, CP1251_META_WRONG, Charset, Fault
from netmeta.replicas.people import BY_LOGIN, TEACHERS
from netmeta.replicas.planted import Work
from netmeta.replicas.prose import work
from netmeta.replicas.site import PLAIN, Ask, Reply

NAME = "it-n"
TITLE = "Сеть творческих учителей"
DRIFT = Drift("published", {"doc-date": "doc-moment"})

_COMMUNITIES = {
    "4510": "Математика: уроки и олимпиады",
    "5025": "Начальная школа",
    "2168": "Уроки словесности",
    "5500": "Естествознание",
    "8371": "Информатика и сеть",
    "2715": "Классный руководитель",
    "3644": "История и страны",
}
_CLOSED = ("9990", "Экспертный совет")
_SECTIONS = {
    number: Section(f"/communities.aspx?cat_no={number}&tmpl=lib", name)
    for number, name in _COMMUNITIES.items()
}
_EVENTS, _NEWS = Section("/events.aspx", "События"), Section("/news.aspx", "Новости")
_BY_SUBJECT = {
    "математика": "4510",
    "алгебра": "4510",
    "геометрия": "4510",
    "русский язык": "2168",
    "литература": "2168",
    "английский язык": "3644",
    "история": "3644",
    "обществознание": "3644",
    "информатика": "8371",
}
_LIBRARY = (
    "schislenie.slides treugolniki.quiz otkryt.slides arhimed.quiz umnozh.lesson "
    "pets.slides itn-test-excel perspektiva.slides deepr.quiz mk-schet "
    "kreshch.quiz prilag.lesson itn-klaster potreb.quiz vulkan.quiz delimost.quiz nasekomye.slides "
    "itn-geocaching bsp.slides logarifm.quiz itn-urok-radio future.quiz algoritm.quiz "
    "veroyat.slides afrika.quiz slovo.quiz"
).split()
_NOTICES = (
    "it-mk-tablica it-mk-sayt it-marafon it-festival it-forum-ekz it-telekonf it-konkurs-urok "
    "it-proekt-imena it-vyst-stengazeta it-chat-ikt it-konsult it-pedsovet it-nov-bib "
    "it-nov-profil it-nov-gruppa it-nov-itogi it-nov-server"
).split()
_AUTHORS = {"delimost.quiz": "ivanova_mi", "mk-schet": "gorelov"}
_FAULTS: Mapping[str, Fault] = {
    "otkryt.slides": "nested",
    "vulkan.quiz": "unclosed",
    "bsp.slides": "nul",
    "it-festival": "truncated",
}
_CHARSETS: Mapping[str, Charset] = {"deepr.quiz": CP1251_META_WRONG}
_PER_PAGE = 4
_MENU = (
    ("Сообщества", "/communities.aspx"),
    ("События", "/events.aspx"),
    ("Новости", "/news.aspx"),
    ("Форум", "/board.aspx"),
)
_ROBOTS = """User-agent: *
Disallow: /login.aspx
Disallow: /register.aspx
Disallow: /download.aspx
Disallow: /profil.aspx
"""


class ItN(EntrySite):
    """The network as it stands on a day."""

    name = NAME
    charset: ClassVar[Charset] = CP1251_LABELLED

    def plant(self) -> Sequence[Entry]:
        return (
            *(_material(key, index, self.today) for index, key in enumerate(_LIBRARY)),
            *(_notice(key, 700 + index, self.today) for index, key in enumerate(_NOTICES)),
        )

    @cached_property
    def _by_path(self) -> dict[str, Entry]:
        return {entry.path: entry for entry in self.entries}

    def answer(self, ask: Ask) -> Reply:
        """Render one address, its parameters in any order and case."""
        asked = {name.lower(): value for name, value in parse_qsl(ask.query)}
        page = ask.path.strip("/").lower()
        if page == "robots.txt":
            return Reply(body=_ROBOTS.encode(), content_type=PLAIN)
        number = asked.pop("page", "1")
        entry = self._by_path.get(aspnet.address(page, asked))
        if entry and number == "1":
            return self._document(ask, entry)
        match page:
            case "" | "default.aspx":
                return self._page(TITLE, aspnet.listing("Новое", self.entries[:8], "", "default"))
            case "communities.aspx" if "cat_no" in asked:
                return self._community(asked, number)
            case "communities.aspx":
                return self._page("Сообщества", self._communities())
            case "events.aspx" | "news.aspx" if not asked:
                section = _EVENTS if page == "events.aspx" else _NEWS
                shown = [entry for entry in self.entries if entry.section is section]
                return self._list(section.name, shown, section.path + "?", number)
            case "board.aspx":
                return self._page("Форум", _BOARD)
            case "profil.aspx":
                return self._page("Профиль", self._profile(asked.get("d_no", "")))
            case "login.aspx":
                return self._page("Вход", _LOGIN)
            case "download.aspx":
                return Reply(body=b"zip\n" * 99, content_type="application/octet-stream")
        return self._page("Ошибка 404", "<h1>Страница не найдена</h1>", status=404)

    def _document(self, ask: Ask, entry: Entry) -> Reply:
        community = (entry.section.name, entry.section.path.replace("tmpl=lib", "tmpl=com"))
        content = aspnet.document(entry, community, ask.base)
        return self._page(entry.work.title, content, entry)

    def _community(self, asked: Mapping[str, str], number: str) -> Reply:
        section = _SECTIONS.get(asked["cat_no"])
        if asked["cat_no"] == _CLOSED[0]:
            return self._page(_CLOSED[1], f"<h1>{_CLOSED[1]}</h1>{_LOGIN}")
        if section is None:
            return self._page("Ошибка 404", "<h1>Сообщество не найдено</h1>", status=404)
        if asked.get("tmpl") == "lib":
            shown = [entry for entry in self.entries if entry.section is section]
            return self._list(f"Библиотека: {section.name}", shown, section.path + "&", number)
        board = f"/board.aspx?tmpl=Board&cat_no={asked['cat_no']}&BoardId=1"
        content = (
            f"<h1>{text(section.name)}</h1><p>Сообщество открыто для всех участников сети.</p>"
            f'<a href="{attribute(aspnet.shuffled(section.path, "com"))}">Библиотека</a> '
            f'<a href="{attribute(board)}">Форум</a>'
        )
        return self._page(section.name, content)

    def _list(self, title: str, shown: Sequence[Entry], path: str, number: str) -> Reply:
        page = page_of(shown, int(number) if number.isdigit() else 0, _PER_PAGE)
        if page is None:
            return self._page(title, "<p>Документов нет.</p>")
        links = " ".join(
            f"<b>{n}</b>"
            if str(n) == number
            else f'<a href="{attribute(aspnet.shuffled(f"{path}page={n}", title))}">{n}</a>'
            for n in range(1, page[1] + 1)
        )
        return self._page(title, aspnet.listing(title, page[0], links, f"{title} {number}"))

    def _communities(self) -> str:
        links = [*_COMMUNITIES.items(), _CLOSED]
        return "<ul>" + "".join(
            f'<li><a href="{attribute(aspnet.shuffled(f"/communities.aspx?cat_no={n}&tmpl=com", name))}">'
            f"{text(name)}</a></li>"
            for n, name in links
        ) + "</ul>"  # fmt: skip

    def _profile(self, uid: str) -> str:
        for teacher in TEACHERS:
            if str(teacher.uid) == uid:
                return f"<h2>{text(teacher.credit('full'))}</h2><p>{text(teacher.post)}</p>"
        return "<h2>Участник</h2>"

    def _page(
        self, title: str, content: str, entry: Entry | None = None, *, status: int = 200
    ) -> Reply:
        head = "" if entry and entry.fault == "no-title" else f"{TITLE} - {title}"
        markup = aspnet.page(
            site=TITLE, title=head, content=content, menu=_MENU, meta=self.meta(entry)
        )
        return self.html(markup, entry, status=status)


_BOARD = (
    '<h2>Форум</h2><table class="grid"><tr><td>'
    '<a href="/board.aspx?ThreadId=9&amp;cat_no=2168&amp;tmpl=Thread&amp;BoardId=1">'
    "Где печатать прописи?</a></td></tr></table>"
)
_LOGIN = (
    '<p>Раздел доступен участникам сети.</p><input name="ctl00$txtLogin" type="text" />'
    '<input name="ctl00$txtPassword" type="password" />'
)


def _material(key: str, index: int, today: dt.date) -> Entry:
    piece, seed = work(key, NAME), crc32(key.encode())
    since = dt.date(2007, 2, 1)
    at = zoned(moment(index, len(_LIBRARY), key, since=since, today=today, fresh=2))
    cat, number = _community(piece), 14_000 + index * 37
    by = BY_LOGIN[_AUTHORS[key]] if key in _AUTHORS else teacher_of(piece)
    stated: dict[str, Any] = {
        "category": [_COMMUNITIES[cat]],
        "type": [piece.type],
        "views": str(100 + seed % 5_000),
    }
    if piece.subject:
        stated["subject"] = [piece.subject]
    if piece.grade:
        stated["grade"] = [piece.grade]
    name = f"material_{number}.{('zip', 'doc', 'ppt')[seed % 3]}"
    path = aspnet.address("download.aspx", {"d_no": str(number), "ext": "Attachment.aspx"})
    return Entry(
        work=piece,
        number=number,
        external_id=f"lib-{number}",
        path=aspnet.address(
            "communities.aspx", {"cat_no": cat, "d_no": str(number), "tmpl": "lib"}
        ),
        at=at,
        published=f"{at:%d.%m.%Y}",
        section=_SECTIONS[cat],
        by=by,
        credits=(by.credit("full"),),
        files=(Download(path, name, f"{40 + seed % 880} Кб"),) if seed % 4 else (),
        stated=stated,
        fault=_FAULTS.get(key),
        charset=_CHARSETS.get(key, CP1251_LABELLED),
    )


def _community(piece: Work) -> str:
    if piece.subject is None:
        return "2715"
    if piece.grades and max(piece.grades) < 5 and piece.subject != "английский язык":
        return "5025"
    return _BY_SUBJECT.get(piece.subject, "5500")


def _notice(key: str, number: int, today: dt.date) -> Entry:
    piece = notice(key, today, table=number % 2 == 0)
    at = zoned(posted(piece, today))
    section, page = (_NEWS, "news") if piece.kind == "news" else (_EVENTS, "events")
    return Entry(
        work=piece,
        number=number,
        external_id=f"{'news' if page == 'news' else 'event'}-{number}",
        path=f"/{page}.aspx?d_no={number}",
        at=at,
        published=f"{at:%d.%m.%Y}",
        section=section,
        by=BY_LOGIN["ponomar"],
        stated={
            "category": [section.name],
            "views": str(30 + crc32(key.encode()) % 900),
        },
        fault=_FAULTS.get(key),
        charset=CP1251_LABELLED,
    )


def site(today: dt.date) -> ItN:
    """The portal as it stands on a day."""
    return ItN(today)
