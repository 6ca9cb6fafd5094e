"""Russian dates, ranges and deadlines.

>>> import datetime as dt
>>> when = parse_when("с 13 по 21 марта 2023 года")
>>> when.start, when.end, when.kind
(datetime.date(2023, 3, 13), datetime.date(2023, 3, 21), 'range')
>>> parse_when("до 15 мая", dt.date(2025, 11, 20)).end
datetime.date(2026, 5, 15)
>>> explain_when("до 15 мая")
'no_reference'
"""

from __future__ import annotations

from netmeta.when.reader import explain_when, find_when, parse_when
from netmeta.when.result import Kind, Lean, Precision, When, WhyNot

__all__ = [
    "Kind",
    "Lean",
    "Precision",
    "When",
    "WhyNot",
    "explain_when",
    "find_when",
    "parse_when",
]
