"""What somebody meant to type: another keyboard layout, a transliteration, a misspelling.

Only words that no record of the catalogue holds are touched. What a word becomes must be a word of
the catalogue; of a misspelling the nearest and most frequent one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from index.analysis import fold, forms, is_stop, is_word, readings
from index.seam import Spelling
from index.words import is_cyrillic
from netmeta.vocabularies.slugs import fold as slug_fold
from netmeta.vocabularies.slugs import to_cyrillic, transliterate


class Words(Protocol):
    """What is asked of an engine; see `index.seam.Engine`."""

    def frequency(self, form: str) -> int:
        """Documents with a word like this form."""

    def spellings(self, form: str, *, limit: int = 10, edits: int = 2) -> tuple[Spelling, ...]:
        """Words near this form."""


_LATIN_KEYS: Final = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>"
_RUSSIAN_KEYS: Final = "ёйцукенгшщзхъфывапролджэячсмитьбюЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
_TO_RUSSIAN: Final = str.maketrans(_LATIN_KEYS, _RUSSIAN_KEYS)
_TO_LATIN: Final = str.maketrans(_RUSSIAN_KEYS, _LATIN_KEYS)

_PART = re.compile(r"\s+|\S+")
# An operator before a word, the word, what closes it: -(слово) автор:Слово матем*
_CORE = re.compile(
    r"(?P<before>[-(\"]*(?:[^\W\d]{3,}:)?\"?)(?P<core>.*?)(?P<after>[)!?…\"]*)", re.DOTALL
)
_LATIN = re.compile(r"[a-zA-Z]")
_RUSSIAN = re.compile(r"[а-яёА-ЯЁ]")
_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"([A-Z]\d{0,2})([,.;:?!]*)")
_STOPS = ",.;:"
MAX_CHARS: Final = 500
MAX_UNKNOWN: Final = 60
"""A text of more characters, or more unknown words, is no question somebody mistyped."""

MAX_SPELT: Final = 8
"""Words of one query whose spelling is looked up; a look-up takes milliseconds."""

_SHORT = 3
"""Words of so many letters are known by chance."""

_TRIED = 5
"""Spellings weighed against the rest of the query."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the query: what stands before the word, the word, what stands after it."""

    before: str
    core: str
    after: str

    @property
    def whole(self) -> str:
        return self.before + self.core + self.after


Fits = Callable[[Sequence[str], str], int]
"""How many documents hold all of some words, and one more."""


Said = Callable[[str], int]
"""How many documents hold a phrase."""


def corrected(text: str, words: Words, fits: Fits, said: Said) -> str:
    """The text as it was probably meant; the text itself if all its words are known.

    Args:
        text: what was typed, operators included.
        words: the words of the catalogue.
        fits: decides between spellings that are equally near.
        said: decides between letters that either keyboard layout may have been meant for.
    """
    if len(text) > MAX_CHARS:
        return text
    parts = [_with_letter(part, words) for part in _parts(text)]
    cores = [part.core for part in parts]
    known = [_is_known(core, words) for core in cores]
    if all(known) or len(known) - sum(known) > MAX_UNKNOWN:
        return text
    _changed(cores, known, _by_layout, words)
    _name_letters(cores, [part.core for part in parts], said)
    _changed(cores, known, _by_sound, words)
    certain = [core for core, ok in zip(cores, known, strict=True) if ok and core.strip()]
    for at in [at for at, ok in enumerate(known) if not ok][:MAX_SPELT]:
        cores[at] = _spelt(cores[at], words, certain, fits)
    return "".join(part.before + core + part.after for part, core in zip(parts, cores, strict=True))


Change = Callable[[str, Words, bool], str | None]
"""What a word becomes if it was typed in another way, None if it was not; the flag says that
others of the query were."""


def _changed(cores: list[str], known: list[bool], change: Change, words: Words) -> None:
    """Change in place what was typed in another way. Where one word was typed so, the others in
    Latin letters were, too: known ones («b», «yt», «po»), and those that stay unknown."""
    found = {
        at: meant
        for at, ok in enumerate(known)
        if not ok and (meant := change(cores[at], words, False))
    }
    if not found:
        return
    for at, core in enumerate(cores):
        if at not in found and (meant := change(core, words, True)):
            found[at] = meant
    for at, meant in found.items():
        cores[at], known[at] = meant, _is_known(meant, words)


def _name_letters(cores: list[str], typed: Sequence[str], said: Said) -> None:
    """Decide in place what single capitals are, with or without a number, in a text of another
    layout: «dbnfvby E» is «витамин E», «dbnfvby C» «витамин С»; what follows the word before."""
    if cores == list(typed):
        return
    before = ""
    for at, core in enumerate(cores):
        found = _LETTER.fullmatch(typed[at])
        if found and before:
            latin, russian = found[1], found[1].translate(_TO_RUSSIAN)
            more = said(f"{before} {latin}") - said(f"{before} {russian}")
            if more:
                cores[at] = (latin if more > 0 else russian) + found[2]
        before = core.rstrip(_STOPS) or before


