"""Printing: results on standard output; progress, notes and errors on standard error.

Rich is imported only where it is used: most of its cost would fall on `--help` and `--json`.
"""

from __future__ import annotations

import html
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from netmeta.errors import NetmetaError
from netmeta.texts import t

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def console(*, error: bool = False) -> Console:
    """A console on standard output or standard error; honours NO_COLOR."""
    from rich.console import Console

    return Console(stderr=error, highlight=False, soft_wrap=not sys.stdout.isatty())


def print_json(value: object) -> None:
    """JSON for programs, Cyrillic as it is."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def note(text: str) -> None:
    """A line for people, on standard error."""
    sys.stderr.write(safe(text) + "\n")


def error(problem: NetmetaError) -> None:
    """One clear line: what, why, and what to do."""
    note(t("netmeta: error: {problem}", problem=problem))


def safe(text: str) -> str:
    """Text without terminal control codes and direction overrides: harvested words may hold any."""
    return _CONTROL.sub("", text)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """A table on standard output; numbers stand right."""
    from rich.markup import escape
    from rich.table import Table

    rows = [list(row) for row in rows]
    made = Table(
        title=title or None, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0),
        show_header=any(columns),
    )  # fmt: skip
    for at, name in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[at], int | float) for row in rows)
        made.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        made.add_row(*(escape(safe("" if cell is None else str(cell))) for cell in row))
    console().print(made)


def marked(snippet: str) -> Any:
    """A snippet's HTML as Rich text, matched forms bold."""
    from rich.text import Text

    text = Text()
    for at, part in enumerate(re.split(r"</?mark>", snippet)):
        text.append(safe(html.unescape(part)), style="bold yellow" if at % 2 else "")
    return text


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """A progress display on standard error, shown only on a terminal and if not `quiet`."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    made = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
        console=console(error=True),
        disable=quiet or not sys.stderr.isatty(),
        transient=False,
    )
    with made:
        yield made
