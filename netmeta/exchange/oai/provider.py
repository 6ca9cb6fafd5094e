"""The provider: arguments -> an XML document. One answer reads the catalogue in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from netmeta.catalogue import exporting
from netmeta.catalogue.exporting import Header, Selection
from netmeta.catalogue.queries import records
from netmeta.catalogue.stored import Stored
from netmeta.exchange.markup import DECLARATION, Escaper
from netmeta.exchange.oai import dublin_core, lom, lossless, provenance, sets, tokens
from netmeta.exchange.oai.arguments import Asked, OaiError, read_arguments
from netmeta.exchange.oai.setting import XSI, Setting
from netmeta.exchange.sharing import Given, given

NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/"
_ROOT: Final = (
    f'<OAI-PMH xmlns="{NAMESPACE}" xmlns:xsi="{XSI}"'
    f' xsi:schemaLocation="{NAMESPACE} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">'
)
_IDENTIFIER_NS: Final = "http://www.openarchives.org/OAI/2.0/oai-identifier"
PAGE: Final = 1_000
"""Records on a page, unless their texts are long."""

PAGE_CHARS: Final = 6_000_000
"""A page ends after the record that passes this: harvesters refuse bodies of tens of megabytes."""

_SLICE: Final = 200
"""Records written between two looks at how long the page has become."""


class Format(NamedTuple):
    """A metadata format: prefix, schema, namespace."""

    prefix: str
    schema: str
    namespace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An XML document, and how many characters XML could not hold."""

    body: bytes
    dropped: int = 0


@dataclass(slots=True, kw_only=True)
class Provider:
    """Answers OAI-PMH requests from one catalogue.

    Args:
        conn: the catalogue, for reading.
        now: the present moment, "2026-01-31T07:05:00Z".
        page: records on a page.
    """

    conn: sqlite3.Connection
    setting: Setting
    now: Callable[[], str]
    page: int = PAGE

    @property
    def formats(self) -> tuple[Format, ...]:
        """The formats every record can be had in."""
        return (
            Format(dublin_core.PREFIX, dublin_core.SCHEMA, dublin_core.NAMESPACE),
            Format(lom.PREFIX, lom.SCHEMA, lom.NAMESPACE),
            Format(lossless.PREFIX, self.setting.schema_url, lossless.NAMESPACE),
        )

    def answer(self, pairs: Sequence[tuple[str, str]]) -> Answer:
        """The answer to the (name, value) pairs of a request; errors are answers too."""
        x = Escaper()
        at = self.now()  # before the catalogue is looked at: what changes from now on is not in it
        echo: Mapping[str, str] = {}
        try:
            asked = read_arguments(pairs)
            echo = asked.echo
            with _snapshot(self.conn):
                inner = _Answering(self, asked, x).write()
        except OaiError as error:
            if error.code in ("badVerb", "badArgument"):
                echo = {}
            inner = f'<error code="{error.code}">{x(error.words)}</error>'
        attributes = "".join(f' {name}="{x(value)}"' for name, value in echo.items())
        document = (
            f"{DECLARATION}{_ROOT}<responseDate>{at}</responseDate>"
            f"<request{attributes}>{x(self.setting.base_url)}</request>{inner}</OAI-PMH>\n"
        )
        return Answer(body=document.encode("utf-8"), dropped=x.dropped)

    def document(self, prefix: str, x: Escaper) -> Iterator[str]:
        """All records, deleted ones too, as one answer to ListRecords without a token, in pieces.

        Args:
            x: counts the characters that XML cannot hold.
        """
        echo = {"verb": "ListRecords", "metadataPrefix": prefix}
        answering = _Answering(self, Asked(verb="ListRecords", prefix=prefix), x)
        attributes = "".join(f' {name}="{value}"' for name, value in echo.items())
        base = Escaper()(self.setting.base_url)
        yield f"{DECLARATION}{_ROOT}<responseDate>{self.now()}</responseDate>"
        yield f"<request{attributes}>{base}</request>"
        found = exporting.headers(self.conn, Selection(), after=None, limit=self.page)
        if not found:
            yield '<error code="noRecordsMatch">No record matches.</error></OAI-PMH>\n'
            return
        yield "<ListRecords>\n"
        while found:
            yield answering.records(found, prefix) + "\n"
            after = (found[-1].changed, found[-1].id)
            found = exporting.headers(self.conn, Selection(), after=after, limit=self.page)
        yield "</ListRecords></OAI-PMH>\n"


