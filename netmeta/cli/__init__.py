"""The command line: parse, call a service, print. No SQL, no HTTP.

app          the commands put together; global options
session      what a command gets: configuration, language, how to print
output       tables, JSON, progress, errors
harvesting, sources, searching, indexing, importing, serving, demo    the commands
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from netmeta.texts import Language, set_language


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the console script `netmeta`; always ends by SystemExit."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # The language decides how the help is built, so it is looked for before anything is parsed.
    set_language(_language(words))
    from netmeta.cli.app import run

    raise SystemExit(run(words))


def _language(words: Sequence[str]) -> Language:
    chosen = os.environ.get("NETMETA_LANGUAGE", "ru")
    for at, word in enumerate(words):
        if word == "--lang" and at + 1 < len(words):
            chosen = words[at + 1]
        elif word.startswith("--lang="):
            chosen = word.removeprefix("--lang=")
    return "en" if chosen == "en" else "ru"
