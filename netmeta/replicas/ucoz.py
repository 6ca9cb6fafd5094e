"""The uCoz engine: a portal's posts under the address grammar of uCoz.

Modules `load` and `publ`: `/load/` (all, `?page2`), `/load/{category}`, `/load/{category}-{page}`
(`-2` appended in publ), entry `/load/{category}-1-0-{id}`, file `/load/0-0-0-{id}-20`; words may
stand before the last segment and are ignored. News: `/news/`, `/news/{page}`, category
`/news/1-0-{n}`, month `/news/YYYY-MM`, entry `/news/YYYY-MM-DD-{id}`. Static pages `/index/0-N`,
profiles `/index/8-{uid}`, forum `/forum/{f}-{t}-{page}`. The number after the last hyphen
identifies an entry, whatever category precedes it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from netmeta.replicas.days import MOSCOW, weekday_stamp
from netmeta.replicas.oddities import UTF8, Charset
from netmeta.replicas.planted import Meaning, meaning
from netmeta.replicas.site import PLAIN, XML, Ask, Reply
from netmeta.replicas.ucoz_markup import category_table, pager
from netmeta.replicas.ucoz_pages import (
    advert,
    calendar,
    login_wall,
    missing,
    profile,
    static,
    thread,
    threads,
)
from netmeta.replicas.ucoz_posts import Category, Post, Static
from netmeta.replicas.ucoz_themes import Frame, Listing, Theme
from netmeta.replicas.ucoz_wire import robots, rss
from netmeta.replicas.wire import sitemap


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """What is on one uCoz portal. `posts` is called once, at the first request."""

    name: str
    title: str
    theme: Theme
    modules: Mapping[str, str]
    categories: tuple[Category, ...]
    posts: Callable[[dt.date], Sequence[Post]]
    statics: tuple[Static, ...]
    topics: tuple[str, ...]
    per_page: int
    labelled: tuple[str, ...] = ()
    soft_404: bool = False
    absolute_links: bool = False
    feed_codec: str = "UTF-8"


_ENTRY = re.compile(r"\d+-\d+-0-(\d+)")
_CATEGORY = re.compile(r"(\d+)(?:-(\d+)(?:-2)?)?")
_FILE = re.compile(r"0-0-0-(\d+)-20")
_NEWS_ENTRY = re.compile(r"\d{4}-\d\d-\d\d-(\d+)")
_NEWS_DAYS = re.compile(r"\d{4}-\d\d(?:-\d\d)?")
_NEWS_CATEGORY = re.compile(r"(\d+)-0-(\d+)")
_FEED_LENGTH = 20


class UcozSite:
    """A uCoz portal that answers requests (see `netmeta.replicas.site.Site`)."""

    def __init__(self, portal: Portal, today: dt.date) -> None:
        self.name = portal.name
        self.portal = portal
        self.today = today

    # --- what is there

    @cached_property
    def _posts(self) -> Mapping[str, tuple[Post, ...]]:
        """Posts by module, newest first."""
        found: dict[str, list[Post]] = {module: [] for module in self.portal.modules}
        for post in self.portal.posts(self.today):
            found[post.module].append(post)
        return {
            module: tuple(sorted(posts, key=lambda post: (post.at, post.id), reverse=True))
            for module, posts in found.items()
        }

    @cached_property
    def _by_id(self) -> Mapping[tuple[str, int], Post]:
        return {(post.module, post.id): post for posts in self._posts.values() for post in posts}

    def truth(self, base: str) -> tuple[dict[str, Any], ...]:
        """The items to be found, module by module, newest first; nothing behind the login wall."""
        return tuple(
            post.item(self.name, base, self.portal.labelled)
            for posts in self._posts.values()
            for post in posts
            if not post.oddity.login_wall
        )

    def meanings(self, base: str) -> Mapping[str, Meaning]:
        """For each URL of the truth, what its text means."""
        return {
            base + post.path(): meaning(post.work, post.at.date())
            for post in self._by_id.values()
            if not post.oddity.login_wall
        }

    # --- addresses

    def answer(self, ask: Ask) -> Reply:
        """Render one address; unknown ones are 404, or the home page where 404s are soft."""
        parts = [part for part in ask.path.split("/") if part]
        reply: Reply | None
        match parts:
            case []:
                reply = self._home(ask)
            case ["robots.txt"]:
                reply = Reply(body=robots(ask.base).encode(), content_type=PLAIN)
            case ["sitemap.xml"]:
                reply = self._sitemap(ask)
            case ["sitemap-forum.xml"]:
                reply = self._forum_sitemap(ask)
            case [module, "rss"] if module in self.portal.modules:
                reply = self._feed(ask, module)
            case [module] if module in self.portal.modules:
                reply = self._listing(ask, module, page=_page(ask.query))
            case ["news", *_, last] if "news" in self.portal.modules:
                reply = self._news(ask, last)
            case [module, *_, last] if module in self.portal.modules:
                reply = self._module(ask, module, last)
            case _:
                reply = self._aside(ask, parts)
        return reply or self._missing(ask)

    def _module(self, ask: Ask, module: str, last: str) -> Reply | None:
        if found := _FILE.fullmatch(last):
            post = self._by_id.get((module, int(found[1])))
            if post is None or post.file is None:
                return None
            body = f"{post.file.name}\n".encode() * 64
            return Reply(body=body, content_type="application/octet-stream")
        if found := _ENTRY.fullmatch(last):
            return self._entry(ask, module, int(found[1]))
        if found := _CATEGORY.fullmatch(last):
            for category in self.portal.categories:
                if (category.module, category.number) == (module, int(found[1])):
                    return self._listing(ask, module, int(found[2] or 1), category)
        return None

    def _news(self, ask: Ask, last: str) -> Reply | None:
        if found := _NEWS_ENTRY.fullmatch(last):
            return self._entry(ask, "news", int(found[1]))
        if found := _NEWS_CATEGORY.fullmatch(last):
            for category in self.portal.categories:
                if (category.module, category.number) == ("news", int(found[2])):
                    return self._listing(ask, "news", int(found[1]), category)
        elif _NEWS_DAYS.fullmatch(last):
            return self._archive(ask, last)
        elif last.isdigit():
            return self._listing(ask, "news", int(last))
        return None

    def _aside(self, ask: Ask, parts: Sequence[str]) -> Reply | None:
        """Everything that holds no posts: static pages, people, forum, adverts."""
        match parts:
            case ["index", last] if last.startswith("0-"):
                for page in self.portal.statics:
                    if last == f"0-{page.number}":
                        return self._page(ask, page.title, static(page))
            case ["index", last] if last.startswith("8-"):
                return self._page(ask, "Информация о пользователе", profile(last[2:]))
            case ["forum"] | ["forum", "2"]:
                return self._page(ask, "Форум", threads(self.portal.topics))
            case ["forum", last] if found := re.fullmatch(r"2-(\d+)-\d+", last):
                if 0 < int(found[1]) <= len(self.portal.topics):
                    return self._page(ask, "Форум", thread(self.portal.topics[int(found[1]) - 1]))
            case ["abnl" | "stat" | "search" | "register" | "gb", *_]:
                return self._page(ask, self.portal.title, advert())
        return None

    # --- pages

    def _home(self, ask: Ask) -> Reply:
        news = self._posts["news"][: self.portal.per_page]
        listing = Listing(
            heading="Новости портала",
            crumbs=(("Главная", "/"),),
            cards=[(post, self._link(ask, post.path())) for post in news],
            pager="",
            total=len(self._posts["news"]),
            first=1,
        )
        return self._page(ask, self.portal.title, self.portal.theme.listing(listing))

    def _listing(
        self, ask: Ask, module: str, page: int = 1, category: Category | None = None
    ) -> Reply | None:
        posts = self._of(module, category)
        size = self.portal.per_page
        pages = max(1, -(-len(posts) // size))
        if not 1 <= page <= pages:
            return None
        name = category.name if category else self.portal.modules[module]
        crumbs = [("Главная", "/"), (self.portal.modules[module], f"/{module}/")]
        if category:
            crumbs.append((category.name, category.path))
        number = category.number if category and module != "news" else None
        shown = posts[(page - 1) * size : page * size]
        listing = Listing(
            heading=name,
            crumbs=crumbs,
            cards=[(post, self._link(ask, post.path(number))) for post in shown],
            pager=pager(page, pages, lambda n: _page_path(module, category, n)),
            total=len(posts),
            first=(page - 1) * size + 1,
        )
        content = self.portal.theme.listing(listing)
        if not category and module != "news":
            content = category_table(self._counted(module)) + content
        return self._page(ask, f"{name} - {self.portal.title}", content, module=module)

    def _of(self, module: str, category: Category | None) -> tuple[Post, ...]:
        if category is None:
            return self._posts[module]
        return tuple(
            post
            for post in self._posts[module]
            if post.category == category or category.number in post.oddity.also
        )

    def _archive(self, ask: Ask, days: str) -> Reply | None:
        posts = [post for post in self._posts["news"] if f"{post.at:%Y-%m-%d}".startswith(days)]
        if not posts:
            return None
        listing = Listing(
            heading=f"Архив: {days}",
            crumbs=(("Главная", "/"), (self.portal.modules["news"], "/news/")),
            cards=[(post, self._link(ask, post.path())) for post in posts],
            pager="",
            total=len(posts),
            first=1,
        )
        return self._page(ask, f"Архив - {self.portal.title}", self.portal.theme.listing(listing))

    def _entry(self, ask: Ask, module: str, number: int) -> Reply | None:
        post = self._by_id.get((module, number))
        if post is None:
            return None
        name = self.portal.modules[module]
        crumbs = (
            ("Главная", "/"),
            (name, f"/{module}/"),
            (post.category.name, post.category.path),
        )
        title = f"{post.work.title} - {post.category.name} - {name} - {self.portal.title}"
        if post.oddity.login_wall:
            return self._page(ask, title, login_wall(post), module=module)
        content = self.portal.theme.entry(post, crumbs, ask.base)
        charset = post.oddity.charset
        head = "" if post.oddity.fault == "no-title" else title
        reply = self._page(ask, head, content, module=module, charset=charset, newest=post.modified)
        if post.oddity.fault == "truncated":
            end = reply.body.index(b'<div id="newEntryT">')
            return replace(reply, body=reply.body[: end + 9])
        return reply

    def _page(
        self,
        ask: Ask,
        head: str,
        content: str,
        *,
        module: str = "load",
        charset: Charset = UTF8,
        newest: dt.datetime | None = None,
        status: int = 200,
    ) -> Reply:
        noon = dt.datetime.combine(self.today, dt.time(12))
        frame = Frame(
            base=ask.base,
            site=self.portal.title,
            head=head,
            clock=weekday_stamp(noon),
            menu=self._menu,
            side=self._side(module),
            meta=charset.meta,
            description=self.portal.title,
        )
        html = self.portal.theme.page(frame, content)
        label = f"; charset={charset.header}" if charset.header else ""
        return Reply(
            body=html.encode(charset.codec, errors="xmlcharrefreplace"),
            status=status,
            content_type=f"text/html{label}",
            modified=newest or dt.datetime.combine(self.today, dt.time(), MOSCOW),
        )

    def _missing(self, ask: Ask) -> Reply:
        if self.portal.soft_404:
            return self._home(ask)
        return self._page(ask, "404 Not Found", missing(), status=404)

    # --- around the content

    @cached_property
    def _menu(self) -> tuple[tuple[str, str], ...]:
        modules = [(name, f"/{module}/") for module, name in self.portal.modules.items()]
        statics = [(page.title, f"/index/0-{page.number}") for page in self.portal.statics]
        return (("Главная страница", "/"), *modules, *statics, ("Форум", "/forum/"))

    def _counted(self, module: str) -> list[tuple[Category, int]]:
        return [
            (category, len(self._of(module, category)))
            for category in self.portal.categories
            if category.module == module
        ]

    def _side(self, module: str) -> list[tuple[str, str]]:
        newest = self._posts["news"][0].at
        return [
            ("Категории раздела", category_table(self._counted(module))),
            ("Календарь", calendar(newest)),
            ("Статистика", '<img alt="" src="/stat/1526564046" height="31" width="31" />'),
            (
                "Друзья сайта",
                '<a href="/load/12-1-0-404">Сборник игр</a><br /><a href="/shop/kniga">Книги</a>'
                '<br /><a href="/abnl/?adsdata=9fE" rel="nofollow">Объявление</a>',
            ),
        ]

    def _link(self, ask: Ask, path: str) -> str:
        return ask.base + path if self.portal.absolute_links else path

    # --- for machines

    def _sitemap(self, ask: Ask) -> Reply:
        newest = self._posts["news"][0].at.date()
        pages: list[tuple[str, dt.date | None]] = [("/", newest)]
        pages += [(f"/index/0-{page.number}", None) for page in self.portal.statics]
        pages += [(category.path, None) for category in self.portal.categories]
        pages += [(post.path(), post.at.date()) for post in self._by_id.values()]
        return Reply(body=sitemap(ask.base, pages).encode(), content_type=XML)

    def _forum_sitemap(self, ask: Ask) -> Reply:
        pages = [(f"/forum/2-{n}-1", None) for n in range(1, len(self.portal.topics) + 1)]
        return Reply(body=sitemap(ask.base, pages).encode(), content_type=XML)

    def _feed(self, ask: Ask, module: str) -> Reply:
        posts = self._posts[module][:_FEED_LENGTH]
        title = f"{self.portal.modules[module]} - {self.portal.title}"
        codec = self.portal.feed_codec
        feed = rss(ask.base, module, title, posts, codec=codec)
        return Reply(
            body=feed.encode(codec, errors="xmlcharrefreplace"),
            content_type="text/xml",
            modified=posts[0].modified,
        )


def _page(query: str) -> int:
    found = re.fullmatch(r"page(\d+)", query)
    return int(found[1]) if found else 1


def _page_path(module: str, category: Category | None, page: int) -> str:
    if category is None:
        return f"/{module}/?page{page}" if page > 1 else f"/{module}/"
    if module == "news":
        return f"/news/{page}-0-{category.number}"
    return f"{category.path}-{page}{'-2' if module == 'publ' else ''}"
