"""Fields of an item by CSS selectors: what a portal's own spider knows better than its family.

A rule is a selector, with `@attribute` behind it where an attribute holds the value, and with
` ~ pattern` where only a part of the text is meant (the first group of the pattern, or all of it):

    "h1.publication-title"
    "meta[property='article:section']@content"
    "body@class ~ page-node-(\\d+)"

A field has one rule or a chain of them; the first that finds anything decides. The rule of
`attachments` finds what holds one file each: a link, and perhaps its size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from netmeta.model import Item, ItemAttachment
from netmeta.reading.plain import node_text, parse_html

Rules = Mapping[str, str | tuple[str, ...]]

_RULE: Final = re.compile(
    r"(?P<css>.+?)(?:@(?P<attribute>[\w:-]+))?(?:\s~\s(?P<pattern>.+))?$", re.S
)
_MANY: Final = frozenset({"authors", "subject", "grade", "type", "category", "tags", "audience"})
_SIZE: Final = re.compile(
    r"\d+(?:[.,]\d+)?\s*(?:[КМГKMG]?[БB]|[кмk]б?ай?т\w*|кб|мб)\b", re.IGNORECASE
)
_ADDRESSES: Final = frozenset({"image"})


def read_fields(html: str, url: str, rules: Rules) -> dict[str, Any]:
    """{field of an item: its value} for each rule that finds something on the page."""
    tree = parse_html(html)
    found: dict[str, Any] = {}
    # The text last: reading it takes scripts and forms out of the tree.
    for name in sorted(rules, key=lambda name: name == "body"):
        chain = rules[name]
        if name == "attachments":
            if files := tuple(_files(tree, url, (chain,) if isinstance(chain, str) else chain)):
                found[name] = files
            continue
        values = _first(tree, (chain,) if isinstance(chain, str) else chain)
        if not values:
            continue
        if name in _MANY:
            found[name] = tuple(dict.fromkeys(values))
        elif name in _ADDRESSES:
            found[name] = urljoin(url, values[0])
        else:
            found[name] = values[0]
    return found


def found_by(html: str, url: str, field: str, rule: str) -> bool:
    """Whether one rule of a field finds anything on the page."""
    return field in read_fields(html, url, {field: rule})


def check(rules: Rules) -> None:
    """Raises: ValueError for the name of a field an item does not have."""
    unknown = set(rules) - set(Item.__dataclass_fields__)
    if unknown:
        raise ValueError(f"an item has no field {', '.join(sorted(unknown))}")


def _files(tree: LexborHTMLParser, url: str, chain: Iterable[str]) -> Iterator[ItemAttachment]:
    seen = set()
    for holder in (node for css in chain for node in tree.css(css)):
        link = holder if holder.tag == "a" else holder.css_first("a[href]")
        href = urljoin(url, (link.attributes.get("href") or "").strip()) if link else ""
        if link is None or not href.startswith("http") or href in seen:
            continue
        seen.add(href)
        behind = link.next if holder.tag == "a" else None  # " (140 КБ)" after a bare link
        size = _SIZE.search(holder.text() + (behind.text() if behind is not None else ""))
        name = " ".join(link.text().split())
        yield ItemAttachment(url=href, name=name or None, size=size[0] if size else None)


def _first(tree: LexborHTMLParser, chain: Iterable[str]) -> list[str]:
    for rule in chain:
        if values := _values(tree, rule):
            return values
    return []


def _values(tree: LexborHTMLParser, rule: str) -> list[str]:
    parts = _RULE.match(rule)
    assert parts is not None
    out = []
    for node in tree.css(parts["css"]):
        text = (
            (node.attributes.get(parts["attribute"]) or "").strip()
            if parts["attribute"]
            else node_text(node)
        )
        if parts["pattern"]:
            hit = re.search(parts["pattern"], text)
            text = (hit[1] if hit.groups() else hit[0]).strip() if hit else ""
        if text:
            out.append(text)
    return out
