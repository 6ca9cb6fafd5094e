"""The generated site of `benchmarks.crawl`: pages of some 50 KB as portals make them.

A page is some 6 KB of text in a template of menus, lists of links, scripts and styles, with the
same facts in JSON-LD, OpenGraph and labels. It is served by a process of its own, so that its
work is not counted.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Final

PER_LISTING: Final = 50
_WORDS: Final = (
    "урок дроби класс задача решение учебник тетрадь доска вопрос ответ пример правило число "
    "сложение вычитание уравнение график функция треугольник площадь круг радиус теорема опыт "
    "лабораторная домашнее задание проверка группа ученик учитель школа лицей праздник конкурс "
    "предложение глагол сказуемое поэт роман герой образ война реформа царь крепость клетка"
).split()
_SUBJECTS: Final = ("Математика", "Русский язык", "Физика", "История", "Биология", "Литература")
_NAMES: Final = ("Иванова Мария Петровна", "Петров Сергей Ильич", "Сидорова Анна Львовна")


def _template(host: int, pages: int) -> tuple[str, str, str]:
    """What stands before and after the article on every page of a host, some 40 KB in all; its
    links lead to other pages of the host."""
    rng = random.Random(host)
    listings = -(-pages // PER_LISTING)

    def links(count: int, name: str) -> str:
        return "".join(
            f'<li class="{name}__item leaf level-{n % 3}"><a class="{name}__link"'
            f' href="{f"/list/{n % listings}" if n % 2 else f"/articles/{n * 7 % pages}"}"'
            f' title="{" ".join(rng.choices(_WORDS, k=3))}">{" ".join(rng.choices(_WORDS, k=4))}</a></li>'
            for n in range(count)
        )

    script = "".join(f"function f{n}(a,b){{var c=a+{n};return c*b}};" for n in range(150))
    style = "".join(f".c{n}{{margin:0 {n}px;color:#{n:06x}}}" for n in range(150))
    before = (
        f"<style>{style}</style><script>{script}</script></head><body class='page node'>"
        f"<header><a href='/'>Портал {host}</a><ul class='menu'>{links(30, 'menu')}</ul></header>"
        f"<aside><div class='block'><h3>Разделы</h3><ul>{links(40, 'side')}</ul></div></aside>"
    )
    after = (
        f"<aside><div class='block'><h3>Новое</h3><ul>{links(40, 'new')}</ul></div></aside>"
        f"<footer><ul>{links(20, 'foot')}</ul><p>© Портал {host}</p></footer></body></html>"
    )
    return "<!doctype html><html lang='ru'><head><meta charset='utf-8'>", before, after


class Site:
    """One host of the site.

    Args:
        pages: articles it has.
        thin: pages without template and little text, where only their number matters.
    """

    def __init__(self, host: int, pages: int, *, thin: bool = False) -> None:
        self.host, self.pages, self.thin = host, pages, thin
        self.base = ""
        self._parts = (
            _template(host, pages) if not thin else ("<html><head>", "</head><body>", "</body>")
        )

    def answer(self, path: str) -> tuple[str, str, bytes]:
        """(status line, content type, body) of a path."""
        kind, _, number = path.strip("/").partition("/")
        if path == "/robots.txt":
            return "200 OK", "text/plain", f"Sitemap: {self.base}/sitemap.xml\n".encode()
        if kind == "articles" and number.isdigit() and int(number) < self.pages:
            return "200 OK", "text/html; charset=utf-8", self._article(int(number)).encode()
        if kind == "sitemap.xml" or (kind == "part" and number.isdigit()):
            return "200 OK", "text/xml", self._sitemap(number).encode()
        if not kind or kind == "list":
            return "200 OK", "text/html; charset=utf-8", self._listing(int(number or 0)).encode()
        return "404 Not Found", "text/html", b"<html><body>404</body></html>"

    def _article(self, number: int) -> str:
        rng = random.Random(self.host * 1_000_003 + number)
        title = " ".join(rng.choices(_WORDS, k=6)).capitalize()
        head, before, after = self._parts
        if self.thin:
            text = f"<p>{' '.join(rng.choices(_WORDS, k=60))}.</p>"
            return f"{head}<title>{title}</title>{before}<article><h1>{title}</h1>{text}</article>{after}"
        day, author = f"2024-0{number % 9 + 1}-{number % 28 + 1:02}", _NAMES[number % 3]
        paragraphs = "".join(
            f"<p>{' '.join(rng.choices(_WORDS, k=60)).capitalize()}, {number}-{n}.</p>"
            for n in range(12)
        )
        facts = (
            f"<title>{title}</title><meta name='description' content='{title}: конспект'>"
            f"<meta property='og:title' content='{title}'><meta property='og:type' content='article'>"
            f"<meta property='og:image' content='{self.base}/i/{number}.jpg'>"
            '<script type="application/ld+json">{"@context":"https://schema.org","@type":"Article",'
            f'"headline":"{title}","datePublished":"{day}","author":{{"@type":"Person",'
            f'"name":"{author}"}}}}</script>'
        )
        labels = (
            f"<p>Предмет: {_SUBJECTS[number % 6]}</p><p>Класс: {number % 11 + 1} класс</p>"
            f"<p>Тип материала: конспект урока</p><p>Автор: {author}</p>"
        )
        files = f"<a href='/files/{number}.docx'>{title}.docx</a>"
        return (
            f"{head}{facts}{before}<article><h1>{title}</h1><time datetime='{day}'>{day}</time>"
            f"{labels}<div class='text'>{paragraphs}</div>{files}</article>{after}"
        )

    def _listing(self, number: int) -> str:
        first = number * PER_LISTING
        shown = range(first, min(first + PER_LISTING, self.pages)) if not self.thin else ()
        rows = "".join(f"<li><a href='/articles/{one}'>Материал {one}</a></li>" for one in shown)
        more = (
            f"<a href='/list/{number + 1}'>дальше</a>" if first + PER_LISTING < self.pages else ""
        )
        head, before, after = self._parts
        return f"{head}<title>Все</title>{before}<ul>{rows}</ul>{'' if self.thin else more}{after}"

    def _sitemap(self, number: str) -> str:
        space = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
        if not self.thin:
            return f"<urlset {space}></urlset>"
        if not number:
            parts = "".join(
                f"<sitemap><loc>{self.base}/part/{n}</loc></sitemap>"
                for n in range(-(-self.pages // 5000))
            )
            return f"<sitemapindex {space}>{parts}</sitemapindex>"
        first = int(number) * 5000
        urls = "".join(
            f"<url><loc>{self.base}/articles/{n}</loc><lastmod>2024-05-01</lastmod></url>"
            for n in range(first, min(first + 5000, self.pages))
        )
        return f"<urlset {space}>{urls}</urlset>"


async def _serve(sites: list[Site], ready: Connection) -> None:
    async def talk(site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                path = request.split(b" ", 2)[1].decode("ascii")
                status, kind, body = site.answer(path)
                head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    servers = []
    for site in sites:
        server = await asyncio.start_server(
            lambda r, w, site=site: talk(site, r, w), f"127.0.1.{site.host + 1}", 0
        )
        host, port = server.sockets[0].getsockname()
        site.base = f"http://{host}:{port}"
        servers.append(server)
    ready.send([site.base for site in sites])
    await asyncio.gather(*(server.serve_forever() for server in servers))


def _run(sites: list[Site], ready: Connection) -> None:
    asyncio.run(_serve(sites, ready))


@contextmanager
def served(hosts: int, pages: int, *, thin: bool = False) -> Iterator[list[str]]:
    """Serve `pages` articles over so many hosts until the block ends; gives their addresses."""
    sites = [Site(host, pages // hosts, thin=thin) for host in range(hosts)]
    mine, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_run, args=(sites, theirs))
    process.start()
    try:
        yield mine.recv()
    finally:
        process.kill()
        process.join()
