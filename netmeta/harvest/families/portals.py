"""Addresses of portals with an engine of their own, from portals.md: forms seen unless marked.

Hosts find the grammar of a page that lies on the open web; a spider asks for its portal's by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from netmeta.harvest.families.address import Rule, rules

GRAMMARS: Final[Mapping[str, tuple[Rule, ...]]] = {
    "1sept": rules(
        (
            r"^/(?:articles|статьи)/\d+/presentation/|^/(?:articles|статьи)/\d+/[^/?]+\.\w{2,5}$",
            "download",
        ),
        (r"^/(?P<module>articles|статьи)/(?P<id>\d+)$", "entry"),
        (r"^/(?P<module>publication)/[^/?]+$", "entry"),
        (r"^/articlef?\.php\?(?:.*&)?ID=(?P<id>\d+)", "entry"),
        (r"^/(?:19|20)\d\d/(?:art|\d+)/[^/?]+\.html?$", "entry"),
        (r"^/(?:articles|publications?|статьи|subjects?|topics?)(?:[/?]|$)", "listing"),
        (r"^/(?:19|20)\d\d(?:/\d+)?$|^/(?:index\.php\?|archive|numb)", "listing"),
    ),
    "infourok": rules(
        (r"^/(?P<module>user)/[^/?]+", "profile"),
        (r"^/[\w-]+-(?P<id>\d+)\.html$", "entry"),
        (r"^/(?:biblioteka|library|kursy|konferencii|olimpiady)(?:/|$)", "listing"),
    ),
    "multiurok": rules(
        (r"^/files/[^/?]+\.html$", "entry"),
        (r"^/(?P<module>blog|index\.php/blog)/[^/?]+\.html$", "entry"),
        (r"^/(?:id\d+|user|[\w.-]+)/(?:files|blog)$", "profile"),
        (r"^/id\d+(?:/|$)", "profile"),
        (r"^/(?:files|blog|all-files)(?:/|\?|$)", "listing"),
    ),
    "kopilkaurokov": rules(
        (r"^/(?:users?|login|reg\w*|search)(?:/|$)", "profile"),
        (r"^/[\w-]+/[\w-]+/[\w-]{3,}$", "entry"),
        (r"^/[\w-]+(?:/[\w-]+)?(?:\?page=\d+)?$", "listing"),
    ),
    "znanio": rules(
        (r"^/(?P<module>media)/[^/?]*-(?P<id>\d+)$", "entry"),
        (r"^/(?:person|user|author)/", "profile"),
        (r"^/(?:media|catalog|library)(?:/|\?|$)", "listing"),
    ),
    "pedsovet.org": rules(
        (r"^/(?P<module>article)/[^/?]+$", "entry"),
        (r"^/(?P<module>publikatsii)/[^/?]+/[^/?]+$", "entry"),
        (r"^/(?:publikatsii(?:/[^/?]+)?|articles?|beta)(?:\?.*)?$", "listing"),
    ),
    "resh": rules(
        (r"^/subject/(?P<module>lesson)/(?P<id>\d+)(?:/\w+)?$", "entry"),
        (r"^/subject(?:/\d+){0,2}$", "listing"),
    ),
    "videouroki": rules(
        (r"^/(?P<module>razrabotki|video|blog)/[^/?]+(?:-\d+)?\.html$", "entry"),
        (r"^/(?:razrabotki|video|blog|catalog)(?:/[\w-]+)*$", "listing"),
    ),
}
"""{portal: its rules}, tried before those of all sites."""

_HOSTS: Final = {
    "1september.ru": "1sept",
    "1sept.ru": "1sept",
    "infourok.ru": "infourok",
    "multiurok.ru": "multiurok",
    "kopilkaurokov.ru": "kopilkaurokov",
    "znanio.ru": "znanio",
    "pedsovet.org": "pedsovet.org",
    "resh.edu.ru": "resh",
    "videouroki.net": "videouroki",
}


def grammar_of(host: str) -> str:
    """The name in `GRAMMARS` for a host or its subdomains; "" where it is not known."""
    return next(
        (name for end, name in _HOSTS.items() if host == end or host.endswith("." + end)), ""
    )
