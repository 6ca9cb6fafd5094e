"""`vocab apply` over 100,000 stored records: CPU seconds with nothing and with a tenth to change.

    python -m benchmarks.vocab_apply [RECORDS]

Records are the labelled items of the tests, over and over with other titles and a body of 2,000
characters. Floor: 100,000 records within 60 CPU seconds.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.normalise_speed import items
from netmeta.facade import Netmeta
from netmeta.services.vocab import apply_vocabularies, map_value


def main(count: int) -> int:
    """Print the figures; 1 if 100,000 records would take more than 60 CPU seconds."""
    with tempfile.TemporaryDirectory() as folder, Netmeta.open(Path(folder) / "a.db") as nm:
        nm.import_items(items(count))
        worst = 0.0
        for words, teach in (("nothing changes", None), ("one word is taught", "Работа")):
            if teach:
                map_value(nm.catalogue, teach, "project")
            began = time.process_time()
            report = apply_vocabularies(nm.catalogue, nm.config)
            took = time.process_time() - began
            worst = max(worst, took / report.read * 100_000)
            print(
                f"{words}: {report.read} read, {report.changed} changed, {took:.1f} CPU s"
                f" ({took / report.read * 1e3:.3f} ms a record)"
            )
        print(f"100,000 records: {worst:.0f} CPU s at worst")
    return 0 if worst <= 60 else 1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
