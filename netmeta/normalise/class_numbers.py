"""Class numbers (0 = preschool, 1-11) in running words, in whatever way they are written.

Understood: «5 кл», «5-й класс», «5а», «5 «А»», «V класс», «5-9 классы», «1, 2, 3, 4 класс»,
«для пятого класса», «пятиклассники», «4 кл - 5 кл», «дети 5-6 лет». A number alone is a class only in the field that is for classes. A number never becomes a
class because a word for something else stands beside it («5 вопросов», «9 Мая», «урок 5»).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from netmeta.model import Problem
from netmeta.vocabularies.words import Token, tokens

LAST_CLASS = 11
_RANGE = frozenset("-‐‑–—÷…")
_LIST = frozenset((",", "и", "/", "+", "&", ";", "или", "and"))
_QUOTES = frozenset("«»“”„\"'()")
_PARALLELS = frozenset("абвгдежзиклм")
_ENDINGS = frozenset(
    "й го х е м ом ый ых ым ые му ми ого ой ая я ю ой ий ого ы кх th st nd rd".split()
)  # «5-го», and «5-kh» read back from an address
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
_ROMAN |= {"X": 10, "XI": 11}
_TO_ROMAN = str.maketrans("ХІ", "XI")
_ORDINALS = (
    "первый второй третий четвертый пятый шестой седьмой восьмой девятый десятый одиннадцатый"
)
_CLASSMATES = (
    "первоклассник второклассник третьеклассник четвероклассник пятиклассник шестиклассник "
    "семиклассник восьмиклассник девятиклассник десятиклассник одиннадцатиклассник",
    "первоклассница второклассница третьеклассница четвероклассница пятиклассница шестиклассница "
    "семиклассница восьмиклассница девятиклассница десятиклассница одиннадцатиклассница",
)
# A number after one of these counts something else: «Урок 3, 5 класс», «СОШ № 7, 5 класс».
_NUMBERED = (
    "урок тема глава часть задание вариант параграф модуль раздел занятие упражнение том школа "
    "лицей гимназия слайд пункт страница выпуск неделя четверть полугодие номер приложение работа "
    "тест корпус дом рисунок таблица билет этап день unit lesson part module step round"
)
_KIND_WORDS = "коррекционный кадетский профильный общеобразовательный специальный специализированный гуманитарный дополнительный"
_OTHER_CLASSES = (
    "опасность точность защита чистота вязкость прочность энергоэффективность животное вещество "
    "млекопитающее сложность качество комфортность мастер"
)
_YEARS = frozenset(("год", "года", "лет", "годов", "годика", "годиков"))
_CHILDREN = "ребенок дети возраст малыш дошкольник группа"
_LAST_PRESCHOOL_YEAR = 7


@dataclass(frozen=True, slots=True)
class Found:
    """Classes of one phrase, the words that said so, and what was odd."""

    grades: tuple[int, ...] = ()
    words: str = ""
    problems: tuple[Problem, ...] = ()


@cache
def _keys(words: str) -> frozenset[str]:
    return frozenset(token.key for token in tokens(words))


@cache
def _ordinals() -> dict[str, int]:
    return {token.key: n for n, token in enumerate(tokens(_ORDINALS), 1)}


@cache
def _classmates() -> dict[str, int]:
    return {token.key: n for words in _CLASSMATES for n, token in enumerate(tokens(words), 1)}


@cache
def _class_keys() -> frozenset[str]:
    return _keys("класс кл клас классник классники классников form forms grade grades")


@cache
def _class_words() -> frozenset[str]:
    return _class_keys().union(_classmates())


def _number(token: Token) -> int | None:
    """The class a token can stand for, or None."""
    if token.number is not None:
        if token.number > LAST_CLASS or (len(token.text) > 1 and token.text[0] == "0"):
            return None
        if (
            not token.tail
            or token.tail in _ENDINGS
            or token.tail in _PARALLELS
            or token.tail == "кл"
        ):
            return token.number
        return None
    if token.text.isupper() and (value := _ROMAN.get(token.text.translate(_TO_ROMAN))):
        return value
    return _ordinals().get(token.key) if token.part == "ADJF" else None


def may_name_classes(keys: frozenset[str], *, has_digit: bool) -> bool:
    """Can words with these keys name classes at all? Without it there is nothing to find."""
    return has_digit or not keys.isdisjoint(_class_words())


def find_grades(words: Sequence[Token], *, bare: bool = False, slug: bool = False) -> Found:
    """Classes in a sequence of words; `bare`: a number alone is a class (the field says so).

    `slug`: the words of an address, where nothing tells «5-9» from «урок 5, 9 класс».
    """
    grades: list[int] = []
    spans: list[tuple[int, int]] = []
    last_end, last = -9, 0
    class_keys, classmates = _class_keys(), _classmates()
    for i, token in enumerate(words):
        if token.key in classmates:
            grades.append(classmates[token.key])
            spans.append((i, i + 1))
            continue
        if not (token.key in class_keys or token.tail == "кл") or not _is_class(words, i):
            continue
        start, numbers = _before(words, i, slug=slug)
        end = i + 1
        if not numbers:
            end, numbers = _after(words, i)
            start = i
        if not numbers:
            continue
        # «4 кл - 5 кл»: a range over two groups.
        if start - last_end in (1, 2) and words[start - 1].text in _RANGE and last < numbers[0]:
            numbers = list(range(last + 1, numbers[-1] + 1))
        grades += numbers
        spans.append((start, end))
        last_end, last = end, numbers[-1]
    if not grades:
        grades, spans = _lettered(words)
    if not grades and bare:
        return _bare(words)
    text = ", ".join(" ".join(t.text for t in words[a:b]) for a, b in spans)
    return Found(tuple(sorted(set(grades))), text)


def _is_class(words: Sequence[Token], i: int) -> bool:
    """Is the class word at `i` one of a school («кл», not «мастер-класс», «класс опасности»)?"""
    if words[i].tail == "кл":
        return True
    following = words[i + 1] if i + 1 < len(words) else None
    if following is not None and following.key in _keys(_OTHER_CLASSES):
        return False
    before = i - 2 if i and words[i - 1].text in _RANGE else i - 1
    return before < 0 or words[before].key not in _keys("мастер")


def _before(words: Sequence[Token], i: int, *, slug: bool) -> tuple[int, list[int]]:
    """Numbers written to the left of «класс»: their start and the classes, ascending."""
    j = i if words[i].tail == "кл" else i - 1
    if j < 0:
        return i, []
    if words[j].text in _RANGE:  # «5-класс»
        j -= 1
    j = _skip_kinds(words, j)
    j = _skip_letters(words, j)
    if j < 0 or (value := _number(words[j])) is None:
        return i, []
    numbers, start = [value], j
    while True:
        sep = _skip_letters(words, start - 1)
        k = _skip_letters(words, sep - 1) if sep >= 0 else -1
        if slug and sep >= 0 and _number(words[sep]) is not None:
            sep, k, joint = sep, sep, "-"
        elif sep < 1 or k < 0:
            break
        else:
            joint = words[sep].text.lower()
        lower = _number(words[k])
        if lower is None or lower > numbers[0] or _is_numbered(words, k):
            break
        if joint in _RANGE or joint in ("по", "до"):
            numbers = [*range(lower, numbers[0]), *numbers]
        elif joint in _LIST:
            numbers = [lower, *numbers]
        else:
            break
        start = k
        if slug:
            break
    return start, numbers


def _skip_kinds(words: Sequence[Token], j: int) -> int:
    while j >= 0 and words[j].key and words[j].key in _keys(_KIND_WORDS):
        j -= 1
    return j


def _skip_letters(words: Sequence[Token], j: int) -> int:
    """Go left over «А», (б), and the ending of «5 - й»."""
    while j > 0:
        token = words[j]
        low = token.text.lower()
        if token.text in _QUOTES:
            j -= 1
        elif (low in _ENDINGS and _is_loose_ending(words, j)) or (
            len(low) == 1 and low in _PARALLELS and low != "и"
        ):
            j -= 2 if words[j - 1].text in _RANGE else 1
        elif token.text == "," and _is_letter_list(words, j):
            j -= 1
        else:
            break
    return j


def _is_loose_ending(words: Sequence[Token], j: int) -> bool:
    k = j - 2 if words[j - 1].text in _RANGE else j - 1
    return k >= 0 and _number(words[k]) is not None


def _is_letter_list(words: Sequence[Token], j: int) -> bool:
    """Is the comma at `j` one of «6 «а», «б» кл.»?"""
    k = j - 1
    while k >= 0 and words[k].text in _QUOTES:
        k -= 1
    return k >= 0 and len(words[k].text) == 1 and words[k].text.lower() in _PARALLELS


def _is_numbered(words: Sequence[Token], k: int) -> bool:
    """Does the number at `k` count something that stands before it?"""
    before = k - 1
    while before >= 0 and words[before].text in ("№", ".", ":", "-"):
        if words[before].text == "№":
            return True
        before -= 1
    return before >= 0 and words[before].key in _keys(_NUMBERED)


def _after(words: Sequence[Token], i: int) -> tuple[int, list[int]]:
    """Numbers to the right: «класс: 5», «Классы 5-9». Only if nothing they could count follows."""
    j = i + 1
    announced = False
    while j < len(words) and (
        words[j].text in ":№" or words[j].text in _RANGE or words[j].text == "."
    ):
        announced = announced or words[j].text in ":№"
        if words[j].text == "." and words[i].text.lower() != "кл":
            return i + 1, []
        j += 1
    numbers: list[int] = []
    while j < len(words) and (value := _number(words[j])) is not None:
        if words[j].number is None and words[j].part == "ADJF":
            break
        if numbers and value <= numbers[-1]:
            break
        if numbers and words[j - 1].text in _RANGE:
            numbers += range(numbers[-1] + 1, value)
        numbers.append(value)
        j += 1
        if j + 1 < len(words) and (words[j].text in _RANGE or words[j].text in _LIST):
            if _number(words[j + 1]) is None:
                break
            j += 1
        else:
            break
    parts = ("LATN",) if words[i].part == "LATN" else ("NOUN", "ADJF")  # «in the form 3 times»
    counted = j < len(words) and words[j].key and words[j].part in parts
    if counted and not announced and words[j].key not in _class_keys():
        return i + 1, []
    return j, numbers


def _lettered(words: Sequence[Token]) -> tuple[list[int], list[tuple[int, int]]]:
    """«5а», «10-Б», «5 «А»» without the word «класс»."""
    grades, spans = [], []
    for i, token in enumerate(words):
        if token.number is None or not 1 <= token.number <= LAST_CLASS or _is_numbered(words, i):
            continue
        after = words[i + 1] if i + 1 < len(words) else None
        if token.tail:
            if not _is_parallel(token) or (after is not None and after.number is not None):
                continue
            if i == 0 and after is not None and after.text in (")", "."):
                continue  # «1а) ...» is an item of a list
            grades.append(token.number)
            spans.append((i, i + 1))
        elif _is_spaced_parallel(words, i):
            grades.append(token.number)
            spans.append((i, i + 2))
        elif i + 3 < len(words) and after is not None and after.text in '«"“':
            letter = words[i + 2].text
            if letter in "АБВГДЕЖЗ" and words[i + 3].text in '»"”':
                grades.append(token.number)
                spans.append((i, i + 4))
    return grades, spans


def _is_spaced_parallel(words: Sequence[Token], i: int) -> bool:
    """«(8 А)», «в 8 А»: a capital by itself after a number that a class may be."""
    letter = words[i + 1].text if i + 1 < len(words) else ""
    if letter not in ("А", "Б", "В", "Г", "Д"):
        return False
    before = words[i - 1].text.lower() if i else ""
    after = words[i + 2].text if i + 2 < len(words) else ")"
    return before in ("(", "в", "для") and after in (")", ",", ".", ":", "«", "и")


def _is_parallel(token: Token) -> bool:
    """«5а», «10Б»: yes; «3Д», «4К», «2в1», «5г», «7е»: something else."""
    letter = token.text[-1]
    if letter.lower() not in "абвгджзи" or token.tail != letter.lower():
        return False
    if letter in "вгджзи":
        return False
    return not (letter == "Д" and token.number is not None and token.number <= 5)


def _bare(words: Sequence[Token]) -> Found:
    """A field for classes that holds only numbers: «5», «5-9», «5, 6», «V»."""
    numbers: list[int] = []
    joint = ","
    for token in words:
        if token.text in _QUOTES or token.text == ".":
            continue
        if (
            token.text in _RANGE
            or token.text.lower() in _LIST
            or token.text.lower() in ("по", "до")
        ):
            joint = token.text.lower()
            continue
        if token.text.lower() in ("с", "для") or (token.text.lower() in _PARALLELS and numbers):
            continue
        value = _number(token)
        if value is None:
            if token.number is not None:
                text = " ".join(t.text for t in words)
                return Found(
                    problems=(Problem(field="grade", code="out-of-range", value=text[:200]),)
                )
            return Found()
        if numbers and (joint in _RANGE or joint in ("по", "до")):
            if value < numbers[-1]:
                text = " ".join(t.text for t in words)
                return Found(
                    problems=(Problem(field="grade", code="reversed-range", value=text[:200]),)
                )
            numbers += range(numbers[-1] + 1, value)
        numbers.append(value)
    return Found(tuple(sorted(set(numbers))), " ".join(t.text for t in words))


def are_preschool_years(words: Sequence[Token]) -> bool:
    """Do the words name an age of kindergarten beside a word for children («дети 5-6 лет»)?"""
    for i, token in enumerate(words):
        if token.text.lower() not in _YEARS or i == 0:
            continue
        numbers = [t.number for t in words[max(0, i - 3) : i] if t.number is not None]
        if not numbers or max(numbers) > _LAST_PRESCHOOL_YEAR or min(numbers) < 1:
            continue
        if min(numbers) == _LAST_PRESCHOOL_YEAR:  # «ребёнок 7 лет» may go to school
            continue
        near = (*words[max(0, i - 7) : i], *words[i + 1 : i + 3])
        if any(t.key in _keys(_CHILDREN) for t in near):
            return True
    return False
