"""What a title says a work *is*: the grammar of Russian titles, in a few rules.

A word counts that stands in the nominative at the start of a part of the title («Тест по теме»,
«Дроби. Конспект урока», «5 класс, презентация»), or after a word for a collection («сборник
тестов»). «Роль игры на уроках» is no game, «Использование презентаций» no presentation.
"""

from __future__ import annotations

from functools import cache
from itertools import zip_longest

from netmeta.normalise.phrases import Phrase
from netmeta.vocabularies.matching import Match
from netmeta.vocabularies.words import Token, tokens

_COLLECTIONS = (
    "разработка сборник подборка комплект серия цикл набор система материал пример образец вариант "
    "банк комплекс конспект план сценарий пакет каталог альбом демоверсия спецификация"
)
_PREFIXES = "мини медиа видео аудио онлайн веб интернет арт фото микро экспресс блиц эко телекоммуникационный"
_OPENERS = frozenset('.:;!?—–|«"“„(/,+-•')
_DECLINED = frozenset(("ADJF", "PRTF"))
_VERBS = frozenset(("INFN", "VERB", "GRND"))
_MODIFIERS = frozenset(("ADJF", "PRTF", "NUMR", "ADJS"))


@cache
def _keys(words: str) -> frozenset[str]:
    return frozenset(token.key for token in tokens(words))


def find_head(phrase: Phrase, scheme: str, *, known: bool = False) -> Match | None:
    """The first label of a scheme that says what the work is, rather outside quotation marks.

    `known`: the work is known to be of this scheme, so that a word in any form will do.
    """
    matches = [m for m in phrase.of(scheme) if not _is_theme(phrase, m)]
    if not matches:
        return None
    quoted = quoted_words(phrase.tokens)
    matches.sort(key=lambda m: m.start in quoted)
    for match in matches:
        if is_head(phrase, match) or (known and match.start not in quoted):
            return match
    # A name of several words is plain enough wherever it stands, in the nominative.
    for match in matches:
        head = phrase.tokens[match.start : match.end]
        if any(word.part in _VERBS for word in phrase.tokens[: match.start]):
            continue  # «Как провести классный час»
        if not match.label.weak and len(head) > 1 and _is_nominative(head):
            return match
    return None


def quoted_words(words: tuple[Token, ...]) -> set[int]:
    """Places of the words inside quotation marks. An unclosed mark quotes to the end."""
    inside, depth = set(), 0
    for i, word in enumerate(words):
        if word.text in "«“„" or (word.text == '"' and depth == 0):
            depth += 1
        elif word.text in "»”" or word.text == '"':
            depth = max(0, depth - 1)
        elif depth:
            inside.add(i)
    return inside


def _is_theme(phrase: Phrase, match: Match) -> bool:
    """Do the words after a label show that it is what the work is about?

    «Игра как средство развития», «Книга – лучший друг»; and with a number an ordinary word names
    a part of something («Задание 25», «Статья 28»).
    """
    after = phrase.tokens[match.end] if match.end < len(phrase.tokens) else None
    if after is None:
        return False
    if after.number is not None:
        return match.label.weak or match.label.concept == "article"
    return after.text.lower() == "как" or (match.label.weak and after.text in "–—")


def _is_nominative(words: tuple[Token, ...]) -> bool:
    """Are all adjectives, and the first noun, possibly nominative? «Из опыта работы» is."""
    if words[0].part == "PREP":
        return True
    for word, after in zip_longest(words, words[1:]):
        if after is not None and after.text == ".":
            continue  # «Тех. карта», «Раб. программа»: an abbreviation has no case
        if word.part == "LATN":
            return True
        if word.part == "NOUN":
            return word.nominative
        if word.part in _DECLINED and not word.nominative:
            return False
    return True


def is_head(phrase: Phrase, match: Match) -> bool:
    """Does the match say what the work is?"""
    words = phrase.tokens
    at = match.start - 1
    nominative = _is_nominative(words[match.start : match.end])
    if at >= 0 and (words[at].number or 0) > 1:
        nominative = words[match.start].genitive or nominative  # «100 задач»
    while at >= 0 and (words[at].part in _MODIFIERS or _is_number(words[at])):
        if words[at].part in _DECLINED and not words[at].nominative:
            nominative = False
        at -= 1
    if match.label.weak and not (_says_only_where(phrase, at + 1) or _is_part(phrase, at, match)):
        return False
    if at < 0 or words[at].text in _OPENERS:
        # «бизнес-план»: the hyphen joins, it does not begin a part; «мини-проект» is a project.
        joined = at == 1 and words[1].text == "-" and words[0].part == "NOUN"
        return nominative and not (joined and words[0].key not in _keys(_PREFIXES))
    before = words[at]
    if before.key in _keys(_COLLECTIONS) and before.nominative:
        return True
    if before.key in _keys("класс кл и язык") or _ends_subject(phrase, at + 1):
        return nominative
    return False


def _says_only_where(phrase: Phrase, end: int) -> bool:
    """Do the first `end` words name but subject, class, type and numbers («Физика. 7 класс. ...»)?

    «1 сентября: праздник или будни?» is no script: an ordinary word must come first.
    """
    known = {i for m in phrase.matches for i in range(m.start, m.end)}
    return all(
        not word.key or word.number is not None or i in known or word.key in _keys("класс кл по и")
        for i, word in enumerate(phrase.tokens[:end])
    )


def _is_part(phrase: Phrase, at: int, match: Match) -> bool:
    """Is the match a part of the title by itself («ВсОШ по химии. 9 класс. Задания»)?"""
    after = phrase.tokens[match.end] if match.end < len(phrase.tokens) else None
    return at >= 0 and phrase.tokens[at].text in ".:" and (after is None or after.text == ".")


def _is_number(word: Token) -> bool:
    return word.number is not None or (bool(word.key) and set(word.text) <= set("IVXХ"))


def _ends_subject(phrase: Phrase, end: int) -> bool:
    return any(m.end == end and m.label.scheme == "subject" for m in phrase.matches)
