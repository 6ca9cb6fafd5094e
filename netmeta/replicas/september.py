"""The replica of 1september.ru: the archive of subject newspapers, on an engine of its own.

Evidenced: `/article.php?ID=YYYYNNNAA` (year, issue, article), the same under `/articlef.php?ID=`,
static pages `/1999/art/x.htm`; rubric, author, title, body. Assumed: windows-1251, mostly declared
in the page alone; years `/archive.php?year=`, issues `/index.php?ID=YYYYNNN`, news
`/news.php?ID=N`. On the real portal every newspaper has a host of its own. The feed `/rss.php` says
utf-8 and is windows-1251.

Of the truth: `external_id` is the ID, of a static page its path without the slash and ending,
"news-N" of news; `category` is the newspaper and the rubric; a static page tells the month only.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from netmeta.replicas.bank import drafts
from netmeta.replicas.days import say
from netmeta.replicas.drift import Drift
from netmeta.replicas.entries import Entry, EntrySite, Section, moment, posted, teacher_of, zoned
from netmeta.replicas.markup import attribute, flow, text
from netmeta.replicas.notices import notice
from netmeta.replicas.oddities import (
    CP1251_AS_UTF8,
    CP1251_META_ONLY,
    CP1251_META_RU,
    CP1251_UNLABELLED,
    Charset,
    Fault,
)
from netmeta.replicas.people import BY_LOGIN
from netmeta.replicas.prose import work
from netmeta.replicas.site import PLAIN, XML, Ask, Reply
from netmeta.replicas.wire import Channel, rss, sitemap, xml_reply

NAME = "1september"
TITLE = "Издательский дом «Первое сентября»"
DRIFT = Drift("authors", {"author": "signature"})

_ARTICLES = (
    "np-lit-nachalo np-mat-oshibka np-rus-etimolog np-fiz-vanna np-nsh-propisi np-bio-moh "
    "np-his-monety np-him-spichka np-geo-glubina np-lit-slovar np-mat-zadachi np-eng-song "
    "np-inf-shifr np-rus-diktant np-fiz-lift np-psy-novenkiy np-lit-ballada np-mat-parabola "
    "np-him-indikator st-priyomy np-nsh-chasy np-obsh-golos np-bio-pulse np-izo-seryy "
    "np-rus-zapyataya np-fiz-galiley np-geo-veter np-his-lenta np-eng-hotel np-zdor-osanka "
    "np-mat-ustno np-lit-pauza np-inf-sort np-muz-tishina np-nsh-lesenka np-fiz-svet "
    "np-his-interv np-psy-vygor np-rus-slozhnoe np-bibl-lavka np-sport-skakalka np-dir-raspis"
).split()
_NEWS_KEYS = (
    "pr-nov-arhiv pr-nov-podpiska pr-nov-vstrecha pr-nov-premiya pr-nov-oblozhka pr-nov-opros "
    "pr-nov-tipograf pr-nov-slovar"
).split()
_NEWS = Section("/news.php", "Новости")
_STATIC_UNTIL = dt.date(2002, 1, 1)
_AUTHORS = {"np-mat-oshibka": "ivanova_mi", "np-mat-zadachi": "ivanova_mi"}
_FAULTS: Mapping[str, Fault] = {
    "np-lit-ballada": "unclosed",
    "np-eng-song": "nested",
    "np-psy-novenkiy": "truncated",
    "np-geo-veter": "no-title",
}
_CHARSETS: Mapping[str, Charset] = {
    "np-mat-parabola": CP1251_AS_UTF8,
    "np-bio-pulse": CP1251_UNLABELLED,
    "np-eng-hotel": CP1251_META_RU,
}
_MONTHS = "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split()
_PRINTED = '<a href="/articlef.php?ID={}">Версия для печати</a>'
_ROBOTS = """User-agent: *
Disallow: /cgi-bin/
Disallow: /articlef.php
Disallow: /subscribe/
Sitemap: {base}/sitemap.xml
"""


class September(EntrySite):
    """The archive as it stands on a day."""

    name = NAME
    charset: ClassVar[Charset] = CP1251_META_ONLY

    def plant(self) -> Sequence[Entry]:
        return (
            *(_article(key, index, self.today) for index, key in enumerate(_ARTICLES)),
            *(_news(key, 300 + index, self.today) for index, key in enumerate(_NEWS_KEYS)),
        )

    @cached_property
    def _by_path(self) -> dict[str, Entry]:
        return {entry.path: entry for entry in self.entries}

    @cached_property
    def _issues(self) -> dict[str, list[Entry]]:
        """Articles by issue ("2009006")."""
        issues: dict[str, list[Entry]] = {}
        for entry in reversed(self.entries):
            if entry.section is not _NEWS:
                issues.setdefault(entry.section.path.rpartition("=")[2], []).append(entry)
        return issues

    def answer(self, ask: Ask) -> Reply:
        """Render one address."""
        target = ask.path + (f"?{ask.query}" if ask.query else "")
        if entry := self._by_path.get(target.replace("/articlef.php", "/article.php")):
            return self._article(entry)
        match ask.path.strip("/").split("/"):
            case [""]:
                return self._home()
            case ["robots.txt"]:
                return Reply(body=_ROBOTS.format(base=ask.base).encode(), content_type=PLAIN)
            case ["sitemap.xml"]:
                pages = [(entry.path, entry.at.date()) for entry in self.entries]
                return xml_reply(sitemap(ask.base, pages))
            case ["rss.php"]:
                return self._feed(ask)
            case ["archive.php"]:
                return self._archive(ask.query.removeprefix("year="))
            case ["index.php"]:
                return self._issue(ask.query.removeprefix("ID="))
            case ["news.php"] if not ask.query:
                shown = [entry for entry in self.entries if entry.section is _NEWS]
                return self._page("Новости", self._links(shown))
            case ["subscribe", *_]:
                return self._page("Подписка", "<p>Подписной индекс указан на обложке.</p>")
        return self._page("Страница не найдена", "<p>404</p>", status=404)

    # --- pages

    def _article(self, entry: Entry) -> Reply:
        body = flow(entry.work.blocks, entry.number % 3, entry.fault)
        credit = f'<p class="author" align="right"><i>{text(" ".join(entry.credits))}</i></p>\n'
        kind = _kind(entry)
        if kind == "news":
            lead = f'<p class="issue">{entry.published}</p>\n'
        else:
            paper, rubric = entry.stated["category"]
            lead = (
                f'<p class="issue"><a href="{attribute(entry.section.path)}">{text(entry.section.name)}</a>'
                f", {entry.published}</p>\n"
                f'<p class="paper">{text(paper)}</p>\n<p class="rubric">{text(rubric)}</p>\n'
            )
        content = (
            f"{lead}{credit if entry.credits else ''}"
            f'<h1 class="title">{text(entry.work.title)}</h1>\n<div class="text">{body}</div>\n'
            f'<div id="end">{_PRINTED.format(entry.external_id) if kind == "article" else ""}</div>'
        )
        if kind == "static":
            content = re.sub(r"</?[a-z]\w*", lambda tag: tag[0].upper(), content)
            content = content.replace("</P>", "").replace("</LI>", "")
        return self._page(entry.work.title, content, entry)

    def _home(self) -> Reply:
        years = sorted({issue[:4] for issue in self._issues}, reverse=True)
        links = " ".join(f'<a href="/archive.php?year={year}">{year}</a>' for year in years)
        newest = [entry for entry in self.entries if entry.section is _NEWS][:3]
        return self._page(TITLE, f"<h2>Архив</h2><p>{links}</p>{self._links(newest)}")

    def _archive(self, year: str) -> Reply:
        issues = [issue for issue in self._issues if issue.startswith(year)]
        if not re.fullmatch(r"\d{4}", year) or not issues:
            return self._page("Страница не найдена", "<p>404</p>", status=404)
        links = "".join(
            f'<li><a href="/index.php?ID={issue}">{text(self._issues[issue][0].section.name)}</a></li>'
            for issue in issues
        )
        return self._page(f"Архив за {year} год", f"<ul>{links}</ul>")

    def _issue(self, issue: str) -> Reply:
        shown = self._issues.get(issue)
        if shown is None:
            return self._page("Страница не найдена", "<p>404</p>", status=404)
        return self._page(shown[0].section.name, self._links(shown))

    def _links(self, shown: Sequence[Entry]) -> str:
        rows = "".join(
            f'<tr><td><a href="{entry.path}">{text(entry.work.title)}</a><br>'
            f"<font size=-1>{text(entry.work.brief)}</font></td></tr>\n"
            for entry in shown
        )
        return f'<table width="100%" class="contents">{rows}</table>'

    def _page(
        self, title: str, content: str, entry: Entry | None = None, *, status: int = 200
    ) -> Reply:
        meta = self.meta(entry)
        declared = f'<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset={meta}">\n'
        head = "" if entry and entry.fault == "no-title" else text(title)
        markup = (
            f"<html>\n<head>\n{declared if meta else ''}<title>{head}</title>\n"
            '<link rel="alternate" type="application/rss+xml" title="Новости" href="/rss.php">\n'
            '<link rel="stylesheet" href="/style.css">\n</head>\n'
            '<body bgcolor="#FFFFFF" link="#003366">\n<table width="100%" border=0><tr>'
            f'<td class="logo"><a href="/">{text(TITLE)}</a></td>'
            '<td><a href="/news.php">Новости</a> <a href="/subscribe/">Подписка</a></td></tr></table>\n'
            '<table width="100%" border=0><tr><td width="15%" class="side">&nbsp;</td>\n'
            f'<td class="main">\n{content}\n</td></tr></table>\n'
            f"<hr><font size=-2>&copy; {text(TITLE)}</font>\n</body>\n</html>\n"
        )
        return self.html(markup, entry, status=status)

    def _feed(self, ask: Ask) -> Reply:
        newest = [entry for entry in self.entries if _kind(entry) != "static"][:14]
        feed = rss(ask.base, Channel(title=TITLE, link="/"), newest)
        body = feed.encode("windows-1251", errors="xmlcharrefreplace")
        return Reply(body=body, content_type=XML, modified=newest[0].at)


def _kind(entry: Entry) -> str:
    if entry.section is _NEWS:
        return "news"
    return "article" if entry.external_id.isdigit() else "static"


def _article(key: str, index: int, today: dt.date) -> Entry:
    piece, draft = work(key, NAME), drafts("pieces_")[key]
    since = dt.date(1998, 2, 1)
    at = zoned(moment(index, len(_ARTICLES), key, since=since, today=today, fresh=1))
    paper = f"«{draft.get('paper') or 'Начальная школа'}»"
    rubric = draft.get("rubric") or "Копилка"
    by = BY_LOGIN[_AUTHORS[key]] if key in _AUTHORS else teacher_of(piece)
    issue = f"{at.year}{1 + at.timetuple().tm_yday // 8:03d}"
    number = f"{issue}{1 + index % 30:02d}"
    static = at.date() < _STATIC_UNTIL
    if static:
        at = at.replace(day=1)  # all that the page tells is the month
    path = f"{at.year}/art/{key.removeprefix('np-').replace('-', '')}" if static else ""
    day = f"{_MONTHS[at.month - 1]} {at.year} года" if static else say("day", at, at)[0]
    return Entry(
        work=piece,
        number=int(number),
        external_id=path or number,
        path=f"/{path}.htm" if static else f"/article.php?ID={number}",
        at=at,
        published=day,
        section=Section(f"/index.php?ID={issue}", f"{paper}, № {int(issue[4:])}/{at.year}"),
        by=by,
        credits=(by.credit(("initials-first", "full", "post")[index % 3]),),
        stated={"category": [paper, rubric]},
        fault=_FAULTS.get(key),
        charset=_CHARSETS.get(key, CP1251_META_ONLY),
    )


def _news(key: str, number: int, today: dt.date) -> Entry:
    piece = notice(key, today, table=False)
    at = zoned(posted(piece, today))
    return Entry(
        work=piece,
        number=number,
        external_id=f"news-{number}",
        path=f"/news.php?ID={number}",
        at=at,
        published=f"{at:%d.%m.%Y}",
        section=_NEWS,
        by=BY_LOGIN["savinaov"],
        charset=CP1251_META_ONLY,
    )


def site(today: dt.date) -> September:
    """The portal as it stands on a day."""
    return September(today)
