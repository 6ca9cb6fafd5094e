"""The command line as people use it: results, errors in one line, exit codes."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from docs import write_cli
from netmeta.catalogue import Catalogue
from tests.conftest import Ran, Web

LINE = {
    "source": "school", "external_id": "1", "url": "https://school.example/1",
    "title": "Конспект урока математики «Обыкновенные дроби», 5 класс",
    "authors": "Иванова М. И.", "body": "Делим яблоко на двоих, потом на четверых.",
}  # fmt: skip


def jsonl(tmp_path: Path, *lines: object) -> str:
    path = tmp_path / "items.jsonl"
    texts = (one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in lines)
    path.write_text("\n".join(texts), "utf-8")
    return str(path)


def assert_one_clear_line(ran: Ran, code: int, *words: str) -> None:
    """One line on standard error that says what and why; no traceback, nothing on stdout."""
    assert ran.code == code, ran
    assert ran.out == ""
    assert len(ran.err.strip().splitlines()) == 1, ran.err
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.err


def test_import_search_show_similar(cli: Callable[..., Ran], tmp_path: Path) -> None:
    other = {
        **LINE,
        "external_id": "2",
        "url": "https://school.example/2",
        "title": "Тест: дроби, 6 класс",
    }
    ran = cli("import", jsonl(tmp_path, LINE, other), "--json")
    assert ran.code == 0
    report = json.loads(ran.out)
    assert report["counts"] == {"new": 2}
    assert report["index"]["put"] == 2
    found = json.loads(cli("search", "урок", "дробь", "--grade", "5", "--json").out)
    assert set(found) >= {"query", "corrected", "total", "took_ms", "facets", "hits"}
    (hit,) = found["hits"]
    assert set(hit) >= {"id", "kind", "title", "url", "source", "published", "authors", "subjects",
                        "grades", "type", "snippet", "score", "copies"}  # fmt: skip
    assert (hit["grades"], hit["subjects"]) == ([5], ["mathematics"])
    assert "Обыкновенные дроби" in cli("search", "дробь").out
    record = json.loads(cli("show", str(hit["id"]), "--json").out)
    assert record["title"] == LINE["title"]
    assert "5" in cli("show", str(hit["id"])).out
    assert json.loads(cli("similar", str(hit["id"]), "--json").out)[0]["id"] != hit["id"]


def test_import_twice_changes_nothing(cli: Callable[..., Ran], tmp_path: Path) -> None:
    file = jsonl(tmp_path, LINE)
    cli("import", file)
    report = json.loads(cli("import", file, "--json").out)
    assert report["counts"] == {"unchanged": 1}
    assert report["index"]["put"] == 0


def test_bad_lines_are_told_and_kept_and_the_rest_goes_on(
    cli: Callable[..., Ran], tmp_path: Path
) -> None:
    file = jsonl(
        tmp_path, LINE, "{broken", {**LINE, "title": ""}, "[1, 2]", {**LINE, "external_id": "7", "grade": {"a": 1}}, "",
    )  # fmt: skip
    ran = cli("import", file)
    assert ran.code == 3
    assert "items.jsonl:2: not JSON" in ran.err
    assert "items.jsonl:3: The item lacks title" in ran.err
    assert "items.jsonl:4: An item must be a JSON object" in ran.err
    assert "items.jsonl:5: Field grade must be text" in ran.err
    with sqlite3.connect(tmp_path / "netmeta.db") as conn:
        rows = conn.execute("SELECT place, raw FROM rejects ORDER BY id").fetchall()
    conn.close()
    assert rows[0] == ("items.jsonl:2", "{broken")
    assert len(rows) == 4


def test_odd_values_are_kept_counted_and_shown(cli: Callable[..., Ran], tmp_path: Path) -> None:
    odd = [
        {**LINE, "external_id": "1", "title": "Урок <b>дроби</b>", "published": "5 мая 1890 года"},
        {**LINE, "external_id": "2", "title": "Дроби " * 2000, "grade": ["5 класс", "11 класс"]},
        {**LINE, "external_id": "3", "title": "!", "subject": "matematika", "authors": "admin"},
    ]
    report = json.loads(cli("import", jsonl(tmp_path, *odd), "--json").out)
    assert report["counts"] == {"new": 3}
    found = {(problem["field"], problem["code"]) for problem in report["problems"]}
    fields = {field for field, _ in found}
    assert {"title", "published", "authors"} <= fields
    assert all(problem["example"] for problem in report["problems"])
    told = cli("show", "1", "--history").out
    assert "html" in told
    assert "1890" in told
    assert json.loads(cli("show", "3", "--json").out)["subjects"] == ["mathematics"]
    with sqlite3.connect(tmp_path / "netmeta.db") as conn:
        in_run = set(conn.execute("SELECT field, code FROM run_problems"))
    conn.close()
    assert in_run == found


def test_only_bad_lines_is_a_failure(cli: Callable[..., Ran], tmp_path: Path) -> None:
    assert cli("import", jsonl(tmp_path, "nonsense")).code == 1


def test_fields_we_do_not_know_are_kept_with_the_item(
    cli: Callable[..., Ran], tmp_path: Path
) -> None:
    cli("import", jsonl(tmp_path, {**LINE, "wordcount": 42}))
    with sqlite3.connect(tmp_path / "netmeta.db") as conn:
        (raw,) = conn.execute("SELECT raw FROM record_texts").fetchone()
    conn.close()
    assert json.loads(raw)["wordcount"] == 42


def test_sources(cli: Callable[..., Ran]) -> None:
    assert cli("source", "add", "https://pedsovet.su/").code == 0
    assert cli("source", "add", "https://school5.ru/news/rss/", "--unseen").code == 0
    listed = json.loads(cli("source", "list", "--json").out)
    assert [(s["name"], s["kind"], s["spider"]) for s in listed] == [
        ("pedsovet-su", "site", "pedsovet-su"),
        ("school5-ru-news", "feed", "feed"),
    ]
    assert "Педсовет.су" in cli("source", "list").out


def test_no_sources_yet(cli: Callable[..., Ran], tmp_path: Path) -> None:
    Catalogue(tmp_path / "netmeta.db").close()
    ran = cli("source", "list")
    assert (ran.code, ran.out) == (0, "")
    assert "No sources yet" in ran.err


def test_index_status_rebuild_verify(cli: Callable[..., Ran], tmp_path: Path) -> None:
    cli("import", jsonl(tmp_path, LINE))
    status = json.loads(cli("index", "status", "--json").out)
    assert (status["state"], status["documents"], status["lag"]) == ("ok", 1, 0)
    assert cli("index", "verify").code == 0
    assert cli("index", "rebuild", "--engine", "whoosh").code == 0
    assert json.loads(cli("index", "status", "--engine", "whoosh", "--json").out)["documents"] == 1
    for file in (tmp_path / "netmeta.db.index" / "tantivy").rglob("*"):
        if file.is_file():
            file.write_bytes(b"flipped")
    status_of_damage = cli("index", "status")
    assert status_of_damage.code == 5
    assert cli("search", "дроби").code == 5
    assert cli("index", "rebuild").code == 0
    assert "Обыкновенные дроби" in cli("search", "дроби").out


# --- what goes wrong ----------------------------------------------------------------------------


def test_an_unknown_source(cli: Callable[..., Ran]) -> None:
    cli("source", "add", "https://pedsovet.su/")
    for words in (("harvest", "pedsovet"), ("source", "show", "pedsovet")):
        assert_one_clear_line(cli(*words), 2, "Unknown source pedsovet", "Nearest: pedsovet-su")


def test_an_address_that_is_none(cli: Callable[..., Ran]) -> None:
    for address in ("school.ru", "ftp://school.ru/", "javascript:alert(1)", "http://", "http://[x"):
        assert_one_clear_line(cli("source", "add", address), 2, "no address")
    assert_one_clear_line(
        cli("source", "add", "https://a.ru/rss", "--name", "Школа 5"), 2, "no name"
    )


def test_nothing_to_harvest(cli: Callable[..., Ran], tmp_path: Path) -> None:
    cli("import", jsonl(tmp_path, LINE))
    assert_one_clear_line(cli("harvest"), 2, "no source to harvest", "netmeta source add")
    assert_one_clear_line(cli("harvest", "school"), 2, "imported from a file")


def test_no_catalogue_yet(cli: Callable[..., Ran]) -> None:
    for words in (
        ("search", "дроби"),
        ("show", "1"),
        ("source", "list"),
        ("index", "status"),
        ("serve",),
    ):
        assert_one_clear_line(cli(*words), 5, "There is no catalogue")


def test_no_index_yet(cli: Callable[..., Ran]) -> None:
    cli("source", "add", "https://a.example/rss", "--unseen")
    assert_one_clear_line(cli("search", "дроби"), 5, "There is no index", "netmeta index rebuild")
    assert cli("index", "status").code == 5


def test_a_database_that_is_none(cli: Callable[..., Ran], tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"not a database at all, whatever its name may say" * 50)
    assert_one_clear_line(cli("search", "дроби", db=path), 5, "not a SQLite database")
    assert_one_clear_line(
        cli("source", "add", "https://a.ru/rss", db=path), 5, "not a SQLite database"
    )


def test_a_place_where_nothing_can_be_written(cli: Callable[..., Ran]) -> None:
    ran = cli("source", "add", "https://a.ru/rss", db=Path("/proc/netmeta/a.db"))
    assert_one_clear_line(ran, 5, "Cannot create the folder")
    assert_one_clear_line(
        cli("source", "add", "https://a.ru/rss", db=Path("/proc/a.db")), 5, "Cannot open"
    )


def test_a_record_that_is_not_there(cli: Callable[..., Ran], tmp_path: Path) -> None:
    cli("import", jsonl(tmp_path, LINE))
    assert_one_clear_line(cli("show", "999"), 2, "Unknown record 999")


def test_a_file_that_is_not_there(cli: Callable[..., Ran]) -> None:
    assert_one_clear_line(cli("import", "/nowhere/items.jsonl"), 1, "Cannot read")


def test_settings_that_do_not_fit(
    cli: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netmeta.toml").write_text('engin = "whoosh"\n')
    assert_one_clear_line(cli("source", "list"), 2, "Unknown setting engin", "Did you mean engine?")
    (tmp_path / "netmeta.toml").write_text('engine = "lucene"\n')
    assert_one_clear_line(cli("source", "list"), 2, "must be one of tantivy, whoosh")
    (tmp_path / "netmeta.toml").write_text("engine = [")
    assert_one_clear_line(cli("source", "list"), 2, "Cannot read the configuration file")
    (tmp_path / "netmeta.toml").write_text("")
    monkeypatch.setenv("NETMETA_DELAY_S", "soon")
    assert_one_clear_line(cli("source", "list"), 2, "delay_s = soon")


def test_usage_errors_have_exit_code_2(cli: Callable[..., Ran]) -> None:
    assert cli("serch").code == 2
    assert cli("search").code == 2
    assert cli("--lang", "de", "source", "list").code == 2
    assert cli("search", "x", "--limit", "0").code == 2


def test_hostile_words_do_not_reach_the_terminal(cli: Callable[..., Ran], tmp_path: Path) -> None:
    title = "Дроби \x1b[31mred\x1b[0m [bold]x[/bold] \u202eabc"
    cli("import", jsonl(tmp_path, {**LINE, "title": title}))
    shown = cli("search", "дроби").out
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[bold]x[/bold]" in shown


def test_a_port_that_is_taken(cli: Callable[..., Ran], web: Web, tmp_path: Path) -> None:
    cli("import", jsonl(tmp_path, LINE))
    port = web.base.rsplit(":", 1)[1]
    assert_one_clear_line(cli("serve", "--port", port), 1, "Cannot listen", "another port")


def test_ctrl_c_ends_serving_cleanly(cli: Callable[..., Ran], tmp_path: Path) -> None:
    cli("import", jsonl(tmp_path, LINE))
    command = [
        sys.executable,
        "-m",
        "netmeta",
        "--lang",
        "en",
        "--db",
        str(tmp_path / "netmeta.db"),
    ]
    with subprocess.Popen(
        [*command, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr is not None
        line = server.stderr.readline()
        address = line.split("at ")[1].split(" ")[0]
        for _ in range(100):
            try:
                with urlopen(f"{address}search.json?q={quote('дроби')}") as answer:
                    assert json.load(answer)["total"] == 1
                break
            except OSError:
                time.sleep(0.1)
        server.send_signal(signal.SIGINT)
        assert server.wait(20) == 0
        assert "Traceback" not in server.stderr.read()


# --- what the parser says by itself


EVERY_HELP = """
import contextlib, io, json, sys
from netmeta.cli import main
told = {}
for words in json.loads(sys.argv[1]):
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        main([*words, "--help"])
    told[" ".join(words)] = out.getvalue()
