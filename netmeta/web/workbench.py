"""A curator's part of the methodist's desk: what readers reported, words to teach, who did what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from netmeta.catalogue import acts, curation
from netmeta.catalogue import reports as stored_reports
from netmeta.errors import UsageError
from netmeta.facade import Netmeta
from netmeta.services import reports, vocab
from netmeta.texts import language, t, tn
from netmeta.vocabularies import load
from netmeta.web import telling
from netmeta.web.acting import pen_of
from netmeta.web.forms import Form, RefusedError, answered, done, posted
from netmeta.web.shelf import shelf_of
from netmeta.web.signing_in import curator, require_curator

SHOWN: Final = 30
WORDS: Final = 20


async def work(datasette: Any, request: Any) -> dict[str, Any] | None:
    """What waits for the curator who asks; None for anybody else. Never kept: it changes by their
    own hand."""
    if await curator(datasette, request) is None:
        return None

    def read(netmeta: Netmeta) -> dict[str, Any]:
        catalogue = netmeta.catalogue
        return {
            "reports": [
                {**one, "kind_words": reports.kind_words(one["kind"])}
                for one in reports.queue(catalogue, limit=SHOWN)
            ],
            "waiting": stored_reports.waiting(catalogue.conn),
            "unmapped": vocab.unmapped_values(catalogue, limit=WORDS),
            "taught": curation.mappings(catalogue, limit=WORDS),
            "acts": [
                {**one, "words": telling.deed_words(one["deed"], one["fields"])}
                for one in acts.latest(catalogue, limit=SHOWN)
            ],
        }  # fmt: skip

    found = await shelf_of(datasette).do(read, language())
    concepts = sorted((one.label(language()), one.id) for one in load())
    return {**found, "concepts": concepts}


@answered
async def words(request: Any, datasette: Any) -> Any:
    """`/desk/words`: words of portals are taught; their records are read again at once."""
    name, form = await _asked(datasette, request)
    scheme, raw = form.one("scheme"), form.one("raw")
    concept = form.one("near") or form.one("concept")
    if form.one("do") == "forget":
        return await _forget(datasette, request, scheme, raw, name)
    if not concept:
        raise RefusedError(400, t("Choose what the words mean."))
    try:
        taught, _ = await pen_of(datasette).act(
            lambda catalogue: vocab.teach(catalogue, scheme, raw, concept, author=name),
            touched=lambda made: made.ids,
        )
    except UsageError as error:
        raise RefusedError(400, str(error)) from error
    shelf_of(datasette).forget()
    told = [
        t("“{raw}” means “{concept}” now.", raw=raw, concept=taught.concept.label(language())),
        tn("{n} record was understood anew.", "{n} records were understood anew.", taught.changed),
    ]
    if taught.left:
        told.append(t("{n} more wait for `netmeta vocab apply`.", n=taught.left))
    return done(datasette, request, "/desk#teach", " ".join(told))


async def _forget(datasette: Any, request: Any, scheme: str, raw: str, author: str) -> Any:
    try:
        forgotten, _ = await pen_of(datasette).act(
            lambda catalogue: vocab.unteach(catalogue, scheme, raw, author=author),
            touched=lambda made: made.ids,
        )
    except UsageError as error:
        raise RefusedError(400, str(error)) from error
    shelf_of(datasette).forget()
    told = [
        t("“{raw}” means nothing again.", raw=raw),
        tn("{n} record was understood anew.", "{n} records were understood anew.", forgotten.changed),
    ]  # fmt: skip
    return done(datasette, request, "/desk#teach", " ".join(told))


@answered
async def solved(request: Any, datasette: Any) -> Any:
    """`/desk/reports`: a report was looked at."""
    name, form = await _asked(datasette, request)
    id = form.number("id") or 0
    try:
        await pen_of(datasette).act(lambda catalogue: reports.solve(catalogue, id, author=name))
    except UsageError as error:
        raise RefusedError(400, str(error)) from error
    return done(datasette, request, "/desk#reports", t("Solved."))


async def _asked(datasette: Any, request: Any) -> tuple[str, Form]:
    """Who asks, and their form. Raises: RefusedError."""
    name = await require_curator(datasette, request)
    if request.method != "POST":
        raise RefusedError(405, t("This address takes forms only."))
    return name, await posted(request)


ROUTES: Final[list[tuple[str, Callable[..., Any]]]] = [
    (r"^/desk/words$", words),
    (r"^/desk/reports$", solved),
]
"""(pattern, view), for the plugin."""
