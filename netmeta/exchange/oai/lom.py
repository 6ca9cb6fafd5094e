"""lom: IEEE Learning Object Metadata (1484.12.1) in its XML binding (1484.12.3), loose."""

from __future__ import annotations

from typing import Final

from lxml import etree

from netmeta.catalogue.stored import Stored
from netmeta.exchange.jsonld import age_range, concept_address, excerpt, licence_address
from netmeta.exchange.markup import Escaper, uri
from netmeta.exchange.oai.setting import XSI, Setting
from netmeta.model import Item, ItemAttachment

PREFIX: Final = "lom"
NAMESPACE: Final = "http://ltsc.ieee.org/xsd/LOM"
SCHEMA: Final = "http://ltsc.ieee.org/xsd/lomv1.0/lomLoose.xsd"
_OPEN: Final = (
    f'<lom xmlns="{NAMESPACE}" xmlns:xsi="{XSI}" xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
)
DESCRIPTION_CHARS: Final = 2_000


def write(record: Stored, setting: Setting, x: Escaper) -> str:
    """The `lom` element of a record in its stored form."""
    return "".join(
        (
            _OPEN, _general(record, setting, x), _life_cycle(record, x),
            _meta(record, setting, x), _technical(record, x), _educational(record, setting, x),
            _rights(record, setting, x), _subjects(record, setting, x), "</lom>",
        )
    )  # fmt: skip


def _string(name: str, text: str | None, language: str, x: Escaper) -> str:
    inner = x.element("string", text, f' language="{x(language)}"')
    return f"<{name}>{inner}</{name}>" if inner else ""


def _around(name: str, *parts: str) -> str:
    inner = "".join(parts)
    return f"<{name}>{inner}</{name}>" if inner else ""


def _value(name: str, source: str, value: str | None, x: Escaper) -> str:
    inner = x.element("value", value)
    return f"<{name}>{x.element('source', source)}{inner}</{name}>" if inner else ""


def _identifier(catalog: str, entry: str | None, x: Escaper) -> str:
    inner = x.element("entry", entry)
    return f"<identifier><catalog>{catalog}</catalog>{inner}</identifier>" if inner else ""


def _general(record: Stored, setting: Setting, x: Escaper) -> str:
    language = record["language"] or "ru"
    return _around(
        "general",
        _identifier("oai", setting.identifier(record["id"]), x),
        _identifier("URI", uri(record["url"]), x),
        _string("title", record["title"], language, x),
        x.element("language", language),
        _string("description", excerpt(record, DESCRIPTION_CHARS), language, x),
        *(_string("keyword", tag, language, x) for tag in record["tags"]),
        _string("coverage", record["place"], language, x),
    )


def _life_cycle(record: Stored, x: Escaper) -> str:
    when = _around("date", x.element("dateTime", record["published"]))
    authors = [
        _contribute("author", _vcard(a["name"], a["organisation"]), when, x)
        for a in record["authors"]
    ]
    organisation = record["organisation"] or record["organiser"]
    publisher = _vcard(organisation, organisation) if organisation else None
    if publisher or not authors:
        authors.append(_contribute("publisher", publisher, when, x))
    return _around("lifeCycle", *authors)


def _contribute(role: str, vcard: str | None, when: str, x: Escaper) -> str:
    inner = x.element("entity", vcard) + when
    return _around("contribute", _value("role", "LOMv1.0", role, x), inner) if inner else ""


def _vcard(name: str, organisation: str | None) -> str:
    """A vCard 3.0 (RFC 2426): the binding wants people in this form."""
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{_card_text(name)}", f"N:{_card_text(name)};;;;"]
    if organisation:
        lines.append(f"ORG:{_card_text(organisation)}")
    return "\n".join([*lines, "END:VCARD"])


def _card_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return escaped.replace("\r", "").replace("\n", "\\n")


def _meta(record: Stored, setting: Setting, x: Escaper) -> str:
    return _around(
        "metaMetadata",
        _identifier("URI", setting.page(record["id"]), x),
        x.element("metadataSchema", "LOMv1.0"),
    )


def _technical(record: Stored, x: Escaper) -> str:
    kinds = dict.fromkeys(a["media_type"] for a in record["attachments"] if a["media_type"])
    places = [uri(record["url"]), *(uri(a["url"]) for a in record["attachments"])]
    return _around(
        "technical",
        *(x.element("format", kind) for kind in kinds),
        *(x.element("location", place) for place in dict.fromkeys(places)),
    )


