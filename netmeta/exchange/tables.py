"""Records as rows of a table, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Final

from netmeta.catalogue.stored import Stored
from netmeta.exchange.markup import Escaper

COLUMNS: Final = (
    ("kind", "string"), ("source", "string"), ("external_id", "string"), ("url", "string"),
    ("title", "string"), ("summary", "string"), ("authors", "string"), ("organisation", "string"),
    ("published", "date"), ("language", "string"), ("type", "string"), ("subjects", "string"),
    ("grades", "string"), ("levels", "string"), ("tags", "string"), ("licence", "string"),
    ("certificate", "string"), ("place", "string"), ("deadline", "date"), ("status", "string"),
    ("attachments", "string"), ("first_seen", "datetime"),
)  # fmt: skip
"""(name, type in the words of Table Schema); several values stand in one cell, "; " between them."""

_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)?")
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def rows(records: Iterable[Stored], x: Escaper) -> Iterator[str]:
    """The table as CSV (RFC 4180), line by line, the names of the columns first.

    Args:
        x: counts the characters that had to be left out.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([name for name, _ in COLUMNS])
    for record in records:
        writer.writerow([_cell(record, name, x) for name, _ in COLUMNS])
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def _cell(record: Stored, name: str, x: Escaper) -> str:
    value = record.get(name)
    if name == "authors":
        value = [author["name"] for author in record["authors"]]
    elif name == "attachments":
        value = [one["url"] for one in record["attachments"]]
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    clean, dropped = _UNSEEN.subn("", text)
    x.dropped += dropped
    # A cell that begins like a formula is one to a spreadsheet, and may fetch or run things.
    return f"'{clean}" if _FORMULA.match(clean) and not _NUMBER.fullmatch(clean) else clean
