"""Any site: addresses by words that sites share, fields by `PageReader` alone.

`Generic(grammar)` is a family for a portal whose engine is its own: see `portals.GRAMMARS`.
"""

from __future__ import annotations

from netmeta.harvest.families.address import Rule, host, match, rules, target
from netmeta.harvest.families.base import PageUrl
from netmeta.harvest.families.engine import Engine
from netmeta.harvest.families.markup import Markup
from netmeta.harvest.families.one_text import reads_as_one
from netmeta.harvest.families.portals import GRAMMARS, grammar_of

_SHARED = rules(
    (r"^/(?:[\w-]+/){0,2}(?P<module>articles?|stat[jy]?[iy]|статьи|publications?|publikac\w+|publikats\w+|materials?|materialy"
     r"|lessons?|uroki?|news|novosti|events?|sobytiya|konkurs\w*|media|posts?|blog|works?)/(?P<id>\d+)(?:[-_/.][^?]*)?$", "entry"),
    (r"/[^/?]*[^\W\d][^/?]*-(?P<id>(?!(?:19|20)\d\d(?:\.|$))\d{4,})(?:\.html?)?$", "entry"),
    (r"\.(?:php|html?|asp)\?(?:.*&)?(?P<module>id|art|article|news|nid|aid|item|post)=(?P<id>\d+)", "entry"),
    (r"^/(?:[\w-]+/){0,2}(?P<module>articles?|stat[jy]?[iy]|publications?|publikac\w+|publikats\w+|materialy|news|novosti|events?"
     r"|sobytiya|konkurs\w*|posts?|library|biblioteka)(?:\.html?)?$", "listing"),
)  # fmt: skip


class Generic(Engine):
    """No engine's tables; where the address tells nothing, the page does.

    Args:
        grammar: rules of one portal, tried before the shared ones. Without them the grammar of a
            known portal is found by the host of each address.
    """

    name = "generic"

    def __init__(self, grammar: tuple[Rule, ...] = ()) -> None:
        self._own = grammar
        self.grammar = (*grammar, *_SHARED)

    def told(self, url: str) -> PageUrl:
        own = self._own or GRAMMARS.get(grammar_of(host(url)), ())
        return match(own, target(url)) or super().told(url)

    def is_listing(self, markup: Markup) -> bool:
        """Many teasers are a listing; a page in doubt is read, and the reader decides."""
        return False

    def is_entry(self, html: str, url: str) -> bool:
        return reads_as_one(Markup(html, url))
