"""Scores extracted text against a reference: overlap of four-word shingles."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SHINGLE_WORDS = 4
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A saved page and what stands on it; `text` begins with the headline."""

    url: str
    body: bytes
    text: str

    @property
    def title(self) -> str:
        """The first line of the reference, white space squeezed."""
        return " ".join(self.text.split("\n", 1)[0].split())


@dataclass(frozen=True, slots=True)
class Score:
    """Shares (0..1). Precision and recall are means over pages, `f1` is the F1 of these means;
    `lost` counts the pages whose own F1 is under 0.1; `titles` is the share of pages whose title is
    the reference's first line, `titles_loosely` the same by words alone (no case, no signs),
    `titles_begun` that of pages where one of the two begins with all words of the other (many
    references glue a subtitle, a date or the site's name to the headline)."""

    pages: int
    precision: float
    recall: float
    f1: float
    lost: int
    titles: float
    titles_loosely: float
    titles_begun: float


def load_pages(folder: Path) -> list[GoldPage]:
    """The pages of a folder with a `gold.jsonl` of {"file", "url", "text"} and gzipped files."""
    with (folder / "gold.jsonl").open(encoding="utf-8") as gold:
        entries = [json.loads(line) for line in gold]
    return [
        GoldPage(e["url"], gzip.decompress((folder / e["file"]).read_bytes()), e["text"])
        for e in entries
    ]


def digest(pages: Sequence[GoldPage]) -> str:
    """Sixteen hexadecimal digits that change when any page or reference does."""
    found = hashlib.sha256()
    for page in sorted(pages, key=lambda page: page.url):
        for part in (page.url.encode(), page.body, page.text.encode()):
            found.update(hashlib.sha256(part).digest())
    return found.hexdigest()[:16]


def shingles(text: str) -> set[tuple[str, ...]]:
    """Every run of four words; a text of fewer words is one shingle."""
    words = _WORD.findall(text)
    if len(words) < SHINGLE_WORDS:
        return {tuple(words)} if words else set()
    return set(zip(*(words[start:] for start in range(SHINGLE_WORDS)), strict=False))


def page_score(text: str, gold: str) -> tuple[float, float]:
    """Precision and recall of one page; both 0 if nothing was extracted."""
    ours, theirs = shingles(text), shingles(gold)
    if not ours or not theirs:
        return 0.0, 0.0
    common = len(ours & theirs)
    return common / len(ours), common / len(theirs)


def f1(precision: float, recall: float) -> float:
    """The harmonic mean, 0 if both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def score(pages: Sequence[GoldPage], texts: Sequence[str], titles: Sequence[str | None]) -> Score:
    """The score of the texts and titles extracted from the pages, in the same order."""
    each = [page_score(text, page.text) for page, text in zip(pages, texts, strict=True)]
    precision = sum(p for p, _ in each) / len(each)
    recall = sum(r for _, r in each) / len(each)
    pairs = [
        (" ".join((title or "").split()), page.title)
        for page, title in zip(pages, titles, strict=True)
    ]
    return Score(
        pages=len(pages),
        precision=precision,
        recall=recall,
        f1=f1(precision, recall),
        lost=sum(f1(*pair) < 0.1 for pair in each),
        titles=sum(ours == theirs for ours, theirs in pairs) / len(pairs),
        titles_loosely=sum(_bare(ours) == _bare(theirs) for ours, theirs in pairs) / len(pairs),
        titles_begun=sum(_begun(_bare(ours), _bare(theirs)) for ours, theirs in pairs) / len(pairs),
    )


class LowerFloorError(Exception):
    """A new measurement is worse than what is pinned; floors only rise."""


def floors_of(found: Score, corpus: str) -> dict[str, float | str]:
    """What is pinned of a score: shares cut to three digits, and the digest of the corpus."""
    return {
        "digest": corpus,
        "f1": int(found.f1 * 1000) / 1000,
        "titles": int(found.titles * 1000) / 1000,
        "titles_loosely": int(found.titles_loosely * 1000) / 1000,
        "lost": found.lost,
    }


def raised(
    pinned: dict[str, float | str] | None, measured: dict[str, float | str]
) -> dict[str, float | str]:
    """The new floors.

    Raises:
        LowerFloorError: a figure is worse than the pinned one, or the corpus is another one, so
            that the figures cannot be compared.
    """
    if pinned is None:
        return measured
    if pinned["digest"] != measured["digest"]:
        raise LowerFloorError("the corpus has changed: floors of another corpus prove nothing")
    worse = [
        name
        for name in ("f1", "titles", "titles_loosely")
        if float(measured[name]) < float(pinned[name])
    ]
    if float(measured["lost"]) > float(pinned["lost"]):
        worse.append("lost")
    if worse:
        raise LowerFloorError(f"worse than pinned: {', '.join(worse)}")
    return measured


def _begun(ours: str, theirs: str) -> bool:
    return bool(ours) and (theirs.startswith(ours) or ours.startswith(theirs))


def _bare(text: str) -> str:
    return " ".join(_WORD.findall(text.lower().replace("ё", "е")))
