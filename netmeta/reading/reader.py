"""PageReader: any page's bytes to title, text and metadata."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import lxml.etree

from netmeta.model import Problem
from netmeta.reading import fields
from netmeta.reading.charset import Decoded, decode
from netmeta.reading.embedded import read_embedded
from netmeta.reading.headline import SURE, without_glue
from netmeta.reading.intake import not_html
from netmeta.reading.labels import read_labels
from netmeta.reading.layout import lay_out
from netmeta.reading.lines import Lines, read_lines
from netmeta.reading.maintext import MainText
from netmeta.reading.opinion import settle_by_opinion
from netmeta.reading.template import Template
from netmeta.reading.tree import base_url, parse
from netmeta.reading.walls import wall

MAX_BYTES = 8_000_000
"""More than this of a body is not even decoded."""

_BLANK = b"\0 \t\r\n"
_UCOZ = (b"ucoz.net", b"/.s/src/", b"uSocialLogin", b"UCOZ-JS", b"_uPostForm")
"""Assets of the engine: it never names itself, and host names say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page says. Texts are the page's own words; a field it lacks is None or empty.

    `text` is the main text as a reader sees it: the headline on its first line, if the page shows
    one, then paragraphs, list items and table rows, one a line. `body` is the same without the
    headline. `published` is the day in the source's time zone, `published_at` the UTC instant
    if a time was given, `published_text` what was read.

    `metadata` is JSON: what machines were told ("opengraph", "json_ld", ...: see
    `embedded.Embedded`), and "labels": {"Класс": "5"}. `provenance` says for each field where it
    came from. Problem codes: see `charset.Decoded`, and with field "page": "empty", "not-html"
    (value: what it is), "script-only", "too-large", "too-deep", "login-wall", "captcha-wall",
    "consent-wall", "no-text" (only links and scraps).
    """

    url: str
    title: str | None = None
    text: str = ""
    body: str = ""
    authors: tuple[str, ...] = ()
    published: dt.date | None = None
    published_at: dt.datetime | None = None
    published_text: str | None = None
    description: str | None = None
    image: str | None = None
    language: str | None = None
    canonical_url: str | None = None
    charset: str = ""
    charset_why: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    provenance: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


class PageReader:
    """Reads pages of one source, and learns which lines are the template of its hosts.

    Args:
        timezone: IANA name of the zone in which the source's times are meant.
        learn: whether `read` counts the lines of the pages it sees; `observe` always does.
        template: what an earlier reader of the source had learned.
    """

    def __init__(
        self,
        *,
        timezone: str = "Europe/Moscow",
        learn: bool = True,
        template: Template | None = None,
    ) -> None:
        self._timezone = timezone
        self._learn = learn
        self._template = template or Template()

    def observe(self, body: bytes, url: str, headers: Mapping[str, str] | None = None) -> None:
        """Learn from a page without reading it: a first pass, before `read`."""
        if not body.strip(_BLANK) or not_html(body):
            return
        decoded = decode(body[:MAX_BYTES], header=_header(headers, "content-type"))
        root, _ = parse(decoded.text, decoded.utf8)
        if root is not None:
            self._template.learn(_host(url), url, read_lines(root))

    def read(self, body: bytes, url: str, headers: Mapping[str, str] | None = None) -> Page:
        """Read a page.

        Args:
            body: the bytes as they came, decompressed.
            url: where they came from; relative links are resolved against it.
            headers: the HTTP response's, in any case; used are Content-Type, and Date as "today".

        Never raises for any `body`; what is wrong with it is in `problems`.
        """
        if not body.strip(_BLANK):
            return Page(url=url, problems=(_problem("empty"),))
        if kind := not_html(body):
            return Page(url=url, problems=(_problem("not-html", kind),))
        decoded = decode(body[:MAX_BYTES], header=_header(headers, "content-type"))
        root, problems = parse(decoded.text, decoded.utf8)
        if len(body) > MAX_BYTES:  # the text is shorter in characters, or cut off by us
            problems = (_problem("too-large"), *(p for p in problems if p.code != "too-large"))
        if root is None:
            problems = (*problems, _problem("empty"))
            return _page(url, decoded, {}, {}, problems)
        lines = read_lines(root)
        if self._learn:
            self._template.learn(_host(url), url, lines)
        template = self._template.lines_of(_host(url), lines)
        return self._compose(body, url, headers, decoded, root, lines, template, problems)

    def _compose(
        self,
        body: bytes,
        url: str,
        headers: Mapping[str, str] | None,
        decoded: Decoded,
        root: lxml.etree._Element,
        lines: Lines,
        template: frozenset[str],
        problems: tuple[Problem, ...],
    ) -> Page:
        base = base_url(root, url)
        embedded = read_embedded(root, base)
        titles = _titles(embedded.title, embedded.opengraph, embedded.json_ld)
        main = MainText(lines, titles, template)
        headline = lines.lines[main.headline.line].text if main.headline else ""
        headline = without_glue(headline, titles)
        text_from = "lines"
        if not main.clear and settle_by_opinion(main, lines, decoded.text):
            text_from = "lines, readability"
        clues = fields.Clues(
            embedded=embedded,
            json_ld=fields.main_nodes(embedded.json_ld),
            microdata=fields.main_nodes(embedded.microdata),
            lines=lines,
            headline=main.headline,
            headline_text=headline,
            first=main.first,
            end=main.end,
            block=main.block(),
            labels=read_labels(lines, main.first, main.end),
            base=base,
            url=url,
            reference=_fetched(headers),
            timezone=self._timezone,
            is_ucoz=bool(embedded.microdata) and any(mark in body for mark in _UCOZ),
        )
        chosen = main.body()
        values: dict[str, Any] = {"body": lay_out(lines, chosen)}
        provenance = {"text": text_from} if chosen else {}
        values["text"] = "\n".join(filter(None, (headline, values["body"])))
        _fill(values, provenance, clues)
        metadata = embedded.to_dict()
        if clues.labels:
            metadata["labels"] = clues.labels
        words = sum(lines.lines[at].words for at in chosen)
        shown = main.headline is not None and main.headline.strength >= SURE
        found = wall(
            root, body, values.get("title") or "", lines, words, has_headline=shown
        ) or _emptiness(root, lines, words)
        if found:
            problems = (*problems, _problem(found))
        return _page(url, decoded, values, provenance, problems, metadata)

    def to_dict(self) -> dict[str, Any]:
        """What was learned, as JSON to be stored with the source; bounded in size."""
        return self._template.to_dict()

    @classmethod
    def from_dict(
        cls, state: Mapping[str, Any], *, timezone: str = "Europe/Moscow", learn: bool = True
    ) -> PageReader:
        """A reader that knows what the one behind `to_dict` knew."""
        return cls(timezone=timezone, learn=learn, template=Template.from_dict(state))


def _fill(values: dict[str, Any], provenance: dict[str, str], clues: fields.Clues) -> None:
    finders: tuple[tuple[str, Callable[[fields.Clues], fields.Found | None]], ...] = (
        ("title", fields.title),
        ("description", fields.description),
        ("image", fields.image),
        ("canonical_url", fields.canonical_url),
        ("language", lambda clues: fields.language(clues, values["text"])),
    )
    for name, find in finders:
        if (found := find(clues)) and found[0]:
            values[name], provenance[name] = found
    if (credited := fields.authors(clues)) is not None:
        values["authors"], provenance["authors"] = credited
    if (dated := fields.published(clues)) is not None:
        when, values["published_text"], provenance["published"] = dated
        values["published"], values["published_at"] = when.start, when.start_at


def _page(
    url: str,
    decoded: Decoded,
    values: Mapping[str, Any],
    provenance: dict[str, str],
    problems: tuple[Problem, ...],
    metadata: dict[str, Any] | None = None,
) -> Page:
    return Page(
        url=url,
        charset=decoded.charset,
        charset_why=decoded.why,
        problems=(*decoded.problems, *problems),
        provenance=provenance,
        metadata=metadata or {},
        **values,
    )


def _emptiness(root: lxml.etree._Element, lines: Lines, body_words: int) -> str | None:
    if body_words:
        return None
    if not lines.lines:
        return "script-only" if next(root.iter("script"), None) is not None else "empty"
    return "no-text"


def _titles(title: str, opengraph: Mapping[str, str], json_ld: list[dict[str, Any]]) -> list[str]:
    """What the head calls the page, without repetitions."""
    named = [title, opengraph.get("title", "")]
    named += [node["headline"] for node in json_ld[:20] if isinstance(node.get("headline"), str)]
    return [text for text in dict.fromkeys(named) if text]


def _problem(code: str, value: str = "") -> Problem:
    return Problem(field="page", code=code, value=value)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:  # "http://[", say
        return ""


def _header(headers: Mapping[str, str] | None, name: str) -> str | None:
    if not headers:
        return None
    return next((value for key, value in headers.items() if key.lower() == name), None)


def _fetched(headers: Mapping[str, str] | None) -> dt.date | None:
    """The day the page was fetched, for «вчера» and dates without a year."""
    date = _header(headers, "date")
    if not date:
        return None
    try:
        return parsedate_to_datetime(date).date()
    except (ValueError, TypeError):  # TypeError: on some malformed dates
        return None
