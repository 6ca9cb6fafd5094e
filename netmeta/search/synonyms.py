"""Other ways of saying a word: abbreviations and what they stand for, both ways.

The package's own lines are in `synonyms.yaml`; an administrator may add lines of the same form in
a file that the setting `synonyms` names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from index.analysis import forms, is_stop, readings
from index.query import Phrase, Word
from netmeta.errors import ConfigError
from netmeta.texts import t

Way = tuple[Word | Phrase, ...]

MAX_LENGTH: Final = 8
"""Words in the longest way of saying that is looked for."""


class Synonyms:
    """Groups of ways of saying one thing, found by the words of a query."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._groups = groups
        self._by_key: dict[tuple[str, ...], list[tuple[int, str]]] = {}
        for at, group in enumerate(groups):
            for text in group:
                self._by_key.setdefault(_key(forms(text)), []).append((at, text))

    def find(self, words: Sequence[Sequence[str]]) -> Iterator[tuple[int, int, tuple[Way, ...]]]:
        """Start, end and the other ways of each saying in a query, the longest first at a place.

        Args:
            words: the folded forms of each word typed.
        """
        at = 0
        while at < len(words):
            for end in range(min(len(words), at + MAX_LENGTH), at, -1):
                key = _key([form for word in words[at:end] for form in word])
                if ways := self._others(key):
                    yield at, end, ways
                    at = end - 1
                    break
            at += 1

    def _others(self, key: tuple[str, ...]) -> tuple[Way, ...]:
        found = self._by_key.get(key, ()) if key else ()
        texts = [
            text
            for at, own in found
            for text in self._groups[at]
            if text != own or _is_stop(text)  # «изо» is a preposition, too, and would not be asked
        ]
        return tuple(_way(text) for text in dict.fromkeys(texts))


def _key(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(readings(form)[0] for form in words)


def _is_stop(text: str) -> bool:
    return all(is_stop(readings(form)[0]) for form in forms(text))


def _way(text: str) -> Way:
    return (Word(text),) if len(forms(text)) == 1 and not _is_stop(text) else (Phrase(text),)


@lru_cache(maxsize=4)
def load(file: Path | None = None) -> Synonyms:
    """The package's synonyms with those of an administrator's file.

    Raises: ConfigError if the file cannot be read or is no list of lists of texts.
    """
    packaged = resources.files("netmeta.search").joinpath("synonyms.yaml").read_text("utf-8")
    groups = _read(packaged)
    if file is not None:
        try:
            groups = [*groups, *_read(file.read_text("utf-8"))]
        except (OSError, ValueError) as error:
            raise ConfigError(
                t("Cannot read the synonyms in {path}", path=file),
                cure=t("It must be YAML, each line like: - [ФГОС, образовательный стандарт]"),
            ) from error
    return Synonyms(groups)


def _read(text: str) -> list[list[str]]:
    import yaml

    try:
        raw: Any = yaml.safe_load(text) or []
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
    shaped = isinstance(raw, list) and all(
        isinstance(group, list) and all(isinstance(one, str) and forms(one) for one in group)
        for group in raw
    )
    if not shaped:
        raise ValueError(t("not a list of lists of texts"))
    return [[str(one) for one in group] for group in raw]
