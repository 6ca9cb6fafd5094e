"""Settings as people see them: each with its value, where that came from, and what it means."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from netmeta.config import Config, Origin
from netmeta.errors import StorageError, UsageError
from netmeta.texts import n_, t

MEANING: Final[Mapping[str, str]] = {
    "db": n_("the catalogue; its index lies beside it"),
    "engine": n_("full-text engine: tantivy or whoosh"),
    "language": n_("language of the interface: ru or en"),
    "contact": n_("address that portals can write to; sent with every request"),
    "site_url": n_("address under which the world reaches the site, if it stands behind a proxy"),
    "share_overrides": n_("whether curators' edits are given to other catalogues"),
    "delay_s": n_("seconds between two requests to one host"),
    "timeout_s": n_("seconds one request may take in all"),
    "max_bytes": n_("largest answer that is accepted, bytes"),
    "concurrency": n_("sources harvested at the same time"),
    "allow_hosts": n_("hosts and networks that may be harvested though they are not public"),
    "gone_after": n_("complete harvests in a row that must miss a record before it counts as gone"),
    "synonyms": n_("YAML file with further synonyms for search"),
    "notify_command": n_("program to run when a source falls sick or is well again"),
    "notify_email": n_("addresses told of the same, with commas between them"),
    "notify_from": n_("sender of these letters"),
    "smtp_url": n_("mail server: smtp://host:port, smtps://user:password@host:port"),
    "jobs_url": n_("database of the worker's jobs: postgresql://user:password@host/name"),
    "publish_to": n_("folder into which the worker publishes a snapshot every day"),
}
"""What each setting is for."""

_PASSWORD: Final = re.compile(r"(://[^:/@\s]*:)[^@\s]*@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting; `value` as JSON knows it, passwords left out."""

    name: str
    value: Any
    origin: Origin
    meaning: str


def settings(config: Config) -> list[Setting]:
    """All settings in the order of `Config`."""
    return [
        Setting(
            name=name, value=_plain(getattr(config, name)), origin=origin, meaning=_meaning(name)
        )
        for name, origin in config.origins.items()
    ]


def _meaning(name: str) -> str:
    meaning = MEANING.get(name)
    return t(meaning) if meaning else ""


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, tuple):
        return list(value)
    return _PASSWORD.sub(r"\1***@", value) if isinstance(value, str) else value


def commented() -> str:
    """A configuration file with every setting at its default, commented out and explained."""
    lines = [f"# {t('Settings of netmeta. What stands behind # is the default.')}", ""]
    defaults = Config()
    for name in (one.name for one in fields(Config) if one.name != "origins"):
        lines += [f"# {_meaning(name)}", f"# {name} = {_toml(getattr(defaults, name))}", ""]
    return "\n".join(lines)


def _toml(value: Any) -> str:
    """A value as TOML writes it; its strings and lists are those of JSON."""
    if value is None:
        return '""'
    return json.dumps(_plain(value), ensure_ascii=False)


def write_commented(path: Path, *, force: bool = False) -> None:
    """Write that file.

    Raises:
        UsageError: there is one already, and `force` is not said.
        StorageError: it cannot be written.
    """
    if path.exists() and not force:
        raise UsageError(
            t("{path} exists already", path=path),
            cure=t("Name another file, or say --force to overwrite it."),
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(commented(), "utf-8")
    except OSError as error:
        raise StorageError(t("Cannot write {path}", path=path), why=error.strerror) from error
