"""What is worth downloading: text, by the word of the server. A lecture's video is not a page.

Labels lie, so only what is clearly something else is refused; a page called "octet-stream" or
nothing at all is still read, and judged by its content.
"""

from __future__ import annotations

from typing import Final

_OTHERS: Final = frozenset({"image", "audio", "video", "font", "model"})
_APPLICATIONS: Final = ("xml", "json", "html", "rss", "atom", "gzip", "text")
_UNKNOWN: Final = frozenset(
    {"octet-stream", "unknown", "x-unknown", "x-download", "force-download"}
)


def is_refused(content_type: str | None) -> bool:
    """Whether a Content-Type header names something that holds no page, feed or sitemap."""
    main, _, sub = (content_type or "").partition(";")[0].strip().lower().partition("/")
    if main in _OTHERS:
        return not sub.endswith("+xml")
    if main != "application":
        return False
    return sub not in _UNKNOWN and not any(word in sub for word in _APPLICATIONS)
