"""Personal contact data: found, and taken out of everything that is kept.

A catalogue of teachers' works must not become a directory of teachers: e-mail addresses, telephone
numbers and logins are replaced by a placeholder before an item is stored. The placeholder (instead
of nothing) keeps `normalise` the same on the stored item as on the fresh one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from netmeta.model import Item, ItemAttachment

CONTACT = "[контакт удалён]"
LOGIN = "[логин удалён]"
PLACEHOLDERS = (CONTACT, LOGIN)

# Whole domains only: «@» alone is an ordinary sign in lessons on informatics. The look-behind keeps
# a long run of letters from being tried again at each of them.
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,200}(?:\s?@\s?|\s?[(\[]\s?(?:at|собака)\s?[)\]]\s?)(?:[\w-]{1,63}\.){1,4}[^\W\d_]{2,10}",
    re.IGNORECASE,
)
# Russian numbers: +7 or 8, then ten digits in any grouping («8 911 742 87 54», «+7(912)345-67-89»).
_PHONE = re.compile(
    r"(?<![\d.,/-])(?:\+\s?\d|8)[\s\-–(]{0,3}\d{3,5}[\s\-–)]{0,3}\d(?:[\s\-–]{0,3}\d){4,6}(?![\d.,]?\d)"
)
# Short numbers count only after a word that announces them («тел. 377-08-65»).
_CALL = re.compile(
    r"((?:\bтел(?:ефон)?|\bмоб(?:ильный)?|\bфакс|\bphone|\btel|whatsapp|viber|ватсап)"
    r"[\s.:/а-яa-z]{0,12}?)([+(]?\d(?:[\s\-–()]{0,3}\d){4,11}(?:\s?[,;]\s?[+(]?\d(?:[\s\-–()]{0,3}\d){4,11})*)",
    re.IGNORECASE,
)
# Five digits are the shortest number; [0-9] is three times faster on Cyrillic text than \d.
_DIGITS = re.compile(r"[0-9](?:[\s\-–()]{0,3}[0-9]){4,}")
_PHONE_DIGITS = 9
"""The fewest that `_PHONE` asks for."""

_CALLED = re.compile(r"\b(?:тел|моб|факс|phone|tel)|whatsapp|viber|ватсап", re.IGNORECASE)
_BEFORE_CHARS = 24
"""No word of `_CALL` begins farther before its number: nine letters, twelve signs, a bracket."""
_CONTACT_KEY = re.compile(
    r"e-?mail|почт|phone|тел|моб|контакт|contact|skype|telegram|whatsapp|login|логин|username",
    re.IGNORECASE,
)
_LOGINS = frozenset(
    "admin administrator root user guest moderator editor webmaster superuser super_user test "
    "админ администратор гость модератор редактор вебмастер пользователь аноним anonymous manager "
    "support info noname unknown системный none null".split()
)
_LOGIN = re.compile(r"[a-z][\w.\-]*|[^\W\d_]+[\d_][\w.\-]*|[^\W\d_]*\d[\w.\-]*", re.IGNORECASE)


def without_contacts(text: str) -> str:
    """The text with e-mail addresses and telephone numbers replaced by `CONTACT`."""
    if _may_hold_email(text):
        text = _EMAIL.sub(CONTACT, text)
    if _may_hold_number(text):
        text = _PHONE.sub(CONTACT, text)
        text = _CALL.sub(rf"\1{CONTACT}", text)
    return text


def _may_hold_email(text: str) -> bool:
    return "@" in text or "(at)" in text or "собака" in text


def _may_hold_number(text: str) -> bool:
    """Look only where digits stand: trying the patterns of numbers all over a page, which nearly
    always has a date but no number, took a third of normalising it."""
    for digits in _DIGITS.finditer(text):
        start, end = digits.span()
        if _CALLED.search(text, max(0, start - _BEFORE_CHARS), start):
            return True
        if end - start >= _PHONE_DIGITS and _PHONE.search(
            text, max(0, start - 2), end
        ):  # «+ 7 912»
            return True
    return False


def without_placeholders(text: str) -> str:
    """The text without the placeholders, for places that show it (titles, names)."""
    for placeholder in PLACEHOLDERS:
        if placeholder in text:
            text = text.replace(placeholder, " ")
    return text


@lru_cache(maxsize=8192)
def is_login(text: str) -> bool:
    """Is an author's credit only a login: «admin», «Super User», «marina_85», «Ivanova»?

    One Latin word, or one word with digits or underscores. A single Russian word is not called a
    login here: it may be a surname.
    """
    word = text.strip().strip("@")
    if word.lower().replace(" ", "").replace("_", "") in _LOGINS or word.lower() == "super user":
        return True
    return bool(_LOGIN.fullmatch(word)) and not word.isdigit()


def _author(text: str) -> str:
    if text in PLACEHOLDERS:
        return text
    if is_login(text):
        return LOGIN
    return without_contacts(text)


def _value(value: Any) -> Any:
    """Any JSON value of an unknown field, scrubbed at every depth."""
    if isinstance(value, str):
        return without_contacts(value)
    if isinstance(value, Mapping):
        return {
            k: CONTACT if _CONTACT_KEY.search(str(k)) and v else _value(v) for k, v in value.items()
        }
    if isinstance(value, list | tuple):
        return [_value(one) for one in value]
    return value


def _clean(text: str | None) -> str | None:
    return without_contacts(text) if text else text


def _all(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(without_contacts, texts))


def _may_hold_contacts(item: Item) -> bool:
    """A quick look at all texts in one: is there any sign of contact data? Most items have none."""
    texts = (
        item.title, item.subtitle, item.description, item.body, item.organisation, item.place,
        item.certificate, item.licence, *item.authors, *item.subject, *item.grade, *item.type,
        *item.category, *item.tags, *item.audience, *item.dates, *item.dates.values(),
        *[a.name for a in item.attachments],
    )  # fmt: skip
    text = "\n".join([one for one in texts if one])
    return _may_hold_email(text) or _may_hold_number(text) or any(map(is_login, item.authors))


def scrub(item: Item) -> Item:
    """The item as it may be stored: no e-mail address, telephone number or login in any text.

    Every one found is replaced by `CONTACT` or `LOGIN`; nothing else changes. Addresses of pages
    and files are left alone (normalising cuts parameters that carry an e-mail address). Scrubbing
    twice is scrubbing once, and `normalise` gives the same record for the item and its scrubbed
    form.
    """
    unknown = _value(item.unknown) if item.unknown else item.unknown
    if not _may_hold_contacts(item):
        return item if unknown == item.unknown else replace(item, unknown=unknown)
    return replace(
        item,
        title=without_contacts(item.title),
        subtitle=_clean(item.subtitle),
        description=_clean(item.description),
        body=_clean(item.body),
        authors=tuple(map(_author, item.authors)),
        organisation=_clean(item.organisation),
        subject=_all(item.subject),
        grade=_all(item.grade),
        type=_all(item.type),
        category=_all(item.category),
        tags=_all(item.tags),
        dates={without_contacts(k): without_contacts(v) for k, v in item.dates.items()},
        place=_clean(item.place),
        audience=_all(item.audience),
        certificate=_clean(item.certificate),
        licence=_clean(item.licence),
        attachments=tuple(
            ItemAttachment(url=a.url, name=_clean(a.name), size=a.size) for a in item.attachments
        ),
        unknown=unknown,
    )
