"""What stands on a uCoz replica: categories, posts, and how a bank work becomes a post."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from netmeta.replicas.days import MOSCOW
from netmeta.replicas.entries import moment, posted, teacher_of
from netmeta.replicas.oddities import UTF8, Charset, Fault
from netmeta.replicas.people import BY_LOGIN, FORMS, Teacher, choice
from netmeta.replicas.planted import Block, Work, facts, plain
from netmeta.replicas.slugs import latin


@dataclass(frozen=True, slots=True)
class Category:
    """A category of a module; `slug` stands before the number in newer addresses ("algebra/")."""

    module: str
    number: int
    name: str
    slug: str = ""

    @property
    def path(self) -> str:
        """Its address: "/load/111", or "/news/1-0-2" in the news module."""
        if self.module == "news":
            return f"/news/1-0-{self.number}"
        return f"/{self.module}/{self.slug}{self.number}"


@dataclass(frozen=True, slots=True)
class File:
    """A downloadable file; `size` as the page prints it."""

    name: str
    size: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """What is special about one post of a plan."""

    also: tuple[int, ...] = ()
    charset: Charset = UTF8
    fault: Fault | None = None
    login_wall: bool = False
    category: int | None = None
    author: str | None = None
    """A login and a form of the credit: "ivanova_mi post"; "-" leaves the author out."""


PLAIN_POST = Oddity()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A work published on a uCoz portal."""

    work: Work
    module: str
    id: int
    category: Category
    at: dt.datetime
    shown: str
    by: Teacher
    credit: str | None
    file: File | None
    slug: str = ""
    oddity: Oddity = PLAIN_POST

    def path(self, category: int | None = None) -> str:
        """The address under its own category, or under another one."""
        if self.module == "news":
            return f"/news/{self.slug}{self.at:%Y-%m-%d}-{self.id}"
        number = category or self.category.number
        return f"/{self.module}/{self.slug}{number}-1-0-{self.id}"

    @property
    def download(self) -> str:
        """The address of its file, closed by robots.txt."""
        return f"/{self.module}/0-0-0-{self.id}-20"

    def count(self, what: str, most: int) -> int:
        """A plausible counter, always the same for the same post."""
        return crc32(f"{what} {self.module} {self.id}".encode()) % most

    @property
    def views(self) -> int:
        return 40 + self.count("views", 9_000)

    @property
    def downloads(self) -> int:
        return 3 + self.count("downloads", 900)

    @property
    def rating(self) -> str:
        return f"{3 + self.count('rating', 20) / 10:.1f}"

    @property
    def modified(self) -> dt.datetime:
        return self.at.replace(tzinfo=MOSCOW)

    def item(self, source: str, base: str, labelled: Iterable[str]) -> dict[str, Any]:
        """The item a harvester must find on this page.

        Args:
            source: name of the portal.
            base: address the replica is served from.
            labelled: for which of "subject", "grade", "type" the portal's pages have a labelled
                line; what has none is no field of the truth.
        """
        work = self.work
        item: dict[str, Any] = {
            "source": source,
            "external_id": f"{self.module}-{self.id}",
            "url": base + self.path(),
            "kind": work.kind,
            "title": work.title,
            "body": plain(work.blocks),
            "authors": [self.credit] if self.credit else None,
            "published": self.shown,
            "category": [self.category.name],
            "tags": list(work.tags) or None,
            "views": str(self.views),
        }
        for name in labelled:
            value = {"subject": work.subject, "grade": work.grade, "type": work.type}[name]
            item[name] = [value] if value and work.kind == "material" else None
        if work.kind == "material":
            item["rating"] = self.rating
        if self.file:
            item["downloads"] = str(self.downloads)
            item["attachments"] = [
                {"url": base + self.download, "name": self.file.name, "size": self.file.size}
            ]
        item |= facts(work)
        return {name: value for name, value in item.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Static:
    """A page `/index/0-N`: about the site, rules, contacts. Never an item."""

    number: int
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A run of materials of one module, oldest first, as keys of the text bank.

    `place` says in which category (by number) a work belongs. Ids grow from `first_id`; days run
    from `since` to three weeks before today, the last `fresh` works lie in the days before it.
    """

    module: str
    keys: Sequence[str]
    first_id: int
    since: dt.date
    place: Callable[[Work], int]
    fresh: int = 0
    credits: tuple[str, ...] = FORMS
    oddities: Mapping[str, Oddity] = field(default_factory=dict)
    slugs: bool = False


_EXTENSIONS = {"презентация": "ppt", "видеоурок": "mp4", "тест": "doc", "КТП": "xls"}


def materials(
    plan: Plan,
    make: Callable[[str], Work],
    categories: Mapping[tuple[str, int], Category],
    today: dt.date,
) -> tuple[Post, ...]:
    """The posts of a plan. Raises: KeyError for a work or category that does not exist."""
    posts = []
    for index, key in enumerate(plan.keys):
        work = make(key)
        odd = plan.oddities.get(key, PLAIN_POST)
        by, credit = _credit(work, odd, plan.credits)
        number = odd.category or plan.place(work)
        seed = crc32(key.encode())
        at = moment(index, len(plan.keys), key, since=plan.since, today=today, fresh=plan.fresh)
        posts.append(
            Post(
                work=work,
                module=plan.module,
                id=plan.first_id + index * 7 + seed % 5,
                category=categories[plan.module, number],
                at=at,
                shown=f"{at:%d.%m.%Y}",
                by=by,
                credit=credit,
                file=_file(work, seed),
                slug=f"{latin(work.title)}/" if plan.slugs and seed % 2 else "",
                oddity=odd,
            )
        )
    return tuple(posts)


def _credit(work: Work, odd: Oddity, forms: tuple[str, ...]) -> tuple[Teacher, str | None]:
    if odd.author and odd.author != "-":
        login, form = odd.author.split()
        return BY_LOGIN[login], BY_LOGIN[login].credit(form)
    teacher = teacher_of(work)
    if odd.author == "-":
        return teacher, None
    return teacher, teacher.credit(choice(forms, work.key))


def _file(work: Work, seed: int) -> File | None:
    if seed % 6 == 0:
        return None
    extension = _EXTENSIONS.get(work.type, ("doc", "docx", "zip", "pdf")[seed % 4])
    kilobytes = 24 + seed % 900 + (seed % 4_000 if extension in ("ppt", "mp4") else 0)
    size = f"{kilobytes / 1024:.2f} Mb" if kilobytes >= 1024 else f"{kilobytes}.{seed % 10} Kb"
    return File(f"{latin(work.title)[:32].strip('_')}.{extension}", size)


def notices(
    works: Sequence[Work],
    categories: Mapping[tuple[str, int], Category],
    place: Callable[[Work], int],
    *,
    first_id: int,
    editor: Teacher,
    today: dt.date,
    oddities: Mapping[str, Oddity],
) -> tuple[Post, ...]:
    """News posts in the order of their days; today's and yesterday's say so instead of a date."""

    posts = []
    for index, work in enumerate(
        sorted(works, key=lambda one: (posted(one, today).date(), one.key))
    ):
        at, seed = posted(work, today), crc32(work.key.encode())
        day = at.date()
        ago = (today - day).days
        posts.append(
            Post(
                work=work,
                module="news",
                id=first_id + index * 3 + seed % 3,
                category=categories["news", place(work)],
                at=at,
                shown=("Сегодня", "Вчера")[ago] if ago < 2 else f"{at:%d.%m.%Y}",
                by=editor,
                credit=None,
                file=None,
                oddity=oddities.get(work.key, PLAIN_POST),
            )
        )
    return tuple(posts)
