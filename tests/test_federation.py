"""Instances that harvest each other, and repositories that break the rules: real HTTP on loopback."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from netmeta.catalogue import exporting
from netmeta.catalogue.arrivals import withdraw
from netmeta.config import load
from netmeta.exchange import package
from netmeta.exchange.oai.reading import looks_like_endpoint
from netmeta.exchange.records import EXCHANGED
from netmeta.facade import Netmeta
from netmeta.replicas import serve
from netmeta.services.curation import edit, forget_person, reread
from netmeta.services.exporting import export_package
from netmeta.services.packages import import_package
from netmeta.services.repositories import repository_at
from netmeta.web.server import datasette
from tests.conftest import Web, item
from tests.loopback import Page
from tests.serving import Serving

LINES = [
    item(1, title="Обыкновенные дроби, 5 класс", authors=("Иванова Мария Ивановна",), subject=("математика",),
         grade=("5",), type=("конспект урока",), published="24.01.2012", licence="CC BY", tags=("дроби",)),
    item(2, title="Конкурс «Мой урок»", kind="event", type=("конкурс",), place="Москва",
         dates={"Приём работ": "до 31 марта 2027", "Итоги": "15 апреля 2027"}),
    item(3, title="Новости <b>& прочее</b> 😀", kind="news", body="Текст " * 900 + "конец."),
    *(item(n, title=f"Урок физики № {n}", subject=("физика",), body=f"Сила и масса, часть {n}") for n in range(4, 31)),
]  # fmt: skip


class Instance:
    """A catalogue with its site, on loopback."""

    def __init__(self, folder: Path, name: str, **settings: Any) -> None:
        self.nm = Netmeta.open(folder / f"{name}.db")
        self.nm.catalogue.checkpoint()  # the header tells Datasette whose file it is
        self.stack = ExitStack()
        app = datasette(load({"db": self.nm.config.db, **settings}, environment={}))
        self.url = self.stack.enter_context(Serving(app)) + "oai"

    def close(self) -> None:
        self.stack.close()
        self.nm.close()

    def given(self) -> Iterator[Any]:
        """Lines of records in a package of this catalogue."""
        with tempfile.TemporaryDirectory() as folder:
            export_package(self.nm.catalogue, Path(folder) / "p")
            with package.opened(Path(folder) / "p") as opened:
                lines = [json.loads(line) for _, line in opened.lines(package.RECORDS)]
        yield from lines

    def exchanged(self) -> dict[tuple[str, str], Any]:
        """{(portal, identity there): all exchanged fields and words} of visible records."""
        conn = self.nm.catalogue.conn
        out = {}
        for page in exporting.pages(conn):
            ids = [record["id"] for record in page]
            origins, words = exporting.origins(conn, ids), exporting.words(conn, ids)
            for record in page:
                origin = origins.get(record["id"])
                home = (
                    origin["portal"]
                    if origin
                    else {"name": record["source"], "external_id": record["external_id"]}
                )
                said = {name: record[name] for name in EXCHANGED}
                out[home["name"], home["external_id"]] = (
                    said,
                    {
                        k: v
                        for k, v in words[record["id"]]["raw"].items()
                        if k not in ("source", "external_id")
                    },
                )
        return out


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Instance, Instance]]:
    one, other = Instance(tmp_path, "a"), Instance(tmp_path, "b")
    yield one, other
    one.close()
    other.close()


def harvest(one: Instance, name: str, **options: Any) -> Any:
    return one.nm.harvest([name], **options).results[0]


def test_two_instances_exchange_without_loss_or_loops(
    pair: tuple[Instance, Instance], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netmeta.exchange.oai.provider.PAGE", 7)
    a, b = pair
    a.nm.import_items(LINES)
    added = b.nm.add_source(a.url, name="a")
    assert (added.kind, added.spider) == ("oai", "oai")
    first = harvest(b, "a")
    assert first.status == "ok", first.reason
    assert first.counts["new"] == 30
    assert b.exchanged() == a.exchanged()

    again = harvest(b, "a")  # within the overlap: read again, nothing to write
    assert again.status == "ok"
    assert set(again.counts) & {"new", "changed", "restored", "gone"} == set()

    # A changes, deletes, hides and restores; B follows.
    a.nm.import_items([item(4, title="Урок физики № 4, исправленный", subject=("физика",))])
    withdraw(a.nm.catalogue, 1, ["n5"], run_id=None)
    edit(a.nm.catalogue, 6, hidden=True, author="test")
    assert harvest(b, "a").counts["gone"] == 2
    assert b.exchanged() == a.exchanged()
    assert len(b.exchanged()) == 28
    a.nm.import_items([LINES[4]])
    edit(a.nm.catalogue, 6, hidden=False, author="test")
    assert harvest(b, "a").counts["restored"] == 2
    assert b.exchanged() == a.exchanged()

    # A harvests B: everything has come home.
    before = a.exchanged()
    a.nm.add_source(b.url, name="b")
    home = harvest(a, "b")
    assert home.status == "ok", home.reason
    assert home.counts["skipped: came home"] == 30
    assert a.exchanged() == before
    assert a.nm.catalogue.last_seq() == a.nm.catalogue.last_seq()


def words(one: Instance, name: str, number: int) -> dict[str, Any]:
    """The raw item of a record of a source, by its place."""
    conn = one.nm.catalogue.conn
    sql = "SELECT r.id FROM records r JOIN sources s ON s.id = r.source_id WHERE s.name = ? ORDER BY 1"
    id = conn.execute(sql, (name,)).fetchall()[number][0]
    found: dict[str, Any] = exporting.words(conn, [id])[id]["raw"]
    return found


def packed(one: Instance) -> list[tuple[Any, Any]]:
    """What a package of a catalogue says of each record, in no order: (record, words)."""
    lines = list(one.given())
    for line in lines:
        line["words"].pop("raw_at")  # the same instant, or a second later
    return sorted(((line["record"], line["words"]) for line in lines), key=json.dumps)


def test_what_portals_gave_is_passed_on_whole(pair: tuple[Instance, Instance]) -> None:
    """Materials, events and courses as replicas of portals show them, by list and by package,
    while one catalogue changes, deletes and restores, and back again."""
    a, b = pair
    names = ("metodisty", "digital-1sept")
    with serve(names) as replicas:
        for name in names:
            a.nm.add_source(replicas.url(name), name=name, spider=name)
        assert a.nm.harvest().status == "ok"
    b.nm.add_source(a.url, name="a")
    assert harvest(b, "a").counts["new"] == len(a.exchanged()) >= 80
    assert b.exchanged() == a.exchanged()
    assert packed(b) == packed(a)
    assert reread(b.nm.catalogue).changed == 0

    changed, deleted = words(a, "metodisty", 0), words(a, "metodisty", 1)
    a.nm.import_items([{**changed, "title": "Исправленное название", "body": "Новый текст. " * 30}])
    source_id = a.nm.catalogue.source_id("metodisty")
    withdraw(a.nm.catalogue, source_id, [deleted["external_id"]], run_id=None)
    counts = harvest(b, "a").counts
    assert (counts["changed"], counts["gone"]) == (1, 1)
    assert packed(b) == packed(a)
    a.nm.import_items([deleted])
    assert harvest(b, "a").counts["restored"] == 1
    assert packed(b) == packed(a)

    a.nm.add_source(b.url, name="b")
    before = packed(a)
    assert harvest(a, "b").counts["skipped: came home"] == len(before)
    assert packed(a) == before


def test_a_third_catalogue_gets_each_record_once(tmp_path: Path) -> None:
    a, b, c = (Instance(tmp_path, name) for name in "abc")
    try:
        a.nm.import_items(LINES[:3])
        b.nm.add_source(a.url, name="a")
        b.nm.import_items([item(99, source="own", url="https://own.example/99")])
        harvest(b, "a")
        c.nm.add_source(a.url, name="a")
        c.nm.add_source(b.url, name="b")
        harvest(c, "a")
        result = harvest(c, "b")
        assert result.counts["skipped: known already"] == 3
        assert result.counts["new"] == 1
        (row,) = exporting.origins(c.nm.catalogue.conn, [4]).values()
        assert row["portal"]["name"] == "own"
        assert len(row["chain"]) == 1
        # What B has of A tells of both, nearest first.
        d = Instance(tmp_path, "d")
        try:
            d.nm.add_source(b.url, name="b")
            harvest(d, "b")
            chains = [
                o["chain"] for o in exporting.origins(d.nm.catalogue.conn, range(1, 5)).values()
            ]
            assert sorted(map(len, chains)) == [1, 2, 2, 2]
            long = next(chain for chain in chains if len(chain) == 2)
            assert [link["base_url"] for link in long] == [b.url, a.url]
        finally:
            d.close()
    finally:
        for one in (a, b, c):
            one.close()


def test_a_portal_harvested_at_first_hand_is_not_doubled(pair: tuple[Instance, Instance]) -> None:
    a, b = pair
    for one in pair:
        one.nm.import_items(LINES[:3])
    b.nm.add_source(a.url, name="a")
    result = harvest(b, "a")
    assert result.counts["skipped: known already"] == 3
    assert len(b.exchanged()) == 3


@pytest.mark.parametrize("prefix", ["oai_dc", "lom"])
def test_the_common_formats_can_be_harvested_too(
    pair: tuple[Instance, Instance], prefix: str
) -> None:
    a, b = pair
    a.nm.import_items(LINES)
    source = b.nm.add_source(a.url, name="a")
    b.nm.catalogue.update_source(replace(source, options={"prefix": prefix}))
    assert harvest(b, "a").counts["new"] == 30
    found = next(
        record
        for page in exporting.pages(b.nm.catalogue.conn)
        for record in page
        if "дроби" in record["title"]
    )
    assert found["url"] == "https://school.example/1"
    assert [author["name"] for author in found["authors"]] == ["Иванова Мария Ивановна"]
    assert found["subjects"] == ["mathematics"]
    assert found["licence"] == "cc-by"
    assert found["published"] == "2012-01-24"
    assert found["type"] == "lesson-plan"


def test_what_was_received_can_be_read_again(pair: tuple[Instance, Instance]) -> None:
    a, b = pair
    a.nm.import_items(LINES)
    b.nm.add_source(a.url, name="a")
    harvest(b, "a")
    report = reread(b.nm.catalogue)
    assert (report.read, report.changed) == (30, 0)
    assert b.exchanged() == a.exchanged()


def test_the_forgotten_do_not_come_back_from_elsewhere(pair: tuple[Instance, Instance]) -> None:
    a, b = pair
    a.nm.import_items(LINES)
    b.nm.add_source(a.url, name="a")
    forget_person(b.nm.catalogue, "Иванова Мария Ивановна")
    harvest(b, "a")
    dump = "\n".join(b.nm.catalogue.conn.iterdump())
    assert dump.count("Мария Ивановна") == 1  # in the list of those who are to be forgotten


def test_edits_of_curators_stay_where_they_were_made(pair: tuple[Instance, Instance]) -> None:
    a, b = pair
    a.nm.import_items(LINES[:3])
    edit(a.nm.catalogue, 1, values={"title": "Исправлено у A", "grades": [6]}, author="A")
    b.nm.add_source(a.url, name="a")
    harvest(b, "a")
    titles = "SELECT title FROM records WHERE external_id LIKE '%:1'"
    assert b.nm.catalogue.conn.execute(titles).fetchone() == ("Обыкновенные дроби, 5 класс",)
    edit(b.nm.catalogue, 1, values={"title": "Исправлено у B"}, author="B")
    a.nm.import_items([item(1, title="Обыкновенные дроби, 5 класс", body="Новый текст " * 20)])
    harvest(b, "a")
    assert b.nm.catalogue.record(1)["body"].startswith("Новый текст")
    assert b.nm.catalogue.record(1)["title"] == "Исправлено у B"
    assert a.nm.catalogue.record(1)["title"] == "Исправлено у A"


TITLE = "SELECT title FROM records WHERE external_id LIKE '%:1' OR external_id = 'n1'"


def title(one: Instance) -> str:
    (found,) = one.nm.catalogue.conn.execute(TITLE).fetchone()
    return str(found)


@pytest.mark.parametrize("prefix", ["oai_dc", "lom"])
def test_the_common_formats_keep_edits_at_home_too(
    pair: tuple[Instance, Instance], prefix: str
) -> None:
    a, b = pair
    a.nm.import_items(LINES[:3])
    edit(a.nm.catalogue, 1, values={"title": "Исправлено у A"}, author="A")
    source = b.nm.add_source(a.url, name="a")
    b.nm.catalogue.update_source(replace(source, options={"prefix": prefix}))
    harvest(b, "a")
    assert title(b) == "Обыкновенные дроби, 5 класс"


@pytest.fixture
def sharing(tmp_path: Path) -> Iterator[tuple[Instance, Instance]]:
    """A pair whose first shares what its curators decide."""
    one, other = Instance(tmp_path, "a", share_overrides=True), Instance(tmp_path, "b")
    yield one, other
    one.close()
    other.close()


def test_edits_shared_on_purpose_arrive_and_leave_again(
    sharing: tuple[Instance, Instance],
) -> None:
    a, b = sharing
    a.nm.import_items(LINES[:3])
    edit(a.nm.catalogue, 1, values={"title": "Исправлено у A", "grades": [6]}, author="A")
    b.nm.add_source(a.url, name="a")
    harvest(b, "a")
    assert title(b) == "Исправлено у A"
    record = b.nm.catalogue.record(1)
    assert record["grades"] == [6]
    assert reread(b.nm.catalogue).changed == 0  # it is an edit there too, not the portal's word
    edit(b.nm.catalogue, 1, values={"title": "Исправлено у B"}, author="B")
    edit(a.nm.catalogue, 1, values={"title": "A передумал"}, back=["grades"], author="A")
    harvest(b, "a")
    record = b.nm.catalogue.record(1)
    assert record["title"] == "Исправлено у B"  # who edits here has the last word here
    assert record["grades"] == [5]
    # B does not share: a third catalogue hears of neither.
    edit(b.nm.catalogue, 1, back=["title"], author="B")
    harvest(b, "a", full=True)
    assert title(b) == "A передумал"
    lines = next(b.given())
    assert lines["record"]["title"] == "Обыкновенные дроби, 5 класс"
    assert lines["edited"] is None


def test_a_package_carries_edits_only_on_purpose(tmp_path: Path) -> None:
    with Netmeta.open(tmp_path / "a.db") as nm:
        nm.import_items(LINES[:3])
        edit(nm.catalogue, 1, values={"title": "Исправлено у A"}, author="A")
        export_package(nm.catalogue, tmp_path / "kept")
        export_package(nm.catalogue, tmp_path / "shared", share_overrides=True)
    for name, wanted in (("kept", "Обыкновенные дроби, 5 класс"), ("shared", "Исправлено у A")):
        with Netmeta.open(tmp_path / f"{name}.db") as other:
            import_package(other.catalogue, tmp_path / name, strict=True)
            assert other.record(1)["title"] == wanted
            assert reread(other.catalogue).changed == 0
        table = gzip.decompress((tmp_path / name / package.TABLE).read_bytes()).decode()
        assert (wanted in table) is True


# --- repositories that break the rules ----------------------------------------------------------

HEAD = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-01T00:00:00Z</responseDate><request>x</request>'
IDENTIFY = f"{HEAD}<Identify><repositoryName>R</repositoryName><granularity>YYYY-MM-DD</granularity></Identify></OAI-PMH>"
FORMATS = (
    f"{HEAD}<ListMetadataFormats><metadataFormat><metadataPrefix>oai_dc</metadataPrefix><schema>x</schema>"
    "<metadataNamespace>http://www.openarchives.org/OAI/2.0/oai_dc/</metadataNamespace></metadataFormat></ListMetadataFormats></OAI-PMH>"
)


def listed(*ids: str, token: str | None = None, title: str = "Урок") -> str:
    records = "".join(
        f"<record><header><identifier>{id}</identifier><datestamp>2025-01-01</datestamp></header><metadata>"
        '<dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title} {id}</dc:title><dc:identifier>https://r.example/{id}</dc:identifier></dc></metadata></record>"
        for id in ids
    )
    end = "" if token is None else f"<resumptionToken>{token}</resumptionToken>"
    return f"{HEAD}<ListRecords>{records}{end}</ListRecords></OAI-PMH>"


def failed(code: str, words: str = "w") -> str:
    return f'{HEAD}<error code="{code}">{words}</error></OAI-PMH>'


class Repository:
    """A made-up repository on the test web server."""

    def __init__(self, web: Web) -> None:
        self.web, self.url = web, web.base + "/oai"
        self.put(IDENTIFY, verb="Identify")
        self.put(FORMATS, verb="ListMetadataFormats")

    def put(self, body: str | bytes, status: int = 200, **arguments: str) -> None:
        named = {name.rstrip("_"): value for name, value in arguments.items()}
        self.web.put(f"/oai?{urlencode(named)}", body, status, Content_Type="text/xml")

    def first(self, body: str | bytes, **more: str) -> None:
        self.put(body, verb="ListRecords", metadataPrefix="oai_dc", **more)

    def next(self, token: str, body: str | bytes, status: int = 200) -> None:
        self.put(body, status, verb="ListRecords", resumptionToken=token)


@pytest.fixture
def repository(web: Web) -> Repository:
    return Repository(web)


@pytest.fixture
def nm(tmp_path: Path, repository: Repository) -> Iterator[Netmeta]:
    with Netmeta.open(tmp_path / "nm.db") as opened:
        opened.add_source(repository.url, name="r")
        yield opened


def run(nm: Netmeta) -> Any:
    return nm.harvest(["r"]).results[0]


def identities(nm: Netmeta) -> list[str]:
    return [
        e
        for (e,) in nm.catalogue.conn.execute(
            "SELECT external_id FROM records WHERE gone_at IS NULL ORDER BY 1"
        )
    ]


def test_the_next_harvest_asks_from_the_last_in_days(nm: Netmeta, repository: Repository) -> None:
    repository.first(listed("1", "2", token="t"))
    repository.next("t", listed("3", token=""))
    assert run(nm).status == "ok"
    assert identities(nm) == ["1", "2", "3"]
    repository.first(failed("noRecordsMatch"), from_="2025-12-31")
    second = run(nm)
    assert second.status == "ok"
    assert second.counts["not_modified"] == 1


def test_a_list_goes_on_where_it_was_cut_off(nm: Netmeta, repository: Repository) -> None:
    repository.first(listed("1", token="t"))
    repository.next("t", "gone away", status=500)
    first = run(nm)
    assert first.status == "degraded"
    assert "HTTP 500" in first.reason
    repository.first(listed("never asked for"))
    repository.next("t", listed("2", token=""))
    assert run(nm).status == "ok"
    assert identities(nm) == ["1", "2"]
    repository.first(failed("noRecordsMatch"), from_="2025-12-31")
    assert run(nm).status == "ok"


def test_a_repository_that_forgets_its_tokens_is_asked_anew(
    nm: Netmeta, repository: Repository
) -> None:
    repository.first(listed("1", token="t"))
    repository.next("t", failed("badResumptionToken"))
    result = run(nm)
    assert result.status == "degraded"
    assert "token" in result.reason
    assert identities(nm) == ["1"]


def test_a_token_that_turns_in_circles_ends_the_list(nm: Netmeta, repository: Repository) -> None:
    repository.first(listed("1", token="t"))
    repository.next("t", listed("2", token="t"))
    result = run(nm)
    assert result.status == "degraded"
    assert "again and again" in result.reason


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("<html>Sorry", "no answer of an OAI-PMH repository"),
        (failed("badArgument", "We are ill today"), "We are ill today"),
        (failed("cannotDisseminateFormat"), "cannotDisseminateFormat"),
        (
            '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
            + listed("1").replace("Урок", "&e;"),
            None,
        ),
    ],
)
def test_broken_answers_are_told_in_their_own_words(
    nm: Netmeta, repository: Repository, answer: str, words: str | None
) -> None:
    repository.first(answer)
    result = run(nm)
    if words is not None:
        assert result.status in ("failed", "degraded")
        assert words in result.reason
    assert "root:" not in "\n".join(nm.catalogue.conn.iterdump())


def test_xml_that_is_not_well_formed_is_read_as_far_as_it_goes(
    nm: Netmeta, repository: Repository
) -> None:
    repository.first(listed("1", "2", title="Урок \x0b"))
    result = run(nm)
    assert result.status == "degraded"
    assert "well-formed" in result.reason
    assert identities(nm) == ["1", "2"]


def test_records_that_cannot_be_read_are_kept_aside(nm: Netmeta, repository: Repository) -> None:
    repository.first(listed("1").replace("<dc:title>Урок 1</dc:title>", "").replace("</ListRecords>", "") .removesuffix("</OAI-PMH>")
                     + listed("2")[listed("2").index("<record>"):])  # fmt: skip
    result = run(nm)
    assert result.status == "degraded"
    assert identities(nm) == ["2"]
    (kept,) = nm.catalogue.rejects()
    assert kept["place"] == "1"
    assert "title" in kept["reason"]


KILLED = """
import sys
from netmeta.facade import Netmeta
import netmeta.services.arrivals as arrivals, os
take, pages = arrivals.Arrivals.take, []
def counted(self, *words):
    take(self, *words)
    pages.append(1)
    if len(pages) == 2:
        os.kill(os.getpid(), 9)
