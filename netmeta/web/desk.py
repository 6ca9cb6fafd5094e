"""The methodist's desk: what there is for each subject and class, what is missing, what repeats."""

from __future__ import annotations

from typing import Any, Final

from netmeta.services import browse
from netmeta.texts import t
from netmeta.vocabularies import Vocabularies, load
from netmeta.web import workbench
from netmeta.web.page import render
from netmeta.web.shelf import shelf_of
from netmeta.web.words import label

SHOWN_SINCE: Final = 1995
"""Portals of teachers are not older; earlier years are of works that were scanned, or typed wrong."""

HEAT: Final = (1, 3, 10, 30, 100)
"""From how many records a cell of the matrix is one shade darker."""


async def desk(request: Any, datasette: Any) -> Any:
    """`/desk`."""
    found = await shelf_of(datasette).kept("desk", browse.desk)
    context = {
        **found,
        "matrix": _matrix(found["matrix"]),
        "years": _years(found["years"], found["today"].year),
        "overlap_names": sorted({name for pair in found["overlap"] for name in pair}),
        "work": await workbench.work(datasette, request),
        "freshness": [(words, found["freshness"].get(key, 0)) for key, words in _ages()],
    }
    return await render(datasette, request, "netmeta_desk.html", context)


def _ages() -> list[tuple[str, str]]:
    return [
        ("new", t("this year and last")), ("recent", t("two to four years")),
        ("old", t("five years and older")), ("unknown", t("no date")),
    ]  # fmt: skip


def _years(counts: dict[int | None, int], last: int) -> list[tuple[int, int]]:
    """(year, records published) of each year since the first, empty ones too: gaps are news."""
    known = [year for year in counts if year and SHOWN_SINCE <= year <= last + 1]
    return (
        [(year, counts.get(year, 0)) for year in range(min(known), max(known) + 1)] if known else []
    )


def _matrix(counts: dict[str, dict[int, int]]) -> list[dict[str, Any]]:
    """Rows by subject: {"subject", "total", "cells": [{"grade", "count", "heat", "taught"}]}.

    A cell is a gap where the subject is taught in that class and nothing is there; where the
    vocabulary says nothing, the classes between the lowest and highest with records count.
    """
    rows = []
    for subject, by_grade in counts.items():
        taught = _taught(load(), subject, by_grade)
        cells = [
            {"grade": n, "count": by_grade.get(n, 0), "heat": _heat(by_grade.get(n, 0)), "taught": n in taught}
            for n in range(12)
        ]  # fmt: skip
        rows.append({"subject": subject, "total": sum(by_grade.values()), "cells": cells})
    return sorted(rows, key=lambda row: (-row["total"], label(row["subject"])))


def _taught(words: Vocabularies, subject: str, by_grade: dict[int, int]) -> frozenset[int]:
    concept = words.scheme("subject").concepts.get(subject)
    if concept and concept.grades:
        return frozenset(concept.grades)
    return frozenset(range(min(by_grade), max(by_grade) + 1))


def _heat(count: int) -> int:
    return sum(count >= step for step in HEAT)