def _parts(text: str) -> list[_Part]:
    parts = []
    paired = text.count('"') % 2 == 0
    for match in _PART.finditer(text):
        raw = match[0]
        if raw.isspace() or raw.endswith("*"):
            parts.append(_Part(raw, "", ""))  # a beginning is no word
            continue
        if raw.startswith('"') and not paired:  # no quotation mark, but an «Э» perhaps
            parts.append(_Part("", raw, ""))
            continue
        core = _CORE.fullmatch(raw)
        assert core is not None  # every group may be empty
        parts.append(_Part(core["before"], core["core"], core["after"]))
    return parts


def _with_letter(part: _Part, words: Words) -> _Part:
    """The part with its opening quotation mark as a letter, if that makes a word: «"nj» is «это»."""
    if part.before.endswith('"') and _LATIN.search(part.core):
        meant = f'"{part.core}'
        if _means(meant.translate(_TO_RUSSIAN).rstrip(_STOPS), words):
            return _Part(part.before[:-1], meant, part.after)
    return part


def _is_known(core: str, words: Words) -> bool:
    return all(map(_knower(words), forms(core)))


def _knower(words: Words) -> Callable[[str], bool]:
    def known(form: str) -> bool:
        if form[0].isdigit() or is_stop(readings(form)[0]):
            return True
        if not words.frequency(form):
            return False
        if not is_cyrillic(form) or is_word(form):
            return True
        # Another word's stem by chance («состояии»), or a name in a form not seen yet.
        near = words.spellings(form, limit=1, edits=1)
        return (
            not near
            or near[0].edits != 1
            or not set(readings(near[0].word)).isdisjoint(readings(form))
        )

    return known


def _by_layout(core: str, words: Words, others: bool) -> str | None:
    """The word typed with the keyboard left in the other language, if that makes it known; or if
    others were, and it is no Latin word that is known."""
    if _LATIN.search(core) and not _RUSSIAN.search(core):
        if core.isalnum() and any(map(str.isdigit, core)) and _is_known(core, words):
            return None  # «витамин B12» is meant so
        meant = [one.translate(_TO_RUSSIAN) for one in _typed(core)]
        usual = [one for one in meant if _means(one, words)]
        # A quotation mark that was typed is a letter if that makes a word.
        usual = [one for one in usual if '"' in core and one.startswith("Э")] or usual
        if usual:
            return max(usual, key=lambda one: (all(map(is_word, forms(one))), _usual(one, words)))
        if others and not _is_known(core, words):
            sure = core.rstrip(",;:")  # few words end in б or ж, many in ю
            apart = [one.translate(_TO_RUSSIAN) for one in sure.split(",")]
            if all(_means(one, words) for one in apart):
                return ", ".join(apart)
            return sure.translate(_TO_RUSSIAN)
        if len(meant[-1]) > _SHORT and not _means(to_cyrillic(core), words):
            near = words.spellings(fold(meant[-1]), limit=1, edits=1)
            return near[0].word if near and near[0].edits else None
    elif len(core) > _SHORT and _RUSSIAN.search(core) and not _LATIN.search(core):
        latin = core.translate(_TO_LATIN)
        if latin.isalpha() and _means(latin, words):
            return latin
    return None


def _typed(core: str) -> list[str]:
    """What was typed for the word itself: a sign at the end may be a letter («cbkjde.») or a sign
    («kb,» is «ли,»), or one of each («jghtltktyb.,»)."""
    bare = core.rstrip(_STOPS)
    ends = [core[:end] for end in range(len(core), len(bare) - 1, -1)]
    return list(dict.fromkeys((*ends[:_SHORT], bare, core.strip('"' + _STOPS))))


def _usual(text: str, words: Words) -> float:
    """How usual the least usual word of a text is."""
    found = forms(text)
    return min(
        float("inf") if is_stop(readings(form)[0]) else words.frequency(form) for form in found
    )


def _by_sound(core: str, words: Words, others: bool) -> str | None:
    """The word in Latin letters that sounds so in Russian, if that makes it known."""
    if not _LATIN.search(core) or _RUSSIAN.search(core):
        return None
    guess = to_cyrillic(core)
    if _means(guess, words):
        return guess
    if others and _is_known(core, words):
        return None
    sound = slug_fold(core)
    near = words.spellings(fold(guess), limit=50)
    same = [one.word for one in near if slug_fold(transliterate(one.word)) == sound]
    return same[0] if same else None


def _means(text: str, words: Words) -> bool:
    found = forms(text)
    return bool(found) and all(map(_knower(words), found))


def _spelt(core: str, words: Words, certain: Sequence[str], fits: Fits) -> str:
    """The word with its unknown parts spelt as the catalogue spells them."""
    known = _knower(words)

    def spelt(match: re.Match[str]) -> str:
        form = fold(match[0])
        if known(form):
            return match[0]
        return _nearest(words.spellings(form, limit=_TRIED), certain, fits) or match[0]

    return _WORD.sub(spelt, core)


def _nearest(found: Iterable[Spelling], certain: Sequence[str], fits: Fits) -> str | None:
    """The spelling that goes best with the rest of the query, then the most frequent one."""
    near = list(found)
    if len(near) < 2:
        return near[0].word if near else None
    least = near[0].edits
    close = [one for one in near if one.edits == least]
    best = max(close, key=lambda one: (fits(certain, one.word), one.count))
    return best.word
