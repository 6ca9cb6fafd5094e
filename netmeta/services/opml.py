"""Lists of feeds in (OPML 1 and 2): each becomes a source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import lxml.etree

from netmeta.catalogue import Catalogue
from netmeta.errors import InputError, UsageError
from netmeta.model import Source
from netmeta.reading.charset import decode
from netmeta.services.sources import slug
from netmeta.texts import t

_MAX_BYTES: Final = 20_000_000
_MAX_FEEDS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlReport:
    """Names of the sources that were added, and addresses that were known or unfit."""

    added: tuple[str, ...]
    known: tuple[str, ...]
    unfit: tuple[str, ...]


def import_opml(catalogue: Catalogue, path: Path) -> OpmlReport:
    """Add every feed of an OPML file that no source reads yet.

    Raises:
        InputError: the file cannot be read, or is no OPML.
    """
    statuses = catalogue.sources()
    urls = {status.source.url for status in statuses}
    names = {status.source.name for status in statuses}
    added, known, unfit = [], [], []
    for url, title in _feeds(path):
        if not url.startswith(("http://", "https://")):
            unfit.append(url)
        elif url in urls:
            known.append(url)
        else:
            name = _free(slug(url), names)
            source = Source(name=name, kind="feed", url=url, title=title or name, spider="feed")
            try:
                catalogue.add_source(source)
            except UsageError:  # somebody took the name in between
                unfit.append(url)
                continue
            urls.add(url)
            names.add(name)
            added.append(name)
    return OpmlReport(added=tuple(added), known=tuple(known), unfit=tuple(unfit))


def _feeds(path: Path) -> Iterator[tuple[str, str]]:
    """(address, title) of each outline with a feed, in any depth."""
    try:
        with path.open("rb") as file:
            body = file.read(_MAX_BYTES)
    except OSError as error:
        raise InputError(t("Cannot read {path}", path=path)) from error
    text = decode(body, xml=True).text.partition("?>")[2] if b"<?xml" in body[:200] else None
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = lxml.etree.fromstring((text or decode(body).text).encode() or b" ", parser)
    if root is None or lxml.etree.QName(root).localname.lower() != "opml":
        raise InputError(
            t("{path} is no OPML file", path=path),
            cure=t("Export the list of feeds from your reader as OPML."),
        )
    for number, node in enumerate(root.iter("outline")):
        if number >= _MAX_FEEDS:
            return
        said = {str(key).lower(): str(value) for key, value in node.attrib.items()}
        if url := said.get("xmlurl", "").strip():
            yield url, (said.get("title") or said.get("text") or "").strip()


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number behind it if it is taken."""
    if name not in taken:
        return name
    return next(made for n in range(2, len(taken) + 3) if (made := f"{name[:58]}-{n}") not in taken)
