"""A JSON Feed (jsonfeed.org, 1.0 and 1.1) in the shape in which feedparser gives the others."""

from __future__ import annotations

from html import escape
from typing import Any

from feedparser import FeedParserDict

from netmeta.characters import read_json


def parse_json_feed(text: str) -> Any | None:
    """The feed, as feedparser would give it; None for what is no JSON Feed."""
    if not text.lstrip("\ufeff \t\r\n").startswith("{"):
        return None
    try:
        raw = read_json(text.lstrip("\ufeff"))
    except ValueError:
        return None
    if not isinstance(raw, dict) or "jsonfeed.org" not in str(raw.get("version", "")):
        return None
    feed = FeedParserDict(
        title=escape(_text(raw.get("title"))),
        link=raw.get("home_page_url"),
        language=raw.get("language"),
    )
    items = raw.get("items")
    entries = (
        [_entry(item) for item in items if isinstance(item, dict)]
        if isinstance(items, list)
        else []
    )
    return FeedParserDict(feed=feed, entries=entries, version="json1", bozo=False)


def _entry(item: dict[str, Any]) -> FeedParserDict:
    entry = FeedParserDict(
        id=_text(item.get("id")),
        link=item.get("url") or item.get("external_url"),
        title=escape(_text(item.get("title"))),
        summary=escape(_text(item.get("summary"))),
        language=item.get("language"),
    )
    full = item.get("content_html") or escape(_text(item.get("content_text")))
    if full:
        entry["content"] = [FeedParserDict(value=full)]
    for name, key in (("published", "date_published"), ("updated", "date_modified")):
        if item.get(key):
            entry[name] = _text(item[key])
    authors = item.get("authors") or [item.get("author")]
    if isinstance(authors, list):
        named = [_text(a.get("name")) for a in authors if isinstance(a, dict) and a.get("name")]
        entry["authors"] = [FeedParserDict(name=escape(name)) for name in named]
    tags = item.get("tags")
    if isinstance(tags, list):
        entry["tags"] = [FeedParserDict(term=escape(_text(tag))) for tag in tags]
    files = item.get("attachments")
    if isinstance(files, list):
        entry["links"] = [  # where FeedParserDict looks for enclosures
            FeedParserDict(rel="enclosure", href=f.get("url"), length=_text(f.get("size_in_bytes")))
            for f in files if isinstance(f, dict)
        ]  # fmt: skip
    if isinstance(item.get("image"), str):
        entry["media_thumbnail"] = [FeedParserDict(url=item["image"])]
    return entry


def _text(value: object) -> str:
    return "" if value is None else str(value)
