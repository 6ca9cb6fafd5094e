"""What is planted on a replica: works made of blocks, the same objects for pages and truth.

A `Work` is a text with its meaning, free of any portal. An engine renders its blocks into the
portal's markup and, from the same object, says which item a harvester must find there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from netmeta.replicas.days import Span

Kind = Literal["material", "event", "news", "course"]


@dataclass(frozen=True, slots=True)
class Para:
    """One paragraph of running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside the text."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list; numbers of an ordered one are drawn by the browser and are no part of the text."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """Labelled facts: a two-column table, or lines "label: text"."""

    rows: tuple[tuple[str, str], ...]
    table: bool = True


Block = Para | Heading | Items | Rows


def plain(blocks: Iterable[Block]) -> str:
    """The visible text, one line per block, list item or row; words in the order of the page."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case Items(items=items):
                lines += items
            case Rows(rows=rows):
                lines += [f"{label}: {text}" for label, text in rows]
            case Para(text=text) | Heading(text=text):
                lines.append(text)
    return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A text with its meaning.

    `grade` is the wording ("5-й класс"), `grades` the classes meant (0 = preschool); `type` and
    `subject` are plain Russian nouns. `stages` maps a label of `Rows` to the days it means.
    `posted` fixes the day of publication, None leaves it to the portal.
    """

    key: str
    kind: Kind
    title: str
    blocks: tuple[Block, ...]
    type: str
    subject: str | None = None
    grade: str | None = None
    grades: tuple[int, ...] = ()
    stages: Mapping[str, Span] = field(default_factory=dict)
    posted: dt.date | None = None
    tags: tuple[str, ...] = ()

    @property
    def brief(self) -> str:
        """The first paragraph, as listings and feeds show it."""
        return next((b.text for b in self.blocks if isinstance(b, Para)), self.title)

    def row(self, label: str) -> str | None:
        """The text beside a label, if the work states it."""
        for block in self.blocks:
            if isinstance(block, Rows):
                for name, text in block.rows:
                    if name == label:
                        return text
        return None


FACTS = {
    "place": "Место проведения",
    "audience": "Целевая аудитория",
    "organisation": "Организатор",
    "certificate": "Сертификаты и дипломы",
    "type": "Форма проведения",
}
"""Field of an item -> the label that states it on notices."""


def facts(work: Work, labels: Mapping[str, str] = FACTS) -> dict[str, Any]:
    """The fields of an item that the labelled rows of a notice or course state; {} for others."""
    if work.kind == "material":
        return {}
    found: dict[str, Any] = {
        "dates": {label: work.row(label) for label in work.stages} or None,
    }
    for name, label in labels.items():
        text = work.row(label)
        if text is not None:
            found[name] = [text] if name in ("audience", "type") else text
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a reader of the page understands, for tests of everything behind the spider.

    `days` maps each dated label to (first, last) day; an open end is None. `subject` may rest on
    the text alone, as for a pupil's research; `published` on the address alone.
    """

    kind: Kind
    type: str
    subject: str | None
    grades: tuple[int, ...]
    days: Mapping[str, Span]
    published: dt.date | None = None


def meaning(work: Work, published: dt.date | None = None) -> Meaning:
    """The meaning of a work, as far as its text states it, published on a day."""
    return Meaning(
        kind=work.kind,
        type=work.type,
        subject=work.subject,
        grades=work.grades,
        days=work.stages,
        published=published,
    )
