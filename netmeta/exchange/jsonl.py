"""JSON Lines in: one item a line. A bad line is told with its number and the rest goes on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from netmeta.errors import BadItemError
from netmeta.model import Item


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no item: its number from 1, why, and its text."""

    number: int
    reason: str
    text: str


def read_items(lines: Iterable[bytes]) -> Iterator[Item | BadLine]:
    """Items of a JSON Lines document, in order; empty lines are skipped."""
    for number, line in enumerate(lines, start=1):
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        try:
            yield Item.from_dict(json.loads(line.decode("utf-8")))
        except UnicodeDecodeError as error:
            yield BadLine(number, f"not UTF-8 (byte {error.start})", text)
        except json.JSONDecodeError as error:
            yield BadLine(number, f"not JSON: {error.msg} (column {error.colno})", text)
        except RecursionError:
            yield BadLine(number, "not JSON: nested too deeply", text)
        except BadItemError as error:
            yield BadLine(number, str(error), text)
