"""Tables as a terminal shows them, at the widths people have."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

import pytest

from tests.conftest import Ran

TABLE = """
from netmeta.cli.output import table
table(
    ["Источник", "Режим", "Следующий раз", "Последний сбор", "Итог", "Почему тогда"],
    [
        ["moi-universitet", "авто", "23.11.2026 17:49", "23.11.2026 11:42", "в порядке",
         "новых записей в неделю: 6.2; близок срок подачи (25.11.2026)"],
        ["pedsovet-su", "вручную", "", "22.11.2026 11:42", "", ""],
    ],
)
"""


def shown(columns: int) -> Ran:
    """What a terminal of so many columns receives."""
    reader, writer = pty.openpty()
    environ = os.environ | {"COLUMNS": str(columns), "TERM": "xterm"}
    ran = subprocess.run(
        [sys.executable, "-c", TABLE], stdout=writer, env=environ, stderr=subprocess.PIPE, text=True
    )
    os.close(writer)
    pieces = []
    while True:
        try:
            piece = os.read(reader, 65536)
        except OSError:  # the terminal's other end is closed
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(reader)
    text = re.sub(r"\x1b\[[0-9;]*m", "", b"".join(pieces).decode("utf-8"))
    return Ran(ran.returncode, text, ran.stderr)


@pytest.mark.parametrize("columns", [76, 80, 120, 200])
def test_a_table_breaks_no_word_and_stays_on_the_screen(columns: int) -> None:
    ran = shown(columns)
    assert ran.code == 0, ran.err
    for word in ("moi-universitet", "23.11.2026", "(25.11.2026)", "Следующий", "вручную"):
        assert word in ran.out
    assert max(map(len, ran.out.splitlines())) <= columns


def test_a_row_is_a_block_where_the_screen_is_too_narrow() -> None:
    ran = shown(40)
    assert [line.rstrip() for line in ran.out.splitlines()] == [
        "moi-universitet",
        "  Режим: авто",
        "  Следующий раз: 23.11.2026 17:49",
        "  Последний сбор: 23.11.2026 11:42",
        "  Итог: в порядке",
        "  Почему тогда: новых записей в неделю:",
        "  6.2; близок срок подачи (25.11.2026)",
        "pedsovet-su",
        "  Режим: вручную",
        "  Последний сбор: 22.11.2026 11:42",
    ]
