"""Gather all texts of the code and templates into the Russian catalogue, and compile it.

    python -m netmeta.locale.gather           new texts are added, empty, to netmeta.po
    python -m netmeta.locale.gather --check   fails if a text has no translation or .mo is stale

Needs Babel, a development package.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE: Final = Path(__file__).parents[1]
PO: Final = PACKAGE / "locale/ru/LC_MESSAGES/netmeta.po"
METHODS: Final = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS: Final = {"t": None, "tn": (1, 2), "n_": None}


def gathered() -> Catalog:
    """The catalogue of netmeta.po with exactly the texts that the code has now."""
    with PO.open("rb") as file:
        catalogue = read_po(file, locale="ru")
    template = Catalog(charset="utf-8")
    for _, _, message, _, _ in extract_from_dir(PACKAGE, METHODS, keywords=KEYWORDS):
        template.add(message)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    return catalogue


def untranslated(catalogue: Catalog) -> list[str]:
    """Texts without a translation, or with one that loses a placeholder."""
    out = []
    for message in catalogue:
        if not message.id:
            continue
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(forms):
            out.append(str(message.id))
    return out


def compiled(catalogue: Catalog) -> bytes:
    """The binary catalogue that is shipped."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def main(arguments: list[str]) -> int:
    """Write or check; returns the exit code."""
    catalogue = gathered()
    missing = untranslated(catalogue)
    for text in missing:
        sys.stderr.write(f"no translation: {text}\n")
    mo = PO.with_suffix(".mo")
    if "--check" in arguments:
        fresh = mo.read_bytes() == compiled(catalogue)
        if not fresh:
            sys.stderr.write(f"{mo.name} is stale: run `make messages`\n")
        return 1 if missing or not fresh else 0
    with PO.open("wb") as file:
        write_po(file, catalogue, sort_output=True, width=100, omit_header=False)
    mo.write_bytes(compiled(catalogue))
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
