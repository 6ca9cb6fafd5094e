"""What the worker does besides harvesting, each at its own pace.

A chore is a job like a harvest: asked for when it is due, done once however often it was missed,
told in `netmeta schedule history`. To add one, add a line to `chores`.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from netmeta.catalogue import Catalogue, jobs, links
from netmeta.catalogue.stored import utc
from netmeta.config import Config
from netmeta.schedule.logs import say

if TYPE_CHECKING:
    from netmeta.services.links import Fetch

Do = Callable[[Catalogue, Config, "Fetch"], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Chore:
    """A thing to do: how often, and by what; `wanted` says whether there is any need."""

    name: str
    every: dt.timedelta
    do: Do
    wanted: Callable[[Catalogue, Config], bool] = lambda catalogue, config: True


KEEP: Final = dt.timedelta(days=90)
"""How long finished jobs are told of in the history."""


def _index(catalogue: Catalogue, config: Config, fetch: Fetch) -> Mapping[str, Any]:
    from netmeta.services.reindex import update_index

    report = update_index(catalogue, config)
    return {"put": report.put, "deleted": report.deleted, "seq": report.seq}


def _index_lags(catalogue: Catalogue, config: Config) -> bool:
    from netmeta.services.reindex import index_status

    return catalogue.last_seq() > 0 and index_status(catalogue, config).state != "ok"


def _notify(catalogue: Catalogue, config: Config, fetch: Fetch) -> Mapping[str, Any]:
    from netmeta.services.notifying import notify

    return {"told": [one.words for one in notify(catalogue, config)]}


def _health(catalogue: Catalogue, config: Config, fetch: Fetch) -> Mapping[str, Any]:
    from netmeta.services.doctor import examine

    alarms = [one for one in examine(catalogue, config, quick=True) if one.level == "alarm"]
    for one in alarms:
        say("health.alarm", level=logging.WARNING, check=one.check, source=one.about, text=one.text)
    return {"alarms": [one.to_dict() for one in alarms]}


def _links(catalogue: Catalogue, config: Config, fetch: Fetch) -> Mapping[str, Any]:
    from netmeta.services.links import check_links

    return check_links(catalogue, config, fetch).to_dict()


def _links_wait(catalogue: Catalogue, config: Config) -> bool:
    return bool(links.due(catalogue.conn, catalogue.now(), most=1))


def _tidy(catalogue: Catalogue, config: Config, fetch: Fetch) -> Mapping[str, Any]:
    with catalogue.transaction() as conn:
        dropped = jobs.prune(conn, utc(catalogue.now() - KEEP))
        conn.execute("PRAGMA optimize")
    return {"dropped": dropped}


def _publish(catalogue: Catalogue, config: Config, fetch: Fetch) -> Mapping[str, Any]:
    from netmeta.services.publish import publish

    assert config.publish_to is not None
    return publish(catalogue, config, config.publish_to).to_dict()


CHORES: Final = (
    Chore("index", dt.timedelta(minutes=1), _index, _index_lags),
    Chore("notify", dt.timedelta(hours=1), _notify),
    Chore("health", dt.timedelta(hours=1), _health),
    Chore("links", dt.timedelta(hours=1), _links, _links_wait),
    Chore("tidy", dt.timedelta(days=1), _tidy),
    Chore("publish", dt.timedelta(days=1), _publish, lambda _, config: bool(config.publish_to)),
)
"""All chores."""


def chore(kind: str) -> Chore | None:
    """The chore of that name, if this netmeta knows it."""
    return next((one for one in CHORES if one.name == kind), None)


AFTER_A_HARVEST: Final = ("index", "notify")
"""Chores that are asked for as soon as a source was harvested."""


def ask_due(catalogue: Catalogue, config: Config) -> list[jobs.Job]:
    """Ask for every chore that is due and wanted."""
    now = catalogue.now()
    asked = []
    for one in CHORES:
        last = jobs.last_asked(catalogue.conn, one.name)
        # A last time that lies ahead was written before the clock was set back.
        rested = last is None or last > now + one.every or now - last >= one.every
        if not rested or not one.wanted(catalogue, config):
            continue
        with catalogue.transaction() as conn:
            job, new = jobs.ask(
                conn, catalogue.now_text(), one.name, asked_by="schedule",
                why=(("chore", {"s": int(one.every.total_seconds())}),),
            )  # fmt: skip
        if new:
            asked.append(job)
    return asked
