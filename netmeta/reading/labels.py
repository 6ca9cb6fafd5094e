"""Labelled text: «Автор: Иванова А. А.», «Класс: 5», «Дата публикации: 24.01.2012»."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netmeta.reading.lines import Line, Lines

_LABELLED = re.compile(r"^([А-ЯЁ][А-Яа-яЁё ,()/-]{2,38}?)\s*[:：]\s*(\S.{0,300})$")
_BARE = re.compile(r"^([А-ЯЁ][А-Яа-яЁё ,()/-]{2,38}?)\s*[:：]$")
_KNOWN = re.compile(
    r"^(?:автор\w*|составител\w*|разработал\w*|подготовил\w*|выполнил\w*|учител\w*|педагог\w*"
    r"|фио|руководител\w*|класс\w*|предмет\w*|дисциплина|тема|раздел\w*|категори\w*|рубрика|тип|вид|жанр"
    r"|форма|умк|учебник|уровень|возраст\w*|дата\w*|опубликован\w*|добавлен\w*|размещен\w*"
    r"|обновлен\w*|создан\w*|место\w*|адрес|регистрация|целевая|участник\w*|аудитория|для кого"
    r"|номинаци\w*|срок\w*|при[её]м\w*|итоги|результаты|подведение|организатор\w*|учредител\w*"
    r"|стоимость|цена|оплата|взнос|оргвзнос|сертификат\w*|диплом\w*|документ\w*|источник\w*|лицензия|язык"
    r"|ключевые|теги|тэги|метки|школа|учреждение|организация|город|регион|должность|просмотр\w*"
    r"|загруз\w*|скачиван\w*|комментари\w*|рейтинг|размер\w*|начало|окончание|время|период|этап\w*)\b",
    re.I,
)
_MAX_LABELS = 40
_MAX_LABEL_WORDS = 5
_MAX_VALUE_WORDS = 12


def read_labels(lines: Lines, first: int, end: int) -> dict[str, str]:
    """Labels of the page and what stands behind them, on the same line or in the next cell.

    Args:
        first, end: the main text: inside it, and in the few lines before, any capitalised label of
            up to three words counts; elsewhere only those known from portals.
    """
    found: dict[str, str] = {}
    for at in lines.spoken:
        line = lines.lines[at]
        if line.region == "comments" or line.words > 60:
            continue
        for label, value in _pairs(lines, at, line):
            known = _KNOWN.match(label) is not None
            inside = first - 15 <= at < end
            if (known and (inside or not line.region)) or (
                inside and label.count(" ") < 3 and value.count(" ") < _MAX_VALUE_WORDS
            ):
                found.setdefault(label, value)
        if len(found) >= _MAX_LABELS:
            break
    return found


def _pairs(lines: Lines, at: int, line: Line) -> Iterator[tuple[str, str]]:
    has_colon = ":" in line.text or "：" in line.text
    if has_colon:
        for part in line.text.split(" | "):  # «Просмотров: 12 | Загрузок: 3»
            if match := _LABELLED.match(part):
                yield match[1].strip(), match[2].strip()
    following = lines.lines[at + 1] if at + 1 < len(lines.lines) else None
    if following is None or following.words > 30:
        return
    if has_colon and (bare := _BARE.match(line.text)):
        if not _BARE.match(following.text):
            yield bare[1].strip(), following.text
        return
    # Two cells of a row, or <dt> and <dd>: a known label needs no colon.
    if line.words > _MAX_LABEL_WORDS or line.block == following.block:
        return
    cells = {lines.tag(line), lines.tag(following)}
    same_row = lines.parents[line.block] == lines.parents[following.block]
    if same_row and (cells <= {"td", "th"} or cells == {"dt", "dd"}):
        label = line.text.rstrip(":： ")
        if _KNOWN.match(label):
            yield label, following.text
