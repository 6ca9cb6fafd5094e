"""CPU per call of `parse_when` and of dateparser, on the same strings, in one run.

    python benchmarks/dates.py [--rounds N]

The strings are the labelled ones of the tests that hold a date. dateparser is asked as favourably
as we know: Russian only, day first, settings built once, a warm-up round before the clock starts.
Three figures of ours: `first` is the first pass of the process, every word and every sequence of
words new; `uncached` asks again, with the memory of whole texts off; `cached` is what a second row
with the same date costs.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from netmeta.when import parse_when, reader

LABELLED = Path(__file__).parents[1] / "tests" / "labelled_dates.jsonl"
NEEDED = 100


def valid_strings() -> list[tuple[str, dt.date | None, dict[str, Any]]]:
    """(text, reference, label) of every labelled string that holds a date."""
    found = []
    for line in LABELLED.read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["start"] or row["end"]:
            reference = row["reference"]
            kind = dt.datetime if reference and "T" in reference else dt.date
            found.append((row["text"], kind.fromisoformat(reference) if reference else None, row))
    return found


def micros(ask: Callable[[str, dt.date | None], object], strings: list[Any], rounds: int) -> float:
    """Mean CPU microseconds a call; the best of three, for the machine is shared."""
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        for _ in range(rounds):
            for text, reference, _label in strings:
                ask(text, reference)
        best = min(best, (time.process_time() - begun) / rounds / len(strings))
    return best * 1e6


def uncached(text: str, reference: dt.date | None) -> object:
    return reader.read_anew(text, reference, "Europe/Moscow", False, None)


def dateparser_asked() -> Callable[[str, dt.date | None], dt.datetime | None]:
    """dateparser, set up for Russian; a reference becomes its relative base."""
    import dateparser

    plain: dict[str, Any] = {"DATE_ORDER": "DMY"}
    based: dict[dt.date, dict[str, Any]] = {}

    def ask(text: str, reference: dt.date | None) -> dt.datetime | None:
        options = plain
        if reference is not None:
            options = based.setdefault(
                reference,
                {**plain, "RELATIVE_BASE": dt.datetime.combine(reference, dt.time())},
            )
        return dateparser.parse(text, languages=["ru"], settings=options)

    return ask


def right(strings: list[Any], start_of: Callable[[str, dt.date | None], dt.date | None]) -> int:
    """How many single days and starts of ranges are read as labelled."""
    return sum(
        start_of(text, reference) == dt.date.fromisoformat(label["start"])
        for text, reference, label in strings
        if label["start"]
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--rounds", type=int, default=20, help="rounds of ours (dateparser: a tenth)"
    )
    rounds = parser.parse_args().rounds
    strings = valid_strings()

    begun = time.process_time()
    for text, reference, _ in strings:
        uncached(text, reference)
    first = (time.process_time() - begun) / len(strings) * 1e6
    ours = micros(uncached, strings, rounds)
    cached = micros(lambda text, reference: parse_when(text, reference), strings, rounds)

    warnings.simplefilter("ignore", DeprecationWarning)
    ask = dateparser_asked()
    for text, reference, _ in strings:
        ask(text, reference)
    theirs = micros(ask, strings, max(1, rounds // 10))
    understood = [row for row in strings if ask(row[0], row[1]) is not None]
    theirs_understood = micros(ask, understood, max(1, rounds // 10))
    ours_understood = micros(uncached, understood, rounds)

    starts = sum(bool(label["start"]) for *_, label in strings)
    our_right = right(strings, lambda t, r: w.start if (w := parse_when(t, r)) else None)
    their_right = right(strings, lambda t, r: d.date() if (d := ask(t, r)) else None)
    print(f"{len(strings)} strings that hold a date, {starts} of them with a first day")
    print(f"first day right:        netmeta {our_right}, dateparser {their_right}")
    print(f"dateparser              {theirs:9.1f} us a call")
    print(f"  on the {len(understood)} it reads     {theirs_understood:9.1f} us a call")
    print(f"netmeta, first          {first:9.1f} us a call   {theirs / first:7.0f} times faster")
    print(f"netmeta, uncached       {ours:9.1f} us a call   {theirs / ours:7.0f} times faster")
    print(
        f"  on the {len(understood)} of dateparser {ours_understood:8.1f} us a call   "
        f"{theirs_understood / ours_understood:7.0f} times faster"
    )
    print(f"netmeta, cached         {cached:9.2f} us a call   {theirs / cached:7.0f} times faster")


if __name__ == "__main__":
    main()
