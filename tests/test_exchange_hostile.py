"""Whatever a record holds, every format is valid, and nothing but illegal characters is lost."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from typing import Any

import feedparser
import icalendar
import listparser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from netmeta import characters
from netmeta.catalogue.stored import FIELDS, stored
from netmeta.exchange import feeds, opml
from netmeta.exchange.calendar import calendar
from netmeta.exchange.feeds import Channel
from netmeta.exchange.jsonld import in_script, record_jsonld
from netmeta.exchange.markup import ILLEGAL, Escaper
from netmeta.exchange.oai import dublin_core, lom, lossless
from netmeta.exchange.oai.setting import Setting
from netmeta.exchange.records import EXCHANGED, passed_on, received
from netmeta.exchange.tables import rows
from netmeta.model import Source
from netmeta.vocabularies import load

SETTING = Setting(
    base_url="https://x.example/oai", site_url="https://x.example/", repository="c1.netmeta",
    title="Каталог <&>", email="a@x.example", vocabularies=load(),
)  # fmt: skip
CHANNEL = Channel(
    title="<&>",
    description="d",
    self_url="https://x.example/feed?a=1&b=2",
    home="https://x.example/",
    setting=SETTING,
)

NASTY = st.sampled_from(
    ["\x00", "\x0b", "\x1f", "\x7f", "\x85", "\ufffe", "\uffff", "\r\n", "\r", "]]>", "<![CDATA[", "&amp;", "&", "<", ">", '"',
     "'", "😀", "é", "\u202e", "\u2028", "--", "<!--", "<?", ";", ",", "\\", "\\n", ":", "=cmd", "Ж", " ", "\t", "\ud800",
     "BEGIN:VEVENT", "</script>"]
)  # fmt: skip
TEXT = st.one_of(
    st.lists(NASTY, min_size=1, max_size=12).map("".join),
    st.text(st.characters(), min_size=1, max_size=80),
    st.sampled_from(["я" * 10_000, "😀" * 3_000, "x " * 5_000]),
)
MAYBE = st.one_of(st.none(), TEXT)
DAYS = st.one_of(st.none(), st.dates().map(lambda day: day.isoformat()))
ADDRESSES = st.sampled_from(
    [
        "",
        "https://школа.рф/уроки/5?я=ё&б=<",
        "javascript:alert(1)",
        "https://x.example/a b",
        "http://[::1]/x",
        "http://x:y/",
    ]
)
SUBJECTS = st.lists(
    st.sampled_from(["mathematics", "algebra", "unknown-concept"]), max_size=2, unique=True
)


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """A stored record, every text as nasty as can be."""
    stages = [
        {"kind": draw(st.sampled_from(["registration", "submission", "held", "results", "other"])),
         "start": draw(DAYS), "end": draw(DAYS), "start_at": draw(st.sampled_from([None, "2027-01-31T07:05:00Z"])),
         "end_at": draw(st.sampled_from([None, "2027-01-31T06:05:00Z"])), "label": draw(MAYBE) or "", "text": draw(MAYBE) or ""}
        for _ in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    form: dict[str, Any] = dict.fromkeys(FIELDS)
    form |= {
        "id": 7, "source": "портал", "external_id": draw(TEXT), "kind": draw(st.sampled_from(["material", "event", "news", "course"])),
        "url": draw(ADDRESSES), "title": draw(TEXT), "summary": draw(MAYBE), "body": draw(MAYBE),
        "authors": [{"name": draw(TEXT), "role": draw(MAYBE), "organisation": draw(MAYBE)} for _ in range(draw(st.integers(0, 2)))],
        "organisation": draw(MAYBE), "language": draw(st.sampled_from([None, "ru"])), "published": draw(DAYS),
        "published_at": None, "subjects": draw(SUBJECTS), "grades": draw(st.lists(st.integers(0, 11), max_size=3, unique=True)),
        "levels": ["primary"], "type": draw(st.sampled_from([None, "test", "unknown-concept"])), "exams": [], "audiences": ["teachers"],
        "tags": draw(st.lists(TEXT, max_size=2)), "licence": draw(st.sampled_from([None, "cc-by", "all-rights-reserved", "free-to-use"])),
        "certificate": "unknown", "image": draw(ADDRESSES) or None,
        "attachments": [{"url": draw(ADDRESSES), "name": draw(TEXT), "size_bytes": 5, "media_type": draw(st.sampled_from([None, "text/plain"]))}],
        "stages": stages, "place": draw(MAYBE), "online": draw(st.sampled_from([None, True, False])), "organiser": draw(MAYBE),
        "nominations": [], "fee": draw(MAYBE), "status": draw(st.sampled_from([None, "cancelled", "moved"])), "content_hash": "x",
        "first_seen": "2026-01-01T00:00:00Z", "last_changed": "2026-01-02T00:00:00Z", "deadline": None,
    }  # fmt: skip
    return form


def clean(text: str) -> str:
    return ILLEGAL.sub("", text)


def flat(text: str) -> str:
    return " ".join(text.split())


def check_xml(record: dict[str, Any]) -> None:
    x = Escaper()
    title = clean(record["title"]).strip()
    root = etree.fromstring(dublin_core.write(record, SETTING, x).encode())
    found = root.findtext("{http://purl.org/dc/elements/1.1/}title") or ""
    assert found.strip() == title
    assert x.dropped >= len(ILLEGAL.findall(record["title"])) * bool(title)
    root = etree.fromstring(lom.write(record, SETTING, Escaper()).encode())
    assert (root.findtext(".//{*}title/{*}string") or "").strip() == title
    for form in ("rss", "atom"):
        body = feeds.write(form, CHANNEL, [record], Escaper())  # type: ignore[arg-type]  # one of the three
        root = etree.fromstring(body)
        assert (
            len(root.findall(".//item") + root.findall(".//{http://www.w3.org/2005/Atom}entry"))
            == 1
        )
        assert len(feedparser.parse(body).entries) == 1


def check_lossless(record: dict[str, Any]) -> None:
    x = Escaper()
    written = lossless.write(record, {"raw": {"title": record["title"]}}, {"name": "p"}, SETTING, x)
    whole = lossless.read(etree.fromstring(f"<m>{written}</m>".encode()))
    assert x.dropped == 0
    assert whole.form == characters.whole(passed_on(record))  # halves of characters are mended
    mended = characters.whole(record)
    assert whole.words == {"raw": {"title": mended["title"]}, "as_record": []}
    if record["title"].strip() and all(
        str(a["url"]).startswith("https:") for a in record["attachments"]
    ):
        again = stored(received(whole.form, source="s", external_id="1"))
        same = set(EXCHANGED) - {"url", "image", "attachments", "subjects", "tags", "grades"}
        assert {n: again[n] for n in same} == {n: mended[n] for n in same}


def check_calendar(record: dict[str, Any]) -> None:
    raw = calendar([record], SETTING, title=record["title"], zones={}, x=Escaper())
    lines = raw.split(b"\r\n")
    assert not [line for line in lines if len(line) > 75 or b"\n" in line or b"\r" in line]
    found = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert len(found) <= len(record["stages"])
    assert not [e for e in found if not {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= set(e)]


def check_json(record: dict[str, Any]) -> None:
    said = record_jsonld(record)
    assert json.loads(json.dumps(said)) == said
    assert "</" not in in_script(said)
    raw = feeds.write("json", CHANNEL, [record], Escaper())
    (item,) = json.loads(raw.decode("utf-8"))["items"]
    assert item["title"] == record["title"]


def check_tables(record: dict[str, Any]) -> None:
    raw = "".join(rows([record], Escaper())).encode("utf-8")
    names, cells = csv.reader(io.StringIO(gzip.decompress(gzip.compress(raw)).decode(), newline=""))
    assert len(cells) == len(names)
    assert not [cell for cell in cells if cell.startswith(("=", "@"))]
    title = clean_cell(record["title"])
    assert cells[names.index("title")].removeprefix("'") == title.removeprefix("'")


def clean_cell(text: str) -> str:
    return re.sub("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", "", text)


def check_lists(record: dict[str, Any]) -> None:
    """Titles of sources are as strange as those of records."""
    source = Source(
        name="s",
        kind="feed",
        url="https://x.example/rss",
        title=record["title"],
        homepage=record["url"],
    )
    raw = opml.write([source], title=record["title"], at="now", x=Escaper())
    assert len(etree.fromstring(raw).findall(".//outline")) == 1
    (found,) = listparser.parse(raw.decode("utf-8")).feeds
    assert found.url == "https://x.example/rss"


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(records())
def test_every_format_is_valid_whatever_a_record_holds(record: dict[str, Any]) -> None:
    check_xml(record)
    check_lossless(record)
    check_calendar(record)
    check_json(record)
    check_tables(record)
    check_lists(record)
