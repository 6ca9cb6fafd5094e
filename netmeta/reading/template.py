"""Lines that repeat across the pages of one host are its template, not anybody's text.

Learned in passing while a source is harvested, kept per source, bounded in size. A page read again
counts once, so that a page often revisited does not make its own text a template.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from netmeta.reading.lines import Lines
from netmeta.reading.wording import digest

MAX_HOSTS = 40
MAX_LINES = 4000
"""Distinct lines remembered of one host, at 8 hexadecimal digits and a count each."""
GENERATION_PAGES = 200
"""After so many pages all counts are halved: a host may change its looks."""

_MIN_SHARE = 0.5
"""Share of a host's pages on which a line must stand. Phrases of the trade («Ход урока») stand on
many pages too, but seldom on so many of one host; and see `Template.lines_of`."""


class Template:
    """What is known about the repeated lines of the hosts of one source."""

    def __init__(self) -> None:
        self._hosts: dict[str, _Host] = {}

    def learn(self, host: str, url: str, lines: Lines) -> None:
        """Count the lines of a page, unless this page was counted already."""
        known = self._hosts.pop(host, None) or _Host()
        self._hosts[host] = known  # last in, last out
        known.learn(digest(url), {line.said.digest for line in lines.lines})
        while len(self._hosts) > MAX_HOSTS:
            self._hosts.pop(next(iter(self._hosts)))

    def lines_of(self, host: str, lines: Lines) -> frozenset[str]:
        """Which texts of this page are template.

        None of them, if less than three pages of the host are known, or if nearly all of the page
        would be: then it is a copy of another page under a second address.
        """
        known = self._hosts.get(host)
        if known is None:
            return frozenset()
        least, counts = max(3.0, _MIN_SHARE * known.pages), known.counts
        shown = lines.lines
        repeated = frozenset(
            [line.text for line in shown if counts.get(line.said.digest, 0) >= least]
        )
        words = fresh = 0
        for at in lines.spoken:
            line = shown[at]
            own = line.words - line.link_words
            words += own
            if line.text not in repeated:
                fresh += own
        return repeated if fresh >= 0.1 * words else frozenset()

    def to_dict(self) -> dict[str, Any]:
        """The state as JSON, to be stored with the source."""
        return {
            "version": 2,
            "hosts": {host: known.to_dict() for host, known in self._hosts.items()},
        }

    @classmethod
    def from_dict(cls, state: Mapping[str, Any]) -> Template:
        """The state `to_dict` gave. Another version's state is forgotten, not misread."""
        template = cls()
        if state.get("version") == 2:
            for host, known in state["hosts"].items():
                template._hosts[host] = _Host.from_dict(known)
        return template


class _Host:
    def __init__(self) -> None:
        self.pages = 0
        self.counts = Counter[str]()
        self.counted: set[str] = set()
        """Pages of this generation, by the digest of their address."""

    def learn(self, page: str, texts: Iterable[str]) -> None:
        if page in self.counted:
            return
        if len(self.counted) >= GENERATION_PAGES:
            self._halve()
        self.counted.add(page)
        self.pages += 1
        self.counts.update(texts)
        if len(self.counts) > MAX_LINES:
            self._drop_rare()

    def _halve(self) -> None:
        self.pages //= 2
        self.counts = Counter({text: n // 2 for text, n in self.counts.items() if n > 1})
        self.counted.clear()

    def _drop_rare(self) -> None:
        """Forget the rarest; of equals, the oldest."""
        newest_first = reversed(self.counts.items())
        kept = sorted(newest_first, key=lambda item: -item[1])[: MAX_LINES * 3 // 4]
        self.counts = Counter(dict(reversed(kept)))

    def to_dict(self) -> dict[str, Any]:
        return {"pages": self.pages, "counted": sorted(self.counted), "counts": self.counts}

    @classmethod
    def from_dict(cls, state: Mapping[str, Any]) -> _Host:
        host = cls()
        host.pages = int(state["pages"])
        host.counted = set(state["counted"])
        host.counts = Counter({str(text): int(n) for text, n in state["counts"].items()})
        return host
