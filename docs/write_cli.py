"""Writes docs/cli.md from the help of the commands themselves; `--check` fails if it is stale."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path

PAGE = Path(__file__).with_name("cli.md")
COMMANDS = (
    (), ("demo",), ("source",), ("source", "list"), ("source", "add"), ("source", "test"), ("source", "record"),
    ("source", "show"), ("source", "pause"), ("source", "resume"), ("source", "remove"), ("source", "import"), ("source", "export"),
    ("harvest",), ("status",), ("search",), ("show",), ("similar",), ("events",), ("vocab",), ("vocab", "unmapped"),
    ("vocab", "map"), ("vocab", "apply"), ("vocab", "export"), ("edit",), ("forget",),
    ("collection",), ("collection", "list"), ("collection", "show"), ("collection", "make"), ("collection", "add"),
    ("collection", "remove"), ("curator",), ("curator", "add"), ("curator", "list"), ("curator", "remove"), ("reports",),
    ("index",), ("index", "status"),
    ("index", "rebuild"), ("index", "verify"), ("import",), ("export",), ("serve",),
    ("schedule",), ("schedule", "set"), ("schedule", "list"), ("schedule", "pause"), ("schedule", "resume"),
    ("schedule", "trigger"), ("schedule", "history"), ("worker",), ("doctor",), ("publish",), ("backup",),
    ("config",), ("config", "show"), ("config", "init"),
)  # fmt: skip

HEAD = """# The command line

Made by `make docs` from the commands' own help; do not edit.

Results go to standard output, progress and notes to standard error; `--json` prints JSON for
programs. Exit codes: 0 ok, 1 failure, 2 usage, 3 partial, 4 locked, 5 storage, 130 interrupted.
`netmeta --lang ru` (the default) speaks Russian, `--lang en` English.
"""


def page() -> str:
    """The page as it should be."""
    parts = [HEAD]
    for words in COMMANDS:
        name = " ".join(("netmeta", *words))
        parts.append(f"## {name}\n\n```\n{_help(words)}\n```\n")
    return "\n".join(parts)


def _help(words: tuple[str, ...]) -> str:
    from netmeta.cli import main

    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.suppress(SystemExit):
        main(["--lang", "en", *words, "--help"])
    return "\n".join(line.rstrip() for line in shown.getvalue().strip().splitlines())


if __name__ == "__main__":
    # Before anything of netmeta is imported: the commands' help is made in one language, for one width.
    os.environ |= {
        "NETMETA_LANGUAGE": "en",
        "COLUMNS": "96",
        "TERMINAL_WIDTH": "96",
        "NO_COLOR": "1",
    }
    if "--check" in sys.argv:
        if PAGE.read_text("utf-8") != page():
            sys.exit("docs/cli.md is stale: run `make docs`")
    else:
        PAGE.write_text(page(), "utf-8")
