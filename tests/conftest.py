"""What tests share: a small real web server, an empty catalogue, the command line, real inputs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from netmeta.catalogue import Catalogue
from netmeta.cli import main
from netmeta.model import Item, Record, Source
from netmeta.normalise import normalise

SHARED = Path(__file__).parents[2] / "shared" / "data"
NO_SHARED = "needs the real inputs of ../shared/data, which a public clone does not have"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests marked `shared` are skipped, with the reason, where the folder is missing."""
    if not SHARED.exists():
        for item in items:
            if "shared" in item.keywords:
                item.add_marker(pytest.mark.skip(reason=NO_SHARED))


@dataclass
class Page:
    """What the web server answers at one path."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html"})


@dataclass
class Web:
    """A real web server on loopback: set `pages[path]`, read `asked`."""

    base: str
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def put(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> str:
        """Serve a body at a path; header names with _ for -. Returns the address."""
        raw = body if isinstance(body, bytes) else body.encode("utf-8")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Page(raw, status, {"Content-Type": "text/html", **named})
        return self.base + path

    def paths(self) -> list[str]:
        """Paths asked for so far, robots.txt left out."""
        return [path for path, _ in self.asked if path != "/robots.txt"]


@pytest.fixture
def web() -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            page = site.pages.get(self.path, Page(b"not here", 404))
            etag = page.headers.get("ETag")
            if etag and self.headers.get("If-None-Match") == etag:
                page = Page(b"", 304, {"ETag": etag})
            self.send_response(page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(page.body)))
            self.end_headers()
            self.wfile.write(page.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Web(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue(tmp_path / "netmeta.db") as opened:
        yield opened


@dataclass(frozen=True)
class Ran:
    """What a run of the command line gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ran]:
    """Run `netmeta --db <tmp> --lang en ...` in this process."""
    monkeypatch.setenv("NETMETA_CONFIG", str(tmp_path / "netmeta.toml"))
    (tmp_path / "netmeta.toml").touch()
    monkeypatch.setenv("NETMETA_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str, db: Path | None = tmp_path / "netmeta.db") -> Ran:
        place = [] if db is None else ["--db", str(db)]
        with pytest.raises(SystemExit) as end:
            main([*place, "--lang", "en", *words])
        shown = capsys.readouterr()
        return Ran(int(end.value.code or 0), shown.out, shown.err)

    return run


SOURCE = Source(name="school", kind="feed", url="https://school.example/rss", title="School")


def item(number: int = 1, **changes: object) -> Item:
    """An item with everything it needs and what a test wants."""
    values = {
        "source": "school",
        "external_id": f"n{number}",
        "url": f"https://school.example/{number}",
        "title": f"Урок математики № {number}",
        "body": "Обыкновенные дроби: правильные и неправильные.",
        **changes,
    }
    return Item(**values)  # type: ignore[arg-type]  # tests name the fields


def record(number: int = 1, **changes: object) -> Record:
    """The record of `item(number, ...)`."""
    return normalise(item(number, **changes), SOURCE)
