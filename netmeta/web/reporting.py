"""«Сообщить о проблеме»: the one thing that strangers may write, and how much of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from weakref import WeakKeyDictionary

from datasette.utils.asgi import NotFound

from netmeta.errors import QueueFullError, UsageError
from netmeta.facade import Netmeta
from netmeta.services import reports
from netmeta.texts import language, t
from netmeta.web.acting import pen_of
from netmeta.web.allowance import DAY_S, Allowance, address_of
from netmeta.web.forms import Form, answered, done, posted
from netmeta.web.page import render
from netmeta.web.shelf import shelf_of

A_DAY: Final = 20
"""So many reports may come from one address in a day."""

TRAP: Final = "homepage"
"""A field that people do not see; programs that fill in every form fill it in, too."""

_allowances: WeakKeyDictionary[Any, Allowance] = WeakKeyDictionary()


@answered
async def report(request: Any, datasette: Any) -> Any:
    """`/record/ID/report`."""
    id = int(request.url_vars["id"])
    title = await shelf_of(datasette).do(lambda netmeta: _title(netmeta, id), language())
    if request.method != "POST":
        return await _page(datasette, request, id, title)
    form = await posted(request)
    thanks = t("Thank you! A curator will look at it.")
    if form.one(TRAP):
        return done(datasette, request, f"/record/{id}", thanks)
    allowance = _allowances.setdefault(datasette, Allowance(A_DAY, DAY_S))
    if not allowance.take(address_of(request)):
        words = t("That was a lot for one day. Come back tomorrow.")
        return await _page(datasette, request, id, title, form=form, error=words, status=429)
    kind, words = form.one("kind"), form.one("words")
    try:
        await pen_of(datasette).act(lambda catalogue: reports.report(catalogue, id, kind, words))
    except UsageError as error:
        status = 503 if isinstance(error, QueueFullError) else 400
        return await _page(
            datasette, request, id, title, form=form, error=str(error), status=status
        )
    return done(datasette, request, f"/record/{id}", thanks)


def _title(netmeta: Netmeta, id: int) -> str:
    """The title of a record that everybody may see. Raises: UnknownRecordError, NotFound."""
    record = netmeta.catalogue.record(id)
    if record["hidden"] or not record["title"]:
        raise NotFound("No such record.")
    return str(record["title"])


async def _page(
    datasette: Any, request: Any, id: int, title: str, *, form: Form | None = None,
    error: str = "", status: int = 200,
) -> Any:  # fmt: skip
    context = {
        "id": id, "record_title": title, "error": error, "robots": "noindex", "trap": TRAP,
        "kinds": [(kind, reports.kind_words(kind)) for kind in reports.KINDS],
        "kind": form.one("kind") if form else "", "words": form.one("words") if form else "",
        "most_chars": reports.MOST_CHARS,
    }  # fmt: skip
    return await render(datasette, request, "netmeta_report.html", context, status=status)


ROUTES: Final[list[tuple[str, Callable[..., Any]]]] = [
    (r"^/record/(?P<id>\d{1,18})/report$", report),
]
"""(pattern, view), for the plugin."""
