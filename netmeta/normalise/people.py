"""Credits: who made a work, in what role, at which school.

«Иванова Мария Ивановна, учитель математики МБОУ СОШ № 5» -> name, role, organisation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from netmeta.model import Person, Problem
from netmeta.normalise.contacts import PLACEHOLDERS, without_contacts, without_placeholders
from netmeta.normalise.titles import plain

MAX_PEOPLE = 50
"""More names than this under one work are a list gone wrong (a page of users, say)."""

MAX_LINE_CHARS = 1_000
"""Nobody's credit is longer; a page's text that slipped into the field is."""

_WORD = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ]?[а-яё]+)?"
_INITIALS = r"[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.)?"
_PATRONYMIC = r"[А-ЯЁ][а-яё]*(?:вич|ична|вна|ьич|инична|мич|тич)(?:\s+(?:оглы|кызы))?"
_NAME = re.compile(
    rf"{_WORD}\s+{_INITIALS}(?![а-яё])"
    rf"|{_INITIALS}\s?{_WORD}"
    rf"|{_WORD}\s+[А-ЯЁ]{{1,2}}(?![а-яёА-ЯЁ.])"
    rf"|{_WORD}(?:\s+{_WORD}){{1,3}}"
    r"|[A-Z][a-z]+(?:\s+[A-Z]\.)?(?:\s+(?:van|von|de))?(?:\s+[A-Z][a-z]+){1,2}"
)
_LABEL = re.compile(
    r"^\W*(?:автор(?:ы|-составитель|ы-составители)?(?:\s+(?:материала|работы|публикации|разработки|урока|проекта|статьи))?"
    r"|составител[ьи]|разработчик|подготовил[аи]?|выполнил[аи]?|разработал[аи]?|провел[аи]?|провёл"
    r"|составил[аи]?|опубликовал[аи]?|добавил[аи]?|работу выполнил[аи]?|учител[ья]-автор)\s*(?:\(ы\)|\(а\))?\s*[:\-–—]?\s+",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"(?:\b(?:М[АБКО]*[ДОБ]*О?У|МБОУ|МКОУ|МАОУ|МОУ|ГБОУ|ГОУ|ГКОУ|ГАОУ|ГБПОУ|ГАПОУ|ГПОУ|ОГБПОУ|МБДОУ|МАДОУ|МДОУ|"
    r"МКДОУ|ГБДОУ|МБУ|МАУ|МКУ|ГБУ|ГКУ|КГБОУ|КГКОУ|КГУ|КОУ|БОУ|ФГКОУ|ФГБОУ|ОГКОУ|ОГБОУ|ЧОУ|НОУ|АНО|ЧДОУ|ООО|ФГБУ|"
    r"СОШ|ООШ|НОШ|СШ|ДОУ|ДОО|СКОШИ?|ДДТ|ДЮСШ|ДШИ|ЦДТ|ЦРР|ДЮЦ|ИПК|ИРО)\b"
    r"|\b(?:[Шш]кол[аы]|[Гг]имнази[яи]|[Лл]ице[йя]|[Дд]етск(?:ий|ого) сада?|[Кк]олледжа?|[Тт]ехникума?|"
    r"[Уу]нверситета?|[Уу]ниверситета?|[Ии]нститута?|[Аа]кадеми[яи]|[Сс]редн(?:яя|ей) (?:общеобразовательн(?:ая|ой) )?школ|"
    r"[Мм]униципальн|[Гг]осударственн|[Цц]ентра? |[Дд]ома? детского|[Дд]ворца? |[Уу]чилищ|[Ии]нтернат|[Кк]адетск|"
    r"[Дд]епартамент|[Мм]инистерств|[Уу]правлени[ея] |[Рр]едакци|[Ии]здательств))[^;]*"
)
_ROLE = re.compile(
    r"\b(?:учител|педагог|преподавател|воспитател|методист|директор|завуч|заместител|зам\.|логопед|психолог|"
    r"дефектолог|библиотекар|ученик|ученица|учащ|обучающ|студент|руководител|инструктор|тренер|доцент|"
    r"профессор|мастер\b|мастер производственного|заведующ|старш(?:ий|его) вожат|организатор|концертмейстер|"
    r"научный|кандидат|доктор|аспирант|классный|социальный|тьютор|воспитанни|школьни|музыкальный)[^,;]*",
    re.IGNORECASE,
)
# Credits that name nobody.
_NOBODY = re.compile(
    r"(?:админ\w*|редакция|редактор|администратор|гость|аноним\w*|коллектив авторов|модератор|"
    r"неизвест\w+|без автора|не указан\w*|автор неизвестен|интернет|пользователь|нет|super user|"
    r"администрация(?: сайта| школы)?|источник)(?:\s+(?:сайта|портала))?",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"\s*(?:;|\n|•|\s\|\s|\s/\s|\s+и\s+(?=[А-ЯЁ]))\s*")
_COMMA = re.compile(r"\s*,\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """What the authors' lines of an item say."""

    people: tuple[Person, ...] = ()
    organisation: str | None = None
    problems: tuple[Problem, ...] = ()


