"""«Сообщить о проблеме»: strangers may write, within bounds; curators read and solve."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from netmeta.errors import QueueFullError, UnknownRecordError, UsageError
from netmeta.facade import Netmeta
from netmeta.services import reports
from netmeta.services.curation import edit, forget_address
from netmeta.web import reporting
from tests.conftest import Ran, item
from tests.web_catalogue import EVIL, close, opened
from tests.web_visitor import PASSWORD, Visitor, copied, make_curator


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    with Netmeta.open(folder / "netmeta.db") as nm:
        nm.import_items([item(n) for n in range(1, 4)])
        nm.reindex()
    make_curator(folder / "netmeta.db")
    return folder


@pytest.fixture
def nm(filled: Path, tmp_path: Path) -> Iterator[Netmeta]:
    with Netmeta.open(copied(filled, tmp_path)) as nm:
        yield nm


@pytest.fixture
def app(nm: Netmeta) -> Iterator[Datasette]:
    app = opened(nm.catalogue.path)
    yield app
    close(app)


def send(visitor: Visitor, id: int = 1, **values: Any) -> Any:
    return visitor.post(f"/record/{id}/report", **{"kind": "link", "words": "", **values})


def kept(nm: Netmeta) -> list[tuple[int, str, str]]:
    return [(one["record"], one["kind"], one["words"]) for one in reports.queue(nm.catalogue)]


def test_a_stranger_reports_and_a_curator_solves(app: Datasette, nm: Netmeta) -> None:
    stranger, curator = Visitor(app), Visitor(app)
    page = stranger.tree("/record/1")
    assert page.css_first(".report a").attributes["href"] == "/record/1/report"
    assert page.css_first("main form[method=post]") is None  # pages of strangers set no cookie
    assert "ds_csrftoken" not in stranger.cookies
    answer = send(stranger, words="Страница\r\nисчезла")
    assert (answer.status_code, answer.headers["location"]) == (303, "/record/1")
    assert "Спасибо" in stranger.get("/record/1").text
    assert kept(nm) == [(1, "link", "Страница\nисчезла")]
    assert "исчезла" not in stranger.get("/desk").text
    assert stranger.get("/netmeta/reports").status_code == 403
    curator.sign_in()
    row = curator.tree("/desk").css_first("[aria-labelledby=reports]")
    assert "Ссылка не открывается" in row.text()
    assert "исчезла" in row.text()
    curator.post("/desk/reports", page="/desk", id="1")
    assert kept(nm) == []
    assert "исчезла" not in curator.get("/desk").text
    assert curator.post("/desk/reports", page="/record/1/report", id="1").status_code == 400
    ((who, deed),) = nm.catalogue.conn.execute("SELECT author, deed FROM acts")
    assert (who, deed) == ("мария", "report solved")


@pytest.mark.parametrize("token", [True, False])
def test_a_token_is_needed(app: Datasette, nm: Netmeta, token: bool) -> None:
    answer = Visitor(app).post("/record/1/report", page="/", token=token, kind="link")
    assert answer.status_code == 403
    assert kept(nm) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [({"kind": ""}, "Выберите"), ({"kind": "bomb"}, "Выберите"), ({"kind": "other"}, "в двух словах"),
     ({"words": "х" * 1001}, "не больше 1000")],
)  # fmt: skip
def test_what_does_not_fit_is_told(app: Datasette, nm: Netmeta, values: Any, words: str) -> None:
    answer = send(Visitor(app), **values)
    assert answer.status_code == 400
    assert words in answer.text
    assert kept(nm) == []


def test_programs_that_fill_in_everything_write_nothing(app: Datasette, nm: Netmeta) -> None:
    page = Visitor(app).tree("/record/1/report")
    trap = page.css_first(".trap input")
    assert (trap.attributes["tabindex"], page.css_first(".trap").attributes["aria-hidden"]) == (
        "-1",
        "true",
    )
    filled_in: Any = {str(trap.attributes["name"]): "https://buy.example/"}
    answer = send(Visitor(app), **filled_in)
    assert answer.status_code == 303
    assert kept(nm) == []


def test_an_address_writes_so_much_a_day(
    app: Datasette, nm: Netmeta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "A_DAY", 2)
    assert [send(Visitor(app), id).status_code for id in (1, 2, 3)] == [303, 303, 429]
    assert len(kept(nm)) == 2


def test_the_queue_is_bounded(nm: Netmeta, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(reports.MOST_OPEN_OF_RECORD):
        reports.report(nm.catalogue, 1, "link")
    with pytest.raises(QueueFullError):
        reports.report(nm.catalogue, 1, "link")
    reports.solve(nm.catalogue, 1, author="м")
    reports.report(nm.catalogue, 1, "link")
    monkeypatch.setattr(reports, "MOST_OPEN", 6)
    reports.report(nm.catalogue, 2, "link")
    with pytest.raises(QueueFullError):
        reports.report(nm.catalogue, 3, "link")


def test_a_full_queue_is_told_plainly(
    app: Datasette, nm: Netmeta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MOST_OPEN", 0)
    answer = send(Visitor(app), words="Моё сообщение")
    assert answer.status_code == 503
    assert "Моё сообщение" in answer.text


def test_nothing_of_people_is_kept(nm: Netmeta) -> None:
    words = "Пишите мне: ivanova@mail.example, +7 912 345-67-89\u202e\x00"
    reports.report(nm.catalogue, 1, "other", words)
    ((_, _, stored),) = kept(nm)
    assert "ivanova" not in stored
    assert "345-67" not in stored
    assert "\u202e" not in stored
    assert "\x00" not in stored
    columns = [row[1] for row in nm.catalogue.conn.execute("PRAGMA table_info(reports)")]
    assert columns == ["id", "record_id", "kind", "words", "at", "solved_at", "solved_by"]


def test_only_what_can_be_seen_can_be_reported(app: Datasette, nm: Netmeta) -> None:
    edit(nm.catalogue, 1, hidden=True, author="м")
    forget_address(nm.catalogue, "https://school.example/2")
    for id in (1, 2, 99):
        with pytest.raises((UnknownRecordError, UsageError)):
            reports.report(nm.catalogue, id, "link")
        assert Visitor(app).get(f"/record/{id}/report").status_code == 404
        assert (
            Visitor(app)
            .post(f"/record/{id}/report", page="/record/3/report", kind="link")
            .status_code
            == 404
        )


def test_a_removal_takes_the_reports_along(nm: Netmeta) -> None:
    reports.report(nm.catalogue, 2, "other", "Это написала Иванова")
    forget_address(nm.catalogue, "https://school.example/2")
    assert nm.catalogue.conn.execute("SELECT count(*) FROM reports").fetchone() == (0,)


def test_hostile_reports_stay_words(app: Datasette, nm: Netmeta) -> None:
    send(Visitor(app), kind="other", words=EVIL)
    curator = Visitor(app)
    curator.sign_in("мария", PASSWORD)
    text = curator.get("/desk").text
    assert "&lt;script&gt;window.pwned" in text
    assert "<script>window" not in text


def test_reports_from_the_command_line(
    cli: Callable[..., Ran], filled: Path, tmp_path: Path
) -> None:
    with Netmeta.open(copied(filled, tmp_path)) as nm:
        reports.report(nm.catalogue, 1, "other", "Не то")
        reports.report(nm.catalogue, 2, "copy")
    assert "Не то" in cli("reports").out
    assert [one["id"] for one in json.loads(cli("reports", "--json").out)] == [1, 2]
    left = json.loads(cli("reports", "--solve", "1", "--by", "м", "--json").out)
    assert [one["id"] for one in left] == [2]
    whole = json.loads(cli("reports", "--all", "--json").out)
    assert [(one["id"], one["solved_by"]) for one in whole] == [(2, None), (1, "м")]
    assert cli("reports", "--solve", "1").code == 2
    cli("reports", "--solve", "2")
    assert "Nothing waits" in cli("reports").err


def test_accounts_from_the_command_line(
    cli: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    assert cli("curator", "list").code == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("длинный пароль\n"))
    made = json.loads(cli("curator", "add", "maria", "--password-stdin", "--json").out)
    assert (made["name"], made["new"]) == ("maria", True)
    assert Path(made["file"]).stat().st_mode & 0o077 == 0
    answers = iter(["другой пароль!", "не тот же"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    assert cli("curator", "add", "maria").code == 2
    assert json.loads(cli("curator", "list", "--json").out) == ["maria"]
    assert "maria" in cli("curator", "list").out
    assert cli("curator", "remove", "maria").code == 0
    assert cli("curator", "remove", "maria").code == 2
