"""Many visitors at once, and a harvest beside them: the processes that `benchmarks.web` starts.

    python -m benchmarks.web_crowd ask PORT CONNECTIONS SECONDS < addresses.json
    python -m benchmarks.web_crowd harvest DB RECORDS_PER_S

The visitors are a process of their own, so that their work does not hold the server's lock; the
harvest writes as the harvester does: batches of a second, each one transaction, and every few
batches the index.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.relevance import percentile

REINDEX_EVERY = 3
"""Batches between two updates of the index."""


@dataclass(frozen=True, slots=True)
class Served:
    """What the visitors got: answers, errors, and wall milliseconds an answer took."""

    answers: int
    errors: int
    p50: float
    p95: float


def crowd(port: int, asked: Sequence[str], *, connections: int, seconds: float) -> Served:
    """So many visitors ask for the addresses in turn, each as soon as it has its answer."""
    arguments = ["ask", str(port), str(connections), str(seconds)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.web_crowd", *arguments],
        input=json.dumps(list(asked)), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return Served(**json.loads(done.stdout))


@contextmanager
def harvest(db: Path, records_per_s: int) -> Iterator[None]:
    """A process that writes so many new records a second, until the end of the block."""
    arguments = ["harvest", str(db), str(records_per_s)]
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.web_crowd", *arguments],
        stdout=subprocess.PIPE,
        text=True,
    ) as writing:
        assert writing.stdout is not None
        writing.stdout.readline()  # the first batch is written
        yield
        if writing.poll() is not None:
            raise SystemExit(f"the harvest ended early: {writing.returncode}")
        writing.terminate()


def _ask(port: int, connections: int, seconds: float, asked: list[str]) -> Served:
    took: list[float] = []
    errors = 0

    async def visitor(number: int, until: float) -> None:
        nonlocal errors
        chance = random.Random(number)
        while time.monotonic() < until:
            began = time.monotonic()
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                head = (
                    f"GET {chance.choice(asked)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                )
                writer.write(head.encode())
                answer = await reader.read()
                writer.close()
            except OSError:
                answer = b""
            errors += b" 200 " not in answer[:20]
            took.append((time.monotonic() - began) * 1000)

    async def everyone() -> None:
        until = time.monotonic() + seconds
        await asyncio.gather(*(visitor(number, until) for number in range(connections)))

    asyncio.run(everyone())
    return Served(len(took), errors, percentile(took, 0.5), percentile(took, 0.95))


def _harvest(db: Path, records_per_s: int) -> None:
    from netmeta.facade import Netmeta

    day = int(time.time())
    with Netmeta.open(db) as nm:
        for batch in itertools.count():
            began = time.monotonic()
            first = batch * records_per_s
            nm.import_items(
                [
                    {
                        "source": "harvest", "url": f"https://harvest.example/{day}/{n}",
                        "title": f"Урок {n}: дроби и уравнения, 5 класс", "subject": "математика",
                        "body": "Задача и её решение. " * 40, "published": "01.11.2026",
                    }
                    for n in range(first, first + records_per_s)
                ]
            )  # fmt: skip
            if batch % REINDEX_EVERY == REINDEX_EVERY - 1:
                nm.reindex()
            sys.stdout.write(f"{batch}\n")
            sys.stdout.flush()
            time.sleep(max(0.0, 1 - (time.monotonic() - began)))


def main() -> None:
    """One of the two processes."""
    what, *rest = sys.argv[1:]
    if what == "harvest":
        _harvest(Path(rest[0]), int(rest[1]))
        return
    found = _ask(int(rest[0]), int(rest[1]), float(rest[2]), json.load(sys.stdin))
    said = {"answers": found.answers, "errors": found.errors, "p50": found.p50, "p95": found.p95}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