def find_people(authors: tuple[str, ...]) -> Credits:
    """Read the authors' lines; each line may name several people.

    Problem codes: "contact-removed" (an e-mail or telephone stood there), "login-removed",
    "no-person" (a credit that names nobody), "unclear-author" (neither a person nor a school:
    the words stay in the raw item), "too-many".
    """
    people: dict[tuple[str, str | None], Person] = {}
    organisation = None
    problems: list[Problem] = []
    for line in authors:
        found, school, odd = _line(line)
        for person in found:
            people.setdefault((person.name, person.organisation), person)
        organisation = organisation or school
        problems.extend(odd)
    kept = tuple(people.values())
    if len(kept) > MAX_PEOPLE:
        problems.append(Problem(field="authors", code="too-many", value=str(len(kept))))
        kept = kept[:MAX_PEOPLE]
    return Credits(people=kept, organisation=organisation, problems=tuple(problems))


@lru_cache(maxsize=8192)
def _line(line: str) -> tuple[tuple[Person, ...], str | None, tuple[Problem, ...]]:
    """People and school of one line; authors repeat, so lines are cached."""
    raw = plain(line[:MAX_LINE_CHARS])
    for placeholder in PLACEHOLDERS:
        if placeholder in raw:
            code = "login-removed" if "логин" in placeholder else "contact-removed"
            rest = without_placeholders(raw).strip(" ,;:.-–—")
            # A lone «e-mail:» says nothing once the address is gone.
            if not _NAME.search(_calm(rest)):
                return (), None, (Problem(field="authors", code=code),)
            named, school, odd = _line(rest)
            return named, school, (*odd, Problem(field="authors", code=code))
    text = _LABEL.sub("", without_contacts(raw))
    if not text or _NOBODY.fullmatch(text.strip(" .!")):
        return (), None, (Problem(field="authors", code="no-person", value=raw[:200]),)
    people: list[Person] = []
    school = None
    for part in _SEPARATORS.split(_calm(text)):
        found, part_school = _part(_LABEL.sub("", part))
        people += found
        school = school or part_school
    if people or school:
        return tuple(people), school, ()
    return (), None, (Problem(field="authors", code="unclear-author", value=raw[:200]),)


def _part(part: str) -> tuple[list[Person], str | None]:
    """«name[, name]*[, role][, organisation]», in any order, as schools write it."""
    raw = part.strip()
    organisation = None
    if found := _ORGANISATION.search(part):
        organisation = found[0].strip(' ,.;()«"') or None
        if organisation and organisation.count("«") > organisation.count("»"):
            organisation += "»"
        part = part[: found.start()]
    role = None
    if found := _ROLE.search(part):
        role_text = found[0]
        # «ученица 5 класса Петрова Анна»: the name stands inside the role's phrase.
        inside = _NAME.search(role_text[1:])
        if inside and not role_text[inside.end() + 1 :].strip(" ."):
            role_text = role_text[: inside.start() + 1]
        role = role_text.strip(" ,.;–—-(") or None
        part = part.replace(role_text, ", ", 1)
    people = [
        Person(name=name, role=role, organisation=organisation, raw=raw)
        for piece in _COMMA.split(part)
        if (name := _name(piece))
    ]
    return people, organisation


def _name(piece: str) -> str | None:
    """«Иванова М.И.» -> «Иванова М. И.»; None if the piece is not a name."""
    piece = piece.strip(' .,;:()"«»–—-')
    found = _NAME.fullmatch(piece) or _NAME.fullmatch(piece + ".")
    if not found or _NOBODY.fullmatch(piece):
        return None
    return " ".join(re.sub(r"\.(?=\S)", ". ", found[0]).split())


def _calm(text: str) -> str:
    """«ИВАНОВА МАРИЯ» -> «Иванова Мария»; schools' abbreviations keep their capitals."""
    if not text.isupper() or "." in text[:3]:
        return text
    return " ".join(w if _ORGANISATION.match(w) else w.title() for w in text.split())