def _educational(record: Stored, setting: Setting, x: Escaper) -> str:
    label = setting.vocabularies.label
    return _around(
        "educational",
        _value("learningResourceType", "netmeta", record["type"] and label(record["type"]), x),
        *(_value("intendedEndUserRole", "netmeta", label(a), x) for a in record["audiences"]),
        *(_value("context", "netmeta", label(level), x) for level in record["levels"]),
        _string("typicalAgeRange", age_range(record["grades"]), "ru", x),
        x.element("language", record["language"]),
    )


def _rights(record: Stored, setting: Setting, x: Escaper) -> str:
    licence = licence_address(record["licence"], setting.vocabularies)
    if licence is None:
        return ""
    free = record["licence"] in ("cc0-1.0", "public-domain")
    restricted = _value("copyrightAndOtherRestrictions", "LOMv1.0", "no" if free else "yes", x)
    return _around("rights", restricted, _string("description", licence, "ru", x))


def _subjects(record: Stored, setting: Setting, x: Escaper) -> str:
    """Each subject as a path from the broadest concept down."""
    known = setting.vocabularies
    paths = []
    for subject in record["subjects"]:
        line = [*reversed(known.ancestors(subject)), subject]
        taxons = [
            _around(
                "taxon",
                x.element("id", concept_address(one, known) or one),
                _string("entry", known.label(one), "ru", x),
            )
            for one in line
        ]
        source = _string("source", known.scheme("subject").ru, "ru", x)
        paths.append(_around("taxonPath", source, *taxons))
    if not paths:
        return ""
    return _around("classification", _value("purpose", "LOMv1.0", "discipline", x), *paths)


# --- and back ---------------------------------------------------------------------------------


def read(metadata: etree._Element, *, source: str, identifier: str, otherwise: str) -> Item | None:
    """The item a record's metadata element tells of; None if it has no title."""
    found = next(metadata.iter(f"{{{NAMESPACE}}}lom"), None)
    if found is None:
        return None

    def texts(path: str) -> tuple[str, ...]:
        steps = "/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/"))
        whole = (" ".join("".join(one.itertext()).split()) for one in found.iterfind(steps))
        return tuple(text for text in whole if text)

    def first(path: str) -> str | None:
        return next(iter(texts(path)), None)

    title = first("general/title/string") or first("general/title")
    if title is None:
        return None
    places = [
        p for p in (*texts("general/identifier/entry"), *texts("technical/location")) if uri(p)
    ]
    pages = list(dict.fromkeys(places))
    taken = texts("classification/taxonPath")
    return Item(
        source=source,
        url=pages[0] if pages else otherwise,
        title=title,
        external_id=identifier,
        description="\n\n".join(texts("general/description/string")) or None,
        authors=_people(found, "author"),
        organisation=next(iter(_people(found, "publisher")), None),
        published=first("lifeCycle/contribute/date/dateTime"),
        subject=_last_taxons(found) if taken else (),
        type=texts("educational/learningResourceType/value"),
        tags=texts("general/keyword/string"),
        audience=texts("educational/intendedEndUserRole/value"),
        category=texts("educational/context/value"),
        licence=first("rights/description/string"),
        language=first("general/language"),
        place=first("general/coverage/string"),
        attachments=tuple(ItemAttachment(url=p, name=p.rstrip("/").rpartition("/")[2]) for p in pages[1:]),
    )  # fmt: skip


def _last_taxons(lom: etree._Element) -> tuple[str, ...]:
    """The narrowest concept of each path, in words."""
    out = []
    for path in lom.iterfind(f"{{{NAMESPACE}}}classification/{{{NAMESPACE}}}taxonPath"):
        entries = [
            " ".join("".join(entry.itertext()).split())
            for entry in path.iter(f"{{{NAMESPACE}}}entry")
        ]
        out += [entry for entry in entries[-1:] if entry]
    return tuple(out)


def _people(lom: etree._Element, role: str) -> tuple[str, ...]:
    """Names (FN of the vCard) of those who contributed in a role."""
    out = []
    for one in lom.iter(f"{{{NAMESPACE}}}contribute"):
        said = one.findtext(f"{{{NAMESPACE}}}role/{{{NAMESPACE}}}value") or ""
        if said.strip().lower() != role:
            continue
        for entity in one.iterfind(f"{{{NAMESPACE}}}entity"):
            lines = "".join(entity.itertext()).splitlines()
            name = next(
                (ln.strip()[3:] for ln in lines if ln.strip().upper().startswith("FN:")), ""
            )
            out.append(name.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\").strip())
    return tuple(name for name in out if name)
