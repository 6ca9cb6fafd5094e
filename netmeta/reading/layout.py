"""Chosen lines as readable text: one line each, cells of a table row side by side."""

from __future__ import annotations

from collections.abc import Sequence

from netmeta.reading.lines import Lines

_CELLS = frozenset({"td", "th"})


def lay_out(lines: Lines, chosen: Sequence[int]) -> str:
    """The text of the lines with these numbers. Items of lists begin with "- "."""
    rows: list[str] = []
    previous_row = -1
    for at in chosen:
        line = lines.lines[at]
        tag = lines.tag(line)
        row = _table_row(lines, at) if tag in _CELLS else -1
        if row >= 0 and row == previous_row:
            rows[-1] += f" | {line.text}"
        elif tag == "li" and lines.first_line[line.block] == at:
            rows.append(line.text if line.text[:1] in "-–—•*" else f"- {line.text}")
        else:
            rows.append(line.text)
        previous_row = row
    return "\n".join(rows)


def _table_row(lines: Lines, at: int) -> int:
    """The row of a cell that is one line; -1 for the big cells tables are laid out with."""
    block = lines.lines[at].block
    is_one_line = lines.end_line[block] - lines.first_line[block] == 1
    return lines.parents[block] if is_one_line else -1
