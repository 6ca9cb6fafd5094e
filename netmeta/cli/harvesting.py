"""netmeta harvest"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, session
from netmeta.texts import t

if TYPE_CHECKING:
    from netmeta.harvest.job import HarvestJob
    from netmeta.services.harvest import HarvestReport

EXIT_CODES = {"ok": 0, "degraded": 3, "failed": 1}


def harvest(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help=t("Sources; all if none is named."))] = None,
    all_: Annotated[bool, typer.Option("--all", help=t("All sources that are not paused."))] = False,
    full: Annotated[bool, typer.Option("--full", help=t("Fetch anew even what has not changed."))] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help=t("At most so many items a source."))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=t("Fetch and read, but store nothing."))] = False,
    force: Annotated[bool, typer.Option("--force", help=t("Believe the portals: let go what they no longer have, clear what they no longer show."))] = False,
    json: Json = False,
) -> None:  # fmt: skip
    from netmeta.schedule.handover import hand_over
    from netmeta.schedule.planning import settle_harvested
    from netmeta.schedule.presence import working
    from netmeta.services.harvest import HarvestInterrupted
    from netmeta.services.harvest import harvest as do_harvest

    here = session(context)
    if names and all_:
        raise typer.BadParameter(t("name sources or say --all, not both"), param_hint="--all")
    config = here.config()
    with (
        here.catalogue(config, read_only=dry_run) as catalogue,
        harvest_progress(quiet=here.quiet or here.json) as progress,
    ):
        try:
            if not dry_run and working(config) is not None:
                output.note(t("A worker is at work: it is asked, and followed."))
                options = {"full": full, "limit": limit, "force": force}
                wanted = {name: value for name, value in options.items() if value}
                report = hand_over(
                    catalogue, config, names or (), options=wanted, progress=progress
                )
            else:
                report = do_harvest(
                    catalogue, config, names or (), full=full, limit=limit, dry_run=dry_run,
                    force=force, progress=progress,
                )  # fmt: skip
                if not dry_run:
                    statuses = {result.source: result.status for result in report.results}
                    settle_harvested(catalogue, statuses)
        except HarvestInterrupted as interrupted:
            for name, n in interrupted.remaining.items():
                output.note(t("{source}: {n} pages are still to be read", source=name, n=n))
            raise
    if here.json:
        output.print_json(report.to_dict())
    else:
        print_report(report)
    raise typer.Exit(EXIT_CODES[report.status])


@contextmanager
def harvest_progress(*, quiet: bool) -> Iterator[Callable[[HarvestJob], None]]:
    """A line for each source while it is harvested: items so far, pages read."""
    with output.progress(quiet=quiet) as display:
        tasks: dict[str, object] = {}

        def advance(job: HarvestJob) -> None:
            name = job.source.name
            if name not in tasks:
                tasks[name] = display.add_task(name, total=job.expected, note="")
            words = t("{pages} pages", pages=job.pages)
            display.update(tasks[name], completed=job.items, note=words)  # type: ignore[arg-type]  # TaskID

        yield advance


def print_report(report: HarvestReport) -> None:
    """What a harvest did, a row a source."""
    columns = [
        t("Source"),
        t("Result"),
        t("new"),
        t("changed"),
        t("unchanged"),
        t("Pages"),
        t("Seconds"),
        t("Reason"),
    ]
    rows = [
        [
            result.source,
            t(result.status),
            result.counts.get("new", result.counts.get("items", 0) if report.dry_run else 0),
            result.counts.get("changed", 0) + result.counts.get("restored", 0),
            result.counts.get("unchanged", 0),
            result.counts.get("pages", 0),
            round(result.seconds, 1),
            result.reason or "",
        ]
        for result in report.results
    ]
    output.table(columns, rows)
    if report.dry_run:
        output.note(t("Dry run: nothing was stored."))
    elif report.index is not None:
        output.note(
            t(
                "Index ({engine}): {put} documents added or replaced, {deleted} removed.",
                engine=report.index.engine, put=report.index.put, deleted=report.index.deleted,
            )
        )  # fmt: skip
    if report.untold:
        output.note(t("Nobody could be told: {why}", why=report.untold))
