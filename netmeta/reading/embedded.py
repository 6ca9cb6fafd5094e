"""Metadata a page carries for machines: meta tags, OpenGraph, Dublin Core, JSON-LD, microdata.

Read straight from the tree, in one pass each. Values are the page's own words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import lxml.etree

from netmeta.characters import read_json
from netmeta.reading.tree import absolute

MAX_VALUE_CHARS = 2000
MAX_JSON_CHARS = 300_000
_MAX_NODES = 200
_MAX_PIECES = 500

_COMMENT = re.compile(
    r"^\s*(?:<!--|/\*.*?\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$", re.S
)
_JSON = json.JSONDecoder(strict=False)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


@dataclass(slots=True)
class Embedded:
    """What was found; keys of the dicts are lower case, first value wins.

    `opengraph` holds "title", "article:published_time", ... (without "og:"); `dublin_core` holds
    "title", "creator", ... `json_ld` and `microdata` are lists of flat objects with "@type";
    `links` maps rel to an absolute address.
    """

    title: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    opengraph: dict[str, str] = field(default_factory=dict)
    dublin_core: dict[str, str] = field(default_factory=dict)
    json_ld: list[dict[str, Any]] = field(default_factory=list)
    microdata: list[dict[str, Any]] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    language: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As JSON, without what is empty."""
        names = (
            "title",
            "meta",
            "opengraph",
            "dublin_core",
            "json_ld",
            "microdata",
            "links",
            "language",
        )
        return {name: value for name in names if (value := getattr(self, name))}


def read_embedded(root: lxml.etree._Element, base: str) -> Embedded:
    """Collect everything; `base` is what relative links are relative to."""
    found = Embedded(language=(root.get("lang") or "").strip()[:20])
    for node in root.iter("title", "meta", "link", "script"):
        if node.tag == "meta":
            _add_meta(found, node)
        elif node.tag == "link":
            for rel in (node.get("rel") or "").lower().split():
                if rel in ("canonical", "image_src", "shortlink", "amphtml") and (
                    link := absolute(node.get("href"), base)
                ):
                    found.links.setdefault(rel, link)
        elif node.tag == "title":
            found.title = found.title or _squeeze("".join(islice(node.itertext(), _MAX_PIECES)))
        elif "ld+json" in (node.get("type") or "").lower():
            found.json_ld += _json_ld(node.text or "")
    if _HAS_ITEMS(root):
        found.microdata = _microdata(root, base)
    return found


def _squeeze(text: str) -> str:
    return " ".join(text.split())[:MAX_VALUE_CHARS]


def _add_meta(found: Embedded, node: lxml.etree._Element) -> None:
    name = (node.get("property") or node.get("name") or "").strip().lower()
    value = _squeeze(node.get("content") or "")
    if not name or not value:
        return
    prefix, _, rest = name.replace(".", ":", 1).partition(":")
    if prefix == "og" or prefix in ("article", "book", "profile"):
        found.opengraph.setdefault(rest if prefix == "og" else name, value)
    elif prefix in ("dc", "dcterms") and rest:
        found.dublin_core.setdefault(rest, value)
    else:
        found.meta.setdefault(name, value)


def _json_ld(text: str) -> list[dict[str, Any]]:
    """All typed objects of a JSON-LD script, nested graphs unfolded; nothing if it is no JSON."""
    if len(text) > MAX_JSON_CHARS:
        return []
    text = text.strip()
    if not (text.startswith(("{", "[")) and text.endswith(("}", "]"))):
        text = _COMMENT.sub("", _COMMENT.sub("", text))
    for mend in (False, True):
        try:
            parsed = read_json(_TRAILING_COMMA.sub(r"\1", text) if mend else text, _JSON)
        except (ValueError, RecursionError):
            continue
        return [node for node, _ in zip(_typed(parsed), range(_MAX_NODES), strict=False)]
    return []


def _typed(parsed: Any) -> Iterator[dict[str, Any]]:
    pending = [parsed]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(reversed(value))
        elif isinstance(value, dict):
            for name in ("mainEntityOfPage", "mainEntity", "@graph"):
                if isinstance(value.get(name), dict | list):
                    pending.append(value[name])
            if "@type" in value:
                yield value


# --- microdata ---------------------------------------------------------------------------

_LINKING = {"a": "href", "link": "href", "area": "href", "img": "src", "audio": "src", "video": "src",
            "embed": "src", "iframe": "src", "source": "src", "object": "data"}  # fmt: skip


_HAS_ITEMS = lxml.etree.XPath("boolean(//@itemscope)")
"""Whether there are items, in a quarter of the time of looking for their properties."""


def _microdata(root: lxml.etree._Element, base: str) -> list[dict[str, Any]]:
    """Items of the page in document order; an item inside a property is its value."""
    items: dict[lxml.etree._Element, dict[str, Any]] = {}
    top: list[dict[str, Any]] = []
    for count, node in enumerate(root.iterfind(".//*[@itemprop]")):
        if count >= _MAX_NODES:
            break
        scope = next((up for up in node.iterancestors() if up.get("itemscope") is not None), None)
        if scope is None:
            continue
        holder = _item(scope, items, top)
        if node.get("itemscope") is not None:
            value: Any = items.setdefault(node, _new_item(node))
        else:
            value = _value(node, base)
        for name in (node.get("itemprop") or "").split():
            if value:
                holder.setdefault(name, value)
    return [item for item in top if len(item) > 1]


def _item(
    scope: lxml.etree._Element,
    items: dict[lxml.etree._Element, dict[str, Any]],
    top: list[dict[str, Any]],
) -> dict[str, Any]:
    if scope not in items:
        items[scope] = _new_item(scope)
        if scope.get("itemprop") is None:
            top.append(items[scope])
    return items[scope]


def _new_item(node: lxml.etree._Element) -> dict[str, Any]:
    kind = (node.get("itemtype") or "").strip().rstrip("/").rpartition("/")[2]
    return {"@type": kind[:60]}


def _value(node: lxml.etree._Element, base: str) -> str:
    for name in ("content", "datetime"):
        if value := node.get(name):
            return _squeeze(value)
    if attribute := _LINKING.get(str(node.tag)):
        return absolute(node.get(attribute), base) or ""
    return _squeeze("".join(islice(node.itertext(), _MAX_PIECES)))
