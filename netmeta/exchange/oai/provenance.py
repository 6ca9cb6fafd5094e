"""The provenance container: whence a record came that another catalogue gave.

http://www.openarchives.org/OAI/2.0/guidelines-provenance.htm. Records harvested from portals
have none: this catalogue is their origin.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml import etree

from netmeta.catalogue.stored import Stored
from netmeta.exchange.markup import Escaper

NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/provenance"
_OPEN: Final = (
    f'<about><provenance xmlns="{NAMESPACE}"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{NAMESPACE} http://www.openarchives.org/OAI/2.0/provenance.xsd">'
)
_FIELDS: Final = (
    ("baseURL", "base_url"), ("identifier", "identifier"), ("datestamp", "datestamp"),
    ("metadataNamespace", "namespace"),
)  # fmt: skip
_TEXTS: Final = (*(name for _, name in _FIELDS), "harvested")
DEEPEST: Final = 20
"""Catalogues a record may have come through; a longer chain is a loop."""


def write(chain: Sequence[Stored], x: Escaper) -> str:
    """The about element of a chain of origins, nearest first."""
    inner = ""
    for origin in reversed(chain):
        fields = "".join(f"<{tag}>{x(str(origin[name]))}</{tag}>" for tag, name in _FIELDS)
        altered = "true" if origin["altered"] else "false"
        inner = (
            f'<originDescription harvestDate="{x(origin["harvested"])}" altered="{altered}">'
            f"{fields}{inner}</originDescription>"
        )
    return f"{_OPEN}{inner}</provenance></about>" if inner else ""


def is_origin(said: object) -> bool:
    """Whether something that was sent can stand in a chain of origins."""
    return (
        isinstance(said, dict)
        and all(isinstance(said.get(name), str) for name in _TEXTS)
        and isinstance(said.get("altered"), bool)
    )


def read(record: etree._Element) -> list[Stored]:
    """The chain of origins of an OAI-PMH record element, nearest first."""
    out: list[Stored] = []
    found = next(record.iter(f"{{{NAMESPACE}}}originDescription"), None)
    while found is not None and len(out) < DEEPEST:
        said = {
            name: (found.findtext(f"{{{NAMESPACE}}}{tag}") or "").strip() for tag, name in _FIELDS
        }
        out.append(
            {
                **said,
                "harvested": found.get("harvestDate", ""),
                "altered": found.get("altered") == "true",
            }
        )
        found = found.find(f"{{{NAMESPACE}}}originDescription")
    return out
