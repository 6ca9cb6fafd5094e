"""What a signed-in curator does to a record: correct it, give fields back, hide and show it.

Everybody else only reads: each view asks who comes before anything else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from netmeta.catalogue import Catalogue, collections, curation
from netmeta.catalogue.stored import Stored
from netmeta.facade import Netmeta
from netmeta.services.curation import edit, portal_values
from netmeta.services.fitting import MOST_CHARS
from netmeta.texts import language, t
from netmeta.web import record_form, telling
from netmeta.web.acting import pen_of
from netmeta.web.forms import Form, RefusedError, answered, done, posted
from netmeta.web.page import render
from netmeta.web.shelf import shelf_of
from netmeta.web.signing_in import curator, require_curator


@answered
async def edit_record(request: Any, datasette: Any) -> Any:
    """`/record/ID/edit`: the form, and what is sent by it."""
    name = await require_curator(datasette, request)
    id = int(request.url_vars["id"])
    if request.method != "POST":
        return await _page(datasette, request, id)
    form = await posted(request)
    wish = form.one("do")
    if wish in {"hide", "show"}:
        return await _hide(datasette, request, id, wish == "hide", name)
    outcome, known = await pen_of(datasette).act(
        lambda catalogue: _correct(catalogue, id, form, name),
        touched=lambda made: [id] if made.changed else [],
    )
    if outcome.errors:
        return await _page(datasette, request, id, form=form, errors=outcome.errors)
    return _on(datasette, request, id, _told(outcome.changed, known), hidden=outcome.hidden)


def _told(changed: bool, known: bool) -> str:
    if not changed:
        return t("Nothing was changed.")
    return t("Saved.") if known else t("Saved. Search will know of it within minutes.")


@dataclass(frozen=True, slots=True)
class _Outcome:
    changed: bool = False
    errors: dict[str, str] | None = None
    hidden: bool = False


def _correct(catalogue: Catalogue, id: int, form: Form, author: str) -> _Outcome:
    """Take over what the form changes and gives back, or say what is wrong with it."""
    record = _record(catalogue, id)
    values, errors = record_form.changed(form, record)
    wish = form.one("do")
    back = {wish.removeprefix("back:")} if wish.startswith("back:") else set()
    back &= {one["field"] for one in curation.overrides(catalogue, id)}
    values = {field: value for field, value in values.items() if field not in back}
    errors = {field: words for field, words in errors.items() if field not in back}
    if errors:
        return _Outcome(errors=errors)
    if values or back:
        edit(catalogue, id, values=values, back=sorted(back), author=author)
    return _Outcome(changed=bool(values or back), hidden=record["hidden"])


def _record(catalogue: Catalogue, id: int) -> Stored:
    """The record. Raises: UnknownRecordError; RefusedError if it was removed on request."""
    record = catalogue.record(id)
    if record["gone_at"] is not None and not record["title"]:
        raise RefusedError(410, t("This record was removed on request and does not come back."))
    return record


async def _hide(datasette: Any, request: Any, id: int, hidden: bool, author: str) -> Any:
    def deed(catalogue: Catalogue) -> None:
        _record(catalogue, id)
        edit(catalogue, id, hidden=hidden, author=author)

    await pen_of(datasette).act(deed, touched=lambda made: [id])
    shelf_of(datasette).forget()
    words = t("The record is hidden from everybody.") if hidden else t("The record is shown again.")
    return _on(datasette, request, id, words, hidden=hidden)


def _on(datasette: Any, request: Any, id: int, words: str, *, hidden: bool) -> Any:
    """On to the record; a hidden one has only its form."""
    return done(datasette, request, f"/record/{id}/edit" if hidden else f"/record/{id}", words)


async def _page(
    datasette: Any, request: Any, id: int, *, form: Form | None = None,
    errors: dict[str, str] | None = None,
) -> Any:  # fmt: skip
    def read(netmeta: Netmeta) -> dict[str, Any]:
        catalogue = netmeta.catalogue
        record = _record(catalogue, id)
        return {
            "record": record,
            "portal": portal_values(catalogue, id),
            "overrides": curation.overrides(catalogue, id),
        }

    found = await shelf_of(datasette).do(read, language())
    shown = record_form.values(found["record"])
    portal = found["portal"]
    edited = {
        one["name"]: {**one, "portal": telling.value_words(one["name"], portal.get(one["name"]))}
        for one in telling.edits(found)
    }
    context = {
        "record": found["record"],
        "values": record_form.typed(form) if form else shown,
        "was": form.one("was") if form else record_form.prints(shown),
        "edited": edited,
        "others": [one for name, one in edited.items() if name not in record_form.FIELDS],
        "errors": errors or {},
        "choices": record_form.choices(),
        "spare": record_form.SPARE_STAGES,
        "most_chars": MOST_CHARS,
        "robots": "noindex",
    }
    status = 400 if errors else 200
    return await render(datasette, request, "netmeta_edit.html", context, status=status)


async def beside(datasette: Any, request: Any, found: dict[str, Any]) -> dict[str, Any]:
    """What a record's page shows beside the record: its history in words, the collections it is in,
    and for a curator those it could be in.

    Args:
        found: of `netmeta.services.browse.record`.
    """
    curates = await curator(datasette, request) is not None
    id, history = found["record"]["id"], found["history"]

    def read(netmeta: Netmeta) -> dict[str, Any]:
        conn = netmeta.catalogue.conn
        return {
            "collected": collections.of_record(conn, id),
            "collections": collections.collections(conn) if curates else [],
        }

    return {
        **await shelf_of(datasette).do(read, language()),
        "changes": telling.changes(history),
        "meanings": telling.meanings(history),
        "edits": telling.edits(history),
    }


ROUTES: Final[list[tuple[str, Callable[..., Any]]]] = [
    (r"^/record/(?P<id>\d{1,18})/edit$", edit_record),
]
"""(pattern, view), for the plugin."""
