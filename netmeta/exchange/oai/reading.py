"""Answers of other repositories, read. They may be broken in any way: nothing here trusts them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from lxml import etree

from netmeta.catalogue.stored import Stored
from netmeta.errors import BadFeedError, BadItemError
from netmeta.exchange.markup import ILLEGAL
from netmeta.exchange.oai import dublin_core, lom, lossless, provenance
from netmeta.exchange.oai.lossless import Whole
from netmeta.exchange.oai.provider import NAMESPACE
from netmeta.model import Item
from netmeta.texts import t

_ENDPOINTS: Final = re.compile(
    r"/(?:oai2?|oai-?pmh|oai_?request|oai/request|oai\.(?:php|aspx?|cgi|pl)|oai2\.php)/?$",
    re.IGNORECASE,
)
"""Ends of addresses at which repository software answers (DSpace, EPrints, OJS, Invenio, ours)."""


def looks_like_endpoint(url: str) -> bool:
    """Whether an address by itself says that OAI-PMH is spoken there."""
    parts = urlsplit(url)
    return bool(_ENDPOINTS.search(parts.path)) or "verb=" in parts.query


def endpoints(url: str) -> list[str]:
    """Where the OAI-PMH endpoint of a site may be, likeliest first; ask each with
    `?verb=Identify` and read the answer with `read_identity`."""
    parts = urlsplit(url)
    itself = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    if looks_like_endpoint(url):
        return [itself]
    home = f"{parts.scheme}://{parts.netloc}"
    return [f"{itself.rstrip('/')}/oai", *([f"{home}/oai"] if parts.path.strip("/") else [])]


PREFERRED: Final = (
    (lossless.PREFIX, lossless.NAMESPACE), (lom.PREFIX, lom.NAMESPACE),
    (dublin_core.PREFIX, dublin_core.NAMESPACE),
)  # fmt: skip
"""(prefix, namespace) of the formats we read, richest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a repository says of itself; `seconds`: whether its datestamps have a time."""

    title: str
    base_url: str
    seconds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One record of a list. Neither `item` nor `whole` if it was deleted, or `bad` tells why.

    `chain`: catalogues it had come through before, nearest first (see `provenance`).
    """

    identifier: str
    datestamp: str
    deleted: bool = False
    chain: Sequence[Stored] = ()
    item: Item | None = None
    whole: Whole | None = None
    bad: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One answer to ListRecords. `errors`: (code, words); `token` is None at the end of the list."""

    answered_at: str
    arrivals: Sequence[Arrival] = ()
    token: str | None = None
    errors: Sequence[tuple[str, str]] = ()
    mended: bool = False
    """The answer was not well-formed XML; what could be read of it was."""


def parse(body: bytes) -> tuple[etree._Element, bool]:
    """The root of an OAI-PMH answer, and whether it had to be mended.

    Raises: BadFeedError if it is no such answer.
    """
    root, mended = _tree(body, recover=False), False
    if root is None:
        clean = ILLEGAL.sub("", body.decode("utf-8", "replace")).encode("utf-8")
        root, mended = _tree(clean, recover=True), True
    if root is None or root.tag != f"{{{NAMESPACE}}}OAI-PMH":
        raise BadFeedError(t("This is no answer of an OAI-PMH repository"))
    return root, mended


def _tree(body: bytes, *, recover: bool) -> etree._Element | None:
    # No entities, no network: what a stranger sends must not reach files or other hosts.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=recover, huge_tree=False
    )
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def read_identity(body: bytes) -> Identity:
    """The answer to Identify. Raises: BadFeedError."""
    root, _ = parse(body)
    found = root.find(f"{{{NAMESPACE}}}Identify")
    if found is None:
        raise BadFeedError(t("This is no answer of an OAI-PMH repository"), why=_told(root))

    def text(name: str) -> str:
        return (found.findtext(f"{{{NAMESPACE}}}{name}") or "").strip()

    return Identity(
        title=text("repositoryName"),
        base_url=text("baseURL"),
        seconds="T" in text("granularity"),
    )


def read_formats(body: bytes) -> list[tuple[str, str]]:
    """(prefix, namespace) of the formats a repository offers. Raises: BadFeedError."""
    root, _ = parse(body)
    return [
        (
            (one.findtext(f"{{{NAMESPACE}}}metadataPrefix") or "").strip(),
            (one.findtext(f"{{{NAMESPACE}}}metadataNamespace") or "").strip(),
        )
        for one in root.iter(f"{{{NAMESPACE}}}metadataFormat")
    ]


def best_prefix(offered: Sequence[tuple[str, str]]) -> str | None:
    """The richest format that we read; by its namespace, for prefixes are anybody's choice."""
    for prefix, namespace in PREFERRED:
        for known, its_namespace in offered:
            if its_namespace == namespace:
                return known
        if prefix == dublin_core.PREFIX and prefix in {known for known, _ in offered}:
            return prefix
    return None


