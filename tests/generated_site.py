"""A generated site on loopback: any number of articles with authors, and listings that lead to
all of them. Articles can be taken away and brought back, and the template can be redesigned."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PER_LISTING = 20
_WORDS = (
    "урок дроби класс задача решение учебник тетрадь доска вопрос ответ пример правило число "
    "сложение вычитание уравнение график функция треугольник площадь круг радиус теорема опыт "
    "лабораторная домашнее задание проверка группа ученик учитель школа лицей праздник конкурс"
).split()


class GeneratedSite:
    """What is on the site, and what was asked for.

    Attributes:
        there: numbers of the articles that exist.
        byline: name of the property that marks the author.
        anonymous: numbers of articles without author.
        broken: number of an article that answers with an error.
        wall: what every article shows instead of itself.
    """

    def __init__(self, articles: int) -> None:
        self.there = set(range(articles))
        self.byline = "author"
        self.anonymous: set[int] = set()
        self.broken = -1
        self.wall = ""
        self.asked: list[str] = []
        self.base = ""

    def page(self, path: str) -> tuple[int, str, str]:
        """(status, content type, text) of a path."""
        if path == "/robots.txt":
            return 200, "text/plain", "User-agent: *\nAllow: /\n"
        kind, _, number = path.strip("/").partition("/")
        if kind == "news" and number == str(self.broken):
            return 500, "text/html", "oops"
        if kind == "news" and self.wall:
            return 200, "text/html", _html("Школа", self.wall)
        if kind == "news" and number.isdigit() and int(number) in self.there:
            return 200, "text/html", self._article(int(number))
        if path == "/" or (kind == "list" and number.isdigit()):
            return 200, "text/html", self._listing(int(number or 0))
        return 404, "text/html", "<html><head><title>404</title></head><body>Нет</body></html>"

    def _article(self, number: int) -> str:
        chosen = random.Random(number)
        paragraphs = "".join(
            f"<p>{' '.join(chosen.choices(_WORDS, k=30)).capitalize()} {number}-{n}.</p>"
            for n in range(4)
        )
        by = f'<meta name="{self.byline}" content="Иванова Мария Петровна">'
        by = "" if number in self.anonymous else by
        return _html(
            f"Статья {number}: {' '.join(chosen.choices(_WORDS, k=4))}",
            f"<time datetime='2024-05-{number % 28 + 1:02}'></time><div class='article-text' itemprop='articleBody'>{paragraphs}</div>",
            head=f'<meta property="og:type" content="article">{by}',
        )

    def _listing(self, number: int) -> str:
        known = sorted(self.there)
        shown = known[number * PER_LISTING : (number + 1) * PER_LISTING]
        links = "".join(f'<li><a href="/news/{one}">Статья {one}</a></li>' for one in shown)
        pages = range(-(-len(known) // PER_LISTING))
        pager = " ".join(f'<a href="/list/{one}">{one + 1}</a>' for one in pages)
        return _html("Все статьи", f"<ul>{links}</ul><div class='pager'>{pager}</div>")


def _html(title: str, body: str, *, head: str = "") -> str:
    tag = "article" if head else "div"
    return (
        f"<!doctype html><html lang='ru'><head><meta charset='utf-8'><title>{title}</title>{head}"
        f"</head><body><header><a href='/'>Школа</a></header><{tag}><h1>{title}</h1>{body}</{tag}>"
        "<footer>Школа № 5</footer></body></html>"
    )


@contextmanager
def generated(articles: int) -> Iterator[GeneratedSite]:
    """Serve a site until the block ends."""
    site = GeneratedSite(articles)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self) -> None:
            site.asked.append(self.path)
            status, kind, text = site.page(self.path)
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that was killed is no news here."""

    server = Server(("127.0.0.1", 0), Handler)
    site.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
