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
"""Why a guard let a request go no further."""

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

_REASONS: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (CannotResolveHostError, "no such host"),
    (DownloadConnectionRefusedError, "connection refused"),
    (DownloadTimeoutError, "timeout"),
    (DownloadCancelledError, "larger than max_bytes"),
    (ResponseDataLossError, "cut off"),
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
        return str(error) or "ignored"
    for kind, words in _REASONS:
        if isinstance(error, kind):
            return words
    return type(error).__name__
