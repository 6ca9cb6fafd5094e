"""What a search gives: the same object for the command line, the web page, Python and JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Held = Literal["all", "most", "any"]


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
class Understood:
    """Words of the query that were taken for values of a facet; the request's `as_text` with this
    facet makes them plain words again."""

    name: str
    words: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Another search that finds something, for one that finds nothing: how it differs, in words,
    what to ask, and how many it finds."""

    change: str
    query: str
    filters: Mapping[str, tuple[str, ...]]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Hits of one page.

    `total` and `facets` ({name: {value: count}}) are those of the strictest reading that finds
    something; `held` says which: all words, most, or any. The hits go on into looser readings
    after `total`; `more` says that there is a further page. A facet that is filtered by is counted
    as if it were not, so that further values can be chosen.
    `ignored` are words that no record holds, and that were left out of account.
    `corrected` is what was searched for, if it is not what was typed. If nothing was found, `why`
    says so in words and `offers` leads on.
    """

    query: str
    corrected: str | None = None
    total: int
    took_ms: float
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    hits: tuple[SearchHit, ...]
    page: int = 1
    pages: int = 1
    more: bool = False
    held: Held = "all"
    understood: tuple[Understood, ...] = ()
    ignored: tuple[str, ...] = ()
    why: str | None = None
    offers: tuple[Offer, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, as `netmeta search --json` prints it."""
        return asdict(self)
