"""Curators' accounts: a file beside the catalogue with the hashes of their passwords.

Not in the catalogue itself, which everybody may read and take away. The hashes are those of
datasette-auth-passwords (PBKDF2-SHA256); accounts that its own configuration in `metadata.yml`
names count as well.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from netmeta.config import Config
from netmeta.errors import StorageError, UsageError
from netmeta.texts import t

LEAST_PASSWORD_CHARS: Final = 10
"""NIST SP 800-63B asks for 8 with a second factor; here is none."""

_NAME: Final = re.compile(r"[^\W_][\w.-]{0,39}")
_RESERVED: Final = "root"
"""The actor of Datasette's own token."""

_SUFFIX: Final = "_password_hash"


def accounts_file(config: Config) -> Path:
    """`<db>.curators.json`, readable by its owner only: {name: hash}."""
    return config.db.with_name(config.db.name + ".curators.json")


def accounts(config: Config) -> dict[str, str]:
    """{name: hash} of the file; empty if there is none. Raises: StorageError."""
    path = accounts_file(config)
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise StorageError(t("The accounts in {path} cannot be read", path=path)) from error
    if not isinstance(found, dict):
        raise StorageError(t("The accounts in {path} cannot be read", path=path))
    return {str(name): str(made) for name, made in found.items()}


def with_configured(own: Mapping[str, str], plugin: Mapping[str, Any]) -> dict[str, str]:
    """{name: hash} of the file and of the configuration of datasette-auth-passwords."""
    configured = {
        key.removesuffix(_SUFFIX): str(value)
        for key, value in plugin.items()
        if key.endswith(_SUFFIX) and value
    }
    return {**configured, **own}


def set_account(config: Config, name: str, password: str) -> bool:
    """Make an account, or give one another password, which signs it out everywhere.

    Returns whether the account is new. Raises: UsageError, StorageError.
    """
    if not _NAME.fullmatch(name) or name == _RESERVED:
        raise UsageError(
            t("{name} cannot be the name of an account", name=repr(name)),
            cure=t("Letters, digits, dots and hyphens, at most 40; not root."),
        )
    if len(password) < LEAST_PASSWORD_CHARS:
        raise UsageError(t("The password needs at least {n} characters", n=LEAST_PASSWORD_CHARS))
    known = accounts(config)
    _write(config, {**known, name: _passwords().hash_password(password)})
    return name not in known


def drop_account(config: Config, name: str) -> None:
    """Remove an account; who is signed in by it is no more. Raises: UsageError, StorageError."""
    known = accounts(config)
    if name not in known:
        raise UsageError(
            t("There is no account {name}", name=name), cure=t("See `netmeta curator list`.")
        )
    _write(config, {other: made for other, made in known.items() if other != name})


def is_password(password: str, made: str | None) -> bool:
    """Whether a password fits a hash; takes the same quarter of a second if there is none."""
    fits = _passwords().verify_password(password, made or _NOBODYS)
    return bool(fits) and made is not None


def _passwords() -> Any:
    """The hashing of datasette-auth-passwords, which has no types."""
    return import_module("datasette_auth_passwords.utils")


def mark(made: str) -> str:
    """What a cookie carries of a hash: another password makes another mark."""
    return hashlib.blake2b(made.encode("utf-8"), digest_size=6).hexdigest()


_NOBODYS: Final = "pbkdf2_sha256$480000$00000000000000000000000000000000$" + "A" * 43 + "="


def _write(config: Config, made: Mapping[str, str]) -> None:
    path = accounts_file(config)
    text = json.dumps(dict(sorted(made.items())), ensure_ascii=False, indent=1) + "\n"
    try:
        # mkstemp makes the file readable by its owner only.
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(draft).replace(path)
    except OSError as error:
        raise StorageError(t("The accounts in {path} cannot be written", path=path)) from error
