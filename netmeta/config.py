"""Settings of netmeta, and where each came from: flag, environment, file or default.

The file is TOML; its place is `--config FILE`, else `NETMETA_CONFIG`, else `netmeta.toml` in the
XDG configuration folder, where it may be absent. Every setting can also be given as an
environment variable: `NETMETA_DB`, `NETMETA_ENGINE`, ...
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Literal, get_args

from netmeta.errors import ConfigError
from netmeta.texts import t

EngineName = Literal["tantivy", "whoosh"]
ENGINES: Final[tuple[EngineName, ...]] = get_args(EngineName)

Origin = Literal["flag", "environment", "file", "default"]


def default_database() -> Path:
    """`netmeta.db` in the XDG data folder of the user."""
    from platformdirs import user_data_path

    return user_data_path("netmeta") / "netmeta.db"


def default_file() -> Path:
    """`netmeta.toml` in the XDG configuration folder of the user."""
    from platformdirs import user_config_path

    return user_config_path("netmeta") / "netmeta.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings. `origins` says where each value came from.

    Attributes:
        db: the catalogue file; its index lies beside it, in `<db>.index/<engine>`.
        engine: the full-text engine.
        language: of the interface, "ru" or "en".
        contact: address that portals can write to, sent in the user agent; empty for none.
        share_overrides: whether curators' edits are given to other catalogues beside the portals'
            own values.
        site_url: address under which the world reaches `netmeta serve`; empty: as it is asked.
        delay_s: seconds between two requests to one host (loopback hosts: none).
        timeout_s: seconds one request may take in all.
        max_bytes: largest body that is accepted.
        concurrency: sources harvested at the same time.
        allow_hosts: host names, addresses and networks (10.1.0.0/16) that may be harvested though
            they do not belong to the public internet.
        gone_after: complete harvests in a row that must miss a record before it counts as gone.
        synonyms: YAML file with further synonyms for search, in the form of
            netmeta/search/synonyms.yaml; none by default.
        notify_command: run when a source falls sick or is well again, with the changes as JSON on
            its input; empty for none. It is no shell: no pipes, no `$`.
        notify_email, notify_from: addresses told of the same, with commas between them, and the
            sender's.
        smtp_url: the mail server: smtp://host:port, smtps://user:password@host:port.
        jobs_url: database of the worker's jobs, `postgresql://...` or `sqlite:///...`; empty: the
            file `<db>.jobs.db`.
        publish_to: folder into which the worker publishes a snapshot every day; none by default.
    """

    db: Path = field(default_factory=default_database)
    engine: EngineName = "tantivy"
    language: Literal["ru", "en"] = "ru"
    contact: str = ""
    site_url: str = ""
    share_overrides: bool = False
    delay_s: float = 1.0
    timeout_s: float = 30.0
    max_bytes: int = 20_000_000
    concurrency: int = 8
    allow_hosts: tuple[str, ...] = ()
    gone_after: int = 3
    synonyms: Path | None = None
    notify_command: str = ""
    notify_email: str = ""
    notify_from: str = ""
    smtp_url: str = ""
    jobs_url: str = ""
    publish_to: Path | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)

    @property
    def index_folder(self) -> Path:
        """Folder of the index that belongs to this catalogue and engine."""
        return self.db.with_name(self.db.name + ".index") / self.engine


_PATHS: Final = frozenset({"db", "synonyms", "publish_to"})
_SETTINGS: Final = tuple(f.name for f in fields(Config) if f.name != "origins")


def load(
    flags: Mapping[str, Any] | None = None,
    *,
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Config:
    """Gather settings; the nearer to the user wins: flag, environment, file, default.

    Args:
        flags: settings given on the command line or to `Netmeta.open`; None values do not count.
        file: configuration file that must exist; without it the default place may be empty.
        environment: instead of `os.environ`, for tests.

    Raises:
        ConfigError: unreadable file, unknown setting (names the nearest), or unfit value.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = dict.fromkeys(_SETTINGS, "default")
    layers: tuple[tuple[Origin, Mapping[str, Any]], ...] = (
        ("file", _read(file, environment)),
        ("environment", _from_environment(environment)),
        ("flag", {k: v for k, v in (flags or {}).items() if v is not None}),
    )
    for origin, layer in layers:
        for name, value in layer.items():
            if name not in _SETTINGS:
                raise _unknown(name, origin)
            values[name], origins[name] = _fit(name, value, origin), origin
    return Config(**values, origins=origins)


def _read(file: Path | None, environment: Mapping[str, str]) -> Mapping[str, Any]:
    named = file or (Path(p) if (p := environment.get("NETMETA_CONFIG")) else None)
    path = named or default_file()
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        if named is None:
            return {}
        raise ConfigError(t("There is no configuration file {path}", path=path)) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(t("Cannot read the configuration file {path}", path=path)) from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: value
        for name in _SETTINGS
        if (value := environment.get(f"NETMETA_{name.upper()}", "")) != ""
    }


def _unknown(name: str, origin: Origin) -> ConfigError:
    near = difflib.get_close_matches(name, _SETTINGS, n=1)
    return ConfigError(
        t("Unknown setting {name} ({origin})", name=name, origin=t(origin)),
        cure=t("Did you mean {name}?", name=near[0])
        if near
        else t("Known: {names}.", names=", ".join(_SETTINGS)),
    )


def _fit(name: str, value: Any, origin: Origin) -> Any:
    """The value in the setting's type, or an error that names both."""
    default = {f.name: f for f in fields(Config)}[name]
    try:
        if name in _PATHS:
            fitted: Any = Path(value).expanduser() if value or name == "db" else None
        elif name == "allow_hosts":
            fitted = _hosts(value)
        elif default.type == "bool":
            fitted = _flag(value)
        elif default.type in {"float", "int"}:
            fitted = float(value) if default.type == "float" else int(value)
            if fitted < 0 or (fitted == 0 and name != "delay_s"):
                raise ValueError(t("must be positive"))
        else:
            fitted = str(value)
            allowed = {"engine": ENGINES, "language": ("ru", "en")}.get(name)
            if allowed and fitted not in allowed:
                raise ValueError(t("must be one of {names}", names=", ".join(allowed)))
    except (TypeError, ValueError) as error:
        raise ConfigError(
            t(
                "Setting {name} = {value} ({origin}) does not fit",
                name=name,
                value=value,
                origin=t(origin),
            )
        ) from error
    return fitted


def _flag(value: Any) -> bool:
    """true or false, as TOML has it or as words of the environment."""
    known = {True: True, False: False, "true": True, "1": True, "false": False, "0": False}
    word = value.lower() if isinstance(value, str) else value
    if word not in known:
        raise ValueError(t("must be one of {names}", names="true, false"))
    return known[word]


def _hosts(value: Any) -> tuple[str, ...]:
    """Host names, addresses and networks, from a list or from words with commas between them."""
    hosts = tuple(
        str(one).strip() for one in (value.split(",") if isinstance(value, str) else value)
    )
    for host in hosts:
        if not re.fullmatch(r"[\w.-]+|\[?[0-9a-fA-F:.]+\]?(?:/\d{1,3})?", host):
            raise ValueError(t("must be host names, addresses or networks"))
    return hosts
