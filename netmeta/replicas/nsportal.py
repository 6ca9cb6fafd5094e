"""The replica of nsportal.ru: a Drupal 7 network of teachers.

Evidenced addresses: `/shkola/{subject}/library/YYYY/MM/DD/{slug}` (subjects may nest),
`/nachalnaya-shkola/{subject}/YYYY/MM/DD/{slug}`, `/detskiy-sad/{topic}/YYYY/MM/DD/{slug}` (also
under `/detskii-sad/`), mini-sites `/user/{uid}/page/{slug}`, files in `/sites/default/files/`.
Inferred: listings `/shkola/{subject}?page=N` from 0, `/node/N`, `/rss.xml`, a sitemap index whose
parts are `/sitemap.xml?page=N`. Ours: contests `/konkursy/{slug}`, projects `/proekty/{slug}`,
groups `/group/{slug}`, news `/news/{slug}`.

Of the truth: `external_id` is "node-N"; `category` the last link of the breadcrumb; `description`
the annotation; where no date is printed, `published` is the day of the address ("2012/01/24").
Real Drupal asks for a crawl delay of 10 s; this robots.txt does not, so that tests stay fast.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import cached_property
from zlib import crc32

from netmeta.replicas import drupal
from netmeta.replicas.drift import Drift
from netmeta.replicas.entries import Entry, EntrySite, page_of
from netmeta.replicas.markup import text
from netmeta.replicas.nsportal_plan import SECTIONS, entries
from netmeta.replicas.people import TEACHERS
from netmeta.replicas.site import PLAIN, Ask, Reply
from netmeta.replicas.wire import Channel, rss, sitemap, sitemap_index, xml_reply

NAME = "nsportal"
TITLE = "Социальная сеть работников образования"
DRIFT = Drift(
    "authors", {"field-name-author": "field-name-publisher", "username": "member-card-link"}
)

_PER_PAGE = 5
_PER_SITEMAP = 40
_MENU = (
    ("Детский сад", "/detskiy-sad"),
    ("Начальная школа", "/nachalnaya-shkola"),
    ("Школа", "/shkola"),
    ("Сайты", "/sayty"),
    ("Группы", "/groups"),
    ("Конкурсы", "/konkursy"),
    ("Проекты", "/proekty"),
    ("Новости", "/news"),
)
_ROBOTS = """# robots.txt
User-agent: *
# Directories
Disallow: /includes/
Disallow: /misc/
Disallow: /modules/
Disallow: /profiles/
Disallow: /scripts/
Disallow: /themes/
# Files
Disallow: /CHANGELOG.txt
Disallow: /cron.php
# Paths (clean URLs)
Disallow: /admin/
Disallow: /comment/reply/
Disallow: /filter/tips/
Disallow: /node/add/
Disallow: /search/
Disallow: /user/register/
Disallow: /user/password/
Disallow: /user/login/
Disallow: /user/logout/
# Paths (no clean URLs)
Disallow: /?q=admin/
Disallow: /?q=comment/reply/
Sitemap: {base}/sitemap.xml
"""


class Nsportal(EntrySite):
    """The network as it stands on a day."""

    name = NAME

    def plant(self) -> Sequence[Entry]:
        return entries(self.today)

    @cached_property
    def _by_path(self) -> dict[str, Entry]:
        """Entries by every path that shows them: canonical, other spelling, number."""
        found = {entry.path: entry for entry in self.entries}
        for entry in self.entries:
            found[entry.path.replace("/detskiy-sad/", "/detskii-sad/")] = entry
            found[f"/node/{entry.number}"] = entry
        return found

    def answer(self, ask: Ask) -> Reply:
        """Render one address."""
        path = ask.path.rstrip("/") or "/"
        if entry := self._by_path.get(path):
            return self._node(ask, entry)
        match path.split("/")[1:]:
            case [""]:
                return self._list(ask, "Новое в сети", "/", self.entries[:12])
            case ["robots.txt"]:
                return Reply(body=_ROBOTS.format(base=ask.base).encode(), content_type=PLAIN)
            case ["sitemap.xml"]:
                return self._sitemap(ask)
            case ["rss.xml"]:
                return self._feed(ask)
            case ["sites", "default", "files", *_]:
                if any(file.path == path for entry in self.entries for file in entry.files):
                    return Reply(body=b"doc\n" * 256, content_type="application/octet-stream")
            case ["user", "login" | "register"]:
                return self._page(ask, "Учётная запись пользователя", _LOGIN)
            case ["user", uid] if uid.isdigit():
                return self._profile(ask, uid)
            case ["sayty"]:
                return self._page(ask, "Сайты учителей", self._authors())
        return self._section(ask, path)

    # --- pages

    def _node(self, ask: Ask, entry: Entry) -> Reply:
        crumbs = [("Главная", "/"), *_crumbs(entry.section.path)]
        content = drupal.node(entry, ask.base, self._related(ask, entry))
        return self._page(ask, entry.work.title, content, crumbs, entry)

    def _related(self, ask: Ask, entry: Entry) -> str:
        """Links to two other nodes, spelled with the dot after the host that such links have."""
        at = self.entries.index(entry)
        others = (self.entries[at - 1], self.entries[at - 2])
        scheme, host = ask.base.split("://")
        name, _, port = host.partition(":")
        dotted = f"{scheme}://{name}.{':' if port else ''}{port}"
        return "По теме: " + ", ".join(
            f'<a href="{dotted}{one.path}">{text(one.work.title)}</a>' for one in others
        )

    def _section(self, ask: Ask, path: str) -> Reply:
        """The listing of a section, or of the sections below it."""
        path = path.replace("/detskii-sad", "/detskiy-sad").replace("/groups", "/group")
        below = [section for section in SECTIONS if section.path.startswith(f"{path}/")]
        names = _names()
        if below:
            links = "".join(f'<li><a href="{one.path}">{text(one.name)}</a></li>' for one in below)
            content = f'<ul class="menu">{links}</ul>'
            return self._page(ask, names[path], content, [("Главная", "/")])
        shown = tuple(entry for entry in self.entries if entry.section.path == path)
        if not shown:
            return self._page(ask, "Страница не найдена", _MISSING, status=404)
        return self._list(ask, names.get(path, path), path, shown)

    def _list(self, ask: Ask, title: str, path: str, shown: Sequence[Entry]) -> Reply:
        found = re.fullmatch(r"page=(\d+)", ask.query)
        number = int(found[1]) if found else 0
        page = page_of(shown, number + 1, _PER_PAGE if path != "/" else 12)
        if page is None:
            return self._page(ask, title, "<p>Материалов нет.</p>")
        rows = [(entry, _spelled(entry)) for entry in page[0]]
        content = drupal.listing(rows, drupal.pager(path, number, page[1]))
        return self._page(ask, title, content, [("Главная", "/")])

    def _profile(self, ask: Ask, uid: str) -> Reply:
        for teacher in TEACHERS:
            if str(teacher.uid) == uid:
                mine = [entry for entry in self.entries if entry.by is teacher and entry.credits]
                content = drupal.listing(
                    [(entry, entry.path) for entry in mine],
                    "",
                    f'<div class="profile"><p>{teacher.post}, {teacher.town}</p></div>',
                )
                name = teacher.credit("full")
                return self._page(ask, name, content, [("Главная", "/"), ("Сайты", "/sayty")])
        return self._page(ask, "Страница не найдена", _MISSING, status=404)

    def _authors(self) -> str:
        known = {entry.by.uid: entry.by for entry in self.entries if entry.credits}
        return "".join(
            f'<div class="views-row"><a href="/user/{uid}">{known[uid].credit("full")}</a></div>'
            for uid in sorted(known)
        )

    def _page(
        self,
        ask: Ask,
        title: str,
        content: str,
        crumbs: drupal.Crumbs = (),
        entry: Entry | None = None,
        *,
        status: int = 200,
    ) -> Reply:
        markup = drupal.page(
            base=ask.base,
            site=TITLE,
            title=title,
            content=content,
            crumbs=crumbs,
            menu=_MENU,
            side='<div class="block"><h2>Поиск</h2><a href="/search/node">Расширенный</a></div>',
            node=entry,
        )
        return self.html(markup, entry, status=status)

    # --- for machines

    def _sitemap(self, ask: Ask) -> Reply:
        pages: list[tuple[str, dt.date | None]] = [("/", None)]
        pages += [(section.path, None) for section in SECTIONS]
        pages += [(entry.path, entry.at.date()) for entry in self.entries]
        parts = -(-len(pages) // _PER_SITEMAP)
        found = re.fullmatch(r"page=(\d+)", ask.query)
        if found and 1 <= int(found[1]) <= parts:
            first = (int(found[1]) - 1) * _PER_SITEMAP
            return xml_reply(sitemap(ask.base, pages[first : first + _PER_SITEMAP]))
        newest = self.entries[0].at.date()
        return xml_reply(
            sitemap_index(ask.base, [(f"/sitemap.xml?page={n + 1}", newest) for n in range(parts)])
        )

    def _feed(self, ask: Ask) -> Reply:
        channel = Channel(
            title=TITLE,
            link="/",
            guid=lambda entry, base: f"{entry.number} at {base}",
        )
        newest = self.entries[:15]
        return xml_reply(rss(ask.base, channel, newest), modified=newest[0].at)


def _names() -> dict[str, str]:
    """Names of the menu and of the sections by path."""
    names = {link: name for name, link in _MENU} | {"/group": "Группы"}
    names["/shkola/inostrannye-yazyki"] = "Иностранные языки"
    return names | {section.path: section.name for section in SECTIONS}


def _crumbs(path: str) -> list[tuple[str, str]]:
    """The trail to a section: its ancestors in the menu, then itself."""
    names, parts = _names(), path.split("/")
    steps = ["/".join(parts[: n + 1]) for n in range(1, len(parts))]
    return [(names[step], step) for step in steps if step in names]


def _spelled(entry: Entry) -> str:
    """The address by which listings link an entry: every third kindergarten one is spelled the
    other way."""
    if crc32(entry.path.encode()) % 3 == 0:
        return entry.path.replace("/detskiy-sad/", "/detskii-sad/")
    return entry.path


_LOGIN = (
    '<form action="/user/login" method="post" id="user-login"><input type="text" name="name" />'
    '<input type="password" name="pass" /><input type="submit" value="Войти" /></form>'
)
_MISSING = "<p>Запрашиваемая страница не найдена.</p>"


def site(today: dt.date) -> Nsportal:
    """The portal as it stands on a day."""
    return Nsportal(today)
