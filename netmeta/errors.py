"""Every error netmeta raises on purpose.

    NetmetaError                      exit code 1
    ├── UsageError                    2   the caller asked for something that does not exist or fit
    │   ├── UnknownSourceError
    │   ├── UnknownConceptError
    │   ├── UnknownRecordError
    │   ├── QueueFullError
    │   └── ConfigError
    ├── InputError                    1   what was read is not what it should be
    │   ├── BadItemError                  one item of many
    │   └── BadFeedError
    ├── FetchError                    1   nothing could be read from an address
    ├── NotDeliveredError             1   a message to people reached nobody
    ├── PartialError                  3   some of the work succeeded; `report` says what did not
    ├── LockedError                   4   another process holds the catalogue or the index
    └── StorageError                  5   the catalogue or the index cannot be read or written
        ├── NotACatalogueError
        ├── NewerSchemaError
        └── IndexUnavailableError

A message says what happened, to which thing, why, and what to do about it:

>>> print(UnknownSourceError("nsportl", known=["nsportal"]))
Unknown source nsportl. Nearest: nsportal. See `netmeta source list`.

Exit codes follow the convention 0 ok, 1 failure, 2 usage, 3 partial, 4 locked, 5 storage,
130 interrupted.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import ClassVar

from netmeta.texts import n_, t


class NetmetaError(Exception):
    """Base of all errors meant for the user.

    Args:
        what: one sentence: what happened, and to which thing.
        why: the cause, if known (defaults to the chained exception's text at display time).
        cure: what the user can do next.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, why: str | None = None, cure: str | None = None) -> None:
        self.what, self.why, self.cure = what, why, cure
        super().__init__(what)

    def __str__(self) -> str:
        why = self.why or (str(self.__cause__) if self.__cause__ else None)
        parts = [self.what if not why else f"{self.what.rstrip('.')}: {why}"]
        if not parts[0].endswith((".", "!", "?")):
            parts[0] += "."
        if self.cure:
            parts.append(self.cure)
        return " ".join(parts)


class UsageError(NetmetaError):
    """The caller asked for something that does not exist or does not fit."""

    exit_code = 2


class _UnknownNameError(UsageError):
    """A name that is not among the known ones; names the nearest."""

    unknown: ClassVar[str] = "Unknown name {name}"
    see: ClassVar[str] = ""

    def __init__(self, name: str, *, known: Iterable[str] = ()) -> None:
        self.name = name
        near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
        cure = t("Nearest: {names}.", names=", ".join(near)) if near else ""
        see = t(self.see) if self.see else ""
        super().__init__(t(self.unknown, name=name), cure=f"{cure} {see}".strip() or None)


class UnknownSourceError(_UnknownNameError):
    """No source of that name is in the catalogue."""

    unknown = n_("Unknown source {name}")
    see = n_("See `netmeta source list`.")


class UnknownConceptError(_UnknownNameError):
    """No concept of that id or label is in the vocabularies."""

    unknown = n_("Unknown concept {name}")


class UnknownRecordError(_UnknownNameError):
    """No record of that id is in the catalogue."""

    unknown = n_("Unknown record {name}")
    see = n_("Ids are shown by `netmeta search`.")


class QueueFullError(UsageError):
    """So many reports of readers wait that no more are taken."""


class ConfigError(UsageError):
    """The configuration file or an environment variable cannot be used."""


class InputError(NetmetaError):
    """What was read is not what it should be."""


class BadItemError(InputError):
    """One item among many that cannot become a record (it lacks source, url or title, say)."""


class BadFeedError(InputError):
    """The bytes of an address are no feed."""


class FetchError(NetmetaError):
    """Nothing could be read from an address."""


class NotDeliveredError(NetmetaError):
    """A message to people did not reach the command or the mail server that is to pass it on."""


class PartialError(NetmetaError):
    """Some of the work succeeded, some did not; nothing that succeeded was undone."""

    exit_code = 3


class LockedError(NetmetaError):
    """Another process holds the catalogue or the index."""

    exit_code = 4


class StorageError(NetmetaError):
    """The catalogue or the index cannot be read or written."""

    exit_code = 5


class NotACatalogueError(StorageError):
    """The file is no SQLite database, or not one of netmeta's."""


class NewerSchemaError(StorageError):
    """The catalogue was written by a newer netmeta."""


class IndexUnavailableError(StorageError):
    """The full-text index is missing, damaged, or made by another analyser."""
