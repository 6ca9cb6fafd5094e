"""JSON-LD of records by JSON Schemas written after the profiles' documentation: AMB and LRMI."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from netmeta.catalogue import exporting
from netmeta.config import load
from netmeta.exchange.amb import KINDS, record_amb
from netmeta.exchange.jsonld import record_jsonld
from netmeta.facade import Netmeta
from netmeta.model import ItemAttachment
from netmeta.replicas import serve
from netmeta.services.exporting import exported
from netmeta.web.server import datasette
from tests.conftest import item
from tests.test_exchange_hostile import SETTING, records


def schema(name: str) -> Draft202012Validator:
    raw = json.loads(Path(__file__).with_name(f"{name}.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(raw)
    return Draft202012Validator(raw)


AMB, SCHEMA_ORG = schema("amb"), schema("schema_org")


def check(record: dict[str, Any]) -> None:
    """Both forms of a record; AMB as far as it is a learning resource."""
    said = record_jsonld(record, page="https://x.example/record/7")
    error = best_match(SCHEMA_ORG.iter_errors(said))
    assert error is None, (error.json_path, error.message)
    if record["kind"] in KINDS:
        said = record_amb(record, SETTING, page="https://x.example/record/7")
        error = best_match(AMB.iter_errors(said))
        assert error is None, (error.json_path, error.message)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(records())
def test_whatever_a_record_holds_it_keeps_to_the_profiles(record: dict[str, Any]) -> None:
    check(record)


@pytest.fixture(scope="module")
def replica_records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, Any]]]:
    """Materials, events and courses of two portals, through the whole road."""
    names = ("metodisty", "digital-1sept")
    with (
        serve(names) as replicas,
        Netmeta.open(tmp_path_factory.mktemp("ld") / "a.db") as nm,
    ):
        for name in names:
            nm.add_source(replicas.url(name), name=name, spider=name)
        nm.harvest()
        yield [record for page in exporting.pages(nm.catalogue.conn) for record in page]


def test_what_portals_show_keeps_to_the_profiles(replica_records: list[dict[str, Any]]) -> None:
    assert {record["kind"] for record in replica_records} >= {"material", "event", "course"}
    for record in replica_records:
        check(record)


LESSON = item(
    1, title="Теорема Пифагора", subject=("геометрия", "черчение"), grade=("8",), type=("презентация",),
    licence="CC BY-SA", authors=("Иванова М. И., учитель МБОУ СОШ № 5",), tags=("теорема",), published="24.01.2012",
    attachments=(ItemAttachment(url="https://school.example/план.pptx", name="План", size="1 КБ"),),
)  # fmt: skip


@pytest.fixture
def nm(tmp_path: Path) -> Iterator[Netmeta]:
    with Netmeta.open(tmp_path / "a.db") as opened:
        contest = item(2, kind="event", title="Конкурс", dates={"Приём работ": "до 31 марта 2027"})
        opened.import_items([LESSON, contest])
        yield opened


def test_a_lesson_in_the_words_of_amb(nm: Netmeta) -> None:
    app = datasette(load({"db": nm.config.db}, environment={}))
    answer = asyncio.run(app.client.get("/record/1.amb.jsonld"))
    said = json.loads(answer.content)
    assert answer.headers["content-type"] == "application/ld+json; charset=utf-8"
    AMB.validate(said)
    assert said["id"] == "https://school.example/1"
    assert said["type"] == ["LearningResource", "PresentationDigitalDocument"]
    assert said["about"][0]["id"] == "http://w3id.org/kim/schulfaecher/s1017"
    assert said["about"][1]["prefLabel"] == {"ru": "геометрия", "en": "geometry"}
    assert "черчение" in said["keywords"]  # no subject of theirs comes near
    assert said["learningResourceType"][0]["id"] == "https://w3id.org/kim/hcrt/slide"
    assert [one["id"][-7:] for one in said["educationalLevel"]] == ["level_2"]
    assert said["license"]["id"] == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert said["mainEntityOfPage"][0]["id"] == "http://localhost/record/1"
    assert said["encoding"][0]["contentUrl"].isascii()
    assert asyncio.run(app.client.get("/record/2.amb.jsonld")).status_code == 404
    for database in app.databases.values():
        database.close()


def test_the_dump_has_a_learning_resource_a_line(nm: Netmeta) -> None:
    lines = b"".join(exported(nm.catalogue, nm.config, "amb")).decode().splitlines()
    (said,) = (json.loads(line) for line in lines)
    AMB.validate(said)
    assert said["name"] == "Теорема Пифагора"


@pytest.mark.parametrize(
    ("field", "value"),
    [("type", ["Book"]), ("id", "школа"), ("inLanguage", "ru"), ("about", [{"id": "https://x.example/y"}]),
     ("license", {"id": "https://x.example/"}), ("name", None), ("colour", "red"), ("@context", "https://schema.org")],
)  # fmt: skip
def test_the_schema_can_say_no(nm: Netmeta, field: str, value: Any) -> None:
    said = record_amb(nm.catalogue.record(1), SETTING)
    assert AMB.is_valid(said)
    assert not AMB.is_valid({**said, field: value})
