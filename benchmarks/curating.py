"""A curator's correction: CPU seconds of the edit and of telling the index, alone and beside a writer.

    python -m benchmarks.curating [RECORDS]

Records are the labelled items of the tests, as in `benchmarks.vocab_apply`. "Beside a harvest": a
second process holds the harvest lock and writes batches of records all the time, none of which is
indexed. Floor: a correction is found within two seconds of wall time, whatever else runs.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.normalise_speed import items
from netmeta.facade import Netmeta
from netmeta.services.curation import edit
from netmeta.services.reindex import index_records

EDITS = 20
FLOOR_S = 2.0


def main(arguments: list[str]) -> int:
    """Print the figures; 1 if a correction took longer to be found than the floor."""
    if arguments[:1] == ["--write"]:
        return write(Path(arguments[1]))
    count = int(arguments[0]) if arguments else 20_000
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "a.db"
        with Netmeta.open(db) as nm:
            nm.import_items(items(count))
            nm.reindex()
            edit(nm.catalogue, 1, values={"title": "warm"}, author="bench")
            worst = _measured(nm, "alone", "alone")
            harvest = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.curating", "--write", str(db)]
            )
            try:
                time.sleep(10)
                worst = max(worst, _measured(nm, "beside a harvest", "beside"))
            finally:
                harvest.kill()
                harvest.wait()
    print(f"worst: {worst:.2f} s (floor {FLOOR_S})")
    return 0 if worst <= FLOOR_S else 1


def write(db: Path) -> int:
    """Write records for ever, as a harvest does."""
    from netmeta.catalogue import RecordWriter, harvest_lock
    from netmeta.normalise import normalise

    with Netmeta.open(db) as nm, harvest_lock(db, task="bench"):
        status = nm.catalogue.sources()[0]
        with RecordWriter(nm.catalogue) as writer:
            number = 0
            while True:
                for item in items(1_000):
                    number += 1
                    told = {
                        **item.to_dict(),
                        "source": status.source.name,
                        "external_id": f"w{number}",
                    }
                    record = normalise(type(item).from_dict(told), status.source)
                    writer.add(record, source_id=status.id, run_id=None)


def _measured(nm: Netmeta, words: str, mark: str) -> float:
    """Print medians and the worst of `EDITS` corrections; the worst in wall seconds."""
    edits, follows, walls = [], [], []
    for n in range(EDITS):
        id, title = 1 + n, f"Проверка{mark}{n}"
        began, cpu = time.monotonic(), time.process_time()
        edit(nm.catalogue, id, values={"title": title}, author="bench")
        edits.append(time.process_time() - cpu)
        cpu = time.process_time()
        index_records(nm.catalogue, nm.config, [id])
        follows.append(time.process_time() - cpu)
        assert nm.search(title, exact=True).total >= 1, title
        walls.append(time.monotonic() - began)
    print(
        f"{words}: edit {median(edits) * 1e3:.0f} CPU ms, index {median(follows) * 1e3:.0f} CPU ms,"
        f" found after {median(walls):.2f} s, at worst {max(walls):.2f} s"
    )
    return max(walls)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
