"""A second opinion, asked only where two parts of a page have nearly equal claims to be its text.

readability-lxml scores paragraphs and their parents, a different idea from worth by lines; it
costs five times as much as all the rest, and about one page in twenty needs it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

import lxml.etree

from netmeta.reading.lines import Lines
from netmeta.reading.maintext import MainText
from netmeta.reading.tree import without_floods
from netmeta.reading.worth import Run

MAX_CHARS = 400_000
_CANDIDATES = 4
_AGREED = 0.6
_WORD = re.compile(r"\w+")

# It logs the traceback of every page it cannot take (a control character is enough); that page is
# read without it, and nobody needs to be told.
logging.getLogger("readability").setLevel(logging.CRITICAL + 1)


def settle_by_opinion(main: MainText, lines: Lines, text: str) -> bool:
    """Ask readability about the page (its decoded `text`) and follow it, if it takes a side.

    Returns whether the choice was confirmed or changed by it.
    """
    if len(text) > MAX_CHARS:
        return False
    theirs = _readable(without_floods(text))
    if not theirs:
        return False
    agreed = [run for run in main.candidates(_CANDIDATES) if _share(run, lines, theirs) >= _AGREED]
    if not agreed:
        return False
    main.choose(agreed)
    return True


def _share(run: Run, lines: Lines, theirs: frozenset[tuple[str, ...]]) -> float:
    words = _WORD.findall(" ".join(line.text for line in lines.lines[run.first : run.end]))
    ours = _shingles(words)
    return len(ours & theirs) / len(ours) if ours else 0.0


def _shingles(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def _readable(text: str) -> frozenset[tuple[str, ...]]:
    from readability import Document  # a slow import, needed for few pages
    from readability.readability import Unparseable

    try:
        summary = Document(text).summary(html_partial=True)
        tree = lxml.etree.fromstring(summary, lxml.etree.HTMLParser())
    except (Unparseable, lxml.etree.LxmlError, ValueError, TypeError):  # on markup it cannot take
        return frozenset()
    return _shingles(_WORD.findall(" ".join(tree.itertext()))) if tree is not None else frozenset()
