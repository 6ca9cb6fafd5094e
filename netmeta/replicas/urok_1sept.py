"""The replica of urok.1sept.ru, «Открытый урок»: lessons and articles of the festival.

Evidenced: `/articles/{id}`; the same numbers under `/статьи/{id}/` and (on another host, here on
the same) `/articles/{id}/`; newer works under `/publication/{slug}`; files
`/articles/{id}/{file}`, slides `/articles/{id}/presentation/{n}.jpg`; OpenGraph with section and
moment; "5-й класс". Assumed: `/статьи/{id}/` redirects, `/articles/{id}/` shows the page with a
canonical link, `/articles/{id}` of a newer work redirects to its slug. Ours: listings
`/articles/subjects/{n}?page=N`, `/events`, `/news`, a sitemap index of compressed sitemaps, `/rss`.

Of the truth: `external_id` is the number, which every page tells in `<link rel="shortlink">`
(events and news: "event-N", "news-N", also in their addresses); `published` is the OpenGraph stamp,
on events and news the printed day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import cached_property

from netmeta.replicas import sept
from netmeta.replicas.drift import Drift
from netmeta.replicas.entries import Entry, EntrySite, page_of
from netmeta.replicas.markup import attribute, flow, text
from netmeta.replicas.site import PLAIN, Ask, Reply
from netmeta.replicas.urok_plan import SECTIONS, entries
from netmeta.replicas.wire import Channel, gzip_reply, rss, sitemap, sitemap_index, xml_reply

NAME = "urok-1sept"
TITLE = "Открытый урок"
DRIFT = Drift(
    "published", {"article:published_time": "article:issued_time", "event-date": "event-when"}
)

_PER_PAGE = 6
_MENU = (
    ("Материалы", "/articles"),
    ("События", "/events"),
    ("Новости", "/news"),
    ("О фестивале", "/about"),
)
_ROBOTS = """User-agent: *
Disallow: /search
Disallow: /login
Disallow: /*/print$
Sitemap: {base}/sitemap.xml
"""


class Urok1Sept(EntrySite):
    """The portal as it stands on a day."""

    name = NAME

    def plant(self) -> Sequence[Entry]:
        return entries(self.today)

    @cached_property
    def _by_path(self) -> dict[str, Entry]:
        return {entry.path: entry for entry in self.entries}

    @cached_property
    def _by_number(self) -> dict[str, Entry]:
        return {str(entry.number): entry for entry in self.entries if entry.section in SECTIONS}

    def answer(self, ask: Ask) -> Reply:
        """Render one address."""
        if entry := self._by_path.get(ask.path):
            return self._entry(ask, entry)
        match ask.path.strip("/").split("/"):
            case [""]:
                return self._list(ask, "/", "Новые материалы", self.entries[:12], 12)
            case ["robots.txt"]:
                return Reply(body=_ROBOTS.format(base=ask.base).encode(), content_type=PLAIN)
            case [name] if name.startswith("sitemap"):
                return self._sitemap(ask, name)
            case ["rss"]:
                return self._feed(ask)
            case ["статьи", number] if entry := self._by_number.get(number):
                return Reply(body=b"", status=301, location=ask.base + entry.path)
            case ["articles", number] if entry := self._by_number.get(number):
                if entry.path.startswith("/publication/"):
                    return Reply(body=b"", status=301, location=ask.base + entry.path)
                return self._entry(ask, entry)  # the address of the old festival, with a slash
            case ["articles", number, *_] if entry := self._by_number.get(number):
                return self._file(ask, entry)
            case ["authors", uid] if uid.isdigit():
                mine = [entry for entry in self.entries if entry.by.uid == int(uid)]
                if mine:
                    return self._list(ask, ask.path, mine[0].by.credit("full"), mine, 60)
        return self._listing(ask)

    def _listing(self, ask: Ask) -> Reply:
        path = ask.path.rstrip("/")
        for section in SECTIONS:
            if path == section.path:
                shown = tuple(entry for entry in self.entries if entry.section is section)
                return self._list(ask, path, section.name, shown)
        if path in ("/events", "/news"):
            shown = tuple(entry for entry in self.entries if entry.path.startswith(f"{path}/"))
            return self._list(ask, path, {b: a for a, b in _MENU}[path], shown, 40)
        if path == "/articles":
            links = "".join(
                f'<li><a href="{one.path}">{text(one.name)}</a></li>' for one in SECTIONS
            )
            return self._page(ask, "Материалы", f'<ul class="subjects">{links}</ul>')
        if path == "/about":
            return self._page(ask, "О фестивале", f"<h1>О фестивале</h1><p>{_ABOUT}</p>")
        return self._page(ask, "Не найдено", "<h1>Страница не найдена</h1>", status=404)

    # --- pages

    def _entry(self, ask: Ask, entry: Entry) -> Reply:
        body = flow(entry.work.blocks, entry.number, entry.fault)
        slides = self._slides(entry)
        article = entry.section in SECTIONS
        if article:
            head = self._credits(entry) + self._labels(entry)
        else:
            head = f'<p class="event-date">Опубликовано {entry.published}</p>'
        files = "".join(
            f'<li><a href="{ask.base}{file.path}" class="file">{text(file.name)}</a>'
            f' <span class="size">({file.size})</span></li>'
            for file in entry.files
        )
        content = (
            f'<article class="publication">\n'
            f'<h1 class="publication-title">{text(entry.work.title)}</h1>\n{head}'
            f'<div class="publication-body">{body}</div>\n{slides}'
            f'<ul class="publication-files">{files}</ul>\n</article>\n'
            f'<div id="end-{entry.number}"><a href="{entry.path}/print" rel="nofollow">Печать</a>'
            "</div>"
        )
        image = f"/articles/{entry.number}/presentation/1.jpg" if slides else None
        return self._page(ask, entry.work.title, content, entry, image)

    def _credits(self, entry: Entry) -> str:
        items = "".join(
            f'<li><a class="author-name" href="/authors/{entry.by.uid}">{text(credit)}</a>'
            f'<span class="author-post">, {text(entry.by.post)}</span></li>'
            for credit in entry.credits
        )
        return f'<ul class="publication-authors">{items}</ul>\n'

    def _labels(self, entry: Entry) -> str:
        rows = [
            "<b>Раздел:</b> "
            f'<a href="{entry.section.path}" class="section-link">{text(entry.section.name)}</a>'
        ]
        for label, name, css in (("Класс", "grade", "grades"), ("Ключевые слова", "tags", "tags")):
            if name in entry.stated:
                words = ", ".join(entry.stated[name])
                rows.append(f'<b>{label}:</b> <span class="{css}">{text(words)}</span>')
        return f'<div class="publication-info"><p>{"</p><p>".join(rows)}</p></div>\n'

    def _slides(self, entry: Entry) -> str:
        if entry.work.type != "презентация":
            return ""
        return '<div class="slides">' + "".join(
            f'<img src="/articles/{entry.number}/presentation/{n}.jpg" alt="Слайд {n}">'
            for n in range(1, 5)
        ) + "</div>\n"  # fmt: skip

    def _list(
        self, ask: Ask, path: str, title: str, shown: Sequence[Entry], size: int = _PER_PAGE
    ) -> Reply:
        found = re.fullmatch(r"page=(\d+)", ask.query)
        number = int(found[1]) if found else 1
        page = page_of(shown, number, size)
        if page is None:
            return self._page(ask, "Не найдено", "<h1>Страница не найдена</h1>", status=404)
        cards = "".join(
            f'<div class="card"><h3><a href="{attribute(self._spelled(entry))}">'
            f"{text(entry.work.title)}</a></h3><p>{text(entry.work.brief)}</p></div>\n"
            for entry in page[0]
        )
        switch = sept.pager(path, number, page[1])
        return self._page(ask, title, f"<h1>{text(title)}</h1>\n{cards}{switch}")

    def _spelled(self, entry: Entry) -> str:
        """The address by which listings link an entry: some links were never renewed."""
        if entry.section in SECTIONS and entry.number % 5 == 0:
            return f"/%D1%81%D1%82%D0%B0%D1%82%D1%8C%D0%B8/{entry.number}/"
        if entry.section in SECTIONS and entry.number % 5 == 1:
            return f"/articles/{entry.number}/"
        return entry.path

    def _page(
        self,
        ask: Ask,
        title: str,
        content: str,
        entry: Entry | None = None,
        image: str | None = None,
        *,
        status: int = 200,
    ) -> Reply:
        article = entry is not None and entry.section in SECTIONS
        markup = sept.page(
            base=ask.base,
            site=TITLE,
            title=title,
            content=content,
            menu=_MENU,
            entry=entry,
            image=image,
            feed="/rss",
            article=article,
        )
        if entry and article:
            short = f'<link rel="shortlink" href="{ask.base}/articles/{entry.number}">\n</head>'
            markup = markup.replace("</head>", short, 1)
        return self.html(markup, entry, status=status)

    def _file(self, ask: Ask, entry: Entry) -> Reply:
        known = {file.path for file in entry.files}
        known |= {f"/articles/{entry.number}/presentation/{n}.jpg" for n in range(1, 5)}
        if ask.path in known:
            return Reply(body=b"file\n" * 200, content_type="application/octet-stream")
        return self._page(ask, "Не найдено", "<h1>Страница не найдена</h1>", status=404)

    # --- for machines

    def _sitemap(self, ask: Ask, name: str) -> Reply:
        parts = {
            "sitemap-articles.xml.gz": "/articles/",
            "sitemap-publications.xml.gz": "/publication/",
            "sitemap-events.xml.gz": "/events/",
            "sitemap-news.xml.gz": "/news/",
        }
        if name == "sitemap.xml":
            newest = self.entries[0].at.date()
            index = [(f"/{part}", newest) for part in parts]
            return xml_reply(sitemap_index(ask.base, index))
        start = parts.get(name)
        if start is None:
            return self._page(ask, "Не найдено", "<h1>Страница не найдена</h1>", status=404)
        pages = [
            (entry.path, entry.at.date()) for entry in self.entries if entry.path.startswith(start)
        ]
        return gzip_reply(sitemap(ask.base, pages))

    def _feed(self, ask: Ask) -> Reply:
        newest = self.entries[:20]
        channel = Channel(title=TITLE, link="/")
        return xml_reply(rss(ask.base, channel, newest), modified=newest[0].at)


_ABOUT = (
    "Фестиваль собирает работы учителей круглый год. Статьи читает редактор, спорит и печатает."
)


def site(today: dt.date) -> Urok1Sept:
    """The portal as it stands on a day."""
    return Urok1Sept(today)
