"""Collections: their public pages and feeds, and what a curator does to them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final, cast

from datasette.utils.asgi import NotFound, Response

from netmeta.catalogue import Catalogue
from netmeta.catalogue import collections as stored
from netmeta.errors import UsageError
from netmeta.exchange import feeds as formats
from netmeta.exchange.feeds import Channel, FeedFormat
from netmeta.exchange.markup import Escaper
from netmeta.facade import Netmeta
from netmeta.services import collections as services
from netmeta.services.publishing import oai_setting
from netmeta.texts import language, t
from netmeta.web.acting import pen_of
from netmeta.web.forms import Form, RefusedError, answered, done, posted
from netmeta.web.page import render
from netmeta.web.sending import changing, site_url
from netmeta.web.shelf import shelf_of
from netmeta.web.signing_in import curator, require_curator

_SLUG: Final = r"(?P<slug>[a-z0-9-]{1,80})"


def _tagged(request: Any, response: Any) -> Any:
    """A page with an ETag; 304 without a body for who has it. It is asked for each time: a curator
    may have changed the list a second ago."""
    tag = f'W/"{hashlib.blake2b(response.body.encode("utf-8"), digest_size=12).hexdigest()}"'
    known = {one.strip() for one in (request.headers.get("if-none-match") or "").split(",")}
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in known:
        return Response("", status=304, headers=headers)
    response.headers.update(headers)
    return response


@answered
async def collections(request: Any, datasette: Any) -> Any:
    """`/collections`: all of them; a curator makes another one here."""
    if request.method == "POST":
        name = await require_curator(datasette, request)
        form = await posted(request)
        slug = await _done(datasette, lambda catalogue: services.make(
            catalogue, form.one("title"), form.one("description"), author=name
        ))  # fmt: skip
        return done(datasette, request, f"/collection/{slug}/edit", t("The collection is made."))
    found = await shelf_of(datasette).do(
        lambda netmeta: stored.collections(netmeta.catalogue.conn), language()
    )
    by_whom = await curator(datasette, request)
    shown = [one for one in found if one["records"] or by_whom]
    page = await render(datasette, request, "netmeta_collections.html", {"listed": shown})
    return _tagged(request, page)


async def collection(request: Any, datasette: Any) -> Any:
    """`/collection/SLUG`: one collection, for everybody."""
    found = await _whole(datasette, request.url_vars["slug"])
    page = await render(datasette, request, "netmeta_collection.html", {"collection": found})
    return _tagged(request, page)


async def _whole(datasette: Any, slug: str, *, all_members: bool = False) -> dict[str, Any]:
    def read(netmeta: Netmeta) -> dict[str, Any]:
        try:
            return services.whole(netmeta.catalogue, slug, all_members=all_members)
        except UsageError as error:
            raise NotFound("No such collection.") from error

    return await shelf_of(datasette).do(read, language())


async def feed(request: Any, datasette: Any) -> Any:
    """`/collection/SLUG/feed.rss`, `.atom`, `.json`: what was added last comes first."""
    slug, form = request.url_vars["slug"], cast(FeedFormat, request.url_vars["form"])
    site = site_url(request, datasette)

    def make(netmeta: Netmeta) -> tuple[bytes, str]:
        try:
            found = services.feed(netmeta.catalogue, slug)
        except UsageError as error:
            raise NotFound("No such collection.") from error
        title = datasette.metadata("title")
        setting = oai_setting(netmeta.catalogue, netmeta.config, site, title=title)
        channel = Channel(
            title=f"{found.title} — {setting.title}",
            description=t("A collection: {title}", title=found.title),
            self_url=f"{site}collection/{slug}/feed.{form}",
            home=f"{site}collection/{slug}",
            setting=setting,
        )
        return formats.write(form, channel, found.records, Escaper()), found.changed

    body, changed = await shelf_of(datasette).do(make, language())
    return await changing(request, body, formats.MEDIA_TYPES[form], changed=changed)


@answered
async def edit(request: Any, datasette: Any) -> Any:
    """`/collection/SLUG/edit`: title, description, order, notes; members go out, the whole goes."""
    name = await require_curator(datasette, request)
    slug = request.url_vars["slug"]
    if request.method != "POST":
        return await _edit_page(datasette, request, slug)
    form = await posted(request)
    await _whole(datasette, slug)
    if form.one("do") == "remove":
        if form.one("sure") != "yes":
            raise RefusedError(400, t("Tick the box to remove the whole collection."))
        await _done(datasette, lambda catalogue: services.remove(catalogue, slug, author=name))
        return done(datasette, request, "/collections", t("The collection is removed."))
    await _done(datasette, lambda catalogue: _save(catalogue, slug, form, name))
    return done(datasette, request, f"/collection/{slug}", t("Saved."))


def _save(catalogue: Catalogue, slug: str, form: Form, author: str) -> None:
    """Take over the form: the order is that of the numbers typed, of equal ones as they stood."""
    ids = [int(id) for id in form.all("member") if id.isascii() and id.isdigit() and len(id) < 19]
    places = [form.number(f"place-{id}") for id in ids]
    numbered = [(place if place is not None else 10**9, at) for at, place in enumerate(places)]
    order = [ids[at] for _, at in sorted(numbered)]
    with catalogue.transaction():
        known = services.require(catalogue, slug)
        title, description = form.one("title"), form.one("description")
        if (title, description) != (known["title"], known["description"]):
            services.describe(catalogue, slug, title, description, author=author)
        services.arrange(
            catalogue, slug, [(id, form.one(f"note-{id}")) for id in order],
            drop=[id for id in ids if form.one(f"out-{id}")], author=author,
        )  # fmt: skip


async def _edit_page(datasette: Any, request: Any, slug: str) -> Any:
    context = {
        "collection": await _whole(datasette, slug, all_members=True), "robots": "noindex",
        "most_title": services.MOST_TITLE, "most_description": services.MOST_DESCRIPTION,
        "most_note": services.MOST_NOTE,
    }  # fmt: skip
    return await render(datasette, request, "netmeta_collection_edit.html", context)


@answered
async def collect(request: Any, datasette: Any) -> Any:
    """`/record/ID/collect`: a record into a collection, or out of one."""
    name = await require_curator(datasette, request)
    id = int(request.url_vars["id"])
    if request.method != "POST":
        return Response.redirect(datasette.urls.path(f"/record/{id}"), status=303)
    form = await posted(request)

    def deed(catalogue: Catalogue) -> str:
        if slug := form.one("out"):
            services.take(catalogue, slug, id, author=name)
            return t("Taken out of the collection.")
        with catalogue.transaction():
            title = form.one("title")
            slug = services.make(catalogue, title, author=name) if title else form.one("slug")
            added = services.put(catalogue, slug, id, form.one("note"), author=name)
        return t("Added to the collection.") if added else t("It is in that collection already.")

    words = await _done(datasette, deed)
    return done(datasette, request, f"/record/{id}", words)


async def _done(datasette: Any, deed: Callable[[Catalogue], Any]) -> Any:
    """What a deed gives; what was typed wrongly is told."""
    try:
        answer, _ = await pen_of(datasette).act(deed)
    except UsageError as error:
        raise RefusedError(400, str(error)) from error
    return answer


ROUTES: Final[list[tuple[str, Callable[..., Any]]]] = [
    (r"^/collections$", collections),
    (rf"^/collection/{_SLUG}$", collection),
    (rf"^/collection/{_SLUG}/feed\.(?P<form>rss|atom|json)$", feed),
    (rf"^/collection/{_SLUG}/edit$", edit),
    (r"^/record/(?P<id>\d{1,18})/collect$", collect),
]
"""(pattern, view), for the plugin."""
