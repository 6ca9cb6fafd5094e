"""Titles: without markup, site names, shouting and stray quotes."""

from __future__ import annotations

import html
import re

from netmeta.model import Problem
from netmeta.normalise.contacts import without_placeholders

MAX_TITLE_CHARS = 500
"""Longer titles are cut for display (the raw item keeps them); the longest honest title seen in
real pages has about 300 characters."""

_MAX_READ_CHARS = 20_000
MAX_SUMMARY_CHARS = 4_000
# Names of real tags only: «x<y и y>z» is a lesson, not markup.
_TAG = re.compile(
    r"</?(?:a|abbr|article|aside|b|big|blockquote|body|br|button|center|cite|code|col|dd|del|details|div|dl|dt|em|"
    r"embed|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|li|link|main|"
    r"mark|meta|nav|nobr|noindex|noscript|object|ol|option|p|param|picture|pre|q|s|script|section|select|"
    r"small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|textarea|tfoot|th|thead|"
    r"time|title|tr|tt|u|ul|video|wbr|xml)(?:[\s/][^<>]{0,500})?>|<!--.{0,500}?-->",
    re.DOTALL | re.IGNORECASE,
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SEPARATOR = re.compile(r"\s+[-–—|»/:·•]\s+|\s*\|\s*")
_SEPARATING = re.compile(r"[-–—|»/:·•]")
_FILE_ENDING = re.compile(r"(?<=\w)\.(?:docx?|pptx?|pdf|rtf|odt|xlsx?|zip|rar)$", re.IGNORECASE)
_EDGES = " \t\r\n,;:|-–—/\\«»\"'“”„·•*_=~"
# Names portals put after their titles; the source's own title and host are added to them.
_SITES = frozenset(
    (
        "открытый урок",
        "первое сентября",
        "социальная сеть работников образования",
        "наша сеть",
        "педсовет.су",
        "педсовет",
        "учительский портал",
        "инфоурок",
        "мультиурок",
        "копилка уроков",
        "знанио",
        "методисты",
        "мой университет",
        "интергуру",
        "сеть творческих учителей",
        "портфолио ученика",
        "школа цифрового века",
    )
)


def plain(text: str) -> str:
    """Text without markup, entities, invisible characters and runs of spaces.

    >>> plain("<b>Дроби</b>&nbsp;&laquo;5&raquo;")
    'Дроби «5»'
    """
    for _ in range(2):  # feeds escape twice: &amp;quot;
        if "&" in text:
            text = html.unescape(text)
        if "<" in text:
            text = _TAG.sub(" ", text)
    if text.isprintable():  # invisible characters and all spaces but the plain one are not
        return " ".join(text.split()) if "  " in text else text.strip(" ")
    return " ".join(_INVISIBLE.sub("", text).split())


def clean_title(raw: str, sites: frozenset[str] = frozenset()) -> tuple[str, tuple[Problem, ...]]:
    """The title to show, and what was odd about the raw one.

    `sites` are lower-case names of the source, cut off as a suffix or prefix. The result is never
    empty if the raw title held any letter or digit, and cleaning it again changes nothing.
    Problem codes: "html", "shouting", "too-long", "empty".
    """
    problems = []
    text = plain(without_placeholders(raw[:_MAX_READ_CHARS]))[: 4 * MAX_TITLE_CHARS]
    if "<" in raw and _TAG.search(raw):
        problems.append(Problem(field="title", code="html", value=raw[:200]))
    text = _without_site(text, sites)
    if "." in text[-5:]:
        text = _FILE_ENDING.sub("", text)
    if _is_shouting(text):
        problems.append(Problem(field="title", code="shouting", value=text[:200]))
        text = _calm(text)
    text = _trim(text)
    if len(text) > MAX_TITLE_CHARS:
        problems.append(Problem(field="title", code="too-long", value=text[:200]))
        text = _trim(text[: MAX_TITLE_CHARS - 1].rsplit(" ", 1)[0].rstrip(_EDGES + ".…")) + "…"
    if not any(map(str.isalnum, text)):
        problems.append(Problem(field="title", code="empty", value=raw[:200]))
        text = "Без названия"
    return text, tuple(problems)


def clean_text(raw: str | None, limit: int | None = None) -> str | None:
    """A plain paragraph (a summary), or None if nothing is in it."""
    if not raw:
        return None
    text = plain(raw)
    if limit and len(text) > limit:
        text = text[: limit - 1].rsplit(" ", 1)[0] + "…"
    return text or None


def clean_body(raw: str | None) -> str | None:
    """Text in several lines: markup and spaces cleaned, line breaks kept; None if empty."""
    if not raw:
        return None
    if "<" not in raw and "&" not in raw:
        lines = raw.split("\n")
    else:
        lines = [plain(line) for line in raw.split("\n")]
    text = "\n".join([bare for line in lines if (bare := line.strip())])
    return text or None


def _without_site(text: str, sites: frozenset[str]) -> str:
    """Cut the site's name off either end, as often as it stands there; never the whole title."""
    while _SEPARATING.search(text) and (seams := list(_SEPARATOR.finditer(text))):
        first, last = seams[0], seams[-1]
        if _is_site(text[last.end() :], sites) and text[: last.start()].strip():
            text = text[: last.start()]
        elif _is_site(text[: first.start()], sites) and text[first.end() :].strip():
            text = text[first.end() :]
        else:
            break
    return text


def _is_site(part: str, sites: frozenset[str]) -> bool:
    name = part.strip(" .!").lower()
    return name in _SITES or name in sites


def _is_shouting(text: str) -> bool:
    """Mostly capitals, and long enough not to be an abbreviation («ОГЭ 2024»)."""
    capitals = sum(map(str.isupper, text))
    if capitals < 10:  # the least that 12 letters need; counting all letters costs as much again
        return False
    letters = sum(map(str.isalpha, text))
    return letters >= 12 and capitals > 0.8 * letters


_KEPT_CAPITALS = frozenset(
    "ЕГЭ ОГЭ ВПР ГИА ГВЭ ФГОС КТП ОБЖ ОБЗР ИЗО МХК ДОУ ПДД УМК ОРКСЭ ОДНКНР СССР США РФ ВОВ НОД "
    "СПО ИКТ ЗОЖ КВН МБОУ МКОУ МАОУ СОШ ООШ ГБОУ МБДОУ МОУ НОО ООО СОО ТРИЗ ОВЗ ШМО ГПД".split()
)
_ROMAN = re.compile(r"[IVXLC]+")
_WORD = re.compile(r"[^\W\d_]+")


def _calm(text: str) -> str:
    """Sentence case; abbreviations, Roman numerals and single letters keep their capitals.

    Proper names lose theirs: nothing in a shouted title tells them apart.
    """

    def lower(found: re.Match[str]) -> str:
        word = found[0]
        if word in _KEPT_CAPITALS or _ROMAN.fullmatch(word):
            return word
        return word.lower()

    text = _WORD.sub(lower, text)
    starts = re.compile(r"(?:^|[.!?]\s+|[«\"“])(\W*)([^\W\d_])")
    return starts.sub(lambda m: m[0][:-1] + m[2].upper(), text)


def _trim(text: str) -> str:
    """Cut edges that say nothing: separators, unpaired quotes, one trailing full stop."""
    while text and not (text[0].isalnum() and text[-1].isalnum()):
        before = text
        text = text.strip(" \t,;:|/\\·•*_=~").strip()
        text = text.removeprefix("- ").removeprefix("– ").removeprefix("— ")
        text = text.removesuffix(" -").removesuffix(" –").removesuffix(" —")
        if text.endswith(".") and not text.endswith("..") and text.count(".") == 1:
            text = text[:-1]
        for opening, closing in (("«", "»"), ("“", "”"), ("„", "“"), ("(", ")")):
            if text.startswith(opening) and closing not in text:
                text = text[1:]
            elif text.endswith(closing) and opening not in text:
                text = text[:-1]
        for quote in "\"'":
            if text.count(quote) == 1 and (text.startswith(quote) or text.endswith(quote)):
                text = text.strip(quote)
        inner = text[1:-1]
        if len(text) > 2 and (text[0], text[-1]) in _PAIRS and not _QUOTES.search(inner):
            text = inner
        if text == before:
            break
    return text


_PAIRS = frozenset({('"', '"'), ("«", "»"), ("“", "”"), ("„", "“"), ("'", "'")})
_QUOTES = re.compile("[\"«»“”„']")
