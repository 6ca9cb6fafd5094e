"""What people type as the value of a field or filter, as values of the index.

предмет:математика -> mathematics, algebra, ...     класс:пятый, класс:5-9 -> 5, 6, 7, 8, 9
портал:педсовет -> pedsovet-su                      тип:"конспект урока" -> lesson-plan
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from index.analysis import fold
from index.query import Clause, Field
from index.seam import FACETS
from netmeta.catalogue import Catalogue
from netmeta.catalogue.names import portals
from netmeta.errors import UsageError
from netmeta.normalise.class_numbers import find_grades
from netmeta.texts import t
from netmeta.vocabularies import Vocabularies
from netmeta.vocabularies.words import tokens

SCHEMES: Final = {
    "subject": ("subject",),
    "type": ("material-type", "event-type"),
    "licence": ("licence",),
    "certificate": ("certificate",),
}
"""Facets whose values are concepts: people type labels, the index holds ids."""

_KINDS: Final = {
    "материал": "material", "материалы": "material", "мероприятие": "event",
    "мероприятия": "event", "событие": "event", "события": "event", "новость": "news",
    "новости": "news", "курс": "course", "курсы": "course",
}  # fmt: skip
_LANGUAGES: Final = {"русский": "ru", "английский": "en"}

_LAST_YEARS: Final = 50
"""Years in the longest range that is read as one."""


class FieldValues:
    """Reads typed values with the catalogue's own mappings and portals."""

    def __init__(self, catalogue: Catalogue, vocabularies: Vocabularies) -> None:
        self._catalogue, self._vocabularies = catalogue, vocabularies

    def clauses(self, field: Field) -> list[Clause]:
        """A field of the query with values of the index.

        An unknown value stays as it is: it finds nothing, which is the truth about it.
        """
        values = self.of(field.name, field.value)
        return [replace(field, value=value) for value in values or [field.value]]

    def filters(self, filters: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Filters with values of the index, empty ones left out. Raises: UsageError (no such)."""
        out: dict[str, list[str]] = {}
        for name, values in filters.items():
            if name not in FACETS:
                raise UsageError(
                    t("Unknown filter {name}", name=name),
                    cure=t("Known: {names}.", names=", ".join(FACETS)),
                )
            known = (one for value in values for one in self.of(name, value) or [value])
            out[name] = list(dict.fromkeys(known))
        return {name: values for name, values in out.items() if values}

    def of(self, name: str, typed: str) -> list[str]:
        """Values of the index that a typed one means; none if it means nothing known."""
        if name in SCHEMES:
            return self._concepts(name, typed)
        if name == "grade":
            words = tokens(typed)
            found = find_grades(words, bare=True).grades or find_grades(words).grades
            return [str(one) for one in found] or self._levels(typed)
        if name == "year":
            return _years(typed)
        if name == "source":
            return self._sources(typed)
        known = {"kind": _KINDS, "language": _LANGUAGES}.get(name, {})
        return [known[fold(typed)]] if fold(typed) in known else []

    def _concepts(self, name: str, typed: str) -> list[str]:
        schemes = SCHEMES[name]
        if any(typed in self._vocabularies.scheme(one).concepts for one in schemes):
            return [typed]
        return [c for one in schemes for c in self._vocabularies.match(one, typed)]

    def _levels(self, typed: str) -> list[str]:
        found = self._vocabularies.match("level", typed)
        grades = (grade for one in found for grade in self._vocabularies.concept(one).grades)
        return [str(grade) for grade in dict.fromkeys(grades)]

    def _sources(self, typed: str) -> list[str]:
        """A portal by its name, or those in whose name or title the typed text occurs."""
        sources = [(name, fold(f"{name} {title}")) for name, title in portals(self._catalogue.conn)]
        if any(name == typed for name, _ in sources):
            return [typed]
        return [name for name, words in sources if fold(typed) in words]


def _years(typed: str) -> list[str]:
    """«2024», «2023-2025», «2024 г.»."""
    numbers = [token.number for token in tokens(typed) if token.number is not None]
    if len(numbers) == 2 and 0 <= numbers[1] - numbers[0] < _LAST_YEARS:
        return [str(year) for year in range(numbers[0], numbers[1] + 1)]
    return [str(number) for number in numbers]
