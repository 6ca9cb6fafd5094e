"""netmeta source test URL: what was read at one address, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netmeta.cli import output
from netmeta.texts import language, n_, t, tn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netmeta.model import Problem
    from netmeta.services.trying import ItemSeen, Trial

_LONGEST = 200
_NOTHING = "—"
_PROBLEMS = {
    "empty": n_("the page is empty"),
    "not-html": n_("it is no web page but a file: {value}"),
    "script-only": n_("the page holds nothing but a script"),
    "no-text": n_("the page holds no text, only links and scraps"),
    "too-large": n_("the page is too large; its end was not read"),
    "too-deep": n_("its tags are nested too deep; it was read without them"),
    "login-wall": n_("a request to sign in stands in place of the text"),
    "captcha-wall": n_("a check for robots stands in place of the text"),
    "consent-wall": n_("a request for consent stands in place of the text"),
    "wrong-label": n_("the page names a wrong charset: {value}"),
    "unknown-label": n_("the page names an unknown charset: {value}"),
    "invalid-bytes": n_("bytes that are no letters: {value}"),
    "nul": n_("zero bytes: {value}"),
    "cut-off": n_("the last letter is cut off"),
}
_ORIGINS = {
    "headline": n_("headline"),
    "title": n_("head of the page"),
    "text": n_("its text"),
    "address": n_("address"),
    "labels": n_("labels of the text"),
    "feed": n_("feed"),
    "page": n_("page"),
    "generic": n_("page"),
}

_KINDS = (
    n_("entry"), n_("archive"), n_("static"), n_("profile"), n_("download"), n_("forum"),
    n_("external_id"), n_("dates"),
)  # fmt: skip
"""Kinds of addresses and names of fields that reach `t` as values, beside those of `texts`."""


def print_trial(seen: Trial) -> None:
    """Tables on standard output."""
    rows: list[tuple[str, object]] = [
        (t("Address"), seen.url),
        ("robots.txt", seen.robots),
        (t("Verdict"), seen.verdict),
    ]
    if seen.what != "nothing":
        charset = f"{seen.charset} ({_why(seen.charset_why)})" if seen.charset else _NOTHING
        rows.append((t("Charset"), charset))
    if seen.what == "page":
        proof = f": {', '.join(seen.evidence)}" if seen.evidence else ""
        rows.append((t("Engine"), f"{seen.family}{proof}"))
        rows.append((t("By its address"), t(seen.page_kind)))
    elif seen.what == "feed":
        rows.append((t("Format"), seen.page_kind))
        entries = tn(
            "{n} entry; the first are shown", "{n} entries; the first are shown", seen.count
        )
        rows.append((t("Entries"), entries))
    rows += [(t("Problem"), _problem(problem)) for problem in seen.problems]
    output.table(["", ""], rows)
    for item in seen.items:
        _print_item(item)
    if seen.rules:
        rules = [(rule, t(tag)) for rule, tag in seen.rules.items()]
        output.table([t("Rule of the spider"), ""], rules, title=" ")


def _print_item(item: ItemSeen) -> None:
    fields = [(t(one.field), _short(one.value), _origin(one.origin)) for one in item.fields]
    columns = [t("Field"), t("Value"), t("Read from")]
    output.table(columns, fields, title=f"\n{item.title}")
    if item.text:
        heading = t("First lines of the text")
        output.table([""], [(_short(line),) for line in item.text], title=f"\n{heading}")
    concepts = [(t(name), _in_words(name, value)) for name, value in item.concepts.items() if value]
    output.table([t("Concept"), t("Value")], concepts, title=" ")
    _print_raw(item)
    if item.stages:
        stages = [
            (s["label"], s["text"], t(s["kind"]), s["start"] or "", s["end"] or "")
            for s in item.stages
        ]
        columns = [t("Stage"), t("Words"), t("Kind"), t("from"), t("until")]
        output.table(columns, stages, title=" ")
    problems = [(t(one["field"]), one["code"], _short(one["value"])) for one in item.problems]
    if problems:
        output.table([t("Field"), t("Problem"), t("Value")], problems, title=" ")


def _print_raw(item: ItemSeen) -> None:
    """The portal's own words, and the concepts they became."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in item.mapped:
        found.setdefault((one["scheme"], one["raw"]), []).append(str(one["concept"]))
    rows = [(t(scheme), raw, ", ".join(ids)) for (scheme, raw), ids in found.items()]
    rows += [(t(one["scheme"]), one["raw"], t("no concept")) for one in item.unmapped]
    if rows:
        output.table([t("Scheme"), t("Raw value"), t("Concept")], rows, title=" ")


def _in_words(name: str, value: object) -> str:
    """A concept by its label, and its id, which mappings are written with."""
    from netmeta.vocabularies import load

    if name in ("kind", "certificate"):
        return t(str(value))
    ids = value if isinstance(value, list | tuple) else [value]
    if name not in ("type", "subjects", "licence"):
        return _short(value)
    return ", ".join(f"{load().label(str(one), language())} ({one})" for one in ids)


def _why(why: str) -> str:
    """How the charset was found; hints of the page are named as they are."""
    known = {"content": t("by its letters"), "guess": t("a guess"), "utf-8": t("strictly valid")}
    return known.get(why, why)


def _origin(origin: str) -> str:
    if origin.startswith("label: "):
        return t("label: {name}", name=origin.removeprefix("label: "))
    known = _ORIGINS.get(origin)
    return t(known) if known else origin


def _problem(problem: Problem) -> str:
    words = _PROBLEMS.get(problem.code)
    if words is None:
        return f"{problem.code} {problem.value}".strip()
    return t(words, value=problem.value)


def _short(value: object) -> str:
    if isinstance(value, dict):
        text = "; ".join(f"{label}: {words}" for label, words in value.items())
    elif isinstance(value, list | tuple):
        text = ", ".join(_named(one) if isinstance(one, dict) else str(one) for one in value)
    else:
        text = str(value)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _named(attachment: Mapping[str, object]) -> str:
    return str(attachment.get("name") or attachment.get("url") or attachment)
