"""The catalogue as files: one format or another of what others can also have over HTTP."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from netmeta.catalogue import Catalogue, exporting
from netmeta.catalogue.removal import is_removed
from netmeta.catalogue.stored import Stored, dump
from netmeta.config import Config
from netmeta.errors import UsageError
from netmeta.exchange import amb, opml, package
from netmeta.exchange.jsonld import record_jsonld
from netmeta.exchange.markup import Escaper
from netmeta.exchange.oai.provider import Provider
from netmeta.exchange.records import passed_on, words_passed_on
from netmeta.exchange.sharing import Given, given
from netmeta.exchange.tables import rows
from netmeta.services import feeds
from netmeta.services.publishing import oai_setting
from netmeta.texts import t
from netmeta.vocabularies import load, to_skos_turtle

FORMATS: Final = (
    "jsonl", "csv", "datapackage", "oai-dc", "ics", "opml", "jsonld", "amb", "skos",
)  # fmt: skip
SITE: Final = "https://netmeta.example/"
"""Stands in files for the address of a site, which a file has not."""

Progress = Callable[[int], None]
"""Called with the number of records written so far."""


def export_package(
    catalogue: Catalogue,
    out: Path,
    *,
    share_overrides: bool = False,
    x: Escaper | None = None,
    progress: Progress = lambda done: None,
) -> None:
    """Write a data package: a folder, or a zip if the name ends with .zip.

    Args:
        share_overrides: whether curators' edits go with it (the setting of this name).
        x: counts the characters that its table cannot hold.

    Raises: UsageError if something is there already; InputError if it cannot be written.
    """
    if out.exists() and (out.is_file() or any(out.iterdir())):
        raise UsageError(
            t("{path} is there already", path=out), cure=t("Name another place with --out.")
        )
    if out.suffix.lower() != ".zip":
        _write_package(catalogue, out, share_overrides, x or Escaper(), progress)
        return
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        _write_package(catalogue, Path(folder), share_overrides, x or Escaper(), progress)
        package.pack(Path(folder), out)


def _write_package(
    catalogue: Catalogue, folder: Path, share: bool, x: Escaper, progress: Progress
) -> None:
    sources = (
        dump(asdict(status.source)) + "\n"
        for status in catalogue.sources()
        if not is_removed(status)
    )
    package.write(
        folder,
        lines=(
            (package.SOURCES, sources),
            (package.RECORDS, _lines(catalogue, share, progress)),
            (package.DELETED, _deletions(catalogue)),
            (package.TABLE, rows(_shown(catalogue, share), x)),
        ),
        title=t("Catalogue of netmeta"),
        repository=exporting.repository(catalogue.conn),
        created=catalogue.now_text(),
    )


def _given(catalogue: Catalogue, share: bool) -> Iterator[Given]:
    """All visible records as they may leave this catalogue, page by page."""
    known = load(catalogue.local_mappings())
    for page in exporting.pages(catalogue.conn):
        yield given(catalogue.conn, {one["id"]: one for one in page}, known, share=share)


def _shown(catalogue: Catalogue, share: bool) -> Iterator[Stored]:
    for page in _given(catalogue, share):
        yield from page.shown.values()


def _lines(catalogue: Catalogue, share: bool, progress: Progress) -> Iterator[str]:
    """The lines of records that `import` reads: see `netmeta.services.packages`."""
    done = 0
    for page in _given(catalogue, share):
        ids = list(page.own)
        words, origins = (
            exporting.words(catalogue.conn, ids),
            exporting.origins(catalogue.conn, ids),
        )
        for id, record in page.own.items():
            said = words.get(id)
            line = {
                "source": record["source"],
                "external_id": record["external_id"],
                "first_seen": record["first_seen"],
                "record": passed_on(record),
                "words": words_passed_on(said, record) if said else None,
                "origin": origins.get(id),
                "edited": page.edits.get(id),
            }
            yield dump(line) + "\n"
        done += len(ids)
        progress(done)


def _deletions(catalogue: Catalogue) -> Iterator[str]:
    """The lines of what is gone here, hidden or forgotten: identities and days, no words."""
    for page in exporting.deletions(catalogue.conn):
        for source, url, external_id, at in page:
            line = {"source": source, "url": url, "external_id": external_id, "deleted": at}
            yield dump(line) + "\n"


def _records(catalogue: Catalogue, progress: Progress) -> Iterator[Stored]:
    done = 0
    for page in exporting.pages(catalogue.conn):
        yield from page
        done += len(page)
        progress(done)


def exported(
    catalogue: Catalogue,
    config: Config,
    form: str,
    *,
    x: Escaper | None = None,
    progress: Progress = lambda done: None,
) -> Iterator[bytes]:
    """The catalogue in one of `FORMATS` but "datapackage", piece by piece.

    Args:
        x: counts the characters that the format cannot hold.

    Raises: UsageError for an unknown format.
    """
    x = x or Escaper()
    makers: dict[str, Callable[[], Iterator[str]]] = {
        "jsonl": lambda: _items(catalogue, progress),
        "csv": lambda: rows(_records(catalogue, progress), x),
        "oai-dc": lambda: _dublin_core(catalogue, config, x),
        "jsonld": lambda: _graph(catalogue, progress),
        "amb": lambda: _learning_resources(catalogue, config, progress),
        "skos": lambda: iter([to_skos_turtle(load(catalogue.local_mappings()))]),
    }
    if form == "ics":
        yield _calendar(catalogue, config, x)
    elif form == "opml":
        sources = [status.source for status in catalogue.sources() if not is_removed(status)]
        at = format_datetime(catalogue.now(), usegmt=True)
        yield opml.write(sources, title=t("Catalogue of netmeta"), at=at, x=x)
    elif form in makers:
        for text in makers[form]():
            yield text.encode("utf-8", "surrogatepass")
    else:
        raise UsageError(t("must be one of {names}", names=", ".join(FORMATS)))


def _items(catalogue: Catalogue, progress: Progress) -> Iterator[str]:
    """Items in the portals' own words, as `netmeta import` takes them."""
    done = 0
    for page in exporting.pages(catalogue.conn):
        ids = [record["id"] for record in page]
        yield from (f"{raw}\n" for _, _, raw in catalogue.raw_items(ids))
        done += len(page)
        progress(done)