arrivals.Arrivals.take = counted
with Netmeta.open(sys.argv[1]) as nm:
    nm.harvest(["r"])
"""


def test_a_killed_harvest_goes_on(nm: Netmeta, repository: Repository, tmp_path: Path) -> None:
    repository.first(listed("1", token="t1"))
    repository.next("t1", listed("2", token="t2"))
    repository.next("t2", listed("3", token=""))
    nm.close()
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "nm.db")],
        check=False,
        capture_output=True,
        timeout=60,
    )
    assert ran.returncode == -9
    asked = len(repository.web.paths())
    with Netmeta.open(tmp_path / "nm.db") as again:
        assert identities(again) == ["1", "2"]
        assert run(again).status == "ok"
        assert identities(again) == ["1", "2", "3"]
    lists = [path for path in repository.web.paths()[asked:] if "ListRecords" in path]
    assert lists == ["/oai?verb=ListRecords&resumptionToken=t2"]


# --- recognising one ----------------------------------------------------------------------------


def bodies(urls: Sequence[str]) -> dict[str, bytes]:
    return {url: page.body for url in urls if (page := Page(url)).status == 200}


def test_another_catalogue_is_recognised_by_its_address_alone(
    pair: tuple[Instance, Instance],
) -> None:
    a, b = pair
    for address in (a.url.removesuffix("oai"), a.url, a.url.removesuffix("oai") + "search"):
        found = repository_at(address, bodies)
        assert found is not None
        assert (found.kind, found.spider, found.url) == ("oai", "oai", a.url)
    b.nm.catalogue.add_source(found)
    a.nm.import_items(LINES)
    assert harvest(b, found.name).counts["new"] == 30


def test_a_site_that_is_no_repository_is_not_taken_for_one(web: Web) -> None:
    web.put("/oai?verb=Identify", "<html>Здесь ничего нет")
    assert repository_at(web.base + "/", bodies) is None


@pytest.mark.parametrize(
    ("url", "there"),
    [("https://x.example/oai", True), ("https://x.example/oai/request", True), ("https://x.example/oai2.php", True),
     ("https://x.example/?verb=Identify", True), ("https://x.example/", False), ("https://oai.example/rss", False)],
)  # fmt: skip
def test_addresses_of_endpoints(url: str, there: bool) -> None:
    assert looks_like_endpoint(url) is there
