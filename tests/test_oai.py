"""OAI-PMH out: every verb and error against the schemas, and read by clients that others wrote."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from datasette.app import Datasette
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from netmeta.catalogue import Catalogue, curation
from netmeta.catalogue.arrivals import Origin, remember_origins, withdraw
from netmeta.catalogue.removal import take_away
from netmeta.config import load
from netmeta.exchange.oai import lossless, provenance
from netmeta.exchange.oai.provider import Provider
from netmeta.facade import Netmeta
from netmeta.model import ItemAttachment
from netmeta.services.curation import edit, forget_address
from netmeta.services.publishing import oai_setting
from netmeta.web.server import datasette
from tests.conftest import SHARED, item
from tests.loopback import Page
from tests.serving import Serving

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
SITE = "http://catalogue.example/"
HOSTILE = "Урок \x00\x0b<b>«A & B»</b> \ufffe😀 ]]> & \"x\" 'y'"
PREFIXES = ("oai_dc", "lom", "netmeta")

PROVENANCE = f"""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{provenance.NAMESPACE}"
           xmlns:p="{provenance.NAMESPACE}" elementFormDefault="qualified">
  <xs:element name="provenance"><xs:complexType><xs:sequence>
    <xs:element ref="p:originDescription"/>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="originDescription"><xs:complexType><xs:sequence>
    <xs:element name="baseURL" type="xs:anyURI"/>
    <xs:element name="identifier" type="xs:anyURI"/>
    <xs:element name="datestamp" type="xs:string"/>
    <xs:element name="metadataNamespace" type="xs:anyURI"/>
    <xs:element ref="p:originDescription" minOccurs="0"/>
  </xs:sequence>
  <xs:attribute name="harvestDate" type="xs:string" use="required"/>
  <xs:attribute name="altered" type="xs:boolean" use="required"/>
  </xs:complexType></xs:element>
