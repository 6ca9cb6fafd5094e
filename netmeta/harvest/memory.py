"""Memory: what a harvest knows from earlier ones, and what it leaves to the next.

It decides whether an answer says anything new, by the server's word (304) or by comparing the
body, or of listings the links they show, since counters and clocks change on every page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import xxhash
from scrapy.http import Response

from netmeta.catalogue.visits import Role, Visit
from netmeta.harvest.job import HarvestJob


def digest(*parts: str | bytes) -> str:
    """A short hash of the parts in their order.

    It guards against chance, not malice: a site that wants to look unchanged may say so anyway.
    A page of 50 KB takes xxh3 half a microsecond, blake2b 43.
    """
    made = xxhash.xxh3_128()
    for part in parts:
        made.update(part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part)
        made.update(b"\0")
    return made.hexdigest()


def header(response: Response, name: str) -> str | None:
    """A header of a response as text."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


class Memory:
    """The visits of one source, old and new.

    Attributes:
        lastmod: {address: what the sitemap says of it} of pages that were asked for before it was
            read; with all others the request carries it.
        whole: this harvest sees everything, and chooses anew which listings are to be watched.
    """

    def __init__(self, job: HarvestJob) -> None:
        self.job = job
        self.lastmod: dict[str, str] = {}
        self.whole = False
        self._awaited: dict[str, dict[str, Visit]] = {}

    def headers(self, url: str) -> dict[str, str]:
        """What to send so that the server may say that nothing has changed."""
        visit = None if self.job.anew else self.job.visits.get(url)
        out = {}
        if visit and visit.etag:
            out["If-None-Match"] = visit.etag
        if visit and visit.last_modified:
            out["If-Modified-Since"] = visit.last_modified
        return out

    def unchanged(self, response: Response, asked: str, links: Iterable[str] | None = None) -> bool:
        """Whether the answer says nothing new; counted, and remembered as looked at today.

        Args:
            links: what a listing shows, where that and not its bytes is to be compared.
        """
        visit = self.job.visits.get(asked)
        if visit is None or visit.role == "owed" or self.job.anew:
            return False
        if response.status != 304 and visit.body_hash != _hash(response, links):
            return False
        self.job.not_modified += 1
        self._keep(asked, visit._replace(lastmod=self._lastmod(response, asked) or visit.lastmod))
        return True

    def remember(
        self,
        role: Role,
        response: Response,
        asked: str,
        *,
        key: str = "",
        links: Iterable[str] | None = None,
    ) -> None:
        """Keep how a page was found, under the address it was asked by."""
        before = self.job.visits.get(asked)
        watched = bool(before and before.watched and before.role == role and not self.whole)
        lastmod = self._lastmod(response, asked) or (before.lastmod if before else "")
        visit = Visit(
            role,
            key,
            header(response, "ETag"),
            header(response, "Last-Modified"),
            _hash(response, links),
            lastmod,
            watched=watched,
        )
        self._keep(asked, visit)

    def await_item(self, identity: str, response: Response, keys: Mapping[str, str]) -> None:
        """Keep an entry under its addresses ({address: key}) once its item is taken: a harvest
        that stops at its limit has read pages whose items nobody took."""
        for asked, key in keys.items():
            self.remember("entry", response, asked, key=key)
            self._awaited.setdefault(identity, {})[asked] = self.job.seen.pop(asked)

    def taken(self, identity: str) -> None:
        """The item of an entry was taken."""
        self.job.seen.update(self._awaited.pop(identity, {}))

    def owe(self, role: Role, asked: str, *, key: str = "") -> None:
        """A page could not be read: the next harvest is to ask for it again."""
        if role in ("entry", "page", "owed"):
            self._keep(asked, Visit("owed", key))
        else:
            before = self.job.visits.get(asked) or Visit(role, key)
            self._keep(asked, before._replace(body_hash=None, etag=None, watched=True, lastmod=""))

    def watch(self, first: str, key: str) -> None:
        """Ask for the first page of a listing at every harvest."""
        known = self.job.seen.get(first) or self.job.visits.get(first) or Visit("listing", key)
        self._keep(first, known._replace(watched=True))

    def mark(self, asked: str, key: str) -> None:
        """Keep a word about a page that was read."""
        if known := self.job.seen.get(asked) or self.job.visits.get(asked):
            self._keep(asked, known._replace(key=key))

    def forget(self, asked: str) -> None:
        """The page is no more."""
        self.job.dead.add(asked)

    def _lastmod(self, response: Response, asked: str) -> str:
        return str(response.meta.get("lastmod") or self.lastmod.pop(asked, ""))

    def _keep(self, asked: str, visit: Visit) -> None:
        self.job.seen[asked] = visit


def _hash(response: Response, links: Iterable[str] | None) -> str:
    return digest(response.body) if links is None else digest(*links)
