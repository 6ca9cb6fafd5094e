"""What a finished run says beyond its own errors: fields that fell, and records it did not find.

It says nothing about the latter unless it saw everything. A feed is a window and never implies that something is gone; nor does a harvest that asked only
for what is new, was cut short, met walls or errors, or hit a cap.
"""

from __future__ import annotations

from typing import Final

from netmeta.catalogue import Catalogue
from netmeta.catalogue.drift import Fallen, fallen
from netmeta.catalogue.gone import reconcile, seen_again
from netmeta.config import Config
from netmeta.harvest.job import HarvestJob
from netmeta.model import RunStatus
from netmeta.texts import t

HARMLESS: Final = frozenset(
    {"duplicate", "other site", "robots.txt", "not an entry page", "listing", "soft 404",
     "login wall", "no text"}
)  # fmt: skip
"""Reasons to skip a page that hide no record from a run. A captcha or a consent wall does: it
stands before everything. A login wall stands before what is no longer public."""


def saw_everything(job: HarvestJob, status: RunStatus) -> bool:
    """Whether what a run did not find is not there."""
    walk = job.over_the_walk()
    return (
        status == "ok"
        and job.complete
        and walk["items"] > 0
        and not job.start_failed
        and not job.full
        and set(walk["skipped"]) <= HARMLESS
    )


def judged(
    catalogue: Catalogue,
    config: Config,
    job: HarvestJob,
    verdict: tuple[RunStatus, str | None],
    counts: dict[str, int],
    *,
    force: bool,
) -> tuple[RunStatus, str | None]:
    """Look for drift, then mark what is gone, and count both; returns the run's status and reason,
    which change if fields fell or too many records would have gone.

    Raises: StorageError.
    """
    source_id = catalogue.source_id(job.source.name)
    drifted = [] if force else fallen(catalogue.conn, source_id, job.run_id)
    reasons = [fall_in_words(one) for one in drifted]
    if alike := counts.get("alike"):
        reasons.insert(0, t("{n} known pages all say the same now; not stored", n=alike))
    if drifted:
        counts["drifted"] = len(drifted)
    if reasons:
        verdict = ("degraded", "; ".join(one for one in (verdict[1], *reasons) if one))
    if not saw_everything(job, verdict[0]):
        seen_again(catalogue, source_id, job.found)
        return verdict
    counts["complete"] = 1
    done = reconcile(
        catalogue, source_id, job.run_id, job.found, after=config.gone_after, force=force
    )  # fmt: skip
    found = {"missed": done.missed, "gone": done.gone, "not gone": done.refused}
    counts.update({name: n for name, n in found.items() if n})
    if not done.refused:
        return verdict
    words = t("{n} records were not found any more; too many to let them go", n=done.refused)
    return "degraded", words


def fall_in_words(one: Fallen) -> str:
    """For people: which field fell, from what to what."""
    return t(
        "{field} ({kind}): filled in {before} % before, now in {now} % of {n}",
        field=t(one.name), kind=t(one.kind), n=one.now.total,
        before=round(100 * one.before.rate), now=round(100 * one.now.rate),
    )  # fmt: skip
