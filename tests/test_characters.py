"""Halves of characters: mended wherever JSON, entities or another program bring them in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmeta.characters import read_json, whole
from netmeta.facade import Netmeta
from netmeta.harvest.feed_entries import parse_feed
from netmeta.model import Item, ItemAttachment
from netmeta.normalise.characters import with_whole_characters
from netmeta.reading import PageReader

HALF = "\ud83d"


@pytest.fixture
def nm(tmp_path: Path) -> Iterator[Netmeta]:
    with Netmeta.open(tmp_path / "netmeta.db") as opened:
        yield opened


@given(st.recursive(st.text(st.characters(exclude_categories=())), st.lists, max_leaves=5))
def test_nothing_but_halves_changes(value: object) -> None:
    mended = whole(value)
    text = json.dumps(mended, ensure_ascii=False)
    text.encode("utf-8")  # there is none left
    assert whole(mended) == mended
    if mended != value:
        with pytest.raises(UnicodeEncodeError):
            json.dumps(value, ensure_ascii=False).encode("utf-8")


def test_json_is_read_with_its_emoji_and_without_halves() -> None:
    assert read_json(r'{"a\ud83d": ["\ud83d\ude0a", 5, "\\ud83d"]}') == {
        "a\ufffd": ["😊", 5, r"\ud83d"]
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", f"Урок {HALF}"), ("authors", (f"Иванова {HALF}",)), ("dates", {HALF: "1 мая"}),
        ("external_id", HALF), ("image", f"https://s.example/{HALF}.png"), ("views", HALF),
        ("attachments", (ItemAttachment(url="/a.doc", name=HALF),)),
        ("unknown", {"deep": [{"note": HALF}]}), ("tags", (HALF, "\ude0a")),
    ],
)  # fmt: skip
def test_an_item_is_mended_in_every_field_and_stored(
    nm: Netmeta, field: str, value: object
) -> None:
    given = {"source": "s", "url": "https://s.example/1", "title": "Урок", field: value}
    item = Item(**given)  # type: ignore[arg-type]  # one field at a time, of its type
    mended = with_whole_characters(item)
    repr(mended.to_dict()).encode("utf-8")
    assert "\\ud83d" not in repr(mended)
    assert with_whole_characters(mended) is mended
    assert nm.import_items(
        [item, Item(source="s", url="https://s.example/2", title="Круг")]
    ).counts == {"new": 2}
    assert nm.import_items([item]).counts == {"unchanged": 1}


def test_a_json_feed_with_half_a_character_is_read() -> None:
    said = {
        "version": "https://jsonfeed.org/version/1.1", "title": HALF,
        "items": [{"id": HALF, "title": "Урок", "content_html": f"<p>Дроби {HALF}</p>"}],
    }  # fmt: skip
    (item,) = parse_feed(json.dumps(said).encode(), "https://s.example/f", source="s").items
    assert (item.external_id, item.body) == ("\ufffd", "Дроби \ufffd")


@pytest.mark.parametrize(
    "written", ["&#55357;&#56842;", "&#xD83D;&#xde0a;", "&amp;#55357;&amp;#56842;"]
)
def test_an_emoji_written_as_two_entities_is_one(written: str) -> None:
    feed = (
        f"<rss version='2.0'><channel><title>Ш</title><item><title>Круг {written} &#8212; &#55555</title>"
        "<link>https://s.example/1</link></item></channel></rss>"
    )
    (item,) = parse_feed(feed.encode(), "https://s.example/f", source="s").items
    assert item.title.startswith("Круг 😊 — ")


def test_what_a_page_tells_machines_has_no_halves() -> None:
    told = json.dumps({"@type": "Article", "headline": f"Дроби {HALF}"})
    page = PageReader().read(
        f"<html><head><script type='application/ld+json'>{told}</script></head><p>Текст</p></html>".encode(),
        "https://s.example/1",
    )
    assert page.title == "Дроби \ufffd"