def read_list(body: bytes, *, source: str, base_url: str) -> ListPage:
    """One page of ListRecords.

    Args:
        source: name of the source here.
        base_url: of the repository, for records that name no page of their own.

    Raises: BadFeedError.
    """
    root, mended = parse(body)
    answered_at = (root.findtext(f"{{{NAMESPACE}}}responseDate") or "").strip()
    errors = [
        (one.get("code", ""), " ".join("".join(one.itertext()).split()))
        for one in root.iterfind(f"{{{NAMESPACE}}}error")
    ]
    listed = root.find(f"{{{NAMESPACE}}}ListRecords")
    if listed is None:
        if not errors:
            raise BadFeedError(t("This is no answer of an OAI-PMH repository"))
        return ListPage(answered_at=answered_at, errors=errors, mended=mended)
    token = (listed.findtext(f"{{{NAMESPACE}}}resumptionToken") or "").strip()
    return ListPage(
        answered_at=answered_at,
        arrivals=[
            arrival
            for record in listed.iterfind(f"{{{NAMESPACE}}}record")
            if (arrival := _arrival(record, source, base_url)) is not None
        ],
        token=token or None,
        errors=errors,
        mended=mended,
    )


def _arrival(record: etree._Element, source: str, base_url: str) -> Arrival | None:
    header = record.find(f"{{{NAMESPACE}}}header")
    if header is None:
        return None
    identifier = (header.findtext(f"{{{NAMESPACE}}}identifier") or "").strip()
    datestamp = (header.findtext(f"{{{NAMESPACE}}}datestamp") or "").strip()
    if not identifier:
        return None
    if header.get("status") == "deleted":
        return Arrival(identifier=identifier, datestamp=datestamp, deleted=True)
    chain = provenance.read(record)
    metadata = record.find(f"{{{NAMESPACE}}}metadata")
    try:
        item, whole = _content(metadata, source, identifier, base_url)
    except BadItemError as error:
        return Arrival(identifier=identifier, datestamp=datestamp, bad=str(error))
    return Arrival(identifier=identifier, datestamp=datestamp, chain=chain, item=item, whole=whole)


def _content(
    metadata: etree._Element | None, source: str, identifier: str, base_url: str
) -> tuple[Item | None, Whole | None]:
    """The record in whatever format it came. Raises: BadItemError."""
    inner = next(iter(metadata), None) if metadata is not None else None
    if metadata is None or inner is None or not isinstance(inner.tag, str):
        raise BadItemError(t("The item lacks {names}", names="metadata"))
    namespace = etree.QName(inner).namespace
    if namespace == lossless.NAMESPACE:
        return None, lossless.read(metadata)
    read = lom.read if namespace == lom.NAMESPACE else dublin_core.read
    otherwise = f"{base_url}?verb=GetRecord&metadataPrefix=oai_dc&identifier={identifier}"
    item = read(metadata, source=source, identifier=identifier, otherwise=otherwise)
    if item is None:
        raise BadItemError(t("The item lacks {names}", names="title"))
    return item, None


def _told(root: etree._Element) -> str | None:
    found = root.find(f"{{{NAMESPACE}}}error")
    return None if found is None else "".join(found.itertext()).strip() or found.get("code")
