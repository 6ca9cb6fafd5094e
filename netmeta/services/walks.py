"""Walks: the frontiers of a harvest, stored together with the records of the same pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from netmeta.catalogue import Catalogue, visits
from netmeta.catalogue.catalogue import FOLD_AFTER
from netmeta.catalogue.frontier import Frontier
from netmeta.harvest.job import HarvestJob


class Walks:
    """What goes beside the records of a `RecordWriter`: visits, requests, figures of each walk.

    Args:
        ids: {name of source: its id}.
        jobs: of the harvest.
    """

    def __init__(
        self, catalogue: Catalogue, ids: Mapping[str, int], jobs: Sequence[HarvestJob]
    ) -> None:
        self._catalogue, self._ids, self._jobs = catalogue, ids, jobs
        self._unfolded = 0

    def begin(self, job: HarvestJob) -> None:
        """Take up the source's walk, or begin one. Raises: StorageError."""
        job.frontier = Frontier(self._catalogue.conn, self._ids[job.source.name])
        with self._catalogue.transaction() as conn:
            job.frontier.begin(conn, now=self._catalogue.now(), anew=job.anew)
        job.anew = job.frontier.anew

    def end(self, job: HarvestJob) -> int:
        """Forget a walk that has come to its end, once all is stored; returns how many requests
        are still to be answered. Raises: StorageError."""
        remaining = job.frontier.remaining() if job.frontier.durable else 0
        if not remaining:
            with self._catalogue.transaction() as conn:
                Frontier(conn, self._ids[job.source.name]).end(conn)
        return remaining

    def unwritten(self) -> bool:
        return any(job.batch or job.frontier.unwritten() for job in self._jobs)

    def write(self, conn: sqlite3.Connection) -> None:
        for job in self._jobs:
            if job.batch:
                now = self._catalogue.now()
                visits.write(conn, self._ids[job.source.name], job.batch, today=now)
            if job.frontier.unwritten():
                job.frontier.counts = job.over_the_walk()
                job.frontier.write(conn)

    def written(self) -> None:
        for job in self._jobs:
            self._unfolded += len(job.batch)
            job.visits.wrote(job.batch)
            job.batch = {}
            job.frontier.written()
        if self._unfolded >= FOLD_AFTER:
            self._unfolded = 0
            self._catalogue.fold()