def _dublin_core(catalogue: Catalogue, config: Config, x: Escaper) -> Iterator[str]:
    setting = oai_setting(catalogue, config, SITE)
    provider = Provider(conn=catalogue.conn, setting=setting, now=catalogue.now_text)
    return provider.document("oai_dc", x)


def _graph(catalogue: Catalogue, progress: Progress) -> Iterator[str]:
    """One JSON-LD document, a record a line."""
    known = load(catalogue.local_mappings())
    yield '{"@context":"https://schema.org","@graph":[\n'
    comma = ""
    for record in _records(catalogue, progress):
        said = record_jsonld(record, vocabularies=known)
        del said["@context"]
        yield comma + json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        comma = ",\n"
    yield "\n]}\n"


def _learning_resources(catalogue: Catalogue, config: Config, progress: Progress) -> Iterator[str]:
    """Materials and courses by the profile AMB, an object a line."""
    setting = oai_setting(catalogue, config, SITE)
    for record in _records(catalogue, progress):
        if record["kind"] in amb.KINDS:
            yield dump(amb.record_amb(record, setting)) + "\n"


def _calendar(catalogue: Catalogue, config: Config, x: Escaper) -> bytes:
    from netmeta.exchange.calendar import calendar  # here: the library takes a while to import

    held = (
        record
        for kind in ("event", "course")
        for page in exporting.pages(catalogue.conn, kind=kind)
        for record in page
    )
    setting = oai_setting(catalogue, config, SITE)
    return calendar(
        held, setting, title=t("Events for teachers"), zones=feeds.zones(catalogue), x=x
    )
