"""Concept schemes: subjects, levels, types, licences, certificates, audiences, exams.

>>> from netmeta.vocabularies import load
>>> vocabularies = load()
>>> vocabularies.match("subject", "по русскому языку")
('russian-language',)
>>> vocabularies.label("life-safety")
'основы безопасности жизнедеятельности'
"""

from netmeta.vocabularies.loader import (
    CATEGORY,
    SCHEMES,
    Concept,
    Scheme,
    Vocabularies,
    load,
    version,
)
from netmeta.vocabularies.skos import to_skos_jsonld, to_skos_turtle
from netmeta.vocabularies.words import raw_key

__all__ = [
    "CATEGORY",
    "SCHEMES",
    "Concept",
    "Scheme",
    "Vocabularies",
    "load",
    "raw_key",
    "to_skos_jsonld",
    "to_skos_turtle",
    "version",
]
