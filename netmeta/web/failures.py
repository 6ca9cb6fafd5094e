"""Error pages: what happened in plain words, never a path, a query or a stack."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400, Forbidden, NotFound, Response
from datasette.views.base import DatasetteError

from netmeta.errors import IndexUnavailableError, UnknownRecordError, UnknownSourceError, UsageError
from netmeta.texts import t

_log = logging.getLogger(__name__)


def failure(datasette: Any, request: Any, exception: BaseException) -> Callable[[], Awaitable[Any]]:
    """The answer to an exception, to be awaited by Datasette."""

    async def answer() -> Any:
        status, words = told(exception)
        if status >= 500:
            _log.error("failed: %s", request.path, exc_info=exception)
        if request.path.endswith(".json"):
            return Response.json({"ok": False, "error": words, "status": status}, status=status)
        context = {"status": status, "error": words, "robots": "noindex"}
        html = await datasette.render_template("error.html", context, request=request)
        return Response.html(html, status=status)

    return answer


def told(exception: BaseException) -> tuple[int, str]:
    """(status, words) for a visitor. What they typed wrong may be repeated to them; nothing else:
    our own errors name files of this machine."""
    if isinstance(exception, NotFound | UnknownRecordError | UnknownSourceError):
        return 404, t("There is no such page.")
    if isinstance(exception, Forbidden):
        return 403, t("This is not open to everyone.")
    if isinstance(exception, IndexUnavailableError):
        ready = t("Search is not ready yet; the catalogue itself can be read.")
        return 503, f"{ready} {t('The owner of this site runs `netmeta index rebuild`.')}"
    if isinstance(exception, UsageError):
        return 400, str(exception)
    if isinstance(exception, Base400 | DatasetteError):
        # Datasette says 500 of a column that is not there, too: what was asked was wrong, not we.
        return min(exception.status, 400), _datasettes(exception)
    return 500, t(
        "Something went wrong here. The owner of this site can find the reason in its log."
    )


def _datasettes(exception: Base400 | DatasetteError) -> str:
    """Datasette's own complaints are English and may quote SQL: say what kind they are."""
    if isinstance(exception.__context__, QueryInterrupted):
        return t("This took too long and was stopped.")
    return t("This request cannot be answered: a parameter does not fit.")
