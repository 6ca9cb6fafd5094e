"""People are told once that a source fell sick or is well again: by a command, by e-mail."""

from __future__ import annotations

import email
import email.policy
import json
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest

from netmeta.catalogue.states import known
from netmeta.config import Config
from netmeta.errors import NotDeliveredError
from netmeta.facade import Netmeta
from netmeta.services.notifying import notify, subject
from netmeta.services.sources import pause
from tests.conftest import Ran, Web
from tests.test_feeds import entry, rss

FEED = rss(entry("Конкурс «Дроби»", "1"), entry("Урок", "2"))


class MailServer(socketserver.ThreadingTCPServer):
    """Takes any message over SMTP without TLS; keeps what came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Mail)
        self.messages: list[tuple[list[str], EmailMessage]] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class _Mail(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        to: list[str] = []
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "DATA":
                self._say("354 go on")
                body = b"".join(iter(self.rfile.readline, b".\r\n"))
                made = email.message_from_bytes(body, policy=email.policy.default)
                assert isinstance(made, EmailMessage)
                self.server.messages.append((to, made))
            elif verb == "RCPT":
                to.append(line)
            self._say("221 bye" if verb == "QUIT" else "250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def told(tmp_path: Path) -> Path:
    return tmp_path / "told.jsonl"


@pytest.fixture
def command(tmp_path: Path, told: Path) -> str:
    """A command that keeps what it is told, a line a call."""
    script = tmp_path / "tell me.py"
    script.write_text(
        "import json, os, sys\n"
        f"with open({str(told)!r}, 'a', encoding='utf-8') as out:\n"
        "    print(json.dumps({'changes': json.load(sys.stdin),\n"
        "        'subject': os.environ['NETMETA_SUBJECT']}, ensure_ascii=False), file=out)\n",
        "utf-8",
    )
    return f"{sys.executable} '{script}'"


def calls(told: Path) -> list[list[tuple[str, str, str]]]:
    """[(source, before, now)] of each call."""
    if not told.exists():
        return []
    lines = [json.loads(line) for line in told.read_text("utf-8").splitlines()]
    return [[(c["source"], c["before"], c["state"]) for c in line["changes"]] for line in lines]


@pytest.fixture
def nm(tmp_path: Path, web: Web, command: str) -> Iterator[Netmeta]:
    with Netmeta.open(tmp_path / "netmeta.db", notify_command=command) as opened:
        web.put("/rss", FEED)
        opened.add_source(web.base + "/rss", name="school")
        yield opened


def test_each_change_is_told_once(nm: Netmeta, web: Web, told: Path) -> None:
    nm.harvest()
    assert calls(told) == []  # well from the beginning: nothing to tell
    web.put("/rss", "no", status=404)
    nm.harvest()
    nm.harvest()
    assert calls(told) == [[("school", "ok", "gone")]]
    web.put("/rss", FEED)
    nm.harvest()
    nm.harvest()
    assert calls(told)[1:] == [[("school", "gone", "ok")]]


def test_a_dry_run_tells_nobody(nm: Netmeta, web: Web, told: Path) -> None:
    web.put("/rss", "no", status=404)
    nm.harvest(dry_run=True)
    assert calls(told) == []


def test_a_paused_source_is_nobody_s_alarm(nm: Netmeta, web: Web, told: Path) -> None:
    web.put("/rss", "no", status=404)
    pause(nm.catalogue, "school", paused=True)
    nm.harvest(["school"])
    assert calls(told) == []


def test_the_beginning_of_a_state_is_kept(nm: Netmeta, web: Web) -> None:
    nm.harvest()
    since = known(nm.catalogue.conn)["school"].since
    web.put("/rss", "no", status=404)
    nm.harvest()
    fell = known(nm.catalogue.conn)["school"]
    assert (fell.state, fell.told) == ("gone", "gone")
    assert fell.since >= since


def test_what_could_not_be_told_is_told_next_time(
    nm: Netmeta, web: Web, told: Path, command: str
) -> None:
    web.put("/rss", "no", status=404)
    with Netmeta.open(nm.config.db, notify_command="/none/such") as other:
        assert "notify_command could not run" in (other.harvest().untold or "")
    assert nm.harvest().untold is None
    assert calls(told) == [[("school", "ok", "gone")]]


@pytest.fixture
def sick(nm: Netmeta, web: Web) -> Netmeta:
    """A catalogue whose one source has fallen sick, which nobody was told yet."""
    web.put("/rss", "no", status=404)
    with Netmeta.open(nm.config.db, notify_command="false") as other:
        other.harvest()
    return nm


@pytest.mark.parametrize("command", ["false", "sh -c 'echo full >&2; exit 3'", "'unclosed"])
def test_a_command_that_fails_says_why(sick: Netmeta, command: str) -> None:
    with pytest.raises(NotDeliveredError) as error:
        notify(sick.catalogue, Config(db=sick.config.db, notify_command=command))
    assert "notify_command" in str(error.value)
    assert ("full" in str(error.value)) == ("full" in command)


def test_e_mail(sick: Netmeta) -> None:
    to = "admin@school.example, metodist@school.example"
    with mail_server() as server:
        config = Config(db=sick.config.db, notify_email=to, smtp_url=server.url)
        (change,) = notify(sick.catalogue, config)
        assert notify(sick.catalogue, config) == ()
        ((recipients, message),) = server.messages
    assert [one.partition("<")[2].partition(">")[0] for one in recipients] == to.split(", ")
    assert message["Subject"] == subject([change])
    assert message["From"] == "admin@school.example"
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert change.words in text
    assert "HTTP 404" in text


def test_a_password_is_never_told_in_the_clear(sick: Netmeta) -> None:
    with mail_server() as server:
        url = server.url.replace("//", "//me:secret@")
        config = Config(db=sick.config.db, notify_email="a@school.example", smtp_url=url)
        with pytest.raises(NotDeliveredError, match="TLS") as error:
            notify(sick.catalogue, config)
        assert "secret" not in str(error.value)
        assert server.messages == []


def test_a_mail_server_that_is_away(sick: Netmeta) -> None:
    with mail_server() as server:
        url = server.url
    config = Config(db=sick.config.db, notify_email="a@school.example", smtp_url=url)
    with pytest.raises(NotDeliveredError):
        notify(sick.catalogue, config)


def test_status_tells_on_demand(
    sick: Netmeta, cli: Callable[..., Ran], command: str, told: Path, tmp_path: Path
) -> None:
    (tmp_path / "netmeta.toml").write_text(f'notify_command = "{command}"\n', "utf-8")
    ran = cli("status", "--notify")
    assert ran.code == 3
    assert calls(told) == [[("school", "ok", "gone")]]
    assert "school" in ran.err
    cli("status", "--notify")
    assert len(calls(told)) == 1
