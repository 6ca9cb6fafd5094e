"""Durable jobs: the one module that knows DBOS.

A job is a workflow of one step that is named after it. What was running when the process died runs
again when the next worker starts; what waited still waits. The engine keeps its own SQLite file
beside the catalogue, or, by `jobs_url`, a PostgreSQL database; one database can serve many
catalogues, since every name carries the catalogue's own.

DBOS opens no port here and talks to nobody: no conductor key, no telemetry, and executor and
version have fixed names, so that an upgraded netmeta takes up what the older one left.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions
from dbos import error as dbos_error
from dbos._migration import get_migration_versions, get_sqlite_migration_versions
from sqlalchemy.exc import SQLAlchemyError

from netmeta.errors import NewerSchemaError, StorageError
from netmeta.texts import t

VERSION: Final = "1"
"""Of how jobs are written down; a worker takes up jobs of its own version alone."""

POLL_S: Final = 0.5
"""How often a queue looks for jobs: each look is some four look-ups of a millisecond."""

LISTEN: Final = False
"""A listener would hold a connection to PostgreSQL for nothing: no job waits for a message."""

_ACTIVE: Final = frozenset({"ENQUEUED", "PENDING", "DELAYED"})
_WORKFLOW: Final = "job"


def jobs_url(catalogue: Path, configured: str) -> str:
    """Address of the engine's database: as configured, else `<db>.jobs.db` beside the catalogue."""
    if configured:
        return configured
    return f"sqlite:///{catalogue.absolute().with_name(catalogue.name + '.jobs.db')}"


class Engine:
    """The engine at work in this process; there can be one at a time.

    Args:
        url: of its database, "sqlite:///..." or "postgresql://...".
        name: of the catalogue, small letters and digits; part of every name in the database.
        do: does the job of that number, and may be called again for it after a crash.
        queues: {name: jobs at the same time}.

    Raises:
        NewerSchemaError: the database was written by a newer engine.
        StorageError: it cannot be reached, read or written.
    """

    def __init__(
        self, url: str, name: str, do: Callable[[int], str], queues: dict[str, int]
    ) -> None:
        self._name, self._url = name, url
        _quiet()
        with job_store_errors(url):
            _check_version(url)
            _make_lighter(url)
            DBOS(config=self._settings())

            @DBOS.step(name="do")
            def step(id: int) -> str:
                return do(id)

            @DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=None)
            def run(id: int) -> str:
                return step(id)

            try:
                DBOS.launch()
                for queue, size in queues.items():
                    DBOS.register_queue(
                        self._queue(queue), worker_concurrency=size, polling_interval_sec=POLL_S,
                        on_conflict="always_update",
                    )  # fmt: skip
                self._client = DBOSClient(system_database_url=url, application_name=self._app)
            except BaseException:
                DBOS.destroy(destroy_registry=True)
                raise

    @property
    def _app(self) -> str:
        return f"netmeta-{self._name}"

    def _queue(self, name: str) -> str:
        return f"{name}-{self._name}"

    def _settings(self) -> DBOSConfig:
        return {
            "name": self._app,
            "system_database_url": self._url,
            "application_version": VERSION,
            "executor_id": self._app,
            "enable_otlp": False,
            "log_level": "WARNING",
            "use_listen_notify": LISTEN,
            "notification_listener_polling_interval_sec": 0.1,  # ending waits for it
            "scheduler_polling_interval_sec": 3600.0,
        }

    def hand(self, name: str, id: int, *, queue: str, key: str) -> bool:
        """Take a job; a second time the same name is the first one.

        Args:
            name: of the job in this catalogue, never used again once it is done.
            key: no two jobs of one key are waiting or running at the same time.

        Returns: False if another job of that key is not done yet.
        """
        options: EnqueueOptions = {
            "workflow_name": _WORKFLOW,
            "workflow_id": self._id(name),
            "queue_name": self._queue(queue),
            "deduplication_id": key,
            "app_version": VERSION,
        }
        with job_store_errors(self._url):
            try:
                self._client.enqueue(options, id)
            except dbos_error.DBOSQueueDeduplicatedError:
                return False
        return True

    def _id(self, name: str) -> str:
        return f"{self._name}-{name}"

    def lost(self, given: Iterable[str]) -> set[str]:
        """Of the jobs that were given, by name: those that are neither waiting nor running."""
        names = {self._id(name): name for name in given}
        if not names:
            return set()
        with job_store_errors(self._url):
            found = self._client.list_workflows(
                workflow_ids=list(names), load_input=False, load_output=False
            )
        alive = {one.workflow_id for one in found if one.status in _ACTIVE}
        return {name for id, name in names.items() if id not in alive}

    def forget(self, before: dt.datetime) -> int:
        """Drop what was done before a moment; returns how many jobs that were."""
        with job_store_errors(self._url):
            old = self._client.list_workflows(
                application_name=self._app,
                status=["SUCCESS", "ERROR", "CANCELLED"],
                end_time=before.isoformat(),
                load_input=False,
                load_output=False,
            )
            self._client.delete_workflows([one.workflow_id for one in old])
        return len(old)

    def close(self, *, wait_s: float = 20) -> None:
        """Stop; jobs that are running have `wait_s` seconds to come back, and are else taken up by
        the next worker."""
        last = time.monotonic() + wait_s
        while time.monotonic() < last and self._running():
            time.sleep(0.05)
        self._client.destroy()
        DBOS.destroy(destroy_registry=True)

    def _running(self) -> bool:
        try:
            found = self._client.list_workflows(
                application_name=self._app, status="PENDING", limit=1,
                load_input=False, load_output=False,
            )  # fmt: skip
        except SQLAlchemyError:  # it is being closed because of that
            return False
        return bool(found)


