"""What a command gets: configuration, how to print, and a catalogue when it asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netmeta.config import Config, load
from netmeta.texts import Language, t

if TYPE_CHECKING:
    from netmeta.catalogue import Catalogue
    from netmeta.facade import Netmeta


@dataclass(slots=True)
class Session:
    """Global options of one run of the command line."""

    db: Path | None = None
    config_file: Path | None = None
    language: Language = "ru"
    json: bool = False
    quiet: bool = False
    verbosity: int = 0

    def config(self, **flags: Any) -> Config:
        """The configuration with this run's flags on top. Raises: ConfigError."""
        return load({"db": self.db, **flags}, file=self.config_file)

    @contextmanager
    def catalogue(self, config: Config, *, read_only: bool = False) -> Iterator[Catalogue]:
        """The configured catalogue, closed afterwards. Raises: StorageError."""
        from netmeta.catalogue import Catalogue

        with Catalogue(config.db, read_only=read_only) as catalogue:
            yield catalogue

    @contextmanager
    def netmeta(self, config: Config) -> Iterator[Netmeta]:
        """The catalogue with its index, for reading. Raises: StorageError."""
        from netmeta.catalogue import Catalogue
        from netmeta.facade import Netmeta

        with Netmeta(Catalogue(config.db, read_only=True), config) as netmeta:
            yield netmeta


def session(context: typer.Context) -> Session:
    """The session of a running command; `--json` after the command's name counts too."""
    found: Session = context.obj
    return found


def _set_json(context: typer.Context, value: bool) -> bool:
    if value and isinstance(context.obj, Session):
        context.obj.json = True
    return value


Json = Annotated[
    bool,
    typer.Option("--json", help=t("Print JSON to standard output."), callback=_set_json),
]
"""The option `--json`, so that it may stand after the command as well as before it."""