</xs:schema>"""
"""The container as its guidelines describe it, whose schema the shared folder lacks."""


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    """The schemas that answers may need: the shared ones, and those of our two containers."""
    own = tmp_path_factory.mktemp("xsd")
    (own / "netmeta.xsd").write_text(lossless.SCHEMA, "utf-8")
    (own / "provenance.xsd").write_text(PROVENANCE, "utf-8")
    folder = SHARED / "xsd"
    wanted = {
        "http://www.openarchives.org/OAI/2.0/": folder / "oai/OAI-PMH.xsd",
        "http://www.openarchives.org/OAI/2.0/oai_dc/": folder / "oai/oai_dc.xsd",
        "http://www.openarchives.org/OAI/2.0/oai-identifier": folder / "oai/oai-identifier.xsd",
        "http://ltsc.ieee.org/xsd/LOM": folder / "lom/lomLoose.xsd",
        lossless.NAMESPACE: own / "netmeta.xsd",
        provenance.NAMESPACE: own / "provenance.xsd",
    }
    imports = "".join(
        f'<xs:import namespace="{name}" schemaLocation="{path.as_uri()}"/>'
        for name, path in wanted.items()
    )
    xs = "http://www.w3.org/2001/XMLSchema"
    return etree.XMLSchema(etree.fromstring(f'<xs:schema xmlns:xs="{xs}">{imports}</xs:schema>'))


def items() -> list[Any]:
    """Records of all kinds, one of them as nasty as pages are."""
    return [
        item(1, title="Обыкновенные дроби, 5 класс", authors=("Иванова М. И.",), subject=("математика",),
             grade=("5",), type=("конспект урока",), published="24.01.2012", licence="CC BY",
             tags=("дроби", "5 класс"),
             attachments=(ItemAttachment(url="https://school.example/план.docx", name="План; с, запятой"),)),
        item(2, title="Алгебра: " + "x" * 10_000, subject=("алгебра",), body="Текст " * 5_000),
        item(3, title="Конкурс «Мой урок»", kind="event", type=("конкурс",), place="Москва",
             dates={"Приём работ": "до 31 марта 2027", "Итоги": "15 апреля 2027"}),
        item(4, title="Новости школы", kind="news", body=None, url="https://школа.рф/уроки/5?я=ё"),
        *(item(n, title=f"Урок физики № {n}", subject=("физика",)) for n in range(5, 26)),
    ]  # fmt: skip


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Catalogue]:
    """25 records: 1 to 21 and 25 alive; 22 gone, 23 hidden, 24 forgotten; 21 is hostile."""
    with Netmeta.open(tmp_path / "a.db") as nm:
        fill(nm)
        yield nm.catalogue


def fill(nm: Netmeta) -> None:
    nm.import_items(items())
    catalogue = nm.catalogue
    with catalogue.transaction() as conn:  # normalising would clean these words; exporting must too
        conn.execute("UPDATE records SET title = ? WHERE id = 21", (HOSTILE,))
        conn.execute(
            "UPDATE record_texts SET body = ?1, summary = ?1 WHERE record_id = 21", (HOSTILE,)
        )
    withdraw(catalogue, 1, ["n22"], run_id=None)
    edit(catalogue, 23, hidden=True, author="test")
    forget_address(catalogue, "https://school.example/24")
    chain = [
        {"base_url": "https://a.example/oai", "identifier": "oai:a.example:7", "datestamp": "2026-01-01T00:00:00Z",
         "namespace": lossless.NAMESPACE, "harvested": "2026-02-01T00:00:00Z", "altered": False},
        {"base_url": "https://b.example/oai", "identifier": "oai:b.example:8", "datestamp": "2025-01-01",
         "namespace": "x", "harvested": "2025-02-01T00:00:00Z", "altered": True},
    ]  # fmt: skip
    origin = Origin("n25", "oai:b.example:8", {"name": "p"}, chain)
    remember_origins(catalogue, 1, [origin])


def provider(catalogue: Catalogue, page: int = 4) -> Provider:
    config = load({"db": catalogue.path}, environment={})
    setting = oai_setting(catalogue, config, SITE)
    return Provider(conn=catalogue.conn, setting=setting, now=catalogue.now_text, page=page)


def ask(one: Provider, **arguments: str) -> etree._Element:
    pairs = [(name.rstrip("_"), value) for name, value in arguments.items()]
    return etree.fromstring(one.answer(pairs).body)


def error(root: etree._Element) -> str | None:
    found = root.find(f"{OAI}error")
    return None if found is None else found.get("code")


def identifier(one: Provider, id: int) -> str:
    return one.setting.identifier(id)


def walk(one: Provider, verb: str = "ListRecords", **arguments: str) -> Iterator[etree._Element]:
    """The pages of a list, each with the token of the one before."""
    page = ask(one, verb=verb, **arguments)
    while True:
        yield page
        token = page.findtext(f".//{OAI}resumptionToken")
        if not token:
            return
        page = ask(one, verb=verb, resumptionToken=token)


def listed(one: Provider, **arguments: str) -> list[tuple[int, bool]]:
    """(id, deleted) of a whole list."""
    arguments = {"metadataPrefix": "oai_dc", **arguments}
    return [
        (int(head.findtext(f"{OAI}identifier", "").rpartition(":")[2]), head.get("status") == "deleted")
        for page in walk(one, "ListIdentifiers", **arguments)
        for head in page.iter(f"{OAI}header")
    ]  # fmt: skip


@pytest.mark.shared
def test_every_verb_is_valid(full: Catalogue, schema: etree.XMLSchema) -> None:
    one = provider(full)
    asked: list[dict[str, str]] = [
        {"verb": "Identify"},
        {"verb": "ListSets"},
        {"verb": "ListMetadataFormats"},
        {"verb": "ListMetadataFormats", "identifier": identifier(one, 3)},
    ]
    for prefix in PREFIXES:
        asked += [
            {"verb": "GetRecord", "metadataPrefix": prefix, "identifier": identifier(one, id)}
            for id in (1, 2, 3, 4, 21, 22, 23, 24, 25)
        ]
    for arguments in asked:
        root = ask(one, **arguments)
        schema.assertValid(root)
        assert error(root) is None, arguments
        assert root.find(f"{OAI}request").attrib == arguments
    for prefix in PREFIXES:
        for verb in ("ListRecords", "ListIdentifiers"):
            pages = list(walk(one, verb, metadataPrefix=prefix))
            assert len(pages) == 7
            for page in pages:
                schema.assertValid(page)


ERRORS: list[tuple[str, list[tuple[str, str]]]] = [
    ("badVerb", []),
    ("badVerb", [("verb", "junk")]),
    ("badVerb", [("verb", "")]),
    ("badVerb", [("verb", "Identify"), ("verb", "Identify")]),
    ("badArgument", [("verb", "Identify"), ("x", "y")]),
    ("badArgument", [("verb", "ListSets"), ("set", "kind")]),
    ("badArgument", [("verb", "GetRecord")]),
    ("badArgument", [("verb", "GetRecord"), ("metadataPrefix", "oai_dc")]),
    ("badArgument", [("verb", "GetRecord"), ("identifier", "oai:x:1")]),
    ("badArgument", [("verb", "GetRecord"), ("identifier", 'bad"id'), ("metadataPrefix", "oai_dc")]),
    ("badArgument", [("verb", "ListRecords")]),
    ("badArgument", [("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("metadataPrefix", "lom")]),
    ("badArgument", [("verb", "ListRecords"), ("metadataPrefix", "a b")]),
    *(
        ("badArgument", [("verb", "ListIdentifiers"), ("metadataPrefix", "oai_dc"), *pairs])
        for pairs in (
            [("from", "junk")], [("until", "2020-13-01")], [("from", "")], [("from", "2020")],
            [("from", "2020-01-01T00:00:00+03:00")], [("from", "2020-01-01T00:00:00.5Z")],
            [("from", "2020-01-01"), ("until", "2020-02-01T00:00:00Z")],
            [("from", "2020-02-01"), ("until", "2020-01-01")],
            [("set", "a b")], [("resumptionToken", "x")], [("from", "٢٠٢٠-٠١-٠١")],
        )
    ),
    ("badResumptionToken", [("verb", "ListRecords"), ("resumptionToken", "junk")]),
    ("badResumptionToken", [("verb", "ListRecords"), ("resumptionToken", "")]),
    ("badResumptionToken", [("verb", "ListRecords"), ("resumptionToken", "ё\x00")]),
    ("badResumptionToken", [("verb", "ListSets"), ("resumptionToken", "x")]),
    ("cannotDisseminateFormat", [("verb", "ListRecords"), ("metadataPrefix", "marc21")]),
    ("idDoesNotExist", [("verb", "GetRecord"), ("identifier", "oai:x.y:1"), ("metadataPrefix", "oai_dc")]),
    ("idDoesNotExist", [("verb", "ListMetadataFormats"), ("identifier", "http://x")]),
    ("noRecordsMatch", [("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("until", "1999-01-01")]),
    ("noRecordsMatch", [("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("set", "nothing")]),
    ("noRecordsMatch", [("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("set", "subject:algebra")]),
]  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize(("code", "pairs"), ERRORS)
def test_every_error_is_told_and_valid(
    full: Catalogue, schema: etree.XMLSchema, code: str, pairs: list[tuple[str, str]]
) -> None:
    root = etree.fromstring(provider(full).answer(pairs).body)
    schema.assertValid(root)
    assert error(root) == code
    if code in ("badVerb", "badArgument"):
        assert not root.find(f"{OAI}request").attrib


def test_a_token_of_one_list_is_no_token_of_another(full: Catalogue) -> None:
    one = provider(full)
    token = ask(one, verb="ListRecords", metadataPrefix="lom").findtext(f".//{OAI}resumptionToken")
    assert error(ask(one, verb="ListIdentifiers", resumptionToken=token)) == "badResumptionToken"
    damaged = ("A" if token[9] != "A" else "B").join((token[:9], token[10:]))
    assert error(ask(one, verb="ListRecords", resumptionToken=damaged)) == "badResumptionToken"


def test_lists_are_whole_and_deletions_stay(full: Catalogue) -> None:
    one = provider(full)
    found = listed(one)
    assert sorted(found) == [(n, n in (22, 23, 24)) for n in range(1, 26)]
    for id in (22, 23, 24):
        root = ask(one, verb="GetRecord", metadataPrefix="oai_dc", identifier=identifier(one, id))
        assert root.find(f".//{OAI}header").get("status") == "deleted"
        assert root.find(f".//{OAI}metadata") is None
    *pages, last = walk(one, metadataPrefix="oai_dc")
    figures = [p.find(f".//{OAI}resumptionToken").attrib for p in [*pages, last]]
    assert [f["cursor"] for f in figures] == [str(n) for n in range(0, 25, 4)]
    assert {f["completeListSize"] for f in figures} == {"25"}
    assert last.find(f".//{OAI}resumptionToken").text is None


def test_a_source_taken_away_whole_is_told_as_deletions(full: Catalogue) -> None:
    later = full.now() + dt.timedelta(hours=1)
    with Catalogue(full.path, now=lambda: later) as catalogue:
        take_away(catalogue, catalogue.source_id("school"))
        found = listed(provider(catalogue), from_=later.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert found[-1] == (25, True)
    assert {id for id, deleted in found if deleted} >= {1, 2, 3, 25}


def test_a_list_in_one_page_has_no_token(full: Catalogue) -> None:
    root = ask(provider(full, page=25), verb="ListRecords", metadataPrefix="oai_dc")
    assert root.find(f".//{OAI}resumptionToken") is None
    assert len(root.findall(f".//{OAI}record")) == 25


def test_tokens_survive_a_restart_and_changes_under_way(full: Catalogue, tmp_path: Path) -> None:
    pages = walk(provider(full), "ListIdentifiers", metadataPrefix="oai_dc")
    first = next(pages)
    token = first.findtext(f".//{OAI}resumptionToken")
    again = [ask(provider(full), verb="ListIdentifiers", resumptionToken=token) for _ in range(2)]
    heads = [[h.findtext(f"{OAI}identifier") for h in p.iter(f"{OAI}header")] for p in again]
    assert heads[0] == heads[1]
    with Catalogue(full.path, now=lambda: full.now().replace(year=2040)) as later:
        curation.set_hidden(later, 1, True, author="test")  # was on the first page
        curation.set_hidden(later, 20, True, author="test")  # was to come
        rest = [first]
        while token := rest[-1].findtext(f".//{OAI}resumptionToken"):
            rest.append(ask(provider(later), verb="ListIdentifiers", resumptionToken=token))
    ids = [
        int(h.findtext(f"{OAI}identifier").rpartition(":")[2]) for p in rest for h in p.iter(f"{OAI}header")
    ]  # fmt: skip
    assert set(ids) == set(range(1, 26))
    assert ids[-2:] == [1, 20]
    assert sorted(ids) == sorted([*range(1, 26), 1])


def test_sets_include_those_below(full: Catalogue) -> None:
    one = provider(full)
    specs = {s.findtext(f"{OAI}setSpec") for s in ask(one, verb="ListSets").iter(f"{OAI}set")}
    assert {"kind", "kind:event", "source:school", "subject:mathematics:algebra"} <= specs
    for spec in specs - {"kind:course"}:
        assert listed(one, set=spec), spec
    assert {id for id, _ in listed(one, set="subject:mathematics")} == {1, 2}
    assert {id for id, _ in listed(one, set="subject:mathematics:algebra")} == {2}
    assert {id for id, _ in listed(one, set="kind:event")} == {3}
    assert len(listed(one, set="kind")) == len(listed(one, set="source:school")) == 25
    root = ask(one, verb="GetRecord", metadataPrefix="oai_dc", identifier=identifier(one, 2))
    named = {s.text for s in root.iter(f"{OAI}setSpec")}
    assert named == {"kind:material", "source:school", "subject:mathematics:algebra"}


def test_days_and_instants_bound_a_list(full: Catalogue) -> None:
    one = provider(full)
    days = sorted(
        {h.text for p in walk(one, metadataPrefix="oai_dc") for h in p.iter(f"{OAI}datestamp")}
    )
    assert len(listed(one, from_=days[0])) == 25
    assert len(listed(one, until=days[-1])) == 25
    assert len(listed(one, from_=days[0][:10], until=days[-1][:10])) == 25
    assert (
        error(ask(one, verb="ListRecords", metadataPrefix="lom", from_="2099-01-01"))
        == "noRecordsMatch"
    )


def test_hostile_words_are_escaped_and_the_rest_counted(full: Catalogue) -> None:
    one = provider(full)
    pairs = [
        ("verb", "GetRecord"),
        ("metadataPrefix", "oai_dc"),
        ("identifier", identifier(one, 21)),
    ]
    answer = one.answer(pairs)
    root = etree.fromstring(answer.body)
    assert root.findtext(f".//{DC}title") == HOSTILE.translate(dict.fromkeys((0, 11, 0xFFFE)))
    assert answer.dropped == 5  # three in the title; an excerpt has no \x0b left, it is a space
    root = ask(one, verb="GetRecord", metadataPrefix="netmeta", identifier=identifier(one, 21))
    assert lossless.read(root).form["title"] == HOSTILE  # JSON can say what XML cannot


def test_provenance_tells_the_way(full: Catalogue) -> None:
    one = provider(full)
    root = ask(one, verb="GetRecord", metadataPrefix="oai_dc", identifier=identifier(one, 25))
    chain = provenance.read(root)
    assert [c["identifier"] for c in chain] == ["oai:a.example:7", "oai:b.example:8"]
    assert [c["altered"] for c in chain] == [False, True]
    assert (
        ask(one, verb="GetRecord", metadataPrefix="oai_dc", identifier=identifier(one, 1)).find(
            f".//{OAI}about"
        )
        is None
    )


# --- over HTTP, by others' clients --------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Datasette]]:
    db = tmp_path_factory.mktemp("oai") / "netmeta.db"
    with Netmeta.open(db) as nm:
        fill(nm)
    app = datasette(load({"db": db}, environment={}))
    with Serving(app) as url:
        yield url, app


def get(app: Datasette, path: str, **options: Any) -> Any:
    return asyncio.run(app.client.get(path, **options))


def test_sickle_reads_all_records_and_deletions(
    site: tuple[str, Datasette], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sickle import Sickle

    monkeypatch.setattr("netmeta.exchange.oai.provider.PAGE", 7)
    client = Sickle(site[0] + "oai")
    assert client.Identify().deletedRecord == "persistent"
    assert client.Identify().baseURL == site[0] + "oai"
    for prefix in PREFIXES:
        found = list(client.ListRecords(metadataPrefix=prefix))
        assert len(found) == 25
        assert sum(record.header.deleted for record in found) == 3
    titles = {
        r.metadata["title"][0]
        for r in client.ListRecords(metadataPrefix="oai_dc", ignore_deleted=True)
    }
    assert "Обыкновенные дроби, 5 класс" in titles
    assert {s.setSpec for s in client.ListSets()} >= {"kind:event"}


def test_scythe_reads_all_records_and_deletions(site: tuple[str, Datasette]) -> None:
    from oaipmh_scythe import Scythe

    with Scythe(site[0] + "oai") as client:
        found = list(client.list_records(metadata_prefix="oai_dc"))
        assert len(found) == 25
        assert sum(record.header.deleted for record in found) == 3
        assert {f.metadataPrefix for f in client.list_metadata_formats()} == set(PREFIXES)
        assert client.identify().granularity == "YYYY-MM-DDThh:mm:ssZ"


def test_post_gzip_and_types(site: tuple[str, Datasette]) -> None:
    _, app = site
    posted = asyncio.run(
        app.client.post(
            "/oai", data={"verb": "ListRecords", "metadataPrefix": "oai_dc"}, cookies={"a": "b"}
        )
    )
    assert posted.status_code == 200
    assert posted.headers["content-type"] == "text/xml; charset=utf-8"
    assert len(etree.fromstring(posted.content).findall(f".//{OAI}record")) == 25
    path = "/oai?verb=ListRecords&metadataPrefix=oai_dc"
    packed = get(app, path, headers={"Accept-Encoding": "gzip"})
    plain = get(app, path, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.num_bytes_downloaded < len(plain.content) / 4
    assert get(app, "/oai/netmeta.xsd").content == lossless.SCHEMA.encode()


def test_methods_that_are_none_of_the_protocol_are_refused(site: tuple[str, Datasette]) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        page = Page(site[0] + "oai?verb=Identify", method=method)
        assert page.status == 405
        assert page.headers["Allow"] == "GET, HEAD, POST"
    head = Page(site[0] + "oai?verb=Identify", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["Content-Length"]) == len(Page(site[0] + "oai?verb=Identify").body)


def test_a_request_that_nobody_means_is_a_bad_argument(site: tuple[str, Datasette]) -> None:
    posted = asyncio.run(
        site[1].client.post(
            "/oai", data={"verb": "Identify", "x": "y" * 100_000}, cookies={"a": "b"}
        )
    )
    assert error(etree.fromstring(posted.content)) == "badArgument"


WORDS = st.one_of(
    st.sampled_from(["Identify", "ListRecords", "GetRecord", "ListSets", "ListIdentifiers", "ListMetadataFormats", "oai_dc", "lom",
                     "netmeta", "kind:event", "subject", "2020-01-01", "2020-01-01T00:00:00Z", "oai:x:1", "", "%", "\x00", "ё", "]]>"]),
    st.text(max_size=20),
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from(
        ["verb", "metadataPrefix", "identifier", "from", "until", "set", "resumptionToken"]
    ),
    st.text(max_size=8),
)
CODES = {
    "badArgument", "badResumptionToken", "badVerb", "cannotDisseminateFormat", "idDoesNotExist",
    "noRecordsMatch", "noMetadataFormats", "noSetHierarchy",
}  # fmt: skip


@pytest.mark.shared
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    pairs=st.lists(st.tuples(NAMES, WORDS), max_size=5),
    raw=st.binary(max_size=40),
    post=st.booleans(),
)
def test_whatever_is_asked_is_answered_by_the_protocol(
    site: tuple[str, Datasette],
    schema: etree.XMLSchema,
    pairs: list[tuple[str, str]],
    raw: bytes,
    post: bool,
) -> None:
    app = site[1]
    query = urlencode(pairs, errors="replace").encode() + (b"&" + raw if raw else b"")
    if post:
        sent = asyncio.run(
            app.client.post(
                "/oai", content=query, headers={"Content-Type": "application/x-www-form-urlencoded"}
            )
        )
    else:
        sent = get(app, "/oai?" + quote(query, safe="&=%+"))
    assert sent.status_code == 200
    root = etree.fromstring(sent.content)
    schema.assertValid(root)
    code = error(root)
    assert code is None or code in CODES
    if code in ("badVerb", "badArgument"):
        assert not root.find(f"{OAI}request").attrib


def test_a_busy_server_says_when_to_come_back(
    site: tuple[str, Datasette], monkeypatch: pytest.MonkeyPatch
) -> None:
    from netmeta.web import exchange

    monkeypatch.setattr(exchange._gate, "waiting", exchange.MOST_WAITING)
    answer = get(site[1], "/oai?verb=Identify")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
