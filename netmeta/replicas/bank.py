"""The text bank: what the teachers of the replicas wrote, as plain files in `texts/`.

Every sentence there was written for this project. A file holds records; a record starts with
`== key` and has one `field: value` a line, in order, repeated at will:

    == fractions
    subject: математика
    fact: ...
    fact: ...

Four kinds of record: a topic (`topics_*.txt`; each gives a lesson, slides and a quiz with no
sentence in common), a piece (`pieces_*.txt`: any other work, block by block), a notice
(`notices*.txt`: contests, webinars, news; days relative to today) and a course (`courses_*.txt`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Draft:
    """One record of the bank: its lines in order."""

    key: str
    lines: tuple[tuple[str, str], ...]

    def one(self, name: str) -> str:
        """The value of a field that must be there. Raises: KeyError naming record and field."""
        value = self.get(name)
        if value is None:
            raise KeyError(f"{self.key}: {name}")
        return value

    def get(self, name: str) -> str | None:
        """The first value of a field, or None."""
        return next((value for field, value in self.lines if field == name), None)

    def all(self, name: str) -> tuple[str, ...]:
        """All values of a field, in order."""
        return tuple(value for field, value in self.lines if field == name)


@cache
def drafts(prefix: str) -> Mapping[str, Draft]:
    """All records of the files whose name starts with the prefix, by key.

    Raises:
        ValueError: a key used twice, or a line that is neither a key nor a field.
    """
    found: dict[str, Draft] = {}
    folder = resources.files("netmeta.replicas").joinpath("texts")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.startswith(prefix) and file.name.endswith(".txt"):
            for draft in _records(file.read_text(encoding="utf-8")):
                if draft.key in found:
                    raise ValueError(f"{file.name}: {draft.key} is there twice")
                found[draft.key] = draft
    return found


def _records(text: str) -> Iterator[Draft]:
    for chunk in text.split("\n== ")[1:]:
        key, *lines = chunk.strip().splitlines()
        yield Draft(key.strip(), tuple(_field(key, line) for line in lines if line.strip()))


def _field(key: str, line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not value.strip():
        raise ValueError(f"{key}: not a field: {line!r}")
    return name.strip(), value.strip()
