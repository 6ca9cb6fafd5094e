"""What went wrong with a request, as the few words the ledger counts by."""

from __future__ import annotations

from typing import Final

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.spidermiddlewares.httperror import HttpError

FORBIDDEN: Final = "robots.txt forbids"
UNREADABLE: Final = "robots.txt cannot be read"
PAUSED: Final = "host paused"
STOPPED: Final = "stopped"
NOT_ALLOWED: Final = "address not allowed"
NO_TLS: Final = "no secure connection"
NOT_A_PAGE: Final = "no text"
TOO_LARGE: Final = "larger than max_bytes"
CUT_OFF: Final = "cut off"
UNKNOWN_CODING: Final = "unknown coding"
TOO_MANY_REDIRECTS: Final = "too many redirects"
"""Why a guard let a request go no further, or an answer come no nearer."""

BUSY: Final = frozenset({PAUSED, "HTTP 429", "HTTP 503"})
"""What a host says that wants to be asked later, and what is said for it from then on."""

DOWNLOAD_ERRORS: Final = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
    OSError,
)
"""All that a download handler raises when there is no response."""

_SCRAPYS_REDIRECTS: Final = "max redirections reached"

_REASONS: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (CannotResolveHostError, "no such host"),
    (DownloadConnectionRefusedError, "connection refused"),
    (DownloadTimeoutError, "timeout"),
    (DownloadCancelledError, TOO_LARGE),
    (ResponseDataLossError, CUT_OFF),
    (UnsupportedURLSchemeError, "unsupported address"),
    (NotSupported, "unsupported address"),
    (DownloadFailedError, "connection failed"),
    (OSError, "connection failed"),
)


def reason(error: BaseException) -> str:
    """The words for one failure: "HTTP 503", "timeout", "no such host", "robots.txt forbids"..."""
    if isinstance(error, HttpError):
        return f"HTTP {error.response.status}"
    if isinstance(error, IgnoreRequest):
        words = str(error)
        return TOO_MANY_REDIRECTS if words == _SCRAPYS_REDIRECTS else words or "ignored"
    for kind, words in _REASONS:
        if isinstance(error, kind):
            return words
    return type(error).__name__
