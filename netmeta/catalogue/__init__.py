"""The unified catalogue: one SQLite file that holds everything harvested.

schema.sql   the tables of the first version, commented; steps/ what came after, one file each;
             migrations.py applies them
connection   opening, pragmas, and what each failure of SQLite means to a user
lock         one writing process per catalogue
stored       Record <-> rows: the stored form, its digest, the difference of two
rows         the INSERTs, one statement a table
writer       RecordWriter: when records are written, and what is counted of a run
batch        one transaction's worth of records, and the change log
queries      reads
visits       what was fetched of each source, for incremental harvests
catalogue    Catalogue: sources, runs, and the doors to the above
"""

from __future__ import annotations

from netmeta.catalogue.batch import Outcome
from netmeta.catalogue.catalogue import Catalogue, SourceStatus
from netmeta.catalogue.lock import harvest_lock
from netmeta.catalogue.visits import Visit, Visits
from netmeta.catalogue.writer import RecordWriter

__all__ = [
    "Catalogue",
    "Outcome",
    "RecordWriter",
    "SourceStatus",
    "Visit",
    "Visits",
    "harvest_lock",
]
