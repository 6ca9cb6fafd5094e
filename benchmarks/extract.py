"""Main text and title of real Russian pages: netmeta beside the well-known extractors.

    python -m benchmarks.extract [FOLDER]
    python -m benchmarks.extract --pin      raise the floors the tests hold netmeta to

FOLDER holds `gold.jsonl` and gzipped pages (default: ../shared/data/pages_ru beside the checkout).
All extractors read every page in turn, in one process, so that their CPU times can be compared.
"""

from __future__ import annotations

import json
import logging
import statistics
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import lxml.html
import trafilatura
from readability import Document
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from benchmarks.extract_score import (
    GoldPage,
    LowerFloorError,
    Score,
    digest,
    floors_of,
    load_pages,
    raised,
    score,
)
from netmeta.reading import PageReader

Extract = Callable[[GoldPage], tuple[str, str | None]]
FLOORS = Path(__file__).resolve().parents[1] / "tests" / "reading_floors.json"
DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "pages_ru"


def _host(page: GoldPage) -> str:
    return urlsplit(page.url).hostname or ""


def _readers(pages: Sequence[GoldPage], *, observed: bool) -> Extract:
    readers = {_host(page): PageReader(learn=False) for page in pages}
    if observed:
        for page in pages:
            readers[_host(page)].observe(page.body, page.url)

    def extract(page: GoldPage) -> tuple[str, str | None]:
        found = readers[_host(page)].read(page.body, page.url)
        return found.text, found.title

    return extract


def _trafilatura(page: GoldPage) -> tuple[str, str | None]:
    return trafilatura.extract(page.body) or "", None


def _trafilatura_precise(page: GoldPage) -> tuple[str, str | None]:
    return trafilatura.extract(page.body, favor_precision=True) or "", None


def _readability(page: GoldPage) -> tuple[str, str | None]:
    document = Document(page.body.decode("utf-8", "replace"))
    summary = lxml.html.fromstring(document.summary())
    return summary.text_content(), document.short_title()


def _resiliparse(page: GoldPage) -> tuple[str, str | None]:
    tree = HTMLTree.parse_from_bytes(page.body, "utf-8")
    return extract_plain_text(tree, main_content=True), tree.title


def _title_of_trafilatura(page: GoldPage) -> str | None:
    found = trafilatura.extract_metadata(page.body)
    return found.title if found else None


def compare(pages: Sequence[GoldPage]) -> None:
    """Run all extractors over the pages and print a table."""
    extractors: dict[str, Extract] = {
        "netmeta, read() alone": _readers(pages, observed=False),
        "netmeta, observed first": _readers(pages, observed=True),
        "trafilatura": _trafilatura,
        "trafilatura precision": _trafilatura_precise,
        "readability-lxml": _readability,
        "resiliparse": _resiliparse,
    }
    for extract in extractors.values():  # imports and caches
        for page in pages[:5]:
            extract(page)
    found: dict[str, list[tuple[str, str | None]]] = {name: [] for name in extractors}
    seconds: dict[str, list[float]] = {name: [] for name in extractors}
    for page in pages:
        for name, extract in extractors.items():
            start = time.process_time()
            found[name].append(extract(page))
            seconds[name].append(time.process_time() - start)
    titles_of_trafilatura = [_title_of_trafilatura(page) for page in pages]
    print(
        f"{'':24} {'prec':>6} {'recall':>6} {'F1':>6} {'<0.1':>5} {'title':>6} {'words':>6} {'begun':>6}"
        f" {'ms':>6} {'p95':>6} {'max':>6} {'x traf.':>7}"
    )
    for name in extractors:
        texts = [text for text, _ in found[name]]
        titles = [title for _, title in found[name]]
        if name.startswith("trafilatura"):
            titles = titles_of_trafilatura
        _print_row(name, score(pages, texts, titles), seconds[name], seconds["trafilatura"])


def _print_row(
    name: str, found: Score, seconds: Sequence[float], of_trafilatura: Sequence[float]
) -> None:
    mean = statistics.fmean(seconds)
    p95 = statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else mean
    print(
        f"{name:24} {found.precision:6.3f} {found.recall:6.3f} {found.f1:6.3f} {found.lost:5}"
        f" {found.titles:6.3f} {found.titles_loosely:6.3f} {found.titles_begun:6.3f} {1000 * mean:6.1f} {1000 * p95:6.1f}"
        f" {1000 * max(seconds):6.0f} {mean / statistics.fmean(of_trafilatura):7.3f}"
    )


def pin(pages: Sequence[GoldPage]) -> None:
    """Write the floors, unless one would sink."""
    extract = _readers(pages, observed=False)
    results = [extract(page) for page in pages]
    found = score(pages, [text for text, _ in results], [title for _, title in results])
    pinned = json.loads(FLOORS.read_text()) if FLOORS.is_file() else None
    try:
        floors = raised(pinned, floors_of(found, digest(pages)))
    except LowerFloorError as error:
        sys.exit(f"{FLOORS.name} stays as it is: {error}")
    FLOORS.write_text(json.dumps(floors, indent=2) + "\n")
    print(f"{FLOORS.name}: {floors}")


def in_tuning_half(page: GoldPage) -> bool:
    """Half of the domains (kp.ru and its cities are one) were looked at while tuning."""
    domain = ".".join(_host(page).split(".")[-2:])
    return zlib.crc32(domain.encode()) % 2 == 0


def main() -> None:
    """Compare on the whole set, then print netmeta's figures on either half of the hosts."""
    logging.disable(logging.CRITICAL)  # trafilatura and readability complain about pages
    arguments = [argument for argument in sys.argv[1:] if argument != "--pin"]
    folder = Path(arguments[0]) if arguments else DEFAULT_FOLDER
    if not (folder / "gold.jsonl").is_file():
        sys.exit(f"{folder} holds no gold.jsonl: give the folder of reference pages")
    pages = load_pages(folder)
    if "--pin" in sys.argv:
        pin(pages)
        return
    print(f"{len(pages)} pages of {len({_host(p) for p in pages})} hosts, digest {digest(pages)}\n")
    compare(pages)
    print("\nnetmeta, read() alone, by half of the domains:")
    for label, half in (("tuned on", True), ("kept apart", False)):
        chosen = [page for page in pages if in_tuning_half(page) == half]
        extract = _readers(chosen, observed=False)
        results = [extract(page) for page in chosen]
        found = score(chosen, [text for text, _ in results], [title for _, title in results])
        print(
            f"{label:24} {found.precision:6.3f} {found.recall:6.3f} {found.f1:6.3f} {found.lost:5}"
            f" {found.titles:6.3f} {found.titles_loosely:6.3f} {found.titles_begun:6.3f}   {found.pages} pages"
        )


if __name__ == "__main__":
    main()
