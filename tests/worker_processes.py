"""Workers as real processes, started a hundred times for the price of one.

`python -m tests.worker_processes` imports all that a worker needs once, then forks for each line it
reads: JSON of a file for standard output and error, an environment, and the words of a command line.
It answers with the child's process id; the child leads a life and dies a death of its own. An empty
line ends it.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any


def serve() -> None:
    """The loop of the process that forks."""
    from importlib import import_module

    for name in ("netmeta.cli.app", "netmeta.schedule.worker", "netmeta.harvest.crawl",
                 "netmeta.harvest.feed", "netmeta.harvest.site", "netmeta.services.doctor",
                 "netmeta.services.reindex"):  # fmt: skip
        import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children need nobody to bury them
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in iter(sys.stdin.readline, "\n"):
        if not line:
            return
        log, environment, words = json.loads(line)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.environ.update(environment)
            _live(log, words)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _live(log: str, words: list[str]) -> None:
    from netmeta.cli import main

    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    code: Any = 1
    try:
        main(words)
    except SystemExit as end:
        code = end.code
    finally:
        os.write(out, f"exit {code}\n".encode())
        os._exit(int(code or 0))


class Forking:
    """The process that forks; one for all tests, but for those that need other libraries."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.worker_processes"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "NETMETA_CONFIG": os.devnull, "COLUMNS": "200", **environment},
        )  # fmt: skip
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def start(self, log: Path, environment: dict[str, str], words: list[str]) -> int:
        """Fork; returns the process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([str(log), environment, words]) + "\n")
        self._process.stdin.flush()
        return int(self._line())

    def close(self) -> None:
        """End it."""
        self._process.communicate("\n")


@cache
def _shared() -> Forking:
    made = Forking({})
    atexit.register(made.close)
    return made


class Processes:
    """Starts netmeta processes on one catalogue."""

    def __init__(self, db: Path, environment: dict[str, str], forking: Forking) -> None:
        self.db = db
        self.log = db.with_name("processes.log")
        self._environment, self._forking = environment, forking
        self.started: list[int] = []

    def start(self, *words: str, log: Path | None = None) -> int:
        """Start a command; returns its process id."""
        told = ["--db", str(self.db), "--lang", "en", *words]
        pid = self._forking.start(log or self.log, self._environment, told)
        self.started.append(pid)
        return pid

    def run(self, *words: str) -> str:
        """Run a command to its end; returns what it printed, "exit CODE" as the last line."""
        log = self.log.with_name(f"command-{time.monotonic_ns()}.log")
        self.end(self.start(*words, log=log))
        return log.read_text("utf-8")

    def printed(self) -> str:
        """All that was printed so far by commands that were started and not run."""
        return self.log.read_text("utf-8") if self.log.exists() else ""

    def kill(self, pid: int, number: int = signal.SIGKILL) -> None:
        """Send a signal, and wait for the end."""
        os.kill(pid, number)
        self.end(pid)

    def end(self, pid: int) -> None:
        """Wait until a process has ended."""
        until(lambda: not alive(pid))

    def close(self) -> None:
        """Kill what is left."""
        for pid in self.started:
            if alive(pid):
                self.kill(pid)


def alive(pid: int) -> bool:
    """Whether a process that this one did not start is alive."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def until(true: Callable[[], Any], *, patience_s: float = 120) -> None:
    """Wait for something; the patience is for machines that stand still."""
    last = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < last, "it never came"
        time.sleep(0.01)


@contextlib.contextmanager
def processes(db: Path, *, preload: Path | None = None, **environment: str) -> Iterator[Processes]:
    """Processes on a catalogue, all ended afterwards.

    Args:
        preload: a library that is to be loaded before all others (LD_PRELOAD).
    """
    own = Forking({**environment, "LD_PRELOAD": str(preload)}) if preload else None
    made = Processes(db, environment, own or _shared())
    try:
        yield made
    finally:
        made.close()
        if own is not None:
            own.close()


if __name__ == "__main__":
    serve()
