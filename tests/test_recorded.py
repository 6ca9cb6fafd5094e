"""Recorded cases: every page under tests/cases is read again, one assertion a field.

A case is made by `netmeta source record NAME URL` (docs/adding-a-portal.md).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from netmeta.harvest.registry import names
from netmeta.model import Item
from netmeta.services.recording import Case, load_case
from tests.conftest import Ran, Web

CASES = Path(__file__).parent / "cases"
FOLDERS = sorted(path.parent for path in CASES.glob("*/*/meta.json"))
DOC = Path(__file__).parents[1] / "docs" / "adding-a-portal.md"


@cache
def case(folder: Path) -> tuple[Case, dict[str, Any]]:
    loaded = load_case(folder)
    return loaded, loaded.read()


def fields() -> list[Any]:
    out = []
    for folder in FOLDERS:
        expected = json.loads((folder / "item.json").read_text("utf-8"))
        label = folder.relative_to(CASES).as_posix()
        out += [pytest.param(folder, name, id=f"{label}-{name}") for name in expected]
    return out


@pytest.mark.parametrize(("folder", "field"), fields())
def test_a_field_is_read_as_recorded(folder: Path, field: str) -> None:
    recorded, found = case(folder)
    assert found.get(field) == recorded.expected[field]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.relative_to(CASES).as_posix())
def test_nothing_else_is_read(folder: Path) -> None:
    recorded, found = case(folder)
    assert set(found) == set(recorded.expected)
    assert recorded.spider == folder.parent.name
    assert Item.from_dict(recorded.expected).title


def test_every_portal_has_a_case() -> None:
    assert {folder.parent.name for folder in FOLDERS} == set(names())


PAGE = """<html><head><title>Урок: дроби</title></head><body><h1>Урок: дроби</h1>
<p>Автор: Иванова М. И.</p><article><p>{text}</p></article></body></html>"""


def test_a_page_is_recorded(cli: Callable[..., Ran], web: Web, tmp_path: Path) -> None:
    url = web.put(
        "/articles/7-drobi", PAGE.format(text="Складываем дроби, проверяем друг друга. " * 9)
    )
    cli("source", "add", f"{web.base}/", "--spider", "site", "--unseen", "--name", "school")
    cases = tmp_path / "cases"
    ran = cli("source", "record", "school", url, "--folder", str(cases), "--json")
    assert ran.code == 0, ran.err
    place = Path(json.loads(ran.out)["case"])
    assert place == cases / "site" / "articles-7-drobi"
    loaded = load_case(place)
    assert loaded.body == web.pages["/articles/7-drobi"].body
    assert loaded.expected["title"] == "Урок: дроби"
    assert loaded.read() == loaded.expected
    assert json.loads((place / "meta.json").read_text())["fetched_at"]
    for words, told in (
        (("school", url), "already"),
        (("school", f"{web.base}/none"), "HTTP 404"),
        (("nobody", url), "Unknown source"),
    ):
        ran = cli("source", "record", *words, "--folder", str(cases))
        assert ran.code in (1, 2)
        assert told in ran.err
    web.put("/empty", "<html><body></body></html>")
    assert "no material" in cli("source", "record", "school", f"{web.base}/empty").err


def test_the_example_of_the_guide_works(tmp_path: Path) -> None:
    """The spider printed in docs/adding-a-portal.md finds what the guide says it finds."""
    blocks = re.findall(r"```(python|html|text)\n(.*?)```", DOC.read_text("utf-8"), re.S)
    (spider,) = [body for kind, body in blocks if kind == "python" and "SiteSpider" in body]
    (page,) = [body for kind, body in blocks if kind == "html"]
    (promised,) = [body for kind, body in blocks if kind == "text" and "external_id" in body]
    (tmp_path / "shkola_21.py").write_text(spider, "utf-8")
    program = (
        "import json, sys\n"
        "from shkola_21 import Shkola21\n"
        "from netmeta.harvest.site_reader import SiteReader\n"
        "from netmeta.model import Source\n"
        "source = Source(name='shkola-21', kind='site', url=Shkola21.homepage, title='', spider='shkola-21')\n"
        "item = SiteReader(Shkola21, source).read(sys.stdin.buffer.read(), Shkola21.homepage + 'metodkabinet/17')\n"
        "item = {k: v for k, v in item.to_dict().items() if k not in ('body', 'source', 'language')}\n"
        "item['attachments'] = [file['name'] for file in item['attachments']]\n"
        "for name, value in item.items():\n"
        "    print(f'{name}: ' + (', '.join(value) if isinstance(value, list) else value))\n"
    )
    root = Path(__file__).parents[1]
    ran = subprocess.run(
        [sys.executable, "-c", program], input=page.encode(), capture_output=True, check=False,
        cwd=tmp_path, env={"PYTHONPATH": f"{tmp_path}:{root}", "PATH": ""}, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr.decode()
    assert ran.stdout.decode().strip().splitlines() == promised.strip().splitlines()
