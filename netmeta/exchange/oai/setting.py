"""What the formats need besides the record: who we are and where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from netmeta.vocabularies import Vocabularies

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One repository as it is addressed now.

    Attributes:
        base_url: of the OAI-PMH endpoint, without arguments.
        site_url: of the site, with a slash at its end.
        repository: the name in all identifiers.
        title: for people.
        email: of whoever answers questions.
        share_overrides: whether curators' edits are given to other catalogues.
    """

    base_url: str
    site_url: str
    repository: str
    title: str
    email: str
    vocabularies: Vocabularies
    share_overrides: bool = False

    def identifier(self, id: int) -> str:
        """The OAI identifier of a record."""
        return f"oai:{self.repository}:{id}"

    def record_id(self, identifier: str) -> int | None:
        """The record an identifier of ours names; None for any other."""
        prefix = f"oai:{self.repository}:"
        rest = identifier.removeprefix(prefix)
        known = identifier.startswith(prefix) and rest.isascii() and rest.isdigit()
        return int(rest) if known and len(rest) < 19 else None

    def page(self, id: int) -> str:
        """The address of a record's page here."""
        return f"{self.site_url}record/{id}"

    @cached_property
    def schema_url(self) -> str:
        """Where the schema of the lossless format is."""
        return f"{self.base_url}/netmeta.xsd"
