"""How much disk a catalogue takes: bytes a record, for texts of two lengths.

    python -m benchmarks.disk [RECORDS]    (5,000 by default)

Items go the whole road (normalise, write, index, back up, publish); sizes are of files on disk, so
they hold on any machine. The words are those of the replicas, put together anew for each record.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from netmeta.facade import Netmeta
from netmeta.replicas.bank import drafts
from netmeta.services.backup import backup
from netmeta.services.publish import publish

LENGTHS = (2_000, 10_000)
"""Characters of a body: an announcement with its conditions; a lesson plan told in full."""


def items(count: int, length: int) -> Iterator[dict[str, object]]:
    """Items of one portal, always the same."""
    chance = random.Random(8)
    lines = [value for draft in drafts("topics").values() for _, value in draft.lines]
    words = sorted({word for line in lines for word in line.split()})
    for n in range(count):
        body = " ".join(chance.choice(words) for _ in range(length // 7))[:length]
        yield {
            "source": "school", "external_id": f"n{n}", "url": f"https://school.example/lessons/{n}",
            "title": " ".join(chance.choice(words) for _ in range(7)), "body": body,
            "authors": [f"Иванова Мария {n % 3000}"], "subject": "Математика", "grade": f"{n % 11 + 1} класс",
            "type": "Конспект урока", "published": f"{n % 28 + 1}.{n % 12 + 1}.2025",
        }  # fmt: skip


def size(place: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    if place.is_file():
        return place.stat().st_size
    return sum(path.stat().st_size for path in place.rglob("*") if path.is_file())


def main() -> int:
    """Measure and print GB for 100,000 records; returns the exit code."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    print("GB for 100,000 records:  characters  catalogue  index  backup  one snapshot")
    for length in LENGTHS:
        with tempfile.TemporaryDirectory() as folder:
            db = Path(folder) / "netmeta.db"
            with Netmeta.open(db) as nm:
                nm.import_items(items(count, length))
                nm.reindex()
                nm.catalogue.checkpoint()
                backup(nm.catalogue, Path(folder) / "copy.db")
                publish(nm.catalogue, nm.config, Path(folder) / "site")
                places = (
                    db,
                    nm.config.index_folder,
                    Path(folder) / "copy.db",
                    Path(folder) / "site",
                )
                found = [size(place) / count * 100_000 / 1e9 for place in places]
        print(f"{length:>36} " + " ".join(f"{gb:>9.2f}" for gb in found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