@contextmanager
def _snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """One state of the catalogue for all reads of an answer."""
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("ROLLBACK")


class _Answering:
    """One request on its way to an answer."""

    def __init__(self, provider: Provider, asked: Asked, x: Escaper) -> None:
        self.provider, self.asked, self.x = provider, asked, x
        self.conn, self.setting = provider.conn, provider.setting

    def write(self) -> str:
        """What stands inside the answer. Raises: OaiError."""
        verb = self.asked.verb
        if verb == "Identify":
            inner = self._identify()
        elif verb == "ListMetadataFormats":
            inner = self._formats()
        elif verb == "ListSets":
            inner = self._sets()
        elif verb == "GetRecord":
            inner = self._one_record()
        else:
            inner = self._list(whole=verb == "ListRecords")
        return f"<{verb}>{inner}</{verb}>"

    def _identify(self) -> str:
        setting, element = self.setting, self.x.element
        earliest = exporting.earliest(self.conn) or self.provider.now()
        return (
            element("repositoryName", setting.title)
            + element("baseURL", setting.base_url)
            + "<protocolVersion>2.0</protocolVersion>"
            + element("adminEmail", setting.email)
            + f"<earliestDatestamp>{earliest}</earliestDatestamp>"
            + "<deletedRecord>persistent</deletedRecord>"
            + "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity><compression>gzip</compression>"
            + f'<description><oai-identifier xmlns="{_IDENTIFIER_NS}" xmlns:xsi="{XSI}"'
            + f' xsi:schemaLocation="{_IDENTIFIER_NS} {_IDENTIFIER_NS}.xsd"><scheme>oai</scheme>'
            + element("repositoryIdentifier", setting.repository)
            + "<delimiter>:</delimiter>"
            + element("sampleIdentifier", setting.identifier(1))
            + "</oai-identifier></description>"
        )

    def _formats(self) -> str:
        if self.asked.identifier is not None:
            self._header(self.asked.identifier)
        return "".join(
            f"<metadataFormat><metadataPrefix>{one.prefix}</metadataPrefix>"
            f"<schema>{self.x(one.schema)}</schema>"
            f"<metadataNamespace>{one.namespace}</metadataNamespace></metadataFormat>"
            for one in self.provider.formats
        )

    def _sets(self) -> str:
        if self.asked.token is not None:
            raise OaiError("badResumptionToken", "The list of sets is given whole.")
        sources = self.conn.execute("SELECT name, title FROM sources ORDER BY name").fetchall()
        subjects = exporting.subjects_in_use(self.conn)
        return "".join(
            f"<set><setSpec>{spec}</setSpec>{self.x.element('setName', name or spec)}</set>"
            for spec, name in sets.listed(sources, subjects, self.setting.vocabularies)
        )

    def _header(self, identifier: str) -> Header:
        id = self.setting.record_id(identifier)
        found = exporting.header(self.conn, id) if id is not None else None
        if found is None:
            raise OaiError("idDoesNotExist", "No record has this identifier.")
        return found

    def _one_record(self) -> str:
        assert self.asked.identifier is not None
        header = self._header(self.asked.identifier)
        self._known_prefix(self.asked.prefix)
        return self.records([header], str(self.asked.prefix))

    def _known_prefix(self, prefix: str | None) -> None:
        if prefix not in {one.prefix for one in self.provider.formats}:
            raise OaiError("cannotDisseminateFormat", "The metadataPrefix is not supported.")

    def _list(self, *, whole: bool) -> str:
        place = self._place()
        selection = Selection(since=place.since, until=place.until)
        if place.set is not None:
            narrowed = sets.narrowed(selection, place.set, self.setting.vocabularies)
            if narrowed is None:
                raise OaiError("noRecordsMatch", "There is no such set.")
            selection = narrowed
        after = (place.changed, place.id) if place.changed else None
        found = exporting.headers(self.conn, selection, after=after, limit=self.provider.page + 1)
        if not found and self.asked.token is None:
            raise OaiError("noRecordsMatch", "No record matches.")
        headers = found[: self.provider.page]
        more = len(found) > len(headers)
        if self.asked.token is None:
            place = replace(place, total=exporting.count(self.conn, selection))
        if not whole:
            return self._headers(headers) + self._token(place, headers, more=more)
        inner, written = "", 0
        while written < len(headers) and len(inner) < PAGE_CHARS:
            inner += self.records(headers[written : written + _SLICE], place.prefix)
            written += _SLICE
        more = more or written < len(headers)
        return inner + self._token(place, headers[:written], more=more)

    def _place(self) -> tokens.Place:
        asked = self.asked
        if asked.token is not None:
            return tokens.decode(asked.token, asked.verb, self.setting.repository)
        self._known_prefix(asked.prefix)
        return tokens.Place(
            verb=asked.verb, prefix=str(asked.prefix), since=asked.since, until=asked.until,
            set=asked.set, changed="", id=0, cursor=0, total=0,
        )  # fmt: skip

    def _token(self, place: tokens.Place, headers: Sequence[Header], *, more: bool) -> str:
        """The token of the next page; empty on the last page of several, none if all is here."""
        if not more and self.asked.token is None:
            return ""
        # Records that changed meanwhile are at the end of the list: it may have grown.
        total = max(place.total, place.cursor + len(headers) + more)
        attributes = f' completeListSize="{max(total, 1)}" cursor="{place.cursor}"'
        if not more:
            return f"<resumptionToken{attributes}/>"
        last = headers[-1]
        following = replace(
            place, changed=last.changed, id=last.id, cursor=place.cursor + len(headers)
        )
        token = tokens.encode(following, self.setting.repository)
        return f"<resumptionToken{attributes}>{token}</resumptionToken>"

    def _headers(self, headers: Sequence[Header]) -> str:
        subjects = exporting.subjects_of(self.conn, [h.id for h in headers])
        return "".join(self._head(h, subjects.get(h.id, ())) for h in headers)

    def _head(self, header: Header, subjects: Sequence[str]) -> str:
        specs = sets.specs(header.kind, header.source, subjects, self.setting.vocabularies)
        status = ' status="deleted"' if header.deleted else ""
        return (
            f"<header{status}><identifier>{self.setting.identifier(header.id)}</identifier>"
            f"<datestamp>{header.changed}</datestamp>"
            + "".join([f"<setSpec>{spec}</setSpec>" for spec in specs])
            + "</header>"
        )

    def records(self, headers: Sequence[Header], prefix: str) -> str:
        """The record elements of headers."""
        ids = [h.id for h in headers if not h.deleted]
        setting, filed = self.setting, records(self.conn, ids)
        found = given(self.conn, filed, setting.vocabularies, share=setting.share_overrides)
        origins = exporting.origins(self.conn, ids)
        gone = exporting.subjects_of(self.conn, [h.id for h in headers if h.deleted])
        write = self._writer(prefix, found, origins)
        out = []
        for h in headers:
            if h.deleted:
                out.append(f"<record>{self._head(h, gone.get(h.id, ()))}</record>")
                continue
            origin = origins.get(h.id)
            about = provenance.write(origin["chain"], self.x) if origin else ""
            head = self._head(h, filed[h.id]["subjects"])
            out.append(f"<record>{head}<metadata>{write(h.id)}</metadata>{about}</record>")
        return "".join(out)

    def _writer(
        self, prefix: str, found: Given, origins: Mapping[int, Stored]
    ) -> Callable[[int], str]:
        setting, x = self.setting, self.x
        if prefix == dublin_core.PREFIX:
            return lambda id: dublin_core.write(found.shown[id], setting, x)
        if prefix == lom.PREFIX:
            return lambda id: lom.write(found.shown[id], setting, x)
        words = exporting.words(self.conn, list(found.own))
        homes = exporting.portals(self.conn)

        def whole(id: int) -> str:
            record, origin = found.own[id], origins.get(id)
            portal = (
                origin["portal"]
                if origin
                else {**homes[record["source"]], "external_id": record["external_id"]}
            )
            return lossless.write(
                record, words.get(id), portal, setting, x, edited=found.edits.get(id),
                shown=found.shown[id],
            )  # fmt: skip

        return whole
