"""netmeta: a record whole, as JSON-LD in one XML element, for another catalogue of our kind.

    <record xmlns="https://w3id.org/netmeta/record/1" version="1">{"@context": ..., ...}</record>

The JSON-LD says in schema.org's words what anybody can use; under `netmeta:record`,
`netmeta:words`, `netmeta:portal`, `netmeta:edited` stands what another netmeta needs to have the very same record.
JSON can escape what XML cannot hold, so no character is lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from netmeta.catalogue.stored import Stored
from netmeta.characters import read_json
from netmeta.errors import BadItemError
from netmeta.exchange.jsonld import record_jsonld
from netmeta.exchange.markup import ILLEGAL, Escaper
from netmeta.exchange.oai.setting import XSI, Setting
from netmeta.exchange.records import Words, passed_on, words_passed_on
from netmeta.texts import t

PREFIX: Final = "netmeta"
NAMESPACE: Final = "https://w3id.org/netmeta/record/1"
VERSION: Final = 1
_TERMS: Final = "https://w3id.org/netmeta/terms#"
_CONTEXT: Final = [
    "https://schema.org",
    {
        "netmeta": _TERMS,
        **{
            f"netmeta:{name}": {"@type": "@json"}
            for name in ("record", "words", "portal", "edited")
        },
    },
]

SCHEMA: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}"
           elementFormDefault="qualified">
  <xs:element name="record">
    <xs:annotation><xs:documentation>One JSON-LD object.</xs:documentation></xs:annotation>
    <xs:complexType>
      <xs:simpleContent>
        <xs:extension base="xs:string">
          <xs:attribute name="version" type="xs:positiveInteger" use="required"/>
        </xs:extension>
      </xs:simpleContent>
    </xs:complexType>
  </xs:element>
</xs:schema>
"""


def write(
    record: Stored,
    words: Words | None,
    portal: Stored,
    setting: Setting,
    x: Escaper,
    *,
    edited: Mapping[str, Any] | None = None,
    shown: Stored | None = None,
) -> str:
    """The `record` element.

    Args:
        record: as its portal has it.
        words: what the record was made of, if that is kept.
        portal: {"name", "title", "url", "external_id"} of the site it was published on.
        edited: {field: value} of curators, if they are shared.
        shown: the record with those, for whoever reads only schema.org's words.
    """
    said = record_jsonld(
        shown or record, vocabularies=setting.vocabularies, page=setting.page(record["id"])
    )
    # The full text stands in `netmeta:record` already.
    whole = {name: v for name, v in said.items() if name not in ("text", "articleBody")}
    whole |= {
        "@context": _CONTEXT, "netmeta:record": passed_on(record), "netmeta:portal": portal,
    }  # fmt: skip
    if edited:
        whole["netmeta:edited"] = edited
    if words is not None:
        whole["netmeta:words"] = words_passed_on(words, record)
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    text = x(ILLEGAL.sub(_escaped, text))
    return (
        f'<record xmlns="{NAMESPACE}" xmlns:xsi="{XSI}" version="{VERSION}"'
        f' xsi:schemaLocation="{NAMESPACE} {x(setting.schema_url)}">{text}</record>'
    )


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What another netmeta tells of a record: see `write`."""

    form: Mapping[str, Any]
    words: Words | None
    portal: Stored
    edited: Mapping[str, Any] = field(default_factory=dict)


def read(metadata: etree._Element) -> Whole:
    """The record of a metadata element. Raises: BadItemError if it is none of this format."""
    found = next(metadata.iter(f"{{{NAMESPACE}}}record"), None)
    if found is None:
        raise BadItemError(t("The record is not in the format {name}", name=PREFIX))
    if found.get("version") != str(VERSION):
        raise BadItemError(t("The record was written by a newer netmeta"))
    try:
        said = read_json("".join(found.itertext()))
    except (ValueError, RecursionError) as error:
        raise BadItemError(t("The record is no JSON")) from error
    form = said.get("netmeta:record") if isinstance(said, dict) else None
    if not isinstance(form, dict):
        raise BadItemError(t("The record is not in the format {name}", name=PREFIX))
    words, portal = said.get("netmeta:words"), said.get("netmeta:portal")
    named = portal if isinstance(portal, dict) else {}
    edited = said.get("netmeta:edited")
    return Whole(
        form=form,
        words=words if isinstance(words, dict) else None,
        edited=edited if isinstance(edited, dict) else {},
        portal={
            name: str(named.get(name) or "") for name in ("name", "title", "url", "external_id")
        },
    )
