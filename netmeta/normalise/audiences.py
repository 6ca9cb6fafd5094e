"""Audiences and examinations named by an item."""

from __future__ import annotations

import re

from netmeta.model import Mapped, Unmapped
from netmeta.normalise.class_numbers import find_grades
from netmeta.normalise.phrases import Places
from netmeta.vocabularies import Vocabularies
from netmeta.vocabularies.words import tokens

Found = tuple[tuple[str, ...], tuple[Mapped, ...], tuple[Unmapped, ...]]


def normalise_audiences(places: Places, vocabularies: Vocabularies) -> Found:
    """Audiences of the field for them, else those a title names with «для»."""
    mapped: dict[str, Mapped] = {}
    unmapped = []
    for phrase in places.audience:
        matches = phrase.of("audience")
        for match in matches:
            _add(mapped, "audience", str(match.label.concept), phrase.words(match), "audience")
        if matches or phrase.of("level") or not re.search(r"\w", phrase.text):
            continue
        if find_grades(phrase.tokens).grades or vocabularies.is_silent("audience", phrase.text):
            continue
        unmapped.append(Unmapped(scheme="audience", raw=phrase.text[:200]))
    if not mapped:
        title = places.title
        for match in title.of("audience"):
            before = title.tokens[match.start - 1] if match.start else None
            if before is not None and before.key == _FOR:
                _add(mapped, "audience", str(match.label.concept), title.words(match), "title")
    return tuple(mapped), tuple(mapped.values()), tuple(unmapped)


def normalise_exams(places: Places) -> tuple[tuple[str, ...], tuple[Mapped, ...]]:
    """Examinations named in any place."""
    mapped: dict[str, Mapped] = {}
    for name, phrases in (
        ("type", places.type),
        ("subtitle", places.subtitle),
        ("category", places.category),
        ("tags", places.tags),
        ("title", (places.title,)),
    ):
        for phrase in phrases:
            for match in phrase.of("exam"):
                _add(mapped, "exam", str(match.label.concept), phrase.words(match), name)
    return tuple(mapped), tuple(mapped.values())


_FOR = tokens("для")[0].key


def _add(mapped: dict[str, Mapped], scheme: str, concept: str, raw: str, where: str) -> None:
    mapped.setdefault(concept, Mapped(scheme=scheme, concept=concept, raw=raw[:200], where=where))
