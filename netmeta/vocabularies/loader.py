"""Concept schemes from the package's YAML files, with the local mappings of one catalogue.

SKOS in short: a scheme holds concepts; a concept has one preferred label a language, any number
of others, and perhaps a broader concept. Ids are stable English slugs, unique over all schemes,
so that an id alone (`vocab map RAW CONCEPT`) names its scheme.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import Any

import yaml

from netmeta.errors import UnknownConceptError
from netmeta.vocabularies.matching import Label, Match, Trie, keys_of
from netmeta.vocabularies.slugs import fold, transliterate
from netmeta.vocabularies.words import Token, raw_key, tokens

SCHEMES = (
    "subject",
    "level",
    "material-type",
    "event-type",
    "licence",
    "certificate",
    "audience",
    "exam",
)
"""Names of all schemes, in the order in which they are listed to users."""

CATEGORY = "category"
"""Not a scheme of its own: raw values of a portal's sections, which may be of any scheme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One concept. `labels` are Russian unless in `labels_en`; `grades` the classes of a level,
    `uri` a licence's own address, `kind` the kind of record an event type makes. `stated` levels
    name the children themselves («старшая группа»), as a class number does. The labels `clear` of
    a `shared` event type mean the event all the same (see event-type.yaml). A `lowest` type gives
    way to any other, a subject that is only a `shelf` to any real one beside it. The `adjective` of
    a subject names it together with one of its scheme's `occasions` («химическая викторина»)."""

    id: str
    scheme: str
    ru: str
    en: str
    broader: str | None = None
    labels: tuple[str, ...] = ()
    weak: frozenset[str] = frozenset()
    labels_en: tuple[str, ...] = ()
    slugs: tuple[str, ...] = ()
    grades: tuple[int, ...] = ()
    uri: str | None = None
    kind: str | None = None
    shared: bool = False
    clear: frozenset[str] = frozenset()
    lowest: bool = False
    shelf: bool = False
    adjective: str | None = None
    stated: bool = False

    def label(self, language: str = "ru") -> str:
        """The preferred label in "ru" or "en"."""
        return self.en if language == "en" else self.ru


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A concept scheme; `silent` are raw values known to say nothing («разное»), `stop` phrases that
    only look like a label, `occasions` nouns to which adjectives of subjects are put."""

    name: str
    version: int
    ru: str
    en: str
    concepts: Mapping[str, Concept]
    silent: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    occasions: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Concept]:
        return iter(self.concepts.values())


def _texts(raw: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(str(value) for value in raw.get(name, ()))


def _concept(scheme: str, raw: Mapping[str, Any]) -> Concept:
    weak = _texts(raw, "weak")
    return Concept(
        id=str(raw["id"]),
        scheme=scheme,
        ru=str(raw["ru"]),
        en=str(raw["en"]),
        broader=raw.get("broader"),
        labels=tuple(dict.fromkeys((*_texts(raw, "alt"), *weak))),
        weak=frozenset(weak),
        labels_en=_texts(raw, "en_alt"),
        slugs=_texts(raw, "slugs"),
        grades=tuple(int(n) for n in raw.get("grades", ())),
        uri=raw.get("uri"),
        kind=raw.get("kind"),
        shared=bool(raw.get("shared", False)),
        clear=frozenset(_texts(raw, "clear")),
        lowest=bool(raw.get("lowest", False)),
        shelf=bool(raw.get("shelf", False)),
        adjective=raw.get("adjective"),
        stated=bool(raw.get("stated", False)),
    )


def _file(name: str) -> bytes:
    return resources.files("netmeta.vocabularies").joinpath(f"{name}.yaml").read_bytes()


@cache
def _schemes() -> Mapping[str, Scheme]:
    # libyaml's loader is five times faster; not every build of PyYAML has it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    out = {}
    for name in SCHEMES:
        raw = yaml.load(_file(name), Loader=loader)  # noqa: S506 - both loaders are the safe ones
        concepts = [_concept(name, one) for one in raw["concepts"]]
        out[name] = Scheme(
            name=name,
            version=int(raw["version"]),
            ru=str(raw["ru"]),
            en=str(raw["en"]),
            concepts={concept.id: concept for concept in concepts},
            silent=_texts(raw, "silent"),
            stop=_texts(raw, "stop"),
            occasions=_texts(raw, "occasions"),
        )
    return out


class _Tables:
    """Every way of saying every concept, ready for look-up.

    Made when a text is matched for the first time: it takes the dictionary forms of 1,500 labels
    (half a CPU second), which a command that only shows labels need not pay.
    """

    def __init__(self, schemes: Mapping[str, Scheme], local: Iterable[tuple[str, Concept]]) -> None:
        self.trie = Trie()
        self.whole: dict[tuple[str, str], Concept] = {}
        self.folded: dict[tuple[str, str], Concept] = {}
        self.silent = {
            (scheme.name, raw_key(text)) for scheme in schemes.values() for text in scheme.silent
        }
        self.ambiguous: list[str] = []
        for scheme in schemes.values():
            for text in scheme.stop:
                self.trie.add(keys_of(tokens(text), literal=True), Label(scheme.name, None))
            for concept in scheme:
                self._add(concept)
                if concept.adjective:
                    self._add_occasions(concept, concept.adjective, scheme.occasions)
        for text, concept in local:
            words = tokens(text)
            self.whole[concept.scheme, _key(words)] = concept
            label = Label(concept.scheme, concept.id, local=True)
            self.trie.add(keys_of(words, literal=False), label)

    def _add(self, concept: Concept) -> None:
        scheme = concept.scheme
        for text in (concept.ru, concept.en, *concept.labels, *concept.labels_en):
            label = Label(scheme, concept.id, text in concept.weak)
            words = tokens(text)
            earlier = self.trie.add(keys_of(words, literal=True), label)
            if earlier is not None and earlier.concept != concept.id:
                self.ambiguous.append(f"{scheme}: {text!r} is {concept.id} and {earlier.concept}")
            self.whole.setdefault((scheme, _key(words)), concept)
            self.folded.setdefault((scheme, fold(transliterate(text))), concept)
        for slug in concept.slugs:
            self.folded[scheme, fold(slug)] = concept

    def _add_occasions(self, concept: Concept, adjective: str, occasions: Iterable[str]) -> None:
        for noun in occasions:
            keys = keys_of(tokens(f"{adjective} {noun}"), literal=True)
            self.trie.add(keys, Label(concept.scheme, concept.id))


class Vocabularies:
    """All schemes, and the matching of texts to their concepts. Made by `load`; immutable."""

    def __init__(self, schemes: Mapping[str, Scheme], local: Mapping[tuple[str, str], str]) -> None:
        self.schemes = schemes
        self._concepts = {c.id: c for scheme in schemes.values() for c in scheme}
        usable = {
            pair: self._concepts[concept]
            for pair, concept in local.items()
            if concept in self._concepts and any(map(str.isalnum, pair[1]))
        }
        self._local = tuple((raw, concept) for (_, raw), concept in usable.items())
        self.unusable = tuple(pair for pair in local if pair not in usable)

    @cached_property
    def _tables(self) -> _Tables:
        return _Tables(self.schemes, self._local)

    @property
    def ambiguous(self) -> tuple[str, ...]:
        """Labels that two concepts of one scheme claim (a fault of the package's files)."""
        return tuple(self._tables.ambiguous)

    def scheme(self, name: str) -> Scheme:
        """Raises: UnknownConceptError if there is no scheme of that name."""
        if name not in self.schemes:
            raise UnknownConceptError(name, known=self.schemes)
        return self.schemes[name]

    def concept(self, concept_id: str) -> Concept:
        """Raises: UnknownConceptError (naming the nearest ids) if there is none."""
        if concept_id not in self._concepts:
            raise UnknownConceptError(concept_id, known=self._concepts)
        return self._concepts[concept_id]

    def __contains__(self, concept_id: object) -> bool:
        return concept_id in self._concepts

    def __iter__(self) -> Iterator[Concept]:
        return iter(self._concepts.values())

    def label(self, concept_id: str, language: str = "ru") -> str:
        """The preferred label, or the id itself of a concept this version does not know."""
        concept = self._concepts.get(concept_id)
        return concept.label(language) if concept else concept_id

    def lookup(self, text: str, language: str = "ru") -> Concept | None:
        """The concept a person means by an id or by any label of any scheme."""
        if text in self._concepts:
            return self._concepts[text]
        key = raw_key(text)
        return next((c for s in self.schemes if (c := self._tables.whole.get((s, key)))), None)

    def ancestors(self, concept_id: str) -> tuple[str, ...]:
        """Broader concepts, nearest first."""
        out: list[str] = []
        concept = self._concepts.get(concept_id)
        while concept and concept.broader:
            out.append(concept.broader)
            concept = self._concepts.get(concept.broader)
        return tuple(out)

    def narrower(self, concept_id: str) -> tuple[str, ...]:
        """Concepts directly below."""
        return tuple(c.id for c in self if c.broader == concept_id)

    def find(self, words: Sequence[Token]) -> tuple[Match, ...]:
        """All labels of all schemes in a tokenised text (see `matching.Trie.find`)."""
        return self._tables.trie.find(words)

    def whole(self, scheme: str, text: str) -> Concept | None:
        """The concept whose label is the whole of the text, compared by dictionary forms."""
        return self._tables.whole.get((scheme, raw_key(text)))

    def slug(self, scheme: str, slug: str) -> Concept | None:
        """The concept an address part means («russkiy-yazyk»), however transliterated."""
        return self._tables.folded.get((scheme, fold(slug))) if slug else None

    def is_silent(self, scheme: str, text: str) -> bool:
        """Is this a raw value known to say nothing («Разное»)?"""
        return (scheme, raw_key(text)) in self._tables.silent

    def match(self, scheme: str, text: str) -> tuple[str, ...]:
        """Ids of the concepts of a scheme that a raw value names, in order of appearance.

        The whole value counts before its parts, an address part in Latin letters last.
        """
        if concept := self.whole(scheme, text):
            return (concept.id,)
        found = [m.label.concept for m in self.find(tokens(text)) if m.label.scheme == scheme]
        ids = tuple(dict.fromkeys(one for one in found if one))
        if not ids and (concept := self.slug(scheme, text)):
            return (concept.id,)
        return ids

    def nearest(self, scheme: str, text: str, limit: int = 3) -> tuple[Concept, ...]:
        """Concepts whose labels look most like the text, best first; for suggestions only.

        Shared words count most, then likeness of letters. `scheme` may be "category": any scheme
        a portal's section can be of.
        """
        names = (
            ("material-type", "subject", "event-type", "level") if scheme == CATEGORY else (scheme,)
        )
        wanted, letters = set(raw_key(text).split()), text.lower()
        scored: dict[str, float] = {}
        for name in names:
            for concept in self.schemes.get(name, ()):
                scored[concept.id] = max(
                    _likeness(wanted, letters, label)
                    for label in (concept.ru, concept.en, *concept.labels)
                )
        best = sorted(scored, key=lambda one: -scored[one])[:limit]
        return tuple(self._concepts[one] for one in best if scored[one] >= _NEAR)


_NEAR = 0.45
"""Below this likeness a suggestion is noise (read off by trying the labels of other schemes)."""


def _key(words: Sequence[Token]) -> str:
    return " ".join(word.key for word in words if word.key)


def _likeness(wanted: set[str], letters: str, label: str) -> float:
    own = set(_label_key(label).split())
    shared = len(wanted & own) / len(wanted | own) if own else 0.0
    return max(shared, 0.9 * difflib.SequenceMatcher(None, letters, label.lower()).ratio())


@lru_cache(maxsize=4096)
def _label_key(label: str) -> str:
    return raw_key(label)


def load(local: Mapping[tuple[str, str], str] | None = None) -> Vocabularies:
    """The vocabularies, with a catalogue's local mappings {(scheme, raw value): concept id}.

    The concept decides the scheme a mapping acts in. Mappings of concepts that this version does
    not know do nothing and are listed in `Vocabularies.unusable`. Cached per set of mappings.
    """
    return _load(tuple(sorted((local or {}).items())))


@lru_cache(maxsize=8)
def _load(local: tuple[tuple[tuple[str, str], str], ...]) -> Vocabularies:
    return Vocabularies(_schemes(), dict(local))


@cache
def version() -> str:
    """Version of the vocabularies, "RELEASE-HASH": differs whenever a concept or label does."""
    digest = hashlib.blake2b(digest_size=4)
    for name in SCHEMES:
        digest.update(_file(name))
    release = sum(scheme.version for scheme in _schemes().values())
    return f"{release}-{digest.hexdigest()}"
