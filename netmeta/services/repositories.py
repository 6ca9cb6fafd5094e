"""Recognising a repository (another netmeta among them) by the address of its site alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from netmeta.errors import BadFeedError
from netmeta.exchange.oai.reading import endpoints, read_identity
from netmeta.model import Source
from netmeta.services.sources import slug

Fetch = Callable[[Sequence[str]], Mapping[str, bytes]]
"""Gives {address: body} of those addresses that answered."""


def repository_at(url: str, fetch: Fetch) -> Source | None:
    """The source that stands for the OAI-PMH repository of a site; None if there is none.

    Costs one or two requests: `/oai?verb=Identify` under the address and under its host.
    """
    candidates = {f"{place}?verb=Identify": place for place in endpoints(url)}
    answers = fetch(list(candidates))
    for asked, place in candidates.items():
        try:
            identity = read_identity(answers.get(asked, b""))
        except BadFeedError:
            continue
        title = identity.title or urlsplit(place).hostname or place
        return Source(name=slug(place), kind="oai", url=place, title=title, spider="oai")
    return None
