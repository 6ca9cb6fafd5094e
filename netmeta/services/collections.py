"""Collections («подборки»): records that a curator puts together, in an order, with notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from netmeta.catalogue import Catalogue
from netmeta.catalogue import collections as stored
from netmeta.catalogue.browse import listed
from netmeta.catalogue.stored import Stored
from netmeta.errors import UsageError
from netmeta.normalise.forgetting import REMOVED
from netmeta.services import feeds
from netmeta.services.feeds import Found
from netmeta.texts import t
from netmeta.vocabularies.slugs import transliterate

MOST_TITLE: Final = 120
MOST_DESCRIPTION: Final = 2_000
MOST_NOTE: Final = 500
MOST_RECORDS: Final = 500
MOST_COLLECTIONS: Final = 1_000
_MOST_SLUG: Final = 60
_NO_SLUG: Final = re.compile(r"[^a-z0-9]+")


def slug_of(title: str, taken: set[str]) -> str:
    """A part of an address made of a title; numbered if it is taken.

    >>> slug_of("Дроби, 5 класс", {"drobi-5-klass"})
    'drobi-5-klass-2'
    """
    base = _NO_SLUG.sub("-", transliterate(title.lower()))[:_MOST_SLUG].strip("-") or "podborka"
    slug, n = base, 1
    while slug in taken:
        n += 1
        slug = f"{base}-{n}"
    return slug


def require(catalogue: Catalogue, slug: str) -> Stored:
    """A collection. Raises: UsageError if there is none."""
    found = stored.collection(catalogue.conn, slug)
    if found is None:
        raise UsageError(
            t("There is no collection {slug}", slug=slug), cure=t("See `netmeta collection list`.")
        )
    return found


def make(catalogue: Catalogue, title: str, description: str = "", *, author: str) -> str:
    """Make an empty collection; returns its slug. Raises: UsageError."""
    title, description = _title(title), _text(description, MOST_DESCRIPTION)
    with catalogue.transaction() as conn:
        if len(stored.collections(conn)) >= MOST_COLLECTIONS:
            raise UsageError(t("There are {n} collections already", n=MOST_COLLECTIONS))
        base = slug_of(title, set())
        slug = slug_of(title, stored.slugs(conn, base))
        stored.make(catalogue, slug, title, description, author=author)
    return slug


def describe(catalogue: Catalogue, slug: str, title: str, description: str, *, author: str) -> None:
    """Give a collection another title and description; its address stays. Raises: UsageError."""
    require(catalogue, slug)
    title, description = _title(title), _text(description, MOST_DESCRIPTION)
    stored.describe(catalogue, slug, title, description, author=author)


def readdress_nameless(catalogue: Catalogue) -> None:
    """Give collections whose title named somebody who is forgotten now an address without the name."""
    with catalogue.transaction() as conn:
        for one in stored.collections(conn):
            slug = slug_of(one["title"], set())
            if REMOVED in one["title"] and not one["slug"].startswith(slug):
                stored.readdress(
                    catalogue, one["slug"], slug_of(one["title"], stored.slugs(conn, slug))
                )


def remove(catalogue: Catalogue, slug: str, *, author: str) -> None:
    """Remove a collection. Raises: UsageError if there is none."""
    require(catalogue, slug)
    stored.remove(catalogue, slug, author=author)


def put(catalogue: Catalogue, slug: str, id: int, note: str = "", *, author: str) -> bool:
    """Add a record at the end; returns False if it is there already.

    Raises: UsageError; UnknownRecordError, also for one that nobody may see.
    """
    note = _text(note, MOST_NOTE)
    with catalogue.transaction() as conn:
        collection = require(catalogue, slug)
        record = catalogue.record(id)
        if record["hidden"] or record["gone_at"] is not None:
            raise UsageError(t("Record {id} is hidden or gone", id=id))
        if len(stored.members(conn, collection["id"])) >= MOST_RECORDS:
            raise UsageError(t("A collection has at most {n} records", n=MOST_RECORDS))
        return stored.put(catalogue, slug, id, note, author=author)


def take(catalogue: Catalogue, slug: str, id: int, *, author: str) -> None:
    """Take a record out. Raises: UsageError if it is not in the collection."""
    require(catalogue, slug)
    if not stored.take(catalogue, slug, id, author=author):
        raise UsageError(t("Record {id} is not in the collection {slug}", id=id, slug=slug))


def arrange(
    catalogue: Catalogue,
    slug: str,
    order: Sequence[tuple[int, str]],
    *,
    drop: Sequence[int] = (),
    author: str,
) -> None:
    """Give all members their order and notes at once, and take some out.

    Args:
        order: (record, note), the first one first; whoever is not a member does not count.
        drop: records to take out.

    Raises: UsageError.
    """
    notes = [(id, _text(note, MOST_NOTE)) for id, note in order if id not in drop]
    with catalogue.transaction() as conn:
        collection = require(catalogue, slug)
        for id in drop:
            stored.take(catalogue, slug, id, author=author)
        known = [(one["record"], one["note"]) for one in stored.members(conn, collection["id"])]
        wanted = [pair for pair in notes if pair[0] in {id for id, _ in known}]
        # Whoever was added while the list was being put in order stays, at its end.
        wanted += [pair for pair in known if pair[0] not in {id for id, _ in wanted}]
        if wanted != known:
            stored.arrange(catalogue, slug, wanted, author=author)


def whole(catalogue: Catalogue, slug: str, *, all_members: bool = False) -> dict[str, Any]:
    """A collection with its members: {"slug", "title", "description", "author", "created_at",
    "changed_at", "records", "members": [what a list shows of a record, and "note", "added_by",
    "added_at", "visible"]}.

    Args:
        all_members: hidden and gone ones too, for curators.

    Raises: UsageError if there is none.
    """
    found = require(catalogue, slug)
    members = stored.members(catalogue.conn, found.pop("id"))
    shown = {row["id"]: row for row in listed(catalogue.conn, [one["record"] for one in members])}
    return {
        **found,
        "members": [
            {
                **shown[one["record"]], "note": one["note"], "added_by": one["author"],
                "added_at": one["added_at"], "visible": one["visible"],
            }
            for one in members
            if one["visible"] or all_members
        ],
    }  # fmt: skip


def feed(catalogue: Catalogue, slug: str) -> Found:
    """What a collection's feed has: what was added last comes first, each with its note.

    Raises: UsageError if there is no such collection.
    """
    found = require(catalogue, slug)
    members = sorted(
        stored.members(catalogue.conn, found["id"]),
        key=lambda one: (one["added_at"], one["record"]), reverse=True,
    )  # fmt: skip
    notes = {one["record"]: one["note"] for one in members}
    ids = [one["record"] for one in members]
    made = feeds.listed(catalogue, ids, title=found["title"], changed=found["changed_at"])
    records = [
        {**record, "summary": "\n".join(filter(None, (notes[record["id"]], record["summary"] or record["body"])))}
        if notes[record["id"]] else record
        for record in made.records
    ]  # fmt: skip
    return Found(records=records, title=made.title, list_changed=made.list_changed)


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise UsageError(t("A collection needs a title"))
    if len(title) > MOST_TITLE:
        raise UsageError(t("The title is too long: at most {n} characters", n=MOST_TITLE))
    return title


def _text(text: str, most: int) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > most:
        raise UsageError(t("The text is too long: at most {n} characters", n=most))
    return text
