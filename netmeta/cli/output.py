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


_WIDEST_WORD = 24
"""Longer ones (addresses) may be folded."""
_GAP = 2


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """A table on standard output; numbers stand right. On a terminal too narrow for its words it
    is one block a row instead."""
    from rich.markup import escape
    from rich.table import Table

    rows = [list(row) for row in rows]
    texts = [[safe("" if cell is None else str(cell)) for cell in row] for row in rows]
    screen = console()
    widths = _widths(columns, texts, screen.width) if screen.is_terminal else None
    if screen.is_terminal and widths is None:
        _blocks(columns, texts, title)
        return
    made = Table(
        title=title or None, title_justify="left", box=None, pad_edge=False,
        padding=(0, _GAP, 0, 0), show_header=any(columns),
    )  # fmt: skip
    for at, name in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[at], int | float) for row in rows)
        made.add_column(
            name, justify="right" if numeric else "left", overflow="fold",
            width=widths[at] if widths else None,
        )  # fmt: skip
    for text in texts:
        made.add_row(*map(escape, text))
    screen.print(made)


def _widths(columns: Sequence[str], texts: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Widths that fill no more than `room` characters and break no word; None if there are none.

    Rich would shrink all columns alike and cut words of the narrow ones.
    """
    from rich.cells import cell_len

    widths, least = [], []
    for column in zip(columns, *texts, strict=True):
        lines = [line for cell in column for line in cell.splitlines()]
        words = [min(cell_len(word), _WIDEST_WORD) for line in lines for word in line.split()]
        widths.append(max(map(cell_len, lines), default=1))
        least.append(max(words, default=1))
    room -= _GAP * len(widths)
    if sum(least) > room:
        return None
    while sum(widths) > room:
        at = max(range(len(widths)), key=lambda at: (widths[at] > least[at], widths[at]))
        widths[at] -= 1
    return widths


def _blocks(columns: Sequence[str], texts: Sequence[Sequence[str]], title: str) -> None:
    """Each row as its first cell and a line for each further one that is not empty."""
    from rich.padding import Padding
    from rich.text import Text

    screen = console()
    if title:
        screen.print(Text(title, style="italic"))
    for first, *rest in texts:
        screen.print(Text(first, style="bold"))
        for name, text in zip(columns[1:], rest, strict=True):
            if text:
                screen.print(Padding(Text(f"{name}: {text}" if name else text), (0, 0, 0, 2)))


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
