"""What people read, in Russian or English: gettext catalogues under netmeta/locale.

English words are the keys. The command line and the web set the language; a program that uses
netmeta as a library gets English unless it asks.

>>> t("There is no catalogue at {path}", path="x.db")
'There is no catalogue at x.db'
"""

from __future__ import annotations

import gettext
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["ru", "en"]

_language: ContextVar[Language] = ContextVar("netmeta_language", default="en")
_FOLDER = Path(__file__).with_name("locale")


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation("netmeta", _FOLDER, [language])


def set_language(language: Language) -> None:
    """Choose the language of what `t` and `tn` give, in this thread or task."""
    _language.set(language)


def language() -> Language:
    """The language chosen for this thread or task."""
    return _language.get()


def t(message: str, **values: object) -> str:
    """The message in the chosen language, with `values` filled in."""
    text = _catalogue(_language.get()).gettext(message)
    return text.format(**values) if values else text


def n_(message: str) -> str:
    """Mark a message for translation that is given to `t` elsewhere, by its value."""
    return message


SPOKEN = (
    # statuses of a run, outcomes, counts
    n_("ok"), n_("degraded"), n_("failed"), n_("interrupted"), n_("running"), n_("new"),
    n_("changed"), n_("unchanged"), n_("restored"), n_("suppressed"), n_("gone"), n_("items"),
    n_("pages"), n_("requests"), n_("bytes"), n_("not_modified"),
    n_("skipped: robots.txt"), n_("skipped: not an entry page"), n_("skipped: limit"),
    n_("skipped: soft 404"), n_("skipped: login wall"), n_("skipped: captcha"),
    n_("skipped: consent wall"), n_("skipped: not a page"), n_("skipped: listing"),
    n_("skipped: duplicate"), n_("skipped: other site"), n_("skipped: host paused"),
    n_("skipped: page cap"), n_("skipped: depth cap"), n_("skipped: query cap"),
    n_("skipped: endless pager"),
    # kinds of sources and records
    n_("site"), n_("sitemap"), n_("feed"), n_("calendar"), n_("folder"), n_("jsonl"), n_("oai"),
    n_("skipped: came home"), n_("skipped: known already"),
    n_("material"), n_("event"), n_("news"), n_("course"),
    # states of the index
    n_("behind"), n_("missing"), n_("outdated"), n_("damaged"), n_("extra"), n_("damage"),
    # fields, certificates, stages
    n_("summary"), n_("body"), n_("authors"), n_("published"), n_("subjects"), n_("grades"),
    n_("type"), n_("licence"), n_("image"), n_("attachments"), n_("stages"), n_("free"),
    n_("paid"), n_("none"), n_("unknown"), n_("registration"), n_("submission"), n_("held"),
    n_("voting"), n_("results"), n_("other"), n_("views"), n_("comments"), n_("rating"),
    n_("downloads"), n_("subject"), n_("grade"), n_("subtitle"), n_("place"), n_("audience"),
    # why pages could not be read
    n_("no such host"), n_("connection refused"), n_("timeout"), n_("larger than max_bytes"),
    n_("cut off"), n_("unsupported address"), n_("connection failed"), n_("robots.txt forbids"),
    n_("robots.txt cannot be read"), n_("no entries"), n_("host paused"), n_("page cap"),
    n_("address not allowed"), n_("no secure connection"), n_("no text"), n_("unknown coding"),
    n_("too many redirects"), n_("skipped: no text"),
    # health of a source
    n_("empty"), n_("drifted"), n_("blocked"), n_("parse-broken"), n_("waiting"), n_("paused"), n_("alike"),
    n_("complete"), n_("missed"), n_("not gone"), n_("forced"), n_("start failed"),
    # columns and sections of a record's history, statuses of events
    n_("raw"), n_("where"), n_("scheme"), n_("concept"), n_("field"), n_("code"), n_("value"),
    n_("author"), n_("at"), n_("Understood"), n_("Not understood"), n_("Problems"),
    n_("Edited by people"), n_("forgotten"), n_("scheduled"), n_("moved"), n_("cancelled"),
    n_("over"),
    # why a page is no material, and how sure a spider's rule is
    n_("not an entry page"), n_("soft 404"), n_("login wall"), n_("captcha"), n_("consent wall"),
    n_("not a page"), n_("listing"), n_("duplicate"), n_("robots.txt"), n_("no such folder"),
    n_("evidenced"), n_("assumed"),
    # where a setting came from
    n_("flag"), n_("environment"), n_("file"), n_("default"),
    # jobs of the worker, and who asked for them
    n_("schedule"), n_("trigger"), n_("harvest"), n_("index"), n_("health"), n_("tidy"),
    n_("publish"), n_("links"), n_("notify"), n_("link"), n_("note"), n_("alarm"),
)  # fmt: skip
"""Messages that reach `t` as values: codes of the catalogue that people see."""


def tn(one: str, many: str, n: int, **values: object) -> str:
    """The message in the form that fits the number `n` ("1 запись", "3 записи", "5 записей")."""
    text = _catalogue(_language.get()).ngettext(one, many, n)
    return text.format(n=n, **values)
