"""netmeta schedule ..."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, Session, session
from netmeta.texts import t

if TYPE_CHECKING:
    from netmeta.catalogue.jobs import Job
    from netmeta.schedule.planning import Planned

schedule = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(metavar="NAME")]


@schedule.command("set", help=t("How often a source is harvested; --auto by itself."))
def set_(
    context: typer.Context,
    name: Name,
    every: Annotated[str | None, typer.Option("--every", metavar="6h", help=t("At this interval: 30m, 6h, 1d12h."))] = None,
    cron: Annotated[str | None, typer.Option("--cron", metavar='"0 3 * * *"', help=t("At these times, by the clock of this machine."))] = None,
    auto: Annotated[bool, typer.Option("--auto", help=t("By its own pace, its wishes and deadlines (the default)."))] = False,
    json: Json = False,
) -> None:  # fmt: skip
    from netmeta.schedule.planning import set_schedule
    from netmeta.schedule.times import parse_interval

    if sum((every is not None, cron is not None, auto)) != 1:
        raise typer.BadParameter(t("say one of --every, --cron and --auto"), param_hint="--every")
    here = session(context)
    every_s = parse_interval(every) if every is not None else None
    with here.catalogue(here.config()) as catalogue:
        planned = set_schedule(catalogue, name, every_s=every_s, cron=cron)
    _told(here, planned)


@schedule.command("list", help=t("When each source is harvested next, and why then."))
def list_(context: typer.Context, json: Json = False) -> None:
    from netmeta.schedule.planning import listed, why_in_words
    from netmeta.schedule.presence import working

    here = session(context)
    config = here.config()
    with here.catalogue(config, read_only=True) as catalogue:
        found = listed(catalogue)
    worker = working(config)
    if here.json:
        output.print_json({"worker": worker, "sources": [one.to_dict() for one in found]})
        return
    columns = [t("Source"), t("Mode"), t("Next"), t("Last run"), t("Result"), t("Why then")]
    rows = [
        [
            one.schedule.source, _mode(one), next_time(one),
            _moment(one.last.started_at if one.last else None),
            t(one.last.status) if one.last else "—", why_in_words(one),
        ]
        for one in found
    ]  # fmt: skip
    output.table(columns, rows)
    if worker is None:
        output.note(t("No worker is at work: start one with `netmeta worker`."))


@schedule.command("pause", help=t("Leave a source out until it is resumed."))
def pause(context: typer.Context, name: Name, json: Json = False) -> None:
    _pause(context, name, paused=True)


@schedule.command("resume", help=t("Take a source in again."))
def resume(context: typer.Context, name: Name, json: Json = False) -> None:
    _pause(context, name, paused=False)


def _pause(context: typer.Context, name: str, *, paused: bool) -> None:
    from netmeta.schedule.planning import listed
    from netmeta.services.sources import pause as set_pause

    here = session(context)
    with here.catalogue(here.config()) as catalogue:
        set_pause(catalogue, name, paused=paused)
        planned = next((o for o in listed(catalogue) if o.schedule.source == name), None)
    if planned is not None:
        _told(here, planned)


@schedule.command("trigger", help=t("Ask the worker to harvest a source now, paused or not."))
def trigger(context: typer.Context, name: Name, json: Json = False) -> None:
    from netmeta.schedule.planning import trigger as ask
    from netmeta.schedule.presence import working

    here = session(context)
    config = here.config()
    with here.catalogue(config) as catalogue:
        job, new = ask(catalogue, name)
        paused = catalogue.source(name).paused
    worker = working(config)
    if here.json:
        output.print_json({**job.to_dict(), "new": new, "paused": paused, "worker": worker})
        return
    if new:
        output.note(t("{name} is to be harvested (job {id}).", name=name, id=job.id))
    else:
        output.note(t("{name} was asked for already (job {id}).", name=name, id=job.id))
    if paused:
        output.note(t("It is paused, and is harvested this once."))
    if worker is None:
        output.note(t("No worker is at work: start one with `netmeta worker`."))


@schedule.command("history", help=t("What was asked of the worker, and what became of it."))
def history(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help=t("At most so many jobs."))] = 20,
    json: Json = False,
) -> None:
    from netmeta.catalogue import jobs
    from netmeta.schedule.words import in_words

    here = session(context)
    with here.catalogue(here.config(), read_only=True) as catalogue:
        source_id = catalogue.source_id(name) if name else None
        found = jobs.history(catalogue.conn, source_id=source_id, limit=limit)
    if here.json:
        output.print_json([one.to_dict() for one in found])
        return
    columns = [
        t("Job"), t("What"), t("Asked"), t("By"), t("Seconds"), t("Starts"), t("Result"),
        t("Why"), t("Reason"),
    ]  # fmt: skip
    rows = [
        [
            one.id, one.source or t(one.kind), _moment(one.asked_at), t(one.asked_by),
            _seconds(one), one.attempts, _state(one), in_words(one.why),
            one.result.get("reason") or "",
        ]
        for one in found
    ]  # fmt: skip
    output.table(columns, rows)


def _told(here: Session, planned: Planned) -> None:
    from netmeta.schedule.planning import why_in_words

    if here.json:
        output.print_json(planned.to_dict())
        return
    words = t("{name}: {mode}; next: {next}", name=planned.schedule.source, mode=_mode(planned),
              next=next_time(planned))  # fmt: skip
    why = why_in_words(planned)
    output.note(f"{words} ({why})" if why and not planned.schedule.paused else words)


def _mode(planned: Planned) -> str:
    from netmeta.schedule.times import interval_in_words

    one = planned.schedule
    if one.mode == "every" and one.every_s:
        return interval_in_words(one.every_s)
    return one.cron if one.mode == "cron" and one.cron else t("auto")


def next_time(planned: Planned) -> str:
    """When a source is harvested next, in words."""
    if planned.job is not None:
        return t("running") if planned.job.started_at else t("waiting")
    if planned.schedule.paused:
        return t("paused")
    return _moment(planned.schedule.next_check_at, none=t("at once"))


def _moment(moment: dt.datetime | None, *, none: str = "—") -> str:
    from netmeta.schedule.times import local

    return local(moment) if moment else none


def _seconds(job: Job) -> str:
    if job.started_at is None:
        return "—"
    return str(
        round(((job.finished_at or dt.datetime.now(dt.UTC)) - job.started_at).total_seconds())
    )


def _state(job: Job) -> str:
    if job.status:
        return t(job.status)
    return t("running") if job.started_at else t("waiting")
