"""Sets: `kind:event`, `source:pedsovet-su`, `subject:mathematics:algebra`.

A set includes those below it (protocol, section 2.6): `subject:mathematics` has the algebra too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from netmeta.catalogue.exporting import Selection
from netmeta.model import KINDS
from netmeta.vocabularies import Vocabularies

_ODD = re.compile(rb"[^A-Za-z0-9\-_.~*'()]")


def part(name: str) -> str:
    """A name as part of a setSpec; bytes it may not hold are written `!D0`."""
    return _ODD.sub(lambda m: b"!%02X" % m[0][0], name.encode("utf-8")).decode("ascii")


def _name(part: str) -> str:
    raw = re.sub(rb"!([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]), part.encode("ascii"))
    return raw.decode("utf-8", "replace")


def subject_spec(subject: str, vocabularies: Vocabularies) -> str:
    """`subject:mathematics:algebra`."""
    line = [*reversed(vocabularies.ancestors(subject)), subject]
    return "subject:" + ":".join(map(part, line))


def specs(
    kind: str, source: str, subjects: Iterable[str], vocabularies: Vocabularies
) -> Iterator[str]:
    """The sets of a record."""
    yield f"kind:{kind}"
    yield f"source:{part(source)}"
    for subject in subjects:
        yield subject_spec(subject, vocabularies)


def narrowed(selection: Selection, spec: str, vocabularies: Vocabularies) -> Selection | None:
    """The selection within a set; None if there can be no such set."""
    family, _, rest = spec.partition(":")
    if family == "kind" and (not rest or rest in KINDS):
        return replace(selection, kind=rest or None)
    if family == "source" and ":" not in rest:
        return replace(selection, source=_name(rest) if rest else None)
    if family == "subject":
        if not rest:
            return replace(selection, any_subject=True)
        subject = _name(rest.rpartition(":")[2])
        if subject_spec(subject, vocabularies) == spec:
            return replace(selection, subjects=below(subject, vocabularies))
    return None


def below(subject: str, vocabularies: Vocabularies) -> Sequence[str]:
    """A concept and all narrower ones."""
    narrower = [c for one in vocabularies.narrower(subject) for c in below(one, vocabularies)]
    return [subject, *narrower]


def listed(
    sources: Iterable[tuple[str, str]], subjects: Iterable[str], vocabularies: Vocabularies
) -> Iterator[tuple[str, str]]:
    """(setSpec, setName) of all sets, each after those that include it.

    Args:
        sources: (name, title) of each.
        subjects: concepts in use.
    """
    yield "kind", "Виды записей"
    for kind in KINDS:
        yield f"kind:{kind}", _KIND_NAMES[kind]
    yield "source", "Источники"
    for name, title in sources:
        yield f"source:{part(name)}", title
    yield "subject", vocabularies.scheme("subject").ru
    whole = {one for s in subjects for one in (s, *vocabularies.ancestors(s))}
    for spec, subject in sorted((subject_spec(s, vocabularies), s) for s in whole):
        yield spec, vocabularies.label(subject)


_KIND_NAMES = {
    "material": "Материалы", "event": "Мероприятия", "news": "Новости", "course": "Курсы",
}  # fmt: skip
