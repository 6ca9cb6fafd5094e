"""The 131 real news pages of 61 hosts, harvested as 61 sources over real HTTP.

Only the names of the hosts are staged: a map in place of the resolver leads each of them to one
server on loopback, which answers by the Host header.
"""

from __future__ import annotations

import gzip
import json
import re
import socket
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import aiohttp.resolver
import pytest

from netmeta.facade import Netmeta
from netmeta.model import Source
from netmeta.services.sources import slug
from tests.conftest import SHARED

PAGES = SHARED / "pages_ru"
FOUND = 131

pytestmark = pytest.mark.shared


def gold() -> list[dict[str, str]]:
    lines = (PAGES / "gold.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


class Hosts:
    """Real pages by host and path; "/" of each host links to them."""

    def __init__(self) -> None:
        self.pages: dict[tuple[str, str], bytes] = {}
        paths: dict[str, list[str]] = defaultdict(list)
        for row in gold():
            parts = urlsplit(row["url"])
            paths[parts.netloc].append(parts.path)
            self.pages[parts.netloc, parts.path] = gzip.decompress((PAGES / row["file"]).read_bytes())  # fmt: skip
        for host, found in paths.items():
            links = "".join(f"<p><a href='{path}'>новость</a></p>" for path in found)
            page = f"<html><head><title>{host}</title></head><body>{links}</body></html>"
            self.pages[host, "/"] = page.encode()
        self.names = sorted(paths)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Hosts, int]]:
    hosts = Hosts()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = hosts.pages.get(((self.headers["Host"] or "").split(":")[0], self.path))
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html")  # no charset: the bytes must tell
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield hosts, server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


async def to_loopback(
    resolver: object, host: str, port: int = 0, family: int = socket.AF_INET
) -> list[dict[str, Any]]:
    """Every name is this machine."""
    return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}]  # fmt: skip


@pytest.fixture(scope="module")
def harvested(
    served: tuple[Hosts, int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[dict[str, tuple[str, str]], Counter[str]]]:
    """{address without port: (title, body)} of all records, and the counts of all runs."""
    hosts, port = served
    place = tmp_path_factory.mktemp("real") / "a.db"
    with (
        pytest.MonkeyPatch.context() as patch,
        Netmeta.open(place, delay_s=0.0, allow_hosts=["127.0.0.1"]) as nm,
    ):
        patch.setattr(aiohttp.resolver.ThreadedResolver, "resolve", to_loopback)
        for host in hosts.names:
            url = f"http://{host}:{port}/"
            # Real pages link to a hundred more, which are not there.
            source = Source(name=slug(f"http://{host}"), kind="site", url=url, title=host, spider="site", options={"max_pages": 40})  # fmt: skip
            nm.catalogue.add_source(source)
        counts: Counter[str] = Counter()
        for result in nm.harvest().results:
            counts.update({k: n for k, n in result.counts.items() if isinstance(n, int)})
        rows = nm.catalogue.conn.execute(
            "SELECT json_extract(t.raw, '$.url'), r.title, t.body FROM records r"
            " JOIN record_texts t ON t.record_id = r.id"
        )
        yield (
            {url.replace(f":{port}/", "/"): (title, body or "") for url, title, body in rows},
            counts,
        )


Harvested = tuple[dict[str, tuple[str, str]], Counter[str]]


def test_every_page_is_a_record_or_counted(harvested: Harvested) -> None:
    records, counts = harvested
    wanted = {row["url"] for row in gold()}
    assert set(records) <= wanted
    assert len(records) >= FOUND, sorted(wanted - set(records))
    named = sum(n for name, n in counts.items() if name.startswith("skipped: not an entry page"))
    assert len(records) + named >= len(wanted)
    assert not [name for name in counts if "error" in name]


def test_titles_are_those_of_the_pages(harvested: Harvested) -> None:
    """What the page shows as its headline may be worded otherwise than its `<title>`."""
    records, _ = harvested
    said = {row["url"]: plain(f"{row['title']} {row['text']}").split() for row in gold()}
    wrong = {
        url: title
        for url, (title, _) in records.items()
        if sum(word in said[url] for word in plain(title).split()) < 0.6 * len(title.split())
    }
    assert len(wrong) <= 0.03 * len(records), wrong


def test_titles_and_texts_are_readable(harvested: Harvested) -> None:
    records, _ = harvested
    assert all(cyrillic(title) > 0.6 for title, _ in records.values())
    assert all(cyrillic(body) > 0.7 for _, body in records.values())
    assert not [
        url for url, texts in records.items() if re.search(r"�|Р[°-я]Р|<\w", " ".join(texts))
    ]
    assert all(len(body.split()) >= 25 for _, body in records.values())


def test_texts_are_the_articles(harvested: Harvested) -> None:
    """Half of the words of a text stand in the reference, and the other way round.

    The reference itself is not always the article: of five pages it is the rules for comments.
    """
    records, _ = harvested
    right = 0
    for row in gold():
        if row["url"] in records:
            ours, theirs = (
                set(plain(text).split()) for text in (records[row["url"]][1], row["text"])
            )
            shared = len(ours & theirs)
            right += shared >= 0.5 * len(ours) and shared >= 0.5 * len(theirs)
    assert right >= 0.9 * len(records), right


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower().replace("ё", "е")))


def cyrillic(text: str) -> float:
    letters = re.findall(r"[^\W\d_]", text)
    return len(re.findall(r"[а-яё]", "".join(letters), re.I)) / max(1, len(letters))
