"""What readers report about records, bounded: nobody can fill the queue, or leave data of people."""

from __future__ import annotations

import re
from typing import Any, Final

from netmeta.catalogue import Catalogue
from netmeta.catalogue import reports as stored
from netmeta.errors import QueueFullError, UnknownRecordError, UsageError
from netmeta.normalise.contacts import without_contacts
from netmeta.texts import n_, t

KINDS: Final = {
    "link": n_("The link does not open"),
    "description": n_("The description is wrong"),
    "subject": n_("The subject or class is wrong"),
    "copy": n_("The same work stands here twice"),
    "rights": n_("It violates somebody's rights"),
    "other": n_("Something else"),
}
"""What can be wrong, in the order in which it is offered."""

MOST_CHARS: Final = 1_000
MOST_OPEN: Final = 1_000
MOST_OPEN_OF_RECORD: Final = 5
"""The sixth report about one record tells a curator nothing new."""

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def kind_words(kind: str) -> str:
    """What is wrong, in the reader's language."""
    words = KINDS[kind]
    return t(words)


def report(catalogue: Catalogue, id: int, kind: str, words: str = "") -> None:
    """Take a report about a visible record. Addresses, telephones and e-mails are cut out.

    Raises:
        UnknownRecordError: there is no such record to be seen.
        UsageError: the kind is none, the words are too long, or missing where they are all there is.
        QueueFullError: so many wait already.
    """
    words = _CONTROL.sub("", words.replace("\r\n", "\n")).strip()
    if kind not in KINDS:
        raise UsageError(t("Choose what is wrong"))
    if len(words) > MOST_CHARS:
        raise UsageError(t("The text is too long: at most {n} characters", n=MOST_CHARS))
    if kind == "other" and not words:
        raise UsageError(t("Say in a few words what is wrong"))
    with catalogue.transaction() as conn:
        record = catalogue.record(id)
        if record["hidden"] or not record["title"]:
            raise UnknownRecordError(str(id))
        if stored.waiting(conn) >= MOST_OPEN:
            raise QueueFullError(t("So many reports wait to be read that no more are taken today"))
        if stored.waiting(conn, id) >= MOST_OPEN_OF_RECORD:
            raise QueueFullError(
                t("Others have reported this record already; it will be looked at")
            )
        stored.add(catalogue, id, kind, without_contacts(words))


def queue(catalogue: Catalogue, *, solved: bool = False, limit: int = 50) -> list[dict[str, Any]]:
    """Reports that wait, the oldest first; with `solved` all, the newest first.

    Returns [{"id", "record", "title", "source", "kind", "words", "at", "solved_at", "solved_by"}].
    """
    return stored.listed(catalogue.conn, solved=solved, limit=limit)


def solve(catalogue: Catalogue, id: int, *, author: str) -> None:
    """Mark a report as solved. Raises: UsageError if it does not wait."""
    if not stored.solve(catalogue, id, author=author):
        raise UsageError(t("There is no open report {id}", id=id))
