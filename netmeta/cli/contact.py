"""netmeta source test NAME: which rules of a spider hold on its portal, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from netmeta.cli import output
from netmeta.texts import t, tn

if TYPE_CHECKING:
    from netmeta.services.first_contact import Contact


def tell(seen: Contact) -> None:
    """Tables on standard output; what does not hold on standard error."""
    _facts(seen)
    if seen.addresses:
        forms = [(one.rule, t(one.tag), one.hits) for one in seen.addresses]
        columns = [t("Form of addresses"), t("Rule is"), t("Seen")]
        heading = t("Addresses")
        output.table(columns, forms, title=f"\n{heading}")
    if seen.fields and seen.read:
        columns = [t("Field"), t("Selector"), t("Rule is"), t("Found"), t("Filled")]
        title = tn("Fields, on {n} material", "Fields, on {n} materials", seen.read)
        output.table(columns, _field_rows(seen), title=f"\n{title}")
    if seen.rules:
        rules = [(rule, t(tag)) for rule, tag in seen.rules.items()]
        heading = t("Its profile")
        output.table([t("Rule of the spider"), t("Rule is")], rules, title=f"\n{heading}")
    for words in seen.notes:
        output.note(words)


def _field_rows(seen: Contact) -> Iterator[tuple[str, ...]]:
    """All selectors of the spider; of its family, which knows many themes, those that found
    something, or the first."""
    told: set[str] = set()
    for one in seen.fields:
        if (
            one.origin != seen.spider
            and not one.hits
            and (one.field in told or any(o.hits for o in seen.fields if o.field == one.field))
        ):
            continue
        name = "" if one.field in told else t(one.field)
        told.add(one.field)
        yield name, one.rule, t(one.tag), f"{one.hits}/{one.of}", f"{one.filled}/{one.of}"


def _facts(seen: Contact) -> None:
    robots = seen.robots
    if seen.crawl_delay_s:
        robots = f"{robots}; Crawl-delay: {seen.crawl_delay_s:g}"
    rows: list[tuple[str, object]] = [
        (t("Address"), seen.url),
        (t("Spider"), seen.spider),
        ("robots.txt", robots),
    ]
    if seen.pages:
        engines = _counted(seen.families)
        forms = sum(one.hits > 0 for one in seen.addresses)
        rows += [
            (t("Sitemaps"), _with_counts(seen.sitemaps)),
            (t("Feeds"), _with_counts(seen.feeds)),
            (t("Charset"), _counted(seen.charsets)),
            (t("Engine"), t("{family} (recognised: {found})", family=seen.family, found=engines)),
            (t("Pages read"), str(seen.pages)),
            (t("Addresses"), t("{n} of {of} forms were seen", n=forms, of=len(seen.addresses))),
        ]
    output.table(["", ""], rows)


def _with_counts(found: Mapping[str, int]) -> str:
    return "\n".join(f"{url} ({n})" for url, n in found.items()) or "—"


def _counted(found: Mapping[str, int]) -> str:
    most = sorted(found.items(), key=lambda one: -one[1])
    return ", ".join(f"{name} {n}" for name, n in most) or "—"
