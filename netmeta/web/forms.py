"""Forms that people send: read within bounds, checked for the token, refused in plain words.

Our forms check the token themselves and are left out of Datasette's check (hook `skip_csrf`): that
one lets requests without cookies pass, reads bodies of any length and answers in English.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final
from urllib.parse import parse_qs

from datasette.utils.asgi import Response

from netmeta.errors import LockedError, StorageError
from netmeta.texts import t
from netmeta.web.acting import writable
from netmeta.web.page import render

_log = logging.getLogger(__name__)

MAX_FORM_BYTES: Final = 200_000
"""The longest form has a summary of 20,000 characters, each three times two bytes in its coding."""

MOST_FIELDS: Final = 3_000
"""A collection of 500 records has three fields a record."""

PATHS: Final = re.compile(
    r"/-/log(in|out)|/record/\d{1,18}/(edit|report|collect)|/collections"
    r"|/collection/[a-z0-9-]{1,80}/edit|/desk/(words|reports)"
)
"""Paths of all our forms."""

View = Callable[[Any, Any], Awaitable[Any]]


class RefusedError(Exception):
    """A request that is not done, with the status and the words to say so."""

    def __init__(self, status: int, words: str, *, sign_in: bool = False) -> None:
        super().__init__(words)
        self.status, self.words, self.sign_in = status, words, sign_in


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent; line ends are those of this world."""

    values: Mapping[str, list[str]]

    def one(self, name: str) -> str:
        """The (last) value of a field without spaces around it; "" if it was not sent."""
        return self.values.get(name, [""])[-1].replace("\r\n", "\n").strip()

    def all(self, name: str) -> list[str]:
        """All values of a field, as of boxes that were ticked."""
        return [value.strip() for value in self.values.get(name, ())]

    def number(self, name: str) -> int | None:
        """A field as a whole number of at most 18 digits, else None."""
        text = self.one(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


async def posted(request: Any) -> Form:
    """The form of a POST. Raises: RefusedError without the token, or if it is no form."""
    body = await request.post_body()
    if len(body) > MAX_FORM_BYTES:  # the guard counts what is announced, this what has come
        raise RefusedError(413, t("This is too long."))
    try:
        values = parse_qs(
            body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )  # fmt: skip
    except ValueError as error:  # bytes that are no UTF-8 are one, too
        raise RefusedError(400, t("This is no form of ours.")) from error
    form = Form(values)
    token = request.scope["csrftoken"]()
    if not secrets.compare_digest(form.one("csrftoken").encode(), token.encode()):
        raise RefusedError(
            403, t("The form has grown old, or came from another site. Open its page anew and send it again.")
        )  # fmt: skip
    return form


def answered(view: View) -> View:
    """The view, with refusals as pages."""

    @wraps(view)
    async def answer(request: Any, datasette: Any) -> Any:
        try:
            if request.method == "POST" and not writable(datasette):
                raise RefusedError(
                    403, t("This is a published copy of the catalogue: it is only read.")
                )
            return await view(request, datasette)
        except RefusedError as refusal:
            return await _page(datasette, request, refusal)
        except (LockedError, StorageError) as error:
            _log.warning("not done: %s: %s", request.path, error)
            words = t("The catalogue cannot be written just now. Nothing was changed; try again later.")  # fmt: skip
            return await _page(datasette, request, RefusedError(503, words))

    return answer


async def _page(datasette: Any, request: Any, refusal: RefusedError) -> Any:
    context = {
        "words": refusal.words, "sign_in": refusal.sign_in, "robots": "noindex",
        "next": request.path,
    }  # fmt: skip
    return await render(
        datasette, request, "netmeta_refused.html", context, status=refusal.status
    )  # fmt: skip


def done(datasette: Any, request: Any, path: str, words: str) -> Any:
    """On to a page that says what was done."""
    datasette.add_message(request, words)
    return Response.redirect(datasette.urls.path(path), status=303)
