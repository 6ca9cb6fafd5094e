"""Structured log lines of the worker: one event a line, its facts as fields.

2026-11-23T09:00:00Z INFO job.done job=12 source=nsportal status=ok seconds=3.2
{"at": "2026-11-23T09:00:00Z", "level": "INFO", "event": "job.done", "job": 12, ...}
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
from typing import Any, Final

LOGGER: Final = "netmeta.worker"
_log = logging.getLogger(LOGGER)


def say(event: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Log an event with its fields; those that are None are left out."""
    known = {name: value for name, value in fields.items() if value is not None}
    _log.log(level, event, extra={"fields": known})


class Lines(logging.Formatter):
    """Events as lines for people (logfmt) or for programs (JSON)."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """One line, without line breaks inside."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        fields: dict[str, Any] = dict(getattr(record, "fields", {}))
        event = record.getMessage()
        if record.name != LOGGER:
            fields = {"logger": record.name, "text": event}
            event = "log"
        if record.exc_info:
            fields["error"] = self.formatException(record.exc_info)
        if self._as_json:
            whole = {"at": at, "level": record.levelname, "event": event, **fields}
            return json.dumps(whole, ensure_ascii=False, default=str)
        words = " ".join(f"{name}={_word(value)}" for name, value in fields.items())
        return f"{at} {record.levelname} {event} {words}".rstrip()


def _word(value: Any) -> str:
    text = f"{value:.1f}" if isinstance(value, float) else str(value)
    plain = text and all(one not in text for one in ' "=\n')
    return text if plain else json.dumps(text, ensure_ascii=False)


def set_up(*, as_json: bool, verbosity: int) -> None:
    """Send log lines to standard error: the worker's events, and what others warn of."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(Lines(as_json=as_json))
    root = logging.getLogger()
    root.handlers = [lines]
    root.setLevel((logging.WARNING, logging.INFO, logging.DEBUG)[min(verbosity, 2)])
    if not verbosity:
        logging.getLogger("scrapy").setLevel(logging.ERROR)  # it warns of settings we chose
    _log.setLevel(logging.DEBUG if verbosity > 1 else logging.INFO)
