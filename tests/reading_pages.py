"""What a reader sees of a page, told without any library of the project."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

from tests.loopback import Page


class Words(HTMLParser):
    """The words a reader sees, the headings, the links, and what the head says."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.heads: list[str] = []
        self.canonical: str | None = None
        self.base: str | None = None
        self.properties: dict[str, str] = {}
        self._silent = False
        self._in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent = tag in ("script", "style", "title")
        found = dict(attrs)
        if tag == "h1":
            self._in_heading = True
            self.heads.append("")
        if tag == "a" and (href := found.get("href")):
            self.links.append(href)
        if tag == "img" and (src := found.get("src")):
            self.sources.append(src)
        if tag == "base":
            self.base = found.get("href")
        if tag == "link" and found.get("rel") == "canonical":
            self.canonical = found.get("href")
        if tag == "meta" and (name := found.get("property")):
            self.properties[name] = found.get("content") or ""

    def handle_endtag(self, tag: str) -> None:
        self._silent = False
        if tag == "h1":
            self._in_heading = False

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words += data.replace("\0", " ").split()
        if self._in_heading:
            self.heads[-1] += data


def codec_of(body: bytes) -> str:
    """utf-8 if the bytes are, else windows-1251."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1251"
    return "utf-8"


def read(html: str) -> Words:
    """The page as a reader sees it."""
    words = Words()
    words.feed(html)
    return words


def fetch(url: str) -> tuple[Page, Words]:
    """A page and its words."""
    page = Page(url)
    return page, read(page.text(codec_of(page.body)))


class Robots:
    """The rules for everybody of a robots.txt, with `*` and `$`; the longest match decides."""

    def __init__(self, text: str) -> None:
        self._rules = [
            (kind.lower() == "allow", path.strip())
            for line in text.splitlines()
            if (found := re.fullmatch(r"(Allow|Disallow):(.*)", line.strip(), re.I))
            for kind, path in [(found[1], found[2])]
            if path.strip()
        ]

    def allow(self, target: str) -> bool:
        """Whether a path with its query may be fetched."""
        best = (0, True)
        for allowed, path in self._rules:
            pattern = re.escape(path).replace(r"\*", ".*").replace(r"\$", "$")
            if re.match(pattern, target):
                best = max(best, (len(path), allowed))
        return best[1]


def crawl(home: str, avoid: str = r"(?!)") -> dict[str, Words]:
    """All pages a polite visitor reaches from the home page, by the address they settle on;
    addresses that match `avoid` are not visited. Fails beyond a thousand."""
    host = urlsplit(home).netloc
    rules = Robots(Page(f"{home}robots.txt").text())
    found: dict[str, Words] = {}
    seen, waiting = {home}, [home]
    while waiting:
        url = waiting.pop()
        page, words = fetch(url)
        if page.status == 301:
            words.links.append(page.headers["Location"])
        if page.headers.get("Content-Type", "").startswith("text/html") and page.status == 200:
            found[_in_order(url)] = words
        assert len(seen) < 1_000, "this site has no end"
        for href in words.links:
            link = urljoin(words.base or url, href).split("#")[0]
            parts = urlsplit(link)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            if parts.netloc == host and link not in seen and not re.search(avoid, target):
                seen.add(link)
                if rules.allow(unquote(target)):
                    waiting.append(link)
    return found


def _in_order(url: str) -> str:
    """The address with its parameters sorted, as canonical addresses have them."""
    path, mark, query = url.partition("?")
    return path + mark + "&".join(sorted(query.split("&")))
