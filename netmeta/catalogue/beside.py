"""What goes beside records into the catalogue, as a writer sees it."""

from __future__ import annotations

import sqlite3
from typing import Protocol


class Beside(Protocol):
    """What is stored in one transaction with a batch of records."""

    def unwritten(self) -> bool:
        """Whether there is anything to store."""

    def write(self, conn: sqlite3.Connection) -> None:
        """Store it; the transaction may still fail."""

    def written(self) -> None:
        """It was committed."""
