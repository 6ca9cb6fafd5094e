"""What this catalogue gives to others over HTTP: the settings of its answers, put together."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from netmeta.catalogue import Catalogue, exporting
from netmeta.config import Config
from netmeta.exchange.oai.setting import Setting
from netmeta.vocabularies import load

TITLE: Final = "netmeta: каталог материалов и мероприятий для учителей"
_EMAIL: Final = re.compile(r"\S+@(?:\S+\.)+\S+")
"""The pattern of OAI-PMH.xsd: an address at localhost is none."""
_DOMAIN: Final = re.compile(r"(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+", re.IGNORECASE)


def oai_setting(
    catalogue: Catalogue, config: Config, site_url: str, *, title: str | None = None
) -> Setting:
    """The repository as it is addressed now.

    Args:
        site_url: address of the site, with a slash at its end.
        title: of the site; ours if it has none.
    """
    return Setting(
        base_url=f"{site_url}oai",
        site_url=site_url,
        repository=exporting.repository(catalogue.conn),
        title=title or TITLE,
        email=_email(config.contact, site_url),
        vocabularies=load(catalogue.local_mappings()),
        share_overrides=config.share_overrides,
    )


def _email(contact: str, site_url: str) -> str:
    """The configured address, else the postmaster of the site's domain (RFC 2142)."""
    given = contact.removeprefix("mailto:").strip()
    if _EMAIL.fullmatch(given):
        return given
    host = urlsplit(site_url).hostname or ""
    return f"postmaster@{host if _DOMAIN.fullmatch(host) else 'netmeta.example'}"
