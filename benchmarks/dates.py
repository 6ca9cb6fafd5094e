"""CPU per call of `parse_when` and of dateparser, on the same strings, in one run.

    python -m benchmarks.dates [--rounds N]

The strings are the labelled ones of the tests that hold a date. dateparser is asked as favourably
as we know: Russian only, day first, settings built once, a warm-up round before the clock starts.
Ours and theirs take turns, round by round, because other work on the machine slows both down.

Three figures of ours: `first` is the first pass of the process, every word and every sequence of
words new; `uncached` asks again, with the memory of whole texts off; `cached` is what a second row
with the same date costs. The figure the project holds itself to is `uncached` on valid strings:
those that dateparser reads right as well.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from netmeta.when import parse_when, reader

LABELLED = Path(__file__).parents[1] / "tests" / "labelled_dates.jsonl"


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


Ask = Callable[[str, dt.date | None], object]


def micros(ask: Ask, strings: list[Any], rounds: int) -> float:
    """Mean CPU microseconds a call."""
    begun = time.process_time()
    for _ in range(rounds):
        for text, reference, _label in strings:
            ask(text, reference)
    return (time.process_time() - begun) / rounds / len(strings) * 1e6


def in_turns(ours: Ask, theirs: Ask, strings: list[Any], rounds: int) -> tuple[float, float]:
    """Medians of both over so many turns; a turn is twenty rounds of ours, one of theirs."""
    turns = [(micros(ours, strings, 20), micros(theirs, strings, 1)) for _ in range(rounds)]
    return statistics.median(us for us, _ in turns), statistics.median(them for _, them in turns)


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
    parser.add_argument("--rounds", type=int, default=9, help="turns of both")
    rounds = parser.parse_args().rounds
    strings = valid_strings()
    first = micros(uncached, strings, 1)

    warnings.simplefilter("ignore", DeprecationWarning)
    ask = dateparser_asked()
    theirs_first = micros(ask, strings, 1)
    understood = [row for row in strings if ask(row[0], row[1]) is not None]

    starts = sum(bool(label["start"]) for *_, label in strings)
    our_right = right(strings, lambda t, r: w.start if (w := parse_when(t, r)) else None)
    their_right = right(strings, lambda t, r: d.date() if (d := ask(t, r)) else None)
    print(f"{len(strings)} strings that hold a date, {starts} of them with a first day")
    print(f"first day right: netmeta {our_right}, dateparser {their_right}\n")
    print(f"{'CPU microseconds a call':48} {'netmeta':>8} {'dateparser':>11} {'times':>7}")
    agreed = [
        row for row in understood if row[2]["start"] == ask(row[0], row[1]).date().isoformat()
    ]
    show(
        f"valid: the {len(agreed)} both read right, uncached",
        *in_turns(uncached, ask, agreed, rounds),
    )
    show(
        f"the {len(understood)} dateparser makes a date of, uncached",
        *in_turns(uncached, ask, understood, rounds),
    )
    show(f"all {len(strings)}, uncached", *in_turns(uncached, ask, strings, rounds))
    show(f"all {len(strings)}, cached", *in_turns(parse_when, ask, strings, rounds))
    show(f"all {len(strings)}, first pass of the process", first, theirs_first)


def show(what: str, ours: float, theirs: float) -> None:
    print(f"{what:48} {ours:8.2f} {theirs:11.1f} {theirs / ours:7.0f}")


if __name__ == "__main__":
    main()
