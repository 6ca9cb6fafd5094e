"""Item -> Record: the whole of normalising, concern by concern."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeVar

from netmeta.model import Item, Mapped, Problem, Record, Source, Stage, Unmapped
from netmeta.normalise.attachments import find_attachments
from netmeta.normalise.audiences import normalise_audiences, normalise_exams
from netmeta.normalise.certificates import Certified, normalise_certificate
from netmeta.normalise.characters import with_whole_characters
from netmeta.normalise.contacts import PLACEHOLDERS, scrub, without_placeholders
from netmeta.normalise.content import content_hash
from netmeta.normalise.dates import normalise_published, published_label
from netmeta.normalise.events import EventFacts, find_event_facts, labelled
from netmeta.normalise.grades import Grades, normalise_grades
from netmeta.normalise.language import normalise_language
from netmeta.normalise.licence import normalise_licence
from netmeta.normalise.people import find_people
from netmeta.normalise.phrases import find_places
from netmeta.normalise.stages import find_stages
from netmeta.normalise.subjects import Subjects, normalise_subjects
from netmeta.normalise.titles import MAX_SUMMARY_CHARS, clean_body, clean_text, clean_title, plain
from netmeta.normalise.types import Typed, normalise_type
from netmeta.normalise.urls import canonical_url, external_id, host_of, web_address
from netmeta.vocabularies import Vocabularies, load

_HELD = ("event", "course")
"""Kinds of records that take place at some time, so that their page tells when, where, for how much."""

_NO_FACTS = EventFacts()

_T = TypeVar("_T")
MAX_TAGS = 50
MAX_TAG_CHARS = 100


@dataclass(slots=True)
class _Notes:
    """What is gathered on the way: how concepts were found, what was not, what was odd."""

    mapped: list[Mapped]
    unmapped: list[Unmapped]
    problems: list[Problem]


def normalise(
    item: Item,
    source: Source,
    *,
    vocabularies: Vocabularies | None = None,
    fetched_at: dt.datetime | None = None,
) -> Record:
    """Make a record of an item: mapped concepts beside the portal's words, problems as data.

    Pure: the same item, source, vocabularies and `fetched_at` give an equal record, and so does
    the record's own `raw` item (contact data removed, see `contacts.scrub`; halves of
    characters mended, see `characters`). Never raises on any item, and never invents: what no
    place of the item says stays empty.

    Args:
        item: the portal's words.
        source: gives time zone, and the licence and language stated for everything on it.
        vocabularies: with a catalogue's local mappings; the package's own by default.
        fetched_at: when the page was read, aware; needed for «вчера» and dates without a year.
    """
    vocabularies = vocabularies or load()
    item = scrub(with_whole_characters(item))
    notes = _Notes([], [], [])
    sites = frozenset((source.title.strip().lower(), host_of(source.url), host_of(item.url)))
    title, odd = clean_title(item.title, sites - {""})
    notes.problems += odd
    about = _about(item, source, title, vocabularies, notes)
    kind, summary, body = about.typed.kind, about.summary, about.body
    credits = find_people(item.authors)
    published = normalise_published(
        item.published or published_label(item.dates), item.url, fetched_at, source.timezone
    )
    notes.problems += (*credits.problems, *published.problems)
    stages, facts = _event(item, title, about.typed, fetched_at, source, notes)
    attachments, odd = find_attachments(item.attachments, item.url)
    notes.problems += odd
    url, image = _addresses(item, notes)
    organisation = item.organisation and plain(without_placeholders(item.organisation))
    authors = ",".join(person.name for person in credits.people)
    identity = (item.external_id or "").strip() or external_id(url or item.url)
    return Record(
        source=item.source,
        external_id=identity,
        kind=kind,
        url=url,
        title=title,
        summary=summary,
        body=body,
        authors=credits.people,
        organisation=organisation or credits.organisation,
        language=about.language,
        published=published.day,
        published_at=published.at,
        subjects=about.subjects.subjects,
        grades=about.grades.grades,
        levels=about.grades.levels,
        type=about.typed.type,
        exams=about.exams,
        audiences=about.audiences,
        tags=_tags(item.tags),
        licence=about.licence,
        certificate=about.certified.certificate,
        certificate_price=about.certified.price,
        image=image,
        attachments=attachments,
        stages=stages,
        place=facts.place,
        online=facts.online,
        organiser=facts.organiser,
        nominations=facts.nominations,
        fee=facts.fee,
        status=facts.status,
        content_hash=content_hash(
            title, body or summary or "", otherwise=authors or f"{item.source} {identity}"
        ),
        raw=item,
        problems=_once(notes.problems),
        unmapped=_once(notes.unmapped),
        mapped=_once(notes.mapped),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """The texts of an item, and every concept they name."""

    typed: Typed
    grades: Grades
    subjects: Subjects
    audiences: tuple[str, ...]
    exams: tuple[str, ...]
    licence: str | None
    certified: Certified
    language: str | None
    summary: str | None
    body: str | None


def _about(
    item: Item, source: Source, title: str, vocabularies: Vocabularies, notes: _Notes
) -> _About:
    places = find_places(item, title, vocabularies)
    typed = normalise_type(item, places, vocabularies)
    grades = normalise_grades(places, vocabularies)
    subjects = normalise_subjects(item, places, grades.grades, vocabularies)
    audiences, audiences_mapped, audiences_unmapped = normalise_audiences(places, vocabularies)
    exams, exams_mapped = normalise_exams(places)
    licence, licence_mapped, licence_unmapped = normalise_licence(
        item.licence, source.licence, vocabularies
    )
    summary = clean_text(item.description, MAX_SUMMARY_CHARS)
    body = clean_body(item.body)
    told = f"{summary or ''}\n{(body or '')[:5_000]}" if typed.kind in _HELD else ""
    certified = normalise_certificate(item.certificate, told, vocabularies)
    language, language_unmapped = normalise_language(
        item.language, f"{title}\n{(summary or '')[:300]}\n{(body or '')[:500]}", source.language
    )
    notes.problems += (*typed.problems, *grades.problems, *subjects.problems)
    notes.mapped += (*typed.mapped, *subjects.mapped, *grades.mapped, *audiences_mapped)
    notes.mapped += (*exams_mapped, *licence_mapped, *certified.mapped)
    notes.unmapped += (*typed.unmapped, *subjects.unmapped, *grades.unmapped, *audiences_unmapped)
    notes.unmapped += (*licence_unmapped, *certified.unmapped, *language_unmapped)
    return _About(
        typed=typed,
        grades=grades,
        subjects=subjects,
        audiences=audiences,
        exams=exams,
        licence=licence,
        certified=certified,
        language=language,
        summary=summary,
        body=body,
    )


def _event(
    item: Item,
    title: str,
    typed: Typed,
    fetched_at: dt.datetime | None,
    source: Source,
    notes: _Notes,
) -> tuple[tuple[Stage, ...], EventFacts]:
    """Stages and facts; a material keeps stages only if its page dates any."""
    if typed.kind not in _HELD:
        if not item.dates:
            return (), _NO_FACTS
        stages, odd = find_stages(item.dates, fetched_at, source.timezone)
        notes.problems += odd
        return stages, _NO_FACTS
    lines = labelled(item)
    dates = dict(item.dates) or {
        label.removeprefix("date:"): text
        for label, text in lines.items()
        if label.startswith("date:")
    }
    stages, odd = find_stages(dates, fetched_at, source.timezone)
    notes.problems += odd
    return stages, find_event_facts(item, title, typed.type, stages, lines)


def _addresses(item: Item, notes: _Notes) -> tuple[str, str | None]:
    """Canonical address of the page, and the picture's. A page without one keeps its words."""
    url = canonical_url(item.url)
    if url is None:
        notes.problems.append(Problem(field="url", code="bad-address", value=item.url[:200]))
    image = None
    if item.image:
        image, odd = web_address(item.image, "image", item.url)
        notes.problems += odd
    return url or "", image


def _tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Tags as the portal wrote them, cleaned, each once; contact data is no tag."""
    if not tags:
        return ()
    cleaned = (plain(tag)[:MAX_TAG_CHARS] for tag in tags if not _is_contact(tag))
    return tuple(dict.fromkeys(tag for tag in cleaned if tag))[:MAX_TAGS]


def _is_contact(text: str) -> bool:
    return any(placeholder in text for placeholder in PLACEHOLDERS)


def _once(values: list[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(values)) if values else ()
