"""Workers as real processes, started a hundred times for the price of one.

`python -m tests.worker_processes` imports all that a worker needs once, then forks for each line it
reads: a JSON list of words of the command line (standard output and error go to the file named by
the first). It answers with the child's process id; the child leads a life and dies a death of its
own. An empty line ends it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
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
        log, *words = json.loads(line)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
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


class Processes:
    """Starts netmeta processes on one catalogue."""

    def __init__(self, db: Path, environment: dict[str, str]) -> None:
        self.db = db
        self.log = db.with_name("processes.log")
        self._forking = subprocess.Popen(
            [sys.executable, "-m", "tests.worker_processes"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "NETMETA_CONFIG": os.devnull, "COLUMNS": "200", **environment},
        )  # fmt: skip
        assert self._line() == "ready"
        self.started: list[int] = []

    def _line(self) -> str:
        assert self._forking.stdout is not None
        return self._forking.stdout.readline().strip()

    def start(self, *words: str, log: Path | None = None) -> int:
        """Start a command; returns its process id."""
        assert self._forking.stdin is not None
        told = [str(log or self.log), "--db", str(self.db), "--lang", "en", *words]
        self._forking.stdin.write(json.dumps(told) + "\n")
        self._forking.stdin.flush()
        pid = int(self._line())
        self.started.append(pid)
        return pid

    def run(self, *words: str) -> str:
        """Run a command to its end; returns what it printed, "exit CODE" as the last line."""
        log = self.log.with_name(f"command-{len(self.started)}.log")
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
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._forking.communicate("\n")


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
def processes(db: Path, **environment: str) -> Iterator[Processes]:
    """Processes on a catalogue, all ended afterwards."""
    made = Processes(db, environment)
    try:
        yield made
    finally:
        made.close()


if __name__ == "__main__":
    serve()
