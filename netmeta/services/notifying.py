"""Telling people, once, that a source fell sick or is well again: by a command, or by e-mail.

What could not be delivered is told after the next harvest, as long as it is still true.
"""

from __future__ import annotations

import json
import os
import shlex
import smtplib
import ssl
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from netmeta.catalogue import Catalogue
from netmeta.catalogue.states import Known, known, mark_told, remember
from netmeta.config import Config
from netmeta.errors import NotDeliveredError
from netmeta.services.health import WELL, Health, overview
from netmeta.texts import t, tn

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT_S: Final = 30.0
"""A mail server or command that takes longer must not hold up the next harvest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One source whose state is another than people were told of."""

    source: str
    title: str
    before: str
    state: str
    evidence: tuple[str, ...]
    next_step: str | None

    @property
    def words(self) -> str:
        """One line for people."""
        line = f"{self.source}: {t(self.before)} → {t(self.state)}"
        return f"{line}: {'; '.join(self.evidence)}" if self.evidence else line


def notify(catalogue: Catalogue, config: Config) -> tuple[Change, ...]:
    """Judge all sources, keep their states, and tell what has changed since people were last told.

    A source that was never harvested, or is paused, has nothing to tell; nor has one that fell sick
    and recovered between two tellings. Without a command and an address nobody is told, and states
    are kept all the same.

    Raises:
        NotDeliveredError: the command or the mail server refused; the next call tells it again.
        StorageError: the states cannot be kept.
    """
    found = [one for one in overview(catalogue) if not one.paused]
    remember(catalogue, {one.source: one.state for one in found})
    before = known(catalogue.conn)
    changes = tuple(_change(one, before[one.source].told) for one in found if _is_news(one, before))
    if changes:
        _deliver(changes, config)
        mark_told(catalogue, [one.source for one in changes])
    return changes


def _is_news(one: Health, before: Mapping[str, Known]) -> bool:
    told = before[one.source].told
    return one.state != told and not (one.state in WELL and told in WELL)


def _change(one: Health, before: str) -> Change:
    return Change(
        source=one.source, title=one.title, before=before, state=one.state,
        evidence=one.evidence, next_step=one.next_step,
    )  # fmt: skip


def _deliver(changes: Sequence[Change], config: Config) -> None:
    """Raises: NotDeliveredError."""
    if config.notify_command:
        _run(config.notify_command, changes)
    if config.notify_email:
        _send(_message(changes, config), config.smtp_url)


def subject(changes: Sequence[Change]) -> str:
    """The subject line: how many fell sick, how many are well again."""
    sick = sum(one.state not in WELL for one in changes)
    well = len(changes) - sick
    parts = []
    if sick:
        parts.append(tn("{n} source needs a look", "{n} sources need a look", sick))
    if well:
        parts.append(tn("{n} source is well again", "{n} sources are well again", well))
    return "netmeta: " + ", ".join(parts)


def _run(command: str, changes: Sequence[Change]) -> None:
    """Run the command with the changes as JSON on its input, and words in its environment."""
    words = "\n".join(one.words for one in changes)
    try:
        done = subprocess.run(  # noqa: S603 - the administrator's own command
            shlex.split(command),
            input=json.dumps([asdict(one) for one in changes], ensure_ascii=False),
            env={**os.environ, "NETMETA_SUBJECT": subject(changes), "NETMETA_TEXT": words},
            capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise NotDeliveredError(t("notify_command could not run")) from error
    if done.returncode:
        why = done.stderr.strip()[-300:] or f"exit code {done.returncode}"
        raise NotDeliveredError(t("notify_command failed"), why=why)


def _message(changes: Sequence[Change], config: Config) -> EmailMessage:
    """The e-mail: one paragraph a source."""
    made = EmailMessage()
    made["Subject"] = subject(changes)
    made["From"] = config.notify_from or config.notify_email.split(",")[0].strip()
    made["To"] = config.notify_email
    made["Date"] = formatdate()
    made["Message-ID"] = make_msgid("netmeta", domain="netmeta.invalid")
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no robot is to answer this
    paragraphs = ["\n".join(filter(None, (one.title, one.words, one.next_step))) for one in changes]
    made.set_content("\n\n".join([*paragraphs, t("All sources: `netmeta status`.")]) + "\n")
    return made


def _send(message: EmailMessage, url: str) -> None:
    try:
        with _server(url) as server:
            server.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        cure = t("Check smtp_url and notify_email with `netmeta config show`.")
        raise NotDeliveredError(t("The e-mail could not be sent"), cure=cure) from error


@contextmanager
def _server(url: str) -> Iterator[smtplib.SMTP]:
    """A session with the mail server of `smtp_url`: smtps:// is TLS from the start; smtp:// turns
    to TLS where the server offers it, and must before a password is told."""
    parts = urlsplit(url or "smtp://localhost")
    host, context = parts.hostname or "localhost", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT_S, context=context
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_S)
    with server:
        server.ehlo()
        if parts.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=context)
        elif parts.scheme != "smtps" and parts.password:
            raise ValueError(t("{host} offers no TLS; the password was not sent", host=host))
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
