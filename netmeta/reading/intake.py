"""What kind of thing the bytes are, before anything parses them."""

from __future__ import annotations

import re

from netmeta.reading.charset import BOMS, unmarked_unicode

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),  # docx, pptx, xlsx, odt as well
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"RIFF", "riff"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"BZh", "bzip2"),
    (b"MZ\x90\x00", "exe"),
    (b"\x7fELF", "elf"),
    (b"ID3", "mp3"),
    (b"OggS", "ogg"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"AT&TFORM", "djvu"),
)
_FEED = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(rss|feed|rdf:RDF|urlset|sitemapindex)\b", re.S
)
_JSON = re.compile(rb"\s*(?:\{\s*\"|\[\s*[\[{\"])")
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1b"))
_MAX_CONTROL_SHARE = 0.05


def not_html(body: bytes) -> str | None:
    """What the bytes are instead of a page or plain text ("pdf", "zip", ..., "binary"), or None.

    Judged by content: the Content-Type header says "text/html" of anything.
    """
    for signature, kind in _SIGNATURES:
        if body.startswith(signature):
            return kind
    head = body[:4096]
    if feed := _FEED.match(head):
        return feed[1].decode("ascii").lower()
    if _JSON.match(head) and b"<" not in head[:100]:
        return "json"
    controls = len(head) - len(head.translate(None, _CONTROL))
    if controls > _MAX_CONTROL_SHARE * len(head) and not _is_wide(head):
        return "binary"
    return None


def _is_wide(head: bytes) -> bool:
    """Whether this is UTF-16 or UTF-32, where zero bytes are no sign of anything."""
    return unmarked_unicode(head) is not None or any(head.startswith(bom) for bom, _ in BOMS)
