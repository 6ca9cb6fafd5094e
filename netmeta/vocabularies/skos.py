"""The vocabularies as SKOS, in Turtle and JSON-LD (W3C SKOS Reference, 18 August 2009).

Written by hand: two shapes of output do not warrant a run-time dependency on an RDF library. The
tests read the result with one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from netmeta.vocabularies.loader import Concept, Scheme, Vocabularies

BASE = "https://w3id.org/netmeta/vocabularies/"
"""Namespace of the concepts; `BASE + scheme` names a scheme, `BASE + scheme/id` a concept."""

_PREFIXES = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "owl": "http://www.w3.org/2002/07/owl#",
}


def to_skos_turtle(vocabularies: Vocabularies, *, base: str = BASE) -> str:
    """All schemes as one Turtle document. Hidden labels are those of `weak` ordinary words."""
    lines = [f"@prefix {name}: <{uri}> ." for name, uri in _PREFIXES.items()]
    for scheme in vocabularies.schemes.values():
        lines.append("")
        lines.append(f"<{base}{scheme.name}> a skos:ConceptScheme ;")
        lines.append(f"    skos:prefLabel {_text(scheme.ru, 'ru')}, {_text(scheme.en, 'en')} ;")
        lines.append(f"    owl:versionInfo {_text(str(scheme.version))} .")
        for concept in scheme:
            lines.append("")
            lines.extend(_concept(concept, scheme, base))
    return "\n".join(lines) + "\n"


def _concept(concept: Concept, scheme: Scheme, base: str) -> Iterator[str]:
    uri = f"{base}{scheme.name}"
    yield f"<{uri}/{concept.id}> a skos:Concept ;"
    yield f"    skos:inScheme <{uri}> ;"
    if concept.broader:
        yield f"    skos:broader <{uri}/{concept.broader}> ;"
    else:
        yield f"    skos:topConceptOf <{uri}> ;"
    for name, labels in (("altLabel", _alternative(concept)), ("hiddenLabel", _hidden(concept))):
        if labels:
            yield f"    skos:{name} {', '.join(_text(*label) for label in labels)} ;"
    if concept.uri:
        yield f"    skos:exactMatch <{concept.uri}> ;"
    yield f"    skos:notation {_text(concept.id)} ;"
    yield f"    skos:prefLabel {_text(concept.ru, 'ru')}, {_text(concept.en, 'en')} ."


def _alternative(concept: Concept) -> list[tuple[str, str]]:
    """altLabels; SKOS forbids one that is also a preferred or hidden label of the language."""
    russian = [
        (text, "ru") for text in concept.labels if text != concept.ru and text not in concept.weak
    ]
    return russian + [(text, "en") for text in concept.labels_en if text != concept.en]


def _hidden(concept: Concept) -> list[tuple[str, str]]:
    return [(text, "ru") for text in sorted(concept.weak) if text != concept.ru]


def _text(text: str, language: str = "") -> str:
    """A Turtle literal; JSON's escapes of a string are all valid in Turtle."""
    return json.dumps(text, ensure_ascii=False) + (f"@{language}" if language else "")


def to_skos_jsonld(vocabularies: Vocabularies, *, base: str = BASE) -> dict[str, Any]:
    """All schemes as one JSON-LD document (an object for `json.dumps`)."""
    graph: list[dict[str, Any]] = []
    for scheme in vocabularies.schemes.values():
        uri = f"{base}{scheme.name}"
        graph.append(
            {
                "@id": uri,
                "@type": "skos:ConceptScheme",
                "prefLabel": {"ru": scheme.ru, "en": scheme.en},
                "owl:versionInfo": str(scheme.version),
            }
        )
        graph += [_node(concept, uri) for concept in scheme]
    return {"@context": _context(), "@graph": graph}


def _node(concept: Concept, scheme_uri: str) -> dict[str, Any]:
    node: dict[str, Any] = {
        "@id": f"{scheme_uri}/{concept.id}",
        "@type": "skos:Concept",
        "inScheme": scheme_uri,
        "notation": concept.id,
        "prefLabel": {"ru": concept.ru, "en": concept.en},
    }
    if concept.broader:
        node["broader"] = f"{scheme_uri}/{concept.broader}"
    else:
        node["topConceptOf"] = scheme_uri
    for name, labels in (("altLabel", _alternative(concept)), ("hiddenLabel", _hidden(concept))):
        by_language: dict[str, list[str]] = {}
        for text, language in labels:
            by_language.setdefault(language, []).append(text)
        if by_language:
            node[name] = by_language
    if concept.uri:
        node["exactMatch"] = concept.uri
    return node


def _context() -> dict[str, Any]:
    def link(name: str) -> dict[str, str]:
        return {"@id": f"skos:{name}", "@type": "@id"}

    def labels(name: str) -> dict[str, str]:
        return {"@id": f"skos:{name}", "@container": "@language"}

    return {
        **_PREFIXES,
        **{name: labels(name) for name in ("prefLabel", "altLabel", "hiddenLabel")},
        **{name: link(name) for name in ("inScheme", "broader", "topConceptOf", "exactMatch")},
        "notation": "skos:notation",
    }
