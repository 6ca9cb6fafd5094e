"""Stages of an event: registration, works accepted, the event itself, voting, results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from netmeta.model import Problem, Stage, StageKind
from netmeta.normalise.dates import day_of, is_plausible, is_published_label, read_when
from netmeta.vocabularies.words import tokens
from netmeta.when import explain_when

# Words of a label (by dictionary form) -> kind of stage; the first row with a word in it decides.
_KINDS: tuple[tuple[StageKind, str], ...] = (
    ("results", "итог результат награждение победитель объявление рассылка вручение оглашение"),
    ("voting", "голосование экспертиза оценка оценивание жюри отбор рассмотрение"),
    ("registration", "регистрация заявка запись заявление registration"),
    ("submission", "прием работа материал отправка сдача подача представление загрузка дедлайн deadline submission"),
    ("held", "проведение дата когда начало окончание время срок мероприятие вебинар конкурс занятие обучение "
             "старт завершение финал период олимпиада семинар конференция тур этап start end eventstart eventend "
             "сроки проходить состояться пройти дни day открытие закрытие выставка фестиваль"),
)  # fmt: skip
_STARTS = "начало старт открытие start eventstart"
_CEREMONY = "открытие"
_ENDS = "окончание конец завершение закрытие end eventend"


@cache
def _keys(words: str) -> frozenset[str]:
    return frozenset(token.key for token in tokens(words))


def stage_kind(label: str) -> StageKind:
    """What a label of a page («Приём работ») dates.

    >>> stage_kind("Приём работ"), stage_kind("Подведение итогов"), stage_kind("Оргкомитет")
    ('submission', 'results', 'other')
    """
    words = {token.key for token in tokens(label[:200])}
    for kind, names in _KINDS:
        if words & _keys(names):
            return kind
    return "other"


def find_stages(
    dates: Mapping[str, str], reference: dt.date | dt.datetime | None, timezone: str
) -> tuple[tuple[Stage, ...], tuple[Problem, ...]]:
    """One stage for each dated label; what cannot be read stays as a stage without days.

    «Начало» and «Окончание» of one thing become one stage. Problem codes of field "dates":
    "unreadable", "implausible", "reversed" (an end before its start).
    """
    stages: list[Stage] = []
    problems: list[Problem] = []
    for label, text in dates.items():
        if is_published_label(label) or not text.strip():
            continue
        for line in text.split("\n"):
            stage, odd = _stage(label.strip()[:200], line.strip()[:500], reference, timezone)
            stages.append(stage)
            problems += odd
    joined, odd = _join(stages)
    return joined, (*problems, *odd)


def _stage(
    label: str, text: str, reference: dt.date | dt.datetime | None, timezone: str
) -> tuple[Stage, list[Problem]]:
    bare = Stage(kind=stage_kind(label), label=label, text=text)
    today = day_of(reference)
    when = read_when(text, today, timezone)
    if when is None:
        reason = explain_when(text, today, zone=timezone)
        code = "implausible" if reason == "out_of_range" else "unreadable"
        return bare, [Problem(field="dates", code=code, value=f"{label}: {text}"[:200])]
    if not (is_plausible(when.start) and is_plausible(when.end)):
        return bare, [Problem(field="dates", code="implausible", value=f"{label}: {text}"[:200])]
    return (
        replace(bare, start=when.start, end=when.end, start_at=when.start_at, end_at=when.end_at),
        [],
    )


def _join(stages: list[Stage]) -> tuple[tuple[Stage, ...], list[Problem]]:
    """Make one stage of a kind's «Начало» and «Окончание»."""
    out: list[Stage] = []
    problems: list[Problem] = []
    for stage in stages:
        words = {token.key for token in tokens(stage.label)}
        is_end = bool(words & _keys(_ENDS)) and not words & _keys(_STARTS)
        before = out[-1] if out else None
        if (
            is_end
            and before is not None
            and stage.end is not None
            and before.kind == stage.kind
            and before.start is not None
            and {token.key for token in tokens(before.label)} & _keys(_STARTS)
        ):
            if stage.end < before.start:
                problems.append(
                    Problem(field="dates", code="reversed", value=f"{before.text} - {stage.text}")
                )
            else:
                out[-1] = replace(
                    before,
                    end=stage.end,
                    end_at=stage.end_at or stage.start_at,
                    label=f"{before.label} - {stage.label}",
                    text=f"{before.text} - {stage.text}",
                )
                continue
        elif is_end and stage.start == stage.end and stage.end is not None:
            # An end alone is a deadline.
            stage = replace(stage, start=None, start_at=None, end_at=stage.end_at or stage.start_at)
        elif _only_starts(stage, words):
            stage = replace(stage, end=None, end_at=None)
        out.append(stage)
    # A start without an end, once joined or not, is open; but an event that is only «начало»
    # of one day is that day for every query, so the day stays as its start.
    return tuple(out), problems


def _only_starts(stage: Stage, words: set[str]) -> bool:
    """Is a day only the first of more («Начало 5 мая»)? «Открытие выставки» is a day by itself."""
    if not words & _keys(_STARTS) or stage.start is None or stage.start != stage.end:
        return False
    return not (words & _keys(_CEREMONY) and stage.kind == "held")


def is_over(stages: Iterable[Stage], today: dt.date) -> bool:
    """Have all dated stages ended before today? False if none is dated.

    A question for the moment of asking: `normalise` does not know the time, so that the same item
    always gives the same record.
    """
    ends = [stage.end or stage.start for stage in stages]
    days = [day for day in ends if day is not None]
    return bool(days) and max(days) < today
