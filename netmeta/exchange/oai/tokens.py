"""Resumption tokens that hold all a list needs to go on: nothing is kept on the server.

A token works after a restart, as often as it is sent, and however the catalogue has changed. It
is no secret; its check sum only tells a damaged or invented one from ours.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import astuple, dataclass
from typing import Final

from netmeta.exchange.oai.arguments import OaiError

_VERSION: Final = 1
_CHECK_BYTES: Final = 6
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a list stands: what was asked, the key of the last record given, and the figures."""

    verb: str
    prefix: str
    since: str | None
    until: str | None
    set: str | None
    changed: str
    id: int
    cursor: int
    total: int


_TYPES: Final = (str, str, str | None, str | None, str | None, str, int, int, int)


def encode(place: Place, repository: str) -> str:
    """The token: letters, digits, hyphens and underscores."""
    words = json.dumps([_VERSION, *astuple(place)], separators=(",", ":")).encode("utf-8")
    return base64.urlsafe_b64encode(_check(words, repository) + words).rstrip(b"=").decode("ascii")


def decode(token: str, verb: str, repository: str) -> Place:
    """The place. Raises: OaiError badResumptionToken for what is no token of this list."""
    bad = OaiError("badResumptionToken", "The resumptionToken is invalid or of another list.")
    if not token or len(token) > _LONGEST or not token.isascii():
        raise bad
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        check, words = raw[:_CHECK_BYTES], raw[_CHECK_BYTES:]
        if check != _check(words, repository):
            raise bad
        version, *values = json.loads(words)
    except (binascii.Error, ValueError) as error:
        raise bad from error
    fits = len(values) == len(_TYPES) and all(map(isinstance, values, _TYPES))
    if version != _VERSION or not fits or values[0] != verb:
        raise bad
    return Place(**dict(zip(Place.__slots__, values, strict=True)))


def _check(words: bytes, repository: str) -> bytes:
    key = repository.encode("utf-8")[:64]
    return hashlib.blake2b(words, digest_size=_CHECK_BYTES, key=key).digest()
