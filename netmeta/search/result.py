"""What a search gives: the same object for the command line, the web page, Python and JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Another place where the same work stands."""

    id: int
    source: str
    url: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One found record. `snippet` is HTML: escaped text with matched forms in `<mark>`."""

    id: int
    kind: str
    title: str
    url: str
    source: str
    published: str | None
    authors: tuple[str, ...]
    subjects: tuple[str, ...]
    grades: tuple[int, ...]
    type: str | None
    snippet: str
    score: float
    deadline: str | None = None
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Hits of one page. `total` counts all documents found; `facets` is {name: {value: count}}."""

    query: str
    corrected: str | None = None
    total: int
    took_ms: float
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    hits: tuple[SearchHit, ...]
    page: int = 1
    pages: int = 1

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, as `netmeta search --json` prints it."""
        return asdict(self)
