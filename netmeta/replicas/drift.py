"""Template drift on demand: a portal is redesigned, and a selector finds nothing any more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from netmeta.replicas.planted import Meaning
from netmeta.replicas.site import Ask, Reply, Site

_NAMES = re.compile(rb'((?:class|property|itemprop)=")([^"]*)"')
_NAME = re.compile(rb"\S+")


@dataclass(frozen=True, slots=True)
class Drift:
    """The redesign of a portal: which field of its items loses its class, and the new names of
    the classes (or of the properties of a `<meta>`) that marked it."""

    field: str
    renames: Mapping[str, str]


class DriftedSite:
    """A site after its redesign; what it says is the same."""

    def __init__(self, site: Site, drift: Drift) -> None:
        self.name = site.name
        self._site = site
        self._renames = {old.encode(): new.encode() for old, new in drift.renames.items()}

    def answer(self, ask: Ask) -> Reply:
        """The page of the site under the new names."""
        reply = self._site.answer(ask)
        if not reply.content_type.startswith("text/html"):
            return reply
        return replace(reply, body=_NAMES.sub(self._renamed, reply.body))

    def truth(self, base: str) -> tuple[dict[str, Any], ...]:
        """The same truth as before."""
        return self._site.truth(base)

    def meanings(self, base: str) -> Mapping[str, Meaning]:
        """The same meanings as before."""
        return self._site.meanings(base)

    def _renamed(self, found: re.Match[bytes]) -> bytes:
        names = _NAME.sub(lambda one: self._renames.get(one[0], one[0]), found[2])
        return found[1] + names + b'"'
