"""netmeta status"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, session
from netmeta.texts import t, tn

SICK = 3
_BARS = "▁▂▃▄▅▆▇█"


def status(
    context: typer.Context,
    notify: Annotated[
        bool, typer.Option("--notify", help=t("Tell what has changed, as after a harvest."))
    ] = False,
    json: Json = False,
) -> None:
    from netmeta.cli.scheduling import next_time
    from netmeta.schedule.planning import listed, why_in_words
    from netmeta.services.health import Health, overview
    from netmeta.services.notifying import notify as tell

    here = session(context)
    config = here.config()
    with here.catalogue(config, read_only=not notify) as catalogue:
        found = overview(catalogue)
        if notify:
            for change in tell(catalogue, config):
                output.note(change.words)
        planned = {one.schedule.source: one for one in listed(catalogue)}
    sick = [one for one in found if one.sick]
    if here.json:
        told = [
            {
                **one.to_dict(),
                "schedule": planned[one.source].to_dict() if one.source in planned else None,
            }
            for one in found
        ]
        output.print_json({"sick": len(sick), "sources": told})
        raise typer.Exit(SICK if sick else 0)

    def row(one: Health) -> list[object]:
        state = t("paused") if one.paused else t(one.state)
        then = planned.get(one.source)  # a file that was imported has no next time
        return [
            one.source, state, one.records, _day(one.last_good), _bars(one.trend),
            next_time(then) if then else "—", why_in_words(then) if then else "",
            "; ".join(one.evidence),
        ]  # fmt: skip

    columns = [
        t("Source"), t("State"), t("Records"), t("Last good run"), t("New by run"),
        t("Next"), t("Why then"), t("Evidence"),
    ]  # fmt: skip
    output.table(columns, [row(one) for one in found])
    for one in sick:
        output.note(f"{one.source}: {one.next_step}")
    note = tn("{n} source needs a look.", "{n} sources need a look.", len(sick))
    output.note(note if sick else t("All is well."))
    raise typer.Exit(SICK if sick else 0)


def _day(moment: dt.datetime | None) -> str:
    return moment.astimezone().strftime("%d.%m.%Y %H:%M") if moment else "—"


def _bars(trend: tuple[int, ...]) -> str:
    """A bar for each run, the highest for the greatest number."""
    most = max(trend, default=0)
    if not most:
        return _BARS[0] * len(trend)
    return "".join(_BARS[round(n / most * (len(_BARS) - 1))] for n in trend)
