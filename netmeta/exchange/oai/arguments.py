"""What was asked, checked as the protocol wants: section 3.6 and the tables of section 4."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final


class OaiError(Exception):
    """A request that the protocol answers with an error element; `code` is one of section 3.6."""

    def __init__(self, code: str, words: str, *, echo: Mapping[str, str] | None = None) -> None:
        super().__init__(words)
        self.code, self.words = code, words
        self.echo = dict(echo or {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request whose arguments are legal; `echo` is what the answer's request element repeats."""

    verb: str
    identifier: str | None = None
    prefix: str | None = None
    since: str | None = None
    until: str | None = None
    set: str | None = None
    token: str | None = None
    echo: Mapping[str, str] = field(default_factory=dict)


_LIST: Final = frozenset({"metadataPrefix", "from", "until", "set", "resumptionToken"})
_TAKES: Final[Mapping[str, frozenset[str]]] = {
    "Identify": frozenset(),
    "ListMetadataFormats": frozenset({"identifier"}),
    "ListSets": frozenset({"resumptionToken"}),
    "GetRecord": frozenset({"identifier", "metadataPrefix"}),
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
}
_NEEDS: Final[Mapping[str, frozenset[str]]] = {
    "GetRecord": frozenset({"identifier", "metadataPrefix"}),
    "ListIdentifiers": frozenset({"metadataPrefix"}),
    "ListRecords": frozenset({"metadataPrefix"}),
}
_PREFIX: Final = re.compile(r"[A-Za-z0-9\-_.!~*'()]+")
_SET: Final = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(?::[A-Za-z0-9\-_.!~*'()]+)*")
_URI: Final = re.compile(r"(?:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=\[\]]|%[0-9A-Fa-f]{2})+")
_SHAPES: Final = {"metadataPrefix": _PREFIX, "set": _SET, "identifier": _URI}
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SECOND: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def read_arguments(pairs: Sequence[tuple[str, str]]) -> Asked:
    """The request that (name, value) pairs make. Raises: OaiError badVerb or badArgument."""
    verbs = [value for name, value in pairs if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in _TAKES:
        why = "The verb argument is missing." if not verbs else "Illegal or repeated verb."
        raise OaiError("badVerb", why)
    verb = verbs[0]
    given = {name: value for name, value in pairs if name != "verb"}
    if len(given) != len(pairs) - 1:
        raise OaiError("badArgument", "An argument is repeated.")
    if foreign := sorted(set(given) - _TAKES[verb]):
        raise OaiError("badArgument", f"{verb} takes no argument {foreign[0]}.")
    if "resumptionToken" in given:
        if len(given) > 1:
            raise OaiError("badArgument", "resumptionToken excludes all other arguments.")
    elif missing := sorted(_NEEDS.get(verb, frozenset()) - set(given)):
        raise OaiError("badArgument", f"{verb} needs the argument {missing[0]}.")
    for name, shape in _SHAPES.items():
        if name in given and not shape.fullmatch(given[name]):
            raise OaiError("badArgument", f"The value of {name} has an illegal syntax.")
    since, until = _times(given.get("from"), given.get("until"))
    return Asked(
        verb=verb,
        identifier=given.get("identifier"),
        prefix=given.get("metadataPrefix"),
        since=since,
        until=until,
        set=given.get("set"),
        token=given.get("resumptionToken"),
        echo={"verb": verb, **given},
    )


def _times(since: str | None, until: str | None) -> tuple[str | None, str | None]:
    """Both ends as instants, a day being all of it."""
    grains = {_grain(value) for value in (since, until) if value is not None}
    if len(grains) > 1:
        raise OaiError("badArgument", "from and until must have one granularity.")
    if since is not None and until is not None and since > until:
        raise OaiError("badArgument", "from is later than until.")
    if "day" not in grains:
        return since, until
    return since and f"{since}T00:00:00Z", until and f"{until}T23:59:59Z"


def _grain(text: str) -> str:
    """ "day" or "second". Raises: OaiError for what is no UTC date of the protocol."""
    for grain, shape, form in (
        ("day", _DAY, "%Y-%m-%d"), ("second", _SECOND, "%Y-%m-%dT%H:%M:%SZ"),
    ):  # fmt: skip
        if shape.fullmatch(text):
            try:
                dt.datetime.strptime(text, form).replace(tzinfo=dt.UTC)
            except ValueError:
                break
            return grain
    raise OaiError("badArgument", "from and until are YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.")
