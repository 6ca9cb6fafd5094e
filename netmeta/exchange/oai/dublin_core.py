"""oai_dc: unqualified Dublin Core, which every repository must speak.

http://www.openarchives.org/OAI/2.0/guidelines-oai_dc.htm
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from netmeta.catalogue.stored import Stored
from netmeta.exchange.jsonld import excerpt, licence_address
from netmeta.exchange.markup import Escaper, uri
from netmeta.exchange.oai.setting import XSI, Setting
from netmeta.model import Item

PREFIX: Final = "oai_dc"
NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_OPEN: Final = (
    f'<oai_dc:dc xmlns:oai_dc="{NAMESPACE}" xmlns:dc="{_DC}" xmlns:xsi="{XSI}"'
    f' xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
)
_DCMI_TYPES: Final = {"material": "Text", "event": "Event", "news": "Text", "course": "Event"}
DESCRIPTION_CHARS: Final = 1_000


def write(record: Stored, setting: Setting, x: Escaper) -> str:
    """The `oai_dc:dc` element of a record in its stored form."""
    element = x.element
    return (
        _OPEN + "".join([element(f"dc:{name}", value) for name, value in _said(record, setting)]) + "</oai_dc:dc>"
    )  # fmt: skip


def _said(record: Stored, setting: Setting) -> Iterator[tuple[str, str | None]]:
    label = setting.vocabularies.label
    yield "title", record["title"]
    for author in record["authors"]:
        yield "creator", author["name"]
    for subject in record["subjects"]:
        yield "subject", label(subject)
    for tag in record["tags"]:
        yield "subject", tag
    yield "description", excerpt(record, DESCRIPTION_CHARS)
    yield "publisher", record["organisation"] or record["organiser"]
    yield "date", record["published"]
    yield "type", label(record["type"]) if record["type"] else None
    yield "type", _DCMI_TYPES[record["kind"]]
    yield "identifier", uri(record["url"]) or setting.page(record["id"])
    yield "source", record["source"]
    yield "language", record["language"]
    for attachment in record["attachments"]:
        yield "format", attachment["media_type"]
        yield "relation", uri(attachment["url"])
    yield "coverage", record["place"]
    yield "rights", licence_address(record["licence"], setting.vocabularies)


def read(metadata: etree._Element, *, source: str, identifier: str, otherwise: str) -> Item | None:
    """The item a record's metadata element tells of; None if it has no title.

    Args:
        identifier: of the OAI header; its identity here.
        otherwise: address of the record if it names no page of its own.
    """
    said: dict[str, list[str]] = {}
    for child in metadata.iter(f"{{{_DC}}}*"):
        text = "".join(child.itertext()).strip()
        if text:
            said.setdefault(etree.QName(child).localname, []).append(text)
    if not said.get("title"):
        return None
    addresses = [a for name in ("identifier", "relation") for a in said.get(name, ()) if uri(a)]

    def first(name: str) -> str | None:
        return next(iter(said.get(name, ())), None)

    return Item(
        source=source,
        url=addresses[0] if addresses else otherwise,
        title=said["title"][0],
        subtitle=said["title"][1] if len(said["title"]) > 1 else None,
        external_id=identifier,
        description="\n\n".join(said.get("description", ())) or None,
        authors=tuple(said.get("creator", ())),
        organisation=first("publisher"),
        published=first("date"),
        subject=tuple(said.get("subject", ())),
        type=tuple(said.get("type", ())),
        place=first("coverage"),
        licence=next(iter(sorted(said.get("rights", ()), key=lambda r: uri(r) is None)), None),
        language=first("language"),
    )
