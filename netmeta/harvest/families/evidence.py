"""Signs by which an engine is known, and where on a page each may stand.

A sign counts only in its own zone: a link to a uCoz site, or an article that quotes Drupal's script,
is no evidence of the engine that made the page. Zones are cut by linear scans of the text, so that
they also work on feeds, robots.txt and broken markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Zone = Literal["generator", "asset", "image", "script", "tag", "robots", "feed", "header"]
"""generator: what a page, feed or comment at its head names as its maker.
asset: addresses of scripts, styles and other head links, one a line; image: of images.
script: text of inline scripts. tag: start tags with their attributes, except those of links.
robots, feed: the whole text, if it is one. header: "name: value" of the response, small letters."""

MAX_CHARS: Final = 1_500_000

ENOUGH: Final = 5
"""Weight from which a family is named: one asset that only this engine has, or two structures."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of an engine.

    Attributes:
        zone: where it counts.
        pattern: what is looked for there.
        weight: 10 the engine names itself; 6 only this engine has it; 3 its structures, which
            content copied from elsewhere may bring along; 1-2 supports the others.
        says: the evidence in words.
    """

    zone: Zone
    pattern: re.Pattern[str]
    weight: int
    says: str


def sign(zone: Zone, pattern: str, weight: int, says: str) -> Sign:
    """A sign, its pattern compiled: letter case is ignored, ^ and $ are ends of lines."""
    return Sign(zone, re.compile(pattern, re.IGNORECASE | re.MULTILINE), weight, says)


_TAG: Final = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)\b([^<>]*)>")
_ATTRIBUTE: Final = re.compile(r"""\b(src|href|content|name|rel)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)  # fmt: skip
_IMPORT: Final = re.compile(r"""@import\s*(?:url\()?\s*["']?([^"')\s]{1,300})""", re.I)
_NAMED_MAKER: Final = re.compile(
    r"<generator[^<>]*>([^<]{1,200})|<!--\s*generator=\"([^\"]{1,200})", re.I
)
_STYLESHEET: Final = re.compile(r"<\?xml-stylesheet[^<>]{0,400}?href=[\"']([^\"']{1,300})", re.I)
_IS_ROBOTS: Final = re.compile(r"\s*(?:#[^\n]*\n|\s)*(?:user-agent|sitemap|host)\s*:", re.I)
_IS_FEED: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF)\b", re.S
)


def zones(text: str, headers: Mapping[str, str] | None = None) -> dict[Zone, str]:
    """The zones of a page, feed or robots.txt."""
    text = text[:MAX_CHARS].lstrip("\ufeff")
    found: dict[Zone, str] = {
        "header": "\n".join(f"{name}: {value}".lower() for name, value in (headers or {}).items())
    }
    if "<" not in text[:2000] and _IS_ROBOTS.match(text):
        return {**found, "robots": text}
    if _IS_FEED.match(text[:4000]):
        found["feed"] = text
    scripts, rest = _without_hidden(text)
    generators = [a or b for a, b in _NAMED_MAKER.findall(rest[:20_000])]
    assets = [*_STYLESHEET.findall(rest[:2000])]
    images, tags = [], []
    for name, inside in _TAG.findall(rest):
        name = name.lower()
        if name == "a":
            continue
        tags.append(f"<{name}{inside}>")
        if name in ("script", "link", "img", "meta", "iframe"):
            values = _attributes(inside)
            if name == "meta" and values.get("name", "").lower() == "generator":
                generators.append(values.get("content", ""))
            elif name == "img":
                images.append(values.get("src", ""))
            elif name == "link" and values.get("rel", "").lower() not in _ELSEWHERE:
                assets.append(f"{values.get('href', '')} {values.get('rel', '')}")
            elif name == "script":
                assets.append(values.get("src", ""))
    styles = "\n".join(body for name, body in scripts if name == "style")
    assets += _IMPORT.findall(styles)
    found["generator"] = "\n".join(generators)
    found["asset"] = "\n".join(assets)
    found["image"] = "\n".join(images)
    found["tag"] = "\n".join(tags)
    found["script"] = "\n".join(body for name, body in scripts if name == "script")
    return found


_ELSEWHERE: Final = frozenset({"canonical", "author", "publisher", "me", "next", "prev", "home"})
"""Relations of `<link>` that lead to pages, not to parts of this one."""


def weigh(signs: Iterable[Sign], zones: Mapping[Zone, str]) -> list[Sign]:
    """The signs that are there, heaviest first."""
    seen = [one for one in signs if one.zone in zones and one.pattern.search(zones[one.zone])]
    return sorted(seen, key=lambda one: -one.weight)


def _attributes(inside: str) -> dict[str, str]:
    return {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ATTRIBUTE.finditer(inside[:4000])}


def _without_hidden(text: str) -> tuple[list[tuple[str, str]], str]:
    """Contents of scripts and styles, and the text without them and without comments."""
    hidden: list[tuple[str, str]] = []
    rest: list[str] = []
    for kind, piece in _pieces(text):
        if kind:
            hidden.append((kind, piece))
        else:
            rest.append(piece)
    return hidden, "".join(rest)


_OPENING: Final = re.compile(r"<!--|<(script|style|textarea)\b[^<>]*>", re.I)
_CLOSING: Final = {
    "": re.compile("-->"),
    **{
        name: re.compile(f"</{name}", re.I)  # what follows the name is skipped as a broken tag
        for name in ("script", "style", "textarea")
    },
}


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """(name of the hiding element or "", its content or the text between), in order."""
    at = 0
    while opening := _OPENING.search(text, at):
        yield "", text[at : opening.start()]
        name = (opening[1] or "").lower()
        closing = _CLOSING[name].search(text, opening.end())
        stop = closing.start() if closing else len(text)
        inside = text[opening.end() : stop]
        if name:
            yield "", opening[0]  # the tag itself has an address
            yield name, inside
        elif inside.lstrip().startswith("generator="):
            yield "", f"{opening[0]}{inside}-->"
        elif inside.lstrip().lower().startswith("[if"):
            yield "", inside  # styles for one browser are assets all the same
        elif "UCOZ" in inside[:400]:
            yield "script", inside
        at = closing.end() if closing else len(text)
    yield "", text[at:]
