"""Curators' acts beside a harvest: no lock to wait for, no page lost, search follows at once."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path
from typing import Any

import pytest

from netmeta.catalogue import RecordWriter, curation, harvest_lock
from netmeta.errors import UnknownConceptError, UsageError
from netmeta.facade import Netmeta
from netmeta.harvest.job import HarvestJob
from netmeta.services import reindex
from netmeta.services.curation import edit, portal_values
from netmeta.services.fitting import fitted
from netmeta.services.harvest import harvest
from netmeta.services.reindex import index_records
from netmeta.services.vocab import teach
from tests.conftest import Web, item, record


@pytest.fixture
def nm(tmp_path: Path) -> Netmeta:
    found = Netmeta.open(tmp_path / "netmeta.db")
    found.import_items([item(n) for n in (1, 2, 3)])
    found.reindex()
    return found


def titles(nm: Netmeta, words: str) -> list[str]:
    return [hit.title for hit in nm.search(words, exact=True).hits]


def test_a_record_is_edited_while_a_harvest_holds_the_catalogue(nm: Netmeta) -> None:
    with harvest_lock(nm.catalogue.path, task="netmeta harvest"):
        edit(nm.catalogue, 1, values={"title": "Синхрофазотрон"}, author="мария")
        index_records(nm.catalogue, nm.config, [1])
        assert titles(nm, "синхрофазотрон") == ["Синхрофазотрон"]


def test_search_follows_though_much_of_a_harvest_waits(
    nm: Netmeta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindex, "FEW", 5)
    nm.import_items([item(n) for n in range(10, 30)])
    edit(nm.catalogue, 2, values={"title": "Синхрофазотрон"}, author="мария")
    edit(nm.catalogue, 3, hidden=True, author="мария")
    before = reindex.index_status(nm.catalogue, nm.config)
    index_records(nm.catalogue, nm.config, [2, 3])
    after = reindex.index_status(nm.catalogue, nm.config)
    assert titles(nm, "синхрофазотрон") == ["Синхрофазотрон"]
    assert (after.seq, after.documents) == (before.seq, 2)  # what waits goes on waiting
    nm.reindex()
    assert nm.search("").total == 22
    assert reindex.verify_index(nm.catalogue, nm.config)["ok"]


def test_a_harvest_waits_for_a_curator_who_has_the_index(nm: Netmeta) -> None:
    nm.import_items([item(9, title="Новое")])
    with reindex.opened_engine(nm.config) as engine:
        held: Any = engine
        writing = held._generations.writing()
        writing.__enter__()
        timer = threading.Timer(0.3, lambda: writing.__exit__(None, None, None))
        timer.start()
        nm.reindex()
        timer.join()
    assert titles(nm, "новое") == ["Новое"]


def test_what_a_harvest_wrote_meanwhile_is_not_lost(
    nm: Netmeta, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edit reads the portal's words anew; a harvest cannot write them between that and the end."""
    other = Netmeta.open(nm.catalogue.path)
    done = threading.Event()

    def harvest() -> None:
        with RecordWriter(other.catalogue) as writer:
            writer.add(record(1, body="Портал дописал текст."), source_id=1, run_id=None)
        done.set()

    real, thread = curation.set_override, threading.Thread(target=harvest)

    def slow(*given: Any, **named: Any) -> None:
        real(*given, **named)
        thread.start()
        assert not done.wait(0.2)  # it has to wait for the whole edit

    monkeypatch.setattr(curation, "set_override", slow)
    edit(nm.catalogue, 1, values={"title": "Правка"}, author="мария")
    thread.join()
    found = nm.record(1)
    assert (found.title, found.body) == ("Правка", "Портал дописал текст.")
    other.close()


def test_an_edit_is_kept_whole_or_not_at_all(nm: Netmeta) -> None:
    with pytest.raises(UsageError):
        edit(nm.catalogue, 1, values={"title": "Правка"}, back=["place"], author="мария")
    assert curation.overrides(nm.catalogue, 1) == []
    assert nm.record(1).title == "Урок математики № 1"


def test_the_kind_of_a_record_can_be_put_right(nm: Netmeta) -> None:
    stage = {"kind": "held", "start": "2030-01-01", "end": "2030-01-02", "label": "", "text": ""}
    edit(
        nm.catalogue, 1, values={"kind": "event", "type": "contest", "stages": [stage]}, author="м"
    )
    found = nm.record(1)
    assert (found.kind, found.type, found.deadline) == ("event", "contest", "2030-01-02")
    assert portal_values(nm.catalogue, 1)["kind"] == "material"
    nm.import_items([item(1, body="Портал дописал текст.")])
    assert nm.record(1).kind == "event"


def test_a_word_taught_during_a_harvest_is_known_to_the_next_source(nm: Netmeta, web: Web) -> None:
    feed = (
        '<rss version="2.0"><channel><title>Ш</title><item><guid>g{0}</guid><title>Работа {0}</title>'
        "<link>https://{0}.example/1</link><category>кейс-турнирчик</category></item></channel></rss>"
    )
    for name in ("a", "b"):
        nm.add_source(web.put(f"/{name}", feed.format(name)), name=name)
    other = Netmeta.open(nm.catalogue.path)

    def curator(job: HarvestJob) -> None:
        if job.source.name == "a" and not other.catalogue.local_mappings():
            teach(other.catalogue, "category", "кейс-турнирчик", "test", author="мария")

    config = dataclasses.replace(nm.config, concurrency=1)
    harvest(nm.catalogue, config, ["a", "b"], progress=curator)
    found = {nm.record(id).source: nm.record(id).type for id in (4, 5)}
    assert found["b"] == "test"
    other.close()


@pytest.mark.parametrize(
    ("field", "value"),
    [("subjects", ["alchemy"]), ("subjects", ["contest"]), ("type", "geometry"), ("licence", "mine"),
     ("kind", "book"), ("certificate", "gold"), ("published", "вчера"), ("published_at", "2026-01-01"),
     ("url", "javascript:alert(1)"), ("title", "х" * 1001), ("stages", [{"kind": "feast"}]),
     ("stages", [{"kind": "held", "start": "2030-02-02", "end": "2030-02-01"}]),
     ("stages", [{"kind": "held", "start": "зимой"}])],
)  # fmt: skip
def test_values_that_would_break_the_catalogue_are_refused(
    nm: Netmeta, field: str, value: object
) -> None:
    with pytest.raises((UsageError, UnknownConceptError)):
        fitted(field, value)
    with pytest.raises(UsageError):
        edit(nm.catalogue, 1, values={field: value}, author="м")
    assert curation.overrides(nm.catalogue, 1) == []
