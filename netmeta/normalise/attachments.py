"""Files a page offers: name, size in bytes, media type. The files themselves are never fetched."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from netmeta.model import Attachment, ItemAttachment, Problem
from netmeta.normalise.titles import plain
from netmeta.normalise.urls import web_address

# Drupal's file module writes the icon's title before the name.
_PREFIX = re.compile(
    r"^(?:(?:Microsoft Office document|Package|PDF|Image|Audio|Video|Office spreadsheet|"
    r"Office presentation|Plain text|Binary Data|HTML|File) icon|Значок \S+|Иконка|Файл|Вложение|"
    r"Скачать(?: файл)?|Прикреплённый файл|Прикрепленный файл)\s*:?\s+",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"(\d[\d\s\u00a0]*(?:[.,]\d+)?)\s*"
    r"(байт\w*|bytes?|кб\w*|kb|kib|кбайт\w*|kбайт|мб\w*|mb|mib|мбайт\w*|гб\w*|gb|gib|б|b|к|k|м|m)?\b",
    re.IGNORECASE,
)
# Drupal's format_size and uCoz count in units of 1024.
_UNITS = {
    "б": 1,
    "b": 1,
    "к": 1024,
    "k": 1024,
    "м": 1024**2,
    "m": 1024**2,
    "г": 1024**3,
    "g": 1024**3,
}
_MEDIA_TYPES = {
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "docm": "application/vnd.ms-word.document.macroEnabled.12",
    "rtf": "application/rtf",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "djvu": "image/vnd.djvu",
    "txt": "text/plain",
    "htm": "text/html",
    "html": "text/html",
    "ppt": "application/vnd.ms-powerpoint",
    "pps": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "ppsx": "application/vnd.openxmlformats-officedocument.presentationml.slideshow",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv",
    "zip": "application/zip",
    "rar": "application/vnd.rar",
    "7z": "application/x-7z-compressed",
    "epub": "application/epub+zip",
    "fb2": "application/x-fictionbook+xml",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "svg": "image/svg+xml",
    "mp3": "audio/mpeg",
    "wav": "audio/x-wav",
    "ogg": "audio/ogg",
    "m4a": "audio/mp4",
    "mp4": "video/mp4",
    "avi": "video/x-msvideo",
    "wmv": "video/x-ms-wmv",
    "flv": "video/x-flv",
    "mov": "video/quicktime",
    "swf": "application/x-shockwave-flash",
    "exe": "application/vnd.microsoft.portable-executable",
    "notebook": "application/x-smarttech-notebook",
    "flipchart": "application/inspire",
}  # fmt: skip


@lru_cache(maxsize=4096)
def size_in_bytes(text: str) -> int | None:
    """«1.54 МБ», «32 КБ», «53,43 Кб», «1 024 байт», «2048» -> bytes; None if it is no size.

    >>> size_in_bytes("1.54 МБ"), size_in_bytes("32 КБ")
    (1614807, 32768)
    """
    found = _SIZE.search(text)
    if not found:
        return None
    number = float(re.sub(r"\s", "", found[1]).replace(",", "."))
    unit = _UNITS[found[2][0].lower()] if found[2] else 1
    value = int(number * unit + 0.5)
    return value if value < 1 << 53 else None


def media_type(name: str) -> str | None:
    """By the ending of a file's name; None for an ending not in the table."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    return _MEDIA_TYPES.get(ending)


def find_attachments(
    raw: tuple[ItemAttachment, ...], page: str
) -> tuple[tuple[Attachment, ...], tuple[Problem, ...]]:
    """The files, each address once, with the page's address for relative links.

    Problem codes: "bad-address", "unreadable-size".
    """
    out: dict[str, Attachment] = {}
    problems: list[Problem] = []
    for one in raw:
        url, odd = web_address(one.url, "attachments", page)
        problems += odd
        if url is None or url in out:
            continue
        file = unquote(urlsplit(url).path.rsplit("/", 1)[-1])
        name = _PREFIX.sub("", plain(one.name or "")) or file or url
        size = size_in_bytes(one.size) if one.size else None
        if one.size and size is None:
            problems.append(
                Problem(field="attachments", code="unreadable-size", value=one.size[:100])
            )
        kind = media_type(file) or media_type(name)
        out[url] = Attachment(url=url, name=name[:300], size_bytes=size, media_type=kind)
    return tuple(out.values()), tuple(problems)
