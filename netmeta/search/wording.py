"""A hit in a few words: what, which class, who, where, when. For terminal and page alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from netmeta.texts import language, t

if TYPE_CHECKING:
    from netmeta.search.result import SearchHit
    from netmeta.vocabularies import Vocabularies


def about(hit: SearchHit, words: Vocabularies) -> str:
    """ "Конспект урока · Математика · 5 класс · Иванова М. И. · pedsovet-su · 24.01.2012"."""
    spoken = language()
    parts = [
        words.label(hit.type, spoken) if hit.type else "",
        ", ".join(words.label(subject, spoken) for subject in hit.subjects),
        classes(hit.grades),
        ", ".join(hit.authors),
        hit.source,
        day(hit.published),
    ]
    return " · ".join(part for part in parts if part)


def classes(numbers: Sequence[int]) -> str:
    """Classes in few words: "5 класс", "5–9 классы", "дошкольники"."""
    if not numbers:
        return ""
    low, high = min(numbers), max(numbers)
    if high == 0:
        return t("preschool")
    if low == high:
        return t("class {n}", n=low)
    if len(numbers) == high - low + 1:
        return t("classes {low}–{high}", low=low, high=high)
    return t("classes {list}", list=", ".join(str(n) for n in numbers))


def day(iso: str | None) -> str:
    """A day as people write it: 24.01.2012."""
    return ".".join(reversed(iso[:10].split("-"))) if iso else ""


def filter_words(name: str, values: Sequence[str], words: Vocabularies) -> str:
    """The values of one filter in words: "5 класс", "Математика, Физика", "2024"."""
    if name == "grade" and all(value.isdecimal() for value in values):
        return classes([int(value) for value in values])
    if name == "kind":
        return ", ".join(t(value) for value in values)
    return ", ".join(words.label(value, language()) for value in values)
