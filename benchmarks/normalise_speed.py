"""Records normalised per CPU second, with warm caches.

    python -m benchmarks.normalise_speed [RECORDS] [--profile]

The labelled set of the tests, repeated, each time with other titles (a number is put into them,
so that no whole-title cache could flatter the figure), with a body of 2,000 characters, an author,
a date and an attachment. `vocab apply` must re-normalise 100,000 records, writing included, within
60 CPU seconds; normalising may take at most 0.2 ms of each.
"""

from __future__ import annotations

import cProfile
import datetime as dt
import json
import pstats
import sys
import time
from dataclasses import replace
from pathlib import Path

from netmeta.model import Item, ItemAttachment, Source
from netmeta.normalise import normalise
from netmeta.vocabularies import load

LABELLED = Path(__file__).parent.parent / "tests" / "labelled_titles.jsonl"
SOURCE = Source(name="test", kind="jsonl", url="https://portal.example/", title="Portal")
FETCHED = dt.datetime(2025, 11, 20, 9, tzinfo=dt.UTC)
SENTENCE = "Учащиеся работают в группах, сравнивают результаты и делают вывод о 12 случаях. "


def items(count: int) -> list[Item]:
    """The labelled items over and over, none with the title of another."""
    lines = LABELLED.read_text(encoding="utf-8").splitlines()
    plain = [Item.from_dict(json.loads(line)["item"]) for line in lines]
    out = []
    for n in range(count):
        item = plain[n % len(plain)]
        out.append(
            replace(
                item,
                title=f"{item.title}. Вариант {n}",
                url=f"{item.url}?id={n}",
                body=SENTENCE * 25,
                description=SENTENCE,
                published="24.01.2012 - 19:42",
                authors=(f"Иванова Мария Ивановна, учитель МБОУ СОШ № {n % 500}",),
                attachments=(
                    ItemAttachment(url="/files/urok.docx", name="Файл urok.docx", size="1.54 МБ"),
                ),
            )
        )
    return out


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    vocabularies = load()
    batch = items(count)
    for item in batch[:1_000]:
        normalise(item, SOURCE, vocabularies=vocabularies, fetched_at=FETCHED)
    if "--profile" in sys.argv:
        with cProfile.Profile() as profile:
            for item in batch:
                normalise(item, SOURCE, vocabularies=vocabularies, fetched_at=FETCHED)
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
        return
    start = time.process_time()
    for item in batch:
        normalise(item, SOURCE, vocabularies=vocabularies, fetched_at=FETCHED)
    spent = time.process_time() - start
    print(f"{count} records, {spent:.2f} CPU s, {spent / count * 1000:.3f} ms a record")
    print(f"{count / spent:.0f} records per CPU second")


if __name__ == "__main__":
    main()