print(json.dumps(told))
"""


def test_help_is_in_russian_throughout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what the parser says by itself; one process, since it decides on its language once."""
    monkeypatch.delenv("NETMETA_LANGUAGE", raising=False)
    ran = subprocess.run(
        [sys.executable, "-c", EVERY_HELP, json.dumps(write_cli.COMMANDS)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(ran.stdout)
    assert len(told) == len(write_cli.COMMANDS)
    frame = re.compile(r"Usage|Options:|Arguments:|Commands:|Show |this|default|required|<\w+[\[>]")
    assert {words: found for words, said in told.items() if (found := frame.findall(said))} == {}
    assert all(said.startswith("Запуск: netmeta") for said in told.values())
    assert all("..." not in line[-4:] for line in told[""].splitlines()[1:]), "a summary is cut off"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["serch"], "There is no command serch. Did you mean search, serve?"),
        (["search"], "QUERY is missing."),
        (["search", "x", "--limit", "0"], "--limit does not fit: it must be 1 or more."),
        (["search", "x", "--limit", "q"], "--limit does not fit: it must be a whole number."),
        (["search", "x", "--limt", "3"], "There is no option --limt. Did you mean --limit?"),
        (["search", "x", "--limit"], "The option --limit needs a value."),
        (["harvest", "--full=3"], "The option --full takes no value."),
        (["show", "1", "2"], "Too many words: 2."),
    ],
)
def test_a_line_that_is_not_understood(
    cli: Callable[..., Ran], words: list[str], said: str
) -> None:
    ran = cli(*words)
    assert ran.code == 2
    assert said in ran.err
    assert "Help: netmeta" in ran.err
    assert "Error" not in ran.err


def test_a_group_alone_is_its_help(cli: Callable[..., Ran]) -> None:
    ran = cli("source", db=None)
    assert ran.code == 2
    assert "Commands:" in ran.err


def test_words_in_another_charset_are_refused_with_a_cure(
    cli: Callable[..., Ran], tmp_path: Path
) -> None:
    (tmp_path / "items.jsonl").write_text(
        '{"source": "s", "url": "https://s.example/1", "title": "Урок"}', "utf-8"
    )
    cli("import", str(tmp_path / "items.jsonl"))
    ran = cli("edit", "1", "--set", "title=Урок \udcff")  # as Python gives the byte 0xFF
    assert ran.code == 2
    assert "title=Урок \ufffd is not UTF-8" in ran.err
    assert "locale" in ran.err
    assert cli("edit", "1", "--set", "title=Урок 😊").code == 0
