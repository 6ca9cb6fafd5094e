"""The replica of metodisty.ru: a BoonEx Dolphin community of primary teachers.

Assumed throughout (no page could be seen): `/m/{events,groups,files}/view/{uri}`,
`/m/{module}/browse/{recent,tag/T,category/C}`, `/blogs/entry/{uri}`, `?rss=1` on browse pages,
pages `?page=N&per_page=M`, a calendar `/m/events/calendar/YYYY/M` that never ends. There is no
sitemap. Groups are places, not items. Recent posts say "3 дня назад" instead of a date.

Of the truth: `external_id` is "events-URI", "files-URI", "blogs-URI"; `dates` of an event are
«Начало» and «Окончание» of the info box plus the dated rows of its text; `body` is the text alone.
One file is for members only.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import cached_property
from urllib.parse import quote

from netmeta.replicas import dolphin
from netmeta.replicas.days import ago
from netmeta.replicas.drift import Drift
from netmeta.replicas.entries import Entry, EntrySite, page_of
from netmeta.replicas.markup import text
from netmeta.replicas.metodisty_plan import GROUPS, entries
from netmeta.replicas.people import TEACHERS
from netmeta.replicas.site import PLAIN, Ask, Reply
from netmeta.replicas.wire import Channel, rss, xml_reply

NAME = "metodisty"
TITLE = "Методисты: сообщество учителей начальной школы"
DRIFT = Drift("published", {"info-added": "info-moment"})

_PER_PAGE = 6
_NAMES = {"events": "События", "files": "Файлы", "groups": "Группы", "blogs": "Блоги"}
_MENU = (
    ("События", "m/events/browse/recent"),
    ("Файлы", "m/files/browse/recent"),
    ("Группы", "m/groups/browse/recent"),
    ("Блоги", "blogs/home/"),
    ("Календарь", "m/events/calendar"),
)
_ROBOTS = """User-agent: *
Disallow: /administration/
Disallow: /member.php
Disallow: /join.php
Disallow: /search.php
Disallow: /m/files/download_file/
"""


class Metodisty(EntrySite):
    """The community as it stands on a day."""

    name = NAME

    def plant(self) -> Sequence[Entry]:
        return entries(self.today)

    @cached_property
    def _by_path(self) -> dict[str, Entry]:
        return {entry.path: entry for entry in self.entries}

    def answer(self, ask: Ask) -> Reply:
        """Render one address."""
        path = ask.path.rstrip("/") or "/"
        if entry := self._by_path.get(path):
            return self._view(ask, entry)
        match path.split("/")[1:]:
            case [""]:
                shown = [(entry, self._when(entry)) for entry in self.entries[:8]]
                return self._page(ask, TITLE, dolphin.box("Новое", dolphin.units(shown)))
            case ["robots.txt"]:
                return Reply(body=_ROBOTS.encode(), content_type=PLAIN)
            case ["m", "groups", "browse", "recent"]:
                return self._page(ask, "Группы", dolphin.box("Группы", self._groups()))
            case ["m", "groups", "view", uri] if uri in GROUPS:
                return self._group(ask, uri)
            case ["m", "events", "calendar", *rest]:
                return self._calendar(ask, rest)
            case ["m", "files", "download_file", _]:
                return Reply(body=b"doc\n" * 128, content_type="application/octet-stream")
            case ["m", module, "browse", *which] if module in ("events", "files"):
                return self._browse(ask, module, path, which)
            case ["blogs", "home"]:
                return self._browse(ask, "blogs", path, ["recent"])
            case ["blogs", "tag", word]:
                return self._browse(ask, "blogs", path, ["tag", word])
            case [login] if any(login == teacher.login for teacher in TEACHERS):
                return self._page(ask, login, dolphin.box("Анкета", "Участник сообщества"))
        return self._page(ask, "Страница не найдена", "<h1>404</h1>", status=404)

    # --- pages

    def _view(self, ask: Ask, entry: Entry) -> Reply:
        if entry.walled:
            wall = (
                f'<h1 class="bx-twig-title">{text(entry.work.title)}</h1>'
                '<div class="MsgBox"><p>Доступ запрещён. Файл могут видеть только участники, '
                'войдите или зарегистрируйтесь.</p><form action="member.php" method="post">'
                '<input name="ID" /><input type="password" name="Password" /></form></div>'
            )
            return self._page(ask, entry.work.title, wall)
        return self._page(
            ask, entry.work.title, dolphin.entry_page(entry, self._info(entry), ask.base), entry
        )

    def _info(self, entry: Entry) -> dolphin.Rows:
        stated, module = entry.stated, _module(entry)
        rows = [
            (label, text(words), "info-date")
            for label, words in stated.get("dates", {}).items()
            if label in ("Начало", "Окончание")
        ]
        if "place" in stated:
            rows.append(("Место", text(stated["place"]), "info-place"))
        if entry.credits:
            name = f'<a href="{entry.by.login}">{text(entry.credits[0])}</a>'
            rows.append(("Автор", name, "info-author"))
        category, tags = stated["category"][0], stated.get("tags", [])
        browse = f"m/{module}/browse" if module != "blogs" else "blogs"
        link = f'<a href="{browse}/category/{quote(category)}">{text(category)}</a>'
        rows.append(("Категории", link if module != "blogs" else text(category), "info-category"))
        if tags:
            links = (f'<a href="{browse}/tag/{quote(tag)}">{text(tag)}</a>' for tag in tags)
            rows.append(("Теги", ", ".join(links), "info-tags"))
        rows.append(("Добавлено", self._when(entry), "info-added"))
        rows.append(("Просмотров", stated["views"], "info-views"))
        rows.append(("Рейтинг", stated["rating"], "info-rate"))
        rows.append(("Комментариев", stated["comments"], "info-comments"))
        return rows

    def _when(self, entry: Entry) -> str:
        """What the community says of the moment: how long ago within a week, else the clock."""
        days = (self.today - entry.at.date()).days
        return ago(days) if days < 8 else f"{entry.at:%d.%m.%Y %H:%M}"

    def _browse(self, ask: Ask, module: str, path: str, which: Sequence[str]) -> Reply:
        shown = [entry for entry in self.entries if _module(entry) == module]
        title = _NAMES[module]
        match which:
            case ["recent"]:
                pass
            case ["tag", word]:
                shown = [entry for entry in shown if word in entry.stated.get("tags", [])]
                title = f"{title}: {word}"
            case ["category", word]:
                shown = [entry for entry in shown if word in entry.stated["category"]]
                title = f"{title}: {word}"
            case _:
                shown = []
        if not shown:
            return self._page(ask, "Страница не найдена", "<h1>404</h1>", status=404)
        if ask.query == "rss=1":
            channel = Channel(title=f"{title} - {TITLE}", link=path)
            return xml_reply(rss(ask.base, channel, shown[:12]), modified=shown[0].at)
        found = re.match(r"page=(\d+)", ask.query)
        number = int(found[1]) if found else 1
        page = page_of(shown, number, _PER_PAGE)
        if page is None:
            return self._page(ask, title, dolphin.box(title, "Ничего не найдено"))
        cards = dolphin.units([(entry, self._when(entry)) for entry in page[0]])
        link = quote(path[1:])
        content = cards + dolphin.paginate(link, number, page[1], _PER_PAGE)
        return self._page(ask, title, dolphin.box(title, content), feed=f"{link}?rss=1")

    def _groups(self) -> str:
        return "".join(
            f'<div class="bx-twig-unit"><a href="m/groups/view/{uri}">{text(name)}</a></div>'
            for uri, (name, _) in GROUPS.items()
        )

    def _group(self, ask: Ask, uri: str) -> Reply:
        name, about = GROUPS[uri]
        head = f'<h1 class="bx-twig-title">{text(name)}</h1>'
        return self._page(ask, name, head + dolphin.box("Описание", text(about)))

    def _calendar(self, ask: Ask, rest: Sequence[str]) -> Reply:
        """A month of events; a month without any is a page too, however far away."""
        year, month = self.today.year, self.today.month
        if len(rest) == 2 and all(part.isdigit() for part in rest) and 1 <= int(rest[1]) <= 12:
            year, month = int(rest[0]), int(rest[1])
        days = []
        for entry in self.entries:
            start = entry.work.stages["Начало"][0] if _module(entry) == "events" else None
            if start and (start.year, start.month) == (year, month):
                days.append((start.day, entry))
        content = dolphin.calendar("events", year, month, sorted(days, key=lambda one: one[0]))
        return self._page(ask, "Календарь событий", dolphin.box("Календарь", content))

    def _page(
        self,
        ask: Ask,
        title: str,
        content: str,
        entry: Entry | None = None,
        *,
        feed: str = "m/events/browse/recent?rss=1",
        status: int = 200,
    ) -> Reply:
        markup = dolphin.page(
            base=ask.base, site=TITLE, title=title, content=content, menu=_MENU, feed=feed
        )
        if entry and entry.fault == "no-title":
            markup = markup.replace(f"<title>{text(title)}</title>", "<title></title>", 1)
        return self.html(markup, entry, status=status)


def _module(entry: Entry) -> str:
    return entry.external_id.split("-", 1)[0]


def site(today: dt.date) -> Metodisty:
    """The portal as it stands on a day."""
    return Metodisty(today)
