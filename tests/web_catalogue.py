"""A catalogue for the tests of pages: real items through the real road, and a hostile one."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from selectolax.lexbor import LexborHTMLParser

from netmeta.catalogue import Catalogue
from netmeta.config import load
from netmeta.facade import Netmeta
from netmeta.model import ItemAttachment, Source
from netmeta.web.server import datasette
from tests.conftest import item

TODAY = dt.datetime.now(dt.UTC).date()

CONTEST = {
    "title": "Всероссийский конкурс презентаций по математике",
    "kind": "event",
    "subject": ("математика",),
    "grade": ("7 класс",),
    "certificate": "бесплатно",
    "dates": {
        "Приём работ": f"до {(TODAY + dt.timedelta(days=3)).strftime('%d.%m.%Y')}",
        "Проведение": (TODAY + dt.timedelta(days=5)).strftime("%d.%m.%Y"),
    },
    "place": "онлайн",
    "body": "Присылайте презентации.",
}

LESSON = {
    "title": "Конспект урока геометрии «Теорема Пифагора», 8 класс",
    "authors": ("Иванова Мария Ивановна",),
    "subject": ("геометрия",),
    "grade": ("8 класс",),
    "published": "24.01.2012",
    "body": "Цель урока: доказать теорему Пифагора.\nХод урока: чертим квадраты.",
    "attachments": (
        ItemAttachment(url="https://school.example/f.docx", name="Конспект", size="1,5 МБ"),
    ),
}

EVIL = (
    '</script><script>window.pwned=1;alert(1)</script><img src=x onerror="window.pwned=2">'
    "<svg onload=window.pwned=3></svg>\"' autofocus onfocus=window.pwned=4 x='\u202egnp.exe\u200b"
)
EVIL_LINK = "javascript:window.pwned=5"


def fill(db: Path, *, hostile: bool = False) -> None:
    """Write a catalogue with a lesson (1), its copy on another portal (2), a contest (3), and with
    `hostile` a record (4) with script in every field."""
    with Netmeta.open(db) as nm:
        nm.catalogue.add_source(
            Source(
                name="other", kind="feed", url="https://other.example/rss", title="Другой портал"
            )
        )
        nm.import_items([
            item(1, **LESSON), item(2, **{**LESSON, "source": "other", "url": "https://other.example/2"}),
            item(3, **CONTEST), item(4, **{**CONTEST, "title": "Олимпиада по физике"}),
            *(item(n, title=f"Урок физики № {n}", authors=("Петров Иван Ильич",), subject=("физика",))
              for n in range(5, 50)),
        ])  # fmt: skip
        if hostile:
            _poison(nm.catalogue)
        nm.reindex()


def _poison(catalogue: Catalogue) -> None:
    """Put script into every text a page can show of record 4, its author, its source, its runs."""
    texts = {
        "records": ("title", "id"),
        "record_texts": ("summary", "body", "organisation", "image", "record_id"),
        "event_details": ("place", "organiser", "fee", "certificate_price", "record_id"),
        "event_stages": ("label", "text", "record_id"),
    }
    with catalogue.transaction() as conn:
        for table, (*columns, key) in texts.items():
            for column in columns:
                conn.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = 4", (EVIL,))
        conn.execute("UPDATE records SET url = ? WHERE id = 4", (EVIL_LINK,))
        conn.execute(
            "UPDATE event_details SET nominations = ? WHERE record_id = 4", (json.dumps([EVIL]),)
        )
        conn.execute(
            "UPDATE record_texts SET explained = ? WHERE record_id = 4",
            (
                json.dumps(
                    {
                        "mapped": [{"scheme": EVIL, "concept": EVIL, "raw": EVIL, "where": EVIL}],
                        "unmapped": [{"scheme": EVIL, "raw": EVIL}],
                        "problems": [{"field": EVIL, "code": EVIL, "value": EVIL}],
                    }
                ),
            ),
        )
        conn.execute("INSERT INTO people (id, name) VALUES (666, ?)", (EVIL,))
        conn.execute("INSERT INTO record_people VALUES (4, 0, 666, ?, ?)", (EVIL, EVIL))
        conn.execute("INSERT INTO attachments VALUES (4, 0, ?, ?, 5, ?)", (EVIL_LINK, EVIL, EVIL))
        conn.execute("INSERT INTO record_concepts VALUES (4, 'tag', ?)", (EVIL,))
        conn.execute("INSERT INTO record_subjects VALUES (4, ?)", (EVIL,))
        conn.execute("INSERT INTO record_unmapped VALUES (4, ?, ?)", (EVIL, EVIL))
        conn.execute("INSERT INTO record_problems VALUES (4, 9, ?, ?, ?)", (EVIL, EVIL, EVIL))
        conn.execute("INSERT INTO record_counters VALUES (4, ?, ?, ?, ?)", (f"1{EVIL}",) * 4)
        conn.execute(
            "UPDATE sources SET title = ?, homepage = ? WHERE name = 'other'", (EVIL, EVIL_LINK)
        )
        conn.execute("UPDATE runs SET reason = ?, status = 'degraded'", (EVIL,))
        conn.execute(
            "INSERT INTO run_fields (run_id, field, filled, total) VALUES (1, ?, 1, 2)", (EVIL,)
        )
        conn.execute("INSERT INTO run_problems VALUES (1, ?, ?, 3, ?)", (EVIL, EVIL, EVIL))
        conn.execute(
            "UPDATE changes SET fields = ? WHERE record_id = 4", (json.dumps({EVIL: [EVIL, EVIL]}),)
        )
        conn.execute("UPDATE records SET title = ? WHERE id = 5", ("Б" * 500_000 + EVIL,))


def opened(db: Path) -> Datasette:
    """The Datasette of `netmeta serve` on a catalogue, started."""
    app = datasette(load({"db": db}, environment={}))
    asyncio.run(app.invoke_startup())
    return app


def close(app: Datasette) -> None:
    """Close what it holds open."""
    for database in app.databases.values():
        database.close()


def get(app: Datasette, path: str, **headers: str) -> Any:
    """What it answers at a path; header names with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return asyncio.run(app.client.get(path, headers=named))


def tree(app: Datasette, path: str, **headers: str) -> LexborHTMLParser:
    """A page that must be there, parsed."""
    answer = get(app, path, **headers)
    assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
    return LexborHTMLParser(answer.text)
