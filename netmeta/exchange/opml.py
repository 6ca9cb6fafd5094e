"""OPML 2.0 (https://opml.org/spec2.opml): the list of sources, out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from netmeta.exchange.markup import DECLARATION, Escaper, uri
from netmeta.model import Source

TERMS: Final = "https://w3id.org/netmeta/terms#"
"""Namespace of what OPML has no attribute for; readers that do not know it pass over it."""


def write(sources: Iterable[Source], *, title: str, at: str, x: Escaper) -> bytes:
    """The list, feeds as subscriptions and everything else as links.

    Args:
        at: when it was made, as RFC 822 has it.
        x: counts the characters that had to be left out.
    """
    outlines = "".join(_outline(source, x) for source in sources)
    return (
        f'{DECLARATION}<opml version="2.0" xmlns:netmeta="{TERMS}"><head>{x.element("title", title)}'
        f"<dateCreated>{x(at)}</dateCreated></head><body>{outlines}</body></opml>\n"
    ).encode()


def _outline(source: Source, x: Escaper) -> str:
    address = uri(source.url)
    said = {"text": source.title or source.name, "title": source.title or source.name}
    if source.kind == "feed" and address:
        said |= {"type": "rss", "xmlUrl": address}
    elif address:
        said |= {"type": "link", "url": address}
    if home := uri(source.homepage):
        said["htmlUrl"] = home
    said |= {"language": source.language, "netmeta:name": source.name, "netmeta:kind": source.kind}
    return "<outline" + "".join(f' {name}="{x(value)}"' for name, value in said.items()) + "/>"
