"""Export and import: what comes back is what went out, and what is damaged is not taken."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import icalendar
import listparser
import pytest
import rdflib
from lxml import etree

from netmeta.catalogue import Catalogue, exporting
from netmeta.catalogue.arrivals import withdraw
from netmeta.catalogue.removal import take_away
from netmeta.errors import InputError, UsageError
from netmeta.exchange import package
from netmeta.exchange.records import EXCHANGED
from netmeta.facade import Netmeta
from netmeta.model import Item
from netmeta.services.curation import edit, forget_address, reread
from netmeta.services.exporting import FORMATS, export_package, exported
from netmeta.services.packages import import_package
from tests.conftest import Ran, item

Cli = Callable[..., Ran]

LINES = [
    item(1, title="Обыкновенные дроби, 5 класс", authors=("Иванова Мария Ивановна, учитель",), subject=("математика",),
         grade=("5",), type=("конспект урока",), published="вчера", licence="CC BY", tags=("дроби",)),
    item(2, title="Конкурс «Мой урок»", kind="event", type=("конкурс",), place="Москва",
         dates={"Приём работ": "до 31 марта 2027", "Итоги": "15 апреля 2027"}),
    item(3, title="=cmd|'/c calc'!A1", body="-2+3 Текст «&<>» 😀"),
    *(item(n, title=f"Урок физики № {n}", subject=("физика", "квантование"), source="other") for n in range(4, 20)),
]  # fmt: skip


@pytest.fixture
def nm(tmp_path: Path) -> Netmeta:
    opened = Netmeta.open(tmp_path / "a.db")
    opened.add_source("https://other.example/rss", name="other", title="Другой портал")
    opened.import_items(LINES)
    edit(opened.catalogue, 19, hidden=True, author="test")
    return opened


def contents(catalogue: Catalogue) -> dict[tuple[str, str], Any]:
    """Everything that a package carries, by identity."""
    out = {}
    for page in exporting.pages(catalogue.conn):
        words = exporting.words(catalogue.conn, [r["id"] for r in page])
        for record in page:
            said = {
                name: record[name]
                for name in (*EXCHANGED, "content_hash", "first_seen", "deadline")
            }
            out[record["source"], record["external_id"]] = (said, words[record["id"]])
    return out


@pytest.mark.parametrize("name", ["folder", "package.zip"])
def test_a_package_gives_the_same_catalogue_back(nm: Netmeta, tmp_path: Path, name: str) -> None:
    with nm.catalogue.transaction() as conn:  # seen long ago: those days must come back
        conn.execute("UPDATE records SET first_seen = '2020-05-05T05:05:05Z'")
        conn.execute("UPDATE record_texts SET raw_at = '2020-05-05T05:05:05Z'")
    reread(nm.catalogue)
    export_package(nm.catalogue, tmp_path / name)
    with Netmeta.open(tmp_path / "b.db") as other:
        report = import_package(other.catalogue, tmp_path / name, strict=True)
        assert report.counts == {"new": 18}
        assert contents(other.catalogue) == contents(nm.catalogue)
        assert [s.source for s in other.catalogue.sources()] == [
            s.source for s in nm.catalogue.sources()
        ]
        assert contents(other.catalogue)["school", "n1"][0]["published"] == "2020-05-04"
        assert reread(other.catalogue).changed == 0
        assert import_package(other.catalogue, tmp_path / name).counts == {"unchanged": 18}
        export_package(other.catalogue, tmp_path / "again")
    first = package_lines(tmp_path / name)
    assert package_lines(tmp_path / "again") == first
    assert len(first) == 18


def package_lines(path: Path) -> list[bytes]:
    with package.opened(path) as opened:
        return [line for _, line in opened.lines(package.RECORDS)]


@pytest.mark.parametrize(("here", "after"), [("2026", "2020"), ("2019", "2019")])
def test_the_earlier_dates_of_a_known_record_hold(
    nm: Netmeta, tmp_path: Path, here: str, after: str
) -> None:
    def know_since(catalogue: Catalogue, year: str) -> None:
        with catalogue.transaction() as conn:
            conn.execute("UPDATE records SET first_seen = ? || '-05-05T05:05:05Z'", (year,))
            conn.execute("UPDATE record_texts SET raw_at = ? || '-05-05T05:05:05Z'", (year,))

    know_since(nm.catalogue, "2020")
    export_package(nm.catalogue, tmp_path / "p")
    with Netmeta.open(tmp_path / "b.db") as other:
        import_package(other.catalogue, tmp_path / "p")
        know_since(other.catalogue, here)
        assert import_package(other.catalogue, tmp_path / "p").counts == {"unchanged": 18}
        sql = "SELECT DISTINCT substr(first_seen, 1, 4), substr(raw_at, 1, 4) FROM records JOIN record_texts ON record_id = id"
        assert other.catalogue.conn.execute(sql).fetchall() == [(after, after)]


def test_a_text_is_in_the_package_once(nm: Netmeta, tmp_path: Path) -> None:
    nm.import_items([Item(source="s", url="https://s.example/1", title="Урок", body=" Дроби. ")])
    export_package(nm.catalogue, tmp_path / "p")
    with gzip.open(tmp_path / "p" / package.RECORDS, "rt", encoding="utf-8") as file:
        (line,) = (json.loads(line) for line in file if "Дроби." in line)
    assert line["record"]["body"] == "Дроби."
    assert "body" not in line["words"]["raw"]
    with Netmeta.open(tmp_path / "b.db") as other:
        import_package(other.catalogue, tmp_path / "p", strict=True)
        raw = next(said["raw"] for r, (_, said) in contents(other.catalogue).items() if r[0] == "s")
        assert raw["body"] == "Дроби."


def test_the_package_keeps_to_the_specification(nm: Netmeta, tmp_path: Path) -> None:
    with nm.catalogue.transaction() as conn:  # normalising would have cleaned it
        conn.execute("UPDATE records SET title = ? WHERE id = 3", ("=cmd|'/c calc'!A1",))
    export_package(nm.catalogue, tmp_path / "p")
    said = json.loads((tmp_path / "p" / "datapackage.json").read_text("utf-8"))
    assert {"name", "resources", "created", "profile"} <= set(said)
    for one in said["resources"]:
        raw = (tmp_path / "p" / one["path"]).read_bytes()
        assert one["bytes"] == len(raw)
        assert one["hash"] == "sha256:" + hashlib.sha256(raw).hexdigest()
        assert one["name"] == one["name"].lower()
    table = next(one for one in said["resources"] if one["format"] == "csv")
    text = gzip.decompress((tmp_path / "p" / table["path"]).read_bytes()).decode("utf-8")
    found = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [field["name"] for field in table["schema"]["fields"]] == list(found[0])
    assert len(found) == 18
    assert not [
        cell for row in found for cell in row.values() if cell.startswith(("=", "+", "-", "@"))
    ]
    assert "'=cmd|'/c calc'!A1" in {row["title"] for row in found}


def test_equal_catalogues_are_equal_packages(nm: Netmeta, tmp_path: Path) -> None:
    at = nm.catalogue.now()
    nm.catalogue._now = lambda: at
    for name in ("1.zip", "2.zip"):
        export_package(nm.catalogue, tmp_path / name)
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    with pytest.raises(UsageError):
        export_package(nm.catalogue, tmp_path / "1.zip")


def changed(folder: Path, path: str, change: Callable[[bytes], bytes], *, mend: bool) -> None:
    """Change a file of a package; with `mend`, its check sum too."""
    place = folder / path
    raw = change(
        gzip.decompress(place.read_bytes()) if path.endswith(".gz") else place.read_bytes()
    )
    place.write_bytes(gzip.compress(raw) if path.endswith(".gz") else raw)
    if mend:
        descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
        for one in descriptor["resources"]:
            if one["path"] == path:
                raw = place.read_bytes()
                one |= {"bytes": len(raw), "hash": "sha256:" + hashlib.sha256(raw).hexdigest()}
        (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")


def spoil_sum(folder: Path) -> None:
    changed(folder, package.RECORDS, lambda raw: raw + b"\n", mend=False)


def spoil_missing(folder: Path) -> None:
    (folder / package.SOURCES).unlink()


def spoil_version(folder: Path) -> None:
    changed(
        folder,
        "datapackage.json",
        lambda raw: raw.replace(b'"format": 1', b'"format": 2'),
        mend=False,
    )


def spoil_descriptor(folder: Path) -> None:
    (folder / "datapackage.json").write_text("{", "utf-8")


def spoil_path(folder: Path) -> None:
    changed(
        folder,
        "datapackage.json",
        lambda raw: raw.replace(b"data/sources.jsonl", b"../sources.jsonl"),
        mend=False,
    )


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (spoil_sum, "check sum"), (spoil_missing, "missing"), (spoil_version, "newer"),
        (spoil_descriptor, "datapackage.json"), (spoil_path, "missing"),
    ],
)  # fmt: skip
def test_what_is_damaged_is_refused_whole(
    nm: Netmeta, tmp_path: Path, spoil: Callable[[Path], None], words: str, strict: bool
) -> None:
    export_package(nm.catalogue, tmp_path / "p")
    spoil(tmp_path / "p")
    with Catalogue(tmp_path / "b.db") as other, pytest.raises(InputError, match=words):
        import_package(other, tmp_path / "p", strict=strict)
    with Catalogue(tmp_path / "b.db") as other:
        assert not contents(other)


BAD = {
    "not JSON": lambda line: b"{",
    "grades": lambda line: line.replace(b'"grades":[5]', b'"grades":[55]'),
    "title": lambda line: json.dumps({**json.loads(line), "record": {"kind": "news"}}).encode(),
    "kind": lambda line: line.replace(b'"kind":"material"', b'"kind":"x"', 1),
    "origin": lambda line: json.dumps({**json.loads(line), "origin": UNKNOWN_ORIGIN}).encode(),
    "utf-8": lambda line: line.replace(b'"title":"', b'"title":"\xed\xa0\xbd', 1),
}
UNKNOWN_ORIGIN = {"original": "oai:x:1", "portal": {}, "chain": [{"identifier": "oai:x:1"}]}


def test_the_log_of_a_long_import_is_folded_into_the_file_on_the_way(
    nm: Netmeta, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("FOLD_AFTER", 5), ("BATCH", 4), ("AT_ONCE", 2)):
        monkeypatch.setattr(f"netmeta.services.packages.{name}", value)
    export_package(nm.catalogue, tmp_path / "p")
    with Netmeta.open(tmp_path / "b.db") as other:
        file, sizes = other.catalogue.path, list[int]()
        import_package(
            other.catalogue, tmp_path / "p",
            progress=lambda done: sizes.append(file.stat().st_size),
        )  # fmt: skip
    assert len(sizes) > 2
    assert sizes[0] < sizes[-1]


def test_half_a_character_in_a_row_is_mended(nm: Netmeta, tmp_path: Path) -> None:
    export_package(nm.catalogue, tmp_path / "p")
    half = rb'"title":"\ud83d '
    changed(
        tmp_path / "p", package.RECORDS,
        lambda raw: raw.replace(b'"title":"', half, 1), mend=True,
    )  # fmt: skip
    with Netmeta.open(tmp_path / "b.db") as other:
        assert import_package(other.catalogue, tmp_path / "p").counts == {"new": 18}
        titles = [said["title"] for said, _ in contents(other.catalogue).values()]
    assert [title[:2] for title in titles if "\ufffd" in title] == ["\ufffd "]


@pytest.mark.parametrize("why", list(BAD))
def test_a_bad_row_is_told_or_refuses_all(cli: Cli, nm: Netmeta, tmp_path: Path, why: str) -> None:
    export_package(nm.catalogue, tmp_path / "p")
    spoil = BAD[why]
    changed(
        tmp_path / "p", package.RECORDS,
        lambda raw: b"".join(spoil(line.rstrip(b"\n")) + b"\n" if n == 0 else line
                             for n, line in enumerate(raw.splitlines(keepends=True))),
        mend=True,
    )  # fmt: skip
    db = tmp_path / "b.db"
    refused = cli("import", str(tmp_path / "p"), "--strict", db=db)
    assert refused.code == 1
    assert "records.jsonl.gz:1" in refused.err
    assert why in refused.err
    with Catalogue(db) as other:
        assert not contents(other)
    taken = cli("--json", "import", str(tmp_path / "p"), db=db)
    assert taken.code == 3
    report = json.loads(taken.out)
    assert report["counts"] == {"new": 17}
    assert report["rejected"][0][0] == "p:1"
    with Catalogue(db) as other:
        assert len(contents(other)) == 17
        assert other.rejects()[0]["place"] == "p:1"


@pytest.mark.parametrize("name", ["nothing.zip", "broken.zip", "empty"])
def test_what_is_no_package_is_told(cli: Cli, tmp_path: Path, name: str) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no zip")
    (tmp_path / "empty").mkdir()
    assert cli("import", str(tmp_path / name)).code == 1


def test_a_package_tells_what_is_gone(nm: Netmeta, tmp_path: Path) -> None:
    """Gone, hidden and forgotten records leave a catalogue that imports again; restored ones return."""
    export_package(nm.catalogue, tmp_path / "1")
    withdraw(nm.catalogue, nm.catalogue.source_id("school"), ["n1"], run_id=None)
    edit(nm.catalogue, 2, hidden=True, author="test")
    forget_address(nm.catalogue, "https://school.example/3")
    export_package(nm.catalogue, tmp_path / "2")
    edit(nm.catalogue, 2, hidden=False, author="test")
    export_package(nm.catalogue, tmp_path / "3")
    with package.opened(tmp_path / "2") as opened:
        text = b"".join(line for _, line in opened.lines(package.DELETED)).decode()
    assert text.count("\n") == 4  # the three, and the one that was hidden from the beginning
    assert "calc" not in text
    with Netmeta.open(tmp_path / "b.db") as other:
        import_package(other.catalogue, tmp_path / "1")
        counts = import_package(other.catalogue, tmp_path / "2", strict=True).counts
        assert counts == {"unchanged": 15, "gone": 3}
        assert contents(other.catalogue) == contents_of(nm, without=2)
        assert import_package(other.catalogue, tmp_path / "2").counts == {"unchanged": 15}
        assert import_package(other.catalogue, tmp_path / "3").counts["restored"] == 1
        assert contents(other.catalogue) == contents(nm.catalogue)


def contents_of(nm: Netmeta, *, without: int) -> dict[tuple[str, str], Any]:
    name = nm.record(without)["external_id"]
    return {key: value for key, value in contents(nm.catalogue).items() if key[1] != name}


def test_what_a_portal_still_shows_is_not_gone(nm: Netmeta, tmp_path: Path) -> None:
    withdraw(nm.catalogue, nm.catalogue.source_id("school"), ["n1"], run_id=None)
    export_package(nm.catalogue, tmp_path / "p")
    later = nm.catalogue.now() + dt.timedelta(days=3)
    with Catalogue(tmp_path / "b.db", now=lambda: later) as other:
        Netmeta(other, nm.config).import_items(LINES[:1])  # seen there at first hand, and later
        import_package(other, tmp_path / "p")
        assert ("school", "n1") in contents(other)


def test_a_source_taken_away_whole_is_followed(nm: Netmeta, tmp_path: Path) -> None:
    export_package(nm.catalogue, tmp_path / "1")
    take_away(nm.catalogue, nm.catalogue.source_id("other"))
    export_package(nm.catalogue, tmp_path / "2")
    with Netmeta.open(tmp_path / "b.db") as other:
        import_package(other.catalogue, tmp_path / "1")
        assert import_package(other.catalogue, tmp_path / "2").counts["gone"] == 15
        assert {source for source, _ in contents(other.catalogue)} == {"school"}
        assert {status.source.name for status in other.catalogue.sources()} == {"school", "other"}


def test_a_bad_deletion_is_told_or_refuses_all(nm: Netmeta, tmp_path: Path) -> None:
    export_package(nm.catalogue, tmp_path / "p")
    changed(tmp_path / "p", package.DELETED, lambda raw: b'{"source": 1}\n' + raw, mend=True)
    with Catalogue(tmp_path / "b.db") as other:
        with pytest.raises(InputError, match="deleted"):
            import_package(other, tmp_path / "p", strict=True)
        assert not contents(other)
        report = import_package(other, tmp_path / "p")
        assert report.counts == {"new": 18}
        assert len(report.rejected) == 1


VALIDATE = """
import json, sys
import frictionless
place, schema = sys.argv[1:3]
if schema:
    report = frictionless.validate(json.load(sys.stdin), schema=frictionless.Schema.from_descriptor(json.loads(schema)))
