"""Which family made a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from netmeta.harvest.families.aspnet import AspNet
from netmeta.harvest.families.base import Family
from netmeta.harvest.families.bitrix import Bitrix
from netmeta.harvest.families.dolphin import Dolphin
from netmeta.harvest.families.drupal import Drupal
from netmeta.harvest.families.engine import Engine, decoded
from netmeta.harvest.families.evidence import ENOUGH, weigh, zones
from netmeta.harvest.families.generic import Generic
from netmeta.harvest.families.joomla import Joomla
from netmeta.harvest.families.ucoz import Ucoz
from netmeta.harvest.families.wordpress import WordPress

_ENGINES: Final[tuple[Engine, ...]] = (
    Ucoz(),
    Drupal(),
    WordPress(),
    Joomla(),
    Bitrix(),
    Dolphin(),
    AspNet(),
    Generic(),
)
FAMILIES: Final[Mapping[str, Family]] = MappingProxyType({one.name: one for one in _ENGINES})
"""{name: family}; "generic" is among them, and fits every page."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The family of a page.

    Attributes:
        family: a name of `FAMILIES`; "generic" where no engine left evidence.
        evidence: what speaks for it, strongest first, in words a person can check.
        scores: weight of evidence for each family that has any.
    """

    family: str
    evidence: tuple[str, ...]
    scores: Mapping[str, int]


def recognise(body: bytes, url: str, headers: Mapping[str, str] | None = None) -> Recognised:
    """The family that made a page, judged by this page alone. Never raises."""
    cut = zones(decoded(body, headers), headers)
    found = {engine.name: weigh(engine.signs, cut) for engine in _ENGINES}
    scores = {name: sum(sign.weight for sign in signs) for name, signs in found.items() if signs}
    best = max(scores, key=lambda name: scores[name], default="generic")
    if scores.get(best, 0) < ENOUGH:
        best = "generic"
    evidence = tuple(sign.says for sign in found[best])
    return Recognised(best, evidence, MappingProxyType(scores))
