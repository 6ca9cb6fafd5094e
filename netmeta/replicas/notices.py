"""Contests, webinars and news of the bank, with their days laid out around `today`."""

from __future__ import annotations

import datetime as dt
from typing import cast

from netmeta.replicas.bank import Draft, drafts
from netmeta.replicas.days import Span, resolve, say, school_year, summer_year
from netmeta.replicas.planted import Kind, Rows, Work
from netmeta.replicas.prose import blocks_of


def notice(key: str, today: dt.date, *, table: bool) -> Work:
    """One notice of the bank.

    Lines `stage: label | form | start | end [| hour]` become rows of the facts, in their place
    among the `row:` lines. `posted` is the day of publication. `table` lays the facts out as a
    table, else as lines.

    Raises:
        KeyError: the bank has no such notice, or a form of `days.say` is unknown.
    """
    draft = drafts("notices")[key]
    lines: list[tuple[str, str]] = []
    stages: dict[str, Span] = {}
    words = {"{school_year}": school_year(today), "{summer}": str(summer_year(today))}
    for name, value in draft.lines:
        for mark, text in words.items():
            value = value.replace(mark, text)
        if name == "stage":
            label, row, span = _stage(value, today)
            stages[label] = span
            lines.append(("row", row))
        else:
            lines.append((name, value))
    blocks = tuple(
        Rows(block.rows, table) if isinstance(block, Rows) else block for block in blocks_of(lines)
    )
    filled = Draft(key, tuple(lines))
    return Work(
        key=key,
        kind=cast(Kind, draft.one("kind")),
        title=filled.one("title"),
        blocks=blocks,
        type=draft.one("type"),
        stages=stages,
        posted=resolve(draft.one("posted"), today),
        subject=draft.get("subject"),
        grades=tuple(int(n) for n in (draft.get("grades") or "").split()),
    )


def _stage(value: str, today: dt.date) -> tuple[str, str, Span]:
    label, form, start, end, *hour = (part.strip() for part in value.split("|"))
    text, span = say(form, resolve(start, today), resolve(end, today), "".join(hour))
    return label, f"{label} | {text}", span
