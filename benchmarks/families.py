"""Families on real saved pages: recognition of all, reading of those in the gold file.

    python -m benchmarks.families [FOLDER]

FOLDER (default ../shared/data/families) holds the pages and SOURCES.tsv. Gold is
tests/families_gold.jsonl: kind, title, a few words from the beginning and the end of the main text,
and the date and author as shown, each read off the page by a person. CPU seconds are of this run.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from netmeta.harvest.families.base import NotAnEntryError
from netmeta.harvest.families.recognise import FAMILIES, recognise
from netmeta.model import Item
from netmeta.reading import PageReader
from netmeta.reading.charset import decode
from netmeta.when import parse_when

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT.parent / "shared" / "data" / "families"
GOLD = ROOT / "tests" / "families_gold.jsonl"

MARGIN_CHARS = 400
"""How far from the ends of the body the gold words may stand: subtitles above, galleries below."""


@dataclass(frozen=True, slots=True)
class Gold:
    """One page as a person reads it. `first`, `last`, `date`, `author` are empty if not shown."""

    file: str
    family: str
    path: str
    kind: str
    title: str = ""
    first: str = ""
    last: str = ""
    date: str | None = None
    author: str | None = None

    @property
    def url(self) -> str:
        return f"https://example.org{self.path}"


@dataclass(slots=True)
class Score:
    """Counts of one family, each with the pages that were missed."""

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    missed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, what: str, page: str, ok: bool) -> None:
        self.asked[what] += 1
        self.right[what] += ok
        if not ok:
            self.missed[what].append(page)

    def share(self, what: str) -> float:
        return self.right[what] / self.asked[what] if self.asked[what] else 1.0


@cache
def gold() -> tuple[Gold, ...]:
    return tuple(Gold(**json.loads(line)) for line in GOLD.read_text("utf-8").splitlines())


@cache
def sources(folder: Path = FOLDER) -> tuple[dict[str, str], ...]:
    with (folder / "SOURCES.tsv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, delimiter="\t"))


def body_of(file: str, folder: Path = FOLDER) -> bytes:
    return gzip.decompress((folder / file).read_bytes())


def plain(text: str | None) -> str:
    """Words for comparing: one space, small letters, ё as е, quotation marks of one kind."""
    text = re.sub(r"[«»“”„\"]", '"', (text or "").lower().replace("ё", "е"))
    return " ".join(text.split()).strip(' ."')


def recognition(folder: Path = FOLDER) -> Score:
    """Every page of the folder against the family of SOURCES.tsv; "other" is "generic"."""
    found = Score()
    for row in sources(folder):
        name = row["file"].split("__")[-1].removesuffix(".gz")
        got = recognise(body_of(row["file"], folder), f"https://example.org/{name}").family
        want = "generic" if row["family"] == "other" else row["family"]
        found.note(want, f"{row['file']}: {got}", got == want)
    return found


def judge(page: Gold, item: Item | None, score: Score) -> None:
    """Compare what was read of an entry page with the gold."""
    body, day = plain(item.body if item else ""), None
    score.note("title", page.file, item is not None and plain(item.title) == plain(page.title))
    if page.first:
        first, last = plain(page.first), plain(page.last)
        begins = first in body[: MARGIN_CHARS + len(first)]
        score.note("text", page.file, begins and last in body[-MARGIN_CHARS - len(last) :])
    if item and item.published:
        when = parse_when(item.published[:200], fallback=False, lean="past")
        day = when.start if when else None
    if page.date:
        when = parse_when(page.date, fallback=False, lean="past")
        score.note("date", f"{page.file}: {day}", when is not None and day == when.start)
    else:
        score.note("no date", f"{page.file}: {day}", day is None)
    if page.author:
        score.note(
            "author", page.file, bool(item) and page.author in (item.authors if item else ())
        )


def reading(folder: Path = FOLDER) -> dict[str, Score]:
    """{family: score} over the gold pages; each host has a reader that has seen its gold pages."""
    hosts = {row["file"]: row["host"] for row in sources(folder)}
    readers: dict[str, PageReader] = defaultdict(PageReader)
    scores: dict[str, Score] = defaultdict(Score)
    for page in gold():
        score, family = scores[page.family], FAMILIES[page.family]
        body = body_of(page.file, folder)
        if page.kind == "entry":
            try:
                item = family.read(body, page.url, source="s", reader=readers[hosts[page.file]])
            except NotAnEntryError:
                item = None
            judge(page, item, score)
        told = family.is_entry(decode(body).text, page.url)
        score.note("entry or not", page.file, told == (page.kind == "entry"))
    return dict(scores)


WHAT = ("title", "text", "date", "no date", "author", "entry or not")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    started = time.process_time()
    families = recognition(folder)
    spent = time.process_time() - started
    n = families.asked.total()
    print(f"recognised {families.right.total()}/{n}, {1000 * spent / n:.1f} ms of CPU a page")
    for name in families.asked:
        print(
            f"  {name:10} {families.right[name]:3}/{families.asked[name]:3}", *families.missed[name]
        )
    started = time.process_time()
    scores = reading(folder)
    print(f"read {len(gold())} gold pages in {time.process_time() - started:.2f} s of CPU")
    print(f"  {'':10}", *(f"{what:>13}" for what in WHAT))
    for name, score in scores.items():
        cells = (f"{score.right[what]}/{score.asked[what]}" for what in WHAT)
        print(f"  {name:10}", *(f"{cell:>13}" for cell in cells))
    for name, score in scores.items():
        for what, pages in score.missed.items():
            for missed in pages:
                print(f"  missed {what} ({name}): {missed}")


if __name__ == "__main__":
    main()