def _quiet() -> None:
    """DBOS would write to the terminal itself; its log goes the way of all others."""
    log = logging.getLogger("dbos")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    log.propagate = True


def _check_version(url: str) -> None:
    """DBOS takes a database of a later version for one of its own, and fails on its first job."""
    address = sa.make_url(url)
    if address.drivername.startswith("sqlite"):
        if not Path(address.database or "").exists():
            return
        engine = sa.create_engine(address)
        found = get_sqlite_migration_versions
    else:
        engine = sa.create_engine(address.set(drivername="postgresql+psycopg"))
        found = _postgres_versions
    try:
        version, known = found(engine)
    finally:
        engine.dispose()
    if version > known:
        raise NewerSchemaError(
            t(
                "The job database {url} was written by a newer version ({version}, known is {known})",
                url=_shown(url), version=version, known=known,
            ),
            why=" ",
            cure=t(
                "Upgrade netmeta, or name another one with jobs_url: open jobs are kept in the"
                " catalogue and are given to it again."
            ),
        )  # fmt: skip


def _make_lighter(url: str) -> None:
    """A log instead of a rollback journal: each job is six transactions, and each of those waits for
    the disk once instead of three times."""
    address = sa.make_url(url)
    if address.drivername.startswith("sqlite"):
        engine = sa.create_engine(address)
        try:
            with engine.connect() as conn:
                conn.execute(sa.text("PRAGMA journal_mode = WAL"))
        finally:
            engine.dispose()


def _postgres_versions(engine: sa.Engine) -> tuple[int, int]:
    return get_migration_versions(engine, "dbos", LISTEN)


@contextmanager
def job_store_errors(url: str) -> Iterator[None]:
    """Turn the errors of the engine and of its database into ours."""
    try:
        yield
    except (SQLAlchemyError, dbos_error.DBOSException) as error:
        raise StorageError(
            t("The job database {url} cannot be used", url=_shown(url)),
            cure=t(
                "If it is damaged, move it away: open jobs are kept in the catalogue and are given"
                " to a new one. If it is a server, see that it runs and that jobs_url is right."
            ),
        ) from error


def _shown(url: str) -> Any:
    """The address without its password, if it is one at all."""
    try:
        return sa.make_url(url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "?"
