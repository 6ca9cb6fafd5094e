"""The operators of the query language, read by Whoosh's parser (stock 2.7.4 API only).

Whoosh splits the text, nests brackets and sorts required from prohibited parts; its tree is then
turned into ours. Two things it cannot do are mended here: a minus inside brackets (its plus-minus
plugin looks at the top level only), and a minus inside a word («кто-то»), which its own pattern
takes for an operator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from whoosh import query as whoosh_query
from whoosh.qparser import plugins, syntax
from whoosh.qparser.default import QueryParser

from index.query import FIELDS, Field, Phrase, Prefix, Typed, Word

_TEXT = ""
"""Whoosh's name of the field for clauses without a field name."""

_MIN_PREFIX_CHARS = 2
"""A shorter prefix is read as a word: «а*» would match everything."""


class _Minus(plugins.PlusMinusPlugin):  # type: ignore[misc]  # Whoosh is untyped
    """A minus before a clause, at any depth of brackets. There is no plus: «C++» is text."""

    def do_plusminus(self, parser: Any, group: Any) -> Any:
        deep = group.empty_copy()
        for node in group:
            nested = isinstance(node, syntax.GroupNode)
            deep.append(self.do_plusminus(parser, node) if nested else node)
        return super().do_plusminus(parser, deep)


def read_clauses(text: str) -> list[Typed]:
    """The clauses of a text without control characters, prohibited ones last."""
    tree = _parser().parse(text, normalize=False)
    clauses = list(_clauses(tree, False))
    return sorted(clauses, key=lambda clause: clause.negated)


@cache
def _parser() -> Any:
    names = "|".join(map(re.escape, FIELDS))
    return QueryParser(
        _TEXT,
        None,
        group=syntax.OrGroup,
        plugins=[
            plugins.PhrasePlugin(expr=r'"(?P<text>[^"]*)"(?P<slop>)'),
            plugins.FieldsPlugin(
                expr=rf"(?<!\w)(?i:(?P<text>{names})):\s*(?=[\w\"(])", remove_unknown=False
            ),
            plugins.PrefixPlugin(expr=rf"(?P<text>\w{{{_MIN_PREFIX_CHARS},}})[*]+(?=[\s)]|$)"),
            plugins.GroupPlugin(),
            _Minus(plusexpr=r"(?!)", minusexpr=r"(?<![^\s(])-+(?=[\w\"(])"),
        ],
    )


def _clauses(node: Any, negated: bool) -> Iterator[Typed]:
    if isinstance(node, whoosh_query.AndNot):
        yield from _clauses(node.a, negated)
        yield from _clauses(node.b, True)
    elif isinstance(node, whoosh_query.Phrase):
        yield _clause(node.fieldname, " ".join(node.words), negated, Phrase)
    elif isinstance(node, whoosh_query.Prefix):
        yield _clause(node.fieldname, node.text, negated, Prefix)
    elif isinstance(node, whoosh_query.Term):
        yield _clause(node.fieldname, node.text, negated, Word)
    else:
        for child in node.children():
            yield from _clauses(child, negated)


def _clause(
    field: str, text: str, negated: bool, kind: type[Word] | type[Phrase] | type[Prefix]
) -> Typed:
    if field == _TEXT:
        return kind(text, negated)
    return Field(FIELDS[field.lower()], text, negated)