else:
    report = frictionless.validate(place)
tasks = {task.name: [task.type, task.stats.get("rows")] for task in report.tasks}
print(json.dumps([report.valid, tasks, report.flatten(["type", "rowNumber", "fieldName", "note"])]))
"""
"""In a process of its own: frictionless leaves files open, which would be errors here."""


def frictionless(place: Path, rows: list[Any] | None = None, schema: Any = None) -> Any:
    """(valid, {resource: [type, rows]}, errors) of a package, or of rows with a schema."""
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", VALIDATE, str(place), json.dumps(schema) if schema else ""],
        input=json.dumps(rows), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(ran.stdout)


@pytest.mark.parametrize("name", ["p", "p.zip"])
def test_frictionless_finds_the_package_valid(nm: Netmeta, tmp_path: Path, name: str) -> None:
    withdraw(nm.catalogue, nm.catalogue.source_id("school"), ["n1"], run_id=None)
    edit(nm.catalogue, 2, values={"title": "Исправлено"}, author="A")
    export_package(nm.catalogue, tmp_path / name, share_overrides=True)
    place = tmp_path / name / "datapackage.json" if name == "p" else tmp_path / name
    valid, tasks, errors = frictionless(place)
    assert valid, errors
    assert tasks["records-csv"] == ["table", 17]
    assert len(tasks) == 4


def test_frictionless_finds_each_line_valid(nm: Netmeta, tmp_path: Path) -> None:
    """Reading tables from JSON Lines needs parts of frictionless that are not here, so that the
    lines are handed to it as they are."""
    withdraw(nm.catalogue, nm.catalogue.source_id("school"), ["n1"], run_id=None)
    edit(nm.catalogue, 2, values={"title": "Исправлено"}, author="A")
    export_package(nm.catalogue, tmp_path / "p", share_overrides=True)
    with package.opened(tmp_path / "p") as opened:
        for one in opened.descriptor["resources"]:
            if one["format"] == "jsonl":
                rows = [json.loads(line) for _, line in opened.lines(one["path"])]
                valid, tasks, errors = frictionless(tmp_path, rows, one["schema"])
                assert valid, errors
                assert [n for _, n in tasks.values()] == [len(rows)]
                assert len(rows) > 1


def test_frictionless_sees_a_changed_file(nm: Netmeta, tmp_path: Path) -> None:
    export_package(nm.catalogue, tmp_path / "p")
    changed(tmp_path / "p", package.RECORDS, lambda raw: raw + b"\n", mend=False)
    assert not frictionless(tmp_path / "p" / "datapackage.json")[0]


# --- other forms --------------------------------------------------------------------------------


def whole(nm: Netmeta, form: str) -> bytes:
    return b"".join(exported(nm.catalogue, nm.config, form))


def test_jsonl_can_be_imported(nm: Netmeta, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(whole(nm, "jsonl"))
    with Netmeta.open(tmp_path / "b.db") as other:
        from netmeta.services.importing import import_file

        assert import_file(other.catalogue, tmp_path / "x.jsonl").counts == {"new": 18}


def test_dublin_core_is_one_document(nm: Netmeta) -> None:
    root = etree.fromstring(whole(nm, "oai-dc"))
    assert len(root.findall(".//{*}metadata")) == 18
    assert len(root.findall(".//{*}record")) == 19


def test_the_rest_is_read_by_others(nm: Netmeta) -> None:
    found = icalendar.Calendar.from_ical(whole(nm, "ics"))
    assert len(found.walk("VEVENT")) == 2
    assert [f.title for f in listparser.parse(whole(nm, "opml").decode()).feeds] == [
        "Другой портал"
    ]
    graph = json.loads(whole(nm, "jsonld"))
    assert len(graph["@graph"]) == 18
    assert len(list(csv.reader(io.StringIO(whole(nm, "csv").decode(), newline="")))) == 19
    assert len(rdflib.Graph().parse(data=whole(nm, "skos").decode(), format="turtle")) > 1000


def test_what_a_format_cannot_hold_is_counted(cli: Cli, nm: Netmeta, tmp_path: Path) -> None:
    with nm.catalogue.transaction() as conn:  # normalising would have cleaned it
        conn.execute("UPDATE records SET title = 'Конкурс \x0b\x1f\ufffe' WHERE id = 2")
    found = {}
    for form in FORMATS:
        place = tmp_path / f"{form}.zip"
        ran = cli("--json", "export", "--format", form, "--out", str(place), db=nm.config.db)
        assert ran.code == 0, ran.err
        said = json.loads(ran.out)
        assert (said["path"], said["format"]) == (str(place), form)
        found[form] = said["dropped"]
        assert ("left out" in ran.err) is bool(said["dropped"])
    # JSON can hold everything; a calendar may hold U+FFFE no more than XML; a table may.
    assert found == {
        "jsonl": 0, "csv": 2, "datapackage": 2, "oai-dc": 3, "ics": 6, "opml": 0, "jsonld": 0,
        "amb": 0, "skos": 0,
    }  # fmt: skip


def test_the_command_writes_every_form(cli: Cli, nm: Netmeta, tmp_path: Path) -> None:
    for form in FORMATS:
        place = tmp_path / f"out.{form}.zip"
        ran = cli("export", "--format", form, "--out", str(place), db=nm.config.db)
        assert ran.code == 0, ran.err
        assert place.stat().st_size > 100
    assert zipfile.is_zipfile(tmp_path / "out.datapackage.zip")
    assert cli("export", "--format", "datapackage", db=nm.config.db).code == 2
    assert cli("export", "--format", "pdf", db=nm.config.db).code == 2
    assert "opml" in cli("export", "--format", "opml", db=nm.config.db).out
    assert not list(tmp_path.glob("*.part"))
