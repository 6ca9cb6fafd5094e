"""Analyse the words of all labels once, for `readings.json`.

    python -m netmeta.vocabularies.gather

To be run after a change to the labels, to the lists of words in `netmeta.normalise`, to the
analyser or to `netmeta.vocabularies.words`; `tests/test_vocabularies.py` tells.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from index import analysis
from netmeta.vocabularies.loader import SCHEMES
from netmeta.vocabularies.words import READINGS, read_word, tokens

FOLDER: Final = Path(__file__).parent
_CYRILLIC: Final = re.compile(r"[а-яёА-ЯЁ]")
_WORDS: Final = re.compile(r"[\w\s-]+")


def gathered() -> str:
    """The text of `readings.json`: the words in order, one a line."""
    words = {
        analysis.fold(token.text)
        for text in _texts()
        for token in tokens(text)
        if token.key and token.number is None and _CYRILLIC.search(token.text)
    }
    lines = [
        f"{json.dumps(word, ensure_ascii=False)}: {json.dumps(read_word(word), ensure_ascii=False)}"
        for word in sorted(words)
    ]
    version = json.dumps(analysis.ANALYSER_VERSION)
    return f'{{"analyser": {version}, "words": {{\n' + ",\n".join(lines) + "\n}}\n"


def _texts() -> Iterator[str]:
    for name in SCHEMES:
        yield FOLDER.joinpath(f"{name}.yaml").read_text("utf-8")
    for path in sorted(FOLDER.parent.joinpath("normalise").glob("*.py")):
        yield from _constants(path.read_text("utf-8"))


def _constants(source: str) -> Iterator[str]:
    """The texts of a module that are lists of words: no docstrings, no patterns."""
    nodes = list(ast.walk(ast.parse(source)))
    said = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    texts = (n.value for n in nodes if isinstance(n, ast.Constant) and id(n) not in said)
    return (text for text in texts if isinstance(text, str) and _WORDS.fullmatch(text))


if __name__ == "__main__":
    FOLDER.joinpath(READINGS).write_text(gathered(), "utf-8")
