"""What codes of the catalogue are called on pages: problems with a portal's words, and fields."""

from __future__ import annotations

from typing import Final

from netmeta.texts import n_, t
from netmeta.web.words import shown

_PROBLEMS: Final = {
    "bad-address": n_("an address that leads nowhere"),
    "contradiction": n_("the words contradict each other"),
    "cut-off": n_("a text that is cut off"),
    "empty": n_("nothing there"),
    "html": n_("markup among the words"),
    "implausible": n_("a date that cannot be right"),
    "imprecise": n_("a date without its day"),
    "invalid-bytes": n_("bytes that are no letters"),
    "latin-letters": n_("Latin letters in a Russian word"),
    "no-person": n_("a name that is nobody's"),
    "contact-removed": n_("an address to write to, left out"),
    "login-removed": n_("a login name, left out"),
    "no-year": n_("a date without its year"),
    "nul": n_("NUL characters"),
    "out-of-range": n_("a number that is no class"),
    "range": n_("from one day to another, where one day was expected"),
    "reversed": n_("it ends before it begins"),
    "reversed-range": n_("it ends before it begins"),
    "shouting": n_("capital letters only"),
    "too-deep": n_("markup that is nested too deep"),
    "too-large": n_("a page that is too large"),
    "too-long": n_("a text that is too long"),
    "too-many": n_("more than can be"),
    "unclear-author": n_("an author that is not clear"),
    "unknown-kind": n_("a kind that is not known"),
    "unknown-label": n_("a charset that is not known"),
    "unreadable": n_("words that could not be read"),
    "unreadable-size": n_("a size that could not be read"),
    "wrong-label": n_("another charset than the page says"),
}
"""`netmeta.model.Problem.code` in words."""

_FIELDS: Final = {
    "grade": n_("grades"), "subject": n_("subjects"), "dates": n_("stages"), "url": n_("address"),
    "page": n_("page"), "charset": n_("charset"),
    **{name: name for name in (
        "title", "summary", "body", "authors", "organisation", "published", "language", "type",
        "licence", "certificate", "image", "place", "attachments", "stages", "subjects", "grades",
        "kind", "tags", "levels", "exams", "audiences",
    )},
}  # fmt: skip
"""Fields of items and of records; those that stand for themselves are marked in texts.SPOKEN."""


def problem_words(code: str) -> str:
    """A problem's code in words; the code itself if it has none."""
    words = _PROBLEMS.get(code)
    return t(words) if words else shown(code, 80)


def field_words(name: str) -> str:
    """A field's name in words; the name itself if it has none."""
    words = _FIELDS.get(name)
    return t(words) if words else shown(name, 80)


_ANSWERS: Final = (
    "no such host",
    "connection refused",
    "timeout",
    "cut off",
    "connection failed",
    "no secure connection",
    "address not allowed",
    "too many redirects",
    "robots.txt forbids",
)
"""Why an address does not answer; marked for translation in texts.SPOKEN."""


def answer_words(status: str) -> str:
    """What a link check got, in words; "HTTP 404" stays as it is."""
    return t(status) if status in _ANSWERS else shown(status, 80)


FILTERS: Final = {
    "problem_words": problem_words,
    "field_words": field_words,
    "answer_words": answer_words,
}
